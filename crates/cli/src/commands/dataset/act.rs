//! `biaochi dataset submit`, `withdraw`, `return` and `approve`

use biaochi_app::datasets::{self as app, Acted};
use biaochi_datasets::Step;
use biaochi_domain::{Language, Localized as _};
use serde_json::json;

use super::{failed, filter, opened, scope, value};
use crate::arguments::Global;
use crate::arguments::dataset::DatasetMeant;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Screen, count};

pub(super) fn run(meant: &DatasetMeant, step: Step, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, sets) = opened(global)?;
    let set = &sets.get(&meant.dataset).map_err(failed)?.0.set;
    let filter = filter(set, &meant.whose)?;
    let comment = meant.step.comment.as_deref().unwrap_or_default();
    let scope = scope(meant.whose.organisation.as_deref());
    let who = meant.step.writer.actor();
    let locked = meant.step.writer.when_locked();
    let acted = app::act(
        &workspace, &sets, &scope, who, &filter, step, comment, locked,
    );
    let Acted {
        submissions,
        published,
    } = acted.map_err(failed)?;
    if screen.json() {
        screen.value(&json!({
            "submissions": submissions.iter().map(value).collect::<Vec<_>>(),
            "version": published.as_ref().map(|published| published.version),
        }))?;
        return Ok(Exit::Done);
    }
    for submission in submissions.iter().take(20) {
        let key = &submission.key;
        let state = submission.state.text(screen.language());
        screen.line(&format!(
            "{} {} {} v{}：{state}",
            key.organisation_code, key.dataset, key.period, submission.version
        ))?;
    }
    let all = count(submissions.len() as u64);
    screen.line(&match screen.language() {
        Language::Zh => format!("共 {all} 份"),
        Language::En => format!("{all} submissions"),
    })?;
    if let Some(published) = published {
        let (version, came, changed) = (
            published.version,
            count(published.came),
            count(published.changed),
        );
        screen.line(&match screen.language() {
            Language::Zh => {
                format!("数值已进入 fact 表（第 {version} 版）：新增 {came} 份，替换 {changed} 份")
            }
            Language::En => {
                format!("published as version {version}: {came} came, {changed} replaced")
            }
        })?;
    }
    Ok(Exit::Done)
}
