//! What an export changed, as a workbook.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use biaochi_domain::{Language, Localized as _};
use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use super::{Entry, Exported, Outcome};
use crate::beijing;
use crate::correct::shown_text;

/// Rows of a sheet below the headings, as many as spreadsheets show.
const ROWS: usize = 1_048_575;

impl Outcome {
    /// What became of it, in words.
    pub fn words(self) -> String {
        match self {
            Self::Written => "已更正".to_owned(),
            Self::Tidied(kind) => format!("规整写法（{}）", kind.text(Language::Zh)),
            Self::Stale => "未更正：文件中的值与更正时不同".to_owned(),
            Self::Unwritten => "未写出：文件没有这一列，或写入后读不回来".to_owned(),
        }
    }
}

/// Writes the summary: what changed, how the faults of each check stand, who corrected.
pub fn write_summary(exported: &Exported, out: impl Write + Seek + Send) -> io::Result<()> {
    build(exported, out).map_err(io::Error::other)
}

fn build(exported: &Exported, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    let overview = overview(exported);
    sheet(
        &mut workbook,
        "概况",
        &[("项目", 26.0), ("内容", 70.0)],
        overview,
    )?;
    let columns = [
        ("行号", 8.0),
        ("病案号", 16.0),
        ("记录键", 34.0),
        ("字段", 26.0),
        ("字段标识", 30.0),
        ("原值", 26.0),
        ("更正后", 26.0),
        ("更正人", 12.0),
        ("更正时间", 17.0),
        ("理由", 36.0),
        ("结果", 30.0),
    ];
    for (part, entries) in (1..).zip(exported.entries.chunks(ROWS)) {
        let name = if part == 1 {
            "改动".to_owned()
        } else {
            format!("改动({part})")
        };
        sheet(&mut workbook, &name, &columns, entries.iter().map(line))?;
    }
    if exported.entries.is_empty() {
        sheet(&mut workbook, "改动", &columns, std::iter::empty())?;
    }
    let columns = [
        ("规则", 12.0),
        ("已消除", 10.0),
        ("核实无误", 10.0),
        ("未处理", 10.0),
    ];
    let checks = exported.checks.iter().map(|(check, count)| {
        let counts = [count.closed, count.accepted, count.open].map(|n| n.to_string());
        [vec![check.clone()], counts.to_vec()].concat()
    });
    sheet(&mut workbook, "规则", &columns, checks)?;
    let columns = [("更正人", 16.0), ("病案数", 10.0), ("更正的值", 10.0)];
    let people = by_person(&exported.entries).into_iter();
    let people = people.map(|(actor, (records, values))| {
        vec![actor.to_owned(), records.to_string(), values.to_string()]
    });
    sheet(&mut workbook, "人员", &columns, people)?;
    workbook.save_to_writer(out)
}

fn overview(exported: &Exported) -> impl Iterator<Item = Vec<String>> {
    let written = exported.count(|outcome| outcome == Outcome::Written);
    let tidied = exported.count(|outcome| matches!(outcome, Outcome::Tidied(_)));
    let stale = exported.count(|outcome| outcome == Outcome::Stale);
    let unwritten = exported.count(|outcome| outcome == Outcome::Unwritten);
    let numbers = [
        ("入库的病案", exported.records),
        ("拒收的行（原样保留）", exported.rejects),
        ("有更正的病案", exported.corrected),
        ("与原文件不同的行", exported.changed_rows),
        ("写出的更正", written),
        ("规整的写法", tidied),
        ("文件中的值与更正时不同，未更正", stale),
        ("文件容纳不下，未写出", unwritten),
        ("有更正但不在本文件中的病案", exported.elsewhere),
    ];
    let texts = [
        ("原文件", exported.file.display().to_string()),
        ("原文件 SHA-256", exported.sha256.clone()),
        ("入库版本", exported.version.to_string()),
        ("导出时间", beijing::shown(jiff::Timestamp::now())),
    ];
    let later = exported
        .later
        .iter()
        .map(|file| vec!["之后另有更正导入".to_owned(), file.clone()])
        .collect::<Vec<_>>();
    texts
        .into_iter()
        .chain(numbers.map(|(name, number)| (name, number.to_string())))
        .map(|(name, text)| vec![name.to_owned(), text])
        .chain(later)
        .chain([vec![
            "说明".to_owned(),
            "未列出的行和单元格与原文件逐字节相同；姓名、证件号等直接标识符显示为 ***".to_owned(),
        ]])
}

fn line(entry: &Entry) -> Vec<String> {
    let shown = |text: &Option<String>| shown_text(entry.place, text.as_deref());
    vec![
        entry.row.to_string(),
        entry.medical_record_number.clone(),
        entry.record_key.clone(),
        entry.place.name_zh(),
        entry.place.name(),
        shown(&entry.before),
        shown(&entry.after),
        entry.actor.clone(),
        entry.at.map_or_else(String::new, beijing::shown),
        entry.reason.clone(),
        entry.outcome.words(),
    ]
}

/// Records and values that each person corrected and that stand in the file.
pub(super) fn by_person(entries: &[Entry]) -> BTreeMap<&str, (u64, u64)> {
    let mut people = BTreeMap::<&str, (std::collections::BTreeSet<&str>, u64)>::new();
    let written = entries.iter().filter(|one| one.outcome == Outcome::Written);
    for entry in written {
        let (records, values) = people.entry(&entry.actor).or_default();
        records.insert(&entry.record_key);
        *values += 1;
    }
    let counted = people
        .into_iter()
        .map(|(actor, (records, values))| (actor, (records.len() as u64, values)));
    counted.collect()
}

fn sheet(
    workbook: &mut Workbook,
    name: &str,
    columns: &[(&str, f64)],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_background_color(rust_xlsxwriter::Color::RGB(0xE8_EE_F7));
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet: &mut Worksheet = workbook.add_worksheet_with_constant_memory()?;
    sheet.set_name(name)?;
    for (column, (title, width)) in (0..).zip(columns) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *title, &heading)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    for (line, row) in (1..).zip(rows) {
        for (column, text) in (0..).zip(&row) {
            // Always text: a cell never becomes a formula.
            sheet.write_string_with_format(line, column, text, &wrapped)?;
        }
    }
    Ok(())
}
