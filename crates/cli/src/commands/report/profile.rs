//! `biaochi report profile`

use std::io::Write as _;

use biaochi_app::beijing;
use biaochi_app::profile::{
    ProfileDocument, ProfileError, ProfileRequest, profile, profile_document, profile_lines,
};
use biaochi_domain::Language;
use biaochi_store::Scope;
use serde_json::json;

use super::{Form, day, form};
use crate::arguments::Global;
use crate::arguments::report::ProfileReport;
use crate::commands::files::into_file;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(super) fn run(command: &ProfileReport, global: &Global, screen: &Screen) -> Outcome {
    let output = command.output.as_deref();
    let output = output.map(|path| form(path).map(|form| (path, form)));
    let output = output.transpose()?;
    if output.is_some_and(|(_, form)| form == Form::Xlsx) {
        return Err(Failure::new(
            Exit::Usage,
            "医院简介只有 .pdf 和 .json；指标的工作表用 biaochi indicators show --csv",
            "a profile is a .pdf or .json; tables of indicators come from `biaochi indicators show --csv`",
        ));
    }
    let on = command.on.as_deref().map(day).transpose()?;
    let on = on.unwrap_or_else(beijing::today);
    let period = command
        .period
        .as_deref()
        .map(crate::commands::assess::period);
    let period = period.transpose()?;
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let template = match &command.template {
        Some(id) => content.reports().report(id),
        None => content.reports().about("profile"),
    };
    let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let plan = command
        .plan
        .as_deref()
        .map(|id| content.plan(id))
        .transpose();
    let plan = plan.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let request = ProfileRequest {
        organisation: &command.organisation,
        indicators: &template.indicators,
        period,
        plan: plan.as_ref(),
        on,
    };
    let found = profile(&workspace, &content, &Scope::All, &request).map_err(failure)?;
    if let Some((path, form)) = output {
        let page = ProfileDocument {
            template: &template,
            profile: &found,
            date: on,
        };
        into_file(path, |out| {
            let written = match form {
                Form::Json => {
                    serde_json::to_writer_pretty(&mut *out, &found).map_err(std::io::Error::from)
                }
                _ => out.write_all(&profile_document(&page).map_err(failure)?.pdf),
            };
            written.map_err(|error| Failure::file(path, &error))
        })?;
        let place = path.display();
        screen.note(&match screen.language() {
            Language::Zh => format!("已写入 {place}"),
            Language::En => format!("written to {place}"),
        });
    }
    if screen.json() {
        screen.value(&json!(found))?;
    } else {
        screen.line(&profile_lines(&found, screen.language()).join("\n"))?;
    }
    Ok(Exit::Done)
}

fn failure(error: ProfileError) -> Failure {
    let exit = match &error {
        ProfileError::Several { .. } => Exit::Usage,
        error if error.is_not_found() => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}
