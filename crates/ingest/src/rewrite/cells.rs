//! The cells of a row as bytes.

use std::ops::Range;

use memchr::memchr;

use super::CellEdit;
use crate::Encoding;
use crate::column_text::{needs_quotes, push_quoted};
use crate::scan::{Close, closing_quote};

/// Where the cells of a row stand, their quotes included. `row` has no line end.
pub(super) fn cells(row: &[u8], encoding: Encoding, delimiter: u8) -> Vec<Range<usize>> {
    let mut cells = Vec::new();
    let mut at = 0;
    loop {
        let start = at;
        if row.get(at) == Some(&b'"')
            && let Close::At(close) = closing_quote(row, at)
        {
            at = close + 1;
        }
        at = next_delimiter(row, at, encoding, delimiter);
        cells.push(start..at);
        if at >= row.len() {
            return cells;
        }
        at += 1;
    }
}

/// The next delimiter at or behind `at`, the end when there is none.
fn next_delimiter(row: &[u8], mut at: usize, encoding: Encoding, delimiter: u8) -> usize {
    // Of all delimiters only `|` can be the second byte of a character of GB18030.
    if encoding == Encoding::Utf8 || delimiter != b'|' {
        return memchr(delimiter, &row[at..]).map_or(row.len(), |found| at + found);
    }
    while at < row.len() && row[at] != delimiter {
        at += match (row[at], row.get(at + 1)) {
            (0x81..=0xfe, Some(0x30..=0x39)) => 4,
            (0x81..=0xfe, _) => 2,
            _ => 1,
        };
    }
    at.min(row.len())
}

/// The text of a cell without its quotes.
pub(super) fn unquoted(cell: &str) -> String {
    let bytes = cell.as_bytes();
    if bytes.first() == Some(&b'"')
        && let Close::At(close) = closing_quote(bytes, 0)
    {
        let mut text = cell[1..close].replace("\"\"", "\"");
        text.push_str(&cell[close + 1..]);
        return text;
    }
    cell.to_owned()
}

/// Appends a row with new cells; `false` when it has no such cells. Each new cell keeps the quotes of the
/// old one, and the form `="0012"` by which spreadsheets are made to keep leading zeros.
pub(super) fn push_row(
    row: &[u8],
    encoding: Encoding,
    delimiter: u8,
    edits: &[CellEdit],
    out: &mut Vec<u8>,
) -> bool {
    let cells = cells(row, encoding, delimiter);
    let mut copied = 0;
    for edit in edits {
        let Some(range) = cells.get(edit.column) else {
            return false;
        };
        let old = &row[range.clone()];
        out.extend_from_slice(&row[copied..range.start]);
        let special = needs_quotes(&edit.text, delimiter);
        let mut text = String::new();
        if special || old.first() == Some(&b'"') {
            push_quoted(&mut text, &edit.text);
        } else if old.starts_with(b"=\"") && !edit.text.is_empty() {
            text = format!("=\"{}\"", edit.text);
        } else {
            text.push_str(&edit.text);
        }
        match encoding {
            Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
            Encoding::Gb18030 => {
                out.extend_from_slice(&encoding_rs::GB18030.encode(&text).0);
            }
        }
        copied = range.end;
    }
    out.extend_from_slice(&row[copied..]);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(row: &str, delimiter: u8, edits: &[(usize, &str)], expected: &str) {
        let edits: Vec<CellEdit> = edits
            .iter()
            .map(|(column, text)| CellEdit {
                column: *column,
                text: (*text).to_owned(),
            })
            .collect();
        for encoding in [Encoding::Utf8, Encoding::Gb18030] {
            let bytes = |text: &str| match encoding {
                Encoding::Utf8 => text.as_bytes().to_vec(),
                Encoding::Gb18030 => encoding_rs::GB18030.encode(text).0.into_owned(),
            };
            let mut out = Vec::new();
            assert!(push_row(&bytes(row), encoding, delimiter, &edits, &mut out));
            assert_eq!(out, bytes(expected), "{row} {encoding}");
        }
    }

    #[test]
    fn only_the_cells_change() {
        check("a,b,c", b',', &[(1, "x")], "a,x,c");
        check("a,,", b',', &[(1, "x"), (2, "y")], "a,x,y");
        check(
            "a,\"b,\"\"1\"\"\",c",
            b',',
            &[(2, "z")],
            "a,\"b,\"\"1\"\"\",z",
        );
        check("a,\"b\",c", b',', &[(1, "")], "a,\"\",c");
        check("a,b,c", b',', &[(1, "x,\"y\"")], "a,\"x,\"\"y\"\"\",c");
        check("a,=\"007\",c", b',', &[(1, "008")], "a,=\"008\",c");
        check("姓名\t女\t1", b'\t', &[(1, "男")], "姓名\t男\t1");
        check("a,\"b\nc\",d", b',', &[(1, "e"), (2, "f")], "a,\"e\",f");
    }

    #[test]
    fn a_delimiter_within_a_character_is_none() {
        // The second byte of this character of GB18030 is the pipe.
        let row = [&[0x81, 0x7c][..], b"|b|c"].concat();
        assert_eq!(cells(&row, Encoding::Gb18030, b'|'), [0..2, 3..4, 5..6]);
    }

    #[test]
    fn a_column_beyond_the_row_is_told() {
        let edit = CellEdit {
            column: 3,
            text: String::new(),
        };
        assert!(!push_row(
            b"a,b,c",
            Encoding::Utf8,
            b',',
            &[edit],
            &mut Vec::new()
        ));
    }

    #[test]
    fn quotes_come_off() {
        assert_eq!(unquoted("\"a \"\"b\"\"\""), "a \"b\"");
        assert_eq!(unquoted("a\"b"), "a\"b");
        assert_eq!(unquoted("\"open"), "\"open");
    }
}
