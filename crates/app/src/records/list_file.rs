//! The worklist as a file. No cell runs as a formula.

use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _, spreadsheet_text};
use biaochi_store::Item;
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

/// Heading and width of each column.
const COLUMNS: [(&str, f64); 16] = [
    ("机构代码", 22.0),
    ("月份", 9.0),
    ("病案号", 16.0),
    ("科室", 14.0),
    ("主治医师", 12.0),
    ("编码员", 12.0),
    ("规则", 10.0),
    ("程度", 8.0),
    ("阶段", 8.0),
    ("问题", 60.0),
    ("状态", 12.0),
    ("处理人", 12.0),
    ("期限", 12.0),
    ("权重变化", 10.0),
    ("金额变化（元）", 14.0),
    ("理由", 30.0),
];

/// An item with what the store does not know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLine {
    /// The item.
    pub item: Item,
    /// 病案号, where the record is still there.
    pub medical_record_number: String,
    /// Name of the department, or its code.
    pub department: String,
}

fn cells(line: &ListLine) -> [String; 16] {
    let zh = Language::Zh;
    let item = &line.item;
    let finding = &item.finding;
    let price = finding.price.clone().unwrap_or_default();
    let decimal = |value: Option<rust_decimal::Decimal>| {
        value.map_or_else(String::new, |value| value.to_string())
    };
    [
        item.organisation_code.clone(),
        item.month.to_string(),
        line.medical_record_number.clone(),
        line.department.clone(),
        finding.physician.clone(),
        finding.coder.clone(),
        finding.check_id.clone(),
        finding.severity.text(zh),
        finding.stage.text(zh),
        finding.message.clone(),
        item.state.text(zh),
        item.assignee.clone().unwrap_or_default(),
        finding.due.to_string(),
        decimal(price.weight),
        decimal(price.payment),
        item.reason.clone(),
    ]
}

/// Writes the list as CSV, with a mark at the beginning by which spreadsheets know its encoding.
///
/// # Errors
/// The file cannot be written.
pub fn write_list_csv(lines: &[ListLine], mut out: impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS.map(|(title, _)| title))?;
    for line in lines {
        let cells = cells(line);
        table.write_record(cells.iter().map(|cell| spreadsheet_text(cell).into_owned()))?;
    }
    table.flush()
}

/// Writes the list as a workbook.
///
/// # Errors
/// The file cannot be written.
pub fn write_list_workbook(lines: &[ListLine], out: impl Write + Seek + Send) -> io::Result<()> {
    build(lines, out).map_err(io::Error::other)
}

fn build(lines: &[ListLine], out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name("工作清单")?;
    for (index, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(index, width)?;
        sheet.write_string_with_format(0, index, title, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (row, line) in (1..).zip(lines) {
        for (column, cell) in (0..).zip(cells(line)) {
            sheet.write_string(row, column, spreadsheet_text(&cell))?;
        }
    }
    workbook.save_to_writer(out)
}
