//! The cases of a pack of indicators: small records beside each definition, and what they should add.

use std::collections::BTreeMap;

use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::{Formula, STAY, Term, ratio, rounded};
use biaochi_packs::indicators::{IndicatorCase, IndicatorCases};
use biaochi_packs::{PackProblem, Problem};
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
    /// Cases over data sets, which are not run here.
    pub of_datasets: usize,
    /// Cases that cannot be read or do not come out as they should.
    pub problems: Vec<PackProblem>,
}

/// Runs all cases over discharges, each indicator over its own.
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
            } => {
                let measures = numerator.iter().chain(denominator);
                let mut sources = measures.map(|term| &compiled.set().measure(term.measure).source);
                if sources.any(|source| source != STAY) {
                    report.of_datasets += cases.rows.len();
                    continue;
                }
                run_ratio(compiled, id, cases, (numerator, denominator))
            }
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
    let mut places = BTreeMap::new();
    let mut measures = Vec::new();
    for term in numerator.iter().chain(denominator) {
        places.entry(term.measure).or_insert_with(|| {
            measures.push(set.measure(term.measure).clone());
            measures.len() - 1
        });
    }
    let shared = std::sync::Arc::clone(compiled.measures.set());
    let own = CompiledMeasures::only(&shared, &compiled.lookups, &measures);
    let own = own.map_err(|problems| Problem::BadSql {
        reason: format!("{problems:?}"),
    })?;
    let mut adds = Vec::with_capacity(cases.rows.len());
    for record in records(&cases.rows)? {
        let (discharge, grouping) = CaseRecord::encode_all(&[record]);
        let own = contributions(&own, &discharge, &grouping);
        adds.extend(own.map_err(|error| unreadable(&error))?);
    }
    let total = |terms: &[Term], adds: &[Decimal]| -> Decimal {
        let parts = terms.iter().map(|term| match term.minus {
            true => -adds[places[&term.measure]],
            false => adds[places[&term.measure]],
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
