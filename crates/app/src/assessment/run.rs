//! The course of a run: frozen, computed, published, verified.

use std::collections::BTreeMap;

use biaochi_assessment::{
    Adjusted, Adjustment, Assessed, Frozen, Outcome, Scheme, UnitInputs, assess,
};
use biaochi_domain::Period;
use biaochi_store::{
    Actor, AdjustedPart, AssessmentAdjustment, AssessmentRun, AssessmentUnit, Decision, NewRun,
    Objection, RunAction, Scope, Store, StoreError, UnitResult,
};

use super::review::unknown;
use super::{AssessmentError, LoadedAssessment, Subject, Values, canonical, collect};
use crate::worklist::{WorklistError, with_store};
use crate::{Content, Workspace};

/// What is frozen for a run.
pub struct FreezeRequest<'a> {
    /// The scheme.
    pub scheme: &'a str,
    /// The assessed period; without it, the one that the scheme names.
    pub period: Option<Period>,
    /// Values of parameters for this run.
    pub given: &'a BTreeMap<String, String>,
    /// The id of the run; without it, one is made of scheme, period and a number.
    pub run_id: Option<&'a str>,
    /// The institutions.
    pub units: &'a [Assessed],
    /// Where values come from.
    pub values: &'a dyn Values,
}

impl std::fmt::Debug for FreezeRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FreezeRequest")
            .field("scheme", &self.scheme)
            .field("period", &self.period)
            .field("units", &self.units.len())
            .finish_non_exhaustive()
    }
}

/// A run with everything about it that lies in a scope.
#[derive(Debug, Clone, PartialEq)]
pub struct RunDetail {
    /// The run.
    pub run: AssessmentRun,
    /// Outcomes by organisation code; none before they are computed.
    pub outcomes: Vec<Outcome>,
    /// Objections.
    pub objections: Vec<Objection>,
    /// Changes.
    pub adjustments: Vec<AssessmentAdjustment>,
    /// What happened.
    pub history: Vec<RunAction>,
}

/// What computing a run anew shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The run.
    pub run_id: String,
    /// The hash of the inputs is that of the stored ones.
    pub inputs: bool,
    /// The content of the scheme is that of the run.
    pub content: bool,
    /// The stored outcomes have the stored hash.
    pub stored: bool,
    /// The outcomes computed anew have the stored hash; `None` when there are none or the content differs.
    pub computed: Option<bool>,
}

impl Verified {
    /// Whether everything is as it was.
    pub fn holds(&self) -> bool {
        self.inputs && self.content && self.stored && self.computed != Some(false)
    }
}

/// Reads a scheme or index.
fn load(
    content: &Content,
    id: &str,
    given: &BTreeMap<String, String>,
) -> Result<LoadedAssessment, AssessmentError> {
    Ok(content.assessment_library().load(id, given)?)
}

fn as_scheme(loaded: &LoadedAssessment) -> Result<&Scheme, AssessmentError> {
    match &loaded.subject {
        Subject::Scheme(scheme) => Ok(scheme),
        Subject::Index(index) => Err(AssessmentError::NotAScheme {
            id: index.id.clone(),
        }),
    }
}

/// The content that a run was frozen with, as it is now.
pub fn loaded_for(
    content: &Content,
    run: &AssessmentRun,
) -> Result<LoadedAssessment, AssessmentError> {
    load(content, &run.run.scheme_id, &parameters(&run.run)?)
}

fn parameters(run: &NewRun) -> Result<BTreeMap<String, String>, AssessmentError> {
    let unreadable = |source| AssessmentError::Unreadable {
        subject: run.run_id.clone(),
        source,
    };
    serde_json::from_str(&run.parameters).map_err(unreadable)
}

/// Freezes a run: values, entries and events as they are now.
pub fn freeze(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    actor: &Actor,
    request: &FreezeRequest<'_>,
) -> Result<AssessmentRun, AssessmentError> {
    let loaded = load(content, request.scheme, request.given)?;
    let scheme = as_scheme(&loaded)?;
    let period = request.period.or(scheme.period);
    let period = period.ok_or_else(|| AssessmentError::NoPeriod {
        id: scheme.id.clone(),
    })?;
    let text = period.to_string();
    let (entries, events, taken) = with_store(workspace, async |store| {
        let entries = store.assessment_entries(scope, &scheme.id, &text).await?;
        let events = store.assessment_events(scope, Some(&scheme.id)).await?;
        let runs = store.runs(&Scope::All).await?;
        let ids: Vec<String> = runs.into_iter().map(|run| run.run.run_id).collect();
        Ok((entries, events, ids))
    })?;
    let units = collect(
        scheme,
        period,
        request.units,
        request.values,
        &entries,
        &events,
    )?;
    let texts: Vec<(String, String)> = units
        .iter()
        .map(|unit| Ok((unit.unit.code.clone(), canonical::text(unit)?)))
        .collect::<Result<_, AssessmentError>>()?;
    let inputs_hash = hash_of_texts(&texts);
    let new = |run_id: String| -> Result<NewRun, AssessmentError> {
        Ok(NewRun {
            run_id,
            scheme_id: scheme.id.clone(),
            content_hash: scheme.content_hash.clone(),
            period: text.clone(),
            lake_version: request.values.lake_version(),
            parameters: canonical::text(request.given)?,
            inputs_hash: inputs_hash.clone(),
        })
    };
    let store = |run: NewRun| {
        with_store(workspace, async |store| {
            Ok(store.freeze_run(scope, actor, &run, &texts).await?)
        })
    };
    if let Some(id) = request.run_id {
        return Ok(store(new(id.to_owned())?)?);
    }
    let mut taken = taken;
    loop {
        let run = new(free_id(&scheme.id, &text, &taken))?;
        let run_id = run.run_id.clone();
        match store(run) {
            // Somebody froze another run meanwhile: the next number is as good.
            Err(WorklistError::Store(StoreError::Conflict { .. })) => {
                taken.push(run_id);
            }
            done => return Ok(done?),
        }
    }
}

fn hash_of_texts(texts: &[(String, String)]) -> String {
    canonical::hash(
        texts
            .iter()
            .map(|(code, text)| (code.as_str(), text.as_str())),
    )
}

/// The first number that no run of the scheme and period has.
fn free_id(scheme: &str, period: &str, taken: &[String]) -> String {
    let number = (1_u32..).find(|number| {
        let id = format!("{scheme}-{period}-{number}");
        !taken.contains(&id)
    });
    format!("{scheme}-{period}-{}", number.unwrap_or(1))
}

/// Computes a run from what was frozen and what was decided since, and stores the outcomes.
pub fn compute(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    actor: &Actor,
    run_id: &str,
) -> Result<(AssessmentRun, Vec<Outcome>), AssessmentError> {
    let (run, units, adjustments) = all_of(workspace, scope, run_id)?;
    let loaded = loaded_for(content, &run)?;
    if loaded.content_hash() != run.run.content_hash {
        return Err(AssessmentError::OtherContent {
            run_id: run_id.to_owned(),
            scheme: run.run.scheme_id,
            then: run.run.content_hash,
            now: loaded.content_hash().to_owned(),
        });
    }
    let outcomes = outcomes_of(as_scheme(&loaded)?, &run, &units, &adjustments)?;
    let results: Vec<UnitResult> = outcomes.iter().map(result).collect::<Result<_, _>>()?;
    let result_hash = hash_of_results(&results);
    let run = with_store(workspace, async |store| {
        let at = (run_id, run.revision);
        Ok(store
            .store_results(scope, actor, at, &result_hash, &results)
            .await?)
    })?;
    Ok((run, outcomes))
}

/// What is stored of a run; one that is not there is told with those that are.
fn all_of(workspace: &Workspace, scope: &Scope, run_id: &str) -> Result<Stored, AssessmentError> {
    let found = with_store(workspace, async |store| stored(store, scope, run_id).await);
    found.map_err(|error| unknown(workspace, scope, run_id, error.into()))
}

type Stored = (
    AssessmentRun,
    Vec<AssessmentUnit>,
    Vec<AssessmentAdjustment>,
);

async fn stored(store: &Store, scope: &Scope, run_id: &str) -> Result<Stored, WorklistError> {
    let run = store.run(scope, run_id).await?;
    let units = store.run_units(scope, run_id).await?;
    let adjustments = store.adjustments(scope, run_id).await?;
    Ok((run, units, adjustments))
}

/// Outcomes from what is stored.
fn outcomes_of(
    scheme: &Scheme,
    run: &AssessmentRun,
    units: &[AssessmentUnit],
    adjustments: &[AssessmentAdjustment],
) -> Result<Vec<Outcome>, AssessmentError> {
    let period = run.run.period.parse();
    let period = period.map_err(|_| AssessmentError::NoPeriod {
        id: run.run.scheme_id.clone(),
    })?;
    let mut frozen = Frozen {
        period,
        units: Vec::with_capacity(units.len()),
    };
    for unit in units {
        let code = &unit.organisation_code;
        let unreadable = |source| AssessmentError::Unreadable {
            subject: format!("{} {code}", run.run.run_id),
            source,
        };
        let mut inputs: UnitInputs = serde_json::from_str(&unit.inputs).map_err(unreadable)?;
        let own = adjustments.iter().filter(|one| {
            one.decision == Decision::Approved && one.adjustment.organisation_code == *code
        });
        inputs.adjustments.extend(own.map(adjustment));
        frozen.units.push(inputs);
    }
    Ok(assess(scheme, &frozen))
}

fn adjustment(decided: &AssessmentAdjustment) -> Adjustment {
    let one = &decided.adjustment;
    Adjustment {
        number: decided.number,
        phase: one.phase.clone(),
        item: Some(one.item.clone()).filter(|item| !item.is_empty()),
        what: match one.what {
            AdjustedPart::Reading => Adjusted::Reading,
            AdjustedPart::Points => Adjusted::Points,
        },
        to: one.to.normalize(),
        reason: one.reason.clone(),
        decided: decided.decided_by.clone(),
    }
}

fn result(outcome: &Outcome) -> Result<UnitResult, AssessmentError> {
    Ok(UnitResult {
        organisation_code: outcome.unit.code.clone(),
        outcome: canonical::text(outcome)?,
        score: outcome
            .score
            .map(|score| score.to_string())
            .unwrap_or_default(),
        grade: outcome.grade.grade.clone().unwrap_or_default(),
        place: outcome.place.map(u64::from),
    })
}

fn hash_of_results(results: &[UnitResult]) -> String {
    let texts = results.iter();
    canonical::hash(texts.map(|one| (one.organisation_code.as_str(), one.outcome.as_str())))
}

/// Publishes a run whose result has this hash.
pub fn publish(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    run_id: &str,
    words: &str,
) -> Result<AssessmentRun, AssessmentError> {
    let (run, _, _) = all_of(workspace, scope, run_id)?;
    publish_seen(workspace, scope, actor, (run_id, &run.result_hash), words)
}

/// The same for somebody who has seen the result with this hash, and no other.
///
/// # Errors
/// The result is another one now, or something is still open.
pub fn publish_seen(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    (run_id, hash): (&str, &str),
    words: &str,
) -> Result<AssessmentRun, AssessmentError> {
    let published = with_store(workspace, async |store| {
        Ok(store.publish_run(scope, actor, run_id, hash, words).await?)
    });
    published.map_err(|error| unknown(workspace, scope, run_id, error.into()))
}

/// Computes a run anew, changes nothing, and tells whether every byte is the same.
pub fn verify(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    run_id: &str,
) -> Result<Verified, AssessmentError> {
    let (run, units, adjustments) = all_of(workspace, scope, run_id)?;
    let inputs = units.iter();
    let inputs = inputs.map(|unit| (unit.organisation_code.as_str(), unit.inputs.as_str()));
    let stored = units.iter();
    let stored = stored.map(|unit| (unit.organisation_code.as_str(), unit.outcome.as_str()));
    let computed = !run.result_hash.is_empty();
    let mut verified = Verified {
        run_id: run_id.to_owned(),
        inputs: canonical::hash(inputs) == run.run.inputs_hash,
        content: false,
        stored: !computed || canonical::hash(stored) == run.result_hash,
        computed: None,
    };
    let loaded = loaded_for(content, &run)?;
    verified.content = loaded.content_hash() == run.run.content_hash;
    if verified.content && computed {
        let outcomes = outcomes_of(as_scheme(&loaded)?, &run, &units, &adjustments)?;
        let results: Vec<UnitResult> = outcomes.iter().map(result).collect::<Result<_, _>>()?;
        verified.computed = Some(hash_of_results(&results) == run.result_hash);
    }
    Ok(verified)
}

/// The runs that have an institution of the scope, the newest first.
pub fn runs(workspace: &Workspace, scope: &Scope) -> Result<Vec<AssessmentRun>, AssessmentError> {
    Ok(with_store(workspace, async |store| {
        Ok(store.runs(scope).await?)
    })?)
}

/// The newest computed run of a scheme, or the run with this id, among those of a scope.
pub fn newest_of<'a>(runs: &'a [AssessmentRun], scheme_or_run: &str) -> Option<&'a AssessmentRun> {
    let named = runs.iter().find(|run| run.run.run_id == scheme_or_run);
    let computed =
        |run: &&AssessmentRun| run.run.scheme_id == scheme_or_run && !run.result_hash.is_empty();
    named.or_else(|| runs.iter().find(computed))
}

/// The run of the same scheme that was frozen last before one and has a result, among those of a scope.
pub fn previous<'a>(runs: &'a [AssessmentRun], run: &AssessmentRun) -> Option<&'a AssessmentRun> {
    let earlier = runs.iter().filter(|other| {
        other.run.scheme_id == run.run.scheme_id
            && (other.at, &other.run.run_id) < (run.at, &run.run.run_id)
            && !other.result_hash.is_empty()
    });
    earlier.max_by_key(|other| (other.at, &other.run.run_id))
}

/// A run with everything about it that lies in the scope.
pub fn detail(
    workspace: &Workspace,
    scope: &Scope,
    run_id: &str,
) -> Result<RunDetail, AssessmentError> {
    let (run, units, adjustments) = all_of(workspace, scope, run_id)?;
    let (objections, history) = with_store(workspace, async |store| {
        let objections = store.objections(scope, run_id).await?;
        Ok((objections, store.run_history(scope, run_id).await?))
    })?;
    Ok(RunDetail {
        outcomes: outcomes(run_id, &units)?,
        run,
        objections,
        adjustments,
        history,
    })
}

/// Stored outcomes, read back.
pub fn outcomes(run_id: &str, units: &[AssessmentUnit]) -> Result<Vec<Outcome>, AssessmentError> {
    units
        .iter()
        .filter(|unit| !unit.outcome.is_empty())
        .map(|unit| {
            serde_json::from_str(&unit.outcome).map_err(|source| AssessmentError::Unreadable {
                subject: format!("{run_id} {}", unit.organisation_code),
                source,
            })
        })
        .collect()
}
