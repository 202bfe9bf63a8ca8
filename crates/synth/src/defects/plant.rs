//! Planting a defect in a front page.

use biaochi_records::{Decimal2, Field, FrontPage, Layout, ValueRef, days_since_epoch};
use jiff::ToSpan;

use super::codes::full_width;
use super::{Defect, DefectRates};
use crate::random::Random;
use crate::truth::Planted;
use crate::{RawOverride, calendar};

/// What planting may use.
pub(super) struct Spoiler<'a> {
    pub(super) page: &'a mut FrontPage,
    overrides: &'a mut Vec<RawOverride>,
    pub(super) layout: Layout,
    pub(super) random: Random,
}

/// Plants at most one defect. Overrides are added for what only the text of a file can say.
pub(crate) fn plant(
    page: &mut FrontPage,
    overrides: &mut Vec<RawOverride>,
    layout: Layout,
    rates: &DefectRates,
    mut random: Random,
) -> Option<Planted> {
    for defect in Defect::ALL {
        // Always drawn, so that changing one rate leaves the other defects where they are.
        let drawn = random.below(100_000) < rates.get(defect);
        if !drawn {
            continue;
        }
        let fork = Random::new(random.next(), defect as u64);
        let mut spoiler = Spoiler {
            page,
            overrides,
            layout,
            random: fork,
        };
        if let Some((field, index, clean)) = spoiler.spoil(defect) {
            return Some(Planted {
                defect,
                field,
                index,
                clean,
            });
        }
    }
    None
}

/// The text of a value as files have it.
fn text(page: &FrontPage, field: Field, index: usize) -> String {
    match page.get(field, index) {
        None => String::new(),
        Some(ValueRef::Text(text)) => text.to_owned(),
        Some(ValueRef::Codes(codes)) => codes.join(","),
        Some(ValueRef::Integer(number)) => number.to_string(),
        Some(ValueRef::Decimal(number)) => number.to_string(),
        Some(ValueRef::Flag(flag)) => flag.to_string(),
        Some(ValueRef::Date(date)) => date.to_string(),
        Some(ValueRef::Time(time)) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

/// Field, element and clean value of what was spoiled.
pub(super) type Spoiled = Option<(Field, usize, String)>;

impl Spoiler<'_> {
    /// Spoils the page; `None` when the defect cannot happen to it.
    fn spoil(&mut self, defect: Defect) -> Spoiled {
        match defect {
            Defect::MissingNewbornWeight => self.newborn_weight(),
            Defect::MissingAgeInDays => self.age_in_days(),
            Defect::SexContradictsDiagnosis => self.sex(),
            Defect::DischargeBeforeAdmission => self.discharge_before_admission(),
            Defect::UnknownCode => self.unknown_code(),
            Defect::ObsoleteCode => self.obsolete_code(),
            Defect::UnspecificPrincipal => self.unspecific_principal(),
            Defect::PrincipalNotAllowed => self.principal_not_allowed(),
            Defect::SymptomAsPrincipal => self.symptom_as_principal(),
            Defect::ChargesDoNotAddUp => self.charges(),
            Defect::NegativeCharge => self.negative_charge(),
            Defect::MissingDischargeDepartment => {
                let clean = self.clean(Field::DischargeDepartment, 0);
                self.page.discharge_department.clear();
                clean
            }
            Defect::WrongDateForm => self.date_form(),
            Defect::DashWhereRequired => self.dash(),
            // The caller delivers the record again.
            Defect::DuplicateRecord => self.clean(Field::MedicalRecordNumber, 0),
            Defect::TruncatedCode => self.principal(|code| code.chars().take(3).collect()),
            Defect::OverfullDiagnoses => self.overfull(),
            Defect::FullWidthCharacters => self.principal(full_width),
            Defect::LowercaseCode => self.principal(str::to_lowercase),
            Defect::WrongAge => {
                let years = self.page.age_years.filter(|&years| years > 0)?;
                let clean = self.clean(Field::AgeYears, 0);
                self.page.age_years = Some(years + self.random.between(3, 30));
                clean
            }
            Defect::WrongLengthOfStay => {
                let days = self.page.length_of_stay?;
                let clean = self.clean(Field::LengthOfStay, 0);
                self.page.length_of_stay = Some(days + self.random.between(2, 20));
                clean
            }
            Defect::ProcedureOutsideStay => self.procedure_outside_stay(),
            Defect::CodeWithoutName => {
                let clean = self.clean(Field::DiagnosisName, 0);
                self.page.diagnoses.first_mut()?.name.clear();
                clean
            }
            Defect::MissingPresentOnAdmission => {
                let clean = self.clean(Field::DiagnosisPresentOnAdmission, 0);
                self.page
                    .diagnoses
                    .first_mut()?
                    .present_on_admission
                    .clear();
                clean
            }
            Defect::InvalidValue => self.invalid_value(),
            Defect::MissingExternalCause => {
                let clean = self.clean(Field::ExternalCauseCode, 0)?;
                self.page.external_cause_code.clear();
                self.page.external_cause_name.clear();
                Some(clean)
            }
            Defect::MissingPathology => {
                let clean = self.clean(Field::PathologyCode, 0)?;
                self.page.pathologies.clear();
                Some(clean)
            }
            Defect::MissingAllergen => {
                let clean = self.clean(Field::Allergens, 0)?;
                self.page.allergens.clear();
                Some(clean)
            }
        }
    }

    /// The value that is about to be spoiled; `None` when there is none.
    pub(super) fn clean(&self, field: Field, index: usize) -> Spoiled {
        let clean = text(self.page, field, index);
        (!clean.is_empty()).then_some((field, index, clean))
    }

    fn newborn_weight(&mut self) -> Spoiled {
        self.page.age_days.filter(|&days| days <= 28)?;
        let clean = self.clean(Field::NewbornAdmissionWeight, 0)?;
        self.page.newborn_admission_weight = None;
        self.page.birth_weights.clear();
        Some(clean)
    }

    fn age_in_days(&mut self) -> Spoiled {
        let clean = self.clean(Field::AgeDays, 0)?;
        self.page.age_days = None;
        self.page.age_months = None;
        Some(clean)
    }

    fn sex(&mut self) -> Spoiled {
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

    fn discharge_before_admission(&mut self) -> Spoiled {
        let admission = self.page.admission_time?;
        let clean = self.clean(Field::DischargeTime, 0)?;
        let earlier = i64::from(self.random.between(1, 4));
        self.page.discharge_time = admission.checked_sub(earlier.days()).ok();
        Some(clean)
    }

    fn charges(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeWesternMedicine, 0)?;
        let part = self.page.charges.western_medicine?;
        // From a few fen, a rounding, to half the class again, a slip of the pen.
        let extra = match self.random.below(3) {
            0 => i64::from(self.random.between(1, 99)),
            1 => i64::from(self.random.between(1_000, 50_000)),
            _ => part.hundredths() / 2 + 100,
        };
        self.page.charges.western_medicine = Some(part + Decimal2::from_hundredths(extra));
        Some(clean)
    }

    fn negative_charge(&mut self) -> Spoiled {
        let clean = self.clean(Field::ChargeLaboratory, 0)?;
        let value = self.page.charges.laboratory?;
        self.page.charges.laboratory = Some(-value);
        Some(clean)
    }

    fn date_form(&mut self) -> Spoiled {
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

    fn dash(&mut self) -> Spoiled {
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

    fn procedure_outside_stay(&mut self) -> Spoiled {
        let clean = self.clean(Field::ProcedureStartTime, 0)?;
        let discharge = days_since_epoch(self.page.discharge_time?.date());
        let day = discharge + self.random.between(1, 9);
        self.page.procedures.first_mut()?.start_time = Some(calendar::time(day, 600, 0));
        Some(clean)
    }

    fn invalid_value(&mut self) -> Spoiled {
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
}
