//! One form: what stands in it, what is wrong with it, keeping it, and what happened to it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Path;
use biaochi_access::Action;
use biaochi_app::accounts::day_of;
use biaochi_app::datasets::{
    Draft, TypedCell, check_form, form, history, owner, save_form, versions,
};
use biaochi_datasets::{DataSet, Step, Timeliness};
use biaochi_domain::Localized as _;
use biaochi_store::{ContentRow, Scope, SubmissionKey};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::steps::choices;
use super::wire::{
    FormDraft, FormFinding, FormHistory, FormJudgement, FormStep, FormVersion, FormView,
    SubmissionRow, TypedForm, TypedRow, ZH, changes, id_of, rows_of,
};
use super::{key_of, may, sets};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Characters of what is typed into one cell at most; longer texts are refused anyway.
const LONGEST_CELL: usize = 4000;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(open_form, keep_form))
        .routes(routes!(judge_form))
        .routes(routes!(form_history))
}

/// What names a form in a path.
pub(super) type FormPath = Path<(String, String, String)>;

/// The key that a path names, if there are such a data set and period.
pub(super) async fn key_in(
    caller: &Caller,
    Path((id, organisation, period)): FormPath,
) -> Result<SubmissionKey, Problem> {
    let found = caller.service().run(move |service| {
        let sets = sets(service)?;
        key_of(&sets.get(&id)?.0.set, &organisation, &period)
    });
    found.await
}

/// One organisation's form of a period with the values of earlier ones.
#[utoipa::path(get, path = "/datasets/{id}/forms/{organisation}/{period}", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"),
        ("organisation" = String, Path, description = "填报单位"), ("period" = String, Path, description = "期间")),
    responses((status = 200, body = FormView), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn open_form(caller: Caller, path: FormPath) -> Result<Json<FormView>, Problem> {
    let key = key_in(&caller, path).await?;
    may(&caller, Action::Read, &key).await?;
    Ok(Json(view(&caller, key).await?))
}

/// Keeps what was typed as a draft. Approved values stay as they are until the new version is approved.
#[utoipa::path(put, path = "/datasets/{id}/forms/{organisation}/{period}", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"),
        ("organisation" = String, Path, description = "填报单位"), ("period" = String, Path, description = "期间")),
    request_body = FormDraft,
    responses((status = 200, body = FormView), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn keep_form(
    caller: Caller,
    path: FormPath,
    Json(draft): Json<FormDraft>,
) -> Result<Json<FormView>, Problem> {
    let key = key_in(&caller, path).await?;
    let scope = may(&caller, Action::Enter, &key).await?;
    let (workspace, actor, saved) = (caller.workspace(), caller.actor().clone(), key.clone());
    let kept = caller.service().run(move |service| {
        let sets = sets(service)?;
        let cells = cells(&sets.get(&saved.dataset)?.0.set, draft.rows)?;
        let draft = Draft {
            key: &saved,
            cells: &cells,
            comment: &draft.comment,
            seen: draft.version.zip(draft.revision),
        };
        save_form(&workspace, &sets, &scope, &actor, &draft)?;
        Ok(())
    });
    kept.await?;
    Ok(Json(view(&caller, key).await?))
}

/// What is wrong with what somebody is typing. Nothing is kept.
#[utoipa::path(post, path = "/datasets/{id}/forms/{organisation}/{period}/validate", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"),
        ("organisation" = String, Path, description = "填报单位"), ("period" = String, Path, description = "期间")),
    request_body = TypedForm,
    responses((status = 200, body = FormJudgement), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn judge_form(
    caller: Caller,
    path: FormPath,
    Json(typed): Json<TypedForm>,
) -> Result<Json<FormJudgement>, Problem> {
    let key = key_in(&caller, path).await?;
    let scope = may(&caller, Action::Enter, &key).await?;
    let workspace = caller.workspace();
    let judged = caller.service().run(move |service| {
        let sets = sets(service)?;
        let set = &sets.get(&key.dataset)?.0.set;
        let cells = cells(set, typed.rows)?;
        let judged = check_form(&workspace, &sets, &scope, &key, &cells)?;
        let errors = judged
            .findings
            .iter()
            .filter(|finding| finding.is_error())
            .count();
        Ok(FormJudgement {
            rows: rows_of(set, &judged.content, &[], &[]),
            errors,
            warnings: judged.findings.len() - errors,
            findings: FormFinding::all(&judged.findings),
        })
    });
    Ok(Json(judged.await?))
}

/// What happened to a form: steps, and versions with the cells they changed.
#[utoipa::path(get, path = "/datasets/{id}/forms/{organisation}/{period}/history", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"),
        ("organisation" = String, Path, description = "填报单位"), ("period" = String, Path, description = "期间")),
    responses((status = 200, body = FormHistory), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn form_history(caller: Caller, path: FormPath) -> Result<Json<FormHistory>, Problem> {
    let key = key_in(&caller, path).await?;
    let scope = may(&caller, Action::Read, &key).await?;
    let workspace = caller.workspace();
    let told = caller.service().run(move |service| {
        let sets = sets(service)?;
        let set = &sets.get(&key.dataset)?.0.set;
        let steps = history(&workspace, &scope, &key)?;
        let versions = versions(&workspace, &scope, &key)?;
        let mut before: &[ContentRow] = &[];
        let mut told = Vec::with_capacity(versions.len());
        for version in &versions {
            told.push(FormVersion {
                submission: SubmissionRow::of(version, &set.title, &key.organisation_code),
                changes: match version.version {
                    // Everything of the first would be new.
                    1 => Vec::new(),
                    _ => changes(set, before, &version.content),
                },
            });
            before = &version.content;
        }
        told.reverse();
        let mut shown: Vec<FormStep> = Vec::new();
        for step in steps.iter().rev() {
            let code = step.step.code();
            // Drafts keep themselves as one types: of several in a row the last is told.
            let again = shown.last().is_some_and(|later| {
                later.step == code && later.actor == step.actor && later.version == step.version
            });
            if !(again && step.step == Step::Save) {
                shown.push(FormStep {
                    version: step.version,
                    actor: step.actor.clone(),
                    at: step.at.to_string(),
                    step: code,
                    step_text: step.step.text(ZH),
                    state: step.after.code(),
                    state_text: step.after.text(ZH),
                    comment: step.comment.clone(),
                });
            }
        }
        Ok(FormHistory {
            steps: shown,
            versions: told,
        })
    });
    Ok(Json(told.await?))
}

/// A form as the person sees it.
pub(super) async fn view(caller: &Caller, key: SubmissionKey) -> Result<FormView, Problem> {
    let (asking, workspace) = (caller.clone(), caller.workspace());
    let view = caller.service().run(move |service| {
        let sets = sets(service)?;
        let loaded = sets.get(&key.dataset)?.0;
        let (set, period) = (&loaded.set, key.period);
        let organisation_name = owner(&workspace, set, &key.organisation_code, period)?;
        let scope = Scope::one(key.organisation_code.as_str());
        let found = form(&workspace, &scope, &key)?;
        let submission = found.submission.as_ref();
        let submitted = submission.and_then(|one| one.submitted_at).map(day_of);
        let today = day_of(asking.actor().at);
        let timeliness = set.timeliness(period, submitted, today);
        let (code, days) = in_time(timeliness);
        let content = |of: Option<&biaochi_store::Submission>| {
            of.map_or_else(Vec::new, |of| of.content.clone())
        };
        let (previous, before) = (period.previous(), period.year_before());
        Ok(FormView {
            id: id_of(&key),
            dataset: set.id.clone(),
            title: set.title.clone(),
            organisation: key.organisation_code.clone(),
            period: period.to_string(),
            period_text: period.text(ZH),
            previous_period: previous.map(|period| period.to_string()),
            year_before_period: before
                .filter(|_| before != previous)
                .map(|period| period.to_string()),
            due: set.due(period).to_string(),
            timeliness: code,
            timeliness_text: timeliness.text(ZH),
            days,
            definition_changed: submission
                .is_some_and(|one| one.definition_hash != loaded.content_hash),
            rows: rows_of(
                set,
                &content(submission),
                &content(found.previous.as_ref()),
                &content(found.year_before.as_ref()),
            ),
            findings: submission.map_or_else(Vec::new, |one| FormFinding::all(&one.findings)),
            steps: choices(&asking, &key, submission),
            submission: submission
                .map(|one| SubmissionRow::of(one, &set.title, &organisation_name)),
            organisation_name,
        })
    });
    view.await
}

/// The code of where a form stands in time, and its days.
pub(super) fn in_time(timeliness: Timeliness) -> (&'static str, i32) {
    match timeliness {
        Timeliness::Running => ("running", 0),
        Timeliness::Open { days } => ("open", days),
        Timeliness::InTime => ("in_time", 0),
        Timeliness::SubmittedLate { days } => ("submitted_late", days),
        Timeliness::Overdue { days } => ("overdue", days),
    }
}

/// The cells of what was typed. Rows and fields that the form does not have were not typed into it.
fn cells(set: &DataSet, rows: Vec<TypedRow>) -> Result<Vec<TypedCell>, Problem> {
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut cells = Vec::new();
    for row in rows {
        let known = match &set.breakdown {
            Some(breakdown) => breakdown.choices.contains(&row.breakdown),
            None => row.breakdown.is_empty(),
        };
        if !known || seen.insert(row.breakdown.clone(), ()).is_some() {
            let message = format!("“{}”不是这份表里的一行，或者写了两次", row.breakdown);
            return Err(Problem::invalid("rows", message));
        }
        for (field, text) in row.values {
            if set.field(&field).is_none() {
                let message = format!("这份表里没有“{field}”这一栏");
                return Err(Problem::invalid("rows", message));
            }
            if text.chars().nth(LONGEST_CELL).is_some() {
                let message = format!("“{field}”写得太长，最多 {LONGEST_CELL} 字");
                return Err(Problem::invalid("rows", message));
            }
            cells.push(TypedCell {
                breakdown: row.breakdown.clone(),
                field,
                text,
            });
        }
    }
    Ok(cells)
}
