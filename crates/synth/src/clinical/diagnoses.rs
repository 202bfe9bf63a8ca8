//! Which diagnoses stand on the page.

use super::{Clinical, Secondary, Visit};
use crate::calendar::{Day, years_between};
use crate::content::{CodeId, Complication, Content, InstitutionKind, Profile, Special};
use crate::people::{Trait, hash};
use crate::random::{Random, Weighted, mix};

/// Most secondary diagnoses that are written down.
const MOST_SECONDARIES: usize = 18;

/// The day on which it is judged which cancer someone may have: 2020-01-01, before every stay.
const OBSERVED: Day = 18_262;

/// Codes of the way of delivery.
const DELIVERIES: [&str; 5] = ["O80", "O81", "O82", "O83", "O84"];

impl Clinical {
    /// Diagnoses that the kind of profile demands.
    pub(super) fn add_special(
        &mut self,
        content: &Content,
        seed: u64,
        visit: &Visit,
        profile: &Profile,
        random: &mut Random,
    ) {
        match profile.special {
            Special::None => {}
            Special::Cancer => self.add_cancer(content, &content.cancers, seed, visit),
            Special::BloodCancer => self.add_cancer(content, &content.blood_cancers, seed, visit),
            Special::CaesareanDelivery | Special::VaginalDelivery => {
                let principal = content.diagnosis(self.principal).code;
                let forceps = self
                    .treatment
                    .and_then(|at| profile.treatments[at].codes.first())
                    .is_some_and(|&code| content.procedure(code).code.starts_with("72."));
                if forceps && principal.starts_with("O80") {
                    self.principal = content.known("O81.000");
                }
                let caesarean = profile.special == Special::CaesareanDelivery;
                let twins = principal.starts_with("O30");
                self.children = if twins { 2 } else { 1 };
                self.push(
                    content.known(if twins { "Z37.200x003" } else { "Z37.000x001" }),
                    false,
                );
                if !content.diagnosis(self.principal).begins(&DELIVERIES) {
                    self.push(
                        content.known(match (caesarean, twins) {
                            (true, true) => "O84.200",
                            (true, false) if random.chance(350) => "O82.100",
                            (true, false) => "O82.000",
                            (false, _) if forceps => "O81.000",
                            (false, _) => "O80.000",
                        }),
                        false,
                    );
                }
                // Completed weeks 35 to 41, most often 39.
                let weeks = [
                    "O26.900x502",
                    "O26.900x503",
                    "O26.900x504",
                    "O26.900x505",
                    "O26.900x506",
                    "O26.900x506",
                    "O26.900x507",
                    "O26.900x508",
                ];
                let week = if twins {
                    random.below(3)
                } else {
                    1 + random.below(7)
                };
                self.push(content.known(weeks[week as usize]), false);
            }
            Special::Polytrauma => {
                for code in ["S22.300", "S32.802", "S42.000", "S27.301"] {
                    if random.chance(480) {
                        self.add(content, content.known(code), false);
                    }
                }
                if self.secondaries.len() < 2 {
                    self.add(content, content.known("S22.300"), false);
                    self.add(content, content.known("S42.000"), false);
                }
            }
        }
    }

    /// The cancer that a person is treated for, the same at every stay.
    fn add_cancer(
        &mut self,
        content: &Content,
        cancers: &[(Vec<CodeId>, Weighted); 2],
        seed: u64,
        visit: &Visit,
    ) {
        let (codes, weights) = &cancers[visit.person.sex as usize];
        let key = hash(seed, visit.person.id, Trait::Chronic);
        let age = years_between(visit.person.birth, OBSERVED);
        let plausible = (999..1_015)
            .map(|salt| codes[weights.at(mix(key, salt) % weights.total())])
            .find(|&code| content.least_age(code) <= age);
        self.push(plausible.unwrap_or(codes[0]), false);
    }

    pub(super) fn add_complications(
        &mut self,
        content: &Content,
        visit: &Visit,
        profile: &Profile,
        kind: InstitutionKind,
        band: usize,
        random: &mut Random,
    ) {
        const BY_BAND: [u32; 9] = [900, 700, 600, 600, 700, 900, 1_050, 1_250, 1_400];
        let by_kind = match kind {
            InstitutionKind::Township => 450,
            InstitutionKind::County => 1_000,
            InstitutionKind::Tcm => 800,
            InstitutionKind::Maternal => 850,
            InstitutionKind::City => 1_300,
        };
        let factor = BY_BAND[band] * by_kind / 1_000;
        // A normal delivery is one without complications of pregnancy.
        let normal_delivery = content.diagnosis(self.principal).begins(&DELIVERIES);
        let age = years_between(visit.person.birth, visit.admitted);
        for &Complication {
            code,
            permille,
            acquired,
            sex,
        } in &profile.complications
        {
            if !random.chance(permille * factor / 1_000)
                || sex.is_some_and(|sex| sex != visit.person.sex)
                || age < content.least_age(code)
                || normal_delivery && content.diagnosis(code).code.starts_with('O')
            {
                continue;
            }
            if self.add(content, code, acquired) {
                self.severity += 1 + u32::from(acquired);
            }
        }
    }

    pub(super) fn add_chronic(&mut self, content: &Content, seed: u64, visit: &Visit, band: usize) {
        let constitution = hash(seed, visit.person.id, Trait::Chronic);
        for (number, chronic) in content.chronic.iter().enumerate() {
            let present =
                mix(constitution, number as u64) % 1_000 < u64::from(chronic.permille[band]);
            if present
                && chronic.sex.is_none_or(|sex| sex == visit.person.sex)
                && !chronic
                    .not_with
                    .iter()
                    .any(|prefix| self.has(content, prefix))
            {
                self.add(content, chronic.code, false);
            }
        }
    }

    /// Whether there is a disease among symptoms and reasons for contact.
    pub(super) fn is_ill(&self, content: &Content) -> bool {
        std::iter::once(self.principal)
            .chain(self.secondaries.iter().map(|secondary| secondary.code))
            .any(|code| !content.diagnosis(code).begins(&["R", "Z"]))
    }

    /// Whether a diagnosis begins with a prefix.
    pub(super) fn has(&self, content: &Content, prefix: &str) -> bool {
        std::iter::once(self.principal)
            .chain(self.secondaries.iter().map(|secondary| secondary.code))
            .any(|code| content.diagnosis(code).code.starts_with(prefix))
    }

    /// Adds a diagnosis unless its category is there already, or one with which it does not go together.
    pub(super) fn add(&mut self, content: &Content, code: CodeId, acquired: bool) -> bool {
        let text = content.diagnosis(code).code;
        // Who has a disease is not in hospital for a symptom or an examination.
        if content.diagnosis(self.principal).begins(&["R", "Z0"]) && !text.starts_with(['R', 'Z']) {
            return false;
        }
        // Several injuries and several metastases of one category are several diseases.
        let repeatable = text.starts_with(['S', 'T']) || text.starts_with("C7");
        let prefix = if repeatable { text } else { &text[..3] };
        // Nobody has two types of diabetes.
        let diabetes = ["E10", "E11", "E13", "E14"];
        let prefixes = if diabetes.contains(&prefix) {
            &diabetes[..]
        } else {
            &[prefix]
        };
        if self.secondaries.len() >= MOST_SECONDARIES
            || prefixes.iter().any(|prefix| self.has(content, prefix))
            || content.not_beside(code).iter().any(|&other| {
                other == self.principal
                    || self
                        .secondaries
                        .iter()
                        .any(|secondary| secondary.code == other)
            })
        {
            return false;
        }
        self.push(code, acquired);
        true
    }

    pub(super) fn push(&mut self, code: CodeId, acquired: bool) {
        self.secondaries.push(Secondary { code, acquired });
    }
}
