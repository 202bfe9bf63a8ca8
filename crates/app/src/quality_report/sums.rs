//! Sums over pages: what queries give and figures are made of.

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer};

use super::Figures;

/// Sums over pages, from which figures follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(super) struct Sums {
    pub(super) pages: u64,
    #[serde(deserialize_with = "decimal")]
    pub(super) score: Decimal,
    #[serde(deserialize_with = "optional_decimal")]
    pub(super) lowest: Option<Decimal>,
    pub(super) grade_a: u64,
    pub(super) complete: u64,
    pub(super) accurate: u64,
    pub(super) blocked: u64,
    pub(super) regrouped: u64,
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        self.pages += other.pages;
        self.score += other.score;
        self.lowest = match (self.lowest, other.lowest) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        self.grade_a += other.grade_a;
        self.complete += other.complete;
        self.accurate += other.accurate;
        self.blocked += other.blocked;
        self.regrouped += other.regrouped;
    }

    /// The figures, `None` of no pages.
    pub(super) fn figures(&self) -> Option<Figures> {
        let share = |part: u64| percent(part, self.pages);
        Some(Figures {
            pages: self.pages,
            mean_score: ratio(self.score, self.pages)?,
            lowest_score: self.lowest.unwrap_or_default(),
            grade_a: self.grade_a,
            grade_a_share: share(self.grade_a),
            complete: self.complete,
            completeness: share(self.complete),
            accurate: self.accurate,
            accuracy: share(self.accurate),
            blocked: self.blocked,
            regrouped: self.regrouped,
            regrouped_share: share(self.regrouped),
        })
    }
}

impl<'a> FromIterator<&'a Sums> for Sums {
    fn from_iter<I: IntoIterator<Item = &'a Sums>>(all: I) -> Self {
        let mut sums = Self::default();
        all.into_iter().for_each(|one| sums.add(one));
        sums
    }
}

/// A share in percent with two decimals; zero of nothing.
pub(super) fn percent(part: u64, whole: u64) -> Decimal {
    ratio(Decimal::from(part) * Decimal::ONE_HUNDRED, whole).unwrap_or_default()
}

/// A quotient with two decimals, halves rounded up; `None` of nothing.
fn ratio(sum: Decimal, pages: u64) -> Option<Decimal> {
    let mut quotient = sum
        .checked_div(Decimal::from(pages))?
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    quotient.rescale(2);
    Some(quotient)
}

/// A decimal that a query wrote as text; a sum of nothing is zero.
pub(super) fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
    optional_decimal(deserializer).map(Option::unwrap_or_default)
}

fn optional_decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Decimal>, D::Error> {
    let text = Option::<String>::deserialize(from)?;
    let number = text.map(|text| text.parse().map_err(serde::de::Error::custom));
    number.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(pages: u64, score: i64, lowest: i64, grade_a: u64) -> Sums {
        Sums {
            pages,
            score: score.into(),
            lowest: Some(lowest.into()),
            grade_a,
            ..Sums::default()
        }
    }

    #[test]
    fn means_are_of_all_pages_and_not_of_means() {
        let both: Sums = [sums(3, 200, 50, 1), sums(1, 100, 100, 1)].iter().collect();
        let figures = both.figures().expect("pages");
        assert_eq!(figures.mean_score.to_string(), "75.00");
        assert_eq!(figures.grade_a_share.to_string(), "50.00");
        assert_eq!(figures.lowest_score, 50.into());
        assert_eq!(Sums::default().figures(), None);
    }

    #[test]
    fn halves_are_rounded_up() {
        let figures = sums(8, 1, 0, 1).figures().expect("pages");
        assert_eq!(figures.mean_score.to_string(), "0.13");
        assert_eq!(figures.grade_a_share.to_string(), "12.50");
    }
}
