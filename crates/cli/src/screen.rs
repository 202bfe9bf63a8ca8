//! Writing to the person or program on the other side: tables, JSON, notes and progress.

use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::time::Duration;

pub(crate) use biaochi_domain::thousands as count;
use biaochi_domain::{Language, Localized, io_reason};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;

use crate::arguments::{Global, Lang};
use crate::outcome::{Exit, Failure};

/// Where output goes and in which language and form.
pub(crate) struct Screen {
    language: Language,
    json: bool,
    quiet: bool,
}

/// Alignment of a table column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

impl Screen {
    pub(crate) fn new(global: &Global) -> Self {
        let language = match global.lang {
            Lang::Zh => Language::Zh,
            Lang::En => Language::En,
        };
        Self {
            language,
            json: global.json,
            quiet: global.quiet,
        }
    }

    pub(crate) fn language(&self) -> Language {
        self.language
    }

    pub(crate) fn json(&self) -> bool {
        self.json
    }

    /// One of two texts, by language.
    pub(crate) fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.language {
            Language::Zh => zh,
            Language::En => en,
        }
    }

    /// Result text on standard output.
    pub(crate) fn line(&self, text: &str) -> Result<(), Failure> {
        self.raw(|out| writeln!(out, "{text}"))
    }

    /// Result bytes on standard output; a reader that went away is not an error.
    pub(crate) fn raw(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let mut out = BufWriter::new(io::stdout().lock());
        finished(write(&mut out).and_then(|()| out.flush()))
    }

    /// A value as JSON on standard output.
    pub(crate) fn value(&self, value: &Value) -> Result<(), Failure> {
        self.raw(|out| {
            serde_json::to_writer_pretty(&mut *out, value)?;
            writeln!(out)
        })
    }

    /// A remark for people, on standard error, so that results can be piped.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet && !self.json {
            // Nothing can be done when standard error is closed.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }

    /// A warning, shown even when quiet.
    pub(crate) fn warn(&self, text: &str) {
        let label = self.say("注意：", "warning: ");
        let _ = writeln!(io::stderr(), "{}{text}", self.coloured("33", label));
    }

    /// The sentence of a failure on standard error, or a JSON object there.
    pub(crate) fn fail(&self, failure: &Failure) {
        let text = failure.text(self.language);
        if self.json {
            let value = serde_json::json!({ "error": text, "exit_code": failure.exit as u8 });
            let _ = writeln!(io::stderr(), "{value}");
        } else {
            let label = self.say("错误：", "error: ");
            let _ = writeln!(io::stderr(), "{}{text}", self.coloured("31", label));
        }
    }

    fn coloured(&self, code: &str, text: &str) -> String {
        if io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// A table; Chinese characters count as two columns.
    pub(crate) fn table(&self, columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
        let mut table = Table::new();
        table
            .load_style(NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(columns.iter().map(|(title, _)| *title));
        for row in rows {
            table.add_row(row.iter().map(|cell| one_line(cell)));
        }
        for (index, (_, align)) in columns.iter().enumerate() {
            if let Some(column) = table.column_mut(index) {
                column.set_cell_alignment(match align {
                    Align::Left => CellAlignment::Left,
                    Align::Right => CellAlignment::Right,
                });
            }
        }
        table.trim_fmt()
    }

    /// What is being done and for how long, where nobody knows how much of it is left; invisible where a bar is.
    pub(crate) fn waiting(&self, what: &str) -> ProgressBar {
        let bar = self.progress(None, Unit::Records);
        self.wait_on(&bar, what);
        bar
    }

    /// Makes a bar say what is being done from now on, and for how long.
    pub(crate) fn wait_on(&self, bar: &ProgressBar, what: &str) {
        let since = self.say("已用", "for");
        let template = format!("{{spinner}} {{msg}} {since} {{elapsed}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.reset_elapsed();
    }

    /// A progress bar on a terminal, invisible elsewhere. `unit` is what is counted.
    pub(crate) fn progress(&self, total: Option<u64>, unit: Unit) -> ProgressBar {
        let visible = !self.quiet && !self.json && io::stderr().is_terminal();
        let target = if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let counts = match unit {
            Unit::Bytes => "{bytes}/{total_bytes} {bytes_per_sec}",
            Unit::Records => "{human_pos}/{human_len} {per_sec}",
        };
        let left = self.say("剩余", "left");
        let template = format!("{{msg}} {{wide_bar}} {counts} {left} {{eta}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        if visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        bar
    }
}

/// What a progress bar counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Bytes,
    Records,
}

/// Control characters of data must not steer the terminal or break the table.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            // What turns the direction of a line would show other words than there are.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// Turns the end of writing into an outcome; a closed pipe is a normal end.
pub(crate) fn finished(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            Exit::Failed,
            format!(
                "写输出失败：{}。请检查磁盘空间和权限",
                io_reason(&error, Language::Zh)
            ),
            format!("cannot write the output: {error}"),
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_cannot_steer_the_terminal() {
        assert_eq!(one_line("a\u{1b}[31mb\nc"), "a [31mb c");
    }
}
