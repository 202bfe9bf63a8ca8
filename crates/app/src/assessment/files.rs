//! Institutions and values from files: for places without a lake, and for trying a scheme out.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use biaochi_assessment::{Assessed, Reading, Source};
use biaochi_domain::{Period, Position};
use rust_decimal::Decimal;

use super::{AssessmentError, Values};

/// Numbers beyond this are a slip of the pen, and would be too large to count with.
pub(super) const LARGEST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// Reads institutions: `机构代码,机构名称,类别` with the words of the class parted by blanks or `；`.
pub fn read_units(path: &Path) -> Result<Vec<Assessed>, AssessmentError> {
    let mut units: Vec<Assessed> = Vec::new();
    for (line, row) in rows(path, &["机构代码", "机构名称", "类别"])? {
        let [code, name, classes] = &row[..] else {
            continue;
        };
        if code.is_empty() || units.iter().any(|unit| unit.code == *code) {
            return Err(wrong(path, line, "机构代码", "不为空、不重复的机构代码"));
        }
        units.push(Assessed {
            code: code.clone(),
            name: name.clone(),
            classes: classes
                .split([' ', ';', '；', '、'])
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        });
    }
    Ok(units)
}

/// Values from a file.
#[derive(Debug, Clone, Default)]
pub struct FileValues {
    file: String,
    values: HashMap<(String, String, Period), (Decimal, u64)>,
}

/// Reads values: `机构代码,来源,时期,值`, where the source is `indicator:…`, `fact:….…` or `entered:…`, or the id
/// of an indicator alone.
pub fn read_values(path: &Path) -> Result<FileValues, AssessmentError> {
    let mut found = FileValues {
        file: path.display().to_string(),
        values: HashMap::new(),
    };
    for (line, row) in rows(path, &["机构代码", "来源", "时期", "值"])? {
        let [code, source, period, value] = &row[..] else {
            continue;
        };
        let source = match source.contains(':') {
            true => source.clone(),
            false => Source::Indicator(source.clone()).to_string(),
        };
        let period: Period = period
            .parse()
            .map_err(|_| wrong(path, line, "时期", "时期，如 2021、2021Q1、2021H1"))?;
        let value: Decimal = value
            .parse()
            .ok()
            .filter(|value: &Decimal| value.abs() <= LARGEST)
            .ok_or_else(|| wrong(path, line, "值", "数字，绝对值至多一万亿"))?;
        let key = (code.clone(), source, period);
        if found.values.insert(key, (value, line)).is_some() {
            return Err(wrong(path, line, "来源", "每家机构每个来源每个时期一行"));
        }
    }
    Ok(found)
}

impl Values for FileValues {
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading> {
        let key = (unit.code.clone(), source.to_string(), period);
        let (value, line) = self.values.get(&key)?;
        Some(Reading {
            value: *value,
            origin: format!("{source} {}:{line}", self.file),
            period: period.to_string(),
            ..Reading::default()
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AssessmentError> {
    fs::read(path).map_err(|source| AssessmentError::Io {
        path: path.to_owned(),
        source,
    })
}

fn wrong(path: &Path, line: u64, column: &str, expected: &str) -> AssessmentError {
    AssessmentError::File {
        position: Position {
            file: path.display().to_string(),
            line,
            column: column.to_owned(),
        },
        expected: format!("应为{expected}"),
    }
}

/// Lines and cells of a CSV file with these headings, in their order.
fn rows(path: &Path, headings: &[&str]) -> Result<Vec<(u64, Vec<String>)>, AssessmentError> {
    let bytes = read(path)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let unreadable = |line| wrong(path, line, "", "UTF-8 编码的 CSV 文件");
    let found = reader.headers().map_err(|_| unreadable(1))?.clone();
    let mut columns = Vec::new();
    for heading in headings {
        let column = found.iter().position(|cell| cell.trim() == *heading);
        let column = column
            .ok_or_else(|| wrong(path, 1, heading, &format!("表头 {}", headings.join(","))))?;
        columns.push(column);
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record =
            record.map_err(|error| unreadable(error.position().map_or(0, csv::Position::line)))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |column: &usize| record.get(*column).unwrap_or_default().trim().to_owned();
        rows.push((line, columns.iter().map(cell).collect()));
    }
    Ok(rows)
}
