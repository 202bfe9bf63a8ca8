//! What is wrong with a pack, and where: collected, never stopped at the first.

mod text;

use std::fmt;

use biaochi_domain::{Language, Localized};

use crate::assessment::AssessmentFault;

/// Something in a pack that a person has to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackProblem {
    /// The file, as a person finds it.
    pub file: String,
    /// Line, counted from one; zero when the file as a whole is meant.
    pub line: u32,
    /// Column in characters, counted from one; zero when the line as a whole is meant.
    pub column: u32,
    /// What is wrong.
    pub problem: Problem,
}

impl PackProblem {
    /// Whether the pack cannot be used until it is mended.
    pub fn is_error(&self) -> bool {
        self.problem.is_error()
    }
}

/// Kinds of mistakes in packs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Problem {
    /// A file that every pack needs is not there.
    MissingFile,
    /// The file cannot be read.
    Unreadable {
        /// What the system says.
        reason: String,
    },
    /// The file is not UTF-8 text.
    NotUtf8,
    /// A file in `tables/` that nothing reads, probably a slip in its name.
    UnknownFile,
    /// `pack.toml` is not TOML.
    BadToml {
        /// What the parser says.
        reason: String,
    },
    /// Warning: the pack does not say where its content comes from.
    NoSources,
    /// A key that no pack has.
    UnknownKey {
        /// The key.
        key: String,
    },
    /// A key that the pack needs is missing.
    MissingKey {
        /// The key.
        key: String,
    },
    /// A value of the wrong kind or outside of what is allowed.
    BadValue {
        /// The key.
        key: String,
        /// What it takes.
        expected: String,
    },
    /// Another pack has the same id.
    DuplicatePack {
        /// The id.
        id: String,
    },
    /// The pack builds on one that is not there.
    UnknownBase {
        /// Id of the base.
        id: String,
    },
    /// The packs build on each other in a circle.
    CircularBase {
        /// Id where the circle closes.
        id: String,
    },
    /// The first line is not `@kind 1` or `@kind 1 changes`.
    BadHeading {
        /// The kind of table that was expected.
        kind: String,
    },
    /// A file of changes in a pack without a base.
    ChangesWithoutBase,
    /// A line is not indented by 0, 2 or 4 blanks, or by fewer than the line before it allows.
    BadIndent,
    /// A line that has none of the forms of its table.
    BadLine {
        /// What could stand there.
        expected: String,
    },
    /// A piece of a code list that is not one.
    BadCodeList {
        /// The piece.
        token: String,
    },
    /// A rule that cannot be read.
    BadRule {
        /// What could stand there.
        expected: String,
        /// What stands there; empty at the end of the rule.
        found: String,
    },
    /// Something is there twice.
    Duplicate {
        /// What: `code`, `set`, `group`, …
        what: Noun,
        /// Which.
        name: String,
    },
    /// Something to be added is there already.
    AlreadyThere {
        /// What.
        what: Noun,
        /// Which.
        name: String,
    },
    /// Something to be changed, removed or referred to is not there.
    NotThere {
        /// What.
        what: Noun,
        /// Which.
        name: String,
    },
    /// A rule names a set that the scheme does not have.
    UnknownSet {
        /// The set.
        set: String,
        /// The group or category of the rule.
        group: String,
    },
    /// Warning: a set without codes, so that a condition on it never holds.
    EmptySet {
        /// The set.
        set: String,
    },
    /// Warning: no rule looks at this set.
    UnusedSet {
        /// The set.
        set: String,
    },
    /// Warning: a DRG behind one whose rule always holds.
    Unreachable {
        /// The DRG.
        drg: String,
        /// The DRG before it that takes every stay.
        behind: String,
    },
    /// Warning: a result without a Chinese name.
    NoName {
        /// The code.
        code: String,
    },
    /// A complication that stands in two exclusion tables, or twice in one list.
    TwiceComplication {
        /// The code.
        code: String,
    },
    /// A result must begin with the letter of a category, and have three characters or more.
    BadResultCode {
        /// The code.
        code: String,
    },
    /// A number, such as a weight, that cannot be read.
    BadNumber {
        /// The text.
        text: String,
    },
    /// An SQL expression that cannot be read or whose types do not fit.
    BadSql {
        /// What the engine says.
        reason: String,
    },
    /// A condition that no record, or every record, fulfils.
    Constant {
        /// What it always is: true or not.
        always: bool,
    },
    /// An unclosed brace in a message.
    BadMessage,
    /// The cases lack a record that violates the check, or one that does not.
    FewCases {
        /// The check.
        check: String,
    },
    /// A table of cases that cannot be read.
    BadCases {
        /// What could stand there.
        expected: String,
    },
    /// A case does not come out as the pack says.
    WrongCase {
        /// The check.
        check: String,
        /// The row of the table, from one.
        row: usize,
        /// What the pack says.
        expected: String,
        /// What comes out.
        found: String,
    },
    /// The cases of an indicator lack a row that counts, or one that does not.
    FewIndicatorCases {
        /// The indicator.
        indicator: String,
    },
    /// A case of an indicator does not come out as the pack says.
    WrongIndicatorCase {
        /// The indicator.
        indicator: String,
        /// The row of the table, from one; `None` for the value over all rows.
        row: Option<usize>,
        /// 分子, 分母 or 值.
        what: String,
        /// What the pack says.
        expected: String,
        /// What comes out.
        found: String,
    },
    /// What an assessment scheme or index says does not fit together.
    Assessment(AssessmentFault),
    /// A check across records that compares stays of different persons.
    BeyondPerson {
        /// The check.
        check: String,
    },
    /// Something is wrong with what carries out a clause of a plan.
    OfClause {
        /// Id of the clause.
        clause: String,
        /// What is wrong.
        problem: Box<Problem>,
    },
    /// A target of a plan that nothing, or more than one thing, answers.
    Unbound {
        /// The target.
        id: String,
    },
    /// A target whose document leaves something open, without the question that has to be decided.
    OpenValue {
        /// The target.
        id: String,
        /// The question.
        question: String,
    },
    /// What is to end before it begins.
    DueBeforeStart {
        /// The first day.
        start: jiff::civil::Date,
        /// The last day.
        due: jiff::civil::Date,
    },
    /// Something is wrong with a name, and there is one that was probably meant.
    Near {
        /// What is wrong.
        problem: Box<Problem>,
        /// What was probably meant.
        near: String,
    },
    /// Warning: a word of a target's scope that says nothing known of institutions.
    UnknownScopeWord {
        /// The word.
        word: String,
    },
    /// Warning: the directory of organisations has nothing of this name.
    NotInDirectory {
        /// What.
        what: Noun,
        /// Which.
        name: String,
    },
    /// A decision about a target whose document leaves nothing open.
    NotOpen {
        /// The target.
        id: String,
    },
    /// A decision that leaves something open all the same.
    StillOpen {
        /// The target.
        id: String,
        /// What.
        question: String,
    },
    /// A decision that sets nothing.
    NothingDecided {
        /// The target.
        id: String,
    },
    /// Two packs decide the same target on the same day.
    DecidedTwice {
        /// The target.
        id: String,
        /// The other pack.
        other: String,
    },
    /// A target is bound to something that no pack defines.
    UnknownSubject {
        /// What.
        what: Noun,
        /// Which.
        name: String,
    },
}

/// The things of a pack that problems speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Noun {
    Category,
    Group,
    Drg,
    Set,
    Code,
    Table,
    Translation,
    Name,
    Column,
    Check,
    Term,
    CodeRange,
    CheckGroup,
    Source,
    Field,
    Clause,
    Goal,
    Target,
    Task,
    Indicator,
    DatasetField,
    Scheme,
    CheckPack,
    IndicatorPack,
    AssessmentPack,
    Plan,
    PlanDecisions,
    Division,
    Institution,
    Report,
    Template,
    DataSet,
    DataSetPack,
    Rule,
    Role,
    RolePack,
}

impl Problem {
    /// Whether the pack cannot be used until it is mended; the rest are warnings.
    pub fn is_error(&self) -> bool {
        if let Self::OfClause { problem, .. } | Self::Near { problem, .. } = self {
            return problem.is_error();
        }
        !matches!(
            self,
            Self::EmptySet { .. }
                | Self::UnusedSet { .. }
                | Self::Unreachable { .. }
                | Self::NoName { .. }
                | Self::UnknownFile
                | Self::UnknownScopeWord { .. }
                | Self::NotInDirectory { .. }
                | Self::NoSources
        )
    }
}

impl Localized for PackProblem {
    fn text(&self, language: Language) -> String {
        let mut place = match language {
            Language::Zh => format!("文件“{}”", self.file),
            Language::En => format!("file {:?}", self.file),
        };
        if self.line > 0 {
            place += &match language {
                Language::Zh => format!(" 第 {} 行", self.line),
                Language::En => format!(", line {}", self.line),
            };
        }
        if self.column > 0 {
            place += &match language {
                Language::Zh => format!(" 第 {} 列", self.column),
                Language::En => format!(", column {}", self.column),
            };
        }
        match language {
            Language::Zh => format!("{place}：{}", self.problem.text(language)),
            Language::En => format!("{place}: {}", self.problem.text(language)),
        }
    }
}

impl fmt::Display for PackProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

/// The problems found so far.
#[derive(Debug, Default)]
pub(crate) struct ProblemList {
    found: Vec<PackProblem>,
}

impl ProblemList {
    /// A view that adds problems of one file.
    pub(crate) fn file<'a>(&'a mut self, file: &'a str) -> Problems<'a> {
        Problems { list: self, file }
    }

    pub(crate) fn add(&mut self, problem: PackProblem) {
        self.found.push(problem);
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.iter().any(PackProblem::is_error)
    }

    /// All problems by file and line, each once.
    pub(crate) fn into_vec(mut self) -> Vec<PackProblem> {
        self.found.sort();
        self.found.dedup();
        self.found
    }
}

/// Adds the problems of one file.
#[derive(Debug)]
pub(crate) struct Problems<'a> {
    list: &'a mut ProblemList,
    file: &'a str,
}

impl Problems<'_> {
    pub(crate) fn add(&mut self, line: u32, column: u32, problem: Problem) {
        self.list.add(PackProblem {
            file: self.file.to_owned(),
            line,
            column,
            problem,
        });
    }
}
