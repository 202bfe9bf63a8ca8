//! Find one record in a file, to explain how it is grouped.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use biaochi_domain::{Language, Localized};
use biaochi_ingest::{Input, ReadOptions, Row, RowParser};
use biaochi_records::FrontPage;

use crate::group::GroupError;

/// Which record of a file is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The one with this medical record number, the `id` of the case layout.
    Number(String),
    /// The one that begins on this line; the header is line 1.
    Line(u64),
}

impl Selector {
    /// `:12` means line 12, everything else a medical record number.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix(':').and_then(|line| line.parse().ok()) {
            Some(line) => Self::Line(line),
            None => Self::Number(text.to_owned()),
        }
    }
}

/// The row on the chosen line is not a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not a record")]
pub struct NotARecord {
    /// Its line.
    pub line: u64,
    /// What is wrong with it, in both languages.
    problems: Vec<(String, String)>,
}

impl Localized for NotARecord {
    fn text(&self, language: Language) -> String {
        let problems: Vec<&str> = self
            .problems
            .iter()
            .map(|(zh, en)| {
                if language == Language::Zh {
                    zh.as_str()
                } else {
                    en.as_str()
                }
            })
            .collect();
        match language {
            Language::Zh => format!(
                "第 {} 行不能作为记录读取：{}",
                self.line,
                problems.join("；")
            ),
            Language::En => format!(
                "line {} is not a record: {}",
                self.line,
                problems.join("; ")
            ),
        }
    }
}

/// A record of a file with the line on which it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The line.
    pub line: u64,
    /// The record.
    pub page: FrontPage,
}

/// The records of a file that are meant, in the order of the file; a number may occur twice.
pub fn find_in_file(
    path: &Path,
    selector: &Selector,
) -> Result<Vec<Result<Located, NotARecord>>, GroupError> {
    let opened = File::open(path);
    let file = opened.map_err(|source| GroupError::Open {
        path: path.to_owned(),
        source,
    })?;
    let options = ReadOptions {
        require_key: false,
        ..ReadOptions::default()
    };
    let mut input = Input::open(&path.display().to_string(), file, &options)?;
    let mut found = Vec::new();
    while let Some(mut table) = input.next_table()? {
        let header = Arc::clone(table.header());
        let mut parser = RowParser::new(&header);
        while let Some(block) = table.next_block()? {
            parser.parse(&block, |row| match row {
                Row::Record { page, line, .. } => {
                    let meant = match selector {
                        Selector::Number(number) => page.medical_record_number == *number,
                        Selector::Line(wanted) => line == *wanted,
                    };
                    if meant {
                        found.push(Ok(Located {
                            line,
                            page: page.clone(),
                        }));
                    }
                }
                Row::Reject { line, problems, .. } => {
                    if *selector == Selector::Line(line) {
                        let texts = problems.iter().map(|problem| {
                            (problem.text(Language::Zh), problem.text(Language::En))
                        });
                        found.push(Err(NotARecord {
                            line,
                            problems: texts.collect(),
                        }));
                    }
                }
            });
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASES: &str = "id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans\n\
                         a,1,40,,,,3,1,0,K35.100,47.0900,0\n\
                         b,2,50,,,,3,1,0,I10.x00x002,,0\n";

    #[track_caller]
    fn check(selector: &str, expected: &[(u64, &str)]) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cases.csv");
        std::fs::write(&path, CASES).expect("written");
        let found = find_in_file(&path, &Selector::parse(selector)).expect("readable");
        let found: Vec<(u64, String)> = found
            .into_iter()
            .flatten()
            .map(|located| (located.line, located.page.medical_record_number.to_string()))
            .collect();
        let expected: Vec<(u64, String)> = expected
            .iter()
            .map(|(line, id)| (*line, (*id).to_owned()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn by_number_or_by_line() {
        check("b", &[(3, "b")]);
        check(":2", &[(2, "a")]);
        check(":1", &[]);
        check("c", &[]);
    }
}
