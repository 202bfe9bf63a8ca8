//! Who owes what by when.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Resource};
use biaochi_app::datasets::{Owed, StatusRequest, status};
use biaochi_datasets::State;
use biaochi_domain::{Localized as _, Period};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::forms::in_time;
use super::submissions::{last_month, parse_period};
use super::wire::{DataSetSummary, NamedOrganisation, ZH, id_of};
use super::{scope_of, sets};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Months that a calendar has at most.
const MOST_MONTHS: u16 = 12;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(calendar))
}

/// Which part of the calendar.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CalendarQuery {
    /// 期间在其中结束的，如 `2024-03`；不填为上个月，最长一年。
    period: Option<String>,
    /// 填报单位；区划、医联体指其中所有单位。
    organisation: Option<String>,
}

/// Who owes what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calendar {
    /// The period whose submissions are meant.
    period: String,
    /// 期间，如“2024年3月”。
    period_text: String,
    /// The day on which it is looked at.
    today: String,
    /// Whoever owes something.
    organisations: Vec<NamedOrganisation>,
    /// What is owed.
    datasets: Vec<DataSetSummary>,
    /// Everything that is asked for, by due day.
    cells: Vec<CalendarCell>,
    /// How many stand where.
    counts: CalendarCounts,
}

/// A form that is asked for, whether it was filled in or not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CalendarCell {
    /// Names the form in addresses.
    id: String,
    /// Whose.
    organisation: String,
    /// 填报单位。
    organisation_name: String,
    /// Id of the data set.
    dataset: String,
    /// 数据集名称。
    title: String,
    /// For when.
    period: String,
    /// The office that fills it in.
    filler: String,
    /// The day by which it is due.
    due: String,
    /// `none`, `draft`, `submitted`, `returned` or `approved`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// `running`, `open`, `in_time`, `submitted_late` or `overdue`.
    timeliness: &'static str,
    /// 时限。
    timeliness_text: String,
    /// Days left or late, where there are any.
    days: i32,
    /// Faults that keep it from being submitted.
    errors: u64,
    /// Faults that need an explanation.
    warnings: u64,
    /// Who handed it in; empty for nobody.
    submitter: String,
    /// What the last step said.
    comment: String,
}

/// How many forms stand where.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct CalendarCounts {
    /// Asked for.
    asked: usize,
    /// Approved.
    approved: usize,
    /// Waiting for approval.
    waiting: usize,
    /// Begun or returned.
    begun: usize,
    /// Not submitted, and due.
    overdue: usize,
}

/// Who owes what of the periods that end in some months.
#[utoipa::path(get, path = "/calendar", tag = "datasets", params(CalendarQuery),
    responses((status = 200, body = Calendar), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn calendar(
    caller: Caller,
    Query(query): Query<CalendarQuery>,
) -> Result<Json<Calendar>, Problem> {
    let organisation = query.organisation.as_deref();
    let scope = scope_of(&caller, Action::Read, Resource::DataSet, organisation).await?;
    let period = match query.period.as_deref() {
        Some(text) => parse_period(text)?,
        None => last_month()
            .map(Period::from)
            .ok_or_else(|| Problem::invalid("period", "请写明期间，如 2024-03"))?,
    };
    if period.length() > MOST_MONTHS {
        let message = format!("填报日历最长看 {MOST_MONTHS} 个月，请选短一些的期间");
        return Err(Problem::invalid("period", message));
    }
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let sets = sets(service)?;
        let today = biaochi_app::organisations::today();
        let request = StatusRequest {
            from: Some(period.first()),
            to: Some(period.last()),
            today: Some(today),
            ..StatusRequest::default()
        };
        let owed = status(&workspace, &sets, &scope, &request)?;
        let organisations: BTreeMap<&str, &str> = owed
            .iter()
            .map(|one| (&*one.key.organisation_code, &*one.organisation))
            .collect();
        let asked = |id: &str| owed.iter().any(|one| one.key.dataset == id);
        Ok(Calendar {
            period: period.to_string(),
            period_text: period.text(ZH),
            today: today.to_string(),
            organisations: organisations
                .into_iter()
                .map(|(code, name)| NamedOrganisation {
                    code: code.to_owned(),
                    name: name.to_owned(),
                })
                .collect(),
            datasets: sets
                .sets()
                .filter(|set| asked(&set.id))
                .map(|set| DataSetSummary::of(set))
                .collect(),
            counts: counts(&owed),
            cells: owed.iter().map(cell).collect(),
        })
    });
    Ok(Json(shown.await?))
}

fn cell(owed: &Owed) -> CalendarCell {
    let submission = owed.submission.as_ref();
    let (timeliness, days) = in_time(owed.timeliness);
    let (errors, warnings) = submission.map_or((0, 0), |one| one.faults());
    CalendarCell {
        id: id_of(&owed.key),
        organisation: owed.key.organisation_code.clone(),
        organisation_name: owed.organisation.clone(),
        dataset: owed.key.dataset.clone(),
        title: owed.title.clone(),
        period: owed.key.period.to_string(),
        filler: owed.filler.clone(),
        due: owed.due.to_string(),
        state: owed.state().map_or("none", State::code),
        state_text: owed
            .state()
            .map_or_else(|| "未填".to_owned(), |state| state.text(ZH)),
        timeliness,
        timeliness_text: owed.timeliness.text(ZH),
        days,
        errors,
        warnings,
        submitter: submission.map_or_else(String::new, |one| one.submitter.clone()),
        comment: submission.map_or_else(String::new, |one| one.comment.clone()),
    }
}

fn counts(owed: &[Owed]) -> CalendarCounts {
    let mut counts = CalendarCounts::default();
    for one in owed {
        counts.asked += 1;
        match one.state() {
            Some(State::Approved) => counts.approved += 1,
            Some(State::Submitted) => counts.waiting += 1,
            Some(State::Draft | State::Returned) => counts.begun += 1,
            None => {}
        }
        counts.overdue += usize::from(one.timeliness.is_overdue());
    }
    counts
}
