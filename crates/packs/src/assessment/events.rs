//! `events.toml`: bonuses, deductions, vetoes.

use biaochi_assessment::{Effect, EventRule, Level, Proof, SameMatter, Scheme, Stacking, VetoRule};
use rust_decimal::Decimal;

use super::rule::{Known, Rule};
use super::validate::Offsets;
use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

/// Reads what `events.toml` says into a scheme.
pub(super) fn read(
    text: &str,
    known: Known<'_>,
    scheme: &mut Scheme,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<()> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = Rule::new(TomlReader::new(text, parsed.get_ref()), known);
    if let Some(mut rule) = top.within("terms", problems) {
        let terms = &mut scheme.event_terms;
        terms.bonus_cap = rule.decimal("bonus_cap", problems);
        terms.deduction_cap = rule.decimal("deduction_cap", problems);
        let stacking = [("sum", Stacking::Sum), ("highest", Stacking::Highest)];
        let stacking = rule.choice("several", &stacking, problems);
        terms.stacking = stacking.unwrap_or_default();
        let matter = [("once", SameMatter::Once), ("each", SameMatter::Each)];
        let matter = rule.choice("same_matter", &matter, problems);
        terms.same_matter = matter.unwrap_or_default();
        terms.cite = rule.cite(problems);
        rule.finish(problems);
    }
    for rule in top.list("event", problems) {
        let event = event(rule, offsets, problems);
        scheme.events.push(event);
    }
    if let Some(mut rule) = top.within("veto", problems) {
        scheme.vetoes.grade = rule.required("grade", problems);
        offsets.note("veto_grade", "", rule.table.offset("grade"));
        let list = rule.choice("list", &[("closed", false), ("open", true)], problems);
        scheme.vetoes.open_list = list.unwrap_or(false);
        for mut one in rule.list("rule", problems) {
            let id = one.required("id", problems);
            offsets.note("veto", &id, one.table.offset("id"));
            scheme.vetoes.rules.push(VetoRule {
                id,
                title: one.required("title", problems),
                proof: proof(&mut one, problems),
                cite: one.cite(problems),
            });
            one.finish(problems);
        }
        scheme.vetoes.cite = rule.cite(problems);
        rule.finish(problems);
    }
    top.finish(problems);
    Some(())
}

fn event(
    mut rule: Rule<'_, '_, '_>,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> EventRule {
    let id = rule.required("id", problems);
    offsets.note("event", &id, rule.table.offset("id"));
    let title = rule.required("title", problems);
    rule.table.required("effect", problems);
    let effect = [("bonus", Effect::Bonus), ("deduction", Effect::Deduction)];
    let effect = rule.choice("effect", &effect, problems);
    let proof = proof(&mut rule, problems);
    let mut levels = Vec::new();
    for mut one in rule.list("level", problems) {
        let level = one.required("id", problems);
        offsets.note("level", &format!("{id}/{level}"), one.table.offset("id"));
        let title = one.required("title", problems);
        one.table.required("points", problems);
        let points = one.decimal("points", problems);
        if points.is_some_and(|points| points < Decimal::ZERO) {
            one.wrong("points", "不小于 0 的数，加减由 effect 决定", problems);
        }
        levels.push(Level {
            id: level,
            title,
            points,
            parameters: one.used(),
        });
        one.finish(problems);
    }
    if levels.is_empty() {
        rule.wrong("level", "至少一个 [[event.level]]", problems);
    }
    let cite = rule.cite(problems);
    rule.finish(problems);
    EventRule {
        id,
        title,
        effect: effect.unwrap_or(Effect::Bonus),
        proof,
        levels,
        cite,
    }
}

fn proof(rule: &mut Rule<'_, '_, '_>, problems: &mut Problems<'_>) -> Vec<Proof> {
    let words = rule.texts("proof", problems);
    let read = |word: &String| match word.as_str() {
        "document_number" => Some(Proof::DocumentNumber),
        "wording" => Some(Proof::Wording),
        "file" => Some(Proof::File),
        _ => None,
    };
    let proof: Vec<Proof> = words.iter().filter_map(read).collect();
    if proof.is_empty() || proof.len() != words.len() {
        rule.wrong(
            "proof",
            "[\"document_number\", \"wording\", \"file\"] 中的一个或几个",
            problems,
        );
    }
    proof
}
