//! The cases of a pack of indicators: small records beside each definition, and what they should add.
//!
//! A row is a record, or a row of a data set where it has a value in a column such as
//! `workforce.physicians`. An indicator over one data set alone needs no prefix.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_datasets::{Values, parse_cell};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_indicators::{Formula, Measure, MeasureId, STAY, Term, ratio, rounded};
use biaochi_packs::indicators::{IndicatorCase, IndicatorCases};
use biaochi_packs::{PackProblem, Problem};
use biaochi_warehouse::datasets::RuleRow;
use biaochi_warehouse::indicators::{CompiledMeasures, contributions};
use rust_decimal::Decimal;

use super::pack::CompiledIndicators;
use crate::check::CaseRecord;
use crate::runtime::block_on;

/// What running the cases of a pack came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndicatorCasesReport {
    /// Cases that were run.
    pub cases: usize,
    /// Indicators that have cases.
    pub indicators: usize,
    /// Cases that cannot be read or do not come out as they should.
    pub problems: Vec<PackProblem>,
}

/// Runs all cases, each indicator over its own.
pub fn run_cases(compiled: &CompiledIndicators) -> IndicatorCasesReport {
    let mut report = IndicatorCasesReport::default();
    for (id, cases) in &compiled.loaded.cases {
        let Some(indicator) = compiled.set().get(id) else {
            continue;
        };
        let run = match &indicator.formula {
            Formula::Ratio {
                numerator,
                denominator,
            } => run_ratio(compiled, id, cases, (numerator, denominator)),
            Formula::Exact(_) => run_exact(compiled, id, cases),
            _ => continue,
        };
        report.indicators += 1;
        report.cases += cases.rows.len();
        let problems = run.unwrap_or_else(|problem| vec![problem]);
        let problems = problems.into_iter();
        report
            .problems
            .extend(problems.map(|problem| compiled.loaded.problem(id, "cases", problem)));
    }
    report
}

fn records(rows: &[IndicatorCase]) -> Result<Vec<CaseRecord>, Problem> {
    rows.iter()
        .map(|case| CaseRecord::of(&case.values, case.row))
        .collect()
}

fn unreadable(error: &biaochi_warehouse::WarehouseError) -> Problem {
    Problem::BadSql {
        reason: error.text(Language::Zh),
    }
}

fn run_ratio(
    compiled: &CompiledIndicators,
    id: &str,
    cases: &IndicatorCases,
    (numerator, denominator): (&[Term], &[Term]),
) -> Result<Vec<Problem>, Problem> {
    let set = compiled.set();
    let indicator = set.get(id).ok_or(Problem::BadMessage)?;
    let terms = || numerator.iter().chain(denominator);
    if cases.value.is_some() && terms().any(|term| term.times.is_some()) {
        let expected = "没有“值”一列：按天数或月数折算的指标，例子里没有时期".to_owned();
        return Err(Problem::BadCases { expected });
    }
    let own = OfSources::new(compiled, terms())?;
    let adds: Vec<Adds> = cases
        .rows
        .iter()
        .map(|case| own.adds(case))
        .collect::<Result<_, _>>()?;
    let total = |terms: &[Term], adds: &Adds| -> Decimal {
        let parts = terms.iter().map(|term| {
            let added = adds.get(&term.measure).copied().unwrap_or_default();
            match term.minus {
                true => -added,
                false => added,
            }
        });
        parts.sum()
    };
    let mut wrong = Vec::new();
    let mut tell = |row: Option<usize>, what: &str, expected: String, found: String| {
        wrong.push(Problem::WrongIndicatorCase {
            indicator: id.to_owned(),
            row,
            what: what.to_owned(),
            expected,
            found,
        });
    };
    let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
    for (case, adds) in cases.rows.iter().zip(&adds) {
        let found = [total(numerator, adds), total(denominator, adds)];
        above += found[0];
        below += found[1];
        for ((what, expected), found) in [("分子", case.numerator), ("分母", case.denominator)]
            .into_iter()
            .zip(found)
        {
            if let Some(expected) = expected
                && expected != found
            {
                let found = found.normalize().to_string();
                tell(Some(case.row), what, expected.to_string(), found);
            }
        }
    }
    if let Some(expected) = &cases.value {
        let value = match denominator.is_empty() {
            true => above.checked_mul(indicator.scale),
            false => ratio(above, below, indicator.scale),
        };
        let found = value.map(|value| rounded(value, indicator.decimals));
        if found != expected.parse().ok() {
            let found = found.map_or_else(|| "—".to_owned(), |value| value.to_string());
            tell(None, "值", expected.clone(), found);
        }
    }
    Ok(wrong)
}

/// What a row adds to each measure of its source.
type Adds = BTreeMap<MeasureId, Decimal>;

/// A row of a data set: its id, and fields with what is written in them.
type Entry<'a, 'c> = (&'a str, Vec<(&'c str, &'c str)>);

/// The measures of an indicator by source, ready to be run over rows.
struct OfSources<'a> {
    compiled: &'a CompiledIndicators,
    /// The measures of records with their places, where there are any.
    stays: Option<(Vec<MeasureId>, CompiledMeasures)>,
    /// The measures of each data set.
    datasets: BTreeMap<&'a str, Vec<MeasureId>>,
}

impl<'a> OfSources<'a> {
    fn new(
        compiled: &'a CompiledIndicators,
        terms: impl Iterator<Item = &'a Term>,
    ) -> Result<Self, Problem> {
        let set = compiled.set();
        let mut by_source: BTreeMap<&str, Vec<MeasureId>> = BTreeMap::new();
        let all: BTreeSet<MeasureId> = terms.map(|term| term.measure).collect();
        for measure in all {
            let source = by_source.entry(&set.measure(measure).source);
            source.or_default().push(measure);
        }
        let stays = match by_source.remove(STAY) {
            None => None,
            Some(ids) => {
                let measures: Vec<Measure> =
                    ids.iter().map(|id| set.measure(*id).clone()).collect();
                let shared = compiled.measures.set();
                let own = CompiledMeasures::only(shared, &compiled.lookups, &measures);
                let own = own.map_err(|problems| Problem::BadSql {
                    reason: format!("{problems:?}"),
                })?;
                Some((ids, own))
            }
        };
        Ok(Self {
            compiled,
            stays,
            datasets: by_source,
        })
    }

    /// The data set that a row is of, and its values without prefix; `None` for a record.
    fn dataset_of<'c>(&self, case: &'c IndicatorCase) -> Result<Option<Entry<'a, 'c>>, Problem> {
        let mixed = |row: usize| Problem::BadCases {
            expected: format!("第 {row} 行只填病案的列，或只填一个数据集的列"),
        };
        let of = |column: &'c str| {
            let (prefix, field) = column.split_once('.')?;
            let (dataset, _) = self.datasets.get_key_value(prefix)?;
            Some((*dataset, field))
        };
        let only = match (&self.stays, self.datasets.len()) {
            (None, 1) => self.datasets.keys().next().copied(),
            _ => None,
        };
        let mut found: Option<Entry<'a, 'c>> = None;
        let mut records = 0;
        for (column, value) in &case.values {
            let Some((dataset, field)) =
                of(column.as_str()).or_else(|| Some((only?, column.as_str())))
            else {
                records += 1;
                continue;
            };
            let (known, values) = found.get_or_insert_with(|| (dataset, Vec::new()));
            if *known != dataset {
                return Err(mixed(case.row));
            }
            values.push((field, value.as_str()));
        }
        match found.is_some() && records > 0 {
            true => Err(mixed(case.row)),
            false => Ok(found),
        }
    }

    fn adds(&self, case: &IndicatorCase) -> Result<Adds, Problem> {
        if let Some((dataset, values)) = self.dataset_of(case)? {
            return self.adds_of_entry(case.row, dataset, &values);
        }
        let Some((ids, own)) = &self.stays else {
            return Ok(Adds::new());
        };
        let record = CaseRecord::of(&case.values, case.row)?;
        let (discharge, grouping) = CaseRecord::encode_all(&[record]);
        let adds = contributions(own, &discharge, &grouping);
        let adds = adds.map_err(|error| unreadable(&error))?;
        let first = adds.into_iter().next().unwrap_or_default();
        Ok(ids.iter().copied().zip(first).collect())
    }

    fn adds_of_entry(
        &self,
        row: usize,
        dataset: &str,
        cells: &[(&str, &str)],
    ) -> Result<Adds, Problem> {
        let bad = |expected: String| Problem::BadCases { expected };
        let set = self.compiled.sets.iter().find(|set| set.id == dataset);
        let set = set.ok_or_else(|| bad(format!("有数据集“{dataset}”")))?;
        let (mut values, mut breakdown) = (Values::new(), "");
        for (name, text) in cells {
            if set.breakdown.as_ref().is_some_and(|one| one.id == *name) {
                breakdown = *text;
                continue;
            }
            let field = set.field(name);
            let field =
                field.ok_or_else(|| bad(format!("第 {row} 行的列 {dataset}.{name} 是它的字段")))?;
            match parse_cell(field, text) {
                Ok(Some(value)) => {
                    values.insert(field.id.clone(), value);
                }
                _ => {
                    let title = &field.title;
                    return Err(bad(format!("第 {row} 行的“{title}”填法与模板相同")));
                }
            }
        }
        let ids = self.datasets.get(dataset).map_or(&[][..], Vec::as_slice);
        let measures: Vec<&Measure> = ids
            .iter()
            .map(|id| self.compiled.set().measure(*id))
            .collect();
        let period = Period::year(2024).ok_or(Problem::BadMessage)?;
        let entry = RuleRow {
            organisation_code: "",
            period,
            breakdown,
            values: &values,
            previous: None,
            year_before: None,
        };
        let entries = [entry];
        let adds = CompiledMeasures::entry_contributions(set, &entries, &measures);
        let adds = block_on(adds).map_err(|error| unreadable(&error))?;
        let first = adds.into_iter().next().unwrap_or_default();
        Ok(ids.iter().copied().zip(first).collect())
    }
}

fn run_exact(
    compiled: &CompiledIndicators,
    id: &str,
    cases: &IndicatorCases,
) -> Result<Vec<Problem>, Problem> {
    let indicator = compiled.set().get(id).ok_or(Problem::BadMessage)?;
    let (Formula::Exact(exact), Some(expected)) = (&indicator.formula, &cases.value) else {
        return Ok(Vec::new());
    };
    let (discharge, grouping) = CaseRecord::encode_all(&records(&cases.rows)?);
    let set = compiled.set();
    let value = CompiledMeasures::exact_over(set, &compiled.lookups, exact, &discharge, &grouping);
    let value = block_on(value).map_err(|error| unreadable(&error))?;
    let found = value.map(|value| rounded(value * indicator.scale, indicator.decimals));
    if found == expected.parse().ok() {
        return Ok(Vec::new());
    }
    Ok(vec![Problem::WrongIndicatorCase {
        indicator: id.to_owned(),
        row: None,
        what: "值".to_owned(),
        expected: expected.clone(),
        found: found.map_or_else(|| "—".to_owned(), |value| value.to_string()),
    }])
}
