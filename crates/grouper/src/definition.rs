//! A scheme as its makers publish it: categories, groups, rules and code sets, still as text.
//!
//! [`SchemeDefinition`] is what packs are read into and what the compiler turns into flat tables.

use std::collections::BTreeMap;

use compact_str::CompactString;
use serde::Serialize;

/// A diagnosis or procedure code, compared as text, whole and case-sensitive.
pub type Code = CompactString;

/// One DRG scheme: the national one or a region's, complete and self-contained.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemeDefinition {
    /// Stable id, such as `chs_drg_11` or `liaocheng_2022-mended`.
    pub id: String,
    /// Chinese title shown to people.
    pub title: String,
    /// Hash of the content this was read from, handed through to stored results; empty when the
    /// definition was made by hand.
    pub content_hash: String,
    /// Categories (MDC) in the order in which they are tried.
    pub categories: Vec<Category>,
    /// Code sets by the name the rules use. The valid procedures are the set `@valid`.
    pub sets: BTreeMap<String, CodeSet>,
    /// Codes that raise severity, with the exclusion table that can switch them off.
    pub complications: Vec<Complication>,
    /// Exclusion tables: table name → principal diagnoses under which its complications count for
    /// nothing. A principal diagnosis may stand in several tables.
    pub exclusions: BTreeMap<CompactString, Vec<Code>>,
    /// Chinese names by MDC, ADRG or DRG code.
    pub names: BTreeMap<String, String>,
    /// Clinical edition → insurance edition, diagnoses: `None` means the code stays as it is.
    pub diagnosis_map: BTreeMap<Code, Option<Code>>,
    /// Clinical edition → insurance edition, procedures.
    pub procedure_map: BTreeMap<Code, Option<Code>>,
    /// What is checked before grouping, in order; the first failure ends the run.
    pub checks: Vec<Check>,
    /// What happens after a category was entered and none of its groups held.
    pub walk: Walk,
    /// Try again with each further procedure alone when the whole pass gave nothing (Zhejiang 2022).
    pub retry_single_procedure: bool,
    /// The DRG column of an ungrouped stay (`0000`, in Yunnan `0000A`).
    pub ungrouped_code: String,
    /// MDC, ADRG and DRG columns are blank instead of zeros when a check or the translation fails.
    pub blank_on_failure: bool,
    /// How results without a group of their own are written.
    pub columns: ResultColumns,
    /// Age in days counts as missing from the first birthday on (scheme 3.0): forms often carry a
    /// stale value there.
    pub age_days_only_under_one: bool,
    /// Hints that never change a group: grey codes, codes that may not be principal, and so on.
    pub hints: BTreeMap<HintKind, Vec<Code>>,
}

/// A major diagnostic category (MDC).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// `MDCA` to `MDCZ`.
    pub code: String,
    /// Condition for entering the category.
    pub rule: Rule,
    /// Groups in the order in which they are tried.
    pub entries: Vec<Entry>,
}

/// One way into an adjacent group (ADRG); an ADRG can have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Unique in the scheme: the ADRG code, with `_1`, `_2` … when there are several ways in.
    pub id: String,
    /// The ADRG it leads to.
    pub adrg: String,
    /// Condition for taking this entry.
    pub rule: Rule,
    /// DRG rules in the order in which they are tried.
    pub drgs: Vec<DrgRule>,
    /// The result when no DRG rule holds; without one the next entry is tried.
    pub fallback: Option<String>,
}

/// One DRG of an entry and its condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrgRule {
    /// The DRG code.
    pub drg: String,
    /// Its condition; the first one that holds decides.
    pub rule: Rule,
}

/// Codes, each with an optional class (body site, procedure class).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CodeSet {
    /// `(code, class)`; the class is empty in plain sets. A repeated code counts with its last class.
    pub members: Vec<(Code, CompactString)>,
}

/// A diagnosis that raises severity when it is a secondary one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complication {
    /// The diagnosis.
    pub code: Code,
    /// MCC or CC.
    pub level: Level,
    /// Exclusion table; `None` or a table without members: never excluded.
    pub table: Option<CompactString>,
}

/// How far a complication raises severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 并发症或合并症.
    Cc,
    /// 严重并发症或合并症.
    Mcc,
}

/// Which fields of the stay a set condition looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The principal diagnosis.
    PrincipalDiagnosis,
    /// All diagnoses, the principal one included.
    AnyDiagnosis,
    /// All diagnoses but the principal one.
    SecondaryDiagnosis,
    /// The first procedure.
    PrincipalProcedure,
    /// All procedures.
    AnyProcedure,
    /// All procedures but the first.
    SecondaryProcedure,
}

/// A number of the stay that a rule compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Number {
    /// Age in completed years.
    Age,
    /// Age in days.
    AgeDays,
    /// Weight of the newborn in grams.
    Weight,
    /// Length of stay in days.
    LengthOfStay,
    /// Hours in intensive care.
    IcuHours,
    /// Hours of invasive ventilation.
    VentilatorHours,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

/// A condition over one stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Always or never.
    Constant(bool),
    /// All hold.
    And(Vec<Rule>),
    /// At least one holds.
    Or(Vec<Rule>),
    /// The inner one does not hold.
    Not(Box<Rule>),
    /// Some code of the field is in the set.
    In(Field, String),
    /// Some code of the field has this class in the set.
    InClass(Field, String, CompactString),
    /// The codes of the field hit at least `n` different classes of the set.
    Classes(Field, String, u32),
    /// The number of different codes of the field in the set, compared.
    Count(Field, String, Comparison, u32),
    /// A secondary diagnosis counts as MCC (or CC).
    Has(Level),
    /// Sex is male (1) or female (2).
    Sex(u8),
    /// A number compared; false when the number is missing.
    Compare(Number, Comparison, i64),
    /// The department is this text.
    Department(String),
    /// The way of leaving is one of these.
    Disposition(Vec<String>),
    /// Some diagnosis begins with this text.
    DiagnosisPrefix(String),
}

/// A check before grouping.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Sex is 1 or 2.
    Sex,
    /// Age is present.
    Age,
    /// Age in days is present when age is 0.
    AgeDays,
    /// Weight is present when age is 0 and age in days is at most this.
    WeightUpToDays(u16),
    /// There is a principal diagnosis.
    Diagnosis,
}

/// What follows when an entered category gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Walk {
    /// Go on with the next category (schemes up to 2.0).
    #[default]
    Continue,
    /// Only a category without a condition is left again; in any other the stay is ungrouped
    /// within it (scheme 3.0).
    StopUnlessUnconditional,
}

/// How the ADRG column of unrelated-procedure and ungrouped stays is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResultColumns {
    /// `QY` and `00`, whatever the category (schemes up to 2.0).
    #[default]
    Abbreviated,
    /// The rows of the official workbook: `BQY` and `000` (scheme 3.0).
    Published,
}

/// Lists that the scheme publishes beside its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HintKind {
    /// 灰码: in the edition but not for settlement, diagnoses.
    GreyDiagnosis,
    /// 灰码, procedures.
    GreyProcedure,
    /// Diagnoses that must not be principal.
    NotPrincipal,
    /// Procedures that take no part in grouping.
    NotGrouping,
}
