//! What can go wrong with a template.

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;

/// A mistake in a template and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Line and column in the template, counted from one; `None` when it is not the template's.
    pub place: Option<(usize, usize)>,
    /// What Typst says.
    pub reason: String,
    /// What Typst advises.
    pub hints: Vec<String>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum TypesetError {
    #[error("the template has {} mistakes", mistakes.len())]
    Template { mistakes: Vec<Mistake> },
    #[error("{name:?} cannot name an asset")]
    AssetName { name: String },
    #[error("{date} is no date that a document can have")]
    Date { date: Date },
}

impl Localized for Mistake {
    fn text(&self, language: Language) -> String {
        let mut text = match (self.place, language) {
            (Some((line, column)), Language::Zh) => format!("第 {line} 行第 {column} 列："),
            (Some((line, column)), Language::En) => format!("line {line} column {column}: "),
            (None, _) => String::new(),
        };
        text += &self.reason;
        for hint in &self.hints {
            text += match language {
                Language::Zh => "；提示：",
                Language::En => "; hint: ",
            };
            text += hint;
        }
        text
    }
}

impl Localized for TypesetError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Template { mistakes }, _) => {
                let head = match language {
                    Language::Zh => format!("排版模板有 {} 处错误：", mistakes.len()),
                    Language::En => format!("the template has {} mistakes:", mistakes.len()),
                };
                let lines = mistakes.iter().map(|mistake| mistake.text(language));
                lines.fold(head, |text, line| text + "\n" + &line)
            }
            (Self::AssetName { name }, Language::Zh) => {
                format!("“{name}”不能作附件名。请用没有“..”的相对文件名")
            }
            (Self::AssetName { name }, Language::En) => {
                format!("{name:?} cannot name an asset; use a relative name without `..`")
            }
            (Self::Date { date }, Language::Zh) => format!("文件的日期不能是 {date}"),
            (Self::Date { date }, Language::En) => {
                format!("a document cannot have the date {date}")
            }
        }
    }
}
