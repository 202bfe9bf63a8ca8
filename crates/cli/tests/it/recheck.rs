//! `biaochi recheck` as a person uses it, and as a power cut ends it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::run::{Run, biaochi, county};

/// A workspace with two months of a small county, imported with the national checks, and a pack over them
/// that switches a check off.
fn workspace(folder: &Path) -> u64 {
    let run = |arguments: &[&str]| {
        let run = biaochi(folder, arguments, "");
        assert!(
            [0, 3].contains(&run.code),
            "{arguments:?}: {}{}",
            run.out,
            run.err
        );
    };
    let records = county(folder, &[]);
    run(&["init", "w"]);
    run(&["import", "d/front-pages.csv", "-w", "w"]);
    overlay(&folder.join("own"), "own");
    records
}

fn overlay(folder: &Path, id: &str) {
    fs::create_dir_all(folder.join("checks")).expect("own folder");
    let manifest = format!(
        "format = 1\nkind = \"checks\"\nid = \"{id}\"\ntitle = \"本院\"\nversion = \"2\"\nbase = \"front-page-checks\"\n"
    );
    fs::write(folder.join("pack.toml"), manifest).expect("own folder");
    let sources = "[[source]]\nid = \"own\"\ntitle = \"本院\"\n";
    fs::write(folder.join("sources.toml"), sources).expect("own folder");
    let adjust =
        "[[adjust]]\ncheck = \"DT004\"\noff = true\nfrom = 2000-01-01\nreason = \"试验\"\n";
    fs::write(folder.join("checks/a.toml"), adjust).expect("own folder");
}

fn json(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.err);
    serde_json::from_str(&run.out).expect("JSON")
}

fn findings(folder: &Path) -> String {
    let sql = "select record_key, check_id, message from finding order by 1, 2, 3";
    biaochi(folder, &["sql", sql, "-w", "w", "--csv"], "").out
}

#[test]
fn the_difference_first_and_then_in_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let records = workspace(folder);
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let before = findings(folder);
    let same = json(&run(&["recheck", "-w", "w", "--json"]));
    assert_eq!(
        (&same["new"], &same["gone"]),
        (&0.into(), &0.into()),
        "{same}"
    );
    let pages = same["pages"].as_u64().expect("a number");
    // Some rows of the file are rejected.
    let most = records;
    assert!(
        (most * 9 / 10..=most).contains(&pages) && same["activated"] == false,
        "{same}"
    );
    let told = run(&["recheck", "--checks", "own", "-w", "w"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("DT004") && told.out.contains("未作任何改动"),
        "{}",
        told.out
    );
    assert_eq!(findings(folder), before);
    // A pack that the next import would not find is not put in force.
    let refused = run(&["recheck", "--checks", "own", "-w", "w", "--activate"]);
    assert_eq!(refused.code, 2, "{}", refused.err);
    assert!(refused.err.contains("packs"), "{}", refused.err);
    overlay(&folder.join("w/packs/own"), "own");
    let part = [
        "recheck",
        "--checks",
        "own",
        "-w",
        "w",
        "--activate",
        "--from",
        "2025-02",
        "--json",
    ];
    let part = json(&run(&part));
    assert!(
        part["remark"]
            .as_str()
            .is_some_and(|remark| remark.contains("仍是")),
        "{part}"
    );
    let all = json(&run(&[
        "recheck",
        "--checks",
        "own",
        "-w",
        "w",
        "--activate",
        "--actor",
        "质控员",
        "--json",
    ]));
    assert_eq!(all["activated"], true);
    assert!(
        all["remark"]
            .as_str()
            .is_some_and(|remark| remark.contains("own")),
        "{all}"
    );
    assert!(all["worklist"]["closed"].as_u64().is_some(), "{all}");
    let config = fs::read_to_string(folder.join("w/biaochi.toml")).expect("own folder");
    assert!(config.contains("\nchecks = \"own\"\n"), "{config}");
    assert!(!findings(folder).contains("DT004"));
    let open = json(&run(&[
        "worklist", "list", "--check", "DT004", "-w", "w", "--json",
    ]));
    assert_eq!(open["count"], 0, "the worklist follows");
    let again = json(&run(&["recheck", "-w", "w", "--json"]));
    assert_eq!(
        (&again["checks_pack"], &again["gone"]),
        (&"own".into(), &0.into())
    );
}

#[test]
fn what_is_typed_wrong_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(biaochi(folder, &["init", "w"], "").code, 0);
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let all = [&["recheck", "-w", "w"], arguments].concat();
        let run = biaochi(folder, &all, "");
        assert_eq!(run.code, code, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains(words), "{arguments:?}: {}", run.err);
    };
    fs::create_dir(folder.join("empty")).expect("own folder");
    overlay(&folder.join("broken"), "broken");
    fs::write(
        folder.join("broken/checks/b.toml"),
        "[[across]]\nid = \"X\"\n",
    )
    .expect("own folder");
    refused(&["--checks", "nothing"], 4, "nothing");
    refused(&["--checks", "empty"], 4, "pack.toml");
    refused(&["--checks", "broken"], 1, "query");
    refused(&["--from", "March"], 2, "2024-03");
    // Nothing was imported yet.
    refused(&[], 1, "数据湖");
}

/// A pack with one check that is quick to compile.
fn small(folder: &Path, id: &str, condition: &str) {
    fs::create_dir_all(folder.join("checks")).expect("own folder");
    let manifest = format!(
        "format = 1\nkind = \"checks\"\nid = \"{id}\"\ntitle = \"小\"\nversion = \"1\"\n\
         [standard]\nid = \"s\"\ntitle = \"标准\"\nversion = \"1\"\n"
    );
    let check = format!(
        "[[check]]\nid = \"S1\"\ntitle = \"性别\"\nclass = \"逻辑\"\nseverity = \"错误\"\nstage = \"提示\"\n\
         section = \"基本信息\"\nfields = [\"sex\"]\nviolated = \"{condition}\"\nmessage = \"性别 {{sex}}\"\n\
         mend = \"改\"\nsource = \"own\"\nbasis = \"general\"\n\
         cases = '''\n| sex | 结果 |\n|---|---|\n| 1 | 违反 |\n| | 通过 |\n'''\n"
    );
    let sources = "[[source]]\nid = \"own\"\ntitle = \"本院\"\n";
    for (name, text) in [
        ("pack.toml", manifest.as_str()),
        ("sources.toml", sources),
        ("checks/a.toml", &check),
    ] {
        fs::write(folder.join(name), text).expect("own folder");
    }
}

/// The instants are spread over the time a whole re-check takes.
#[test]
fn a_re_check_that_is_killed_leaves_all_as_before_or_as_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert_eq!(biaochi(folder, &["init", "w"], "").code, 0);
    small(&folder.join("w/packs/men"), "men", "sex = '1'");
    small(&folder.join("w/packs/all"), "all", "sex is not null");
    let config = folder.join("w/biaochi.toml");
    let text = fs::read_to_string(&config).expect("own folder");
    fs::write(&config, format!("checks = \"men\"\n{text}")).expect("own folder");
    county(folder, &[]);
    let imported = biaochi(folder, &["import", "d/front-pages.csv", "-w", "w"], "");
    assert!(imported.out.contains("已导入"), "{}", imported.err);
    let before = findings(folder);
    let start = |checks: &str| {
        Command::new(env!("CARGO_BIN_EXE_biaochi"))
            .args(["recheck", "--checks", checks, "-w", "w", "--activate"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts")
    };
    let began = Instant::now();
    assert!(start("all").wait().expect("ends").success());
    let whole = began.elapsed();
    let after = findings(folder);
    assert_ne!(before, after);
    assert!(start("men").wait().expect("ends").success());
    assert_eq!(findings(folder), before);
    let (mut cut, mut done) = (0, 0);
    for point in 1..=5u32 {
        let mut child = start("all");
        std::thread::sleep(whole * point / 5 - Duration::from_millis(5).min(whole / 16));
        let _ = child.kill();
        child.wait().expect("ends");
        let found = findings(folder);
        if found == before {
            cut += 1;
        } else {
            assert_eq!(found, after, "killed at {point}/5");
            done += 1;
            assert!(start("men").wait().expect("ends").success());
        }
    }
    assert!(
        cut > 0,
        "{cut} cut off, {done} done: the instants prove nothing"
    );
    // The next one takes back what was left and works.
    assert!(start("all").wait().expect("ends").success());
    assert_eq!(findings(folder), after);
}
