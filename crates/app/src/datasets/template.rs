//! Templates: a workbook or an empty CSV that people fill in.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use biaochi_datasets::{DataSet, Row, Values};
use biaochi_domain::{Period, spreadsheet_text};
use biaochi_packs::datasets::LoadedDataSet;
use biaochi_store::{Scope, SubmissionFilter};

use super::asked::Asked;
use super::judge::rows_of;
use super::template_sheet::build;
use super::{DataSetError, submissions};
use crate::Workspace;

/// Whose template, and for when.
#[derive(Debug, Clone)]
pub struct TemplateRequest<'a> {
    /// The organisation's code.
    pub organisation: &'a str,
    /// What people call it; may be empty.
    pub name: &'a str,
    /// The period.
    pub period: Period,
}

/// What the organisation of a template is called in a period: whoever nobody knows gets none.
///
/// # Errors
/// [`DataSetError::UnknownOrganisation`] with the one that is written most alike.
pub fn organisation_name(
    workspace: &Workspace,
    code: &str,
    period: Period,
) -> Result<String, DataSetError> {
    Asked::open(workspace)?.name(code, period)
}

/// Values that stand in a template, by breakdown.
pub(super) type Reference = BTreeMap<String, Values>;

/// Everything that a template shows.
#[derive(Debug)]
pub(super) struct Template<'a> {
    pub(super) loaded: &'a LoadedDataSet,
    pub(super) request: &'a TemplateRequest<'a>,
    /// What is filled in already: a draft that goes on.
    pub(super) current: Reference,
    /// The period before.
    pub(super) previous: Reference,
    /// The same period of the year before.
    pub(super) year_before: Reference,
}

/// Writes the template of an organisation's period as a workbook: what is filled in already, the values of
/// earlier periods beside it, lists to choose from, and everything else protected.
pub fn write_template(
    workspace: Option<&Workspace>,
    scope: &Scope,
    loaded: &LoadedDataSet,
    request: &TemplateRequest<'_>,
    out: impl Write + Seek + Send,
) -> Result<(), DataSetError> {
    let set = &loaded.set;
    let values = |period: Option<Period>| {
        let (Some(workspace), Some(period)) = (workspace, period) else {
            return Ok(Reference::new());
        };
        stored(workspace, scope, set, request.organisation, period)
    };
    let template = Template {
        loaded,
        request,
        current: values(Some(request.period))?,
        previous: values(request.period.previous())?,
        year_before: values(request.period.year_before())?,
    };
    build(&template, out).map_err(|error| DataSetError::Workbook(io::Error::other(error)))
}

fn stored(
    workspace: &Workspace,
    scope: &Scope,
    set: &DataSet,
    organisation: &str,
    period: Period,
) -> Result<Reference, DataSetError> {
    let filter = SubmissionFilter {
        organisation_code: Some(organisation.to_owned()),
        datasets: vec![set.id.clone()],
        from: Some(period.last()),
        to: Some(period.last()),
        states: Vec::new(),
    };
    let found = submissions(workspace, scope, &filter)?;
    let rows = found.into_iter().find(|one| one.key.period == period);
    let rows: Vec<Row> = rows.map_or_else(Vec::new, |one| rows_of(set, &one.content));
    Ok(rows
        .into_iter()
        .map(|row| (row.breakdown, row.values))
        .collect())
}

/// Writes an empty table for many organisations and periods, one line each, or one for each value of the
/// breakdown.
pub fn write_csv(
    set: &DataSet,
    organisations: &[(String, String)],
    period: Period,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    let mut headings: Vec<String> = ["机构代码", "机构名称", "期间"].map(str::to_owned).to_vec();
    headings.extend(
        set.breakdown
            .iter()
            .map(|breakdown| breakdown.title.clone()),
    );
    headings.extend(set.fields.iter().map(|field| match field.unit.as_str() {
        "" => field.title.clone(),
        unit => format!("{}（{unit}）", field.title),
    }));
    headings.push("说明".to_owned());
    let columns = headings.len();
    table.write_record(&headings)?;
    for (code, name) in organisations {
        for row in set.rows() {
            let mut cells = vec![
                spreadsheet_text(code).into_owned(),
                spreadsheet_text(name).into_owned(),
                period.to_string(),
            ];
            if set.breakdown.is_some() {
                cells.push(row.to_owned());
            }
            cells.resize(columns, String::new());
            table.write_record(&cells)?;
        }
    }
    table.flush()
}
