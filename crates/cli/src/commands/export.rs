//! `biaochi export`

use std::path::Path;

use biaochi_app::export::{
    ExportError, ExportRequest, Exported, Outcome as Became, export, write_summary,
};
use biaochi_domain::Language;
use serde_json::json;

use super::files::into_file;
use super::open_workspace;
use crate::arguments::Global;
use crate::arguments::correct::Export;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, count};

pub(crate) fn run(command: &Export, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    for target in [Some(&command.output), command.summary.as_ref()]
        .into_iter()
        .flatten()
    {
        if is_same(&command.file, target) {
            return Err(over_the_original(&command.file));
        }
    }
    if command
        .summary
        .as_deref()
        .is_some_and(|summary| is_same(summary, &command.output))
    {
        return Err(Failure::new(
            Exit::Usage,
            "汇总与导出的文件不能是同一个，请另取文件名",
            "summary and exported file cannot be the same; give another name",
        ));
    }
    let request = ExportRequest {
        file: &command.file,
        organisation: command.organisation.as_deref(),
        tidy: command.tidy,
    };
    let exported = into_file(&command.output, |out| {
        export(&workspace, &request, out).map_err(|error| failure(&error))
    })?;
    if let Some(path) = &command.summary {
        into_file(path, |out| {
            write_summary(&exported, out).map_err(|error| Failure::file(path, &error))
        })?;
    }
    let lost = exported.count(|became| matches!(became, Became::Stale | Became::Unwritten));
    if screen.json() {
        screen.value(&json!({
            "file": exported.file.display().to_string(), "sha256": exported.sha256,
            "output": command.output.display().to_string(), "version": exported.version,
            "records": exported.records, "rejects": exported.rejects,
            "corrected": exported.corrected, "changed_rows": exported.changed_rows,
            "written": exported.count(|became| became == Became::Written),
            "tidied": exported.count(|became| matches!(became, Became::Tidied(_))),
            "stale": exported.count(|became| became == Became::Stale),
            "unwritten": exported.count(|became| became == Became::Unwritten),
            "elsewhere": exported.elsewhere, "later": exported.later,
        }))?;
    } else {
        screen.line(&text(&exported, &command.output, screen.language()))?;
    }
    Ok(if lost > 0 || exported.rejects > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn failure(error: &ExportError) -> Failure {
    let exit = match error {
        ExportError::NotImported { .. } => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::of(exit, error)
}

/// Whether two names mean one file, also through links.
fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}

fn over_the_original(path: &Path) -> Failure {
    Failure::new(
        Exit::Usage,
        format!(
            "不能写到原文件“{}”上：原文件要留存备查。请另取文件名",
            path.display()
        ),
        format!(
            "{} is the delivered file and stays as it is; give another name",
            path.display()
        ),
    )
}

fn text(exported: &Exported, output: &Path, language: Language) -> String {
    let zh = language == Language::Zh;
    let written = exported.count(|became| became == Became::Written);
    let tidied = exported.count(|became| matches!(became, Became::Tidied(_)));
    let stale = exported.count(|became| became == Became::Stale);
    let unwritten = exported.count(|became| became == Became::Unwritten);
    let output = output.display();
    let (records, rows, values) = (
        count(exported.records),
        count(exported.changed_rows),
        count(written),
    );
    let mut text = if zh {
        format!(
            "已导出到“{output}”\n  {records} 份病案，其中 {} 份有更正：{values} 个值写入 {rows} 行，其余逐字节不变",
            count(exported.corrected)
        )
    } else {
        format!(
            "exported to {output}\n  {records} records, {} corrected: {values} values in {rows} rows; every other byte is as it was",
            count(exported.corrected)
        )
    };
    let remarks = [
        (
            tidied,
            "规整写法 {} 处",
            "{} values written as the layout asks",
        ),
        (
            exported.rejects,
            "拒收的 {} 行原样保留，仍不能上报",
            "{} rejected rows stay as they were",
        ),
        (
            stale,
            "注意：{} 个值在文件中与更正时不同，未更正",
            "note: {} values of the file are not those that were corrected, and stay",
        ),
        (
            unwritten,
            "注意：{} 个更正写不进这个文件（没有这一列，或写入后读不回来）",
            "note: {} corrections cannot be written to this file (no such column, or not read back)",
        ),
        (
            exported.elsewhere,
            "另有 {} 份有更正的病案不在这个文件中",
            "{} corrected records are not in this file",
        ),
    ];
    for (number, chinese, english) in remarks {
        if number > 0 {
            let remark = if zh { chinese } else { english };
            text += "\n  ";
            text += &remark.replace("{}", &count(number));
        }
    }
    if !exported.later.is_empty() {
        let files = exported.later.join("、");
        text += &if zh {
            format!("\n  注意：同样的月份之后又以更正方式导入过“{files}”，其中的变化不在这个文件里")
        } else {
            format!(
                "\n  note: {files} corrected some of these months later; those changes are not in this file"
            )
        };
    }
    text
}
