//! Problems put into words.

use biaochi_domain::{Language, Localized};

use super::{Noun, Problem};

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
        Problem::BadSql { reason } => format!("SQL 写法不对：{reason}"),
        Problem::Constant { always: true } => "这个条件总是成立，请检查写法".to_owned(),
        Problem::Constant { always: false } => "这个条件永远不成立，请检查写法".to_owned(),
        Problem::BadMessage => "花括号没有配对，或其中没有字段名".to_owned(),
        Problem::FewCases { check } => {
            format!("检查“{check}”的例子不够：至少要有一个违反、一个通过")
        }
        Problem::BadCases { expected } => format!("例子的表写法不对，应为：{expected}"),
        Problem::WrongCase {
            check,
            row,
            expected,
            found,
        } => format!("检查“{check}”的第 {row} 个例子应为“{expected}”，实际是“{found}”"),
        Problem::FewIndicatorCases { indicator } => {
            format!("指标“{indicator}”的例子不够：至少要有一行分子不为 0、一行为 0")
        }
        Problem::WrongIndicatorCase {
            indicator,
            row,
            what,
            expected,
            found,
        } => match row {
            Some(row) => {
                format!("指标“{indicator}”的第 {row} 个例子“{what}”应为 {expected}，实际是 {found}")
            }
            None => format!("指标“{indicator}”的例子合起来“{what}”应为 {expected}，实际是 {found}"),
        },
        Problem::Assessment(fault) => fault.text(zh),
        Problem::BeyondPerson { check } => format!(
            "检查“{check}”的查询把不同的人放在一起比较；窗口要写 partition by person_key，连接要写 person_key 相等"
        ),
        Problem::OfClause { clause, problem } => format!("条款“{clause}”：{}", chinese(problem)),
        Problem::Unbound { id } => format!(
            "目标“{id}”须写明由什么回答，三者写且只写一样：indicator（指标）；dataset 和 field（数据集的字段）；milestone（佐证材料）"
        ),
        Problem::OpenValue { id, question } => format!(
            "目标“{id}”的数值文件没有写明，请用 open 写下要明确的问题，例如 open = \"{question}\"；已经明确的写 number 或 tolerance"
        ),
        Problem::DueBeforeStart { start, due } => {
            format!("期限 {due} 早于开始日期 {start}，请改正其中一个")
        }
        Problem::Near { problem, near } => format!("{}；是否应为“{near}”？", chinese(problem)),
        Problem::UnknownScopeWord { word } => format!(
            "范围的词“{word}”不是认识的级别、等次、类别、隶属，只能在机构的名称和标签里找它；可用的词见 docs/organisations.zh-CN.md"
        ),
        Problem::NotInDirectory { what, name } => format!(
            "工作区的机构目录里没有{}“{name}”，它的目标不会有数值；请检查写法，或用 biaochi org import 补上",
            what.text(zh)
        ),
        Problem::NotOpen { id } => {
            format!("目标“{id}”没有待明确的问题，文件写明的不能用决定改动；请删去这条决定")
        }
        Problem::StillOpen { id, question } => {
            format!("目标“{id}”作了决定以后仍不明确：{question}请补上 number 或 tolerance")
        }
        Problem::NothingDecided { id } => {
            format!("对目标“{id}”的决定没有内容，请写 number、tolerance 或 scope")
        }
        Problem::DecidedTwice { id, other } => {
            format!("内容包“{other}”在同一天也决定了目标“{id}”，请留下一个")
        }
        Problem::UnknownSubject { what, name } => format!(
            "没有内容包定义{}“{name}”，请检查写法，或安装定义它的内容包",
            what.text(zh)
        ),
    }
}

/// What could stand somewhere, in Chinese where it is said in words.
fn expected_in_chinese(expected: &str) -> String {
    // The headings of a CSV table stay as they have to be typed.
    if expected.starts_with("code,") {
        return expected.to_owned();
    }
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
        Problem::BadSql { reason } => format!("this is no SQL that can be run: {reason}"),
        Problem::Constant { always } => format!("this condition is always {always}"),
        Problem::BadMessage => "a brace is not closed, or holds no name".to_owned(),
        Problem::FewCases { check } => {
            format!("check {check:?} needs a case that violates it and one that does not")
        }
        Problem::BadCases { expected } => format!("not a table of cases: {expected}"),
        Problem::WrongCase {
            check,
            row,
            expected,
            found,
        } => format!("case {row} of check {check:?} should be {expected:?} and is {found:?}"),
        Problem::FewIndicatorCases { indicator } => {
            format!("indicator {indicator:?} needs a case that counts and one that does not")
        }
        Problem::WrongIndicatorCase {
            indicator,
            row,
            what,
            expected,
            found,
        } => {
            let case = row.map_or_else(|| "all cases".to_owned(), |row| format!("case {row}"));
            format!("{what} of {case} of indicator {indicator:?} should be {expected} and is {found}")
        }
        Problem::Assessment(fault) => fault.text(en),
        Problem::BeyondPerson { check } => format!(
            "the query of check {check:?} compares different persons; partition windows by person_key and join on it"
        ),
        Problem::OfClause { clause, problem } => format!("clause {clause:?}: {}", english(problem)),
        Problem::Unbound { id } => format!(
            "target {id:?} needs exactly one of indicator, dataset with field, milestone"
        ),
        Problem::OpenValue { id, question } => format!(
            "the document gives no value for target {id:?}: ask with open ({question}), or give number or tolerance once it is decided"
        ),
        Problem::DueBeforeStart { start, due } => format!("{due} lies before {start}; mend one of them"),
        Problem::Near { problem, near } => format!("{}; is it {near:?}?", english(problem)),
        Problem::UnknownScopeWord { word } => format!(
            "the word {word:?} of the scope is no known level, class, type or rank; it is looked for in names and tags"
        ),
        Problem::NotInDirectory { what, name } => format!(
            "the organisations of the workspace have no {} {name:?}; its targets will have no values",
            what.text(en)
        ),
        Problem::NotOpen { id } => {
            format!("target {id:?} leaves nothing open: what the document says cannot be decided anew")
        }
        Problem::StillOpen { id, question } => {
            format!("target {id:?} is still open after this decision: {question}")
        }
        Problem::NothingDecided { id } => {
            format!("the decision about {id:?} sets nothing; give number, tolerance or scope")
        }
        Problem::DecidedTwice { id, other } => {
            format!("the pack {other:?} decides target {id:?} on the same day; keep one")
        }
        Problem::UnknownSubject { what, name } => {
            format!("no pack defines the {} {name:?}; check its spelling or install the pack", what.text(en))
        }
    }
}

impl Noun {
    /// Its word.
    pub(crate) fn text(self, language: Language) -> &'static str {
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
            (Self::Check, Language::Zh) => "检查",
            (Self::Check, Language::En) => "check",
            (Self::Term, Language::Zh) => "名字",
            (Self::Term, Language::En) => "term",
            (Self::CodeRange, Language::Zh) => "编码范围",
            (Self::CodeRange, Language::En) => "list of code ranges",
            (Self::CheckGroup, Language::Zh) => "封顶组",
            (Self::CheckGroup, Language::En) => "group of checks",
            (Self::Source, Language::Zh) => "出处",
            (Self::Source, Language::En) => "source",
            (Self::Field, Language::Zh) => "字段",
            (Self::Field, Language::En) => "field",
            (Self::Clause, Language::Zh) => "条款",
            (Self::Clause, Language::En) => "clause",
            (Self::Goal, Language::Zh) => "总目标",
            (Self::Goal, Language::En) => "goal",
            (Self::Target, Language::Zh) => "目标",
            (Self::Target, Language::En) => "target",
            (Self::Task, Language::Zh) => "任务",
            (Self::Task, Language::En) => "task",
            (Self::Indicator, Language::Zh) => "指标",
            (Self::Indicator, Language::En) => "indicator",
            (Self::DatasetField, Language::Zh) => "数据集字段",
            (Self::DatasetField, Language::En) => "data-set field",
            (Self::Scheme, Language::Zh) => "分组方案",
            (Self::Scheme, Language::En) => "scheme",
            (Self::CheckPack, Language::Zh) => "质控规则包",
            (Self::CheckPack, Language::En) => "pack of checks",
            (Self::IndicatorPack, Language::Zh) => "指标包",
            (Self::AssessmentPack, Language::Zh) => "考核方案或指数",
            (Self::AssessmentPack, Language::En) => "assessment scheme or index",
            (Self::IndicatorPack, Language::En) => "pack of indicators",
            (Self::Plan, Language::Zh) => "方案",
            (Self::Plan, Language::En) => "plan",
            (Self::PlanDecisions, Language::Zh) => "方案决定",
            (Self::PlanDecisions, Language::En) => "decisions of a plan",
            (Self::Division, Language::Zh) => "区划",
            (Self::Division, Language::En) => "division",
            (Self::Institution, Language::Zh) => "机构",
            (Self::Institution, Language::En) => "institution",
            (Self::Report, Language::Zh) => "文书",
            (Self::Report, Language::En) => "document",
            (Self::Template, Language::Zh) => "版式文件",
            (Self::Template, Language::En) => "template",
            (Self::DataSet, Language::Zh) => "数据集",
            (Self::DataSet, Language::En) => "data set",
            (Self::DataSetPack, Language::Zh) => "数据集包",
            (Self::DataSetPack, Language::En) => "pack of data sets",
            (Self::Rule, Language::Zh) => "校验规则",
            (Self::Rule, Language::En) => "rule",
            (Self::Role, Language::Zh) => "角色",
            (Self::Role, Language::En) => "role",
            (Self::RolePack, Language::Zh) => "角色包",
            (Self::RolePack, Language::En) => "pack of roles",
        }
    }
}
