//! Reads a report out of one version of the tables.

use biaochi_checks::CheckSet;
use biaochi_domain::Period;
use biaochi_warehouse::WarehouseError;
use jiff::Timestamp;

use super::figures::{Effect, MonthFigures, QualityReport};
use super::scope::{self, Scope};
use super::units::{By, units};
use super::{ReportError, ReportRequest, faults, hospitals};
use crate::query::{OneVersion, QueryError};
use crate::{Content, Workspace, beijing};

/// The columns of the views that sums are made of.
pub(super) const SUMS: &str = "
sum(pages) as pages, cast(sum(total_score) as varchar) as score,
cast(min(lowest_score) as varchar) as lowest, sum(grade_a) as grade_a,
sum(complete) as complete, sum(accurate) as accurate, sum(blocked) as blocked,
sum(regrouped) as regrouped";

const SCORES: &str = "
select at_least, below, sum(pages) as pages from quality_score where {scope}
group by at_least, below order by at_least desc";

const CHECKED_WITH: &str = "
select checks, checks_hash as content_hash, standard, count(*) as pages from quality where {scope}
group by checks, checks_hash, standard order by pages desc, content_hash";

const GROUPED_WITH: &str = "
select distinct scheme, weight_table from grouping where {scope} order by scheme, weight_table";

/// Makes the report.
pub fn quality_report(
    workspace: &Workspace,
    content: &Content,
    request: &ReportRequest<'_>,
) -> Result<QualityReport, ReportError> {
    let tables = OneVersion::newest(workspace, content).map_err(|error| match error {
        // A new workspace has no tables before its first import.
        QueryError::Warehouse(WarehouseError::NoLake { .. }) => ReportError::NothingChecked,
        other => ReportError::Query(other),
    })?;
    let scope = Scope::find(&tables, request)?;
    let period = scope.period;
    let all = hospitals::months(&tables, &scope)?;
    let rows: Vec<_> = all
        .iter()
        .filter(|row| row.is_of(scope.organisation))
        .collect();
    let Some(now) = hospitals::figures(&rows, period) else {
        return Err(scope.nothing_there(&tables));
    };
    // Half a period would look like a change of quality.
    let before = period.previous();
    let before = before.filter(|before| hospitals::is_complete(&rows, *before));
    let names = hospitals::names(&tables, &scope)?;
    let effects = hospitals::effects(&tables, &scope)?;
    let mut effect = Effect::default();
    effects.values().for_each(|one| effect.add(one));
    let trend = scope::trend(period, rows.iter().filter_map(|row| row.month()).min());
    let month = |month| MonthFigures {
        figures: Period::between(month, month).and_then(|month| hospitals::figures(&rows, month)),
        month: month.to_string(),
    };
    let set = set(workspace, content);
    let units = |by| units(&tables, content.codes(), &scope, &names, by);
    Ok(QualityReport {
        period,
        before,
        organisation: scope.organisation.map(str::to_owned),
        version: tables.publication().version,
        published_at: published_at(&tables),
        earlier: before.and_then(|before| hospitals::figures(&rows, before)),
        others: scope
            .organisation
            .and_then(|own| hospitals::others(&all, own, period)),
        now,
        effect,
        rate: request.rate,
        months: period.months().map(month).collect(),
        trend: trend.months().map(month).collect(),
        scores: tables.rows(&scope.sql(SCORES))?,
        classes: faults::classes(&tables, &scope)?,
        checks: faults::checks(&tables, &scope, before, set.as_ref())?,
        departments: units(By::Department)?,
        physicians: units(By::Physician)?,
        coders: units(By::Coder)?,
        hospitals: hospitals::hospitals(&rows, (period, before), &names, effects),
        checked_with: tables.rows(&scope.sql(CHECKED_WITH))?,
        grouped_with: tables.rows(&scope.sql(GROUPED_WITH))?,
    })
}

/// The checks of the workspace, for their titles. Pages may have been checked with others, or the
/// pack may be gone: then ids have to do.
fn set(workspace: &Workspace, content: &Content) -> Option<CheckSet> {
    let own = workspace.config().checks.as_deref();
    let loaded = content
        .check_library()
        .load(own.unwrap_or(crate::check::NATIONAL));
    loaded.ok().map(|loaded| loaded.set)
}

fn published_at(tables: &OneVersion) -> String {
    let record = tables.publication().record.as_ref();
    let at = record.and_then(|record| Timestamp::from_microsecond(record.published_at).ok());
    at.map(beijing::shown).unwrap_or_default()
}
