//! What a hospital chose: read, proposed, reviewed.

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::codes::Codes;
use biaochi_store::{
    Actor, Certainty, Choice, ChoiceFilter, ChoiceKey, Location, Proposal, Review, Scope,
    StoreError,
};
use biaochi_terminology::unify::{Choice as Remembered, Means, Question};

use super::{UnifyError, unifier};
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// Codes that are told when the target of a choice is none.
const NEAR: usize = 3;

/// A translation as a person proposes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// What is translated, and for which hospital.
    pub key: ChoiceKey,
    /// The insurance code, however it is written.
    pub target: String,
    /// How sure the person is.
    pub certainty: Certainty,
    /// What else there is to say.
    pub note: String,
    /// The version that the person saw, 0 for none; without it, whichever is the newest.
    pub seen: Option<u64>,
}

/// The newest version of each choice that the filter means, of the hospitals of the scope. A workspace
/// that never stored anything has none, and gets no store by asking.
pub fn choices(
    workspace: &Workspace,
    scope: &Scope,
    filter: &ChoiceFilter,
) -> Result<Vec<Choice>, UnifyError> {
    if nothing_stored(workspace) {
        return Ok(Vec::new());
    }
    Ok(with_store(workspace, async |store| {
        Ok(store.choices(scope, filter).await?)
    })?)
}

/// Whether there is no store yet, so that asking need not make one.
fn nothing_stored(workspace: &Workspace) -> bool {
    matches!(workspace.store_location(), Location::File(file) if !file.exists())
}

/// Every version of a choice, oldest first.
pub fn history(
    workspace: &Workspace,
    scope: &Scope,
    key: &ChoiceKey,
) -> Result<Vec<Choice>, UnifyError> {
    if nothing_stored(workspace) {
        return Ok(Vec::new());
    }
    Ok(with_store(workspace, async |store| {
        Ok(store.choice_history(scope, key).await?)
    })?)
}

/// Stores a translation, to be reviewed by a second person.
pub fn choose(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    actor: &str,
    draft: &Draft,
) -> Result<Choice, UnifyError> {
    let target_code = target(content, &draft.key.system, &draft.target)?;
    let mut proposal = Proposal {
        key: draft.key.clone(),
        based_on: 0,
        target_code,
        certainty: draft.certainty,
        note: draft.note.clone(),
    };
    Ok(with_store(workspace, async |store| {
        proposal.based_on = match draft.seen {
            Some(seen) => seen,
            None => {
                let history = store.choice_history(scope, &draft.key).await?;
                history.last().map_or(0, |choice| choice.version)
            }
        };
        Ok(store.choose(scope, &Actor::now(actor), &proposal).await?)
    })?)
}

/// Confirms or withdraws the newest version of a choice, or the version that was seen. Who confirms
/// is another person than who chose.
pub fn review(
    workspace: &Workspace,
    scope: &Scope,
    actor: &str,
    key: &ChoiceKey,
    seen: Option<u64>,
    (review, note): (Review, &str),
) -> Result<Choice, UnifyError> {
    let history = history(workspace, scope, key)?;
    let Some(newest) = history.last() else {
        let subject = key.to_string();
        return Err(StoreError::NotFound { subject }.into());
    };
    if newest.review == review {
        return Err(UnifyError::Already {
            subject: key.to_string(),
            state: review.text(Language::Zh),
        });
    }
    let proposed = history
        .iter()
        .rfind(|choice| choice.review == Review::Proposed);
    if review == Review::Confirmed && proposed.is_some_and(|choice| choice.actor == actor.trim()) {
        let actor = actor.trim().to_owned();
        return Err(UnifyError::SamePerson { actor });
    }
    // Without a remark of its own, a review keeps that of the choice.
    let note = if note.trim().is_empty() {
        &newest.note
    } else {
        note
    };
    let version = seen.unwrap_or(newest.version);
    Ok(with_store(workspace, async |store| {
        let actor = Actor::now(actor);
        Ok(store
            .review(scope, &actor, key, version, review, note)
            .await?)
    })?)
}

/// The insurance code that a person means, as the edition writes it.
pub(super) fn target(content: &Content, system: &str, code: &str) -> Result<String, UnifyError> {
    let unifier = unifier(content, system, &[])?;
    let answer = unifier.answer(&Question::of(code, ""));
    match answer.candidates.first() {
        Some(first) if first.means == Means::Same => Ok(first.code.to_string()),
        _ => {
            let near = answer.candidates.iter().take(NEAR);
            Err(UnifyError::UnknownTarget {
                system: system.to_owned(),
                code: code.to_owned(),
                near: near.map(|candidate| candidate.code.to_string()).collect(),
            })
        }
    }
}

/// The name of an insurance code, empty when it is not known.
pub(super) fn name_of<'a>(codes: &'a Codes, system: &str, code: &str) -> &'a str {
    let system = codes.system(system);
    let concept = system.and_then(|system| system.get(code));
    concept.and_then(|concept| concept.name()).unwrap_or("")
}

/// A stored choice as the engine knows it; one that was withdrawn is forgotten.
pub(super) fn remembered(choice: &Choice) -> Option<Remembered> {
    (choice.review != Review::Withdrawn).then(|| Remembered {
        code: choice.key.source_code.clone(),
        name: choice.key.source_name.clone(),
        target: choice.target_code.clone(),
        confirmed: choice.review == Review::Confirmed,
        same: choice.certainty == Certainty::Certain,
    })
}
