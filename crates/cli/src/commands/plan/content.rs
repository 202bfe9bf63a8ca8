//! What plans say: list, one plan, coverage, cascade.

use biaochi_domain::{Language, Localized as _};
use biaochi_plans::{Certainty, Clause, Coverage, Decision, Plan, Target, Task};
use serde_json::{Value, json};

use super::{binding, target_value};
use crate::arguments::Global;
use crate::arguments::plan::{Cascade, Show};
use crate::commands::content;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

const LEFT: Align = Align::Left;
const RIGHT: Align = Align::Right;

pub(super) fn list(global: &Global, screen: &Screen) -> Outcome {
    let plans = content(global)?.plans()?;
    if screen.json() {
        let values = plans.iter().map(|plan| {
            json!({
                "id": plan.id, "title": plan.document.title, "version": plan.version,
                "issuer": plan.document.issuer, "number": plan.document.number,
                "place": plan.document.place, "parent": plan.parent,
                "clauses": plan.clauses.len(), "targets": plan.targets.len(),
                "tasks": plan.tasks.len(), "content_hash": plan.content_hash,
            })
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("方案", "plan"), LEFT),
        (screen.say("名称", "title"), LEFT),
        (screen.say("适用于", "place"), LEFT),
        (screen.say("上级方案", "parent"), LEFT),
        (screen.say("条款", "clauses"), RIGHT),
        (screen.say("目标", "targets"), RIGHT),
        (screen.say("任务", "tasks"), RIGHT),
    ];
    let row = |plan: &Plan| {
        vec![
            plan.id.clone(),
            plan.document.title.clone(),
            plan.document.place.clone(),
            plan.parent.clone().unwrap_or_default(),
            plan.clauses.len().to_string(),
            plan.targets.len().to_string(),
            plan.tasks.len().to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = plans.iter().map(row).collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

pub(super) fn show(command: &Show, global: &Global, screen: &Screen) -> Outcome {
    let plan = super::plan(&content(global)?, &command.plan)?;
    let Some(id) = &command.item else {
        return whole(&plan, screen);
    };
    if let Some(target) = plan.target(id) {
        return show_target(&plan, target, screen);
    }
    if let Some(task) = plan.task(id) {
        return show_task(&plan, task, screen);
    }
    if let Some(clause) = plan.clause(id) {
        return show_clause(&plan, clause, screen);
    }
    let name = &plan.id;
    Err(Failure::new(
        Exit::NotFound,
        format!("方案“{name}”没有编号为“{id}”的条款、目标或任务。编号见 biaochi plan show {name}"),
        format!("plan {name:?} has no clause, target or task {id:?}"),
    ))
}

fn whole(plan: &Plan, screen: &Screen) -> Outcome {
    let document = &plan.document;
    if screen.json() {
        screen.value(&json!({
            "id": plan.id, "title": document.title, "issuer": document.issuer,
            "number": document.number, "place": document.place, "division": document.division,
            "from": document.from.map(|day| day.to_string()),
            "until": document.until.map(|day| day.to_string()),
            "note": document.note, "parent": plan.parent, "content_hash": plan.content_hash,
            "clauses": plan.clauses.iter().map(clause_value).collect::<Vec<_>>(),
            "goals": plan.goals.iter().map(|goal| json!({
                "id": goal.id, "clause": goal.clause, "title": goal.title,
            })).collect::<Vec<_>>(),
            "targets": plan.targets.iter().map(|one| target_value(one, screen)).collect::<Vec<_>>(),
            "tasks": plan.tasks.iter().map(task_value).collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    screen.line(&format!("{}  {}", plan.id, document.title))?;
    screen.line(&format!("{} {}", document.issuer, document.number))?;
    if !document.note.is_empty() {
        screen.line(&document.note)?;
    }
    for clause in &plan.clauses {
        screen.line(&format!(
            "\n{}  {}  {}",
            clause.id, clause.number, clause.title
        ))?;
        for target in plan.targets.iter().filter(|one| one.clause == clause.id) {
            screen.line(&format!(
                "  {}  {}（{}）{}  {}",
                target.id,
                target.title,
                target.scope.text,
                target.wanted(screen.language()),
                target.due.text
            ))?;
        }
        for task in plan.tasks.iter().filter(|one| one.clause == clause.id) {
            screen.line(&format!(
                "  {}  {}  {}",
                task.id,
                task.title,
                task.responsible.join("、")
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn clause_value(clause: &Clause) -> Value {
    json!({
        "id": clause.id, "number": clause.number, "title": clause.title, "text": clause.text,
        "source": clause.source, "section": clause.section,
    })
}

fn task_value(task: &Task) -> Value {
    json!({
        "id": task.id, "clause": task.clause, "title": task.title,
        "responsible": task.responsible, "supporting": task.supporting,
        "start": task.start.map(|day| day.to_string()),
        "due": task.due.date.map(|day| day.to_string()), "due_text": task.due.text,
        "every": task.due.every.map(|every| every.word()),
        "deliverable": task.deliverable, "evidence": task.evidence, "targets": task.targets,
    })
}

/// Lines of a label and a text, those without a text left out.
fn facts(lines: &[(&str, String)], screen: &Screen) -> Result<(), Failure> {
    for (label, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
        screen.line(&format!("{label}：{text}"))?;
    }
    Ok(())
}

fn show_target(plan: &Plan, target: &Target, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&target_value(target, screen))?;
        return Ok(Exit::Done);
    }
    let language = screen.language();
    let certainty = match target.certainty {
        Certainty::Confirmed => String::new(),
        other => other.text(language),
    };
    let lines = [
        (
            screen.say("目标", "target"),
            format!("{} {}", target.id, target.title),
        ),
        (screen.say("条款", "clause"), plan.citation(&target.clause)),
        (screen.say("范围", "scope"), target.scope.text.clone()),
        (
            screen.say("对象", "measured"),
            target.scope.measured.text(language),
        ),
        (screen.say("要求", "wanted"), target.wanted(language)),
        (screen.say("语气", "softeners"), target.softeners.join("、")),
        (screen.say("期限", "due"), due(target)),
        (screen.say("绑定", "binding"), binding(target, screen)),
        (screen.say("另看", "see also"), target.related.join("、")),
        (
            screen.say("责任单位", "responsible"),
            target.responsible.join("、"),
        ),
        (
            screen.say("待明确", "to be decided"),
            target.question().unwrap_or_default(),
        ),
        (
            screen.say("本地决定", "decided"),
            target.decided.as_ref().map(decision).unwrap_or_default(),
        ),
        (screen.say("把握", "certainty"), certainty),
        (screen.say("说明", "note"), target.note.clone()),
    ];
    facts(&lines, screen)?;
    Ok(Exit::Done)
}

/// Who decided what, when, and where that is written.
fn decision(decided: &Decision) -> String {
    let Decision {
        by,
        on,
        document,
        question,
        note,
        pack,
    } = decided;
    let mut text = format!("{by} {on}《{document}》（{pack}）：{question}");
    if !note.is_empty() {
        text += &format!(" {note}");
    }
    text
}

fn due(target: &Target) -> String {
    let date = target.due.date.map(|day| day.to_string());
    match (date, target.due.text.as_str()) {
        (Some(date), text) if text.is_empty() || *text == date => date,
        (Some(date), text) => format!("{date}（{text}）"),
        (None, text) => text.to_owned(),
    }
}

fn show_task(plan: &Plan, task: &Task, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&task_value(task))?;
        return Ok(Exit::Done);
    }
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let until = match task.due.date {
        Some(_) => day(task.due.date),
        None => task.due.text.clone(),
    };
    let lines = [
        (
            screen.say("任务", "task"),
            format!("{} {}", task.id, task.title),
        ),
        (screen.say("条款", "clause"), plan.citation(&task.clause)),
        (
            screen.say("责任单位", "responsible"),
            task.responsible.join("、"),
        ),
        (
            screen.say("配合单位", "supporting"),
            task.supporting.join("、"),
        ),
        (screen.say("开始", "start"), day(task.start)),
        (screen.say("期限", "due"), until),
        (
            screen.say("完成标志", "deliverable"),
            task.deliverable.clone(),
        ),
        (screen.say("佐证材料", "evidence"), task.evidence.join("；")),
        (screen.say("目标", "targets"), task.targets.join("、")),
    ];
    facts(&lines, screen)?;
    Ok(Exit::Done)
}

fn show_clause(plan: &Plan, clause: &Clause, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&clause_value(clause))?;
        return Ok(Exit::Done);
    }
    screen.line(&format!(
        "{}  {}  {}",
        clause.id, clause.number, clause.title
    ))?;
    screen.line(&clause.text)?;
    screen.line(&format!("《{}》{}", plan.document.title, clause.section))?;
    Ok(Exit::Done)
}

pub(super) fn coverage(global: &Global, screen: &Screen) -> Outcome {
    let plans = content(global)?.plans()?;
    let found: Vec<(&Plan, Coverage)> = plans
        .iter()
        .map(|plan| (plan, Coverage::of(plan)))
        .collect();
    if screen.json() {
        let values = found.iter().map(|(plan, one)| {
            json!({
                "plan": plan.id, "title": plan.document.title, "targets": one.targets(),
                "indicators": one.indicators, "fields": one.fields,
                "milestones": one.milestones, "open": one.open,
            })
        });
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("方案", "plan"), LEFT),
        (screen.say("目标", "targets"), RIGHT),
        (screen.say("指标", "indicators"), RIGHT),
        (screen.say("数据集", "fields"), RIGHT),
        (screen.say("节点", "milestones"), RIGHT),
        (screen.say("待明确", "open"), RIGHT),
    ];
    let row = |name: &str, counts: [usize; 5]| {
        let mut row = vec![name.to_owned()];
        row.extend(counts.iter().map(usize::to_string));
        row
    };
    let mut rows = Vec::with_capacity(found.len() + 1);
    let mut total = [0; 5];
    for (plan, one) in &found {
        let counts = [
            one.targets(),
            one.indicators,
            one.fields,
            one.milestones,
            one.open,
        ];
        for (sum, count) in total.iter_mut().zip(counts) {
            *sum += count;
        }
        rows.push(row(&plan.id, counts));
    }
    rows.push(row(screen.say("合计", "total"), total));
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

pub(super) fn cascade(command: &Cascade, global: &Global, screen: &Screen) -> Outcome {
    let lineage = content(global)?.lineage(&command.plan)?;
    let (Some(parent), Some(cascade)) = (&lineage.parent, lineage.cascade()) else {
        let id = &lineage.plan.id;
        screen.note(&match screen.language() {
            Language::Zh => format!("方案“{id}”没有上级方案"),
            Language::En => format!("plan {id:?} has no parent"),
        });
        return Ok(Exit::Done);
    };
    let side = |plan: &Plan, target: &Target| {
        json!({
            "plan": plan.id, "target": target.id, "title": target.title,
            "clause": plan.citation(&target.clause), "scope": target.scope.text,
            "wanted": target.wanted(screen.language()),
            "due": target.due.date.map(|day| day.to_string()),
        })
    };
    if screen.json() {
        let compared = cascade.compared.iter().map(|one| {
            json!({
                "difference": one.difference.word(), "falls_short": one.difference.falls_short(),
                "parent": side(parent, one.parent), "child": side(&lineage.plan, one.child),
            })
        });
        let missing = cascade.missing.iter().map(|target| side(parent, target));
        screen.value(&json!({
            "compared": compared.collect::<Vec<_>>(), "missing": missing.collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("比较", "difference"), LEFT),
        (screen.say("题名", "title"), LEFT),
        (screen.say("上级", "parent"), LEFT),
        (screen.say("上级条款", "parent's clause"), LEFT),
        (screen.say("本级", "own"), LEFT),
        (screen.say("本级条款", "own clause"), LEFT),
    ];
    let said = |target: &Target| {
        let due = target
            .due
            .date
            .map(|day| format!(" {day}"))
            .unwrap_or_default();
        format!("{} {}{due}", target.id, target.wanted(screen.language()))
    };
    let mut compared: Vec<_> = cascade.compared.iter().collect();
    compared.sort_by_key(|one| one.difference);
    let rows: Vec<Vec<String>> = compared
        .iter()
        .map(|one| {
            vec![
                one.difference.text(screen.language()),
                one.child.title.clone(),
                said(one.parent),
                parent.citation(&one.parent.clause),
                said(one.child),
                lineage.plan.citation(&one.child.clause),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    for target in &cascade.missing {
        let clause = parent.citation(&target.clause);
        screen.line(&match screen.language() {
            Language::Zh => format!("本级没有：{} {}（{clause}）", said(target), target.title),
            Language::En => format!("not taken up: {} {} ({clause})", said(target), target.title),
        })?;
    }
    Ok(Exit::Done)
}
