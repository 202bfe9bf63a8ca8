//! The status of a plan as a workbook: its targets, what needs attention, and what the figures mean.

use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _};
use biaochi_plans::Status;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::document::{attention, notes, settled};
use super::each::{UnitStatus, UnitTarget};
use super::error::PlanError;
use super::status::{PlanStatus, TargetStatus};

const ZH: Language = Language::Zh;

/// Headings and widths of what is said of a target.
const TARGET: [(&str, f64); 21] = [
    ("目标", 8.0),
    ("条款", 24.0),
    ("题名", 36.0),
    ("范围", 24.0),
    ("要求", 24.0),
    ("语气", 12.0),
    ("期限", 12.0),
    ("状态", 10.0),
    ("理由", 36.0),
    ("现值", 12.0),
    ("时期", 14.0),
    ("汇总", 16.0),
    ("基期", 10.0),
    ("基期值", 12.0),
    ("应达", 12.0),
    ("差距", 12.0),
    ("到期预计", 12.0),
    ("预计下限", 12.0),
    ("预计上限", 12.0),
    ("责任单位", 24.0),
    ("本地决定", 36.0),
];

/// A cell.
enum Cell {
    Text(String),
    Number(Option<Decimal>),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<Decimal>> for Cell {
    fn from(number: Option<Decimal>) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Cell {
    fn from(count: usize) -> Self {
        Self::Number(Some(count.into()))
    }
}

/// Writes where the targets of a plan stand for a unit that is called `name`.
pub fn status_workbook(
    status: &PlanStatus<'_>,
    name: &str,
    out: impl Write + Seek + Send,
) -> Result<(), PlanError> {
    let build = || {
        let mut workbook = Workbook::new();
        let sheet = add(&mut workbook, "目标", &TARGET, 3)?;
        for (row, one) in (1..).zip(&status.targets) {
            write(sheet, row, target(status, one))?;
        }
        let sheet = add(&mut workbook, "关注", &TARGET, 3)?;
        for (row, one) in (1..).zip(attention(status)) {
            write(sheet, row, target(status, one))?;
        }
        let mut told = vec![
            format!("方案：{}", status.plan.document.title),
            format!("对象：{name}（{}）", status.unit),
            format!("日期：{}", status.on),
            format!("数据版本：{}", status.version),
        ];
        told.extend(notes(status));
        say(&mut workbook, &told)?;
        workbook.save_to_writer(out)
    };
    build().map_err(|error: XlsxError| PlanError::Workbook(io::Error::other(error)))
}

/// What is written of the targets of many units.
#[derive(Debug, Clone, Copy)]
pub enum Each<'a> {
    /// How many targets stand where for each unit.
    Tally(&'a [UnitStatus<'a>]),
    /// One target for each unit.
    Target(&'a [UnitTarget<'a>]),
}

/// Writes where the targets of many units stand. `about` says of what, a line each.
pub fn each_workbook(
    each: Each<'_>,
    about: &[String],
    out: impl Write + Seek + Send,
) -> Result<(), PlanError> {
    let build = || {
        let mut workbook = Workbook::new();
        match each {
            Each::Tally(units) => tallies(&mut workbook, units)?,
            Each::Target(units) => targets(&mut workbook, units)?,
        }
        say(&mut workbook, about)?;
        workbook.save_to_writer(out)
    };
    build().map_err(|error: XlsxError| PlanError::Workbook(io::Error::other(error)))
}

fn tallies(workbook: &mut Workbook, units: &[UnitStatus<'_>]) -> Result<(), XlsxError> {
    let texts: Vec<String> = Status::ALL.iter().map(|status| status.text(ZH)).collect();
    let mut columns = vec![("对象", 26.0), ("名称", 30.0), ("目标", 8.0)];
    columns.extend(texts.iter().map(|text| (text.as_str(), 10.0)));
    let sheet = add(workbook, "各单位", &columns, 2)?;
    for (row, one) in (1..).zip(units) {
        let tally = one.status.tally();
        let mut cells: Vec<Cell> = vec![
            one.status.unit.to_string().into(),
            one.name.as_str().into(),
            one.status.targets.len().into(),
        ];
        let counts = Status::ALL.map(|status| tally.get(&status).copied().unwrap_or(0));
        cells.extend(counts.map(Cell::from));
        write(sheet, row, cells)?;
    }
    Ok(())
}

fn targets(workbook: &mut Workbook, units: &[UnitTarget<'_>]) -> Result<(), XlsxError> {
    let mut columns = vec![("对象", 26.0), ("名称", 30.0)];
    columns.extend(TARGET.iter().skip(4));
    let sheet = add(workbook, "各单位", &columns, 2)?;
    for (row, one) in (1..).zip(units) {
        let mut cells: Vec<Cell> = vec![one.unit.to_string().into(), one.name.as_str().into()];
        cells.extend(standing(&one.status));
        write(sheet, row, cells)?;
    }
    Ok(())
}

fn target(status: &PlanStatus<'_>, one: &TargetStatus<'_>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![
        one.target.id.as_str().into(),
        status.plan.citation(&one.target.clause).into(),
        one.target.title.as_str().into(),
        one.target.scope.text.as_str().into(),
    ];
    cells.extend(standing(one));
    cells
}

/// What stands behind the first four columns.
fn standing(one: &TargetStatus<'_>) -> Vec<Cell> {
    let standing = &one.standing;
    let day = standing.due.map(|day| day.to_string()).unwrap_or_default();
    let (period, value) = standing.value.unzip();
    let forecast = standing.forecast;
    let rolled = one.rolled.as_ref().map(|rolled| rolled.text(ZH));
    let baseline = standing.baseline;
    vec![
        one.target.wanted(ZH).into(),
        one.target.softeners.join("、").into(),
        day.into(),
        standing.status.text(ZH).into(),
        standing.reason.text(ZH).into(),
        value.into(),
        period
            .map(|period| period.to_string())
            .unwrap_or_default()
            .into(),
        rolled.unwrap_or_default().into(),
        baseline
            .map(|baseline| baseline.month.to_string())
            .unwrap_or_default()
            .into(),
        baseline.map(|baseline| baseline.value).into(),
        standing.needed.into(),
        standing.gap(one.target).into(),
        forecast.map(|forecast| forecast.value).into(),
        forecast.map(|forecast| forecast.low).into(),
        forecast.map(|forecast| forecast.high).into(),
        one.target.responsible.join("、").into(),
        settled(one.target).unwrap_or_default().into(),
    ]
}

/// Adds a sheet with headings and their widths; so many columns stay in sight.
fn add<'a>(
    workbook: &'a mut Workbook,
    name: &str,
    columns: &[(&str, f64)],
    frozen: u16,
) -> Result<&'a mut Worksheet, XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (index, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(index, *width)?;
        sheet.write_string_with_format(0, index, *title, &heading)?;
    }
    sheet.set_freeze_panes(1, frozen)?;
    Ok(sheet)
}

fn write(sheet: &mut Worksheet, row: u32, cells: Vec<Cell>) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let top = Format::new().set_align(FormatAlign::Top);
    for (column, cell) in (0..).zip(cells) {
        match cell {
            // Always text: a cell never becomes a formula.
            Cell::Text(text) => sheet.write_string_with_format(row, column, text, &wrapped)?,
            // The file format knows no decimals.
            Cell::Number(Some(number)) => {
                let number = number.round_dp(6).to_f64().unwrap_or_default();
                sheet.write_number_with_format(row, column, number, &top)?
            }
            Cell::Number(None) => continue,
        };
    }
    Ok(())
}

/// The last sheet: lines of text.
fn say(workbook: &mut Workbook, lines: &[String]) -> Result<(), XlsxError> {
    let sheet = add(workbook, "说明", &[("说明", 110.0)], 0)?;
    for (row, line) in (1..).zip(lines) {
        write(sheet, row, vec![line.as_str().into()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use biaochi_organisations::Unit;
    use biaochi_plans::{
        Amount, Binding, Certainty, Comparator, Due, Observed, Plan, Scope, Target,
    };
    use jiff::civil::date;

    use super::*;

    fn target(title: &str) -> Target {
        Target {
            id: "T01".to_owned(),
            clause: "1".to_owned(),
            title: title.to_owned(),
            binding: Binding::Indicator("X".to_owned()),
            scope: Scope::default(),
            comparator: Comparator::AtLeast,
            amount: Amount::read("90"),
            tolerance: None,
            unit: "%".to_owned(),
            due: Due::default(),
            softeners: Vec::new(),
            responsible: Vec::new(),
            baseline: None,
            follows: None,
            related: Vec::new(),
            certainty: Certainty::Confirmed,
            open: None,
            decided: None,
            note: String::new(),
        }
    }

    /// The first sheet as it stands in the file.
    fn sheet(bytes: Vec<u8>) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a workbook");
        let mut sheet = archive
            .by_name("xl/worksheets/sheet1.xml")
            .expect("a sheet");
        let mut text = String::new();
        sheet.read_to_string(&mut text).expect("a text");
        text
    }

    #[test]
    fn a_title_that_looks_like_a_formula_stays_a_text() {
        let wanted = target("=HYPERLINK(\"http://x\",\"县域就诊率\")");
        let on = date(2024, 6, 30);
        let value = ("2023".parse().expect("a period"), 80.into());
        let observed = Observed {
            current: Some(value),
            ..Observed::default()
        };
        let standing = biaochi_plans::standing(&wanted, &observed, on);
        let plan = Plan {
            id: "p".to_owned(),
            version: "1".to_owned(),
            parent: None,
            document: biaochi_plans::Document::default(),
            clauses: Vec::new(),
            goals: Vec::new(),
            targets: vec![wanted.clone()],
            tasks: Vec::new(),
            escalation: biaochi_plans::Escalation::default(),
            content_hash: String::new(),
        };
        let status = PlanStatus {
            plan: &plan,
            unit: Unit::All,
            on,
            version: 3,
            targets: vec![TargetStatus {
                target: &plan.targets[0],
                standing,
                rolled: None,
                series: Vec::new(),
            }],
        };
        let mut bytes = Cursor::new(Vec::new());
        status_workbook(&status, "全部机构", &mut bytes).expect("a workbook");
        let text = sheet(bytes.into_inner());
        assert!(!text.contains("<f>") && !text.contains("<f "), "{text}");
        assert!(text.contains("=HYPERLINK("), "{text}");
        assert!(text.contains("<v>80</v>"), "{text}");
    }
}
