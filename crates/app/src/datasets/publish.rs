//! Approved values into the table `fact`.

use std::collections::BTreeMap;
use std::time::Instant;

use biaochi_datasets::{DataSet, Value, leading_number};
use biaochi_store::{Scope, Submission};
use biaochi_warehouse::datasets::{Fact, FactKey, Facts};
use biaochi_warehouse::lake::{ImportRecord, LakeWriter, Mode};
use biaochi_warehouse::{WhenLocked, open_lake};
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::import::with_store;
use super::judge::rows_of;
use super::{CompiledDataSets, DataSetError};
use crate::Workspace;
use crate::recheck::begin;
use crate::runtime::block_on;

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version of the lake that holds it.
    pub version: u64,
    /// Submissions that had no values in the lake.
    pub came: u64,
    /// Submissions that took the place of another version.
    pub changed: u64,
}

/// Publishes every approved submission that is not in the lake yet, with one commit; `None` when there is
/// none. A step that was cut off is made good by calling it again: what is published again replaces itself.
pub fn publish_approved(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    when_locked: WhenLocked,
) -> Result<Option<Published>, DataSetError> {
    let began = Instant::now();
    let scope = Scope::All;
    let waiting = with_store(workspace, async |store| {
        Ok(store.unpublished(&scope).await?)
    })?;
    if waiting.is_empty() {
        return Ok(None);
    }
    // Of several approved versions the newest counts; they come oldest first.
    let mut newest: BTreeMap<FactKey, Fact> = BTreeMap::new();
    for submission in &waiting {
        let set = &sets.get(&submission.key.dataset)?.0.set;
        let fact = fact(set, submission);
        newest.insert(fact.key.clone(), fact);
    }
    let facts: Vec<Fact> = newest.into_values().collect();
    let lake = open_lake(&workspace.lake())?;
    let writer = begin(&lake, &workspace.lake(), when_locked)?;
    let import_id = writer.import_id().to_owned();
    let written = block_on(Facts::new(&writer).write(&facts));
    let new = match written {
        Ok(new) => new,
        Err(error) => {
            block_on(writer.abandon());
            return Err(error.into());
        }
    };
    let counts = new.counts;
    let record = record(&writer, sets, counts, began);
    let published = block_on(writer.publish(new.changes(), record))?;
    with_store(workspace, async |store| {
        Ok(store.mark_published(&scope, &waiting, &import_id).await?)
    })?;
    Ok(Some(Published {
        version: published.version,
        came: counts.came,
        changed: counts.changed,
    }))
}

/// The journal's row.
fn record(
    writer: &LakeWriter,
    sets: &CompiledDataSets,
    counts: biaochi_warehouse::lake::Counts,
    began: Instant,
) -> ImportRecord {
    let definitions = sets.loaded().fold(Sha256::new(), |hash, loaded| {
        hash.chain_update(loaded.content_hash.as_bytes())
    });
    let content_hash = definitions.finalize();
    ImportRecord {
        import_id: writer.import_id().to_owned(),
        published_at: 0,
        mode: Mode::DataSets,
        files: Vec::new(),
        counts,
        // The records are those that were there.
        partitions: Vec::new(),
        scheme: String::new(),
        content_hash: content_hash
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        table_versions: BTreeMap::new(),
    }
}

fn fact(set: &DataSet, submission: &Submission) -> Fact {
    let key = &submission.key;
    let mut values = Vec::new();
    for row in rows_of(set, &submission.content) {
        for (field, value) in row.values {
            let (number, text) = numbers_and_words(&value);
            values.push((row.breakdown.clone(), field, number, text));
        }
    }
    Fact {
        key: FactKey {
            organisation_code: key.organisation_code.clone(),
            dataset: key.dataset.clone(),
            period: key.period.to_string(),
        },
        first_month: key.period.first().to_string(),
        last_month: key.period.last().to_string(),
        version: submission.version,
        submitter: submission.submitter.clone(),
        approver: submission.approver.clone(),
        approved_at: submission
            .approved_at
            .map_or(0, jiff::Timestamp::as_microsecond),
        values,
    }
}

/// The number and the text of a value; a word such as `4级` has both.
fn numbers_and_words(value: &Value) -> (Option<Decimal>, Option<String>) {
    match value {
        Value::Number(number) => (Some(*number), None),
        Value::Boolean(flag) => (
            Some(Decimal::from(u8::from(*flag))),
            Some(value.to_string()),
        ),
        Value::Text(text) => (leading_number(text), Some(text.clone())),
        Value::Date(_) => (None, Some(value.to_string())),
    }
}
