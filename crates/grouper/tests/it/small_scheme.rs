//! A scheme of a few groups that shows every feature of the real ones.

use biaochi_grouper::definition::{
    Category, Check, CodeSet, Complication, DrgRule, Entry, HintKind, Level, Rule, SchemeDefinition,
};
use biaochi_grouper::{Scheme, Stay};

/// Reads a rule in the JSON form.
pub(crate) fn rule(text: &str) -> Rule {
    Rule::from_json(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// An entry whose ADRG is the first three characters of its id.
pub(crate) fn entry(id: &str, text: &str, drgs: &[(&str, &str)], fallback: Option<&str>) -> Entry {
    Entry {
        id: id.into(),
        adrg: id[..3].into(),
        rule: rule(text),
        drgs: drgs
            .iter()
            .map(|&(drg, text)| DrgRule {
                drg: drg.into(),
                rule: rule(text),
            })
            .collect(),
        fallback: fallback.map(Into::into),
    }
}

pub(crate) fn category(code: &str, text: &str, entries: Vec<Entry>) -> Category {
    Category {
        code: code.into(),
        rule: rule(text),
        entries,
    }
}

/// A set; members are written `code` or `code=class`.
pub(crate) fn set(members: &[&str]) -> CodeSet {
    let split = |member: &&str| {
        let (code, class) = member.split_once('=').unwrap_or((member, ""));
        (code.into(), class.into())
    };
    CodeSet {
        members: members.iter().map(split).collect(),
    }
}

const BY_SEVERITY: [(&str, &str); 3] = [
    ("HC21", r#"["mcc"]"#),
    ("HC23", r#"["or",["mcc"],["cc"]]"#),
    ("HC25", "true"),
];

/// The scheme: MDCA, MDCP, MDCZ, MDCM and MDCH.
pub(crate) fn definition() -> SchemeDefinition {
    let sets = [
        (
            "@valid",
            set(&[
                "50.5100", "51.2200", "51.2300", "85.4100", "85.7000", "85.3100",
            ]),
        ),
        ("AB1/px", set(&["50.5100"])),
        ("MDCP/dx", set(&["P07.100", "P22.000"])),
        ("PS1/dx", set(&["P07.100"])),
        ("MDCZ/dx", set(&["S06.200", "S27.000", "S36.100"])),
        (
            "MDCZ/sites",
            set(&[
                "S06.200=head",
                "S27.000=head",
                "S27.000=chest",
                "S36.100=abdomen",
            ]),
        ),
        ("MDCM/dx", set(&["N40.x00"])),
        (
            "MDCH/dx",
            set(&[
                "K80.100x003",
                "K80.000x001+K87.0*",
                "K81.000",
                "K85.900",
                "K76.800",
            ]),
        ),
        ("HC2/px", set(&["51.2200", "51.2300"])),
        (
            "HD1/pxc",
            set(&["85.4100=1", "85.7000=2", "85.3100=3", "99.9900=4"]),
        ),
        ("HU1/dx", set(&["K81.000"])),
        (
            "HZ1/dx",
            set(&["K80.100x003", "K80.000x001+K87.0*", "K85.900"]),
        ),
    ];
    let complication = |code: &str, level, table: &str| Complication {
        code: code.into(),
        level,
        table: (!table.is_empty()).then(|| table.into()),
    };
    SchemeDefinition {
        id: "small".into(),
        title: "小方案".into(),
        content_hash: "abc".into(),
        categories: vec![
            category(
                "MDCA",
                r#"["px0","@valid"]"#,
                vec![entry(
                    "AB1",
                    r#"["px0","AB1/px"]"#,
                    &[("AB19", "true")],
                    None,
                )],
            ),
            category(
                "MDCP",
                r#"["and",["dx0","MDCP/dx"],["age","==",0]]"#,
                vec![entry(
                    "PS1",
                    r#"["and",["dx","PS1/dx"],["weight","!=",0],["weight","<",1500],["age_days","<=",28]]"#,
                    &[("PS19", "true")],
                    None,
                )],
            ),
            category(
                "MDCZ",
                r#"["and",["dx0","MDCZ/dx"],["sites","MDCZ/sites",2]]"#,
                vec![entry("ZZ1", "true", &[("ZZ19", "true")], None)],
            ),
            category(
                "MDCM",
                r#"["and",["dx0","MDCM/dx"],["sex",1]]"#,
                vec![entry(
                    "MZ1",
                    "true",
                    &[("MZ1D", r#"["leaving","4","5"]"#)],
                    Some("MZ1"),
                )],
            ),
            category(
                "MDCH",
                r#"["dx0","MDCH/dx"]"#,
                vec![
                    entry("HC2", r#"["px0","HC2/px"]"#, &BY_SEVERITY, None),
                    entry(
                        "HD1",
                        r#"["or",["and",["pxc","HD1/pxc","1"],["pxc","HD1/pxc","2"]],["pxc","HD1/pxc","4"]]"#,
                        &[("HD19", "true")],
                        None,
                    ),
                    entry("HQY", r#"["px0","@valid"]"#, &[], Some("HQY")),
                    entry(
                        "HU1_1",
                        r#"["dx0","HU1/dx"]"#,
                        &[("HU1C", r#"["age","<=",6]"#)],
                        None,
                    ),
                    entry(
                        "HU1_2",
                        r#"["dx0","HU1/dx"]"#,
                        &[("HU13", r#"["cc"]"#)],
                        Some("HU1"),
                    ),
                    entry("HZ1", r#"["dx0","HZ1/dx"]"#, &[("HZ19", "true")], None),
                ],
            ),
        ],
        sets: sets
            .into_iter()
            .map(|(name, set)| (name.to_owned(), set))
            .collect(),
        complications: vec![
            complication("A41.900", Level::Mcc, "4"),
            complication("J96.000", Level::Mcc, "9"),
            complication("E11.900", Level::Cc, "23"),
            complication("I10.x00x002", Level::Cc, ""),
            complication("Z94.100", Level::Cc, "999"),
        ],
        exclusions: [
            ("4".into(), vec!["K81.000".into(), "K85.900".into()]),
            ("23".into(), vec!["K81.000".into()]),
        ]
        .into(),
        names: [
            ("MDCH", "肝、胆、胰疾病及功能障碍"),
            ("HC25", "胆囊切除手术，不伴并发症或合并症"),
        ]
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .into(),
        diagnosis_map: [
            ("K80.101".into(), Some("K80.100x003".into())),
            ("K81.000".into(), None),
            ("A41.900".into(), None),
        ]
        .into(),
        procedure_map: [("51.2301".into(), Some("51.2300".into()))].into(),
        checks: vec![
            Check::Sex,
            Check::Age,
            Check::AgeDays,
            Check::WeightUpToDays(28),
            Check::Diagnosis,
        ],
        ungrouped_code: "0000".into(),
        hints: [
            (HintKind::GreyDiagnosis, vec!["K85.900".into()]),
            (HintKind::NotPrincipal, vec!["Z94.100".into()]),
            (HintKind::NotGrouping, vec!["88.7200".into()]),
        ]
        .into(),
        ..SchemeDefinition::default()
    }
}

pub(crate) fn scheme() -> Scheme {
    compiled(&definition())
}

pub(crate) fn compiled(definition: &SchemeDefinition) -> Scheme {
    Scheme::compile(definition).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// A woman of 50 with these codes.
pub(crate) fn adult<'a>(
    diagnoses: &'a [&'a str],
    procedures: &'a [&'a str],
) -> Stay<'a, &'a str, &'a str> {
    Stay {
        sex: Some(2),
        age: Some(50),
        ..Stay::new(diagnoses, procedures)
    }
}
