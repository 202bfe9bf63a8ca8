//! The sheets of a template.

use std::io::{Seek, Write};

use biaochi_datasets::{
    ABOUT_SHEET, Certainty, DataSet, FIELD_MARK, Field, Kind, MARK, ROW_MARK, VALUE_MARK, Value,
    Values, column_letters,
};
use biaochi_domain::{Language, Localized as _};
use rust_decimal::prelude::ToPrimitive as _;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder, Formula,
    Workbook, Worksheet, XlsxError,
};

use super::template::{Reference, Template};

/// Line of the marks, counted from zero: title, organisation, period, approver stand above it.
const MARKS: u32 = 4;
/// The column of the marks.
const IDS: u16 = 0;
/// Spreadsheets take lists of words up to this length.
const LIST_CHARACTERS: usize = 255;

pub(super) fn build(
    template: &Template<'_>,
    out: impl Write + Seek + Send,
) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let formats = Formats::new();
    let set = &template.loaded.set;
    let sheet = workbook.add_worksheet();
    sheet.set_name(sheet_name(&set.title))?;
    head(sheet, template, &formats)?;
    if set.breakdown.is_some() {
        rows_by_breakdown(sheet, template, &formats)?;
    } else {
        rows_by_field(sheet, template, &formats)?;
    }
    sheet.set_column_hidden(IDS)?;
    sheet.set_row_hidden(MARKS)?;
    sheet.protect();
    if set.breakdown.is_some() && !template.previous.is_empty() {
        reference(workbook.add_worksheet(), template, &formats)?;
    }
    explain(workbook.add_worksheet(), set, &formats)?;
    about(workbook.add_worksheet(), template)?;
    workbook.save_to_writer(out)
}

struct Formats {
    title: Format,
    label: Format,
    heading: Format,
    section: Format,
    fixed: Format,
    reference: Format,
    wrapped: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = || {
            Format::new()
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0xBF_C7_D5))
        };
        Self {
            title: Format::new().set_bold().set_font_size(15),
            label: Format::new().set_font_color(Color::RGB(0x55_5F_70)),
            heading: cell()
                .set_bold()
                .set_text_wrap()
                .set_background_color(Color::RGB(0xE8_EE_F7)),
            section: cell()
                .set_bold()
                .set_background_color(Color::RGB(0xF3_F5_F9)),
            fixed: cell(),
            reference: cell().set_font_color(Color::RGB(0x7A_84_94)),
            wrapped: cell().set_text_wrap(),
        }
    }

    /// A cell to be filled in.
    fn entry(&self, field: &Field) -> Format {
        let cell = self
            .fixed
            .clone()
            .set_unlocked()
            .set_background_color(Color::RGB(0xFF_FB_E6));
        numbered(cell, field)
    }

    /// A sum that the sheet makes itself; people may write over it.
    fn sum(&self, field: &Field) -> Format {
        numbered(self.fixed.clone().set_unlocked().set_bold(), field)
    }

    fn shown(&self, field: &Field) -> Format {
        numbered(self.reference.clone(), field)
    }
}

fn numbered(format: Format, field: &Field) -> Format {
    match &field.kind {
        Kind::Integer => format.set_num_format("#,##0"),
        Kind::Decimal(0) => format.set_num_format("#,##0"),
        Kind::Decimal(places) => {
            format.set_num_format(format!("#,##0.{}", "0".repeat(*places as usize)))
        }
        Kind::Date => format.set_num_format("yyyy-mm-dd"),
        _ => format,
    }
}

/// A name that spreadsheets take: short, without the signs they use themselves.
fn sheet_name(title: &str) -> String {
    let plain = title
        .chars()
        .filter(|character| !"[]:*?/\\'".contains(*character));
    plain.take(31).collect()
}

fn head(
    sheet: &mut Worksheet,
    template: &Template<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let (set, request) = (&template.loaded.set, template.request);
    sheet.write_string_with_format(0, 1, &set.title, &formats.title)?;
    let lines = [
        format!(
            "填报单位：{}（{}）　期间：{}",
            request.name, request.organisation, request.period
        ),
        format!(
            "填报：{}　审核：{}　截止：{}　黄色格填写，没有发生填 0，不掌握留空；金额、人数按所列单位填",
            set.filler,
            set.approver,
            set.due(request.period)
        ),
    ];
    for (line, text) in (1..).zip(lines) {
        sheet.write_string_with_format(line, 1, text, &formats.label)?;
    }
    Ok(())
}

/// One line for each field.
fn rows_by_field(
    sheet: &mut Worksheet,
    template: &Template<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let set = &template.loaded.set;
    const VALUE: u16 = 4;
    let columns = [
        (1, "序号", 6.0, ""),
        (2, "项目", 34.0, ""),
        (3, "单位", 9.0, ""),
        (VALUE, "本期", 18.0, VALUE_MARK),
        (5, "上期", 16.0, "#previous"),
        (6, "上年同期", 16.0, "#year_before"),
        (7, "示例", 14.0, "#example"),
        (8, "填报口径", 60.0, ""),
    ];
    sheet.write_string(MARKS, IDS, MARK)?;
    for (column, heading, width, mark) in columns {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(MARKS - 1, column, heading, &formats.heading)?;
        if !mark.is_empty() {
            sheet.write_string(MARKS, column, mark)?;
        }
    }
    sheet.set_freeze_panes(MARKS + 1, VALUE)?;
    let values = |of: &Reference| -> Values { of.get("").cloned().unwrap_or_default() };
    let (current, previous, before) = (
        values(&template.current),
        values(&template.previous),
        values(&template.year_before),
    );
    let mut line = MARKS;
    let mut lines = Vec::with_capacity(set.fields.len());
    let mut section = "";
    for field in &set.fields {
        line += 1;
        if !field.section.is_empty() && field.section != section {
            for column in 1..=8 {
                sheet.write_blank(line, column, &formats.section)?;
            }
            sheet.write_string_with_format(line, 1, &field.section, &formats.section)?;
            line += 1;
        }
        section = &field.section;
        lines.push((field.id.as_str(), line));
    }
    for (number, field) in (1u32..).zip(&set.fields) {
        let Some(line) = line_of(&lines, &field.id) else {
            continue;
        };
        sheet.write_string(line, IDS, format!("{FIELD_MARK}{}", field.id))?;
        sheet.write_number_with_format(line, 1, number, &formats.fixed)?;
        let title = format!("{}{}", field.title, if field.required { " *" } else { "" });
        sheet.write_string_with_format(line, 2, title, &formats.fixed)?;
        sheet.write_string_with_format(line, 3, &field.unit, &formats.fixed)?;
        let sum = sum_formula(field, |part| {
            line_of(&lines, part)
                .map(|line| format!("{}{}", column_letters(VALUE.into()), line + 1))
        });
        entry(
            sheet,
            (line, VALUE),
            field,
            current.get(&field.id),
            sum,
            formats,
        )?;
        for (column, values) in [(5, &previous), (6, &before)] {
            let format = formats.shown(field);
            cell(sheet, (line, column), field, values.get(&field.id), &format)?;
        }
        cell(
            sheet,
            (line, 7),
            field,
            field.example.as_ref(),
            &formats.shown(field),
        )?;
        sheet.write_string_with_format(line, 8, explained(set, field), &formats.wrapped)?;
    }
    Ok(())
}

fn line_of(lines: &[(&str, u32)], field: &str) -> Option<u32> {
    lines
        .iter()
        .find(|(id, _)| *id == field)
        .map(|(_, line)| *line)
}

/// One line for each value of the breakdown, one column for each field.
fn rows_by_breakdown(
    sheet: &mut Worksheet,
    template: &Template<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let set = &template.loaded.set;
    const FIRST: u16 = 2;
    let title = set
        .breakdown
        .as_ref()
        .map_or("", |breakdown| &breakdown.title);
    sheet.write_string(MARKS, IDS, MARK)?;
    sheet.set_column_width(1, 22.0)?;
    sheet.write_string_with_format(MARKS - 1, 1, title, &formats.heading)?;
    let columns: Vec<(u16, &Field)> = (FIRST..).zip(&set.fields).collect();
    for (column, field) in &columns {
        sheet.set_column_width(*column, 16.0)?;
        let unit = match field.unit.as_str() {
            "" => String::new(),
            unit => format!("（{unit}）"),
        };
        let star = if field.required { " *" } else { "" };
        let heading = format!("{}{unit}{star}", field.title);
        sheet.write_string_with_format(MARKS - 1, *column, heading, &formats.heading)?;
        sheet.write_string(MARKS, *column, format!("{FIELD_MARK}{}", field.id))?;
    }
    sheet.set_freeze_panes(MARKS + 1, FIRST)?;
    for (line, row) in (MARKS + 1..).zip(set.rows()) {
        sheet.write_string(line, IDS, format!("{ROW_MARK}{row}"))?;
        sheet.write_string_with_format(line, 1, row, &formats.fixed)?;
        let current = template.current.get(row);
        for (column, field) in &columns {
            let sum = sum_formula(field, |part| {
                let found = columns.iter().find(|(_, other)| other.id == part);
                found.map(|(column, _)| format!("{}{}", column_letters((*column).into()), line + 1))
            });
            let value = current.and_then(|values| values.get(&field.id));
            entry(sheet, (line, *column), field, value, sum, formats)?;
        }
    }
    Ok(())
}

/// A formula that stays blank until every part is there.
fn sum_formula(field: &Field, place: impl Fn(&str) -> Option<String>) -> Option<String> {
    if field.sum_of.is_empty() {
        return None;
    }
    let places: Option<Vec<String>> = field.sum_of.iter().map(|part| place(part)).collect();
    let places = places?.join(",");
    let parts = field.sum_of.len();
    Some(format!("=IF(COUNT({places})={parts},SUM({places}),\"\")"))
}

/// A cell to be filled in, with what may stand in it.
fn entry(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    field: &Field,
    value: Option<&Value>,
    sum: Option<String>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if let Some(sum) = sum {
        let format = formats.sum(field);
        let result = value.map_or(String::new(), ToString::to_string);
        let formula = Formula::new(sum).set_result(result);
        sheet.write_formula_with_format(line, column, formula, &format)?;
        return Ok(());
    }
    cell(sheet, (line, column), field, value, &formats.entry(field))?;
    if let Some(validation) = validation(field)? {
        sheet.add_data_validation(line, column, line, column, &validation)?;
    }
    Ok(())
}

fn validation(field: &Field) -> Result<Option<DataValidation>, XlsxError> {
    let words: Vec<&str> = match &field.kind {
        Kind::Choice(words) => words.iter().map(String::as_str).collect(),
        Kind::Boolean => vec!["是", "否"],
        Kind::Integer | Kind::Decimal(_) => {
            let number = |value: &Option<Value>| value.as_ref()?.number()?.to_f64();
            let rule = match (number(&field.min), number(&field.max)) {
                (None, None) => return Ok(None),
                (Some(min), None) => DataValidationRule::GreaterThanOrEqualTo(min),
                (None, Some(max)) => DataValidationRule::LessThanOrEqualTo(max),
                (Some(min), Some(max)) => DataValidationRule::Between(min, max),
            };
            let validation = DataValidation::new().allow_decimal_number(rule);
            return Ok(Some(
                validation.set_error_message("数值超出范围，请核对单位和位数")?,
            ));
        }
        Kind::Text | Kind::Date => return Ok(None),
    };
    // A longer list is told in the notes and checked on import.
    let length: usize = words.iter().map(|word| word.chars().count() + 1).sum();
    if length > LIST_CHARACTERS || words.iter().any(|word| word.contains(',')) {
        return Ok(None);
    }
    let validation = DataValidation::new().allow_list_strings(&words)?;
    Ok(Some(validation.set_error_message("请从下拉列表中选择")?))
}

/// A value as a spreadsheet has it.
fn cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    field: &Field,
    value: Option<&Value>,
    format: &Format,
) -> Result<(), XlsxError> {
    debug_assert!(value.is_none_or(|value| value.number().is_some() == field.kind.is_number()));
    match value {
        None => sheet.write_blank(line, column, format)?,
        Some(Value::Number(number)) => {
            // Fifteen digits, as a spreadsheet has them: larger numbers are refused before.
            let number = number.to_f64().unwrap_or_default();
            sheet.write_number_with_format(line, column, number, format)?
        }
        Some(other) => sheet.write_string_with_format(line, column, other.to_string(), format)?,
    };
    Ok(())
}

/// Values of the period before, in the same places.
fn reference(
    sheet: &mut Worksheet,
    template: &Template<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let set = &template.loaded.set;
    sheet.set_name("上期数据")?;
    for (column, field) in (2..).zip(&set.fields) {
        sheet.set_column_width(column, 16.0)?;
        sheet.write_string_with_format(MARKS - 1, column, &field.title, &formats.heading)?;
    }
    sheet.set_column_width(1, 22.0)?;
    for (line, row) in (MARKS + 1..).zip(set.rows()) {
        sheet.write_string_with_format(line, 1, row, &formats.fixed)?;
        let values = template.previous.get(row);
        for (column, field) in (2..).zip(&set.fields) {
            let value = values.and_then(|values| values.get(&field.id));
            cell(sheet, (line, column), field, value, &formats.shown(field))?;
        }
    }
    sheet.protect();
    Ok(())
}

/// What a filler should know about a field.
fn explained(set: &DataSet, field: &Field) -> String {
    let mut text = field.definition.clone();
    if let Some(whole) = field.part_of.as_ref().and_then(|id| set.field(id)) {
        text.push_str(&format!("；其中项，不大于“{}”", whole.title));
    }
    if field.citation.certainty != Certainty::Confirmed {
        text.push_str(&format!(
            "（{}）",
            field.citation.certainty.text(Language::Zh)
        ));
    }
    text
}

fn explain(sheet: &mut Worksheet, set: &DataSet, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("填报说明")?;
    sheet.set_column_width(0, 30.0)?;
    sheet.set_column_width(1, 90.0)?;
    let mut lines = vec![
        ("目的".to_owned(), set.purpose.clone()),
        ("填报频率".to_owned(), set.frequency.text(Language::Zh)),
        ("截止".to_owned(), format!("期末后 {} 天", set.due_day)),
        (
            "出处".to_owned(),
            format!("{} {}", set.citation.source, set.citation.clause),
        ),
        ("把握".to_owned(), set.citation.certainty.text(Language::Zh)),
    ];
    if !set.note.is_empty() {
        lines.push(("说明".to_owned(), set.note.clone()));
    }
    for field in &set.fields {
        let mut text = explained(set, field);
        if let Kind::Choice(words) = &field.kind {
            text.push_str(&format!("；可选：{}", words.join("、")));
        }
        lines.push((field.title.clone(), text));
    }
    for rule in &set.rules {
        lines.push((
            format!("校验：{}", rule.severity.text(Language::Zh)),
            rule.mend.clone(),
        ));
    }
    for (line, (title, text)) in (0..).zip(lines) {
        sheet.write_string_with_format(line, 0, title, &formats.wrapped)?;
        sheet.write_string_with_format(line, 1, text, &formats.wrapped)?;
    }
    sheet.protect();
    Ok(())
}

/// The hidden sheet by which a filled template is known.
fn about(sheet: &mut Worksheet, template: &Template<'_>) -> Result<(), XlsxError> {
    let request = template.request;
    sheet.set_name(ABOUT_SHEET)?;
    let lines = [
        ("dataset", template.loaded.set.id.clone()),
        ("organisation", request.organisation.to_owned()),
        ("period", request.period.to_string()),
        ("definition", template.loaded.content_hash.clone()),
    ];
    for (line, (key, value)) in (0..).zip(lines) {
        sheet.write_string(line, 0, key)?;
        sheet.write_string(line, 1, value)?;
    }
    sheet.set_very_hidden(true);
    sheet.protect();
    Ok(())
}
