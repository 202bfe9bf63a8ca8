//! `biaochi report`

pub(super) mod assessment;
mod profile;

use std::io::{self, Write};
use std::path::Path;

use biaochi_app::Content;
use biaochi_app::quality_report::tables::{self, Detail, Table};
use biaochi_app::quality_report::{
    Bulletin, QualityReport, ReportError, ReportRequest, bulletin, quality_report, summary,
    workbook,
};
use biaochi_app::workspace::PaymentRate;
use biaochi_domain::{Language, Localized as _};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::files::into_file;
use super::{content, month, open_workspace};
use crate::arguments::Global;
use crate::arguments::report::{QualityReport as Arguments, Report};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

/// Faults that the screen lists.
const FAULTS: usize = 10;

pub(crate) fn run(command: &Report, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Report::Quality(command) => quality(command, global, screen),
        Report::Assessment(command) => assessment::run(command, global, screen),
        Report::Profile(command) => profile::run(command, global, screen),
    }
}

/// The form of a file, told by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Pdf,
    Xlsx,
    Json,
}

fn quality(command: &Arguments, global: &Global, screen: &Screen) -> Outcome {
    // What was typed is looked at before anything is computed.
    let output = command.output.as_deref();
    let output = output.map(|path| form(path).map(|form| (path, form)));
    let output = output.transpose()?;
    let mut request = ReportRequest {
        organisation: command.organisation.as_deref(),
        from: command.from.as_deref().map(month).transpose()?,
        to: command.to.as_deref().map(month).transpose()?,
        rate: rate(command.rate.as_deref())?,
    };
    let workspace = open_workspace(global)?;
    let configured = workspace.config().payment_rate.map(PaymentRate::yuan);
    request.rate = request.rate.or(configured);
    let content = content(global)?;
    let report = quality_report(&workspace, &content, &request).map_err(failure)?;
    if let Some((path, form)) = output {
        write(&report, path, form, command, &content)?;
        let place = path.display();
        screen.note(&match screen.language() {
            Language::Zh => format!("已写入 {place}"),
            Language::En => format!("written to {place}"),
        });
    }
    if screen.json() {
        screen.raw(|out| json(&report, out))?;
    } else {
        screen.line(&text(&report, output.is_some(), screen))?;
    }
    Ok(Exit::Done)
}

fn failure(error: ReportError) -> Failure {
    let exit = match &error {
        error if error.is_usage() => Exit::Usage,
        error if error.is_not_found() => Exit::NotFound,
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}

fn form(path: &Path) -> Result<Form, Failure> {
    let extension = path
        .extension()
        .map(|extension| extension.to_ascii_lowercase());
    match extension
        .as_deref()
        .and_then(|extension| extension.to_str())
    {
        Some("pdf") => Ok(Form::Pdf),
        Some("xlsx") => Ok(Form::Xlsx),
        Some("json") => Ok(Form::Json),
        _ => Err(Failure::new(
            Exit::Usage,
            format!(
                "“{}”的格式不明。文件名请以 .pdf、.xlsx 或 .json 结尾",
                path.display()
            ),
            format!(
                "what form {} has is unclear; use .pdf, .xlsx or .json",
                path.display()
            ),
        )),
    }
}

/// A day as it is typed.
fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是日期，应写作 2024-03-31"),
            format!("{text:?} is no day; write it as 2024-03-31"),
        )
    })
}

fn rate(text: Option<&str>) -> Result<Option<Decimal>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let rate = text.parse::<Decimal>().ok();
    let rate = rate.filter(|rate| *rate > Decimal::ZERO && rate.scale() <= 4);
    rate.map(Some).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("--rate 的“{text}”不是金额，写法如 6500 或 6512.34"),
            format!("--rate {text:?} is no amount such as 6500 or 6512.34"),
        )
    })
}

fn write(
    report: &QualityReport,
    path: &Path,
    form: Form,
    command: &Arguments,
    content: &Content,
) -> Result<(), Failure> {
    into_file(path, |out| match form {
        Form::Pdf => {
            let template = match &command.template {
                Some(id) => content.reports().report(id),
                None => content.reports().about("quality"),
            };
            let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
            let document = bulletin(&Bulletin {
                template: &template,
                report,
                issuer: command.issuer.as_deref(),
                date: None,
            })
            .map_err(failure)?;
            let written = out.write_all(&document.pdf);
            written.map_err(|error| Failure::file(path, &error))
        }
        Form::Xlsx => workbook(report, out).map_err(failure),
        Form::Json => json(report, out).map_err(|error| Failure::file(path, &error)),
    })
}

fn json(report: &QualityReport, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}

/// The summary, the hospitals, the faults, and where there is more.
fn text(report: &QualityReport, is_written: bool, screen: &Screen) -> String {
    let language = screen.language();
    let joint = screen.say("", " ");
    let mut text = summary(report, language).join(joint);
    let parts = [
        (
            screen.say("各机构", "hospitals"),
            tables::hospitals(report, Detail::Short),
        ),
        (
            screen.say("主要问题", "faults"),
            tables::checks(report, Detail::Short).first(FAULTS),
        ),
    ];
    for (title, table) in parts {
        text += &format!("\n\n{title}\n{}", shown(&table, screen));
    }
    if !is_written {
        text += screen.say(
            "\n\n完整的通报：加 -o 质量通报.pdf；全部数字：加 -o 质量通报.xlsx",
            "\n\nthe whole bulletin: add -o bulletin.pdf; all figures: add -o figures.xlsx",
        );
    }
    text
}

fn shown(table: &Table, screen: &Screen) -> String {
    let titles = table
        .columns
        .iter()
        .map(|column| column.text(screen.language()));
    let titles: Vec<String> = titles.collect();
    let columns: Vec<(&str, Align)> = titles
        .iter()
        .zip(&table.columns)
        .map(|(title, column)| match column.text_width {
            Some(_) => (title.as_str(), Align::Left),
            None => (title.as_str(), Align::Right),
        })
        .collect();
    let rows = table.rows.iter();
    let rows: Vec<Vec<String>> = rows
        .map(|row| row.iter().map(tables::Cell::text).collect())
        .collect();
    screen.table(&columns, &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_tells_its_form() {
        for (name, expected) in [
            ("a.pdf", Form::Pdf),
            ("通报.XLSX", Form::Xlsx),
            ("x.y.json", Form::Json),
        ] {
            assert_eq!(form(Path::new(name)).ok(), Some(expected), "{name}");
        }
        for name in ["a", "a.doc", ".pdf", ""] {
            assert!(form(Path::new(name)).is_err(), "{name}");
        }
    }

    #[test]
    fn a_rate_is_an_amount_above_nothing() {
        for (text, fits) in [
            ("6500", true),
            ("0.5", true),
            ("0", false),
            ("-1", false),
            ("六千", false),
            ("1.23456", false),
        ] {
            assert_eq!(rate(Some(text)).is_ok(), fits, "{text}");
        }
    }
}
