use std::collections::BTreeSet;

use axum::Json;
use axum::extract::Path;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::WhenLocked;
use biaochi_app::check::NATIONAL;
use biaochi_app::correct::{Corrector, RecordCorrection, correct_record};
use biaochi_app::records::{NewValue, RecordPlace, changed, judge};
use biaochi_store::{Filter, Order, Scope, State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::check::NewFieldValue;
use super::view::{RecordView, facts_of, view};
use super::{PlaceQuery, layout, no_record, object, page_of, seen, wrong};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// A correction of a record.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RecordCorrectionBody {
    /// 机构代码。
    organisation: Option<String>,
    /// 出院月份。
    month: Option<String>,
    /// The revision that was seen: [`RecordView::revision`].
    revision: u64,
    /// 更正理由。
    reason: String,
    /// What shall stand where.
    changes: Vec<NewFieldValue>,
    /// Answer with direct identifiers as well; asks for a reason as reading does.
    #[serde(default)]
    identified: bool,
}

/// What a correction came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordCorrectionAnswer {
    /// The record as it is now.
    record: RecordView,
    /// 更正前的病组。
    drg_before: String,
    /// 更正后的病组。
    drg_after: String,
    /// 更正前的得分。
    score_before: Option<String>,
    /// 更正后的得分。
    score_after: Option<String>,
    /// Checks that find nothing any more.
    mended: Vec<String>,
    /// Checks that find something that they did not find before.
    arisen: Vec<String>,
}

/// Corrects a record: a new version of it, grouped and checked anew. Answers 409 when somebody was faster.
#[utoipa::path(put, path = "/records/{key}/corrections", tag = "records",
    params(("key" = String, Path, description = "记录键")), request_body = RecordCorrectionBody,
    responses((status = 200, body = RecordCorrectionAnswer), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 428, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn correct(
    caller: Caller,
    Path(key): Path<String>,
    Json(body): Json<RecordCorrectionBody>,
) -> Result<Json<RecordCorrectionAnswer>, Problem> {
    let query = PlaceQuery {
        organisation: body.organisation,
        month: body.month,
    };
    let place = seen(&caller, &key, &query).await?;
    let about = object(&place, Resource::FrontPage, Sensitivity::DeIdentified);
    caller.may(Action::Enter, &about, &key).await?;
    if body.identified {
        let about = object(&place, Resource::FrontPage, Sensitivity::Identified);
        caller.may(Action::Read, &about, &key).await?;
    }
    let reason = body.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Problem::invalid("reason", "请写明更正理由，例如“核对病历”"));
    }
    if body.changes.is_empty() {
        return Err(Problem::invalid("changes", "没有改动，不需要保存"));
    }
    let to_do = to_do(&caller, &place).await?;
    let values: Vec<NewValue> = body.changes.into_iter().map(NewValue::from).collect();
    let (actor, workspace) = (caller.actor().name.clone(), caller.workspace());
    let (revision, asked) = (body.revision, place.clone());
    let (corrected, before, score_before) = caller
        .service()
        .run(move |service| {
            let facts = facts_of(service, &asked)?;
            let before: BTreeSet<String> = facts
                .findings
                .iter()
                .map(|one| one.check_id.clone())
                .collect();
            let score = facts.quality.as_ref().and_then(|one| one.score.clone());
            let checks = mended(service, &asked, &values, &to_do)?;
            let content = service.content();
            let pack = match workspace.config().checks.as_deref().unwrap_or(NATIONAL) {
                "" => None,
                id => Some(content.check_pack(id).map_err(wrong)?),
            };
            let corrector = Corrector {
                workspace: &workspace,
                content: content.content(),
                checks: pack.as_deref(),
                actor: &actor,
                when_locked: WhenLocked::Refuse,
            };
            let wanted = RecordCorrection {
                organisation: asked.organisation_code.clone(),
                record: asked.record_key.clone(),
                sets: values.iter().map(NewValue::typed).collect(),
                reason,
                checks,
                based_on: Some(revision),
            };
            let corrected = correct_record(corrector, &wanted).map_err(wrong)?;
            Ok((corrected, before, score))
        })
        .await?;
    let record = view(&caller, place, body.identified).await?;
    let after: BTreeSet<String> = record
        .findings
        .iter()
        .map(|one| one.check.clone())
        .collect();
    Ok(Json(RecordCorrectionAnswer {
        drg_before: corrected.drg_before,
        drg_after: corrected.drg_after,
        score_before,
        score_after: record.score.clone(),
        mended: before.difference(&after).cloned().collect(),
        arisen: after.difference(&before).cloned().collect(),
        record,
    }))
}

/// The checks whose items of the record are still to be done.
async fn to_do(caller: &Caller, place: &RecordPlace) -> Result<Vec<String>, Problem> {
    let scope = Scope::one(place.organisation_code.clone());
    let filter = Filter {
        record_key: Some(place.record_key.clone()),
        states: vec![State::Open, State::Assigned],
        ..Filter::default()
    };
    let store = caller.office().store();
    let page = store.list(&scope, &filter, Order::Due, None, 1000).await?;
    let items = page.items.into_iter().map(|item| item.finding.check_id);
    Ok(items.collect())
}

/// Those of the checks to be done that find nothing any more in the corrected page: a correction says what it mends.
fn mended(
    service: &Service,
    place: &RecordPlace,
    values: &[NewValue],
    to_do: &[String],
) -> Result<Vec<String>, Problem> {
    let held = page_of(service, place)?;
    let Some(stored) = &*held else {
        return Err(no_record());
    };
    let content = service.content();
    let layout = layout(Some(&stored.layout));
    let (page, _) = changed(&content, &stored.page, layout, values);
    let judged = judge(service.workspace(), &content, None, &page, layout)?;
    let Some(checks) = super::view::checks(service)? else {
        return Ok(Vec::new());
    };
    let of_one_record = |id: &String| checks.set().checks.iter().any(|check| check.id == *id);
    let still = |id: &String| judged.findings.iter().any(|one| one.check.id == *id);
    let mended = to_do.iter().filter(|id| of_one_record(id) && !still(id));
    Ok(mended.cloned().collect())
}
