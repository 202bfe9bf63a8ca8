//! Taking a delivery of organisations in: all of it, or nothing.

use std::path::PathBuf;

use biaochi_organisations::{Change, Delivery, Mode, Rows, Table};
use biaochi_store::{Actor, Scope, StoreError};

use super::{OrganisationsError, files};
use crate::Workspace;
use crate::worklist::{WorklistError, with_store};

/// What is imported, and how.
#[derive(Debug, Clone)]
pub struct ImportRequest<'a> {
    /// Workbooks, CSV files, and folders of them.
    pub paths: &'a [PathBuf],
    /// How the rows meet those that are there.
    pub mode: Mode,
    /// Only say what would change.
    pub dry_run: bool,
    /// Who acts.
    pub actor: &'a str,
}

/// What an import found and did.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The tables that were delivered, and how many rows each has in the delivery.
    pub delivered: Vec<(Table, usize)>,
    /// What becomes of what was there.
    pub changes: Vec<Change>,
    /// The revision that was based on.
    pub based_on: u64,
    /// The revision that was made, the same one when nothing changed; `None` for a dry run.
    pub revision: Option<u64>,
}

/// Reads files, checks everything that is in them together with what is stored, and stores it.
///
/// # Errors
/// [`OrganisationsError::Problems`] with all of them when anything is wrong; nothing is stored then.
pub fn import(
    workspace: &Workspace,
    scope: &Scope,
    request: &ImportRequest<'_>,
) -> Result<Imported, OrganisationsError> {
    let delivery = Delivery::read(&files::sheets(request.paths)?);
    if !delivery.problems.is_empty() {
        return Err(OrganisationsError::Problems(delivery.problems));
    }
    let names: Vec<_> = request
        .paths
        .iter()
        .filter_map(|path| Some(path.file_name()?.to_string_lossy()))
        .collect();
    take_in(workspace, scope, &delivery, request, &names.join("、"))
}

/// The same with rows that come from the program itself; they take the place of everything that is there.
pub fn import_rows(
    workspace: &Workspace,
    scope: &Scope,
    rows: Rows,
    actor: &str,
) -> Result<Imported, OrganisationsError> {
    let delivery = Delivery::whole(rows);
    let request = ImportRequest {
        paths: &[],
        mode: Mode::Replace,
        dry_run: false,
        actor,
    };
    take_in(workspace, scope, &delivery, &request, "")
}

fn take_in(
    workspace: &Workspace,
    scope: &Scope,
    delivery: &Delivery,
    request: &ImportRequest<'_>,
    note: &str,
) -> Result<Imported, OrganisationsError> {
    let tables = &delivery.tables;
    // Everything is there to be checked against, whatever the scope: it decides what may be changed.
    let stored = with_store(workspace, async |store| {
        Ok(store.organisations(&Scope::All, None).await?)
    })?;
    in_scope(scope, delivery)?;
    let rows = stored.rows.with(&delivery.rows, tables, request.mode);
    let problems = rows.check();
    if !problems.is_empty() {
        return Err(OrganisationsError::Problems(delivery.locate(problems)));
    }
    let changes = stored.rows.changes(&rows);
    let revision = if request.dry_run {
        None
    } else {
        let own = within(scope, &rows);
        let actor = Actor::now(request.actor);
        Some(with_store(workspace, async |store| {
            let based_on = stored.revision;
            Ok(store
                .save_organisations(scope, &actor, based_on, &own, note)
                .await?)
        })?)
    };
    Ok(Imported {
        delivered: tables
            .iter()
            .map(|table| (*table, delivery.rows.count(*table)))
            .collect(),
        changes,
        based_on: stored.revision,
        revision,
    })
}

/// Refuses a delivery with rows of institutions outside the scope.
fn in_scope(scope: &Scope, delivery: &Delivery) -> Result<(), OrganisationsError> {
    for table in Table::ALL {
        let Some(column) = table.institution_column() else {
            continue;
        };
        for cells in delivery.rows.cells(*table) {
            if !scope.allows(&cells[column]) {
                let organisation_code = cells[column].clone();
                let error = StoreError::OutOfScope { organisation_code };
                return Err(WorklistError::from(error).into());
            }
        }
    }
    Ok(())
}

/// The rows that belong to the institutions of a scope, and all that belong to none.
fn within(scope: &Scope, rows: &Rows) -> Rows {
    if *scope == Scope::All {
        return rows.clone();
    }
    let mut own = Rows::default();
    for table in Table::ALL.iter().copied() {
        let column = table.institution_column();
        for cells in rows.cells(table) {
            if column.is_none_or(|column| scope.allows(&cells[column])) {
                // What was a row before is one again.
                let _ = own.push(table, &cells);
            }
        }
    }
    own
}
