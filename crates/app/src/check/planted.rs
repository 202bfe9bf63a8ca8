//! What the generator plants, the checks find; what it leaves clean, they leave alone.

use std::collections::BTreeMap;
use std::sync::Mutex;

use biaochi_domain::Language;
use biaochi_ingest::OutputEncoding;
use biaochi_synth::{DefectRates, Options, Population};

use super::{CheckOptions, CheckedRecord, NATIONAL, check_file};
use crate::Content;
use crate::synthesise::{Files, SINGLE_FILE, synthesise};

/// Kinds of planted defects, and checks (or beginnings of their ids) one of which has to find them.
const FOUND_BY: &[(&str, &[&str])] = &[
    ("address_without_province", &["FG001"]),
    ("allergen_without_allergy", &["PA006"]),
    ("antibacterials_above_drugs", &["CO006"]),
    ("asterisk_alone", &["CD002", "MD003"]),
    ("autopsy_of_living", &["CD016"]),
    ("birth_weight_not_rounded", &["NB002"]),
    ("blood_without_group", &["CO015"]),
    ("caesarean_as_normal_delivery", &["CD006"]),
    ("charges_do_not_add_up", &["CO001"]),
    ("code_without_name", &["CP037"]),
    ("combined_codes_apart", &["MG"]),
    ("dash_where_required", &["CP003", "CP004", "CP028", "CP034"]),
    ("digit_in_name", &["FM003"]),
    ("discharge_before_admission", &["DT001"]),
    ("duplicate_diagnosis", &["CD001"]),
    ("external_cause_without_injury", &["CD010"]),
    ("full_width_characters", &["FM011"]),
    ("healing_without_incision", &["PR008"]),
    ("identity_contradicts_birth", &["ID002"]),
    ("identity_contradicts_sex", &["ID001"]),
    ("intensive_care_outside_stay", &["DT006"]),
    ("invalid_value", &["VS"]),
    ("lowercase_code", &["FM011"]),
    ("made_up_phone", &["FM009"]),
    ("married_child", &["AG009"]),
    ("missing_age_in_days", &["AG002"]),
    ("missing_allergen", &["CP056"]),
    ("missing_anesthesia_method", &["CP053", "PR005", "CO012"]),
    ("missing_birth_weight", &["NB004"]),
    ("missing_coma_time", &["CP047"]),
    ("missing_delivery_outcome", &["CD007"]),
    ("missing_discharge_department", &["CP032"]),
    ("missing_external_cause", &["CP054"]),
    ("missing_newborn_weight", &["CP002", "CP001"]),
    ("missing_pathology", &["CP044", "CP045"]),
    ("missing_present_on_admission", &["CP043"]),
    ("missing_procedure_date", &["CP050"]),
    ("missing_readmission_purpose", &["CD015"]),
    ("missing_receiving_institution", &["CD014"]),
    ("missing_surgeon", &["CP061"]),
    ("missing_transfusion", &["CO016"]),
    ("morphology_contradicts_diagnosis", &["CD011"]),
    ("name_of_other_code", &["DN"]),
    ("negative_charge", &["FM014", "CP064"]),
    ("newborn_disease_in_older", &["AG005"]),
    ("nothing_present_on_admission", &["MD016"]),
    ("obsolete_code", &["DN006"]),
    ("own_share_above_total", &["CO003"]),
    ("principal_not_allowed", &["MD00"]),
    ("procedure_contradicts_sex", &["SX005", "SX006"]),
    ("procedure_outside_stay", &["PR001"]),
    ("procedure_without_name", &["CP041"]),
    ("quality_date_before_discharge", &["DT004"]),
    ("retired_too_young", &["AG011"]),
    ("sex_contradicts_diagnosis", &["SX"]),
    ("surgery_without_code", &["CO014"]),
    ("symptom_as_principal", &["MD009"]),
    ("total_below_parts", &["CO001"]),
    ("truncated_code", &["DN001"]),
    ("two_delivery_outcomes", &["CD008"]),
    ("two_diabetes_types", &["CD003", "CD004"]),
    ("unknown_code", &["VS02"]),
    ("unspecific_principal", &["MD013"]),
    ("ventilator_contradicts_code", &["CD019"]),
    ("wrong_age", &["AG001"]),
    ("wrong_date_form", &["FM006", "FM007"]),
    ("wrong_identity_check", &["FM004"]),
    ("wrong_length_of_stay", &["LS001", "LS004"]),
    ("wrong_nursing_days", &["LS004"]),
    ("wrong_postcode", &["FM008"]),
];

/// Planted, but no fault of a single page: a copy is told when it is imported, and a page with all
/// columns filled is a valid one.
const NO_FAULT: [&str; 2] = ["duplicate_record", "overfull_diagnoses"];

#[test]
fn planted_faults_are_found_and_clean_pages_left_alone() {
    let content = Content::load(&[]).expect("built in");
    let checks = content.checks(NATIONAL).expect("built in");
    let scheme = content.scheme("chs_drg_11").expect("built in");
    let options = CheckOptions {
        checks: &checks,
        scheme: &scheme,
        weights: None,
        translate: false,
        language: Language::Zh,
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    let population = Options {
        discharges: 6_000,
        seed: 11,
        defects: DefectRates::usual_times(800),
        layout: Some(biaochi_records::Layout::Hqms811),
        ..Options::default()
    };
    let quiet = |_| ();
    synthesise(
        population.clone(),
        folder.path(),
        Files::Single,
        OutputEncoding::Utf8,
        &quiet,
    )
    .expect("own folder");
    let records = Mutex::new(Vec::<CheckedRecord>::new());
    let mut take = |record: &CheckedRecord| {
        records.lock().expect("no panic").push(record.clone());
        Ok(())
    };
    let file = folder.path().join(SINGLE_FILE);
    check_file(&file, &options, &mut take, &|_| ()).expect("checks");
    let records = records.into_inner().expect("no panic");
    let set = checks.set();
    let (mut planted, mut found, mut clean, mut alarms) = (0u32, 0u32, 0u32, Vec::new());
    let mut missed = BTreeMap::<&str, u32>::new();
    let stays = Population::new(population).expect("options that were used before");
    for (stay, record) in stays.zip(&records) {
        let ids: Vec<&str> = record
            .findings
            .iter()
            .map(|finding| set.checks[finding.check].id.as_str())
            .collect();
        let Some(defect) = stay
            .truth
            .defects
            .first()
            .map(|planted| planted.defect.id())
        else {
            clean += 1;
            if !ids.is_empty() && !stay.truth.is_copy {
                alarms.push(ids.join(" "));
            }
            continue;
        };
        if NO_FAULT.contains(&defect) {
            continue;
        }
        planted += 1;
        let expected = FOUND_BY.iter().find(|(kind, _)| *kind == defect);
        let expected = expected
            .unwrap_or_else(|| panic!("{defect}: which check finds it?"))
            .1;
        let hit = |id: &&str| expected.iter().any(|beginning| id.starts_with(beginning));
        if !record.reject.is_empty() || ids.iter().any(hit) {
            found += 1;
        } else {
            *missed.entry(defect).or_default() += 1;
        }
    }
    assert!(
        planted > 1_500 && clean > 2_000,
        "{planted} planted, {clean} clean"
    );
    assert!(
        found * 1000 >= planted * 990,
        "{found} of {planted} found; missed {missed:?}"
    );
    let allowed = clean / 1000;
    assert!(
        alarms.len() as u32 <= allowed,
        "{} false alarms on {clean} pages: {alarms:?}",
        alarms.len()
    );
}
