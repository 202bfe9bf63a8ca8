//! Builds a scheme of three groups by hand, groups one stay and prints the reasons and what single
//! changes of the codes would lead to.
//!
//! ```text
//! cargo run -p biaochi-grouper --example explain
//! ```

use biaochi_domain::{Language, Localized};
use biaochi_grouper::definition::{
    Category, Check, CodeSet, Complication, DrgRule, Entry, Level, Rule, SchemeDefinition,
};
use biaochi_grouper::{RuleJsonError, Scheme, Stay, analysis_notice};
use rust_decimal::Decimal;

fn set(codes: &[&str]) -> CodeSet {
    CodeSet {
        members: codes.iter().map(|&code| (code.into(), "".into())).collect(),
    }
}

fn entry(id: &str, rule: &str, drgs: &[(&str, &str)]) -> Result<Entry, RuleJsonError> {
    let drg_rule = |&(drg, rule): &(&str, &str)| {
        Ok(DrgRule {
            drg: drg.into(),
            rule: Rule::from_json(rule)?,
        })
    };
    Ok(Entry {
        id: id.into(),
        adrg: id.into(),
        rule: Rule::from_json(rule)?,
        drgs: drgs.iter().map(drg_rule).collect::<Result<_, _>>()?,
        fallback: None,
    })
}

fn definition() -> Result<SchemeDefinition, RuleJsonError> {
    let cholecystectomy = [
        ("HC21", r#"["mcc"]"#),
        ("HC23", r#"["or",["mcc"],["cc"]]"#),
        ("HC25", "true"),
    ];
    Ok(SchemeDefinition {
        id: "example".into(),
        title: "示例方案".into(),
        categories: vec![Category {
            code: "MDCH".into(),
            rule: Rule::from_json(r#"["dx0","MDCH/dx"]"#)?,
            entries: vec![
                entry("HC2", r#"["px0","HC2/px"]"#, &cholecystectomy)?,
                entry("HZ1", "true", &[("HZ19", "true")])?,
            ],
        }],
        sets: [
            ("MDCH/dx".to_owned(), set(&["K80.100x003", "K81.000"])),
            ("HC2/px".to_owned(), set(&["51.2200", "51.2300"])),
        ]
        .into(),
        complications: vec![Complication {
            code: "A41.900".into(),
            level: Level::Mcc,
            table: Some("4".into()),
        }],
        exclusions: [("4".into(), vec!["K81.000".into()])].into(),
        checks: vec![Check::Sex, Check::Age, Check::Diagnosis],
        ungrouped_code: "0000".into(),
        ..SchemeDefinition::default()
    })
}

#[expect(
    clippy::print_stdout,
    reason = "an example shows its result on the terminal"
)]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scheme = Scheme::compile(&definition()?).map_err(|problems| {
        problems
            .iter()
            .map(|problem| problem.text(Language::Zh))
            .collect::<Vec<_>>()
            .join("\n")
    })?;
    let diagnoses = ["K80.100x003", "A41.900", "K81.000"];
    let procedures = ["51.2300"];
    let stay = Stay {
        sex: Some(2),
        age: Some(57),
        ..Stay::new(&diagnoses, &procedures)
    };

    println!("{}\n", scheme.explain(&stay).text(Language::Zh));
    println!("{}", analysis_notice(Language::Zh));
    let weights = |drg: &str| (drg == "HC21").then(|| Decimal::new(212, 2));
    for change in scheme.what_if(&stay, &weights) {
        println!("  {}", change.text(Language::Zh));
    }
    Ok(())
}
