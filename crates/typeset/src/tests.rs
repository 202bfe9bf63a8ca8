use biaochi_domain::{Language, Localized as _};
use jiff::civil::date;
use serde_json::{Value, json};

use super::*;

fn set(template: &str, data: &Value) -> Result<Typeset, TypesetError> {
    typeset(&Manuscript {
        template,
        data,
        assets: &[],
        today: date(2025, 3, 4),
    })
}

#[track_caller]
fn text(template: &str, data: &Value) -> String {
    set(template, data).expect("sets").pages.concat()
}

const FONT: &str = "#set text(font: \"Noto Sans SC\", lang: \"zh\")\n";

#[test]
fn a_document_is_a_pdf_and_the_same_bytes_every_time() {
    let template = format!("{FONT}#set page(numbering: \"1\")\n= 病案首页\n#pagebreak()\n*第二页*");
    let first = set(&template, &json!({})).expect("sets");
    assert!(first.pdf.starts_with(b"%PDF-1."), "a header");
    assert!(first.pdf.ends_with(b"%%EOF"), "a trailer");
    assert_eq!(first.pages.len(), 2);
    assert!(first.warnings.is_empty(), "{:?}", first.warnings);
    assert!(first.pages[0].contains("病案首页"), "{:?}", first.pages);
    assert!(first.pages[1].contains("第二页"), "{:?}", first.pages);
    assert_eq!(set(&template, &json!({})).expect("sets"), first);
}

#[test]
fn texts_of_the_data_are_never_read_as_a_template() {
    let hostile = r##"#panic("x") $ a $ *b* _c_ <d> @e `f` // g #let h = [1] "q" \ {}]"##;
    let template = format!("{FONT}#set page(width: 40cm)\n#let d = json(\"data.json\")\n#d.name");
    let shown = text(&template, &json!({ "name": hostile }));
    assert_eq!(shown.trim_end(), hostile);
}

#[test]
fn rare_and_unknown_characters_do_not_stop_a_document() {
    let template = format!("{FONT}#let d = json(\"data.json\")\n#d.a\n\n*#d.a*");
    let shown = text(&template, &json!({ "a": "䶮珺\u{30edd}\u{1f600}" }));
    assert_eq!(shown.matches("䶮珺").count(), 2, "{shown}");
}

#[test]
fn the_fonts_have_what_names_and_terms_are_written_with() {
    let characters = "病案首页质量通报甲乙丙级率〔2016〕“”、。，：；（）《》—…·①％±≥≤×Ⅰαβμ℃䶮犇";
    for (font, weight) in crate::fonts::FONTS.iter().zip(["regular", "bold"]) {
        let coverage = &font.info().coverage;
        let missing: Vec<char> = characters
            .chars()
            .filter(|c| !coverage.contains(u32::from(*c)))
            .filter(|c| weight == "regular" || !"䶮犇".contains(*c))
            .collect();
        assert!(missing.is_empty(), "{weight}: {missing:?}");
    }
    assert_eq!(crate::fonts::FONTS.len(), 2);
    assert!(crate::fonts::BOOK.contains_family("noto sans sc"));
}

#[test]
fn a_mistake_is_told_with_its_place() {
    let error = set("#let a = 1\n好 #(a + nothing)", &json!({})).expect_err("a mistake");
    let TypesetError::Template { mistakes } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(mistakes[0].place, Some((2, 9)), "{mistakes:?}");
    let told = error.text(Language::Zh);
    assert!(
        told.contains("第 2 行第 9 列") && told.contains("nothing"),
        "{told}"
    );
}

#[test]
fn a_font_that_is_not_there_is_a_warning() {
    let document = set("#set text(font: \"Nowhere\")\nx", &json!({})).expect("sets");
    assert_eq!(document.warnings.len(), 1, "{:?}", document.warnings);
    assert!(document.warnings[0].reason.contains("nowhere"));
}

#[test]
fn a_template_reaches_nothing_but_its_data_and_assets() {
    let attempts = [
        "#read(\"/etc/passwd\")",
        "#read(\"../secret\")",
        "#image(\"picture.png\")",
        "#import \"@preview/cetz:0.3.0\"",
        "#include \"other.typ\"",
    ];
    for template in attempts {
        let result = set(template, &json!({}));
        assert!(
            matches!(result, Err(TypesetError::Template { .. })),
            "{template}"
        );
    }
    let picture = br##"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#080"/></svg>"##;
    let document = typeset(&Manuscript {
        template: "#image(\"seal.svg\")",
        data: &json!({}),
        assets: &[("seal.svg", picture)],
        today: date(2025, 3, 4),
    });
    assert_eq!(document.expect("sets").pages.len(), 1);
}

#[test]
fn the_date_is_the_one_given() {
    let template = format!("{FONT}#datetime.today().display(\"[year]-[month]-[day]\")");
    assert_eq!(text(&template, &json!({})).trim_end(), "2025-03-04");
}
