//! What somebody may change, where the thing to be changed is found by its scope first.

use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_store::Scope;

use crate::caller::Caller;
use crate::problem::Problem;

/// The organisations for which the caller may do this at all, refused – and written down – when there are none. What is
/// then looked for within this scope is not there for whoever may not touch it.
pub(crate) async fn scope_for(
    caller: &Caller,
    action: Action,
    resource: Resource,
    subject: &str,
) -> Result<Scope, Problem> {
    let sensitivity = Sensitivity::Aggregate;
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    let reach = asker.reach_for(roles, action, resource, sensitivity);
    let first = match reach.all {
        true => None,
        false => reach.organisations.first().map(String::as_str),
    };
    let object = Object {
        resource,
        organisation: first,
        department: None,
        sensitivity,
    };
    Ok(caller.may(action, &object, subject).await?.scope)
}
