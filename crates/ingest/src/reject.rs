use std::io::{self, Write};

use biaochi_domain::Language;

use crate::{Problem, Severity};

/// Writes the file of rejects and problems that a hospital corrects: CSV in UTF-8 with a byte-order
/// mark, so that spreadsheets open it, one line per problem. Values are guarded so that a spreadsheet
/// never takes them for formulas.
#[derive(Debug)]
pub struct RejectWriter<W> {
    out: W,
    language: Language,
    line: String,
    problems: u64,
}

impl<W: Write> RejectWriter<W> {
    /// Writes the heading line.
    ///
    /// # Errors
    /// Writing failed.
    pub fn new(mut out: W, language: Language) -> io::Result<Self> {
        let headings = match language {
            Language::Zh => "文件,行号,处理,列,字段,原值,原因,怎么办,原始行",
            Language::En => "file,line,outcome,column,field,value,reason,remedy,original row",
        };
        out.write_all("\u{feff}".as_bytes())?;
        writeln!(out, "{headings}")?;
        Ok(Self {
            out,
            language,
            line: String::new(),
            problems: 0,
        })
    }

    /// Writes the problems of a row; its original text stands at the first of them.
    ///
    /// # Errors
    /// Writing failed.
    pub fn write(
        &mut self,
        file: &str,
        line: u64,
        problems: &[Problem],
        raw: &str,
    ) -> io::Result<()> {
        for (position, problem) in problems.iter().enumerate() {
            self.problems += 1;
            let outcome = match (problem.severity, self.language) {
                (Severity::Reject, Language::Zh) => "拒收",
                (Severity::Kept, Language::Zh) => "入库待改",
                (Severity::Reject, Language::En) => "rejected",
                (Severity::Kept, Language::En) => "kept, to be corrected",
            };
            let field = match (problem.field, self.language) {
                (None, _) => String::new(),
                (Some(field), Language::Zh) => field.info().name_zh.to_owned(),
                (Some(field), Language::En) => field.info().id.to_owned(),
            };
            let cells = [
                file,
                &line.to_string(),
                outcome,
                &problem.column,
                &field,
                &problem.shown_value(),
                &problem.reason(self.language),
                problem.remedy(self.language),
                if position == 0 { raw } else { "" },
            ];
            self.line.clear();
            for (position, cell) in cells.into_iter().enumerate() {
                if position > 0 {
                    self.line.push(',');
                }
                push_cell(&mut self.line, cell);
            }
            self.line.push('\n');
            self.out.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }

    /// Problems written so far.
    pub fn problems(&self) -> u64 {
        self.problems
    }

    /// Writes everything through and gives the writer back.
    ///
    /// # Errors
    /// Writing failed.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Appends a cell, quoted as needed. A cell that a spreadsheet would run as a formula gets an
/// apostrophe in front.
fn push_cell(line: &mut String, cell: &str) {
    let formula = match cell.as_bytes() {
        [b'=' | b'+' | b'@' | b'\t' | b'\r', ..] => true,
        [b'-', next, ..] => !next.is_ascii_digit(),
        _ => false,
    };
    let quoted = cell.contains([',', '"', '\n', '\r']);
    if quoted {
        line.push('"');
    }
    if formula {
        line.push('\'');
    }
    if quoted {
        line.push_str(&cell.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(cell);
    }
}

#[cfg(test)]
mod tests {
    use biaochi_records::Field;

    use super::*;
    use crate::ProblemKind;

    #[test]
    fn one_line_per_problem_and_the_row_once() {
        let problem = |kind, severity| Problem {
            field: Some(Field::DischargeTime),
            index: 0,
            column: "B15".into(),
            value: "=HYPERLINK(1)".into(),
            kind,
            severity,
        };
        let mut writer = RejectWriter::new(Vec::new(), Language::Zh).expect("memory");
        let problems = [
            problem(ProblemKind::NotADate, Severity::Reject),
            problem(ProblemKind::Hour, Severity::Kept),
        ];
        writer
            .write("三月.csv", 7, &problems, "a,\"b\"")
            .expect("memory");
        assert_eq!(writer.problems(), 2);
        let text = String::from_utf8(writer.finish().expect("memory")).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[0],
            "\u{feff}文件,行号,处理,列,字段,原值,原因,怎么办,原始行"
        );
        assert_eq!(
            lines[1],
            "三月.csv,7,拒收,B15,出院时间,'=HYPERLINK(1),不是能识别的日期,\
             请改为 2024-03-05 或 2024-03-05 08:05:00 的形式,\"a,\"\"b\"\"\""
        );
        assert!(lines[2].contains("入库待改") && lines[2].ends_with(','));
    }

    #[test]
    fn formulas_are_disarmed_and_negative_numbers_are_not() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("@x", "'@x"),
            ("-5", "-5"),
            ("-cmd", "'-cmd"),
            ("+1,2", "\"'+1,2\""),
        ] {
            let mut line = String::new();
            push_cell(&mut line, cell);
            assert_eq!(line, expected);
        }
    }
}
