use biaochi_domain::{Language, Localized};
use biaochi_grouper::definition::{Comparison, Field, Level, Number, Rule};
use biaochi_grouper::{RuleError, RuleProblem, WorkbookRule, parse_workbook_rule};

const CORPUS: &str = include_str!("../data/workbook-rules.txt");

/// (heading, rule as in the cell, expected tree)
fn corpus() -> Vec<(String, String, String)> {
    CORPUS
        .split("\n## ")
        .skip(1)
        .map(|record| {
            let (heading, rest) = record.split_once('\n').expect("a heading line");
            let (rule, tree) = rest.rsplit_once("=> ").expect("a tree");
            let rule = rule.strip_suffix('\n').unwrap_or(rule);
            (
                heading.to_owned(),
                rule.to_owned(),
                tree.trim_end().to_owned(),
            )
        })
        .collect()
}

#[test]
fn every_form_of_the_official_workbook_gives_its_tree() {
    let corpus = corpus();
    assert_eq!(corpus.len(), 55);
    for (heading, rule, tree) in corpus {
        let parsed = WorkbookRule::parse(&rule).map(|rule| rule.to_string());
        assert_eq!(parsed, Ok(tree), "rule {heading}");
        parse_workbook_rule(&rule).unwrap_or_else(|error| panic!("rule {heading}: {error}"));
    }
}

#[track_caller]
fn check(text: &str, expected: Rule) {
    assert_eq!(parse_workbook_rule(text), Ok(expected), "{text}");
}

#[test]
fn rules_mean_the_same_to_the_engine() {
    check(
        "QTZD in {MCC, CC}",
        Rule::Or(vec![Rule::Has(Level::Mcc), Rule::Has(Level::Cc)]),
    );
    check("xb=2", Rule::Sex(2));
    check(
        "{QTSS,ZYSS} IN op_arb",
        Rule::In(Field::AnyProcedure, "OP_ARB".into()),
    );
    check(
        "ZYSS not in OP_ALL",
        Rule::Not(Box::new(Rule::In(
            Field::PrincipalProcedure,
            "OP_ALL".into(),
        ))),
    );
    check(
        "length({ZYSS, QTSS} ∩ OP_IC2) >= 2",
        Rule::Count(
            Field::AnyProcedure,
            "OP_IC2".into(),
            Comparison::GreaterOrEqual,
            2,
        ),
    );
    check("0", Rule::Constant(false));
    check(
        "\u{3000}NL\u{a0}<=6_x000D_\n",
        Rule::Compare(Number::Age, Comparison::LessOrEqual, 6),
    );
    check(
        "{ZYZD, QTSS} in DI_X",
        Rule::Or(vec![
            Rule::In(Field::PrincipalDiagnosis, "DI_X".into()),
            Rule::In(Field::SecondaryProcedure, "DI_X".into()),
        ]),
    );
}

#[track_caller]
fn fault(text: &str, position: usize) -> RuleProblem {
    let RuleError {
        position: at,
        problem,
    } = parse_workbook_rule(text).expect_err("a fault");
    assert_eq!(at, position, "{text}: {problem}");
    problem
}

#[test]
fn faults_say_where_they_are() {
    fault("ZYZD in DI_B00 and", 19);
    fault("ZYZD DI_B00", 6);
    fault("(ZYZD in DI_B00", 16);
    fault("ZYZD in DI_B00)", 15);
    fault("ABC in DI_B00", 1);
    fault("NL ~ 3", 4);
    fault("NL = 99999999999999999999", 6);
    fault("ZYSS in OP_A; NL=1", 13);
    assert_eq!(fault("NL=0 and XB > 1", 10), RuleProblem::Sex);
    assert_eq!(fault("ZYZD in MCC", 1), RuleProblem::Severity("MCC".into()));
    assert_eq!(fault("length({OP_A,OP_B}∩ZYSS)>1", 1), RuleProblem::Length);
    assert_eq!(fault(&"(".repeat(10_000), 65), RuleProblem::Depth);
}

#[test]
fn faults_are_told_in_chinese() {
    let error = parse_workbook_rule("ZYZD DI_B00").expect_err("a fault");
    assert_eq!(
        error.text(Language::Zh),
        "规则第 6 个字符：此处应为in 或 not in，却是“DI_B00”，请核对该单元格的规则"
    );
}
