//! The ledger of tasks: what organisations have to do, and what people did about it.

mod begin;
mod evidence;
mod list;
mod step;
mod wire;

use biaochi_access::{Action, Object, Permission, Resource, Sensitivity};
use biaochi_store::{Scope, Store, Task, TaskKey};
use utoipa_axum::router::OpenApiRouter;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::service::Service;

pub(crate) use wire::TaskLine;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    list::routes()
        .merge(begin::routes())
        .merge(step::routes())
        .merge(evidence::routes())
}

/// What parts the name of a task in addresses; no code has it.
const BETWEEN: char = '~';

/// The name of a task in addresses: `机构~方案~编号`, parts of a task behind another sign.
fn id_of(key: &TaskKey) -> String {
    let task = key.task.replace('/', &BETWEEN.to_string());
    format!(
        "{}{BETWEEN}{}{BETWEEN}{task}",
        key.organisation_code, key.plan
    )
}

/// The task that a name in an address means.
fn key_of(id: &str) -> Result<TaskKey, Problem> {
    let mut parts = id.splitn(3, BETWEEN);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(organisation), Some(plan), Some(task)) if !task.is_empty() => Ok(TaskKey {
            organisation_code: organisation.to_owned(),
            plan: plan.to_owned(),
            task: task.replace(BETWEEN, "/"),
        }),
        _ => Err(Problem::not_found(format!(
            "没有任务“{id}”。请从任务台账里打开"
        ))),
    }
}

/// Asks whether the caller may do something with a task; gives it back as it is.
async fn allowed(caller: &Caller, action: Action, key: &TaskKey) -> Result<Task, Problem> {
    // Whoever may not see it is told no more than that.
    let own = Scope::one(key.organisation_code.as_str());
    let store: &Store = caller.office().store();
    let task = store.task(&own, key).await;
    let department = task.as_ref().map(|task| task.department.clone());
    let department = department.unwrap_or_default();
    let object = Object {
        resource: Resource::Task,
        organisation: Some(&key.organisation_code),
        department: Some(department.as_str()).filter(|department| !department.is_empty()),
        sensitivity: Sensitivity::Aggregate,
    };
    caller.may(action, &object, &key.to_string()).await?;
    task.map_err(|error| match error {
        biaochi_store::StoreError::NotFound { .. } => Problem::not_found(format!(
            "台账里没有任务“{key}”。还没有列入台账的，先从方案列入"
        )),
        other => Problem::from_store(&other),
    })
}

/// Whether the caller may do something with a task, without writing a refusal down.
fn could(caller: &Caller, action: Action, task: &Task) -> bool {
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    let reach = asker.reach_for(roles, action, Resource::Task, Sensitivity::Aggregate);
    let department = Some(task.department.as_str()).filter(|department| !department.is_empty());
    reach.covers(&task.key.organisation_code, department)
}

/// The permission that a step asks for, as people read it.
fn permission(action: Action) -> Permission {
    Permission {
        action: Some(action),
        resource: Some(Resource::Task),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_has_one_name_in_addresses() {
        let key = TaskKey {
            organisation_code: "division:990121".to_owned(),
            plan: "guide".to_owned(),
            task: "R01/2/1".to_owned(),
        };
        let id = id_of(&key);
        assert_eq!(id, "division:990121~guide~R01~2~1");
        assert_eq!(key_of(&id).ok(), Some(key));
        assert!(key_of("guide~R01").is_err());
    }
}
