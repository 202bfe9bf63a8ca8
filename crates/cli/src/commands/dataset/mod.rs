//! `biaochi dataset`

mod act;
mod import;
mod show;
mod status;
mod template;

use biaochi_app::Workspace;
use biaochi_app::datasets::{CompiledDataSets, DataSetError, compile};
use biaochi_datasets::{DataSet, Step};
use biaochi_domain::Period;
use biaochi_store::{Scope, Submission, SubmissionFilter, SubmissionFinding};
use serde_json::{Value, json};

use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::dataset::{Dataset, Whose};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &Dataset, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Dataset::List => show::list(global, screen),
        Dataset::Show {
            dataset,
            whose,
            history,
        } => show::show(dataset, whose, *history, global, screen),
        Dataset::Template {
            dataset,
            organisation,
            period,
            output,
        } => template::run(
            dataset,
            organisation.as_deref(),
            period,
            output,
            global,
            screen,
        ),
        Dataset::Import {
            files,
            dataset,
            whose,
            approved_by,
            step,
        } => {
            let request = import::Request {
                files,
                dataset: dataset.as_deref(),
                whose,
                approved_by: approved_by.as_deref(),
                step,
            };
            import::run(&request, global, screen)
        }
        Dataset::Submit(meant) => act::run(meant, Step::Submit, global, screen),
        Dataset::Withdraw(meant) => act::run(meant, Step::Withdraw, global, screen),
        Dataset::Return(meant) => act::run(meant, Step::Return, global, screen),
        Dataset::Approve(meant) => act::run(meant, Step::Approve, global, screen),
        Dataset::Status { .. } => status::run(command, global, screen),
    }
}

fn failed(error: DataSetError) -> Failure {
    let exit = if error.is_busy() {
        Exit::Busy
    } else if error.is_not_found() {
        Exit::NotFound
    } else {
        Exit::Failed
    };
    Failure::of(exit, &error)
}

fn opened(global: &Global) -> Result<(Workspace, CompiledDataSets), Failure> {
    let workspace = open_workspace(global)?;
    Ok((workspace, compiled(global)?))
}

fn compiled(global: &Global) -> Result<CompiledDataSets, Failure> {
    compile(&content(global)?).map_err(failed)
}

fn period(set: &DataSet, text: &str) -> Result<Period, Failure> {
    set.period(text)
        .map_err(|problem| Failure::of(Exit::Usage, &problem))
}

/// The institutions that may be seen: without permissions of its own the command line sees all.
fn scope(organisation: Option<&str>) -> Scope {
    organisation.map_or(Scope::All, Scope::one)
}

/// The submissions of a data set that are meant.
fn filter(set: &DataSet, whose: &Whose) -> Result<SubmissionFilter, Failure> {
    let period = whose
        .period
        .as_deref()
        .map(|text| period(set, text))
        .transpose()?;
    Ok(SubmissionFilter {
        organisation_code: whose.organisation.clone(),
        datasets: vec![set.id.clone()],
        from: period.map(Period::last),
        to: period.map(Period::last),
        states: Vec::new(),
    })
}

/// A submission for programs.
fn value(submission: &Submission) -> Value {
    let (errors, warnings) = submission.faults();
    json!({
        "organisation_code": submission.key.organisation_code,
        "dataset": submission.key.dataset,
        "period": submission.key.period.to_string(),
        "version": submission.version,
        "revision": submission.revision,
        "state": submission.state.code(),
        "errors": errors,
        "warnings": warnings,
        "findings": submission.findings,
        "rows": submission.content,
        "origin": submission.origin,
        "filler": submission.filler,
        "filled_at": submission.filled_at.to_string(),
        "submitter": submission.submitter,
        "submitted_at": submission.submitted_at.map(|at| at.to_string()),
        "comment": submission.comment,
        "approver": submission.approver,
        "approved_at": submission.approved_at.map(|at| at.to_string()),
        "import_id": submission.import_id,
    })
}

/// A line for what is wrong: how bad, where, what.
fn finding(finding: &SubmissionFinding, screen: &Screen) -> String {
    let label = if finding.is_error() {
        screen.say("错误", "error")
    } else {
        screen.say("核实", "check")
    };
    let place = if finding.place.is_empty() {
        String::new()
    } else {
        format!("{}　", finding.place)
    };
    format!("  {label}  {place}{}", finding.message)
}
