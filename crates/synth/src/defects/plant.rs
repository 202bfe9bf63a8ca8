//! Planting a defect in a front page.

use biaochi_records::{Diagnosis, Field, FrontPage, Layout, ValueRef};

use super::codes::full_width;
use super::{Defect, DefectRates};
use crate::RawOverride;
use crate::content::Content;
use crate::options::Edition;
use crate::random::Random;
use crate::truth::Planted;

/// What planting may use.
pub(super) struct Spoiler<'a> {
    pub(super) page: &'a mut FrontPage,
    pub(super) overrides: &'a mut Vec<RawOverride>,
    pub(super) layout: Layout,
    pub(super) edition: Edition,
    pub(super) random: Random,
}

/// Plants at most one defect. Overrides are added for what only the text of a file can say.
pub(crate) fn plant(
    page: &mut FrontPage,
    overrides: &mut Vec<RawOverride>,
    (layout, edition): (Layout, Edition),
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
            edition,
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

/// Defects of a record at most where a month has a backlog.
const MOST: usize = 3;

/// Defects that are tried on a record; most fit only some.
const TRIES: usize = 60;

/// Plants one more defect, of any kind and in another field than those before. `before` is the page without any defect,
/// so that the truth about the second defect does not depend on the first. `false` when the record has enough, or nothing
/// that was tried can happen to it.
pub(crate) fn plant_more(
    page: &mut FrontPage,
    before: &FrontPage,
    overrides: &mut Vec<RawOverride>,
    (layout, edition): (Layout, Edition),
    planted: &mut Vec<Planted>,
    mut random: Random,
) -> bool {
    if planted.len() >= MOST {
        return false;
    }
    let kept = (page.clone(), overrides.len());
    for _ in 0..TRIES {
        let defect = *random.pick(&Defect::ALL);
        if !defect.is_seen_in_its_month() {
            continue;
        }
        let mut spoiler = Spoiler {
            page,
            overrides,
            layout,
            edition,
            random: Random::new(random.next(), defect as u64),
        };
        let Some((field, index, clean)) = spoiler.spoil(defect) else {
            continue;
        };
        let elsewhere = planted.iter().all(|one| one.field != field);
        // A code put before others would move the places of what was planted.
        let in_place = planted.is_empty()
            || page.diagnoses.len() == kept.0.diagnoses.len()
                && page.procedures.len() == kept.0.procedures.len();
        if elsewhere && in_place && clean == text(before, field, index) {
            planted.push(Planted {
                defect,
                field,
                index,
                clean,
            });
            return true;
        }
        *page = kept.0.clone();
        overrides.truncate(kept.1);
    }
    false
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
    /// Spoils the page; `None` when the defect cannot happen to it, which then stays as it was.
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
                self.without(Field::DischargeDepartment, |page| {
                    page.discharge_department.clear();
                })
            }
            Defect::WrongDateForm => self.date_form(),
            Defect::DashWhereRequired => self.dash(),
            // The caller delivers the record again.
            Defect::DuplicateRecord => self.clean(Field::MedicalRecordNumber, 0),
            Defect::TruncatedCode => self.principal(|code| code.chars().take(3).collect()),
            Defect::OverfullDiagnoses => self.overfull(),
            Defect::FullWidthCharacters => self.principal(full_width),
            Defect::LowercaseCode => self.principal(str::to_lowercase),
            Defect::WrongAge => self.age(),
            Defect::WrongLengthOfStay => self.length_of_stay(),
            Defect::ProcedureOutsideStay => self.procedure_outside_stay(),
            Defect::CodeWithoutName => self.without(Field::DiagnosisName, |page| {
                page.diagnoses[0].name.clear();
            }),
            Defect::MissingPresentOnAdmission => {
                self.without(Field::DiagnosisPresentOnAdmission, |page| {
                    page.diagnoses[0].present_on_admission.clear();
                })
            }
            Defect::InvalidValue => self.invalid_value(),
            Defect::MissingExternalCause => self.without(Field::ExternalCauseCode, |page| {
                page.external_cause_code.clear();
                page.external_cause_name.clear();
            }),
            Defect::MissingPathology => self.without(Field::PathologyCode, |page| {
                page.pathologies.clear();
            }),
            Defect::MissingAllergen => self.without(Field::Allergens, |page| {
                page.allergens.clear();
            }),

            Defect::DuplicateDiagnosis => self.duplicate_diagnosis(),
            Defect::TwoDiabetesTypes => self.two_diabetes_types(),
            Defect::CombinedCodesApart => self.combined_codes_apart(),
            Defect::AsteriskAlone => self.asterisk_alone(),
            Defect::NameOfOtherCode => self.name_of_other_code(),
            Defect::NothingPresentOnAdmission => self.nothing_present_on_admission(),
            Defect::NewbornDiseaseInOlder => self.newborn_disease_in_older(),
            Defect::MorphologyContradictsDiagnosis => self.morphology(),
            Defect::ExternalCauseWithoutInjury => self.cause_without_injury(),

            Defect::MissingDeliveryOutcome => self.delivery_outcome(),
            Defect::TwoDeliveryOutcomes => self.two_delivery_outcomes(),
            Defect::CaesareanAsNormalDelivery => self.caesarean_as_normal_delivery(),
            Defect::MissingBirthWeight => self.birth_weight(),
            Defect::BirthWeightNotRounded => self.birth_weight_not_rounded(),

            Defect::MissingAnesthesiaMethod => self.anesthesia_method(),
            Defect::SurgeryWithoutCode => self.surgery_without_code(),
            Defect::MissingProcedureDate => self.without(Field::ProcedureStartTime, |page| {
                page.procedures[0].start_time = None;
            }),
            Defect::ProcedureWithoutName => self.without(Field::ProcedureName, |page| {
                page.procedures[0].name.clear();
            }),
            Defect::MissingSurgeon => self.surgeon(),
            Defect::HealingWithoutIncision => self.healing_without_incision(),
            Defect::ProcedureContradictsSex => self.procedure_of_other_sex(),
            Defect::VentilatorContradictsCode => self.ventilator(),

            Defect::IntensiveCareOutsideStay => self.intensive_care_outside_stay(),
            Defect::WrongNursingDays => self.nursing_days(),
            Defect::MissingComaTime => self.coma(),
            Defect::MissingReceivingInstitution => {
                self.without(Field::ReceivingInstitution, |page| {
                    page.receiving_institution.clear();
                })
            }
            Defect::MissingReadmissionPurpose => self.without(Field::ReadmissionPurpose, |page| {
                page.readmission_purpose.clear();
            }),
            Defect::AutopsyOfLiving => self.autopsy_of_living(),
            Defect::QualityDateBeforeDischarge => self.quality_date(),
            Defect::AllergenWithoutAllergy => self.allergen_without_allergy(),
            Defect::BloodWithoutGroup => self.blood_group(),
            Defect::MissingTransfusion => self.transfusion(),

            Defect::WrongIdentityCheck => self.identity_check(),
            Defect::IdentityContradictsBirth => self.identity_birth(),
            Defect::IdentityContradictsSex => self.identity_sex(),
            Defect::RetiredTooYoung => self.retired_too_young(),
            Defect::MarriedChild => self.married_child(),
            Defect::WrongPostcode => self.postcode(),
            Defect::MadeUpPhone => self.made_up_phone(),
            Defect::DigitInName => self.digit_in_name(),
            Defect::AddressWithoutProvince => self.address_without_province(),

            Defect::TotalBelowParts => self.total_below_parts(),
            Defect::OwnShareAboveTotal => self.own_share_above_total(),
            Defect::AntibacterialsAboveDrugs => self.antibacterials_above_drugs(),
            Defect::PreparationWithoutCharge => self.preparation_without_charge(),
            Defect::MissingTcmPattern => self.without(Field::TcmPatternCode, |page| {
                page.tcm_patterns.clear();
            }),
        }
    }

    /// The value that is about to be spoiled; `None` when there is none, or none that the file shows.
    pub(super) fn clean(&self, field: Field, index: usize) -> Spoiled {
        let clean = text(self.page, field, index);
        (!clean.is_empty() && self.is_shown(field, index)).then_some((field, index, clean))
    }

    /// A place without value that is about to get one; `None` when there is one, or the file does not
    /// show the place.
    pub(super) fn vacant(&self, field: Field, index: usize) -> Spoiled {
        let vacant = text(self.page, field, index).is_empty() && self.is_shown(field, index);
        vacant.then(|| (field, index, String::new()))
    }

    /// Whether the layout has a column for an element of a field.
    fn is_shown(&self, field: Field, index: usize) -> bool {
        self.layout
            .columns()
            .iter()
            .any(|column| column.field == field && usize::from(column.index) == index)
    }

    /// Takes away the first value of a field.
    fn without(&mut self, field: Field, take: impl Fn(&mut FrontPage)) -> Spoiled {
        let clean = self.clean(field, 0)?;
        take(self.page);
        Some(clean)
    }

    /// A diagnosis in the edition of the files.
    pub(super) fn diagnosis(&self, code: &str, present_on_admission: &str) -> Diagnosis {
        let content = Content::get();
        let (code, name) = self.edition.of(content.diagnosis(content.known(code)));
        Diagnosis {
            code: code.into(),
            name: name.into(),
            present_on_admission: present_on_admission.into(),
            outcome: "2".into(),
        }
    }

    /// The first diagnosis that begins with a prefix.
    pub(super) fn position(&self, prefix: &str) -> Option<usize> {
        self.page
            .diagnoses
            .iter()
            .position(|diagnosis| diagnosis.code.starts_with(prefix))
    }

    /// Appends a diagnosis.
    pub(super) fn append(&mut self, diagnosis: Diagnosis) -> Spoiled {
        let place = self.vacant(Field::DiagnosisCode, self.page.diagnoses.len())?;
        self.page.diagnoses.push(diagnosis);
        Some(place)
    }
}
