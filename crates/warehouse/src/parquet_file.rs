//! Data files: record batches of one partition encoded as Parquet and put into storage.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Schema, SchemaRef};
use datafusion::object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::metadata::{FileMetaData, KeyValue};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;
use deltalake_core::kernel::Add;
use sha2::{Digest as _, Sha256};

use crate::error::{Activity, Result, WarehouseError};
use crate::key::hex;

/// Rows of a row group. Scans run in parallel over row groups and files.
const ROW_GROUP_ROWS: usize = 128 * 1024;

/// Columns whose values hardly ever repeat: a dictionary would be built only to be thrown away.
const UNREPEATED: [&str; 4] = ["record_key", "person_key", "content_hash", "sealed"];

/// The column that names a record in every table that has rows of records.
const RECORD_KEY: &str = "record_key";

/// The note of a file's footer that names its records in their order.
const RECORD_ORDER: &str = "biaochi.record_order";

/// A data file in storage that no commit names yet.
#[derive(Debug, Clone)]
pub struct DataFile {
    pub(crate) add: Add,
    pub(crate) rows: u64,
}

impl DataFile {
    /// Number of rows.
    pub fn rows(&self) -> u64 {
        self.rows
    }
}

/// How the rows of one table are laid out in its files.
#[derive(Debug, Clone)]
pub struct FileLayout {
    file_schema: SchemaRef,
    kept: Vec<usize>,
    partition_columns: Vec<String>,
    properties: WriterProperties,
}

impl FileLayout {
    /// Files hold every column of `schema` but the partition columns, which stand in the log.
    pub fn new(schema: SchemaRef, partition_columns: &[&str]) -> Self {
        let kept: Vec<usize> = (0..schema.fields().len())
            .filter(|index| !partition_columns.contains(&schema.field(*index).name().as_str()))
            .collect();
        let fields: Vec<_> = kept
            .iter()
            .map(|index| Arc::clone(&schema.fields()[*index]))
            .collect();
        let file_schema: SchemaRef = Arc::new(Schema::new(fields));
        let properties = properties(&file_schema);
        let partition_columns = partition_columns
            .iter()
            .map(|&name| name.to_owned())
            .collect();
        Self {
            file_schema,
            kept,
            partition_columns,
            properties,
        }
    }

    /// Columns of the files.
    pub fn file_schema(&self) -> &SchemaRef {
        &self.file_schema
    }

    /// A batch of the table without its partition columns.
    pub fn project(&self, batch: &RecordBatch) -> RecordBatch {
        if batch.num_columns() == self.kept.len() {
            return batch.clone();
        }
        batch
            .project(&self.kept)
            .expect("the batch has the table's schema")
    }

    /// The batches, which must be of one partition, as the bytes of a file.
    pub fn encode(&self, batches: &[RecordBatch]) -> Result<Vec<u8>> {
        let failed = |error| WarehouseError::storage(Activity::WriteData, error);
        let schema = Arc::clone(&self.file_schema);
        let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(self.properties.clone()))
            .map_err(failed)?;
        let mut order = RecordOrder::default();
        for batch in batches {
            order.add(batch);
            writer.write(&self.project(batch)).map_err(failed)?;
        }
        if let Some(order) = order.digest() {
            writer.append_key_value_metadata(KeyValue::new(RECORD_ORDER.to_owned(), order));
        }
        writer.into_inner().map_err(failed)
    }

    /// Puts an encoded file into storage.
    pub async fn put(
        &self,
        store: &Arc<dyn ObjectStore>,
        path: String,
        partition: Vec<Option<String>>,
        bytes: Vec<u8>,
        rows: u64,
    ) -> Result<DataFile> {
        let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        let put = store.put(&Path::from(path.as_str()), bytes.into()).await;
        put.map_err(|error| WarehouseError::storage(Activity::WriteData, error))?;
        let partition_values: HashMap<_, _> = self
            .partition_columns
            .iter()
            .cloned()
            .zip(partition)
            .collect();
        let add = Add {
            path,
            partition_values,
            size,
            modification_time: jiff::Timestamp::now().as_millisecond(),
            data_change: true,
            stats: Some(format!("{{\"numRecords\":{rows}}}")),
            tags: None,
            deletion_vector: None,
            base_row_id: None,
            default_row_commit_version: None,
            clustering_provider: None,
        };
        Ok(DataFile { add, rows })
    }

    /// Encodes and puts in one step.
    pub async fn write(
        &self,
        store: &Arc<dyn ObjectStore>,
        path: String,
        partition: Vec<Option<String>>,
        batches: &[RecordBatch],
    ) -> Result<DataFile> {
        let rows = batches.iter().map(|batch| batch.num_rows() as u64).sum();
        self.put(store, path, partition, self.encode(batches)?, rows)
            .await
    }
}

/// What the records of a file are, in their order: files of two tables with the same digest can be read side by side
/// without reading keys, which take more room than anything else that a question about groups reads.
#[derive(Default)]
struct RecordOrder(Option<Sha256>);

impl RecordOrder {
    fn add(&mut self, batch: &RecordBatch) {
        let keys = batch.column_by_name(RECORD_KEY);
        let Some(keys) = keys.and_then(|keys| keys.as_string_opt::<i32>()) else {
            return;
        };
        let hash = self.0.get_or_insert_default();
        for key in keys {
            let key = key.unwrap_or_default();
            // Where one key ends and the next begins counts, too.
            hash.update((key.len() as u64).to_le_bytes());
            hash.update(key);
        }
    }

    fn digest(self) -> Option<String> {
        Some(hex(&self.0?.finalize()))
    }
}

/// The digest of a file's records in their order; files written before there was one have none.
pub(crate) fn record_order(file: &FileMetaData) -> Option<&str> {
    let notes = file.key_value_metadata()?.iter();
    let mut orders = notes.filter(|note| note.key == RECORD_ORDER);
    orders.next()?.value.as_deref()
}

fn properties(schema: &Schema) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        // Zstandard would save a fifth of the space, but its half a megabyte of working memory for
        // each of 250 columns costs more than all the rest when a month has few records.
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_dictionary_page_size_limit(256 * 1024)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true);
    for field in schema.fields() {
        let column = || ColumnPath::from(field.name().as_str());
        if UNREPEATED.contains(&field.name().as_str()) {
            builder = builder.set_column_dictionary_enabled(column(), false);
        }
        // Min and max pay where a filter can skip a row group: times and dates.
        if matches!(
            field.data_type(),
            DataType::Timestamp(..) | DataType::Date32
        ) {
            builder = builder.set_column_statistics_enabled(column(), EnabledStatistics::Chunk);
        }
    }
    builder.build()
}

/// The path of a file within its table: readable folders, and the import's id in the name.
pub(crate) fn file_path(
    columns: &[&str],
    partition: &[Option<String>],
    import_id: &str,
    number: u64,
) -> String {
    let mut path = String::new();
    for (column, value) in columns.iter().zip(partition) {
        path.push_str(column);
        path.push('=');
        match value {
            Some(value) => push_plain(&mut path, value),
            None => path.push_str("__HIVE_DEFAULT_PARTITION__"),
        }
        path.push('/');
    }
    path.push_str(&format!("part-{import_id}-{number:05}.parquet"));
    path
}

/// Appends a value as letters, digits and hyphens; anything else as `_` and its hexadecimal bytes.
fn push_plain(path: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'-' {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("_{byte:02x}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Int64Array, StringArray};
    use datafusion::arrow::datatypes::Field;
    use datafusion::parquet::file::reader::{FileReader as _, SerializedFileReader};

    use super::*;

    /// The order of the records that a file of these batches tells.
    fn told(column: &str, batches: &[&[&str]]) -> Option<String> {
        let fields = vec![
            Field::new(column, DataType::Utf8, true),
            Field::new("value", DataType::Int64, true),
        ];
        let schema: SchemaRef = Arc::new(Schema::new(fields));
        let batches = batches.iter().map(|keys| {
            let values = Int64Array::from_value(1, keys.len());
            let keys = StringArray::from_iter_values(keys.iter());
            RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(keys), Arc::new(values)])
                .expect("columns of the schema")
        });
        let batches: Vec<_> = batches.collect();
        let bytes = FileLayout::new(schema, &[]).encode(&batches);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file.parquet");
        std::fs::write(&path, bytes.expect("a file")).expect("own file");
        let file = std::fs::File::open(&path).expect("own file");
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        record_order(reader.metadata().file_metadata()).map(str::to_owned)
    }

    #[test]
    fn a_file_tells_its_records_in_their_order() {
        let one = told("record_key", &[&["a", "bc"], &["d"]]);
        assert!(one.is_some());
        assert_eq!(one, told("record_key", &[&["a"], &["bc", "d"]]));
        assert_ne!(one, told("record_key", &[&["bc", "a"], &["d"]]));
        assert_ne!(one, told("record_key", &[&["a", "bc"]]));
        assert_ne!(one, told("record_key", &[&["ab", "c"], &["d"]]));
        assert_eq!(told("person_key", &[&["a", "bc"]]), None);
    }

    #[test]
    fn paths_are_plain_whatever_the_code() {
        let partition = [Some("../甲 1".to_owned()), None];
        let path = file_path(
            &["organisation_code", "discharge_month"],
            &partition,
            "id",
            7,
        );
        assert_eq!(
            path,
            "organisation_code=_2e_2e_2f_e7_94_b2_201/discharge_month=__HIVE_DEFAULT_PARTITION__/part-id-00007.parquet"
        );
    }
}
