//! `biaochi group`

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use biaochi_app::content::LoadedScheme;
use biaochi_app::group::{GroupFormat, GroupOptions, GroupSummary, group_file, group_stream};
pub(super) use biaochi_domain::percentage;
use biaochi_domain::{Language, Localized as _};

use super::files::{BYTE_ORDER_MARK, into_file, is_standard_input, with_progress};
use super::{content, named_scheme, named_weights};
use crate::arguments::Global;
use crate::arguments::group::Group;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(crate) fn run(command: &Group, global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let scheme = named_scheme(&content, &command.scheme, screen)?;
    let weights = named_weights(&content, command.weights.as_deref(), &command.scheme)?;
    let options = GroupOptions {
        scheme: &scheme.scheme,
        weights: weights.as_ref(),
        translate: command.translate,
        reasons: command.reasons,
        format: format(command, screen),
        language: screen.language(),
        disarm: false,
    };
    let start = Instant::now();
    let summary = match &command.output {
        Some(path) => into_file(path, |out| {
            if options.format == GroupFormat::Csv {
                let failed = |error: io::Error| Failure::file(path, &error);
                out.write_all(BYTE_ORDER_MARK).map_err(failed)?;
            }
            grouped(command, out, &options, screen)
        }),
        None => grouped(command, &mut BufWriter::new(io::stdout()), &options, screen),
    };
    let Some(summary) = summary? else {
        return Ok(Exit::Done);
    };
    report(
        &summary,
        &scheme,
        &options,
        start.elapsed().as_secs_f64(),
        screen,
    )?;
    Ok(if summary.rejects > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

/// `--json` and a `.json` file mean JSON lines, `--csv` and any other file CSV; a bare command only
/// shows the summary.
fn format(command: &Group, screen: &Screen) -> GroupFormat {
    let json_file = command
        .output
        .as_deref()
        .and_then(Path::extension)
        .is_some_and(|extension| extension == "json" || extension == "jsonl");
    if json_file || (screen.json() && !command.csv) {
        GroupFormat::JsonLines
    } else if command.csv || command.output.is_some() {
        GroupFormat::Csv
    } else {
        GroupFormat::SummaryOnly
    }
}

/// `None` when the reader of the results went away.
fn grouped(
    command: &Group,
    out: &mut (dyn Write + Send),
    options: &GroupOptions<'_>,
    screen: &Screen,
) -> Result<Option<GroupSummary>, Failure> {
    let label = screen.say("分组", "grouping");
    let result = with_progress(&command.file, label, screen, |progress| {
        if is_standard_input(&command.file) {
            group_stream(io::stdin(), out, options, progress)
        } else {
            group_file(&command.file, out, options, progress)
        }
    });
    match result {
        Ok(summary) => Ok(Some(summary)),
        Err(error) if error.is_closed_output() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The summary: on standard output when nothing else is there, else on standard error.
fn report(
    summary: &GroupSummary,
    scheme: &LoadedScheme,
    options: &GroupOptions<'_>,
    seconds: f64,
    screen: &Screen,
) -> Result<(), Failure> {
    if screen.json() {
        return Ok(());
    }
    let text = text(summary, scheme, options, seconds, screen);
    match options.format {
        GroupFormat::SummaryOnly => screen.line(&text),
        GroupFormat::Csv | GroupFormat::JsonLines => {
            screen.note(&text);
            Ok(())
        }
    }
}

fn text(
    summary: &GroupSummary,
    scheme: &LoadedScheme,
    options: &GroupOptions<'_>,
    seconds: f64,
    screen: &Screen,
) -> String {
    let zh = screen.language() == Language::Zh;
    let records = summary.records;
    let mut text = if zh {
        format!("方案 {}，{} 条记录", scheme.info.id, count(records))
    } else {
        format!("scheme {}, {} records", scheme.info.id, count(records))
    };
    for (status, number) in &summary.statuses {
        let label = status.text(screen.language());
        // The advice after the colon belongs to single records.
        let label = label.split(['，', ';']).next().unwrap_or_default();
        text += &format!(
            "\n  {label}  {}（{}）",
            count(*number),
            percentage(*number, records)
        );
    }
    if summary.incomplete > 0 {
        let label = if zh {
            "有不能识别的值、按空值分组的记录"
        } else {
            "records grouped without a value that could not be read"
        };
        text += &format!("\n  {label}  {}", count(summary.incomplete));
    }
    if summary.rejects > 0 {
        let label = if zh {
            "不能读取的行"
        } else {
            "unreadable rows"
        };
        text += &format!("\n  {label}  {}", count(summary.rejects));
    }
    if let Some(cmi) = summary.case_mix_index() {
        text += &format!("\n  CMI  {:.4}（{}）", cmi, count(summary.weighted));
    } else if options.weights.is_none() {
        text += if zh {
            "\n  CMI  —（未指定权重表）"
        } else {
            "\n  CMI  — (no weight table)"
        };
    }
    let rate = summary.records as f64 / seconds.max(1e-9);
    text += &if zh {
        format!("\n  用时 {seconds:.2} 秒，每秒 {} 条", count(rate as u64))
    } else {
        format!("\n  {seconds:.2} s, {} records/s", count(rate as u64))
    };
    if options.format == GroupFormat::SummaryOnly {
        let top = summary.top_groups(10);
        let rows: Vec<Vec<String>> = top
            .iter()
            .map(|(drg, number)| {
                let name = scheme.scheme.name(drg).unwrap_or("—").to_owned();
                vec![
                    (*drg).to_owned(),
                    name,
                    count(*number),
                    percentage(*number, records),
                ]
            })
            .collect();
        let titles = if zh {
            ["病组", "名称", "例数", "占比"]
        } else {
            ["DRG", "name", "n", "share"]
        };
        let aligns = [Align::Left, Align::Left, Align::Right, Align::Right];
        let columns: Vec<(&str, Align)> = titles.into_iter().zip(aligns).collect();
        if !rows.is_empty() {
            text += &format!("\n\n{}", screen.table(&columns, &rows));
        }
        text += if zh {
            "\n\n逐条结果：加 --csv、--json，或 -o 结果.csv"
        } else {
            "\n\nresults of each record: add --csv, --json, or -o results.csv"
        };
    }
    text
}
