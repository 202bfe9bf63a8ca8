use biaochi_domain::{Language, Localized, io_reason};
use biaochi_indicators::NoValue;
use biaochi_ingest::FileError;
use biaochi_organisations::Unit;
use biaochi_warehouse::WarehouseError;

use crate::ContentError;

/// Why a question about indicators has no answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum IndicatorError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("there is no indicator {id:?}")]
    UnknownIndicator { id: String, near: Vec<String> },
    #[error("the unit {unit} is not known")]
    UnknownUnit { unit: Unit },
    #[error("{id} has no records: {why}")]
    NoRecords { id: String, why: &'static str },
    #[error("{id} has no value")]
    NoValue { id: String, why: NoValue },
    #[error(transparent)]
    File(#[from] FileError),
    #[error("cannot read the list {file}")]
    NoList {
        file: String,
        #[source]
        source: std::io::Error,
    },
    #[error("the list {file} has no case")]
    EmptyList { file: String },
    #[error("cannot read {file}")]
    List {
        file: String,
        line: u64,
        reason: String,
    },
}

impl IndicatorError {
    /// What was asked for is not there, rather than something having failed.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::UnknownIndicator { .. } | Self::UnknownUnit { .. } | Self::NoValue { .. }
        )
    }

    /// Nothing was imported yet.
    pub fn is_nothing_imported(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::NoLake { .. }))
    }

    /// Another process holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::Locked { .. }))
    }
}

impl Localized for IndicatorError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Warehouse(error), _) => error.text(language),
            (Self::Content(error), _) => error.text(language),
            (Self::UnknownIndicator { id, near }, Language::Zh) if near.is_empty() => {
                format!("没有指标“{id}”。用 biaochi indicators list 列出全部指标")
            }
            (Self::UnknownIndicator { id, near }, Language::Zh) => {
                format!("没有指标“{id}”。相近的有：{}", near.join("、"))
            }
            (Self::UnknownIndicator { id, .. }, Language::En) => {
                format!("there is no indicator {id:?}; biaochi indicators list shows all")
            }
            (Self::UnknownUnit { unit }, Language::Zh) => format!(
                "工作区里没有“{unit}”：既没有它的病案，也没有它的机构资料。机构资料用 biaochi org 维护"
            ),
            (Self::UnknownUnit { unit }, Language::En) => format!(
                "the workspace knows no {unit}: neither records nor organisation data; maintain those with biaochi org"
            ),
            (Self::NoRecords { id, why }, Language::Zh) => {
                let why = match *why {
                    "growth" => "增幅由两期的值算出，请下钻它所依据的指标",
                    "entered" => "它是填报的值，请看数据集",
                    "algorithm" => "它由按 DRG 汇总的数算出，没有单份病案的分子",
                    "exact" => "它是去重、中位数一类的值，没有单份病案的分子",
                    _ => "它由数据集算出，请看数据集",
                };
                format!("指标“{id}”不能下钻到病案：{why}")
            }
            (Self::NoRecords { id, why }, Language::En) => {
                format!("{id} cannot be opened into records ({why})")
            }
            (Self::NoValue { id, why }, Language::Zh) => {
                format!("指标“{id}”没有值：{}", why.text(language))
            }
            (Self::NoValue { id, why }, Language::En) => {
                format!("{id} has no value: {}", why.text(language))
            }
            (Self::File(error), _) => error.text(language),
            (Self::NoList { file, source }, Language::Zh) => format!(
                "读不了名单“{file}”：{}。请检查路径和权限",
                io_reason(source, language)
            ),
            (Self::NoList { file, source }, Language::En) => {
                format!(
                    "cannot read the list {file}: {}",
                    io_reason(source, language)
                )
            }
            (Self::EmptyList { file }, Language::Zh) => {
                format!("名单“{file}”里没有病例：第一列应是病案号或记录键，第二列可以是金额")
            }
            (Self::EmptyList { .. }, Language::En) => format!(
                "{self}; its first column holds record numbers, the second may hold amounts"
            ),
            (Self::List { file, line, reason }, Language::Zh) => {
                format!("名单“{file}”第 {line} 行读不出来：{reason}")
            }
            (Self::List { file, line, reason }, Language::En) => {
                format!("list {file}, line {line}: {reason}")
            }
        }
    }
}
