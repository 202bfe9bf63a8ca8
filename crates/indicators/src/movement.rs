//! What moved a ratio between two periods: other shares of its parts, or other rates within them.

use rust_decimal::Decimal;

use crate::exact::ratio;

/// Numerator and denominator of a part – a member, a department, a group – in both periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which part.
    pub name: String,
    /// Numerator and denominator before.
    pub before: (Decimal, Decimal),
    /// Numerator and denominator after.
    pub after: (Decimal, Decimal),
}

/// What a part contributes to the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Which part.
    pub name: String,
    /// Because its share of the denominator changed.
    pub mix: Decimal,
    /// Because its own rate changed.
    pub rate: Decimal,
}

/// The change of a ratio, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// The ratio before.
    pub before: Decimal,
    /// The ratio after.
    pub after: Decimal,
    /// What each part contributes, the largest first.
    pub effects: Vec<Effect>,
}

impl Movement {
    /// Change because shares changed.
    pub fn mix(&self) -> Decimal {
        self.effects.iter().map(|effect| effect.mix).sum()
    }

    /// Change because rates changed.
    pub fn rate(&self) -> Decimal {
        self.effects.iter().map(|effect| effect.rate).sum()
    }
}

/// Takes the change of a ratio apart; `None` when one of the two periods has no value.
///
/// With shares w and rates r, a part's rate effect is (r₁ − r₀)(w₀ + w₁)/2 and its mix effect
/// (w₁ − w₀)((r₀ + r₁)/2 − R), R being the mean of the two ratios: a part that grows moves the whole
/// only as far as it differs from it. All effects add up to the change. A part that is missing in
/// one period has its other rate there.
pub fn movement(parts: &[Part], scale: Decimal) -> Option<Movement> {
    let sum = |of: fn(&Part) -> Decimal| parts.iter().map(of).sum::<Decimal>();
    let below = [sum(|part| part.before.1), sum(|part| part.after.1)];
    let above = [sum(|part| part.before.0), sum(|part| part.after.0)];
    let before = ratio(above[0], below[0], scale)?;
    let after = ratio(above[1], below[1], scale)?;
    let two = Decimal::TWO;
    let whole = (before + after) / two;
    let mut effects = Vec::with_capacity(parts.len());
    for part in parts {
        let rates = [part.before, part.after].map(|(above, below)| ratio(above, below, scale));
        let (r0, r1) = match rates {
            [Some(r0), Some(r1)] => (r0, r1),
            [Some(rate), None] | [None, Some(rate)] => (rate, rate),
            [None, None] => continue,
        };
        let (w0, w1) = (part.before.1 / below[0], part.after.1 / below[1]);
        effects.push(Effect {
            name: part.name.clone(),
            mix: (w1 - w0) * ((r0 + r1) / two - whole),
            rate: (r1 - r0) * (w0 + w1) / two,
        });
    }
    effects.sort_by(|a, b| {
        let size = |effect: &Effect| (effect.mix + effect.rate).abs();
        size(b).cmp(&size(a)).then_with(|| a.name.cmp(&b.name))
    });
    Some(Movement {
        before,
        after,
        effects,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(name: &str, before: (i64, i64), after: (i64, i64)) -> Part {
        let pair = |(above, below): (i64, i64)| (Decimal::from(above), Decimal::from(below));
        Part {
            name: name.to_owned(),
            before: pair(before),
            after: pair(after),
        }
    }

    #[test]
    fn the_same_rates_in_other_shares_are_mix_alone() {
        let parts = [
            part("a", (10, 100), (30, 300)),
            part("b", (60, 100), (60, 100)),
        ];
        let moved = movement(&parts, Decimal::ONE_HUNDRED).expect("two values");
        assert_eq!(
            (moved.before, moved.after),
            (Decimal::from(35), "22.5".parse().expect(""))
        );
        assert_eq!(
            (moved.mix(), moved.rate()),
            ("-12.5".parse().expect(""), Decimal::ZERO)
        );
    }

    #[test]
    fn other_rates_in_the_same_shares_are_rate_alone() {
        let parts = [
            part("a", (10, 100), (20, 100)),
            part("b", (60, 100), (60, 100)),
        ];
        let moved = movement(&parts, Decimal::ONE_HUNDRED).expect("two values");
        assert_eq!(
            (moved.mix(), moved.rate()),
            (Decimal::ZERO, Decimal::from(5))
        );
        assert_eq!(moved.effects[0].name, "a");
    }

    #[test]
    fn a_new_part_is_mix() {
        let parts = [
            part("a", (10, 100), (10, 100)),
            part("new", (0, 0), (50, 100)),
        ];
        let moved = movement(&parts, Decimal::ONE_HUNDRED).expect("two values");
        assert_eq!(
            (moved.mix(), moved.rate()),
            (Decimal::from(20), Decimal::ZERO)
        );
        assert_eq!(movement(&parts[1..], Decimal::ONE), None);
    }

    proptest! {
        #[test]
        fn effects_add_up_to_the_change(
            numbers in prop::collection::vec((0i64..500, 1i64..1000, 0i64..500, 1i64..1000), 1..12)
        ) {
            let parts: Vec<_> = numbers
                .iter()
                .enumerate()
                .map(|(place, &(a, b, c, d))| part(&place.to_string(), (a, b), (c, d)))
                .collect();
            let moved = movement(&parts, Decimal::ONE_HUNDRED).expect("two values");
            let left = (moved.mix() + moved.rate() - (moved.after - moved.before)).abs();
            prop_assert!(left < Decimal::new(1, 18), "{left}");
        }
    }
}
