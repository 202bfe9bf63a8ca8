use std::collections::{BTreeMap, BTreeSet};

use biaochi_domain::{Language, Localized};

use super::MOST_SETS;
use crate::definition::SchemeDefinition;

/// Something in a definition that cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileProblem {
    /// There are no categories at all.
    #[error("the scheme has no categories")]
    NoCategories,
    /// A rule names a set that the definition does not hold.
    #[error("{place}: the rule names the set `{set}`, which is not defined")]
    UnknownSet {
        /// Where the rule stands.
        place: Place,
        /// The name of the set.
        set: String,
    },
    /// A rule asks for a sex other than 1 and 2.
    #[error("{place}: the rule asks for sex {sex}, which is neither 1 nor 2")]
    UnknownSex {
        /// Where the rule stands.
        place: Place,
        /// The sex asked for.
        sex: u8,
    },
    /// Two categories or two entries have the same name.
    #[error("{0} is defined twice")]
    Twice(Place),
    /// A result code without a letter from A to Z at its beginning names no category.
    #[error("{place}: the result `{code}` does not begin with a category letter")]
    BadResult {
        /// The entry with this result.
        place: Place,
        /// The result code.
        code: String,
    },
    /// A complication has two exclusion tables.
    #[error("the complication `{0}` is listed with two exclusion tables")]
    AmbiguousComplication(String),
    /// Too many sets, see [`CompileProblem::TooManySets::most`].
    #[error("the rules name {sets} sets of one kind; at most {most} are possible")]
    TooManySets {
        /// Sets and classes that the rules name.
        sets: usize,
        /// The limit.
        most: usize,
    },
}

/// A place in a definition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A category, such as `MDCB`.
    Category(String),
    /// An entry, such as `JA1_2`.
    Entry(String),
    /// A DRG of an entry.
    Drg {
        /// The entry.
        entry: String,
        /// The DRG.
        drg: String,
    },
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::En))
    }
}

impl Localized for Place {
    fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::Zh, Self::Category(code)) => format!("主要诊断大类 {code}"),
            (Language::Zh, Self::Entry(id)) => format!("病组入口 {id}"),
            (Language::Zh, Self::Drg { entry, drg }) => format!("病组入口 {entry} 的细分组 {drg}"),
            (Language::En, Self::Category(code)) => format!("category {code}"),
            (Language::En, Self::Entry(id)) => format!("entry {id}"),
            (Language::En, Self::Drg { entry, drg }) => format!("group {drg} of entry {entry}"),
        }
    }
}

impl Localized for CompileProblem {
    fn text(&self, language: Language) -> String {
        if language == Language::En {
            return self.to_string();
        }
        match self {
            Self::NoCategories => "分组方案没有任何主要诊断大类，请检查方案文件是否完整".to_owned(),
            Self::UnknownSet { place, set } => format!(
                "{}：规则引用的编码表“{set}”不存在，请补充该编码表或改正名称",
                place.text(language)
            ),
            Self::UnknownSex { place, sex } => format!(
                "{}：规则中的性别 {sex} 不是 1（男）或 2（女），请改正",
                place.text(language)
            ),
            Self::Twice(place) => format!("{}重复定义，请删除其中一个", place.text(language)),
            Self::BadResult { place, code } => format!(
                "{}：结果编码“{code}”不以大类字母 A 至 Z 开头，请改正",
                place.text(language)
            ),
            Self::AmbiguousComplication(code) => {
                format!("并发症诊断 {code} 列有两个不同的排除表，请保留一个")
            }
            Self::TooManySets { sets, most } => {
                format!("规则引用了 {sets} 个同类编码表，最多支持 {most} 个，请精简方案")
            }
        }
    }
}

/// Checks what is not a matter of single rules.
pub(super) fn check(definition: &SchemeDefinition, problems: &mut Vec<CompileProblem>) {
    if definition.categories.is_empty() {
        problems.push(CompileProblem::NoCategories);
    }
    let mut seen = BTreeSet::new();
    for category in &definition.categories {
        let place = Place::Category(category.code.clone());
        if !seen.insert(place.clone()) {
            problems.push(CompileProblem::Twice(place));
        }
        for entry in &category.entries {
            let place = Place::Entry(entry.id.clone());
            let results = entry.drgs.iter().map(|drg| &drg.drg).chain(&entry.fallback);
            for code in results {
                if !code.starts_with(|first: char| first.is_ascii_uppercase()) {
                    let (place, code) = (place.clone(), code.clone());
                    problems.push(CompileProblem::BadResult { place, code });
                }
            }
            if !seen.insert(place.clone()) {
                problems.push(CompileProblem::Twice(place));
            }
        }
    }
    let mut complications: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for complication in &definition.complications {
        let found = complication.table.as_deref();
        if *complications.entry(&complication.code).or_insert(found) != found {
            problems.push(CompileProblem::AmbiguousComplication(
                complication.code.to_string(),
            ));
        }
    }
}

/// Reports a kind of code whose rules name more sets than fit.
pub(super) fn check_width(sets: usize, problems: &mut Vec<CompileProblem>) {
    if sets > MOST_SETS {
        problems.push(CompileProblem::TooManySets {
            sets,
            most: MOST_SETS,
        });
    }
}
