use std::path::Path;

use serde_json::Value;

use crate::run::{Run, biaochi};

fn json(run: &Run) -> Value {
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}{}", run.out, run.err))
}

#[test]
fn a_code_is_translated_without_a_workspace() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| biaochi(folder.path(), arguments, "");
    let one = json(&run(&["unify", "code", "a16.502", "--json"]));
    assert_eq!(one[0]["system"], "icd-10");
    assert_eq!(one[0]["decided"], "A16.500x004");
    assert_eq!(one[0]["candidates"][0]["means"], "map");

    let back = json(&run(&["unify", "code", "A16.500x004", "--back", "--json"]));
    let codes = back[0]["candidates"].as_array().expect("candidates");
    assert!(codes.iter().any(|code| code["code"] == "A16.502"), "{back}");

    let name = run(&["unify", "code", "--name", "急性阑尾炎"]);
    assert_eq!(name.code, 0, "{}", name.err);
    assert!(
        name.out.contains("K35.800x001") && name.out.contains("名称一致"),
        "{}",
        name.out
    );
    let english = run(&["unify", "code", "47.01", "--lang", "en"]);
    assert!(english.out.contains("padded code"), "{}", english.out);

    let nothing = run(&["unify", "code", "XYZ"]);
    assert_eq!(nothing.code, 4, "{}", nothing.err);
    assert!(nothing.err.contains("XYZ") && nothing.err.contains("biaochi unify choose"));
    assert_eq!(run(&["unify", "code"]).code, 2);
    assert_eq!(run(&["unify", "code", "K35", "--system", "icd-11"]).code, 2);
    let elsewhere = run(&["unify", "code", "K35.900", "--organisation", "H1"]);
    assert_eq!(
        elsewhere.code, 1,
        "choices need a workspace: {}",
        elsewhere.out
    );
}

/// A workspace with two months of a small county, where one diagnosis has a code of the hospitals' own
/// and another only its name.
fn county(folder: &Path) {
    let run = |arguments: &[&str]| {
        let run = biaochi(folder, arguments, "");
        assert_eq!(run.code, 0, "{arguments:?} {}{}", run.out, run.err);
    };
    crate::run::county(folder, &["--clean"]);
    let file = folder.join("d/front-pages.csv");
    let text = std::fs::read_to_string(&file).expect("text");
    let (own, named) = ("I10.x05,高血压3级,", "I25.103,冠状动脉粥样硬化性心脏病,");
    assert!(
        text.contains(own) && text.contains(named),
        "the county has such patients"
    );
    let text = text
        .replace(own, "ZYB-1,院内高血压,")
        .replace(named, ",冠心病,");
    std::fs::write(&file, text).expect("own folder");
    run(&["init", "w"]);
    // Pages whose principal diagnosis lost its code are rejected.
    let import = biaochi(
        folder,
        &["import", "d/front-pages.csv", "-w", "w", "-q"],
        "",
    );
    assert!(
        [0, 3].contains(&import.code),
        "{}{}",
        import.out,
        import.err
    );
}

#[test]
fn the_report_counts_what_sql_counts_and_choices_change_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    county(folder);
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let report = || json(&run(&["unify", "report", "-w", "w", "--json"]));
    let before = report();

    let sql = "select count(*) as n from (select unnest(diagnoses) as d from discharge) \
               where coalesce(d['code'], '') <> '' or coalesce(d['name'], '') <> ''";
    let counted = json(&run(&["sql", sql, "-w", "w", "--json"]));
    let diagnoses = &before["all"]["icd-10"];
    assert_eq!(diagnoses["total"]["occurrences"], counted[0]["n"]);
    let standings = diagnoses["standings"].as_object().expect("standings");
    let sum: u64 = standings
        .values()
        .filter_map(|tally| tally["occurrences"].as_u64())
        .sum();
    assert_eq!(Some(sum), diagnoses["total"]["occurrences"].as_u64());
    let hospitals = before["organisations"].as_array().expect("hospitals");
    let of_hospitals: u64 = hospitals
        .iter()
        .filter_map(|one| one["icd-10"]["total"]["occurrences"].as_u64())
        .sum();
    assert_eq!(of_hospitals, sum);

    // What the hospitals write themselves is open, with candidates where names are alike.
    let open = before["unmatched"].as_array().expect("a list");
    let find = |code: &str| {
        open.iter()
            .find(|one| one["code"] == code)
            .expect("it is open")
    };
    let sql = "select coalesce(d['code'], '') as code, count(*) as n from (select unnest(diagnoses) as d \
               from discharge) where d['code'] = 'ZYB-1' or d['name'] = '冠心病' group by 1 order by 1";
    let counted = json(&run(&["sql", sql, "-w", "w", "--json"]));
    assert_eq!(find("")["occurrences"], counted[0]["n"]);
    assert_eq!(find("ZYB-1")["occurrences"], counted[1]["n"]);
    assert_eq!(find("")["name"], "冠心病");
    assert_eq!(find("")["candidates"][0]["code"], "I25.103");

    // One of the hospitals chooses a code, which a second person confirms.
    let sql = "select organisation_code as o, count(*) as n from (select organisation_code, \
               unnest(diagnoses) as d from discharge) where d['code'] = 'ZYB-1' group by 1 order by 1";
    let writers = json(&run(&["sql", sql, "-w", "w", "--json"]));
    let writers = writers.as_array().expect("rows");
    assert_eq!(find("ZYB-1")["organisations"], writers.len());
    let places = writers[0]["n"].as_u64().expect("a count");
    let hospital = writers[0]["o"].as_str().expect("a code");
    let with = |verb: &str, more: &[&str]| {
        let choice = [
            "unify",
            verb,
            "icd-10",
            "ZYB-1",
            "--organisation",
            hospital,
            "-w",
            "w",
        ];
        run(&[&choice[..], more].concat())
    };
    let chosen = with("choose", &["--to", "I10.x05", "--actor", "张编码"]);
    assert_eq!(chosen.code, 0, "{}", chosen.err);
    let same = with("confirm", &["--actor", "张编码"]);
    assert_eq!(same.code, 1, "{}", same.out);
    assert!(same.err.contains("另一个人"), "{}", same.err);
    let confirmed = with("confirm", &["--actor", "李组长"]);
    assert_eq!(confirmed.code, 0, "{}", confirmed.err);

    let after = report();
    let exact = |report: &Value| {
        report["all"]["icd-10"]["standings"]["exact"]["occurrences"]
            .as_u64()
            .unwrap_or(0)
    };
    assert_eq!(exact(&after), exact(&before) + places);
    let month = run(&[
        "unify", "report", "-w", "w", "--month", "2025-01", "-o", "r.xlsx",
    ]);
    assert_eq!(month.code, 0, "{}", month.err);
    let written = std::fs::read(folder.join("r.xlsx")).expect("a workbook");
    assert_eq!(written[..2], *b"PK");
    let shown = run(&["unify", "report", "-w", "w", "--organisation", hospital]);
    assert!(
        shown.out.contains("已是医保版") && shown.out.contains(hospital),
        "{}",
        shown.out
    );

    for (arguments, exit) in [
        (["--month", "2031-01"], 4),
        (["--month", "2025-1"], 2),
        (["--organisation", "x' or 'a'='a"], 4),
        (["-o", "r.pdf"], 2),
    ] {
        let typed = [&["unify", "report", "-w", "w"], &arguments[..]].concat();
        let refused = run(&typed);
        assert_eq!(refused.code, exit, "{arguments:?} {}", refused.err);
    }
}

#[test]
fn choices_travel_as_a_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    assert_eq!(run(&["init", "w", "--organisation", "H1"]).code, 0);
    let empty = run(&["unify", "list", "-w", "w"]);
    assert!(empty.out.contains("没有对照"), "{}", empty.out);
    let wrong = run(&["unify", "choose", "icd-10", "X1", "--to", "K35", "-w", "w"]);
    assert_eq!(wrong.code, 4, "{}", wrong.err);
    let made = run(&[
        "unify", "choose", "icd-10", "X1", "--to", "K35.301", "-w", "w", "--json",
    ]);
    assert_eq!(json(&made)[0]["organisation_code"], "H1");
    let missing = run(&[
        "unify", "confirm", "icd-10", "X2", "-w", "w", "--actor", "李",
    ]);
    assert_eq!(missing.code, 4, "{}", missing.err);
    let seen = run(&[
        "unify", "confirm", "icd-10", "X1", "-w", "w", "--actor", "李", "--seen", "7",
    ]);
    assert_eq!(seen.code, 1, "somebody else was faster: {}", seen.err);

    assert_eq!(run(&["unify", "export", "-w", "w", "-o", "m.csv"]).code, 0);
    let table = std::fs::read_to_string(folder.join("m.csv")).expect("text");
    assert_eq!(
        run(&["unify", "export", "-w", "w"]).out,
        table.trim_start_matches('\u{feff}')
    );
    let same = json(&run(&["unify", "import", "m.csv", "-w", "w", "--json"]));
    assert_eq!(
        (&same["unchanged"], &same["rows"]),
        (&1.into(), &1.into()),
        "{same}"
    );

    std::fs::write(
        folder.join("m.csv"),
        table + "H1,icd-10,X3,,Z99.999x9,,,,,,,\n",
    )
    .expect("own folder");
    let partly = run(&["unify", "import", "m.csv", "-w", "w"]);
    assert_eq!(partly.code, 3, "{}", partly.err);
    assert!(partly.out.contains("第 3 行"), "{}", partly.out);
    let history = json(&run(&[
        "unify", "history", "icd-10", "X1", "-w", "w", "--json",
    ]));
    assert_eq!(history.as_array().map(Vec::len), Some(1));
    assert_eq!(
        run(&["unify", "history", "icd-10", "X9", "-w", "w"]).code,
        4
    );
    assert_eq!(run(&["unify", "import", "no.csv", "-w", "w"]).code, 1);
}
