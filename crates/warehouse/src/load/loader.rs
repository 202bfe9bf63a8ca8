//! Rows from several threads into files, and the files into one publication.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use biaochi_records::CompactString;
use datafusion::arrow::array::{RecordBatch, UInt32Array};
use datafusion::arrow::compute::take_record_batch;
use tokio::runtime::Handle;

pub use super::buffers::LoadLimits;
use super::buffers::{Buffers, Partition, Rows, Waiting};
use super::{Duplicates, merge};
use crate::error::{Activity, Result, WarehouseError};
use crate::lake::{Counts, ImportRecord, LakeWriter, Mode, Publication, TableChange};
use crate::parquet_file::DataFile;
use crate::tables::{
    Cells, DRG_CELL, DischargeBatch, FindingRows, RECORD_TABLES, finding_schema, quality_schema,
};

/// Takes encoded rows from several threads and writes them to the files of an import.
#[derive(Debug)]
pub struct Loader {
    writer: LakeWriter,
    runtime: Handle,
    duplicates: Duplicates,
    buffers: Mutex<Buffers>,
    written: Mutex<Written>,
}

/// What has been written so far.
#[derive(Debug, Default)]
struct Written {
    files: HashMap<Partition, Files>,
    /// By organisation.
    cells: HashMap<CompactString, Cells>,
}

/// New files of a partition, by table in the order of [`RECORD_TABLES`].
pub(super) type Files = [Vec<DataFile>; RECORD_TABLES.len()];

/// Encoded rows of a block, for every table.
#[derive(Debug)]
pub struct EncodedRows {
    /// Rows of `discharge`.
    pub discharge: DischargeBatch,
    /// Rows of `grouping`, in step with them.
    pub grouping: RecordBatch,
    /// What the checks found in them, when they were checked.
    pub findings: Option<FindingRows>,
}

/// The new rows, measured against those that are there.
struct Merged {
    changes: BTreeMap<&'static str, TableChange>,
    counts: Counts,
    replaced: Vec<ReplacedMonth>,
    partitions: Vec<(String, String)>,
}

/// A hospital's month that takes the place of one that was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplacedMonth {
    /// The organisation code.
    pub organisation: String,
    /// The month of discharge, such as `2025-03`.
    pub month: String,
    /// Records that were there.
    pub before: u64,
    /// Records that take their place.
    pub after: u64,
}

/// What a loaded and merged import is about to publish.
#[derive(Debug)]
pub struct Loaded {
    writer: LakeWriter,
    changes: BTreeMap<&'static str, TableChange>,
    /// Records that came, went, changed and stayed; the other counts are zero.
    pub counts: Counts,
    /// The months whose records are replaced as a whole, in order; none in a correction.
    pub replaced: Vec<ReplacedMonth>,
    /// The organisation and month of every partition that the import touches.
    pub partitions: Vec<(String, String)>,
}

impl Loader {
    /// A loader for an import that has begun. `runtime` does the storage work.
    pub fn new(writer: LakeWriter, runtime: Handle, limits: LoadLimits) -> Self {
        Self {
            writer,
            runtime,
            duplicates: Duplicates::default(),
            buffers: Mutex::new(Buffers::new(limits)),
            written: Mutex::default(),
        }
    }

    /// Adds the rows of block `ticket` (counted from zero over all files; every number must come).
    ///
    /// Gives the positions of rows left out because their key came before, in this or an earlier
    /// block; `None` when the load was stopped. Waits for its turn, and writes files when enough
    /// rows wait. Must not be called from a thread of the runtime.
    pub fn push(&self, ticket: u64, rows: &EncodedRows) -> Result<Option<Vec<usize>>> {
        let Some(repeated) = self.duplicates.admit(ticket, &rows.discharge.keys) else {
            return Ok(None);
        };
        for (partition, rows) in split(rows, &repeated)? {
            let due = self.buffers().add(ticket, partition, rows);
            for (partition, waiting) in due {
                self.write(partition, &waiting)?;
            }
        }
        Ok(Some(repeated))
    }

    /// Ends all waiting in [`Self::push`].
    pub fn stop(&self) {
        self.duplicates.stop();
    }

    /// Writes what still waits, on as many threads as the machine has, and merges it with the rows
    /// that are there.
    pub fn finish(self, mode: Mode) -> Result<Loaded> {
        let finished = self.write_rest().and_then(|()| self.merge(mode));
        match finished {
            Ok(merged) => Ok(Loaded {
                writer: self.writer,
                changes: merged.changes,
                counts: merged.counts,
                replaced: merged.replaced,
                partitions: merged.partitions,
            }),
            Err(error) => {
                self.abandon();
                Err(error)
            }
        }
    }

    /// Ends the import without effect.
    pub fn abandon(self) {
        let Self {
            writer, runtime, ..
        } = self;
        runtime.block_on(writer.abandon());
    }

    fn write_rest(&self) -> Result<()> {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        std::thread::scope(|scope| {
            let work = || -> Result<()> {
                loop {
                    let Some((partition, waiting)) = self.buffers().take_any() else {
                        return Ok(());
                    };
                    self.write(partition, &waiting)?;
                }
            };
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let mut result = Ok(());
            for worker in workers {
                match worker.join() {
                    Ok(written) => result = result.and(written),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            result
        })
    }

    fn merge(&self, mode: Mode) -> Result<Merged> {
        let Written { files, mut cells } = std::mem::take(&mut *self.written());
        let mut partitions: Vec<_> = files
            .keys()
            .map(|(organisation, month)| (organisation.to_string(), month.to_string()))
            .collect();
        partitions.sort();
        let tables = RECORD_TABLES.into_iter().chain([DRG_CELL]);
        let mut changes: BTreeMap<_, _> = tables
            .map(|table| (table, TableChange::default()))
            .collect();
        let mut counts = Counts::default();
        let mut replaced = Vec::new();
        let there = merge::existing(&self.writer)?;
        let mut add = |table: &'static str, files: Vec<DataFile>, replaced: Vec<Option<String>>| {
            let change: &mut TableChange = changes.entry(table).or_default();
            change.add.extend(files);
            change.replace.insert(replaced);
        };
        let mut months = HashMap::<CompactString, HashSet<String>>::new();
        for (partition, mut new) in files {
            let (organisation, month) = (&partition.0, partition.1.to_string());
            if let Some(old) = there.get(&values(&partition)) {
                let merged = self.runtime.block_on(merge::merge(
                    &self.writer,
                    mode,
                    (organisation, &month),
                    old,
                    &mut new,
                    cells.entry(organisation.clone()).or_default(),
                ))?;
                counts.came += merged.came;
                counts.went += merged.went;
                counts.changed += merged.changed;
                counts.unchanged += merged.unchanged;
                if mode == Mode::ReplaceMonth {
                    let same = merged.changed + merged.unchanged;
                    replaced.push(ReplacedMonth {
                        organisation: organisation.to_string(),
                        month: month.clone(),
                        before: merged.went + same,
                        after: merged.came + same,
                    });
                }
            } else {
                counts.came += new[0].iter().map(DataFile::rows).sum::<u64>();
            }
            for (table, files) in RECORD_TABLES.into_iter().zip(new) {
                add(table, files, values(&partition));
            }
            months.entry(partition.0).or_default().insert(month);
        }
        let there = merge::existing_cells(&self.writer)?;
        for (hospital, cells) in &cells {
            let partition = vec![Some(hospital.to_string())];
            let old = there.get(&partition[0]).map_or(&[][..], Vec::as_slice);
            let replaced = &months[hospital];
            let file = merge::merge_cells(&self.writer, hospital, old, cells, replaced);
            add(DRG_CELL, vec![self.runtime.block_on(file)?], partition);
        }
        replaced.sort_by(|a, b| (&a.organisation, &a.month).cmp(&(&b.organisation, &b.month)));
        Ok(Merged {
            changes,
            counts,
            replaced,
            partitions,
        })
    }

    fn write(&self, partition: Partition, waiting: &Waiting) -> Result<()> {
        let mut new = Files::default();
        for ((table, batches), files) in RECORD_TABLES
            .into_iter()
            .zip(&waiting.batches)
            .zip(&mut new)
        {
            if batches.is_empty() {
                continue;
            }
            let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
            let bytes = self.writer.layout(table).encode(batches)?;
            let put = self.writer.put(table, values(&partition), bytes, rows);
            files.push(self.runtime.block_on(put)?);
        }
        let month = partition.1.to_string();
        let mut written = self.written();
        let cells = written.cells.entry(partition.0.clone()).or_default();
        for batch in &waiting.batches[1] {
            cells.add(&month, batch);
        }
        let known = written.files.entry(partition).or_default();
        for (known, new) in known.iter_mut().zip(new) {
            known.extend(new);
        }
        Ok(())
    }

    fn buffers(&self) -> std::sync::MutexGuard<'_, Buffers> {
        self.buffers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn written(&self) -> std::sync::MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Loaded {
    /// Publishes the import: from here on readers see it.
    pub async fn publish(self, record: ImportRecord) -> Result<Publication> {
        self.writer.publish(self.changes, record).await
    }

    /// Ends the import without effect.
    pub async fn abandon(self) {
        self.writer.abandon().await;
    }
}

/// The values of the partition columns.
fn values((organisation, month): &Partition) -> Vec<Option<String>> {
    vec![Some(organisation.to_string()), Some(month.to_string())]
}

/// The rows of each partition, without the repeated ones.
fn split(rows: &EncodedRows, repeated: &[usize]) -> Result<Vec<(Partition, Rows)>> {
    let EncodedRows {
        discharge,
        grouping,
        findings,
    } = rows;
    let empty = || {
        let schemas = [quality_schema(), finding_schema()];
        schemas.map(RecordBatch::new_empty)
    };
    let [quality, found] = match findings {
        Some(rows) => [rows.quality.clone(), rows.findings.clone()],
        None => empty(),
    };
    if discharge.partitions.len() == 1 && repeated.is_empty() {
        let partition = discharge.partitions[0].clone();
        let rows = [discharge.batch.clone(), grouping.clone(), quality, found];
        return Ok(vec![(partition, rows)]);
    }
    let repeated: HashSet<usize> = repeated.iter().copied().collect();
    let mut rows = vec![Vec::new(); discharge.partitions.len()];
    for (row, partition) in (0u32..).zip(&discharge.row_partitions) {
        if !repeated.contains(&(row as usize)) {
            rows[*partition as usize].push(row);
        }
    }
    let mut found_rows = vec![Vec::new(); discharge.partitions.len()];
    let places = findings.iter().flat_map(|rows| &rows.rows);
    for (finding, row) in (0u32..).zip(places) {
        if !repeated.contains(&(*row as usize)) {
            let partition = discharge.row_partitions[*row as usize];
            found_rows[partition as usize].push(finding);
        }
    }
    let failed = |error| WarehouseError::storage(Activity::WriteData, error);
    let mut parts = Vec::with_capacity(rows.len());
    for ((partition, rows), found_rows) in discharge.partitions.iter().zip(rows).zip(found_rows) {
        if rows.is_empty() {
            continue;
        }
        let (rows, found_rows) = (UInt32Array::from(rows), UInt32Array::from(found_rows));
        let of = |batch: &RecordBatch, rows: &UInt32Array| {
            if batch.num_rows() == 0 {
                return Ok(batch.clone());
            }
            take_record_batch(batch, rows).map_err(failed)
        };
        parts.push((
            partition.clone(),
            [
                of(&discharge.batch, &rows)?,
                of(grouping, &rows)?,
                of(&quality, &rows)?,
                of(&found, &found_rows)?,
            ],
        ));
    }
    Ok(parts)
}
