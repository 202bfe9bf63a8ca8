//! The ledger as a workbook that goes round the departments.

use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _};
use biaochi_plans::Urgency;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::error::PlanError;
use super::ledger::LedgerLine;

/// Heading and width of each column.
const COLUMNS: [(&str, f64); 18] = [
    ("方案", 14.0),
    ("机构", 20.0),
    ("编号", 9.0),
    ("上级任务", 9.0),
    ("条款", 24.0),
    ("任务", 44.0),
    ("完成标志", 44.0),
    ("责任科室", 14.0),
    ("责任人", 10.0),
    ("开始", 12.0),
    ("期限", 12.0),
    ("状态", 10.0),
    ("进度", 8.0),
    ("剩余天数", 10.0),
    ("逾期提级", 18.0),
    ("督办", 24.0),
    ("督办回复期限", 14.0),
    ("版本", 8.0),
];

/// Writes the workbook: one row for each task. Always text where a text stands: a cell never becomes a formula.
pub fn workbook(lines: &[LedgerLine], out: impl Write + Seek + Send) -> Result<(), PlanError> {
    build(lines, out).map_err(|error| PlanError::Workbook(io::Error::other(error)))
}

fn build(lines: &[LedgerLine], out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let late = text.clone().set_font_color(Color::RGB(0xC0_00_00));
    let percent = Format::new()
        .set_num_format("0%")
        .set_align(FormatAlign::Top);
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name("任务台账")?;
    for (index, (title, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(index, width)?;
        sheet.write_string_with_format(0, index, title, &heading)?;
    }
    sheet.set_freeze_panes(1, 3)?;
    for (row, line) in (1..).zip(lines) {
        write(sheet, row, line, (&text, &late, &percent))?;
    }
    workbook.save_to_writer(out)
}

fn write(
    sheet: &mut Worksheet,
    row: u32,
    line: &LedgerLine,
    (text, late, percent): (&Format, &Format, &Format),
) -> Result<(), XlsxError> {
    let task = &line.task;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let is_late = matches!(line.urgency, Some(Urgency::Overdue { .. }));
    let left = match line.urgency {
        Some(Urgency::Calm { left } | Urgency::Soon { left }) => Some(i64::from(left)),
        Some(Urgency::Overdue { days, .. }) => Some(-i64::from(days)),
        Some(Urgency::NoDate) | None => None,
    };
    let order = task.order.as_ref();
    let cells = [
        task.key.plan.clone(),
        task.key.organisation_code.clone(),
        task.key.task.clone(),
        task.parent.clone().unwrap_or_default(),
        task.clause.clone(),
        task.title.clone(),
        task.deliverable.clone(),
        task.department.clone(),
        task.assignee.clone(),
        day(task.start),
        day(task.due),
        task.state.text(Language::Zh),
    ];
    for (column, cell) in (0..).zip(&cells) {
        let format = if is_late && (10..12).contains(&column) {
            late
        } else {
            text
        };
        sheet.write_string_with_format(row, column, cell, format)?;
    }
    let progress = task.progress as f64 / 100.0;
    sheet.write_number_with_format(row, 12, progress, percent)?;
    if let Some(left) = left {
        sheet.write_number_with_format(row, 13, left as f64, if is_late { late } else { text })?;
    }
    sheet.write_string_with_format(row, 14, line.told.as_deref().unwrap_or(""), late)?;
    sheet.write_string_with_format(row, 15, order.map_or("", |order| &order.reason), text)?;
    let reply = day(order.map(|order| order.reply_due));
    sheet.write_string_with_format(row, 16, reply, if line.reply_overdue { late } else { text })?;
    sheet.write_number(row, 17, task.revision as f64)?;
    Ok(())
}
