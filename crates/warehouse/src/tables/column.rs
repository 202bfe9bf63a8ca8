//! Arrow columns for the fields of the catalogue.

use std::sync::Arc;

use biaochi_records::{DataType as FieldType, ValueRef, days_since_epoch, micros_since_epoch};
use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int32Builder, ListBuilder,
    StringBuilder, TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, TimeUnit};

/// The Arrow type of a catalogue type. Money and amounts stay exact, times have no zone.
pub(super) fn arrow_type(field_type: FieldType) -> DataType {
    match field_type {
        FieldType::Text | FieldType::Code => DataType::Utf8,
        FieldType::Codes => list_of(DataType::Utf8),
        FieldType::Integer => DataType::Int32,
        FieldType::Decimal { precision, .. } => DataType::Decimal128(precision, 2),
        FieldType::Flag => DataType::Boolean,
        FieldType::Date => DataType::Date32,
        FieldType::Time => DataType::Timestamp(TimeUnit::Microsecond, None),
    }
}

/// A list, its element named as Delta names it.
pub(super) fn list_of(element: DataType) -> DataType {
    DataType::List(element_field(element))
}

pub(super) fn element_field(element: DataType) -> Arc<Field> {
    Arc::new(Field::new("element", element, true))
}

/// Collects the values of one field.
pub(super) enum ColumnBuilder {
    Text(StringBuilder),
    Codes(ListBuilder<StringBuilder>),
    Integer(Int32Builder),
    Decimal(Decimal128Builder),
    Flag(BooleanBuilder),
    Date(Date32Builder),
    Time(TimestampMicrosecondBuilder),
}

impl ColumnBuilder {
    pub(super) fn new(field_type: FieldType) -> Self {
        match field_type {
            FieldType::Text | FieldType::Code => Self::Text(StringBuilder::new()),
            FieldType::Codes => Self::Codes(
                ListBuilder::new(StringBuilder::new()).with_field(element_field(DataType::Utf8)),
            ),
            FieldType::Integer => Self::Integer(Int32Builder::new()),
            FieldType::Decimal { .. } => {
                Self::Decimal(Decimal128Builder::new().with_data_type(arrow_type(field_type)))
            }
            FieldType::Flag => Self::Flag(BooleanBuilder::new()),
            FieldType::Date => Self::Date(Date32Builder::new()),
            FieldType::Time => Self::Time(TimestampMicrosecondBuilder::new()),
        }
    }

    /// Appends a value. One of another type than the field's, which a record cannot hold, is null.
    pub(super) fn append(&mut self, value: Option<ValueRef<'_>>) {
        match self {
            Self::Text(builder) => builder.append_option(match value {
                Some(ValueRef::Text(text)) => Some(text),
                _ => None,
            }),
            Self::Codes(builder) => {
                if let Some(ValueRef::Codes(codes)) = value {
                    for code in codes {
                        builder.values().append_value(code);
                    }
                }
                builder.append(true);
            }
            Self::Integer(builder) => builder.append_option(match value {
                Some(ValueRef::Integer(number)) => Some(number),
                _ => None,
            }),
            Self::Decimal(builder) => builder.append_option(match value {
                Some(ValueRef::Decimal(number)) => Some(i128::from(number.hundredths())),
                _ => None,
            }),
            Self::Flag(builder) => builder.append_option(match value {
                Some(ValueRef::Flag(flag)) => Some(flag),
                _ => None,
            }),
            Self::Date(builder) => builder.append_option(match value {
                Some(ValueRef::Date(date)) => Some(days_since_epoch(date)),
                _ => None,
            }),
            Self::Time(builder) => builder.append_option(match value {
                Some(ValueRef::Time(time)) => Some(micros_since_epoch(time)),
                _ => None,
            }),
        }
    }

    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => Arc::new(builder.finish()),
            Self::Codes(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Decimal(builder) => Arc::new(builder.finish()),
            Self::Flag(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Time(builder) => Arc::new(builder.finish()),
        }
    }
}

/// Appends a value in a form that differs whenever the value does.
pub(super) fn push_content(content: &mut Vec<u8>, value: ValueRef<'_>) {
    let mut bytes = |bytes: &[u8]| {
        content.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        content.extend_from_slice(bytes);
    };
    match value {
        ValueRef::Text(text) => bytes(text.as_bytes()),
        ValueRef::Codes(codes) => {
            bytes(&(codes.len() as u64).to_le_bytes());
            for code in codes {
                bytes(code.as_bytes());
            }
        }
        ValueRef::Integer(number) => bytes(&number.to_le_bytes()),
        ValueRef::Decimal(number) => bytes(&number.hundredths().to_le_bytes()),
        ValueRef::Flag(flag) => bytes(&[u8::from(flag)]),
        ValueRef::Date(date) => bytes(&days_since_epoch(date).to_le_bytes()),
        ValueRef::Time(time) => bytes(&micros_since_epoch(time).to_le_bytes()),
    }
}
