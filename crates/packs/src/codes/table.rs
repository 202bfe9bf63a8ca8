//! CSV tables of code packs, with the place of every value.

use crate::problem::{Problem, Problems};

/// One row while it is read.
pub(super) struct Row<'a> {
    /// Line in the file; the header is line 1.
    pub(super) line: u32,
    record: &'a csv::StringRecord,
    /// For each wanted column its place in the record.
    places: &'a [Option<usize>],
}

impl<'a> Row<'a> {
    /// The value of a wanted column, by its number in the list of columns; blanks around it are
    /// taken away. Empty when the file does not have the column.
    pub(super) fn value(&self, column: usize) -> &'a str {
        self.places
            .get(column)
            .copied()
            .flatten()
            .and_then(|at| self.record.get(at))
            .unwrap_or("")
            .trim()
    }

    /// Where the value begins, in characters from one; quotation marks are not counted.
    pub(super) fn column(&self, column: usize) -> u32 {
        let Some(at) = self.places.get(column).copied().flatten() else {
            return 0;
        };
        let before: usize = self
            .record
            .iter()
            .take(at)
            .map(|field| field.chars().count() + 1)
            .sum();
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }
}

/// Reads a table row by row. `columns` are the headings that may stand in the header, in any order;
/// the first `needed` of them must. Unknown headings and damaged rows become problems.
pub(super) fn read_table(
    bytes: &[u8],
    columns: &[&str],
    needed: usize,
    problems: &mut Problems<'_>,
    mut take: impl FnMut(Row<'_>, &mut Problems<'_>),
) {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let header = match reader.headers() {
        Ok(header) => header.clone(),
        Err(_) => return problems.add(1, 0, Problem::NotUtf8),
    };
    let heading = || Problem::BadLine {
        expected: columns.join(","),
    };
    for (at, name) in header.iter().enumerate() {
        let repeated = header
            .iter()
            .take(at)
            .any(|earlier| earlier.trim() == name.trim());
        if !columns.contains(&name.trim()) || repeated {
            let before: usize = header
                .iter()
                .take(at)
                .map(|name| name.chars().count() + 1)
                .sum();
            problems.add(1, u32::try_from(before + 1).unwrap_or(u32::MAX), heading());
        }
    }
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|name| header.iter().position(|known| known.trim() == *name))
        .collect();
    if places.iter().take(needed).any(Option::is_none) {
        return problems.add(1, 0, heading());
    }
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => return,
            Ok(true) => {
                let line = line_of(record.position());
                if record.len() != header.len() {
                    problems.add(line, 0, heading());
                    continue;
                }
                take(
                    Row {
                        line,
                        record: &record,
                        places: &places,
                    },
                    problems,
                );
            }
            Err(error) => {
                problems.add(line_of(error.position()), 0, Problem::NotUtf8);
                if !error.is_io_error() && matches!(error.kind(), csv::ErrorKind::Utf8 { .. }) {
                    continue;
                }
                return;
            }
        }
    }
}

fn line_of(position: Option<&csv::Position>) -> u32 {
    position.map_or(0, |position| {
        u32::try_from(position.line()).unwrap_or(u32::MAX)
    })
}
