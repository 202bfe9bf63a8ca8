//! A high-quality-development index over institutions, with the stability of its places.

use std::collections::BTreeMap;
use std::io::Cursor;

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::Response;
use biaochi_access::{Action, Resource};
use biaochi_app::Workspace;
use biaochi_app::assessment::{
    AssessmentError, FirstOf, IndexOutcome, IndexRequest, LakeValues, LoadedAssessment, NoValues,
    Standing, Subject, Values, compute_index, index_workbook, institutions,
};
use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_store::Scope;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::runs::period;
use crate::attachment::{XLSX, attachment, exported};
use crate::caller::Caller;
use crate::plans::{number, stamp, unit_of, whole};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(index))
        .routes(routes!(workbook))
}

/// For whom, and when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct IndexQuery {
    /// 机构代码，或 `division:区划代码`、`alliance:医联体`。
    organisation: String,
    /// 时期，如 `2025`。
    period: String,
}

/// An index over institutions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndexBody {
    /// Its id.
    index: String,
    /// 名称。
    title: String,
    /// The period.
    period: String,
    /// Version of the data; `null` without any.
    data_version: Option<u64>,
    /// Whether some weights are assumed.
    assumed: bool,
    /// How many institutions the organisation has in the period, those of no class included.
    institutions: usize,
    /// The classes.
    classes: Vec<IndexClass>,
}

/// The index of a class.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndexClass {
    /// Its id.
    id: String,
    /// 类别。
    title: String,
    /// Words of level, type and the like, all of which its institutions have.
    words: Vec<String>,
    /// Its institutions, the best first.
    standings: Vec<IndexStanding>,
    /// What happens when a weight is shifted, what moves most first.
    shifts: Vec<IndexShift>,
}

/// An institution in the index.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndexStanding {
    /// Organisation code.
    organisation: String,
    /// 机构名称。
    name: String,
    /// 名次。
    place: Option<u32>,
    /// 指数。
    value: Option<String>,
    /// Per cent of the weights that have data.
    coverage: String,
    /// The places that 90 per cent of the draws lie between.
    low: Option<u32>,
    /// As `low`.
    high: Option<u32>,
    /// Per cent of the draws with its own place.
    same: Option<String>,
}

/// What a shifted weight does.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct IndexShift {
    /// 指标。
    component: String,
    /// The shift, in per cent of the weight.
    percent: String,
    /// How many institutions change places.
    moved: u32,
    /// The most places that one moves.
    most: u32,
}

/// What an index is computed for.
struct Asked {
    id: String,
    unit: Unit,
    period: Period,
}

/// An index over the institutions of an organisation.
#[utoipa::path(get, path = "/indexes/{id}", tag = "assessments", params(("id" = String, Path, description = "指数标识"), IndexQuery),
    responses((status = 200, body = IndexBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn index(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<IndexQuery>,
) -> Result<Json<IndexBody>, Problem> {
    let asked = Asked {
        id,
        unit: unit_of(&query.organisation)?,
        period: period(&query.period)?,
    };
    whole(
        &caller,
        Action::Read,
        Resource::Assessment,
        &query.organisation,
    )
    .await?;
    let (organisations, _) = stamp(&caller, "").await?;
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let key = format!(
            "indexes/{}/{}/{}/{organisations}",
            asked.id, asked.unit, asked.period
        );
        let found = service.kept(&key, || {
            let found = computed(service, &workspace, &asked)?;
            Ok(body(&found, asked.period))
        })?;
        Ok(IndexBody::clone(&found))
    });
    Ok(Json(shown.await?))
}

/// The same as a workbook, with all components.
#[utoipa::path(get, path = "/indexes/{id}/workbook", tag = "assessments",
    params(("id" = String, Path, description = "指数标识"), IndexQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn workbook(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<IndexQuery>,
) -> Result<Response<Body>, Problem> {
    let asked = Asked {
        id,
        unit: unit_of(&query.organisation)?,
        period: period(&query.period)?,
    };
    let organisation = &query.organisation;
    whole(&caller, Action::Export, Resource::Assessment, organisation).await?;
    let subject = format!("指数 {}", asked.id);
    exported(&caller, Resource::Assessment, &subject, organisation).await?;
    let workspace = caller.workspace();
    let made = caller.service().run(move |service| {
        let found = computed(service, &workspace, &asked)?;
        let mut book = Cursor::new(Vec::new());
        if let Subject::Index(index) = &found.loaded.subject {
            index_workbook(index, &found.outcomes, &mut book)?;
        }
        let name = format!("{} {}.xlsx", found.loaded.title(), asked.period);
        Ok((name, book.into_inner()))
    });
    let (name, bytes) = made.await?;
    attachment(&name, XLSX, bytes)
}

/// An index with what it was computed from.
struct Computed {
    loaded: LoadedAssessment,
    outcomes: Vec<IndexOutcome>,
    data_version: Option<u64>,
    institutions: usize,
}

fn computed(service: &Service, workspace: &Workspace, asked: &Asked) -> Result<Computed, Problem> {
    let content = service.content();
    let content = content.content();
    let given = BTreeMap::new();
    let loaded = content.assessment_library().load(&asked.id, &given);
    let loaded = loaded.map_err(AssessmentError::from)?;
    let units = institutions(workspace, &Scope::All, &asked.unit, asked.period)?;
    let sources = loaded.sources_of_values();
    let lake = LakeValues::load(workspace, content, &sources, asked.period)?;
    let mut values: Vec<&dyn Values> = Vec::new();
    if let Some(lake) = &lake {
        values.push(lake);
    }
    values.push(&NoValues);
    let values = FirstOf(values);
    let request = IndexRequest {
        index: &asked.id,
        period: asked.period,
        given: &given,
        units: &units,
        values: &values,
    };
    let (loaded, outcomes, _) = compute_index(content, &request)?;
    Ok(Computed {
        loaded,
        outcomes,
        data_version: values.lake_version(),
        institutions: units.len(),
    })
}

fn body(found: &Computed, period: Period) -> IndexBody {
    let Computed {
        loaded, outcomes, ..
    } = found;
    let classes = match &loaded.subject {
        Subject::Index(index) => outcomes
            .iter()
            .map(|outcome| {
                let mut shifts: Vec<_> =
                    outcome.shifts.iter().filter(|one| one.moved > 0).collect();
                shifts.sort_by_key(|one| std::cmp::Reverse((one.most, one.moved)));
                IndexClass {
                    id: outcome.class.clone(),
                    title: index.class_title(&outcome.class).to_owned(),
                    words: index
                        .classes
                        .iter()
                        .find(|class| class.id == outcome.class)
                        .map(|class| class.words.clone())
                        .unwrap_or_default(),
                    standings: outcome.standings.iter().map(standing).collect(),
                    shifts: shifts
                        .into_iter()
                        .map(|one| IndexShift {
                            component: index.component_title(&one.component).to_owned(),
                            percent: number(one.percent),
                            moved: one.moved,
                            most: one.most,
                        })
                        .collect(),
                }
            })
            .collect(),
        Subject::Scheme(_) => Vec::new(),
    };
    IndexBody {
        index: loaded.id().to_owned(),
        title: loaded.title().to_owned(),
        period: period.to_string(),
        data_version: found.data_version,
        institutions: found.institutions,
        assumed: loaded.parameters().iter().any(|one| one.assumed),
        classes,
    }
}

fn standing(one: &Standing) -> IndexStanding {
    let stability = one.stability.as_ref();
    IndexStanding {
        organisation: one.unit.code.clone(),
        name: one.unit.name.clone(),
        place: one.place,
        value: one.value.map(|value| number(value.round_dp(4))),
        coverage: number(one.coverage.round_dp(2)),
        low: stability.map(|stability| stability.low),
        high: stability.map(|stability| stability.high),
        same: stability.map(|stability| number(stability.same.round_dp(2))),
    }
}
