//! `clauses.toml` and `goals.toml`.

use biaochi_plans::{Clause, Goal};

use crate::problem::Problems;
use crate::text::toml_reader::TomlReader;

/// Something of a file with the byte offsets of keys that are looked at later.
pub(super) type Placed<T> = (T, Vec<(&'static str, usize)>);

/// Reads `[[clause]]`.
pub(super) fn clauses(text: &str, problems: &mut Problems<'_>) -> Vec<Placed<Clause>> {
    let Some(table) = TomlReader::parse(text, problems) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut clauses = Vec::new();
    for mut table in top.tables("clause", problems) {
        let clause = Clause {
            id: table.required("id", problems),
            number: table.required("number", problems),
            title: table.required("title", problems),
            text: table.required("text", problems),
            source: table.required("source", problems),
            section: table.text("section", problems).unwrap_or_default(),
        };
        let offsets = ["id", "source"].map(|key| (key, table.offset(key)));
        clauses.push((clause, offsets.to_vec()));
        table.finish(problems);
    }
    top.finish(problems);
    clauses
}

/// Reads `[[goal]]`.
pub(super) fn goals(text: &str, problems: &mut Problems<'_>) -> Vec<Placed<Goal>> {
    let Some(table) = TomlReader::parse(text, problems) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut goals = Vec::new();
    for mut table in top.tables("goal", problems) {
        let goal = super::of_clause(&mut table, problems, |table, problems| Goal {
            id: table.required("id", problems),
            clause: table.required("clause", problems),
            title: table.required("title", problems),
        });
        let offsets = ["id", "clause"].map(|key| (key, table.offset(key)));
        goals.push((goal, offsets.to_vec()));
        table.finish(problems);
    }
    top.finish(problems);
    goals
}
