//! `biaochi explain <scheme> <institution> [item]`

use biaochi_app::assessment::{Explanation, explain as ask};
use biaochi_domain::Language;
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::failed;
use crate::arguments::Global;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn explain(
    asked: (&str, &str),
    item: Option<&str>,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let language = screen.language();
    let found = ask(&workspace, &content, &Scope::All, asked, item, language).map_err(failed)?;
    let Some(found) = found else {
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
    for line in &found.lines {
        let indent = "  ".repeat(usize::from(line.depth));
        let clause = match line.clause.as_str() {
            "" => String::new(),
            clause => format!("【{clause}】"),
        };
        screen.line(&format!("{indent}{}{clause}", line.text))?;
    }
    Ok(Exit::Done)
}

fn value(found: &Explanation) -> Value {
    let items = found.items.iter().map(|one| {
        json!({
            "item": one.item.id, "title": one.item.title, "phase": one.phase,
            "period": one.period, "source": one.item.source.to_string(),
            "indicator": one.indicator(), "document": one.document,
            "clause": one.item.cite.clause, "parameters": one.item.cite.parameters,
            "score": one.score,
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
