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
        let count = self.page.diagnoses.len() as u32;
        let index = if self.random.chance(500) {
            0
        } else {
            self.random.below(count) as usize
        };
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
        let principal = self.page.principal_diagnosis();
        if !principal.starts_with(['A', 'E', 'G', 'I', 'J', 'K', 'N']) {
            return None;
        }
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        let content = Content::get();
        let symptom = content.diagnosis(content.known(self.random.pick::<&str>(&SYMPTOMS)));
        self.page.diagnoses.insert(
            0,
            Diagnosis {
                code: symptom.code.into(),
                name: symptom.name.into(),
                present_on_admission: "1".into(),
                outcome: "2".into(),
            },
        );
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
