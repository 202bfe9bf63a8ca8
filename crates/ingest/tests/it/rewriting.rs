//! A file written again differs in the cells that were to change, and in nothing else.

use std::io::{Cursor, Read as _};

use biaochi_ingest::{
    Edits, Input, LayoutWriter, OutputFormat, ReadOptions, RewriteError, Row, RowEditor, RowParser,
    rewrite,
};
use biaochi_records::{Field, FrontPage, Layout};
use flate2::read::GzDecoder;
use rust_xlsxwriter::Workbook;

use crate::support::{BODY, HEAD, gb18030, gzip, hqms, options, read, zip};

/// The file with every record changed as `change` says, and the edits that did it.
fn rewritten_with(
    bytes: &[u8],
    tidy: bool,
    change: impl Fn(&mut FrontPage),
) -> (Result<Vec<u8>, RewriteError>, usize) {
    let options: ReadOptions = options();
    let mut input = Input::open("f", Cursor::new(bytes.to_vec()), &options).expect("readable");
    let mut edits = Edits::default();
    let mut lost = 0;
    while let Some(mut table) = input.next_table().expect("a header") {
        let place = table.place().clone();
        let mut parser = RowParser::new(table.header());
        let mut editor = RowEditor::new(table.header());
        while let Some(block) = table.next_block().expect("readable") {
            parser.parse(&block, |row| {
                if let Row::Record {
                    page,
                    line,
                    lines,
                    raw,
                    ..
                } = row
                {
                    let mut after = page.clone();
                    change(&mut after);
                    let found = editor.edit(page, &after, raw, tidy);
                    lost += found.unwritten.len();
                    edits.add(&place, line, lines, found.cells);
                }
            });
            edits.decoded_as(&place, block.encoding);
        }
    }
    let mut out = Cursor::new(Vec::new());
    let written = rewrite("f", Cursor::new(bytes.to_vec()), &options, &edits, &mut out);
    (written.map(|()| out.into_inner()), lost)
}

fn rewritten(bytes: &[u8], change: impl Fn(&mut FrontPage)) -> Vec<u8> {
    let (written, lost) = rewritten_with(bytes, false, change);
    assert_eq!(lost, 0);
    written.expect("written")
}

/// The second of two records becomes a woman of another age.
fn second(page: &mut FrontPage) {
    if page.medical_record_number == "00012346" {
        page.sex = "2".into();
        page.age_years = Some(36);
    }
}

/// Two records, the second with a name, in the form `dress` gives them.
fn two(more: &str) -> (String, String) {
    let mut other = BODY;
    other[1] = "00012346";
    let row = |body: [&str; 11], name: &str| format!("{},{name}{more}", body.join(","));
    let text = |sex: &str, age: &str| {
        let mut changed = other;
        (changed[5], changed[6]) = (sex, age);
        format!(
            "{},A11\n{}\n{}\n",
            HEAD.join(","),
            row(BODY, "张三"),
            row(changed, "\"李, 四\"")
        )
    };
    (text("1", "63"), text("2", "36"))
}

#[track_caller]
fn check(dress: impl Fn(&str) -> Vec<u8>) {
    let (before, after) = two("");
    let (before, after) = (dress(&before), dress(&after));
    assert_eq!(rewritten(&before, |_| ()), before, "nothing changes");
    let found = rewritten(&before, second);
    assert_eq!(found, after, "{}", String::from_utf8_lossy(&found));
}

#[test]
fn encodings_marks_line_ends_and_titles_stay() {
    check(|text| text.as_bytes().to_vec());
    check(|text| format!("\u{feff}{text}").into_bytes());
    check(gb18030);
    check(|text| gb18030(&format!("\u{feff}{text}")));
    check(|text| text.replace('\n', "\r\n").into_bytes());
    check(|text| text.replace('\n', "\r").into_bytes());
    check(|text| format!("某医院三月首页\n\n{text}").into_bytes());
    check(|text| text.trim_end().as_bytes().to_vec());
    check(|text| text.replace(", 四", "，四").replace(',', "\t").into_bytes());
    check(|text| gb18030(&text.replace(", 四", "，四").replace(',', "|")));
    for little_endian in [true, false] {
        check(|text| {
            let units = format!("\u{feff}{text}");
            let bytes = |unit: u16| match little_endian {
                true => unit.to_le_bytes(),
                false => unit.to_be_bytes(),
            };
            units.encode_utf16().flat_map(bytes).collect()
        });
    }
}

#[test]
fn rejected_blank_and_broken_rows_stay() {
    check(|text| {
        let mut bytes = text.as_bytes().to_vec();
        bytes.extend(b"1,2,3\n\n,,,,,,,,,,,\n");
        bytes.extend([b'x', 0xff, 0xfe, b'\n']);
        bytes
    });
}

#[test]
fn what_is_packed_has_the_same_inside() {
    let (before, after) = two("");
    let packed = rewritten(&gzip(before.as_bytes()), second);
    let mut inside = String::new();
    GzDecoder::new(&packed[..])
        .read_to_string(&mut inside)
        .expect("gzip");
    assert_eq!(inside, after);
    let other = hqms(&[], &[&[]]);
    let archive = zip(&[
        ("一.csv", other.as_bytes()),
        ("two.csv", before.as_bytes()),
        ("三.csv.gz", &gzip(before.as_bytes())),
    ]);
    let packed = rewritten(&archive, second);
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).expect("zip");
    let mut member = |name: &str| {
        let mut bytes = Vec::new();
        let mut member = archive.by_name(name).expect(name);
        member.read_to_end(&mut bytes).expect(name);
        bytes
    };
    assert_eq!(member("一.csv"), other.as_bytes());
    assert_eq!(member("two.csv"), after.as_bytes());
    let mut inside = String::new();
    GzDecoder::new(&member("三.csv.gz")[..])
        .read_to_string(&mut inside)
        .expect("gzip");
    assert_eq!(inside, after);
}

/// A workbook with a sheet of two records and another sheet that is none.
fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let notes = workbook.add_worksheet();
    notes.set_name("说明 & 备注").expect("a name");
    notes.write_string(0, 0, "由系统导出").expect("a cell");
    let sheet = workbook.add_worksheet();
    sheet.set_name("首页").expect("a name");
    for (column, heading) in (0..).zip(HEAD) {
        sheet.write_string(0, column, heading).expect("a cell");
    }
    for (row, number) in (1..).zip(["00012345", "00012346"]) {
        for (column, value) in (0..).zip(BODY) {
            match column {
                1 => sheet.write_string(row, column, number).expect("a cell"),
                6 | 7 => {
                    let number: f64 = value.parse().expect("a number");
                    sheet.write_number(row, column, number).expect("a cell")
                }
                _ => sheet.write_string(row, column, value).expect("a cell"),
            };
        }
    }
    workbook.save_to_buffer().expect("memory")
}

#[test]
fn a_workbook_comes_back_as_a_workbook() {
    let before = workbook();
    assert_eq!(rewritten(&before, |_| ()), before);
    let after = rewritten(&before, second);
    let (was, is) = (
        read("f.xlsx", before.clone()).expect("readable"),
        read("f.xlsx", after.clone()).expect("readable"),
    );
    assert_eq!(is.records.len(), 2);
    assert_eq!(is.records[0].1, was.records[0].1);
    let mut expected = was.records[1].1.clone();
    second(&mut expected);
    assert_eq!(is.records[1].1, expected);
    // Every part but the sheet is the same, byte by byte.
    let mut parts = [before, after].map(|bytes| {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("zip");
        let mut parts = Vec::new();
        for index in 0..archive.len() {
            let mut part = archive.by_index(index).expect("a part");
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).expect("a part");
            parts.push((String::from_utf8_lossy(part.name_raw()).into_owned(), bytes));
        }
        parts
    });
    let [was, is] = &mut parts;
    let different: Vec<&str> = was
        .iter()
        .zip(is.iter())
        .filter(|(one, other)| one != other)
        .map(|(one, _)| one.0.as_str())
        .collect();
    assert_eq!(different, ["xl/worksheets/sheet2.xml"]);
    assert_eq!(was.len(), is.len());
}

#[test]
fn lists_shorten_and_columns_that_the_file_lacks_are_told() {
    // What is emptied is written as the row writes it elsewhere.
    for unfilled in ["", "-"] {
        let row = |one, other| {
            let headings = ["C06x01C", "C06x02C", "C06x03C"];
            hqms(&headings, &[&[one, other, unfilled]])
        };
        let found = rewritten(row("I10.x00", "E11.900").as_bytes(), |page| {
            page.diagnoses.remove(1);
        });
        let expected = row("E11.900", unfilled);
        assert_eq!(String::from_utf8(found).expect("text"), expected);
    }
    let text = hqms(&["C06x01C"], &[&["I10.x00"]]);
    let (written, lost) = rewritten_with(text.as_bytes(), false, |page| {
        page.patient_name = "张三".into();
    });
    assert_eq!(written.expect("written"), text.as_bytes());
    assert_eq!(lost, 1);
}

#[test]
fn what_could_not_be_read_is_replaced_or_emptied() {
    let text = hqms(&["A13"], &[&["1960-13-06"]]);
    let found = rewritten(text.as_bytes(), |page| {
        page.birth_date = Some(jiff::civil::date(1960, 12, 6));
        page.unreadable.clear();
    });
    let expected = hqms(&["A13"], &[&["1960-12-06"]]);
    assert_eq!(String::from_utf8(found).expect("text"), expected);
    let found = rewritten(text.as_bytes(), |page| page.unreadable.clear());
    assert_eq!(
        String::from_utf8(found).expect("text"),
        hqms(&["A13"], &[&[""]])
    );
}

#[test]
fn days_and_hours_of_n041_stand_in_two_columns() {
    let mut page = FrontPage {
        organisation_code: "450100000".into(),
        medical_record_number: "0012".into(),
        admission_count: Some(1),
        admission_time: Some(jiff::civil::datetime(2024, 3, 1, 8, 0, 0, 0)),
        discharge_time: Some(jiff::civil::datetime(2024, 3, 5, 10, 0, 0, 0)),
        ..FrontPage::default()
    };
    page.diagnoses.push("I21.000".into());
    let lines = |page: &FrontPage| {
        let mut writer = LayoutWriter::new(Layout::N041, OutputFormat::default());
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        writer.row(page, &mut bytes);
        bytes
    };
    let before = lines(&page);
    let time = Some(jiff::civil::datetime(2024, 3, 2, 14, 0, 0, 0));
    let found = rewritten(&before, |page| page.admission_time = time);
    page.admission_time = time;
    assert_eq!(found, lines(&page));
}

#[test]
fn values_that_stay_are_tidied_on_demand() {
    let headings = ["A13", "A11", "B38"];
    let text = hqms(&headings, &[&["1960年3月6日", " 张三 ", "0"]]);
    let (written, lost) = rewritten_with(text.as_bytes(), true, |_| ());
    let expected = hqms(&headings, &[&["1960-03-06", "张三", "0"]]);
    assert_eq!(written.expect("written"), expected.as_bytes());
    assert_eq!(lost, 0);
}

#[test]
fn edits_of_another_file_are_refused() {
    let (text, _) = two("");
    let options = options();
    let mut input = Input::open("f", Cursor::new(text.clone()), &options).expect("readable");
    let table = input.next_table().expect("a header").expect("a table");
    let mut edits = Edits::default();
    let cell = biaochi_ingest::CellEdit {
        column: 0,
        text: "x".into(),
    };
    edits.add(table.place(), 99, 1, vec![cell]);
    let written = rewrite(
        "f",
        Cursor::new(text),
        &options,
        &edits,
        &mut Cursor::new(Vec::new()),
    );
    assert!(matches!(written, Err(RewriteError::Changed { .. })));
}

#[test]
fn marks_are_written_and_read_again() {
    let mut page = FrontPage {
        organisation_code: "450100000".into(),
        medical_record_number: "0012".into(),
        admission_count: Some(1),
        discharge_time: Some(jiff::civil::datetime(2024, 3, 5, 10, 0, 0, 0)),
        marked: vec![Field::HealthCardNumber, Field::Allergens],
        ..FrontPage::default()
    };
    page.diagnoses.push("I21.000".into());
    for layout in [Layout::Hqms811, Layout::N041, Layout::Tcm2019] {
        let mut writer = LayoutWriter::new(layout, OutputFormat::default());
        let mut bytes = Vec::new();
        writer.header(&mut bytes);
        writer.row(&page, &mut bytes);
        let outcome = read("f.csv", bytes).expect("readable");
        let mut marked = outcome.only().marked.clone();
        marked.sort();
        assert_eq!(marked, page.marked, "{layout}");
    }
}
