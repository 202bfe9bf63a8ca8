//! What a question about a code or name is answered with.

use biaochi_domain::{Language, Localized, coded};
use compact_str::CompactString;

use crate::score::Score;

coded! {
    /// What a candidate says compared with what was asked.
    pub enum Relation {
        /// The same.
        Exact = "exact", "等同", "the same";
        /// Less: several codes of the one edition are united in it, or it is the code above.
        Broader = "broader", "较宽", "broader";
        /// More: it is one of the finer codes below.
        Narrower = "narrower", "较细", "narrower";
        /// The nearest there is, as a person judged.
        Nearest = "nearest", "大致对应", "the nearest";
        /// Only its name is alike.
        Alike = "alike", "名称相近", "a similar name";
    }
}

coded! {
    /// How sure the whole answer is.
    pub enum Verdict {
        /// One code says the same.
        Exact = "exact", "等同", "exact";
        /// One code, which says less.
        Broader = "broader", "归入较宽", "broader";
        /// One code, which says more.
        Narrower = "narrower", "归入较细", "narrower";
        /// One code that a person chose as the nearest there is.
        Nearest = "nearest", "大致对应", "nearest";
        /// Several codes are equally right: a person chooses.
        OneToMany = "one-to-many", "一对多，需选择", "one to many";
        /// Nothing certain, but candidates that a person may confirm.
        Suggested = "suggested", "仅有候选，需确认", "suggested only";
        /// Nothing at all.
        None = "none", "无对应", "none";
    }
}

impl Verdict {
    /// Whether one code can be taken without asking anybody.
    pub fn is_decided(self) -> bool {
        matches!(
            self,
            Self::Exact | Self::Broader | Self::Narrower | Self::Nearest
        )
    }
}

coded! {
    /// By what means a candidate was found; the order is the order in which they are believed.
    pub enum Means {
        /// The hospital chose it and a second person agreed.
        Confirmed = "confirmed-choice", "本院对照（已审核）", "the hospital's confirmed choice";
        /// The map between the editions.
        Map = "map", "国家对照表", "map of the editions";
        /// The code is one of the wanted edition.
        Same = "same-code", "已是该版本编码", "code of this edition";
        /// The short international code, written with all places.
        Padded = "padded-code", "补足位数", "padded code";
        /// A name of the edition.
        Name = "name", "名称一致", "same name";
        /// Another name of the code.
        OtherName = "other-name", "别名一致", "same as another name";
        /// The code from which this one was extended.
        Above = "code-above", "上位编码", "code above";
        /// The hospital chose it, nobody agreed yet.
        Proposed = "proposed-choice", "本院对照（待审核）", "the hospital's proposed choice";
        /// A finer code.
        Below = "code-below", "下位编码", "code below";
        /// The name is alike.
        Likeness = "likeness", "名称相近", "similar name";
        /// The name is alike once a word is exchanged for another that says the same.
        Reworded = "reworded", "换用同义词后相近", "similar with synonyms";
    }
}

/// A code that may be the answer, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Candidate {
    /// The code in the wanted edition.
    pub code: CompactString,
    /// Its name, `None` where no source gives one (codes of the clinical edition only).
    pub name: Option<Box<str>>,
    /// What it says compared with what was asked.
    pub relation: Relation,
    /// By what means it was found.
    pub means: Means,
    /// How alike its names and the name asked for are; `None` when one of them is not known.
    pub score: Option<Score>,
    /// Whether it may not be used for settlement (灰码).
    pub grey: bool,
    /// Words in which the names exclude each other, such as 左 and 右.
    pub opposed: Option<(Box<str>, Box<str>)>,
}

/// What a person should know beside the candidates.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Remark {
    /// The code was written differently: letter case, full-width forms, dots.
    Respelled {
        /// As its edition writes it.
        code: CompactString,
    },
    /// Both editions have the code, with different meanings.
    TwoMeanings {
        /// What it becomes if the record uses the clinical edition.
        as_clinical: CompactString,
    },
    /// The code in the first place must not be used for settlement.
    Grey,
    /// The name asked for is not that of the code.
    NameDiffers {
        /// How alike they are.
        score: Score,
    },
    /// The name leads to a code of another category than the code asked for.
    OtherCategory,
    /// A remembered choice leads to a code that the edition does not have.
    ChoiceGone {
        /// The code.
        code: CompactString,
    },
    /// There are more candidates than were asked for.
    More {
        /// How many more.
        left_out: usize,
    },
}

/// What is known about the translation of one code or name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// How sure it is.
    pub verdict: Verdict,
    /// Candidates, the best first. Those that decide the verdict stand before all others.
    pub candidates: Vec<Candidate>,
    /// What else a person should know.
    pub remarks: Vec<Remark>,
}

impl Answer {
    /// The code that can be taken without asking anybody.
    pub fn decided(&self) -> Option<&Candidate> {
        self.candidates
            .first()
            .filter(|_| self.verdict.is_decided())
    }
}

impl Remark {
    /// The stable id, for programs.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Respelled { .. } => "respelled",
            Self::TwoMeanings { .. } => "two-meanings",
            Self::Grey => "grey",
            Self::NameDiffers { .. } => "name-differs",
            Self::OtherCategory => "other-category",
            Self::ChoiceGone { .. } => "choice-gone",
            Self::More { .. } => "more",
        }
    }
}

impl Localized for Remark {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Respelled { code } if zh => format!("编码按规范写作 {code}"),
            Self::Respelled { code } => format!("the code is written {code}"),
            Self::TwoMeanings { as_clinical } if zh => format!(
                "该编码在国临版和医保版中含义不同：若病案用的是国临版，应译为 {as_clinical}。请向提供数据的人核实版本"
            ),
            Self::TwoMeanings { as_clinical } => format!(
                "the editions give this code different meanings: of the clinical one it becomes \
                 {as_clinical}; ask which edition the data use"
            ),
            Self::Grey if zh => "灰码，不用于医保结算，请从下位编码中选择".to_owned(),
            Self::Grey => "a grey code, not for settlement: choose a finer one".to_owned(),
            Self::NameDiffers { score } if zh => {
                format!("填写的名称与该编码的名称不符（相似度 {score}），请核对编码")
            }
            Self::NameDiffers { score } => {
                format!(
                    "the written name is not that of the code (likeness {score}); check the code"
                )
            }
            Self::OtherCategory if zh => {
                "填写的名称与编码不属于同一类目，结果按名称得出，请核对".to_owned()
            }
            Self::OtherCategory => {
                "name and code are of different categories; this follows the name: check it"
                    .to_owned()
            }
            Self::ChoiceGone { code } if zh => {
                format!("本院对照指向的 {code} 已不在该版本中，未采用，请重新选择")
            }
            Self::ChoiceGone { code } => format!(
                "the hospital's choice leads to {code}, which the edition does not have; choose again"
            ),
            Self::More { left_out } if zh => format!("另有 {left_out} 个候选未列出"),
            Self::More { left_out } => format!("{left_out} further candidates are not shown"),
        }
    }
}
