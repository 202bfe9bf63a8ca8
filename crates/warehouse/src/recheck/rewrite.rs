//! Other findings across records in a stored month, its records unread.

use std::collections::{HashMap, HashSet};

use biaochi_checks::CheckSet;
use datafusion::arrow::array::{ArrayRef, AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::{concat_batches, filter_record_batch};
use datafusion::arrow::datatypes::{Int32Type, TimestampMicrosecondType};
use jiff::civil::Date;

use super::NewResults;
use super::months::{StoredMonth, StoredMonths, text};
use crate::across::{AcrossFound, Told};
use crate::checks::Found;
use crate::error::{Activity, Result, WarehouseError};
use crate::lake::LakeWriter;
use crate::tables::{
    FINDING, FindingRows, QUALITY, encode_findings, encode_quality, finding_schema, quality_schema,
    time,
};

/// What became of a month.
#[derive(Debug)]
pub enum Rewritten {
    /// Its new findings and scores are written.
    Written(NewResults),
    /// It was checked with another edition of the checks, or not at all, and is left alone.
    OtherEdition,
}

/// Writes a month's findings anew: without the findings across records that are `gone`, with those that are
/// `new`, everything else as it is.
pub async fn rewrite_across(
    (stored, month): (&StoredMonths, &StoredMonth),
    writer: &LakeWriter,
    set: &CheckSet,
    gone: &[Told],
    new: &[AcrossFound],
) -> Result<Rewritten> {
    let quality = stored.rows(month, QUALITY).await?;
    let quality = concat_batches(&quality_schema(), &quality).map_err(failed)?;
    let hashes = text(&quality, "checks_hash");
    if quality.num_rows() == 0 || hashes.iter().any(|hash| hash != Some(&*set.content_hash)) {
        return Ok(Rewritten::OtherEdition);
    }
    let kept = stored.rows(month, FINDING).await?;
    let kept = concat_batches(&finding_schema(), &kept).map_err(failed)?;
    let kept = without(&kept, gone)?;
    let pages = Pages::new(&quality);
    let mut found = pages.stored(set, &kept);
    let mut added = pages.across(new);
    added.sort_by_key(|found| (found.row, found.check));
    let prices = vec![None; added.len()];
    let FindingRows { findings, .. } = encode_findings(set, &quality, &added, &prices);
    found.extend(added);
    found.sort_by_key(|found| (found.row, found.check));
    let findings = concat_batches(&finding_schema(), [&kept, &findings]).map_err(failed)?;
    let rows = FindingRows {
        findings,
        rows: Vec::new(),
        quality: encode_quality(set, &quality, &found),
    };
    let written = NewResults::write(writer, month, &[rows]).await?;
    Ok(Rewritten::Written(written))
}

/// The findings that are not gone.
fn without(findings: &RecordBatch, gone: &[Told]) -> Result<RecordBatch> {
    let gone: HashSet<(&str, &str)> = gone
        .iter()
        .map(|told| (told.record_key.as_str(), told.check_id.as_str()))
        .collect();
    let (keys, checks) = (text(findings, "record_key"), text(findings, "check_id"));
    let stays: BooleanArray = (0..findings.num_rows())
        .map(|row| Some(!gone.contains(&(keys.value(row), checks.value(row)))))
        .collect();
    filter_record_batch(findings, &stays).map_err(failed)
}

/// The pages of a month: their rows in `quality`, and their days of discharge.
struct Pages<'a> {
    rows: HashMap<&'a str, usize>,
    days: Vec<Option<Date>>,
}

impl<'a> Pages<'a> {
    fn new(quality: &'a RecordBatch) -> Self {
        let keys = text(quality, "record_key").iter().enumerate();
        let times: &ArrayRef = &quality["discharge_time"];
        let times = times.as_primitive::<TimestampMicrosecondType>();
        Self {
            rows: keys
                .map(|(row, key)| (key.unwrap_or_default(), row))
                .collect(),
            days: times
                .iter()
                .map(|micros| Some(time(micros?)?.date()))
                .collect(),
        }
    }

    /// Stored findings, as far as a score needs them.
    fn stored(&self, set: &CheckSet, findings: &RecordBatch) -> Vec<Found> {
        let (keys, checks) = (text(findings, "record_key"), text(findings, "check_id"));
        let places = findings["places"].as_primitive::<Int32Type>();
        let found = (0..findings.num_rows()).filter_map(|finding| {
            let row = *self.rows.get(keys.value(finding))?;
            Some(Found {
                row,
                check: set.place_in_force(checks.value(finding), self.days[row]?)?,
                places: u32::try_from(places.value(finding)).unwrap_or(0),
                measured: None,
                values: Vec::new(),
            })
        });
        found.collect()
    }

    /// What checks across records found, by row.
    fn across(&self, new: &[AcrossFound]) -> Vec<Found> {
        let found = new.iter().filter_map(|found| {
            let row = *self.rows.get(found.record_key.as_str())?;
            Some(found.at_row(row))
        });
        found.collect()
    }
}

fn failed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> WarehouseError {
    WarehouseError::storage(Activity::ReadTable, error)
}
