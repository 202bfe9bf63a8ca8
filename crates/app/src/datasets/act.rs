//! Steps on the way to approval, and looking at submissions.

use biaochi_datasets::{State, Step};
use biaochi_store::{
    Actor, Location, Scope, Submission, SubmissionFilter, SubmissionKey, SubmissionPage,
    SubmissionRevision, SubmissionStep,
};
use biaochi_warehouse::WhenLocked;

use super::import::with_store;
use super::{CompiledDataSets, DataSetError, Published, publish_approved};
use crate::Workspace;

/// What a step came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acted {
    /// The submissions afterwards.
    pub submissions: Vec<Submission>,
    /// The publication of the values, after an approval.
    pub published: Option<Published>,
}

/// Takes a step with all submissions that a filter means, with all or with none; an approval publishes
/// their values.
///
/// # Errors
/// [`DataSetError::Nothing`] when nothing is meant, and what the step is refused for.
#[expect(
    clippy::too_many_arguments,
    reason = "who does what with which, as the person says it"
)]
pub fn act(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    scope: &Scope,
    actor: &str,
    filter: &SubmissionFilter,
    step: Step,
    comment: &str,
    when_locked: WhenLocked,
) -> Result<Acted, DataSetError> {
    let submissions = with_store(workspace, async |store| {
        let found = store.submissions(scope, filter).await?;
        if found.is_empty() {
            let subject = filter.datasets.join("、");
            return Err(DataSetError::Nothing { subject });
        }
        // Of one submission its state is told; of many those in the fitting state are meant.
        let many = found.len() > 1;
        let meant = found.iter().filter(|one| !many || fits(step, one.state));
        let seen: Vec<SubmissionRevision> = meant.map(Submission::seen).collect();
        Ok(store
            .advance(scope, &Actor::now(actor), &seen, step, comment)
            .await?)
    })?;
    let published = match step {
        Step::Approve => publish_approved(workspace, sets, when_locked)?,
        _ => None,
    };
    Ok(Acted {
        submissions,
        published,
    })
}

fn fits(step: Step, state: State) -> bool {
    match step {
        Step::Submit => matches!(state, State::Draft | State::Returned),
        Step::Withdraw | Step::Return | Step::Approve => state == State::Submitted,
        Step::Save => true,
    }
}

/// The newest versions that a filter means. A workspace that never stored anything gets no store by asking.
pub fn submissions(
    workspace: &Workspace,
    scope: &Scope,
    filter: &SubmissionFilter,
) -> Result<Vec<Submission>, DataSetError> {
    if nothing_stored(workspace) {
        return Ok(Vec::new());
    }
    with_store(workspace, async |store| {
        Ok(store.submissions(scope, filter).await?)
    })
}

/// A page of the newest versions that a filter means, the latest periods first, behind a key if one is given.
pub fn submission_page(
    workspace: &Workspace,
    scope: &Scope,
    filter: &SubmissionFilter,
    behind: Option<&SubmissionKey>,
    limit: u32,
) -> Result<SubmissionPage, DataSetError> {
    if nothing_stored(workspace) {
        return Ok(SubmissionPage::default());
    }
    with_store(workspace, async |store| {
        Ok(store.submission_page(scope, filter, behind, limit).await?)
    })
}

pub(super) fn nothing_stored(workspace: &Workspace) -> bool {
    matches!(workspace.store_location(), Location::File(file) if !file.exists())
}

/// The newest version of a submission.
pub fn submission(
    workspace: &Workspace,
    scope: &Scope,
    key: &SubmissionKey,
) -> Result<Submission, DataSetError> {
    versions(workspace, scope, key)?
        .pop()
        .ok_or_else(|| DataSetError::Nothing {
            subject: key.to_string(),
        })
}

/// Every version of a submission, oldest first.
pub fn versions(
    workspace: &Workspace,
    scope: &Scope,
    key: &SubmissionKey,
) -> Result<Vec<Submission>, DataSetError> {
    if nothing_stored(workspace) {
        return Ok(Vec::new());
    }
    with_store(workspace, async |store| {
        Ok(store.submission_versions(scope, key).await?)
    })
}

/// What happened to a submission, oldest first.
pub fn history(
    workspace: &Workspace,
    scope: &Scope,
    key: &SubmissionKey,
) -> Result<Vec<SubmissionStep>, DataSetError> {
    if nothing_stored(workspace) {
        return Ok(Vec::new());
    }
    with_store(workspace, async |store| {
        Ok(store.submission_history(scope, key).await?)
    })
}
