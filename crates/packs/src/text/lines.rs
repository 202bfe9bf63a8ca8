//! A table file is lines: a heading `@kind 1`, then lines told apart by how far they are indented.

use crate::problem::{Problem, Problems};

/// Whether a table stands for itself or changes the table of the base scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The file is the whole table; nothing of the base remains.
    Whole,
    /// The file adds, removes and replaces rows of the base's table.
    Changes,
}

/// One line that is neither blank nor a comment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Line number, counted from one.
    pub number: u32,
    /// Blanks before the text, two for each level.
    pub indent: u32,
    /// The text without the blanks around it.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// The column of a part of [`Line::text`], counted in characters from one.
    pub(crate) fn column(&self, part: &'a str) -> u32 {
        let offset = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or(self.text);
        self.indent
            + u32::try_from(before.chars().count()).unwrap_or(u32::MAX - self.indent - 1)
            + 1
    }

    /// `+`, `-`, `=` or `~` before a name in a file of changes, and the text after it.
    pub(crate) fn marker(&self) -> (Option<char>, &'a str) {
        for marker in ['+', '-', '=', '~', '>'] {
            if let Some(rest) = self.text.strip_prefix(marker)
                && let Some(rest) = rest.strip_prefix(' ')
            {
                return (Some(marker), rest.trim_start());
            }
        }
        (None, self.text)
    }
}

/// Splits a table into lines and reads its heading. `None`, with a problem, when the heading is
/// not that of `kind`.
pub(crate) fn read_table<'a>(
    text: &'a str,
    kind: &str,
    problems: &mut Problems<'_>,
) -> Option<(Mode, Vec<Line<'a>>)> {
    let mut lines = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let trimmed = raw.trim_start_matches(' ');
        let content = trimmed.trim_end();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let indent = u32::try_from(raw.len() - trimmed.len()).unwrap_or(u32::MAX);
        if content.starts_with('\t') || indent % 2 != 0 || indent > 4 {
            problems.add(number, 1, Problem::BadIndent);
            continue;
        }
        lines.push(Line {
            number,
            indent,
            text: content,
        });
    }
    let heading = lines.first().copied();
    let mode = match heading {
        Some(line) if line.text == format!("@{kind} 1") => Mode::Whole,
        Some(line) if line.text == format!("@{kind} 1 changes") => Mode::Changes,
        _ => {
            let number = heading.map_or(1, |line| line.number);
            problems.add(
                number,
                1,
                Problem::BadHeading {
                    kind: kind.to_owned(),
                },
            );
            return None;
        }
    };
    lines.remove(0);
    Some((mode, lines))
}
