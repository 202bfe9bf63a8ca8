//! Why a search result was found.

use biaochi_domain::{Language, Localized};

use crate::concept::language_text;

/// Why a concept was found. The order is the order of the results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The code itself, possibly written differently.
    Code,
    /// The preferred name itself.
    Name,
    /// Another name itself.
    OtherName,
    /// The code begins with the query.
    CodeStart,
    /// A name's initials are the query.
    Initials,
    /// A name begins with the query.
    NameStart,
    /// A name contains the query.
    NamePart,
    /// A name contains all words of the query.
    AllWords,
    /// A name's initials begin with the query.
    InitialsStart,
    /// A name's initials contain the query.
    InitialsPart,
    /// A name's initials contain the query when a polyphone is read differently.
    OtherReading,
    /// A name shares much with the query; 1000 means all of it.
    Similar {
        /// Likeness per mille.
        per_mille: u16,
    },
}

impl Localized for Reason {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Code => ("编码一致", "same code"),
            Self::Name => ("名称一致", "same name"),
            Self::OtherName => ("别名一致", "same as another name"),
            Self::CodeStart => ("编码以此开头", "code begins so"),
            Self::Initials => ("拼音首字母一致", "same pinyin initials"),
            Self::NameStart => ("名称以此开头", "name begins so"),
            Self::NamePart => ("名称包含", "name contains it"),
            Self::AllWords => ("名称包含全部词", "name contains all words"),
            Self::InitialsStart => ("拼音首字母以此开头", "pinyin initials begin so"),
            Self::InitialsPart => ("拼音首字母包含", "pinyin initials contain it"),
            Self::OtherReading => ("拼音首字母（多音字）", "pinyin initials by another reading"),
            Self::Similar { per_mille } => {
                let (whole, tenth) = (per_mille / 10, per_mille % 10);
                return match language {
                    Language::Zh => format!("名称相近（{whole}.{tenth}%）"),
                    Language::En => format!("similar name ({whole}.{tenth} %)"),
                };
            }
        };
        language_text(language, zh, en)
    }
}
