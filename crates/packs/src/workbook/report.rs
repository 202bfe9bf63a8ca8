//! What an import found, row by row.

mod text;

use std::collections::BTreeSet;

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
