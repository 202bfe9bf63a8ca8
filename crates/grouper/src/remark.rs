use biaochi_domain::{Language, Localized};
use compact_str::CompactString;
use serde::Serialize;

use crate::code_facts::{GREY, UNSUITABLE};
use crate::scheme::Scheme;
use crate::stay::Stay;

/// Something about a code that is worth knowing and does not change the group by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// What is worth knowing.
    pub kind: RemarkKind,
    /// Place in the list of diagnoses or procedures, from 0.
    pub position: usize,
    /// The code, after translation if that was asked for.
    #[serde(serialize_with = "crate::json_text::text")]
    pub code: CompactString,
}

/// What a [`Remark`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// No table of the scheme names this diagnosis; it matches nothing.
    UnknownDiagnosis,
    /// No table of the scheme names this procedure; it matches nothing.
    UnknownProcedure,
    /// The diagnosis has no translation.
    UntranslatableDiagnosis,
    /// The procedure has no translation.
    UntranslatableProcedure,
    /// 灰码: the diagnosis is in the edition but not for settlement.
    GreyDiagnosis,
    /// 灰码: the procedure is in the edition but not for settlement.
    GreyProcedure,
    /// The principal diagnosis is one that must not be principal.
    NotPrincipal,
    /// The procedure is one that takes no part in grouping.
    NotGrouping,
}

impl Scheme {
    /// Remarks on the codes of a stay, diagnoses first, each in the order of the record.
    pub fn remarks<D: AsRef<str>, P: AsRef<str>>(&self, stay: &Stay<'_, D, P>) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for (position, code) in stay.diagnoses.iter().map(AsRef::as_ref).enumerate() {
            let mut add = |kind, code: &str| {
                remarks.push(Remark {
                    kind,
                    position,
                    code: code.into(),
                });
            };
            if stay.translate && self.diagnoses.translated(code).is_none() {
                add(RemarkKind::UntranslatableDiagnosis, code);
                continue;
            }
            let code = self.diagnosis_text(code, stay.translate);
            let hints = self.diagnoses.of(code).hints;
            if !self.is_known_diagnosis(code) {
                add(RemarkKind::UnknownDiagnosis, code);
            }
            if hints & GREY != 0 {
                add(RemarkKind::GreyDiagnosis, code);
            }
            if hints & UNSUITABLE != 0 && position == 0 {
                add(RemarkKind::NotPrincipal, code);
            }
        }
        for (position, code) in stay.procedures.iter().map(AsRef::as_ref).enumerate() {
            let mut add = |kind, code: &str| {
                remarks.push(Remark {
                    kind,
                    position,
                    code: code.into(),
                });
            };
            if stay.translate && self.procedures.translated(code).is_none() {
                add(RemarkKind::UntranslatableProcedure, code);
                continue;
            }
            let code = self.procedure_text(code, stay.translate);
            let hints = self.procedures.of(code).hints;
            if !self.is_known_procedure(code) {
                add(RemarkKind::UnknownProcedure, code);
            }
            if hints & GREY != 0 {
                add(RemarkKind::GreyProcedure, code);
            }
            if hints & UNSUITABLE != 0 {
                add(RemarkKind::NotGrouping, code);
            }
        }
        remarks
    }
}

impl Localized for Remark {
    fn text(&self, language: Language) -> String {
        let (code, at) = (&self.code, self.position + 1);
        match language {
            Language::Zh => match self.kind {
                RemarkKind::UnknownDiagnosis => {
                    format!(
                        "第 {at} 诊断 {code} 不在本方案的任何表中，不影响分组；若有疑问请核对编码版本"
                    )
                }
                RemarkKind::UnknownProcedure => {
                    format!("第 {at} 手术 {code} 不在本方案的任何手术表中，不参与分组")
                }
                RemarkKind::UntranslatableDiagnosis => {
                    format!("第 {at} 诊断 {code} 在国临版转医保版对照表中没有对应编码，请核对")
                }
                RemarkKind::UntranslatableProcedure => {
                    format!("第 {at} 手术 {code} 在国临版转医保版对照表中没有对应编码，请核对")
                }
                RemarkKind::GreyDiagnosis => {
                    format!("第 {at} 诊断 {code} 是灰码，不能用于结算，请改用更细的编码")
                }
                RemarkKind::GreyProcedure => {
                    format!("第 {at} 手术 {code} 是灰码，不能用于结算，请改用更细的编码")
                }
                RemarkKind::NotPrincipal => {
                    format!("{code} 不应作为主要诊断，请核对主要诊断的选择")
                }
                RemarkKind::NotGrouping => format!("第 {at} 手术 {code} 不参与分组"),
            },
            Language::En => match self.kind {
                RemarkKind::UnknownDiagnosis => format!(
                    "diagnosis {at} ({code}) is in no table of the scheme and matches nothing; \
                     check the edition of the codes if in doubt"
                ),
                RemarkKind::UnknownProcedure => format!(
                    "procedure {at} ({code}) is in no list of the scheme and takes no part in grouping"
                ),
                RemarkKind::UntranslatableDiagnosis => {
                    format!("diagnosis {at} ({code}) has no insurance-edition code")
                }
                RemarkKind::UntranslatableProcedure => {
                    format!("procedure {at} ({code}) has no insurance-edition code")
                }
                RemarkKind::GreyDiagnosis => {
                    format!("diagnosis {at} ({code}) is a grey code, not for settlement")
                }
                RemarkKind::GreyProcedure => {
                    format!("procedure {at} ({code}) is a grey code, not for settlement")
                }
                RemarkKind::NotPrincipal => format!("{code} must not be a principal diagnosis"),
                RemarkKind::NotGrouping => {
                    format!("procedure {at} ({code}) takes no part in grouping")
                }
            },
        }
    }
}
