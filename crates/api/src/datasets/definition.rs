//! What is asked: the list of data sets, one of them, and its template.

use std::io::Cursor;

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::Response;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::datasets::{TemplateRequest, organisation_name, write_template};
use biaochi_store::SubmissionKey;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::wire::{DataSetDefinition, DataSetSummary};
use super::{may, period_of, sets};
use crate::attachment::{XLSX, attachment};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(data_sets))
        .routes(routes!(data_set))
        .routes(routes!(template))
}

/// Whose template, and for when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateQuery {
    /// 填报单位：机构代码、`division:…` 或 `alliance:…`。
    organisation: String,
    /// 期间，如 `2024-03`、`2024Q1`。
    period: String,
}

/// The data sets in force, by id.
#[utoipa::path(get, path = "/datasets", tag = "datasets",
    responses((status = 200, body = Vec<DataSetSummary>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn data_sets(caller: Caller) -> Result<Json<Vec<DataSetSummary>>, Problem> {
    let object = Object::common(Resource::DataSet);
    caller.may(Action::Read, &object, "").await?;
    let all = caller.service().run(|service| {
        let sets = sets(service)?;
        Ok(sets.sets().map(|set| DataSetSummary::of(set)).collect())
    });
    Ok(Json(all.await?))
}

/// A data set as its form needs it.
#[utoipa::path(get, path = "/datasets/{id}", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识")),
    responses((status = 200, body = DataSetDefinition), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
async fn data_set(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<DataSetDefinition>, Problem> {
    let object = Object::common(Resource::DataSet);
    caller.may(Action::Read, &object, &id).await?;
    let found = caller.service().run(move |service| {
        let sets = sets(service)?;
        let loaded = sets.get(&id)?.0;
        Ok(DataSetDefinition::of(&loaded.set, &loaded.pack))
    });
    Ok(Json(found.await?))
}

/// The workbook in which an organisation fills in a period: what is there already, earlier values beside it.
#[utoipa::path(get, path = "/datasets/{id}/template", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"), TemplateQuery),
    responses((status = 200, description = "XLSX", content_type = XLSX, body = [u8]),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn template(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<TemplateQuery>,
) -> Result<Response, Problem> {
    let (content, workspace) = (caller.service().content(), caller.workspace());
    let sets = caller
        .service()
        .run(move |_| Ok(content.data_sets()?))
        .await?;
    let period = period_of(&sets.get(&id)?.0.set, &query.period)?;
    let key = SubmissionKey {
        organisation_code: query.organisation,
        dataset: id,
        period,
    };
    let scope = may(&caller, Action::Enter, &key).await?;
    let file = caller.service().run(move |_| {
        let loaded = sets.get(&key.dataset)?.0;
        let code = &key.organisation_code;
        let name = organisation_name(&workspace, code, period)?;
        let request = TemplateRequest {
            organisation: code,
            name: &name,
            period,
        };
        let mut out = Cursor::new(Vec::new());
        write_template(Some(&workspace), &scope, loaded, &request, &mut out)?;
        let title = format!("{}_{name}_{period}.xlsx", loaded.set.title);
        Ok((title, out.into_inner()))
    });
    let (name, bytes) = file.await?;
    attachment(&name, XLSX, bytes)
}
