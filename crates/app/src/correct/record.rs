//! Correct one record, see what was corrected, bring the lake up to the store.

use biaochi_domain::{Language, Localized, Month};
use biaochi_ingest::{Input, LayoutWriter, OutputFormat, ReadOptions, Row, RowParser};
use biaochi_records::{Field, FrontPage, Layout};
use biaochi_store::{Correction, Recorded, Scope};
use serde::Deserialize;

use super::amend::{Amended, Among, Corrector, Planned, amend};
use super::desk::Partition;
use super::sets::parse_set;
use super::values::{Place, UNREADABLE, put};
use super::{CorrectError, SetError};
use crate::lookup::quoted;
use crate::query::rows;
use crate::worklist::with_store;
use crate::{Content, Workspace};

/// What a person asks for.
#[derive(Debug, Clone, Default)]
pub struct RecordCorrection {
    /// The hospital.
    pub organisation: String,
    /// The beginning of the record's key, long enough to be the only one.
    pub record: String,
    /// `field[element]=value`, each.
    pub sets: Vec<String>,
    /// Why.
    pub reason: String,
    /// The checks whose findings it mends.
    pub checks: Vec<String>,
    /// The version that was seen; without it, the newest.
    pub based_on: Option<u64>,
}

/// What a record is after it was corrected.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CorrectedRecord {
    /// Its key.
    pub record_key: String,
    /// The group before, empty without one.
    pub drg_before: String,
    /// The group after.
    pub drg_after: String,
    /// What checks still find, worst first: check and message.
    pub findings: Vec<(String, String)>,
    /// What correcting came to.
    pub amended: Amended,
}

#[derive(Debug, Deserialize)]
struct Found {
    record_key: String,
    discharge_month: String,
}

#[derive(Debug, Deserialize)]
struct Grouped {
    drg: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Finding {
    check_id: String,
    message: String,
}

/// Corrects one record: a new version of it with who and why, grouped and checked anew.
pub fn correct_record(
    corrector: Corrector<'_>,
    wanted: &RecordCorrection,
) -> Result<CorrectedRecord, CorrectError> {
    let Corrector {
        workspace, content, ..
    } = corrector;
    let (record_key, partition) = locate(workspace, content, &wanted.organisation, &wanted.record)?;
    let drg_before = group(workspace, content, &partition, &record_key)?;
    let known = content.known_codes();
    let partitions = [partition];
    let amended = amend(
        corrector,
        &partitions,
        Among::One(&record_key),
        |standing| {
            let layout = layout_of(&standing.stored.layout);
            let mut page = standing.page.clone();
            for text in &wanted.sets {
                let set = parse_set(text, layout, &known)?;
                put(&mut page, set.place, set.text.as_deref()).map_err(|expected| {
                    SetError::Value {
                        place: set.place.name(),
                        value: String::new(),
                        expected,
                    }
                })?;
            }
            page.close_gaps();
            importable(&page, layout)?;
            Ok(Some(Planned {
                page,
                reason: wanted.reason.clone(),
                checks: wanted.checks.clone(),
                based_on: wanted.based_on,
            }))
        },
    )?;
    Ok(CorrectedRecord {
        drg_before,
        drg_after: group(workspace, content, &partitions[0], &record_key)?,
        findings: findings(workspace, content, &partitions[0], &record_key)?,
        record_key,
        amended,
    })
}

/// Shows the lake what the store knows: corrections that a delivery of the month undid, or that were
/// stored and not published. Values that were delivered otherwise stay, and are told.
pub fn reapply(
    corrector: Corrector<'_>,
    organisation: Option<&str>,
    month: Option<Month>,
) -> Result<Amended, CorrectError> {
    let Corrector {
        workspace, content, ..
    } = corrector;
    let partitions = partitions(workspace, content, organisation, month)?;
    let mut with_corrections = Vec::new();
    for partition in partitions {
        if let Ok(month) = partition.1.parse()
            && !super::corrections(workspace, &partition.0, month)?.is_empty()
        {
            with_corrections.push(partition);
        }
    }
    if with_corrections.is_empty() {
        return Ok(Amended::default());
    }
    let mut amended = amend(corrector, &with_corrections, Among::Corrected, |_| Ok(None))?;
    if amended.version.is_none() {
        // The lake is up to date; the worklist may not be.
        amended.worklist = super::amend::synchronise(corrector, with_corrections)?;
    }
    Ok(amended)
}

/// Records of months that have stored corrections: how many a delivery of these months may have undone.
pub fn corrected_records(
    workspace: &Workspace,
    partitions: &[(String, String)],
) -> Result<u64, CorrectError> {
    let mut count = 0;
    for (organisation, month) in partitions {
        if let Ok(month) = month.parse() {
            count += super::corrections(workspace, organisation, month)?.len() as u64;
        }
    }
    Ok(count)
}

/// A change as people may see it: direct identifiers are masked.
pub fn shown(recorded: Option<&Recorded>) -> String {
    match recorded {
        None => String::new(),
        Some(Recorded::Sealed(_)) => "***".to_owned(),
        Some(Recorded::Plain(text)) if text == UNREADABLE => "（读不出）".to_owned(),
        Some(Recorded::Plain(text)) => text.clone(),
    }
}

/// The name of a place of a stored correction, as people read it; elements count from one.
pub fn place_name(field: &str, index: usize, language: Language) -> String {
    match Field::from_id(field) {
        None => field.to_owned(),
        Some(field) => {
            let place = Place { field, index };
            match language {
                Language::Zh => place.name_zh(),
                Language::En => place.name(),
            }
        }
    }
}

/// The corrections of a record, oldest first, and its whole key.
pub fn history(
    workspace: &Workspace,
    content: &Content,
    organisation: &str,
    record: &str,
) -> Result<(String, Vec<Correction>), CorrectError> {
    let (record_key, _) = locate(workspace, content, organisation, record)?;
    let scope = Scope::one(organisation);
    let corrections = with_store(workspace, async |store| {
        Ok(store
            .corrections_of(&scope, organisation, &record_key)
            .await?)
    })?;
    Ok((record_key, corrections))
}

/// The record of a hospital whose key begins so, and its month.
fn locate(
    workspace: &Workspace,
    content: &Content,
    organisation: &str,
    record: &str,
) -> Result<(String, Partition), CorrectError> {
    let sql = format!(
        "select record_key, discharge_month from discharge where organisation_code = {} \
         and starts_with(record_key, {}) limit 2",
        quoted(organisation),
        quoted(record)
    );
    let mut found: Vec<Found> = rows(workspace, content, &sql)?;
    let (organisation, key) = (organisation.to_owned(), record.to_owned());
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok((one.record_key, (organisation, one.discharge_month))),
        (Some(_), false) => Err(CorrectError::Several { organisation, key }),
        (None, _) => Err(CorrectError::NoRecord { organisation, key }),
    }
}

/// Months that the lake holds.
pub(super) fn partitions(
    workspace: &Workspace,
    content: &Content,
    organisation: Option<&str>,
    month: Option<Month>,
) -> Result<Vec<Partition>, CorrectError> {
    #[derive(Deserialize)]
    struct Row {
        organisation_code: String,
        discharge_month: String,
    }
    let mut conditions = vec!["true".to_owned()];
    conditions.extend(organisation.map(|code| format!("organisation_code = {}", quoted(code))));
    conditions
        .extend(month.map(|month| format!("discharge_month = {}", quoted(&month.to_string()))));
    let sql = format!(
        "select distinct organisation_code, discharge_month from discharge where {} order by 1, 2",
        conditions.join(" and ")
    );
    let found: Vec<Row> = rows(workspace, content, &sql)?;
    if let (true, Some(month)) = (found.is_empty(), month) {
        return Err(CorrectError::NoMonth {
            organisation: organisation.unwrap_or_default().to_owned(),
            month,
        });
    }
    let pair = |row: Row| (row.organisation_code, row.discharge_month);
    Ok(found.into_iter().map(pair).collect())
}

fn group(
    workspace: &Workspace,
    content: &Content,
    partition: &Partition,
    record_key: &str,
) -> Result<String, CorrectError> {
    let sql = format!(
        "select drg from grouping where {}",
        of(partition, record_key)
    );
    let found: Vec<Grouped> = rows(workspace, content, &sql)?;
    let first = found.into_iter().next().and_then(|row| row.drg);
    Ok(first.unwrap_or_default())
}

fn findings(
    workspace: &Workspace,
    content: &Content,
    partition: &Partition,
    record_key: &str,
) -> Result<Vec<(String, String)>, CorrectError> {
    let sql = format!(
        "select check_id, message from finding where {} and places > 0 and stage <> 'trial' \
         order by stage desc, severity, check_id",
        of(partition, record_key)
    );
    let found: Vec<Finding> = rows(workspace, content, &sql)?;
    let pair = |finding: Finding| (finding.check_id, finding.message);
    Ok(found.into_iter().map(pair).collect())
}

/// The condition that picks a record.
fn of((organisation, month): &Partition, record_key: &str) -> String {
    format!(
        "organisation_code = {} and discharge_month = {} and record_key = {}",
        quoted(organisation),
        quoted(month),
        quoted(record_key)
    )
}

/// The layout of an id; that of the national upload for one that nobody knows.
pub(crate) fn layout_of(id: &str) -> Layout {
    id.parse().unwrap_or(Layout::Hqms811)
}

/// Refuses a page that an import would reject: the corrected month shall come in again.
pub(super) fn importable(page: &FrontPage, layout: Layout) -> Result<(), CorrectError> {
    let mut writer = LayoutWriter::new(layout, OutputFormat::default()).with_organisation();
    let mut bytes = Vec::new();
    writer.header(&mut bytes);
    writer.row(page, &mut bytes);
    let options = ReadOptions::default();
    let mut input = Input::open("", std::io::Cursor::new(bytes), &options)?;
    let mut problems = Vec::new();
    while let Some(mut table) = input.next_table()? {
        let mut parser = RowParser::new(table.header());
        while let Some(block) = table.next_block()? {
            parser.parse(&block, |row| {
                if let Row::Reject {
                    problems: found, ..
                } = row
                {
                    let texts = found
                        .iter()
                        .filter(|problem| problem.severity == biaochi_ingest::Severity::Reject)
                        .map(|one| (one.text(Language::Zh), one.text(Language::En)));
                    problems.extend(texts);
                }
            });
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(CorrectError::NotImportable { problems })
    }
}
