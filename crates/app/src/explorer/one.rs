//! One group: months, hospitals, and how charges and days are spread.

use biaochi_domain::Period;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Deserialize;

use super::sums::within;
use super::table::{Line, Question, decimal, mean, table_of};
use super::{By, ExplorerError, Extent, Filters, GroupTree, Tables};
use crate::lookup::quoted;
use crate::query::OneVersion;
use crate::{Compiled, Workspace};

/// Months that are shown.
const MONTHS: usize = 24;

/// Bars of the distribution of charges.
const BINS: u32 = 24;

/// Everything about the stays of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct One {
    /// The group in the extent that was asked about.
    pub line: Line,
    /// Its small line's months.
    pub trend_months: Vec<String>,
    /// The months up to the end of the period, the oldest first.
    pub months: Vec<MonthPoint>,
    /// Hospitals, most cases first.
    pub hospitals: Vec<Line>,
    /// Departments, most cases first; of one hospital only.
    pub departments: Vec<Line>,
    /// How charges are spread.
    pub charges: Spread,
    /// How days are spread.
    pub days: Spread,
}

/// A month of a group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonthPoint {
    /// The month.
    pub month: String,
    /// Stays.
    pub cases: u64,
    /// Mean charges.
    pub mean_charges: Option<Decimal>,
    /// Mean days.
    pub mean_days: Option<Decimal>,
    /// Mean charges of all hospitals of the lake.
    pub reference_charges: Option<Decimal>,
    /// Mean days of all hospitals of the lake.
    pub reference_days: Option<Decimal>,
}

/// How a number is spread over the stays, beside that of all hospitals of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spread {
    /// Of the extent that was asked about; `None` without stays.
    pub own: Option<Quantiles>,
    /// Of all hospitals of the lake.
    pub reference: Option<Quantiles>,
    /// Bars from nothing to the 99th percentile of all hospitals; the last takes what is above.
    pub bins: Vec<Bin>,
}

/// Five quantiles, and over how many stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantiles {
    /// Stays that have the number.
    pub cases: u64,
    /// The tenth percentile.
    pub p10: Decimal,
    /// The lower quartile.
    pub p25: Decimal,
    /// The median.
    pub p50: Decimal,
    /// The upper quartile.
    pub p75: Decimal,
    /// The ninetieth percentile.
    pub p90: Decimal,
}

/// A bar of a distribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bin {
    /// From this, which is in it.
    pub from: Decimal,
    /// To this, which is not; `None` for the last, which has no end.
    pub to: Option<Decimal>,
    /// Own stays.
    pub cases: u64,
    /// Stays of all hospitals of the lake.
    pub reference_cases: u64,
}

/// Answers what there is to know of a group's stays. `compared` are the hospitals that the asker may see beside each
/// other.
///
/// # Errors
/// As [`super::table`], or the scheme has no such group.
pub fn one(
    tables: &Tables,
    workspace: &Workspace,
    content: &Compiled,
    drg: &str,
    (extent, compared): (&Extent, &Extent),
    period: Period,
) -> Result<One, ExplorerError> {
    let id = &workspace.config().scheme;
    let scheme = content.scheme(id)?;
    if !scheme.scheme.drgs().any(|known| known == drg) {
        return Err(ExplorerError::UnknownGroup {
            drg: drg.to_owned(),
            scheme: id.clone(),
        });
    }
    let version = &tables.0;
    let tree = GroupTree::new(&scheme.scheme);
    let ask = |by: By, extent: &Extent, charges: bool| {
        let question = Question {
            by,
            extent: extent.clone(),
            period,
            filters: Filters {
                drg: Some(drg.to_owned()),
                ..Filters::default()
            },
            charges,
        };
        table_of(version, id, &tree, &question)
    };
    let own = ask(By::Group, extent, true)?;
    let trend_months = own.months;
    let line = own.lines.into_iter().next().unwrap_or_else(|| Line {
        key: drg.to_owned(),
        title: tree.name(drg).map(str::to_owned),
        adrg: Some(tree.adrg(drg).to_owned()),
        mdc: Some(GroupTree::mdc(drg)),
        ..Line::default()
    });
    let hospitals = ask(By::Hospital, compared, false)?.lines;
    let departments = match extent.only() {
        Some(_) => ask(By::Department, extent, false)?.lines,
        None => Vec::new(),
    };
    let values = values(version, id, drg, extent, period)?;
    let charges = values.iter().filter_map(|value| {
        let charges = value.charges.as_deref()?;
        Some((value.own, decimal(Some(charges))))
    });
    let days = values
        .iter()
        .filter_map(|value| Some((value.own, Decimal::from(value.days?))));
    Ok(One {
        line,
        trend_months,
        months: months(version, id, drg, extent, period)?,
        hospitals,
        departments,
        charges: spread(charges.collect()),
        days: spread(days.collect()),
    })
}

#[derive(Debug, Deserialize)]
struct MonthSums {
    month: String,
    own: bool,
    cases: u64,
    timed: u64,
    days: i64,
    charged: u64,
    charges: Option<String>,
}

fn months(
    version: &OneVersion,
    scheme: &str,
    drg: &str,
    extent: &Extent,
    period: Period,
) -> Result<Vec<MonthPoint>, ExplorerError> {
    let last = period.last();
    let mut months: Vec<_> = std::iter::successors(Some(last), |month| month.previous())
        .take(MONTHS)
        .collect();
    months.reverse();
    let span = months
        .first()
        .and_then(|first| Period::between(*first, last));
    let Some(span) = span else {
        return Ok(Vec::new());
    };
    // Sums by hospital do not tell departments apart: then the records themselves are read.
    let rows = match extent.is_limited() {
        false => format!(
            "select organisation_code, discharge_month, {} as own, cases, timed_cases, days, charged_cases, charges \
             from drg_cell where scheme = {} and drg = {} and status = 'grouped' and {}",
            extent.hospitals_sql(""),
            quoted(scheme),
            quoted(drg),
            within("", span)
        ),
        true => format!(
            "select organisation_code, discharge_month, {} as own, 1 as cases, \
             case when length_of_stay is null then 0 else 1 end as timed_cases, \
             coalesce(length_of_stay, 0) as days, \
             case when total_charges is null then 0 else 1 end as charged_cases, total_charges as charges \
             from grouping where scheme = {} and drg = {} and status = 'grouped' and {}",
            own_sql(extent),
            quoted(scheme),
            quoted(drg),
            within("", span)
        ),
    };
    let sums: Vec<MonthSums> = version.rows(&format!(
        "select discharge_month as month, own, sum(cases) as cases, sum(timed_cases) as timed, sum(days) as days, \
         sum(charged_cases) as charged, cast(sum(charges) as varchar) as charges \
         from ({rows}) group by discharge_month, own"
    ))?;
    let points = months.iter().map(|month| {
        let month = month.to_string();
        let of_month = || sums.iter().filter(|sums| sums.month == month);
        let means = |only_own: bool| {
            let (mut charges, mut charged, mut days, mut timed) = (Decimal::ZERO, 0, 0, 0);
            for sums in of_month().filter(|sums| sums.own || !only_own) {
                charges += decimal(sums.charges.as_deref());
                charged += sums.charged;
                days += sums.days;
                timed += sums.timed;
            }
            (
                mean(charges, charged, 2),
                mean(Decimal::from(days), timed, 2),
            )
        };
        let ((mean_charges, mean_days), (reference_charges, reference_days)) =
            (means(true), means(false));
        MonthPoint {
            cases: of_month()
                .filter(|sums| sums.own)
                .map(|sums| sums.cases)
                .sum(),
            mean_charges,
            mean_days,
            reference_charges,
            reference_days,
            month,
        }
    });
    Ok(points.collect())
}

/// Whether a row is of the extent, as a value that is never missing.
fn own_sql(extent: &Extent) -> String {
    format!("coalesce({}, false)", extent.condition(""))
}

#[derive(Debug, Deserialize)]
struct StayValues {
    own: bool,
    charges: Option<String>,
    days: Option<i32>,
}

fn values(
    version: &OneVersion,
    scheme: &str,
    drg: &str,
    extent: &Extent,
    period: Period,
) -> Result<Vec<StayValues>, ExplorerError> {
    Ok(version.rows(&format!(
        "select {} as own, cast(total_charges as varchar) as charges, length_of_stay as days from grouping \
         where scheme = {} and drg = {} and status = 'grouped' and {}",
        own_sql(extent),
        quoted(scheme),
        quoted(drg),
        within("", period)
    ))?)
}

/// Quantiles and bars of numbers, each with whether it is an own one.
fn spread(mut values: Vec<(bool, Decimal)>) -> Spread {
    values.sort_by_key(|(_, value)| *value);
    let all: Vec<Decimal> = values.iter().map(|(_, value)| *value).collect();
    let own: Vec<Decimal> = values
        .iter()
        .filter(|(own, _)| *own)
        .map(|(_, value)| *value)
        .collect();
    let bins = match all.is_empty() {
        true => Vec::new(),
        false => bins(&values, width(quantile(&all, 99))),
    };
    Spread {
        own: quantiles(&own),
        reference: quantiles(&all),
        bins,
    }
}

fn quantiles(sorted: &[Decimal]) -> Option<Quantiles> {
    (!sorted.is_empty()).then(|| Quantiles {
        cases: sorted.len() as u64,
        p10: quantile(sorted, 10),
        p25: quantile(sorted, 25),
        p50: quantile(sorted, 50),
        p75: quantile(sorted, 75),
        p90: quantile(sorted, 90),
    })
}

/// The smallest number that so many percent of the numbers are not above (nearest rank).
fn quantile(sorted: &[Decimal], percent: usize) -> Decimal {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

/// A width of bars that people can read, so that at most [`BINS`] reach up to `top`: 1, 2 or 5 times a power of ten.
fn width(top: Decimal) -> Decimal {
    let mut power = Decimal::ONE;
    loop {
        for times in [1, 2, 5] {
            let width = power * Decimal::from(times);
            if width * Decimal::from(BINS) > top {
                return width;
            }
        }
        power *= Decimal::TEN;
    }
}

fn bins(values: &[(bool, Decimal)], width: Decimal) -> Vec<Bin> {
    let place = |value: Decimal| -> usize {
        let at = (value.max(Decimal::ZERO) / width).floor().to_u32();
        at.unwrap_or(BINS).min(BINS) as usize
    };
    let last = values.last().map_or(0, |(_, value)| place(*value));
    let mut bins: Vec<Bin> = (0..=last)
        .map(|at| {
            let from = width * Decimal::from(at as u64);
            Bin {
                from,
                to: (at < BINS as usize).then(|| from + width),
                cases: 0,
                reference_cases: 0,
            }
        })
        .collect();
    for (own, value) in values {
        if let Some(bin) = bins.get_mut(place(*value)) {
            bin.cases += u64::from(*own);
            bin.reference_cases += 1;
        }
    }
    bins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_numbers_that_occur() {
        let values: Vec<(bool, Decimal)> = (1..=10)
            .map(|value| (value % 2 == 0, Decimal::from(value)))
            .collect();
        let spread = spread(values);
        let all = spread.reference.expect("numbers");
        assert_eq!((all.p10, all.p50, all.p90), (1.into(), 5.into(), 9.into()));
        let own = spread.own.expect("own numbers");
        assert_eq!((own.cases, own.p50), (5, 6.into()));
        assert_eq!(spread.bins.len(), 11);
        let cases: u64 = spread.bins.iter().map(|bin| bin.reference_cases).sum();
        assert_eq!(cases, 10);
    }

    #[test]
    fn bars_have_widths_that_people_can_read() {
        assert_eq!(width(Decimal::from(9)), Decimal::ONE);
        assert_eq!(width(Decimal::from(100)), Decimal::from(5));
        assert_eq!(width(Decimal::from(30_000)), Decimal::from(2_000));
    }

    #[test]
    fn the_last_bar_takes_what_is_above() {
        let mut values: Vec<(bool, Decimal)> = vec![(true, Decimal::ONE); 200];
        values.push((true, Decimal::from(100_000)));
        let bins = spread(values).bins;
        assert_eq!(bins.last().map(|bin| (bin.to, bin.cases)), Some((None, 1)));
        assert_eq!(spread(Vec::new()), Spread::default());
    }
}
