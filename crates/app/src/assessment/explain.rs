//! The way from a score to its rule, indicator, numbers and records.

use biaochi_assessment::{Cite, Item, ItemScore, Line, Outcome, PhaseScore, Source, scored_lines};
use biaochi_domain::Language;
use biaochi_store::{AssessmentRun, Scope};

use super::review::first;
use super::run::{loaded_for, newest_of, outcomes};
use super::trace::{Trace, Tracer};
use super::{AssessmentError, LoadedAssessment, Subject};
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// How an institution came to its score, or to the points of an item.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The run.
    pub run: AssessmentRun,
    /// The scheme as it is now.
    pub loaded: LoadedAssessment,
    /// The scheme as it is now is that of the run.
    pub same_content: bool,
    /// The outcome.
    pub outcome: Outcome,
    /// The item, when one was asked for: phase by phase.
    pub items: Vec<ItemExplanation>,
    /// Lines for people.
    pub lines: Vec<Line>,
}

/// How an item came to its points in a phase.
#[derive(Debug, Clone)]
pub struct ItemExplanation {
    /// The rule.
    pub item: Item,
    /// Id and period of the phase.
    pub phase: String,
    /// The months that the value is about.
    pub period: String,
    /// The points, with value, numerator and denominator.
    pub score: ItemScore,
    /// Title of the document that the rule is from.
    pub document: String,
    /// Lines for people about this phase.
    pub lines: Vec<Line>,
    /// What the value was made of.
    pub trace: Trace,
}

impl ItemExplanation {
    /// The indicator behind the item, if it has one.
    pub fn indicator(&self) -> Option<&str> {
        match &self.item.source {
            Source::Indicator(id) => Some(id),
            _ => None,
        }
    }
}

/// Explains the score of an institution in the newest computed run of a scheme, or in a run that is named by its
/// id; with an item, the points of that item down to records, submissions and entries.
pub fn explain(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    (scheme_or_run, organisation): (&str, &str),
    item: Option<&str>,
    language: Language,
) -> Result<Option<Explanation>, AssessmentError> {
    let found = with_store(workspace, async |store| {
        let runs = store.runs(scope).await?;
        let Some(run) = newest_of(&runs, scheme_or_run) else {
            return Ok(None);
        };
        let units = store.run_units(scope, &run.run.run_id).await?;
        Ok(Some((run.clone(), units)))
    })?;
    let Some((run, mut units)) = found else {
        return Ok(None);
    };
    let codes = || units.iter().map(|unit| unit.organisation_code.as_str());
    let Some(place) = codes().position(|code| code == organisation) else {
        return Err(AssessmentError::NotAssessed {
            run_id: run.run.run_id.clone(),
            organisation: organisation.to_owned(),
            known: first(codes()),
        });
    };
    let unit = units.swap_remove(place);
    let outcome = outcomes(&run.run.run_id, &[unit])?.pop();
    let outcome = outcome.ok_or_else(|| AssessmentError::NotComputed {
        run_id: run.run.run_id.clone(),
    })?;
    let loaded = loaded_for(content, &run)?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        return Err(AssessmentError::NotAScheme {
            id: loaded.id().to_owned(),
        });
    };
    let (mut items, mut lines) = (Vec::new(), Vec::new());
    match item {
        None => lines = biaochi_assessment::outcome_lines(scheme, &outcome, language),
        Some(id) => {
            let table = scheme.table(&outcome.table);
            let rule = table.and_then(|table| table.items().find(|item| item.id == id));
            let scored: Vec<(&PhaseScore, &ItemScore)> = outcome.items(id).collect();
            let (Some(rule), false) = (rule, scored.is_empty()) else {
                let known = table.map(|table| table.items().map(|item| item.id.clone()).collect());
                return Err(AssessmentError::NoItem {
                    scheme: scheme.id.clone(),
                    organisation: organisation.to_owned(),
                    item: id.to_owned(),
                    known: known.unwrap_or_default(),
                });
            };
            let sources = std::slice::from_ref(&rule.source);
            let of = (workspace, content);
            let tracer = Tracer::open(of, scope, &run, organisation, sources)?;
            for (phase, score) in scored {
                let table = &outcome.table;
                let mut item = ItemExplanation {
                    item: rule.clone(),
                    phase: phase.phase.clone(),
                    period: phase.period.clone(),
                    score: score.clone(),
                    document: document(&loaded, &rule.cite),
                    lines: scored_lines(scheme, table, (phase, score), language),
                    trace: Trace::default(),
                };
                item.trace = tracer.trace(&item)?;
                items.push(item);
            }
            lines.extend(items.iter().flat_map(|item| item.lines.clone()));
        }
    }
    let same_content = loaded.content_hash() == run.run.content_hash;
    Ok(Some(Explanation {
        run,
        same_content,
        outcome,
        items,
        lines,
        loaded,
    }))
}

/// Title of the document that a rule cites.
fn document(loaded: &LoadedAssessment, cite: &Cite) -> String {
    let source = loaded
        .sources
        .iter()
        .find(|source| source.id == cite.source);
    source
        .map(|source| source.title.clone())
        .unwrap_or_default()
}
