//! Institutions and values from files: for places without a lake, and for trying a scheme out.

use std::collections::HashMap;
use std::path::Path;
use std::{fmt, fs};

use biaochi_assessment::{Assessed, Reading, Source};
use biaochi_domain::{Language, Localized, Period, Position};
use rust_decimal::Decimal;

use super::{AssessmentError, Values};

/// Numbers beyond this are a slip of the pen, and would be too large to count with.
pub(super) const LARGEST: Decimal = Decimal::from_parts(3_567_587_328, 232, 0, false, 0);

/// What a cell or a file should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// An organisation code, and not one twice.
    Code,
    /// A period.
    Period,
    /// A number that can be counted with.
    Number,
    /// One line for each institution, source and period.
    OneLine,
    /// Text that can be read.
    Csv,
    /// A header with these columns.
    Headings(String),
}

impl Localized for Expected {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Code => (
                "应为不为空、不重复的机构代码",
                "expected an organisation code, each only once",
            ),
            Self::Period => (
                "应为时期，如 2021、2021Q1、2021H1",
                "expected a period such as 2021, 2021Q1, 2021H1",
            ),
            Self::Number => (
                "应为数字，绝对值至多一万亿",
                "expected a number of at most 10^12 either way",
            ),
            Self::OneLine => (
                "应为每家机构每个来源每个时期一行",
                "expected one line for each institution, source and period",
            ),
            Self::Csv => ("应为 UTF-8 编码的 CSV 文件", "expected a CSV file in UTF-8"),
            Self::Headings(columns) => {
                return match language {
                    Language::Zh => format!("应为表头 {columns}"),
                    Language::En => format!("expected the header {columns}"),
                };
            }
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

/// Reads institutions: `机构代码,机构名称,类别` with the words of the class parted by blanks or `；`.
pub fn read_units(path: &Path) -> Result<Vec<Assessed>, AssessmentError> {
    let mut units: Vec<Assessed> = Vec::new();
    for (line, row) in rows(path, &["机构代码", "机构名称", "类别"])? {
        let [code, name, classes] = &row[..] else {
            continue;
        };
        if code.is_empty() || units.iter().any(|unit| unit.code == *code) {
            return Err(wrong(path, line, "机构代码", Expected::Code));
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
            .map_err(|_| wrong(path, line, "时期", Expected::Period))?;
        let value: Decimal = value
            .parse()
            .ok()
            .filter(|value: &Decimal| value.abs() <= LARGEST)
            .ok_or_else(|| wrong(path, line, "值", Expected::Number))?;
        let key = (code.clone(), source, period);
        if found.values.insert(key, (value, line)).is_some() {
            return Err(wrong(path, line, "来源", Expected::OneLine));
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

fn wrong(path: &Path, line: u64, column: &str, expected: Expected) -> AssessmentError {
    AssessmentError::File {
        position: Position {
            file: path.display().to_string(),
            line,
            column: column.to_owned(),
        },
        expected,
    }
}

/// Lines and cells of a CSV file with these headings, in their order.
fn rows(path: &Path, headings: &[&str]) -> Result<Vec<(u64, Vec<String>)>, AssessmentError> {
    let bytes = read(path)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
    let unreadable = |line| wrong(path, line, "", Expected::Csv);
    let found = reader.headers().map_err(|_| unreadable(1))?.clone();
    let mut columns = Vec::new();
    for heading in headings {
        let column = found.iter().position(|cell| cell.trim() == *heading);
        let column = column
            .ok_or_else(|| wrong(path, 1, heading, Expected::Headings(headings.join(","))))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_file_is_told_in_the_language_that_is_asked_for() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("values.csv");
        let cases = [
            (
                "机构代码,来源,时期\n",
                "应为表头 机构代码",
                "expected the header",
            ),
            (
                "机构代码,来源,时期,值\nA,x,soon,1\n",
                "应为时期",
                "expected a period",
            ),
            (
                "机构代码,来源,时期,值\nA,x,2021,many\n",
                "应为数字",
                "expected a number",
            ),
            (
                "机构代码,来源,时期,值\nA,x,2021,1\nA,x,2021,2\n",
                "应为每家机构",
                "expected one line",
            ),
        ];
        for (text, zh, en) in cases {
            fs::write(&path, text).expect("own folder");
            let error = read_values(&path).expect_err(text);
            assert!(error.text(Language::Zh).contains(zh), "{error:?}");
            let english = error.text(Language::En);
            assert!(
                english.contains(en) && !english.contains("应为"),
                "{english}"
            );
        }
        fs::write(&path, "机构代码,机构名称,类别\n,甲,\n").expect("own folder");
        let error = read_units(&path).expect_err("no code");
        assert!(error.text(Language::Zh).contains("应为不为空"), "{error:?}");
        assert!(!error.text(Language::En).contains("应为"), "{error:?}");
    }
}
