//! The record that checks look at: a row of `discharge` with its direct identifiers and its group.

use std::sync::Arc;

use biaochi_records::{Field as PageField, FieldInfo, FrontPage, Group, ValueRef};
use datafusion::arrow::array::{
    Array as _, ArrayRef, RecordBatch, StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

use crate::tables::{Identity, discharge_schema, grouping_schema, sealed_fields};

/// Columns of `discharge` that say nothing about the front page.
const LEFT_OUT: [&str; 5] = [
    "content_hash",
    "import_id",
    "source_file",
    "source_row",
    "sealed",
];
/// Columns of `grouping`, and their names here.
const GROUPING: [(&str, &str); 5] = [
    ("status", "grouping_status"),
    ("mdc", "mdc"),
    ("adrg", "adrg"),
    ("drg", "drg"),
    ("weight", "weight"),
];

/// Direct identifiers of the record itself, in catalogue order.
fn identifiers() -> Vec<&'static FieldInfo> {
    let sealed = sealed_fields().into_iter();
    sealed.filter(|info| info.group == Group::Record).collect()
}

/// Whether a column must never be shown.
pub(super) fn is_identifier(column: &str) -> bool {
    column == "pathology_number" || identifiers().iter().any(|info| info.member == column)
}

/// The schema of the record.
pub fn record_schema() -> SchemaRef {
    let discharge = discharge_schema();
    let kept = discharge.fields().iter();
    let mut fields: Vec<Field> = kept
        .filter(|field| !LEFT_OUT.contains(&field.name().as_str()))
        .map(|field| field.as_ref().clone())
        .collect();
    for info in identifiers() {
        fields.push(Field::new(info.member, DataType::Utf8, true));
    }
    fields.push(Field::new("pathology_number", DataType::Utf8, true));
    let grouping = grouping_schema();
    for (column, name) in GROUPING {
        if let Ok(field) = grouping.field_with_name(column) {
            fields.push(field.clone().with_name(name));
        }
    }
    let time = DataType::Timestamp(TimeUnit::Microsecond, None);
    fields.push(Field::new("received_at", time, true));
    Arc::new(Schema::new(fields))
}

/// Batches of records as one.
pub fn joined(batches: &[RecordBatch]) -> RecordBatch {
    concat_batches(&record_schema(), batches).expect("batches of the record's schema")
}

/// Puts records together from encoded rows and their identifiers. Made once per thread.
pub struct RecordEncoder {
    schema: SchemaRef,
    identifiers: Vec<(&'static FieldInfo, StringBuilder)>,
    pathology_number: StringBuilder,
}

impl std::fmt::Debug for RecordEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordEncoder")
    }
}

impl Default for RecordEncoder {
    fn default() -> Self {
        let identifiers = identifiers().into_iter();
        Self {
            schema: record_schema(),
            identifiers: identifiers
                .map(|info| (info, StringBuilder::new()))
                .collect(),
            pathology_number: StringBuilder::new(),
        }
    }
}

impl RecordEncoder {
    /// Adds the identifiers of a page, in step with the encoder of `discharge`.
    pub fn push(&mut self, page: &FrontPage) {
        for (info, builder) in &mut self.identifiers {
            builder.append_option(match page.get(info.field, 0) {
                Some(ValueRef::Text(text)) => Some(text),
                _ => None,
            });
        }
        let number = page
            .pathologies
            .first()
            .map(|pathology| pathology.number.as_str());
        self.pathology_number
            .append_option(number.filter(|number| !number.is_empty()));
    }

    /// Adds the identifiers of a row of the lake, as its sealed box holds them.
    pub fn push_identity(&mut self, identity: &Identity) {
        let value = |id: &str| {
            let found = identity
                .iter()
                .find(|(known, element, _)| known == id && *element == 0);
            found.map(|(_, _, value)| value)
        };
        for (info, builder) in &mut self.identifiers {
            builder.append_option(value(info.id));
        }
        self.pathology_number
            .append_option(value(PageField::PathologyNumber.info().id));
    }

    /// The records since the last batch. `discharge` and `grouping` hold their rows, in order;
    /// `received_at` is the time of the import, in microseconds of Beijing time.
    pub fn finish(
        &mut self,
        discharge: &RecordBatch,
        grouping: &RecordBatch,
        received_at: i64,
    ) -> RecordBatch {
        let rows = discharge.num_rows();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(self.schema.fields().len());
        for (field, column) in discharge.schema().fields().iter().zip(discharge.columns()) {
            if !LEFT_OUT.contains(&field.name().as_str()) {
                columns.push(Arc::clone(column));
            }
        }
        for (_, builder) in &mut self.identifiers {
            columns.push(Arc::new(builder.finish()));
        }
        columns.push(Arc::new(self.pathology_number.finish()));
        for (column, _) in GROUPING {
            let column = grouping.column_by_name(column);
            columns.push(Arc::clone(
                column.expect("grouping has the columns of its schema"),
            ));
        }
        columns.push(Arc::new(TimestampMicrosecondArray::from(vec![
            received_at;
            rows
        ])));
        debug_assert!(columns.iter().all(|column| column.len() == rows));
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .expect("the columns follow the schema")
    }
}
