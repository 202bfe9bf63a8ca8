//! What people say against a score, and who decides it: objections, replies, changes, decisions.

use biaochi_assessment::Scheme;
use biaochi_store::{
    Actor, AdjustedPart, AssessmentAdjustment, NewAdjustment, NewObjection, Objection,
    ObjectionState, Scope, StoreError, Verdict,
};
use rust_decimal::Decimal;

use super::run::loaded_for;
use super::{AssessmentError, Numbered, Subject, outcomes};
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// Runs and institutions that a message names at most.
const NAMED: usize = 8;

/// Files an objection of an institution.
///
/// # Errors
/// There is no such run or institution, or the run takes none any more.
pub fn object(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    run_id: &str,
    objection: &NewObjection,
) -> Result<Objection, AssessmentError> {
    let stored = with_store(workspace, async |store| {
        Ok(store.object(scope, actor, run_id, objection).await?)
    });
    stored.map_err(|error| unknown(workspace, scope, run_id, error.into()))
}

/// Replies to an objection.
///
/// # Errors
/// There is no such objection, it has a reply, or the same person objected.
pub fn reply(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    (run_id, number): (&str, u64),
    upheld: bool,
    words: &str,
) -> Result<Objection, AssessmentError> {
    let at = (run_id, number);
    let stored = with_store(workspace, async |store| {
        Ok(store.reply(scope, actor, at, upheld, words).await?)
    });
    stored.map_err(|error| numbered(workspace, scope, at, Numbered::Objection, error.into()))
}

/// Proposes a change of a value, an item's points or a phase's score.
///
/// # Errors
/// As [`check_adjustment`], or the run takes none any more.
pub fn propose(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    actor: &Actor,
    run_id: &str,
    adjustment: &NewAdjustment,
) -> Result<AssessmentAdjustment, AssessmentError> {
    check_adjustment(workspace, content, scope, run_id, adjustment)?;
    let stored = with_store(workspace, async |store| {
        Ok(store
            .propose_adjustment(scope, actor, run_id, adjustment)
            .await?)
    });
    stored.map_err(|error| unknown(workspace, scope, run_id, error.into()))
}

/// Decides a change.
///
/// # Errors
/// There is no such change, it was decided, the same person proposed it, or another one of the same subject holds.
pub fn decide(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    (run_id, number): (&str, u64),
    verdict: Verdict,
    words: &str,
) -> Result<AssessmentAdjustment, AssessmentError> {
    let at = (run_id, number);
    let stored = with_store(workspace, async |store| {
        Ok(store
            .decide_adjustment(scope, actor, at, verdict, words)
            .await?)
    });
    stored.map_err(|error| numbered(workspace, scope, at, Numbered::Adjustment, error.into()))
}

/// Refuses a change of a phase or item that the institution was not scored by, points that its rule can never give,
/// and a change that answers an objection which is not there or does not hold.
///
/// # Errors
/// What is wrong with it.
pub fn check_adjustment(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    run_id: &str,
    adjustment: &NewAdjustment,
) -> Result<(), AssessmentError> {
    let code = &adjustment.organisation_code;
    let found = with_store(workspace, async |store| {
        let unit = store.run_unit(scope, run_id, code).await?;
        let run = store.run(scope, run_id).await?;
        Ok((run, unit, store.objections(scope, run_id).await?))
    });
    let (run, unit, objections) =
        found.map_err(|error| unknown(workspace, scope, run_id, error.into()))?;
    if let Some(number) = adjustment.objection {
        let own = objections
            .iter()
            .find(|one| one.number == number && one.objection.organisation_code == *code);
        let state = own.map(|own| own.state);
        if state != Some(ObjectionState::Upheld) {
            return Err(AssessmentError::NoObjection {
                run_id: run_id.to_owned(),
                organisation: code.clone(),
                number,
                state,
            });
        }
    }
    let outcome = outcomes(run_id, &[unit])?.pop();
    let outcome = outcome.ok_or_else(|| AssessmentError::NotComputed {
        run_id: run_id.to_owned(),
    })?;
    let Some(phase) = outcome.phase(&adjustment.phase) else {
        let phases = outcome.parts.iter().flat_map(|part| &part.phases);
        return Err(AssessmentError::NoPhase {
            scheme: run_id.to_owned(),
            phase: adjustment.phase.clone(),
            known: phases.map(|phase| phase.phase.clone()).collect(),
        });
    };
    let items = || phase.sections.iter().flat_map(|section| &section.items);
    let item = items().find(|item| item.item == adjustment.item);
    if !adjustment.item.is_empty() && item.is_none() {
        return Err(AssessmentError::NoItem {
            scheme: run_id.to_owned(),
            organisation: code.clone(),
            item: adjustment.item.clone(),
            known: items().map(|item| item.item.clone()).collect(),
        });
    }
    if adjustment.what != AdjustedPart::Points {
        return Ok(());
    }
    let loaded = loaded_for(content, &run)?;
    let (low, high) = match (item, &loaded.subject) {
        (Some(item), Subject::Scheme(scheme)) => {
            points_range(scheme, &outcome.table, &item.item).unwrap_or((Decimal::ZERO, item.points))
        }
        (Some(item), Subject::Index(_)) => (Decimal::ZERO, item.points),
        (None, _) => (Decimal::ZERO, phase.scale),
    };
    if (low..=high).contains(&adjustment.to) {
        return Ok(());
    }
    let subject = match adjustment.item.as_str() {
        "" => format!("阶段“{}”", adjustment.phase),
        item => format!("项目“{item}”"),
    };
    Err(AssessmentError::OutOfRange {
        subject,
        to: adjustment.to.normalize(),
        low: low.normalize(),
        high: high.normalize(),
    })
}

/// The least and the most points that an item of a table can give.
pub fn points_range(scheme: &Scheme, table: &str, item: &str) -> Option<(Decimal, Decimal)> {
    let table = scheme.table(table)?;
    let item = table.items().find(|one| one.id == item)?;
    Some((item.floor, item.cap.unwrap_or(item.points)))
}

/// Says of a run or institution that the store does not know what there is instead.
pub(super) fn unknown(
    workspace: &Workspace,
    scope: &Scope,
    run_id: &str,
    error: AssessmentError,
) -> AssessmentError {
    let AssessmentError::Store(StoreError::NotFound { subject }) = &error else {
        return error;
    };
    let found = with_store(workspace, async |store| {
        let runs = store.runs(scope).await?;
        Ok((runs, store.run_units(scope, run_id).await?))
    });
    let Ok((runs, units)) = found else {
        return error;
    };
    let ids = runs.iter().map(|run| run.run.run_id.as_str());
    if !ids.clone().any(|id| id == run_id) {
        return AssessmentError::NoRun {
            run_id: run_id.to_owned(),
            known: first(ids),
        };
    }
    match subject.strip_prefix(run_id).map(str::trim) {
        Some(organisation) if !organisation.is_empty() => AssessmentError::NotAssessed {
            run_id: run_id.to_owned(),
            organisation: organisation.to_owned(),
            known: first(units.iter().map(|unit| unit.organisation_code.as_str())),
        },
        _ => error,
    }
}

/// The same where an objection or a change is not there.
fn numbered(
    workspace: &Workspace,
    scope: &Scope,
    (run_id, number): (&str, u64),
    what: Numbered,
    error: AssessmentError,
) -> AssessmentError {
    match unknown(workspace, scope, run_id, error) {
        AssessmentError::NotAssessed { run_id, .. } => AssessmentError::NoNumber {
            run_id,
            what,
            number,
        },
        other => other,
    }
}

/// The first names of a list, and that there are more.
pub(super) fn first<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names = names.map(str::to_owned);
    let mut named: Vec<String> = names.by_ref().take(NAMED).collect();
    let more = names.count();
    if more > 0 {
        named.push(format!("……另有 {more} 个"));
    }
    named
}
