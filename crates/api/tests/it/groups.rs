//! 病组: tables, single groups with their records, schemes, and the grouping of single cases.

use axum::http::{StatusCode, header};
use biaochi_app::demo;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{OTHER_HOSPITAL, Session, demo as county, sign_in};

const CASE: &str =
    r#"{"diagnoses":["K80.100x001"],"procedures":["51.2300"],"sex":2,"age":57,"length_of_stay":5}"#;

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/groups", "insurance", "clerk").called("/groups?period=2025"),
    guarded("GET", "/groups/export", "insurance", "coder").called("/groups/export?period=2025"),
    guarded("GET", "/groups/{drg}", "finance", "auditor").called("/groups/GB21?period=2025"),
    guarded("GET", "/groups/{drg}/records", "insurance", "finance")
        .called("/groups/GB21/records?period=2025"),
    guarded("GET", "/schemes", "coder", "clerk"),
    guarded("GET", "/schemes/compare", "insurance", "admin")
        .called("/schemes/compare?a=chs_drg_11&b=chs_drg_11&period=2025-12"),
    guarded("POST", "/groups/calculate", "coder", "auditor").sending(CASE),
    guarded("POST", "/groups/calculate-file", "coder", "clerk"),
    own("GET", "/codes").called("/codes?system=icd10&q=K35"),
];

fn table(session: &Session, query: &str) -> Value {
    let (status, body) = session.get(&format!("/groups?{query}"));
    assert_eq!(status, StatusCode::OK, "{query}: {body}");
    body
}

fn rows(table: &Value) -> &[Value] {
    table["rows"].as_array().map_or(&[], Vec::as_slice)
}

fn cases(row: &Value) -> u64 {
    row["cases"]["value"].as_u64().unwrap_or(0)
}

fn of_hospital(more: &str) -> String {
    format!("organisation={}&period=2025{more}", demo::HOSPITAL)
}

#[test]
fn rows_of_a_hospital_add_up_to_its_total() {
    let insurance = sign_in(&county(), "insurance");
    let by_group = table(&insurance, &of_hospital(""));
    let total = &by_group["total"];
    assert!(cases(total) > 0, "{total}");
    let grouped: u64 = rows(&by_group).iter().map(cases).sum();
    assert_eq!(Some(grouped), total["grouped"]["value"].as_u64());
    assert_eq!(by_group["may_see_records"], true);
    assert_eq!(by_group["hidden_rows"], 0);
    for by in ["department", "physician", "hospital"] {
        let other = table(&insurance, &of_hospital(&format!("&by={by}")));
        let sum: u64 = rows(&other).iter().map(cases).sum();
        assert_eq!(sum, cases(total), "{by}");
        assert_eq!(other["total"]["mean_weight"], total["mean_weight"], "{by}");
        assert_eq!(other["total"]["cost_index"], total["cost_index"], "{by}");
    }
    for by in ["adrg", "mdc"] {
        let other = table(&insurance, &of_hospital(&format!("&by={by}")));
        let sum: u64 = rows(&other).iter().map(cases).sum();
        assert_eq!(sum, grouped, "{by}");
    }
    let months = by_group["months"].as_array().map_or(0, Vec::len);
    assert_eq!(months, 12);
}

#[test]
fn filters_narrow_a_table_down() {
    let insurance = sign_in(&county(), "insurance");
    let all = table(&insurance, &of_hospital("&by=department"));
    let department = rows(&all)[0]["key"].as_str().expect("a key").to_owned();
    let own = table(
        &insurance,
        &of_hospital(&format!("&department={department}")),
    );
    assert_eq!(cases(&own["total"]), cases(&rows(&all)[0]));
    let mdc = rows(&own)[0]["mdc"]
        .as_str()
        .expect("a category")
        .to_owned();
    let narrow = table(&insurance, &of_hospital(&format!("&mdc={mdc}")));
    assert!(rows(&narrow).iter().all(|row| row["mdc"] == mdc.as_str()));
    let charged = table(&insurance, &of_hospital("&charges=true"));
    assert!(charged["total"]["drug_share"].is_string(), "{charged}");
}

#[test]
fn small_numbers_are_hidden_from_those_who_see_no_records() {
    let finance = sign_in(&county(), "finance");
    let hidden = table(&finance, &of_hospital(""));
    assert_eq!(hidden["may_see_records"], false);
    assert!(hidden["hidden_rows"].as_u64() > Some(0));
    for row in rows(&hidden) {
        match row["cases"]["hidden"].as_bool() {
            Some(true) => assert!(row["mean_charges"].is_null() && row["cost_index"].is_null()),
            _ => assert!(cases(row) >= 5, "{row}"),
        }
    }
    let drg = rows(&hidden)[0]["key"]
        .as_str()
        .expect("a group")
        .to_owned();
    let path = format!("/groups/{drg}/records?{}", of_hospital(""));
    let (status, _) = finance.get(&path);
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, page) = finance.get(&format!("/groups/{drg}?{}", of_hospital("")));
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page["may_see_records"], false);
}

#[test]
fn another_hospital_is_not_seen() {
    let insurance = sign_in(&county(), "insurance");
    let query = format!("organisation={OTHER_HOSPITAL}&period=2025");
    for path in [
        "/groups",
        "/groups/export",
        "/groups/GB21",
        "/groups/GB21/records",
    ] {
        let (status, _) = insurance.get(&format!("{path}?{query}"));
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let compare = format!("/schemes/compare?a=chs_drg_11&b=chs_drg_11&{query}");
    assert_eq!(insurance.get(&compare).0, StatusCode::FORBIDDEN);
    // Without an organisation it is what one reaches.
    let own = table(&insurance, "period=2025&by=hospital");
    let keys: Vec<&Value> = rows(&own).iter().map(|row| &row["key"]).collect();
    assert_eq!(keys, [demo::HOSPITAL]);
}

#[test]
fn a_head_sees_the_own_department_only() {
    let head = sign_in(&county(), "head");
    let own = table(&head, "period=2025&by=department");
    let insurance = sign_in(&county(), "insurance");
    let all = table(&insurance, &of_hospital("&by=department"));
    assert!(!rows(&own).is_empty());
    assert!(rows(&own).len() < rows(&all).len());
    let departments: u64 = rows(&own).iter().map(cases).sum();
    let by_group = table(&head, "period=2025");
    assert_eq!(cases(&by_group["total"]), departments);
}

#[test]
fn a_commission_compares_its_hospitals() {
    let commission = sign_in(&county(), "county");
    let query = format!(
        "organisation=division:{}&period=2025&by=hospital",
        demo::COUNTY
    );
    let hospitals = table(&commission, &query);
    assert!(rows(&hospitals).len() > 1);
    assert!(rows(&hospitals)[0]["title"].as_str() != rows(&hospitals)[0]["key"].as_str());
    // The reference holds the hospitals of the city, too, which cost more.
    let index = hospitals["total"]["cost_index"].as_str().expect("an index");
    assert!(index.starts_with("0."), "{index}");
    let (status, problem) = commission.get("/groups?organisation=division:000000&period=2025");
    assert!(
        matches!(status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND),
        "{problem}"
    );
}

#[test]
fn a_group_is_told_in_words_and_leads_to_its_records() {
    let insurance = sign_in(&county(), "insurance");
    let all = table(&insurance, &of_hospital(""));
    let row = &rows(&all)[0];
    let drg = row["key"].as_str().expect("a group");
    let (status, page) = insurance.get(&format!("/groups/{drg}?{}", of_hospital("")));
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page["row"]["cases"], row["cases"]);
    assert!(page["weight"].is_string());
    let entries = page["definition"]["entries"].as_array().expect("ways in");
    assert!(entries.iter().all(|entry| entry["condition"].is_string()));
    assert_eq!(page["months"].as_array().map(Vec::len), Some(24));
    let binned: u64 = page["charges"]["bins"]
        .as_array()
        .expect("bars")
        .iter()
        .map(cases)
        .sum();
    assert_eq!(binned, cases(row));
    let path = format!("/groups/{drg}/records?{}&limit=2", of_hospital(""));
    let (status, first) = insurance.get(&path);
    assert_eq!(status, StatusCode::OK, "{first}");
    assert_eq!(first["total"].as_u64(), Some(cases(row)));
    let record = &first["items"][0];
    assert!(record["record_key"].is_string() && record["charges"].is_string());
    assert!(record.get("patient_name").is_none());
    if let Some(next) = first["next"].as_str() {
        let (_, second) = insurance.get(&format!("{path}&cursor={next}"));
        assert_ne!(second["items"][0]["record_key"], record["record_key"]);
    }
    let (status, _) = insurance.get(&format!("/groups/ZZ99?{}", of_hospital("")));
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[test]
fn mistakes_are_told_with_their_field() {
    let insurance = sign_in(&county(), "insurance");
    for (query, field) in [
        ("period=gestern", "period"),
        ("period=2025-03-01..2025-03-20", "period"),
        ("period=2025&by=ward", "by"),
    ] {
        let (status, problem) = insurance.get(&format!("/groups?{query}"));
        assert_eq!(
            status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{query}: {problem}"
        );
        assert_eq!(problem["field"], field, "{query}");
    }
    let commission = sign_in(&county(), "county");
    let (status, problem) = commission.get("/groups?period=2025&by=physician");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
    assert_eq!(problem["field"], "organisation");
}

#[test]
fn a_table_is_exported_for_spreadsheets() {
    let insurance = sign_in(&county(), "insurance");
    let answer = insurance.download(&format!("/groups/export?{}", of_hospital("")));
    assert_eq!(answer.status, StatusCode::OK);
    let disposition = &answer.headers[header::CONTENT_DISPOSITION];
    let disposition = disposition.to_str().expect("a text");
    assert!(disposition.starts_with("attachment; filename*=UTF-8''"));
    let text = answer.text();
    let lines = text.lines().count();
    let all = table(&insurance, &of_hospital(""));
    assert_eq!(lines, rows(&all).len() + 2);
    assert!(text.contains("费用消耗指数"));
}

#[test]
fn a_case_is_grouped_with_its_reasons() {
    let coder = sign_in(&county(), "coder");
    let case: Value = serde_json::from_str(CASE).expect("a case");
    let (status, found) = coder.post("/groups/calculate", &case);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["status"], "grouped");
    assert!(found["weight"].is_string() && found["pays"].is_string());
    let path = found["path"].as_array().expect("a way");
    let taken: Vec<&str> = path
        .iter()
        .filter(|step| step["taken"] == true)
        .filter_map(|step| step["level"].as_str())
        .filter(|level| *level != "check")
        .collect();
    assert_eq!(taken, ["mdc", "adrg", "drg"]);
    let without = json!({ "diagnoses": ["K80.100x001"], "age": 57 });
    let (_, found) = coder.post("/groups/calculate", &without);
    assert_eq!(found["status"], "sex_missing");
    let unknown = json!({ "diagnoses": [], "scheme": "no-such-scheme" });
    let (status, _) = coder.post("/groups/calculate", &unknown);
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[test]
fn every_case_of_a_file_is_grouped() {
    const CASES: &str = "id,sex,age,age_days,weight,dept,los,leaving,icu_hours,dx,px,trans\n\
                         =1+1,2,57,,,,5,1,0,K80.100x001,51.2300,0\n\
                         b,2,50,,,,3,1,0,I10.x00x002,,0\n";
    let coder = sign_in(&county(), "coder");
    let file = ("cases.csv", CASES.as_bytes());
    let (status, found) = coder.upload("/groups/calculate-file", &[], file);
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["records"], 2);
    let csv = found["csv"].as_str().expect("lines");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    // No spreadsheet runs what stood in the file.
    assert!(csv.contains("\n'=1+1,"), "{csv}");
    let broken = ("cases.csv", &b"nothing of this is a case"[..]);
    let (status, problem) = coder.upload("/groups/calculate-file", &[], broken);
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{problem}");
}

#[test]
fn schemes_are_listed_and_compared() {
    let insurance = sign_in(&county(), "insurance");
    let (status, schemes) = insurance.get("/schemes");
    assert_eq!(status, StatusCode::OK);
    let schemes = schemes.as_array().expect("schemes");
    let own = schemes.iter().find(|scheme| scheme["in_use"] == true);
    assert_eq!(own.map(|own| &own["id"]), Some(&json!(demo::SCHEME)));
    let other = schemes
        .iter()
        .find(|scheme| scheme["in_use"] == false && scheme["status"] == "published")
        .and_then(|scheme| scheme["id"].as_str())
        .expect("another scheme");
    for (b, moves) in [(demo::SCHEME, false), (other, true)] {
        let query = format!("a={}&b={b}&{}", demo::SCHEME, of_hospital(""));
        let (status, found) = insurance.get(&format!("/schemes/compare?{query}"));
        assert_eq!(status, StatusCode::OK, "{found}");
        let all = table(&insurance, &of_hospital(""));
        assert_eq!(found["records"], all["total"]["cases"]["value"]);
        // Grouped again, records come out as they are stored.
        assert_eq!(found["a"]["grouped"], all["total"]["grouped"]);
        if !moves {
            assert_eq!(found["moved"]["value"], 0);
            assert_eq!(found["differences"], json!([]));
        }
    }
}

#[test]
fn codes_are_found_by_code_name_and_initials() {
    let coder = sign_in(&county(), "coder");
    for query in [
        "system=icd10&q=K35.8",
        "system=icd10&q=jxlwy",
        "system=icd9&q=51.23",
    ] {
        let (status, hits) = coder.get(&format!("/codes?{query}"));
        assert_eq!(status, StatusCode::OK, "{query}: {hits}");
        assert!(!hits.as_array().expect("codes").is_empty(), "{query}");
    }
    let (status, problem) = coder.get("/codes?system=icd11&q=a");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem["field"], "system");
}
