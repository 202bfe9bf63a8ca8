//! The rule language of the official configuration workbook (scheme 3.0 and later editions).
//!
//! ```text
//! rule   = or                       an empty cell is true
//! or     = and  { "or" and }
//! and    = not  { "and" not }
//! not    = "not" not | atom
//! atom   = "(" or ")"
//!        | number                                    0 is false, any other true
//!        | fields ["not"] "in" sets
//!        | "length" "(" sets "∩" fields ")" cmp number
//!        | variable cmp number
//! fields = field | "{" field { "," field } "}"
//! sets   = set   | "{" set   { "," set   } "}"
//! cmp    = "=" | "<" | "<=" | ">" | ">="
//! ```
//!
//! Key words, fields and set names are read without regard to case; blanks, line breaks and the
//! escape `_x000D_` (a carriage return that some spreadsheet libraries leave as text) are free.

mod lexer;
mod lower;
mod parser;

use std::fmt;

use biaochi_domain::{Language, Localized};

use crate::definition::{Comparison, Rule};

/// A rule of the workbook as it is written there.
///
/// [`fmt::Display`] prints its tree, such as `(and (in ZYZD DI_BB2) (in ZYSS OP_BB2))`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkbookRule {
    /// An empty cell or a number.
    Constant(bool),
    /// All hold.
    And(Vec<WorkbookRule>),
    /// At least one holds.
    Or(Vec<WorkbookRule>),
    /// The inner one does not hold.
    Not(Box<WorkbookRule>),
    /// Some code of the fields is in one of the sets.
    In(Vec<WorkbookField>, Vec<String>),
    /// The number of different codes of the fields in the sets, compared.
    Count(Vec<WorkbookField>, Vec<String>, Comparison, u32),
    /// A number of the stay compared with a constant.
    Compare(WorkbookVariable, Comparison, i64),
}

/// A code field of the workbook's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkbookField {
    /// `ZYZD`, the principal diagnosis.
    PrincipalDiagnosis,
    /// `QTZD`, the other diagnoses.
    SecondaryDiagnosis,
    /// `ZYSS`, the principal procedure.
    PrincipalProcedure,
    /// `QTSS`, the other procedures.
    SecondaryProcedure,
}

/// A number of the workbook's rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkbookVariable {
    /// `NL`, age in completed years.
    Age,
    /// `XB`, sex: 1 male, 2 female.
    Sex,
    /// `XSRTL`, age in days.
    AgeDays,
    /// `XSRTZ`, weight of the newborn in grams.
    Weight,
}

/// A text that is not a rule of the workbook's language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule, character {position}: {problem}")]
pub struct RuleError {
    /// Character in the cell at which the rule stops making sense, from one.
    pub position: usize,
    /// What is wrong there.
    pub problem: RuleProblem,
}

/// What is wrong with a rule of the workbook.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// A character that the language does not have.
    #[error("unexpected character `{0}`")]
    Character(char),
    /// Another word was expected here.
    #[error("expected {expected}, found `{found}`")]
    Expected {
        /// What may stand here.
        expected: Expected,
        /// What stands here; empty at the end of the rule.
        found: String,
    },
    /// A number that does not fit.
    #[error("the number `{0}` is out of range")]
    Number(String),
    /// `MCC` and `CC` are only defined over `QTZD` and only for `in`.
    #[error("`{0}` can only be asked of QTZD with `in`")]
    Severity(String),
    /// Sex can only be compared with `=` and 1 or 2.
    #[error("XB can only be compared as `XB = 1` or `XB = 2`")]
    Sex,
    /// `length` over more than one set or over diagnoses and procedures at once.
    #[error("`length` takes one set and fields of one kind")]
    Length,
    /// Brackets nested deeper than any real rule.
    #[error("brackets are nested too deeply")]
    Depth,
}

/// What the reader of a rule was looking for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Expected {
    Condition,
    Field,
    Set,
    In,
    Comparison,
    Number,
    Intersection,
    OpeningBracket,
    ClosingBracket,
    ClosingBrace,
    End,
}

/// Reads one rule cell of the official workbook into the engine's rule.
///
/// ```
/// use biaochi_grouper::definition::{Field, Rule};
/// use biaochi_grouper::parse_workbook_rule;
///
/// assert_eq!(parse_workbook_rule("")?, Rule::Constant(true));
/// assert_eq!(
///     parse_workbook_rule("{ZYSS, QTSS} in OP_ARB")?,
///     Rule::In(Field::AnyProcedure, "OP_ARB".into())
/// );
/// assert_eq!(parse_workbook_rule("ZYZD in").unwrap_err().position, 8);
/// # Ok::<(), biaochi_grouper::RuleError>(())
/// ```
pub fn parse_workbook_rule(text: &str) -> Result<Rule, RuleError> {
    parser::parse(text)?.lower()
}

impl WorkbookRule {
    /// Reads one rule cell, keeping its written form.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        Ok(parser::parse(text)?.rule)
    }
}

impl WorkbookField {
    /// The name in the workbook.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::PrincipalDiagnosis => "ZYZD",
            Self::SecondaryDiagnosis => "QTZD",
            Self::PrincipalProcedure => "ZYSS",
            Self::SecondaryProcedure => "QTSS",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [
            Self::PrincipalDiagnosis,
            Self::SecondaryDiagnosis,
            Self::PrincipalProcedure,
            Self::SecondaryProcedure,
        ]
        .into_iter()
        .find(|field| word.eq_ignore_ascii_case(field.symbol()))
    }
}

impl WorkbookVariable {
    /// The name in the workbook.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Age => "NL",
            Self::Sex => "XB",
            Self::AgeDays => "XSRTL",
            Self::Weight => "XSRTZ",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Age, Self::Sex, Self::AgeDays, Self::Weight]
            .into_iter()
            .find(|variable| word.eq_ignore_ascii_case(variable.symbol()))
    }
}

/// The workbook writes equality with one sign.
fn comparison_sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        other => other.symbol(),
    }
}

impl fmt::Display for WorkbookRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, rules: &[Self]| {
            write!(f, "({name}")?;
            rules.iter().try_for_each(|rule| write!(f, " {rule}"))?;
            f.write_str(")")
        };
        let fields = |fields: &[WorkbookField]| {
            fields
                .iter()
                .map(|field| field.symbol())
                .collect::<Vec<_>>()
                .join("+")
        };
        match self {
            Self::Constant(value) => write!(f, "{value}"),
            Self::And(rules) => list(f, "and", rules),
            Self::Or(rules) => list(f, "or", rules),
            Self::Not(rule) => write!(f, "(not {rule})"),
            Self::In(of, sets) => write!(f, "(in {} {})", fields(of), sets.join("+")),
            Self::Count(of, sets, comparison, n) => {
                let sign = comparison_sign(*comparison);
                write!(f, "(count {} {} {sign} {n})", fields(of), sets.join("+"))
            }
            Self::Compare(variable, comparison, value) => {
                write!(
                    f,
                    "({} {} {value})",
                    comparison_sign(*comparison),
                    variable.symbol()
                )
            }
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl Localized for Expected {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Condition => ("条件", "a condition"),
            Self::Field => (
                "字段 ZYZD、QTZD、ZYSS 或 QTSS",
                "a field ZYZD, QTZD, ZYSS or QTSS",
            ),
            Self::Set => ("集合编号", "a set name"),
            Self::In => ("in 或 not in", "`in` or `not in`"),
            Self::Comparison => ("比较符号", "a comparison sign"),
            Self::Number => ("整数", "a whole number"),
            Self::Intersection => ("∩", "`∩`"),
            Self::OpeningBracket => ("“(”", "`(`"),
            Self::ClosingBracket => ("“)”", "`)`"),
            Self::ClosingBrace => ("“}”", "`}`"),
            Self::End => ("规则结束", "the end of the rule"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

impl Localized for RuleError {
    fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        let problem = match &self.problem {
            RuleProblem::Character(character) => format!("无法识别的字符“{character}”"),
            RuleProblem::Expected { expected, found } => {
                let found = match found.as_str() {
                    "" => "规则已结束".to_owned(),
                    found => format!("却是“{found}”"),
                };
                format!("此处应为{}，{found}", expected.text(language))
            }
            RuleProblem::Number(number) => format!("数字“{number}”超出范围"),
            RuleProblem::Severity(name) => format!("“{name}”只能写成 QTZD in {name}"),
            RuleProblem::Sex => "性别只能写成 XB = 1 或 XB = 2".to_owned(),
            RuleProblem::Length => "length 只能用于一个集合和同一类字段".to_owned(),
            RuleProblem::Depth => "括号嵌套过深".to_owned(),
        };
        format!(
            "规则第 {} 个字符：{problem}，请核对该单元格的规则",
            self.position
        )
    }
}
