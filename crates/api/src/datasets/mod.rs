//! Data sets: what is asked, forms and their way to approval, and who owes what.

mod calendar;
mod definition;
mod forms;
mod problem;
mod steps;
mod submissions;
mod upload;
pub(crate) mod wire;

use std::sync::Arc;

use biaochi_access::{Action, Object, Resource};
use biaochi_app::accounts::{day_of, reach_of};
use biaochi_app::datasets::CompiledDataSets;
use biaochi_datasets::DataSet;
use biaochi_domain::{Localized as _, Period};
use biaochi_organisations::Unit;
use biaochi_store::{Scope, SubmissionKey};
use utoipa_axum::router::OpenApiRouter;

use crate::caller::Caller;
use crate::problem::Problem;
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .merge(definition::routes())
        .merge(forms::routes())
        .merge(steps::routes())
        .merge(upload::routes())
        .merge(submissions::routes())
        .merge(calendar::routes())
}

/// What somebody may touch: all that they reach, or what an organisation means – of a division or alliance all of its
/// institutions, and it itself.
pub(crate) async fn scope_of(
    caller: &Caller,
    action: Action,
    resource: Resource,
    organisation: Option<&str>,
) -> Result<Scope, Problem> {
    let object = match organisation {
        Some(code) => Object::of(resource, code),
        None => Object::common(resource),
    };
    let subject = organisation.unwrap_or_default();
    let permitted = caller.may(action, &object, subject).await?;
    let Some(code) = organisation else {
        return Ok(permitted.scope);
    };
    match code.parse::<Unit>() {
        Ok(unit @ (Unit::Division(_) | Unit::Alliance(_))) => {
            let day = day_of(caller.actor().at);
            let reach = reach_of(caller.office(), &unit, day).await?;
            let within = reach
                .organisations
                .into_iter()
                .filter(|code| permitted.scope.allows(code));
            Ok(Scope::Organisations(within.collect()))
        }
        _ => Ok(Scope::one(code)),
    }
}

/// The data sets in force, compiled once.
fn sets(service: &Service) -> Result<Arc<CompiledDataSets>, Problem> {
    Ok(service.content().data_sets()?)
}

/// Asks whether somebody may do something with a form.
async fn may(caller: &Caller, action: Action, key: &SubmissionKey) -> Result<Scope, Problem> {
    let object = Object::of(Resource::DataSet, &key.organisation_code);
    caller.may(action, &object, &key.to_string()).await?;
    Ok(Scope::one(key.organisation_code.as_str()))
}

/// The key of a form that is named in a path.
fn key_of(set: &DataSet, organisation: &str, period: &str) -> Result<SubmissionKey, Problem> {
    Ok(SubmissionKey {
        organisation_code: organisation.to_owned(),
        dataset: set.id.clone(),
        period: period_of(set, period)?,
    })
}

fn period_of(set: &DataSet, text: &str) -> Result<Period, Problem> {
    set.period(text)
        .map_err(|problem| Problem::invalid("period", problem.text(wire::ZH)))
}
