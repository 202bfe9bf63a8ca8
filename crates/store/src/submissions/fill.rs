//! Filling in and taking steps.

use biaochi_datasets::{State, Step, step};
use jiff::Timestamp;
use sqlx::AnyConnection;

use super::rows::ACTIVITY;
use super::submission::{
    ContentRow, Submission, SubmissionFinding, SubmissionKey, SubmissionRevision, SubmissionStep,
};
use super::write::{Change, load, write};
use crate::audit::steps;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::scope::{Actor, Scope, to_the_microsecond};
use crate::value::free_text;

/// What somebody filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    /// Whose, of what, for when.
    pub key: SubmissionKey,
    /// Version and revision that the person saw; without it, whatever is newest is replaced.
    pub seen: Option<(u64, u64)>,
    /// Hash of the definition that it was checked against.
    pub definition_hash: String,
    /// The rows.
    pub content: Vec<ContentRow>,
    /// What is wrong with them.
    pub findings: Vec<SubmissionFinding>,
    /// The file that it was read from.
    pub origin: String,
    /// When it was handed in elsewhere; only [`Store::record_approved`] looks at it.
    pub handed_in: Option<Timestamp>,
    /// Why approved values are filled in again, or an explanation of what is to be looked at.
    pub comment: String,
}

/// What became of fillings that were recorded as approved.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Recorded {
    /// Those that count now.
    pub approved: Vec<Submission>,
    /// Those with faults, which stay as drafts.
    pub drafts: Vec<Submission>,
    /// Those that say what is approved already.
    pub unchanged: u64,
}

impl Store {
    /// Stores what was filled in, all or none, as drafts; approved values are kept and a new version
    /// begins. Gives the drafts in the order of the fillings.
    ///
    /// # Errors
    /// [`StoreError::Refused`] while one waits for approval, [`StoreError::Conflict`] when somebody was
    /// faster, [`StoreError::Invalid`], [`StoreError::OutOfScope`].
    pub async fn fill(
        &self,
        scope: &Scope,
        actor: &Actor,
        fillings: &[Filling],
    ) -> Result<Vec<Submission>> {
        let actor = actor.checked()?;
        let keys = checked(scope, fillings)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let current = load(&mut transaction, &keys).await?;
        let mut changes = Vec::with_capacity(fillings.len());
        for (filling, key) in fillings.iter().zip(&keys) {
            let mut change = Change::of(current.get(key).cloned());
            fill(&mut change, &actor, key, filling)?;
            changes.push(change);
        }
        self.settle(transaction, &actor, changes).await
    }

    /// Takes the same step with several submissions, as they were seen, with all or with none.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the step is not possible, [`StoreError::Conflict`],
    /// [`StoreError::NotFound`], [`StoreError::OutOfScope`].
    pub async fn advance(
        &self,
        scope: &Scope,
        actor: &Actor,
        seen: &[SubmissionRevision],
        step: Step,
        comment: &str,
    ) -> Result<Vec<Submission>> {
        let actor = actor.checked()?;
        let mut keys = Vec::with_capacity(seen.len());
        for one in seen {
            scope.require(&one.key.organisation_code)?;
            keys.push(one.key.clean()?);
        }
        let mut transaction = self.begin(ACTIVITY).await?;
        let current = load(&mut transaction, &keys).await?;
        let mut changes = Vec::with_capacity(seen.len());
        for (seen, key) in seen.iter().zip(&keys) {
            let found = current
                .get(key)
                .cloned()
                .ok_or_else(|| StoreError::NotFound {
                    subject: key.to_string(),
                })?;
            unmoved(&found, Some((seen.version, seen.revision)))?;
            let mut change = Change::of(Some(found));
            advance(&mut change, &actor, key, step, comment)?;
            changes.push(change);
        }
        self.settle(transaction, &actor, changes).await
    }

    /// Stores fillings that were approved elsewhere, all or none: filled in and handed in by one person,
    /// approved by another. Those with faults stay as drafts; those that say what is approved already
    /// change nothing; one that waits for approval is replaced.
    ///
    /// # Errors
    /// As [`Store::fill`].
    pub async fn record_approved(
        &self,
        scope: &Scope,
        filler: &Actor,
        approver: &Actor,
        fillings: &[Filling],
    ) -> Result<Recorded> {
        let (filler, approver) = (filler.checked()?, approver.checked()?);
        let keys = checked(scope, fillings)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let current = load(&mut transaction, &keys).await?;
        let (mut changes, mut recorded) = (Vec::new(), Recorded::default());
        for (filling, key) in fillings.iter().zip(&keys) {
            let found = current.get(key).cloned();
            let same = found.as_ref().is_some_and(|found| {
                found.state == State::Approved && found.content == filling.content
            });
            if same {
                recorded.unchanged += 1;
                continue;
            }
            // What was handed in elsewhere keeps its day.
            let filler = &Actor {
                name: filler.name.clone(),
                at: filling.handed_in.map_or(filler.at, to_the_microsecond),
            };
            let waits = found
                .as_ref()
                .is_some_and(|found| found.state == State::Submitted);
            let mut change = Change::of(found);
            if waits {
                advance(&mut change, &approver, key, Step::Return, &filling.comment)?;
            }
            fill(&mut change, filler, key, filling)?;
            let faults = change.now()?.faults();
            if faults.0 == 0 && (faults.1 == 0 || !filling.comment.trim().is_empty()) {
                advance(&mut change, filler, key, Step::Submit, &filling.comment)?;
                advance(&mut change, &approver, key, Step::Approve, "")?;
            }
            changes.push(change);
        }
        for submission in self.settle(transaction, &approver, changes).await? {
            match submission.state {
                State::Approved => recorded.approved.push(submission),
                _ => recorded.drafts.push(submission),
            }
        }
        Ok(recorded)
    }
}

/// The keys of fillings, if all of them may be stored.
fn checked(scope: &Scope, fillings: &[Filling]) -> Result<Vec<SubmissionKey>> {
    let mut keys = Vec::with_capacity(fillings.len());
    for filling in fillings {
        scope.require(&filling.key.organisation_code)?;
        let key = filling.key.clean()?;
        keys.push(key);
    }
    let mut sorted: Vec<&SubmissionKey> = keys.iter().collect();
    sorted.sort();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(StoreError::RepeatedSubmission {
            subject: pair[0].to_string(),
        }),
        None => Ok(keys),
    }
}

impl Store {
    /// Writes changes and what the audit trail says of them, and commits.
    async fn settle(
        &self,
        mut transaction: sqlx::Transaction<'static, sqlx::Any>,
        actor: &Actor,
        changes: Vec<Change>,
    ) -> Result<Vec<Submission>> {
        let mut entries = Vec::new();
        for change in &changes {
            let Some(current) = &change.current else {
                continue;
            };
            let key = &current.key;
            let told = change.steps.iter();
            entries.extend(told.filter_map(|step| steps::submission_step(key, step)));
        }
        let connection: &mut AnyConnection = &mut transaction;
        let submissions = write(connection, changes).await?;
        self.finish(transaction, ACTIVITY, actor, &entries).await?;
        Ok(submissions)
    }
}

/// Refuses when somebody else changed it since it was seen.
fn unmoved(found: &Submission, seen: Option<(u64, u64)>) -> Result<()> {
    match seen {
        Some(seen) if seen != (found.version, found.revision) => Err(StoreError::Conflict {
            subject: found.key.to_string(),
            expected: seen.1,
            found: found.revision,
        }),
        _ => Ok(()),
    }
}

fn fill(change: &mut Change, actor: &Actor, key: &SubmissionKey, filling: &Filling) -> Result<()> {
    if let Some(found) = change.found() {
        unmoved(found, filling.seen)?;
    }
    let refused = |refusal| StoreError::Refused {
        subject: key.to_string(),
        refusal,
    };
    let standing = change.current.as_ref().map(Submission::standing);
    let next = step(standing, Step::Save, &actor.name, &filling.comment).map_err(refused)?;
    let before = change
        .current
        .as_ref()
        .filter(|current| current.version == next.version);
    let revision = before.map_or(0, |before| before.revision) + 1;
    let state_before = before.map(|before| before.state);
    let since = before.map_or(actor.at, |before| before.state_since);
    let filled = Submission {
        key: key.clone(),
        version: next.version,
        definition_hash: filling.definition_hash.clone(),
        state: next.state,
        state_since: since,
        content: filling.content.clone(),
        findings: filling.findings.clone(),
        origin: free_text(&filling.origin),
        filler: actor.name.clone(),
        filled_at: actor.at,
        submitter: before
            .map(|before| before.submitter.clone())
            .unwrap_or_default(),
        submitted_at: before.and_then(|before| before.submitted_at),
        comment: free_text(&filling.comment),
        approver: String::new(),
        approved_at: None,
        import_id: String::new(),
        revision,
    };
    change.to(filled, Step::Save, state_before, actor);
    Ok(())
}

fn advance(
    change: &mut Change,
    actor: &Actor,
    key: &SubmissionKey,
    what: Step,
    comment: &str,
) -> Result<()> {
    let current = change.now()?;
    let standing = Some(current.standing());
    let next =
        step(standing, what, &actor.name, comment).map_err(|refusal| StoreError::Refused {
            subject: key.to_string(),
            refusal,
        })?;
    let mut moved = current.clone();
    let before = moved.state;
    moved.state = next.state;
    moved.state_since = actor.at;
    moved.comment = free_text(comment);
    moved.revision += 1;
    match what {
        Step::Submit => {
            moved.submitter.clone_from(&actor.name);
            moved.submitted_at = Some(actor.at);
        }
        Step::Withdraw | Step::Return => moved.submitted_at = None,
        Step::Approve => {
            moved.approver.clone_from(&actor.name);
            moved.approved_at = Some(actor.at);
        }
        Step::Save => {}
    }
    change.to(moved, what, Some(before), actor);
    Ok(())
}

impl Change {
    /// Notes what it becomes by a step.
    fn to(&mut self, next: Submission, step: Step, before: Option<State>, actor: &Actor) {
        self.steps.push(SubmissionStep {
            version: next.version,
            revision: next.revision,
            actor: actor.name.clone(),
            at: actor.at,
            step,
            before,
            after: next.state,
            comment: next.comment.clone(),
            content: match step {
                Step::Submit => next.content.clone(),
                _ => Vec::new(),
            },
        });
        self.current = Some(next);
    }
}
