//! What people are told of a scheme before they use it.

use std::fmt;

use biaochi_domain::{Language, Localized};

use crate::files::PackFiles;
use crate::scheme::manifest::{Document, Remark};
use crate::sources::Source;

/// What is known of a scheme without loading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeInfo {
    /// Id, as given to `--scheme`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version as its makers name it.
    pub version: String,
    /// Where it applies.
    pub place: String,
    /// The scheme whose tables it changes.
    pub base: Option<String>,
    /// Whether its tables can be trusted.
    pub status: SchemeStatus,
    /// The scheme to use: this one, or the one that mends it.
    pub recommended: String,
    /// Where the published tables can hardly be what their makers meant.
    pub damages: Vec<Remark>,
    /// Slips of the published tables that touch so little that the scheme is used all the same.
    pub notes: Vec<Remark>,
    /// What was mended in it, against the published tables.
    pub mends: Vec<Remark>,
    /// The document it implements.
    pub document: Document,
    /// Where its content comes from.
    pub sources: Vec<Source>,
    /// Licence of its tables.
    pub licence: String,
    /// First and last day in force, where known, as `YYYY-MM-DD`.
    pub effective: (Option<String>, Option<String>),
    /// How much is in it.
    pub counts: SchemeCounts,
    /// SHA-256, in hexadecimal, over the files of the pack and its bases.
    pub content_hash: String,
    /// Where its files are.
    pub files: PackFiles,
}

/// Said to whoever groups by a damaged scheme; such a scheme is never used silently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DamageWarning {
    /// Id of the scheme.
    pub id: String,
    /// Its Chinese title.
    pub title: String,
    /// The scheme to use instead, if there is one.
    pub recommended: Option<String>,
    /// What is damaged.
    pub damages: Vec<Remark>,
}

impl SchemeInfo {
    /// What to tell before records are grouped by this scheme; `None` when nothing is doubtful.
    pub fn warning(&self) -> Option<DamageWarning> {
        (self.status == SchemeStatus::Damaged).then(|| DamageWarning {
            id: self.id.clone(),
            title: self.title.clone(),
            recommended: (self.recommended != self.id).then(|| self.recommended.clone()),
            damages: self.damages.clone(),
        })
    }
}

impl Localized for DamageWarning {
    fn text(&self, language: Language) -> String {
        let groups: Vec<&str> = self
            .damages
            .iter()
            .map(|damage| damage.what.as_str())
            .collect();
        let count = groups.len();
        match (language, &self.recommended) {
            (Language::Zh, Some(id)) => format!(
                "方案“{}”的公开表有 {count} 处疑点，部分病组分不到：{}。建议改用 --scheme {id}",
                self.id,
                groups.join("；")
            ),
            (Language::Zh, None) => format!(
                "方案“{}”的公开表有 {count} 处疑点，部分病组分不到：{}。请核对结果",
                self.id,
                groups.join("；")
            ),
            (Language::En, Some(id)) => format!(
                "the published tables of scheme {:?} are doubtful in {count} places ({}); use --scheme {id}",
                self.id,
                groups.join("; ")
            ),
            (Language::En, None) => format!(
                "the published tables of scheme {:?} are doubtful in {count} places ({}); check the results",
                self.id,
                groups.join("; ")
            ),
        }
    }
}

/// Whether the tables of a scheme can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SchemeStatus {
    /// As published, nothing doubtful is known.
    Published,
    /// As published, with doubtful tables; [`SchemeInfo::recommended`] names a mended one if there
    /// is one.
    Damaged,
    /// A published scheme with its doubtful tables mended.
    Mended,
}

/// How much is in a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct SchemeCounts {
    /// Major diagnostic categories.
    pub categories: usize,
    /// Ways into ADRGs, those of ambiguous stays (QY) included.
    pub entries: usize,
    /// Different ADRGs.
    pub adrgs: usize,
    /// Different DRGs.
    pub drgs: usize,
}

impl fmt::Display for SchemeStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Published => "published",
            Self::Damaged => "damaged",
            Self::Mended => "mended",
        })
    }
}

impl Localized for SchemeStatus {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Published, Language::Zh) => "原样发布".to_owned(),
            (Self::Damaged, Language::Zh) => "有疑点".to_owned(),
            (Self::Mended, Language::Zh) => "已修补".to_owned(),
            (_, Language::En) => self.to_string(),
        }
    }
}
