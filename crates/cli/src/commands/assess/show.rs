//! `biaochi assess show` and `verify`

use std::path::Path;

use biaochi_app::assessment::{
    Outcome as UnitOutcome, RunDetail, Subject, detail, loaded_for, runs, score_workbook,
    verify as check,
};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{AssessmentRun, Scope};
use serde_json::{Value, json};

use super::{failed, short, write_file};
use crate::arguments::Global;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

/// Institutions that are listed on the screen.
const LISTED: usize = 60;

pub(super) fn list(global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let runs = runs(&workspace, &Scope::All).map_err(failed)?;
    if screen.json() {
        screen.value(&Value::Array(runs.iter().map(run_value).collect()))?;
        return Ok(Exit::Done);
    }
    if runs.is_empty() {
        screen.line(screen.say(
            "还没有考核。用 biaochi assess run 冻结一次",
            "no assessment yet: freeze one with `biaochi assess run`",
        ))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = runs
        .iter()
        .map(|run| {
            vec![
                run.run.run_id.clone(),
                run.run.scheme_id.clone(),
                run.run.period.clone(),
                run.state.text(screen.language()),
                run.actor.clone(),
                run.at.strftime("%Y-%m-%d").to_string(),
            ]
        })
        .collect();
    let columns = [
        (screen.say("考核", "run"), Align::Left),
        (screen.say("方案", "scheme"), Align::Left),
        (screen.say("时期", "period"), Align::Left),
        (screen.say("状态", "state"), Align::Left),
        (screen.say("冻结人", "by"), Align::Left),
        (screen.say("日期", "on"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

pub(super) fn run(
    run_id: &str,
    output: Option<&Path>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let detail = detail(&workspace, &Scope::All, run_id).map_err(failed)?;
    if let Some(path) = output {
        let loaded = loaded_for(&content(global)?, &detail.run).map_err(failed)?;
        if let Subject::Scheme(scheme) = &loaded.subject {
            write_file(path, |file| score_workbook(scheme, &detail, file))?;
        }
    }
    if screen.json() {
        screen.value(&value(&detail))?;
        return Ok(Exit::Done);
    }
    screen.line(&text(&detail, screen))?;
    if let Some(path) = output {
        let path = path.display();
        screen.line(&match screen.language() {
            Language::Zh => format!("已写入 {path}"),
            Language::En => format!("written to {path}"),
        })?;
    }
    Ok(Exit::Done)
}

fn text(detail: &RunDetail, screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let run = &detail.run;
    let (id, scheme, period) = (&run.run.run_id, &run.run.scheme_id, &run.run.period);
    let state = run.state.text(screen.language());
    let mut text = match zh {
        true => format!(
            "考核 {id}（方案 {scheme}，{period}）：{state}，输入 {}，结果 {}\n\n",
            short(&run.run.inputs_hash),
            short(&run.result_hash)
        ),
        false => format!(
            "assessment {id} ({scheme}, {period}): {state}, inputs {}, result {}\n\n",
            short(&run.run.inputs_hash),
            short(&run.result_hash)
        ),
    };
    let mut ranked: Vec<&UnitOutcome> = detail.outcomes.iter().collect();
    ranked.sort_by_key(|one| (&one.table, one.place.unwrap_or(u32::MAX), &one.unit.code));
    let left_out = ranked.len().saturating_sub(LISTED);
    let dash = || "—".to_owned();
    let rows: Vec<Vec<String>> = ranked
        .iter()
        .take(LISTED)
        .map(|one| {
            let missing: Vec<&str> = one.missing_phases().map(|phase| &*phase.phase).collect();
            let remark = match (missing.is_empty(), zh) {
                (true, _) => String::new(),
                (false, true) => format!("缺 {}", missing.join("、")),
                (false, false) => format!("missing {}", missing.join(", ")),
            };
            vec![
                one.place.map_or_else(dash, |place| place.to_string()),
                one.unit.code.clone(),
                one.unit.name.clone(),
                one.table.clone(),
                one.score.map_or_else(dash, |score| score.to_string()),
                one.grade.grade.clone().unwrap_or_else(dash),
                one.events.bonus.to_string(),
                one.events.deduction.to_string(),
                remark,
            ]
        })
        .collect();
    let columns = [
        (screen.say("名次", "place"), Align::Right),
        (screen.say("机构", "institution"), Align::Left),
        (screen.say("名称", "name"), Align::Left),
        (screen.say("指标表", "table"), Align::Left),
        (screen.say("得分", "score"), Align::Right),
        (screen.say("建议等次", "proposed grade"), Align::Left),
        (screen.say("加分", "bonus"), Align::Right),
        (screen.say("扣分", "deduction"), Align::Right),
        ("", Align::Left),
    ];
    text += &screen.table(&columns, &rows);
    if left_out > 0 {
        text += &match zh {
            true => format!("\n另有 {left_out} 家，--json 列出全部"),
            false => format!("\n{left_out} more; --json lists all"),
        };
    }
    for one in &detail.objections {
        let objection = &one.objection;
        text += &format!(
            "\n{} {} {} {}/{} {}（{}）{}",
            screen.say("异议", "objection"),
            one.number,
            objection.organisation_code,
            objection.phase,
            objection.item,
            objection.claim,
            one.state.text(screen.language()),
            one.reply
        );
    }
    for one in &detail.adjustments {
        let adjustment = &one.adjustment;
        text += &format!(
            "\n{} {} {} {}/{} {} → {}（{}）{}",
            screen.say("调整", "adjustment"),
            one.number,
            adjustment.organisation_code,
            adjustment.phase,
            adjustment.item,
            adjustment.what.text(screen.language()),
            adjustment.to,
            one.decision.text(screen.language()),
            one.words
        );
    }
    text += &match zh {
        true => format!("\n用 biaochi explain {id} <机构> [项目] 查看得分的由来"),
        false => {
            format!("\nbiaochi explain {id} <institution> [item] tells how a score came about")
        }
    };
    text
}

fn run_value(run: &AssessmentRun) -> Value {
    json!({
        "run": run.run.run_id, "scheme": run.run.scheme_id, "period": run.run.period,
        "state": run.state.code(), "revision": run.revision,
        "content_hash": run.run.content_hash, "inputs_hash": run.run.inputs_hash,
        "result_hash": run.result_hash, "lake_version": run.run.lake_version,
        "actor": run.actor, "at": run.at.to_string(),
    })
}

fn value(detail: &RunDetail) -> Value {
    let mut value = run_value(&detail.run);
    value["outcomes"] = serde_json::to_value(&detail.outcomes).unwrap_or(Value::Null);
    let objections = detail.objections.iter().map(|one| {
        json!({
            "number": one.number, "organisation_code": one.objection.organisation_code,
            "phase": one.objection.phase, "item": one.objection.item,
            "claim": one.objection.claim, "evidence": one.objection.evidence,
            "state": one.state.code(), "actor": one.actor, "at": one.at.to_string(),
            "reply": one.reply, "replied_by": one.replied_by,
        })
    });
    value["objections"] = Value::Array(objections.collect());
    let adjustments = detail.adjustments.iter().map(|one| {
        json!({
            "number": one.number, "organisation_code": one.adjustment.organisation_code,
            "objection": one.adjustment.objection, "phase": one.adjustment.phase,
            "item": one.adjustment.item, "what": one.adjustment.what.code(),
            "to": one.adjustment.to.to_string(), "reason": one.adjustment.reason,
            "decision": one.decision.code(), "proposed_by": one.proposed_by,
            "decided_by": one.decided_by, "words": one.words,
        })
    });
    value["adjustments"] = Value::Array(adjustments.collect());
    let history = detail.history.iter().map(|one| {
        json!({
            "revision": one.revision, "action": one.kind.code(),
            "organisation_code": one.organisation_code, "subject": one.subject,
            "actor": one.actor, "at": one.at.to_string(), "note": one.note,
        })
    });
    value["history"] = Value::Array(history.collect());
    value
}

pub(super) fn verify(run_id: &str, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let verified = check(&workspace, &content, &Scope::All, run_id).map_err(failed)?;
    if screen.json() {
        screen.value(&json!({
            "run": verified.run_id, "holds": verified.holds(), "inputs": verified.inputs,
            "content": verified.content, "stored": verified.stored,
            "computed": verified.computed,
        }))?;
    } else {
        let say = |held: bool| match held {
            true => screen.say("一致", "the same"),
            false => screen.say("不一致", "different"),
        };
        let computed = match verified.computed {
            Some(held) => say(held),
            None => screen.say("未计算", "not computed"),
        };
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "冻结的输入：{}\n方案内容：{}\n已存的结果：{}\n重新计算的结果：{computed}",
                say(verified.inputs),
                say(verified.content),
                say(verified.stored)
            ),
            Language::En => format!(
                "frozen inputs: {}\ncontent of the scheme: {}\nstored result: {}\ncomputed anew: {computed}",
                say(verified.inputs),
                say(verified.content),
                say(verified.stored)
            ),
        })?;
    }
    Ok(match verified.holds() {
        true => Exit::Done,
        false => Exit::Partial,
    })
}
