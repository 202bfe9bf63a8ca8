//! `biaochi unify choose`, `confirm`, `withdraw`, `list`, `history`, `export` and `import`

use std::path::Path;

use biaochi_app::beijing;
use biaochi_app::unify as app;
use biaochi_app::unify::{Draft, ImportSummary};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_app::{Content, Workspace};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Certainty, Choice, ChoiceFilter, ChoiceKey, Review, Scope};
use serde_json::{Value, json};

use super::super::files::{BYTE_ORDER_MARK, into_file};
use super::super::{content, open_workspace};
use super::{failed, hospital, scope};
use crate::arguments::Global;
use crate::arguments::unify::{self as typed, UnifyChoice, UnifyFilter, UnifyStep};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

fn key(choice: &UnifyChoice, workspace: &Workspace) -> Result<ChoiceKey, Failure> {
    Ok(ChoiceKey {
        organisation_code: hospital(choice.organisation.as_ref(), workspace)?,
        system: choice.system.id().to_owned(),
        source_code: choice.code.clone().unwrap_or_default(),
        source_name: choice.name.clone().unwrap_or_default(),
    })
}

fn actor(step: &UnifyStep) -> &str {
    step.actor.as_deref().unwrap_or(SYSTEM_ACTOR)
}

pub(super) fn choose(
    choice: &UnifyChoice,
    (to, certainty): (&str, typed::Certainty),
    step: &UnifyStep,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let key = key(choice, &workspace)?;
    let scope = Scope::one(key.organisation_code.clone());
    let draft = Draft {
        key,
        target: to.to_owned(),
        certainty: match certainty {
            typed::Certainty::Certain => Certainty::Certain,
            typed::Certainty::Likely => Certainty::Likely,
            typed::Certainty::Doubtful => Certainty::Doubtful,
        },
        note: step.note.clone().unwrap_or_default(),
        seen: step.seen,
    };
    let stored = app::choose(&workspace, &content, &scope, actor(step), &draft).map_err(failed)?;
    tell(&[stored], &content, screen)
}

pub(super) fn confirm(
    choice: &UnifyChoice,
    step: &UnifyStep,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    reviewed(choice, step, Review::Confirmed, global, screen)
}

pub(super) fn withdraw(
    choice: &UnifyChoice,
    step: &UnifyStep,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    reviewed(choice, step, Review::Withdrawn, global, screen)
}

fn reviewed(
    choice: &UnifyChoice,
    step: &UnifyStep,
    review: Review,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let key = key(choice, &workspace)?;
    let scope = Scope::one(key.organisation_code.clone());
    let note = step.note.as_deref().unwrap_or("");
    let review = (review, note);
    let stored = app::review(&workspace, &scope, actor(step), &key, step.seen, review);
    let stored = stored.map_err(failed)?;
    tell(&[stored], &content, screen)
}

pub(super) fn list(filter: &UnifyFilter, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let found = found(filter, &workspace)?;
    if found.is_empty() && !screen.json() {
        screen.line(screen.say(
            "没有对照。用 biaochi unify choose 选定，或用 biaochi unify import 导入",
            "no choice yet: make one with `biaochi unify choose` or `biaochi unify import`",
        ))?;
        return Ok(Exit::Done);
    }
    tell(&found, &content, screen)
}

fn found(filter: &UnifyFilter, workspace: &Workspace) -> Result<Vec<Choice>, Failure> {
    let review = filter.review.map(|review| match review {
        typed::Review::Proposed => Review::Proposed,
        typed::Review::Confirmed => Review::Confirmed,
        typed::Review::Withdrawn => Review::Withdrawn,
    });
    let wanted = ChoiceFilter {
        system: filter.system.map(|system| system.id().to_owned()),
        reviews: review.into_iter().collect(),
        ..ChoiceFilter::default()
    };
    let scope = scope(filter.organisation.as_ref());
    Ok(app::choices(workspace, &scope, &wanted)?)
}

pub(super) fn history(choice: &UnifyChoice, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let key = key(choice, &workspace)?;
    let scope = Scope::one(key.organisation_code.clone());
    let versions = app::history(&workspace, &scope, &key)?;
    if versions.is_empty() {
        return Err(Failure::new(
            Exit::NotFound,
            format!("没有对照 {key}。编码和名称须与选定时所写一致，可用 biaochi unify list 查看"),
            format!("there is no choice {key}; `biaochi unify list` shows them as written"),
        ));
    }
    tell(&versions, &content, screen)
}

pub(super) fn export(
    filter: &UnifyFilter,
    output: Option<&Path>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let found = found(filter, &workspace)?;
    let Some(path) = output else {
        screen.raw(|out| app::export(&content, &found, out))?;
        return Ok(Exit::Done);
    };
    into_file(path, |out| {
        let written = std::io::Write::write_all(out, BYTE_ORDER_MARK)
            .and_then(|()| app::export(&content, &found, out));
        written.map_err(|error| Failure::file(path, &error))
    })?;
    let rows = count(found.len() as u64);
    screen.note(&match screen.language() {
        Language::Zh => format!("已写入 {}，{rows} 条", path.display()),
        Language::En => format!("{rows} choices written to {}", path.display()),
    });
    Ok(Exit::Done)
}

pub(super) fn import(
    file: &Path,
    organisation: Option<&str>,
    (as_reviewed, actor): (bool, Option<&str>),
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    let organisation = organisation.or(workspace.config().organisation.as_deref());
    let actor = actor.unwrap_or(SYSTEM_ACTOR);
    let done = app::import(
        &workspace,
        &content,
        actor,
        organisation,
        as_reviewed,
        &bytes,
    )?;
    if screen.json() {
        let faults = done.faults.iter().map(
            |fault| json!({"line": fault.line, "reason": fault.problem.text(screen.language())}),
        );
        screen.value(&json!({
            "rows": done.rows, "added": done.added, "changed": done.changed,
            "reviewed": done.reviewed, "unchanged": done.unchanged,
            "unreviewed": done.unreviewed, "faults": faults.collect::<Vec<_>>(),
        }))?;
    } else {
        told_import(&done, screen)?;
    }
    Ok(if done.faults.is_empty() {
        Exit::Done
    } else {
        Exit::Partial
    })
}

fn told_import(done: &ImportSummary, screen: &Screen) -> Result<(), Failure> {
    let ImportSummary {
        rows,
        added,
        changed,
        reviewed,
        unchanged,
        unreviewed,
        faults,
    } = done;
    let left_out = faults.len();
    screen.line(&match screen.language() {
        Language::Zh => format!(
            "共 {rows} 行：新增 {added}，更改 {changed}，审核状态更新 {reviewed}，已有 {unchanged}，有误未导入 {left_out}"
        ),
        Language::En => format!(
            "{rows} rows: {added} new, {changed} changed, {reviewed} reviewed, {unchanged} as stored, \
             {left_out} left out"
        ),
    })?;
    if *unreviewed > 0 {
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "{unreviewed} 行标为已审核或已撤销，未照此办理：请用 biaochi unify confirm 审核，或加 --as-reviewed 导入"
            ),
            Language::En => format!(
                "{unreviewed} rows say confirmed or withdrawn and were not taken so: \
                 `biaochi unify confirm`, or import with --as-reviewed"
            ),
        })?;
    }
    for fault in faults {
        screen.line(&fault.text(screen.language()))?;
    }
    Ok(())
}

fn tell(choices: &[Choice], content: &Content, screen: &Screen) -> Outcome {
    if screen.json() {
        let values: Vec<Value> = choices.iter().map(value).collect();
        screen.value(&values.into())?;
        return Ok(Exit::Done);
    }
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("机构", "hospital"), left),
        (screen.say("体系", "system"), left),
        (screen.say("原编码", "code"), left),
        (screen.say("原名称", "name"), left),
        (screen.say("医保版编码", "insurance code"), left),
        (screen.say("医保版名称", "its name"), left),
        (screen.say("把握", "certainty"), left),
        (screen.say("审核", "review"), left),
        (screen.say("版本", "version"), right),
        (screen.say("操作人", "by"), left),
        (screen.say("时间", "at"), left),
        (screen.say("备注", "note"), left),
    ];
    let language = screen.language();
    let row = |choice: &Choice| {
        let system = content.codes().system(&choice.key.system);
        let target = system.and_then(|system| system.get(&choice.target_code));
        vec![
            choice.key.organisation_code.clone(),
            choice.key.system.clone(),
            choice.key.source_code.clone(),
            choice.key.source_name.clone(),
            choice.target_code.clone(),
            target
                .and_then(|code| code.name())
                .unwrap_or("—")
                .to_owned(),
            choice.certainty.text(language),
            choice.review.text(language),
            choice.version.to_string(),
            choice.actor.clone(),
            beijing::shown(choice.at),
            choice.note.clone(),
        ]
    };
    let rows: Vec<Vec<String>> = choices.iter().map(row).collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn value(choice: &Choice) -> Value {
    json!({
        "organisation_code": choice.key.organisation_code,
        "system": choice.key.system,
        "source_code": choice.key.source_code,
        "source_name": choice.key.source_name,
        "target_code": choice.target_code,
        "certainty": choice.certainty.code(),
        "review": choice.review.code(),
        "version": choice.version,
        "actor": choice.actor,
        "at": choice.at.to_string(),
        "note": choice.note,
    })
}
