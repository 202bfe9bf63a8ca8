//! Mistakes that front pages really contain, planted at known rates.

mod codes;
mod plant;
mod rates;

pub(crate) use plant::plant;
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
    /// A child under one year without the age in days.
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
