//! Schemes and indexes that can be run.

use std::collections::BTreeMap;

use axum::Json;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::assessment::{AssessmentError, Subject};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(schemes))
}

/// A scheme or an index.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeBody {
    /// Its id.
    id: String,
    /// 名称。
    title: String,
    /// Version of the pack.
    version: String,
    /// `scheme` or `index`.
    kind: &'static str,
    /// The year that its document names.
    period: Option<String>,
    /// The full mark of a scheme.
    full: Option<String>,
    /// Values that the document leaves open, or that may be set.
    parameters: Vec<ParameterBody>,
}

/// A value that may be set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ParameterBody {
    /// Its id.
    id: String,
    /// 参数。
    title: String,
    /// The value in force; empty while nothing is decided.
    value: String,
    /// Nobody has confirmed it.
    assumed: bool,
    /// What the document leaves open.
    question: String,
}

/// Schemes and indexes with their parameters.
#[utoipa::path(get, path = "/assessment-schemes", tag = "assessments",
    responses((status = 200, body = [SchemeBody]), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn schemes(caller: Caller) -> Result<Json<Vec<SchemeBody>>, Problem> {
    let object = Object::common(Resource::Assessment);
    caller.may(Action::Read, &object, "").await?;
    let shown = caller.service().run(|service| {
        let known = service.kept("assessments/schemes", || {
            let content = service.content();
            let library = content.content().assessment_library();
            let packs: Vec<(String, String)> = library
                .packs()
                .map(|(id, _, version)| (id.to_owned(), version.to_owned()))
                .collect();
            let mut known = Vec::with_capacity(packs.len());
            for (id, version) in packs {
                let loaded = library.load(&id, &BTreeMap::new());
                let loaded = loaded.map_err(AssessmentError::from)?;
                let parameters = loaded.parameters().iter().map(|one| ParameterBody {
                    id: one.id.clone(),
                    title: one.title.clone(),
                    value: one.value.clone(),
                    assumed: one.assumed,
                    question: one.question.clone(),
                });
                let (kind, period, full) = match &loaded.subject {
                    Subject::Scheme(scheme) => {
                        let period = scheme.period.map(|period| period.to_string());
                        ("scheme", period, Some(crate::plans::number(scheme.full)))
                    }
                    Subject::Index(_) => ("index", None, None),
                };
                known.push(SchemeBody {
                    parameters: parameters.collect(),
                    title: loaded.title().to_owned(),
                    id,
                    version,
                    kind,
                    period,
                    full,
                });
            }
            Ok(known)
        })?;
        Ok(Vec::clone(&known))
    });
    Ok(Json(shown.await?))
}
