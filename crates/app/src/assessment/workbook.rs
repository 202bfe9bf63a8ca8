//! Score sheet and ranking as workbooks.

use std::io::{self, Seek, Write};

use biaochi_assessment::index::Index;
use biaochi_assessment::{Outcome, Scheme, outcome_lines};
use biaochi_domain::Language;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{Color, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::bulletin::{treated, why_absent};
use super::{AssessmentError, IndexOutcome, RunDetail};

/// Writes ranking, scores by phase, items, events, objections and reasons of a run.
pub fn score_workbook(
    scheme: &Scheme,
    detail: &RunDetail,
    out: impl Write + Seek + Send,
) -> Result<(), AssessmentError> {
    build_scores(scheme, detail, out)
        .map_err(|error| AssessmentError::Workbook(io::Error::other(error)))
}

/// Writes ranking, components and the effect of other weights of an index.
pub fn index_workbook(
    index: &Index,
    outcomes: &[IndexOutcome],
    out: impl Write + Seek + Send,
) -> Result<(), AssessmentError> {
    build_index(index, outcomes, out)
        .map_err(|error| AssessmentError::Workbook(io::Error::other(error)))
}

/// A cell.
enum Cell {
    Text(String),
    Number(Option<Decimal>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Option<Decimal>> for Cell {
    fn from(number: Option<Decimal>) -> Self {
        Self::Number(number)
    }
}

impl From<Decimal> for Cell {
    fn from(number: Decimal) -> Self {
        Self::Number(Some(number))
    }
}

/// Adds a sheet with headings and their widths.
fn sheet<'a>(
    workbook: &'a mut Workbook,
    name: &str,
    columns: &[(&str, f64)],
) -> Result<&'a mut Worksheet, XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_background_color(Color::RGB(0xE8_EE_F7));
    let sheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (index, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(index, *width)?;
        sheet.write_string_with_format(0, index, *title, &heading)?;
    }
    sheet.set_freeze_panes(1, 2)?;
    Ok(sheet)
}

fn write(sheet: &mut Worksheet, row: u32, cells: Vec<Cell>) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (column, cell) in (0..).zip(cells) {
        match cell {
            // Always text: a cell never becomes a formula.
            Cell::Text(text) => sheet.write_string_with_format(row, column, text, &wrapped)?,
            // The file format knows no decimals; they were rounded before.
            Cell::Number(Some(number)) => {
                let number = number.round_dp(6).to_f64().unwrap_or_default();
                sheet.write_number(row, column, number)?
            }
            Cell::Number(None) => continue,
        };
    }
    Ok(())
}

fn ranked(detail: &RunDetail) -> Vec<&Outcome> {
    let mut outcomes: Vec<&Outcome> = detail.outcomes.iter().collect();
    outcomes.sort_by_key(|one| (&one.table, one.place.unwrap_or(u32::MAX), &one.unit.code));
    outcomes
}

fn build_scores(
    scheme: &Scheme,
    detail: &RunDetail,
    out: impl Write + Seek + Send,
) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let table = |outcome: &Outcome| {
        let table = scheme.table(&outcome.table);
        table.map_or_else(String::new, |table| table.title.clone())
    };
    let head = [
        ("机构代码", 14.0),
        ("机构名称", 28.0),
        ("指标表", 20.0),
        ("名次", 8.0),
        ("得分", 10.0),
        ("建议等次", 10.0),
        ("加分", 8.0),
        ("扣分", 8.0),
        ("没有数据（处）", 12.0),
    ];
    let mut columns: Vec<(&str, f64)> = head.to_vec();
    columns.extend(scheme.parts.iter().map(|part| (part.title.as_str(), 14.0)));
    let ranking = sheet(&mut workbook, "排名", &columns)?;
    for (row, one) in (1..).zip(ranked(detail)) {
        let mut cells: Vec<Cell> = vec![
            one.unit.code.as_str().into(),
            one.unit.name.as_str().into(),
            table(one).into(),
            one.place.map(Decimal::from).into(),
            one.score.into(),
            one.grade.grade.clone().unwrap_or_default().into(),
            one.events.bonus.into(),
            one.events.deduction.into(),
            Decimal::from(one.absent_items().count()).into(),
        ];
        cells.extend(one.parts.iter().map(|part| Cell::from(part.mean)));
        write(ranking, row, cells)?;
    }
    items(&mut workbook, scheme, detail)?;
    absent(&mut workbook, scheme, detail)?;
    reasons(&mut workbook, scheme, detail)?;
    proceedings(&mut workbook, detail)?;
    note(&mut workbook, scheme, detail)?;
    workbook.save_to_writer(out)
}

fn items(workbook: &mut Workbook, scheme: &Scheme, detail: &RunDetail) -> Result<(), XlsxError> {
    let columns = [
        ("机构代码", 14.0),
        ("机构名称", 28.0),
        ("阶段", 16.0),
        ("时期", 10.0),
        ("项目", 10.0),
        ("项目名称", 28.0),
        ("满分", 8.0),
        ("得分", 8.0),
        ("值", 12.0),
        ("分子", 12.0),
        ("分母", 12.0),
        ("来源", 36.0),
    ];
    let sheet = sheet(workbook, "项目", &columns)?;
    let mut row = 1;
    for one in ranked(detail) {
        let table = scheme.table(&one.table);
        for phase in one.parts.iter().flat_map(|part| &part.phases) {
            let title = scheme.phase(&phase.phase).map_or("", |phase| &phase.title);
            for item in phase.sections.iter().flat_map(|section| &section.items) {
                let rule = table.and_then(|table| table.items().find(|rule| rule.id == item.item));
                let reading = item.reading.as_ref();
                let cells = vec![
                    one.unit.code.as_str().into(),
                    one.unit.name.as_str().into(),
                    title.into(),
                    phase.period.as_str().into(),
                    item.item.as_str().into(),
                    rule.map_or("", |rule| rule.title.as_str()).into(),
                    item.points.into(),
                    Cell::Number(item.score.filter(|_| !item.excluded)),
                    Cell::Number(reading.map(|reading| reading.value)),
                    Cell::Number(reading.and_then(|reading| reading.numerator)),
                    Cell::Number(reading.and_then(|reading| reading.denominator)),
                    reading.map_or("", |reading| reading.origin.as_str()).into(),
                ];
                write(sheet, row, cells)?;
                row += 1;
            }
        }
    }
    Ok(())
}

/// Items that should be scored and have no value, and what was done instead.
fn absent(workbook: &mut Workbook, scheme: &Scheme, detail: &RunDetail) -> Result<(), XlsxError> {
    let columns = [
        ("机构代码", 14.0),
        ("机构名称", 28.0),
        ("阶段", 16.0),
        ("项目", 10.0),
        ("项目名称", 28.0),
        ("满分", 8.0),
        ("为什么没有", 40.0),
        ("处理", 20.0),
    ];
    let sheet = sheet(workbook, "没有数据", &columns)?;
    let mut row = 1;
    for one in ranked(detail) {
        let table = scheme.table(&one.table);
        for (phase, item) in one.absent_items() {
            let title = scheme.phase(&phase.phase).map_or("", |phase| &phase.title);
            let rule = table.and_then(|table| table.items().find(|rule| rule.id == item.item));
            let cells = vec![
                one.unit.code.as_str().into(),
                one.unit.name.as_str().into(),
                title.into(),
                item.item.as_str().into(),
                rule.map_or("", |rule| rule.title.as_str()).into(),
                item.points.into(),
                why_absent(rule, item).into(),
                treated(item).into(),
            ];
            write(sheet, row, cells)?;
            row += 1;
        }
    }
    Ok(())
}

fn reasons(workbook: &mut Workbook, scheme: &Scheme, detail: &RunDetail) -> Result<(), XlsxError> {
    let columns = [
        ("机构代码", 14.0),
        ("机构名称", 28.0),
        ("说明", 90.0),
        ("依据", 50.0),
    ];
    let sheet = sheet(workbook, "理由", &columns)?;
    let mut row = 1;
    for one in ranked(detail) {
        for line in outcome_lines(scheme, one, Language::Zh) {
            let text = format!("{}{}", "　".repeat(usize::from(line.depth)), line.text);
            let cells = vec![
                one.unit.code.as_str().into(),
                one.unit.name.as_str().into(),
                text.into(),
                line.clause.into(),
            ];
            write(sheet, row, cells)?;
            row += 1;
        }
    }
    Ok(())
}

/// Objections and changes.
fn proceedings(workbook: &mut Workbook, detail: &RunDetail) -> Result<(), XlsxError> {
    use biaochi_domain::Localized as _;
    let columns = [
        ("机构代码", 14.0),
        ("类型", 10.0),
        ("编号", 8.0),
        ("阶段", 12.0),
        ("项目", 10.0),
        ("内容", 60.0),
        ("提出人", 12.0),
        ("状态", 10.0),
        ("答复或决定", 60.0),
        ("处理人", 12.0),
    ];
    let sheet = sheet(workbook, "异议和调整", &columns)?;
    let mut row = 1;
    for one in &detail.objections {
        let objection = &one.objection;
        let cells = vec![
            objection.organisation_code.as_str().into(),
            "异议".into(),
            Decimal::from(one.number).into(),
            objection.phase.as_str().into(),
            objection.item.as_str().into(),
            objection.claim.as_str().into(),
            one.actor.as_str().into(),
            one.state.text(Language::Zh).into(),
            one.reply.as_str().into(),
            one.replied_by.as_str().into(),
        ];
        write(sheet, row, cells)?;
        row += 1;
    }
    for one in &detail.adjustments {
        let adjustment = &one.adjustment;
        let what = adjustment.what.text(Language::Zh);
        let content = format!("{what}改为 {}：{}", adjustment.to, adjustment.reason);
        let cells = vec![
            adjustment.organisation_code.as_str().into(),
            "调整".into(),
            Decimal::from(one.number).into(),
            adjustment.phase.as_str().into(),
            adjustment.item.as_str().into(),
            content.into(),
            one.proposed_by.as_str().into(),
            one.decision.text(Language::Zh).into(),
            one.words.as_str().into(),
            one.decided_by.as_str().into(),
        ];
        write(sheet, row, cells)?;
        row += 1;
    }
    Ok(())
}

fn note(workbook: &mut Workbook, scheme: &Scheme, detail: &RunDetail) -> Result<(), XlsxError> {
    let sheet = sheet(workbook, "说明", &[("项目", 30.0), ("内容", 90.0)])?;
    let run = &detail.run.run;
    let version = run.lake_version.map(|version| version.to_string());
    let mut rows = vec![
        ("方案", scheme.title.clone()),
        ("考核标识", run.run_id.clone()),
        ("考核时期", run.period.clone()),
        ("数据版本", version.unwrap_or_default()),
        ("方案内容哈希", run.content_hash.clone()),
        ("输入哈希", run.inputs_hash.clone()),
        ("结果哈希", detail.run.result_hash.clone()),
    ];
    for parameter in scheme.assumptions() {
        let value = match parameter.value.as_str() {
            "" => "未定",
            value => value,
        };
        rows.push((
            "假定",
            format!("{} = {value}：{}", parameter.id, parameter.question),
        ));
    }
    for (row, (name, text)) in (1..).zip(rows) {
        write(sheet, row, vec![name.into(), text.into()])?;
    }
    Ok(())
}

fn build_index(
    index: &Index,
    outcomes: &[IndexOutcome],
    out: impl Write + Seek + Send,
) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let mut columns = vec![
        ("机构代码", 14.0),
        ("机构名称", 28.0),
        ("类别", 12.0),
        ("名次", 8.0),
        ("指数", 10.0),
        ("数据覆盖%", 10.0),
        ("最好名次", 10.0),
        ("90%区间始", 10.0),
        ("90%区间止", 10.0),
        ("最差名次", 10.0),
        ("名次不变%", 10.0),
    ];
    columns.extend(
        index
            .components
            .iter()
            .map(|one| (one.title.as_str(), 16.0)),
    );
    let ranking = sheet(&mut workbook, "排名", &columns)?;
    let mut row = 1;
    for outcome in outcomes {
        let class = index.class_title(&outcome.class);
        for one in &outcome.standings {
            let stability = one.stability.as_ref();
            let place = |place: fn(&biaochi_assessment::index::Stability) -> u32| {
                Cell::Number(stability.map(|stability| Decimal::from(place(stability))))
            };
            let mut cells: Vec<Cell> = vec![
                one.unit.code.as_str().into(),
                one.unit.name.as_str().into(),
                class.into(),
                one.place.map(Decimal::from).into(),
                one.value.into(),
                one.coverage.into(),
                place(|one| one.best),
                place(|one| one.low),
                place(|one| one.high),
                place(|one| one.worst),
                Cell::Number(stability.map(|stability| stability.same)),
            ];
            for component in &index.components {
                let found = one
                    .components
                    .iter()
                    .find(|one| one.component == component.id);
                cells.push(Cell::Number(found.and_then(|one| one.standardised)));
            }
            write(ranking, row, cells)?;
            row += 1;
        }
    }
    let columns = [
        ("类别", 12.0),
        ("指标", 30.0),
        ("权重变动%", 12.0),
        ("变动名次的家数", 16.0),
        ("最多变动几位", 14.0),
    ];
    let shifts = sheet(&mut workbook, "权重敏感性", &columns)?;
    let mut row = 1;
    for outcome in outcomes {
        for shift in &outcome.shifts {
            let cells = vec![
                index.class_title(&outcome.class).into(),
                index.component_title(&shift.component).into(),
                shift.percent.into(),
                Decimal::from(shift.moved).into(),
                Decimal::from(shift.most).into(),
            ];
            write(shifts, row, cells)?;
            row += 1;
        }
    }
    workbook.save_to_writer(out)
}
