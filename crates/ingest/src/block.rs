use crate::Encoding;

/// Whole records of a table, still as text: what one thread parses at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Position of the block in its table, from zero.
    pub index: u64,
    /// Line (or sheet row) of the file on which the block begins; the header is usually line 1.
    pub first_line: u64,
    /// Delimited text in `encoding`, ending after the last line end or at the end of the file.
    pub bytes: Vec<u8>,
    /// Encoding of `bytes`.
    pub encoding: Encoding,
    /// What counts as a line.
    pub line_unit: LineUnit,
}

/// What line numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineUnit {
    /// Line ends in the text, also those within quotes.
    Line,
    /// Records: rows of a sheet, which may hold line breaks in their cells.
    Record,
}
