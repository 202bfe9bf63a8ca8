//! The row of a stay as checks across records see it: keys, times and a few facts, no direct identifiers.

use std::sync::Arc;

use biaochi_records::{DataType as FieldType, Field as PageField, Value, ValueRef};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};

use super::column::{ColumnBuilder, arrow_type};

/// A column of a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StayColumn {
    /// Its name in queries.
    pub name: &'static str,
    /// The field it holds; none for keys, which are texts.
    pub field: Option<PageField>,
    /// Its value in a row of `discharge`.
    sql: &'static str,
}

const fn key(name: &'static str) -> StayColumn {
    StayColumn {
        name,
        field: None,
        sql: name,
    }
}

const fn fact(name: &'static str, field: PageField) -> StayColumn {
    StayColumn {
        name,
        field: Some(field),
        sql: name,
    }
}

/// The columns, in order.
pub const STAY_COLUMNS: [StayColumn; 17] = [
    fact("organisation_code", PageField::OrganisationCode),
    key("discharge_month"),
    key("record_key"),
    key("person_key"),
    fact("sex", PageField::Sex),
    fact("birth_date", PageField::BirthDate),
    fact("admission_count", PageField::AdmissionCount),
    fact("admission_time", PageField::AdmissionTime),
    fact("discharge_time", PageField::DischargeTime),
    fact("admission_source", PageField::AdmissionSource),
    fact("admission_department", PageField::AdmissionDepartment),
    fact("discharge_department", PageField::DischargeDepartment),
    fact("length_of_stay", PageField::LengthOfStay),
    StayColumn {
        name: "principal_diagnosis",
        field: Some(PageField::DiagnosisCode),
        sql: "diagnoses[1]['code']",
    },
    StayColumn {
        name: "principal_diagnosis_name",
        field: Some(PageField::DiagnosisName),
        sql: "diagnoses[1]['name']",
    },
    fact("discharge_disposition", PageField::DischargeDisposition),
    fact("planned_readmission_31d", PageField::PlannedReadmission31d),
];

impl StayColumn {
    fn field_type(self) -> FieldType {
        self.field
            .map_or(FieldType::Text, |field| field.info().data_type)
    }

    /// The column as an expression over `discharge`.
    pub(crate) fn expression(self) -> String {
        format!("{} AS {}", self.sql, self.name)
    }
}

/// The schema of a stay.
pub fn stay_schema() -> SchemaRef {
    let fields = STAY_COLUMNS
        .iter()
        .map(|column| Field::new(column.name, arrow_type(column.field_type()), true));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// Puts stays together from single values, for the cases of a pack.
pub struct StayEncoder {
    builders: Vec<ColumnBuilder>,
}

impl std::fmt::Debug for StayEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StayEncoder")
    }
}

impl Default for StayEncoder {
    fn default() -> Self {
        let columns = STAY_COLUMNS.iter();
        Self {
            builders: columns
                .map(|column| ColumnBuilder::new(column.field_type()))
                .collect(),
        }
    }
}

impl StayEncoder {
    /// Adds a stay: a value for each of [`STAY_COLUMNS`].
    pub fn push(&mut self, values: &[Value; STAY_COLUMNS.len()]) {
        for (builder, value) in self.builders.iter_mut().zip(values) {
            builder.append(borrowed(value));
        }
    }

    /// The stays since the last batch.
    pub fn finish(&mut self) -> RecordBatch {
        let columns = self.builders.iter_mut().map(ColumnBuilder::finish);
        RecordBatch::try_new(stay_schema(), columns.collect())
            .expect("the columns were built from the schema")
    }
}

fn borrowed(value: &Value) -> Option<ValueRef<'_>> {
    match value {
        Value::Absent => None,
        Value::Text(text) => Some(ValueRef::Text(text)),
        Value::Codes(codes) => Some(ValueRef::Codes(codes)),
        Value::Integer(number) => Some(ValueRef::Integer(*number)),
        Value::Decimal(number) => Some(ValueRef::Decimal(*number)),
        Value::Flag(flag) => Some(ValueRef::Flag(*flag)),
        Value::Date(date) => Some(ValueRef::Date(*date)),
        Value::Time(time) => Some(ValueRef::Time(*time)),
    }
}

#[cfg(test)]
mod tests {
    use biaochi_records::Sensitivity;

    use super::*;
    use crate::tables::sealed_fields;

    #[test]
    fn a_stay_names_nobody() {
        for column in STAY_COLUMNS {
            let Some(field) = column.field else { continue };
            let info = field.info();
            assert_ne!(info.sensitivity, Sensitivity::Direct, "{}", column.name);
            assert!(!sealed_fields().iter().any(|sealed| sealed.field == field));
        }
    }
}
