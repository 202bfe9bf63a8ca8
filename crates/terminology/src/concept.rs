//! One code and what is known about it.

use biaochi_domain::{Language, Localized};
use compact_str::CompactString;

/// What the codes of a system stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// 疾病诊断 (ICD-10).
    Diagnosis,
    /// 手术操作 (ICD-9-CM-3).
    Procedure,
}

/// The edition or editions a code belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// In both national editions. The meaning can differ: ask the concept map.
    Both,
    /// 国家医保版 only.
    Insurance,
    /// 国家临床版 only.
    Clinical,
    /// Added by a hospital or region.
    Local,
    /// Only named by a grouping scheme; in neither national table.
    Scheme,
}

/// Whether a code may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Status {
    /// May be used.
    #[default]
    Active,
    /// 灰码: in the edition, but not for settlement; a finer code takes its place.
    Grey,
    /// Withdrawn by a pack that lies over the original one.
    Retired,
}

/// A code with its preferred name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concept {
    code: CompactString,
    name: Box<str>,
    edition: Edition,
    status: Status,
}

/// Another name of a code, and who uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherName {
    /// The name as its users write it.
    pub name: Box<str>,
    /// Scheme ids or a hospital's name, separated by blanks; may be empty.
    pub used_by: Box<str>,
}

impl Concept {
    /// An active code. An empty name means that the name is not known.
    pub fn new(code: &str, name: &str, edition: Edition) -> Self {
        Self {
            code: code.into(),
            name: name.into(),
            edition,
            status: Status::Active,
        }
    }

    /// The same code with another status.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    /// The code as its edition writes it, such as `I21.000x001`.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// The Chinese name, `None` when the sources give none.
    pub fn name(&self) -> Option<&str> {
        (!self.name.is_empty()).then_some(&*self.name)
    }

    /// The edition it belongs to.
    pub fn edition(&self) -> Edition {
        self.edition
    }

    /// Whether it may be used.
    pub fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn set_status(&mut self, status: Status) {
        self.status = status;
    }
}

impl Localized for Kind {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Diagnosis => ("疾病诊断", "diagnosis"),
            Self::Procedure => ("手术操作", "procedure"),
        };
        language_text(language, zh, en)
    }
}

impl Localized for Edition {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Both => ("医保版、国临版", "insurance and clinical edition"),
            Self::Insurance => ("仅医保版", "insurance edition only"),
            Self::Clinical => ("仅国临版", "clinical edition only"),
            Self::Local => ("本地编码", "local code"),
            Self::Scheme => ("仅分组方案使用", "used by a grouping scheme only"),
        };
        language_text(language, zh, en)
    }
}

impl Localized for Status {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Active => ("可用", "active"),
            Self::Grey => ("灰码（不用于医保结算）", "grey code (not for settlement)"),
            Self::Retired => ("已停用", "retired"),
        };
        language_text(language, zh, en)
    }
}

pub(crate) fn language_text(language: Language, zh: &str, en: &str) -> String {
    match language {
        Language::Zh => zh.to_owned(),
        Language::En => en.to_owned(),
    }
}
