//! The XML of a sheet, copied with new cells.

use std::io::{self, BufRead, Write};

use super::xml::{Piece, Pieces, escaped};
use super::{CellEdit, RewriteError, TableEdits};

/// Copies a sheet; gives the number of rows that have new cells now. Formats of cells stay.
pub(super) fn rewrite_sheet(
    file: &str,
    reader: impl BufRead,
    edits: &TableEdits,
    out: &mut impl Write,
) -> Result<usize, RewriteError> {
    let mut pieces = Pieces::new(reader);
    let mut sheet = Sheet {
        edits,
        out,
        row: 0,
        column: 0,
        pending: &[],
        prefix: String::new(),
        swallowing: false,
        rows: 0,
    };
    let failed = |source| {
        RewriteError::Read(crate::FileError::Read {
            file: file.to_owned(),
            line: 0,
            source,
        })
    };
    while let Some(piece) = pieces.next().map_err(failed)? {
        sheet.piece(piece).map_err(RewriteError::Write)?;
    }
    Ok(sheet.rows)
}

struct Sheet<'a, W> {
    edits: &'a TableEdits,
    out: &'a mut W,
    /// Number of the row being copied, from one.
    row: u64,
    /// Column behind the last cell.
    column: usize,
    /// New cells of the row that are still to come.
    pending: &'a [CellEdit],
    prefix: String,
    /// Within a cell that was replaced.
    swallowing: bool,
    rows: usize,
}

impl<W: Write> Sheet<'_, W> {
    fn piece(&mut self, piece: Piece<'_>) -> io::Result<()> {
        match piece.name() {
            "row" => self.start_row(piece),
            "/row" => {
                self.cells_before(usize::MAX)?;
                self.copy(piece)
            }
            "c" if !self.pending.is_empty() => self.start_cell(piece),
            "/c" if self.swallowing => {
                self.swallowing = false;
                Ok(())
            }
            _ if self.swallowing => Ok(()),
            _ => self.copy(piece),
        }
    }

    fn copy(&mut self, piece: Piece<'_>) -> io::Result<()> {
        self.out.write_all(piece.text.as_bytes())
    }

    fn start_row(&mut self, piece: Piece<'_>) -> io::Result<()> {
        let given = piece.attribute("r", false).and_then(|row| row.parse().ok());
        self.row = given.unwrap_or(self.row + 1);
        self.column = 0;
        let Some(edit) = self.edits.rows.get(&self.row) else {
            self.pending = &[];
            return self.copy(piece);
        };
        self.rows += 1;
        self.pending = &edit.cells;
        piece.prefix().clone_into(&mut self.prefix);
        if !piece.is_empty() {
            return self.copy(piece);
        }
        // A row without cells gets some.
        let open = piece.text.trim_end_matches("/>");
        self.out.write_all(open.as_bytes())?;
        self.out.write_all(b">")?;
        self.cells_before(usize::MAX)?;
        let prefix = &self.prefix;
        write!(self.out, "</{prefix}row>")
    }

    fn start_cell(&mut self, piece: Piece<'_>) -> io::Result<()> {
        let column = piece.attribute("r", false).and_then(column_of);
        let column = column.unwrap_or(self.column);
        self.column = column + 1;
        self.cells_before(column)?;
        match self.pending.split_first() {
            Some((edit, rest)) if edit.column == column => {
                self.pending = rest;
                self.swallowing = !piece.is_empty();
                let before = &piece.text[..piece.text.len() - piece.tag.len()];
                self.out.write_all(before.as_bytes())?;
                self.cell(edit, piece.attribute("s", false))
            }
            _ => self.copy(piece),
        }
    }

    /// Writes the new cells of columns before `column`, which the row did not have.
    fn cells_before(&mut self, column: usize) -> io::Result<()> {
        while let Some((edit, rest)) = self.pending.split_first() {
            if edit.column >= column {
                break;
            }
            self.pending = rest;
            self.cell(edit, None)?;
        }
        Ok(())
    }

    fn cell(&mut self, edit: &CellEdit, style: Option<&str>) -> io::Result<()> {
        let (p, place) = (&self.prefix, reference(edit.column, self.row));
        let style = style.map_or_else(String::new, |style| format!(" s=\"{style}\""));
        if edit.text.is_empty() {
            return write!(self.out, "<{p}c r=\"{place}\"{style}/>");
        }
        let text = escaped(&edit.text);
        write!(
            self.out,
            "<{p}c r=\"{place}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{text}</{p}t></{p}is></{p}c>"
        )
    }
}

/// The column of a reference such as `AB12`, from zero.
fn column_of(reference: &str) -> Option<usize> {
    let mut column = 0usize;
    for byte in reference.bytes().take_while(u8::is_ascii_alphabetic) {
        let letter = usize::from(byte.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(letter)?;
    }
    column.checked_sub(1)
}

/// The reference of a cell, such as `AB12`.
fn reference(column: usize, row: u64) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(b'A' + (rest % 26) as u8);
        rest /= 26;
    }
    let letters: String = letters.iter().rev().map(|&byte| char::from(byte)).collect();
    format!("{letters}{row}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edits;
    use crate::rewrite::TablePlace;

    #[track_caller]
    fn check(markup: &str, cells: &[(usize, &str)], expected: &str) {
        let mut edits = Edits::default();
        let place = TablePlace::default();
        let cells = cells.iter().map(|(column, text)| CellEdit {
            column: *column,
            text: (*text).to_owned(),
        });
        edits.add(&place, 2, 1, cells.collect());
        let mut out = Vec::new();
        let edits = edits.of(&place).expect("just added");
        let rows = rewrite_sheet("f", markup.as_bytes(), edits, &mut out).expect("memory");
        assert_eq!(String::from_utf8(out).expect("text"), expected);
        assert_eq!(rows, 1);
    }

    #[test]
    fn cells_are_replaced_added_and_left_alone() {
        let first = "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>";
        let row =
            "<row r=\"2\"><c r=\"A2\" s=\"7\"><v>1</v></c> <c r=\"C2\" t=\"s\"><v>4</v></c></row>";
        let new = |place: &str, style: &str, text: &str| {
            format!(
                "<c r=\"{place}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
            )
        };
        check(
            &format!("{first}{row}</sheetData>"),
            &[(0, "a<b"), (1, "x"), (27, "z")],
            &format!(
                "{first}<row r=\"2\">{}{} <c r=\"C2\" t=\"s\"><v>4</v></c>{}</row></sheetData>",
                new("A2", " s=\"7\"", "a&lt;b"),
                new("B2", "", "x"),
                new("AB2", "", "z"),
            ),
        );
        check(
            &format!("{first}<row/>"),
            &[(0, "a")],
            &format!("{first}<row>{}</row>", new("A2", "", "a")),
        );
        check(
            &format!("{first}{row}"),
            &[(2, "")],
            &format!("{first}<row r=\"2\"><c r=\"A2\" s=\"7\"><v>1</v></c> <c r=\"C2\"/></row>"),
        );
    }

    #[test]
    fn references_count_in_letters() {
        for (column, text) in [(0, "A7"), (25, "Z7"), (26, "AA7"), (810, "AEE7")] {
            assert_eq!(reference(column, 7), text);
            assert_eq!(column_of(text), Some(column));
        }
    }
}
