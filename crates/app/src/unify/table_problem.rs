//! What can be wrong with a table of choices, and with a row of it.

use std::io;

use biaochi_domain::{Language, Localized, io_reason};

use super::UnifyError;

/// Why no row of a table was looked at.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum TableError {
    #[error("the table cannot be read")]
    Read(#[source] io::Error),
    #[error("the table is not UTF-8 from byte {offset} on")]
    NotUtf8 { offset: usize },
    #[error("the first line lacks the columns {}", missing.join(", "))]
    Columns { missing: Vec<String> },
    #[error(transparent)]
    Unify(#[from] UnifyError),
}

impl Localized for TableError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Read(error), Language::Zh) => format!(
                "对照表无法读取：{}。请检查路径和权限",
                io_reason(error, language)
            ),
            (Self::Read(error), Language::En) => format!("{self}: {}", io_reason(error, language)),
            (Self::NotUtf8 { offset }, Language::Zh) => format!(
                "对照表不是 UTF-8 编码（从第 {} 个字节起）。请在 Excel 中另存为“CSV UTF-8”后重试，没有导入任何行",
                offset + 1
            ),
            (Self::NotUtf8 { .. }, Language::En) => {
                format!("{self}; save it as CSV UTF-8. No row was imported")
            }
            (Self::Columns { missing }, Language::Zh) => format!(
                "对照表首行缺少列：{}。列名见 biaochi unify export 导出的文件，没有导入任何行",
                missing.join("、")
            ),
            (Self::Columns { .. }, Language::En) => format!(
                "{self}; `biaochi unify export` writes a table that has them. No row was imported"
            ),
            (Self::Unify(error), _) => error.text(language),
        }
    }
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong.
    pub problem: RowProblem,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum RowProblem {
    /// Neither the row nor the command says for which hospital it is.
    NoOrganisation,
    /// A word that is none of those the column knows.
    Word { column: &'static str, value: String },
    /// The version is no number.
    Version { value: String },
    /// The same code and name stand in an earlier line.
    Repeated { earlier: u64 },
    /// What is stored is newer than, or other than, what the row was made from.
    Moved { stored: u64, target: String },
    /// The row is no row of a CSV table.
    Unreadable { reason: String },
    /// The value cannot be used; the text says why in both languages.
    Refused { zh: String, en: String },
}

impl RowProblem {
    pub(super) fn refused(error: &dyn Localized) -> Self {
        Self::Refused {
            zh: error.text(Language::Zh),
            en: error.text(Language::En),
        }
    }
}

impl Localized for RowFault {
    fn text(&self, language: Language) -> String {
        let line = self.line;
        match language {
            Language::Zh => format!("第 {line} 行：{}", self.problem.text(language)),
            Language::En => format!("line {line}: {}", self.problem.text(language)),
        }
    }
}

impl Localized for RowProblem {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoOrganisation if zh => {
                "没有机构代码。请填写，或用 --organisation 指定".to_owned()
            }
            Self::NoOrganisation => {
                "no organisation code: fill it in or use --organisation".to_owned()
            }
            Self::Word { column, value } if zh => format!("{column}不能是“{value}”"),
            Self::Word { column, value } => format!("{column} cannot be {value:?}"),
            Self::Version { value } if zh => format!("版本“{value}”不是数字"),
            Self::Version { value } => format!("the version {value:?} is no number"),
            Self::Repeated { earlier } if zh => {
                format!("与第 {earlier} 行的编码和名称相同，请只留一行")
            }
            Self::Repeated { earlier } => format!("same code and name as line {earlier}; keep one"),
            Self::Moved { stored, target } if zh => format!(
                "已有第 {stored} 版，指向 {target}。核对后若要替换，请在“版本”列填写 {stored}"
            ),
            Self::Moved { stored, target } => format!(
                "version {stored} is stored, leading to {target}; to replace it, write {stored} under version"
            ),
            Self::Unreadable { reason } if zh => format!("这一行无法读取：{reason}"),
            Self::Unreadable { reason } => format!("the row cannot be read: {reason}"),
            Self::Refused { zh: text, .. } if zh => text.clone(),
            Self::Refused { en, .. } => en.clone(),
        }
    }
}
