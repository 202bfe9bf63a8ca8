//! Organisations as a workbook: a sheet for each table, with its choices, and one that explains the columns.

use std::io::{self, Seek, Write};

use biaochi_organisations::{Kind, Rows, Table};
use rust_xlsxwriter::{Color, DataValidation, Format, Workbook, Worksheet, XlsxError};

/// Rows that get the choices of their columns.
const ROWS_WITH_CHOICES: u32 = 5000;

/// Writes the workbook that people fill in: every table with its headings and no rows.
pub fn write_template(out: impl Write + Seek + Send) -> io::Result<()> {
    write_workbook(&Rows::default(), out)
}

/// Writes rows as a workbook that can be imported again.
pub fn write_workbook(rows: &Rows, out: impl Write + Seek + Send) -> io::Result<()> {
    build(rows, out).map_err(io::Error::other)
}

fn build(rows: &Rows, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let needed = heading.clone().set_font_color(Color::RGB(0xB0_2A_1D));
    explain(workbook.add_worksheet(), &heading)?;
    for table in Table::ALL.iter().copied() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(table.title())?;
        let columns = (0u16..).zip(table.columns());
        for (at, column) in columns.clone() {
            let width = 8.0 + 2.0 * column.heading.chars().count() as f64;
            sheet.set_column_width(at, width)?;
            if let Kind::Word(words) = column.kind {
                let choices = DataValidation::new().allow_list_strings(words)?;
                sheet.add_data_validation(1, at, ROWS_WITH_CHOICES, at, &choices)?;
            }
            let (title, format) = match column.required {
                true => (format!("{}*", column.heading), &needed),
                false => (column.heading.to_owned(), &heading),
            };
            sheet.write_string_with_format(0, at, title, format)?;
        }
        for (line, cells) in (1u32..).zip(rows.cells(table)) {
            for ((at, column), cell) in columns.clone().zip(&cells) {
                match (column.kind, cell.parse::<u32>()) {
                    _ if cell.is_empty() => {}
                    (Kind::Count | Kind::Year, Ok(number)) => {
                        sheet.write_number(line, at, number)?;
                    }
                    // Always text: codes keep their zeros and nothing becomes a formula.
                    _ => {
                        sheet.write_string(line, at, cell)?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
    }
    workbook.save_to_writer(out)
}

/// What the tables and columns mean.
fn explain(sheet: &mut Worksheet, heading: &Format) -> Result<(), XlsxError> {
    sheet.set_name("填写说明")?;
    let notes = [
        "每张表一行说明一件事；带 * 的列必填。没有内容的表可以不填，也可以删去。",
        "生效日期留空表示一直如此，截止日期留空表示至今。同一代码另写一行、填上新的生效日期，就是新的一版，上一版自动到前一天为止。",
        "机构代码、科室代码、病区代码、人员代码应与病案首页中的一致。不要填写身份证号。",
        "日期写作 2024-03-01。一格多词时用顿号隔开。",
    ];
    let mut line = 0;
    for note in notes {
        sheet.write_string(line, 0, note)?;
        line += 1;
    }
    line += 1;
    for (at, (title, width)) in
        (0u16..).zip([("表", 16.0), ("列", 18.0), ("必填", 8.0), ("内容", 90.0)])
    {
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(line, at, title, heading)?;
    }
    for table in Table::ALL {
        for column in table.columns() {
            line += 1;
            let content = match column.kind {
                Kind::Code => "代码，不超过 64 个字".to_owned(),
                Kind::Text => "文字".to_owned(),
                Kind::List => "一个或几个词，用顿号隔开".to_owned(),
                Kind::Count => "0 以上的整数".to_owned(),
                Kind::Year => "年份，如 2024".to_owned(),
                Kind::Day => "日期，如 2024-03-01".to_owned(),
                Kind::Word(words) => words.join("、"),
            };
            sheet.write_string(line, 0, table.title())?;
            sheet.write_string(line, 1, column.heading)?;
            sheet.write_string(line, 2, if column.required { "是" } else { "" })?;
            sheet.write_string(line, 3, content)?;
        }
    }
    Ok(())
}
