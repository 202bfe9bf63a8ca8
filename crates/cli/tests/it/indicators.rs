use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::run::{Run, biaochi, county};

/// A workspace with two months of a small county.
fn workspace(folder: &Path) {
    county(folder, &[]);
    for command in [
        &["init", "w", "--weights", "demo-weights/synthetic"][..],
        &["import", "d/front-pages.csv", "-w", "w", "-q"],
    ] {
        let run = biaochi(folder, command, "");
        assert!([0, 3].contains(&run.code), "{}", run.err);
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    biaochi(
        folder,
        &[&["indicators"], arguments, &["-w", "w"]].concat(),
        "",
    )
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let found = run(folder, &[arguments, &["--json"]].concat());
    assert_eq!(found.code, 0, "{}{}", found.out, found.err);
    serde_json::from_str(&found.out).expect("JSON")
}

/// The answer of an SQL query over the raw table.
fn sql(folder: &Path, sql: &str) -> String {
    let found = biaochi(folder, &["sql", sql, "--json", "-w", "w"], "");
    assert_eq!(found.code, 0, "{}", found.err);
    let rows: Value = serde_json::from_str(&found.out).expect("JSON");
    let value = &rows[0]["v"];
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn values_are_those_of_sql_over_the_raw_file_and_open_into_their_records() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    let computed = json(folder, &["compute"]);
    let stored = sql(folder, "select count(*) as v from discharge");
    assert_eq!(computed["scans"], 1);
    assert_eq!(computed["records"].to_string(), stored);
    assert_eq!(json(folder, &["compute"])["computed"], 0);
    let all = json(
        folder,
        &[
            "show",
            "--unit",
            "all",
            "--period",
            "2025-01..2025-02",
            "--all",
        ],
    );
    let values = all["values"].as_array().expect("values");
    assert!(values.len() > 130);
    let of = |id: &str| values.iter().find(|one| one["id"] == id).expect(id);
    // The grade-4 share rests on a list from memory: its mark is there whatever the value.
    assert!(!of("T3-6")["marks"].as_array().expect("marks").is_empty());
    let share = of("T3-4");
    let deaths = sql(folder, "select count(*) as v from discharge");
    assert_eq!(share["denominator"], Value::from(deaths));
    let days = of("S2-13");
    let sum = sql(
        folder,
        "select sum(length_of_stay) as v from discharge where length_of_stay is not null",
    );
    assert_eq!(days["numerator"], Value::from(sum));
    // One indicator, down to its records.
    let one = json(
        folder,
        &["show", "T3-4", "--period", "2025-01", "--records"],
    );
    let records = one["records"].as_array().expect("records");
    let surgical = records
        .iter()
        .filter(|record| record["numerator"] == "1")
        .count();
    let january = json(
        folder,
        &[
            "show", "T3-4", "--period", "2025-01", "--by", "--trend", "2",
        ],
    );
    assert_eq!(january["numerator"], Value::from(surgical.to_string()));
    assert_eq!(
        january["denominator"],
        Value::from(records.len().to_string())
    );
    assert_eq!(january["trend"].as_array().map(Vec::len), Some(2));
    let parts = january["by"].as_array().expect("parts");
    let sum: usize = parts
        .iter()
        .filter_map(|part| part["denominator"].as_str()?.parse::<usize>().ok())
        .sum();
    assert_eq!(sum, records.len());
    assert!(
        january["provenance"]["pack_hash"]
            .as_str()
            .is_some_and(|hash| hash.len() == 64)
    );
    // A hand count that misses one and has one too many.
    let numbers: Vec<&str> = records
        .iter()
        .filter(|record| record["numerator"] == "1")
        .filter_map(|record| record["record_key"].as_str())
        .collect();
    let list = numbers[1..].join("\n") + "\n没有这份\n";
    fs::write(folder.join("list.csv"), list).expect("own folder");
    let found = run(
        folder,
        &[
            "reconcile",
            "T3-4",
            "list.csv",
            "--period",
            "2025-01",
            "--json",
        ],
    );
    assert_eq!(found.code, 3, "{}", found.err);
    let found: Value = serde_json::from_str(&found.out).expect("JSON");
    assert_eq!(
        (
            &found["counts"]["only_first"],
            &found["counts"]["only_second"]
        ),
        (&Value::from(1), &Value::from(1))
    );
}

#[test]
fn mistakes_of_the_command_line_say_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    workspace(folder);
    for (arguments, code, words) in [
        (&["show", "--period", "2025Q5"][..], 2, "2024Q1"),
        (
            &["show", "--unit", "ward:1", "--period", "2025"],
            2,
            "hospital:机构代码",
        ),
        (
            &["show", "T3-999", "--period", "2025"],
            4,
            "没有指标“T3-999”",
        ),
        (
            &["show", "--unit", "hospital:nobody", "--period", "2025"],
            4,
            "没有它的病案",
        ),
        (
            &["show", "--pack", "nothing", "--period", "2025"],
            4,
            "没有指标包“nothing”",
        ),
    ] {
        let found = run(folder, arguments);
        assert_eq!(found.code, code, "{arguments:?}: {}", found.err);
        assert!(found.err.contains(words), "{arguments:?}: {}", found.err);
    }
    let screen = run(folder, &["show", "T3-4", "--period", "2025-01"]);
    for words in ["值：", "导向：", "依据：", "指标包 national-indicators"] {
        assert!(screen.out.contains(words), "{words}: {}", screen.out);
    }
}
