use biaochi_domain::{Language, Localized};
use biaochi_records::{CompactString, Field, Sensitivity};

/// What becomes of the row that has a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The row enters the table; an unreadable value is left empty there.
    Kept,
    /// The row cannot enter the table.
    Reject,
}

/// Something wrong with a row or one of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field, `None` when the whole row is meant or the column belongs to no field.
    pub field: Option<Field>,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// Heading of the column, empty when the whole row is meant.
    pub column: CompactString,
    /// The text as it stands in the file, masked when it identifies a person; may be shortened.
    pub value: CompactString,
    /// What is wrong.
    pub kind: ProblemKind,
    /// What becomes of the row.
    pub severity: Severity,
}

/// What can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// A value without which the record has no place in the table is not filled in.
    Missing,
    /// Not a calendar date in a form that is understood. The value is left empty.
    NotADate,
    /// Not a number, or not a whole one where one is needed. The value is left empty.
    NotANumber,
    /// A negative number where none can be. The value is left empty.
    Negative,
    /// A number beyond what the field can hold. The value is left empty.
    TooLarge,
    /// More than two decimal places; the rounded number is kept.
    Rounded,
    /// Neither yes nor no in this layout's codes. The value is left empty.
    NotAFlag,
    /// An incision and healing code that RC014 lacks. The value is left empty.
    NotAnIncisionCode,
    /// A code that its value set lacks; the code is kept.
    UnknownCode {
        /// The value set.
        set: &'static str,
    },
    /// Longer than any layout allows; kept when `kept`, else left empty.
    TooLong {
        /// Characters allowed.
        limit: usize,
        /// Whether the text is kept in the table.
        kept: bool,
    },
    /// Control characters in a text. The value is left empty.
    ControlCharacter,
    /// A long number that a spreadsheet turned into `4.5E+17`: its digits are lost.
    DigitsLost,
    /// An hour column that is no hour of the day, or another hour than the time column's.
    Hour,
    /// Other procedures are filled in but no principal one; the first other takes its place.
    NoPrincipalProcedure,
    /// A child of at most 28 days has neither birth weight nor weight on admission.
    NewbornWithoutWeight,
    /// Discharge lies before admission.
    DischargeBeforeAdmission,
    /// The row has another number of columns than the header.
    Ragged {
        /// Columns of the header.
        expected: usize,
        /// Columns of the row.
        found: usize,
    },
    /// Bytes that are not text in the file's encoding.
    Undecodable {
        /// The file's encoding.
        encoding: crate::Encoding,
    },
    /// A quote that opens a value and is never closed.
    OpenQuote,
    /// The error of a spreadsheet formula, such as `#N/A`. The value is left empty.
    FormulaError,
    /// An earlier row of the same delivery is about the same stay; that one is kept.
    DuplicateKey,
}

impl ProblemKind {
    /// Whether the file holds something that the record does not.
    pub fn leaves_empty(&self) -> bool {
        match self {
            Self::NotADate
            | Self::NotANumber
            | Self::Negative
            | Self::TooLarge
            | Self::NotAFlag
            | Self::NotAnIncisionCode
            | Self::ControlCharacter
            | Self::DigitsLost
            | Self::FormulaError => true,
            Self::TooLong { kept, .. } => !kept,
            Self::Missing
            | Self::Rounded
            | Self::UnknownCode { .. }
            | Self::Hour
            | Self::NoPrincipalProcedure
            | Self::NewbornWithoutWeight
            | Self::DischargeBeforeAdmission
            | Self::Ragged { .. }
            | Self::Undecodable { .. }
            | Self::OpenQuote
            | Self::DuplicateKey => false,
        }
    }
}

impl Problem {
    /// What is wrong with the value or row, without saying where.
    pub fn reason(&self, language: Language) -> String {
        use Language::{En, Zh};
        match (&self.kind, language) {
            (ProblemKind::Missing, Zh) => "必须填写的值为空".into(),
            (ProblemKind::Missing, En) => "a value that every record needs is missing".into(),
            (ProblemKind::NotADate, Zh) => "不是能识别的日期".into(),
            (ProblemKind::NotADate, En) => "not a date in a form that is understood".into(),
            (ProblemKind::NotANumber, Zh) => "不是数字，或此处应为整数".into(),
            (ProblemKind::NotANumber, En) => "not a number, or not a whole one".into(),
            (ProblemKind::Negative, Zh) => "不应为负数".into(),
            (ProblemKind::Negative, En) => "cannot be negative".into(),
            (ProblemKind::TooLarge, Zh) => "数字过大".into(),
            (ProblemKind::TooLarge, En) => "number too large".into(),
            (ProblemKind::Rounded, Zh) => "小数超过两位，已四舍五入".into(),
            (ProblemKind::Rounded, En) => "more than two decimal places, rounded".into(),
            (ProblemKind::NotAFlag, Zh) => "不是该列规定的是否代码".into(),
            (ProblemKind::NotAFlag, En) => "not one of the yes-or-no codes of this column".into(),
            (ProblemKind::NotAnIncisionCode, Zh) => "不是切口愈合等级代码（RC014）".into(),
            (ProblemKind::NotAnIncisionCode, En) => "not a code of incision healing (RC014)".into(),
            (ProblemKind::UnknownCode { set }, Zh) => format!("代码不在 {set} 中"),
            (ProblemKind::UnknownCode { set }, En) => format!("the code is not in {set}"),
            (ProblemKind::TooLong { limit, .. }, Zh) => format!("超过 {limit} 个字符"),
            (ProblemKind::TooLong { limit, .. }, En) => format!("longer than {limit} characters"),
            (ProblemKind::ControlCharacter, Zh) => "含有控制字符（如空字节）".into(),
            (ProblemKind::ControlCharacter, En) => "contains control characters".into(),
            (ProblemKind::DigitsLost, Zh) => "长数字被表格软件改成了科学计数，末尾数字已丢失".into(),
            (ProblemKind::DigitsLost, En) => {
                "a spreadsheet turned the long number into exponent form and lost its digits".into()
            }
            (ProblemKind::Hour, Zh) => "小时不在 0–23 之间，或与时间列不一致".into(),
            (ProblemKind::Hour, En) => "not an hour of 0 to 23, or not the time column's hour".into(),
            (ProblemKind::NoPrincipalProcedure, Zh) => "有其他手术操作而没有主要手术操作".into(),
            (ProblemKind::NoPrincipalProcedure, En) => {
                "other procedures are given but no principal one".into()
            }
            (ProblemKind::NewbornWithoutWeight, Zh) => {
                "新生儿（不超过28天）既没有出生体重也没有入院体重".into()
            }
            (ProblemKind::NewbornWithoutWeight, En) => {
                "a newborn of at most 28 days has neither birth weight nor weight on admission".into()
            }
            (ProblemKind::DischargeBeforeAdmission, Zh) => "出院时间早于入院时间".into(),
            (ProblemKind::DischargeBeforeAdmission, En) => "discharge lies before admission".into(),
            (ProblemKind::Ragged { expected, found }, Zh) => {
                format!("本行有 {found} 列，表头有 {expected} 列")
            }
            (ProblemKind::Ragged { expected, found }, En) => {
                format!("the row has {found} columns, the header {expected}")
            }
            (ProblemKind::Undecodable { encoding }, Zh) => format!("含有不是 {encoding} 编码的字节"),
            (ProblemKind::Undecodable { encoding }, En) => {
                format!("contains bytes that are not {encoding}")
            }
            (ProblemKind::OpenQuote, Zh) => "有一个开始的引号没有结束".into(),
            (ProblemKind::OpenQuote, En) => "a quote is opened and never closed".into(),
            (ProblemKind::FormulaError, Zh) => "是表格公式的错误值".into(),
            (ProblemKind::FormulaError, En) => "the error of a spreadsheet formula".into(),
            (ProblemKind::DuplicateKey, Zh) => {
                "与本次导入中前面的一行是同一次住院（机构、病案号、住院次数和出院时间都相同），已保留前面一行".into()
            }
            (ProblemKind::DuplicateKey, En) => {
                "the same stay as an earlier row of this import (organisation, record number, admission count and discharge time), which is kept".into()
            }
        }
    }

    /// What to do about it.
    pub fn remedy(&self, language: Language) -> &'static str {
        use Language::{En, Zh};
        match (&self.kind, language) {
            (ProblemKind::Missing, Zh) => "请补填后重新导入",
            (ProblemKind::Missing, En) => "fill it in and import again",
            (ProblemKind::NotADate, Zh) => "请改为 2024-03-05 或 2024-03-05 08:05:00 的形式",
            (ProblemKind::NotADate, En) => "write it as 2024-03-05 or 2024-03-05 08:05:00",
            (ProblemKind::NotANumber | ProblemKind::Negative | ProblemKind::TooLarge, Zh) => {
                "请核对后改为正确的数字"
            }
            (ProblemKind::NotANumber | ProblemKind::Negative | ProblemKind::TooLarge, En) => {
                "check it and write the right number"
            }
            (ProblemKind::Rounded, Zh) => "如金额有误，请在来源系统中改为两位小数",
            (ProblemKind::Rounded, En) => "if the amount is wrong, correct it at the source",
            (ProblemKind::NotAFlag | ProblemKind::NotAnIncisionCode, Zh) => {
                "请按接口规范的代码填写"
            }
            (ProblemKind::NotAFlag | ProblemKind::NotAnIncisionCode, En) => {
                "use the codes of the layout's specification"
            }
            (ProblemKind::UnknownCode { .. }, Zh) => "请核对编码版本和大小写，改为有效代码",
            (ProblemKind::UnknownCode { .. }, En) => {
                "check edition and capitals and use a valid code"
            }
            (ProblemKind::TooLong { .. }, Zh) => "请检查是否填错列或混入其他内容",
            (ProblemKind::TooLong { .. }, En) => {
                "check whether other content slipped into the column"
            }
            (ProblemKind::ControlCharacter, Zh) => "请在来源系统中删除这些字符后重新导出",
            (ProblemKind::ControlCharacter, En) => "remove them at the source and export again",
            (ProblemKind::DigitsLost, Zh) => "请把该列设为文本格式后从来源系统重新导出",
            (ProblemKind::DigitsLost, En) => {
                "set the column to text and export again from the source"
            }
            (ProblemKind::Hour, Zh) => "请核对时间列和小时列",
            (ProblemKind::Hour, En) => "check the time and the hour column",
            (ProblemKind::NoPrincipalProcedure, Zh) => {
                "请填写主要手术操作；目前以第一个其他手术操作代替"
            }
            (ProblemKind::NoPrincipalProcedure, En) => {
                "give the principal procedure; the first other one stands in for now"
            }
            (ProblemKind::NewbornWithoutWeight, Zh) => "请补填体重，否则可能无法正确分组",
            (ProblemKind::NewbornWithoutWeight, En) => "fill in a weight, or grouping may go wrong",
            (ProblemKind::DischargeBeforeAdmission, Zh) => "请核对入院时间和出院时间",
            (ProblemKind::DischargeBeforeAdmission, En) => "check both times",
            (ProblemKind::Ragged { .. }, Zh) => "请检查是否被截断，或值中有未加引号的分隔符",
            (ProblemKind::Ragged { .. }, En) => {
                "check whether the row was cut off or holds an unquoted delimiter"
            }
            (ProblemKind::Undecodable { .. }, Zh) => "请用同一种编码（UTF-8 或 GB18030）重新导出",
            (ProblemKind::Undecodable { .. }, En) => {
                "export again in one encoding (UTF-8 or GB18030)"
            }
            (ProblemKind::OpenQuote, Zh) => "请成对使用引号，值中的引号写两次",
            (ProblemKind::OpenQuote, En) => "close the quote; write a quote within a value twice",
            (ProblemKind::FormulaError, Zh) => "请在表格中改正公式，或从来源系统重新导出",
            (ProblemKind::FormulaError, En) => {
                "correct the formula or export again from the source"
            }
            (ProblemKind::DuplicateKey, Zh) => {
                "请删去重复的行；如为不同的住院，请改正病案号或住院次数"
            }
            (ProblemKind::DuplicateKey, En) => {
                "remove the repeated row, or correct record number or admission count if it is another stay"
            }
        }
    }

    /// The value as it may be shown: control characters made visible.
    pub fn shown_value(&self) -> String {
        self.value
            .chars()
            .flat_map(|c| {
                if c.is_control() {
                    Shown::Escaped(c.escape_default())
                } else {
                    Shown::Plain(std::iter::once(c))
                }
            })
            .collect()
    }
}

/// One character as shown.
enum Shown {
    Plain(std::iter::Once<char>),
    Escaped(std::char::EscapeDefault),
}

impl Iterator for Shown {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::Plain(plain) => plain.next(),
            Self::Escaped(escaped) => escaped.next(),
        }
    }
}

impl Localized for Problem {
    fn text(&self, language: Language) -> String {
        let (reason, remedy) = (self.reason(language), self.remedy(language));
        let value = self.shown_value();
        match language {
            Language::Zh => {
                let place = if self.column.is_empty() {
                    String::new()
                } else if value.is_empty() {
                    format!("“{}”列：", self.column)
                } else {
                    format!("“{}”列“{value}”：", self.column)
                };
                format!("{place}{reason}。{remedy}。")
            }
            Language::En => {
                let place = if self.column.is_empty() {
                    String::new()
                } else if value.is_empty() {
                    format!("column {:?}: ", self.column)
                } else {
                    format!("column {:?}, {value:?}: ", self.column)
                };
                format!("{place}{reason}; {remedy}.")
            }
        }
    }
}

/// The text of a value as a problem may carry it: masked when it identifies a person, and never long.
pub(crate) fn carried(field: Option<Field>, value: &str) -> CompactString {
    const LONGEST: usize = 60;
    let direct = field.is_some_and(|field| field.info().sensitivity == Sensitivity::Direct);
    let count = value.chars().count();
    let mut carried = CompactString::default();
    for (position, character) in value.chars().enumerate() {
        if position == LONGEST {
            carried.push('…');
            break;
        }
        let edge = position == 0 || (position + 1 == count && count > 2);
        carried.push(if direct && !edge { '*' } else { character });
    }
    carried
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_masked_and_long_texts_shortened() {
        assert_eq!(carried(Some(Field::PatientName), "欧阳小明"), "欧**明");
        assert_eq!(carried(Some(Field::PatientName), "李明"), "李*");
        assert_eq!(carried(Some(Field::Sex), "女性"), "女性");
        assert_eq!(carried(None, &"x".repeat(100)).chars().count(), 61);
    }

    #[test]
    fn says_what_where_and_what_to_do_in_both_languages() {
        let problem = Problem {
            field: Some(Field::DischargeTime),
            index: 0,
            column: "B15".into(),
            value: "2024-13-01\u{0}".into(),
            kind: ProblemKind::NotADate,
            severity: Severity::Reject,
        };
        assert_eq!(
            problem.text(Language::Zh),
            "“B15”列“2024-13-01\\u{0}”：不是能识别的日期。\
             请改为 2024-03-05 或 2024-03-05 08:05:00 的形式。"
        );
        assert!(problem.text(Language::En).starts_with("column \"B15\", "));
    }
}
