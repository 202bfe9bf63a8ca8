//! Outcomes put into words: every number, and the rule and clause that it came from.

mod event;
mod grade;
mod item;

use biaochi_domain::{Language, in_sentence};
use rust_decimal::{Decimal, RoundingStrategy};

pub use self::event::event_line;
use self::event::link_lines;
use self::grade::grade_lines;
pub use self::grade::{NextGrade, lowered_by, next_grade};
use self::item::push_item;
pub use self::item::{reason, rule};
use crate::outcome::{ItemScore, Outcome, PartScore, PhaseScore, ScoreOrigin};
use crate::scheme::{Cite, Scheme};

/// A line of an explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How deep it stands, from 0.
    pub depth: u8,
    /// The sentence.
    pub text: String,
    /// Where its rule stands; empty when it has none.
    pub clause: String,
}

impl Line {
    fn new(depth: u8, text: String) -> Self {
        Self {
            depth,
            text,
            clause: String::new(),
        }
    }

    fn citing(self, cite: &Cite, scheme: &Scheme, language: Language) -> Self {
        Self {
            clause: cited(cite, scheme, language),
            ..self
        }
    }
}

/// Clause and assumed parameters of a rule.
fn cited(cite: &Cite, scheme: &Scheme, language: Language) -> String {
    let mut parts = Vec::new();
    if !cite.clause.is_empty() {
        parts.push(cite.clause.clone());
    }
    for id in &cite.parameters {
        let Some(parameter) = scheme.parameter(id) else {
            continue;
        };
        let value = match (parameter.value.as_str(), language) {
            ("", Language::Zh) => "未定",
            ("", Language::En) => "open",
            (value, _) => value,
        };
        parts.push(match (parameter.assumed, language) {
            (true, Language::Zh) => format!("假定 {id} = {value}"),
            (false, Language::Zh) => format!("参数 {id} = {value}"),
            (true, Language::En) => format!("assumed {id} = {value}"),
            (false, Language::En) => format!("parameter {id} = {value}"),
        });
    }
    parts.join(match language {
        Language::Zh => "；",
        Language::En => "; ",
    })
}

/// Why an institution got its score and grade, from the grade down to the items.
pub fn outcome_lines(scheme: &Scheme, outcome: &Outcome, language: Language) -> Vec<Line> {
    let mut lines = grade_lines(scheme, outcome, language);
    lines.push(total_line(scheme, outcome, language));
    for part in &outcome.parts {
        part_lines(scheme, part, language, &mut lines);
    }
    for event in &outcome.events.events {
        lines.push(event_line(scheme, event, language));
    }
    lines.extend(link_lines(scheme, outcome, language));
    lines
}

/// Why an item got its points, phase by phase.
pub fn item_lines(scheme: &Scheme, outcome: &Outcome, item: &str, language: Language) -> Vec<Line> {
    outcome
        .items(item)
        .flat_map(|scored| scored_lines(scheme, &outcome.table, scored, language))
        .collect()
}

/// Why an item of a table got its points in one phase.
pub fn scored_lines(
    scheme: &Scheme,
    table: &str,
    (phase, score): (&PhaseScore, &ItemScore),
    language: Language,
) -> Vec<Line> {
    let title = phase_title(scheme, phase);
    let period = &phase.period;
    let mut lines = vec![Line::new(
        0,
        match language {
            Language::Zh => format!("{title}（{period}）"),
            Language::En => format!("{title} ({period})"),
        },
    )];
    push_item(scheme, table, score, 1, language, &mut lines);
    lines
}

/// A value, an index, a weight or a number of a rule: four decimals at most.
fn show(value: Decimal) -> String {
    in_sentence(value.round_dp(4).normalize())
}

/// Points that were given: always two decimals, rounded as people do.
pub fn points_text(value: Decimal) -> String {
    let mut value = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    value.rescale(2);
    value.to_string()
}

/// A share as per cent: always two decimals.
pub fn percent_text(share: Decimal) -> String {
    format!("{}%", points_text(share * Decimal::ONE_HUNDRED))
}

fn total_line(scheme: &Scheme, outcome: &Outcome, language: Language) -> Line {
    let zh = language == Language::Zh;
    let parts: Vec<String> = outcome
        .parts
        .iter()
        .map(|part| match part.mean {
            Some(mean) => format!(
                "{} × {}%",
                show(mean),
                show(part.weight * Decimal::ONE_HUNDRED)
            ),
            None if zh => "缺".to_owned(),
            None => "missing".to_owned(),
        })
        .collect();
    let mut text = parts.join(" + ");
    let events = &outcome.events;
    if !events.bonus.is_zero() {
        text += &format!(" + {}", show(events.bonus));
    }
    if !events.deduction.is_zero() {
        text += &format!(" − {}", show(events.deduction));
    }
    if let Some(exact) = outcome.exact {
        text += &format!(" = {}", show(exact));
        let score = outcome.score.unwrap_or(exact);
        let over = scheme.total.cap.is_some_and(|cap| exact > cap);
        let under = scheme.total.floor.is_some_and(|floor| exact < floor);
        if over || under {
            text += &match (over, zh) {
                (true, true) => format!("，封顶为 {}", points_text(score)),
                (false, true) => format!("，保底为 {}", points_text(score)),
                (_, false) => format!(", limited to {}", points_text(score)),
            };
        } else if score != exact {
            text += &match zh {
                true => format!("，保留 {} 位小数为 {}", scheme.rounding.total, show(score)),
                false => format!(", rounded to {}", show(score)),
            };
        }
    }
    let mut cite = scheme.total.cite.clone();
    cite.parameters
        .extend(scheme.rounding.cite.parameters.iter().cloned());
    Line::new(0, text).citing(&cite, scheme, language)
}

fn part_lines(scheme: &Scheme, part: &PartScore, language: Language, lines: &mut Vec<Line>) {
    let zh = language == Language::Zh;
    let Some(rule) = scheme.parts.iter().find(|rule| rule.id == part.part) else {
        return;
    };
    let weight = show(part.weight * Decimal::ONE_HUNDRED);
    let text = match (part.mean, part.contribution, zh) {
        (Some(mean), Some(points), true) => format!(
            "{} {} 分，权重 {weight}%，计 {} 分",
            rule.title,
            points_text(mean),
            points_text(points)
        ),
        (Some(mean), Some(points), false) => {
            format!(
                "{}: {}, weight {weight}%, gives {}",
                rule.title,
                points_text(mean),
                points_text(points)
            )
        }
        (_, _, true) => format!("{}没有得分（权重 {weight}%）", rule.title),
        (_, _, false) => format!("{}: no score (weight {weight}%)", rule.title),
    };
    lines.push(Line::new(0, text).citing(&rule.cite, scheme, language));
    for phase in &part.phases {
        phase_lines(scheme, phase, language, lines);
    }
}

fn phase_title<'a>(scheme: &'a Scheme, phase: &'a PhaseScore) -> &'a str {
    scheme
        .phase(&phase.phase)
        .map_or(phase.phase.as_str(), |phase| phase.title.as_str())
}

fn phase_lines(scheme: &Scheme, phase: &PhaseScore, language: Language, lines: &mut Vec<Line>) {
    let zh = language == Language::Zh;
    let (title, period) = (phase_title(scheme, phase), &phase.period);
    let score = phase.score.map(points_text).unwrap_or_default();
    let entry = phase.entry.as_ref();
    let actor = entry.map_or("", |entry| entry.actor.as_str());
    let text = match (phase.origin, zh) {
        (ScoreOrigin::Items, true) => format!("{title}（{period}）{score} 分，由指标表得出"),
        (ScoreOrigin::Items, false) => format!("{title} ({period}): {score} from the items"),
        (ScoreOrigin::Entered, true) => format!("{title}（{period}）{score} 分，由 {actor} 录入"),
        (ScoreOrigin::Entered, false) => format!("{title} ({period}): {score} entered by {actor}"),
        (ScoreOrigin::Decided { number }, true) => {
            let before = phase.before.map_or_else(|| "无".to_owned(), points_text);
            format!("{title}（{period}）{score} 分，由第 {number} 号调整决定（原为 {before}）")
        }
        (ScoreOrigin::Decided { number }, false) => {
            format!("{title} ({period}): {score} decided by adjustment {number}")
        }
        (ScoreOrigin::Unreadable, true) => {
            let value = entry.map_or("", |entry| entry.value.as_str());
            let scale = show(phase.scale);
            format!("{title}（{period}）录入的“{value}”不是 0 到 {scale} 之间的数，请改正")
        }
        (ScoreOrigin::Unreadable, false) => format!("{title} ({period}): the entry is no score"),
        (ScoreOrigin::Missing, true) => format!("{title}（{period}）没有得分"),
        (ScoreOrigin::Missing, false) => format!("{title} ({period}): no score"),
    };
    let cite = scheme.phase(&phase.phase).map(|phase| phase.cite.clone());
    let cite = cite.unwrap_or_default();
    lines.push(Line::new(1, text).citing(&cite, scheme, language));
    for section in &phase.sections {
        let rule = scheme.tables.iter().flat_map(|table| &table.sections);
        let rule = rule.clone().find(|rule| rule.id == section.section);
        let title = rule.map_or(section.section.as_str(), |rule| rule.title.as_str());
        let (score, counted) = (points_text(section.score), points_text(section.counted));
        let mut text = match zh {
            true => format!("{title}：{score} / {counted} 分"),
            false => format!("{title}: {score} of {counted}"),
        };
        if section.score != section.sum {
            text += &match zh {
                true => format!("（各项合计 {}，受本类限额）", points_text(section.sum)),
                false => format!(" (sum {}, limited)", points_text(section.sum)),
            };
        }
        if !section.excluded.is_zero() {
            text += &match zh {
                true => format!(
                    "，{} 分的项目缺数据未计，其余按比例折算",
                    show(section.excluded)
                ),
                false => format!(", {} points left out", show(section.excluded)),
            };
        }
        lines.push(Line::new(2, text));
        for item in &section.items {
            let table = table_of(scheme, &item.item);
            push_item(scheme, table, item, 3, language, lines);
        }
    }
}

fn table_of<'a>(scheme: &'a Scheme, item: &str) -> &'a str {
    let has = |table: &&crate::scheme::Table| table.items().any(|known| known.id == item);
    scheme
        .tables
        .iter()
        .find(has)
        .map_or("", |table| table.id.as_str())
}
