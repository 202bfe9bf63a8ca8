//! `biaochi check`

use std::fs::File;
use std::io::{self, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use biaochi_app::check::{
    CheckError, CheckOptions, CheckSummary, CheckedRecord, FindingsWorkbook, RecordChecker,
    check_file, check_stream, page_from_json,
};
use biaochi_app::import::ImportWeights;
use biaochi_domain::{Language, spreadsheet_text};
use serde_json::{Value, json};

use super::files::{BYTE_ORDER_MARK, into_file, is_standard_input, with_progress};
use super::group::percentage;
use super::{content, named_scheme, named_weights};
use crate::arguments::Global;
use crate::arguments::check::{Check, FromStage};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

/// Where findings go.
enum Form {
    Workbook(PathBuf),
    Csv(Option<PathBuf>),
    Json(Option<PathBuf>),
    Summary,
}

pub(crate) fn run(command: &Check, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let checks = content.checks(&command.checks)?;
    let scheme = named_scheme(&content, &command.scheme, screen)?;
    let table = named_weights(&content, command.weights.as_deref(), &command.scheme)?;
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let options = CheckOptions {
        checks: &checks,
        scheme: &scheme,
        weights: table.as_ref().map(|table| ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
            weight: &weight,
        }),
        translate: command.translate,
        language: screen.language(),
    };
    if let Some(path) = &command.record {
        return one_record(path, command, &options, screen);
    }
    let start = Instant::now();
    let Some(summary) = write(command, &options, screen)? else {
        return Ok(Exit::Done);
    };
    report(
        &summary,
        command,
        &options,
        start.elapsed().as_secs_f64(),
        screen,
    )?;
    Ok(if summary.rejects > 0 || summary.blocked > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn form(command: &Check, screen: &Screen) -> Form {
    let extension = command.output.as_deref().and_then(Path::extension);
    match (
        &command.output,
        extension.and_then(|extension| extension.to_str()),
    ) {
        (Some(path), Some("xlsx")) => Form::Workbook(path.clone()),
        (Some(path), Some("json" | "jsonl")) => Form::Json(Some(path.clone())),
        (Some(path), _) => Form::Csv(Some(path.clone())),
        (None, _) if command.csv => Form::Csv(None),
        (None, _) if screen.json() => Form::Json(None),
        (None, _) => Form::Summary,
    }
}

/// Checks and writes; `None` when the reader of the findings went away.
fn write(
    command: &Check,
    options: &CheckOptions<'_>,
    screen: &Screen,
) -> Result<Option<CheckSummary>, Failure> {
    match form(command, screen) {
        Form::Summary => checked(command, options, screen, &mut |_| Ok(())),
        Form::Workbook(path) => {
            let mut workbook = FindingsWorkbook::new(options.checks.set());
            let mut take = |record: &CheckedRecord| {
                workbook.add(&only_from(record, command.stage, options));
                Ok(())
            };
            let summary = checked(command, options, screen, &mut take)?;
            into_file(&path, |out| {
                let written = workbook.write(out).map_err(CheckError::Write);
                Ok(written?)
            })?;
            Ok(summary)
        }
        Form::Csv(Some(path)) => into_file(&path, |out| {
            out.write_all(BYTE_ORDER_MARK).map_err(CheckError::Write)?;
            csv(command, options, screen, out)
        }),
        Form::Csv(None) => csv(command, options, screen, &mut BufWriter::new(io::stdout())),
        Form::Json(Some(path)) => into_file(&path, |out| json_lines(command, options, screen, out)),
        Form::Json(None) => json_lines(command, options, screen, &mut BufWriter::new(io::stdout())),
    }
}

fn json_lines(
    command: &Check,
    options: &CheckOptions<'_>,
    screen: &Screen,
    out: &mut (dyn Write + Send),
) -> Result<Option<CheckSummary>, Failure> {
    let mut take = |record: &CheckedRecord| {
        let record = only_from(record, command.stage, options);
        writeln!(out, "{}", value(&record, options))
    };
    let summary = checked(command, options, screen, &mut take)?;
    finish(out, summary)
}

/// Writes what is still buffered; `None` when the reader went away meanwhile.
fn finish(
    out: &mut (dyn Write + Send),
    summary: Option<CheckSummary>,
) -> Result<Option<CheckSummary>, Failure> {
    match out.flush() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(None),
        Err(error) => Err(CheckError::Write(error).into()),
        Ok(()) => Ok(summary),
    }
}

/// The record with the findings of a stage and those above it.
fn only_from(
    record: &CheckedRecord,
    stage: FromStage,
    options: &CheckOptions<'_>,
) -> CheckedRecord {
    let mut record = record.clone();
    record.findings.retain(|finding| {
        let found = options.checks.set().checks[finding.check].stage.id();
        match stage {
            FromStage::Trial => true,
            FromStage::Advisory => found != "trial",
            FromStage::Enforced => found == "enforced",
        }
    });
    record
}

fn csv(
    command: &Check,
    options: &CheckOptions<'_>,
    screen: &Screen,
    out: &mut (dyn Write + Send),
) -> Result<Option<CheckSummary>, Failure> {
    let head = "line,medical_record_number,admission_count,discharge_time,department,attending_physician,coder,\
                score,grade,check,class,severity,stage,fields,places,message,mend,mended_drg,weight_difference\n";
    let mut buffer = String::from(head);
    let mut take = |record: &CheckedRecord| {
        let record = only_from(record, command.stage, options);
        push_lines(&mut buffer, &record, options);
        out.write_all(buffer.as_bytes())?;
        buffer.clear();
        Ok(())
    };
    let summary = checked(command, options, screen, &mut take)?;
    if summary.is_some() {
        // A file without records still gets its headings.
        out.write_all(buffer.as_bytes())
            .map_err(CheckError::Write)?;
    }
    finish(out, summary)
}

fn push_lines(out: &mut String, record: &CheckedRecord, options: &CheckOptions<'_>) {
    let head = [
        record.line.to_string(),
        record.medical_record_number.clone(),
        record
            .admission_count
            .map_or_else(String::new, |count| count.to_string()),
        record.discharge_time.clone(),
        record.department.clone(),
        record.attending_physician.clone(),
        record.coder.clone(),
        record
            .score
            .map_or_else(String::new, |score| score.normalize().to_string()),
        record.grade.clone(),
    ];
    if !record.reject.is_empty() {
        let tail = [
            "",
            "",
            "error",
            "enforced",
            "",
            "1",
            &record.reject,
            "",
            "",
            "",
        ];
        push_line(out, head.iter().map(String::as_str).chain(tail));
    }
    for finding in &record.findings {
        let check = &options.checks.set().checks[finding.check];
        let price = finding.price.as_ref();
        let difference = price.and_then(|price| price.weight_difference);
        let tail = [
            check.id.clone(),
            check.class.id().to_owned(),
            check.severity.id().to_owned(),
            check.stage.id().to_owned(),
            check.fields.join(" "),
            finding.places.to_string(),
            finding.message.clone(),
            check.mend.clone(),
            price.map_or_else(String::new, |price| price.drg.clone()),
            difference.map_or_else(String::new, |value| value.to_string()),
        ];
        push_line(out, head.iter().chain(&tail).map(String::as_str));
    }
}

fn push_line<'v>(out: &mut String, values: impl Iterator<Item = &'v str>) {
    for (place, value) in values.enumerate() {
        if place > 0 {
            out.push(',');
        }
        let safe = spreadsheet_text(value);
        if safe != value || value.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&safe.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(value);
        }
    }
    out.push('\n');
}

fn checked(
    command: &Check,
    options: &CheckOptions<'_>,
    screen: &Screen,
    take: &mut (dyn FnMut(&CheckedRecord) -> io::Result<()> + Send),
) -> Result<Option<CheckSummary>, Failure> {
    let label = screen.say("检查", "checking");
    let result = with_progress(&command.file, label, screen, |progress| {
        if is_standard_input(&command.file) {
            check_stream(io::stdin(), options, take, progress)
        } else {
            check_file(&command.file, options, take, progress)
        }
    });
    match result {
        Ok(summary) => Ok(Some(summary)),
        Err(CheckError::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn value(record: &CheckedRecord, options: &CheckOptions<'_>) -> Value {
    let findings = record.findings.iter().map(|finding| {
        let check = &options.checks.set().checks[finding.check];
        json!({
            "check": check.id, "title": check.title, "class": check.class.id(),
            "severity": check.severity.id(), "stage": check.stage.id(), "fields": check.fields,
            "places": finding.places, "message": finding.message, "mend": check.mend,
            "changes_group": check.price.as_ref().map(|_| finding.price.is_some()),
            "mended_drg": finding.price.as_ref().map(|price| &price.drg),
            "weight_difference": finding.price.as_ref()
                .and_then(|price| price.weight_difference).map(|value| value.to_string()),
        })
    });
    json!({
        "line": record.line,
        "medical_record_number": record.medical_record_number,
        "admission_count": record.admission_count,
        "discharge_time": record.discharge_time,
        "department": record.department,
        "attending_physician": record.attending_physician,
        "coder": record.coder,
        "score": record.score.map(|score| score.normalize().to_string()),
        "grade": record.grade,
        "reject": (!record.reject.is_empty()).then_some(&record.reject),
        "findings": findings.collect::<Vec<_>>(),
    })
}

fn one_record(
    path: &Path,
    command: &Check,
    options: &CheckOptions<'_>,
    screen: &Screen,
) -> Outcome {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        io::stdin().read_to_string(&mut text)
    } else {
        File::open(path).and_then(|mut file| file.read_to_string(&mut text))
    };
    read.map_err(|error| Failure::file(path, &error))?;
    let page = page_from_json(&text).map_err(|error| Failure::of(Exit::Failed, &error))?;
    let layouts = ["hqms811", "n041", "tcm2019"];
    let layout = layouts
        .into_iter()
        .find(|layout| *layout == command.layout)
        .ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("没有版式“{}”，可用：{}", command.layout, layouts.join("、")),
                format!(
                    "there is no layout {:?}; known are {}",
                    command.layout,
                    layouts.join(", ")
                ),
            )
        })?;
    let record = RecordChecker::new(options, layout).check(&page)?;
    let record = only_from(&record, command.stage, options);
    if screen.json() {
        screen.value(&value(&record, options))?;
    } else {
        let set = options.checks.set();
        let score = record
            .score
            .map_or_else(String::new, |score| score.normalize().to_string());
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "得分 {score}（{}），{} 个问题",
                record.grade,
                record.findings.len()
            ),
            Language::En => format!(
                "score {score} ({}), {} findings",
                record.grade,
                record.findings.len()
            ),
        })?;
        for finding in &record.findings {
            let check = &set.checks[finding.check];
            let (severity, message) = (check.severity.word(), &finding.message);
            screen.line(&format!(
                "  {severity} {}  {message}\n      {}",
                check.id, check.mend
            ))?;
        }
    }
    let enforced = record.findings.iter().any(|finding| {
        let check = &options.checks.set().checks[finding.check];
        check.stage.id() == "enforced" && check.severity.id() == "error"
    });
    Ok(if enforced { Exit::Partial } else { Exit::Done })
}

/// The summary: on standard output when nothing else is there, else on standard error.
fn report(
    summary: &CheckSummary,
    command: &Check,
    options: &CheckOptions<'_>,
    seconds: f64,
    screen: &Screen,
) -> Result<(), Failure> {
    if screen.json() {
        return Ok(());
    }
    let text = summary_text(summary, command, options, seconds, screen);
    if command.csv && command.output.is_none() {
        screen.note(&text);
        return Ok(());
    }
    screen.line(&text)
}

fn summary_text(
    summary: &CheckSummary,
    command: &Check,
    options: &CheckOptions<'_>,
    seconds: f64,
    screen: &Screen,
) -> String {
    let zh = screen.language() == Language::Zh;
    let set = options.checks.set();
    let records = summary.records;
    let mean = if records == 0 {
        "—".to_owned()
    } else {
        (summary.score_sum / rust_decimal::Decimal::from(records))
            .round_dp(2)
            .to_string()
    };
    let grades: Vec<String> = set
        .grades
        .iter()
        .zip(&summary.by_grade)
        .map(|(grade, number)| format!("{} {}", grade.id, percentage(*number, records)))
        .collect();
    let shares = [
        (
            summary.blocked,
            ("需改正后才能上报", "cannot be reported yet"),
        ),
        (summary.clean, ("没有任何问题", "without any finding")),
    ];
    let mut text = if zh {
        format!(
            "规则包 {} {}，{} 份病案，平均 {mean} 分（{}）",
            set.id,
            set.version,
            count(records),
            grades.join("，")
        )
    } else {
        format!(
            "checks {} {}, {} records, mean score {mean} ({})",
            set.id,
            set.version,
            count(records),
            grades.join(", ")
        )
    };
    for (number, (in_chinese, in_english)) in shares {
        let label = if zh { in_chinese } else { in_english };
        text += &format!(
            "\n  {label}  {}（{}）",
            count(number),
            percentage(number, records)
        );
    }
    if summary.rejects > 0 {
        let label = if zh {
            "不能读取的行"
        } else {
            "unreadable rows"
        };
        text += &format!("\n  {label}  {}", count(summary.rejects));
    }
    if summary.change_group > 0 {
        let label = if zh {
            "改正后会换病组的问题"
        } else {
            "findings whose mending changes the group"
        };
        text += &format!("\n  {label}  {}", count(summary.change_group));
    }
    let rate = records as f64 / seconds.max(1e-9);
    text += &if zh {
        format!("\n  用时 {seconds:.2} 秒，每秒 {} 份", count(rate as u64))
    } else {
        format!("\n  {seconds:.2} s, {} records/s", count(rate as u64))
    };
    let mut top: Vec<(usize, u64)> = summary.by_check.iter().copied().enumerate().collect();
    top.retain(|(_, number)| *number > 0);
    top.sort_by_key(|(check, number)| (std::cmp::Reverse(*number), *check));
    let rows: Vec<Vec<String>> = top
        .iter()
        .take(15)
        .map(|(check, number)| {
            let check = &set.checks[*check];
            vec![
                check.id.clone(),
                check.title.clone(),
                check.severity.word().to_owned(),
                check.stage.word().to_owned(),
                count(*number),
                percentage(*number, records),
            ]
        })
        .collect();
    if !rows.is_empty() {
        let titles = if zh {
            ["规则", "问题", "程度", "阶段", "份数", "占比"]
        } else {
            ["check", "fault", "severity", "stage", "n", "share"]
        };
        let aligns = [
            Align::Left,
            Align::Left,
            Align::Left,
            Align::Left,
            Align::Right,
            Align::Right,
        ];
        let columns: Vec<(&str, Align)> = titles.into_iter().zip(aligns).collect();
        text += &format!("\n\n{}", screen.table(&columns, &rows));
    }
    if command.output.is_none() {
        text += if zh {
            "\n\n逐份问题：-o 问题清单.xlsx（每科一页）、--csv 或 --json"
        } else {
            "\n\nfindings of each record: -o findings.xlsx (a sheet for each department), --csv or --json"
        };
    }
    text
}
