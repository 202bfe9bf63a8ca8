//! Spoiling the bill.

use biaochi_records::{Decimal2, Field};

use super::plant::{Spoiled, Spoiler};

impl Spoiler<'_> {
    pub(super) fn charges(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeWesternMedicine, 0)?;
        let part = self.page.charges.western_medicine?;
        // From a few fen, a rounding, to half the class again, a slip of the pen.
        let extra = match self.random.below(3) {
            // One fen is within what rounding explains.
            0 => i64::from(self.random.between(2, 99)),
            1 => i64::from(self.random.between(1_000, 50_000)),
            _ => part.hundredths() / 2 + 100,
        };
        self.page.charges.western_medicine = Some(part + Decimal2::from_hundredths(extra));
        Some(clean)
    }

    pub(super) fn negative_charge(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeLaboratory, 0)?;
        let value = self.page.charges.laboratory?;
        self.page.charges.laboratory = Some(-value);
        Some(clean)
    }

    pub(super) fn total_below_parts(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeTotalCharges, 0)?;
        let total = self.page.charges.total_charges?;
        let fen = total.hundredths();
        let less =
            total - Decimal2::from_hundredths(fen * i64::from(self.random.between(3, 30)) / 100);
        // Else the own share would be above the total, another defect.
        if less == total || self.page.charges.out_of_pocket > Some(less) {
            return None;
        }
        self.page.charges.total_charges = Some(less);
        Some(clean)
    }

    pub(super) fn own_share_above_total(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeOutOfPocket, 0)?;
        let total = self.page.charges.total_charges?;
        let more = i64::from(self.random.between(100, 900_000));
        self.page.charges.out_of_pocket = Some(total + Decimal2::from_hundredths(more));
        Some(clean)
    }

    pub(super) fn antibacterials_above_drugs(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeAntibacterials, 0)?;
        let drugs = self.page.charges.western_medicine?;
        let more = i64::from(self.random.between(100, 200_000));
        self.page.charges.antibacterials = Some(drugs + Decimal2::from_hundredths(more));
        Some(clean)
    }

    pub(super) fn preparation_without_charge(&mut self) -> Spoiled {
        if self.page.tcm_preparation_used != Some(true) {
            return None;
        }
        let clean = self.clean(Field::ChargeInstitutionPreparation, 0)?;
        self.page.charges.institution_preparation = Some(Decimal2::ZERO);
        Some(clean)
    }
}
