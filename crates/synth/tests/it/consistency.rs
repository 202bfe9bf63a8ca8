//! Clean records violate no check that a coder would call sensible. Written again in plain Rust, apart
//! from both the generator and the packs of checks, so that neither can drift unseen.

use std::collections::BTreeMap;

use biaochi_records::{Charges, Decimal2, FrontPage, Layout, days_since_epoch, micros_since_epoch};
use biaochi_synth::{Defect, DefectRates, Edition, Options, Population};

mod bill;
mod coding;
mod person;
mod stay;

/// A clean record with what many rules ask for.
pub(crate) struct Case<'a> {
    pub(crate) page: &'a FrontPage,
    pub(crate) layout: Layout,
    pub(crate) codes: Vec<&'a str>,
    pub(crate) procedures: Vec<&'a str>,
    pub(crate) age: i32,
    pub(crate) days_old: i32,
    /// Days of the stay.
    pub(crate) days: i32,
}

/// The number of a rule and whether a record violates it.
pub(crate) type Rule = (&'static str, fn(&Case<'_>) -> bool);

impl<'a> Case<'a> {
    fn new(page: &'a FrontPage, layout: Layout) -> Self {
        let admission = page.admission_time.expect("an admission").date();
        let birth = page.birth_date.expect("a birth");
        Self {
            page,
            layout,
            codes: page.diagnoses.iter().map(|d| d.code.as_str()).collect(),
            procedures: page.procedures.iter().map(|p| p.code.as_str()).collect(),
            age: page.age_years.expect("an age"),
            days_old: days_since_epoch(admission) - days_since_epoch(birth),
            days: page.length_of_stay.expect("days"),
        }
    }

    pub(crate) fn principal(&self) -> &str {
        self.codes[0]
    }

    /// Whether a diagnosis begins with one of the prefixes.
    pub(crate) fn any(&self, prefixes: &[&str]) -> bool {
        begins(&self.codes, prefixes)
    }

    /// Whether a procedure begins with one of the prefixes.
    pub(crate) fn done(&self, prefixes: &[&str]) -> bool {
        begins(&self.procedures, prefixes)
    }

    /// The categories of the diagnoses, such as `I10`.
    pub(crate) fn categories(&self) -> impl Iterator<Item = &str> {
        self.codes.iter().map(|code| &code[..3])
    }

    /// Hours between admission and discharge.
    pub(crate) fn hours(&self) -> f64 {
        hours(self.page.admission_time, self.page.discharge_time)
    }

    pub(crate) fn charges(&self) -> &Charges {
        &self.page.charges
    }
}

pub(crate) fn begins(codes: &[&str], prefixes: &[&str]) -> bool {
    codes
        .iter()
        .any(|code| prefixes.iter().any(|prefix| code.starts_with(prefix)))
}

/// Hours from one time to another.
pub(crate) fn hours(from: Option<jiff::civil::DateTime>, to: Option<jiff::civil::DateTime>) -> f64 {
    let micros = |time: Option<_>| micros_since_epoch(time.expect("a time"));
    (micros(to) - micros(from)) as f64 / 3_600_000_000.0
}

/// An amount, zero when there is none.
pub(crate) fn amount(charge: Option<Decimal2>) -> Decimal2 {
    charge.unwrap_or(Decimal2::ZERO)
}

/// Operations: the chapters up to 86 but for central lines, dialysis and the like.
pub(crate) fn is_surgery(code: &str) -> bool {
    code < "87" && !begins(&[code], &["38.93", "39.95", "39.96"])
}

fn rules() -> impl Iterator<Item = &'static Rule> {
    [person::RULES, stay::RULES, coding::RULES, bill::RULES]
        .into_iter()
        .flatten()
}

fn violations(options: Options) -> BTreeMap<&'static str, (u32, String)> {
    let mut found: BTreeMap<&'static str, (u32, String)> = BTreeMap::new();
    for file in Population::new(options)
        .expect("valid options")
        .month_files()
    {
        let layout = file.layout();
        for stay in file {
            let case = Case::new(&stay.page, layout);
            for (id, _) in rules().filter(|(_, violated)| violated(&case)) {
                let example = || {
                    format!(
                        "{} {layout}, {} years, {} days, {:?} {:?}",
                        stay.truth.profile, case.age, case.days, case.codes, case.procedures
                    )
                };
                found.entry(id).or_insert_with(|| (0, example())).0 += 1;
            }
        }
    }
    found
}

fn check(seed: u64, discharges: u64, edition: Edition, layout: Option<Layout>) {
    let found = violations(Options {
        seed,
        discharges,
        edition,
        layout,
        defects: DefectRates::none(),
        ..Options::default()
    });
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn clean_records_violate_no_rule() {
    check(17, 20_000, Edition::Insurance, None);
}

#[test]
fn clean_records_in_one_layout_violate_no_rule() {
    check(18, 3_000, Edition::Insurance, Some(Layout::Hqms811));
}

#[test]
fn clean_records_of_the_clinical_edition_violate_no_rule() {
    check(19, 3_000, Edition::Clinical, None);
}

#[test]
fn every_rule_has_its_own_number() {
    let mut ids: Vec<&str> = rules().map(|(id, _)| *id).collect();
    assert!(ids.len() >= 120, "{}", ids.len());
    ids.sort_unstable();
    assert!(ids.windows(2).all(|pair| pair[0] != pair[1]), "{ids:?}");
}

/// The rules of which a record with the defect breaks at least one, whatever record it is.
fn broken_by(defect: Defect) -> &'static [&'static str] {
    use Defect::*;
    match defect {
        MissingNewbornWeight => &["newborn_admission_weight"],
        MissingAgeInDays => &["age_in_days"],
        SexContradictsDiagnosis => &["male_with_female_disease", "female_with_male_disease"],
        DischargeBeforeAdmission => &["admission_before_discharge"],
        PrincipalNotAllowed => &["principal_cause", "principal_organism_or_outcome"],
        SymptomAsPrincipal => &["principal_symptom"],
        ChargesDoNotAddUp | NegativeCharge | TotalBelowParts => &["parts_of_total"],
        WrongAge => &["age"],
        WrongLengthOfStay => &["length_of_stay"],
        ProcedureOutsideStay | MissingProcedureDate => &["procedure_within_stay"],
        CodeWithoutName | MissingPresentOnAdmission => &["named_and_present"],
        MissingExternalCause => &["external_cause"],
        MissingPathology => &["pathology"],
        MissingAllergen | AllergenWithoutAllergy => &["allergy"],
        DuplicateDiagnosis => &["duplicates"],
        TwoDiabetesTypes => &["diabetes"],
        CombinedCodesApart => &[
            "adhesive_ileus",
            "appendicitis",
            "bleeding_ulcer",
            "copd_with_pneumonia",
            "disc_with_sciatica",
            "gallstones",
            "hypertensive_failure",
            "stone_with_hydronephrosis",
            "stones",
        ],
        AsteriskAlone => &["asterisk_alone"],
        NothingPresentOnAdmission => &["principal_present_on_admission"],
        NewbornDiseaseInOlder => &["perinatal"],
        MorphologyContradictsDiagnosis => &["behaviour"],
        ExternalCauseWithoutInjury => &["external_cause_without_injury"],
        MissingDeliveryOutcome => &["delivery_complete"],
        TwoDeliveryOutcomes => &["delivery_outcome_once"],
        CaesareanAsNormalDelivery => &["delivery_ways"],
        MissingBirthWeight => &["birth_weight_where_born"],
        BirthWeightNotRounded => &["newborn_weights"],
        MissingAnesthesiaMethod => &["anesthesia"],
        SurgeryWithoutCode => &["surgery"],
        ProcedureWithoutName => &["procedure_named"],
        MissingSurgeon => &["surgeon"],
        HealingWithoutIncision => &["healing_only_of_incisions"],
        ProcedureContradictsSex => &["male_with_female_procedure", "female_with_male_procedure"],
        VentilatorContradictsCode => &["ventilator_and_code"],
        IntensiveCareOutsideStay => &["intensive_care"],
        WrongNursingDays => &["nursing_days"],
        MissingComaTime => &["coma_given"],
        MissingReceivingInstitution => &["receiving_institution"],
        MissingReadmissionPurpose => &["readmission_purpose"],
        AutopsyOfLiving => &["autopsy"],
        QualityDateBeforeDischarge => &["quality_date"],
        BloodWithoutGroup => &["blood_group"],
        MissingTransfusion => &["transfusion"],
        WrongIdentityCheck => &["identity_check"],
        IdentityContradictsBirth => &["identity_birth"],
        IdentityContradictsSex => &["identity_sex"],
        RetiredTooYoung => &["retired"],
        MarriedChild => &["married"],
        WrongPostcode => &["postcodes"],
        MadeUpPhone => &["telephones"],
        DigitInName => &["names"],
        AddressWithoutProvince => &["addresses"],
        OwnShareAboveTotal => &["own_share"],
        AntibacterialsAboveDrugs => &["antibacterials"],
        PreparationWithoutCharge => &["preparation"],
        MissingTcmPattern => &["tcm_diagnoses"],
        // Seen only with tables of codes, in the text of the file, or beside other records.
        UnknownCode
        | ObsoleteCode
        | UnspecificPrincipal
        | MissingDischargeDepartment
        | WrongDateForm
        | DashWhereRequired
        | DuplicateRecord
        | TruncatedCode
        | OverfullDiagnoses
        | FullWidthCharacters
        | LowercaseCode
        | InvalidValue
        | NameOfOtherCode => &[],
    }
}

#[test]
fn a_planted_defect_breaks_its_rule() {
    for defect in Defect::ALL {
        let expected = broken_by(defect);
        if expected.is_empty() {
            continue;
        }
        let mut defects = DefectRates::none();
        defects.set(defect, 100_000);
        let options = Options {
            seed: 29,
            discharges: 2_000,
            defects,
            ..Options::default()
        };
        for file in Population::new(options)
            .expect("valid options")
            .month_files()
        {
            let layout = file.layout();
            for stay in file.filter(|stay| !stay.truth.defects.is_empty()) {
                let case = Case::new(&stay.page, layout);
                let broken = rules()
                    .filter(|(id, _)| expected.contains(id))
                    .any(|(_, violated)| violated(&case));
                assert!(broken, "{defect:?} in {layout}: {:?}", stay.page);
            }
        }
    }
}
