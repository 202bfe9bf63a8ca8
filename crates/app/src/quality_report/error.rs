//! Why there is no report.

use std::io;

use biaochi_domain::{Language, Localized, Period, io_reason};
use biaochi_packs::PackError;
use biaochi_typeset::TypesetError;

use crate::query::QueryError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ReportError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Pack(#[from] PackError),
    #[error("nothing was checked")]
    NothingChecked,
    #[error("nothing of {organisation} was checked")]
    UnknownOrganisation {
        organisation: String,
        known: Vec<String>,
    },
    #[error("nothing was checked in {asked}")]
    NothingIn { asked: Period, there: Period },
    #[error("the last month lies before the first")]
    Reversed,
    #[error("more than {most} months")]
    TooLong { most: usize },
    #[error(transparent)]
    Typeset(#[from] TypesetError),
    #[error("the workbook cannot be written")]
    Workbook(#[source] io::Error),
}

impl ReportError {
    /// Whether the months that were asked for cannot be meant.
    pub fn is_usage(&self) -> bool {
        matches!(self, Self::Reversed | Self::TooLong { .. })
    }

    /// Whether what was asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::NothingChecked | Self::UnknownOrganisation { .. } | Self::NothingIn { .. }
        )
    }
}

impl Localized for ReportError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Query(error), _) => error.text(language),
            (Self::Pack(error), _) => error.text(language),
            (Self::Typeset(error), _) => error.text(language),
            (Self::NothingChecked, Language::Zh) => {
                "工作区还没有质控结果。请先用 biaochi import 导入首页（biaochi.toml 的 checks 不能为空）".to_owned()
            }
            (Self::NothingChecked, Language::En) => {
                "the workspace holds no checked page; import some first (`checks` in biaochi.toml must not be empty)".to_owned()
            }
            (Self::UnknownOrganisation { organisation, known }, Language::Zh) => format!(
                "没有机构“{organisation}”的质控结果。有结果的机构共 {} 家，如 {}",
                known.len(),
                some(known, "、")
            ),
            (Self::UnknownOrganisation { organisation, known }, Language::En) => format!(
                "nothing of the organisation {organisation:?} was checked; there are {}, such as {}",
                known.len(),
                some(known, ", ")
            ),
            (Self::NothingIn { asked, there }, Language::Zh) => format!(
                "{}没有质控结果。有结果的月份在 {} 至 {} 之间",
                asked.text(language),
                there.first(),
                there.last()
            ),
            (Self::NothingIn { asked, there }, Language::En) => format!(
                "nothing was checked in {}; there are months from {} to {}",
                asked.text(language),
                there.first(),
                there.last()
            ),
            (Self::Reversed, Language::Zh) => {
                "截止月份早于起始月份，请检查 --from 和 --to".to_owned()
            }
            (Self::Reversed, Language::En) => {
                "the last month lies before the first; look at --from and --to".to_owned()
            }
            (Self::TooLong { most }, Language::Zh) => {
                format!("一份报告最多 {most} 个月，请缩短 --from 到 --to 的范围")
            }
            (Self::TooLong { most }, Language::En) => {
                format!("a report covers {most} months at most; choose fewer with --from and --to")
            }
            (Self::Workbook(error), Language::Zh) => {
                format!("写不了工作簿：{}", io_reason(error, language))
            }
            (Self::Workbook(error), Language::En) => {
                format!("the workbook cannot be written: {error}")
            }
        }
    }
}

/// A county may have hundreds.
fn some(known: &[String], joint: &str) -> String {
    known[..known.len().min(5)].join(joint)
}
