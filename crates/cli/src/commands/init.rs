//! `biaochi init`

use biaochi_app::{Config, Workspace};

use super::{content, named_scheme, named_weights, workspace_folder};
use crate::arguments::Global;
use crate::arguments::workspace::Init;
use crate::outcome::{Exit, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Init, global: &Global, screen: &Screen) -> Outcome {
    let folder = command
        .folder
        .clone()
        .unwrap_or_else(|| workspace_folder(global));
    let mut config = Config {
        weights: command.weights.clone(),
        organisation: command.organisation.clone(),
        translate: command.translate,
        ..Config::default()
    };
    if let Some(scheme) = &command.scheme {
        config.scheme.clone_from(scheme);
    }
    // A slip in a name is told now, not at the first import.
    let content = content(global)?;
    named_scheme(&content, &config.scheme, screen)?;
    named_weights(&content, config.weights.as_deref(), &config.scheme)?;
    let workspace = Workspace::init(&folder, config)?;
    let root = workspace.root().display().to_string();
    if screen.json() {
        let config = serde_json::json!({ "workspace": root, "scheme": workspace.config().scheme });
        screen.value(&config)?;
    } else {
        screen.line(&match screen.language() {
            biaochi_domain::Language::Zh => format!(
                "已新建工作区“{root}”，分组方案 {}。下一步：biaochi import 首页文件.csv --workspace {root}",
                workspace.config().scheme
            ),
            biaochi_domain::Language::En => format!(
                "made workspace {root} with scheme {}. Next: biaochi import file.csv --workspace {root}",
                workspace.config().scheme
            ),
        })?;
    }
    Ok(Exit::Done)
}
