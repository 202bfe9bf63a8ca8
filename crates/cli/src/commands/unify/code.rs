//! `biaochi unify code`

use biaochi_app::unify::{SYSTEMS, Told, ask, choices};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{Choice, ChoiceFilter, Scope};
use biaochi_terminology::unify::{Candidate, Question, Source, Verdict};
use serde_json::{Value, json};

use super::super::{content, open_workspace, workspace_folder};
use crate::arguments::Global;
use crate::arguments::unify::UnifyCode;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn run(command: &UnifyCode, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let remembered = remembered(command, global)?;
    let (code, name) = (
        command.code.as_deref().unwrap_or(""),
        command.name.as_deref().unwrap_or(""),
    );
    let source = if command.clinical {
        Source::Clinical
    } else {
        Source::Unstated
    };
    let question = Question {
        limit: command.limit,
        ..Question::of(code, name).from(source)
    };
    let question = if command.back {
        question.back()
    } else {
        question
    };
    let told = match command.system {
        Some(system) => ask(&content, &remembered, &[system.id()], &question)?,
        None => ask(&content, &remembered, &SYSTEMS, &question)?,
    };
    let told = worth_showing(told);
    if screen.json() {
        let values: Vec<Value> = told
            .iter()
            .map(|told| value(told, screen.language()))
            .collect();
        screen.value(&values.into())?;
    } else {
        for told in &told {
            show(told, screen)?;
        }
    }
    if told.is_empty() {
        let asked = [code, name].map(str::trim).join(" ");
        let asked = asked.trim();
        return Err(Failure::new(
            Exit::NotFound,
            format!(
                "“{asked}”没有对应的编码，名称相近的也没有。可用 biaochi codes 查找，再用 biaochi unify choose 选定"
            ),
            format!(
                "nothing corresponds to {asked:?}, nor is any name alike: look with `biaochi codes`, \
                 then choose with `biaochi unify choose`"
            ),
        ));
    }
    Ok(Exit::Done)
}

/// The choices of the hospital that is meant, if there is a workspace.
fn remembered(command: &UnifyCode, global: &Global) -> Result<Vec<Choice>, Failure> {
    let folder = workspace_folder(global);
    let has_workspace = folder.join(biaochi_app::workspace::CONFIG_FILE).exists();
    if !has_workspace && command.organisation.is_none() && global.workspace.is_none() {
        return Ok(Vec::new());
    }
    let workspace = open_workspace(global)?;
    let configured = workspace.config().organisation.as_ref();
    let Some(organisation) = command.organisation.as_ref().or(configured) else {
        return Ok(Vec::new());
    };
    let scope = Scope::one(organisation.clone());
    Ok(choices(&workspace, &scope, &ChoiceFilter::default())?)
}

/// What was asked belongs to one system as a rule: when one is certain, the other is not shown.
fn worth_showing(mut told: Vec<Told>) -> Vec<Told> {
    told.retain(|told| told.answer.verdict != Verdict::None);
    let certain = |told: &Told| told.answer.verdict != Verdict::Suggested;
    if told.iter().any(certain) {
        told.retain(certain);
    }
    told
}

fn show(told: &Told, screen: &Screen) -> Result<(), Failure> {
    let language = screen.language();
    let answer = &told.answer;
    let title = match language {
        Language::Zh => told.title.as_str(),
        Language::En => told.system.as_str(),
    };
    screen.line(&format!("{title}  {}", answer.verdict.text(language)))?;
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("编码", "code"), left),
        (screen.say("名称", "name"), left),
        (screen.say("关系", "relation"), left),
        (screen.say("依据", "by"), left),
        (screen.say("名称相似度", "likeness"), right),
        (screen.say("注意", "mind"), left),
    ];
    let rows: Vec<Vec<String>> = answer
        .candidates
        .iter()
        .map(|candidate| row(candidate, screen))
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    for remark in &answer.remarks {
        screen.line(&format!(
            "{}{}",
            screen.say("注：", "note: "),
            remark.text(language)
        ))?;
    }
    Ok(())
}

fn row(candidate: &Candidate, screen: &Screen) -> Vec<String> {
    let language = screen.language();
    let mut mind = Vec::new();
    if candidate.grey {
        mind.push(screen.say("灰码", "grey").to_owned());
    }
    if let Some((asked, own)) = &candidate.opposed {
        mind.push(match language {
            Language::Zh => format!("用词不同：{asked}／{own}"),
            Language::En => format!("words differ: {asked} / {own}"),
        });
    }
    vec![
        candidate.code.to_string(),
        candidate.name.as_deref().unwrap_or("—").to_owned(),
        candidate.relation.text(language),
        candidate.means.text(language),
        candidate
            .score
            .map_or_else(String::new, |score| score.to_string()),
        mind.join(screen.say("；", "; ")),
    ]
}

fn value(told: &Told, language: Language) -> Value {
    let answer = &told.answer;
    let candidates: Vec<Value> = answer.candidates.iter().map(candidate_value).collect();
    let remarks = answer
        .remarks
        .iter()
        .map(|remark| json!({"id": remark.id(), "text": remark.text(language)}));
    json!({
        "system": told.system,
        "verdict": answer.verdict.code(),
        "decided": answer.decided().map(|candidate| candidate.code.as_str()),
        "candidates": candidates,
        "remarks": remarks.collect::<Vec<_>>(),
    })
}

/// A candidate for programs.
pub(super) fn candidate_value(candidate: &Candidate) -> Value {
    json!({
        "code": candidate.code.as_str(),
        "name": candidate.name.as_deref(),
        "relation": candidate.relation.code(),
        "means": candidate.means.code(),
        "score": candidate.score.map(|score| score.to_string()),
        "grey": candidate.grey,
        "opposed": candidate.opposed.as_ref().map(|(asked, own)| [asked, own]),
    })
}
