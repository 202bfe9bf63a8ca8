//! Approved submissions into the table `fact`, as one publication.

use std::collections::{BTreeMap, HashMap, HashSet};

use datafusion::arrow::array::{AsArray as _, BooleanArray, RecordBatch};
use datafusion::arrow::compute::filter_record_batch;

use super::facts::{FACT_PARTITION_COLUMNS, Fact, encode};
use crate::error::{Activity, Result, WarehouseError};
use crate::lake::{Counts, LakeWriter, TableChange, active_files, partition_values};
use crate::load::read;
use crate::tables::FACT;

/// Writes facts into a lake that was taken for writing.
#[derive(Debug)]
pub struct Facts<'a> {
    writer: &'a LakeWriter,
}

/// Files with new facts, ready to be published.
#[derive(Debug)]
pub struct NewFacts {
    change: TableChange,
    /// Submissions that came, and those that replaced another version.
    pub counts: Counts,
}

impl NewFacts {
    /// The changes of the lake's tables.
    pub fn changes(self) -> BTreeMap<&'static str, TableChange> {
        BTreeMap::from([(FACT, self.change)])
    }
}

impl<'a> Facts<'a> {
    /// Facts for a lake.
    pub fn new(writer: &'a LakeWriter) -> Self {
        Self { writer }
    }

    /// Writes facts; each takes the place of what is there of the same organisation, data set and period.
    /// No key may come twice.
    pub async fn write(&self, facts: &[Fact]) -> Result<NewFacts> {
        let mut partitions: BTreeMap<(String, String), Vec<&Fact>> = BTreeMap::new();
        for fact in facts {
            partitions.entry(fact.partition()).or_default().push(fact);
        }
        let existing = self.existing()?;
        let mut new = NewFacts {
            change: TableChange::default(),
            counts: Counts {
                read: facts.len() as u64,
                ..Counts::default()
            },
        };
        for ((dataset, year), facts) in partitions {
            let partition = vec![Some(dataset), Some(year)];
            let replaced: HashSet<(&str, &str)> = facts
                .iter()
                .map(|fact| {
                    (
                        fact.key.organisation_code.as_str(),
                        fact.key.period.as_str(),
                    )
                })
                .collect();
            let mut batches = vec![encode(&facts, self.writer.import_id())];
            let mut found: HashSet<(String, String)> = HashSet::new();
            for path in existing.get(&partition).into_iter().flatten() {
                let store = self.writer.table(FACT).object_store();
                for batch in read(&store, path, None).await? {
                    batches.push(without(&batch, &replaced, &mut found)?);
                }
            }
            new.counts.changed += found.len() as u64;
            let file = self.writer.write(FACT, partition.clone(), &batches).await?;
            new.change.add.push(file);
            new.change.replace.insert(partition);
        }
        new.counts.came = new.counts.read - new.counts.changed;
        Ok(new)
    }

    /// Paths of the files of each partition.
    fn existing(&self) -> Result<HashMap<Vec<Option<String>>, Vec<String>>> {
        let columns: Vec<String> = FACT_PARTITION_COLUMNS
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        let mut partitions = HashMap::<_, Vec<String>>::new();
        for (add, _) in active_files(self.writer.table(FACT))? {
            let place = partition_values(&add, &columns);
            partitions.entry(place).or_default().push(add.path);
        }
        Ok(partitions)
    }
}

/// The rows of a file that are of other organisations and periods; the others are noted.
fn without(
    batch: &RecordBatch,
    replaced: &HashSet<(&str, &str)>,
    found: &mut HashSet<(String, String)>,
) -> Result<RecordBatch> {
    let text = |name: &str| {
        let column = batch.column_by_name(name);
        column
            .and_then(|column| column.as_string_opt::<i32>())
            .ok_or_else(|| WarehouseError::Structure {
                table: FACT.to_owned(),
                difference: format!("− {name}"),
            })
    };
    let (organisations, periods) = (text("organisation_code")?, text("period")?);
    let stays: BooleanArray = (0..batch.num_rows())
        .map(|row| {
            let key = (organisations.value(row), periods.value(row));
            let goes = replaced.contains(&key);
            if goes {
                found.insert((key.0.to_owned(), key.1.to_owned()));
            }
            Some(!goes)
        })
        .collect();
    filter_record_batch(batch, &stays)
        .map_err(|error| WarehouseError::storage(Activity::WriteData, error))
}
