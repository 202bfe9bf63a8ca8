use std::path::PathBuf;

use biaochi_datasets::WrongPeriod;
use biaochi_domain::{Language, Localized, Period, io_reason};
use biaochi_ingest::FileError;
use biaochi_organisations::UnknownWords;
use biaochi_store::StoreError;
use biaochi_warehouse::WarehouseError;

use crate::ContentError;
use crate::organisations::OrganisationsError;
use crate::query::QueryError;
use crate::worklist::WorklistError;

/// Why something about data sets was not done.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum DataSetError {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Worklist(#[from] WorklistError),
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Organisations(#[from] OrganisationsError),
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error("cannot use {path}")]
    Io {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("the workbook cannot be written")]
    Workbook(#[source] std::io::Error),
    #[error("there is no data set {id:?}")]
    Unknown { id: String, known: Vec<String> },
    #[error("{file} says nothing about its data set")]
    WhichDataSet { file: String },
    #[error("{file} is a template of the data set {found}, not of {wanted}")]
    OtherTemplate {
        file: String,
        found: String,
        wanted: String,
    },
    #[error("{file} is no form of the data set {dataset}")]
    NotAForm { file: String, dataset: String },
    #[error("{file} does not say whose it is at {place}")]
    NoOrganisation { file: String, place: String },
    #[error("{file} does not say for when it is at {place}")]
    NoPeriod { file: String, place: String },
    #[error("{}", .problem.text(Language::En))]
    Period { problem: WrongPeriod, place: String },
    #[error("{file} has data of another organisation or period: {found}, not {wanted}")]
    Another {
        file: String,
        found: String,
        wanted: String,
    },
    #[error("{file} line {line} column {column}: {reason}")]
    Json {
        file: String,
        line: usize,
        column: usize,
        reason: String,
    },
    #[error("{file} {place}: the period {period} has not begun")]
    NotBegun {
        file: String,
        place: String,
        period: Period,
    },
    #[error("{place}: {title:?} is not asked for in {period}")]
    NotInForce {
        title: String,
        place: String,
        period: Period,
    },
    #[error(
        "{file} has organisations that nobody knows: {}",
        some(.found, "", ", ")
    )]
    UnknownOrganisations {
        file: String,
        /// Codes and the places where they stand.
        found: Vec<(String, String)>,
    },
    #[error("nobody knows the organisation {code}{}", near_en(.near))]
    UnknownOrganisation {
        code: String,
        /// Code and name of the one that is written most alike.
        near: Option<(String, String)>,
    },
    #[error("nobody filled in {subject}")]
    Nothing { subject: String },
    #[error("data set {id}: {}", .words)]
    AppliesTo { id: String, words: UnknownWords },
}

impl DataSetError {
    /// An import holds the workspace; the same command may succeed later.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Warehouse(WarehouseError::Locked { .. }))
    }

    /// What was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(
            self,
            Self::Unknown { .. } | Self::Nothing { .. } | Self::UnknownOrganisation { .. }
        )
    }
}

impl Localized for DataSetError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Content(error), _) => error.text(language),
            (Self::Store(error), _) => error.text(language),
            (Self::Worklist(error), _) => error.text(language),
            (Self::Warehouse(error), _) => error.text(language),
            (Self::Organisations(error), _) => error.text(language),
            (Self::Query(error), _) => error.text(language),
            (Self::File(error), _) => error.text(language),
            (Self::AppliesTo { id, words }, Language::Zh) => {
                format!("数据集“{id}”的 applies_to 有误：{}", words.text(language))
            }
            (Self::Period { problem, place }, _) if place.is_empty() => problem.text(language),
            (Self::Period { problem, place }, Language::Zh) => {
                format!("{place}：{}", problem.text(language))
            }
            (_, Language::Zh) => self.zh(),
            (_, Language::En) => self.to_string(),
        }
    }
}

impl DataSetError {
    fn zh(&self) -> String {
        match self {
            Self::Io { path, source } => format!(
                "无法读写“{}”：{}。请检查路径、权限和磁盘空间",
                path.display(),
                io_reason(source, Language::Zh)
            ),
            Self::Workbook(source) => format!("表格写不出来：{source}。请检查路径、权限和磁盘空间"),
            Self::Unknown { id, known } => {
                format!("没有数据集“{id}”。可用的数据集：{}", known.join("、"))
            }
            Self::WhichDataSet { file } => format!(
                "看不出“{file}”是哪个数据集的填报表。请用 biaochi dataset template 生成的模板填报，或用 --dataset 写明"
            ),
            Self::OtherTemplate {
                file,
                found,
                wanted,
            } => format!(
                "“{file}”是数据集“{found}”的模板，不是“{wanted}”的。请核对文件，或去掉 --dataset"
            ),
            Self::NotAForm { file, dataset } => format!(
                "“{file}”里找不到数据集“{dataset}”的填报表：既没有模板的标记，也没有认得的列名。请用 biaochi dataset template {dataset} 生成模板后填报"
            ),
            Self::NoOrganisation { file, place } => format!(
                "“{file}”没有写明是哪家机构的{}。请补上“机构代码”列，或用 --organisation 写明",
                at(place)
            ),
            Self::NoPeriod { file, place } => format!(
                "“{file}”没有写明填报期间{}。请补上“期间”列，或用 --period 写明",
                at(place)
            ),
            Self::Another {
                file,
                found,
                wanted,
            } => format!(
                "“{file}”里是 {found} 的数据，不是 {wanted} 的。请核对文件，或去掉 --organisation、--period"
            ),
            Self::Json {
                file,
                line,
                column,
                reason,
            } => format!("“{file}”第 {line} 行第 {column} 列有误：{reason}。请改正后重新导入"),
            Self::UnknownOrganisation { code, near } => {
                let near = near.as_ref().map_or_else(String::new, |(code, name)| {
                    format!("，最接近的是 {name}（{code}）")
                });
                format!("机构台账里没有“{code}”{near}。请核对机构代码")
            }
            Self::NotBegun { file, period, .. } if file.is_empty() => {
                format!("期间 {period} 还没有开始，现在不能填。请核对期间")
            }
            Self::NotBegun {
                file,
                place,
                period,
            } => format!(
                "“{file}”里的期间 {period} 还没有开始{}。请核对“期间”一栏",
                at(place)
            ),
            Self::NotInForce {
                title,
                place,
                period,
            } => format!(
                "“{title}”不收 {period} 的数据{}：这个期间不在数据集的有效期内。请核对期间",
                at(place)
            ),
            Self::UnknownOrganisations { file, found } => format!(
                "“{file}”里有机构台账中没有的机构代码：{}。请核对代码，新机构先用 biaochi org import 登记；整个文件没有导入",
                some(found, "共 ", "、")
            ),
            Self::Nothing { subject } => format!("{subject} 还没有填报"),
            other => other.to_string(),
        }
    }
}

fn near_en(near: &Option<(String, String)>) -> String {
    near.as_ref()
        .map_or_else(String::new, |(code, _)| format!("; did you mean {code}?"))
}

/// The first few codes with their places, and how many there are where there are more.
fn some(found: &[(String, String)], of: &str, joint: &str) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = found
        .iter()
        .take(SHOWN)
        .map(|(code, place)| match place.is_empty() {
            true => code.clone(),
            false => format!("{code} ({place})"),
        })
        .collect();
    match found.len() > SHOWN {
        true => format!("{} … {of}{}", shown.join(joint), found.len()),
        false => shown.join(joint),
    }
}

fn at(place: &str) -> String {
    if place.is_empty() {
        String::new()
    } else {
        format!("（{place}）")
    }
}
