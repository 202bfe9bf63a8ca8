//! `biaochi assess`

mod act;
mod events;
mod explain;
mod index;
mod schemes;
mod show;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use biaochi_app::assessment::{
    Assessed, AssessmentError, FirstOf, FreezeRequest, LoadedAssessment, NoValues, Subject, Values,
    compute, freeze, institutions, read_units, read_values,
};
use biaochi_app::{Content, Workspace};
use biaochi_domain::Period;
use biaochi_packs::PackError;
use biaochi_store::{Actor, Scope, StoreError};

pub(super) use explain::explain;

use super::files::into_file;
use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::assess::{Assess, AssessFrom, AssessRun, Who};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Assess, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Assess::Schemes { id: None } => schemes::list(global, screen),
        Assess::Schemes { id: Some(id) } => schemes::show(id, global, screen),
        Assess::Run(run) => begin(run, global, screen),
        Assess::Show { run: None, .. } => show::list(global, screen),
        Assess::Show {
            run: Some(run),
            output,
        } => show::run(run, output.as_deref(), global, screen),
        Assess::Compute { run, who } => again(run, who, global, screen),
        Assess::Enter(entries) => act::enter(entries, global, screen),
        Assess::Events(events) => events::run(events, global, screen),
        Assess::Index(request) => index::run(request, global, screen),
        Assess::Verify { run } => show::verify(run, global, screen),
        act => act::run(act, global, screen),
    }
}

/// Freezes and computes.
fn begin(command: &AssessRun, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let given = settings(&command.from.set)?;
    let period = command.period.as_deref().map(period).transpose()?;
    let loaded = load(&content, &command.scheme, &given)?;
    let period = match (&loaded.subject, period) {
        (_, Some(period)) => Some(period),
        (Subject::Scheme(scheme), None) => scheme.period,
        (Subject::Index(_), None) => None,
    };
    let gathered = gather(&workspace, &command.from, period)?;
    let actor = actor(&command.who);
    let request = FreezeRequest {
        scheme: &command.scheme,
        period,
        given: &given,
        run_id: command.id.as_deref(),
        units: &gathered.units,
        values: &FirstOf(gathered.values.iter().map(AsRef::as_ref).collect()),
    };
    let run = freeze(&workspace, &content, &Scope::All, &actor, &request).map_err(failed)?;
    let run_id = run.run.run_id;
    compute(&workspace, &content, &Scope::All, &actor, &run_id).map_err(failed)?;
    show::run(&run_id, None, global, screen)
}

fn again(run_id: &str, who: &Who, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let actor = actor(who);
    compute(&workspace, &content, &Scope::All, &actor, run_id).map_err(failed)?;
    show::run(run_id, None, global, screen)
}

/// Institutions and values of a run.
struct Gathered {
    units: Vec<Assessed>,
    values: Vec<Box<dyn Values>>,
}

/// What the files name, and behind it what the workspace has.
fn gather(
    workspace: &Workspace,
    from: &AssessFrom,
    period: Option<Period>,
) -> Result<Gathered, Failure> {
    let units = match &from.units {
        Some(path) => read_units(path).map_err(failed)?,
        None => {
            let of = |period| institutions(workspace, &Scope::All, period).map_err(failed);
            period.map(of).transpose()?.unwrap_or_default()
        }
    };
    if units.is_empty() {
        return Err(Failure::new(
            Exit::Usage,
            "工作区在这个时期没有机构。请先用 biaochi org 导入机构，或用 --units 指定名单（CSV，表头：机构代码,机构名称,类别）",
            "the workspace has no institutions in the period; import them with `biaochi org`, or name them with --units (CSV: 机构代码,机构名称,类别)",
        ));
    }
    let mut values: Vec<Box<dyn Values>> = Vec::new();
    if let Some(path) = &from.values {
        values.push(Box::new(read_values(path).map_err(failed)?));
    }
    values.push(Box::new(NoValues));
    Ok(Gathered { units, values })
}

fn load(
    content: &Content,
    id: &str,
    given: &BTreeMap<String, String>,
) -> Result<LoadedAssessment, Failure> {
    let loaded = content.assessment_library().load(id, given);
    loaded.map_err(|error| {
        let exit = match error {
            PackError::Unknown { .. } => Exit::NotFound,
            _ => Exit::Failed,
        };
        Failure::of(exit, &error)
    })
}

/// A failure with the exit code that its kind has.
fn failed(error: AssessmentError) -> Failure {
    let exit = match &error {
        AssessmentError::Pack(PackError::Unknown { .. })
        | AssessmentError::Store(StoreError::NotFound { .. })
        | AssessmentError::NoItem { .. }
        | AssessmentError::NoPhase { .. }
        | AssessmentError::NoEvent { .. } => Exit::NotFound,
        AssessmentError::NoPeriod { .. }
        | AssessmentError::NotAScheme { .. }
        | AssessmentError::NotAnIndex { .. } => Exit::Usage,
        AssessmentError::Store(StoreError::Busy { .. }) => Exit::Busy,
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}

fn actor(who: &Who) -> Actor {
    Actor::now(who.actor.as_str())
}

fn period(text: &str) -> Result<Period, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是时期，应写作 2024、2024Q1、2024H1 或 2024-03"),
            format!("{text:?} is no period; write it as 2024, 2024Q1, 2024H1 or 2024-03"),
        )
    })
}

/// `name=value`.
fn pair(text: &str) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err(Failure::new(
            Exit::Usage,
            format!("“{text}”应写作 名称=值"),
            format!("{text:?} should be name=value"),
        )),
    }
}

fn settings(texts: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    texts.iter().map(|text| pair(text)).collect()
}

/// Writes a workbook.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), AssessmentError>,
) -> Result<(), Failure> {
    into_file(path, |out| write(out).map_err(failed))
}
