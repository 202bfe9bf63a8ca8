//! Rows that wait until their partition has enough for a file, or memory gets short.

use std::collections::HashMap;

use biaochi_domain::Month;
use biaochi_records::CompactString;
use datafusion::arrow::array::RecordBatch;

use crate::tables::RECORD_TABLES;

/// A hospital's month.
pub(super) type Partition = (CompactString, Month);

/// Rows of one partition, by table in the order of [`RECORD_TABLES`].
pub(super) type Rows = [RecordBatch; RECORD_TABLES.len()];

/// Rows of one partition that wait.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    /// By table, in the order of [`RECORD_TABLES`].
    pub(super) batches: [Vec<RecordBatch>; RECORD_TABLES.len()],
    pub(super) bytes: usize,
    /// The block that rows last came from.
    last: u64,
}

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub struct LoadLimits {
    /// Bytes of Arrow memory of a partition that become a file.
    pub file_bytes: usize,
    /// Bytes of Arrow memory over all partitions; above it some of them become files.
    pub total_bytes: usize,
}

impl Default for LoadLimits {
    fn default() -> Self {
        Self {
            file_bytes: 96 << 20,
            total_bytes: 224 << 20,
        }
    }
}

/// Blocks without rows of a partition after which it is taken to be complete.
const PAUSE: u64 = 16;
/// A complete partition is written before the largest while it has at least this part of its bytes.
const PART: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Buffers {
    limits: LoadLimits,
    waiting: HashMap<Partition, Waiting>,
    bytes: usize,
}

impl Buffers {
    pub(super) fn new(limits: LoadLimits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Adds rows of a partition from a block; gives the rows that must become a file now.
    pub(super) fn add(
        &mut self,
        block: u64,
        partition: Partition,
        rows: Rows,
    ) -> Vec<(Partition, Waiting)> {
        let bytes = rows
            .iter()
            .map(RecordBatch::get_array_memory_size)
            .sum::<usize>();
        let waiting = self.waiting.entry(partition.clone()).or_default();
        for (waiting, batch) in waiting.batches.iter_mut().zip(rows) {
            if batch.num_rows() > 0 {
                waiting.push(batch);
            }
        }
        waiting.bytes += bytes;
        waiting.last = block;
        self.bytes += bytes;
        let mut due = Vec::new();
        if waiting.bytes >= self.limits.file_bytes {
            due.extend(self.take(&partition));
        }
        while self.bytes > self.limits.total_bytes {
            let Some(next) = self.next_at(block) else {
                break;
            };
            due.extend(self.take(&next));
        }
        due
    }

    /// The partition that becomes a file when memory is short. Most files are sorted by month and hospital: what has not
    /// grown for a while is complete and becomes one file, where the one that grows would become one with every block.
    fn next_at(&self, block: u64) -> Option<Partition> {
        let largest = |paused: bool| {
            let waiting = self.waiting.iter();
            let chosen = waiting.filter(|(_, one)| !paused || one.last + PAUSE < block);
            chosen.max_by_key(|(_, one)| one.bytes)
        };
        let any = largest(false)?;
        let complete = largest(true).filter(|(_, one)| one.bytes * PART >= any.1.bytes);
        Some(complete.unwrap_or(any).0.clone())
    }

    fn take(&mut self, partition: &Partition) -> Option<(Partition, Waiting)> {
        let taken = self.waiting.remove_entry(partition)?;
        self.bytes -= taken.1.bytes;
        Some(taken)
    }

    /// Any rows that still wait, the largest partition first.
    pub(super) fn take_any(&mut self) -> Option<(Partition, Waiting)> {
        let largest = self
            .waiting
            .iter()
            .max_by_key(|(_, waiting)| waiting.bytes)?
            .0
            .clone();
        self.take(&largest)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::Int64Array;
    use datafusion::arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    const KIB: usize = 1 << 10;

    fn rows(bytes: usize) -> Rows {
        let schema = Arc::new(Schema::new(vec![Field::new("n", DataType::Int64, false)]));
        let batch = |rows: usize| {
            let numbers: Int64Array = (0i64..).take(rows).collect();
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(numbers)]).expect("a batch")
        };
        [batch(bytes / 8), batch(0), batch(0), batch(0)]
    }

    fn partition(number: usize) -> Partition {
        let month = Month::new(2025, 1).expect("a month");
        (format!("H{number}").into(), month)
    }

    /// Files of each partition when blocks come in this order.
    fn files(blocks: impl Iterator<Item = usize>, limits: LoadLimits) -> HashMap<Partition, usize> {
        let mut buffers = Buffers::new(limits);
        let mut files: HashMap<Partition, usize> = HashMap::new();
        let mut count = |(partition, _): (Partition, Waiting)| {
            *files.entry(partition).or_default() += 1;
        };
        for (block, number) in (0..).zip(blocks) {
            let due = buffers.add(block, partition(number), rows(64 * KIB));
            assert!(buffers.bytes <= limits.total_bytes);
            due.into_iter().for_each(&mut count);
        }
        std::iter::from_fn(|| buffers.take_any()).for_each(count);
        files
    }

    #[test]
    fn partitions_that_come_one_after_the_other_are_a_file_each() {
        let limits = LoadLimits {
            file_bytes: 1024 * KIB,
            total_bytes: 4096 * KIB,
        };
        let blocks = (0..200).flat_map(|number| std::iter::repeat_n(number, 1 + number % 4));
        let files = files(blocks, limits);
        assert_eq!(files.len(), 200);
        assert!(files.values().all(|count| *count == 1), "{files:?}");
    }

    #[test]
    fn partitions_that_come_in_turns_become_files_of_the_wanted_size() {
        let limits = LoadLimits {
            file_bytes: 1024 * KIB,
            total_bytes: 4096 * KIB,
        };
        let files = files((0..4 * 60).map(|block| block % 4), limits);
        let count: usize = files.values().sum();
        assert!(count <= 4 * 60 / 15 + 4, "{count}");
    }
}
