//! What is wrong with a pack, and where: collected, never stopped at the first.

use std::fmt;

use biaochi_domain::{Language, Localized};

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
}

impl Noun {
    fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::Category, Language::Zh) => "主要诊断大类",
            (Self::Category, Language::En) => "category",
            (Self::Group, Language::Zh) => "ADRG 条目",
            (Self::Group, Language::En) => "ADRG entry",
            (Self::Drg, Language::Zh) => "DRG",
            (Self::Drg, Language::En) => "DRG",
            (Self::Set, Language::Zh) => "编码集合",
            (Self::Set, Language::En) => "code set",
            (Self::Code, Language::Zh) => "编码",
            (Self::Code, Language::En) => "code",
            (Self::Table, Language::Zh) => "排除表",
            (Self::Table, Language::En) => "exclusion table",
            (Self::Translation, Language::Zh) => "编码转换",
            (Self::Translation, Language::En) => "code translation",
            (Self::Name, Language::Zh) => "名称",
            (Self::Name, Language::En) => "name",
            (Self::Column, Language::Zh) => "列",
            (Self::Column, Language::En) => "column",
        }
    }
}

impl Problem {
    /// Whether the pack cannot be used until it is mended; the rest are warnings.
    pub fn is_error(&self) -> bool {
        !matches!(
            self,
            Self::EmptySet { .. }
                | Self::UnusedSet { .. }
                | Self::Unreachable { .. }
                | Self::NoName { .. }
                | Self::UnknownFile
                | Self::NoSources
        )
    }
}

impl Localized for Problem {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => chinese(self),
            Language::En => english(self),
        }
    }
}

fn chinese(problem: &Problem) -> String {
    let zh = Language::Zh;
    match problem {
        Problem::MissingFile => "缺少这个文件，请补上".to_owned(),
        Problem::Unreadable { reason } => format!("文件读不出来（{reason}），请检查权限和磁盘"),
        Problem::NotUtf8 => "文件不是 UTF-8 文本，请另存为 UTF-8".to_owned(),
        Problem::UnknownFile => "没有程序会读这个文件，请检查文件名".to_owned(),
        Problem::NoSources => "没有写明内容的出处，请补上 sources.toml".to_owned(),
        Problem::BadToml { reason } => format!("不是合法的 TOML：{reason}"),
        Problem::UnknownKey { key } => format!("不认识的键“{key}”，请检查拼写"),
        Problem::MissingKey { key } => format!("缺少键“{key}”，请补上"),
        Problem::BadValue { key, expected } => format!("“{key}”的值不对，应为{expected}"),
        Problem::DuplicatePack { id } => format!("标识“{id}”已被另一个内容包使用，请改名"),
        Problem::UnknownBase { id } => format!("找不到基础方案“{id}”，请检查 base 或安装该内容包"),
        Problem::CircularBase { id } => format!("基础方案循环引用（经过“{id}”），请改正 base"),
        Problem::BadHeading { kind } => {
            format!("首行应为“@{kind} 1”（整表）或“@{kind} 1 changes”（只写改动）")
        }
        Problem::ChangesWithoutBase => {
            "没有基础方案（base）的内容包不能只写改动，请写整表或在 pack.toml 中写明 base"
                .to_owned()
        }
        Problem::BadIndent => "缩进不对：应为 0、2 或 4 个空格，并且不能越级".to_owned(),
        Problem::BadLine { expected } => {
            format!("这一行写法不对，应为：{}", expected_in_chinese(expected))
        }
        Problem::BadCodeList { token } => format!("编码列表“{token}”写法不对，请检查花括号和逗号"),
        Problem::BadRule { expected, found } if found.is_empty() => {
            format!(
                "规则到此中断，后面还应有：{}",
                expected_in_chinese(expected)
            )
        }
        Problem::BadRule { expected, found } => {
            format!(
                "规则中的“{found}”不对，此处应为：{}",
                expected_in_chinese(expected)
            )
        }
        Problem::Duplicate { what, name } => format!("{}“{name}”重复，请删去一处", what.text(zh)),
        Problem::AlreadyThere { what, name } => {
            format!(
                "要增加的{}“{name}”已经存在，请改用“~”或“=”，或删去此行",
                what.text(zh)
            )
        }
        Problem::NotThere { what, name } => {
            format!(
                "{}“{name}”在基础方案或本方案中不存在，请检查写法",
                what.text(zh)
            )
        }
        Problem::UnknownSet { set, group } => {
            format!("“{group}”的规则引用了不存在的编码集合“{set}”，请检查集合名")
        }
        Problem::EmptySet { set } => format!("编码集合“{set}”为空，引用它的条件永远不成立"),
        Problem::UnusedSet { set } => format!("编码集合“{set}”没有任何规则使用"),
        Problem::Unreachable { drg, behind } => {
            format!("“{drg}”排在无条件的“{behind}”之后，永远分不到")
        }
        Problem::NoName { code } => format!("“{code}”没有名称"),
        Problem::TwiceComplication { code } => {
            format!(
                "编码“{code}”在并发症表中出现两次（只能属于 MCC 或 CC 之一、一张排除表），请删去一处"
            )
        }
        Problem::BadResultCode { code } => {
            format!("分组代码“{code}”不对，应以大类字母开头、至少三位")
        }
        Problem::BadNumber { text } => format!("“{text}”不是数字，请改正；没有数值时请留空"),
    }
}

/// What could stand somewhere, in Chinese where it is said in words.
fn expected_in_chinese(expected: &str) -> String {
    let words = [
        ("a condition", "条件"),
        ("the name of a set", "集合名"),
        ("a whole number", "整数"),
        ("a value", "一个值"),
        ("a closing quotation mark", "右引号"),
        ("fewer brackets", "少一些括号"),
        ("(male)", "（男）"),
        ("(female)", "（女）"),
        ("codes", "编码"),
        ("class", "类"),
        ("rule", "条件"),
        ("name", "名称"),
    ];
    words
        .iter()
        .fold(expected.to_owned(), |text, (english, chinese)| {
            text.replace(english, chinese)
        })
}

fn english(problem: &Problem) -> String {
    let en = Language::En;
    match problem {
        Problem::MissingFile => "this file is missing; add it".to_owned(),
        Problem::Unreadable { reason } => format!("cannot be read ({reason}); check rights and disk"),
        Problem::NotUtf8 => "is not UTF-8 text; save it as UTF-8".to_owned(),
        Problem::UnknownFile => "nothing reads this file; check its name".to_owned(),
        Problem::NoSources => "does not say where its content comes from; add it".to_owned(),
        Problem::BadToml { reason } => format!("is not TOML: {reason}"),
        Problem::UnknownKey { key } => format!("unknown key {key:?}; check its spelling"),
        Problem::MissingKey { key } => format!("the key {key:?} is missing; add it"),
        Problem::BadValue { key, expected } => format!("{key:?} has a wrong value; expected {expected}"),
        Problem::DuplicatePack { id } => format!("another pack has the id {id:?}; rename one"),
        Problem::UnknownBase { id } => format!("the base scheme {id:?} is not there; check `base`"),
        Problem::CircularBase { id } => format!("packs are based on each other in a circle (at {id:?})"),
        Problem::BadHeading { kind } => {
            format!("the first line must be `@{kind} 1` (whole table) or `@{kind} 1 changes`")
        }
        Problem::ChangesWithoutBase => {
            "a pack without a base cannot have a table of changes; write the whole table or name a base"
                .to_owned()
        }
        Problem::BadIndent => "wrong indentation: 0, 2 or 4 blanks, one level at a time".to_owned(),
        Problem::BadLine { expected } => format!("this line has no known form; expected {expected}"),
        Problem::BadCodeList { token } => format!("{token:?} is not a code list; check braces and commas"),
        Problem::BadRule { expected, found } if found.is_empty() => {
            format!("the rule stops here; expected {expected}")
        }
        Problem::BadRule { expected, found } => format!("{found:?} in the rule; expected {expected}"),
        Problem::Duplicate { what, name } => format!("the {} {name:?} is there twice", what.text(en)),
        Problem::AlreadyThere { what, name } => {
            format!("the {} {name:?} to be added is there already", what.text(en))
        }
        Problem::NotThere { what, name } => format!("there is no {} {name:?}", what.text(en)),
        Problem::UnknownSet { set, group } => {
            format!("the rule of {group:?} names the set {set:?}, which does not exist")
        }
        Problem::EmptySet { set } => format!("the set {set:?} is empty; conditions on it never hold"),
        Problem::UnusedSet { set } => format!("no rule uses the set {set:?}"),
        Problem::Unreachable { drg, behind } => {
            format!("{drg:?} stands behind {behind:?}, which takes every stay")
        }
        Problem::NoName { code } => format!("{code:?} has no name"),
        Problem::TwiceComplication { code } => {
            format!("{code:?} is listed twice as a complication, or in two exclusion tables")
        }
        Problem::BadResultCode { code } => {
            format!("{code:?} is no result code: a category's letter and at least three characters")
        }
        Problem::BadNumber { text } => format!("{text:?} is not a number; leave it blank if there is none"),
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
