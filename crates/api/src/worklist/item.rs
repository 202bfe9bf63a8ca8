use std::collections::HashMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::Path;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::check::CompiledChecks;
use biaochi_app::records::{Mark, marks_of};
use biaochi_app::{Content, beijing};
use biaochi_store::{Item, ItemKey, Price};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{DepartmentNames, department_names, in_chinese};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::records::{tables, wrong};
use crate::service::Service;

/// A fault that somebody has to settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct WorklistItem {
    /// Names the item.
    pub(crate) id: String,
    /// 机构代码。
    organisation: String,
    /// 出院月份。
    month: String,
    /// 记录键。
    record_key: String,
    /// 病案号，病案仍在库中时才有。
    pub(crate) medical_record_number: Option<String>,
    /// 出院时间。
    discharge_time: Option<String>,
    /// 病组。
    drg: Option<String>,
    /// 规则编号。
    check: String,
    /// 规则名称。
    check_title: String,
    /// `error`, `warning` or `suspect`.
    severity: String,
    /// 程度。
    severity_text: String,
    /// `advisory` or `enforced`.
    stage: String,
    /// 阶段。
    stage_text: String,
    /// Ids of the fields at fault.
    fields: Vec<String>,
    /// 问题。
    message: String,
    /// 如何改正。
    mend: String,
    /// 科室代码。
    department: String,
    /// 科室。
    department_name: String,
    /// 主治医师。
    physician: String,
    /// 编码员。
    coder: String,
    /// 改正期限。
    due: String,
    /// 已过期限。
    overdue: bool,
    /// What mending would change, where that was tried.
    price: Option<WorklistPrice>,
    /// `open`, `assigned`, `corrected`, `accepted` or `closed`.
    state: String,
    /// 状态。
    state_text: String,
    /// 核实无误的理由。
    reason: String,
    /// 处理人。
    assignee: Option<String>,
    /// 发现时间。
    opened_at: String,
    /// 最近变动。
    updated_at: String,
    /// 第几次出现。
    times_found: u64,
    /// Counts its changes; a step says which one was seen.
    revision: u64,
}

/// What mending a fault would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct WorklistPrice {
    /// 权重变化。
    weight: Option<String>,
    /// 金额变化（元）。
    payment: Option<String>,
    /// 会换病组。
    changes_group: bool,
}

/// An item and what happened to it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistDetail {
    /// The item.
    item: WorklistItem,
    /// What happened to it, the newest first.
    history: Vec<WorklistAction>,
}

/// A line of an item's history.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorklistAction {
    /// 谁。
    actor: String,
    /// 何时。
    at: String,
    /// Such as `assigned`.
    kind: String,
    /// 做了什么。
    kind_text: String,
    /// 之后的状态。
    state_text: String,
    /// 理由、处理人或备注。
    note: String,
}

/// The name of an item in addresses.
pub(super) fn id_of(key: &ItemKey) -> String {
    let ItemKey {
        organisation_code,
        record_key,
        check_id,
    } = key;
    format!("{organisation_code}~{record_key}~{check_id}")
}

/// The item that a name means.
pub(super) fn key_of(id: &str) -> Option<ItemKey> {
    let mut parts = id.splitn(3, '~').map(str::to_owned);
    Some(ItemKey {
        organisation_code: parts.next()?,
        record_key: parts.next()?,
        check_id: parts.next()?,
    })
}

impl WorklistItem {
    /// The item as it is shown, without what only the lake knows.
    pub(crate) fn of(item: Item, checks: Option<&CompiledChecks>, content: &Content) -> Self {
        let id = id_of(&item.key());
        let check = checks.and_then(|checks| checks.set().get(&item.finding.check_id));
        let finding = item.finding;
        let names = DepartmentNames::default();
        let settled = matches!(
            item.state,
            biaochi_store::State::Accepted | biaochi_store::State::Closed
        );
        Self {
            id,
            department_name: names.of(content, &item.organisation_code, &finding.department),
            organisation: item.organisation_code,
            month: item.month.to_string(),
            record_key: finding.record_key,
            medical_record_number: None,
            discharge_time: None,
            drg: None,
            check_title: check.map_or_else(String::new, |check| check.title.clone()),
            mend: check.map_or_else(String::new, |check| check.mend.clone()),
            check: finding.check_id,
            severity: finding.severity.id().to_owned(),
            severity_text: in_chinese(&finding.severity),
            stage: finding.stage.id().to_owned(),
            stage_text: in_chinese(&finding.stage),
            fields: finding.fields,
            message: finding.message,
            department: finding.department,
            physician: finding.physician,
            coder: finding.coder,
            due: finding.due.to_string(),
            overdue: !settled && finding.due < beijing::today(),
            price: finding.price.map(WorklistPrice::from),
            state: item.state.code().to_owned(),
            state_text: in_chinese(&item.state),
            reason: item.reason,
            assignee: item.assignee,
            opened_at: beijing::shown(item.opened_at),
            updated_at: beijing::shown(item.updated_at),
            times_found: item.times_found,
            revision: item.revision,
        }
    }
}

impl From<Price> for WorklistPrice {
    fn from(price: Price) -> Self {
        Self {
            weight: price.weight.map(|value| value.to_string()),
            payment: price.payment.map(|value| value.to_string()),
            changes_group: price.changes_group,
        }
    }
}

/// Items with what the lake and the organisations know about them.
pub(super) async fn told(caller: &Caller, items: Vec<Item>) -> Result<Vec<WorklistItem>, Problem> {
    let names = department_names(caller).await?;
    caller
        .service()
        .run(move |service| {
            let marks = marks(service, &items)?;
            let content = service.content();
            let content = content.content();
            let checks = crate::records::checks(service)?;
            let items = items.into_iter().map(|item| {
                let mut item = WorklistItem::of(item, checks.as_deref(), content);
                item.department_name = names.of(content, &item.organisation, &item.department);
                if let Some(mark) = marks.get(&item.record_key) {
                    item.medical_record_number = mark.medical_record_number.clone();
                    item.discharge_time = mark.discharge_time.clone();
                    item.drg = mark.drg.clone();
                }
                item
            });
            Ok(items.collect())
        })
        .await
}

/// What people know the records of items by. It is kept: a list is read again after every step.
pub(super) fn marks(
    service: &Service,
    items: &[Item],
) -> Result<Arc<HashMap<String, Mark>>, Problem> {
    let mut keys: Vec<_> = items
        .iter()
        .map(|item| {
            let key = item.finding.record_key.clone();
            (item.organisation_code.clone(), item.month.to_string(), key)
        })
        .collect();
    keys.sort();
    keys.dedup();
    let mut digest = Sha256::new();
    for (organisation, _, key) in &keys {
        digest.update(format!("{organisation}/{key}/"));
    }
    let digest: [u8; 32] = digest.finalize().into();
    service.kept(&format!("worklist/marks/{digest:?}"), || {
        marks_of(&*tables(service)?, &keys).map_err(wrong)
    })
}

pub(super) fn no_item() -> Problem {
    Problem::not_found("工作清单中没有这一条，或不在您可看的范围内。请重新读取清单")
}

/// An item that the person may see without identifiers.
pub(super) async fn seen(caller: &Caller, id: &str) -> Result<Item, Problem> {
    let key = key_of(id).ok_or_else(no_item)?;
    let (action, sensitivity) = (Action::Read, Sensitivity::DeIdentified);
    let organisation = Some(key.organisation_code.as_str());
    let view = caller
        .view(action, Resource::Worklist, sensitivity, organisation)
        .await?;
    let item = caller.office().store().item(&view.scope, &key).await;
    let item = item.map_err(|error| match error {
        biaochi_store::StoreError::NotFound { .. } => no_item(),
        error => error.into(),
    })?;
    match view.allows(&item.organisation_code, &item.finding.department) {
        true => Ok(item),
        false => Err(no_item()),
    }
}

/// Asks whether the person may do something with an item.
pub(super) async fn may(caller: &Caller, action: Action, item: &Item) -> Result<(), Problem> {
    let department = Some(item.finding.department.as_str());
    let object = Object {
        resource: Resource::Worklist,
        organisation: Some(&item.organisation_code),
        department: department.filter(|code| !code.is_empty()),
        sensitivity: Sensitivity::DeIdentified,
    };
    caller.may(action, &object, &id_of(&item.key())).await?;
    Ok(())
}

/// An item and what happened to it.
#[utoipa::path(get, path = "/worklist/{id}", tag = "worklist",
    params(("id" = String, Path, description = "条目标识")),
    responses((status = 200, body = WorklistDetail), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
pub(crate) async fn worklist_item(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<WorklistDetail>, Problem> {
    let item = seen(&caller, &id).await?;
    let scope = biaochi_store::Scope::one(item.organisation_code.clone());
    let store = caller.office().store();
    let history = store.history(&scope, &item.key()).await?;
    let history = history.iter().rev().map(|action| WorklistAction {
        actor: action.actor.clone(),
        at: beijing::shown(action.at),
        kind: action.kind.code().to_owned(),
        kind_text: in_chinese(&action.kind),
        state_text: in_chinese(&action.after),
        note: action.note.clone(),
    });
    let history = history.collect();
    let mut items = told(&caller, vec![item]).await?;
    let item = items.pop().ok_or_else(no_item)?;
    Ok(Json(WorklistDetail { item, history }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_named_in_an_address() {
        let key = key_of("12990121SYN0010100~0f~ID001").expect("a key");
        assert_eq!(id_of(&key), "12990121SYN0010100~0f~ID001");
        assert!(key_of("ID001").is_none());
    }
}
