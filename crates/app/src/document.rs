//! Documents from templates of packs: what a template takes, and the way to the press.

use biaochi_packs::ReportTemplate;
use biaochi_typeset::{Manuscript, Typeset, TypesetError, typeset};
use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The form of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// Typeset.
    Pdf,
    /// Its figures as a workbook.
    Xlsx,
}

/// A document as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its name, the kind of file included.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
    /// What is in it besides what its name says, for the audit trail; may be empty.
    pub about: String,
}

impl Made {
    pub(crate) fn new(name: String, bytes: Vec<u8>) -> Self {
        Self {
            name,
            bytes,
            about: String::new(),
        }
    }
}

/// A table as the templates take it: every cell is a text already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// Its columns.
    pub columns: Vec<Head>,
    /// A text for each column.
    pub rows: Vec<Vec<String>>,
    /// The last row sums up the others.
    pub total: bool,
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// What stands in it.
    pub title: String,
    /// Share of the width; zero takes what its numbers need.
    pub width: u16,
}

impl Sheet {
    /// A table of these columns: titles and shares of the width.
    pub(crate) fn of(columns: &[(&str, u16)], rows: Vec<Vec<String>>) -> Self {
        let head = |&(title, width): &(&str, u16)| Head {
            title: title.to_owned(),
            width,
        };
        Self {
            columns: columns.iter().map(head).collect(),
            rows,
            total: false,
        }
    }
}

/// A part of one as thousandths, between nothing and all: what drawings are measured in.
pub(crate) fn thousandths(part: Decimal) -> u32 {
    let part = part.clamp(Decimal::ZERO, Decimal::ONE) * Decimal::ONE_THOUSAND;
    part.round().to_u32().unwrap_or(0)
}

/// Typesets a document of this date.
///
/// # Errors
/// The template has mistakes, or asks for data that are not there.
pub fn document(
    template: &ReportTemplate,
    data: &Value,
    date: Date,
) -> Result<Typeset, TypesetError> {
    let assets: Vec<(&str, &[u8])> = template
        .assets
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    typeset(&Manuscript {
        template: &template.template,
        data,
        assets: &assets,
        today: date,
    })
}

/// A day in words.
pub fn day(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}
