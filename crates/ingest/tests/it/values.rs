//! What single values become: markers, dates, numbers, codes, flags, and their problems.

use std::sync::Arc;

use crate::support::{BODY, HEAD, hqms, options, read, read_with};
use biaochi_domain::{Language, Localized as _};
use biaochi_ingest::{ProblemKind, ReadOptions, Severity};
use biaochi_records::{Decimal2, Field};
use jiff::civil::{date, datetime};

#[test]
fn a_plain_row_is_typed() {
    let outcome = read("f.csv", hqms(&[], &[&[]])).expect("readable");
    let page = outcome.only();
    assert_eq!(
        page.medical_record_number, "00012345",
        "leading zeros survive"
    );
    assert_eq!(page.admission_time, Some(datetime(2024, 3, 1, 8, 5, 0, 0)));
    assert_eq!(page.age_years, Some(63));
    assert_eq!(page.diagnoses[0].code, "I21.000");
    assert_eq!(
        page.charges.total_charges,
        Some(Decimal2::from_hundredths(1_234_567))
    );
    assert_eq!(outcome.kinds(), []);
}

#[test]
fn unfilled_markers_are_null() {
    let more = [
        "A47", "A11", "C14x01C", "D23", "B36C", "A13", "C06x01C", "A38C",
    ];
    let row = ["-", "—", "－", "——", "　", " ", "-", "\u{a0}"];
    let outcome = read("f.csv", hqms(&more, &[&row])).expect("readable");
    let page = outcome.only();
    assert!(page.health_card_number.is_empty() && page.patient_name.is_empty());
    assert!(page.procedures.is_empty() && page.diagnoses.len() == 1);
    assert_eq!(
        (page.charges.western_medicine, page.planned_readmission_31d),
        (None, None)
    );
    assert_eq!(outcome.kinds(), []);
}

#[test]
fn dates_in_every_form_and_a_bad_one() {
    let more = ["A13"];
    let rows: Vec<Vec<&str>> = [
        "1960/3/6",
        "19600306",
        "1960年3月6日",
        "1960.03.06",
        "1960-03-06 00:00:00",
        "1960-13-06",
    ]
    .into_iter()
    .map(|text| vec![text])
    .collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let outcome = read("f.csv", hqms(&more, &rows)).expect("readable");
    for (_, page, _) in &outcome.records[..5] {
        assert_eq!(page.birth_date, Some(date(1960, 3, 6)));
    }
    assert_eq!(outcome.records[5].1.birth_date, None);
    assert_eq!(
        outcome.kinds(),
        [(7, Some(Field::BirthDate), ProblemKind::NotADate)]
    );
    let problem = &outcome.records[5].2[0];
    assert_eq!(
        (problem.severity, problem.value.as_str()),
        (Severity::Kept, "1960-13-06")
    );
}

#[test]
fn numbers_keep_or_lose_their_value_with_a_reason() {
    let more = ["D23", "B22C", "F17", "A49X"];
    let outcome = read(
        "f.csv",
        hqms(
            &more,
            &[
                &["\"1,234.5\"", "007", "３", "x"],
                &["12.345", "7", "-2", ""],
                &["abc", "4.5E+17", "2.5", ""],
            ],
        ),
    )
    .expect("readable");
    let charges = |n: usize| outcome.records[n].1.charges.western_medicine;
    assert_eq!(charges(0), Some(Decimal2::from_hundredths(123_450)));
    assert_eq!(outcome.records[0].1.department_head_code, "007");
    assert_eq!(outcome.records[0].1.special_care_days, Some(3));
    assert_eq!(
        outcome.records[0].1.extensions,
        [("A49X".into(), "x".into())]
    );
    assert_eq!(charges(1), Some(Decimal2::from_hundredths(1_235)));
    assert_eq!(charges(2), None);
    assert_eq!(
        outcome.kinds(),
        [
            (3, Some(Field::ChargeWesternMedicine), ProblemKind::Rounded),
            (3, Some(Field::SpecialCareDays), ProblemKind::Negative),
            (
                4,
                Some(Field::ChargeWesternMedicine),
                ProblemKind::NotANumber
            ),
            (4, Some(Field::DepartmentHeadCode), ProblemKind::DigitsLost),
            (4, Some(Field::SpecialCareDays), ProblemKind::NotANumber),
        ]
    );
}

#[test]
fn flags_follow_the_layouts_codes() {
    let outcome = read(
        "f.csv",
        hqms(
            &["B36C", "B38", "C24C", "C34C"],
            &[
                &["2", "1", "2", "1"],
                &["1", "0", "1", "2"],
                &["有", "是", "无", "否"],
                &["3", "2", "0", "9"],
            ],
        ),
    )
    .expect("readable");
    let flags = |n: usize| {
        let page = &outcome.records[n].1;
        (
            page.planned_readmission_31d,
            page.day_surgery,
            page.drug_allergy,
            page.autopsy,
        )
    };
    assert_eq!(flags(0), (Some(true), Some(true), Some(true), Some(true)));
    assert_eq!(
        flags(1),
        (Some(false), Some(false), Some(false), Some(false))
    );
    assert_eq!(flags(2), (Some(true), Some(true), Some(false), Some(false)));
    assert_eq!(flags(3), (None, None, None, None));
    assert_eq!(outcome.records[3].2.len(), 4);
}

#[test]
fn incision_and_healing_come_apart() {
    let outcome = read(
        "f.csv",
        hqms(
            &["C14x01C", "C21x01C", "C35x01C", "C42x01C"],
            &[&["36.0700", "20", "39.6100", "11"]],
        ),
    )
    .expect("readable");
    let page = outcome.only();
    assert_eq!(
        (
            &*page.procedures[0].incision_class,
            &*page.procedures[0].incision_healing
        ),
        ("2", "9")
    );
    assert_eq!(
        outcome.kinds(),
        [(
            2,
            Some(Field::ProcedureIncisionClass),
            ProblemKind::NotAnIncisionCode
        )]
    );
}

#[test]
fn gaps_close_and_a_missing_principal_procedure_is_told() {
    let outcome = read(
        "f.csv",
        hqms(
            &["C06x01C", "C06x02C", "C06x40C", "C14x01C", "C35x02C"],
            &[&["", "E11.900", "Z98.800", "-", "39.6100"]],
        ),
    )
    .expect("readable");
    let page = outcome.only();
    let codes: Vec<&str> = page.diagnoses.iter().map(AsRef::as_ref).collect();
    assert_eq!(codes, ["I21.000", "E11.900", "Z98.800"]);
    assert_eq!(page.procedures.len(), 1);
    assert_eq!(
        outcome.kinds(),
        [(
            2,
            Some(Field::ProcedureCode),
            ProblemKind::NoPrincipalProcedure
        )]
    );
}

#[test]
fn forty_secondary_diagnoses() {
    let headings: Vec<String> = (1..=40).map(|n| format!("C06x{n:02}C")).collect();
    let codes: Vec<String> = (1..=40).map(|n| format!("E{n:02}.900")).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let outcome = read("f.csv", hqms(&headings, &[&codes])).expect("readable");
    let page = outcome.only();
    assert_eq!(page.diagnoses.len(), 41);
    assert_eq!(page.diagnoses[40].code, "E40.900");
}

#[test]
fn key_fields_make_rejects() {
    let row = |position: usize, value: &str| {
        let mut row = BODY;
        row[position] = value;
        row.join(",")
    };
    let text = format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n",
        HEAD.join(","),
        row(1, "-"),
        row(2, "x"),
        row(4, "2024-02-30"),
        row(8, ""),
        row(4, "2024-02-28 10:00:00"),
        row(1, "4.5E+17"),
    );
    let outcome = read("f.csv", text).expect("readable");
    assert_eq!((outcome.records.len(), outcome.rejects.len()), (0, 6));
    assert_eq!(
        outcome.kinds(),
        [
            (2, Some(Field::MedicalRecordNumber), ProblemKind::Missing),
            (3, Some(Field::AdmissionCount), ProblemKind::NotANumber),
            (4, Some(Field::DischargeTime), ProblemKind::NotADate),
            (5, Some(Field::DiagnosisCode), ProblemKind::Missing),
            (
                6,
                Some(Field::DischargeTime),
                ProblemKind::DischargeBeforeAdmission
            ),
            (7, Some(Field::MedicalRecordNumber), ProblemKind::DigitsLost),
        ]
    );
    let told = outcome.rejects[0].2[0].text(Language::Zh);
    assert_eq!(told, "“A48”列：必须填写的值为空。请补填后重新导入。");
    let relaxed = ReadOptions {
        require_key: false,
        ..ReadOptions::default()
    };
    let outcome = read_with(
        "f.csv",
        hqms(&[], &[&[]]).replace("450100000", "-"),
        &relaxed,
    );
    assert_eq!(outcome.expect("readable").records.len(), 1);
}

#[test]
fn an_organisation_may_come_from_the_caller() {
    let outcome = read(
        "f.csv",
        hqms(&[], &[&[]])
            .replace(",00012345", ",1")
            .replacen("450100000", "-", 1),
    );
    assert_eq!(
        outcome.expect("readable").only().organisation_code,
        "450100000"
    );
}

#[test]
fn a_newborn_without_weight_is_kept_and_told() {
    let mut body = BODY;
    body[6] = "0";
    let text = format!(
        "{},A16,A17\n{},3,-\n{},3,3250\n",
        HEAD.join(","),
        body.join(","),
        body.join(",")
    );
    let outcome = read("f.csv", text).expect("readable");
    assert_eq!(outcome.records.len(), 2);
    assert_eq!(
        outcome.kinds(),
        [(
            2,
            Some(Field::NewbornAdmissionWeight),
            ProblemKind::NewbornWithoutWeight
        )]
    );
}

#[test]
fn unknown_codes_are_kept_and_told() {
    let known = |set: &'static str, code: &str| match set {
        "ICD-10" => code.starts_with('I'),
        "RC001" => matches!(code, "1" | "2"),
        _ => true,
    };
    let options = ReadOptions {
        known_code: Some(Arc::new(known)),
        ..options()
    };
    let outcome = read_with(
        "f.csv",
        hqms(&["C06x01C", "B21C"], &[&["X99", "\"03,0401\""]]),
        &options,
    );
    let outcome = outcome.expect("readable");
    let page = outcome.only();
    assert_eq!(page.diagnoses[1].code, "X99");
    assert_eq!(page.transfer_departments, ["03", "0401"]);
    assert_eq!(
        outcome.kinds(),
        [(
            2,
            Some(Field::DiagnosisCode),
            ProblemKind::UnknownCode { set: "ICD-10" }
        )]
    );
}

#[test]
fn hostile_values_end_in_clear_problems() {
    let long = "长".repeat(5_000);
    let outcome = read(
        "f.csv",
        hqms(
            &["A26", "A11", "A22"],
            &[
                &[&long, "=\"王五\"", "x\u{0}y"],
                &["=1+1", "a\u{1b}[31m", "北京"],
            ],
        ),
    )
    .expect("readable");
    assert_eq!(outcome.records.len(), 2);
    let first = &outcome.records[0].1;
    assert!(first.current_address.is_empty());
    assert_eq!(first.patient_name, "王五", "a spreadsheet's disguise");
    assert_eq!(
        outcome.records[1].1.current_address, "=1+1",
        "a formula is only text"
    );
    assert_eq!(
        outcome.kinds(),
        [
            (
                2,
                Some(Field::CurrentAddress),
                ProblemKind::TooLong {
                    limit: 200,
                    kept: false
                }
            ),
            (2, Some(Field::BirthPlace), ProblemKind::ControlCharacter),
            (3, Some(Field::PatientName), ProblemKind::ControlCharacter),
        ]
    );
    assert!(
        !outcome.records[1].2[0]
            .text(Language::Zh)
            .contains('\u{1b}'),
        "no raw escapes"
    );
}

#[test]
fn identifiers_are_masked_in_problems() {
    let outcome = read("f.csv", hqms(&["A20"], &[&["1.10101196003061E+17"]])).expect("readable");
    let value = &outcome.records[0].2[0].value;
    assert!(
        value.starts_with("1*") && !value.contains("0101"),
        "{value}"
    );
}
