//! What is stored of records and findings, month by month, so that other checks can look at the same
//! records and other findings can take the place of those that are there.

mod months;
mod records;
mod rewrite;

pub use months::{StoredFinding, StoredMonth, StoredMonths, StoredPage, StoredResults};
pub use records::{CheckRows, MonthRecords};
pub use rewrite::{Rewritten, rewrite_across};

use std::collections::HashSet;

use crate::error::Result;
use crate::lake::{LakeWriter, TableChange};
use crate::parquet_file::DataFile;
use crate::tables::{FINDING, FindingRows, QUALITY};

/// New findings and scores of some months, on their way to one publication.
#[derive(Debug, Default)]
pub struct NewResults {
    findings: Vec<DataFile>,
    quality: Vec<DataFile>,
    months: HashSet<Vec<Option<String>>>,
}

impl NewResults {
    /// Writes the findings and scores of a month; they take the place of all that the month has.
    pub async fn write(
        writer: &LakeWriter,
        month: &StoredMonth,
        rows: &[FindingRows],
    ) -> Result<Self> {
        let partition = month.partition();
        let mut new = Self {
            months: HashSet::from([partition.clone()]),
            ..Self::default()
        };
        let findings: Vec<_> = rows.iter().map(|rows| rows.findings.clone()).collect();
        let quality: Vec<_> = rows.iter().map(|rows| rows.quality.clone()).collect();
        for (table, batches, files) in [
            (FINDING, findings, &mut new.findings),
            (QUALITY, quality, &mut new.quality),
        ] {
            if batches.iter().any(|batch| batch.num_rows() > 0) {
                files.push(writer.write(table, partition.clone(), &batches).await?);
            }
        }
        Ok(new)
    }

    /// Adds those of other months.
    pub fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.quality.extend(other.quality);
        self.months.extend(other.months);
    }

    /// The changes of tables that put them in their places.
    pub fn changes(self) -> std::collections::BTreeMap<&'static str, TableChange> {
        let change = |add, replace| TableChange { add, replace };
        [
            (FINDING, change(self.findings, self.months.clone())),
            (QUALITY, change(self.quality, self.months)),
        ]
        .into()
    }
}
