//! Why the grade is what it is.

use biaochi_domain::Language;

use super::{Line, show};
use crate::grade::{Band, Lower, Upper};
use crate::outcome::Outcome;
use crate::scheme::Scheme;

pub(super) fn grade_lines(scheme: &Scheme, outcome: &Outcome, language: Language) -> Vec<Line> {
    let zh = language == Language::Zh;
    let score = outcome.score.map(show);
    let mut lines = Vec::new();
    let grade = outcome.grade.grade.as_deref();
    lines.push(Line::new(
        0,
        match (&score, grade, zh) {
            (Some(score), Some(grade), true) => format!("得分 {score}，建议等次“{grade}”"),
            (Some(score), None, true) => format!("得分 {score}，等次待定"),
            (None, Some(grade), true) => format!("得分待定，建议等次“{grade}”"),
            (None, None, true) => "得分和等次待定".to_owned(),
            (Some(score), Some(grade), false) => format!("score {score}, proposed grade {grade}"),
            (Some(score), None, false) => format!("score {score}, grade pending"),
            (None, Some(grade), false) => format!("score pending, proposed grade {grade}"),
            (None, None, false) => "score and grade pending".to_owned(),
        },
    ));
    if !outcome.grade.vetoes.is_empty() {
        let numbers: Vec<String> = outcome.grade.vetoes.iter().map(u64::to_string).collect();
        let (numbers, grade) = (numbers.join("、"), &scheme.vetoes.grade);
        let text = match zh {
            true => format!("有否决事项（事件 {numbers}），不论得分，直接建议“{grade}”"),
            false => format!("veto (event {numbers}): {grade} whatever the score"),
        };
        lines.push(Line::new(1, text).citing(&scheme.vetoes.cite, scheme, language));
    }
    if let Some(band) = scheme
        .bands
        .iter()
        .find(|band| Some(&band.grade) == outcome.grade.by_band.as_ref())
    {
        let range = range(band, language);
        let text = match zh {
            true => format!("按得分为“{}”（{range}）", band.grade),
            false => format!("by score: {} ({range})", band.grade),
        };
        lines.push(Line::new(1, text).citing(&band.cite, scheme, language));
    }
    for tried in &outcome.grade.gates {
        let Some(gate) = scheme.gates.iter().find(|gate| gate.id == tried.gate) else {
            continue;
        };
        let found: Vec<String> = gate
            .conditions
            .iter()
            .map(|condition| {
                let value = tried.found.get(&condition.key).and_then(Option::as_deref);
                let value = value.unwrap_or(if zh { "未提供" } else { "not known" });
                match zh {
                    true => format!("{}“{value}”", condition.title),
                    false => format!("{}: {value}", condition.title),
                }
            })
            .collect();
        let found = found.join(if zh { "，" } else { ", " });
        let (grade, otherwise) = (&gate.grade, &gate.otherwise);
        let text = match (tried.met, tried.pending, zh) {
            (true, _, true) => format!("评“{grade}”的条件“{}”具备：{found}", gate.title),
            (false, true, true) => {
                format!(
                    "评“{grade}”的条件“{}”尚未全部提供，等次待定：{found}",
                    gate.title
                )
            }
            (false, false, true) => {
                format!(
                    "评“{grade}”的条件“{}”不具备，改为“{otherwise}”：{found}",
                    gate.title
                )
            }
            (true, _, false) => format!("condition of {grade} met: {found}"),
            (false, true, false) => format!("condition of {grade} not known yet: {found}"),
            (false, false, false) => {
                format!("condition of {grade} not met, {otherwise} instead: {found}")
            }
        };
        lines.push(Line::new(1, text).citing(&gate.cite, scheme, language));
    }
    if let Some(place) = outcome.place {
        let of = outcome.of;
        lines.push(Line::new(
            1,
            match zh {
                true => format!("同类 {of} 家中列第 {place}"),
                false => format!("place {place} of {of} of its kind"),
            },
        ));
    }
    lines
}

/// The scores of a band, as people write them.
fn range(band: &Band, language: Language) -> String {
    let lower = band.lower.map(|lower| match lower {
        Lower::AtLeast(bound) => format!("≥ {}", show(bound)),
        Lower::Above(bound) => format!("> {}", show(bound)),
    });
    let upper = band.upper.map(|upper| match upper {
        Upper::AtMost(bound) => format!("≤ {}", show(bound)),
        Upper::Below(bound) => format!("< {}", show(bound)),
    });
    let parts: Vec<String> = lower.into_iter().chain(upper).collect();
    parts.join(match language {
        Language::Zh => " 且 ",
        Language::En => " and ",
    })
}
