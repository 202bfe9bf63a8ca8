//! What an import found, row by row.

use std::collections::BTreeSet;

use biaochi_domain::{Language, Localized};
use biaochi_grouper::RuleError;
use biaochi_grouper::definition::SchemeDefinition;

/// One thing found in a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFinding {
    /// Name of the sheet, empty when the whole workbook is meant.
    pub sheet: String,
    /// Row as the spreadsheet program counts it, from one; zero when the whole sheet is meant.
    pub row: u32,
    /// Heading of the column, empty when the whole row is meant.
    pub column: String,
    /// What it is.
    pub problem: WorkbookProblem,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImportSeverity {
    /// The workbook cannot be used.
    Error,
    /// The row was left out.
    Skipped,
    /// Something to look at.
    Warning,
    /// For the record.
    Note,
}

/// Kinds of findings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkbookProblem {
    /// The file is not a workbook.
    NotAWorkbook {
        /// What the reader says.
        reason: String,
    },
    /// A sheet is missing.
    MissingSheet,
    /// Headings that were not found in the first rows.
    MissingHeadings {
        /// Which.
        headings: String,
    },
    /// A cell that must not be blank.
    Blank,
    /// A code stored as a number, so that zeros at its end are lost.
    NumericCode {
        /// The number as it is stored.
        number: String,
    },
    /// A code with characters that codes do not have.
    BadCode {
        /// The text.
        code: String,
    },
    /// A sort number that is not a number; the order of the rows is used.
    BadOrder {
        /// The text.
        text: String,
    },
    /// A rule that cannot be read.
    BadRule {
        /// The code of its row.
        code: String,
        /// Where and why.
        error: RuleError,
    },
    /// A rule names a set that has no rows.
    UnknownSet {
        /// The code of the rule's row.
        code: String,
        /// The set.
        set: String,
    },
    /// A rule looks for diagnoses in a set of procedures or the other way round.
    WrongType {
        /// The code of the rule's row.
        code: String,
        /// The set.
        set: String,
    },
    /// A type other than OP, DI, EX, MCC or CC.
    UnknownType {
        /// The text.
        text: String,
    },
    /// A set has rows of both types.
    MixedSet {
        /// The set.
        set: String,
    },
    /// A code belongs to a category or group that has no row.
    UnknownParent {
        /// The code of the row.
        code: String,
        /// What it belongs to.
        parent: String,
    },
    /// Two rows for one code.
    Repeated {
        /// The code.
        code: String,
    },
    /// Rows of 集合 or 排除表 that are there twice.
    RepeatedMembers {
        /// How many.
        rows: usize,
    },
    /// A group without any DRG.
    NoDrg {
        /// The group.
        adrg: String,
    },
    /// The last DRG of a group has a condition, so that a stay may end in no DRG.
    OpenGroup {
        /// The group.
        adrg: String,
    },
    /// The last group of a category has a condition.
    OpenCategory {
        /// The category.
        mdc: String,
    },
    /// A group that takes all that is left stands before others and was moved to the end.
    Moved {
        /// The group.
        adrg: String,
    },
    /// CC rows name an exclusion table without rows; their codes are never excluded.
    UnknownTable {
        /// The table.
        table: String,
    },
    /// A code is MCC and CC.
    TwoLevels {
        /// The code.
        code: String,
    },
    /// A total differs from that of the published workbook.
    Total {
        /// What was counted.
        what: &'static str,
        /// As published.
        expected: usize,
        /// As found.
        found: usize,
    },
    /// Codes of the published PDF that the workbook lacks.
    PdfCodes {
        /// Which.
        codes: String,
        /// They were added.
        added: bool,
    },
}

impl WorkbookProblem {
    /// How bad it is.
    pub fn severity(&self) -> ImportSeverity {
        match self {
            Self::NotAWorkbook { .. }
            | Self::MissingSheet
            | Self::MissingHeadings { .. }
            | Self::BadRule { .. }
            | Self::UnknownSet { .. }
            | Self::WrongType { .. }
            | Self::MixedSet { .. }
            | Self::NumericCode { .. }
            | Self::NoDrg { .. }
            | Self::TwoLevels { .. } => ImportSeverity::Error,
            Self::Blank
            | Self::BadCode { .. }
            | Self::UnknownType { .. }
            | Self::UnknownParent { .. }
            | Self::Repeated { .. } => ImportSeverity::Skipped,
            Self::BadOrder { .. }
            | Self::OpenGroup { .. }
            | Self::OpenCategory { .. }
            | Self::UnknownTable { .. }
            | Self::Total { .. } => ImportSeverity::Warning,
            Self::RepeatedMembers { .. } | Self::Moved { .. } | Self::PdfCodes { .. } => {
                ImportSeverity::Note
            }
        }
    }
}

/// Everything an import found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// SHA-256 of the workbook, in hexadecimal.
    pub sha256: String,
    /// Categories, groups, DRGs, sets, members, complications and exclusion members that were used.
    pub counts: ImportCounts,
    /// All findings in the order of the sheets.
    pub findings: Vec<ImportFinding>,
}

/// How much of a workbook was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ImportCounts {
    /// Major diagnostic categories.
    pub categories: usize,
    /// ADRGs.
    pub adrgs: usize,
    /// DRGs.
    pub drgs: usize,
    /// Code sets.
    pub sets: usize,
    /// Members of all sets.
    pub members: usize,
    /// MCC and CC codes.
    pub complications: usize,
    /// Exclusion tables.
    pub exclusion_tables: usize,
}

impl ImportReport {
    /// Whether the workbook cannot be used.
    pub fn has_errors(&self) -> bool {
        self.of(ImportSeverity::Error).next().is_some()
    }

    /// The findings of one severity.
    pub fn of(&self, severity: ImportSeverity) -> impl Iterator<Item = &ImportFinding> {
        self.findings
            .iter()
            .filter(move |finding| finding.problem.severity() == severity)
    }
}

/// Findings while an import is under way.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<ImportFinding>,
}

impl Findings {
    pub(super) fn add(&mut self, sheet: &str, row: u32, column: &str, problem: WorkbookProblem) {
        let (sheet, column) = (sheet.to_owned(), column.to_owned());
        self.found.push(ImportFinding {
            sheet,
            row,
            column,
            problem,
        });
    }

    pub(super) fn into_report(self, sha256: String, definition: &SchemeDefinition) -> ImportReport {
        let entries = || {
            definition
                .categories
                .iter()
                .flat_map(|category| &category.entries)
        };
        let drgs: BTreeSet<&str> = entries()
            .flat_map(|entry| &entry.drgs)
            .map(|drg| drg.drg.as_str())
            .collect();
        let counts = ImportCounts {
            categories: definition.categories.len(),
            adrgs: entries().count(),
            drgs: drgs.len(),
            sets: definition.sets.len(),
            members: definition.sets.values().map(|set| set.members.len()).sum(),
            complications: definition.complications.len(),
            exclusion_tables: definition.exclusions.len(),
        };
        ImportReport {
            sha256,
            counts,
            findings: self.found,
        }
    }
}

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
                format!("不是可以读取的 .xlsx 文件（{reason}），请重新下载官方配置表")
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
