use std::fs;

use crate::run::biaochi;

#[test]
fn from_generated_files_to_an_explained_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let synth = run(&[
        "synth",
        "-n",
        "60",
        "--from",
        "2024-03",
        "--to",
        "2024-03",
        "-o",
        "data",
        "--encoding",
        "gb18030",
        "--clean",
        "--json",
    ]);
    assert_eq!(synth.code, 0, "{}", synth.err);
    let init = run(&["init", "w", "--weights", "demo-weights/synthetic"]);
    assert_eq!(init.code, 0, "{}", init.err);
    assert_eq!(
        run(&["init", "w"]).code,
        1,
        "an existing workspace is not touched"
    );

    let import = run(&["import", "data", "-w", "w", "--json"]);
    assert_eq!(import.code, 0, "{}{}", import.out, import.err);
    let value: serde_json::Value = serde_json::from_str(&import.out).expect("JSON");
    assert_eq!(value["import"]["counts"]["came"], 60);
    assert_eq!(value["import"]["counts"]["rejected"], 0);

    let again = run(&["import", "data", "-w", "w"]);
    assert!(again.out.contains("未作任何改动"), "{}", again.out);

    let count = run(&[
        "sql",
        "select count(*) as n from discharge",
        "-w",
        "w",
        "--csv",
    ]);
    assert_eq!(count.out.trim(), "n\n60", "{}", count.err);
    let number = run(&[
        "sql",
        "select medical_record_number from grouping g join discharge d on g.record_key = d.record_key \
         where g.status = 'grouped' order by 1 limit 1",
        "-w",
        "w",
        "--csv",
    ]);
    let number = number.out.lines().nth(1).expect("a record").to_owned();
    let explained = run(&["explain", &number, "-w", "w"]);
    assert_eq!(explained.code, 0, "{}", explained.err);
    assert!(
        explained.out.contains("结果：分组成功"),
        "{}",
        explained.out
    );

    let refused = run(&["sql", "drop table discharge", "-w", "w"]);
    assert_eq!(refused.code, 1);
    let names = run(&["sql", "select * from discharge limit 1", "-w", "w", "--csv"]);
    for hidden in ["patient_name", "id_number", "sealed"] {
        assert!(!names.out.contains(hidden), "{hidden} must not be visible");
    }
}

#[test]
fn a_part_of_a_month_has_to_be_confirmed() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let synth = [
        "synth",
        "-n",
        "600",
        "--from",
        "2024-03",
        "--to",
        "2024-03",
        "--single-file",
        "--out",
        "d",
        "-q",
    ];
    assert_eq!(run(&synth).code, 0);
    assert_eq!(run(&["init", "w"]).code, 0);
    // What the checks find is of no concern here.
    let config = folder.join("w/biaochi.toml");
    let text = fs::read_to_string(&config).expect("own folder");
    fs::write(&config, format!("checks = \"\"\n{text}")).expect("own folder");
    let import = run(&["import", "d/front-pages.csv", "-w", "w", "-q"]);
    assert!([0, 3].contains(&import.code), "{}", import.err);
    let largest =
        "select organisation_code, count(*) as n from discharge group by 1 order by 2 desc limit 1";
    let largest = run(&["sql", largest, "-w", "w", "--csv"]);
    let line = largest.out.lines().nth(1).expect("a hospital");
    let (code, before) = line.split_once(',').expect("two values");
    let before: u64 = before.parse().expect("a number");
    assert!(before >= 50, "{line}");
    let text = fs::read_to_string(folder.join("d/front-pages.csv")).expect("text");
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let own = lines.filter(|line| line.contains(code)).take(10);
    let part = own.fold(header.to_owned(), |part, line| part + "\n" + line);
    fs::write(folder.join("part.csv"), part).expect("own folder");

    let count = format!("select count(*) as n from discharge where organisation_code = '{code}'");
    let records = || run(&["sql", &count, "-w", "w", "--csv"]).out;
    let asked = run(&["import", "part.csv", "-w", "w"]);
    assert_eq!(asked.code, 6, "{}{}", asked.out, asked.err);
    let told = [code, "2024-03", "--mode correction", "--allow-fewer"];
    assert!(
        told.iter().all(|told| asked.err.contains(told)),
        "{}",
        asked.err
    );
    assert_eq!(records().trim(), format!("n\n{before}"));
    let corrected = run(&["import", "part.csv", "-w", "w", "--mode", "correction"]);
    assert!([0, 3].contains(&corrected.code), "{}", corrected.err);
    assert_eq!(records().trim(), format!("n\n{before}"));
    let confirmed = run(&["import", "part.csv", "-w", "w", "--allow-fewer"]);
    assert!([0, 3].contains(&confirmed.code), "{}", confirmed.err);
    let after: u64 = records()
        .trim()
        .trim_start_matches("n\n")
        .parse()
        .expect("a number");
    assert!((1..=10).contains(&after), "{after}");
}

#[test]
fn a_pack_with_mistakes_is_told_all_of_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let pack = folder.path().join("pack");
    fs::create_dir(&pack).expect("made");
    fs::write(
        pack.join("pack.toml"),
        "format = 1\nkind = \"drg-scheme\"\nid = \"x\"\nnonsense = 1\n",
    )
    .expect("written");
    let run = biaochi(folder.path(), &["pack", "check", "pack"], "");
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(
        run.out.contains("pack.toml") && run.out.contains("第 4 行"),
        "{}",
        run.out
    );
    let codes = folder.path().join("codes");
    fs::create_dir(&codes).expect("made");
    fs::write(
        codes.join("pack.toml"),
        "format = 1\nkind = \"codes\"\nid = \"y\"\nnonsense = 1\n",
    )
    .expect("written");
    let run = biaochi(folder.path(), &["pack", "check", "codes"], "");
    assert_eq!(run.code, 3, "{}{}", run.out, run.err);
    let list = biaochi(folder.path(), &["pack", "list", "--json"], "");
    let value: serde_json::Value = serde_json::from_str(&list.out).expect("JSON");
    assert!(
        value["schemes"]
            .as_array()
            .is_some_and(|schemes| schemes.len() >= 32)
    );
}
