//! One sentence about a value: what happened, by how much, and who moved it.

use biaochi_domain::{Period, in_sentence};
use biaochi_indicators::{Indicator, Movement, shown};
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::board::{Line, Missing, Shift};
use super::look::moved;
use super::values::Values;

/// A value with its unit.
pub fn with_unit(value: Decimal, indicator: &Indicator) -> String {
    let number = in_sentence(shown(value, indicator.decimals));
    match indicator.unit.as_str() {
        "" => number,
        unit @ ("%" | "‰") => number + unit,
        unit => format!("{number} {unit}"),
    }
}

/// What the period before is called beside one.
pub fn earlier(period: Period) -> &'static str {
    match period.to_string() {
        text if text.contains('Q') => "上季度",
        text if text.contains('H') => "上半年度",
        text if text.len() == 4 => "上年",
        text if text.len() == 7 => "上月",
        _ => "上期",
    }
}

/// How far a value went: points of a percentage are never called per cent.
pub fn change(indicator: &Indicator, shift: &Shift) -> String {
    let size = shift.difference.abs();
    let way = match shift.difference {
        difference if difference.is_zero() => return "持平".to_owned(),
        difference if difference.is_sign_negative() => "下降",
        _ => "上升",
    };
    match indicator.unit.as_str() {
        "%" => format!("{way} {} 个百分点", shown(size, indicator.decimals)),
        "‰" => format!("{way} {} 个千分点", shown(size, indicator.decimals)),
        _ => match shift.relative {
            Some(relative) => format!(
                "{way} {}（{}%）",
                with_unit(size, indicator),
                shown(relative.abs(), 1)
            ),
            None => format!("{way} {}", with_unit(size, indicator)),
        },
    }
}

/// The name of a part within its whole: of a department without that of its hospital, which everybody sees above.
pub fn name_within(values: &Values, part: &str, whole: &Unit, period: Period) -> String {
    let above = values.structure().name(whole, period);
    let own = part.strip_prefix(&above).map(str::trim_start);
    own.filter(|own| !own.is_empty()).unwrap_or(part).to_owned()
}

/// What moved a value since an earlier period, its parts called by their names within the unit.
pub fn moved_within(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    before: Period,
    after: Period,
) -> Option<Movement> {
    let mut movement = moved(values, indicator, unit, before, after).ok()??;
    for effect in &mut movement.effects {
        effect.name = name_within(values, &effect.name, unit, after);
    }
    Some(movement)
}

/// The part that moved a value most in the way it went, and by what.
pub fn cause(movement: &Movement) -> Option<(&str, &'static str)> {
    let whole = movement.after - movement.before;
    let mut with = movement.effects.iter().filter(|effect| {
        let own = effect.mix + effect.rate;
        !own.is_zero() && own.is_sign_negative() == whole.is_sign_negative()
    });
    let most = with.next().filter(|_| !whole.is_zero())?;
    let by = match most.mix.abs() > most.rate.abs() {
        true => "占比变化",
        false => "自身水平变化",
    };
    Some((&most.name, by))
}

/// The sentence.
pub fn sentence(
    indicator: &Indicator,
    period: Period,
    line: &Line,
    movement: Option<&Movement>,
) -> String {
    let title = &indicator.title;
    let value = match &line.value {
        Ok(value) => with_unit(value.value, indicator),
        Err(Missing::OnDemand) => return format!("{title} {period} 尚未计算"),
        Err(Missing::Why(why)) => {
            let why = biaochi_domain::Localized::text(why, biaochi_domain::Language::Zh);
            return format!("{title} {period} 没有值：{why}");
        }
    };
    let mut text = format!("{title} {period} 为 {value}");
    if let Some(shift) = &line.previous {
        text += &format!("，较{}{}", earlier(period), change(indicator, shift));
    }
    if let Some(shift) = &line.year_before {
        text += &format!("，同比{}", change(indicator, shift));
    }
    if let Some((name, by)) = movement.and_then(cause) {
        text += &format!("，主要因{name}的{by}");
    }
    text
}

#[cfg(test)]
mod tests {
    use biaochi_indicators::{Certainty, Direction, Effect, Formula, Value};

    use super::*;
    use crate::indicators::Course;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    #[test]
    fn a_sentence_says_points_and_the_cause() {
        let indicator = Indicator {
            id: "x".to_owned(),
            title: "微创手术占比".to_owned(),
            why: String::new(),
            dimension: String::new(),
            direction: Direction::Higher,
            band: None,
            unit: "%".to_owned(),
            scale: Decimal::ONE_HUNDRED,
            decimals: 2,
            formula: Formula::Entered {
                dataset: "d".to_owned(),
                field: "f".to_owned(),
            },
            applies_to: Vec::new(),
            minimum: None,
            source: String::new(),
            clause: String::new(),
            certainty: Certainty::Confirmed,
            note: String::new(),
            valid_from: None,
            valid_to: None,
        };
        let value = |text| Value {
            numerator: None,
            denominator: None,
            value: number(text),
        };
        let period: Period = "2025-12".parse().expect("a month");
        let line = Line {
            id: "x".to_owned(),
            value: Ok(value("18.42")),
            previous: Some(Shift {
                period: "2025-11".parse().expect("a month"),
                before: value("20.52"),
                difference: number("-2.1"),
                relative: Some(number("-10.23")),
                good: Some(false),
                notable: true,
            }),
            year_before: None,
            course: Course::Worse,
            spark: Vec::new(),
        };
        let movement = Movement {
            before: number("20.52"),
            after: number("18.42"),
            effects: vec![
                Effect {
                    name: "妇科".to_owned(),
                    mix: number("1"),
                    rate: number("2"),
                },
                Effect {
                    name: "普外科".to_owned(),
                    mix: number("-2"),
                    rate: number("-0.5"),
                },
            ],
        };
        assert_eq!(
            sentence(&indicator, period, &line, Some(&movement)),
            "微创手术占比 2025-12 为 18.42%，较上月下降 2.10 个百分点，主要因普外科的占比变化"
        );
    }
}
