//! A document about a run as a file: its bulletin, or its scores as a workbook.

use std::io::Cursor;

use biaochi_store::{RunState, Scope};

use super::{
    AssessmentError, RunBulletin, Subject, detail, loaded_for, previous, run_bulletin, runs,
    score_workbook,
};
use crate::document::{Form, Made};
use crate::{Content, Workspace};

/// Makes the bulletin or the score sheet of a run, for somebody who may see everything of these institutions.
///
/// # Errors
/// There is no such run within the scope, it has no outcome yet, it is not published and others than these institutions
/// are in it, or something cannot be read.
pub fn run_file(
    workspace: &Workspace,
    content: &Content,
    scope: &Scope,
    run_id: &str,
    (form, issuer): (Form, Option<&str>),
) -> Result<Made, AssessmentError> {
    // Whether there is such a run is told to those who have an institution in it only.
    let own = detail(workspace, scope, run_id)?;
    let run_id = run_id.to_owned();
    if own.run.result_hash.is_empty() {
        return Err(AssessmentError::NotComputed { run_id });
    }
    let loaded = loaded_for(content, &own.run)?;
    let Subject::Scheme(scheme) = &loaded.subject else {
        let id = loaded.id().to_owned();
        return Err(AssessmentError::NotAScheme { id });
    };
    let (title, period) = (&scheme.title, &own.run.run.period);
    if form == Form::Xlsx {
        // Reasons item by item are for those whose they are, published or not.
        let mut book = Cursor::new(Vec::new());
        score_workbook(scheme, &own, &mut book)?;
        let file = format!("{title} {period} 得分表.xlsx");
        return Ok(Made::new(file, book.into_inner()));
    }
    let whole = detail(workspace, &Scope::All, &run_id)?;
    let is_public = own.run.state == RunState::Published;
    if !is_public && whole.outcomes.len() != own.outcomes.len() {
        return Err(AssessmentError::NotPublished { run_id });
    }
    let known = runs(workspace, &Scope::All)?;
    let before = previous(&known, &whole.run)
        .map(|before| detail(workspace, &Scope::All, &before.run.run_id))
        .transpose()?;
    let template = content.reports().about("assessment")?;
    let made = run_bulletin(&RunBulletin {
        template: &template,
        scheme,
        detail: &whole,
        previous: before.as_ref(),
        issuer,
        date: None,
    })?;
    let file = format!("{title} {period} 绩效考核通报.pdf");
    Ok(Made::new(file, made.pdf))
}
