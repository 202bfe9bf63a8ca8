//! `biaochi explain <scheme> <institution> [item]`

use biaochi_app::assessment::{
    AssessmentError, Explanation, ItemExplanation, Line, Trace, TracedRecord, TracedSubmission,
    explain as ask,
};
use biaochi_domain::Language;
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::failed;
use crate::arguments::Global;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

/// Records and submissions that are listed of a phase; JSON holds all.
const LISTED: usize = 10;

pub(crate) fn explain(
    asked: (&str, &str),
    item: Option<&str>,
    phase: Option<&str>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let language = screen.language();
    let found = ask(&workspace, &content, &Scope::All, asked, item, language).map_err(failed)?;
    let Some(mut found) = found else {
        let scheme = asked.0;
        return Err(Failure::new(
            Exit::NotFound,
            format!(
                "没有考核“{scheme}”，方案“{scheme}”也还没有计算过的考核。用 biaochi assess show 查看已有的考核"
            ),
            format!(
                "there is no assessment {scheme:?}, and none of a scheme of that name; see `biaochi assess show`"
            ),
        ));
    };
    if let Some(phase) = phase {
        only(&mut found, phase)?;
    }
    if !found.same_content {
        screen.warn(screen.say(
            "方案的内容在这次考核之后改过，说明文字按现在的内容，数值是当时的",
            "the scheme was changed since; words are of today, numbers of then",
        ));
    }
    if screen.json() {
        screen.value(&value(&found))?;
        return Ok(Exit::Done);
    }
    let unit = &found.outcome.unit;
    screen.line(&match language {
        Language::Zh => format!(
            "{} {}，考核 {}（{}）",
            unit.code, unit.name, found.run.run.run_id, found.run.run.period
        ),
        Language::En => format!(
            "{} {}, assessment {} ({})",
            unit.code, unit.name, found.run.run.run_id, found.run.run.period
        ),
    })?;
    if found.items.is_empty() {
        return lines(&found.lines, screen);
    }
    for item in &found.items {
        lines(&item.lines, screen)?;
        trace(item, screen)?;
    }
    Ok(Exit::Done)
}

/// Keeps one phase of the item.
fn only(found: &mut Explanation, phase: &str) -> Result<(), Failure> {
    let known = found.items.iter().map(|item| item.phase.clone()).collect();
    found.items.retain(|item| item.phase == phase);
    if found.items.is_empty() {
        return Err(failed(AssessmentError::NoPhase {
            scheme: found.run.run.scheme_id.clone(),
            phase: phase.to_owned(),
            known,
        }));
    }
    let lines = found.items.iter().flat_map(|item| item.lines.clone());
    found.lines = lines.collect();
    Ok(())
}

fn lines(lines: &[Line], screen: &Screen) -> Outcome {
    for line in lines {
        let indent = "  ".repeat(usize::from(line.depth));
        let clause = match line.clause.as_str() {
            "" => String::new(),
            clause => format!("【{clause}】"),
        };
        screen.line(&format!("{indent}{}{clause}", line.text))?;
    }
    Ok(Exit::Done)
}

/// What the value of an item was made of.
fn trace(item: &ItemExplanation, screen: &Screen) -> Result<(), Failure> {
    let zh = screen.language() == Language::Zh;
    let Trace {
        lake_version,
        indicator,
        records,
        submissions,
        entry,
        remark,
    } = &item.trace;
    let say = |label: (&str, &str), text: &str| {
        let label = screen.say(label.0, label.1);
        screen.line(&format!("    {label}：{text}"))
    };
    if !item.document.is_empty() {
        say(("方案依据", "rule from"), &item.document)?;
    }
    if let Some(one) = indicator {
        say(("指标", "indicator"), &format!("{} {}", one.id, one.title))?;
        say(("分子", "numerator"), &one.numerator)?;
        if !one.denominator.is_empty() {
            say(("分母", "denominator"), &one.denominator)?;
        }
        if !one.source.is_empty() {
            say(("口径依据", "defined by"), &one.source)?;
        }
        if !one.unconfirmed.is_empty() {
            say(("待核对", "to verify"), &one.unconfirmed.join("；"))?;
        }
    }
    let version = lake_version.map_or_else(|| "—".to_owned(), |version| version.to_string());
    if !records.is_empty() {
        let adding = records.iter().filter(|record| !record.numerator.is_zero());
        let (all, above) = (count(records.len() as u64), count(adding.count() as u64));
        let text = match zh {
            true => format!("{all} 份，计入分子 {above} 份（数据版本 {version}）"),
            false => format!("{all}, {above} of them in the numerator (data version {version})"),
        };
        say(("病案", "records"), &text)?;
        indented(&record_table(records, screen), screen)?;
        more(records.len(), screen)?;
    }
    for one in submissions.iter().take(LISTED) {
        submission(one, &version, screen)?;
    }
    more(submissions.len(), screen)?;
    if let Some(entry) = entry {
        let (value, actor, at) = (&entry.value, &entry.actor, &entry.at);
        let edition = entry.version;
        say(
            ("录入", "entered"),
            &match zh {
                true => format!("{value}，{actor} {at}（版本 {edition}）{}", entry.note),
                false => format!(
                    "{value} by {actor} at {at} (version {edition}) {}",
                    entry.note
                ),
            },
        )?;
        for file in &entry.evidence {
            say(
                ("佐证", "evidence"),
                &format!("{} {}", file.name, file.sha256),
            )?;
        }
    }
    if !remark.is_empty() {
        say(("说明", "remark"), remark)?;
    }
    Ok(())
}

fn record_table(records: &[TracedRecord], screen: &Screen) -> String {
    let rows: Vec<Vec<String>> = records
        .iter()
        .take(LISTED)
        .map(|record| {
            let denominator = record
                .denominator
                .map(|value| value.normalize().to_string());
            vec![
                record.medical_record_number.clone(),
                record.file.clone(),
                record.line.to_string(),
                record.numerator.normalize().to_string(),
                denominator.unwrap_or_default(),
            ]
        })
        .collect();
    let columns = [
        (screen.say("病案号", "record number"), Align::Left),
        (screen.say("文件", "file"), Align::Left),
        (screen.say("行", "line"), Align::Right),
        (screen.say("计入分子", "numerator"), Align::Right),
        (screen.say("计入分母", "denominator"), Align::Right),
    ];
    screen.table(&columns, &rows)
}

fn submission(one: &TracedSubmission, version: &str, screen: &Screen) -> Result<(), Failure> {
    let TracedSubmission {
        title,
        period,
        version: edition,
        file,
        submitter,
        approver,
        ..
    } = one;
    screen.line(&match screen.language() {
        Language::Zh => format!(
            "    填报：{title} {period} 第 {edition} 版，{submitter} 填报，{approver} 审核，文件 {file}（数据版本 {version}）"
        ),
        Language::En => format!(
            "    submission: {title} {period}, version {edition}, by {submitter}, approved by {approver}, file {file} (data version {version})"
        ),
    })?;
    for cell in &one.cells {
        let title = match cell.title.as_str() {
            "" => cell.field.as_str(),
            title => title,
        };
        let breakdown = match cell.breakdown.as_str() {
            "" => String::new(),
            breakdown => format!("（{breakdown}）"),
        };
        screen.line(&format!(
            "      {} {title}{breakdown} = {}",
            cell.row, cell.value
        ))?;
    }
    Ok(())
}

/// How many were not listed.
fn more(number: usize, screen: &Screen) -> Result<(), Failure> {
    let left = number.saturating_sub(LISTED);
    if left == 0 {
        return Ok(());
    }
    let left = count(left as u64);
    screen.line(&match screen.language() {
        Language::Zh => format!("      另有 {left} 条，加 --json 列出全部"),
        Language::En => format!("      {left} more; --json lists all"),
    })
}

fn indented(text: &str, screen: &Screen) -> Result<(), Failure> {
    let lines: Vec<String> = text.lines().map(|line| format!("      {line}")).collect();
    screen.line(&lines.join("\n"))
}

fn value(found: &Explanation) -> Value {
    let items = found.items.iter().map(|one| {
        json!({
            "item": one.item.id, "title": one.item.title, "phase": one.phase,
            "period": one.period, "source": one.item.source.to_string(),
            "indicator": one.indicator(), "document": one.document,
            "clause": one.item.cite.clause, "parameters": one.item.cite.parameters,
            "score": one.score, "trace": one.trace,
        })
    });
    let lines = found
        .lines
        .iter()
        .map(|line| json!({ "depth": line.depth, "text": line.text, "clause": line.clause }));
    let items: Vec<Value> = items.collect();
    json!({
        "run": found.run.run.run_id, "scheme": found.run.run.scheme_id,
        "period": found.run.run.period, "state": found.run.state.code(),
        "lake_version": found.run.run.lake_version,
        "content_hash": found.run.run.content_hash, "same_content": found.same_content,
        "outcome": match items.is_empty() {
            true => json!(found.outcome),
            false => Value::Null,
        },
        "items": items,
        "lines": lines.collect::<Vec<_>>(),
    })
}
