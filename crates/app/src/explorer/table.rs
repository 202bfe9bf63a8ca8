//! A table of groups, departments, physicians or hospitals.

use std::collections::{BTreeMap, HashMap};

use biaochi_domain::Period;
use biaochi_indicators::{DrgSums, Groups, IndexOf, consumption_index};
use rust_decimal::Decimal;

use super::sums::{By, Filters, Records, SumRow, hospitals, reference};
use super::{ExplorerError, Extent, GroupTree, Tables};
use crate::query::OneVersion;
use crate::{Compiled, Workspace};

/// Months of the small line in a row.
const TREND: usize = 12;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// What rows are told apart by.
    pub by: By,
    /// Whose records.
    pub extent: Extent,
    /// Which months.
    pub period: Period,
    /// Which of them only.
    pub filters: Filters,
    /// Whether shares of drugs and consumables are wanted; they read the records' charges, of one hospital only.
    pub charges: bool,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Everything together.
    pub total: Line,
    /// Rows, most cases first.
    pub lines: Vec<Line>,
    /// Months of the small lines, the oldest first.
    pub months: Vec<String>,
    /// Hospitals that the reference has.
    pub reference_hospitals: u64,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Code of the group, department, physician or hospital; empty where records have none.
    pub key: String,
    /// Name of a group, ADRG or category as the scheme has it.
    pub title: Option<String>,
    /// Its adjacent group.
    pub adrg: Option<String>,
    /// Its category.
    pub mdc: Option<String>,
    /// Stays.
    pub cases: u64,
    /// Those with a group.
    pub grouped: u64,
    /// Those whose surgery does not fit the diagnosis (QY).
    pub ambiguous: u64,
    /// Those without any group.
    pub ungrouped: u64,
    /// Groups that occur.
    pub groups: u64,
    /// Percent of all cases.
    pub share: Option<Decimal>,
    /// Σ weight.
    pub total_weight: Option<Decimal>,
    /// Σ weight ÷ cases that have one: the case-mix index.
    pub mean_weight: Option<Decimal>,
    /// Σ charges in yuan.
    pub total_charges: Option<Decimal>,
    /// Mean charges in yuan.
    pub mean_charges: Option<Decimal>,
    /// Mean stay in days.
    pub mean_days: Option<Decimal>,
    /// Cost consumption index against the reference.
    pub cost_index: Option<Decimal>,
    /// Time consumption index against the reference.
    pub time_index: Option<Decimal>,
    /// Stays that ended in death.
    pub deaths: u64,
    /// Percent of the stays that ended in death.
    pub mortality: Option<Decimal>,
    /// Stays with charges above [`super::HIGH_TIMES`] of the reference.
    pub high: u64,
    /// Stays with charges below [`super::LOW_PART`] of the reference.
    pub low: u64,
    /// Drugs, percent of the charges.
    pub drug_share: Option<Decimal>,
    /// Consumables, percent of the charges.
    pub consumable_share: Option<Decimal>,
    /// The reference of a group.
    pub reference: Option<Reference>,
    /// The period of the same length before.
    pub previous: Option<Then>,
    /// The same months a year before.
    pub year_before: Option<Then>,
    /// Cases of each of [`Table::months`].
    pub trend: Vec<u64>,
}

/// A group in all hospitals of the lake.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// Stays.
    pub cases: u64,
    /// Mean charges in yuan.
    pub mean_charges: Option<Decimal>,
    /// Mean stay in days.
    pub mean_days: Option<Decimal>,
}

/// A row in an earlier period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Then {
    /// Stays.
    pub cases: u64,
    /// Case-mix index.
    pub mean_weight: Option<Decimal>,
    /// Mean charges in yuan.
    pub mean_charges: Option<Decimal>,
    /// Mean stay in days.
    pub mean_days: Option<Decimal>,
    /// Cost consumption index.
    pub cost_index: Option<Decimal>,
    /// Time consumption index.
    pub time_index: Option<Decimal>,
}

/// Sums of a row.
#[derive(Debug, Default)]
struct Fold {
    cases: u64,
    grouped: u64,
    ambiguous: u64,
    weighted: u64,
    weight: Decimal,
    timed: u64,
    days: u64,
    charged: u64,
    charges: Decimal,
    deaths: u64,
    high: u64,
    low: u64,
    drugs: Option<Decimal>,
    consumables: Option<Decimal>,
    groups: Groups,
}

/// Answers a question.
///
/// # Errors
/// The lake cannot be read, the scheme has mistakes, the period is not made of months, or physicians of several
/// hospitals are asked about.
pub fn table(
    tables: &Tables,
    workspace: &Workspace,
    content: &Compiled,
    question: &Question,
) -> Result<Table, ExplorerError> {
    let scheme = content.scheme(&workspace.config().scheme)?;
    let tree = GroupTree::new(&scheme.scheme);
    table_of(&tables.0, &workspace.config().scheme, &tree, question)
}

pub(super) fn table_of(
    version: &OneVersion,
    scheme: &str,
    tree: &GroupTree,
    question: &Question,
) -> Result<Table, ExplorerError> {
    let period = question.period;
    if !period.is_whole_months() {
        return Err(ExplorerError::NotMonths {
            period: period.to_string(),
        });
    }
    let physicians = question.by == By::Physician || question.filters.physician.is_some();
    if physicians && question.extent.only().is_none() {
        return Err(ExplorerError::OneHospital);
    }
    let records = Records {
        scheme,
        extent: &question.extent,
        filters: &question.filters,
        by: question.by,
    };
    let keys = Keys { question, tree };
    let mut now = keys.fold(&records.sums(version, period)?);
    let charges = question.charges && question.extent.only().is_some();
    for row in records.facts(version, period, charges)? {
        for key in keys.of(row.key.as_deref(), row.drg.as_deref()) {
            let fold = now.entry(key).or_default();
            fold.deaths += row.deaths;
            fold.high += row.high;
            fold.low += row.low;
            add(&mut fold.drugs, row.drugs.as_deref());
            add(&mut fold.consumables, row.consumables.as_deref());
        }
    }
    let groups = reference_of(version, scheme, period)?;
    let earlier = |period: Option<Period>| -> Result<Earlier, ExplorerError> {
        let Some(period) = period else {
            return Ok(Earlier::default());
        };
        Ok(Earlier {
            folds: keys.fold(&records.sums(version, period)?),
            reference: reference_of(version, scheme, period)?,
        })
    };
    let (previous, year_before) = (earlier(period.previous())?, earlier(period.year_before())?);
    let (months, trends) = trends(version, &records, &keys, period)?;
    let total_cases = now.get(&None).map_or(0, |total| total.cases);
    let mut lines: Vec<Line> = Vec::new();
    let mut total = Line::default();
    for (key, fold) in &now {
        let mut line = fold.line(&groups, total_cases);
        line.previous = previous.then(key.as_deref());
        line.year_before = year_before.then(key.as_deref());
        line.trend = trends
            .get(key)
            .cloned()
            .unwrap_or_else(|| vec![0; months.len()]);
        match key {
            None => total = line,
            Some(key) => {
                keys.name(&mut line, key, &groups);
                lines.push(line);
            }
        }
    }
    if total.trend.is_empty() {
        total.trend = vec![0; months.len()];
    }
    lines.sort_by(|a, b| b.cases.cmp(&a.cases).then_with(|| a.key.cmp(&b.key)));
    Ok(Table {
        total,
        lines,
        months,
        reference_hospitals: hospitals(version, period)?,
    })
}

/// An earlier period.
#[derive(Debug, Default)]
struct Earlier {
    folds: BTreeMap<Option<String>, Fold>,
    reference: Groups,
}

impl Earlier {
    fn then(&self, key: Option<&str>) -> Option<Then> {
        let fold = self.folds.get(&key.map(str::to_owned))?;
        let line = fold.line(&self.reference, 0);
        Some(Then {
            cases: line.cases,
            mean_weight: line.mean_weight,
            mean_charges: line.mean_charges,
            mean_days: line.mean_days,
            cost_index: line.cost_index,
            time_index: line.time_index,
        })
    }
}

/// To which rows sums go.
struct Keys<'a> {
    question: &'a Question,
    tree: &'a GroupTree,
}

impl Keys<'_> {
    /// The rows of sums with this key and group: `None` is the total. Those that the filters leave out go nowhere.
    fn of(&self, key: Option<&str>, drg: Option<&str>) -> Vec<Option<String>> {
        let filters = &self.question.filters;
        let fits = |wanted: &Option<String>, own: &dyn Fn(&str) -> String| match wanted {
            None => true,
            Some(wanted) => drg.is_some_and(|drg| own(drg) == *wanted),
        };
        if !fits(&filters.drg, &|drg| drg.to_owned())
            || !fits(&filters.adrg, &|drg| self.tree.adrg(drg).to_owned())
            || !fits(&filters.mdc, &GroupTree::mdc)
        {
            return Vec::new();
        }
        let own = match self.question.by {
            By::Group => drg.map(str::to_owned),
            By::Adrg => drg.map(|drg| self.tree.adrg(drg).to_owned()),
            By::Mdc => drg.map(GroupTree::mdc),
            By::Department | By::Physician | By::Hospital => {
                Some(key.unwrap_or_default().to_owned())
            }
        };
        let own = own.map(Some);
        own.into_iter().chain([None]).collect()
    }

    fn fold(&self, rows: &[SumRow]) -> BTreeMap<Option<String>, Fold> {
        let mut folds = BTreeMap::<Option<String>, Fold>::new();
        for row in rows {
            for key in self.of(row.key.as_deref(), row.drg.as_deref()) {
                folds.entry(key).or_default().add(row);
            }
        }
        folds
    }

    fn name(&self, line: &mut Line, key: &str, groups: &Groups) {
        line.key = key.to_owned();
        let name = |code: &str| self.tree.name(code).map(str::to_owned);
        match self.question.by {
            By::Group => {
                line.title = name(key);
                line.adrg = Some(self.tree.adrg(key).to_owned());
                line.mdc = Some(GroupTree::mdc(key));
                line.reference = groups.get(key).map(reference_line);
            }
            By::Adrg => {
                line.title = name(key);
                line.mdc = Some(GroupTree::mdc(key));
            }
            By::Mdc => line.title = name(key),
            By::Department | By::Physician | By::Hospital => {}
        }
    }
}

fn reference_line(sums: &DrgSums) -> Reference {
    Reference {
        cases: sums.cases,
        mean_charges: mean(sums.charges.1, sums.charges.0, 2),
        mean_days: mean(Decimal::from(sums.days.1), sums.days.0, 2),
    }
}

type Trends = HashMap<Option<String>, Vec<u64>>;

fn trends(
    version: &OneVersion,
    records: &Records<'_>,
    keys: &Keys<'_>,
    period: Period,
) -> Result<(Vec<String>, Trends), ExplorerError> {
    // Physicians would need the records of a whole year for a small line.
    if records.by == By::Physician || records.filters.physician.is_some() {
        return Ok((Vec::new(), Trends::new()));
    }
    let last = period.last();
    let mut months: Vec<_> = std::iter::successors(Some(last), |month| month.previous())
        .take(TREND)
        .collect();
    months.reverse();
    let Some(span) = months
        .first()
        .and_then(|first| Period::between(*first, last))
    else {
        return Ok((Vec::new(), Trends::new()));
    };
    let months: Vec<String> = months.iter().map(ToString::to_string).collect();
    let mut trends = Trends::new();
    for row in records.months(version, span)? {
        let Some(at) = months.iter().position(|month| *month == row.month) else {
            continue;
        };
        for key in keys.of(row.key.as_deref(), row.drg.as_deref()) {
            let trend = trends.entry(key);
            let trend = trend.or_insert_with(|| vec![0; months.len()]);
            trend[at] += row.cases;
        }
    }
    Ok((months, trends))
}

/// Sums of all hospitals of the lake by group.
fn reference_of(
    version: &OneVersion,
    scheme: &str,
    period: Period,
) -> Result<Groups, ExplorerError> {
    let rows = reference(version, scheme, period)?;
    let groups = rows.into_iter().map(|row| {
        let sums = DrgSums {
            cases: row.cases,
            days: (row.timed, u64::try_from(row.days).unwrap_or(0)),
            charges: (row.charged, decimal(row.charges.as_deref())),
            deaths: 0,
        };
        (row.drg, sums)
    });
    Ok(groups.collect())
}

impl Fold {
    fn add(&mut self, row: &SumRow) {
        let days = u64::try_from(row.days).unwrap_or(0);
        let charges = decimal(row.charges.as_deref());
        self.cases += row.cases;
        self.weighted += row.weighted;
        self.weight += decimal(row.weight.as_deref());
        self.timed += row.timed;
        self.days += days;
        self.charged += row.charged;
        self.charges += charges;
        match (row.status.as_str(), &row.drg) {
            ("grouped", Some(drg)) => {
                self.grouped += row.cases;
                let sums = self.groups.entry(drg.clone()).or_default();
                sums.add(&DrgSums {
                    cases: row.cases,
                    days: (row.timed, days),
                    charges: (row.charged, charges),
                    deaths: 0,
                });
            }
            ("unrelated_procedure", _) => self.ambiguous += row.cases,
            _ => {}
        }
    }

    fn line(&self, reference: &Groups, total_cases: u64) -> Line {
        let index = |of| {
            let (above, below) = consumption_index(&self.groups, reference, of).ok()?;
            Some(above.checked_div(below)?.round_dp(4))
        };
        let percent = |part: Decimal, whole: Decimal| {
            let part = part.checked_mul(Decimal::ONE_HUNDRED)?;
            Some(part.checked_div(whole)?.round_dp(2))
        };
        Line {
            cases: self.cases,
            grouped: self.grouped,
            ambiguous: self.ambiguous,
            ungrouped: self.cases - self.grouped - self.ambiguous,
            groups: self.groups.len() as u64,
            share: percent(self.cases.into(), total_cases.into()),
            total_weight: (self.weighted > 0).then(|| self.weight.round_dp(4)),
            mean_weight: mean(self.weight, self.weighted, 4),
            total_charges: (self.charged > 0).then_some(self.charges),
            mean_charges: mean(self.charges, self.charged, 2),
            mean_days: mean(self.days.into(), self.timed, 2),
            cost_index: index(IndexOf::Cost),
            time_index: index(IndexOf::Time),
            deaths: self.deaths,
            mortality: percent(self.deaths.into(), self.cases.into()),
            high: self.high,
            low: self.low,
            drug_share: self.drugs.and_then(|drugs| percent(drugs, self.charges)),
            consumable_share: self.consumables.and_then(|own| percent(own, self.charges)),
            ..Line::default()
        }
    }
}

/// Sum ÷ cases; `None` without cases, never zero.
pub(super) fn mean(sum: Decimal, cases: u64, places: u32) -> Option<Decimal> {
    let mean = sum.checked_div(Decimal::from(cases))?;
    Some(mean.round_dp(places))
}

pub(super) fn decimal(text: Option<&str>) -> Decimal {
    let parsed = text.and_then(|text| text.parse().ok());
    parsed.unwrap_or_default()
}

fn add(sum: &mut Option<Decimal>, text: Option<&str>) {
    if text.is_some() {
        *sum = Some(sum.unwrap_or_default() + decimal(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(drg: Option<&str>, status: &str, cases: u64, charges: &str) -> SumRow {
        SumRow {
            key: None,
            drg: drg.map(str::to_owned),
            status: status.to_owned(),
            cases,
            weighted: cases,
            weight: Some(format!("{cases}.0000")),
            timed: cases,
            days: 7 * cases.cast_signed(),
            charged: cases,
            charges: Some(charges.to_owned()),
        }
    }

    fn question(by: By, filters: Filters) -> Question {
        Question {
            by,
            extent: Extent::default(),
            period: "2025".parse().expect("a period"),
            filters,
            charges: false,
        }
    }

    #[test]
    fn rows_and_their_total_add_up() {
        let rows = [
            row(Some("GB21"), "grouped", 10, "1000.00"),
            row(Some("GB23"), "grouped", 5, "250.00"),
            row(Some("BR21"), "grouped", 5, "500.00"),
            row(None, "unrelated_procedure", 2, "100.00"),
            row(None, "ungrouped", 1, "10.00"),
        ];
        let tree = GroupTree::default();
        let question = question(By::Adrg, Filters::default());
        let keys = Keys {
            question: &question,
            tree: &tree,
        };
        let folds = keys.fold(&rows);
        let reference: Groups = folds[&None].groups.clone();
        let total = folds[&None].line(&reference, 23);
        assert_eq!((total.cases, total.grouped), (23, 20));
        assert_eq!((total.ambiguous, total.ungrouped), (2, 1));
        // A unit is its own reference at one.
        assert_eq!(total.cost_index, Some(Decimal::ONE));
        let adrg = folds[&Some("GB2".to_owned())].line(&reference, 23);
        assert_eq!((adrg.cases, adrg.groups), (15, 2));
        assert_eq!(adrg.mean_charges, "83.33".parse().ok());
        assert_eq!(adrg.share, "65.22".parse().ok());
        assert_eq!(adrg.mean_days, Some(Decimal::from(7)));
    }

    #[test]
    fn filters_leave_out_what_has_no_such_group() {
        let tree = GroupTree::default();
        let filters = Filters {
            mdc: Some("MDCG".to_owned()),
            ..Filters::default()
        };
        let question = question(By::Hospital, filters);
        let keys = Keys {
            question: &question,
            tree: &tree,
        };
        assert_eq!(
            keys.of(Some("A"), Some("GB21")),
            [Some("A".to_owned()), None]
        );
        assert!(keys.of(Some("A"), Some("BR21")).is_empty());
        assert!(keys.of(Some("A"), None).is_empty());
    }

    #[test]
    fn nothing_has_no_mean() {
        assert_eq!(mean(Decimal::ZERO, 0, 2), None);
        let line = Fold::default().line(&Groups::new(), 0);
        assert_eq!(
            (line.share, line.mean_weight, line.cost_index),
            (None, None, None)
        );
    }
}
