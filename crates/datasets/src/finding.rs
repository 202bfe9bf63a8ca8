//! What is wrong with a submission, and where.

use biaochi_domain::{Language, Localized};
use rust_decimal::Decimal;

use crate::cell::CellProblem;
use crate::definition::{DataSet, Field, Severity};

/// Something that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Value of the breakdown; empty without one.
    pub breakdown: String,
    /// Id of the field; empty when the row as a whole is meant.
    pub field: String,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The cell has no value that can be read.
    Cell {
        /// What stands there.
        text: String,
        /// Why it cannot be read.
        problem: CellProblem,
    },
    /// It must be filled in.
    Missing,
    /// It is smaller or larger than allowed.
    Range {
        /// The value.
        value: String,
        /// The smallest one.
        min: Option<String>,
        /// The largest one.
        max: Option<String>,
    },
    /// It is not the sum of its parts.
    Sum {
        /// The value.
        value: Decimal,
        /// The sum of the parts.
        sum: Decimal,
        /// Titles of the parts.
        parts: Vec<String>,
    },
    /// It is larger than what it is a part of.
    Part {
        /// The value.
        value: Decimal,
        /// The whole.
        whole: Decimal,
        /// Title of the whole.
        title: String,
    },
    /// A row that must be there is not.
    NoRow,
    /// A row that the breakdown does not have.
    UnknownRow {
        /// Title of the breakdown.
        title: String,
    },
    /// A row that came before.
    RepeatedRow {
        /// Where it came first.
        earlier: String,
    },
    /// A column that the data set does not have.
    UnknownColumn {
        /// Its heading.
        heading: String,
        /// What stands in it.
        text: String,
    },
    /// A rule of the data set is violated.
    Rule {
        /// Id of the rule.
        id: String,
        /// Whether it keeps from submitting.
        severity: Severity,
        /// The message with the values.
        message: String,
        /// What to do.
        mend: String,
    },
}

impl Finding {
    /// Whether it keeps from submitting.
    pub fn severity(&self) -> Severity {
        match &self.fault {
            Fault::Rule { severity, .. } => *severity,
            _ => Severity::Error,
        }
    }

    /// The sentence for a person, with the title of row and field in front.
    pub fn sentence(&self, set: &DataSet, language: Language) -> String {
        let field = set.field(&self.field).map(|field| field.title.as_str());
        let parts = [Some(self.breakdown.as_str()), field];
        let subject: Vec<&str> = parts
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        let text = self.fault.text(language);
        match (subject.is_empty(), language) {
            (true, _) => text,
            (false, Language::Zh) => format!("“{}”{text}", subject.join("·")),
            (false, Language::En) => format!("{:?} {text}", subject.join(" · ")),
        }
    }
}

impl Localized for Fault {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl Fault {
    fn zh(&self) -> String {
        match self {
            Self::Cell { text, problem } => {
                format!("填的是“{text}”：{}", problem.text(Language::Zh))
            }
            Self::Missing => "没有填写；没有发生请填 0".to_owned(),
            Self::Range { value, min, max } => {
                let range = match (min, max) {
                    (Some(min), Some(max)) => format!("应在 {min} 到 {max} 之间"),
                    (Some(min), None) => format!("不应小于 {min}"),
                    (_, max) => format!("不应大于 {}", max.as_deref().unwrap_or_default()),
                };
                format!("的值 {value} 超出范围，{range}，请核对数值和单位")
            }
            Self::Sum { value, sum, parts } => format!(
                "的值 {value} 不等于各项之和 {sum}（{}），相差 {}，请核对",
                parts.join(" + "),
                value - sum
            ),
            Self::Part {
                value,
                whole,
                title,
            } => format!("的值 {value} 大于“{title}”{whole}，而它是其中的一部分，请核对"),
            Self::NoRow => "这一行没有填，请补上；没有发生请填 0".to_owned(),
            Self::UnknownRow { title } => {
                format!("不是“{title}”中的一项，请按填报说明改正")
            }
            Self::RepeatedRow { earlier } => format!("与{earlier}重复，请删去一处"),
            Self::UnknownColumn { heading, text } => {
                format!("有数据集没有的列“{heading}”（填的是“{text}”），请核对列名或删去这一列")
            }
            Self::Rule { message, mend, .. } if mend.is_empty() => message.clone(),
            Self::Rule { message, mend, .. } => format!("{message}。{mend}"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Cell { text, problem } => {
                format!("holds {text:?}, which {}", problem.text(Language::En))
            }
            Self::Missing => "is missing; give 0 if there was none".to_owned(),
            Self::Range { value, min, max } => format!(
                "is {value}, outside of {}..{}",
                min.as_deref().unwrap_or_default(),
                max.as_deref().unwrap_or_default()
            ),
            Self::Sum { value, sum, parts } => {
                format!("is {value}, but {} = {sum}", parts.join(" + "))
            }
            Self::Part {
                value,
                whole,
                title,
            } => format!("is {value}, more than {title:?} ({whole}), of which it is a part"),
            Self::NoRow => "has no row".to_owned(),
            Self::UnknownRow { title } => format!("is none of {title:?}"),
            Self::RepeatedRow { earlier } => format!("is there already at {earlier}"),
            Self::UnknownColumn { heading, text } => {
                format!("has an unknown column {heading:?} holding {text:?}")
            }
            Self::Rule { message, .. } => message.clone(),
        }
    }
}

/// A finding about a field.
pub(crate) fn about(breakdown: &str, field: &Field, fault: Fault) -> Finding {
    Finding {
        breakdown: breakdown.to_owned(),
        field: field.id.clone(),
        fault,
    }
}
