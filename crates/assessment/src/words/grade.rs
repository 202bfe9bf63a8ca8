//! Why the grade is what it is.

use biaochi_domain::Language;
use rust_decimal::Decimal;

use super::{Line, points_text, show};
use crate::grade::{Band, Lower, Upper};
use crate::outcome::Outcome;
use crate::scheme::Scheme;

pub(super) fn grade_lines(scheme: &Scheme, outcome: &Outcome, language: Language) -> Vec<Line> {
    let zh = language == Language::Zh;
    let score = outcome.score.map(points_text);
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
    if let Some(next) = next_grade(scheme, outcome) {
        let (grade, missing) = (next.grade, points_text(next.missing));
        let text = match zh {
            true => format!("按得分距“{grade}”还差 {missing} 分"),
            false => format!("{missing} points short of {grade} by score"),
        };
        lines.push(Line::new(1, text));
    }
    lines.extend(costly(scheme, outcome, language));
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

/// The next better grade by score, and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextGrade<'a> {
    /// The grade.
    pub grade: &'a str,
    /// Points that are missing; with a bound that has to be exceeded, a little more than this.
    pub missing: Decimal,
}

/// How far the next better grade by score is; `None` for the best one, and without a score.
pub fn next_grade<'a>(scheme: &'a Scheme, outcome: &Outcome) -> Option<NextGrade<'a>> {
    let score = outcome.score?;
    let own = outcome.grade.by_band.as_ref()?;
    let place = scheme.bands.iter().position(|band| band.grade == *own)?;
    let next = scheme.bands.get(place.checked_sub(1)?)?;
    let (Lower::AtLeast(bound) | Lower::Above(bound)) = next.lower?;
    let missing = bound.checked_sub(score)?;
    Some(NextGrade {
        grade: &next.grade,
        missing,
    })
}

/// The title of the gate that made the grade another one than the score's; `None` when no gate did.
pub fn lowered_by<'a>(scheme: &'a Scheme, outcome: &Outcome) -> Option<&'a str> {
    let graded = &outcome.grade;
    if !graded.vetoes.is_empty() || graded.grade == graded.by_band {
        return None;
    }
    let failed = graded.gates.iter().find(|tried| !tried.met)?;
    let gate = scheme.gates.iter().find(|gate| gate.id == failed.gate)?;
    Some(&gate.title)
}

/// Items that are named as the most expensive.
const COSTLY: usize = 3;

/// The items that cost most, in one line.
fn costly(scheme: &Scheme, outcome: &Outcome, language: Language) -> Option<Line> {
    let table = scheme.table(&outcome.table)?;
    let losses = outcome.losses(scheme.full).into_iter().take(COSTLY);
    let named: Vec<String> = losses
        .filter_map(|loss| {
            let item = table.items().find(|item| item.id == loss.item)?;
            let points = points_text(loss.points);
            Some(match language {
                Language::Zh => format!("{} {} {points} 分", item.id, item.title),
                Language::En => format!("{} {} {points}", item.id, item.title),
            })
        })
        .collect();
    if named.is_empty() {
        return None;
    }
    let text = match language {
        Language::Zh => format!("失分最多：{}（折算为年度得分）", named.join("、")),
        Language::En => format!("most was lost by {}", named.join(", ")),
    };
    Some(Line::new(1, text))
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
