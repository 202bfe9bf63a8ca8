//! `biaochi org import`

use std::collections::BTreeMap;
use std::path::PathBuf;

use biaochi_app::organisations::{ImportRequest, Imported, OrganisationsError, import};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Change, ChangeKind, Located, Mode, Table};
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::{actor, failed};
use crate::arguments::Global;
use crate::commands::open_workspace;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen, count};

/// Changes and problems that are listed on the screen.
const LISTED: usize = 50;

pub(super) fn request<'a>(
    files: &'a [PathBuf],
    replace: bool,
    dry_run: bool,
    named: Option<&'a str>,
) -> ImportRequest<'a> {
    ImportRequest {
        paths: files,
        mode: if replace { Mode::Replace } else { Mode::Amend },
        dry_run,
        actor: actor(named),
    }
}

pub(super) fn run(request: &ImportRequest<'_>, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    match import(&workspace, &Scope::All, request) {
        Ok(imported) if screen.json() => screen.value(&value(&imported))?,
        Ok(imported) => screen.line(&changes_text(&imported, screen))?,
        Err(OrganisationsError::Problems(problems)) => {
            tell(&problems, screen)?;
            return Err(failed(OrganisationsError::Problems(problems)));
        }
        Err(error) => return Err(failed(error)),
    }
    Ok(Exit::Done)
}

fn tell(problems: &[Located], screen: &Screen) -> Result<(), crate::outcome::Failure> {
    if screen.json() {
        let values = problems.iter().map(|problem| {
            let place = &problem.position;
            json!({
                "file": place.file, "line": place.line, "column": place.column,
                "problem": problem.problem.text(screen.language()),
            })
        });
        return screen.value(&json!({ "problems": values.collect::<Vec<_>>() }));
    }
    for problem in problems.iter().take(LISTED) {
        screen.line(&problem.text(screen.language()))?;
    }
    if problems.len() > LISTED {
        let more = count((problems.len() - LISTED) as u64);
        let (zh, en) = (
            format!("另有 {more} 个问题，--json 列出全部"),
            format!("{more} more problems; --json lists all"),
        );
        screen.line(screen.say(&zh, &en))?;
    }
    Ok(())
}

fn value(imported: &Imported) -> Value {
    let delivered: BTreeMap<&str, usize> = imported
        .delivered
        .iter()
        .map(|(table, rows)| (table.id(), *rows))
        .collect();
    let changes: Vec<Value> = imported
        .changes
        .iter()
        .map(|change| {
            let mut value = json!({
                "table": change.table.id(), "key": change.key, "name": change.name,
                "change": change.kind.code(),
            });
            match &change.kind {
                ChangeKind::Changed { cells } => {
                    let cells = cells.iter().map(|cell| {
                        json!({ "column": cell.id, "before": cell.before, "after": cell.after })
                    });
                    value["cells"] = cells.collect();
                }
                ChangeKind::Ended { on } => value["on"] = json!(on.to_string()),
                ChangeKind::Came | ChangeKind::Removed => {}
            }
            value
        })
        .collect();
    json!({
        "based_on": imported.based_on, "revision": imported.revision,
        "delivered": delivered, "changes": changes,
    })
}

/// What an import changed, table by table, and the single changes of what was there before.
fn changes_text(imported: &Imported, screen: &Screen) -> String {
    let language = screen.language();
    let mut tables: BTreeMap<Table, [u64; 4]> = BTreeMap::new();
    for change in &imported.changes {
        let place = match change.kind {
            ChangeKind::Came => 0,
            ChangeKind::Changed { .. } => 1,
            ChangeKind::Ended { .. } => 2,
            ChangeKind::Removed => 3,
        };
        tables.entry(change.table).or_default()[place] += 1;
    }
    let mut text = String::new();
    if tables.is_empty() {
        text += screen.say(
            "与已有的组织机构完全一致",
            "the organisations are as they were",
        );
    } else {
        let row = |(table, counts): (&Table, &[u64; 4])| {
            let counts = counts.iter().map(|number| count(*number));
            std::iter::once(table.text(language))
                .chain(counts)
                .collect()
        };
        let rows: Vec<Vec<String>> = tables.iter().map(row).collect();
        let columns = [
            (screen.say("表", "table"), Align::Left),
            (screen.say("新增", "new"), Align::Right),
            (screen.say("变更", "changed"), Align::Right),
            (screen.say("终止", "ended"), Align::Right),
            (screen.say("删除", "removed"), Align::Right),
        ];
        text += &screen.table(&columns, &rows);
    }
    // What comes is plenty at the first import, and was just written by the person.
    let known: Vec<&Change> = imported
        .changes
        .iter()
        .filter(|change| change.kind != ChangeKind::Came)
        .collect();
    for change in known.iter().take(LISTED) {
        text += &format!("\n  {}", line(change, language));
    }
    if known.len() > LISTED {
        let more = count((known.len() - LISTED) as u64);
        text += &match language {
            Language::Zh => format!("\n  另有 {more} 处，--json 列出全部"),
            Language::En => format!("\n  {more} more; --json lists all"),
        };
    }
    let done = match (imported.revision, language) {
        (None, Language::Zh) => "只是试看，没有导入".to_owned(),
        (None, Language::En) => "nothing was imported: this was a dry run".to_owned(),
        (Some(revision), _) if revision == imported.based_on => return text,
        (Some(revision), Language::Zh) => format!("已导入，为第 {revision} 次改动"),
        (Some(revision), Language::En) => format!("imported as revision {revision}"),
    };
    format!("{text}\n{done}")
}

fn line(change: &Change, language: Language) -> String {
    let mut text = format!(
        "{} {} {}",
        change.table.text(language),
        change.subject(),
        change.kind.text(language)
    );
    if let ChangeKind::Changed { cells } = &change.kind {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| {
                let title = match language {
                    Language::Zh => cell.heading,
                    Language::En => cell.id,
                };
                let shown = |text: &str| {
                    if text.is_empty() {
                        "—".to_owned()
                    } else {
                        text.to_owned()
                    }
                };
                format!("{title} {} → {}", shown(&cell.before), shown(&cell.after))
            })
            .collect();
        text += match language {
            Language::Zh => "：",
            Language::En => ": ",
        };
        text += &cells.join(match language {
            Language::Zh => "，",
            Language::En => ", ",
        });
    }
    text
}
