use biaochi_domain::{Language, Localized, Month, in_sentence};
use rust_decimal::Decimal;

use crate::amount::Amount;
use crate::decision::Decision;
use crate::due::Due;
use crate::scope::Scope;

/// How a value is compared with that of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// At least.
    AtLeast,
    /// At most.
    AtMost,
    /// Exactly.
    Equal,
    /// It has to rise; no value is named.
    Up,
    /// It has to fall; no value is named.
    Down,
    /// A state that has to be reached, such as a level or a thing that is set up.
    State,
}

impl Comparator {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::AtLeast,
        Self::AtMost,
        Self::Equal,
        Self::Up,
        Self::Down,
        Self::State,
    ];

    /// The word in a pack.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::Up => "up",
            Self::Down => "down",
            Self::State => "state",
        }
    }

    /// Whether it compares with a number.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::AtLeast | Self::AtMost | Self::Equal)
    }
}

impl Localized for Comparator {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::AtLeast => ("不低于", "at least"),
            Self::AtMost => ("不高于", "at most"),
            Self::Equal => ("等于", "equal to"),
            Self::Up => ("提高", "rising"),
            Self::Down => ("降低", "falling"),
            Self::State => ("达到", "reaching"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// What answers a target.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Binding {
    /// An indicator computes it.
    Indicator(String),
    /// A field of a data set holds it.
    Dataset {
        /// The data set.
        dataset: String,
        /// The field.
        field: String,
    },
    /// It is done or not; this is the evidence that shows it.
    Milestone(String),
}

/// The kinds of bindings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "as those of Binding")]
pub enum BindingKind {
    Indicator,
    Dataset,
    Milestone,
}

impl Binding {
    /// Its kind.
    pub fn kind(&self) -> BindingKind {
        match self {
            Self::Indicator(_) => BindingKind::Indicator,
            Self::Dataset { .. } => BindingKind::Dataset,
            Self::Milestone(_) => BindingKind::Milestone,
        }
    }

    /// The id of what answers it, as `T3-4` or `finance.outpatient_income`; none for milestones.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Indicator(id) => Some(id.clone()),
            Self::Dataset { dataset, field } => Some(format!("{dataset}.{field}")),
            Self::Milestone(_) => None,
        }
    }
}

impl BindingKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Indicator, Self::Dataset, Self::Milestone];

    /// The word in a pack and in tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Indicator => "indicator",
            Self::Dataset => "dataset",
            Self::Milestone => "milestone",
        }
    }
}

impl Localized for BindingKind {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Indicator => ("指标自动计算", "computed indicator"),
            Self::Dataset => ("数据集填报", "data-set field"),
            Self::Milestone => ("节点加佐证材料", "milestone with evidence"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// How sure it is that the target says what the document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Certainty {
    /// Read from the document.
    Confirmed,
    /// Read with a slip of the document or a second-hand text between; to be checked.
    General,
    /// From memory.
    Memory,
}

impl Certainty {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::General, Self::Memory];

    /// The word in a pack.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::General => "general",
            Self::Memory => "memory",
        }
    }
}

impl Localized for Certainty {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Confirmed => ("据原文", "from the document"),
            Self::General => ("待核对原文", "to be checked against the document"),
            Self::Memory => ("凭记忆，待核对", "from memory, to be checked"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// Where a target starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Baseline {
    /// The last month that the value speaks of.
    pub month: Month,
    /// The value.
    pub value: Decimal,
}

/// What a plan wants to be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its id within the plan.
    pub id: String,
    /// The clause that says it.
    pub clause: String,
    /// As in the document.
    pub title: String,
    /// What answers it.
    pub binding: Binding,
    /// Whom it is about.
    pub scope: Scope,
    /// How it is compared.
    pub comparator: Comparator,
    /// With what.
    pub amount: Amount,
    /// How far an exact value may be missed and still be met; the document or a decision says so.
    pub tolerance: Option<Decimal>,
    /// The unit, as in the document.
    pub unit: String,
    /// Until when.
    pub due: Due,
    /// Words that soften it: 力争, 左右, 逐步. Kept and shown; they never lower the bar.
    pub softeners: Vec<String>,
    /// Who has to see to it.
    pub responsible: Vec<String>,
    /// Where it starts, if the document says so.
    pub baseline: Option<Baseline>,
    /// The target of the parent plan that it carries out, `plan/target`, where the binding does not tell.
    pub follows: Option<String>,
    /// Indicators to look at beside it.
    pub related: Vec<String>,
    /// How sure the reading is.
    pub certainty: Certainty,
    /// What somebody has to decide before it can be judged.
    pub open: Option<String>,
    /// Who decided what the document leaves open.
    pub decided: Option<Decision>,
    /// What else there is to know.
    pub note: String,
}

/// The softener that leaves open how far a value may be missed.
const ABOUT: &str = "左右";

impl Target {
    /// What has to be decided before the target can be judged; `None` when it can be. A value that the
    /// document does not give is never guessed.
    pub fn question(&self) -> Option<String> {
        if let Some(open) = &self.open {
            return Some(open.clone());
        }
        if matches!(self.binding, Binding::Milestone(_)) || !self.comparator.is_numeric() {
            return None;
        }
        if self.amount.number.is_none() {
            return Some(if self.amount.is_empty() {
                "文件没有写数值，目标值是多少？".to_owned()
            } else {
                format!("“{}”按多少计算？", self.amount.text)
            });
        }
        let about = self.softeners.iter().any(|word| word == ABOUT);
        (about && self.comparator == Comparator::Equal && self.tolerance.is_none())
            .then(|| "“左右”允许相差多少？".to_owned())
    }

    /// Whether a value meets the target. Without a number nothing does.
    pub fn is_met_by(&self, value: Decimal) -> bool {
        let Some(number) = self.amount.number else {
            return false;
        };
        match self.comparator {
            Comparator::AtLeast => value >= number,
            Comparator::AtMost => value <= number,
            Comparator::Equal => (value - number).abs() <= self.tolerance.unwrap_or_default(),
            Comparator::Up | Comparator::Down | Comparator::State => false,
        }
    }

    /// The value as the document says it: comparator, text, unit, and for a range which bound counts.
    pub fn wanted(&self, language: Language) -> String {
        let Self {
            comparator,
            amount,
            unit,
            ..
        } = self;
        // What is a state or a scope in the document's unit column is no unit.
        let unit = if amount.number.is_some() {
            unit.as_str()
        } else {
            ""
        };
        let sign = match comparator {
            Comparator::AtLeast => "≥",
            Comparator::AtMost => "≤",
            Comparator::Equal if amount.number.is_some() && !unit.is_empty() => "=",
            Comparator::Equal | Comparator::State => "",
            Comparator::Up | Comparator::Down => return comparator.text(language),
        };
        // A number that was decided goes before words that name none.
        let is_word = self.decided.is_some() && Amount::read(&amount.text).number.is_none();
        let mut text = match amount.number.filter(|_| is_word).map(in_sentence) {
            Some(number) if amount.is_empty() => format!("{sign}{number}{unit}"),
            Some(number) => match language {
                Language::Zh => format!("{sign}{number}{unit}（原文“{}”）", amount.text),
                Language::En => format!("{sign}{number}{unit} (document: {})", amount.text),
            },
            // A bare number; a range, a ratio and words stay as the document has them.
            None if amount.text.parse::<Decimal>().is_ok() => {
                format!("{sign}{}{unit}", in_sentence(&amount.text))
            }
            None => format!("{sign}{}{unit}", amount.text),
        };
        if let (Comparator::Equal, Some(tolerance)) = (comparator, self.tolerance) {
            text += &match language {
                Language::Zh => format!("（允许相差 {tolerance}）"),
                Language::En => format!(" (within {tolerance})"),
            };
        }
        if let (Some(number), Some(_)) = (amount.number, amount.upper) {
            let number = in_sentence(number);
            text += &match language {
                Language::Zh => format!("（按下限 {number} 计）"),
                Language::En => format!(" (the lower bound {number} counts)"),
            };
        }
        text
    }

    /// The same within a Chinese sentence: 要求 ≥90%, 要求提高.
    pub fn asked(&self) -> String {
        let wanted = self.wanted(Language::Zh);
        let is_figure = |first: char| first.is_ascii() || matches!(first, '≥' | '≤');
        match wanted.starts_with(is_figure) {
            true => format!("要求 {wanted}"),
            false => format!("要求{wanted}"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn target(comparator: Comparator, value: &str) -> Target {
        Target {
            id: "T01".to_owned(),
            clause: "1".to_owned(),
            title: "县域就诊率".to_owned(),
            binding: Binding::Indicator("X".to_owned()),
            scope: Scope::default(),
            comparator,
            amount: Amount::read(value),
            tolerance: None,
            unit: "%".to_owned(),
            due: Due::default(),
            softeners: Vec::new(),
            responsible: Vec::new(),
            baseline: None,
            follows: None,
            related: Vec::new(),
            certainty: Certainty::Confirmed,
            open: None,
            decided: None,
            note: String::new(),
        }
    }

    #[test]
    fn what_the_document_leaves_open_is_asked() {
        let at_least = |value| target(Comparator::AtLeast, value);
        assert_eq!(at_least("90").question(), None);
        assert!(at_least("").question().is_some());
        assert!(at_least("省级要求").question().is_some());
        let mut milestone = at_least("三级乙等");
        milestone.binding = Binding::Milestone("批文".to_owned());
        assert_eq!(milestone.question(), None);
        assert_eq!(target(Comparator::Up, "").question(), None);
        let mut about = target(Comparator::Equal, "1:2");
        about.softeners = vec![ABOUT.to_owned()];
        assert!(about.question().is_some());
        about.tolerance = "0.05".parse().ok();
        assert_eq!(about.question(), None);
        let decimal = |text: &str| text.parse::<Decimal>().expect("a number");
        assert!(about.is_met_by(decimal("0.46")));
        assert!(!about.is_met_by(decimal("0.44")));
    }

    #[test]
    fn the_wanted_value_says_which_bound_counts() {
        let mut range = target(Comparator::AtLeast, "3-5");
        range.unit = "个".to_owned();
        assert_eq!(range.wanted(Language::Zh), "≥3-5个（按下限 3 计）");
        let mut many = target(Comparator::AtLeast, "13250");
        many.unit = "人次".to_owned();
        assert_eq!(many.wanted(Language::Zh), "≥13,250人次");
        let mut state = target(Comparator::State, "建成");
        state.unit = "状态".to_owned();
        assert_eq!(state.wanted(Language::Zh), "建成");
        let up = target(Comparator::Up, "");
        assert_eq!(up.wanted(Language::Zh), "提高");
        assert_eq!(
            (up.asked().as_str(), many.asked().as_str()),
            ("要求提高", "要求 ≥13,250人次")
        );
    }
}
