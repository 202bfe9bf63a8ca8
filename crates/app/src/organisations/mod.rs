//! The organisations of a workspace: filled in as workbook or CSV files, imported, seen as of a day, exported.

mod card;
mod directories;
mod error;
mod files;
mod import;
mod sql;
#[cfg(test)]
mod tests;
mod workbook;

use std::sync::Arc;

use biaochi_organisations::{Directory, Table};
use biaochi_store::{OrganisationRevision, Scope, StoredOrganisations};
use jiff::civil::Date;

pub use card::{Card, StaffCount, card};
pub(crate) use directories::Directories;
pub use error::OrganisationsError;
pub use files::{write_folder, write_to};
pub use import::{ImportRequest, Imported, import, import_rows};
pub(crate) use sql::{INSTITUTION, INSTITUTION_COLUMNS, institution_rows};
pub use workbook::{write_template, write_workbook};

use crate::worklist::{WorklistError, with_store};
use crate::{Workspace, beijing};

/// The organisations as they are stored: in the newest revision or in an earlier one.
pub fn stored(
    workspace: &Workspace,
    scope: &Scope,
    revision: Option<u64>,
) -> Result<StoredOrganisations, OrganisationsError> {
    Ok(with_store(workspace, async |store| {
        Ok(store.organisations(scope, revision).await?)
    })?)
}

/// The organisations with their history, ready to be asked; read once for each revision of them.
pub fn directory(
    workspace: &Workspace,
    scope: &Scope,
) -> Result<Arc<Directory>, OrganisationsError> {
    let newest = with_store(workspace, async |store| {
        Ok(workspace.directories().newest(store, scope).await?)
    });
    Ok(newest?)
}

/// Who changed the organisations and when, newest first.
pub fn revisions(
    workspace: &Workspace,
    scope: &Scope,
) -> Result<Vec<OrganisationRevision>, WorklistError> {
    with_store(workspace, async |store| {
        Ok(store.organisation_revisions(scope).await?)
    })
}

/// The day it is in China.
pub fn today() -> Date {
    beijing::now().date()
}

/// How many rows each table has, those without rows left out.
pub fn counts(rows: &biaochi_organisations::Rows) -> Vec<(Table, usize)> {
    let all = Table::ALL.iter().map(|table| (*table, rows.count(*table)));
    all.filter(|(_, count)| *count > 0).collect()
}
