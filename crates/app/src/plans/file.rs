//! A document about a plan as a file: its bulletin, or its figures as a workbook.

use std::io::Cursor;

use biaochi_domain::Month;
use biaochi_organisations::Unit;
use biaochi_plans::Plan;
use biaochi_store::Scope;

use super::error::PlanError;
use super::{Judge, PlanValues, StatusBulletin, bulletin, status_bulletin, status_workbook};
use crate::document::{Form, Made};
use crate::{Content, Workspace, beijing};

/// Which document about a plan.
#[derive(Debug, Clone, Copy)]
pub struct PlanFile<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The values that its targets are judged by.
    pub values: &'a PlanValues,
    /// Whom it is about.
    pub unit: &'a Unit,
    /// The institutions whose tasks may be told.
    pub scope: &'a Scope,
    /// The month whose tasks are told.
    pub month: Month,
    /// Bulletin or workbook.
    pub form: Form,
    /// Who issues it; a line to fill in when left out.
    pub issuer: Option<&'a str>,
}

/// Makes the document.
///
/// # Errors
/// The unit is not known, something cannot be read, or the template has mistakes.
pub fn plan_file(
    workspace: &Workspace,
    content: &Content,
    wanted: &PlanFile<'_>,
) -> Result<Made, PlanError> {
    let judge = Judge::over(wanted.values, workspace, wanted.plan)?;
    judge.known(wanted.unit)?;
    let (status, name) = (judge.status(wanted.unit), judge.name(wanted.unit));
    let title = &wanted.plan.document.title;
    match wanted.form {
        Form::Xlsx => {
            let mut book = Cursor::new(Vec::new());
            status_workbook(&status, &name, &mut book)?;
            let file = format!("{name} {title}目标.xlsx");
            Ok(Made::new(file, book.into_inner()))
        }
        Form::Pdf => {
            let template = content.reports().about("plan")?;
            let tasks = bulletin(workspace, wanted.scope, wanted.plan, wanted.month)?;
            let made = status_bulletin(&StatusBulletin {
                template: &template,
                status: &status,
                name: &name,
                tasks: &tasks,
                issuer: wanted.issuer,
                date: beijing::today(),
            })?;
            let file = format!("{name} {title}监测通报.pdf");
            Ok(Made::new(file, made.pdf))
        }
    }
}
