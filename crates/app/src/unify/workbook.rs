//! The report of unification as a workbook: a sheet of shares, a sheet of what is missing.

use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _, percentage};
use biaochi_packs::codes::DIAGNOSES;
use biaochi_terminology::unify::Candidate;
use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use super::{Standing, UnificationReport, UnifyError};

/// Headings and widths, in characters, of what is missing.
const UNMATCHED: [(&str, f64); 7] = [
    ("类别", 10.0),
    ("编码", 18.0),
    ("名称", 36.0),
    ("出现次数", 10.0),
    ("机构数", 8.0),
    ("结论", 18.0),
    ("候选（编码 名称 相似度）", 90.0),
];

/// Writes the report.
pub fn write_workbook(
    report: &UnificationReport,
    out: impl Write + Seek + Send,
) -> Result<(), UnifyError> {
    build(report, out).map_err(|error| UnifyError::Workbook(io::Error::other(error)))
}

fn build(report: &UnificationReport, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    shares(workbook.add_worksheet(), report)?;
    unmatched(workbook.add_worksheet(), report)?;
    workbook.save_to_writer(out)
}

fn shares(sheet: &mut Worksheet, report: &UnificationReport) -> Result<(), XlsxError> {
    sheet.set_name("统一情况")?;
    let mut columns = vec![
        ("机构代码".to_owned(), 20.0),
        ("机构名称".to_owned(), 28.0),
        ("类别".to_owned(), 10.0),
        ("编码处数".to_owned(), 10.0),
        ("不同编码数".to_owned(), 12.0),
        ("统一率".to_owned(), 10.0),
    ];
    for standing in Standing::all() {
        let title = standing.text(Language::Zh);
        columns.push((format!("{title}（处）"), 14.0));
        columns.push((format!("{title}（种）"), 14.0));
    }
    columns.push(("其中灰码（处）".to_owned(), 14.0));
    headings(sheet, &columns)?;
    let mut line = 0;
    for organisation in std::iter::once(&report.all).chain(&report.organisations) {
        for part in &organisation.parts {
            line += 1;
            let shares = &part.shares;
            let tally = |standing| shares.standings.get(&standing).copied().unwrap_or_default();
            sheet.write_string(line, 0, &organisation.code)?;
            sheet.write_string(line, 1, &organisation.name)?;
            sheet.write_string(line, 2, kind(part.system))?;
            let unified = tally(Standing::Unified).occurrences;
            sheet.write_string(line, 5, percentage(unified, shares.total.occurrences))?;
            let mut numbers = vec![(3, shares.total.occurrences), (4, shares.total.distinct)];
            let mut column = 6;
            for standing in Standing::all() {
                let tally = tally(standing);
                numbers.extend([(column, tally.occurrences), (column + 1, tally.distinct)]);
                column += 2;
            }
            numbers.push((column, shares.grey.occurrences));
            for (column, number) in numbers {
                sheet.write_number(line, column, number as f64)?;
            }
        }
    }
    Ok(())
}

fn unmatched(sheet: &mut Worksheet, report: &UnificationReport) -> Result<(), XlsxError> {
    sheet.set_name("待对照编码")?;
    headings(
        sheet,
        &UNMATCHED.map(|(title, width)| (title.to_owned(), width)),
    )?;
    for (line, one) in (1..).zip(&report.unmatched) {
        let candidates: Vec<String> = one.candidates.iter().map(candidate).collect();
        sheet.write_string(line, 0, kind(one.system))?;
        // Always text: what people wrote never becomes a formula.
        sheet.write_string(line, 1, &one.code)?;
        sheet.write_string(line, 2, &one.name)?;
        sheet.write_number(line, 3, one.occurrences as f64)?;
        sheet.write_number(line, 4, one.organisations as f64)?;
        sheet.write_string(line, 5, one.verdict.text(Language::Zh))?;
        sheet.write_string(line, 6, candidates.join("；"))?;
    }
    Ok(())
}

fn candidate(candidate: &Candidate) -> String {
    let name = candidate.name.as_deref().unwrap_or("—");
    match candidate.score {
        Some(score) => format!("{} {name} {score}", candidate.code),
        None => format!("{} {name}", candidate.code),
    }
}

fn kind(system: &str) -> &'static str {
    if system == DIAGNOSES {
        "诊断"
    } else {
        "手术操作"
    }
}

fn headings(sheet: &mut Worksheet, columns: &[(String, f64)]) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_background_color(Color::RGB(0xE8_EE_F7));
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, title, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}
