//! Figures by kind of fault and by check.

use std::collections::BTreeMap;

use biaochi_checks::{CheckSet, Class, Severity};
use biaochi_domain::Period;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::ReportError;
use super::figures::{CheckFigures, ClassFigures};
use super::scope::Scope;
use super::sums::decimal;
use crate::query::OneVersion;

const CLASSES: &str = "
select class, count(distinct record_key) as pages,
       count(distinct case when severity = 'error' then record_key end) as with_error
from finding_open where {scope} group by class order by pages desc, class";

const CHECKS: &str = "
select check_id, class, severity, discharge_month as month, sum(pages) as pages,
       sum(places) as places, cast(sum(points) as varchar) as points, sum(regrouped) as regrouped,
       cast(sum(weight_difference) as varchar) as weight_difference
from check_month where {scope} and stage <> 'trial'
group by check_id, class, severity, discharge_month order by month, check_id, severity";

/// By kind of fault, most pages first.
pub(super) fn classes(
    tables: &OneVersion,
    scope: &Scope<'_>,
) -> Result<Vec<ClassFigures>, ReportError> {
    #[derive(Deserialize)]
    struct ClassRow {
        class: String,
        pages: u64,
        with_error: u64,
    }
    let rows: Vec<ClassRow> = tables.rows(&scope.sql(CLASSES))?;
    let figures = rows.into_iter().filter_map(|row| {
        Some(ClassFigures {
            class: Class::from_id(&row.class)?,
            with_error: row.with_error,
            pages: row.pages,
        })
    });
    Ok(figures.collect())
}

/// What a check found in a month.
#[derive(Debug, Deserialize)]
struct CheckRow {
    check_id: String,
    class: String,
    severity: String,
    month: String,
    pages: u64,
    places: u64,
    #[serde(deserialize_with = "decimal")]
    points: Decimal,
    regrouped: u64,
    #[serde(deserialize_with = "decimal")]
    weight_difference: Decimal,
}

/// By check, most pages first. `set` tells their titles.
pub(super) fn checks(
    tables: &OneVersion,
    scope: &Scope<'_>,
    before: Option<Period>,
    set: Option<&CheckSet>,
) -> Result<Vec<CheckFigures>, ReportError> {
    let both = before.and_then(|before| Period::between(before.first(), scope.period.last()));
    let both = scope.in_period(both.unwrap_or(scope.period));
    let months: Vec<String> = scope
        .period
        .months()
        .map(|month| month.to_string())
        .collect();
    let mut checks = BTreeMap::<String, CheckFigures>::new();
    for row in tables.rows::<CheckRow>(&both.sql(CHECKS))? {
        let check = checks
            .entry(row.check_id.clone())
            .or_insert_with(|| CheckFigures {
                title: title(set, &row.check_id),
                id: row.check_id.clone(),
                class: Class::Logic,
                severity: Severity::Error,
                pages: 0,
                before: before.map(|_| 0),
                places: 0,
                points: Decimal::ZERO,
                regrouped: 0,
                weight_difference: Decimal::ZERO,
                months: vec![0; months.len()],
            });
        add(
            check,
            &row,
            months.iter().position(|month| *month == row.month),
        );
    }
    let mut checks: Vec<CheckFigures> = checks.into_values().collect();
    checks.sort_by(|one, other| {
        other
            .pages
            .cmp(&one.pages)
            .then_with(|| one.id.cmp(&other.id))
    });
    Ok(checks)
}

/// Adds a month, `place` being its place in the period; without one it lies before the period.
fn add(check: &mut CheckFigures, row: &CheckRow, place: Option<usize>) {
    // An overlay may have changed them in between; the newest count.
    check.class = Class::from_id(&row.class).unwrap_or(check.class);
    check.severity = Severity::from_id(&row.severity).unwrap_or(check.severity);
    let Some(place) = place else {
        check.before = check.before.map(|pages| pages + row.pages);
        return;
    };
    check.months[place] += row.pages;
    check.pages += row.pages;
    check.places += row.places;
    check.points += row.points;
    check.regrouped += row.regrouped;
    check.weight_difference += row.weight_difference;
}

fn title(set: Option<&CheckSet>, id: &str) -> String {
    let check = set.and_then(|set| set.get(id));
    check.map_or_else(|| id.to_owned(), |check| check.title.clone())
}
