//! Writing a delivered file again with some cells changed and every other byte as it was.
//!
//! A file is read twice. The first pass reads records as always and asks a [`RowEditor`] which cells
//! must change so that a row says what the record shall say; the answers are collected as [`Edits`].
//! The second pass, [`rewrite`], copies the file and puts the new cells in: encoding, delimiter, quotes,
//! line ends and marks stay, and so does everything around a cell.

mod cells;
mod container;
mod editor;
mod sheet_xml;
mod text;
mod tidy;
mod workbook;
mod xml;

use std::collections::BTreeMap;
use std::io;

use biaochi_domain::{Language, Localized, io_reason};

use crate::{Encoding, FileError};

pub use self::container::rewrite;
pub use self::editor::{RowChange, RowEditor, Tidied, TidyKind, Unwritten};

/// Where a table lies in its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct TablePlace {
    /// Position in an archive.
    pub(crate) member: Option<usize>,
    /// Name of the sheet in a workbook.
    pub(crate) sheet: Option<String>,
}

/// A new text for a cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEdit {
    /// Column, from zero.
    pub column: usize,
    /// What shall stand there.
    pub text: String,
}

/// New cells of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RowEdit {
    /// Lines that the row spans.
    lines: u64,
    /// In the order of columns.
    cells: Vec<CellEdit>,
}

/// New cells of a table.
#[derive(Debug)]
struct TableEdits {
    /// The encoding that the whole table turned out to have.
    encoding: Encoding,
    /// By the line on which the row begins.
    rows: BTreeMap<u64, RowEdit>,
}

/// New cells of a file.
#[derive(Debug, Default)]
pub struct Edits(BTreeMap<TablePlace, TableEdits>);

impl Edits {
    /// Adds new cells of the row that begins on a line and spans some lines, as the parser gave them.
    pub fn add(&mut self, place: &TablePlace, line: u64, lines: u64, mut cells: Vec<CellEdit>) {
        if cells.is_empty() {
            return;
        }
        cells.sort_by_key(|cell| cell.column);
        let table = self.0.entry(place.clone()).or_insert(TableEdits {
            encoding: Encoding::Utf8,
            rows: BTreeMap::new(),
        });
        table.rows.insert(line, RowEdit { lines, cells });
    }

    /// Says which encoding a table turned out to have; each block knows it better than the one before.
    pub fn decoded_as(&mut self, place: &TablePlace, encoding: Encoding) {
        if let Some(table) = self.0.get_mut(place) {
            table.encoding = encoding;
        }
    }

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Rows that change.
    pub fn rows(&self) -> usize {
        self.0.values().map(|table| table.rows.len()).sum()
    }

    fn of(&self, place: &TablePlace) -> Option<&TableEdits> {
        self.0.get(place)
    }

    /// Edits of the sheets of a workbook, by name.
    fn of_workbook(&self, member: Option<usize>) -> BTreeMap<&str, &TableEdits> {
        let tables = self.0.iter().filter(|(place, _)| place.member == member);
        tables
            .filter_map(|(place, edits)| Some((place.sheet.as_deref()?, edits)))
            .collect()
    }

    fn touch_member(&self, member: usize) -> bool {
        self.0.keys().any(|place| place.member == Some(member))
    }
}

/// Why a file could not be written again.
#[derive(Debug, thiserror::Error)]
pub enum RewriteError {
    /// It cannot be read.
    #[error(transparent)]
    Read(#[from] FileError),
    /// Writing failed.
    #[error("writing failed")]
    Write(#[source] io::Error),
    /// It was changed between the two passes, or holds a structure that is not understood.
    #[error("{file} does not hold the rows that were to be changed")]
    Changed {
        /// The file or archive member.
        file: String,
    },
}

impl Localized for RewriteError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Read(error), _) => error.text(language),
            (Self::Write(source), Language::Zh) => format!(
                "写出失败：{}。请检查磁盘空间和权限",
                io_reason(source, language)
            ),
            (Self::Write(source), Language::En) => format!(
                "writing failed: {}; check disk space and permissions",
                io_reason(source, language)
            ),
            (Self::Changed { file }, Language::Zh) => {
                format!(
                    "“{file}”里找不到要改的行或单元格，可能刚被改动，或表格的内部结构特殊。没有写出文件"
                )
            }
            (Self::Changed { file }, Language::En) => {
                format!(
                    "{file} does not hold the rows or cells that were to be changed; nothing was written"
                )
            }
        }
    }
}

impl From<zip::result::ZipError> for RewriteError {
    fn from(error: zip::result::ZipError) -> Self {
        Self::Write(io::Error::other(error))
    }
}
