//! One record's line of output.

use std::borrow::Cow;
use std::io::Write as _;

use biaochi_domain::{Language, Localized as _, spreadsheet_text};
use biaochi_grouper::{ComplicationFinding, Grouping, Status};
use biaochi_ingest::{Problem, Severity};
use biaochi_records::FrontPage;
use rust_decimal::Decimal;
use serde_json::json;

use super::{GroupFormat, GroupOptions, GroupSummary};
use crate::stay_of;

/// Status of a row that could not be read as a record.
const UNREADABLE: &str = "拒收";

const COLUMNS: &[&str] = &[
    "id",
    "status",
    "mdc",
    "adrg",
    "drg",
    "name",
    "weight",
    "complications",
    "excluded",
    "detail",
];

/// Writes the line of a record or of a row that is none. Copies are cheap; each thread has its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineWriter<'a> {
    options: &'a GroupOptions<'a>,
}

impl<'a> LineWriter<'a> {
    pub(super) fn new(options: &'a GroupOptions<'a>) -> Self {
        Self { options }
    }

    /// What stands before the first line.
    pub(super) fn heading(self) -> String {
        if self.options.format != GroupFormat::Csv {
            return String::new();
        }
        let mut heading = COLUMNS.join(",");
        if self.options.reasons {
            heading.push_str(",reasons");
        }
        heading + "\n"
    }

    pub(super) fn record(
        self,
        page: &FrontPage,
        line: u64,
        problems: &[Problem],
        out: &mut Vec<u8>,
        summary: &mut GroupSummary,
    ) {
        let options = self.options;
        let is_lost = |problem: &&Problem| problem.kind.leaves_empty();
        summary.incomplete += u64::from(problems.iter().any(|problem| is_lost(&problem)));
        let stay = stay_of(page, options.translate);
        let grouping = options.scheme.group(&stay);
        let weight = options
            .weights
            .filter(|_| grouping.status == Status::Grouped)
            .and_then(|table| table.get(grouping.drg));
        summary.record(grouping.status, grouping.drg, weight);
        if options.format == GroupFormat::SummaryOnly {
            return;
        }
        let complications = options.scheme.complications(&stay);
        let reasons = options.reasons.then(|| options.scheme.explain(&stay));
        // A value that could not be read was left out of the grouping, which may be why it came out so.
        let status = (grouping.status != Status::Grouped).then_some(grouping.status);
        let status = status.map(|status| status.text(options.language));
        let lost = problems.iter().filter(is_lost);
        let lost = lost.map(|problem| problem.text(options.language));
        let detail: Vec<String> = status.into_iter().chain(lost).collect();
        let detail = detail.join(match options.language {
            Language::Zh => "；",
            Language::En => "; ",
        });
        match options.format {
            GroupFormat::Csv => {
                let sentences = reasons.map(|reasons| reasons.text(options.language));
                self.csv(
                    page,
                    &grouping,
                    weight,
                    &complications,
                    &detail,
                    sentences,
                    out,
                );
            }
            GroupFormat::JsonLines => {
                let mut value = json!({
                    "id": page.medical_record_number.as_str(),
                    "line": line,
                    "status": grouping.status.label(),
                    "reason": grouping.status.name(),
                    "mdc": grouping.mdc,
                    "adrg": grouping.adrg,
                    "drg": grouping.drg,
                    "name": options.scheme.name(grouping.drg),
                    "weight": weight.map(|weight| weight.to_string()),
                    "complications": complications,
                    "detail": detail,
                });
                if let Some(reasons) = reasons {
                    value["explanation"] = json!(reasons.report());
                }
                json_line(&value, out);
            }
            GroupFormat::SummaryOnly => {}
        }
    }

    /// A text that may come from the record.
    fn text<'t>(self, text: &'t str) -> Cow<'t, str> {
        match self.options.disarm {
            true => spreadsheet_text(text),
            false => text.into(),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one for each column of the line")]
    fn csv(
        self,
        page: &FrontPage,
        grouping: &Grouping<'_>,
        weight: Option<Decimal>,
        complications: &[ComplicationFinding<'_>],
        detail: &str,
        reasons: Option<String>,
        out: &mut Vec<u8>,
    ) {
        csv_field(&self.text(&page.medical_record_number), out);
        for text in [
            grouping.status.label(),
            grouping.mdc,
            grouping.adrg,
            grouping.drg,
        ] {
            out.push(b',');
            csv_field(text, out);
        }
        out.push(b',');
        if grouping.status == Status::Grouped {
            csv_field(self.options.scheme.name(grouping.drg).unwrap_or(""), out);
        }
        out.push(b',');
        if let Some(weight) = weight {
            // Writing to memory cannot fail.
            let _ = write!(out, "{weight}");
        }
        for excluded in [false, true] {
            out.push(b',');
            complication_list(complications, excluded, out);
        }
        out.push(b',');
        csv_field(&self.text(detail), out);
        if let Some(reasons) = reasons {
            out.push(b',');
            csv_field(&self.text(&reasons), out);
        }
        out.push(b'\n');
    }

    pub(super) fn reject(
        self,
        line: u64,
        problems: &[Problem],
        out: &mut Vec<u8>,
        summary: &mut GroupSummary,
    ) {
        summary.rejects += 1;
        let language = self.options.language;
        let why: Vec<String> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Reject)
            .map(|problem| problem.text(language))
            .collect();
        let detail = match language {
            Language::Zh => format!("第 {line} 行：{}", why.join("；")),
            Language::En => format!("line {line}: {}", why.join("; ")),
        };
        match self.options.format {
            GroupFormat::Csv => {
                // The columns of id, MDC, ADRG, DRG, name, weight and complications stay empty.
                let _ = write!(out, ",{UNREADABLE},,,,,,,,");
                csv_field(&detail, out);
                if self.options.reasons {
                    out.push(b',');
                }
                out.push(b'\n');
            }
            GroupFormat::JsonLines => {
                json_line(
                    &json!({ "line": line, "status": UNREADABLE, "detail": detail }),
                    out,
                );
            }
            GroupFormat::SummaryOnly => {}
        }
    }
}

fn json_line(value: &serde_json::Value, out: &mut Vec<u8>) {
    // Writing to memory cannot fail, and the value has text keys only.
    let _ = serde_json::to_writer(&mut *out, value);
    out.push(b'\n');
}

/// `MCC I21.000;CC I10.x00x002`.
fn complication_list(findings: &[ComplicationFinding<'_>], excluded: bool, out: &mut Vec<u8>) {
    let mut first = true;
    for finding in findings
        .iter()
        .filter(|finding| finding.excluded == excluded)
    {
        if !std::mem::take(&mut first) {
            out.push(b';');
        }
        let _ = write!(out, "{} {}", finding.level.abbreviation(), finding.code);
        if let (true, Some(table)) = (excluded, finding.table) {
            let _ = write!(out, "@{table}");
        }
    }
}

/// A CSV field, quoted when it must be.
fn csv_field(text: &str, out: &mut Vec<u8>) {
    let special = |byte: u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    if !text.bytes().any(special) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_when_needed() {
        let cases = [
            ("", ""),
            ("GB21", "GB21"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ];
        for (text, expected) in cases {
            let mut out = Vec::new();
            csv_field(text, &mut out);
            assert_eq!(String::from_utf8_lossy(&out), expected);
        }
    }
}
