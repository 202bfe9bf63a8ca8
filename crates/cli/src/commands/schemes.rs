//! `biaochi schemes`

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::{Library, SchemeInfo, SchemeStatus};
use serde_json::{Value, json};

use super::content;
use crate::arguments::Global;
use crate::arguments::content::Schemes;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Schemes, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let library = content.library();
    for problem in library.problems() {
        screen.warn(&problem.text(screen.language()));
    }
    if command.weights {
        return weights(library, screen);
    }
    match &command.id {
        Some(id) => {
            let info = library
                .scheme(id)
                .map_err(|error| Failure::of(Exit::NotFound, &error))?;
            one(&info, screen)
        }
        None => all(&library.schemes(), screen),
    }
}

fn all(schemes: &[SchemeInfo], screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&schemes.iter().map(value).collect())?;
        return Ok(Exit::Done);
    }
    let columns = match screen.language() {
        Language::Zh => [
            "方案",
            "名称",
            "适用地区",
            "ADRG",
            "DRG",
            "状态",
            "建议使用",
        ],
        Language::En => [
            "scheme",
            "title",
            "place",
            "ADRG",
            "DRG",
            "status",
            "recommended",
        ],
    };
    let aligns = [
        Align::Left,
        Align::Left,
        Align::Left,
        Align::Right,
        Align::Right,
        Align::Left,
        Align::Left,
    ];
    let columns: Vec<(&str, Align)> = columns.into_iter().zip(aligns).collect();
    let rows: Vec<Vec<String>> = schemes
        .iter()
        .map(|info| {
            vec![
                info.id.clone(),
                info.title.clone(),
                info.place.clone(),
                info.counts.adrgs.to_string(),
                info.counts.drgs.to_string(),
                status(info, screen.language()),
                info.recommended.clone(),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    screen.note(screen.say(
        "\n“有疑点”指公布的表有明显损坏，原样保留；“已修补”方案逐条列出修补。查看：biaochi schemes <方案>",
        "\n'damaged' means that the published tables are visibly damaged and kept as they are; 'mended' ones list each mend. See: biaochi schemes <scheme>",
    ));
    Ok(Exit::Done)
}

fn status(info: &SchemeInfo, language: Language) -> String {
    let text = info.status.text(language);
    match info.status {
        SchemeStatus::Damaged => format!("{text} {}", info.damages.len()),
        SchemeStatus::Mended => format!("{text} {}", info.mends.len()),
        SchemeStatus::Published => text,
    }
}

fn one(info: &SchemeInfo, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&value(info))?;
        return Ok(Exit::Done);
    }
    let zh = screen.language() == Language::Zh;
    let pick = |zh_text: &'static str, en_text: &'static str| if zh { zh_text } else { en_text };
    let document = &info.document;
    let facts = [
        (pick("名称", "title"), info.title.clone()),
        (pick("适用地区", "place"), info.place.clone()),
        (pick("版本", "version"), info.version.clone()),
        (
            pick("依据", "document"),
            format!("{} {} {}", document.title, document.number, document.issuer),
        ),
        (pick("许可", "licence"), info.licence.clone()),
        (
            pick("基础方案", "base"),
            info.base.clone().unwrap_or_else(|| "—".to_owned()),
        ),
        (pick("状态", "status"), status(info, screen.language())),
        (pick("建议使用", "recommended"), info.recommended.clone()),
        (
            pick("规模", "size"),
            format!(
                "MDC {}，ADRG {}，DRG {}",
                info.counts.categories, info.counts.adrgs, info.counts.drgs
            ),
        ),
        (pick("内容哈希", "content hash"), info.content_hash.clone()),
    ];
    for (label, text) in facts {
        screen.line(&format!("{label}  {}", text.trim()))?;
    }
    let remarks = [
        (
            pick("公布表中的疑点（原样保留）", "doubtful places, kept"),
            &info.damages,
        ),
        (pick("修补", "mends"), &info.mends),
    ];
    for (title, remarks) in remarks {
        if remarks.is_empty() {
            continue;
        }
        screen.line(&format!("\n{title}"))?;
        for (index, remark) in remarks.iter().enumerate() {
            screen.line(&format!("  {}. {}：{}", index + 1, remark.what, remark.why))?;
            screen.line(&format!(
                "     {}{}",
                pick("影响：", "effect: "),
                remark.effect
            ))?;
        }
    }
    Ok(Exit::Done)
}

fn value(info: &SchemeInfo) -> Value {
    let remarks = |remarks: &[biaochi_packs::Remark]| -> Vec<Value> {
        remarks
            .iter()
            .map(
                |remark| json!({ "what": remark.what, "why": remark.why, "effect": remark.effect }),
            )
            .collect()
    };
    json!({
        "id": info.id,
        "title": info.title,
        "place": info.place,
        "version": info.version,
        "base": info.base,
        "status": info.status.to_string(),
        "recommended": info.recommended,
        "document": {
            "title": info.document.title,
            "number": info.document.number,
            "issuer": info.document.issuer,
        },
        "licence": info.licence,
        "categories": info.counts.categories,
        "adrgs": info.counts.adrgs,
        "drgs": info.counts.drgs,
        "content_hash": info.content_hash,
        "damages": remarks(&info.damages),
        "mends": remarks(&info.mends),
    })
}

fn weights(library: &Library, screen: &Screen) -> Outcome {
    let tables = library.weight_tables();
    if screen.json() {
        let value: Vec<Value> = tables
            .iter()
            .map(|table| {
                json!({
                    "id": table.id,
                    "title": table.title,
                    "scheme": table.scheme,
                    "years": table.years,
                    "nature": table.nature.text(screen.language()),
                    "origin": table.origin,
                    "note": table.note,
                })
            })
            .collect();
        screen.value(&value.into())?;
        return Ok(Exit::Done);
    }
    let titles = match screen.language() {
        Language::Zh => ["权重表", "名称", "方案", "年份", "性质", "来源"],
        Language::En => ["table", "title", "scheme", "years", "nature", "origin"],
    };
    let columns: Vec<(&str, Align)> = titles
        .into_iter()
        .map(|title| (title, Align::Left))
        .collect();
    let rows: Vec<Vec<String>> = tables
        .iter()
        .map(|table| {
            let years: Vec<String> = table.years.iter().map(ToString::to_string).collect();
            vec![
                table.id.clone(),
                table.title.clone(),
                table.scheme.clone().unwrap_or_else(|| "—".to_owned()),
                if years.is_empty() {
                    "—".to_owned()
                } else {
                    years.join(" ")
                },
                table.nature.text(screen.language()),
                table.origin.clone(),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    for table in tables.iter().filter(|table| !table.note.is_empty()) {
        screen.line(&format!("{}：{}", table.id, table.note))?;
    }
    screen.note(screen.say(
        "\n自备权重：--weights 我的权重.csv（列 drg、weight；权重留空表示缺失，不会当作 0）",
        "\nweights of your own: --weights mine.csv (columns drg, weight; a blank weight is missing, never 0)",
    ));
    Ok(Exit::Done)
}
