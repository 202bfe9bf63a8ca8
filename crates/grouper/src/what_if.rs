//! Every single change of the codes that would move a stay to another group.

use biaochi_domain::{Language, Localized};
use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::grouping::Grouping;
use crate::scheme::Scheme;
use crate::stay::Stay;

/// What a reader must know about these changes; to be shown wherever they are.
pub fn analysis_notice(language: Language) -> &'static str {
    match language {
        Language::Zh => {
            "仅供分析：用于核对主要诊断和主要手术的选择是否与病历一致，不是编码建议。\
             编码必须以病历记录为准，不得为提高权重而更改编码。"
        }
        Language::En => {
            "For analysis only: it serves to check the choice of principal diagnosis and procedure \
             against the medical record and is no advice on coding. Codes follow the record; they \
             must never be changed to reach a higher weight."
        }
    }
}

/// One change of the codes of a stay, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change<'s> {
    /// What is changed.
    pub kind: ChangeKind,
    /// Place of the code in its list, from 0; for an added code its new place.
    pub position: usize,
    /// The code as recorded, or as added.
    #[serde(serialize_with = "crate::json_text::text")]
    pub code: CompactString,
    /// The result as recorded.
    pub before: Grouping<'s>,
    /// The result after the change.
    pub after: Grouping<'s>,
    /// Weight of the group as recorded; `None` when the weights do not name it.
    pub weight_before: Option<Decimal>,
    /// Weight of the group after the change; `None` when the weights do not name it.
    pub weight_after: Option<Decimal>,
}

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Another listed diagnosis is the principal one; the others keep their order.
    PrincipalDiagnosis,
    /// A listed diagnosis is left out.
    WithoutDiagnosis,
    /// A diagnosis is added at the end.
    WithDiagnosis,
    /// Another listed procedure is the first one.
    PrincipalProcedure,
    /// A listed procedure is left out.
    WithoutProcedure,
    /// A procedure is added at the end, or as the only one.
    WithProcedure,
}

/// Codes that may be added: documented somewhere in the record but not listed on the front page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Candidates<'a> {
    /// Diagnoses to try as an additional secondary diagnosis.
    pub diagnoses: &'a [&'a str],
    /// Procedures to try as an additional last procedure.
    pub procedures: &'a [&'a str],
}

impl Change<'_> {
    /// How much the weight would change; `None` when one of the weights is missing.
    pub fn weight_difference(&self) -> Option<Decimal> {
        Some(self.weight_after? - self.weight_before?)
    }
}

impl Scheme {
    /// Every single change among the listed codes that moves the stay to another result: another
    /// principal diagnosis or first procedure, or one code left out. A stay that cannot be grouped
    /// because a check fails has none.
    ///
    /// This is analysis, never advice; show [`analysis_notice`] with it.
    pub fn what_if<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
        weights: &dyn Fn(&str) -> Option<Decimal>,
    ) -> Vec<Change<'_>> {
        self.what_if_with(stay, Candidates::default(), weights)
    }

    /// The same, and each of the candidates added.
    pub fn what_if_with<D: AsRef<str>, P: AsRef<str>>(
        &self,
        stay: &Stay<'_, D, P>,
        candidates: Candidates<'_>,
        weights: &dyn Fn(&str) -> Option<Decimal>,
    ) -> Vec<Change<'_>> {
        let before = self.group(stay);
        if before.status.is_failure() {
            return Vec::new();
        }
        let mut trial = Trial {
            scheme: self,
            stay: stay.with_codes(&[], &[]),
            diagnoses: stay.diagnoses.iter().map(AsRef::as_ref).collect(),
            procedures: stay.procedures.iter().map(AsRef::as_ref).collect(),
            before,
            weight_before: weights(before.drg),
            weights,
            changes: Vec::new(),
        };
        trial.diagnoses(candidates.diagnoses);
        trial.procedures(candidates.procedures);
        trial.changes
    }
}

struct Trial<'s, 'a> {
    scheme: &'s Scheme,
    /// Everything but the codes.
    stay: Stay<'a, &'a str, &'a str>,
    diagnoses: Vec<&'a str>,
    procedures: Vec<&'a str>,
    before: Grouping<'s>,
    weight_before: Option<Decimal>,
    weights: &'a dyn Fn(&str) -> Option<Decimal>,
    changes: Vec<Change<'s>>,
}

impl<'a> Trial<'_, 'a> {
    fn diagnoses(&mut self, candidates: &[&'a str]) {
        let listed = self.diagnoses.clone();
        for at in first_mentions(&listed).filter(|&at| at > 0) {
            let moved = moved_first(&listed, at);
            self.attempt(ChangeKind::PrincipalDiagnosis, at, listed[at], &moved, None);
        }
        // Without its only diagnosis a stay is not another case but none at all.
        for at in first_mentions(&listed).filter(|_| listed.len() > 1) {
            let shorter = without(&listed, at);
            self.attempt(ChangeKind::WithoutDiagnosis, at, listed[at], &shorter, None);
        }
        for &code in candidates.iter().filter(|code| !listed.contains(code)) {
            let longer: Vec<&str> = listed.iter().copied().chain([code]).collect();
            self.attempt(ChangeKind::WithDiagnosis, listed.len(), code, &longer, None);
        }
    }

    fn procedures(&mut self, candidates: &[&'a str]) {
        let diagnoses = self.diagnoses.clone();
        let listed = self.procedures.clone();
        for at in first_mentions(&listed).filter(|&at| at > 0) {
            let moved = moved_first(&listed, at);
            let kind = ChangeKind::PrincipalProcedure;
            self.attempt(kind, at, listed[at], &diagnoses, Some(&moved));
        }
        for at in first_mentions(&listed) {
            let shorter = without(&listed, at);
            let kind = ChangeKind::WithoutProcedure;
            self.attempt(kind, at, listed[at], &diagnoses, Some(&shorter));
        }
        for &code in candidates.iter().filter(|code| !listed.contains(code)) {
            let longer: Vec<&str> = listed.iter().copied().chain([code]).collect();
            let kind = ChangeKind::WithProcedure;
            self.attempt(kind, listed.len(), code, &diagnoses, Some(&longer));
        }
    }

    /// Groups with changed codes and keeps the change when it leads elsewhere.
    fn attempt(
        &mut self,
        kind: ChangeKind,
        position: usize,
        code: &str,
        diagnoses: &[&str],
        procedures: Option<&[&str]>,
    ) {
        let procedures = procedures.unwrap_or(&self.procedures);
        let after = self
            .scheme
            .group(&self.stay.with_codes(diagnoses, procedures));
        if after == self.before || after.status.is_failure() {
            return;
        }
        self.changes.push(Change {
            kind,
            position,
            code: code.into(),
            before: self.before,
            after,
            weight_before: self.weight_before,
            weight_after: (self.weights)(after.drg),
        });
    }
}

/// Places at which a code stands for the first time; a repetition changes nothing.
fn first_mentions(codes: &[&str]) -> impl Iterator<Item = usize> {
    (0..codes.len()).filter(|&at| !codes[..at].contains(&codes[at]))
}

fn moved_first<'a>(codes: &[&'a str], at: usize) -> Vec<&'a str> {
    let mut moved = codes.to_vec();
    moved[..=at].rotate_right(1);
    moved
}

/// The list without a code and its repetitions.
fn without<'a>(codes: &[&'a str], at: usize) -> Vec<&'a str> {
    codes
        .iter()
        .copied()
        .filter(|&code| code != codes[at])
        .collect()
}

impl Localized for ChangeKind {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::PrincipalDiagnosis => ("改作主要诊断", "as principal diagnosis"),
            Self::WithoutDiagnosis => ("去掉诊断", "without the diagnosis"),
            Self::WithDiagnosis => ("增加诊断", "with the diagnosis"),
            Self::PrincipalProcedure => ("改作主要手术", "as first procedure"),
            Self::WithoutProcedure => ("去掉手术", "without the procedure"),
            Self::WithProcedure => ("增加手术", "with the procedure"),
        };
        if language == Language::Zh {
            zh.to_owned()
        } else {
            en.to_owned()
        }
    }
}

impl Localized for Change<'_> {
    fn text(&self, language: Language) -> String {
        let weight = |weight: Option<Decimal>| match (weight, language) {
            (Some(weight), _) => weight.to_string(),
            (None, Language::Zh) => "缺失".to_owned(),
            (None, Language::En) => "missing".to_owned(),
        };
        let (before, after) = (weight(self.weight_before), weight(self.weight_after));
        let (kind, code) = (self.kind.text(language), &self.code);
        let (from, to) = (self.before.drg, self.after.drg);
        match language {
            Language::Zh => {
                let status = match self.after.status {
                    crate::Status::Grouped => "",
                    other => other.label(),
                };
                let status = if status.is_empty() {
                    String::new()
                } else {
                    format!("（{status}）")
                };
                format!("{kind} {code}：{from} → {to}{status}，权重 {before} → {after}")
            }
            Language::En => format!("{kind} {code}: {from} to {to}, weight {before} to {after}"),
        }
    }
}
