//! Assessments: set up and run, looked at down to the record, objected to, changed, published; and the index.

mod documents;
mod entries;
mod events;
mod evidence;
mod index;
mod inputs;
mod item;
mod review;
mod runs;
mod schemes;
mod show;
mod wire;

use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::Workspace;
use biaochi_app::assessment::{AssessmentError, RunDetail, detail, judged_together};
use biaochi_domain::Period;
use biaochi_store::{RunState, Scope, StoreError};
use utoipa_axum::router::OpenApiRouter;

use crate::caller::{Caller, View};
use crate::problem::{Code, Problem};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    schemes::routes()
        .merge(runs::routes())
        .merge(show::routes())
        .merge(item::routes())
        .merge(review::routes())
        .merge(documents::routes())
        .merge(inputs::routes())
        .merge(entries::routes())
        .merge(events::routes())
        .merge(evidence::routes())
        .merge(index::routes())
}

impl From<AssessmentError> for Problem {
    fn from(error: AssessmentError) -> Self {
        let code = match &error {
            AssessmentError::Store(StoreError::NotFound { .. }) => Code::NotFound,
            AssessmentError::Store(inner) => return Self::from_store(inner),
            AssessmentError::NotPublished { .. } => Code::Forbidden,
            AssessmentError::NoObjection { state: Some(_), .. }
            | AssessmentError::NotComputed { .. }
            | AssessmentError::OtherContent { .. } => Code::Conflict,
            AssessmentError::OutOfRange { .. } => {
                return Self::invalid(
                    "to",
                    biaochi_domain::Localized::text(&error, crate::plans::ZH),
                );
            }
            error if error.is_not_found() => Code::NotFound,
            error if error.is_mistake() => Code::Invalid,
            _ => return Self::internal(&error),
        };
        Self::of(code, &error)
    }
}

/// What the caller may read of assessments, as a whole or by departments; scores are those of institutions.
pub(crate) async fn readable(caller: &Caller) -> Result<View, Problem> {
    let (read, assessments) = (Action::Read, Resource::Assessment);
    caller
        .view(read, assessments, Sensitivity::Aggregate, None)
        .await
}

/// A run as the caller may see it: of the own institutions everything; once it is published, the outcomes of all.
#[derive(Debug)]
struct Seen {
    detail: RunDetail,
    /// The institutions of which everything may be seen.
    own: Scope,
    /// Whether these are all of the run.
    is_whole: bool,
}

/// Reads a run for somebody.
fn seen(workspace: &Workspace, own: &Scope, run_id: &str) -> Result<Seen, Problem> {
    // Whether there is such a run is told to those who have an institution in it only.
    let narrow = detail(workspace, own, run_id)?;
    let all = detail(workspace, &Scope::All, run_id)?;
    let is_whole = all.outcomes.len() == narrow.outcomes.len();
    let is_public = narrow.run.state == RunState::Published;
    let detail = match is_public && !is_whole {
        true => RunDetail {
            outcomes: all.outcomes,
            ..narrow
        },
        false => narrow,
    };
    Ok(Seen {
        detail,
        own: own.clone(),
        is_whole,
    })
}

/// Asks whether the caller may do something with a run as a whole: who assesses reaches all institutions of it, and
/// an institution never decides about itself among others.
async fn over_all(caller: &Caller, action: Action, run_id: &str) -> Result<Scope, Problem> {
    let (assessments, sums) = (Resource::Assessment, Sensitivity::Aggregate);
    let reach = {
        let roles = caller.office().roles();
        caller
            .person()
            .asker
            .reach_for(roles, action, assessments, sums)
    };
    let units = assessed(caller, run_id).await?;
    // The first that is out of reach is asked for, so that the refusal is decided and written down as all are.
    let outside = units.iter().find(|code| !reach.covers(code, None));
    let asked = outside.or_else(|| units.first());
    let asked = asked.map(String::as_str).unwrap_or_default();
    caller
        .may(action, &Object::of(assessments, asked), run_id)
        .await?;
    Ok(Scope::Organisations(units.into_iter().collect()))
}

/// Asks whether the caller may enter or judge what an institution is scored by, before there is a run: who assesses
/// reaches all institutions that are judged together with it, and none of them does it for itself.
async fn judging(
    caller: &Caller,
    action: Action,
    organisation: &str,
    period: Period,
) -> Result<Scope, Problem> {
    let assessments = Resource::Assessment;
    let object = Object::of(assessments, organisation);
    caller.may(action, &object, organisation).await?;
    let reach = {
        let roles = caller.office().roles();
        let asker = &caller.person().asker;
        asker.reach_for(roles, action, assessments, Sensitivity::Aggregate)
    };
    let (workspace, code) = (caller.workspace(), organisation.to_owned());
    let together = caller
        .service()
        .run(move |_| Ok(judged_together(&workspace, &code, period)?));
    let together = together.await?;
    let Some(outside) = together.iter().find(|code| !reach.covers(code, None)) else {
        return Ok(Scope::one(organisation));
    };
    // The refusal is decided and written down as all are; its words are about the other institution.
    let object = Object::of(assessments, outside);
    match caller.may(action, &object, organisation).await {
        Ok(_) => Ok(Scope::one(organisation)),
        Err(_) => Err(Problem::new(
            Code::Forbidden,
            "阶段得分的录入和加扣分、否决事项的认定由考核单位办理：须管得到一起被考核的全部机构，\
             被考核机构不能决定自己的得分",
        )),
    }
}

/// The institutions of a run.
async fn assessed(caller: &Caller, run_id: &str) -> Result<Vec<String>, Problem> {
    let workspace = caller.workspace();
    let run_id = run_id.to_owned();
    let codes = caller.service().run(move |_| {
        let detail = detail(&workspace, &Scope::All, &run_id)?;
        let codes = detail.outcomes.iter().map(|one| one.unit.code.clone());
        Ok(codes.collect::<Vec<String>>())
    });
    codes.await
}
