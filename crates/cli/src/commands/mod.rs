//! One module for each verb.

mod assess;
mod audit;
mod backup;
mod bench;
mod check;
mod codes;
mod config;
mod correct;
mod dataset;
mod demo;
mod explain;
mod export;
mod files;
mod follow_up;
mod group;
mod import;
mod indicators;
mod init;
mod key;
mod org;
mod pack;
mod plan;
mod recheck;
mod replay;
mod report;
mod schemes;
mod serve;
mod sql;
mod synth;
mod unify;
mod user;
mod worklist;

use std::path::PathBuf;

use biaochi_app::workspace::CONFIG_FILE;
use biaochi_app::{Content, LoadedScheme, Workspace};
use biaochi_domain::Month;
use biaochi_packs::WeightTable;

use crate::arguments::{Arguments, Command, Global};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

/// Runs the command that was typed.
pub(crate) fn run(arguments: &Arguments, screen: &Screen) -> Outcome {
    let global = &arguments.global;
    match &arguments.command {
        Command::Init(command) => init::run(command, global, screen),
        Command::Import(command) => import::run(command, global, screen),
        Command::Check(command) => check::run(command, global, screen),
        Command::Recheck(command) => recheck::run(command, global, screen),
        Command::Replay(command) => replay::run(command, global, screen),
        Command::Worklist(command) => worklist::run(command, global, screen),
        Command::Plan(command) => plan::run(command, global, screen),
        Command::Indicators(command) => indicators::run(command, global, screen),
        Command::Report(command) => report::run(command, global, screen),
        Command::Unify(command) => unify::run(command, global, screen),
        Command::Dataset(command) => dataset::run(command, global, screen),
        Command::Correct(command) => correct::run(command, global, screen),
        Command::Assess(command) => assess::run(command, global, screen),
        Command::Export(command) => export::run(command, global, screen),
        Command::Group(command) => group::run(command, global, screen),
        Command::Explain(command) => explain::run(command, global, screen),
        Command::Sql(command) => sql::run(command, global, screen),
        Command::Org(command) => org::run(command, global, screen),
        Command::Synth(command) => synth::run(command, screen),
        Command::Demo(command) => demo::run(command, global, screen),
        Command::Bench(command) => bench::run(command, global, screen),
        Command::Schemes(command) => schemes::run(command, global, screen),
        Command::Codes(command) => codes::run(command, global, screen),
        Command::Pack(command) => pack::run(command, global, screen),
        Command::User(command) => user::run(command, global, screen),
        Command::Token(command) => user::run_token(command, global, screen),
        Command::Roles(command) => user::run_roles(command, global, screen),
        Command::Audit(command) => audit::run(command, global, screen),
        Command::Serve(command) => serve::run(command, global, screen),
        Command::Config(command) => config::run(command, global, screen),
        Command::Backup(command) => backup::run(command, global, screen),
        Command::Restore(command) => backup::run_restore(command, screen),
        Command::Key(command) => key::run(command, global, screen),
    }
}

/// The folder that `--workspace` names, else the current folder if it is a workspace, else
/// `./workspace`.
fn workspace_folder(global: &Global) -> PathBuf {
    match &global.workspace {
        Some(folder) => folder.clone(),
        None if PathBuf::from(CONFIG_FILE).exists() => PathBuf::from("."),
        None => PathBuf::from("workspace"),
    }
}

/// Opens the workspace of this command.
fn open_workspace(global: &Global) -> Result<Workspace, Failure> {
    Ok(Workspace::open(&workspace_folder(global))?)
}

/// The packs of this command: the program's, the workspace's if there is one, those of `--packs`.
fn content(global: &Global) -> Result<Content, Failure> {
    content_with(global, &[])
}

/// The same with further folders over them.
fn content_with(global: &Global, more: &[PathBuf]) -> Result<Content, Failure> {
    let own = workspace_folder(global).join("packs");
    let mut folders: Vec<PathBuf> = own.is_dir().then_some(own).into_iter().collect();
    folders.extend(global.packs.iter().chain(more).cloned());
    Ok(Content::load(&folders)?)
}

/// A scheme by its id. What a person must be told of its tables is told.
fn named_scheme(content: &Content, id: &str, screen: &Screen) -> Result<LoadedScheme, Failure> {
    let scheme = content
        .scheme(id)
        .map_err(|error| Failure::of(Exit::NotFound, &error))?;
    if let Some(warning) = scheme.warning(screen.language()) {
        screen.warn(&warning);
    }
    Ok(scheme)
}

/// The weights of a scheme's groups, if a table is named.
fn named_weights(
    content: &Content,
    name: Option<&str>,
    scheme: &str,
) -> Result<Option<WeightTable>, Failure> {
    let found = name.map(|name| content.weights(name, scheme)).transpose();
    found.map_err(|error| Failure::of(Exit::NotFound, &error))
}

/// A month as it is typed.
fn month(text: &str) -> Result<Month, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是月份，应写作 2024-03"),
            format!("{text:?} is no month; write it as 2024-03"),
        )
    })
}
