//! Lists of what was filled in.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource};
use biaochi_app::datasets::submission_page;
use biaochi_app::organisations::directory;
use biaochi_datasets::State;
use biaochi_domain::{Month, Period};
use biaochi_organisations::{Unit, View};
use biaochi_store::{Scope, SubmissionFilter, SubmissionKey};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::forms::{key_in, view};
use super::wire::{FormView, SubmissionRow, id_of};
use super::{may, scope_of, sets};
use crate::caller::Caller;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(submission_list))
        .routes(routes!(submission))
}

/// Which submissions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SubmissionsQuery {
    /// 填报单位；区划、医联体指其中所有单位。
    organisation: Option<String>,
    /// 期间在其中结束的，如 `2024`、`2024-03`。
    period: Option<String>,
    /// 数据集标识。
    dataset: Option<String>,
    /// `draft`、`submitted`、`returned` 或 `approved`。
    state: Option<String>,
}

/// The newest versions of what was filled in, the latest periods first.
#[utoipa::path(get, path = "/submissions", tag = "datasets", params(SubmissionsQuery, PageQuery),
    responses((status = 200, body = Page<SubmissionRow>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn submission_list(
    caller: Caller,
    Query(query): Query<SubmissionsQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<SubmissionRow>>, Problem> {
    let organisation = query.organisation.as_deref();
    let scope = scope_of(&caller, Action::Read, Resource::DataSet, organisation).await?;
    let period = query.period.as_deref().map(parse_period).transpose()?;
    let state = query.state.as_deref().map(parse_state).transpose()?;
    let filter = SubmissionFilter {
        organisation_code: None,
        datasets: query.dataset.into_iter().collect(),
        from: period.map(Period::first),
        to: period.map(Period::last),
        states: state.into_iter().collect(),
    };
    let behind = page.cursor.as_deref().filter(|text| !text.is_empty());
    let behind = behind.map(place).transpose()?;
    let workspace = caller.workspace();
    let listed = caller.service().run(move |service| {
        let sets = sets(service)?;
        let titles: HashMap<&str, &str> = sets.sets().map(|set| (&*set.id, &*set.title)).collect();
        let limit = page.limit();
        let found = submission_page(&workspace, &scope, &filter, behind.as_ref(), limit)?;
        let directory =
            directory(&workspace, &Scope::All).map_err(|error| Problem::internal(&error))?;
        let today = directory.as_of(biaochi_app::organisations::today());
        let last = found.submissions.last().filter(|_| found.more);
        let next = last.map(|one| id_of(&one.key));
        let shown = found.submissions.iter().map(|one| {
            let title = titles.get(&*one.key.dataset).copied();
            let title = title.unwrap_or(&one.key.dataset);
            SubmissionRow::of(one, title, &name_of(&today, &one.key.organisation_code))
        });
        Ok(Page {
            items: shown.collect(),
            next,
            total: Some(found.total),
        })
    });
    Ok(Json(listed.await?))
}

/// The submission behind which a page begins, as [`id_of`] wrote it; it need not be there any more.
fn place(cursor: &str) -> Result<SubmissionKey, Problem> {
    let wrong = || Problem::invalid("cursor", "续页标记读不懂，请从头列出");
    let mut parts = cursor.splitn(3, '~');
    let (Some(organisation), Some(dataset), Some(period)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    Ok(SubmissionKey {
        organisation_code: organisation.to_owned(),
        dataset: dataset.to_owned(),
        period: period.parse().map_err(|_| wrong())?,
    })
}

/// One submission with its values.
#[utoipa::path(get, path = "/submissions/{id}", tag = "datasets",
    params(("id" = String, Path, description = "列表回答的 `id`")),
    responses((status = 200, body = FormView), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn submission(caller: Caller, Path(id): Path<String>) -> Result<Json<FormView>, Problem> {
    let mut parts = id.splitn(3, '~').map(str::to_owned);
    let (Some(organisation), Some(dataset), Some(period)) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(Problem::not_found("没有这份填报，请从列表中打开"));
    };
    let key = key_in(&caller, Path((dataset, organisation, period))).await?;
    may(&caller, Action::Read, &key).await?;
    let view = view(&caller, key).await?;
    match view.submission {
        Some(_) => Ok(Json(view)),
        None => Err(Problem::not_found("这一份还没有填，可在数据填报中打开填写")),
    }
}

/// What an organisation is called; its code where nobody knows.
pub(super) fn name_of(view: &View<'_>, code: &str) -> String {
    let unit = match code.parse::<Unit>() {
        Ok(unit) => unit,
        Err(_) => Unit::Institution(code.to_owned()),
    };
    view.name(&unit).unwrap_or_else(|| code.to_owned())
}

/// A period of whole months.
pub(super) fn parse_period(text: &str) -> Result<Period, Problem> {
    let period = text.parse::<Period>().ok();
    period.and_then(Period::whole_months).ok_or_else(|| {
        let message = format!("“{text}”不是期间，写法如 2024、2024Q1、2024-03");
        Problem::invalid("period", message)
    })
}

fn parse_state(text: &str) -> Result<State, Problem> {
    State::from_code(text).ok_or_else(|| {
        let message =
            format!("没有“{text}”这个状态，可用的有 draft、submitted、returned、approved");
        Problem::invalid("state", message)
    })
}

/// The month that is over last.
pub(super) fn last_month() -> Option<Month> {
    let today = biaochi_app::organisations::today();
    let month = u8::try_from(today.month()).ok()?;
    Month::new(today.year(), month)?.previous()
}
