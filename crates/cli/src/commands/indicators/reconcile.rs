//! `biaochi indicators reconcile`

use std::path::Path;

use biaochi_app::indicators::{Agreement, reconcile_list};
use biaochi_domain::{Language, Localized as _};
use serde_json::json;

use super::words::{provenance_text, provenance_value, sum};
use super::{content, failure, open_workspace, pack, period, unit, values, write_csv};
use crate::arguments::Global;
use crate::arguments::indicators::Place;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen, count};

/// Lines on the screen; those that agree are only counted.
const LISTED: usize = 50;

pub(super) fn run(
    id: &str,
    list: &Path,
    place: &Place,
    csv: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let (unit, period) = (unit(&place.unit)?, period(&place.period)?);
    let pack = pack(&content, place.pack.as_deref())?;
    let values = values(&pack, &workspace, period, screen)?;
    let indicator = values.indicator(id).map_err(|error| failure(&error))?;
    let found = reconcile_list(&values, indicator, &unit, period, list);
    let found = found.map_err(|error| failure(&error))?;
    let language = screen.language();
    let agrees = found
        .lines
        .iter()
        .all(|line| line.compared.agreement == Agreement::Both);
    let exit = if agrees { Exit::Done } else { Exit::Partial };
    if screen.json() {
        screen.value(&json!({
            "id": indicator.id, "unit": unit.to_string(), "period": period.to_string(),
            "system": found.system.to_string(), "list": found.list.to_string(),
            "counts": found.counts, "provenance": provenance_value(values.provenance()),
            "cases": found.lines.iter().map(|line| json!({
                "key": line.compared.key, "agreement": line.compared.agreement.id(),
                "system": line.compared.first.map(|sum| sum.to_string()),
                "list": line.compared.second.map(|sum| sum.to_string()),
                "record_key": line.record.as_ref().map(|one| &one.line.record_key),
                "reason": line.reason,
            })).collect::<Vec<_>>(),
        }))?;
        return Ok(exit);
    }
    let heading = [
        screen.say("病案号或记录键", "record"),
        screen.say("结果", "result"),
        screen.say("系统", "system"),
        screen.say("名单", "list"),
        screen.say("原因", "reason"),
    ];
    let rows: Vec<Vec<String>> = found
        .lines
        .iter()
        .filter(|line| csv || line.compared.agreement != Agreement::Both)
        .map(|line| {
            vec![
                line.compared.key.clone(),
                line.compared.agreement.text(language),
                sum(line.compared.first),
                sum(line.compared.second),
                line.reason.clone(),
            ]
        })
        .collect();
    if csv {
        write_csv(screen, &heading, &rows)?;
        return Ok(exit);
    }
    let (system, listed) = (sum(Some(found.system)), sum(Some(found.list)));
    screen.line(&match language {
        Language::Zh => format!(
            "{} {}：系统 {system}，名单 {listed}",
            indicator.id, indicator.title
        ),
        Language::En => format!("{}: system {system}, list {listed}", indicator.id),
    })?;
    for agreement in Agreement::ALL {
        if let Some(cases) = found.counts.get(agreement.id()) {
            screen.line(&format!(
                "{}：{}",
                agreement.text(language),
                count(*cases as u64)
            ))?;
        }
    }
    if !rows.is_empty() {
        let shown = &rows[..rows.len().min(LISTED)];
        screen.line(&screen.table(&heading.map(|word| (word, Align::Left)), shown))?;
        if rows.len() > LISTED {
            screen.line(screen.say("其余见 --csv 或 --json", "the rest: --csv or --json"))?;
        }
    }
    screen.line(&provenance_text(values.provenance(), language))?;
    Ok(exit)
}
