//! `tables/*.toml`: the items of a class of institutions.

use biaochi_assessment::{Direction, Item, Missing, Section, Shape, Source, Table};
use rust_decimal::Decimal;

use super::rule::{Known, Rule};
use super::shape;
use super::validate::Offsets;
use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

const MISSING: &[(&str, Missing)] = &[
    ("refuse", Missing::Refuse),
    ("zero", Missing::Zero),
    ("full", Missing::Full),
    ("exclude", Missing::Exclude),
    ("peer_mean", Missing::PeerMean),
];

/// Reads the table of a file.
pub(super) fn read(
    text: &str,
    known: Known<'_>,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<Table> {
    let parsed = TomlReader::parse(text, problems)?;
    let mut top = TomlReader::new(text, parsed.get_ref());
    let Some(head) = top.table("table", problems) else {
        top.required("table", problems);
        return None;
    };
    let mut head = Rule::new(head, known);
    let mut table = Table {
        id: head.required("id", problems),
        title: head.required("title", problems),
        applies_to: head.texts("applies_to", problems),
        sections: Vec::new(),
        cite: head.cite(problems),
    };
    offsets.note("table", &table.id, head.table.offset("id"));
    head.table.text("note", problems);
    head.finish(problems);
    let sections = top.tables("section", problems);
    for section in sections {
        let mut rule = Rule::new(section, known);
        let id = rule.required("id", problems);
        let at = format!("{}/{id}", table.id);
        offsets.note("section", &at, rule.table.offset("id"));
        let title = rule.required("title", problems);
        let (cap, floor) = (
            rule.decimal("cap", problems),
            rule.decimal("floor", problems),
        );
        let items = rule.list("item", problems);
        let items = items
            .into_iter()
            .filter_map(|item| read_item(item, &table.id, offsets, problems))
            .collect();
        rule.finish(problems);
        table.sections.push(Section {
            id,
            title,
            cap,
            floor,
            items,
        });
    }
    top.finish(problems);
    Some(table)
}

fn read_item(
    mut rule: Rule<'_, '_, '_>,
    table: &str,
    offsets: &mut Offsets,
    problems: &mut Problems<'_>,
) -> Option<Item> {
    let id = rule.required("id", problems);
    let at = format!("{table}/{id}");
    offsets.note("item", &at, rule.table.offset("id"));
    let title = rule.required("title", problems);
    let direction = rule.choice(
        "direction",
        &[("higher", Direction::Higher), ("lower", Direction::Lower)],
        problems,
    );
    let direction = direction.unwrap_or_default();
    let source = read_source(&mut rule, problems);
    offsets.note("indicator", &at, rule.table.offset("indicator"));
    offsets.note("dataset", &at, rule.table.offset("dataset"));
    if !rule.table.has("shape") {
        rule.table.required("shape", problems);
    }
    let mut used = Vec::new();
    let shape = rule.within("shape", problems).and_then(|mut inner| {
        let shape = shape::read(&mut inner, direction, problems);
        used = inner.used();
        // A shape that cannot be read is told already; its other keys may be right.
        if shape.is_some() {
            inner.finish(problems);
        }
        shape
    });
    let monitor = shape.as_ref().is_some_and(Shape::is_monitor);
    let points = match monitor {
        true => rule.decimal("points", problems).unwrap_or_default(),
        false => rule.required_decimal("points", problems),
    };
    if points < Decimal::ZERO || monitor && !points.is_zero() {
        rule.wrong("points", "不小于 0 的数；只监测的项目为 0", problems);
    }
    let missing = rule
        .choice("missing", MISSING, problems)
        .unwrap_or_default();
    let floor = rule.decimal("floor", problems).unwrap_or_default();
    let cap = rule.decimal("cap", problems);
    if floor > points || cap.is_some_and(|cap| cap < floor) {
        rule.wrong("floor", "不大于满分和 cap 的数", problems);
    }
    let unit = rule.text("unit", problems).unwrap_or_default();
    let phases = rule.texts("phases", problems);
    offsets.note("item_phases", &at, rule.table.offset("phases"));
    let note = rule.text("note", problems).unwrap_or_default();
    let mut cite = rule.cite(problems);
    cite.parameters.extend(used);
    rule.finish(problems);
    Some(Item {
        id,
        title,
        points,
        source: source?,
        unit,
        direction,
        shape: shape?,
        missing,
        phases,
        floor,
        cap,
        cite,
        note,
    })
}

/// `indicator`, `dataset` with `field`, or `entered`.
pub(super) fn read_source(
    rule: &mut Rule<'_, '_, '_>,
    problems: &mut Problems<'_>,
) -> Option<Source> {
    let indicator = rule.text("indicator", problems).map(Source::Indicator);
    let (dataset, field) = (rule.text("dataset", problems), rule.text("field", problems));
    let half = dataset.is_some() != field.is_some();
    let fact = dataset
        .zip(field)
        .map(|(dataset, field)| Source::Fact { dataset, field });
    let entered = rule.text("entered", problems).map(Source::Entered);
    let mut found = [indicator, fact, entered].into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(source), None) if !half => Some(source),
        _ => {
            rule.wrong(
                "id",
                "恰好一个数据来源：indicator / dataset 和 field / entered",
                problems,
            );
            None
        }
    }
}
