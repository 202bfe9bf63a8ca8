use axum::Json;
use axum::extract::Path;
use biaochi_access::Action;
use biaochi_store::{Item, ItemRevision, Scope, Step};
use serde::Deserialize;
use utoipa::ToSchema;

use super::item::{WorklistItem, may, no_item, seen, told};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Items that one step settles at most.
const MOST: usize = 500;

/// What a person does with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum WorklistStep {
    /// 分派；分派给本人即“我来处理”。
    Assign,
    /// 取消分派。
    Release,
    /// 核实无误。
    Accept,
    /// 退回重新处理。
    SendBack,
    /// 备注。
    Note,
}

/// A step and what it takes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct WorklistStepBody {
    /// 步骤。
    step: WorklistStep,
    /// 分派给谁；不填为本人。
    to: Option<String>,
    /// 理由；核实无误和退回须填。
    reason: Option<String>,
    /// 备注。
    text: Option<String>,
    /// The revision of the item that was seen.
    #[serde(default)]
    revision: u64,
}

/// An item as it was seen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct WorklistSeen {
    /// Names the item.
    id: String,
    /// Its revision.
    revision: u64,
}

/// The same step with several items, with all or with none.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct WorklistStepsBody {
    /// The items.
    items: Vec<WorklistSeen>,
    /// 步骤。
    step: WorklistStep,
    /// 分派给谁；不填为本人。
    to: Option<String>,
    /// 理由。
    reason: Option<String>,
    /// 备注。
    text: Option<String>,
}

/// Takes a step with an item. Answers 409 when somebody was faster or the step does not fit its state.
#[utoipa::path(post, path = "/worklist/{id}/steps", tag = "worklist",
    params(("id" = String, Path, description = "条目标识")), request_body = WorklistStepBody,
    responses((status = 200, body = WorklistItem), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn step(
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<WorklistStepBody>,
) -> Result<Json<WorklistItem>, Problem> {
    let wanted = [WorklistSeen {
        id,
        revision: body.revision,
    }];
    let step = step_of(&caller, body.step, body.to, body.reason, body.text)?;
    let mut items = taken(&caller, &wanted, &step).await?;
    let item = items.pop().ok_or_else(no_item)?;
    Ok(Json(item))
}

/// Takes the same step with several items, with all or with none.
#[utoipa::path(post, path = "/worklist/steps", tag = "worklist", request_body = WorklistStepsBody,
    responses((status = 200, body = Vec<WorklistItem>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(crate) async fn steps_of_several(
    caller: Caller,
    Json(body): Json<WorklistStepsBody>,
) -> Result<Json<Vec<WorklistItem>>, Problem> {
    if body.items.is_empty() || body.items.len() > MOST {
        let message = format!("一次可处理 1 至 {MOST} 条，请调整所选的条目");
        return Err(Problem::invalid("items", message));
    }
    let step = step_of(&caller, body.step, body.to, body.reason, body.text)?;
    Ok(Json(taken(&caller, &body.items, &step).await?))
}

fn step_of(
    caller: &Caller,
    kind: WorklistStep,
    to: Option<String>,
    reason: Option<String>,
    text: Option<String>,
) -> Result<Step, Problem> {
    let filled = |text: Option<String>| {
        let text = text.map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
    };
    let needed = |reason: Option<String>| {
        filled(reason).ok_or_else(|| Problem::invalid("reason", "请写明理由"))
    };
    Ok(match kind {
        WorklistStep::Assign => Step::Assign {
            to: filled(to).unwrap_or_else(|| caller.actor().name.clone()),
        },
        WorklistStep::Release => Step::Release,
        WorklistStep::Accept => Step::Accept {
            reason: needed(reason)?,
        },
        WorklistStep::SendBack => Step::SendBack {
            reason: needed(reason)?,
        },
        WorklistStep::Note => Step::Note {
            text: filled(text).ok_or_else(|| Problem::invalid("text", "请写备注"))?,
        },
    })
}

/// The right that a step takes: one's own work is entered, that of others is given out or reviewed.
fn right(caller: &Caller, step: &Step, item: &Item) -> Action {
    let own = caller.actor().name.as_str();
    let theirs = item.assignee.as_deref().is_some_and(|name| name != own);
    match step {
        Step::Assign { to } if to != own || theirs => Action::Assign,
        Step::Release if theirs => Action::Assign,
        Step::SendBack { .. } => Action::Approve,
        _ => Action::Enter,
    }
}

async fn taken(
    caller: &Caller,
    wanted: &[WorklistSeen],
    step: &Step,
) -> Result<Vec<WorklistItem>, Problem> {
    let mut revisions = Vec::with_capacity(wanted.len());
    let mut organisations = std::collections::BTreeSet::new();
    for one in wanted {
        let item = seen(caller, &one.id).await?;
        may(caller, right(caller, step, &item), &item).await?;
        organisations.insert(item.organisation_code.clone());
        revisions.push(ItemRevision {
            key: item.key(),
            revision: one.revision,
        });
    }
    let scope = Scope::Organisations(organisations);
    let store = caller.office().store();
    let items = store
        .act_on_all(&scope, caller.actor(), &revisions, step)
        .await?;
    told(caller, items).await
}
