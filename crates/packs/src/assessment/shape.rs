//! The scoring shape of an item.

use biaochi_assessment::{Comparator, Direction, Limit, RankStep, Row, Shape, Target};
use rust_decimal::Decimal;

use super::rule::Rule;
use crate::problem::Problems;

const KINDS: &[(&str, u8)] = &[
    ("interval", 0),
    ("linear", 1),
    ("ratio", 2),
    ("rank", 3),
    ("steps", 4),
    ("full_or_nothing", 5),
    ("deduct", 6),
    ("monitor", 7),
];

/// Reads the table `shape` of an item.
pub(super) fn read(
    rule: &mut Rule<'_, '_, '_>,
    direction: Direction,
    problems: &mut Problems<'_>,
) -> Option<Shape> {
    rule.table.required("kind", &mut *problems);
    let kind = rule.choice("kind", KINDS, problems)?;
    let shape = match kind {
        0 => interval(rule, problems)?,
        1 => linear(rule, direction, problems)?,
        2 => ratio(rule, problems)?,
        3 => rank(rule, problems)?,
        4 => steps(rule, problems)?,
        5 => {
            let limits = limits(rule, problems);
            let &[limit] = &limits[..] else {
                rule.wrong(
                    "kind",
                    "恰好一个 at_least / above / at_most / below / equal",
                    problems,
                );
                return None;
            };
            Shape::FullOrNothing { limit }
        }
        6 => {
            let each = rule.required_decimal("each", problems);
            positive(rule, "each", each, problems)?;
            Shape::Deduct {
                each,
                free: rule.decimal("free", problems).unwrap_or_default(),
            }
        }
        _ => Shape::Monitor,
    };
    Some(shape)
}

fn positive(
    rule: &Rule<'_, '_, '_>,
    key: &'static str,
    number: Decimal,
    problems: &mut Problems<'_>,
) -> Option<()> {
    if number > Decimal::ZERO {
        return Some(());
    }
    rule.wrong(key, "大于 0 的数 a number above 0", problems);
    None
}

fn interval(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Option<Shape> {
    let (low, high) = (
        rule.decimal("low", problems),
        rule.decimal("high", problems),
    );
    let every = rule.required_decimal("every", problems);
    let lose = rule.required_decimal("lose", problems);
    let whole = rule.choice("count", &[("whole", true), ("exact", false)], problems);
    positive(rule, "every", every, problems)?;
    positive(rule, "lose", lose, problems)?;
    if low.is_none() && high.is_none() || low.zip(high).is_some_and(|(low, high)| low > high) {
        rule.wrong(
            "low",
            "下限 low 和上限 high 至少其一，且 low 不大于 high",
            problems,
        );
        return None;
    }
    Some(Shape::Interval {
        low,
        high,
        every,
        lose,
        whole: whole.unwrap_or(false),
    })
}

fn linear(
    rule: &mut Rule<'_, '_, '_>,
    direction: Direction,
    problems: &mut Problems<'_>,
) -> Option<Shape> {
    let zero = rule.required_decimal("zero", problems);
    let full = rule.required_decimal("full", problems);
    if !direction.better(full, zero) {
        rule.wrong(
            "full",
            "按 direction 优于 zero 的数 a number better than zero",
            problems,
        );
        return None;
    }
    Some(Shape::Linear { zero, full })
}

fn ratio(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Option<Shape> {
    rule.table.required("target", &mut *problems);
    let target = rule.parsed(
        "target",
        "大于 0 的数，或 own（每家机构自己的目标） a number above 0, or own",
        |text| match text {
            "own" => Some(Target::Own),
            number => {
                let number: Decimal = number.parse().ok()?;
                (number > Decimal::ZERO).then_some(Target::Fixed(number))
            }
        },
        problems,
    )?;
    let most = rule.decimal("most", problems).unwrap_or(Decimal::ONE);
    positive(rule, "most", most, problems)?;
    Some(Shape::Ratio { target, most })
}

fn rank(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Option<Shape> {
    let least_peers = rule.count("least_peers", problems).unwrap_or(1);
    let mut steps: Vec<RankStep> = Vec::new();
    for mut row in rule.list("step", problems) {
        let best_percent = row.required_decimal("best_percent", problems);
        let points = row.required_decimal("points", problems);
        let after = steps.last().map_or(Decimal::ZERO, |step| step.best_percent);
        if best_percent <= after || best_percent > Decimal::ONE_HUNDRED {
            row.wrong(
                "best_percent",
                "0 到 100 之间、逐行增大的数 numbers that grow, up to 100",
                problems,
            );
        }
        row.finish(problems);
        steps.push(RankStep {
            best_percent,
            points,
        });
    }
    Some(Shape::Rank { steps, least_peers })
}

fn steps(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Option<Shape> {
    let mut rows = Vec::new();
    for mut row in rule.list("row", problems) {
        let limits = limits(&mut row, problems);
        let points = row.required_decimal("points", problems);
        if limits.is_empty() {
            row.wrong(
                "points",
                "前面有 at_least / above / at_most / below 之一",
                problems,
            );
        }
        row.finish(problems);
        rows.push(Row { limits, points });
    }
    if rows.is_empty() {
        rule.wrong("row", "至少一行 at least one row", problems);
        return None;
    }
    Some(Shape::Steps {
        rows,
        otherwise: rule.decimal("otherwise", problems).unwrap_or_default(),
    })
}

/// The limits that a table names.
fn limits(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Vec<Limit> {
    let comparators = [
        ("at_least", Comparator::AtLeast),
        ("above", Comparator::Above),
        ("at_most", Comparator::AtMost),
        ("below", Comparator::Below),
        ("equal", Comparator::Equal),
    ];
    comparators
        .into_iter()
        .filter_map(|(key, comparator)| {
            let value = rule.decimal(key, problems)?;
            Some(Limit { comparator, value })
        })
        .collect()
}
