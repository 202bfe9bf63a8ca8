//! `biaochi dataset import`

use std::path::{Path, PathBuf};

use biaochi_app::WhenLocked;
use biaochi_app::Workspace;
use biaochi_app::datasets::{self as app, CompiledDataSets, ImportRequest, ImportedFile};
use biaochi_domain::Language;
use biaochi_store::Submission;
use serde_json::json;

use super::{failed, finding, opened, scope, value};
use crate::arguments::Global;
use crate::arguments::dataset::{DatasetStep, Whose};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, count};

/// What was typed.
pub(super) struct Request<'a> {
    pub(super) files: &'a [PathBuf],
    pub(super) dataset: Option<&'a str>,
    pub(super) whose: &'a Whose,
    pub(super) approved_by: Option<&'a str>,
    pub(super) step: &'a DatasetStep,
}

/// Findings that are shown of one submission; the rest is counted.
const SHOWN: usize = 20;

pub(super) fn run(request: &Request<'_>, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, sets) = opened(global)?;
    let mut bytes = Vec::with_capacity(request.files.len());
    for file in request.files {
        bytes.push(read(file)?);
    }
    let asked = ImportRequest {
        dataset: request.dataset,
        organisation: request.whose.organisation.as_deref(),
        period: request.whose.period.as_deref(),
        comment: request.step.comment.as_deref().unwrap_or_default(),
    };
    let files: Vec<ImportedFile<'_>> = bytes
        .iter()
        .map(|(name, bytes)| ImportedFile { name, bytes })
        .collect();
    match request.approved_by {
        Some(approver) => {
            let persons = (request.step.writer.actor(), approver);
            let locked = request.step.writer.when_locked();
            approved(&workspace, &sets, persons, &asked, &files, locked, screen)
        }
        None => drafts(&workspace, &sets, request, &asked, &files, screen),
    }
}

fn read(file: &Path) -> Result<(String, Vec<u8>), Failure> {
    let bytes = std::fs::read(file).map_err(|error| Failure::file(file, &error))?;
    Ok((ImportedFile::name_of(file), bytes))
}

fn drafts(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    request: &Request<'_>,
    asked: &ImportRequest<'_>,
    files: &[ImportedFile<'_>],
    screen: &Screen,
) -> Outcome {
    let scope = scope(asked.organisation);
    let mut all = Vec::new();
    for file in files {
        let imported = app::import(
            workspace,
            sets,
            &scope,
            request.step.writer.actor(),
            asked,
            file,
        );
        all.extend(imported.map_err(failed)?.drafts);
    }
    let faulty = all.iter().any(|draft| draft.faults().0 > 0);
    if screen.json() {
        screen.value(&json!(all.iter().map(value).collect::<Vec<_>>()))?;
    } else {
        // Of many, those that need somebody.
        let many = all.len() > SHOWN;
        let of_interest = all.iter().filter(|draft| !many || draft.faults() != (0, 0));
        for draft in of_interest.take(SHOWN) {
            tell(draft, screen)?;
        }
        if many {
            screen.line(&total(&all, screen.language()))?;
        }
    }
    Ok(if faulty { Exit::Partial } else { Exit::Done })
}

/// How many of many drafts need what.
fn total(all: &[Submission], language: Language) -> String {
    let number = |of: fn((u64, u64)) -> bool| {
        let found = all.iter().filter(|draft| of(draft.faults()));
        count(found.count() as u64)
    };
    let drafts = count(all.len() as u64);
    let good = number(|faults| faults == (0, 0));
    let (wrong, unsure) = (
        number(|faults| faults.0 > 0),
        number(|faults| faults.0 == 0 && faults.1 > 0),
    );
    match language {
        Language::Zh => format!(
            "共 {drafts} 份草稿：{good} 份没有问题，{unsure} 份需要核实，{wrong} 份有错误；全部见 --json 或 biaochi dataset show"
        ),
        Language::En => format!(
            "{drafts} drafts: {good} without faults, {unsure} to be explained, {wrong} with errors; all of them: --json"
        ),
    }
}

/// What became of a form, with what is wrong with it.
fn tell(draft: &Submission, screen: &Screen) -> Result<(), Failure> {
    let key = &draft.key;
    let (errors, warnings) = draft.faults();
    let (organisation, dataset, period) = (&key.organisation_code, &key.dataset, key.period);
    let version = draft.version;
    screen.line(&match screen.language() {
        Language::Zh => {
            let state = match (errors, warnings) {
                (0, 0) => "没有问题，可以提交".to_owned(),
                (0, warnings) => format!("{warnings} 处需要核实，说明后可以提交"),
                (errors, 0) => format!("{errors} 处错误，改正后才能提交"),
                (errors, warnings) => {
                    format!("{errors} 处错误、{warnings} 处需要核实，改正后才能提交")
                }
            };
            format!("{organisation} {dataset} {period} 第 {version} 版草稿：{state}")
        }
        Language::En => format!(
            "{organisation} {dataset} {period} version {version}: a draft with {errors} errors, {warnings} warnings"
        ),
    })?;
    for one in draft.findings.iter().take(SHOWN) {
        screen.line(&finding(one, screen))?;
    }
    if let Some(more) = draft.findings.len().checked_sub(SHOWN + 1) {
        let more = more + 1;
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "  还有 {more} 处，见 biaochi dataset show {dataset} --organisation {organisation} --period {period}"
            ),
            Language::En => format!("  {more} more"),
        })?;
    }
    Ok(())
}

fn approved(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    persons: (&str, &str),
    asked: &ImportRequest<'_>,
    files: &[ImportedFile<'_>],
    locked: WhenLocked,
    screen: &Screen,
) -> Outcome {
    let done = app::import_approved(workspace, sets, persons, asked, files, locked);
    let done = done.map_err(failed)?;
    if screen.json() {
        screen.value(&json!({
            "approved": done.approved,
            "unchanged": done.unchanged,
            "drafts": done.drafts.iter().map(value).collect::<Vec<_>>(),
            "version": done.published.as_ref().map(|published| published.version),
        }))?;
    } else {
        let (new, same) = (count(done.approved), count(done.unchanged));
        let left = count(done.drafts.len() as u64);
        screen.line(&match screen.language() {
            Language::Zh => {
                format!("{new} 份生效，{same} 份与已审核的相同，{left} 份有问题、留作草稿")
            }
            Language::En => format!("{new} approved, {same} unchanged, {left} drafts with faults"),
        })?;
        for draft in done.drafts.iter().take(SHOWN) {
            tell(draft, screen)?;
        }
    }
    Ok(if done.drafts.is_empty() {
        Exit::Done
    } else {
        Exit::Partial
    })
}
