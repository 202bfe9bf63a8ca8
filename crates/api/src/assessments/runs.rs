//! Runs: those that there are, a new one, and one computed anew.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use biaochi_access::{Action, Resource};
use biaochi_app::assessment::{
    AssessmentError, FirstOf, FreezeRequest, LakeValues, NoValues, Subject, Values, compute,
    freeze, institutions, needs_values, runs,
};
use biaochi_domain::Period;
use biaochi_store::{AssessmentRun, Scope};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::RunSummary;
use super::{over_all, readable};
use crate::caller::Caller;
use crate::plans::{unit_of, whole};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list, begin))
        .routes(routes!(again))
}

/// What shall be assessed.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct NewRunBody {
    /// The scheme.
    scheme: String,
    /// Whose institutions.
    organisation: String,
    /// 考核时期；不填为方案写明的年度。
    period: Option<String>,
    /// Values of parameters for this run.
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

/// The runs that have an institution within reach, the newest first.
#[utoipa::path(get, path = "/assessments", tag = "assessments",
    responses((status = 200, body = [RunSummary]), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn list(caller: Caller) -> Result<Json<Vec<RunSummary>>, Problem> {
    let own = readable(&caller).await?.whole();
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let found = runs(&workspace, &own)?;
        Ok(found.iter().map(|run| summary(service, run)).collect())
    });
    Ok(Json(shown.await?))
}

/// Freezes values, entries and events, and computes scores. It may take a while.
#[utoipa::path(post, path = "/assessments", tag = "assessments", request_body = NewRunBody,
    responses((status = 201, body = RunSummary), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn begin(
    caller: Caller,
    Json(body): Json<NewRunBody>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    let unit = unit_of(&body.organisation)?;
    let assessments = Resource::Assessment;
    whole(&caller, Action::Compute, assessments, &body.organisation).await?;
    let asked = body
        .period
        .as_deref()
        .filter(|text| !text.trim().is_empty());
    let asked = asked.map(period).transpose()?;
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let begun = caller.service().run(move |service| {
        let content = service.content();
        let content = content.content();
        let loaded = content.assessment_library();
        let loaded = loaded.load(&body.scheme, &body.parameters);
        let loaded = loaded.map_err(AssessmentError::from)?;
        let id = body.scheme.clone();
        let Subject::Scheme(scheme) = &loaded.subject else {
            return Err(AssessmentError::NotAScheme { id }.into());
        };
        let period = asked.or(scheme.period);
        let period = period.ok_or(AssessmentError::NoPeriod { id })?;
        // The organisation as a whole may be assessed, so may all of its institutions.
        let units = institutions(&workspace, &Scope::All, &unit, period)?;
        if units.is_empty() {
            let message = "这个时期没有可考核的机构。请先在组织机构里登记，或换一个时期";
            return Err(Problem::invalid("organisation", message));
        }
        let lake = match needs_values(&loaded) {
            true => LakeValues::load(&workspace, content, &loaded.sources_of_values(), period)?,
            false => None,
        };
        let mut values: Vec<&dyn Values> = Vec::new();
        if let Some(lake) = &lake {
            values.push(lake);
        }
        values.push(&NoValues);
        let values = FirstOf(values);
        let codes = units.iter().map(|unit| unit.code.clone());
        let scope = Scope::Organisations(codes.collect());
        let request = FreezeRequest {
            scheme: &body.scheme,
            period: Some(period),
            given: &body.parameters,
            run_id: None,
            units: &units,
            values: &values,
        };
        let run = freeze(&workspace, content, &scope, &actor, &request)?;
        let (run, _) = compute(&workspace, content, &scope, &actor, &run.run.run_id)?;
        Ok(summary(service, &run))
    });
    Ok((StatusCode::CREATED, Json(begun.await?)))
}

/// Computes scores again, from what was frozen and what was decided since.
#[utoipa::path(post, path = "/assessments/{run}/compute", tag = "assessments",
    params(("run" = String, Path, description = "考核标识")),
    responses((status = 200, body = RunSummary), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn again(caller: Caller, Path(run): Path<String>) -> Result<Json<RunSummary>, Problem> {
    let scope = over_all(&caller, Action::Compute, &run).await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let computed = caller.service().run(move |service| {
        let content = service.content();
        let (run, _) = compute(&workspace, content.content(), &scope, &actor, &run)?;
        Ok(summary(service, &run))
    });
    Ok(Json(computed.await?))
}

/// A run with the title of its scheme.
pub(super) fn summary(service: &Service, run: &AssessmentRun) -> RunSummary {
    let content = service.content();
    let library = content.content().assessment_library();
    let title = library
        .packs()
        .find(|(id, ..)| *id == run.run.scheme_id)
        .map_or_else(
            || run.run.scheme_id.clone(),
            |(_, title, _)| title.to_owned(),
        );
    RunSummary::of(run, &title)
}

/// A period as it is sent.
pub(super) fn period(text: &str) -> Result<Period, Problem> {
    text.trim().parse().map_err(|_| {
        let message = format!("“{text}”不是时期，应写作 2025、2025Q4 或 2025H1");
        Problem::invalid("period", message)
    })
}
