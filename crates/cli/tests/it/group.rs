use crate::run::{biaochi, cases};

#[test]
fn one_line_out_for_each_line_in_in_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = cases(&[
        "a,2,15,5831,0,0502,17,1,0,S53.300x001|S25.300x001,40.1100x007,0",
        "b,,40,,,0502,17,1,0,I10.x00x002,,0",
        "c,1,0,3,,0502,17,1,0,P54.100,,0",
        "d,1,40,,,0502,17,1,0,NOT.A.CODE,,0",
        "e,1,40,,,0502",
        "f,2,12,4610,,0901,8,1,0,Z51.102,99.2800x006,0",
    ]);
    let run = biaochi(folder.path(), &["group", "-", "--csv"], &input);
    assert_eq!(run.code, 3, "one row cannot be read: {}", run.err);
    let lines: Vec<Vec<&str>> = run
        .out
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(5).collect())
        .collect();
    let expected = [
        ["a", "分组成功", "MDCI", "IS1", "IS19"],
        ["b", "信息校验不通过", "0000", "00", "0000"],
        ["c", "信息校验不通过", "0000", "00", "0000"],
        ["d", "无法入组", "0000", "00", "0000"],
        ["", "拒收", "", "", ""],
        ["f", "分组成功", "MDCR", "RE1", "RE15"],
    ];
    assert_eq!(lines, expected);
    assert!(
        run.out
            .lines()
            .next()
            .is_some_and(|line| line.starts_with("id,status,mdc,adrg,drg"))
    );
}

#[test]
fn json_lines_carry_the_reasons() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = cases(&["a,2,15,5831,0,0502,17,1,0,S53.300x001|S25.300x001,40.1100x007,0"]);
    let run = biaochi(folder.path(), &["group", "--json", "--reasons"], &input);
    assert_eq!(run.code, 0, "{}", run.err);
    let value: serde_json::Value = serde_json::from_str(&run.out).expect("one JSON line");
    assert_eq!(value["drg"], "IS19");
    assert_eq!(value["explanation"]["result"]["drg"], "IS19");
    assert!(value["explanation"]["passes"][0]["categories"].is_array());
}

#[test]
fn a_damaged_scheme_warns_before_it_groups() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = cases(&["a,1,40,,,0502,17,1,0,I10.x00x002,,0"]);
    let plain = biaochi(
        folder.path(),
        &["group", "--csv", "--scheme", "liaocheng_2022"],
        &input,
    );
    assert_eq!(plain.code, 0);
    assert!(plain.err.contains("liaocheng_2022-mended"), "{}", plain.err);
    let mended = biaochi(
        folder.path(),
        &["group", "--csv", "-q", "--scheme", "liaocheng_2022-mended"],
        &input,
    );
    assert!(!mended.err.contains("注意"), "{}", mended.err);
}

#[test]
fn a_value_that_cannot_be_read_is_told_beside_its_group() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = cases(&[
        "a,2,15,5831,0,0502,许多,1,0,S53.300x001|S25.300x001,40.1100x007,0",
        "b,2,15,5831,0,0502,17,1,0,S53.300x001|S25.300x001,40.1100x007,0",
    ]);
    let run = biaochi(folder.path(), &["group", "--csv"], &input);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(
        lines[1].contains("IS19") && lines[1].contains("“los”列“许多”：不是数字"),
        "{}",
        run.out
    );
    assert!(!lines[2].contains("列“"), "{}", run.out);
    assert!(run.err.contains("按空值分组的记录  1"), "{}", run.err);
}

#[test]
fn weights_of_the_user_give_a_case_mix_index_without_zeros() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("mine.csv"),
        "drg,weight\nIS19,2.5\nRE15,\n",
    )
    .expect("written");
    let input = cases(&[
        "a,2,15,5831,0,0502,17,1,0,S53.300x001|S25.300x001,40.1100x007,0",
        "f,2,12,4610,,0901,8,1,0,Z51.102,99.2800x006,0",
    ]);
    let run = biaochi(folder.path(), &["group", "--weights", "mine.csv"], &input);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("CMI  2.5000（1）"), "{}", run.out);
}

#[test]
fn what_is_wrong_is_said_with_its_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&[&str], i32, &str); 6] = [
        (&["group", "missing.csv"], 1, "文件或文件夹不存在"),
        (&["group", "-", "--scheme", "nope"], 4, "没有分组方案“nope”"),
        (&["grop"], 2, "没有命令“grop”"),
        (&["codes", "这样的名称没有吧嚄"], 4, "没有找到"),
        (&["sql", "select 1"], 1, "biaochi init"),
        (
            &["--lang", "en", "schemes", "nope"],
            4,
            "there is no scheme",
        ),
    ];
    for (arguments, code, text) in cases {
        let run = biaochi(folder.path(), arguments, "");
        assert_eq!(run.code, code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(text), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn an_explanation_names_the_deciding_codes() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = cases(&["a,2,15,5831,0,0502,17,1,0,S53.300x001|S25.300x001,40.1100x007,0"]);
    std::fs::write(folder.path().join("cases.csv"), input).expect("written");
    let run = biaochi(
        folder.path(),
        &["explain", "a", "--file", "cases.csv", "--what-if"],
        "",
    );
    assert_eq!(run.code, 0, "{}", run.err);
    for text in [
        "MDCI / IS1 / IS19",
        "S53.300x001",
        "S25.300x001",
        "不是编码建议",
    ] {
        assert!(run.out.contains(text), "{text}: {}", run.out);
    }
    let missing = biaochi(folder.path(), &["explain", "z", "--file", "cases.csv"], "");
    assert_eq!(missing.code, 4);
}
