//! Tables that people fill in – organisations, data sets – as texts: CSV files and all sheets of workbooks.

use std::io::{Cursor, Read as _};
use std::path::Path;

use biaochi_domain::{Sheet, SheetLine};
use calamine::{Reader as _, SheetType, Xlsx};
use zip::ZipArchive;

use crate::delimiter::DELIMITERS;
use crate::encoding::{Guess, guess};
use crate::gzip::Gzip;
use crate::sheet::{broken, next_cell};
use crate::unpacked::{check_workbook, whole};
use crate::value_text::{trimmed, undisguised};
use crate::{Container, Encoding, FileError, detect};

/// Most bytes of such a file: what people fill in is small.
const MOST_BYTES: u64 = 256 << 20;

/// Reads a whole small file: a CSV file is one sheet, named as the file, a workbook has several. Lines without
/// any text are left out; numbers and dates of workbooks are written as a person sees them.
///
/// ```
/// let file = "机构代码,机构名称\nA,云泽县人民医院\n";
/// let sheets = biaochi_ingest::read_sheets("医疗机构.csv", file.as_bytes())?;
/// assert_eq!(sheets[0].name, "医疗机构");
/// assert_eq!(sheets[0].lines[1].cells, ["A", "云泽县人民医院"]);
/// # Ok::<(), biaochi_ingest::FileError>(())
/// ```
///
/// # Errors
/// The file is empty, damaged, too large, or neither text nor a workbook.
pub fn read_sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    match detect(bytes) {
        Container::Text => Ok(vec![text(file, bytes)?]),
        Container::Gzip => {
            let unpacked = whole(file, Gzip::new(bytes), MOST_BYTES)?;
            read_sheets(file.strip_suffix(".gz").unwrap_or(file), &unpacked)
        }
        Container::Zip => workbook(file, bytes),
        Container::Parquet => Err(FileError::Parquet { file: file.into() }),
        Container::LegacyExcel => Err(FileError::LegacyExcel { file: file.into() }),
    }
}

fn text(file: &str, bytes: &[u8]) -> Result<Sheet, FileError> {
    let encoding = match guess(bytes) {
        Guess::Open => Encoding::Utf8,
        Guess::Decided(encoding) => encoding,
        Guess::Hopeless => {
            return Err(FileError::Encoding {
                file: file.into(),
                line: 1,
            });
        }
    };
    let mut text = String::with_capacity(bytes.len());
    if !encoding.decode(bytes, &mut text) {
        let line = first_broken_line(encoding, bytes);
        let file = file.into();
        return Err(FileError::Encoding { file, line });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.trim().is_empty() {
        return Err(FileError::Empty { file: file.into() });
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut numbers = LineNumbers::default();
    for record in reader.records() {
        // The text is UTF-8 and lines may differ in length, so that nothing is left to fail.
        let record = record.map_err(|error| FileError::Read {
            file: file.into(),
            line: lines.len() as u64,
            source: error.into(),
        })?;
        let begin = record.position().map_or(0, csv::Position::byte);
        let number = numbers.at(text.as_bytes(), begin as usize);
        let cells = record.iter().map(cell).collect();
        push(&mut lines, number, cells);
    }
    let name = Path::new(file).file_stem();
    Ok(Sheet {
        place: file.into(),
        name: name.map_or_else(|| file.into(), |name| name.to_string_lossy().into_owned()),
        lines,
    })
}

/// Counts lines up to a place that moves forward. The reader's own count leaves out line ends that it has
/// still to skip.
#[derive(Default)]
struct LineNumbers {
    at: usize,
    ends: u64,
}

impl LineNumbers {
    /// Number of the line in which the record begins that follows the place.
    fn at(&mut self, text: &[u8], place: usize) -> u64 {
        let skipped = text.get(place..).unwrap_or_default().iter();
        let skipped = skipped.take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = place + skipped.count();
        let passed = text.get(self.at..begin).unwrap_or_default();
        self.ends += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at = self.at.max(begin);
        self.ends + 1
    }
}

/// The delimiter that stands most often in the first line that has any.
fn delimiter(text: &str) -> u8 {
    let count = |line: &str, delimiter: u8| line.bytes().filter(|byte| *byte == delimiter).count();
    for line in text.lines() {
        let counts = DELIMITERS.map(|delimiter| (count(line, delimiter), delimiter));
        let most = counts.into_iter().rev().max_by_key(|(count, _)| *count);
        if let Some((1.., delimiter)) = most {
            return delimiter;
        }
    }
    DELIMITERS[0]
}

fn first_broken_line(encoding: Encoding, bytes: &[u8]) -> u64 {
    let mut lines = bytes.split(|byte| *byte == b'\n').zip(1u64..);
    let broken = lines.find(|(line, _)| !encoding.decode(line, &mut String::new()));
    broken.map_or(1, |(_, number)| number)
}

fn cell(text: &str) -> String {
    undisguised(trimmed(text)).to_owned()
}

fn push(lines: &mut Vec<SheetLine>, number: u64, cells: Vec<String>) {
    if cells.iter().any(|cell| !cell.is_empty()) {
        lines.push(SheetLine { number, cells });
    }
}

fn workbook(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, FileError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|source| FileError::Zip {
        file: file.into(),
        source,
    })?;
    check_workbook(file, &mut archive, MOST_BYTES)?;
    check_sheets(file, &mut archive)?;
    let mut xlsx = Xlsx::new(Cursor::new(bytes)).map_err(|source| broken(file, source))?;
    let names: Vec<String> = xlsx
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut sheets = Vec::new();
    for name in names {
        let mut cells = xlsx
            .worksheet_cells_reader(&name)
            .map_err(|source| broken(file, source))?;
        let mut sheet = Sheet {
            place: format!("{file} {name}"),
            name: name.trim().to_owned(),
            lines: Vec::new(),
        };
        let (mut row, mut texts): (u32, Vec<String>) = (0, Vec::new());
        while let Some(next) = next_cell(file, &mut cells)? {
            if next.row != row {
                push(
                    &mut sheet.lines,
                    u64::from(row) + 1,
                    std::mem::take(&mut texts),
                );
                row = next.row;
            }
            let column = next.column as usize;
            if texts.len() <= column {
                texts.resize(column + 1, String::new());
            }
            texts[column] = cell(&next.text);
        }
        push(&mut sheet.lines, u64::from(row) + 1, texts);
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// Unpacks the sheets once to see that they are as small as they say.
fn check_sheets(file: &str, archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), FileError> {
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let zip_error = |source| FileError::Zip {
            file: file.into(),
            source,
        };
        let part = archive.by_index(index).map_err(zip_error)?;
        if part.name_raw().starts_with(b"xl/worksheets/") {
            let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
            let read = read.map_err(|source| FileError::Read {
                file: file.into(),
                line: 0,
                source,
            })?;
            left = left.checked_sub(read).ok_or(FileError::TooLargeUnpacked {
                file: file.into(),
                limit_mib: MOST_BYTES >> 20,
            })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rust_xlsxwriter::{Format, Workbook};

    use super::*;

    /// Lines as texts, with their numbers.
    fn shown(sheet: &Sheet) -> Vec<String> {
        let lines = sheet.lines.iter();
        lines
            .map(|line| format!("{}:{}", line.number, line.cells.join("|")))
            .collect()
    }

    #[track_caller]
    fn check(bytes: &[u8], expected: &[&str]) {
        let sheets = read_sheets("一/床位.csv", bytes).expect("a table");
        assert_eq!(sheets[0].name, "床位");
        assert_eq!(shown(&sheets[0]), expected);
    }

    #[test]
    fn text_is_read_in_every_usual_form() {
        let expected = ["1:代码|床位数", "3:A,1|20"];
        check("代码,床位数\n,\n\"A,1\", 20 \n".as_bytes(), &expected);
        check(
            "\u{feff}代码\t床位数\r\n\r\nA,1\t20\r\n".as_bytes(),
            &expected,
        );
        let gb = encoding_rs::GB18030.encode("代码;床位数\n;\n=\"A,1\";20").0;
        check(&gb, &expected);
        check("只有一列\n甲".as_bytes(), &["1:只有一列", "2:甲"]);
        let quoted = "甲,乙\r\n\"一\n二\",1\r\n\r\n三,2\r\n";
        check(quoted.as_bytes(), &["1:甲|乙", "2:一\n二|1", "5:三|2"]);
    }

    #[test]
    fn what_is_no_table_is_told() {
        let refused = |bytes: &[u8]| read_sheets("f.csv", bytes).expect_err("refused");
        assert!(matches!(refused(b" \n"), FileError::Empty { .. }));
        assert!(matches!(refused(b"PAR1...."), FileError::Parquet { .. }));
        let xls = refused(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0]);
        assert!(matches!(xls, FileError::LegacyExcel { .. }));
        assert!(matches!(
            refused(b"PK\x03\x04 broken"),
            FileError::Zip { .. }
        ));
        let half = ["甲,乙\n".as_bytes(), &[0xe4, 0xba, b'\n']].concat();
        assert!(matches!(
            refused(&half),
            FileError::Encoding { line: 2, .. }
        ));
    }

    #[test]
    fn all_sheets_of_a_workbook_are_read() {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        sheet.set_name("科室").expect("a name");
        sheet.write_string(0, 0, "代码").expect("a cell");
        sheet.write_string(0, 2, " 名称 ").expect("a cell");
        let code = Format::new().set_num_format("0000");
        sheet
            .write_number_with_format(3, 0, 301, &code)
            .expect("a cell");
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet
            .write_number_with_format(3, 2, 45352.0, &day)
            .expect("a cell");
        workbook.add_worksheet().set_name("说明").expect("a name");
        let bytes = workbook.save_to_buffer().expect("memory");
        let sheets = read_sheets("机构.xlsx", &bytes).expect("a workbook");
        assert_eq!(sheets.len(), 2);
        assert_eq!(sheets[0].place, "机构.xlsx 科室");
        assert_eq!(shown(&sheets[0]), ["1:代码||名称", "4:0301||2024-03-01"]);
        assert_eq!(shown(&sheets[1]), [""; 0]);
    }
}
