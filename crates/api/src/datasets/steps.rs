//! Steps on the way to approval, and who may take which.

use std::time::Duration;

use axum::Json;
use biaochi_access::{Action, Decision, Object, Resource, authorize};
use biaochi_app::WhenLocked;
use biaochi_app::datasets::{publish_approved, take_step};
use biaochi_datasets::{Refusal, Step, step};
use biaochi_domain::Localized as _;
use biaochi_store::{Submission, SubmissionKey, SubmissionRevision};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::forms::{FormPath, key_in, view};
use super::problem::refused;
use super::wire::{StepBody, StepChoice, StepResult, ZH};
use super::{may, sets};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// How long an approval waits for its values to be in the tables; then it goes on without the person.
const PATIENCE: Duration = Duration::from_millis(900);

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(step_on))
}

/// What an action with a form is called where permissions are given.
fn action_of(step: Step) -> Action {
    match step {
        Step::Save => Action::Enter,
        Step::Submit | Step::Withdraw => Action::Submit,
        Step::Return | Step::Approve => Action::Approve,
    }
}

/// Hands a form in, takes it back, returns or approves it.
#[utoipa::path(post, path = "/datasets/{id}/forms/{organisation}/{period}/steps", tag = "datasets",
    params(("id" = String, Path, description = "数据集标识"),
        ("organisation" = String, Path, description = "填报单位"), ("period" = String, Path, description = "期间")),
    request_body = StepBody,
    responses((status = 200, body = StepResult), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 409, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
async fn step_on(
    caller: Caller,
    path: FormPath,
    Json(body): Json<StepBody>,
) -> Result<Json<StepResult>, Problem> {
    let step = Step::from_code(&body.step)
        .filter(|step| *step != Step::Save)
        .ok_or_else(|| {
            let message = format!(
                "没有“{}”这个操作，可用的有 submit、withdraw、return、approve",
                body.step
            );
            Problem::invalid("step", message)
        })?;
    let key = key_in(&caller, path).await?;
    let scope = may(&caller, action_of(step), &key).await?;
    let (workspace, actor) = (caller.workspace(), caller.actor().clone());
    let seen = SubmissionRevision {
        key: key.clone(),
        version: body.version,
        revision: body.revision,
    };
    let moved = caller.service().run(move |_| {
        Ok(take_step(
            &workspace,
            &scope,
            &actor,
            seen,
            step,
            &body.comment,
        )?)
    });
    moved.await?;
    let publishing = step == Step::Approve && !publish(&caller).await;
    let form = view(&caller, key).await?;
    Ok(Json(StepResult { form, publishing }))
}

/// Publishes approved values; tells whether that was done while the person waited. An import may be in its way: then it
/// goes on when that has ended, and what fails is made good by the next approval.
async fn publish(caller: &Caller) -> bool {
    let (service, workspace) = (caller.service().clone(), caller.workspace());
    let task = tokio::task::spawn_blocking(move || {
        let published = sets(&service).map_err(|_| "the data sets cannot be read".to_owned());
        let published = published.and_then(|sets| {
            publish_approved(&workspace, &sets, WhenLocked::Wait)
                .map_err(|error| error.text(biaochi_domain::Language::En))
        });
        match published {
            Ok(_) => true,
            Err(error) => {
                tracing::error!(error = %error, "approved values were not published");
                false
            }
        }
    });
    matches!(tokio::time::timeout(PATIENCE, task).await, Ok(Ok(true)))
}

/// What somebody can do with a form now, and why not.
pub(super) fn choices(
    caller: &Caller,
    key: &SubmissionKey,
    submission: Option<&Submission>,
) -> Vec<StepChoice> {
    let person = caller.person();
    let object = Object::of(Resource::DataSet, &key.organisation_code);
    let standing = submission.map(Submission::standing);
    let name = caller.actor().name.as_str();
    let all = Step::ALL.iter().map(|one| {
        let roles = caller.office().roles();
        let decision = authorize(roles, &person.asker, action_of(*one), &object);
        let with_reason = step(standing, *one, name, "x");
        let without = step(standing, *one, name, "");
        let why = match (&decision, &with_reason) {
            (Decision::Denied(refusal), _) => refusal.text(ZH),
            (_, Err(refusal)) => refused(*refusal),
            _ => String::new(),
        };
        StepChoice {
            step: one.code(),
            step_text: one.text(ZH),
            allowed: why.is_empty(),
            why,
            needs_comment: matches!(
                without,
                Err(Refusal::NoComment { .. } | Refusal::Unexplained { .. })
            ),
        }
    });
    all.collect()
}
