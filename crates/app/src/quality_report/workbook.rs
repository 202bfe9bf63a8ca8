//! The report as a workbook: a sheet for each dimension and one that says what the figures mean.

use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::tables::{self, Cell, Detail, Person, Table};
use super::{QualityReport, ReportError, Unit, words};

/// Rows of a sheet below the headings, as many as spreadsheets show.
const ROWS: usize = 1_048_575;

/// Characters that a number and its heading need.
const NUMBER_WIDTH: f64 = 13.0;

/// Writes the workbook.
pub fn workbook(report: &QualityReport, out: impl Write + Seek + Send) -> Result<(), ReportError> {
    build(report, out).map_err(|error| ReportError::Workbook(io::Error::other(error)))
}

fn build(report: &QualityReport, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let full = Detail::Full;
    let units = |units: &[Unit], person| {
        let all: Vec<&Unit> = units.iter().collect();
        tables::units(report, &all, person, full)
    };
    let sheets = [
        ("机构", tables::hospitals(report, full)),
        ("月份", tables::months(report, full)),
        ("得分分布", tables::scores(report)),
        ("问题类别", tables::classes(report)),
        ("规则", tables::checks(report, full)),
        ("规则逐月", tables::check_months(report)),
        ("分组影响", tables::effects(report, full)),
        ("科室", units(&report.departments, None)),
        (
            "主治医师",
            units(&report.physicians, Some(Person::Physician)),
        ),
        ("编码员", units(&report.coders, Some(Person::Coder))),
    ];
    let formats = Formats::new();
    for (name, table) in &sheets {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(*name)?;
        write(sheet, table, &formats)?;
    }
    explain(workbook.add_worksheet(), report)?;
    workbook.save_to_writer(out)
}

struct Formats {
    heading: Format,
    text: Format,
    count: Format,
    score: Format,
    percent: Format,
    weight: Format,
    yuan: Format,
}

impl Formats {
    fn new() -> Self {
        let number = |form: &str| Format::new().set_num_format(form);
        Self {
            heading: Format::new()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0xE8_EE_F7)),
            text: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            count: number("#,##0"),
            score: number("0.00"),
            percent: number("0.00%"),
            weight: number("+#,##0.0000;-#,##0.0000;0.0000"),
            yuan: number("+#,##0.00;-#,##0.00;0.00"),
        }
    }
}

fn write(sheet: &mut Worksheet, table: &Table, formats: &Formats) -> Result<(), XlsxError> {
    for (index, column) in (0..).zip(&table.columns) {
        let width = column.text_width.map_or(NUMBER_WIDTH, f64::from);
        sheet.set_column_width(index, width)?;
        let title = column.text(Language::Zh);
        sheet.write_string_with_format(0, index, title, &formats.heading)?;
    }
    sheet.set_freeze_panes(1, 1)?;
    for (line, row) in (1..).zip(table.rows.iter().take(ROWS)) {
        for (column, cell) in (0..).zip(row) {
            put(sheet, (line, column), cell, formats)?;
        }
    }
    Ok(())
}

fn put(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let (value, format) = match cell {
        Cell::Blank => return Ok(()),
        Cell::Text(text) => {
            // Always text: a cell never becomes a formula.
            sheet.write_string_with_format(row, column, text, &formats.text)?;
            return Ok(());
        }
        Cell::Count(count) => (Decimal::from(*count), &formats.count),
        Cell::Score(points) => (*points, &formats.score),
        Cell::Percent(share) => (*share / Decimal::ONE_HUNDRED, &formats.percent),
        Cell::Weight(weight) => (*weight, &formats.weight),
        Cell::Yuan(yuan) => (*yuan, &formats.yuan),
    };
    // The file format knows no other numbers; the decimals were rounded before.
    let value = value.to_f64().unwrap_or_default();
    sheet.write_number_with_format(row, column, value, format)?;
    Ok(())
}

fn explain(sheet: &mut Worksheet, report: &QualityReport) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    sheet.set_column_width(0, 110)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let title = format!(
        "病案首页质量通报　{}　{}",
        report.period.text(Language::Zh),
        words::subject(report, Language::Zh)
    );
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    let lines = words::summary(report, Language::Zh);
    let lines = lines.into_iter().chain(words::notes(report));
    for (row, line) in (1..).zip(lines) {
        sheet.write_string_with_format(row, 0, line, &wrapped)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
