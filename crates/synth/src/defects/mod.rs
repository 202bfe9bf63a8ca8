//! Mistakes that front pages really contain, planted at known rates.

mod bill;
mod codes;
mod combined;
mod delivery;
mod identity;
mod plant;
mod procedures;
mod rates;
mod stay;

pub(crate) use plant::{plant, plant_more};
pub use rates::DefectRates;

macro_rules! defects {
    ($($(#[doc = $doc:literal])+ $variant:ident, $id:literal, $rate:literal;)+) => {
        /// A mistake on a front page.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Defect {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Defect {
            /// All of them.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// Word used in files and options.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)+ }
            }

            /// Default rate per 100,000 records to which the defect can happen.
            pub fn usual_rate(self) -> u32 {
                match self { $(Self::$variant => $rate,)+ }
            }
        }
    };
}

defects! {
    /// A newborn of up to 28 days without weights.
    MissingNewbornWeight, "missing_newborn_weight", 3_000;
    /// A child under one year without the age in days (in months where the layout counts these).
    MissingAgeInDays, "missing_age_in_days", 1_500;
    /// The sex contradicts the principal diagnosis.
    SexContradictsDiagnosis, "sex_contradicts_diagnosis", 350;
    /// The discharge is before the admission.
    DischargeBeforeAdmission, "discharge_before_admission", 90;
    /// A diagnosis code that no edition has.
    UnknownCode, "unknown_code", 130;
    /// A haemorrhoid coded in the category of an earlier edition (I84).
    ObsoleteCode, "obsolete_code", 2_500;
    /// A category where a group needs the exact code ("grey code"): valid, but it says too little.
    UnspecificPrincipal, "unspecific_principal", 1_500;
    /// An external cause or outcome of delivery as principal diagnosis.
    PrincipalNotAllowed, "principal_not_allowed", 700;
    /// A symptom as principal diagnosis although the disease is known.
    SymptomAsPrincipal, "symptom_as_principal", 450;
    /// The charge classes do not add up to the total.
    ChargesDoNotAddUp, "charges_do_not_add_up", 350;
    /// A class of charges below zero.
    NegativeCharge, "negative_charge", 30;
    /// No department of discharge.
    MissingDischargeDepartment, "missing_discharge_department", 200;
    /// A time that is no time.
    WrongDateForm, "wrong_date_form", 150;
    /// A dash where a value is demanded.
    DashWhereRequired, "dash_where_required", 200;
    /// The record is delivered twice.
    DuplicateRecord, "duplicate_record", 120;
    /// The principal diagnosis is cut to its category.
    TruncatedCode, "truncated_code", 170;
    /// Every diagnosis column of the layout is filled: 41 diagnoses.
    OverfullDiagnoses, "overfull_diagnoses", 15;
    /// The principal diagnosis is typed in full-width characters.
    FullWidthCharacters, "full_width_characters", 200;
    /// The principal diagnosis is typed in lower case.
    LowercaseCode, "lowercase_code", 80;
    /// The age contradicts the date of birth.
    WrongAge, "wrong_age", 200;
    /// The length of stay contradicts the dates.
    WrongLengthOfStay, "wrong_length_of_stay", 150;
    /// A procedure after the discharge.
    ProcedureOutsideStay, "procedure_outside_stay", 500;
    /// A diagnosis without its name.
    CodeWithoutName, "code_without_name", 150;
    /// A diagnosis without present-on-admission.
    MissingPresentOnAdmission, "missing_present_on_admission", 150;
    /// A code outside its value set.
    InvalidValue, "invalid_value", 120;
    /// An injury without external cause.
    MissingExternalCause, "missing_external_cause", 1_200;
    /// A tumour without pathology.
    MissingPathology, "missing_pathology", 1_500;
    /// An allergy without naming the drug.
    MissingAllergen, "missing_allergen", 900;

    /// The same diagnosis twice.
    DuplicateDiagnosis, "duplicate_diagnosis", 120;
    /// Two types of diabetes on one page.
    TwoDiabetesTypes, "two_diabetes_types", 700;
    /// Two codes where one says both, such as gallstones and cholecystitis.
    CombinedCodesApart, "combined_codes_apart", 1_200;
    /// A manifestation (asterisk) without its cause (dagger).
    AsteriskAlone, "asterisk_alone", 1_500;
    /// The name of another diagnosis beside a code.
    NameOfOtherCode, "name_of_other_code", 120;
    /// Every diagnosis is said to have arisen in hospital.
    NothingPresentOnAdmission, "nothing_present_on_admission", 50;
    /// A disease of newborns in someone older than a year.
    NewbornDiseaseInOlder, "newborn_disease_in_older", 700;
    /// A malignant tumour whose pathology says benign.
    MorphologyContradictsDiagnosis, "morphology_contradicts_diagnosis", 1_500;
    /// An external cause without an injury or poisoning.
    ExternalCauseWithoutInjury, "external_cause_without_injury", 60;

    /// A delivery without its outcome (Z37).
    MissingDeliveryOutcome, "missing_delivery_outcome", 1_500;
    /// Two outcomes (Z37) of one delivery.
    TwoDeliveryOutcomes, "two_delivery_outcomes", 900;
    /// A caesarean section coded as normal delivery (O80).
    CaesareanAsNormalDelivery, "caesarean_as_normal_delivery", 1_500;
    /// A delivery without the weight of the newborn.
    MissingBirthWeight, "missing_birth_weight", 1_500;
    /// A birth weight that is not a multiple of ten grams.
    BirthWeightNotRounded, "birth_weight_not_rounded", 900;

    /// Anaesthesia is charged for, and no method is named.
    MissingAnesthesiaMethod, "missing_anesthesia_method", 500;
    /// Surgery is charged for, and no procedure is coded.
    SurgeryWithoutCode, "surgery_without_code", 350;
    /// A procedure without its date.
    MissingProcedureDate, "missing_procedure_date", 350;
    /// A procedure without its name.
    ProcedureWithoutName, "procedure_without_name", 300;
    /// An operation without surgeon.
    MissingSurgeon, "missing_surgeon", 400;
    /// Incision and healing of what is no operation.
    HealingWithoutIncision, "healing_without_incision", 1_200;
    /// A procedure of the other sex.
    ProcedureContradictsSex, "procedure_contradicts_sex", 150;
    /// The hours of ventilation contradict the code of ventilation.
    VentilatorContradictsCode, "ventilator_contradicts_code", 5_000;

    /// Intensive care goes on after the discharge.
    IntensiveCareOutsideStay, "intensive_care_outside_stay", 2_000;
    /// The days of nursing do not add up to the stay.
    WrongNursingDays, "wrong_nursing_days", 250;
    /// An injury of the brain without duration of coma.
    MissingComaTime, "missing_coma_time", 2_500;
    /// A transfer that does not say where to.
    MissingReceivingInstitution, "missing_receiving_institution", 1_200;
    /// A planned readmission without purpose.
    MissingReadmissionPurpose, "missing_readmission_purpose", 1_500;
    /// Someone who did not die had an autopsy.
    AutopsyOfLiving, "autopsy_of_living", 60;
    /// The record was checked before the discharge.
    QualityDateBeforeDischarge, "quality_date_before_discharge", 150;
    /// No allergy, and the drug that causes it.
    AllergenWithoutAllergy, "allergen_without_allergy", 100;
    /// Blood is charged for, and the blood group is not tested.
    BloodWithoutGroup, "blood_without_group", 4_000;
    /// Blood is charged for, and nothing is said about the transfusion.
    MissingTransfusion, "missing_transfusion", 4_000;

    /// A wrong check character of the identity number.
    WrongIdentityCheck, "wrong_identity_check", 150;
    /// The identity number has another date of birth.
    IdentityContradictsBirth, "identity_contradicts_birth", 120;
    /// The identity number is of the other sex.
    IdentityContradictsSex, "identity_contradicts_sex", 100;
    /// Someone younger than 45 who is retired.
    RetiredTooYoung, "retired_too_young", 250;
    /// A married child.
    MarriedChild, "married_child", 500;
    /// A postcode that has not six digits.
    WrongPostcode, "wrong_postcode", 150;
    /// A telephone number that was made up to get past the form.
    MadeUpPhone, "made_up_phone", 200;
    /// A name with a digit, as systems tell namesakes apart.
    DigitInName, "digit_in_name", 50;
    /// An address that begins with the county.
    AddressWithoutProvince, "address_without_province", 200;

    /// The total is less than its parts.
    TotalBelowParts, "total_below_parts", 80;
    /// The patient pays more than there is to pay.
    OwnShareAboveTotal, "own_share_above_total", 80;
    /// Antibacterials cost more than all drugs.
    AntibacterialsAboveDrugs, "antibacterials_above_drugs", 80;
    /// Preparations of the institution were used and cost nothing.
    PreparationWithoutCharge, "preparation_without_charge", 600;
    /// No pattern of Chinese medicine.
    MissingTcmPattern, "missing_tcm_pattern", 400;
}

impl Defect {
    /// Whether it is a fault of a record of its month: that something is delivered twice, or is much, is none, and a
    /// record whose key or day of discharge cannot be read is rejected or lies elsewhere.
    pub(crate) fn is_seen_in_its_month(self) -> bool {
        !matches!(
            self,
            Self::DuplicateRecord
                | Self::OverfullDiagnoses
                | Self::WrongDateForm
                | Self::DashWhereRequired
                | Self::DischargeBeforeAdmission
        )
    }
}

impl std::str::FromStr for Defect {
    type Err = String;

    /// The defect of an id; the error is the text that is none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|defect| defect.id() == text)
            .ok_or_else(|| text.to_owned())
    }
}
