//! What people who assess enter: scores of phases, results of other assessments, values of items.

use axum::Json;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query};
use biaochi_access::Action;
use biaochi_app::assessment::{AssessmentError, Scheme, Subject, enter_seen, entries};
use biaochi_store::{EntryKey, EntryKind, Evidence, NewEntry};
use rust_decimal::Decimal;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::judging;
use super::runs::period;
use super::wire::EntryBody;
use crate::caller::Caller;
use crate::evidence::{Form, body_limit};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(enter_for_assessment))
        .layer(body_limit())
}

/// For whom, and for when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EntryQuery {
    /// 被考核机构的代码。
    organisation: String,
    /// 考核时期，如 `2025`。
    period: String,
}

/// What is entered, as a form of a browser sends it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the parts of the form")]
pub(crate) struct EntryForm {
    /// `phase` 阶段得分，`attribute` 其他考核的等次，`item` 项目的值。
    kind: String,
    /// 项目的值属于哪个阶段；其他不填。
    phase: Option<String>,
    /// 阶段、考核或项目来源的标识。
    name: String,
    /// 值；空表示撤销。
    value: String,
    /// The version that was seen, 0 where there was none.
    version: u64,
    /// 依据和理由。
    note: String,
    /// SHA-256 of a file of the version before that stays, each in a field of its own.
    keep: Option<Vec<String>>,
    /// 佐证材料，可多份。
    #[schema(value_type = Option<Vec<String>>, format = Binary)]
    file: Option<Vec<Vec<u8>>>,
}

/// Enters a score of a phase, the result of another assessment or the value of an item, or withdraws it. It counts in
/// assessments that are frozen afterwards. An assessed institution does not enter its own.
#[utoipa::path(post, path = "/assessment-schemes/{id}/entries", tag = "assessments",
    params(("id" = String, Path, description = "方案标识"), EntryQuery),
    request_body(content = EntryForm, content_type = "multipart/form-data"),
    responses((status = 200, body = EntryBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn enter_for_assessment(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<EntryQuery>,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Json<EntryBody>, Problem> {
    let period = period(&query.period)?;
    let scope = judging(&caller, Action::Enter, &query.organisation, period).await?;
    let form = Form::read(sent).await?;
    let kind = EntryKind::from_code(form.text("kind"))
        .ok_or_else(|| Problem::invalid("kind", "请选择录入阶段得分、其他考核的等次或项目的值"))?;
    let seen = form.number("version")?;
    let value = form.text("value").to_owned();
    let is_number = kind == EntryKind::Attribute || value.parse::<Decimal>().is_ok();
    if !value.is_empty() && !is_number {
        return Err(Problem::invalid("value", format!("“{value}”不是数")));
    }
    let new = NewEntry {
        key: EntryKey {
            organisation_code: query.organisation,
            scheme_id: id.clone(),
            period: period.to_string(),
            kind,
            phase: form.text("phase").to_owned(),
            name: form.required("name", "请选择录入什么")?,
        },
        value,
        evidence: Vec::new(),
        note: form.required("note", "请写明依据或理由")?,
    };
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let stored = caller.service().run(move |service| {
        with_scheme(service, &id, |scheme| {
            let key = &new.key;
            let before = entries(&workspace, &scope, &id, &key.period)?;
            let before = before.into_iter().find(|one| one.entry.key == *key);
            let before = before.map(|one| one.entry.evidence).unwrap_or_default();
            let kept = before
                .into_iter()
                .filter(|one| form.kept.contains(&one.sha256));
            let mut evidence: Vec<Evidence> = kept.collect();
            let place = [&*key.organisation_code, &*id, &*key.period];
            let taken = form.attach(&workspace, place, usize::MAX);
            evidence.extend(taken.map_err(AssessmentError::from)?);
            let new = NewEntry {
                evidence,
                ..new.clone()
            };
            let stored = enter_seen(&workspace, &scope, &actor, scheme, (&new, seen))?;
            Ok(EntryBody::of(&stored))
        })
    });
    Ok(Json(stored.await?))
}

/// Does something with a scheme as its pack has it now.
pub(super) fn with_scheme<T>(
    service: &Service,
    id: &str,
    work: impl FnOnce(&Scheme) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let content = service.content();
    let library = content.content().assessment_library();
    let loaded = library.load(id, &std::collections::BTreeMap::new());
    let loaded = loaded.map_err(AssessmentError::from)?;
    match &loaded.subject {
        Subject::Scheme(scheme) => work(scheme),
        Subject::Index(_) => Err(AssessmentError::NotAScheme { id: id.to_owned() }.into()),
    }
}
