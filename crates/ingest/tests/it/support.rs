//! Reads a whole file the way the import does, and collects what becomes of its rows.

use std::io::{Cursor, Write};

use biaochi_ingest::{
    BlockCounts, FileError, Input, Problem, ProblemKind, ReadOptions, Row, RowParser, Severity,
};
use biaochi_records::{Field, FrontPage, Layout};
use flate2::Compression;
use flate2::write::GzEncoder;

/// What became of a file.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) records: Vec<(u64, FrontPage, Vec<Problem>)>,
    pub(crate) rejects: Vec<(u64, String, Vec<Problem>)>,
    pub(crate) counts: BlockCounts,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) tables: Vec<String>,
}

pub(crate) fn options() -> ReadOptions {
    ReadOptions {
        organisation_code: "450100000".into(),
        ..ReadOptions::default()
    }
}

pub(crate) fn read(file: &str, bytes: impl Into<Vec<u8>>) -> Result<Outcome, FileError> {
    read_with(file, bytes, &options())
}

pub(crate) fn read_with(
    file: &str,
    bytes: impl Into<Vec<u8>>,
    options: &ReadOptions,
) -> Result<Outcome, FileError> {
    let input = Input::open(file, Cursor::new(bytes.into()), options)?;
    collect(input)
}

pub(crate) fn collect(mut input: Input) -> Result<Outcome, FileError> {
    let mut outcome = Outcome::default();
    while let Some(mut table) = input.next_table()? {
        outcome.layouts.push(table.header().layout);
        outcome.tables.push(table.name().to_owned());
        let mut parser = RowParser::new(table.header());
        while let Some(block) = table.next_block()? {
            let Outcome {
                records, rejects, ..
            } = &mut outcome;
            let counts = parser.parse(&block, |row| match row {
                Row::Record {
                    page,
                    line,
                    problems,
                    ..
                } => {
                    assert!(
                        problems
                            .iter()
                            .all(|problem| problem.severity == Severity::Kept)
                    );
                    records.push((line, page.clone(), problems.to_vec()));
                }
                Row::Reject {
                    line,
                    raw,
                    problems,
                    ..
                } => {
                    assert!(
                        problems
                            .iter()
                            .any(|problem| problem.severity == Severity::Reject)
                    );
                    rejects.push((line, raw.to_owned(), problems.to_vec()));
                }
            });
            outcome.counts.records += counts.records;
            outcome.counts.rejects += counts.rejects;
            outcome.counts.record_lines += counts.record_lines;
            outcome.counts.reject_lines += counts.reject_lines;
            outcome.counts.blank_lines += counts.blank_lines;
        }
    }
    Ok(outcome)
}

impl Outcome {
    /// The only record of the file.
    #[track_caller]
    pub(crate) fn only(&self) -> &FrontPage {
        assert_eq!(
            (self.records.len(), self.rejects.len()),
            (1, 0),
            "{:?}",
            self.rejects
        );
        &self.records[0].1
    }

    /// Fields and kinds of all problems, in order.
    pub(crate) fn kinds(&self) -> Vec<(u64, Option<Field>, ProblemKind)> {
        let records = self
            .records
            .iter()
            .map(|(line, _, problems)| (line, problems));
        let rejects = self
            .rejects
            .iter()
            .map(|(line, _, problems)| (line, problems));
        let mut kinds: Vec<_> = records
            .chain(rejects)
            .flat_map(|(line, problems)| {
                problems
                    .iter()
                    .map(|problem| (*line, problem.field, problem.kind.clone()))
            })
            .collect();
        kinds.sort_by_key(|(line, ..)| *line);
        kinds
    }
}

/// A small hqms811 file: columns that every record needs plus `more`, as text.
pub(crate) fn hqms(more: &[&str], rows: &[&[&str]]) -> String {
    let mut text = HEAD.join(",");
    for heading in more {
        text.push(',');
        text.push_str(heading);
    }
    text.push('\n');
    for row in rows {
        text.push_str(&BODY.join(","));
        for value in *row {
            text.push(',');
            text.push_str(value);
        }
        text.push('\n');
    }
    text
}

pub(crate) const HEAD: [&str; 11] = [
    "A01", "A48", "A49", "B12", "B15", "A12C", "A14", "B20", "C03C", "B34C", "D01",
];
pub(crate) const BODY: [&str; 11] = [
    "450100000",
    "00012345",
    "1",
    "2024-03-01 08:05:00",
    "2024-03-05 10:00:00",
    "1",
    "63",
    "4",
    "I21.000",
    "1",
    "12345.67",
];

pub(crate) fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

pub(crate) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("memory");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}
