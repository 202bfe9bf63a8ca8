//! What is done with each column of a file.

use biaochi_records::{Column, DataType, Field, FlagCoding, Form, Layout};

/// What the parser does with a column.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) action: Action,
    pub(crate) field: Option<Field>,
    pub(crate) index: usize,
    /// Largest number of characters of a text, `usize::MAX` when not limited.
    pub(crate) limit: usize,
    /// Value set of a code in this layout.
    pub(crate) set: Option<&'static str>,
    pub(crate) unit: &'static str,
}

/// How the text of a column becomes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Text,
    Code,
    Codes,
    Integer,
    Decimal,
    Flag(FlagCoding),
    Date,
    Time,
    Hour,
    Incision,
    Community,
    List,
    Extension,
}

/// What to do with a column of a layout, or with one that it does not know.
pub(crate) fn plan(column: Option<&'static Column>, layout: Layout) -> Plan {
    let Some(column) = column else {
        return Plan {
            action: Action::Extension,
            field: None,
            index: 0,
            limit: usize::MAX,
            set: None,
            unit: "",
        };
    };
    let info = column.field.info();
    let action = match (column.form, info.data_type) {
        (Form::Hour, _) => Action::Hour,
        (Form::Incision, _) => Action::Incision,
        (Form::Community, _) => Action::Community,
        (Form::List, _) => Action::List,
        (Form::Plain, DataType::Text) => Action::Text,
        (Form::Plain, DataType::Code) => Action::Code,
        (Form::Plain, DataType::Codes) => Action::Codes,
        (Form::Plain, DataType::Integer) => Action::Integer,
        (Form::Plain, DataType::Decimal { .. }) => Action::Decimal,
        (Form::Plain, DataType::Date) => Action::Date,
        (Form::Plain, DataType::Time) => Action::Time,
        // A test of the catalogue ensures that every yes-or-no column has a coding.
        (Form::Plain, DataType::Flag) => {
            Action::Flag(info.flag_coding(layout).unwrap_or(FlagCoding::OneYesTwoNo))
        }
    };
    Plan {
        action,
        field: Some(column.field),
        index: usize::from(column.index),
        limit: if info.length == 0 {
            usize::MAX
        } else {
            usize::from(info.length)
        },
        set: info.value_set(layout),
        unit: info.unit,
    }
}
