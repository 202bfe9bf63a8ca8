//! Spoiling the way in which several diagnoses are coded together.

use biaochi_records::Field;

use super::plant::{Spoiled, Spoiler};

/// Principal diagnoses that say two things, and the two codes that say them one by one.
const COMBINED: [(&str, &str, &str); 12] = [
    ("K80.1", "K80.200x003", "K81.100"),
    ("K80.0", "K80.200x003", "K81.000"),
    ("N20.2", "N20.000", "N20.100"),
    ("N13.201", "N20.000", "N13.301"),
    ("N13.202", "N20.100", "N13.301"),
    ("K56.500x003", "K56.700", "K66.002"),
    ("K35.2", "K35.800x001", "K65.000"),
    ("K35.3", "K35.800x001", "K65.000"),
    ("J44.0", "J44.900", "J18.900"),
    ("I11.0", "I10.x05", "I50.900"),
    ("M51.1", "M51.202", "M54.300"),
    ("K26.4", "K26.900x001", "K92.208"),
];

impl Spoiler<'_> {
    pub(super) fn combined_codes_apart(&mut self) -> Spoiled {
        let principal = self.page.diagnoses.first()?;
        let &(_, first, second) = COMBINED
            .iter()
            .find(|(combined, ..)| principal.code.starts_with(combined))?;
        let (outcome, second) = (principal.outcome.clone(), self.diagnosis(second, "1"));
        let mut first = self.diagnosis(first, "1");
        first.outcome = outcome;
        // A part that stands there already would make a duplicate besides.
        if self.position(&first.code).is_some() || self.position(&second.code).is_some() {
            return None;
        }
        let clean = self.clean(Field::DiagnosisCode, 0)?;
        self.page.diagnoses[0] = first;
        self.page.diagnoses.insert(1, second);
        Some(clean)
    }

    pub(super) fn duplicate_diagnosis(&mut self) -> Spoiled {
        let at = self.random.below(self.page.diagnoses.len() as u32) as usize;
        let mut again = self.page.diagnoses.get(at)?.clone();
        // Two outcomes of a delivery are a defect of their own.
        if again.code.starts_with("Z37") {
            return None;
        }
        again.outcome = "2".into();
        self.append(again)
    }

    pub(super) fn two_diabetes_types(&mut self) -> Spoiled {
        let types = ["E10", "E11", "E14"];
        let present = *types.iter().find(|code| self.position(code).is_some())?;
        let other = match present {
            "E11" if self.random.chance(500) => "E10.900",
            "E10" | "E11" => "E14.900x001",
            _ => "E11.900",
        };
        let other = self.diagnosis(other, "1");
        self.append(other)
    }

    pub(super) fn asterisk_alone(&mut self) -> Spoiled {
        let paired = |code: &str| code.contains('+');
        let mut pairs =
            (0..self.page.diagnoses.len()).filter(|&at| paired(&self.page.diagnoses[at].code));
        // Another dagger would belong to it.
        let (at, None) = (pairs.next()?, pairs.next()) else {
            return None;
        };
        let clean = self.clean(Field::DiagnosisCode, at)?;
        let code = &mut self.page.diagnoses[at].code;
        let (_, asterisk) = code.split_once('+')?;
        *code = asterisk.into();
        Some(clean)
    }

    pub(super) fn nothing_present_on_admission(&mut self) -> Spoiled {
        let clean = self.clean(Field::DiagnosisPresentOnAdmission, 0)?;
        for diagnosis in &mut self.page.diagnoses {
            diagnosis.present_on_admission = "4".into();
        }
        Some(clean)
    }
}
