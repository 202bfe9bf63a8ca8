//! `tasks.toml`.

use biaochi_plans::Task;

use super::clauses::Placed;
use crate::problem::{Problem, Problems};
use crate::text::toml_reader::TomlReader;

/// Reads `[[task]]`.
pub(super) fn tasks(text: &str, problems: &mut Problems<'_>) -> Vec<Placed<Task>> {
    let Some(table) = TomlReader::parse(text, problems) else {
        return Vec::new();
    };
    let mut top = TomlReader::new(text, table.get_ref());
    let mut tasks = Vec::new();
    for mut table in top.tables("task", problems) {
        let task = super::of_clause(&mut table, problems, task);
        let offsets = ["id", "clause", "targets"].map(|key| (key, table.offset(key)));
        tasks.push((task, offsets.to_vec()));
        table.finish(problems);
    }
    top.finish(problems);
    tasks
}

fn task(table: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Task {
    let task = Task {
        id: table.required("id", problems),
        clause: table.required("clause", problems),
        title: table.required("title", problems),
        responsible: table.texts("responsible", problems).unwrap_or_default(),
        supporting: table.texts("supporting", problems).unwrap_or_default(),
        start: table.date("start", problems),
        due: super::due(table, problems),
        deliverable: table.required("deliverable", problems),
        evidence: table.texts("evidence", problems).unwrap_or_default(),
        targets: table.texts("targets", problems).unwrap_or_default(),
    };
    if let (Some(start), Some(due)) = (task.start, task.due.date)
        && due < start
    {
        table.at("due", Problem::DueBeforeStart { start, due }, problems);
    }
    if task.evidence.is_empty() {
        let key = "evidence".to_owned();
        table.at("id", Problem::MissingKey { key }, problems);
    }
    task
}
