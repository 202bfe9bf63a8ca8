//! Sheets of XLSX workbooks as blocks, row by row.

use std::io::{Read, Seek};
use std::sync::Arc;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetType, Xlsx, XlsxCellReader};

use crate::recognise::{best_match, unknown_header};
use crate::{Block, FileError, Header, ReadOptions, RowBlocks};

/// Rows that may stand before the header, such as a title.
const ROWS_BEFORE_HEADER: u32 = 10;
/// Rows and columns of the largest sheet that Excel writes. A reference beyond is broken, and filling
/// up the cells before it would take for ever.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

pub(crate) struct SheetBlocks<'a, R: Read + Seek> {
    file: String,
    cells: XlsxCellReader<'a, R>,
    /// The first cell of the row after the one being read.
    ahead: Option<SheetCell>,
    /// Row and values being collected.
    row: Vec<String>,
    blocks: RowBlocks,
    /// Row number, from one, of the next row to give.
    next_row: u32,
    pending: Vec<Block>,
    finished: bool,
}

pub(crate) struct SheetCell {
    pub(crate) row: u32,
    pub(crate) column: u32,
    pub(crate) text: String,
}

/// Names of the sheets that hold front pages: those with a recognisable header, or the first sheet
/// when none has one.
pub(crate) fn sheets_with_records<R: Read + Seek>(
    file: &str,
    workbook: &mut Xlsx<R>,
    options: &ReadOptions,
) -> Result<Vec<(String, HeaderRow)>, FileError> {
    let names: Vec<String> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut found = Vec::new();
    let mut seen = Vec::new();
    for name in names {
        match find_header(file, workbook, &name, options)? {
            Ok(header) => found.push((name, header)),
            Err(headings) => {
                if seen.is_empty() {
                    seen = headings;
                }
            }
        }
    }
    if found.is_empty() {
        return Err(if seen.is_empty() {
            FileError::Empty { file: file.into() }
        } else {
            unknown_header(file, &seen)
        });
    }
    Ok(found)
}

/// The header of a sheet.
pub(crate) struct HeaderRow {
    headings: Vec<String>,
    /// Row number from one.
    row: u32,
}

fn find_header<R: Read + Seek>(
    file: &str,
    workbook: &mut Xlsx<R>,
    sheet: &str,
    options: &ReadOptions,
) -> Result<Result<HeaderRow, Vec<String>>, FileError> {
    let mut cells = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|source| broken(file, source))?;
    let mut rows: Vec<(u32, Vec<String>)> = Vec::new();
    while let Some(cell) = next_cell(file, &mut cells)? {
        if cell.row > ROWS_BEFORE_HEADER {
            break;
        }
        if rows.last().is_none_or(|(row, _)| *row != cell.row) {
            rows.push((cell.row, Vec::new()));
        }
        if let Some((_, values)) = rows.last_mut() {
            values.resize((cell.column as usize + 1).max(values.len()), String::new());
            values[cell.column as usize] = cell.text;
        }
    }
    let best = rows
        .iter()
        .filter_map(|(row, values)| Some((best_match(values, options.layout)?, *row, values)))
        .max_by_key(|(found, row, _)| (found.recognised, std::cmp::Reverse(*row)));
    Ok(match best {
        Some((_, row, values)) => Ok(HeaderRow {
            headings: values.clone(),
            row: row + 1,
        }),
        None => Err(rows
            .into_iter()
            .next()
            .map(|(_, values)| values)
            .unwrap_or_default()),
    })
}

impl<'a, R: Read + Seek> SheetBlocks<'a, R> {
    pub(crate) fn open(
        file: &str,
        workbook: &'a mut Xlsx<R>,
        sheet: &str,
        header: &HeaderRow,
        options: &ReadOptions,
    ) -> Result<(Self, Arc<Header>), FileError> {
        let blocks = RowBlocks::new(file, &header.headings, u64::from(header.row), true, options)?;
        let cells = workbook
            .worksheet_cells_reader(sheet)
            .map_err(|source| broken(file, source))?;
        let handle = blocks.header();
        let mut opened = Self {
            file: file.into(),
            cells,
            ahead: None,
            row: Vec::new(),
            blocks,
            next_row: header.row + 1,
            pending: Vec::new(),
            finished: false,
        };
        // Up to the first cell below the header.
        loop {
            match opened.cell()? {
                Some(cell) if cell.row < header.row => {}
                other => {
                    opened.ahead = other;
                    break;
                }
            }
        }
        Ok((opened, handle))
    }

    fn cell(&mut self) -> Result<Option<SheetCell>, FileError> {
        next_cell(&self.file, &mut self.cells)
    }

    pub(crate) fn next_block(&mut self) -> Result<Option<Block>, FileError> {
        while self.pending.is_empty() && !self.finished {
            self.give_row()?;
        }
        Ok(if self.pending.is_empty() {
            None
        } else {
            Some(self.pending.remove(0))
        })
    }

    /// Collects one row of cells and hands it on.
    fn give_row(&mut self) -> Result<(), FileError> {
        let Some(first) = self.ahead.take() else {
            self.finished = true;
            self.pending.extend(self.blocks.finish());
            return Ok(());
        };
        let row = first.row;
        self.put(first);
        loop {
            match self.cell()? {
                Some(cell) if cell.row == row => self.put(cell),
                other => {
                    self.ahead = other;
                    break;
                }
            }
        }
        // Rows that the sheet skips are blank lines, so that row numbers stay right.
        while self.next_row < row + 1 {
            self.pending.extend(self.blocks.end_row());
            self.next_row += 1;
        }
        for value in &self.row {
            self.blocks.value(value);
        }
        self.row.clear();
        self.next_row += 1;
        self.pending.extend(self.blocks.end_row());
        Ok(())
    }

    fn put(&mut self, cell: SheetCell) {
        let column = cell.column as usize;
        if self.row.len() <= column {
            self.row.resize(column + 1, String::new());
        }
        self.row[column] = cell.text;
    }
}

pub(crate) fn broken(file: &str, source: calamine::XlsxError) -> FileError {
    FileError::Workbook {
        file: file.into(),
        source: Box::new(source),
    }
}

pub(crate) fn next_cell<R: Read + Seek>(
    file: &str,
    cells: &mut XlsxCellReader<'_, R>,
) -> Result<Option<SheetCell>, FileError> {
    loop {
        let next = cells
            .next_cell_with_style_id()
            .map_err(|source| broken(file, source))?;
        let Some((cell, style)) = next else {
            return Ok(None);
        };
        let (row, column) = cell.get_position();
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(FileError::CellBeyondSheet {
                file: file.into(),
                row: u64::from(row) + 1,
                column: u64::from(column) + 1,
            });
        }
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(number) => {
                let width = zero_format_width(cells, style);
                number_text(*number, width)
            }
            DataRef::String(text) => text.clone(),
            DataRef::SharedString(text) => (*text).to_owned(),
            DataRef::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            DataRef::DateTime(time) => time_text(*time),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
            DataRef::Error(error) => error.to_string(),
        };
        return Ok(Some(SheetCell { row, column, text }));
    }
}

/// Digits that a number format such as `0000` shows at least; zero for every other format.
fn zero_format_width<R: Read + Seek>(cells: &XlsxCellReader<'_, R>, style: usize) -> usize {
    let format = cells
        .styles()
        .get(style)
        .and_then(|style| style.number_format.as_ref());
    let code = format.map_or("", |format| format.format_code.as_str());
    if code.len() > 1 && code.bytes().all(|byte| byte == b'0') {
        code.len()
    } else {
        0
    }
}

/// A number as the person sees it: 15 significant digits, as a spreadsheet has no more; a longer one in
/// exponent form, by which the parser knows that digits are lost.
fn number_text(number: f64, width: usize) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{:0width$}", number as i64);
    }
    if number.abs() >= 1e15 {
        return format!("{number:E}").replace('E', "E+");
    }
    // Through 15 digits and back, so that 12.339999999999998 is 12.34 again.
    format!("{number:.14e}")
        .parse::<f64>()
        .map_or_else(|_| number.to_string(), |n| n.to_string())
}

fn time_text(time: ExcelDateTime) -> String {
    let (year, month, day, hour, minute, mut second, millisecond) = time.to_ymd_hms_milli();
    if millisecond >= 500 && second < 59 {
        second += 1;
    }
    if time.is_duration() {
        return format!("{hour:02}:{minute:02}:{second:02}");
    }
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_a_person_sees_them() {
        assert_eq!(number_text(3.0, 0), "3");
        assert_eq!(number_text(301.0, 4), "0301");
        assert_eq!(number_text(12.339_999_999_999_998, 0), "12.34");
        assert_eq!(number_text(0.1 + 0.2, 0), "0.3");
        assert_eq!(
            number_text(450_123_198_001_011_234.0, 0),
            "4.5012319800101126E+17"
        );
        assert!(crate::value_text::has_lost_digits("4.5012319800101126E+17"));
    }
}
