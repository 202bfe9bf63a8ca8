//! Algorithms over sums by DRG: group count, consumption indices, mortality of low-risk groups.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::definition::{IndexOf, LowRisk, ScoreZero};

/// Sums over the grouped stays of a DRG.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DrgSums {
    /// Stays.
    pub cases: u64,
    /// Stays with a length of stay, and their days.
    pub days: (u64, u64),
    /// Stays with charges, and their charges.
    pub charges: (u64, Decimal),
    /// Stays that ended in death.
    pub deaths: u64,
}

impl DrgSums {
    /// Adds other stays of the same DRG.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.days = (self.days.0 + other.days.0, self.days.1 + other.days.1);
        self.charges = (
            self.charges.0 + other.charges.0,
            self.charges.1 + other.charges.1,
        );
        self.deaths += other.deaths;
    }

    fn consumed(&self, of: IndexOf) -> (Decimal, Decimal) {
        match of {
            IndexOf::Cost => (Decimal::from(self.charges.0), self.charges.1),
            IndexOf::Time => (Decimal::from(self.days.0), Decimal::from(self.days.1)),
        }
    }
}

/// Sums of a unit or a reference, by DRG.
pub type Groups = BTreeMap<String, DrgSums>;

/// How deadly a group is, by the mortality of the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RiskLevel {
    /// Nobody of the reference died.
    Zero,
    /// More than a deviation below the mean.
    Low,
    /// Below the mean.
    MidLow,
    /// Up to a deviation above the mean.
    MidHigh,
    /// A deviation or more above the mean.
    High,
}

/// Why an algorithm gives no numerator and denominator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotComputable {
    /// The unit has no grouped stay.
    NoCases,
    /// No group of the unit has a reference, or is of the risk that is meant.
    NoReference,
}

/// DRGs with at least one stay.
pub fn group_count(own: &Groups) -> u64 {
    own.values().filter(|sums| sums.cases > 0).count() as u64
}

/// Numerator and denominator of a consumption index: Σ(what the unit consumed in a group ÷ the mean
/// of the reference in that group), over the stays. Groups without a reference are in neither.
pub fn consumption_index(
    own: &Groups,
    reference: &Groups,
    of: IndexOf,
) -> Result<(Decimal, Decimal), NotComputable> {
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    let mut any = false;
    for (drg, sums) in own {
        let (cases, consumed) = sums.consumed(of);
        any |= !cases.is_zero();
        let Some((all, total)) = reference.get(drg).map(|sums| sums.consumed(of)) else {
            continue;
        };
        if all.is_zero() || total.is_zero() || cases.is_zero() {
            continue;
        }
        // consumed ÷ (total ÷ all), multiplied first so that nothing is lost.
        let Some(part) = consumed
            .checked_mul(all)
            .and_then(|part| part.checked_div(total))
        else {
            return Err(NotComputable::NoReference);
        };
        above += part;
        below += cases;
    }
    match (any, below.is_zero()) {
        (false, _) => Err(NotComputable::NoCases),
        (true, true) => Err(NotComputable::NoReference),
        (true, false) => Ok((above, below)),
    }
}

/// The risk of every group of a reference, by the logarithm of its mortality against mean and
/// deviation over the groups in which somebody died, each group counting once.
pub fn risk_levels(reference: &Groups, sample_deviation: bool) -> BTreeMap<String, RiskLevel> {
    let log = |sums: &DrgSums| {
        let (deaths, cases) = (sums.deaths.to_f64()?, sums.cases.to_f64()?);
        (deaths > 0.0 && cases > 0.0).then(|| (deaths / cases).ln())
    };
    let logs: Vec<f64> = reference.values().filter_map(log).collect();
    let count = logs.len() as f64;
    let mean = logs.iter().sum::<f64>() / count;
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    let divisor = if sample_deviation { count - 1.0 } else { count };
    let deviation = if divisor > 0.0 {
        (squares / divisor).sqrt()
    } else {
        0.0
    };
    let level = |sums: &DrgSums| match log(sums) {
        None => RiskLevel::Zero,
        Some(log) if log < mean - deviation => RiskLevel::Low,
        Some(log) if log < mean => RiskLevel::MidLow,
        Some(log) if log < mean + deviation => RiskLevel::MidHigh,
        Some(_) => RiskLevel::High,
    };
    let grouped = reference.iter().filter(|(_, sums)| sums.cases > 0);
    grouped
        .map(|(drg, sums)| (drg.clone(), level(sums)))
        .collect()
}

/// The groups of some cases whose risk is meant: those of a list, or those that the reference gives.
pub fn low_risk_groups<'a>(
    own: &'a Groups,
    reference: &Groups,
    listed: Option<&BTreeSet<String>>,
    settings: &LowRisk,
) -> BTreeMap<&'a str, &'a DrgSums> {
    let levels = match listed {
        Some(_) => BTreeMap::new(),
        None => risk_levels(reference, settings.sample_deviation),
    };
    let is_meant = |drg: &String| match listed {
        Some(listed) => listed.contains(drg),
        None => match levels.get(drg) {
            Some(RiskLevel::MidLow) => settings.mid_low,
            Some(RiskLevel::Low) => !settings.mid_low,
            Some(RiskLevel::Zero) => !settings.mid_low && settings.score_zero == ScoreZero::Low,
            _ => false,
        },
    };
    let meant = own.iter().filter(|(drg, _)| is_meant(drg));
    meant.map(|(drg, sums)| (drg.as_str(), sums)).collect()
}

/// Deaths and stays in the groups of the risk that is meant.
pub fn low_risk_mortality(
    own: &Groups,
    reference: &Groups,
    listed: Option<&BTreeSet<String>>,
    settings: &LowRisk,
) -> Result<(u64, u64), NotComputable> {
    if group_count(own) == 0 {
        return Err(NotComputable::NoCases);
    }
    let meant = low_risk_groups(own, reference, listed, settings).into_values();
    let (deaths, cases) = meant.fold((0, 0), |(deaths, cases), sums| {
        (deaths + sums.deaths, cases + sums.cases)
    });
    match cases {
        0 => Err(NotComputable::NoReference),
        cases => Ok((deaths, cases)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(cases: u64, days: u64, charges: i64, deaths: u64) -> DrgSums {
        DrgSums {
            cases,
            days: (cases, days),
            charges: (cases, Decimal::from(charges)),
            deaths,
        }
    }

    fn groups(rows: &[(&str, DrgSums)]) -> Groups {
        rows.iter()
            .map(|(drg, sums)| ((*drg).to_owned(), *sums))
            .collect()
    }

    #[test]
    fn an_index_weighs_each_group_by_the_own_cases() {
        let own = groups(&[
            ("A", sums(10, 100, 20_000, 0)),
            ("B", sums(30, 90, 15_000, 0)),
            ("without", sums(5, 5, 5, 0)),
        ]);
        let reference = groups(&[
            ("A", sums(100, 800, 100_000, 0)),
            ("B", sums(100, 300, 50_000, 0)),
        ]);
        // A: 2000 against 1000, ten cases; B: 500 against 500, thirty.
        let cost = consumption_index(&own, &reference, IndexOf::Cost);
        assert_eq!(cost, Ok((Decimal::from(50), Decimal::from(40))));
        let time = consumption_index(&own, &reference, IndexOf::Time);
        assert_eq!(
            time,
            Ok(("42.5".parse().expect("a number"), Decimal::from(40)))
        );
        let none = consumption_index(&own, &Groups::new(), IndexOf::Cost);
        assert_eq!(none, Err(NotComputable::NoReference));
        let empty = consumption_index(&Groups::new(), &reference, IndexOf::Cost);
        assert_eq!(empty, Err(NotComputable::NoCases));
    }

    #[test]
    fn a_unit_is_its_own_reference_at_one() {
        let own = groups(&[("A", sums(10, 71, 12_345, 0)), ("B", sums(3, 9, 777, 0))]);
        for of in IndexOf::ALL {
            let (above, below) = consumption_index(&own, &own, of).expect("an index");
            assert_eq!(above, below);
        }
    }

    /// Mortalities 0.1 %, 1 %, 10 % and 40 %: logarithms −6.908, −4.605, −2.303, −0.916, mean −3.683,
    /// deviation 2.282 (population), so that only the first is below −5.965.
    fn reference() -> Groups {
        groups(&[
            ("zero", sums(1000, 1, 1, 0)),
            ("a", sums(1000, 1, 1, 1)),
            ("b", sums(1000, 1, 1, 10)),
            ("c", sums(1000, 1, 1, 100)),
            ("d", sums(1000, 1, 1, 400)),
        ])
    }

    #[test]
    fn groups_are_parted_by_mean_and_deviation() {
        let levels = risk_levels(&reference(), false);
        let expected = [
            ("a", RiskLevel::Low),
            ("b", RiskLevel::MidLow),
            ("c", RiskLevel::MidHigh),
            ("d", RiskLevel::High),
            ("zero", RiskLevel::Zero),
        ];
        let expected = expected.map(|(drg, level)| (drg.to_owned(), level));
        assert_eq!(levels, BTreeMap::from(expected));
    }

    #[test]
    fn settings_decide_which_groups_count() {
        let own = groups(&[
            ("zero", sums(10, 0, 0, 1)),
            ("a", sums(20, 0, 0, 2)),
            ("b", sums(40, 0, 0, 4)),
            ("unknown", sums(80, 0, 0, 8)),
        ]);
        let rate = |listed: Option<&[&str]>, settings: LowRisk| {
            let listed = listed.map(|drgs| drgs.iter().map(|drg| (*drg).to_owned()).collect());
            low_risk_mortality(&own, &reference(), listed.as_ref(), &settings)
        };
        assert_eq!(rate(None, LowRisk::default()), Ok((3, 30)));
        let excluded = LowRisk {
            score_zero: ScoreZero::Excluded,
            ..LowRisk::default()
        };
        assert_eq!(rate(None, excluded.clone()), Ok((2, 20)));
        let mid_low = LowRisk {
            mid_low: true,
            ..excluded
        };
        assert_eq!(rate(None, mid_low), Ok((4, 40)));
        assert_eq!(
            rate(Some(&["b", "unknown"]), LowRisk::default()),
            Ok((12, 120))
        );
        assert_eq!(
            rate(Some(&["x"]), LowRisk::default()),
            Err(NotComputable::NoReference)
        );
    }
}
