//! What can be wrong with the rows of organisations.

use biaochi_domain::{Language, Localized};

use crate::tables::Table;
use crate::value::ValueFault;

/// A problem of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The table.
    pub table: Table,
    /// Number of the row in the table, from 0.
    pub row: usize,
    /// Number of the column; none when the whole row is meant.
    pub column: Option<usize>,
    /// What is wrong.
    pub problem: RowProblem,
}

impl Problem {
    /// Heading of the column, empty when the whole row is meant.
    pub fn heading(&self) -> &'static str {
        let column = self.column.and_then(|at| self.table.columns().get(at));
        column.map_or("", |column| column.heading)
    }
}

/// What is wrong with a row, a sheet or a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum RowProblem {
    /// No sheet has the name of a table.
    NoTable { names: Vec<String> },
    /// Columns that must be there are not.
    Headings {
        table: Table,
        missing: Vec<&'static str>,
    },
    /// A cell holds no value of its column.
    Value { text: String, fault: ValueFault },
    /// The same key and begin as another row.
    Repeated { key: String },
    /// It says an end that lies after the begin of the next version.
    Overlap { key: String, next: String },
    /// It ends before it begins.
    EndsBeforeBegin { key: String },
    /// It names something that no row is about.
    Unknown {
        key: String,
        table: Table,
        code: String,
    },
    /// What it names exists, but on none of its days.
    NotThen {
        key: String,
        table: Table,
        code: String,
    },
    /// It is above itself.
    Cycle { key: String },
    /// The division above it does not rank higher.
    Rank { key: String, parent: String },
    /// The institution that leads the alliance is none of its members.
    LeadNotMember { key: String, lead: String },
}

impl Localized for RowProblem {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl RowProblem {
    fn zh(&self) -> String {
        let lang = Language::Zh;
        match self {
            Self::NoTable { names } => {
                let known: Vec<_> = Table::ALL.iter().map(|table| table.title()).collect();
                format!(
                    "没有找到组织机构的表（看到：{}）。工作表或文件的名称应为：{}",
                    names.join("、"),
                    known.join("、")
                )
            }
            Self::Headings { table, missing } => format!(
                "{}表缺少列：{}。列名见 biaochi org template 生成的模板",
                table.title(),
                missing.join("、")
            ),
            Self::Value { text, fault } if text.is_empty() => fault.text(lang),
            Self::Value { text, fault } => format!("“{text}”{}", fault.text(lang)),
            Self::Repeated { key } => {
                format!("{key} 在同一个生效日期有两行，请只留一行，或写明各自的生效日期")
            }
            Self::Overlap { key, next } => format!(
                "{key} 的截止日期晚于下一版的生效日期 {next}。请把截止日期改为它的前一天，或留空"
            ),
            Self::EndsBeforeBegin { key } => format!("{key} 的截止日期早于生效日期"),
            Self::Unknown { key, table, code } => {
                format!(
                    "{key}：{}表中没有“{code}”。请补上这一行，或改正代码",
                    table.title()
                )
            }
            Self::NotThen { key, table, code } => format!(
                "{key}：{}“{code}”在这段时间里不存在。请核对两边的生效和截止日期",
                table.title()
            ),
            Self::Cycle { key } => format!("{key} 的上级又归它管，成了环。请改正上级代码"),
            Self::Rank { key, parent } => {
                format!("{key} 的上级 {parent} 级别并不更高。请改正级别或上级代码")
            }
            Self::LeadNotMember { key, lead } => {
                format!("{key} 的牵头机构 {lead} 不在它的成员中。请在医联体成员表中加上它")
            }
        }
    }

    fn en(&self) -> String {
        let lang = Language::En;
        match self {
            Self::NoTable { names } => {
                let known: Vec<_> = Table::ALL.iter().map(|table| table.title()).collect();
                format!(
                    "no table of organisations (found: {}); sheets or files are named {}",
                    names.join(", "),
                    known.join(", ")
                )
            }
            Self::Headings { table, missing } => format!(
                "the table {} lacks the columns {}; biaochi org template writes one that has them",
                table.text(lang),
                missing.join(", ")
            ),
            Self::Value { text, fault } if text.is_empty() => fault.text(lang),
            Self::Value { text, fault } => format!("{text:?}: {}", fault.text(lang)),
            Self::Repeated { key } => {
                format!("{key} has two rows that begin on the same day; keep one, or date them")
            }
            Self::Overlap { key, next } => format!(
                "{key} ends after its next version begins ({next}); end it the day before, or leave the end open"
            ),
            Self::EndsBeforeBegin { key } => format!("{key} ends before it begins"),
            Self::Unknown { key, table, code } => format!(
                "{key}: there is no {code:?} in the table {}; add it or correct the code",
                table.text(lang)
            ),
            Self::NotThen { key, table, code } => format!(
                "{key}: {code:?} of the table {} does not exist on any of its days; compare the dates",
                table.text(lang)
            ),
            Self::Cycle { key } => format!("{key} is above itself; correct the code of its parent"),
            Self::Rank { key, parent } => {
                format!("{parent}, above {key}, does not rank higher; correct level or parent")
            }
            Self::LeadNotMember { key, lead } => {
                format!("{lead} leads {key} and is none of its members; add it to them")
            }
        }
    }
}
