//! The month that a hospital hands in: what is still open in it, and the file itself.
//!
//! The file is written from the lake in the layout in which the records came, so that it holds every correction. Whoever
//! has the delivered file and wants every other byte as it was exports that one ([`crate::export`]).

use std::collections::BTreeMap;

use biaochi_domain::Month;
use biaochi_ingest::{LayoutWriter, OutputEncoding, OutputFormat};
use biaochi_records::Layout;
use biaochi_store::{Dimension, Filter, Scope, State};
use biaochi_warehouse::load::read_records;
use biaochi_warehouse::open_lake;
use biaochi_warehouse::tables::StoredRecord;
use serde::Deserialize;

use super::{RecordsError, Tables};
use crate::Workspace;
use crate::correct::{CorrectError, corrections, lake_key, layout_of};
use crate::lookup::quoted;
use crate::runtime::block_on;
use crate::worklist::with_store;

/// How a month stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MonthSummary {
    /// Records in the lake.
    pub records: i64,
    /// Records with a finding that stops the month from being reported.
    pub blocked: i64,
    /// Records without a group.
    pub ungrouped: i64,
    /// Records that people corrected.
    pub corrected: u64,
    /// Findings of the worklist by state.
    pub by_state: Vec<(State, u64)>,
    /// Findings still to be settled, by severity: code and number.
    pub open_by_severity: Vec<(String, u64)>,
    /// Findings still to be settled, by check.
    pub open_by_check: Vec<(String, u64)>,
    /// Findings still to be settled, by department.
    pub open_by_department: Vec<(String, u64)>,
    /// Layouts in which the records came, with how many.
    pub layouts: Vec<(Layout, i64)>,
}

/// The file of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The layout.
    pub layout: Layout,
    /// Records in it.
    pub records: u64,
}

#[derive(Debug, Deserialize)]
struct Counts {
    records: i64,
}

#[derive(Debug, Deserialize)]
struct OfLayout {
    layout: Option<String>,
    records: i64,
}

/// How a month of a hospital stands.
///
/// # Errors
/// Lake or store cannot be read.
pub fn month_summary(
    tables: &Tables,
    workspace: &Workspace,
    organisation: &str,
    month: Month,
) -> Result<MonthSummary, RecordsError> {
    let of = format!(
        "organisation_code = {} and discharge_month = {}",
        quoted(organisation),
        quoted(&month.to_string())
    );
    let one = |sql: String| -> Result<i64, RecordsError> {
        let rows: Vec<Counts> = tables.rows(&sql)?;
        Ok(rows.first().map_or(0, |row| row.records))
    };
    let layouts: Vec<OfLayout> = tables.rows(&format!(
        "select layout, count(*) as records from discharge where {of} group by layout order by 2 desc"
    ))?;
    let blocked = one(format!(
        "select count(*) as records from quality where {of} and blocking > 0"
    ))?;
    let ungrouped = one(format!(
        "select count(*) as records from grouping where {of} and status <> 'grouped'"
    ))?;
    let corrected = corrections(workspace, organisation, month)?.len() as u64;
    let scope = Scope::one(organisation);
    let whole = Filter {
        month: Some(month),
        ..Filter::default()
    };
    let open = Filter {
        month: Some(month),
        ..Filter::unsettled()
    };
    let counted = with_store(workspace, async |store| {
        let mut all = Vec::new();
        for (filter, by) in [
            (&whole, Dimension::State),
            (&open, Dimension::Severity),
            (&open, Dimension::Check),
            (&open, Dimension::Department),
        ] {
            let counts = store.counts(&scope, filter, by).await?;
            let pairs = counts.into_iter().map(|one| (one.value, one.items));
            all.push(pairs.collect::<Vec<(String, u64)>>());
        }
        Ok(all)
    })?;
    let mut counted = counted.into_iter();
    let mut next = || counted.next().unwrap_or_default();
    let by_state = next().into_iter();
    let by_state = by_state.filter_map(|(code, items)| Some((State::from_code(&code)?, items)));
    let by_state = by_state.collect();
    Ok(MonthSummary {
        records: layouts.iter().map(|one| one.records).sum(),
        blocked,
        ungrouped,
        corrected,
        by_state,
        open_by_severity: next(),
        open_by_check: next(),
        open_by_department: next(),
        layouts: layouts
            .into_iter()
            .map(|one| {
                (
                    layout_of(one.layout.as_deref().unwrap_or_default()),
                    one.records,
                )
            })
            .collect(),
    })
}

/// The records of a month in the order in which they were delivered, in the layout of most of them. It holds direct
/// identifiers, as the file that was delivered does.
///
/// # Errors
/// The lake or the workspace key cannot be read, or there is no such month.
pub fn month_file(
    workspace: &Workspace,
    organisation: &str,
    month: Month,
    encoding: OutputEncoding,
) -> Result<MonthFile, CorrectError> {
    let lake = open_lake(&workspace.lake())?;
    let text = month.to_string();
    let mut records: Vec<StoredRecord> = Vec::new();
    block_on(async {
        let publication = lake.newest().await?;
        // Read behind the version, so that it has the keys that sealed that.
        let key = lake_key(workspace)?;
        let take = |record: StoredRecord| {
            if !record.opened {
                let record_key = record.record_key;
                return Err(CorrectError::Sealed { record_key });
            }
            records.push(record);
            Ok(())
        };
        let partition = (organisation, text.as_str());
        read_records(&lake, &publication, &key, partition, |_| true, take).await
    })?;
    if records.is_empty() {
        return Err(CorrectError::NoMonth {
            organisation: organisation.to_owned(),
            month,
        });
    }
    records.sort_by(|a, b| (&a.import_id, &a.file, a.row).cmp(&(&b.import_id, &b.file, b.row)));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for record in &records {
        *counts.entry(&record.layout).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(_, count)| *count);
    let layout = layout_of(most.map_or("", |(layout, _)| layout));
    let mut headings: Vec<String> = Vec::new();
    for (name, _) in records.iter().flat_map(|record| &record.page.extensions) {
        if !headings.iter().any(|known| known == name.as_str()) {
            headings.push(name.to_string());
        }
    }
    let format = OutputFormat {
        encoding,
        line_end: "\r\n",
        ..OutputFormat::default()
    };
    let mut writer = LayoutWriter::new(layout, format)
        .with_organisation()
        .with_extensions(headings);
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    for record in &records {
        writer.row(&record.page, &mut bytes);
    }
    Ok(MonthFile {
        bytes,
        layout,
        records: records.len() as u64,
    })
}
