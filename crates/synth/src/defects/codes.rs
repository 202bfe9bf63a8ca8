//! Spoiling diagnosis codes.

use biaochi_records::{CompactString, Diagnosis, Field, Layout};
use compact_str::format_compact;

use super::plant::{Spoiled, Spoiler};
use crate::content::Content;

impl Spoiler<'_> {
    pub(super) fn principal(&mut self, change: impl Fn(&str) -> String) -> Spoiled {
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        let code = &mut self.page.diagnoses.first_mut()?.code;
        let changed = change(code);
        if changed == code.as_str() {
            return None;
        }
        *code = changed.into();
        Some(clean)
    }

    pub(super) fn unknown_code(&mut self) -> Spoiled {
        let index = self.some_diagnosis();
        let clean = self.clean(Field::DiagnosisCode, index)?;
        let diagnosis = &mut self.page.diagnoses[index];
        diagnosis.code = format_compact!("{}.888x777", &diagnosis.code[..3]);
        Some(clean)
    }

    pub(super) fn obsolete_code(&mut self) -> Spoiled {
        if !self.page.principal_diagnosis().starts_with("K64") {
            return None;
        }
        self.principal(|_| "I84.900".to_owned())
    }

    pub(super) fn unspecific_principal(&mut self) -> Spoiled {
        let diagnosis = self.page.diagnoses.first()?;
        let (code, name) = *Content::get().unspecific.get(diagnosis.code.as_str())?;
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        let diagnosis = self.page.diagnoses.first_mut()?;
        diagnosis.code = code.into();
        diagnosis.name = name.into();
        Some(clean)
    }

    pub(super) fn principal_not_allowed(&mut self) -> Spoiled {
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        if !self.page.external_cause_code.is_empty() {
            let diagnosis = Diagnosis {
                code: self.page.external_cause_code.clone(),
                name: self.page.external_cause_name.clone(),
                present_on_admission: "1".into(),
                outcome: CompactString::default(),
            };
            self.page.diagnoses.insert(0, diagnosis);
            return Some(clean);
        }
        let outcome = self
            .page
            .diagnoses
            .iter()
            .position(|diagnosis| diagnosis.code.starts_with("Z37"))?;
        // Under a normal delivery the outcome code groups like the delivery: nothing would be wrong
        // to see, so only deliveries with another principal diagnosis are spoiled.
        (outcome > 0).then(|| self.page.diagnoses.swap(0, outcome))?;
        Some(clean)
    }

    pub(super) fn symptom_as_principal(&mut self) -> Spoiled {
        const SYMPTOMS: [&str; 6] = [
            "R10.402",
            "R50.900",
            "R51.x00",
            "R42.x00x004",
            "R05.x00",
            "R55.x00x001",
        ];
        // Long-standing diseases that may well stand behind a symptom.
        const QUIET: [&str; 17] = [
            "E04", "E11.9", "E14.9", "E66", "E78", "I10", "I11.9", "I25", "I67.2", "I69", "I70",
            "K29", "K76.0", "K80.2", "N18", "N20.0", "N28.1",
        ];
        let principal = self.page.principal_diagnosis();
        let quiet = principal.starts_with("N40")
            || QUIET.iter().any(|prefix| principal.starts_with(prefix));
        if quiet || !principal.starts_with(['A', 'E', 'G', 'I', 'J', 'K', 'N']) {
            return None;
        }
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        let symptom = *self.random.pick(&SYMPTOMS);
        let symptom = self.diagnosis(symptom, "1");
        self.page.diagnoses.insert(0, symptom);
        Some(clean)
    }

    pub(super) fn overfull(&mut self) -> Spoiled {
        // N041 has columns for fewer.
        if self.layout == Layout::N041 {
            return None;
        }
        let content = Content::get();
        let clean = self.page.diagnoses.len().to_string();
        let mut at = self.random.below(content.diagnoses.len() as u32) as usize;
        while self.page.diagnoses.len() < 41 {
            at = (at + 7) % content.diagnoses.len();
            let code = &content.diagnoses[at];
            if code.code.starts_with(['V', 'W', 'X', 'Y', 'O', 'P', 'Z']) {
                continue;
            }
            self.page.diagnoses.push(Diagnosis {
                code: code.code.into(),
                name: code.name.into(),
                present_on_admission: "1".into(),
                outcome: "2".into(),
            });
        }
        Some((Field::DiagnosisCode, 40, clean))
    }

    /// The principal diagnosis, or as often any.
    fn some_diagnosis(&mut self) -> usize {
        if self.random.chance(500) {
            return 0;
        }
        self.random.below(self.page.diagnoses.len() as u32) as usize
    }

    pub(super) fn name_of_other_code(&mut self) -> Spoiled {
        let index = self.some_diagnosis();
        let clean = self.clean(Field::DiagnosisName, index)?;
        let content = Content::get();
        let diagnosis = &mut self.page.diagnoses[index];
        // Another category has other names.
        let category = diagnosis.code.get(..3)?;
        let from = self.random.below(content.diagnoses.len() as u32) as usize;
        let other = content.diagnoses[from..]
            .iter()
            .find(|other| !other.code.starts_with(category) && other.name != diagnosis.name)?;
        diagnosis.name = other.name.into();
        Some(clean)
    }

    pub(super) fn newborn_disease_in_older(&mut self) -> Spoiled {
        self.page.age_years.filter(|&years| years >= 1)?;
        let principal = self.page.principal_diagnosis();
        // Who looks for pneumonia finds that of newborns too.
        if !("J12".."J19").contains(&principal) {
            return None;
        }
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        let outcome = self.page.diagnoses.first()?.outcome.clone();
        let mut newborn = self.diagnosis("P23.900", "1");
        newborn.outcome = outcome;
        self.page.diagnoses[0] = newborn;
        Some(clean)
    }

    pub(super) fn morphology(&mut self) -> Spoiled {
        // Tumours of organs; metastases and those of the blood are named in other ways.
        if !("C00".."C76").contains(&self.page.principal_diagnosis()) {
            return None;
        }
        let clean = self.clean(Field::PathologyCode, 0)?;
        let pathology = self.page.pathologies.first_mut()?;
        pathology.code = "M8000/0".into();
        pathology.name = Content::get().words.morphology("M8000/0").into();
        Some(clean)
    }

    pub(super) fn cause_without_injury(&mut self) -> Spoiled {
        // Injuries, and diseases of other chapters that may have an external cause.
        const CAUSED: [&str; 16] = [
            "F1", "G92", "H", "J6", "J70", "K08", "K91", "L", "M", "N99", "O", "P", "Q", "S", "T",
            "Z",
        ];
        let caused = |diagnosis: &Diagnosis| {
            CAUSED
                .iter()
                .any(|prefix| diagnosis.code.starts_with(prefix))
        };
        if self.page.diagnoses.iter().any(caused) {
            return None;
        }
        let place = self.vacant(Field::ExternalCauseCode, 0)?;
        let cause = *self.random.pick(&["W01.x00", "W18.x00", "V09.200x091"]);
        let cause = self.diagnosis(cause, "");
        self.page.external_cause_code = cause.code;
        self.page.external_cause_name = cause.name;
        Some(place)
    }
}

/// The same characters at double width, as typed with a Chinese input method switched on.
pub(super) fn full_width(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '!'..='~' => char::from_u32(character as u32 + 0xFEE0).unwrap_or(character),
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_is_what_an_input_method_types() {
        assert_eq!(full_width("I63.9"), "Ｉ６３．９");
    }
}
