//! The institutions of a day as a table for SQL.

use biaochi_organisations::Unit;
use biaochi_store::{Scope, Store, StoreError};
use jiff::civil::Date;

use crate::Workspace;

/// Name of the table.
pub(crate) const INSTITUTION: &str = "institution";

/// Its columns; the first one joins it with front pages.
pub(crate) const INSTITUTION_COLUMNS: [&str; 11] = [
    "organisation_code",
    "name",
    "level",
    "class",
    "type",
    "ownership",
    "division",
    "division_name",
    "commission",
    "alliances",
    "tags",
];

/// The institutions of a day.
pub(crate) async fn institution_rows(
    workspace: &Workspace,
    day: Date,
) -> Result<Vec<Vec<Option<String>>>, StoreError> {
    let directories = workspace.directories();
    let directory = workspace
        .with_store(async |store: &Store| directories.newest(store, &Scope::All).await)
        .await?;
    let view = directory.as_of(day);
    let joined = |words: Vec<String>| (!words.is_empty()).then(|| words.join("、"));
    let rows = view.institutions().map(|one| {
        let unit = Unit::Institution(one.code.to_string());
        let alliances = view
            .parents(&unit)
            .into_iter()
            .filter_map(|above| match above {
                Unit::Alliance(_) => view.name(&above),
                _ => None,
            });
        let division = view.division(&one.division);
        vec![
            Some(one.code.to_string()),
            Some(one.name.clone()),
            Some(one.level.word().to_owned()),
            one.class.map(|class| class.word().to_owned()),
            Some(one.kind.word().to_owned()),
            Some(one.ownership.word().to_owned()),
            Some(one.division.to_string()),
            division.map(|division| division.name.clone()),
            one.commission.as_ref().map(ToString::to_string),
            joined(alliances.collect()),
            joined(one.tags.clone()),
        ]
    });
    Ok(rows.collect())
}
