//! `targets.toml`.

use biaochi_plans::{
    Amount, Baseline, Binding, Certainty, Comparator, Due, Measured, Scope, Target,
};
use rust_decimal::Decimal;

use super::clauses::Placed;
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

const NUMBER: &str = "加引号的数字 a number in quotes, \"0.5\"";
/// Keys whose values are checked when the whole plan is known.
const LATER: [&str; 9] = [
    "id",
    "clause",
    "indicator",
    "dataset",
    "field",
    "follows",
    "related",
    "due",
    "scope",
];

/// Reads `[[target]]`.
pub(super) fn targets(text: &str, problems: &mut Problems<'_>) -> Vec<Placed<Target>> {
    let Some(table) = TomlReader::parse(text, problems) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut targets = Vec::new();
    for mut table in top.tables("target", problems) {
        let target = super::of_clause(&mut table, problems, target);
        let offsets = LATER.map(|key| (key, table.offset(key)));
        targets.extend(target.map(|target| (target, offsets.to_vec())));
        table.finish(problems);
    }
    top.finish(problems);
    targets
}

fn target(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Target> {
    let id = table.required("id", problems);
    let clause = table.required("clause", problems);
    let title = table.required("title", problems);
    let binding = binding(table, &id, problems);
    let scope = table.table("scope", problems).map(|mut table| {
        let scope = scope(&mut table, problems);
        table.finish(problems);
        scope
    });
    if scope.is_none() {
        let key = "scope".to_owned();
        table.at("id", Problem::MissingKey { key }, problems);
    }
    table.required("comparator", problems);
    let comparators = Comparator::ALL.map(|one| (one.word(), one));
    let comparator = table.choice("comparator", &comparators, problems);
    let mut amount = Amount::read(&table.text("value", problems).unwrap_or_default());
    let number = table.parsed("number", NUMBER, decimal, problems);
    amount.number = number.or(amount.number);
    let tolerance = table.parsed("tolerance", NUMBER, decimal, problems);
    let unit = table.text("unit", problems).unwrap_or_default();
    let due: Due = super::due(table, problems);
    let softeners = table.texts("softeners", problems).unwrap_or_default();
    let responsible = table.texts("responsible", problems).unwrap_or_default();
    let baseline = table.table("baseline", problems).and_then(|mut table| {
        let baseline = baseline(&mut table, problems);
        table.finish(problems);
        baseline
    });
    let follows = table.text("follows", problems);
    let related = table.texts("related", problems).unwrap_or_default();
    let certainties = Certainty::ALL.map(|one| (one.word(), one));
    table.required("certainty", problems);
    let certainty = table.choice("certainty", &certainties, problems);
    let target = Target {
        clause,
        title,
        binding: binding?,
        scope: scope?,
        comparator: comparator?,
        amount,
        tolerance,
        unit,
        due,
        softeners,
        responsible,
        baseline,
        follows,
        related,
        certainty: certainty?,
        open: table.text("open", problems),
        decided: None,
        note: table.text("note", problems).unwrap_or_default(),
        id,
    };
    // What the document leaves open is written down as a question, never left to the program.
    if target.open.is_none()
        && let Some(question) = target.question()
    {
        let id = target.id.clone();
        table.at("comparator", Problem::OpenValue { id, question }, problems);
    }
    Some(target)
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// Exactly one of an indicator, a field of a data set, a milestone.
fn binding(
    table: &mut TomlReader<'_, '_>,
    id: &str,
    problems: &mut Problems<'_>,
) -> Option<Binding> {
    let indicator = table.text("indicator", problems).map(Binding::Indicator);
    let dataset = table.text("dataset", problems);
    let field = table.text("field", problems);
    let milestone = table.text("milestone", problems).map(Binding::Milestone);
    let is_half = dataset.is_some() != field.is_some();
    let element = dataset
        .zip(field)
        .map(|(dataset, field)| Binding::Dataset { dataset, field });
    let mut found = [indicator, element, milestone].into_iter().flatten();
    match (found.next(), found.next()) {
        (Some(binding), None) if !is_half => Some(binding),
        _ => {
            let id = id.to_owned();
            table.at("id", Problem::Unbound { id }, problems);
            None
        }
    }
}

fn scope(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Scope {
    let words = Measured::ALL.map(|one| (one.word(), one));
    let mut list =
        |table: &mut TomlReader<'_, '_>, key| table.texts(key, problems).unwrap_or_default();
    let (levels, except_levels) = (list(table, "levels"), list(table, "except_levels"));
    let (ranks, kinds) = (list(table, "ranks"), list(table, "kinds"));
    let names = list(table, "names");
    table.required("measured", problems);
    Scope {
        text: table.required("text", problems),
        measured: table
            .choice("measured", &words, problems)
            .unwrap_or_default(),
        levels,
        except_levels,
        ranks,
        kinds,
        names,
        is_public: table.boolean("public", problems).unwrap_or(false),
    }
}

fn baseline(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Option<Baseline> {
    table.required("month", problems);
    table.required("value", problems);
    let month = |text: &str| text.parse().ok();
    Some(Baseline {
        month: table.parsed("month", "月份 a month, 2020-12", month, problems)?,
        value: table.parsed("value", NUMBER, decimal, problems)?,
    })
}
