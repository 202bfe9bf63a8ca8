use biaochi_domain::{Language, Localized};
use biaochi_grouper::definition::{Complication, Level, SchemeDefinition};
use biaochi_grouper::{CompileProblem, Place, Scheme};

use crate::small_scheme::{category, definition, entry};

#[track_caller]
fn problems(definition: &SchemeDefinition) -> Vec<CompileProblem> {
    Scheme::compile(definition).expect_err("problems")
}

#[test]
fn an_empty_scheme_is_refused() {
    assert_eq!(
        problems(&SchemeDefinition::default()),
        [CompileProblem::NoCategories]
    );
}

#[test]
fn all_problems_are_reported_at_once() {
    let mut definition = definition();
    let entries = vec![
        entry(
            "HC2",
            r#"["px0","XX1/px"]"#,
            &[("XX19", r#"["dx","XX1/dx"]"#)],
            None,
        ),
        entry("XX2", "true", &[], Some("0000")),
    ];
    definition
        .categories
        .push(category("MDCX", r#"["dx0","MDCX/dx"]"#, entries));
    let table = |table: &str| Complication {
        code: "A41.900".into(),
        level: Level::Mcc,
        table: Some(table.into()),
    };
    definition.complications.push(table("5"));
    let unknown = |place, set: &str| CompileProblem::UnknownSet {
        place,
        set: set.into(),
    };
    let drg = Place::Drg {
        entry: "HC2".into(),
        drg: "XX19".into(),
    };
    let expected = [
        unknown(Place::Category("MDCX".into()), "MDCX/dx"),
        unknown(Place::Entry("HC2".into()), "XX1/px"),
        unknown(drg, "XX1/dx"),
        CompileProblem::Twice(Place::Entry("HC2".into())),
        CompileProblem::BadResult {
            place: Place::Entry("XX2".into()),
            code: "0000".into(),
        },
        CompileProblem::AmbiguousComplication("A41.900".into()),
    ];
    assert_eq!(problems(&definition), expected);
}

#[test]
fn problems_are_told_in_chinese() {
    let problem = CompileProblem::UnknownSet {
        place: Place::Drg {
            entry: "HC2".into(),
            drg: "HC21".into(),
        },
        set: "HC2/px".into(),
    };
    assert_eq!(
        problem.text(Language::Zh),
        "病组入口 HC2 的细分组 HC21：规则引用的编码表“HC2/px”不存在，请补充该编码表或改正名称"
    );
}

#[test]
fn too_many_sets_are_refused() {
    let mut definition = definition();
    let entries = (0..2_100)
        .map(|number| {
            let name = format!("S{number}");
            definition.sets.insert(name.clone(), Default::default());
            entry(
                &format!("X{number:04}"),
                &format!(r#"["dx","{name}"]"#),
                &[],
                None,
            )
        })
        .collect();
    definition
        .categories
        .push(category("MDCX", "true", entries));
    let [CompileProblem::TooManySets { sets, most: 2048 }] = problems(&definition)[..] else {
        panic!("one problem expected");
    };
    assert!(sets > 2_100);
}
