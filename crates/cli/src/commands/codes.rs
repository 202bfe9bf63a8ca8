//! `biaochi codes`

use biaochi_app::Content;
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_terminology::{CodeSystem, Hit, ValueSet};
use serde_json::{Value, json};

use super::content;
use crate::arguments::Global;
use crate::arguments::content::{Codes, System};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Codes, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    match (&command.set, &command.query) {
        (Some(id), _) => value_set(&content, id, screen),
        (None, Some(query)) => search(command, &content, query, screen),
        (None, None) => Ok(Exit::Usage),
    }
}

fn search(command: &Codes, content: &Content, query: &str, screen: &Screen) -> Outcome {
    let ids: &[&str] = match command.system {
        System::Diagnosis => &[DIAGNOSES],
        System::Procedure => &[PROCEDURES],
        System::All => &[DIAGNOSES, PROCEDURES],
    };
    let systems: Vec<&CodeSystem> = ids
        .iter()
        .filter_map(|id| content.codes().system(id))
        .collect();
    let found: Vec<(&CodeSystem, Vec<Hit<'_>>)> = systems
        .into_iter()
        .map(|system| (system, system.search(query, command.limit)))
        .collect();
    let none = found.iter().all(|(_, hits)| hits.is_empty());
    if screen.json() {
        let value: Vec<Value> = found
            .iter()
            .flat_map(|(system, hits)| {
                hits.iter()
                    .map(|hit| hit_value(system, hit, screen.language()))
            })
            .collect();
        screen.value(&value.into())?;
    } else if !none {
        for (system, hits) in found.iter().filter(|(_, hits)| !hits.is_empty()) {
            screen.line(&hit_table(system, hits, screen))?;
        }
    }
    if none {
        return Err(Failure::new(
            Exit::NotFound,
            format!("没有找到“{query}”。可以输入编码、名称的一部分，或拼音首字母"),
            format!("nothing found for {query:?}: type a code, part of a name, or pinyin initials"),
        ));
    }
    Ok(Exit::Done)
}

fn hit_value(system: &CodeSystem, hit: &Hit<'_>, language: Language) -> Value {
    json!({
        "system": system.id(),
        "code": hit.concept.code(),
        "name": hit.concept.name(),
        "edition": hit.concept.edition().text(language),
        "status": hit.concept.status().text(language),
        "reason": hit.reason.text(language),
        "matched": hit.matched,
    })
}

fn hit_table(system: &CodeSystem, hits: &[Hit<'_>], screen: &Screen) -> String {
    let language = screen.language();
    let titles = match language {
        Language::Zh => ["编码", "名称", "版本", "状态", "匹配"],
        Language::En => ["code", "name", "edition", "status", "match"],
    };
    let columns: Vec<(&str, Align)> = titles
        .into_iter()
        .map(|title| (title, Align::Left))
        .collect();
    let rows: Vec<Vec<String>> = hits
        .iter()
        .map(|hit| {
            vec![
                hit.concept.code().to_owned(),
                hit.concept.name().unwrap_or("—").to_owned(),
                hit.concept.edition().text(language),
                hit.concept.status().text(language),
                hit.reason.text(language),
            ]
        })
        .collect();
    format!("{}\n{}\n", system.title(), screen.table(&columns, &rows))
}

fn value_set(content: &Content, id: &str, screen: &Screen) -> Outcome {
    let sets: Vec<&ValueSet> = content
        .codes()
        .value_sets()
        .filter(|set| set.id.eq_ignore_ascii_case(id) || set.number.eq_ignore_ascii_case(id))
        .collect();
    if sets.is_empty() {
        let known: Vec<&str> = content
            .codes()
            .value_sets()
            .map(|set| set.id.as_str())
            .collect();
        return Err(Failure::new(
            Exit::NotFound,
            format!("没有值域“{id}”。可用的值域：{}", known.join("、")),
            format!(
                "there is no value set {id:?}; known are {}",
                known.join(", ")
            ),
        ));
    }
    if screen.json() {
        let value: Vec<Value> = sets.iter().map(|set| set_value(set)).collect();
        screen.value(&value.into())?;
        return Ok(Exit::Done);
    }
    let language = screen.language();
    for set in sets {
        let columns = match language {
            Language::Zh => [
                ("编码", Align::Left),
                ("含义", Align::Left),
                ("依据", Align::Left),
            ],
            Language::En => [
                ("code", Align::Left),
                ("meaning", Align::Left),
                ("basis", Align::Left),
            ],
        };
        let rows: Vec<Vec<String>> = set
            .members
            .iter()
            .map(|member| {
                let name = match language {
                    Language::Zh => &member.name,
                    Language::En => &member.name_en,
                };
                vec![
                    member.code.clone(),
                    name.clone(),
                    member.certainty.text(language),
                ]
            })
            .collect();
        screen.line(&format!("{} {} {}", set.id, set.title, set.standard))?;
        screen.line(&screen.table(&columns, &rows))?;
    }
    Ok(Exit::Done)
}

fn set_value(set: &ValueSet) -> Value {
    let members: Vec<Value> = set
        .members
        .iter()
        .map(
            |member| json!({ "code": member.code, "name": member.name, "name_en": member.name_en }),
        )
        .collect();
    json!({ "id": set.id, "title": set.title, "layouts": set.layouts, "members": members })
}
