//! `biaochi assess schemes`

use std::collections::BTreeMap;

use biaochi_app::assessment::{LoadedAssessment, Scheme, Subject};
use biaochi_domain::Language;
use serde_json::{Value, json};

use super::load;
use crate::arguments::Global;
use crate::commands::content;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

pub(super) fn list(global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let packs: Vec<[String; 3]> = content
        .assessment_library()
        .packs()
        .map(|(id, title, version)| [id, title, version].map(str::to_owned))
        .collect();
    if screen.json() {
        let values = packs
            .iter()
            .map(|[id, title, version]| json!({ "id": id, "title": title, "version": version }));
        screen.value(&Value::Array(values.collect()))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = packs.into_iter().map(|pack| pack.to_vec()).collect();
    let columns = [
        (screen.say("方案", "scheme"), Align::Left),
        (screen.say("名称", "title"), Align::Left),
        (screen.say("版本", "version"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

pub(super) fn show(id: &str, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let loaded = load(&content, id, &BTreeMap::new())?;
    if screen.json() {
        screen.value(&value(&loaded))?;
        return Ok(Exit::Done);
    }
    screen.line(loaded.title())?;
    if let Subject::Scheme(scheme) = &loaded.subject {
        screen.line(&parts(scheme, screen))?;
        screen.line("")?;
        screen.line(&bands(scheme, screen))?;
    }
    if !loaded.actors.is_empty() {
        let rows: Vec<Vec<String>> = loaded
            .actors
            .iter()
            .map(|actor| {
                vec![
                    actor.title.clone(),
                    actor.role.clone(),
                    actor.clause.clone(),
                ]
            })
            .collect();
        let columns = [
            (screen.say("承担者", "who"), Align::Left),
            (screen.say("职责", "role"), Align::Left),
            (screen.say("依据", "clause"), Align::Left),
        ];
        screen.line(&format!("\n{}", screen.table(&columns, &rows)))?;
    }
    screen.line(&format!("\n{}", parameters(&loaded, screen)))?;
    Ok(Exit::Done)
}

fn parts(scheme: &Scheme, screen: &Screen) -> String {
    let mut rows = Vec::new();
    for part in &scheme.parts {
        for phase in &part.phases {
            rows.push(vec![
                part.title.clone(),
                part.weight.to_string(),
                phase.id.clone(),
                phase.title.clone(),
                phase.due.clone(),
                phase.approval.join(" → "),
            ]);
        }
    }
    let columns = [
        (screen.say("组成", "part"), Align::Left),
        (screen.say("权重", "weight"), Align::Right),
        (screen.say("阶段", "phase"), Align::Left),
        (screen.say("名称", "title"), Align::Left),
        (screen.say("时限", "due"), Align::Left),
        (screen.say("审定", "approval"), Align::Left),
    ];
    screen.table(&columns, &rows)
}

fn bands(scheme: &Scheme, screen: &Screen) -> String {
    let rows: Vec<Vec<String>> = scheme
        .bands
        .iter()
        .map(|band| vec![band.grade.clone(), band.cite.clause.clone()])
        .collect();
    let columns = [
        (screen.say("等次", "grade"), Align::Left),
        (screen.say("依据", "clause"), Align::Left),
    ];
    screen.table(&columns, &rows)
}

fn parameters(loaded: &LoadedAssessment, screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let rows: Vec<Vec<String>> = loaded
        .parameters()
        .iter()
        .map(|parameter| {
            let value = match (parameter.value.as_str(), zh) {
                ("", true) => "未定",
                ("", false) => "open",
                (value, _) => value,
            };
            let assumed = match (parameter.assumed, zh) {
                (true, true) => "假定",
                (true, false) => "assumed",
                (false, _) => "",
            };
            vec![
                parameter.id.clone(),
                value.to_owned(),
                assumed.to_owned(),
                parameter.question.clone(),
            ]
        })
        .collect();
    let columns = [
        (screen.say("参数", "parameter"), Align::Left),
        (screen.say("值", "value"), Align::Left),
        ("", Align::Left),
        (
            screen.say("原文未定之处", "what the document leaves open"),
            Align::Left,
        ),
    ];
    screen.table(&columns, &rows)
}

fn value(loaded: &LoadedAssessment) -> Value {
    let parameters = loaded.parameters().iter().map(|one| {
        json!({
            "id": one.id, "title": one.title, "value": one.value, "assumed": one.assumed,
            "question": one.question, "set_by": one.set_by, "clause": one.cite.clause,
        })
    });
    let actors = loaded.actors.iter().map(
        |one| json!({ "id": one.id, "title": one.title, "role": one.role, "clause": one.clause }),
    );
    let mut value = json!({
        "id": loaded.id(), "title": loaded.title(), "content_hash": loaded.content_hash(),
        "packs": loaded.packs,
        "parameters": parameters.collect::<Vec<_>>(), "actors": actors.collect::<Vec<_>>(),
    });
    if let Subject::Scheme(scheme) = &loaded.subject {
        value["full"] = json!(scheme.full.to_string());
        let parts = scheme.parts.iter().map(|part| {
            json!({
                "id": part.id, "title": part.title, "weight": part.weight.to_string(),
                "clause": part.cite.clause,
                "phases": part.phases.iter().map(|phase| json!({
                    "id": phase.id, "title": phase.title, "due": phase.due,
                    "approval": phase.approval, "clause": phase.cite.clause,
                })).collect::<Vec<_>>(),
            })
        });
        value["parts"] = Value::Array(parts.collect());
        let tables = scheme.tables.iter().map(|table| {
            json!({
                "id": table.id, "title": table.title, "applies_to": table.applies_to,
                "items": table.items().map(|item| json!({
                    "id": item.id, "title": item.title, "points": item.points.to_string(),
                    "source": item.source.to_string(), "clause": item.cite.clause,
                })).collect::<Vec<_>>(),
            })
        });
        value["tables"] = Value::Array(tables.collect());
    }
    value
}
