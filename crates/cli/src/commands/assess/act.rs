//! `biaochi assess enter`, `object`, `reply`, `adjust`, `decide` and `publish`

use std::collections::BTreeMap;
use std::path::PathBuf;

use biaochi_app::Workspace;
use biaochi_app::assessment::{
    AssessmentError, Subject, decide, enter as store_entries, object, propose, publish, reply,
};
use biaochi_app::evidence::attach;
use biaochi_domain::Localized as _;
use biaochi_store::{
    AdjustedPart, EntryKey, EntryKind, Evidence, NewAdjustment, NewEntry, NewObjection, Scope,
    Verdict,
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{actor, failed, load, pair, period};
use crate::arguments::Global;
use crate::arguments::assess::{Assess, AssessEnter};
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(super) fn enter(command: &AssessEnter, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let loaded = load(&content, &command.scheme, &BTreeMap::new())?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        let id = command.scheme.clone();
        return Err(failed(AssessmentError::NotAScheme { id }));
    };
    let period = period(&command.period)?.to_string();
    let kinds = [
        (EntryKind::Phase, &command.phase),
        (EntryKind::Attribute, &command.attribute),
        (EntryKind::Item, &command.item),
    ];
    let place = [&*command.organisation, &*command.scheme, &*period];
    let files = evidences(&workspace, place, &command.evidence)?;
    let mut entries = Vec::new();
    for (kind, texts) in kinds {
        for text in texts {
            let (name, value) = pair(text)?;
            let (phase, name) = match name.split_once('/') {
                Some((phase, name)) if kind == EntryKind::Item => (phase, name),
                _ => ("", name.as_str()),
            };
            entries.push(NewEntry {
                key: EntryKey {
                    organisation_code: command.organisation.clone(),
                    scheme_id: command.scheme.clone(),
                    period: period.clone(),
                    kind,
                    phase: phase.to_owned(),
                    name: name.to_owned(),
                },
                value,
                evidence: files.clone(),
                note: command.note.clone(),
            });
        }
    }
    if entries.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "没有要录入的内容，请用 --phase、--attribute 或 --item",
            "nothing to enter: use --phase, --attribute or --item",
        ));
    }
    let actor = actor(&command.who);
    let stored = store_entries(&workspace, &Scope::All, &actor, scheme, &entries);
    let stored = stored.map_err(failed)?;
    if screen.json() {
        let values = stored.iter().map(|one| {
            json!({
                "kind": one.entry.key.kind.code(), "phase": one.entry.key.phase,
                "name": one.entry.key.name, "value": one.entry.value, "version": one.version,
            })
        });
        screen.value(&values.collect())?;
    } else {
        for one in &stored {
            let (name, value, version) = (&one.entry.key.name, &one.entry.value, one.version);
            let kind = one.entry.key.kind.text(screen.language());
            let edition = screen.say("版本", "version");
            screen.line(&format!("{kind} {name} = {value}（{edition} {version}）"))?;
        }
    }
    Ok(Exit::Done)
}

/// Takes files into the evidence folder, below whose they are and what they are for.
pub(super) fn evidences(
    workspace: &Workspace,
    place: [&str; 3],
    paths: &[PathBuf],
) -> Result<Vec<Evidence>, Failure> {
    attach(workspace, place, paths).map_err(|error| failed(error.into()))
}

/// A number as it is typed.
fn number(text: &str) -> Result<Decimal, Failure> {
    // What is decided is scored: larger numbers are a slip of the pen.
    let most = Decimal::from(1_000_000_000_000_u64);
    let number: Option<Decimal> = text.parse().ok();
    number.filter(|number| number.abs() <= most).ok_or_else(|| {
        let value = text.to_owned();
        failed(AssessmentError::Beyond { value })
    })
}

/// The steps that an objection or a change takes.
pub(super) fn run(command: &Assess, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let all = &Scope::All;
    let done = match command {
        Assess::Object {
            run,
            organisation,
            phase,
            item,
            claim,
            evidence,
            who,
        } => {
            let objection = NewObjection {
                organisation_code: organisation.clone(),
                phase: phase.clone().unwrap_or_default(),
                item: item.clone().unwrap_or_default(),
                claim: claim.clone(),
                evidence: evidences(&workspace, [organisation, run, "objection"], evidence)?,
            };
            let stored = object(&workspace, all, &actor(who), run, &objection);
            let stored = stored.map_err(failed)?;
            (stored.number, stored.state.text(screen.language()))
        }
        Assess::Reply {
            run,
            number,
            uphold,
            words,
            who,
            ..
        } => {
            let at = (run.as_str(), *number);
            let stored = reply(&workspace, all, &actor(who), at, *uphold, words);
            let stored = stored.map_err(failed)?;
            (stored.number, stored.state.text(screen.language()))
        }
        Assess::Adjust {
            run,
            organisation,
            phase,
            item,
            reading,
            points,
            reason,
            objection,
            who,
        } => {
            let (what, to) = match (reading, points) {
                (Some(reading), _) => (AdjustedPart::Reading, number(reading)?),
                (None, points) => {
                    let points = points.as_deref().unwrap_or_default();
                    (AdjustedPart::Points, number(points)?)
                }
            };
            if what == AdjustedPart::Reading && item.is_none() {
                return Err(Failure::new(
                    Exit::Usage,
                    "改指标值要用 --item 写明项目；改阶段得分请用 --points",
                    "--reading needs --item; a phase's score is changed with --points",
                ));
            }
            let adjustment = NewAdjustment {
                organisation_code: organisation.clone(),
                objection: *objection,
                phase: phase.clone(),
                item: item.clone().unwrap_or_default(),
                what,
                to,
                reason: reason.clone(),
            };
            let content = content(global)?;
            let stored = propose(&workspace, &content, all, &actor(who), run, &adjustment);
            let stored = stored.map_err(failed)?;
            (stored.number, stored.decision.text(screen.language()))
        }
        Assess::Decide {
            run,
            number,
            approve,
            replace,
            words,
            who,
            ..
        } => {
            let verdict = match (*approve, *replace) {
                (true, true) => Verdict::Replace,
                (true, false) => Verdict::Approve,
                (false, _) => Verdict::Refuse,
            };
            let at = (run.as_str(), *number);
            let stored = decide(&workspace, all, &actor(who), at, verdict, words);
            let stored = stored.map_err(failed)?;
            (stored.number, stored.decision.text(screen.language()))
        }
        Assess::Publish { run, words, who } => {
            let published = publish(&workspace, all, &actor(who), run, words).map_err(failed)?;
            (published.revision, published.state.text(screen.language()))
        }
        // The other verbs are told apart above.
        _ => return Ok(Exit::Done),
    };
    let (number, state) = done;
    if screen.json() {
        screen.value(&json!({ "number": number, "state": state }))?;
    } else {
        screen.line(&format!("{number}：{state}"))?;
    }
    Ok(Exit::Done)
}
