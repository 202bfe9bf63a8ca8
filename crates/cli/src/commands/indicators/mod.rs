//! `biaochi indicators`

mod list;
mod reconcile;
mod reports;
mod show;
mod words;

use biaochi_app::indicators::{
    CompiledIndicators, IndicatorError, NATIONAL, Structure, Values, compute, difference,
};
use biaochi_app::{Content, WhenLocked, Workspace};
use biaochi_domain::{Language, Localized as _, ParsePeriodError, Period};
use biaochi_organisations::Unit;
use biaochi_store::Scope;
use serde_json::json;

use super::files::write_csv;
use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::indicators::{Indicators, Place};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, Unit as Counted, count};
use words::{provenance_text, provenance_value, shown_value};

pub(crate) fn run(command: &Indicators, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Indicators::List { word, pack, csv } => {
            list::run(word.as_deref(), pack.as_deref(), *csv, global, screen)
        }
        Indicators::Compute { pack, plan, wait } => {
            run_compute(pack.as_deref(), *plan, *wait, global, screen)
        }
        Indicators::Show(show) => show::run(show, global, screen),
        Indicators::Diff { other, place } => run_diff(other, place, global, screen),
        Indicators::Reconcile {
            indicator,
            list,
            place,
            csv,
        } => reconcile::run(indicator, list, place, *csv, global, screen),
    }
}

/// A pack of indicators by its id.
fn pack(content: &Content, id: Option<&str>) -> Result<CompiledIndicators, Failure> {
    let id = id.unwrap_or(NATIONAL);
    content.indicators(id).map_err(|error| {
        let known = content.indicator_library().ids().any(|known| known == id);
        let exit = if known { Exit::Failed } else { Exit::NotFound };
        Failure::of(exit, &error)
    })
}

fn failure(error: &IndicatorError) -> Failure {
    let exit = match error {
        error if error.is_not_found() => Exit::NotFound,
        error if error.is_busy() => Exit::Busy,
        _ => Exit::Failed,
    };
    Failure::of(exit, error)
}

fn unit(text: &str) -> Result<Unit, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是单位，应写作 all、hospital:机构代码、department:机构代码/科室、division:区划代码或 alliance:标识"),
            format!("{text:?} is no unit; write all, hospital:CODE, department:CODE/DEPARTMENT, division:CODE or alliance:ID"),
        )
    })
}

fn period(text: &str) -> Result<Period, Failure> {
    text.trim()
        .parse()
        .map_err(|error: ParsePeriodError| Failure::of(Exit::Usage, &error))
}

/// The structure of the workspace's organisations.
fn structure(workspace: &Workspace) -> Result<Structure, Failure> {
    let directory = biaochi_app::organisations::directory(workspace, &Scope::All)?;
    Ok(Structure::new(directory))
}

/// Values of a place, with the periods that it names and those that are shown beside it.
fn values(
    pack: &CompiledIndicators,
    workspace: &Workspace,
    whole: Period,
    screen: &Screen,
) -> Result<Values, Failure> {
    let bar = screen.progress(None, Counted::Records);
    bar.set_message(screen.say("计算指标", "computing").to_owned());
    let loaded = Values::load(workspace, pack, structure(workspace)?, whole);
    bar.finish_and_clear();
    loaded.map_err(|error| failure(&error))
}

/// From the first to the last month of some periods.
fn span(periods: impl IntoIterator<Item = Period>) -> Option<Period> {
    let periods: Vec<Period> = periods.into_iter().collect();
    let first = periods.iter().map(|period| period.first()).min()?;
    let last = periods.iter().map(|period| period.last()).max()?;
    Period::between(first, last)
}

fn run_compute(
    id: Option<&str>,
    plan: bool,
    wait: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let pack = pack(&content, id)?;
    let locked = if wait {
        WhenLocked::Wait
    } else {
        WhenLocked::Refuse
    };
    let bar = screen.progress(None, Counted::Records);
    bar.set_message(screen.say("计算指标", "computing").to_owned());
    let start = std::time::Instant::now();
    let computed = compute(&workspace, &pack, locked);
    bar.finish_and_clear();
    let computed = computed.map_err(|error| failure(&error))?;
    let seconds = start.elapsed().as_secs_f64();
    let figures = &computed.figures;
    if screen.json() {
        screen.value(&json!({
            "pack": pack.set().id(),
            "pack_hash": pack.set().content_hash(),
            "months": computed.months,
            "computed": computed.computed,
            "records": figures.records,
            "measures": pack.measures.count(),
            "scans": figures.scans,
            "cell_version": computed.version,
            "seconds": seconds,
            "plan": plan.then_some(&figures.plan),
        }))?;
        return Ok(Exit::Done);
    }
    let (months, anew) = (
        count(computed.months as u64),
        count(computed.computed as u64),
    );
    let records = count(figures.records);
    let measures = pack.measures.count();
    screen.line(&match screen.language() {
        Language::Zh => format!(
            "共 {months} 个机构月份，重算 {anew} 个，读病案 {records} 份，{measures} 个合计一遍读完（数据源扫描 {} 次），{seconds:.2} 秒",
            figures.scans
        ),
        Language::En => format!(
            "{months} hospital months, {anew} computed anew, {records} records read, {measures} measures in {} scan, {seconds:.2} s",
            figures.scans
        ),
    })?;
    if plan {
        screen.line(figures.plan.trim_end())?;
    }
    Ok(Exit::Done)
}

fn run_diff(other: &str, place: &Place, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let (unit, period) = (unit(&place.unit)?, period(&place.period)?);
    let now = pack(&content, place.pack.as_deref())?;
    let then = pack(&content, Some(other))?;
    let before = values(&now, &workspace, period, screen)?;
    // The sums of the other pack are kept apart: looking must not throw away what is in force.
    let after = Values::preview(&workspace, &then, structure(&workspace)?, period);
    let after = after.map_err(|error| failure(&error))?;
    let changes = difference(&before, &after, &unit, period).map_err(|error| failure(&error))?;
    let language = screen.language();
    if screen.json() {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| {
                let value = |value: &Option<Result<biaochi_app::indicators::Value, _>>| match value
                {
                    Some(Ok(value)) => json!(value.value.to_string()),
                    _ => serde_json::Value::Null,
                };
                json!({
                    "id": change.difference.id,
                    "title": change.title,
                    "change": change.difference.change.id(),
                    "keys": change.difference.keys,
                    "before": value(&change.before),
                    "after": value(&change.after),
                })
            })
            .collect();
        screen.value(&json!({
            "unit": unit.to_string(), "period": period.to_string(),
            "before": provenance_value(before.provenance()),
            "after": provenance_value(after.provenance()),
            "changes": changes,
        }))?;
        return Ok(Exit::Done);
    }
    if changes.is_empty() {
        screen.line(screen.say("两个指标包没有差别", "the packs do not differ"))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("指标", "indicator"), Align::Left),
        (screen.say("名称", "title"), Align::Left),
        (screen.say("变动", "change"), Align::Left),
        (screen.say("现在的值", "now"), Align::Right),
        (screen.say("换包以后", "then"), Align::Right),
    ];
    let rows: Vec<Vec<String>> = changes
        .iter()
        .map(|change| {
            let id = &change.difference.id;
            let keys = match change.difference.keys.is_empty() {
                true => String::new(),
                false => format!("（{}）", change.difference.keys.join("、")),
            };
            let value = |values: &Values, value: &Option<Result<_, _>>| match value {
                None => String::new(),
                Some(value) => {
                    let decimals = values.set().get(id).map_or(2, |one| one.decimals);
                    shown_value(value.as_ref(), decimals, language)
                }
            };
            vec![
                id.clone(),
                change.title.clone(),
                change.difference.change.text(language) + &keys,
                value(&before, &change.before),
                value(&after, &change.after),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    screen.line(&provenance_text(after.provenance(), language))?;
    Ok(Exit::Done)
}
