//! `biaochi unify`

mod choices;
mod code;
mod report;

use biaochi_app::Workspace;
use biaochi_app::unify::UnifyError;
use biaochi_app::worklist::WorklistError;
use biaochi_store::{Scope, StoreError};

use crate::arguments::Global;
use crate::arguments::unify::Unify;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Unify, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Unify::Code(command) => code::run(command, global, screen),
        Unify::Report(command) => report::run(command, global, screen),
        Unify::Choose {
            choice,
            to,
            certainty,
            step,
        } => choices::choose(choice, (to.as_str(), *certainty), step, global, screen),
        Unify::Confirm { choice, step } => choices::confirm(choice, step, global, screen),
        Unify::Withdraw { choice, step } => choices::withdraw(choice, step, global, screen),
        Unify::List { filter } => choices::list(filter, global, screen),
        Unify::History { choice } => choices::history(choice, global, screen),
        Unify::Export { filter, output } => {
            choices::export(filter, output.as_deref(), global, screen)
        }
        Unify::Import {
            file,
            organisation,
            as_reviewed,
            actor,
        } => {
            let organisation = organisation.as_deref();
            let how = (*as_reviewed, actor.as_deref());
            choices::import(file, organisation, how, global, screen)
        }
    }
}

fn scope(organisation: Option<&String>) -> Scope {
    organisation.map_or(Scope::All, |code| Scope::one(code.clone()))
}

/// The hospital that is meant: as typed, else as the workspace is configured.
fn hospital(organisation: Option<&String>, workspace: &Workspace) -> Result<String, Failure> {
    let configured = workspace.config().organisation.as_ref();
    organisation.or(configured).cloned().ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "不知道是哪家机构：请用 --organisation 指定机构代码，或在工作区配置中设置 organisation",
            "which hospital is meant? Name it with --organisation or in the workspace's configuration",
        )
    })
}

/// A failure of this command; what does not exist has an exit code of its own.
fn failed(error: UnifyError) -> Failure {
    let exit = match error {
        UnifyError::UnknownTarget { .. }
        | UnifyError::Store(WorklistError::Store(StoreError::NotFound { .. })) => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}
