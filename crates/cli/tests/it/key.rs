//! `biaochi key`: rotate, look, retire.

use serde_json::Value;

use crate::run::biaochi;

#[test]
fn a_key_is_rotated_looked_at_and_retired() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let run = |arguments: &[&str]| biaochi(folder, arguments, "");
    let json = |arguments: &[&str]| -> Value {
        let run = run(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        serde_json::from_str(&run.out).expect("JSON")
    };
    let synth = run(&[
        "synth", "-n", "40", "--from", "2024-03", "--to", "2024-03", "-o", "data", "--clean",
    ]);
    assert_eq!(synth.code, 0, "{}", synth.err);
    assert_eq!(run(&["init", "w"]).code, 0);
    let import = run(&["import", "data", "-w", "w"]);
    assert_eq!(import.code, 0, "{}", import.err);

    let status = json(&["key", "status", "-w", "w", "--json"]);
    let first = &status["keys"][0];
    assert_eq!((&first["id"], &first["current"]), (&1.into(), &true.into()));
    assert_eq!(
        (&first["records"], &status["unopened"]),
        (&40.into(), &0.into())
    );
    let refused = run(&["key", "retire", "1", "-w", "w"]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("正在使用"), "{}", refused.err);

    let done = json(&["key", "rotate", "--actor", "信息科", "-w", "w", "--json"]);
    assert_eq!((&done["from"], &done["to"]), (&1.into(), &2.into()));
    assert_eq!(
        (&done["records"], &done["resumed"]),
        (&40.into(), &false.into())
    );
    let again = run(&["key", "rotate", "--resume", "-w", "w"]);
    assert!(again.out.contains("没有要做的"), "{}", again.out);
    let shown = run(&["key", "status", "-w", "w"]);
    assert!(
        shown.out.contains("当前") && shown.out.contains("可停用"),
        "{}",
        shown.out
    );

    let missing = run(&["key", "retire", "7", "-w", "w"]);
    assert_eq!(missing.code, 4, "{}", missing.err);
    let older = run(&["key", "retire", "1", "-w", "w"]);
    assert_eq!(older.code, 1);
    assert!(older.err.contains("--accept"), "{}", older.err);
    let gone = run(&["key", "retire", "1", "--accept", "-w", "w"]);
    assert!(gone.out.contains("已停用"), "{}{}", gone.out, gone.err);
    let trail = run(&[
        "audit",
        "list",
        "--action",
        "key_retired",
        "-w",
        "w",
        "--json",
    ]);
    assert!(trail.out.contains("key 1"), "{}", trail.out);
    let verified = run(&["audit", "verify", "-w", "w"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    // An import after it is sealed with the key that is left.
    let import = run(&["import", "data", "-w", "w"]);
    assert!(import.out.contains("未作任何改动"), "{}", import.out);
}
