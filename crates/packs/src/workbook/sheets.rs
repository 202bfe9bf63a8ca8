//! The six sheets as rows of text; columns are found by their headings.

use std::io::Cursor;

use calamine::{Data, Range, Reader as _, Xlsx};

use super::report::{Findings, WorkbookProblem};

/// A sheet: its name in messages, its columns, and the rows below the headings.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub name: &'static str,
    headings: Vec<String>,
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Debug)]
pub(super) struct Row {
    /// As the spreadsheet program counts it.
    pub number: u32,
    cells: Vec<Cell>,
}

/// A cell as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub text: String,
    /// It was stored as a number.
    pub numeric: bool,
}

/// The sheets of the workbook.
#[derive(Debug, Default)]
pub(super) struct Sheets {
    pub mdc: Sheet,
    pub adrg: Sheet,
    pub drg: Sheet,
    pub sets: Sheet,
    pub complications: Sheet,
    pub exclusions: Sheet,
}

/// Headings of a sheet; a column may go by several.
type Headings = &'static [&'static [&'static str]];

pub(super) const MDC: Headings = &[&["MDC编码"], &["MDC名称"], &["MDC规则"], &["排序"]];
pub(super) const ADRG: Headings = &[
    &["ADRG编码", "ADRG"],
    &["ADRG名称"],
    &["ADRG规则"],
    &["所属MDC编码"],
    &["MDC内排序", "排序"],
];
pub(super) const DRG: Headings = &[
    &["DRG编码", "DRG"],
    &["DRG名称"],
    &["DRG规则"],
    &["所属ADRG编码"],
    &["所属MDC编码"],
    &["排序", "ADRG内排序"],
];
pub(super) const SETS: Headings = &[
    &["集合编号"],
    &["ICD编码"],
    &["ICD名称"],
    &["类型编号", "类型"],
];
pub(super) const COMPLICATIONS: Headings = &[&["疾病编码"], &["疾病名称"], &["排除表"], &["类型"]];
pub(super) const EXCLUSIONS: Headings = &[&["集合编号"], &["ICD编码"], &["ICD名称"]];

/// Reads the sheets; `None`, with findings, when one is missing or lacks a heading.
pub(super) fn read(bytes: &[u8], findings: &mut Findings) -> Option<Sheets> {
    let mut workbook: Xlsx<_> = match calamine::open_workbook_from_rs(Cursor::new(bytes)) {
        Ok(workbook) => workbook,
        Err(error) => {
            let reason = calamine::XlsxError::to_string(&error);
            findings.add("", 0, "", WorkbookProblem::NotAWorkbook { reason });
            return None;
        }
    };
    let names = workbook.sheet_names();
    let mut sheet = |name: &'static str, headings: Headings| {
        let found = names
            .iter()
            .find(|found| clean(found).eq_ignore_ascii_case(name));
        let Some(found) = found else {
            findings.add(name, 0, "", WorkbookProblem::MissingSheet);
            return None;
        };
        match workbook.worksheet_range(found) {
            Ok(range) => rows(name, headings, &range, findings),
            Err(error) => {
                let reason = error.to_string();
                findings.add(name, 0, "", WorkbookProblem::NotAWorkbook { reason });
                None
            }
        }
    };
    // All sheets are looked at, so that everything missing is told at once.
    let sheets = [
        sheet("MDC", MDC),
        sheet("ADRG", ADRG),
        sheet("DRG", DRG),
        sheet("集合", SETS),
        sheet("CC", COMPLICATIONS),
        sheet("排除表", EXCLUSIONS),
    ];
    let [mdc, adrg, drg, sets, complications, exclusions] = sheets;
    Some(Sheets {
        mdc: mdc?,
        adrg: adrg?,
        drg: drg?,
        sets: sets?,
        complications: complications?,
        exclusions: exclusions?,
    })
}

fn rows(
    name: &'static str,
    headings: Headings,
    range: &Range<Data>,
    findings: &mut Findings,
) -> Option<Sheet> {
    let first = range.start().map_or(0, |start| start.0);
    let place = |cells: &[Data]| -> Vec<Option<usize>> {
        let texts: Vec<String> = cells
            .iter()
            .map(|cell| clean(&cell_of(cell).text))
            .collect();
        let one = |names: &&[&str]| texts.iter().position(|text| names.contains(&text.as_str()));
        headings.iter().map(one).collect()
    };
    // The row that has the most of the headings tells which are missing.
    let best = range
        .rows()
        .take(10)
        .enumerate()
        .map(|(index, cells)| (index, place(cells)))
        .max_by_key(|(index, columns)| {
            (columns.iter().flatten().count(), std::cmp::Reverse(*index))
        });
    let (heading_row, columns) = best.unwrap_or((0, vec![None; headings.len()]));
    let missing: Vec<&str> = headings
        .iter()
        .zip(&columns)
        .filter(|(_, column)| column.is_none())
        .map(|(names, _)| names[0])
        .collect();
    if !missing.is_empty() {
        let headings = missing.join("、");
        findings.add(name, 0, "", WorkbookProblem::MissingHeadings { headings });
        return None;
    }
    let columns: Vec<usize> = columns.into_iter().flatten().collect();
    let rows = range
        .rows()
        .enumerate()
        .skip(heading_row + 1)
        .map(|(index, cells)| Row {
            number: u32::try_from(index)
                .unwrap_or(u32::MAX - 1)
                .saturating_add(first + 1),
            cells: columns
                .iter()
                .map(|column| cells.get(*column).map(cell_of).unwrap_or_default())
                .collect(),
        })
        .filter(|row| row.cells.iter().any(|cell| !clean(&cell.text).is_empty()))
        .collect();
    let headings = headings.iter().map(|names| names[0].to_owned()).collect();
    Some(Sheet {
        name,
        headings,
        rows,
    })
}

fn cell_of(data: &Data) -> Cell {
    let numeric = matches!(data, Data::Int(_) | Data::Float(_) | Data::DateTime(_));
    Cell {
        text: data.to_string(),
        numeric,
    }
}

/// Without blanks of any kind around it, and without invisible characters and foreign blanks in it.
pub(super) fn clean(text: &str) -> String {
    let kept = text.chars().filter(|c| {
        !matches!(
            c,
            '\u{a0}' | '\u{3000}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    });
    kept.collect::<String>().trim().to_owned()
}

impl Sheet {
    /// Heading of a column.
    pub(super) fn heading(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }
}

impl Row {
    /// A cell, cleaned.
    pub(super) fn text(&self, column: usize) -> String {
        self.cells
            .get(column)
            .map(|cell| clean(&cell.text))
            .unwrap_or_default()
    }

    /// A cell with foreign blanks turned into plain ones, as rules need it.
    pub(super) fn rule(&self, column: usize) -> String {
        let text = self.cells.get(column).map_or("", |cell| cell.text.as_str());
        text.replace(['\u{a0}', '\u{3000}'], " ").replace(
            ['\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{feff}'],
            "",
        )
    }

    /// Whether a cell is stored as a number.
    pub(super) fn is_numeric(&self, column: usize) -> bool {
        self.cells.get(column).is_some_and(|cell| cell.numeric)
    }
}
