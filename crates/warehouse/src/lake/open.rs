//! Opening a lake and choosing one of its versions.

use std::collections::HashMap;

use datafusion::arrow::datatypes::SchemaRef;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel as _;
use deltalake_core::protocol::SaveMode;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use url::Url;

use super::JOURNAL;
use super::journal::{self, ImportRecord};
use crate::error::{Activity, Result, WarehouseError};

/// A data table of a lake.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Folder and SQL name.
    pub name: &'static str,
    /// Columns, the partition columns included.
    pub schema: SchemaRef,
    /// Columns whose values are constant within a file.
    pub partition_columns: &'static [&'static str],
}

/// Which version of the lake to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Selector {
    /// What was published last.
    #[default]
    Newest,
    /// A version by number; zero is the empty lake.
    Version(u64),
    /// What was published last at or before a time.
    AsOf(jiff::Timestamp),
}

/// A version of the lake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// Number of the version; zero is the empty lake.
    pub version: u64,
    /// The import that made it; none for the empty lake.
    pub record: Option<ImportRecord>,
}

impl Publication {
    /// The version of a data table that belongs to this version of the lake.
    pub fn table_version(&self, table: &str) -> u64 {
        let versions = self.record.as_ref().map(|record| &record.table_versions);
        versions
            .and_then(|versions| versions.get(table))
            .copied()
            .unwrap_or(0)
    }
}

/// Where a lake is and which tables it has. Holds no open files.
#[derive(Debug, Clone)]
pub struct Lake {
    root: Url,
    options: HashMap<String, String>,
    tables: Vec<TableSpec>,
}

impl Lake {
    /// A lake below `root` (a URL that ends in `/`), on any storage that `options` can open.
    pub fn new(root: Url, options: HashMap<String, String>, tables: Vec<TableSpec>) -> Self {
        Self {
            root,
            options,
            tables,
        }
    }

    /// The folder of the lake.
    pub fn root(&self) -> &Url {
        &self.root
    }

    /// The data tables.
    pub fn tables(&self) -> &[TableSpec] {
        &self.tables
    }

    /// Creates the tables that are missing. An interrupted creation is completed by the next.
    pub async fn create(&self) -> Result<()> {
        for spec in self.tables.iter().chain([&self.journal_spec()]) {
            self.create_table(spec).await?;
        }
        Ok(())
    }

    /// Creates a table unless it is there.
    pub(crate) async fn create_table(&self, spec: &TableSpec) -> Result<()> {
        let opening = |error| WarehouseError::storage(Activity::OpenLake, error);
        let table = self.unopened(spec.name)?;
        if table.verify_deltatable_existence().await.map_err(opening)? {
            return Ok(());
        }
        let schema: StructType = spec
            .schema
            .as_ref()
            .try_into_kernel()
            .map_err(|error| opening(DeltaTableError::from(error)))?;
        let create = table
            .create()
            .with_save_mode(SaveMode::Ignore)
            .with_table_name(spec.name)
            .with_columns(schema.fields().cloned())
            .with_partition_columns(spec.partition_columns.iter().copied())
            .with_raise_if_key_not_exists(false)
            .with_configuration(
                // Old versions stay readable for ever; nothing is cleaned behind the reader's back.
                [
                    ("delta.enableExpiredLogCleanup", "false"),
                    ("delta.checkpointInterval", "20"),
                    ("delta.dataSkippingNumIndexedCols", "0"),
                ]
                .map(|(key, value)| (key.to_owned(), Some(value.to_owned()))),
            );
        create.await.map_err(opening)?;
        Ok(())
    }

    /// The newest version.
    pub async fn newest(&self) -> Result<Publication> {
        self.select(Selector::Newest).await
    }

    /// The version that `selector` asks for.
    pub async fn select(&self, selector: Selector) -> Result<Publication> {
        let journal = self.unopened(JOURNAL)?;
        let newest = self.newest_version(&journal).await?;
        if let Selector::Version(requested) = selector
            && requested > newest
        {
            return Err(WarehouseError::UnknownVersion { requested, newest });
        }
        let start = match selector {
            Selector::Version(version) => version,
            Selector::Newest | Selector::AsOf(_) => newest,
        };
        // A foreign commit (somebody compacted the journal) has no record: the one before counts.
        for version in (0..=start).rev() {
            let record = read_record(&journal, version).await?;
            let fits = match (selector, &record) {
                (_, None) => version == 0 && !matches!(selector, Selector::AsOf(_)),
                (Selector::AsOf(time), Some(record)) => {
                    record.published_at <= time.as_microsecond()
                }
                (_, Some(_)) => true,
            };
            if fits {
                return Ok(Publication { version, record });
            }
        }
        let time = match selector {
            Selector::AsOf(time) => time.to_string(),
            _ => String::new(),
        };
        Err(WarehouseError::NothingAsOf { time })
    }

    /// All imports, the newest first, at most `limit`.
    pub async fn history(&self, limit: usize) -> Result<Vec<Publication>> {
        self.history_before(None, limit).await
    }

    /// The imports before a version, the newest first, at most `limit`; all of them without one.
    pub async fn history_before(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Publication>> {
        let journal = self.unopened(JOURNAL)?;
        let newest = self.newest_version(&journal).await?;
        let last = before.map_or(newest, |before| before.saturating_sub(1).min(newest));
        let mut publications = Vec::new();
        for version in (1..=last).rev() {
            if publications.len() == limit {
                break;
            }
            if let Some(record) = read_record(&journal, version).await? {
                publications.push(Publication {
                    version,
                    record: Some(record),
                });
            }
        }
        Ok(publications)
    }

    pub(super) fn journal_spec(&self) -> TableSpec {
        let names: Vec<_> = self.tables.iter().map(|table| table.name).collect();
        TableSpec {
            name: JOURNAL,
            schema: journal::schema(&names),
            partition_columns: &[],
        }
    }

    /// A table at a given version.
    pub(crate) async fn open(&self, name: &str, version: u64) -> Result<DeltaTable> {
        let mut table = self.unopened(name)?;
        let loaded = table.load_version(version).await;
        loaded.map_err(|error| WarehouseError::storage(Activity::ReadTable, error))?;
        Ok(table)
    }

    /// A table at its newest version, published or not.
    pub(crate) async fn open_newest(&self, name: &str) -> Result<DeltaTable> {
        let mut table = self.unopened(name)?;
        let loaded = table.load().await;
        loaded.map_err(|error| WarehouseError::storage(Activity::OpenLake, error))?;
        Ok(table)
    }

    pub(super) fn unopened(&self, name: &str) -> Result<DeltaTable> {
        let opening = |error: Box<dyn std::error::Error + Send + Sync>| {
            WarehouseError::storage(Activity::OpenLake, error)
        };
        let url = self
            .root
            .join(&format!("{name}/"))
            .map_err(|error| opening(error.into()))?;
        DeltaTableBuilder::from_url(url)
            .and_then(|builder| builder.with_storage_options(self.options.clone()).build())
            .map_err(|error| opening(error.into()))
    }

    async fn newest_version(&self, journal: &DeltaTable) -> Result<u64> {
        let reading = |error| WarehouseError::storage(Activity::ReadJournal, error);
        if !journal
            .verify_deltatable_existence()
            .await
            .map_err(reading)?
        {
            return Err(WarehouseError::NoLake {
                location: self.location(),
            });
        }
        journal
            .log_store()
            .get_latest_version(0)
            .await
            .map_err(reading)
    }

    fn location(&self) -> String {
        match self.root.to_file_path() {
            Ok(path) => path.display().to_string(),
            Err(()) => self.root.to_string(),
        }
    }
}

/// Key of the import's record in the journal's commit: reading one small file tells the newest
/// version, however long the journal is.
pub(super) const RECORD_KEY: &str = "biaochiImport";

async fn read_record(journal: &DeltaTable, version: u64) -> Result<Option<ImportRecord>> {
    let reading = |error: Box<dyn std::error::Error + Send + Sync>| {
        WarehouseError::storage(Activity::ReadJournal, error)
    };
    let entry = journal.log_store().read_commit_entry(version).await;
    let Some(bytes) = entry.map_err(|error| reading(error.into()))? else {
        return Ok(None);
    };
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let mut action: serde_json::Value =
            serde_json::from_slice(line).map_err(|error| reading(error.into()))?;
        if let Some(record) = action.pointer_mut(&format!("/commitInfo/{RECORD_KEY}")) {
            let record = serde_json::from_value(record.take());
            return record.map(Some).map_err(|error| reading(error.into()));
        }
    }
    Ok(None)
}
