//! Every mistake of a pack is told at once, with file, line and column, in Chinese and English.

use std::fs;

use biaochi_domain::{Language, Localized};
use biaochi_packs::{PackProblem, check_pack, library};

use crate::library::overlay;

fn problems(tables: &[(&str, &str)]) -> Vec<PackProblem> {
    let folder = overlay("mine", "chs_drg_11", tables);
    check_pack(&folder.path().join("pack"), library())
}

/// Line, column and a piece of the Chinese text of each problem.
#[track_caller]
fn check(table: &str, text: &str, expected: &[(u32, u32, &str)]) {
    let found = problems(&[(table, text)]);
    let texts: Vec<String> = found
        .iter()
        .map(|problem| {
            format!(
                "{}:{} {}",
                problem.line,
                problem.column,
                problem.text(Language::Zh)
            )
        })
        .collect();
    assert_eq!(found.len(), expected.len(), "{texts:#?}");
    for (problem, (line, column, piece)) in found.iter().zip(expected) {
        assert_eq!(
            (problem.line, problem.column),
            (*line, *column),
            "{texts:#?}"
        );
        assert!(
            problem.text(Language::Zh).contains(piece),
            "{piece}: {texts:#?}"
        );
        assert!(
            !problem.text(Language::En).contains("，"),
            "{}",
            problem.text(Language::En)
        );
        assert!(
            problem.file.ends_with(&format!("tables/{table}.txt")),
            "{}",
            problem.file
        );
    }
}

#[test]
fn groups() {
    check(
        "groups",
        "@groups 1 changes\n\
         MDCB\n  \
         ~ BB1 : px0 in BB1/px andd mcc\n  \
         ~ BB2 : px0 in NOWHERE/px and age >= 1\n  \
         - BB9\n  \
         + BC1 after BB1 : always\n  \
         + BX9 after BB9 : always\n\
         MDC1\n  \
         ~ AA1\n\
         # 注释\n   \
         三个空格\n\
         MDCC CC1\n",
        &[
            (3, 25, "规则中的“andd”"),
            (4, 18, "不存在的编码集合“NOWHERE/px”"),
            (5, 3, "“BB9”在基础方案或本方案中不存在"),
            (6, 3, "要增加的ADRG 条目“BC1”已经存在"),
            (7, 3, "“BB9”"),
            (8, 1, "“MDC1”"),
            (9, 1, "缩进"),
            (11, 1, "缩进"),
            (12, 1, "写法不对"),
        ],
    );
}

#[test]
fn sets() {
    check(
        "sets",
        "@sets 1 changes\n\
         BB1/px\n  \
         + 01.2300 99.9999x999\n  \
         - 77.7777\n  \
         + 88.{88\n\
         - NOWHERE/px\n\
         + BB2/px\n  \
         01.0000\n",
        &[
            (3, 5, "要增加的编码“01.2300”已经存在"),
            (4, 5, "“77.7777”"),
            (5, 5, "编码列表“88.{88”"),
            (6, 3, "“NOWHERE/px”"),
            (7, 3, "要增加的编码集合“BB2/px”已经存在"),
        ],
    );
}

#[test]
fn complications() {
    check(
        "complications",
        "@complications 1 changes\n\
         1\n  \
         + mcc A01.100\n  \
         - cc Z99.999\n  \
         ! mcc A01.100\n\
         + 1\n\
         7777\n",
        &[
            (3, 9, "“A01.100”"),
            (4, 8, "“Z99.999”"),
            (5, 3, "写法不对"),
            (6, 3, "排除表“1”重复"),
            (7, 1, "排除表“7777”"),
        ],
    );
}

#[test]
fn maps_and_names() {
    check(
        "diagnosis-map",
        "@diagnosis-map 1 changes\nA01.000x002 > A01.003\n- Q00.0007\nA02 > \nA01.000x002 > A01.004\n",
        &[(3, 3, "“Q00.0007”"), (4, 1, "写法不对"), (5, 1, "重复")],
    );
    check(
        "names",
        "@names 1 changes\nAA19\n- AA99\n",
        &[(2, 1, "写法不对"), (3, 3, "“AA99”")],
    );
}

#[test]
fn headings_and_files() {
    check("names", "AA19 心脏移植\n", &[(1, 1, "首行应为")]);
    check("groups", "", &[(1, 1, "首行应为")]);
    let folder = overlay("mine", "chs_drg_11", &[("group", "@groups 1\n")]);
    let pack = folder.path().join("pack");
    fs::write(
        pack.join("tables/names.txt"),
        b"@names 1 changes\nAA19 \xd0\xc4\n",
    )
    .unwrap();
    let found = check_pack(&pack, library());
    let texts: Vec<String> = found
        .iter()
        .map(|problem| problem.text(Language::Zh))
        .collect();
    assert_eq!(found.len(), 2, "{texts:#?}");
    assert!(texts[0].contains("没有程序会读这个文件") && !found[0].is_error());
    assert!(texts[1].contains("不是 UTF-8"));
}

#[test]
fn manifests() {
    let folder = overlay("mine", "chs_drg_11", &[]);
    let pack = folder.path().join("pack");
    fs::write(
        pack.join("pack.toml"),
        "format = 1\nkind = \"drg-scheme\"\nid = \"ein Id\"\ntitel = \"x\"\ntitle = 3\nversion = \"1\"\n\
         place = \"x\"\nlicence = \"x\"\n\n[grouping]\nwalk = \"run\"\nspeed = 1\n",
    )
    .unwrap();
    let found = check_pack(&pack, library());
    let texts: Vec<String> = found
        .iter()
        .map(|problem| {
            format!(
                "{}:{} {}",
                problem.line,
                problem.column,
                problem.problem.text(Language::Zh)
            )
        })
        .collect();
    let has = |place: &str, piece: &str| {
        texts
            .iter()
            .any(|text| text.starts_with(place) && text.contains(piece))
    };
    assert!(has("4:1 ", "titel"), "{texts:#?}");
    assert!(has("5:9 ", "“title”的值不对"), "{texts:#?}");
    assert!(has("0:0 ", "“id”的值不对"), "{texts:#?}");
    assert!(has("0:0 ", "缺少键“document”"), "{texts:#?}");
    assert!(has("11:8 ", "grouping.walk"), "{texts:#?}");
    assert!(has("12:1 ", "grouping.speed"), "{texts:#?}");

    fs::write(pack.join("pack.toml"), "format = 1\nid = \n").unwrap();
    let found = check_pack(&pack, library());
    assert!(
        found[0].text(Language::Zh).contains("第 2 行"),
        "{found:#?}"
    );
}

#[test]
fn sources() {
    let folder = overlay("mine", "chs_drg_11", &[]);
    let pack = folder.path().join("pack");
    assert_eq!(check_pack(&pack, library()), []);
    fs::write(pack.join("sources.toml"), "[[source]]\ntitel = \"x\"\n").unwrap();
    let found = check_pack(&pack, library());
    let texts: Vec<String> = found
        .iter()
        .map(|problem| problem.text(Language::Zh))
        .collect();
    assert!(
        texts
            .iter()
            .any(|text| text.contains("source.titel") && text.contains("第 2 行")),
        "{texts:#?}"
    );
    assert!(
        texts
            .iter()
            .any(|text| text.contains("缺少键“source.title”")),
        "{texts:#?}"
    );
    fs::remove_file(pack.join("sources.toml")).unwrap();
    let found = check_pack(&pack, library());
    assert!(found.len() == 1 && !found[0].is_error(), "{found:#?}");
}

#[test]
fn doubts_are_warnings() {
    let tables = [
        (
            "groups",
            "@groups 1 changes\nMDCB\n  ~ BB1\n    BB15 : always\n    BB11 : mcc\n",
        ),
        ("sets", "@sets 1 changes\n+ ZZZ/px\n"),
    ];
    let found = problems(&tables);
    let texts: Vec<String> = found
        .iter()
        .map(|problem| problem.text(Language::Zh))
        .collect();
    assert!(
        found.iter().all(|problem| !problem.is_error()),
        "{texts:#?}"
    );
    assert!(
        texts.iter().any(|text| text.contains("永远分不到")),
        "{texts:#?}"
    );
    assert!(
        texts.iter().any(|text| text.contains("“ZZZ/px”为空")),
        "{texts:#?}"
    );
}
