//! What became of corrected records, in words and as JSON.

use biaochi_app::correct::{Amended, CorrectedRecord, Difference, shown_text};
use biaochi_domain::Language;
use serde_json::{Value, json};

use super::super::follow_up::{worklist_text, worklist_value};
use super::{LISTED, short};
use crate::screen::{Screen, count};

pub(super) fn corrected_text(corrected: &CorrectedRecord, screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let mut lines = Vec::new();
    for made in &corrected.amended.made {
        lines.push(match zh {
            true => format!(
                "病案 {} 已更正为第 {} 版",
                short(&made.record_key),
                made.version
            ),
            false => format!(
                "record {} has version {}",
                short(&made.record_key),
                made.version
            ),
        });
        lines.extend(made.differences.iter().map(|one| difference(one, screen)));
    }
    let [before, after] =
        [&corrected.drg_before, &corrected.drg_after].map(|drg| match drg.as_str() {
            "" => screen.say("未入组", "no group"),
            drg => drg,
        });
    if before != after {
        lines.push(match zh {
            true => format!("病组：{before} → {after}"),
            false => format!("group: {before} -> {after}"),
        });
    }
    lines.extend(footer(&corrected.amended, screen));
    if corrected.findings.is_empty() {
        lines.push(
            screen
                .say(
                    "这份病案没有问题了",
                    "nothing is found in this record any more",
                )
                .to_owned(),
        );
    } else {
        lines.push(
            screen
                .say("这份病案仍有：", "still found in this record:")
                .to_owned(),
        );
        let findings = corrected.findings.iter();
        lines.extend(findings.map(|(check, text)| format!("  {check}  {text}")));
    }
    lines.join("\n")
}

pub(super) fn difference(one: &Difference, screen: &Screen) -> String {
    let empty = screen.say("（空）", "(empty)");
    let text = |value: &Option<String>| match shown_text(one.place, value.as_deref()) {
        text if text.is_empty() => empty.to_owned(),
        text => text,
    };
    let name = match screen.language() {
        Language::Zh => one.place.name_zh(),
        Language::En => one.place.name(),
    };
    format!("  {name}：{} → {}", text(&one.before), text(&one.after))
}

/// What else became of the records: corrections made good, values left alone, the worklist.
pub(super) fn footer(amended: &Amended, screen: &Screen) -> Vec<String> {
    let zh = screen.language() == Language::Zh;
    let mut lines = Vec::new();
    if amended.restored > 0 {
        let restored = count(amended.restored);
        lines.push(match zh {
            true => format!("补做了 {restored} 份病案先前的更正"),
            false => format!("earlier corrections of {restored} records were made good"),
        });
    }
    if !amended.stale.is_empty() {
        let values = count(amended.stale.len() as u64);
        lines.push(match zh {
            true => format!(
                "注意：{values} 个值在文件中已是另外的内容，先前的更正不再适用，以文件为准："
            ),
            false => format!(
                "note: {values} values were delivered otherwise; earlier corrections do not apply:"
            ),
        });
        let stale = amended.stale.iter().take(LISTED);
        lines.extend(stale.map(|one| {
            let place = if zh {
                one.place.name_zh()
            } else {
                one.place.name()
            };
            format!("  {}  {place}", short(&one.record_key))
        }));
        if amended.stale.len() > LISTED {
            lines.push("  …".to_owned());
        }
    }
    lines.extend(
        amended
            .worklist
            .as_ref()
            .map(|synced| worklist_text(synced, screen.language())),
    );
    lines
}

pub(super) fn value(amended: &Amended) -> Value {
    let made = amended.made.iter().map(|made| {
        let changes = made.differences.iter().map(|one| {
            json!({
                "field": one.place.field.info().id, "index": one.place.index + 1,
                "before": one.before.as_deref().map(|text| shown_text(one.place, Some(text))),
                "after": one.after.as_deref().map(|text| shown_text(one.place, Some(text))),
            })
        });
        json!({
            "organisation_code": made.organisation_code, "record_key": made.record_key,
            "version": made.version, "changes": changes.collect::<Vec<_>>(),
        })
    });
    let stale = amended.stale.iter().map(|one| {
        json!({
            "record_key": one.record_key, "field": one.place.field.info().id,
            "index": one.place.index + 1,
        })
    });
    json!({
        "version": amended.version,
        "corrections": made.collect::<Vec<_>>(),
        "restored": amended.restored,
        "stale": stale.collect::<Vec<_>>(),
        "worklist": amended.worklist.as_ref().map(worklist_value),
    })
}
