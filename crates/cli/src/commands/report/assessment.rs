//! `biaochi report assessment`

use std::io::Write as _;
use std::path::Path;

use biaochi_app::assessment::{
    AssessmentError, RunBulletin, Subject, detail, loaded_for, newest_of, previous, run_bulletin,
    runs,
};
use biaochi_app::{Content, Workspace};
use biaochi_domain::Language;
use biaochi_store::Scope;
use jiff::civil::Date;
use serde_json::json;

use super::{Form, day, form};
use crate::arguments::Global;
use crate::arguments::report::AssessmentReport;
use crate::commands::assess::failed;
use crate::commands::files::into_file;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(super) fn run(command: &AssessmentReport, global: &Global, screen: &Screen) -> Outcome {
    if form(&command.output)? != Form::Pdf {
        return Err(Failure::new(
            Exit::Usage,
            "绩效考核通报只有 PDF，文件名请以 .pdf 结尾；得分表（.xlsx）用 biaochi assess show <考核> -o",
            "the bulletin is a PDF: end the name in .pdf; score sheets (.xlsx) come from `biaochi assess show`",
        ));
    }
    let date = command.date.as_deref().map(day).transpose()?;
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let asked = Asked {
        run: &command.run,
        template: command.template.as_deref(),
        issuer: command.issuer.as_deref(),
        date,
    };
    let written = write(&workspace, &content, &asked, &command.output)?;
    if screen.json() {
        screen.value(&json!({
            "run": written, "file": command.output.display().to_string(),
        }))?;
        return Ok(Exit::Done);
    }
    let place = command.output.display();
    screen.line(&match screen.language() {
        Language::Zh => format!("考核 {written} 的通报已写入 {place}"),
        Language::En => format!("bulletin of {written} written to {place}"),
    })?;
    Ok(Exit::Done)
}

/// Which bulletin is wanted.
pub(crate) struct Asked<'a> {
    /// A run, or a scheme whose newest run is meant.
    pub(crate) run: &'a str,
    pub(crate) template: Option<&'a str>,
    pub(crate) issuer: Option<&'a str>,
    pub(crate) date: Option<Date>,
}

/// Writes the bulletin of a run beside the run before it, and says which run it is.
pub(crate) fn write(
    workspace: &Workspace,
    content: &Content,
    asked: &Asked<'_>,
    path: &Path,
) -> Result<String, Failure> {
    let all = &Scope::All;
    let known = runs(workspace, all).map_err(failed)?;
    let Some(run) = newest_of(&known, asked.run) else {
        let id = asked.run;
        return Err(Failure::new(
            Exit::NotFound,
            format!(
                "没有考核“{id}”，方案“{id}”也还没有计算过的考核。用 biaochi assess show 查看已有的考核"
            ),
            format!("there is no assessment {id:?}, and none of a scheme of that name"),
        ));
    };
    let run_id = run.run.run_id.clone();
    if run.result_hash.is_empty() {
        return Err(failed(AssessmentError::NotComputed { run_id }));
    }
    let template = match asked.template {
        Some(id) => content.reports().report(id),
        None => content.reports().about("assessment"),
    };
    let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let loaded = loaded_for(content, run).map_err(failed)?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        let id = loaded.id().to_owned();
        return Err(failed(AssessmentError::NotAScheme { id }));
    };
    let now = detail(workspace, all, &run_id).map_err(failed)?;
    let before = previous(&known, run)
        .map(|before| detail(workspace, all, &before.run.run_id))
        .transpose()
        .map_err(failed)?;
    let typeset = run_bulletin(&RunBulletin {
        template: &template,
        scheme,
        detail: &now,
        previous: before.as_ref(),
        issuer: asked.issuer,
        date: asked.date,
    })
    .map_err(failed)?;
    into_file(path, |out| {
        let written = out.write_all(&typeset.pdf);
        written.map_err(|error| Failure::file(path, &error))
    })?;
    Ok(run_id)
}
