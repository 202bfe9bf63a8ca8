use std::fmt;

use crate::{Language, Localized};

/// Where in a file something was found. Rows and columns count from one, as a person counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Position {
    /// The file as the person named it; empty for standard input or values without a file.
    pub file: String,
    /// Line in the file (the header is line 1), zero when unknown.
    pub line: u64,
    /// Column heading or column number as text, empty when the whole line is meant.
    pub column: String,
}

impl Localized for Position {
    fn text(&self, language: Language) -> String {
        let mut parts = Vec::new();
        match language {
            Language::Zh => {
                if !self.file.is_empty() {
                    parts.push(format!("文件“{}”", self.file));
                }
                if self.line > 0 {
                    parts.push(format!("第 {} 行", self.line));
                }
                if !self.column.is_empty() {
                    parts.push(format!("“{}”列", self.column));
                }
                parts.join(" ")
            }
            Language::En => {
                if !self.file.is_empty() {
                    parts.push(format!("file {:?}", self.file));
                }
                if self.line > 0 {
                    parts.push(format!("line {}", self.line));
                }
                if !self.column.is_empty() {
                    parts.push(format!("column {:?}", self.column));
                }
                parts.join(", ")
            }
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_only_what_is_known() {
        let position = Position {
            file: "三月.csv".into(),
            line: 1284,
            column: "出院时间".into(),
        };
        assert_eq!(
            position.text(Language::Zh),
            "文件“三月.csv” 第 1284 行 “出院时间”列"
        );
        assert_eq!(Position::default().text(Language::Zh), "");
    }
}
