//! Findings as a workbook: a sheet for each department, ready to be sent.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use biaochi_checks::CheckSet;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::CheckedRecord;

/// Rows of a sheet below the headings, as many as spreadsheets show.
const ROWS: u32 = 1_048_575;

/// Headings and widths of the columns, in characters.
const COLUMNS: [(&str, f64); 12] = [
    ("病案号", 16.0),
    ("住院次数", 8.0),
    ("出院时间", 16.0),
    ("主治医师", 10.0),
    ("编码员", 10.0),
    ("得分", 8.0),
    ("程度", 8.0),
    ("阶段", 8.0),
    ("规则", 10.0),
    ("问题", 60.0),
    ("怎么改", 48.0),
    ("改后病组", 14.0),
];

/// Collects findings and writes them as one workbook.
pub struct FindingsWorkbook<'a> {
    set: &'a CheckSet,
    /// By department.
    rows: BTreeMap<String, Vec<Vec<String>>>,
}

impl<'a> FindingsWorkbook<'a> {
    /// An empty workbook for findings of a set.
    pub fn new(set: &'a CheckSet) -> Self {
        Self {
            set,
            rows: BTreeMap::new(),
        }
    }

    /// Adds the findings of a record, or the reason why the row is none.
    pub fn add(&mut self, record: &CheckedRecord) {
        let department = match record.department.as_str() {
            "" => "科室未填",
            department => department,
        };
        if record.findings.is_empty() && record.reject.is_empty() {
            return;
        }
        let rows = self.rows.entry(department.to_owned()).or_default();
        let head = [
            record.medical_record_number.clone(),
            record
                .admission_count
                .map_or_else(String::new, |count| count.to_string()),
            record.discharge_time.clone(),
            record.attending_physician.clone(),
            record.coder.clone(),
            record
                .score
                .map_or_else(String::new, |score| score.normalize().to_string()),
        ];
        if !record.reject.is_empty() {
            let mut row = head.to_vec();
            let line = format!("第 {} 行：{}", record.line, record.reject);
            row.extend(["错误", "强制", "", &line, "改正后重新提交这一行", ""].map(str::to_owned));
            rows.push(row);
        }
        for finding in &record.findings {
            let check = &self.set.checks[finding.check];
            let mut row = head.to_vec();
            let mended = finding
                .price
                .as_ref()
                .map_or("", |price| price.drg.as_str());
            row.extend(
                [
                    check.severity.word(),
                    check.stage.word(),
                    &check.id,
                    &finding.message,
                    &check.mend,
                    mended,
                ]
                .map(str::to_owned),
            );
            rows.push(row);
        }
    }

    /// Writes the workbook.
    pub fn write(&self, out: impl Write + Seek + Send) -> io::Result<()> {
        self.build(out).map_err(io::Error::other)
    }

    fn build(&self, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
        let mut workbook = Workbook::new();
        let heading = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0xE8_EE_F7));
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        for (department, rows) in &self.rows {
            for (part, rows) in (1..).zip(rows.chunks(ROWS as usize)) {
                let sheet = workbook.add_worksheet_with_constant_memory()?;
                sheet.set_name(sheet_name(department, part))?;
                headings(sheet, &heading)?;
                for (line, row) in (1..).zip(rows) {
                    for (column, text) in (0..).zip(row) {
                        // Always text: a cell never becomes a formula.
                        sheet.write_string_with_format(line, column, text, &wrapped)?;
                    }
                }
            }
        }
        if self.rows.is_empty() {
            let sheet = workbook.add_worksheet();
            sheet.set_name("没有问题")?;
            headings(sheet, &heading)?;
        }
        workbook.save_to_writer(out)
    }
}

fn headings(sheet: &mut Worksheet, format: &Format) -> Result<(), XlsxError> {
    for (column, (name, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, format)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

/// A name that spreadsheets accept: at most 31 characters, none of `[]:*?/\`, not empty.
fn sheet_name(department: &str, part: u32) -> String {
    let plain = department
        .chars()
        .filter(|c| !r"[]:*?/\'".contains(*c) && !c.is_control());
    let mut name: String = plain.take(24).collect();
    if name.is_empty() {
        name.push_str("科室");
    }
    if part > 1 {
        name.push_str(&format!("({part})"));
    }
    name
}

#[cfg(test)]
mod tests {
    use super::sheet_name;

    #[test]
    fn names_are_what_spreadsheets_accept() {
        assert_eq!(sheet_name("0301", 1), "0301");
        assert_eq!(sheet_name("[心]/内:科*", 2), "心内科(2)");
        assert_eq!(sheet_name("??", 1), "科室");
        assert!(sheet_name(&"科".repeat(80), 12).chars().count() <= 31);
    }
}
