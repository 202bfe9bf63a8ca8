//! One row per import: what came in, and which table versions it published.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Int64Array, Int64Builder, ListBuilder, RecordBatch, StringArray, StringBuilder,
    StructBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef, TimeUnit};
use serde::{Deserialize, Serialize};

/// How the rows of an import meet the rows that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Every (organisation, month) in the files replaces that month.
    #[default]
    ReplaceMonth,
    /// Records are added or replaced by their key; others stay.
    Correction,
    /// The records stay; what checks found in them is replaced.
    Recheck,
    /// The records stay; approved values of data sets are added or replaced.
    DataSets,
    /// The records stay; their identifiers are sealed with another key.
    Rekey,
}

impl Mode {
    /// The name used on the command line and in the journal.
    pub fn name(self) -> &'static str {
        match self {
            Self::ReplaceMonth => "replace-month",
            Self::Correction => "correction",
            Self::Recheck => "recheck",
            Self::DataSets => "data-sets",
            Self::Rekey => "rekey",
        }
    }
}

/// An input file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Name as the person gave it.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the content, lower-case hexadecimal.
    pub sha256: String,
    /// Layout it was recognised as, such as `hqms811`.
    pub layout: String,
}

/// What happened to the records of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows in the files, the header not counted.
    pub read: u64,
    /// Records that were not there before.
    pub came: u64,
    /// Records that were there and are no longer.
    pub went: u64,
    /// Records that were there with other content.
    pub changed: u64,
    /// Records that were there with the same content.
    pub unchanged: u64,
    /// Rows in the reject file, duplicates included.
    pub rejected: u64,
    /// Rows rejected because their record key came earlier in the same delivery.
    pub duplicates: u64,
    /// Problems noted in rows that were kept.
    pub problems: u64,
    /// Records with a group.
    pub grouped: u64,
    /// Records kept without a group, for whatever reason.
    pub not_grouped: u64,
}

/// One import as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    /// Unique id; names the reject file and stands in every imported row.
    pub import_id: String,
    /// When it was published, microseconds since 1970 UTC.
    pub published_at: i64,
    /// How it met the rows that were there.
    pub mode: Mode,
    /// Its files, in the order in which they were read.
    pub files: Vec<SourceFile>,
    /// What happened to the records.
    pub counts: Counts,
    /// Organisation and month of every partition whose records it touched; none for a re-check.
    #[serde(default)]
    pub partitions: Vec<(String, String)>,
    /// Id of the grouping scheme.
    pub scheme: String,
    /// Hash of everything the result depends on besides the files: scheme, weights, maps.
    pub content_hash: String,
    /// Time from start to publication in milliseconds.
    pub duration_ms: u64,
    /// Version of the program.
    pub tool_version: String,
    /// Published version of each data table.
    pub table_versions: BTreeMap<String, u64>,
}

/// Arrow schema of the journal over these data tables.
pub(super) fn schema(tables: &[&str]) -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let number = |name: &str| Field::new(name, DataType::Int64, true);
    let mut fields = vec![
        text("import_id"),
        Field::new(
            "published_at",
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            true,
        ),
        text("mode"),
        Field::new(
            "files",
            DataType::List(Arc::new(Field::new(
                "element",
                DataType::Struct(file_fields()),
                true,
            ))),
            true,
        ),
    ];
    fields.extend(count_columns(&Counts::default()).map(|(name, _)| number(name)));
    fields.extend([
        text("scheme"),
        text("content_hash"),
        number("duration_ms"),
        text("tool_version"),
    ]);
    fields.extend(
        tables
            .iter()
            .map(|table| number(&format!("{table}_version"))),
    );
    Arc::new(Schema::new(fields))
}

fn file_fields() -> Fields {
    Fields::from(vec![
        Field::new("name", DataType::Utf8, true),
        Field::new("bytes", DataType::Int64, true),
        Field::new("sha256", DataType::Utf8, true),
        Field::new("layout", DataType::Utf8, true),
    ])
}

fn count_columns(counts: &Counts) -> [(&'static str, u64); 10] {
    [
        ("rows_read", counts.read),
        ("came", counts.came),
        ("went", counts.went),
        ("changed", counts.changed),
        ("unchanged", counts.unchanged),
        ("rejected", counts.rejected),
        ("duplicates", counts.duplicates),
        ("problems", counts.problems),
        ("grouped", counts.grouped),
        ("not_grouped", counts.not_grouped),
    ]
}

/// The journal's rows for these imports, in the given schema.
pub(super) fn rows(schema: &SchemaRef, records: &[&ImportRecord]) -> RecordBatch {
    let text = |value: fn(&ImportRecord) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(
            records.iter().map(|record| value(record)),
        ))
    };
    let signed = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let columns = schema.fields().iter().map(|field| -> ArrayRef {
        match field.name().as_str() {
            "import_id" => text(|record| &record.import_id),
            "published_at" => Arc::new(
                TimestampMicrosecondArray::from_iter_values(
                    records.iter().map(|record| record.published_at),
                )
                .with_timezone("UTC"),
            ),
            "mode" => text(|record| record.mode.name()),
            "files" => files(records),
            "scheme" => text(|record| &record.scheme),
            "content_hash" => text(|record| &record.content_hash),
            "tool_version" => text(|record| &record.tool_version),
            "duration_ms" => Arc::new(Int64Array::from_iter_values(
                records.iter().map(|record| signed(record.duration_ms)),
            )),
            name => Arc::new(Int64Array::from_iter(records.iter().map(|record| {
                count_columns(&record.counts)
                    .iter()
                    .find(|(column, _)| *column == name)
                    .map(|(_, value)| *value)
                    .or_else(|| {
                        record
                            .table_versions
                            .get(name.strip_suffix("_version")?)
                            .copied()
                    })
                    .map(signed)
            }))),
        }
    });
    RecordBatch::try_new(Arc::clone(schema), columns.collect())
        .expect("the columns were built from the schema")
}

fn files(records: &[&ImportRecord]) -> ArrayRef {
    let element = Arc::new(Field::new("element", DataType::Struct(file_fields()), true));
    let mut list =
        ListBuilder::new(StructBuilder::from_fields(file_fields(), 1)).with_field(element);
    for record in records {
        let files = list.values();
        for file in &record.files {
            let mut text = |column: usize, value: &str| {
                files
                    .field_builder::<StringBuilder>(column)
                    .expect("a text column")
                    .append_value(value);
            };
            text(0, &file.name);
            text(2, &file.sha256);
            text(3, &file.layout);
            files
                .field_builder::<Int64Builder>(1)
                .expect("a number column")
                .append_value(i64::try_from(file.bytes).unwrap_or(i64::MAX));
            files.append(true);
        }
        list.append(true);
    }
    Arc::new(list.finish())
}
