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
}

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub struct LoadLimits {
    /// Bytes of Arrow memory of a partition that become a file.
    pub file_bytes: usize,
    /// Bytes of Arrow memory over all partitions; above it the largest becomes a file.
    pub total_bytes: usize,
}

impl Default for LoadLimits {
    fn default() -> Self {
        Self {
            file_bytes: 48 << 20,
            total_bytes: 192 << 20,
        }
    }
}

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

    /// Adds rows of a partition; gives the rows that must become a file now.
    pub(super) fn add(&mut self, partition: Partition, rows: Rows) -> Vec<(Partition, Waiting)> {
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
        self.bytes += bytes;
        let mut due = Vec::new();
        if waiting.bytes >= self.limits.file_bytes {
            due.extend(self.take(&partition));
        }
        while self.bytes > self.limits.total_bytes {
            let largest = self.waiting.iter().max_by_key(|(_, waiting)| waiting.bytes);
            let Some(largest) = largest.map(|(partition, _)| partition.clone()) else {
                break;
            };
            due.extend(self.take(&largest));
        }
        due
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
