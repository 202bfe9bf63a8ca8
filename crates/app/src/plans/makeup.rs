//! How the values of members make up that of a unit, and what each does to it.

use biaochi_datasets::RollUp;
use biaochi_indicators::{NoValue, Value, ratio};
use biaochi_organisations::Unit;
use biaochi_plans::{Part, pulls, shifts};
use rust_decimal::Decimal;

use super::members::{Makeup, MemberLine};

/// A member's value in a period and its place in a rate or a sum.
pub(super) struct Of {
    pub(super) unit: Unit,
    pub(super) value: Result<Value, NoValue>,
    pub(super) parts: Option<Place>,
}

/// What stands above the line and below it; a sum has nothing below it.
pub(super) type Place = (Decimal, Option<Decimal>);

/// How the members make up the whole. It is looked at, not taken for granted: what does not add up to the
/// unit's own numerator and denominator is no rate of these members.
pub(super) fn makeup(
    how: Option<&RollUp>,
    whole: &Value,
    members: &[Of],
    scale: Decimal,
) -> Makeup {
    match how {
        Some(RollUp::Sum) => return Makeup::Sum,
        Some(RollUp::Mean | RollUp::Weighted(_)) => return Makeup::Rate,
        Some(RollUp::Latest | RollUp::Maximum) => return Makeup::Apart,
        None => {}
    }
    let above = total(members, |(above, _)| Some(above));
    let below = total(members, |(_, below)| below);
    let has_same = |own: Option<Decimal>, found: Option<Decimal>| own.is_some() && own == found;
    match (whole.numerator, whole.denominator) {
        (Some(own), Some(all))
            if has_same(whole.numerator, above)
                && has_same(whole.denominator, below)
                && ratio(own, all, scale) == Some(whole.value) =>
        {
            Makeup::Rate
        }
        (Some(own), None)
            if has_same(whole.numerator, above)
                && own.checked_mul(scale).map(|value| value.normalize())
                    == Some(whole.value.normalize()) =>
        {
            Makeup::Sum
        }
        _ => Makeup::Apart,
    }
}

/// The sum over all members that have a place.
fn total(members: &[Of], of: impl Fn(Place) -> Option<Decimal>) -> Option<Decimal> {
    let mut parts = members.iter().filter_map(|member| member.parts);
    parts.try_fold(Decimal::ZERO, |sum, part| sum.checked_add(of(part)?))
}

pub(super) fn rate(now: &[Of], then: &[Of], scale: Decimal, level: Decimal) -> Vec<MemberLine> {
    let parts = |members: &[Of]| -> Vec<Part<Unit>> {
        let part = |member: &Of| {
            let (numerator, denominator) = member.parts?;
            Some(Part {
                key: member.unit.clone(),
                numerator,
                denominator: denominator?,
            })
        };
        members.iter().filter_map(part).collect()
    };
    let (after, before) = (parts(now), parts(then));
    let moved = shifts(&before, &after, scale).unwrap_or_default();
    let pulled = pulls(after.clone(), scale, level).unwrap_or_default();
    let whole = |of: fn(&Part<Unit>) -> Decimal| -> Decimal { after.iter().map(of).sum() };
    let (above, below) = (whole(|part| part.numerator), whole(|part| part.denominator));
    let mut lines: Vec<MemberLine> = now.iter().map(MemberLine::of).collect();
    // Who is gone has moved the value all the same.
    for shift in &moved {
        if !lines.iter().any(|line| line.unit == shift.key) {
            lines.push(MemberLine::gone(shift.key.clone()));
        }
    }
    for line in &mut lines {
        if let Some(pull) = pulled.iter().find(|pull| pull.key == line.unit) {
            line.share = Some(pull.weight);
            line.pull = Some(pull.pull);
        }
        if let Some(part) = after.iter().find(|part| part.key == line.unit) {
            line.without = ratio(above - part.numerator, below - part.denominator, scale);
        }
        if let Some(shift) = moved.iter().find(|shift| shift.key == line.unit) {
            line.rate = Some(shift.rate);
            line.mix = Some(shift.mix);
        }
    }
    lines
}

pub(super) fn sum(now: &[Of], scale: Decimal) -> Vec<MemberLine> {
    let above = total(now, |(above, _)| Some(above)).unwrap_or_default();
    let line = |member: &Of| {
        let mut line = MemberLine::of(member);
        if let Some((own, _)) = member.parts {
            line.share = own.checked_div(above);
            line.pull = own.checked_mul(scale);
            line.without = (above - own).checked_mul(scale);
        }
        line
    };
    now.iter().map(line).collect()
}

impl MemberLine {
    pub(super) fn of(member: &Of) -> Self {
        Self {
            unit: member.unit.clone(),
            name: String::new(),
            value: match &member.value {
                Ok(value) => Ok(value.value),
                Err(why) => Err(why.clone()),
            },
            share: None,
            pull: None,
            without: None,
            rate: None,
            mix: None,
        }
    }

    /// A member of the year before that has nothing now.
    fn gone(unit: Unit) -> Self {
        Self {
            unit,
            name: String::new(),
            value: Err(NoValue::NotAsked),
            share: None,
            pull: None,
            without: None,
            rate: None,
            mix: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hospital(code: &str) -> Unit {
        Unit::Institution(code.to_owned())
    }

    fn member(code: &str, above: i64, below: Option<i64>) -> Of {
        let below = below.map(Decimal::from);
        let value = match below {
            Some(below) => ratio(above.into(), below, Decimal::ONE_HUNDRED),
            None => Some(above.into()),
        };
        Of {
            unit: hospital(code),
            value: Ok(Value {
                numerator: Some(above.into()),
                denominator: below,
                value: value.expect("a value"),
            }),
            parts: Some((above.into(), below)),
        }
    }

    fn whole(above: i64, below: Option<i64>) -> Value {
        match member("", above, below).value {
            Ok(value) => value,
            Err(why) => panic!("{why:?}"),
        }
    }

    #[test]
    fn what_adds_up_is_a_rate_or_a_sum_and_nothing_else_is() {
        let rates = [member("A", 90, Some(100)), member("B", 20, Some(40))];
        let hundred = Decimal::ONE_HUNDRED;
        let found = |whole: &Value| makeup(None, whole, &rates, hundred);
        assert_eq!(found(&whole(110, Some(140))), Makeup::Rate);
        assert_eq!(found(&whole(110, Some(141))), Makeup::Apart);
        let sums = [member("A", 3, None), member("B", 4, None)];
        let found = |whole: &Value| makeup(None, whole, &sums, Decimal::ONE);
        assert_eq!(found(&whole(7, None)), Makeup::Sum);
        // A person seen by both is counted once.
        assert_eq!(found(&whole(6, None)), Makeup::Apart);
        let largest = makeup(Some(&RollUp::Maximum), &whole(4, None), &sums, Decimal::ONE);
        assert_eq!(largest, Makeup::Apart);
    }

    #[test]
    fn a_member_of_a_rate_pulls_and_is_taken_out() {
        let now = [member("A", 90, Some(100)), member("B", 20, Some(40))];
        let then = [member("A", 90, Some(100)), member("C", 10, Some(50))];
        let lines = rate(&now, &then, Decimal::ONE_HUNDRED, 80.into());
        let line = |code: &str| lines.iter().find(|line| line.unit == hospital(code));
        let b = line("B").expect("a line");
        assert_eq!(b.without, Some(90.into()));
        assert!(b.pull < Some(Decimal::ZERO), "{b:?}");
        assert_eq!(line("A").expect("a line").without, Some(50.into()));
        // What left has a part in the change, and all parts make it up.
        assert!(line("C").expect("a line").mix.is_some());
        let change: Decimal = lines
            .iter()
            .filter_map(|line| Some(line.rate? + line.mix?))
            .sum();
        let [then, now] = [whole(100, Some(150)), whole(110, Some(140))].map(|one| one.value);
        assert_eq!(change.round_dp(12), (now - then).round_dp(12));
    }

    #[test]
    fn a_member_of_a_sum_has_its_share() {
        let lines = sum(&[member("A", 3, None), member("B", 1, None)], Decimal::ONE);
        assert_eq!(lines[1].share, Some(Decimal::new(25, 2)));
        assert_eq!(lines[1].without, Some(3.into()));
    }
}
