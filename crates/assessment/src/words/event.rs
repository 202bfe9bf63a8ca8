//! Why an event counts or not, and what a result is linked to.

use biaochi_domain::{Language, Localized};

use super::{Line, points_text, show};
use crate::events::{Effect, EventOutcome, Proof, Weighed};
use crate::outcome::Outcome;
use crate::scheme::Scheme;

impl Localized for Proof {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::DocumentNumber => ("正式文号", "the number of the formal document"),
            Self::Wording => ("批示原文", "the leader's wording"),
            Self::File => ("佐证文件", "an evidence file"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// What an event came to, and why.
pub fn event_line(scheme: &Scheme, outcome: &EventOutcome, language: Language) -> Line {
    let zh = language == Language::Zh;
    let event = &outcome.event;
    let rule = scheme.events.iter().find(|rule| rule.id == event.rule);
    let veto = scheme
        .vetoes
        .rules
        .iter()
        .find(|rule| rule.id == event.rule);
    let level = rule.and_then(|rule| rule.levels.iter().find(|level| level.id == event.level));
    let kind = match (rule, veto, zh) {
        (Some(rule), _, _) => rule.title.as_str(),
        (None, Some(veto), _) => veto.title.as_str(),
        (None, None, true) => "其他事件",
        (None, None, false) => "other event",
    };
    let points = outcome.points.map(points_text).unwrap_or_default();
    let weighed = match (&outcome.weighed, outcome.effect, zh) {
        (Weighed::Counted, Some(Effect::Bonus), true) => format!("加 {points} 分"),
        (Weighed::Counted, Some(Effect::Deduction), true) => format!("扣 {points} 分"),
        (Weighed::Counted, None, true) => "构成否决".to_owned(),
        (Weighed::Counted, Some(Effect::Bonus), false) => format!("adds {points}"),
        (Weighed::Counted, Some(Effect::Deduction), false) => format!("takes {points}"),
        (Weighed::Counted, None, false) => "vetoes".to_owned(),
        (Weighed::NotApproved, _, true) => "未计：尚未审核通过".to_owned(),
        (Weighed::NotApproved, _, false) => "not counted: not approved".to_owned(),
        (Weighed::OutsidePeriod, _, true) => "未计：不在考核年度内".to_owned(),
        (Weighed::OutsidePeriod, _, false) => "not counted: outside the period".to_owned(),
        (Weighed::NoProof { proof }, _, true) => format!("未计：缺少{}", proof.text(language)),
        (Weighed::NoProof { proof }, _, false) => {
            format!("not counted: {} is lacking", proof.text(language))
        }
        (Weighed::UnknownRule, _, true) => "未计：方案中没有这一类事件".to_owned(),
        (Weighed::UnknownRule, _, false) => "not counted: no such rule".to_owned(),
        (Weighed::UnknownLevel, _, true) => "未计：方案中没有这一层级".to_owned(),
        (Weighed::UnknownLevel, _, false) => "not counted: no such level".to_owned(),
        (Weighed::PointsOpen { parameters }, _, true) => {
            format!("未计：分值未定，请设定参数 {}", parameters.join("、"))
        }
        (Weighed::PointsOpen { parameters }, _, false) => {
            format!("not counted: set the parameter {}", parameters.join(", "))
        }
        (Weighed::SameMatter { counted }, _, true) => {
            format!("未计：同一事项已按事件 {counted} 计分")
        }
        (Weighed::SameMatter { counted }, _, false) => {
            format!("not counted: the matter counts as event {counted}")
        }
        (Weighed::NotHighest { counted }, _, true) => {
            format!("未计：只取最高的一项（事件 {counted}）")
        }
        (Weighed::NotHighest { counted }, _, false) => {
            format!("not counted: only event {counted} does")
        }
    };
    let level = level.map_or("", |level| level.title.as_str());
    let (number, title, date) = (event.number, &event.title, event.date);
    let text = match (zh, level) {
        (true, "") => format!("事件 {number} {kind}（{date}）：{title}——{weighed}"),
        (true, level) => format!("事件 {number} {kind}（{level}，{date}）：{title}——{weighed}"),
        (false, _) => format!("event {number} ({kind}, {date}): {title}: {weighed}"),
    };
    let cite = rule.map(|rule| &rule.cite).or(veto.map(|veto| &veto.cite));
    Line::new(0, text).citing(&cite.cloned().unwrap_or_default(), scheme, language)
}

pub(super) fn link_lines<'a>(
    scheme: &'a Scheme,
    outcome: &'a Outcome,
    language: Language,
) -> impl Iterator<Item = Line> + 'a {
    let zh = language == Language::Zh;
    outcome.links.iter().filter_map(move |linked| {
        let link = scheme.links.iter().find(|link| link.id == linked.link)?;
        let text = match (linked.coefficient, zh) {
            (Some(value), true) => format!("挂钩 {}：系数 {}", link.title, show(value)),
            (None, true) => format!("挂钩 {}：系数未定，不计算", link.title),
            (Some(value), false) => format!("linked to {}: {}", link.title, show(value)),
            (None, false) => format!("linked to {}: no coefficient", link.title),
        };
        Some(Line::new(0, text).citing(&link.cite, scheme, language))
    })
}
