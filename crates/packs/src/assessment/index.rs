//! `index.toml`: a high-quality-development index.

use biaochi_assessment::index::{
    Class, Component, Dimension, Good, Index, MissingComponent, Standardisation, Trial,
};
use rust_decimal::Decimal;

use super::rule::{Known, Rule};
use super::scheme::link;
use super::tables::read_source;
use super::validate::Offsets;
use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

/// Reads what `index.toml` says into an index, and what the weights of a class have to add up to.
pub(super) fn read(
    text: &str,
    known: Known<'_>,
    index: &mut Index,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<Decimal> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = Rule::new(TomlReader::new(text, parsed.get_ref()), known);
    let mut weights = Decimal::ONE_HUNDRED;
    if let Some(mut head) = top.within("index", problems) {
        index.issuer = head.text("issuer", problems).unwrap_or_default();
        let scale = head.decimal("scale", problems);
        index.scale = scale.unwrap_or(Decimal::ONE_HUNDRED);
        index.decimals = head.count("decimals", problems).unwrap_or(2);
        weights = head.decimal("weights", problems).unwrap_or(weights);
        index.least_coverage = head.decimal("least_coverage", problems).unwrap_or_default();
        let shifts = head.texts("shifts", problems);
        let read: Vec<Decimal> = shifts.iter().filter_map(|text| text.parse().ok()).collect();
        let sound = |shift: &Decimal| shift.abs() <= Decimal::ONE_HUNDRED;
        if read.len() != shifts.len() || !read.iter().all(sound) {
            head.wrong("shifts", "-100 到 100 的百分数 [\"-20\", \"20\"]", problems);
        }
        index.shifts = read;
        head.cite(problems);
        head.finish(problems);
    } else {
        top.table.required("index", problems);
    }
    if let Some(mut rule) = top.within("trial", problems) {
        let default = Trial::default();
        let seed = rule.parsed(
            "seed",
            "整数 a whole number",
            |text| text.parse().ok(),
            problems,
        );
        index.trial = Trial {
            spread: rule.count("spread", problems).unwrap_or(default.spread),
            draws: rule.count("draws", problems).unwrap_or(default.draws),
            seed: seed.unwrap_or(default.seed),
        };
        if index.trial.spread > 100 || index.trial.draws > 100_000 {
            rule.wrong("spread", "spread 至多 100，draws 至多 100000", problems);
        }
        rule.cite(problems);
        rule.finish(problems);
    }
    for mut rule in top.list("class", problems) {
        let id = rule.required("id", problems);
        offsets.note("class", &id, rule.table.offset("id"));
        index.classes.push(Class {
            id,
            title: rule.required("title", problems),
            words: rule.texts("words", problems),
        });
        rule.cite(problems);
        rule.finish(problems);
    }
    for mut rule in top.list("dimension", problems) {
        let id = rule.required("id", problems);
        offsets.note("dimension", &id, rule.table.offset("id"));
        index.dimensions.push(Dimension {
            id,
            title: rule.required("title", problems),
        });
        rule.cite(problems);
        rule.finish(problems);
    }
    for rule in top.list("component", problems) {
        let component = component(rule, offsets, problems);
        index.components.extend(component);
    }
    for rule in top.list("link", problems) {
        index.links.push(link(rule, offsets, problems));
    }
    top.finish(problems);
    Some(weights)
}

fn component(
    mut rule: Rule<'_, '_, '_>,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<Component> {
    let id = rule.required("id", problems);
    offsets.note("component", &id, rule.table.offset("id"));
    let title = rule.required("title", problems);
    let dimension = rule.required("dimension", problems);
    offsets.note("component_dimension", &id, rule.table.offset("dimension"));
    let source = read_source(&mut rule, problems);
    offsets.note("indicator", &id, rule.table.offset("indicator"));
    offsets.note("dataset", &id, rule.table.offset("dataset"));
    rule.table.required("good", problems);
    let good = rule.choice("good", &[("high", 0), ("low", 1), ("between", 2)], problems);
    let (low, high) = (
        rule.decimal("low", problems),
        rule.decimal("high", problems),
    );
    let good = match (good, low, high) {
        (Some(0), None, None) => Some(Good::High),
        (Some(1), None, None) => Some(Good::Low),
        (Some(2), Some(low), Some(high)) if low <= high => Some(Good::Between(low, high)),
        (None, ..) => None,
        _ => {
            rule.wrong(
                "good",
                "between 要写 low 和 high，high 和 low 不写",
                problems,
            );
            None
        }
    };
    rule.table.required("standardise", problems);
    let ways = [("minmax", 0), ("z", 1), ("percentile", 2)];
    let way = rule.choice("standardise", &ways, problems);
    let limit = rule.decimal("limit", problems);
    let way = match way {
        Some(1) => {
            let limit = limit.unwrap_or(Decimal::from(3));
            if limit <= Decimal::ZERO {
                rule.wrong("limit", "大于 0 的数 a number above 0", problems);
            }
            Some(Standardisation::Z { limit })
        }
        Some(0) => Some(Standardisation::MinMax),
        Some(_) => Some(Standardisation::Percentile),
        None => None,
    };
    let missing = [
        ("exclude", MissingComponent::Exclude),
        ("worst", MissingComponent::Worst),
    ];
    let missing = rule
        .choice("missing", &missing, problems)
        .unwrap_or_default();
    let mut weights = std::collections::BTreeMap::new();
    for mut one in rule.list("weight", problems) {
        let class = one.required("class", problems);
        offsets.note(
            "weight",
            &format!("{id}/{class}"),
            one.table.offset("class"),
        );
        let weight = one.required_decimal("value", problems);
        if weight < Decimal::ZERO {
            one.wrong("value", "不小于 0 的数 a number not below 0", problems);
        }
        if weights.insert(class, weight).is_some() {
            one.wrong(
                "class",
                "每个机构类别一个权重 one weight for each class",
                problems,
            );
        }
        one.finish(problems);
    }
    rule.table.text("note", problems);
    let cite = rule.cite(problems);
    rule.finish(problems);
    Some(Component {
        id,
        title,
        dimension,
        source: source?,
        good: good?,
        standardisation: way?,
        missing,
        weights,
        cite,
    })
}
