//! What can be wrong with an assessment pack beyond its form.

use biaochi_domain::{Language, Localized};
use rust_decimal::Decimal;

/// The things that an assessment pack defines and refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Thing {
    Parameter,
    Part,
    Phase,
    Table,
    Section,
    Item,
    Event,
    Level,
    Veto,
    Grade,
    Gate,
    Link,
    Indicator,
    Field,
    Dimension,
    Component,
    Class,
    Source,
    Actor,
}

impl Localized for Thing {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Parameter => ("参数", "parameter"),
            Self::Part => ("组成部分", "part"),
            Self::Phase => ("阶段", "phase"),
            Self::Table => ("指标表", "table"),
            Self::Section => ("类别", "section"),
            Self::Item => ("考核项目", "item"),
            Self::Event => ("加减分事项", "event"),
            Self::Level => ("层级", "level"),
            Self::Veto => ("否决事项", "veto"),
            Self::Grade => ("等次", "grade"),
            Self::Gate => ("等次条件", "gate"),
            Self::Link => ("挂钩事项", "link"),
            Self::Indicator => ("指标", "indicator"),
            Self::Field => ("数据集字段", "field of a data set"),
            Self::Dimension => ("维度", "dimension"),
            Self::Component => ("指数指标", "component"),
            Self::Class => ("机构类别", "class"),
            Self::Source => ("出处", "source"),
            Self::Actor => ("承担者", "actor"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// A mistake in what an assessment pack says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AssessmentFault {
    /// Something that is referred to is not there.
    Unknown {
        /// What.
        what: Thing,
        /// Which.
        name: String,
    },
    /// Something is there twice.
    Twice {
        /// What.
        what: Thing,
        /// Which.
        name: String,
    },
    /// Weights or points do not add up.
    Sum {
        /// Weights or points of what.
        of: String,
        /// What they have to add up to.
        expected: Decimal,
        /// What they add up to.
        found: Decimal,
    },
    /// There are no bands, or none with this end.
    OpenEnd {
        /// Scores below the lowest band, or above the highest one.
        below: bool,
    },
    /// Scores between two bands belong to neither.
    Gap {
        /// The lower band.
        lower: String,
        /// The upper band.
        upper: String,
        /// Where the lower one ends.
        from: Decimal,
        /// Where the upper one begins.
        to: Decimal,
    },
    /// Scores belong to two bands.
    Overlap {
        /// The lower band.
        lower: String,
        /// The upper band.
        upper: String,
        /// Where the upper one begins.
        from: Decimal,
    },
    /// A parameter's value is none of its kind.
    ParameterValue {
        /// The parameter.
        parameter: String,
        /// What it takes.
        expected: String,
    },
    /// An overlay without anything below it, or a pack with neither scheme nor index.
    NothingThere,
    /// The pack says a scheme and an index.
    Both,
    /// A phase is scored by items, and no table has any for it.
    NoItems {
        /// The phase.
        phase: String,
    },
    /// Two tables fit one institution.
    SameClass {
        /// The word that both have.
        word: String,
        /// The other table.
        table: String,
    },
}

impl Localized for AssessmentFault {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh(),
            Language::En => self.en(),
        }
    }
}

impl AssessmentFault {
    fn zh(&self) -> String {
        let zh = Language::Zh;
        match self {
            Self::Unknown { what, name } => {
                format!("{}“{name}”没有定义，请检查写法或补上定义", what.text(zh))
            }
            Self::Twice { what, name } => {
                format!("{}“{name}”重复，请删去或改名一处", what.text(zh))
            }
            Self::Sum {
                of,
                expected,
                found,
            } => format!("{of}合计为 {found}，应为 {expected}，请核对"),
            Self::OpenEnd { below: true } => {
                "最低的等次没有包括更低的得分，请去掉它的下限".to_owned()
            }
            Self::OpenEnd { below: false } => {
                "最高的等次没有包括更高的得分，请去掉它的上限或设总分封顶".to_owned()
            }
            Self::Gap {
                lower,
                upper,
                from,
                to,
            } if from == to => format!("等次“{lower}”和“{upper}”之间，{from} 分不属于任何等次"),
            Self::Gap {
                lower,
                upper,
                from,
                to,
            } => format!("等次“{lower}”和“{upper}”之间，{from} 分到 {to} 分不属于任何等次"),
            Self::Overlap { lower, upper, from } => {
                format!("等次“{lower}”和“{upper}”重叠，{from} 分同时属于两个等次")
            }
            Self::ParameterValue {
                parameter,
                expected,
            } => format!("参数“{parameter}”的值不对，应为{expected}"),
            Self::NothingThere => {
                "没有考核方案（scheme.toml）也没有指数（index.toml），请补上其一或写明 base"
                    .to_owned()
            }
            Self::Both => "一个内容包只能有考核方案或指数之一，请分成两个包".to_owned(),
            Self::NoItems { phase } => format!(
                "阶段“{phase}”按指标表计分，但没有任何指标表含这一阶段的项目，请补上指标表或改为录入（scoring = \"entered\"）"
            ),
            Self::SameClass { word, table } => {
                format!("适用对象“{word}”同时属于指标表“{table}”，一家机构只能用一张表")
            }
        }
    }

    fn en(&self) -> String {
        let en = Language::En;
        match self {
            Self::Unknown { what, name } => format!("there is no {} {name:?}", what.text(en)),
            Self::Twice { what, name } => format!("the {} {name:?} is there twice", what.text(en)),
            Self::Sum {
                of,
                expected,
                found,
            } => format!("{of} add up to {found}, not to {expected}"),
            Self::OpenEnd { below: true } => {
                "the lowest grade leaves out lower scores; drop its lower bound".to_owned()
            }
            Self::OpenEnd { below: false } => {
                "the highest grade leaves out higher scores; drop its upper bound".to_owned()
            }
            Self::Gap {
                lower,
                upper,
                from,
                to,
            } => format!("scores from {from} to {to} lie between {lower:?} and {upper:?}"),
            Self::Overlap { lower, upper, from } => {
                format!("the grades {lower:?} and {upper:?} overlap at {from}")
            }
            Self::ParameterValue {
                parameter,
                expected,
            } => format!("the parameter {parameter:?} has a wrong value; expected {expected}"),
            Self::NothingThere => {
                "there is neither a scheme (scheme.toml) nor an index (index.toml)".to_owned()
            }
            Self::Both => "a pack holds a scheme or an index, not both".to_owned(),
            Self::NoItems { phase } => {
                format!("the phase {phase:?} is scored by items, but no table has any for it")
            }
            Self::SameClass { word, table } => {
                format!("{word:?} is also what the table {table:?} applies to")
            }
        }
    }
}
