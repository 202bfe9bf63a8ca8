//! `scheme.toml`: parts and phases, grades, rounding, links.

use biaochi_assessment::{
    Band, Coefficient, Condition, Gate, GateMissing, Link, Lower, MissingPhase, Part, Phase,
    PhaseScoring, Rounding, RoundingRule, Scheme, Span, Total, Upper,
};
use rust_decimal::Decimal;

use super::library::Actor;
use super::rule::{Known, Rule};
use super::validate::Offsets;
use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

const SPANS: &str = "Q1 / Q2 / Q3 / Q4 / H1 / H2 / year";

/// Reads what `scheme.toml` says into a scheme, and who takes part.
pub(super) fn read(
    text: &str,
    known: Known<'_>,
    scheme: &mut Scheme,
    actors: &mut Vec<Actor>,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<()> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = Rule::new(TomlReader::new(text, parsed.get_ref()), known);
    if let Some(mut head) = top.within("scheme", problems) {
        scheme.issuer = head.text("issuer", problems).unwrap_or_default();
        let period = |text: &str| text.parse().ok();
        scheme.period = head.parsed("period", "时期 a period, 2021", period, problems);
        scheme.full = head.required_decimal("full", problems);
        offsets.note("full", "", head.table.offset("full"));
        let missing = [
            ("refuse", MissingPhase::Refuse),
            ("zero", MissingPhase::Zero),
            ("others", MissingPhase::Others),
        ];
        let missing = head.choice("missing_phase", &missing, problems);
        scheme.missing_phase = missing.unwrap_or_default();
        scheme.total.cite = head.cite(problems);
        head.finish(problems);
    } else {
        top.table.required("scheme", problems);
    }
    offsets.note("parts", "", top.table.offset("part"));
    for part in top.list("part", problems) {
        scheme
            .parts
            .push(read_part(part, scheme.full, offsets, problems));
    }
    if let Some(rule) = top.within("total", problems) {
        scheme.total = total(rule, problems);
    }
    if let Some(rule) = top.within("rounding", problems) {
        scheme.rounding = rounding(rule, problems);
    }
    offsets.note("bands", "", top.table.offset("band"));
    for rule in top.list("band", problems) {
        scheme.bands.push(band(rule, offsets, problems));
    }
    for rule in top.list("gate", problems) {
        scheme.gates.push(gate(rule, offsets, problems));
    }
    for rule in top.list("link", problems) {
        scheme.links.push(link(rule, offsets, problems));
    }
    for mut rule in top.list("actor", problems) {
        let id = rule.required("id", problems);
        offsets.note("actor", &id, rule.table.offset("id"));
        actors.push(Actor {
            id,
            title: rule.required("title", problems),
            role: rule.required("role", problems),
            clause: rule.cite(problems).clause,
        });
        rule.finish(problems);
    }
    top.finish(problems);
    Some(())
}

fn read_part(
    mut rule: Rule<'_, '_, '_>,
    full: Decimal,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Part {
    let id = rule.required("id", problems);
    offsets.note("part", &id, rule.table.offset("id"));
    let mut part = Part {
        title: rule.required("title", problems),
        weight: rule.required_decimal("weight", problems),
        phases: Vec::new(),
        cite: rule.cite(problems),
        id,
    };
    for phase in rule.list("phase", problems) {
        part.phases.push(read_phase(phase, full, offsets, problems));
    }
    if part.phases.is_empty() {
        rule.wrong("phase", "至少一个 [[part.phase]]", problems);
    }
    rule.table.text("note", problems);
    rule.finish(problems);
    part
}

fn read_phase(
    mut rule: Rule<'_, '_, '_>,
    full: Decimal,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Phase {
    let id = rule.required("id", problems);
    offsets.note("phase", &id, rule.table.offset("id"));
    let title = rule.required("title", problems);
    rule.table.required("span", problems);
    let span = rule.parsed("span", SPANS, Span::parse, problems);
    let scoring = rule.choice(
        "scoring",
        &[
            ("entered", PhaseScoring::Entered),
            ("items", PhaseScoring::Items),
        ],
        problems,
    );
    let scale = rule.decimal("scale", problems).unwrap_or(full);
    if scale <= Decimal::ZERO {
        rule.wrong("scale", "大于 0 的数 a number above 0", problems);
    }
    let due = rule.text("due", problems).unwrap_or_default();
    let approval = rule.texts("approval", problems);
    rule.table.text("note", problems);
    let cite = rule.cite(problems);
    rule.finish(problems);
    Phase {
        id,
        title,
        span: span.unwrap_or(Span::Year),
        scoring: scoring.unwrap_or(PhaseScoring::Items),
        scale,
        due,
        approval,
        cite,
    }
}

fn total(mut rule: Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Total {
    let total = Total {
        cap: rule.decimal("cap", problems),
        floor: rule.decimal("floor", problems),
        cite: rule.cite(problems),
    };
    rule.finish(problems);
    total
}

fn rounding(mut rule: Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Rounding {
    let rules = [
        ("half_up", RoundingRule::HalfUp),
        ("half_even", RoundingRule::HalfEven),
        ("truncate", RoundingRule::Truncate),
    ];
    let default = Rounding::default();
    let way = rule.choice("rule", &rules, problems);
    let (item, phase) = (rule.count("item", problems), rule.count("phase", problems));
    let total = rule.count("total", problems);
    let grade_by = [("rounded", true), ("exact", false)];
    let grade_by = rule.choice("grade_by", &grade_by, problems);
    for (key, decimals) in [("item", item), ("phase", phase), ("total", total)] {
        if decimals.is_some_and(|decimals| decimals > 10) {
            rule.wrong(key, "0 到 10 位 up to 10 decimals", problems);
        }
    }
    let rounding = Rounding {
        rule: way.unwrap_or(default.rule),
        item,
        phase,
        total: total.unwrap_or(default.total),
        grade_by_rounded: grade_by.unwrap_or(default.grade_by_rounded),
        cite: rule.cite(problems),
    };
    rule.finish(problems);
    rounding
}

fn band(mut rule: Rule<'_, '_, '_>, offsets: &mut Offsets, problems: &mut Problems<'_>) -> Band {
    let grade = rule.required("grade", problems);
    offsets.note("band", &grade, rule.table.offset("grade"));
    let at_least = rule.decimal("at_least", problems).map(Lower::AtLeast);
    let above = rule.decimal("above", problems).map(Lower::Above);
    let at_most = rule.decimal("at_most", problems).map(Upper::AtMost);
    let below = rule.decimal("below", problems).map(Upper::Below);
    if at_least.is_some() && above.is_some() || at_most.is_some() && below.is_some() {
        rule.wrong(
            "grade",
            "下限 at_least / above、上限 at_most / below 各至多一个",
            problems,
        );
    }
    let cite = rule.cite(problems);
    rule.finish(problems);
    Band {
        grade,
        lower: at_least.or(above),
        upper: at_most.or(below),
        cite,
    }
}

fn gate(mut rule: Rule<'_, '_, '_>, offsets: &mut Offsets, problems: &mut Problems<'_>) -> Gate {
    let id = rule.required("id", problems);
    offsets.note("gate", &id, rule.table.offset("id"));
    let title = rule.required("title", problems);
    let grade = rule.required("grade", problems);
    offsets.note("gate_grade", &id, rule.table.offset("grade"));
    let otherwise = rule.required("otherwise", problems);
    offsets.note("gate_otherwise", &id, rule.table.offset("otherwise"));
    let missing = [
        ("fail", GateMissing::Fail),
        ("pending", GateMissing::Pending),
    ];
    let missing = rule.choice("missing", &missing, problems);
    let mut conditions = Vec::new();
    for mut one in rule.list("condition", problems) {
        conditions.push(Condition {
            key: one.required("key", problems),
            title: one.required("title", problems),
            accepts: one.texts("accepts", problems),
        });
        if conditions.last().is_some_and(|one| one.accepts.is_empty()) {
            one.wrong("accepts", "至少一个等次 at least one word", problems);
        }
        one.finish(problems);
    }
    if conditions.is_empty() {
        rule.wrong("condition", "至少一个 [[gate.condition]]", problems);
    }
    let cite = rule.cite(problems);
    rule.finish(problems);
    Gate {
        id,
        title,
        grade,
        conditions,
        otherwise,
        missing: missing.unwrap_or_default(),
        cite,
    }
}

/// A link, with a coefficient by score, by grade, or none.
pub(super) fn link(
    mut rule: Rule<'_, '_, '_>,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Link {
    let id = rule.required("id", problems);
    offsets.note("link", &id, rule.table.offset("id"));
    let title = rule.required("title", problems);
    let by_score = rule.decimal("by_score", problems);
    let mut by_grade = Vec::new();
    for mut one in rule.list("by_grade", problems) {
        let grade = one.required("grade", problems);
        offsets.note(
            "link_grade",
            &format!("{id}/{grade}"),
            one.table.offset("grade"),
        );
        by_grade.push((grade, one.required_decimal("coefficient", problems)));
        one.finish(problems);
    }
    let coefficient = match (by_score, by_grade.is_empty()) {
        (None, true) => Coefficient::None,
        (Some(factor), true) => Coefficient::ByScore(factor),
        (None, false) => Coefficient::ByGrade(by_grade),
        (Some(_), false) => {
            rule.wrong("by_score", "by_score 和 by_grade 至多一种", problems);
            Coefficient::None
        }
    };
    let cite = rule.cite(problems);
    rule.table.text("note", problems);
    rule.finish(problems);
    Link {
        id,
        title,
        coefficient,
        cite,
    }
}
