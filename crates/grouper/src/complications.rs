use biaochi_domain::{Language, Localized};
use compact_str::CompactString;
use serde::Serialize;

use crate::definition::Level;
use crate::evaluation::rest;
use crate::scheme::Scheme;
use crate::stay::Stay;

/// A secondary diagnosis that is an MCC or CC, and whether it counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComplicationFinding<'s> {
    /// Place in the list of diagnoses; the principal one is 0.
    pub position: usize,
    /// The diagnosis, after translation if that was asked for.
    #[serde(serialize_with = "crate::json_text::text")]
    pub code: CompactString,
    /// MCC or CC.
    pub level: Level,
    /// Its exclusion table, if it has one.
    pub table: Option<&'s str>,
    /// The principal diagnosis stands in that table, so that it counts for nothing.
    pub excluded: bool,
}

impl Scheme {
    /// The secondary diagnoses that are complications: those that count and those that the
    /// principal diagnosis excludes, in the order of the record.
    pub fn complications<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
    ) -> Vec<ComplicationFinding<'_>> {
        let Some(principal) = stay.diagnoses.first() else {
            return Vec::new();
        };
        let principal = self.diagnosis(principal.as_ref(), stay.translate);
        let findings = rest(stay.diagnoses)
            .iter()
            .enumerate()
            .filter_map(|(at, code)| {
                let facts = self.diagnosis(code.as_ref(), stay.translate);
                let table = (facts.table as usize).checked_sub(1);
                Some(ComplicationFinding {
                    position: at + 1,
                    code: self.diagnosis_text(code.as_ref(), stay.translate).into(),
                    level: facts.level()?,
                    table: table
                        .and_then(|table| self.exclusion_tables.get(table))
                        .map(|name| &**name),
                    excluded: self.diagnoses.excludes(principal, facts),
                })
            });
        findings.collect()
    }
}

impl Level {
    /// The usual abbreviation, the same in both languages.
    pub fn abbreviation(self) -> &'static str {
        match self {
            Self::Cc => "CC",
            Self::Mcc => "MCC",
        }
    }
}

impl Localized for ComplicationFinding<'_> {
    fn text(&self, language: Language) -> String {
        let (position, code, level) = (self.position, &self.code, self.level.abbreviation());
        match (language, self.excluded, self.table) {
            (Language::Zh, true, Some(table)) => format!(
                "其他诊断 {position}（{code}）是 {level}，但主要诊断在排除表 {table} 中 → 不计"
            ),
            (Language::Zh, _, _) => format!("其他诊断 {position}（{code}）是 {level} → 计入"),
            (Language::En, true, Some(table)) => format!(
                "secondary diagnosis {position} ({code}) is {level}, but the principal diagnosis \
                 stands in exclusion table {table}: not counted"
            ),
            (Language::En, _, _) => {
                format!("secondary diagnosis {position} ({code}) is {level}: counted")
            }
        }
    }
}
