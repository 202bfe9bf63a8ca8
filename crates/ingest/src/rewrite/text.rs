//! Delimited text, copied with new cells.

use std::io::{Read, Write};

use memchr::memchr_iter;

use super::cells::push_row;
use super::{RewriteError, TableEdits};
use crate::parser::without_return_bytes;
use crate::text_blocks::TextBlocks;
use crate::{Block, ReadOptions};

/// Copies a table of text.
pub(super) fn rewrite_text(
    file: &str,
    reader: Box<dyn Read + Send + '_>,
    options: &ReadOptions,
    edits: &TableEdits,
    out: &mut dyn Write,
) -> Result<(), RewriteError> {
    let (mut blocks, header) = TextBlocks::open(file, reader, options)?;
    let form = blocks.form();
    let mut buffer = Vec::new();
    form.start(&mut buffer);
    form.restore(blocks.preamble(), &mut buffer);
    out.write_all(&buffer).map_err(RewriteError::Write)?;
    let (mut written, mut patched) = (0, Vec::new());
    while let Some(block) = blocks.next_block()? {
        let lines = memchr_iter(b'\n', &block.bytes).count() as u64;
        let mut rows = edits
            .rows
            .range(block.first_line..=block.first_line + lines)
            .peekable();
        let bytes = if rows.peek().is_none() {
            &block.bytes
        } else {
            patched.clear();
            written +=
                patch(&block, rows, header.delimiter, edits, &mut patched).ok_or_else(|| {
                    RewriteError::Changed {
                        file: file.to_owned(),
                    }
                })?;
            &patched
        };
        buffer.clear();
        form.restore(bytes, &mut buffer);
        out.write_all(&buffer).map_err(RewriteError::Write)?;
    }
    if written == edits.rows.len() {
        Ok(())
    } else {
        Err(RewriteError::Changed {
            file: file.to_owned(),
        })
    }
}

/// The block with its new cells; how many rows have some. `None` when a row has not the cells.
fn patch<'a>(
    block: &Block,
    rows: impl Iterator<Item = (&'a u64, &'a super::RowEdit)>,
    delimiter: u8,
    edits: &TableEdits,
    out: &mut Vec<u8>,
) -> Option<usize> {
    let mut ends = memchr_iter(b'\n', &block.bytes).map(|end| end + 1);
    // Position of `line`, on which a row begins.
    let (mut line, mut at, mut copied, mut count) = (block.first_line, 0, 0, 0);
    let end_of = |end: Option<usize>| end.unwrap_or(block.bytes.len());
    for (&wanted, edit) in rows {
        while line < wanted {
            at = ends.next()?;
            line += 1;
        }
        if at >= block.bytes.len() {
            // It begins in the next block.
            break;
        }
        out.extend_from_slice(&block.bytes[copied..at]);
        let mut end = at;
        for _ in 0..edit.lines {
            end = end_of(ends.next());
            line += 1;
        }
        let whole = &block.bytes[at..end];
        let row = without_return_bytes(whole.strip_suffix(b"\n").unwrap_or(whole));
        push_row(row, edits.encoding, delimiter, &edit.cells, out).then_some(())?;
        out.extend_from_slice(&whole[row.len()..]);
        (at, copied) = (end, end);
        count += 1;
    }
    out.extend_from_slice(&block.bytes[copied..]);
    Some(count)
}
