//! The one that may change a lake.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::RecordBatch;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, Remove};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError};

use super::durable;
use super::journal;
use super::open::{Lake, Publication, RECORD_KEY};
use super::recover;
use super::{ImportRecord, JOURNAL};
use crate::error::{Activity, Result, WarehouseError};
use crate::lock::WriterLock;
use crate::parquet_file::{DataFile, FileLayout, file_path};

/// Files that an import adds to and takes from one table.
#[derive(Debug, Default)]
pub struct TableChange {
    /// New files, already written.
    pub add: Vec<DataFile>,
    /// Partitions, by the values of the partition columns, whose files are all taken away.
    pub replace: HashSet<Vec<Option<String>>>,
}

/// Exclusive access to a lake whose tables all stand at their published versions.
#[derive(Debug)]
pub struct LakeWriter {
    lake: Lake,
    published: Publication,
    tables: BTreeMap<&'static str, OpenTable>,
    journal: DeltaTable,
    import_id: String,
    files: AtomicU64,
    _lock: WriterLock,
}

#[derive(Debug)]
struct OpenTable {
    table: DeltaTable,
    layout: FileLayout,
    partition_columns: &'static [&'static str],
}

impl LakeWriter {
    /// Starts an import under an id of its own. What an interrupted import left is taken back first.
    pub async fn begin(lake: &Lake, lock: WriterLock, import_id: String) -> Result<Self> {
        lake.create().await?;
        let published = lake.newest().await?;
        recover::recover(lake, &published).await?;
        let mut tables = BTreeMap::new();
        for spec in lake.tables() {
            let table = lake.open_newest(spec.name).await?;
            check_structure(spec, &table)?;
            let layout = FileLayout::new(Arc::clone(&spec.schema), spec.partition_columns);
            let partition_columns = spec.partition_columns;
            tables.insert(
                spec.name,
                OpenTable {
                    table,
                    layout,
                    partition_columns,
                },
            );
        }
        let journal = lake.open_newest(JOURNAL).await?;
        recover::mark(lake, &import_id).await?;
        Ok(Self {
            lake: lake.clone(),
            published,
            tables,
            journal,
            import_id,
            files: AtomicU64::new(0),
            _lock: lock,
        })
    }

    /// What the lake holds now.
    pub fn published(&self) -> &Publication {
        &self.published
    }

    /// The import's id; part of the name of every file it writes.
    pub fn import_id(&self) -> &str {
        &self.import_id
    }

    /// A table as it is before the import.
    pub(crate) fn table(&self, table: &str) -> &DeltaTable {
        &self.tables[table].table
    }

    /// How the files of a table are laid out.
    pub fn layout(&self, table: &str) -> &FileLayout {
        &self.tables[table].layout
    }

    /// Puts an encoded file of `rows` rows of one partition into a table's folder.
    pub async fn put(
        &self,
        table: &str,
        partition: Vec<Option<String>>,
        bytes: Vec<u8>,
        rows: u64,
    ) -> Result<DataFile> {
        let open = &self.tables[table];
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = file_path(open.partition_columns, &partition, &self.import_id, number);
        open.layout
            .put(&open.table.object_store(), path, partition, bytes, rows)
            .await
    }

    /// Encodes rows of one partition and puts them into a table's folder.
    pub async fn write(
        &self,
        table: &str,
        partition: Vec<Option<String>>,
        batches: &[RecordBatch],
    ) -> Result<DataFile> {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        let bytes = self.tables[table].layout.encode(batches)?;
        self.put(table, partition, bytes, rows).await
    }

    /// Commits the changes of every table and publishes them together.
    ///
    /// `record` needs no table versions and no time: they are filled in here.
    pub async fn publish(
        mut self,
        changes: BTreeMap<&'static str, TableChange>,
        mut record: ImportRecord,
    ) -> Result<Publication> {
        let published = self.publish_steps(changes, &mut record).await;
        let version = match published {
            Ok(version) => version,
            Err(error) => match self.published_after_all().await {
                Some(publication) => publication.version,
                None => {
                    self.abandon().await;
                    return Err(error);
                }
            },
        };
        // Published: what follows is tidying, and the next writer does it if we cannot.
        let _ = recover::unmark(&self.lake, &self.import_id).await;
        Ok(Publication {
            version,
            record: Some(record),
        })
    }

    /// The publication of this import, if its commit landed although something after it failed.
    async fn published_after_all(&self) -> Option<Publication> {
        let newest = self.lake.newest().await.ok()?;
        let id = newest
            .record
            .as_ref()
            .map(|record| record.import_id.as_str());
        (id == Some(&self.import_id)).then_some(newest)
    }

    async fn publish_steps(
        &mut self,
        mut changes: BTreeMap<&'static str, TableChange>,
        record: &mut ImportRecord,
    ) -> Result<u64> {
        for (name, OpenTable { table, .. }) in &self.tables {
            let version = match changes.remove(name) {
                Some(change) => commit(name, table, change, &self.import_id).await?,
                None => table.version().unwrap_or(0),
            };
            record.table_versions.insert((*name).to_owned(), version);
        }
        record.published_at = jiff::Timestamp::now().as_microsecond();
        self.publish_record(record).await
    }

    async fn publish_record(&self, record: &ImportRecord) -> Result<u64> {
        let schema = self.lake.journal_spec().schema;
        let rows: RecordBatch = journal::rows(&schema, &[record]);
        let store = self.journal.object_store();
        let path = format!("part-{}.parquet", self.import_id);
        let file = FileLayout::new(schema, &[])
            .write(&store, path, Vec::new(), &[rows])
            .await?;
        let json = serde_json::to_value(record)
            .map_err(|error| WarehouseError::storage(Activity::Commit, error))?;
        let properties = properties().with_metadata([(RECORD_KEY.to_owned(), json)]);
        durable::flush(&self.journal, [file.add.path.as_str()]).await?;
        let actions = vec![Action::Add(file.add)];
        commit_actions(
            JOURNAL,
            &self.journal,
            actions,
            properties,
            SaveMode::Append,
            None,
        )
        .await
    }

    /// Ends the import without effect and removes its files. Failures are left to the next writer.
    pub async fn abandon(self) {
        // Asked anew: what the journal says is never to be taken back.
        if let Ok(published) = self.lake.newest().await {
            let _ = recover::recover(&self.lake, &published).await;
        }
    }
}

fn properties() -> CommitProperties {
    // Without retries: between begin and publish nobody else may have committed.
    CommitProperties::default()
        .with_max_retries(0)
        .with_cleanup_expired_logs(Some(false))
}

/// Commits a change of one table: its new version.
pub(crate) async fn commit(
    name: &'static str,
    table: &DeltaTable,
    change: TableChange,
    import_id: &str,
) -> Result<u64> {
    let columns: Vec<String> = partition_columns(table)?;
    durable::flush(table, change.add.iter().map(|file| file.add.path.as_str())).await?;
    let mut actions: Vec<Action> = replaced_files(table, &columns, &change.replace)?
        .into_iter()
        .map(Action::Remove)
        .collect();
    actions.extend(change.add.into_iter().map(|file| Action::Add(file.add)));
    if actions.is_empty() {
        return Ok(table.version().unwrap_or(0));
    }
    let properties =
        properties().with_metadata([("biaochiImportId".to_owned(), import_id.to_owned().into())]);
    commit_actions(
        name,
        table,
        actions,
        properties,
        SaveMode::Overwrite,
        Some(columns),
    )
    .await
}

async fn commit_actions(
    name: &str,
    table: &DeltaTable,
    actions: Vec<Action>,
    properties: CommitProperties,
    mode: SaveMode,
    partition_by: Option<Vec<String>>,
) -> Result<u64> {
    let failed = |error| match error {
        DeltaTableError::VersionAlreadyExists(_) | DeltaTableError::Transaction { .. } => {
            WarehouseError::ConcurrentChange {
                table: name.to_owned(),
            }
        }
        other => WarehouseError::storage(Activity::Commit, other),
    };
    let operation = DeltaOperation::Write {
        mode,
        partition_by,
        predicate: None,
    };
    let state = table.snapshot().map_err(failed)?;
    let committed = CommitBuilder::from(properties)
        .with_actions(actions)
        .build(Some(state), table.log_store(), operation)
        .await
        .map_err(failed)?;
    durable::flush(
        table,
        [format!("_delta_log/{:020}.json", committed.version()).as_str()],
    )
    .await?;
    Ok(committed.version())
}

/// The active files of some partitions, as the actions that take them away.
fn replaced_files(
    table: &DeltaTable,
    columns: &[String],
    partitions: &HashSet<Vec<Option<String>>>,
) -> Result<Vec<Remove>> {
    if partitions.is_empty() {
        return Ok(Vec::new());
    }
    Ok(active_files(table)?
        .into_iter()
        .filter(|(add, _)| partitions.contains(&partition_values(add, columns)))
        .map(|(_, remove)| remove)
        .collect())
}

/// The files of a table with the actions that would add and take them away.
pub(crate) fn active_files(table: &DeltaTable) -> Result<Vec<(Add, Remove)>> {
    let state = table
        .snapshot()
        .map_err(|error| WarehouseError::storage(Activity::ReadTable, error))?;
    let files = state.log_data();
    Ok(files
        .iter()
        .map(|file| {
            #[expect(
                deprecated,
                reason = "the Arrow form of the log has no public schema yet"
            )]
            let add = file.add_action();
            (add, file.remove_action(true))
        })
        .collect())
}

/// The values of the partition columns of a file.
pub(crate) fn partition_values(add: &Add, columns: &[String]) -> Vec<Option<String>> {
    columns
        .iter()
        .map(|column| add.partition_values.get(column).cloned().flatten())
        .collect()
}

pub(crate) fn partition_columns(table: &DeltaTable) -> Result<Vec<String>> {
    let state = table
        .snapshot()
        .map_err(|error| WarehouseError::storage(Activity::ReadTable, error))?;
    Ok(state.metadata().partition_columns().to_vec())
}

fn check_structure(spec: &super::TableSpec, table: &DeltaTable) -> Result<()> {
    let state = table
        .snapshot()
        .map_err(|error| WarehouseError::storage(Activity::OpenLake, error))?;
    let found = state.snapshot().arrow_schema();
    let differs = |difference: String| WarehouseError::Structure {
        table: spec.name.to_owned(),
        difference,
    };
    for wanted in spec.schema.fields() {
        match found.field_with_name(wanted.name()) {
            Err(_) => return Err(differs(format!("− {}", wanted.name()))),
            Ok(field) if field.data_type() != wanted.data_type() => {
                return Err(differs(format!(
                    "{}: {} ≠ {}",
                    wanted.name(),
                    field.data_type(),
                    wanted.data_type()
                )));
            }
            Ok(_) => {}
        }
    }
    match found
        .fields()
        .iter()
        .find(|field| spec.schema.field_with_name(field.name()).is_err())
    {
        Some(extra) => Err(differs(format!("+ {}", extra.name()))),
        None => Ok(()),
    }
}
