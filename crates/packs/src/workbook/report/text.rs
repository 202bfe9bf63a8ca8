//! Findings put into words.

use biaochi_domain::{Language, Localized};

use super::{ImportFinding, ImportSeverity, WorkbookProblem};

impl Localized for WorkbookProblem {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.chinese(),
            Language::En => self.english(),
        }
    }
}

impl WorkbookProblem {
    fn chinese(&self) -> String {
        match self {
            Self::NotAWorkbook { reason } => {
                format!(
                    "不是可以读取的 .xlsx 文件：已损坏、没有下载完整或设有密码，请重新下载官方配置表（技术信息：{reason}）"
                )
            }
            Self::MissingSheet => "缺少这张工作表，请核对下载的文件".to_owned(),
            Self::MissingHeadings { headings } => {
                format!("前 10 行中找不到列标题：{headings}，请核对下载的文件")
            }
            Self::Blank => "必填的单元格为空，此行未用".to_owned(),
            Self::NumericCode { number } => {
                format!(
                    "编码被存成数字 {number}，末尾的 0 已丢失，请改用原始文件，不要用表格软件另存"
                )
            }
            Self::BadCode { code } => format!("“{code}”不像编码，此行未用"),
            Self::BadOrder { text } => format!("排序“{text}”不是数字，按行的先后处理"),
            Self::BadRule { code, error } => format!("“{code}”的{}", error.text(Language::Zh)),
            Self::UnknownSet { code, set } => {
                format!("“{code}”的规则引用集合“{set}”，而集合表中没有它的行")
            }
            Self::WrongType { code, set } => {
                format!("“{code}”的规则中，集合“{set}”的类型（诊断或手术）与所比较的字段不符")
            }
            Self::UnknownType { text } => format!("不认识的类型“{text}”，此行未用"),
            Self::MixedSet { set } => format!("集合“{set}”既有诊断又有手术"),
            Self::UnknownParent { code, parent } => {
                format!("“{code}”所属的“{parent}”不存在，此行未用")
            }
            Self::Repeated { code } => format!("“{code}”重复，只用第一行"),
            Self::RepeatedMembers { rows } => format!("有 {rows} 行与前面的行重复，按一行计"),
            Self::NoDrg { adrg } => format!("“{adrg}”没有任何 DRG"),
            Self::OpenGroup { adrg } => {
                format!("“{adrg}”的最后一个 DRG 带条件，可能有病案分不到任何 DRG")
            }
            Self::OpenCategory { mdc } => {
                format!("“{mdc}”没有兜底的组，条件都不成立的病案无组可入")
            }
            Self::Moved { adrg } => format!("兜底组“{adrg}”的排序不在最后，已移到所在大类的末尾"),
            Self::UnknownTable { table } => {
                format!("并发症表引用排除表“{table}”，而排除表中没有它的行；相应并发症永不排除")
            }
            Self::TwoLevels { code } => format!("“{code}”既是 MCC 又是 CC"),
            Self::Total {
                what,
                expected,
                found,
            } => {
                format!("{what}：公布的配置表为 {expected}，此文件为 {found}，请核对版本")
            }
            Self::PdfCodes { codes, added: true } => {
                format!("已补入 PDF 有而配置表没有的编码：{codes}")
            }
            Self::PdfCodes {
                codes,
                added: false,
            } => {
                format!("PDF 有而配置表没有的编码：{codes}；需要时可在导入时选择补入")
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotAWorkbook { reason } => {
                format!(
                    "not a readable .xlsx file ({reason}); download the official workbook again"
                )
            }
            Self::MissingSheet => "this sheet is missing; check the downloaded file".to_owned(),
            Self::MissingHeadings { headings } => {
                format!("headings not found in the first 10 rows: {headings}")
            }
            Self::Blank => "a required cell is blank; the row was left out".to_owned(),
            Self::NumericCode { number } => format!(
                "a code is stored as the number {number}, zeros at its end are lost; use the original file"
            ),
            Self::BadCode { code } => format!("{code:?} is no code; the row was left out"),
            Self::BadOrder { text } => {
                format!("the sort number {text:?} is no number; rows in order")
            }
            Self::BadRule { code, error } => format!("{code}: {error}"),
            Self::UnknownSet { code, set } => {
                format!("the rule of {code:?} names the set {set:?}, which has no rows")
            }
            Self::WrongType { code, set } => {
                format!("the rule of {code:?} uses the set {set:?} for codes of the other kind")
            }
            Self::UnknownType { text } => format!("unknown type {text:?}; the row was left out"),
            Self::MixedSet { set } => format!("the set {set:?} has diagnoses and procedures"),
            Self::UnknownParent { code, parent } => {
                format!(
                    "{code:?} belongs to {parent:?}, which does not exist; the row was left out"
                )
            }
            Self::Repeated { code } => format!("{code:?} is there twice; the first row counts"),
            Self::RepeatedMembers { rows } => format!("{rows} rows repeat earlier ones"),
            Self::NoDrg { adrg } => format!("{adrg:?} has no DRG"),
            Self::OpenGroup { adrg } => format!("the last DRG of {adrg:?} has a condition"),
            Self::OpenCategory { mdc } => {
                format!("{mdc:?} has no group that takes all that is left")
            }
            Self::Moved { adrg } => format!("{adrg:?} takes all that is left; moved to the end"),
            Self::UnknownTable { table } => {
                format!("the exclusion table {table:?} has no rows; its codes are never excluded")
            }
            Self::TwoLevels { code } => format!("{code:?} is MCC and CC"),
            Self::Total {
                what,
                expected,
                found,
            } => {
                format!("{what}: {expected} in the published workbook, {found} in this file")
            }
            Self::PdfCodes { codes, added: true } => format!("added codes of the PDF: {codes}"),
            Self::PdfCodes {
                codes,
                added: false,
            } => {
                format!("codes that the PDF has and the workbook lacks: {codes}")
            }
        }
    }
}

impl Localized for ImportFinding {
    fn text(&self, language: Language) -> String {
        let mut place = String::new();
        if !self.sheet.is_empty() {
            place = match language {
                Language::Zh => format!("工作表“{}”", self.sheet),
                Language::En => format!("sheet {:?}", self.sheet),
            };
        }
        if self.row > 0 {
            place += &match language {
                Language::Zh => format!("第 {} 行", self.row),
                Language::En => format!(", row {}", self.row),
            };
        }
        if !self.column.is_empty() {
            place += &match language {
                Language::Zh => format!("“{}”列", self.column),
                Language::En => format!(", column {:?}", self.column),
            };
        }
        let text = self.problem.text(language);
        match (place.is_empty(), language) {
            (true, _) => text,
            (false, Language::Zh) => format!("{place}：{text}"),
            (false, Language::En) => format!("{place}: {text}"),
        }
    }
}

impl Localized for ImportSeverity {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Error => ("错误", "error"),
            Self::Skipped => ("未用的行", "row left out"),
            Self::Warning => ("警告", "warning"),
            Self::Note => ("说明", "note"),
        };
        match language {
            Language::Zh => zh,
            Language::En => en,
        }
        .to_owned()
    }
}
