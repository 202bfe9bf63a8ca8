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
    Assessed, AssessmentError, FirstOf, FreezeRequest, LakeValues, LoadedAssessment, NoValues,
    Subject, Values, compute, freeze, institutions, needs_values, read_units, read_values,
};
use biaochi_app::{Content, Workspace};
use biaochi_domain::{Language, Period};
use biaochi_organisations::Unit;
use biaochi_packs::PackError;
use biaochi_store::{Actor, Scope, StoreError};

pub(super) use explain::explain;

use super::files::into_file;
use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::assess::{Assess, AssessFrom, AssessRun, Who};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, Unit as Counted};

/// Digits of a hash that are shown.
const DIGITS: usize = 12;

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
    let asked = command.period.as_deref().map(period).transpose()?;
    let loaded = load(&content, &command.scheme, &given)?;
    let id = command.scheme.clone();
    let Subject::Scheme(scheme) = &loaded.subject else {
        return Err(failed(AssessmentError::NotAScheme { id }));
    };
    let period = asked.or(scheme.period);
    let period = period.ok_or_else(|| failed(AssessmentError::NoPeriod { id }))?;
    let gathered = gather(
        (&workspace, &content),
        &command.from,
        &loaded,
        period,
        screen,
    )?;
    let actor = actor(&command.who);
    let request = FreezeRequest {
        scheme: &command.scheme,
        period: Some(period),
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
    (workspace, content): (&Workspace, &Content),
    from: &AssessFrom,
    loaded: &LoadedAssessment,
    period: Period,
    screen: &Screen,
) -> Result<Gathered, Failure> {
    let units = match &from.units {
        Some(path) => read_units(path).map_err(failed)?,
        None => {
            let unit = unit(&from.unit)?;
            let units = institutions(workspace, &Scope::All, &unit, period).map_err(failed)?;
            told(&unit, units.len(), screen);
            units
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
    if needs_values(loaded) {
        let sources = loaded.sources_of_values();
        let bar = screen.progress(None, Counted::Records);
        bar.set_message(screen.say("取指标值", "reading values").to_owned());
        let lake = LakeValues::load(workspace, content, &sources, period);
        bar.finish_and_clear();
        match lake.map_err(failed)? {
            Some(lake) => values.push(Box::new(lake)),
            None if from.values.is_none() => screen.warn(screen.say(
                "工作区还没有导入病案和数据集，由它们计算的项目都没有值",
                "nothing was imported yet: no item that is computed has a value",
            )),
            None => {}
        }
    }
    values.push(Box::new(NoValues));
    Ok(Gathered { units, values })
}

/// Says whom it is about: without --unit these are all institutions, which nobody typed.
fn told(unit: &Unit, count: usize, screen: &Screen) {
    screen.note(&match (unit, screen.language()) {
        (Unit::All, Language::Zh) => {
            format!("考核对象：工作区的全部机构 {count} 家；只考核一部分请写 --unit")
        }
        (unit, Language::Zh) => format!("考核对象：{unit}，机构 {count} 家"),
        (Unit::All, Language::En) => {
            format!(
                "assessed: all {count} institutions of the workspace; --unit takes some of them"
            )
        }
        (unit, Language::En) => format!("assessed: {unit}, {count} institutions"),
    });
}

/// A unit as it is typed.
fn unit(text: &str) -> Result<Unit, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是对象，应写作 all、division:区划代码、alliance:医联体 或 hospital:机构代码"),
            format!("{text:?} is no unit; write all, division:CODE, alliance:ID or hospital:CODE"),
        )
    })
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
pub(super) fn failed(error: AssessmentError) -> Failure {
    let exit = match &error {
        error if error.is_not_found() => Exit::NotFound,
        AssessmentError::OutOfRange { .. }
        | AssessmentError::NoPeriod { .. }
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

pub(super) fn period(text: &str) -> Result<Period, Failure> {
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

/// The first digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..DIGITS).unwrap_or(hash)
}

/// Writes a workbook.
fn write_file(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), AssessmentError>,
) -> Result<(), Failure> {
    into_file(path, |out| write(out).map_err(failed))
}
