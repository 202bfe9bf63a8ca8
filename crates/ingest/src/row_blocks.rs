use std::sync::Arc;

use crate::recognise::{best_match, unknown_header};
use crate::{Block, Encoding, FileError, Header, LineUnit, ReadOptions};

/// Makes blocks of rows that are not text: the cells of a sheet or of a Parquet file.
#[derive(Debug)]
pub struct RowBlocks {
    header: Arc<Header>,
    block_size: usize,
    bytes: Vec<u8>,
    index: u64,
    /// Row number at which the block being filled begins.
    first_row: u64,
    /// Rows in the block being filled.
    rows: u64,
    /// Values in the row being filled.
    values: usize,
}

impl RowBlocks {
    /// Recognises the header. `row` is its row number (1 for most files), which the rows follow.
    /// `serials` says that day numbers of spreadsheets stand for dates.
    ///
    /// # Errors
    /// As for every file: unknown header, missing or duplicate columns.
    pub fn new(
        file: &str,
        headings: &[String],
        row: u64,
        serials: bool,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let found =
            best_match(headings, options.layout).ok_or_else(|| unknown_header(file, headings))?;
        let mut header = Header::new(file, headings, row, b',', found, options)?;
        header.serials = serials;
        Ok(Self {
            header: Arc::new(header),
            block_size: options.block_size,
            bytes: Vec::new(),
            index: 0,
            first_row: row + 1,
            rows: 0,
            values: 0,
        })
    }

    /// The header, for the parsers.
    pub fn header(&self) -> Arc<Header> {
        Arc::clone(&self.header)
    }

    /// Adds a value to the row being filled. Values beyond the header's columns are dropped when
    /// empty and make the row a reject when not.
    pub fn value(&mut self, text: &str) {
        let width = self.header.headings.len();
        if self.values >= width && text.is_empty() {
            return;
        }
        if self.values > 0 {
            self.bytes.push(b',');
        }
        self.values += 1;
        if text
            .bytes()
            .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        {
            self.bytes.push(b'"');
            for byte in text.bytes() {
                if byte == b'"' {
                    self.bytes.push(b'"');
                }
                self.bytes.push(byte);
            }
            self.bytes.push(b'"');
        } else {
            self.bytes.extend_from_slice(text.as_bytes());
        }
    }

    /// Ends the row; missing values at its end are empty. A row without any value is a blank line.
    /// Gives a block when one is full.
    pub fn end_row(&mut self) -> Option<Block> {
        if self.values > 0 {
            for _ in self.values..self.header.headings.len() {
                self.bytes.push(b',');
            }
        }
        self.values = 0;
        self.bytes.push(b'\n');
        self.rows += 1;
        if self.bytes.len() >= self.block_size {
            self.finish()
        } else {
            None
        }
    }

    /// The rows that no block has given yet.
    pub fn finish(&mut self) -> Option<Block> {
        if self.rows == 0 {
            return None;
        }
        let block = Block {
            index: self.index,
            first_line: self.first_row,
            bytes: std::mem::replace(&mut self.bytes, Vec::with_capacity(self.block_size + 4096)),
            encoding: Encoding::Utf8,
            line_unit: LineUnit::Record,
        };
        self.index += 1;
        self.first_row += self.rows;
        self.rows = 0;
        Some(block)
    }
}
