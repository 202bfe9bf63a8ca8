//! Indicators: what they are, their values, what stands behind a value, and two figures that should agree.

mod catalogue;
pub(crate) mod place;
mod reconcile;
mod records;
mod value;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use biaochi_app::Workspace;
use biaochi_app::indicators::{
    CompiledIndicators, IndicatorError, Line, NATIONAL, Structure, Values, board,
};
use biaochi_app::organisations::{directory, revisions};
use biaochi_domain::{Month, Period};
use biaochi_organisations::Unit;
use biaochi_store::Scope;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::values::is_small;
use crate::problem::{Code, Problem};
use crate::service::Service;

/// Points of the small lines in lists, this period included.
pub(crate) const SPARK: usize = 13;
/// The national list of departments, and the layout whose codes it lists.
const DEPARTMENTS: (&str, &str) = ("RC023", "hqms811");

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(catalogue::indicators))
        .routes(routes!(values::indicator_values))
        .routes(routes!(value::indicator))
        .routes(routes!(records::indicator_records))
        .routes(routes!(reconcile::reconcile))
}

/// The pack of indicators in force.
pub(crate) fn pack(service: &Service) -> Result<Arc<CompiledIndicators>, Problem> {
    let pack = service.content().indicators(NATIONAL);
    // The pack was checked before it was activated.
    pack.map_err(|error| Problem::internal(&error))
}

/// How often the organisations were changed: what is kept depends on them.
pub(crate) fn organisations_revision(workspace: &Workspace) -> Result<u64, Problem> {
    let revisions = revisions(workspace, &Scope::All);
    let revisions = revisions.map_err(|error| Problem::internal(&error))?;
    Ok(revisions.first().map_or(0, |newest| newest.revision))
}

/// The values of a period with what it is compared with. They are kept by whole years, so that the pages that somebody
/// looks at one after the other share them.
pub(crate) fn values(
    service: &Service,
    workspace: &Workspace,
    period: Period,
) -> Result<Arc<Values>, Problem> {
    let pack = pack(service)?;
    let revision = organisations_revision(workspace)?;
    let span = span(period);
    let hash = pack.set().content_hash();
    service.kept(&format!("indicators/{hash}/{revision}/{span}"), || {
        let directory = directory(workspace, &Scope::All);
        let directory = directory.map_err(|error| Problem::internal(&error))?;
        let content = service.content();
        let (number, layout) = DEPARTMENTS;
        let listed = content.content().codes().value_set_in(number, layout);
        let members = listed.map(|set| set.members.as_slice()).unwrap_or_default();
        let names: BTreeMap<String, String> = members
            .iter()
            .map(|member| (member.code.clone(), member.name.clone()))
            .collect();
        let structure = Structure::new(directory).with_departments(names);
        Ok(Values::load(workspace, &pack, structure, span)?)
    })
}

/// The board of a unit, kept.
pub(crate) fn lines(
    service: &Service,
    values: &Values,
    unit: &Unit,
    period: Period,
    revision: u64,
) -> Result<Arc<Vec<Line>>, Problem> {
    let hash = &values.provenance().pack_hash;
    let key = format!("indicators/board/{hash}/{revision}/{unit}/{period}");
    service.kept(&key, || Ok(board(values, unit, period, SPARK)))
}

/// The calendar years of a period and the one before: with what [`Values::load`] adds, that is enough for a year's course
/// of months and its year before.
fn span(period: Period) -> Period {
    let first = Month::new(period.first().year() - 1, 1).unwrap_or(period.first());
    let last = Month::new(period.last().year(), 12).unwrap_or(period.last());
    Period::between(first, last).unwrap_or(period)
}

impl From<IndicatorError> for Problem {
    fn from(error: IndicatorError) -> Self {
        if error.is_nothing_imported() {
            return Self::not_found("还没有导入病案，也没有审核通过的填报。请先在“数据”中导入");
        }
        match &error {
            error if error.is_not_found() => Self::of(Code::NotFound, error),
            error if error.is_busy() => Self::of(Code::Busy, error).after(1),
            IndicatorError::NoRecords { .. }
            | IndicatorError::EmptyList { .. }
            | IndicatorError::List { .. } => Self::of(Code::Invalid, &error),
            _ => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn pages_of_a_year_share_their_values() {
        let span = |text: &str| super::span(text.parse().expect("a period")).to_string();
        assert_eq!(span("2025-12"), "2024-01..2025-12");
        assert_eq!(span("2025Q1"), span("2025"));
        assert_eq!(span("2024-12..2025-01"), "2023-01..2025-12");
    }
}
