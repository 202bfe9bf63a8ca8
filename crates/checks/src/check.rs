//! What a check is, and what a set of them shares.

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;
use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use crate::{CodeRanges, Mend, Message, Threshold};

/// Declares an enum whose variants have a word in packs, which is also what people read.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident, $id:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ $variant,)+
        }

        impl $name {
            /// All of them, in order.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// The word in tables and programs.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// The word in packs.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $zh,)+ }
            }

            /// The one with this id.
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|one| one.id() == id)
            }
        }

        impl Localized for $name {
            fn text(&self, language: Language) -> String {
                match (self, language) {
                    $((Self::$variant, Language::Zh) => $zh, (Self::$variant, Language::En) => $en,)+
                }
                .to_owned()
            }
        }
    };
}

words! {
    /// What kind of fault a check looks for.
    Class {
        /// Something is not filled in.
        Completeness, "completeness", "完整性", "completeness";
        /// A value is not written as it has to be.
        Format, "format", "规范性", "format";
        /// A code is not one of those allowed.
        ValueSet, "value_set", "值域", "value set";
        /// Values contradict each other.
        Logic, "logic", "逻辑", "logic";
        /// Diagnoses are coded against the rules.
        Coding, "coding", "编码", "coding";
        /// Procedures and what belongs to them.
        Procedure, "procedure", "手术", "procedure";
        /// Charges.
        Charges, "charges", "费用", "charges";
        /// The codes may claim more than there was.
        Upcoding, "upcoding", "疑似高编", "suspected upcoding";
        /// The codes may claim less than there was.
        Undercoding, "undercoding", "疑似低编", "suspected undercoding";
        /// Something that was done may not be coded.
        MissedCoding, "missed_coding", "疑似漏编", "suspected missed coding";
        /// Chinese medicine.
        Tcm, "tcm", "中医", "Chinese medicine";
    }
}

words! {
    /// How sure it is that a finding is a fault.
    Severity {
        /// It has to be mended.
        Error, "error", "错误", "error";
        /// It nearly always has to be mended.
        Warning, "warning", "警告", "warning";
        /// A person has to look; it never costs points.
        Suspect, "suspect", "疑似", "suspected";
    }
}

words! {
    /// How far a check has come into force.
    Stage {
        /// Findings are counted, and nobody has to do anything.
        Trial, "trial", "试行", "trial";
        /// Findings enter the worklist and the score.
        Advisory, "advisory", "提示", "advisory";
        /// Findings also stop the month from being reported.
        Enforced, "enforced", "强制", "enforced";
    }
}

words! {
    /// The part of the front page whose points a finding costs.
    Section {
        /// The patient.
        Patient, "patient", "基本信息", "patient";
        /// The course of the stay.
        Stay, "stay", "住院过程", "course of the stay";
        /// Diagnoses and treatment.
        Treatment, "treatment", "诊疗信息", "diagnoses and treatment";
        /// Charges.
        Charges, "charges", "费用信息", "charges";
    }
}

/// How sure the ground of a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// A document or a working implementation says so.
    Confirmed,
    /// Common knowledge of the field, to be compared with the official text.
    General,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Unique over all packs; its meaning never changes.
    pub id: String,
    /// The fault in one Chinese sentence.
    pub title: String,
    /// Kind of fault.
    pub class: Class,
    /// How sure a finding is.
    pub severity: Severity,
    /// How far it is in force.
    pub stage: Stage,
    /// Whose points it costs.
    pub section: Section,
    /// Item class of the scoring standard, such as `A`; may be empty.
    pub grade: String,
    /// Points for each place; zero costs nothing.
    pub deduct: Decimal,
    /// Most points that this check costs on one page.
    pub cap: Option<Decimal>,
    /// Group of checks that share a cap.
    pub group: Option<String>,
    /// Layouts it is for; empty: all.
    pub layouts: Vec<String>,
    /// First day of discharge.
    pub from: Option<Date>,
    /// Last day of discharge.
    pub until: Option<Date>,
    /// Ids of the fields at fault.
    pub fields: Vec<String>,
    /// SQL condition without which nothing is checked.
    pub applies: Option<String>,
    /// What is asked.
    pub test: Test,
    /// What the coder reads.
    pub message: Message,
    /// How to mend it.
    pub mend: String,
    /// The mending in a form that can be tried.
    pub price: Option<Mend>,
    /// Id of the source.
    pub source: String,
    /// Clause of the source; may be empty.
    pub clause: String,
    /// How sure the source is.
    pub basis: Basis,
    /// Explanation; may be empty.
    pub note: String,
    /// Who mends it.
    pub owner: String,
    /// Days after discharge by which it should be mended.
    pub due_days: u16,
}

/// The question of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// SQL condition, true when violated.
    Violated(String),
    /// SQL number of places at fault. Of a check across records: a query over all stays, each row a place.
    Count(String),
    /// SQL number that is compared with a threshold.
    Measure(String, Threshold),
}

impl Test {
    /// The SQL text.
    pub fn sql(&self) -> &str {
        match self {
            Self::Violated(sql) | Self::Count(sql) | Self::Measure(sql, _) => sql,
        }
    }

    /// Its key in the pack.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Violated(_) => "violated",
            Self::Count(_) => "count",
            Self::Measure(..) => "measure",
        }
    }
}

impl Check {
    /// Whether findings of it cost points.
    pub fn is_scored(&self) -> bool {
        self.severity != Severity::Suspect && self.stage != Stage::Trial && !self.deduct.is_zero()
    }
}

/// A named SQL expression that checks use like a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The name.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// The expression; may use terms before it.
    pub sql: String,
}

/// Code ranges with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedRanges {
    /// The name, written `@id` in functions.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// The ranges.
    pub ranges: CodeRanges,
}

/// Checks that share a cap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Id.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Most points that they cost together on one page.
    pub cap: Decimal,
}

/// A grade of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    /// Its name, such as 甲.
    pub id: String,
    /// Least score.
    pub at_least: Decimal,
}

/// The scoring standard that a set follows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standard {
    /// Id, such as `front-page-2016`.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version.
    pub version: String,
}

/// A complete set of checks, overlays applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSet {
    /// Id of the pack.
    pub id: String,
    /// Chinese title.
    pub title: String,
    /// Version of the pack.
    pub version: String,
    /// The scoring standard.
    pub standard: Standard,
    /// Named expressions, in order.
    pub terms: Vec<Term>,
    /// Named code ranges.
    pub lists: Vec<NamedRanges>,
    /// Groups with a common cap.
    pub groups: Vec<Group>,
    /// Grades, the best first.
    pub grades: Vec<Grade>,
    /// The checks that look at one record.
    pub checks: Vec<Check>,
    /// The checks that look across the records of a person; the SQL of their test is a query.
    pub across: Vec<Check>,
    /// SHA-256 over everything above, in hexadecimal.
    pub content_hash: String,
}

impl CheckSet {
    /// All checks: those of one record, then those across records.
    pub fn all(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().chain(&self.across)
    }

    /// The check at a place among all.
    pub fn at(&self, place: usize) -> &Check {
        match place.checked_sub(self.checks.len()) {
            None => &self.checks[place],
            Some(place) => &self.across[place],
        }
    }

    /// The check with this id.
    pub fn get(&self, id: &str) -> Option<&Check> {
        self.all().find(|check| check.id == id)
    }

    /// SHA-256, in hexadecimal, over what the checks ask: findings of two sets with the same questions
    /// differ in points, severity and limits only. Days in force do not count: they are looked at
    /// again with every record.
    pub fn questions_hash(&self) -> String {
        let mut questions: Vec<[&str; 4]> = self
            .all()
            .map(|check| {
                let applies = check.applies.as_deref().unwrap_or("");
                [
                    check.id.as_str(),
                    applies,
                    check.test.key(),
                    check.test.sql(),
                ]
            })
            .collect();
        let terms = self.terms.iter();
        questions.extend(terms.map(|term| ["", "", term.id.as_str(), term.sql.as_str()]));
        questions.sort_unstable();
        questions.dedup();
        let mut hash = Sha256::new();
        for part in questions.iter().flatten() {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        for list in &self.lists {
            hash.update(&list.id);
            hash.update(format!("{:?}", list.ranges));
        }
        let digest = hash.finalize();
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The form of a check that is in force for a stay that ended on a day.
    pub fn in_force(&self, id: &str, day: Date) -> Option<&Check> {
        self.place_in_force(id, day).map(|place| self.at(place))
    }

    /// The place among all checks of the form that is in force for a stay that ended on a day.
    pub fn place_in_force(&self, id: &str, day: Date) -> Option<usize> {
        self.all().position(|check| {
            check.id == id
                && check.from.is_none_or(|from| from <= day)
                && check.until.is_none_or(|until| day <= until)
        })
    }

    /// The ranges with this name.
    pub fn list(&self, id: &str) -> Option<&CodeRanges> {
        let list = self.lists.iter().find(|list| list.id == id)?;
        Some(&list.ranges)
    }
}
