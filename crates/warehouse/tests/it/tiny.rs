//! A lake of two small tables, to test publication without the front page.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use biaochi_warehouse::lake::{
    Counts, ImportRecord, Lake, LakeWriter, Mode, Publication, Selector, TableChange, TableSpec,
};
use biaochi_warehouse::query::{Queries, RecordBatch};
use biaochi_warehouse::{Result, WhenLocked, WriterLock};
use datafusion::arrow::array::{Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};

pub(crate) const MONTHS: [&str; 3] = ["2024-01", "2024-02", "2024-03"];
const PARTITIONS: &[&str] = &["hospital", "month"];

pub(crate) fn lake(folder: &Path) -> Lake {
    let schema = Arc::new(Schema::new(vec![
        Field::new("hospital", DataType::Utf8, true),
        Field::new("month", DataType::Utf8, true),
        Field::new("generation", DataType::Int64, true),
        Field::new("sealed", DataType::Utf8, true),
    ]));
    let table = |name| TableSpec {
        name,
        schema: Arc::clone(&schema),
        partition_columns: PARTITIONS,
    };
    let root = url::Url::from_directory_path(folder.join("lake")).unwrap();
    Lake::new(root, HashMap::new(), vec![table("stay"), table("outcome")])
}

pub(crate) fn lock(folder: &Path) -> Result<WriterLock> {
    WriterLock::acquire(&folder.join("write.lock"), WhenLocked::Refuse)
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

fn rows(lake: &Lake, month: &str, generation: i64, rows: usize) -> RecordBatch {
    RecordBatch::try_new(
        Arc::clone(&lake.tables()[0].schema),
        vec![
            Arc::new(StringArray::from(vec!["甲"; rows])),
            Arc::new(StringArray::from(vec![month; rows])),
            Arc::new(Int64Array::from(vec![generation; rows])),
            Arc::new(StringArray::from(vec!["秘密"; rows])),
        ],
    )
    .unwrap()
}

/// Begins an import and writes, but does not publish, `months` of both tables.
pub(crate) async fn stage(
    folder: &Path,
    generation: i64,
    months: &[&str],
) -> Result<(LakeWriter, BTreeMap<&'static str, TableChange>)> {
    let lake = lake(folder);
    let id = format!("import-{generation}");
    let writer = LakeWriter::begin(&lake, lock(folder)?, id).await?;
    let mut changes = BTreeMap::new();
    for table in ["stay", "outcome"] {
        let mut change = TableChange {
            add: Vec::new(),
            replace: HashSet::new(),
        };
        for month in months {
            let partition = vec![Some("甲".to_owned()), Some((*month).to_owned())];
            let batch = rows(&lake, month, generation, 2000);
            change
                .add
                .push(writer.write(table, partition.clone(), &[batch]).await?);
            change.replace.insert(partition);
        }
        changes.insert(table, change);
    }
    Ok((writer, changes))
}

pub(crate) fn record(generation: i64) -> ImportRecord {
    ImportRecord {
        import_id: format!("import-{generation}"),
        published_at: 0,
        mode: Mode::ReplaceMonth,
        files: Vec::new(),
        counts: Counts::default(),
        partitions: Vec::new(),
        scheme: "chs_drg_11".to_owned(),
        content_hash: String::new(),
        duration_ms: 1,
        tool_version: "0".to_owned(),
        table_versions: BTreeMap::new(),
    }
}

/// Replaces `months` in both tables by rows of a generation.
pub(crate) async fn import(folder: &Path, generation: i64, months: &[&str]) -> Result<Publication> {
    let (writer, changes) = stage(folder, generation, months).await?;
    writer.publish(changes, record(generation)).await
}

pub(crate) async fn queries(folder: &Path, selector: Selector) -> Result<Queries> {
    let lake = lake(folder);
    let publication = lake.select(selector).await?;
    Queries::open_with(&lake, publication, &[], Vec::new()).await
}

/// One line per (table, month, generation) with its number of rows.
pub(crate) async fn content(folder: &Path, selector: Selector) -> Result<Vec<String>> {
    let sql = "SELECT concat(t, ' ', month, ' ', generation, ' ', count(*)) AS line FROM
         (SELECT 'stay' AS t, month, generation FROM stay
          UNION ALL SELECT 'outcome', month, generation FROM outcome)
         GROUP BY t, month, generation ORDER BY 1";
    let batches = queries(folder, selector)
        .await?
        .query(sql)
        .await?
        .collect()
        .await?;
    Ok(texts(&batches))
}

/// The values of a single text column.
pub(crate) fn texts(batches: &[RecordBatch]) -> Vec<String> {
    use datafusion::arrow::util::display::array_value_to_string;
    batches
        .iter()
        .flat_map(|batch| {
            (0..batch.num_rows()).map(|row| array_value_to_string(batch.column(0), row).unwrap())
        })
        .collect()
}

/// What `content` gives after a complete import of a generation.
pub(crate) fn complete(generation: i64) -> Vec<String> {
    ["outcome", "stay"]
        .iter()
        .flat_map(|table| MONTHS.map(|month| format!("{table} {month} {generation} 2000")))
        .collect()
}

/// All data files below the lake that belong to an import.
pub(crate) fn files_of(folder: &Path, import_id: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("lake")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name().to_string_lossy().contains(import_id) {
                found.push(entry.path());
            }
        }
    }
    found
}
