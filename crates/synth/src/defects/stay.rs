//! Spoiling what is said about the stay.

use biaochi_records::{Field, Layout, days_since_epoch};
use jiff::ToSpan;

use super::plant::{Spoiled, Spoiler};
use crate::{RawOverride, calendar};

impl Spoiler<'_> {
    pub(super) fn newborn_weight(&mut self) -> Spoiled {
        self.page.age_days.filter(|&days| days <= 28)?;
        let clean = self.clean(Field::NewbornAdmissionWeight, 0)?;
        self.page.newborn_admission_weight = None;
        self.page.birth_weights.clear();
        Some(clean)
    }

    pub(super) fn age_in_days(&mut self) -> Spoiled {
        let clean = self
            .clean(Field::AgeDays, 0)
            .or_else(|| self.clean(Field::AgeMonths, 0))?;
        self.page.age_days = None;
        self.page.age_months = None;
        Some(clean)
    }

    pub(super) fn age(&mut self) -> Spoiled {
        let years = self.page.age_years.filter(|&years| years > 0)?;
        let clean = self.clean(Field::AgeYears, 0)?;
        self.page.age_years = Some(years + self.random.between(3, 30));
        Some(clean)
    }

    pub(super) fn sex(&mut self) -> Spoiled {
        let principal = self.page.principal_diagnosis();
        let female = principal.starts_with(['O'])
            || ["N7", "N8", "N9", "C53", "C54", "C56", "D25"]
                .iter()
                .any(|prefix| principal.starts_with(prefix));
        let male = ["N40", "N43", "N45", "N47", "C61"]
            .iter()
            .any(|prefix| principal.starts_with(prefix));
        if !female && !male {
            return None;
        }
        let clean = self.clean(Field::Sex, 0)?;
        self.page.sex = if female { "1" } else { "2" }.into();
        Some(clean)
    }

    pub(super) fn discharge_before_admission(&mut self) -> Spoiled {
        let admission = self.page.admission_time?;
        let clean = self.clean(Field::DischargeTime, 0)?;
        let earlier = i64::from(self.random.between(1, 4));
        self.page.discharge_time = admission.checked_sub(earlier.days()).ok();
        Some(clean)
    }

    pub(super) fn length_of_stay(&mut self) -> Spoiled {
        let days = self.page.length_of_stay?;
        let clean = self.clean(Field::LengthOfStay, 0)?;
        self.page.length_of_stay = Some(days + self.random.between(2, 20));
        Some(clean)
    }

    pub(super) fn date_form(&mut self) -> Spoiled {
        let (field, date) = *self.random.pick(&[
            (
                Field::AdmissionTime,
                self.page.admission_time.map(|time| time.date()),
            ),
            (
                Field::DischargeTime,
                self.page.discharge_time.map(|time| time.date()),
            ),
            (Field::BirthDate, self.page.birth_date),
        ]);
        let date = date?;
        let clean = self.clean(field, 0)?;
        let (year, month) = (date.year(), date.month());
        let short = self.layout == Layout::N041;
        let text = match (self.random.below(4), short) {
            (0, true) => format!("{year}{month:02}32"),
            (0, false) => format!("{year}-{month:02}-32"),
            (1, true) => format!("{year}1{month:02}0"),
            (1, false) => format!("{year}-13-{month:02} 25:61:00"),
            (2, _) => "待补".to_owned(),
            // The serial number of a spreadsheet cell that lost its format, with a stray letter.
            _ => format!("{}O", days_since_epoch(date) + 25_569),
        };
        self.overrides.push(RawOverride {
            field,
            index: 0,
            text,
        });
        match field {
            Field::AdmissionTime => self.page.admission_time = None,
            Field::DischargeTime => self.page.discharge_time = None,
            _ => self.page.birth_date = None,
        }
        Some(clean)
    }

    pub(super) fn dash(&mut self) -> Spoiled {
        let fields = [
            Field::Sex,
            Field::DischargeDisposition,
            Field::MedicalRecordNumber,
            Field::AdmissionSource,
        ];
        let field = *self.random.pick(&fields);
        let clean = self.clean(field, 0)?;
        self.overrides.push(RawOverride {
            field,
            index: 0,
            text: "-".to_owned(),
        });
        match field {
            Field::Sex => self.page.sex.clear(),
            Field::DischargeDisposition => self.page.discharge_disposition.clear(),
            Field::MedicalRecordNumber => self.page.medical_record_number.clear(),
            _ => self.page.admission_source.clear(),
        }
        Some(clean)
    }

    pub(super) fn invalid_value(&mut self) -> Spoiled {
        let (field, value) = *self.random.pick(&[
            (Field::DischargeDisposition, "7"),
            (Field::AdmissionSource, "6"),
            (Field::MaritalStatus, "8"),
            (Field::Occupation, "88"),
            (Field::PaymentMethod, "19"),
        ]);
        let clean = self.clean(field, 0)?;
        match field {
            Field::DischargeDisposition => self.page.discharge_disposition = value.into(),
            Field::AdmissionSource => self.page.admission_source = value.into(),
            Field::MaritalStatus => self.page.marital_status = value.into(),
            Field::Occupation => self.page.occupation = value.into(),
            _ => self.page.payment_method = value.into(),
        }
        Some(clean)
    }

    pub(super) fn intensive_care_outside_stay(&mut self) -> Spoiled {
        let clean = self.clean(Field::IcuStayExitTime, 0)?;
        let later = i64::from(self.random.between(1, 3));
        let exit = self.page.discharge_time?.checked_add(later.days()).ok()?;
        self.page.icu_stays.first_mut()?.exit_time = Some(exit);
        Some(clean)
    }

    pub(super) fn nursing_days(&mut self) -> Spoiled {
        let clean = self.clean(Field::Level2CareDays, 0)?;
        let days = self.page.level2_care_days?;
        // One day more may be the day of discharge.
        self.page.level2_care_days = Some(days + self.random.between(2, 6));
        Some(clean)
    }

    pub(super) fn coma(&mut self) -> Spoiled {
        self.position("S06")?;
        let clean = self.clean(Field::ComaBeforeAdmissionDays, 0)?;
        self.page.coma_before_admission_days = None;
        self.page.coma_before_admission_hours = None;
        self.page.coma_before_admission_minutes = None;
        Some(clean)
    }

    pub(super) fn autopsy_of_living(&mut self) -> Spoiled {
        if self.page.discharge_disposition == "5" {
            return None;
        }
        let place = self.vacant(Field::Autopsy, 0)?;
        self.page.autopsy = Some(true);
        Some(place)
    }

    pub(super) fn quality_date(&mut self) -> Spoiled {
        let clean = self.clean(Field::QualityDate, 0)?;
        let discharge = days_since_epoch(self.page.discharge_time?.date());
        self.page.quality_date = Some(calendar::date(discharge - self.random.between(1, 4)));
        Some(clean)
    }

    pub(super) fn allergen_without_allergy(&mut self) -> Spoiled {
        if self.page.drug_allergy != Some(false) {
            return None;
        }
        let place = self.vacant(Field::Allergens, 0)?;
        self.page.allergens = (*self.random.pick(&["青霉素", "头孢类", "磺胺类"])).into();
        Some(place)
    }

    pub(super) fn blood_group(&mut self) -> Spoiled {
        self.page.charges.blood?;
        let clean = self.clean(Field::BloodGroup, 0)?;
        self.page.blood_group = "6".into();
        self.page.rh_group = "4".into();
        Some(clean)
    }

    pub(super) fn transfusion(&mut self) -> Spoiled {
        self.page.charges.blood?;
        let clean = self.clean(Field::TransfusionReaction, 0)?;
        let page = &mut *self.page;
        page.transfusion_reaction.clear();
        for amount in [
            &mut page.red_cells,
            &mut page.platelets,
            &mut page.plasma,
            &mut page.whole_blood,
            &mut page.autologous_blood,
        ] {
            *amount = None;
        }
        Some(clean)
    }
}
