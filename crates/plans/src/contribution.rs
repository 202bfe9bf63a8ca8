//! What the members of a whole – hospitals of a county, departments of a hospital – do to its value.

use rust_decimal::Decimal;

/// Numerator and denominator of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<K> {
    /// The member.
    pub key: K,
    /// Its part of the numerator.
    pub numerator: Decimal,
    /// Its part of the denominator.
    pub denominator: Decimal,
}

/// How far a member pulls the whole away from a level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull<K> {
    /// The member.
    pub key: K,
    /// Its own value; none without a denominator.
    pub value: Option<Decimal>,
    /// Its share of the denominator, from 0 to 1.
    pub weight: Decimal,
    /// What it adds to the whole's distance from the level. The pulls of all members sum up to that.
    pub pull: Decimal,
}

/// What a member did to the whole's change between two periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift<K> {
    /// The member.
    pub key: K,
    /// By its own value having changed.
    pub rate: Decimal,
    /// By its weight having changed: more cases where the value is high or low.
    pub mix: Decimal,
}

/// How each member pulls the whole away from `level`, such as that of the target: the greatest distance
/// first, below before above. `None` when nothing is counted or a number leaves the range of decimals.
pub fn pulls<K>(parts: Vec<Part<K>>, scale: Decimal, level: Decimal) -> Option<Vec<Pull<K>>> {
    let whole = sum(parts.iter().map(|part| part.denominator))?;
    if whole.is_zero() {
        return None;
    }
    let mut pulls = Vec::with_capacity(parts.len());
    for part in parts {
        let expected = level.checked_mul(part.denominator)?;
        let actual = part.numerator.checked_mul(scale)?;
        pulls.push(Pull {
            value: value(&part, scale),
            weight: part.denominator.checked_div(whole)?,
            pull: actual.checked_sub(expected)?.checked_div(whole)?,
            key: part.key,
        });
    }
    pulls.sort_by_key(|pull| pull.pull);
    Some(pulls)
}

/// What each member did to the change from `before` to `after`: rate against mix. The two of all members
/// sum up to the change. Members are met by their key; one without a denominator in a period has no value
/// there and changes by its weight alone. `None` as for [`pulls`].
pub fn shifts<K: Ord + Clone>(
    before: &[Part<K>],
    after: &[Part<K>],
    scale: Decimal,
) -> Option<Vec<Shift<K>>> {
    let mut keys: Vec<&K> = before.iter().chain(after).map(|part| &part.key).collect();
    keys.sort();
    keys.dedup();
    let whole = |parts: &[Part<K>]| {
        let below = sum(parts.iter().map(|part| part.denominator))?;
        let above = sum(parts.iter().map(|part| part.numerator))?;
        let value = above.checked_mul(scale)?.checked_div(below)?;
        Some((below, value))
    };
    let ((below_before, value_before), (below_after, value_after)) =
        (whole(before)?, whole(after)?);
    let two = Decimal::TWO;
    let middle = value_before.checked_add(value_after)?.checked_div(two)?;
    let mut shifts = Vec::with_capacity(keys.len());
    for key in keys {
        let find = |parts: &[Part<K>], below: Decimal| {
            let part = parts.iter().find(|part| part.key == *key);
            let weight = part.map_or(Some(Decimal::ZERO), |part| {
                part.denominator.checked_div(below)
            })?;
            Some((part.and_then(|part| value(part, scale)), weight))
        };
        let (old, weight_old) = find(before, below_before)?;
        let (new, weight_new) = find(after, below_after)?;
        let Some((old, new)) = old.or(new).zip(new.or(old)) else {
            continue;
        };
        let weight = weight_old.checked_add(weight_new)?.checked_div(two)?;
        let level = old
            .checked_add(new)?
            .checked_div(two)?
            .checked_sub(middle)?;
        shifts.push(Shift {
            key: key.clone(),
            rate: new.checked_sub(old)?.checked_mul(weight)?,
            mix: weight_new.checked_sub(weight_old)?.checked_mul(level)?,
        });
    }
    shifts.sort_by_key(|shift| shift.rate + shift.mix);
    Some(shifts)
}

fn sum(mut values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value))
}

fn value<K>(part: &Part<K>, scale: Decimal) -> Option<Decimal> {
    part.numerator
        .checked_mul(scale)?
        .checked_div(part.denominator)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(key: usize, numerator: i64, denominator: i64) -> Part<usize> {
        Part {
            key,
            numerator: numerator.into(),
            denominator: denominator.into(),
        }
    }

    #[test]
    fn pulls_name_who_is_below_the_level() {
        // 20 of 40 and 90 of 100: 78.57 % together, the level is 80 %.
        let found = pulls(
            vec![part(1, 90, 100), part(2, 20, 40)],
            100.into(),
            80.into(),
        );
        let found = found.expect("parts");
        assert_eq!(found[0].key, 2);
        assert_eq!(found[0].value, Some(50.into()));
        assert_eq!(found[0].pull.round_dp(4), Decimal::new(-85714, 4));
        assert_eq!(found[1].pull.round_dp(4), Decimal::new(71429, 4));
        assert_eq!(pulls::<usize>(Vec::new(), 100.into(), 80.into()), None);
    }

    #[test]
    fn a_change_of_weights_alone_is_mix() {
        let before = [part(1, 90, 100), part(2, 50, 100)];
        let after = [part(1, 180, 200), part(2, 25, 50)];
        let found = shifts(&before, &after, 100.into()).expect("parts");
        assert!(found.iter().all(|shift| shift.rate.is_zero()));
        let mix: Decimal = found.iter().map(|shift| shift.mix).sum();
        assert_eq!(mix.round_dp(6), Decimal::from(12));
    }

    fn parts() -> impl Strategy<Value = Vec<Part<usize>>> {
        prop::collection::vec((0_i64..1000, 0_i64..1000), 1..8).prop_map(|pairs| {
            let parts = pairs.into_iter().enumerate();
            parts
                .map(|(key, (above, below))| part(key, above.min(below), below))
                .collect()
        })
    }

    fn total(parts: &[Part<usize>]) -> Option<Decimal> {
        let above: Decimal = parts.iter().map(|part| part.numerator).sum();
        let below: Decimal = parts.iter().map(|part| part.denominator).sum();
        (above * Decimal::ONE_HUNDRED).checked_div(below)
    }

    proptest! {
        #[test]
        fn pulls_and_shifts_sum_up_to_the_whole(before in parts(), after in parts()) {
            let (Some(old), Some(new)) = (total(&before), total(&after)) else {
                return Ok(());
            };
            let level = Decimal::from(80);
            let near = |found: Decimal, expected: Decimal| (found - expected).abs() < Decimal::new(1, 18);
            let pulled: Decimal = pulls(after.clone(), Decimal::ONE_HUNDRED, level)
                .expect("parts").iter().map(|pull| pull.pull).sum();
            prop_assert!(near(pulled, new - level));
            let moved: Decimal = shifts(&before, &after, Decimal::ONE_HUNDRED)
                .expect("parts").iter().map(|shift| shift.rate + shift.mix).sum();
            prop_assert!(near(moved, new - old), "{moved} {}", new - old);
        }
    }
}
