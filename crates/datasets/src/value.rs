//! Values of a submission.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::definition::{Field, Kind};

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Of a whole or decimal number.
    Number(Decimal),
    /// Yes or no.
    Boolean(bool),
    /// Of a choice or a text.
    Text(String),
    /// A day.
    Date(Date),
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// Reads the form that [`fmt::Display`] gives, for a field of this kind.
    pub fn from_stored(kind: &Kind, text: &str) -> Option<Self> {
        match kind {
            Kind::Integer | Kind::Decimal(_) => text.parse().ok().map(Self::Number),
            Kind::Boolean => match text {
                "是" => Some(Self::Boolean(true)),
                "否" => Some(Self::Boolean(false)),
                _ => None,
            },
            Kind::Choice(_) | Kind::Text => Some(Self::Text(text.to_owned())),
            Kind::Date => text.parse().ok().map(Self::Date),
        }
    }
}

/// The form in which a value is stored and shown.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Boolean(true) => f.write_str("是"),
            Self::Boolean(false) => f.write_str("否"),
            Self::Text(text) => f.write_str(text),
            Self::Date(date) => date.fmt(f),
        }
    }
}

/// Values by field. What is missing is not there.
pub type Values = BTreeMap<String, Value>;

/// A row of a submission.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Value of the breakdown; empty without one.
    pub breakdown: String,
    /// What was filled in.
    pub values: Values,
    /// What was filled in and cannot be read as a value, as it stands.
    pub unread: BTreeMap<String, String>,
}

impl Row {
    /// Whether nothing was filled in.
    pub fn is_blank(&self) -> bool {
        self.values.is_empty() && self.unread.is_empty()
    }
}

/// The value of a field as tables show it: a number with all its places.
pub fn shown(field: &Field, value: &Value) -> String {
    match (value, &field.kind) {
        (Value::Number(number), Kind::Decimal(places)) => {
            let mut number = *number;
            number.rescale(*places);
            number.to_string()
        }
        _ => value.to_string(),
    }
}
