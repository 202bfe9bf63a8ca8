use axum::Json;
use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::jobs::DocumentRequest;
use biaochi_app::records::{MonthSummary, month_summary};
use biaochi_domain::{Language, Localized as _, Month};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{tables, view};
use crate::caller::Caller;
use crate::jobs::{Job, as_job, at_once};
use crate::problem::{Problem, ProblemBody};

/// Which month of which hospital.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MonthQuery {
    /// 机构代码。
    organisation: String,
    /// 出院月份，如 2025-12。
    month: String,
    /// 编码：`gb18030` 或 `utf-8`（默认）。
    encoding: Option<String>,
}

/// A number by something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordOpenCount {
    /// 编码。
    code: String,
    /// 名称。
    title: String,
    /// 条数。
    items: u64,
}

/// How a month stands before it is handed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthExport {
    /// 机构代码。
    organisation: String,
    /// 月份。
    month: String,
    /// 病案数。
    records: i64,
    /// 有强制错误、按规则不应上报的病案数。
    blocked: i64,
    /// 未入组的病案数。
    ungrouped: i64,
    /// 更正过的病案数。
    corrected: u64,
    /// Findings of the worklist by state.
    by_state: Vec<RecordOpenCount>,
    /// Findings still to be settled, by severity.
    open_by_severity: Vec<RecordOpenCount>,
    /// Findings still to be settled, by check.
    open_by_check: Vec<RecordOpenCount>,
    /// Findings still to be settled, by department.
    open_by_department: Vec<RecordOpenCount>,
    /// Layouts in which the records came, those of most first; the file has the first one.
    layouts: Vec<RecordOpenCount>,
}

fn month_of(query: &MonthQuery) -> Result<Month, Problem> {
    let month = query.month.parse::<Month>();
    month.map_err(|_| Problem::invalid("month", "月份应写作 2025-12"))
}

/// What is still open in a month before it is handed in.
#[utoipa::path(get, path = "/exports/month/summary", tag = "records", params(MonthQuery),
    responses((status = 200, body = MonthExport), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn month_of_export(
    caller: Caller,
    Query(query): Query<MonthQuery>,
) -> Result<Json<MonthExport>, Problem> {
    let month = month_of(&query)?;
    let object = Object::of(Resource::FrontPage, &query.organisation).at(Sensitivity::DeIdentified);
    caller.may(Action::Export, &object, &query.month).await?;
    let workspace = caller.workspace();
    let organisation = query.organisation.clone();
    let names = crate::worklist::department_names(&caller).await?;
    let answer = caller
        .service()
        .run(move |service| {
            let summary = month_summary(&*tables(service)?, &workspace, &organisation, month)?;
            let checks = view::checks(service)?;
            let title_of_check = |code: &str| {
                let check = checks.as_ref().and_then(|checks| checks.set().get(code));
                check.map_or_else(String::new, |check| check.title.clone())
            };
            let content = service.content();
            let department = |code: &str| names.of(content.content(), &organisation, code);
            Ok(told(
                summary,
                &organisation,
                month,
                &title_of_check,
                &department,
            ))
        })
        .await?;
    Ok(Json(answer))
}

fn told(
    summary: MonthSummary,
    organisation: &str,
    month: Month,
    title_of_check: &dyn Fn(&str) -> String,
    department: &dyn Fn(&str) -> String,
) -> MonthExport {
    let counts = |list: Vec<(String, u64)>, title: &dyn Fn(&str) -> String| {
        let rows = list.into_iter().map(|(code, items)| RecordOpenCount {
            title: title(&code),
            code,
            items,
        });
        rows.collect::<Vec<_>>()
    };
    let severity = |code: &str| {
        let known = biaochi_checks::Severity::from_id(code);
        known.map_or_else(String::new, |one| one.text(Language::Zh))
    };
    let by_state = summary
        .by_state
        .into_iter()
        .map(|(state, items)| RecordOpenCount {
            code: state.code().to_owned(),
            title: state.text(Language::Zh),
            items,
        });
    let layouts = summary
        .layouts
        .into_iter()
        .map(|(layout, records)| RecordOpenCount {
            code: layout.id().to_owned(),
            title: layout.name_zh().to_owned(),
            items: u64::try_from(records).unwrap_or_default(),
        });
    MonthExport {
        organisation: organisation.to_owned(),
        month: month.to_string(),
        records: summary.records,
        blocked: summary.blocked,
        ungrouped: summary.ungrouped,
        corrected: summary.corrected,
        by_state: by_state.collect(),
        open_by_severity: counts(summary.open_by_severity, &severity),
        open_by_check: counts(summary.open_by_check, title_of_check),
        open_by_department: counts(summary.open_by_department, department),
        layouts: layouts.collect(),
    }
}

/// The month as it is handed in, in the layout in which it came, with every correction. It has names and numbers of
/// persons: it takes the right to see them, a reason, and is written down.
#[utoipa::path(get, path = "/exports/month", tag = "records", params(MonthQuery),
    responses((status = 200, description = "文件", content_type = "text/csv"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 428, body = ProblemBody)))]
pub(crate) async fn export_month(
    caller: Caller,
    Query(query): Query<MonthQuery>,
) -> Result<Response, Problem> {
    at_once(&caller, wanted(&query)?, false).await
}

/// The same as a job, whose document is fetched when it is done.
#[utoipa::path(post, path = "/exports/month", tag = "records", params(MonthQuery),
    responses((status = 202, body = Job), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
pub(crate) async fn begin_month_export(
    caller: Caller,
    headers: HeaderMap,
    Query(query): Query<MonthQuery>,
) -> Result<(StatusCode, Json<Job>), Problem> {
    as_job(&caller, &headers, wanted(&query)?).await
}

fn wanted(query: &MonthQuery) -> Result<DocumentRequest, Problem> {
    Ok(DocumentRequest::Month {
        organisation: query.organisation.clone(),
        month: month_of(query)?,
        gb18030: match query.encoding.as_deref() {
            None | Some("" | "utf-8") => false,
            Some("gb18030") => true,
            Some(_) => return Err(Problem::invalid("encoding", "编码应为 utf-8 或 gb18030")),
        },
    })
}
