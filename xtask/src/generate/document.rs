//! The Chinese page `docs/front-page-fields.md`.

use std::fmt::Write as _;

use super::catalogue::{Catalogue, Field, LAYOUTS};

const INTRODUCTION: &str =
    "<!-- 本页由 `cargo xtask gen` 根据 crates/records/catalogue 生成，请勿直接修改。 -->

# 住院病案首页字段目录

标尺读取四种文件格式，表头自动识别，列的顺序不限：

| 格式 | 说明 | 列数 |
|---|---|---|
";

const LEGEND: &str = "
下表每行一个字段。“名称”是程序与 SQL 中的列名；重复组（诊断、手术等）在表中是结构体列表，
第 0 个元素为主要诊断或主要手术操作。列名中的 `{01..40}` 表示从 01 到 40 的多列；`#hour` 表示该列只有小时，
与日期列合并；`#incision` 表示切口等级与愈合类别合并编码；`#community` 表示转往基层机构时使用的列；
`#list` 表示一列中以 `|` 分隔全部元素。

必填程度：**必备列**（缺少该列时拒绝整个文件）、必填、条件必填、选填。
敏感程度：直接（可直接识别个人）、间接（与其他信息结合可识别个人）、临床、无。
同一代码在不同格式中含义不同的值域写作 `RC028@tcm2019`。
";

/// The whole page.
pub(super) fn page(catalogue: &Catalogue) -> String {
    let mut out = INTRODUCTION.to_owned();
    let titles = [
        "国家住院病案首页上报接口（三级、二级西医医院，811 列）",
        "卫统4-1 表（N041，无组织机构代码列）",
        "中医住院病案首页（2019 版绩效考核上报接口）",
        "分组器病例（最小格式）",
    ];
    for ((layout, title), columns) in LAYOUTS.iter().zip(titles).zip(&catalogue.layouts) {
        line(
            &mut out,
            format_args!("| `{layout}` | {title} | {} |", columns.len()),
        );
    }
    out.push_str(LEGEND);
    section(&mut out, catalogue, "", "病案首页");
    for group in &catalogue.groups {
        let title = format!("{} `{}`", group.name_zh, group.id);
        section(&mut out, catalogue, &group.id, &title);
    }
    out
}

fn section(out: &mut String, catalogue: &Catalogue, group: &str, title: &str) {
    line(out, format_args!("\n## {title}\n"));
    out.push_str(
        "| 中文名 | 名称 | 类型 | 长度 | 值域 | 敏感 | hqms811 | n041 | tcm2019 | cases |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for field in catalogue.fields.iter().filter(|field| field.group == group) {
        let columns: Vec<String> = (0..LAYOUTS.len())
            .map(|layout| column_cell(field, layout))
            .collect();
        let length = if field.length == 0 {
            String::new()
        } else {
            field.length.to_string()
        };
        line(
            out,
            format_args!(
                "| {} | `{}` | {} | {length} | {} | {} | {} |",
                name(field),
                field.id,
                kind(&field.kind),
                value_sets(field),
                sensitivity(&field.sensitivity),
                columns.join(" | "),
            ),
        );
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
    out.push('\n');
}

fn name(field: &Field) -> String {
    let unit = &field.unit;
    if unit.is_empty() || field.name_zh.contains(&format!("（{unit}")) {
        field.name_zh.clone()
    } else {
        format!("{}（{unit}）", field.name_zh)
    }
}

/// Column names with the need in that layout.
fn column_cell(field: &Field, layout: usize) -> String {
    if field.columns[layout].is_empty() {
        return String::new();
    }
    let need = match field.needs[layout].as_str() {
        "essential" => "**必备列**",
        "required" => "必填",
        "conditional" => "条件必填",
        _ => "选填",
    };
    format!("`{}` {need}", field.columns[layout])
}

/// Each value set once, with the layouts that use another than the first.
fn value_sets(field: &Field) -> String {
    let mut sets: Vec<&str> = Vec::new();
    for (set, column) in field.value_sets.iter().zip(&field.columns) {
        if !set.is_empty() && !column.is_empty() && !sets.contains(&set.as_str()) {
            sets.push(set);
        }
    }
    sets.join("、")
}

fn sensitivity(id: &str) -> &'static str {
    match id {
        "direct" => "直接",
        "quasi" => "间接",
        "clinical" => "临床",
        _ => "无",
    }
}

fn kind(id: &str) -> String {
    match id {
        "text" => "文本".into(),
        "code" => "代码".into(),
        "codes" => "代码列表".into(),
        "integer" => "整数".into(),
        "flag" => "是否".into(),
        "date" => "日期".into(),
        "datetime" => "日期时间".into(),
        decimal => decimal.replace("decimal", "小数"),
    }
}
