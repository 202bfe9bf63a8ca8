//! A report made by hand, for tests.

use biaochi_checks::{Class, Severity};
use biaochi_domain::{Month, Period};
use rust_decimal::Decimal;

use super::sums::percent;
use super::*;

pub(super) fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

pub(super) fn month(text: &str) -> Month {
    text.parse().expect("a month")
}

fn figures(pages: u64, mean: &str, grade_a: u64) -> Figures {
    Figures {
        pages,
        mean_score: number(mean),
        lowest_score: number("60.00"),
        grade_a,
        grade_a_share: percent(grade_a, pages),
        complete: pages,
        completeness: number("100.00"),
        accurate: 0,
        accuracy: number("0.00"),
        blocked: 1,
        regrouped: 1,
        regrouped_share: percent(1, pages),
    }
}

/// A report of two hospitals and three months, the second without pages.
pub(super) fn sample() -> QualityReport {
    let hospital = |code: &str, name: &str, now| Hospital {
        code: code.to_owned(),
        name: name.to_owned(),
        now,
        before: None,
        effect: Effect {
            priced: 2,
            regrouped: 1,
            raised: 1,
            weight_raised: number("0.5000"),
            ..Effect::default()
        },
    };
    let unit = |department: &str, person: &str| Unit {
        organisation_code: "h1".to_owned(),
        organisation: "甲医院".to_owned(),
        department: department.to_owned(),
        person: person.to_owned(),
        figures: figures(12, "80.00", 3),
    };
    let by_month = |month: &str, figures| MonthFigures {
        month: month.to_owned(),
        figures,
    };
    let band = |at_least, below, pages| Band {
        at_least,
        below,
        pages,
    };
    let months = vec![
        by_month("2024-01", Some(figures(10, "90.00", 5))),
        by_month("2024-02", None),
        by_month("2024-03", Some(figures(20, "97.50", 20))),
    ];
    QualityReport {
        period: Period::between(month("2024-01"), month("2024-03")).expect("in order"),
        before: None,
        organisation: None,
        version: 7,
        published_at: "2024-04-02 09:30".to_owned(),
        now: figures(30, "95.00", 25),
        earlier: None,
        others: None,
        effect: Effect {
            priced: 4,
            regrouped: 2,
            raised: 2,
            weight_raised: number("1.0000"),
            ..Effect::default()
        },
        rate: Some(number("6500")),
        hospitals: vec![
            hospital("h1", "甲医院", figures(10, "96.00", 5)),
            hospital("h2", "乙医院", figures(20, "94.50", 20)),
        ],
        months: months.clone(),
        trend: months,
        scores: vec![band(100, None, 10), band(95, Some(100), 20)],
        classes: vec![ClassFigures {
            class: Class::Coding,
            with_error: 3,
            pages: 5,
        }],
        checks: vec![CheckFigures {
            id: "X1".to_owned(),
            title: "主要诊断不能作主要诊断".to_owned(),
            class: Class::Coding,
            severity: Severity::Error,
            pages: 5,
            before: None,
            places: 6,
            points: number("12.00"),
            regrouped: 2,
            weight_difference: number("1.0000"),
            months: vec![2, 0, 3],
        }],
        departments: vec![unit("0301 呼吸内科专业", "")],
        physicians: vec![unit("0301 呼吸内科专业", "D001")],
        coders: vec![unit("", "C001")],
        checked_with: vec![CheckedWith {
            checks: "front-page-checks".to_owned(),
            content_hash: "0123456789abcdef".to_owned(),
            standard: "front-page-2016@2016".to_owned(),
            pages: 30,
        }],
        grouped_with: vec![GroupedWith {
            scheme: "chs_drg_11".to_owned(),
            weight_table: None,
        }],
    }
}
