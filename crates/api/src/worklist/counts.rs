use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_checks::{Severity, Stage};
use biaochi_store::{Dimension, State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{WorklistFilter, department_names, in_chinese};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Fewer than this are not told to those who may not see records.
const LEAST: u64 = 5;

/// What items are counted by.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByQuery {
    /// 维度，可写多个，以逗号分隔：organisation、month、department、physician、coder、check、state（默认）、severity、stage、assignee。
    by: Option<String>,
}

/// Items by the values of dimensions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistCounts {
    /// The dimensions as they were asked.
    by: String,
    /// The values, dimension by dimension, most first.
    counts: Vec<WorklistCount>,
}

/// How many items have a value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistCount {
    /// The dimension.
    by: String,
    /// The value; empty where it is not filled in.
    value: String,
    /// 名称。
    title: String,
    /// 条数；少于 5 条且无权看病案的，不显示。
    items: Option<u64>,
}

/// How many items there are of each value, of several dimensions at once if wanted. Whoever may see sums only gets no
/// counts by person, and no small ones.
#[utoipa::path(get, path = "/worklist/counts", tag = "worklist", params(WorklistFilter, ByQuery),
    responses((status = 200, body = WorklistCounts), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn worklist_counts(
    caller: Caller,
    Query(filter): Query<WorklistFilter>,
    Query(by): Query<ByQuery>,
) -> Result<Json<WorklistCounts>, Problem> {
    let view = filter.view(&caller, Sensitivity::Aggregate).await?;
    let code = by
        .by
        .as_deref()
        .filter(|by| !by.is_empty())
        .unwrap_or("state");
    let dimensions = code
        .split(',')
        .map(|code| Dimension::from_code(code.trim()))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Problem::invalid("by", "没有这个维度，请从列表中选择"))?;
    let of_person = dimensions.iter().any(|dimension| {
        matches!(
            dimension,
            Dimension::Physician | Dimension::Coder | Dimension::Assignee
        )
    });
    let reach = caller.person().asker.reach_for(
        caller.office().roles(),
        Action::Read,
        Resource::Worklist,
        Sensitivity::DeIdentified,
    );
    let sums_only = reach.is_empty();
    let narrowed = [
        &filter.physician,
        &filter.coder,
        &filter.assignee,
        &filter.text,
    ];
    if sums_only && (of_person || narrowed.iter().any(|one| one.is_some())) {
        // Asking for records by this is what is refused, in the usual words.
        filter.view(&caller, Sensitivity::DeIdentified).await?;
    }
    let organisation = filter.organisation.clone().unwrap_or_default();
    let filter = filter.of(&caller, &view)?;
    let store = caller.office().store();
    let counts = store.counts_by(&view.scope, &filter, &dimensions).await?;
    let names = department_names(&caller).await?;
    let content = caller.service().content();
    let checks = crate::records::checks(caller.service())?;
    let title = |dimension: Dimension, value: &str| match dimension {
        Dimension::Department => names.of(content.content(), &organisation, value),
        Dimension::Check => {
            let check = checks.as_ref().and_then(|checks| checks.set().get(value));
            check.map_or_else(String::new, |check| check.title.clone())
        }
        Dimension::State => State::from_code(value)
            .as_ref()
            .map(in_chinese)
            .unwrap_or_default(),
        Dimension::Severity => Severity::from_id(value)
            .as_ref()
            .map(in_chinese)
            .unwrap_or_default(),
        Dimension::Stage => Stage::from_id(value)
            .as_ref()
            .map(in_chinese)
            .unwrap_or_default(),
        _ => value.to_owned(),
    };
    let mut rows = Vec::new();
    for (dimension, counts) in dimensions.into_iter().zip(counts) {
        rows.extend(counts.into_iter().map(|count| WorklistCount {
            by: dimension.code().to_owned(),
            title: title(dimension, &count.value),
            items: Some(count.items).filter(|items| !sums_only || *items >= LEAST),
            value: count.value,
        }));
    }
    Ok(Json(WorklistCounts {
        by: code.to_owned(),
        counts: rows,
    }))
}
