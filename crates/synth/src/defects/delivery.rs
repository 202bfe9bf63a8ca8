//! Spoiling deliveries.

use biaochi_records::Field;

use super::plant::{Spoiled, Spoiler};

impl Spoiler<'_> {
    pub(super) fn delivery_outcome(&mut self) -> Spoiled {
        let outcome = self.position("Z37")?;
        let clean = self.clean(Field::DiagnosisCode, outcome)?;
        self.page.diagnoses.remove(outcome);
        Some(clean)
    }

    pub(super) fn two_delivery_outcomes(&mut self) -> Spoiled {
        let outcome = self.position("Z37")?;
        let single = self.page.diagnoses[outcome].code.starts_with("Z37.0");
        let other = if single { "Z37.200x003" } else { "Z37.000x001" };
        let other = self.diagnosis(other, "1");
        self.append(other)
    }

    pub(super) fn caesarean_as_normal_delivery(&mut self) -> Spoiled {
        let delivery = self.position("O82")?;
        let caesarean = |code: &str| code.starts_with("74.");
        self.page
            .procedures
            .iter()
            .find(|procedure| caesarean(&procedure.code))?;
        let clean = self.clean(Field::DiagnosisCode, delivery)?;
        self.page.diagnoses[delivery] = self.diagnosis("O80.000", "1");
        Some(clean)
    }

    pub(super) fn birth_weight(&mut self) -> Spoiled {
        self.position("Z37")?;
        let clean = self.clean(Field::BirthWeightGrams, 0)?;
        self.page.birth_weights.clear();
        Some(clean)
    }

    pub(super) fn birth_weight_not_rounded(&mut self) -> Spoiled {
        let clean = self.clean(Field::BirthWeightGrams, 0)?;
        let odd = self.random.between(1, 9);
        let weight = self.page.birth_weights.first_mut()?;
        weight.grams = weight.grams.map(|grams| grams + odd);
        Some(clean)
    }
}
