//! What happened to a task.

use biaochi_app::plans::details;
use biaochi_domain::Localized as _;
use biaochi_store::Scope;
use serde_json::json;

use super::{action_value, key, told, value};
use crate::arguments::Global;
use crate::commands::open_workspace;
use crate::commands::plan::failure;
use crate::outcome::{Exit, Outcome};
use crate::screen::Screen;

pub(super) fn history(text: &str, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let found = details(&workspace, &Scope::All, &key(text)?);
    let (task, milestones, files, actions) = found.map_err(|error| failure(&error))?;
    if screen.json() {
        let mut value = value(&task);
        value["milestones"] = milestones
            .iter()
            .map(|one| {
                json!({
                    "number": one.number, "title": one.title, "due": one.due.to_string(),
                    "reached": one.reached.map(|day| day.to_string()),
                })
            })
            .collect();
        value["evidence"] = files
            .iter()
            .map(|one| {
                let file = &one.evidence;
                json!({
                    "number": one.number, "revision": one.revision, "name": file.name,
                    "size": file.size, "sha256": file.sha256, "path": file.path,
                    "actor": one.actor, "at": one.at.to_string(),
                })
            })
            .collect();
        value["history"] = actions.iter().map(action_value).collect();
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    screen.line(&format!(
        "{}  {}  {}%\n{}",
        task.key,
        task.state.text(screen.language()),
        task.progress,
        task.title
    ))?;
    for one in &milestones {
        let reached = one.reached.map(|day| day.to_string()).unwrap_or_default();
        screen.line(&format!(
            "  #{}  {}  {}  {reached}",
            one.number, one.title, one.due
        ))?;
    }
    for one in &files {
        let file = &one.evidence;
        screen.line(&format!("  {}  {}  {}", file.name, file.size, file.path))?;
    }
    for action in &actions {
        screen.line(format!("  {}", told(action, screen)).trim_end())?;
    }
    Ok(Exit::Done)
}
