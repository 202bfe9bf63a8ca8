//! Explanations name numbers, rules and clauses.

use biaochi_domain::Language;

use super::grades::{accident, district, scored};
use super::*;

fn text(lines: &[Line]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| match line.clause.as_str() {
            "" => line.text.clone(),
            clause => format!("{}【{clause}】", line.text),
        })
        .collect();
    lines.join("\n")
}

#[test]
fn the_way_to_a_grade_is_told() {
    let mut small = district();
    small.gates[0].cite = Cite {
        source: "scheme".to_owned(),
        clause: "等次".to_owned(),
        parameters: vec!["gate.otherwise".to_owned()],
    };
    small.parameters = vec![Parameter {
        id: "gate.otherwise".to_owned(),
        title: "条件不具备时的等次".to_owned(),
        value: "较好".to_owned(),
        assumed: true,
        question: "原文只说不得评好".to_owned(),
        set_by: "pack".to_owned(),
        cite: Cite::default(),
    }];
    let mut unit = scored(["95", "95", "95", "95"]);
    unit.attributes.insert("party".to_owned(), entry("一般"));
    let outcome = run(&small, vec![unit]).remove(0);
    let found = text(&outcome_lines(&small, &outcome, Language::Zh));
    for expected in [
        "得分 95.00，建议等次“较好”",
        "按得分为“好”（≥ 90）",
        "改为“较好”：politics“好”，party“一般”【等次；假定 gate.otherwise = 较好】",
        "95 × 5% + 95 × 5% + 95 × 90% = 95",
        "end（2021）95.00 分，由 考核办 录入",
    ] {
        assert!(found.contains(expected), "{expected} in\n{found}");
    }
}

#[test]
fn a_veto_is_told_first() {
    let small = district();
    let mut unit = scored(["95", "95", "95", "95"]);
    unit.events.push(accident());
    let outcome = run(&small, vec![unit]).remove(0);
    let lines = outcome_lines(&small, &outcome, Language::Zh);
    assert!(lines[1].text.contains("否决事项（事件 7）"), "{lines:?}");
}

#[test]
fn an_item_is_told_with_its_numbers() {
    let mut counted = item(
        "A",
        "10",
        Shape::Linear {
            zero: d("0"),
            full: d("100"),
        },
    );
    counted.cite.clause = "附件1".to_owned();
    let small = scheme(vec![counted]);
    let mut unit = with("1", &[]);
    let reading = Reading {
        value: d("33.333"),
        numerator: Some(d("1")),
        denominator: Some(d("3")),
        target: None,
        origin: "indicator:T3-4".to_owned(),
        period: "2021".to_owned(),
        certainty: "general".to_owned(),
    };
    let readings = [("A".to_owned(), reading)].into();
    unit.readings.insert("year".to_owned(), readings);
    let outcome = run(&small, vec![unit]).remove(0);
    let found = text(&item_lines(&small, &outcome, "A", Language::Zh));
    assert_eq!(
        found,
        "year（2021）\n\
         A 项目A：3.33 / 10.00 分，在零分值 0 与满分值 100 之间按比例，完成 33.33%【附件1】\n\
         值 33.333%，分子 1，分母 3，来自指标 T3-4（2021），口径为行业常识，待核对"
    );
}

#[test]
fn the_distance_to_the_next_grade_and_what_cost_most_are_told() {
    let small = district();
    let outcome = run(&small, vec![scored(["85", "85", "85", "85"])]).remove(0);
    let found = text(&outcome_lines(&small, &outcome, Language::Zh));
    assert!(found.contains("距“好”还差 5.00 分"), "{found}");
    let best = run(&small, vec![scored(["95", "95", "95", "95"])]).remove(0);
    assert_eq!(next_grade(&small, &best), None);

    let linear = |full| Shape::Linear {
        zero: d("0"),
        full: d(full),
    };
    let items = vec![
        item("A", "60", linear("100")),
        item("B", "40", linear("10")),
    ];
    let counted = scheme(items);
    let outcome = run(&counted, vec![with("1", &[("A", "50"), ("B", "14")])]).remove(0);
    let found = text(&outcome_lines(&counted, &outcome, Language::Zh));
    assert!(found.contains("失分最多：A 项目A 30.00 分"), "{found}");
    // More than the full value is capped, and that is said.
    assert!(
        found.contains("完成 140.00%，超过满分值，按满分计"),
        "{found}"
    );
}

#[test]
fn a_gate_that_lowered_the_grade_is_named() {
    let small = district();
    let mut unit = scored(["95", "95", "95", "95"]);
    unit.attributes.insert("party".to_owned(), entry("一般"));
    let outcome = run(&small, vec![unit]).remove(0);
    let title = "政治素质考核和党建工作成效考核均为好";
    assert_eq!(lowered_by(&small, &outcome), Some(title));
    let outcome = run(&small, vec![scored(["75", "75", "75", "75"])]).remove(0);
    assert_eq!(lowered_by(&small, &outcome), None);
}

#[test]
fn a_rule_is_said_before_there_is_a_value() {
    #[track_caller]
    fn check(shape: Shape, expected: &str) {
        let item = item("A", "12", shape);
        assert_eq!(rule(&item, Language::Zh), expected);
    }
    check(
        Shape::Deduct {
            each: d("2"),
            free: d("1"),
        },
        "1 起以内不扣，每起扣 2 分",
    );
    check(
        Shape::Linear {
            zero: d("5"),
            full: d("35"),
        },
        "5 得零分，35 得满分，之间按比例",
    );
    let limit = Limit {
        comparator: Comparator::AtMost,
        value: d("0.1"),
    };
    check(Shape::FullOrNothing { limit }, "≤ 0.1 得满分，否则零分");
    let rows = vec![Row {
        limits: vec![limit],
        points: d("12"),
    }];
    let otherwise = d("0");
    check(
        Shape::Steps { rows, otherwise },
        "≤ 0.1 得 12 分，其他得 0 分",
    );
}
