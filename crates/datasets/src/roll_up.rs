//! How the values of several organisations become that of the unit they belong to.

use biaochi_domain::{Language, Localized, Month};
use rust_decimal::Decimal;

use crate::definition::{Kind, OverTime};

/// Units of what is measured on a scale: rates, scores, grades, indices. Such values have a mean and no sum.
const SCALES: [&str; 8] = ["%", "‰", "分", "级", "星", "上年=100", "比值", "倍"];

/// Units of kinds of things. Two institutions may do the same kinds, so they cannot be added; together they do
/// at least as many as the one that does the most.
const KINDS: [&str; 2] = ["种", "类"];

/// How the values of the institutions of a unit become the unit's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RollUp {
    /// They are added: counts and amounts.
    Sum,
    /// Their mean: rates and scores.
    Mean,
    /// Their mean, each weighing as much as its value of another field of the data set.
    Weighted(String),
    /// The one that was reported for the latest month.
    Latest,
    /// The largest.
    Maximum,
}

/// What one organisation brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Its value.
    pub value: Decimal,
    /// Its value of the field that weighs, where one does.
    pub weight: Option<Decimal>,
    /// The last month that the value is of.
    pub month: Month,
}

/// What the values come to: something above the line and, where they have a mean, something below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Together {
    /// The sum, the largest, the latest, or the sum of values by weights.
    pub above: Decimal,
    /// The number of values, or the sum of the weights.
    pub below: Option<Decimal>,
}

impl RollUp {
    /// What holds where a field declares nothing: rates, scores and averages have a mean, kinds a maximum,
    /// counts and amounts a sum. What is no number has a mean, as levels and yes or no have.
    pub fn usual(kind: &Kind, unit: &str, over_time: Option<OverTime>) -> Self {
        let is_scale = over_time == Some(OverTime::Average) || SCALES.contains(&unit);
        if !kind.is_number() || is_scale {
            Self::Mean
        } else if KINDS.contains(&unit) {
            Self::Maximum
        } else {
            Self::Sum
        }
    }

    /// The word in a pack.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Weighted(_) => "weighted",
            Self::Latest => "latest",
            Self::Maximum => "maximum",
        }
    }

    /// What the values of some organisations come to; `None` without any, and when weights are asked for and
    /// there are none. Who has no weight does not weigh.
    pub fn together(&self, shares: &[Share]) -> Option<Together> {
        let first = shares.first()?;
        let values = || shares.iter().map(|share| share.value);
        let one = |above: Decimal| Together { above, below: None };
        match self {
            Self::Sum => sum(values()).map(one),
            Self::Mean => Some(Together {
                above: sum(values())?,
                below: Some(Decimal::from(shares.len())),
            }),
            Self::Weighted(_) => {
                let mut above = Decimal::ZERO;
                let mut below = Decimal::ZERO;
                for share in shares {
                    let Some(weight) = share.weight else {
                        continue;
                    };
                    above = above.checked_add(share.value.checked_mul(weight)?)?;
                    below = below.checked_add(weight)?;
                }
                (!below.is_zero()).then_some(Together {
                    above,
                    below: Some(below),
                })
            }
            // Of two that are equally new the first holds, so that the order of the organisations decides.
            Self::Latest => {
                let latest = shares.iter().skip(1).fold(first, |latest, share| {
                    if share.month > latest.month {
                        share
                    } else {
                        latest
                    }
                });
                Some(one(latest.value))
            }
            Self::Maximum => values().max().map(one),
        }
    }
}

fn sum(mut values: impl Iterator<Item = Decimal>) -> Option<Decimal> {
    values.try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value))
}

impl Localized for RollUp {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Sum => ("合计", "sum"),
            Self::Mean => ("平均", "mean"),
            Self::Weighted(field) => {
                return match language {
                    Language::Zh => format!("按 {field} 加权平均"),
                    Language::En => format!("mean weighted by {field}"),
                };
            }
            Self::Latest => ("取最新", "latest"),
            Self::Maximum => ("取最大", "maximum"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: i64, weight: Option<i64>, month: &str) -> Share {
        Share {
            value: value.into(),
            weight: weight.map(Decimal::from),
            month: month.parse().expect("a month"),
        }
    }

    #[track_caller]
    fn check(how: &RollUp, expected: Option<(i64, Option<i64>)>) {
        let shares = [
            share(90, Some(1), "2024-06"),
            share(60, Some(3), "2024-12"),
            share(80, None, "2024-12"),
        ];
        let found = how.together(&shares);
        let expected = expected.map(|(above, below)| Together {
            above: above.into(),
            below: below.map(Decimal::from),
        });
        assert_eq!(found, expected, "{how:?}");
        assert_eq!(how.together(&[]), None);
    }

    #[test]
    fn values_of_organisations_come_together_as_declared() {
        let weighted = RollUp::Weighted("staff".to_owned());
        check(&RollUp::Sum, Some((230, None)));
        check(&RollUp::Mean, Some((230, Some(3))));
        check(&weighted, Some((270, Some(4))));
        check(&RollUp::Latest, Some((60, None)));
        check(&RollUp::Maximum, Some((90, None)));
        assert_eq!(weighted.together(&[share(1, None, "2024-01")]), None);
    }

    #[test]
    fn what_nothing_is_declared_of_follows_its_unit() {
        let usual = |unit: &str, over_time| RollUp::usual(&Kind::Integer, unit, Some(over_time));
        assert_eq!(usual("人次", OverTime::Sum), RollUp::Sum);
        assert_eq!(usual("元", OverTime::Latest), RollUp::Sum);
        assert_eq!(usual("元", OverTime::Average), RollUp::Mean);
        assert_eq!(usual("分", OverTime::Latest), RollUp::Mean);
        assert_eq!(usual("%", OverTime::Sum), RollUp::Mean);
        assert_eq!(usual("种", OverTime::Latest), RollUp::Maximum);
        assert_eq!(RollUp::usual(&Kind::Boolean, "", None), RollUp::Mean);
    }
}
