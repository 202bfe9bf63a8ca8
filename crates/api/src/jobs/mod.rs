//! Work that takes longer than a request: uploads, re-checks, computations, and how far they are.

mod document;
mod events;
mod upload;
mod wire;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::accounts::scope_of;
use biaochi_app::jobs::{Again, JobError, JobRequest, WantedJob, reject_path, try_again, want};
use biaochi_domain::{Language, Localized as _, Month};
use biaochi_store::{
    AuditAction, Job as StoredJob, JobCursor, JobFilter, JobKind, JobState, NewAuditEntry, Scope,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::document::{as_job, at_once, form};
pub(crate) use self::wire::Job;
use self::wire::{ActOnJob, IndicatorRunBody, JobsQuery, RecheckBody, RetryJob};
use crate::attachment::{CSV, attachment};
use crate::caller::Caller;
use crate::page::Page;
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

/// What a caller names a request by, so that sending it twice does it once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

pub(crate) fn routes() -> OpenApiRouter<Service> {
    // An upload has a limit of its own, which is counted while it is written.
    let uploads = OpenApiRouter::new()
        .routes(routes!(upload::import_files))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(cancel))
        .routes(routes!(retry))
        .routes(routes!(events::events))
        .routes(routes!(rejects))
        .routes(routes!(document::job_document))
        .routes(routes!(recheck))
        .routes(routes!(compute_indicators))
}

impl From<JobError> for Problem {
    fn from(error: JobError) -> Self {
        match error {
            JobError::Store(inner) => Self::from_store(&inner),
            JobError::Plan(inner) => inner.into(),
            JobError::Assessment(inner) => inner.into(),
            JobError::Quality(inner) => inner.into(),
            JobError::Month(inner) => crate::records::wrong(inner),
            JobError::BeyondScope => Self::of(Code::Forbidden, &error),
            JobError::NoImport => Self::invalid("mode", error.text(Language::Zh)),
            JobError::NoMonths { .. } => Self::invalid("from", error.text(Language::Zh)),
            other => Self::internal(&other),
        }
    }
}

/// Jobs that may be seen: one's own, those about what one may read, and those that whoever runs the system sees.
fn visible(caller: &Caller) -> Result<JobFilter, Problem> {
    caller.is_ready()?;
    let asker = &caller.person().asker;
    let roles = caller.office().roles();
    let mut seen = Vec::new();
    for kind in JobKind::ALL {
        for resource in [kind.resource(), Resource::System] {
            let reach = asker.reach_for(roles, Action::Read, resource, Sensitivity::Aggregate);
            if !reach.is_empty() {
                seen.push((*kind, scope_of(&reach)));
            }
        }
    }
    Ok(JobFilter {
        own: Some(caller.person().account.name.clone()),
        visible: seen,
        ..JobFilter::default()
    })
}

/// Jobs, the newest first.
#[utoipa::path(get, path = "/jobs", tag = "jobs", params(JobsQuery),
    responses((status = 200, body = Page<Job>), (status = 400, description = "查询参数有误"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn list(caller: Caller, Query(query): Query<JobsQuery>) -> Result<Json<Page<Job>>, Problem> {
    let kind = match &query.kind {
        Some(code) => Some(
            JobKind::from_code(code)
                .ok_or_else(|| Problem::invalid("kind", format!("没有“{code}”这种作业")))?,
        ),
        None => None,
    };
    let states = query.state.as_deref().unwrap_or_default().split(',');
    let states = states.map(str::trim).filter(|code| !code.is_empty());
    let states = states.map(|code| {
        JobState::from_code(code)
            .ok_or_else(|| Problem::invalid("state", format!("没有“{code}”这种状态")))
    });
    let filter = JobFilter {
        kind,
        states: states.collect::<Result<_, _>>()?,
        organisation_code: query.organisation.clone().filter(|code| !code.is_empty()),
        created_by: query
            .own
            .unwrap_or(false)
            .then(|| caller.person().account.name.clone()),
        ..visible(&caller)?
    };
    let cursor = query.cursor.as_deref().map(str::parse::<JobCursor>);
    let cursor = cursor.transpose()?;
    let limit = query.page().limit();
    let store = caller.office().store();
    let page = store.jobs(&filter, cursor.as_ref(), limit).await?;
    Ok(Json(Page {
        items: page.jobs.iter().map(Job::of).collect(),
        next: page.next.map(|next| next.to_string()),
        total: None,
    }))
}

async fn found(caller: &Caller, id: &str) -> Result<StoredJob, Problem> {
    let filter = visible(caller)?;
    let job = caller.office().store().job(&filter, id).await;
    job.map_err(|error| match Problem::from(error) {
        problem if problem.code() == Code::NotFound => {
            Problem::not_found("没有这项作业，或者它不在您的权限范围内")
        }
        problem => problem,
    })
}

/// A job.
#[utoipa::path(get, path = "/jobs/{id}", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, body = Job), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn show(caller: Caller, Path(id): Path<String>) -> Result<Json<Job>, Problem> {
    Ok(Json(Job::of(&found(&caller, &id).await?)))
}

/// Whether they may act on a job: whoever wanted it, as long as they may want such a job; else whoever runs the system.
async fn may_act(caller: &Caller, job: &StoredJob) -> Result<(), Problem> {
    let organisation = Some(job.organisation_code.as_str()).filter(|code| !code.is_empty());
    let (action, resource) = match job.kind {
        _ if job.created_by != caller.person().account.name => (Action::Compute, Resource::System),
        JobKind::Import => (Action::Enter, Resource::FrontPage),
        JobKind::Recheck => (Action::Compute, Resource::FrontPage),
        JobKind::Indicators => (Action::Compute, Resource::Indicator),
        JobKind::Document => (Action::Read, Resource::Report),
    };
    let object = Object {
        resource,
        organisation,
        department: None,
        sensitivity: Sensitivity::Aggregate,
    };
    caller.may(action, &object, &job.job_id).await?;
    Ok(())
}

/// Ends a job: one that waits at once, one that runs as soon as it can, without effect.
#[utoipa::path(post, path = "/jobs/{id}/cancel", tag = "jobs", params(("id" = String, Path)), request_body = ActOnJob,
    responses((status = 200, body = Job), (status = 400, description = "请求内容不是 JSON"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 415, description = "请求内容不是 JSON"),
        (status = 422, description = "请求内容有误"), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn cancel(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<ActOnJob>,
) -> Result<Json<Job>, Problem> {
    let job = found(&caller, &id).await?;
    may_act(&caller, &job).await?;
    let store = caller.office().store();
    let done = store.cancel_job(&Scope::All, caller.actor(), &id, body.revision);
    Ok(Json(Job::of(&done.await?)))
}

/// Tries a job again that failed or was cancelled. An import that stopped since a month would be left with far fewer
/// records (`result.code` is `fewer_records`) goes on when that is confirmed, or as corrections.
#[utoipa::path(post, path = "/jobs/{id}/retry", tag = "jobs", params(("id" = String, Path)), request_body = RetryJob,
    responses((status = 200, body = Job), (status = 400, description = "请求内容不是 JSON"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 415, description = "请求内容不是 JSON"),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn retry(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<RetryJob>,
) -> Result<Json<Job>, Problem> {
    let job = found(&caller, &id).await?;
    may_act(&caller, &job).await?;
    let how = match (body.mode.as_deref(), body.allow_fewer) {
        (None | Some(""), None | Some(false)) => None,
        (None | Some("" | "replace-month"), Some(true)) => Some(Again::AllowFewer),
        (Some("correction"), _) => Some(Again::AsCorrection),
        (Some(_), _) => {
            let text = "再次导入的方式只有 correction；要整月替换请用 allow_fewer 确认";
            return Err(Problem::invalid("mode", text));
        }
    };
    let store = caller.office().store();
    let job = try_again(store, caller.actor(), &job, body.revision, how).await?;
    caller.service().wake_jobs();
    Ok(Json(Job::of(&job)))
}

/// The rejected rows of an import, with the reason for each. Rows are as they were delivered: whoever did not upload
/// them says why they look.
#[utoipa::path(get, path = "/jobs/{id}/rejects", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 428, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn rejects(caller: Caller, Path(id): Path<String>) -> Result<Response, Problem> {
    let job = found(&caller, &id).await?;
    let is_own = job.created_by == caller.person().account.name;
    let object = Object {
        resource: Resource::FrontPage,
        organisation: Some(job.organisation_code.as_str()).filter(|code| !code.is_empty()),
        department: None,
        sensitivity: match is_own {
            true => Sensitivity::Aggregate,
            false => Sensitivity::Identified,
        },
    };
    caller.may(Action::Enter, &object, &job.job_id).await?;
    let workspace = caller.workspace();
    let kept = job.clone();
    let bytes = caller.service().run(move |_| {
        let path = reject_path(&workspace, &kept);
        let path = path.ok_or_else(|| Problem::not_found("这次导入没有拒收的行"))?;
        std::fs::read(path).map_err(|error| Problem::internal(&error))
    });
    let bytes = bytes.await?;
    let entry = NewAuditEntry::done(AuditAction::Exported, Resource::FrontPage, &job.job_id)
        .of(&job.organisation_code)
        .because("导入的拒收明细");
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[entry]).await?;
    attachment(&format!("拒收明细-{}.csv", job.job_id), CSV, bytes)
}

/// Checks records again with the pack of checks in force.
#[utoipa::path(post, path = "/rechecks", tag = "jobs", request_body = RecheckBody,
    responses((status = 202, body = Job), (status = 400, description = "请求内容不是 JSON"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 415, description = "请求内容不是 JSON"),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn recheck(
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<RecheckBody>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let asked = body.organisation.as_deref().filter(|code| !code.is_empty());
    let view = caller.view(
        Action::Compute,
        Resource::FrontPage,
        Sensitivity::DeIdentified,
        asked,
    );
    let scope = view.await?.whole();
    let organisation = asked.map(str::to_owned).or_else(|| only(&scope));
    let month = |field: &str, text: &Option<String>| match text.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => text
            .parse::<Month>()
            .map(Some)
            .map_err(|_| Problem::invalid(field, format!("“{text}”不是月份，应写作 2025-03"))),
    };
    let months = (month("from", &body.from)?, month("to", &body.to)?);
    let wanted = WantedJob {
        organisation: organisation.clone().unwrap_or_default(),
        request: JobRequest::recheck(&scope, organisation, months)?,
        idempotency_key: idempotency_key(&headers)?,
    };
    queue(&caller, &scope, &wanted).await
}

/// Brings the sums of indicators up to date, so that pages answer at once.
#[utoipa::path(post, path = "/indicator-runs", tag = "jobs", request_body = IndicatorRunBody,
    responses((status = 202, body = Job), (status = 400, description = "请求内容不是 JSON"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 415, description = "请求内容不是 JSON"),
        (status = 422, body = ProblemBody), (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn compute_indicators(
    caller: Caller,
    headers: HeaderMap,
    Json(body): Json<IndicatorRunBody>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let scope = caller
        .scope(Action::Compute, Resource::Indicator, "")
        .await?;
    let pack = body.pack.filter(|pack| !pack.is_empty());
    let pack = pack.unwrap_or_else(|| biaochi_app::indicators::NATIONAL.to_owned());
    let content = caller.service().content();
    let known = content
        .content()
        .indicator_library()
        .ids()
        .any(|id| id == pack);
    if !known {
        return Err(Problem::invalid("pack", format!("没有指标包“{pack}”")));
    }
    let wanted = WantedJob {
        organisation: String::new(),
        request: JobRequest::Indicators { pack },
        idempotency_key: idempotency_key(&headers)?,
    };
    queue(&caller, &scope, &wanted).await
}

/// The only institution of a scope.
fn only(scope: &Scope) -> Option<String> {
    match scope {
        Scope::Organisations(codes) if codes.len() == 1 => codes.first().cloned(),
        _ => None,
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let text = value.to_str().ok().map(str::trim);
    let text = text.filter(|text| (1..=64).contains(&text.len()));
    text.map(|text| Some(text.to_owned())).ok_or_else(|| {
        let text = "幂等标识应为 1 到 64 个 ASCII 字符";
        Problem::invalid(IDEMPOTENCY_KEY, text)
    })
}

async fn queue(
    caller: &Caller,
    scope: &Scope,
    wanted: &WantedJob,
) -> Result<(StatusCode, Json<Job>), Problem> {
    let store = caller.office().store();
    let (job, is_new) = want(store, scope, caller.actor(), wanted).await?;
    if is_new {
        caller.service().wake_jobs();
    }
    Ok((StatusCode::ACCEPTED, Json(Job::of(&job))))
}
