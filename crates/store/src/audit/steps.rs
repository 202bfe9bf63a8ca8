//! What the trail says of the steps that people take with tasks, submissions, the worklist, records and assessments.
//! Their own histories say more; here stands who did what, to which one, from where, and why.

use biaochi_access::Resource;
use biaochi_datasets::Step as SubmissionMove;
use biaochi_domain::Language;

use super::entry::{AuditAction, NewAuditEntry};
use crate::assessment::{AssessmentEntry, AssessmentEvent, RunActionKind};
use crate::code_choices::Choice;
use crate::corrections::Correction;
use crate::submissions::{SubmissionKey, SubmissionStep};
use crate::tasks::{Task, TaskRevision, TaskStep};
use crate::worklist::{Item, ItemRevision, Step};

/// A state and a revision, as both sides of a change are told.
fn stand(state: &str, revision: u64) -> String {
    format!("{state} #{revision}")
}

/// A task that was taken up.
pub(crate) fn task_taken_up(task: &Task) -> NewAuditEntry {
    NewAuditEntry::done(AuditAction::TaskStep, Resource::Task, task.key.to_string())
        .of(&task.key.organisation_code)
        .change("", stand(task.state.code(), task.revision))
}

/// A step with a task that was seen so, and is so now.
pub(crate) fn task_step(seen: &TaskRevision, step: &TaskStep, now: &Task) -> NewAuditEntry {
    let reason = match step {
        TaskStep::Report { text, .. }
        | TaskStep::Submit { text, .. }
        | TaskStep::Reply { text, .. }
        | TaskStep::Accept { text }
        | TaskStep::Note { text } => text.as_str(),
        TaskStep::Supervise { reason, .. }
        | TaskStep::Correct { reason, .. }
        | TaskStep::Postpone { reason, .. } => reason.as_str(),
        _ => "",
    };
    let after = format!("{}: {}", step.name(Language::En), now.key);
    NewAuditEntry::done(AuditAction::TaskStep, Resource::Task, seen.key.to_string())
        .of(&seen.key.organisation_code)
        .change(
            stand("", seen.revision).trim(),
            format!("{after} {}", stand(now.state.code(), now.revision)),
        )
        .because(reason)
}

/// A step on the way to approval; filling in a draft is none.
pub(crate) fn submission_step(key: &SubmissionKey, step: &SubmissionStep) -> Option<NewAuditEntry> {
    if step.step == SubmissionMove::Save {
        return None;
    }
    let before = step.before.map_or("", |state| state.code());
    let subject = format!("{key} v{}", step.version);
    // What was handed in elsewhere is recorded by who approves it, with the name of who did it.
    let after = format!(
        "{}: {} ({})",
        step.step.code(),
        stand(step.after.code(), step.revision),
        step.actor
    );
    Some(
        NewAuditEntry::done(AuditAction::SubmissionStep, Resource::DataSet, subject)
            .of(&key.organisation_code)
            .change(before, after)
            .because(&step.comment),
    )
}

/// A step with an item of the worklist that was seen so, and is so now.
pub(crate) fn worklist_step(seen: &ItemRevision, step: &Step, now: &Item) -> NewAuditEntry {
    let reason = match step {
        Step::Accept { reason } | Step::SendBack { reason } => reason.as_str(),
        Step::Note { text } => text.as_str(),
        Step::Assign { to } => to.as_str(),
        Step::Release => "",
    };
    let after = stand(now.state.code(), now.revision);
    let key = &seen.key;
    NewAuditEntry::done(
        AuditAction::WorklistStep,
        Resource::Worklist,
        key.to_string(),
    )
    .of(&key.organisation_code)
    .change(
        stand("", seen.revision).trim(),
        format!("{}: {after}", step.name(Language::En)),
    )
    .because(reason)
}

/// A record that was corrected: which fields, never what they say.
pub(crate) fn correction(correction: &Correction) -> NewAuditEntry {
    let fields: Vec<&str> = correction
        .changes
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    let version = correction.version;
    NewAuditEntry::done(
        AuditAction::RecordCorrected,
        Resource::FrontPage,
        format!("{}/{}", correction.organisation_code, correction.record_key),
    )
    .of(&correction.organisation_code)
    .change(
        format!("#{}", version.saturating_sub(1)),
        format!("#{version}: {}", fields.join(" ")),
    )
    .because(&correction.reason)
}

/// Organisations that were changed: how many rows came and went.
pub(crate) fn organisations(
    revision: u64,
    (added, removed): (usize, usize),
    note: &str,
) -> NewAuditEntry {
    NewAuditEntry::done(
        AuditAction::OrganisationsChanged,
        Resource::Organisation,
        "organisations",
    )
    .change(
        format!("#{}", revision.saturating_sub(1)),
        format!("#{revision}: +{added} -{removed}"),
    )
    .because(note)
}

/// A translation of a code that was proposed or reviewed.
pub(crate) fn code_choice(before: Option<&Choice>, choice: &Choice) -> NewAuditEntry {
    let told = |choice: &Choice| {
        let state = stand(choice.review.code(), choice.version);
        format!("{} {state}", choice.target_code)
    };
    NewAuditEntry::done(
        AuditAction::CodeChosen,
        Resource::Content,
        choice.key.to_string(),
    )
    .of(&choice.key.organisation_code)
    .change(before.map(told).unwrap_or_default(), told(choice))
    .because(&choice.note)
}

/// A step with an assessment.
pub(crate) fn run_step(
    run_id: &str,
    revision: u64,
    kind: RunActionKind,
    organisation_code: &str,
    subject: &str,
    note: &str,
) -> NewAuditEntry {
    let after = format!("{}: {subject} #{revision}", kind.code());
    NewAuditEntry::done(AuditAction::AssessmentStep, Resource::Assessment, run_id)
        .of(organisation_code)
        .change("", after)
        .because(note)
}

/// A value that was entered for an assessment.
pub(crate) fn assessment_entry(entry: &AssessmentEntry) -> NewAuditEntry {
    let key = &entry.entry.key;
    let subject = format!(
        "{}/{}/{}/{}/{}",
        key.scheme_id,
        key.period,
        key.kind.code(),
        key.phase,
        key.name
    );
    NewAuditEntry::done(AuditAction::AssessmentStep, Resource::Assessment, subject)
        .of(&key.organisation_code)
        .change(
            format!("#{}", entry.version.saturating_sub(1)),
            format!("#{}: {}", entry.version, entry.entry.value),
        )
        .because(&entry.entry.note)
}

/// An event that was reported or decided.
pub(crate) fn assessment_event(event: &AssessmentEvent) -> NewAuditEntry {
    let reported = &event.event;
    NewAuditEntry::done(
        AuditAction::AssessmentStep,
        Resource::Assessment,
        format!("{}/event/{}", reported.scheme_id, event.number),
    )
    .of(&reported.organisation_code)
    .change(
        format!("#{}", event.version.saturating_sub(1)),
        stand(event.state.code(), event.version),
    )
    .because(&event.note)
}
