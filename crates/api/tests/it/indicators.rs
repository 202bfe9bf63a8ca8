//! Indicators over HTTP: values and what stands behind them, and who does not see it.

use axum::http::StatusCode;
use biaochi_app::demo::{COUNTY, HOSPITAL};
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded};
use crate::support::{MONTHS, OTHER_HOSPITAL, Session, demo, sign_in};

/// An indicator that every month of the county has.
const SHARE: &str = "DRG-GROUPING-RATE";

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/indicators", "viewer", "auditor"),
    guarded("GET", "/indicators/values", "viewer", "admin").called("/indicators/values?organisation=12990121SYN0010100&period=2025-12"),
    guarded("GET", "/indicators/{id}", "finance", "auditor")
        .called("/indicators/DRG-GROUPING-RATE?organisation=12990121SYN0010100&period=2025-12"),
    guarded("GET", "/indicators/{id}/records", "quality", "viewer")
        .called("/indicators/DRG-GROUPING-RATE/records?organisation=12990121SYN0010100&period=2025-12"),
    guarded("POST", "/indicators/reconcile", "quality", "admin")
        .sending(r#"{"indicator":"DRG-GROUPING-RATE","organisation":"12990121SYN0010100","period":"2025-12","cases":[]}"#),
];

fn at(path: &str, organisation: &str) -> String {
    format!("{path}?organisation={organisation}&period={}", MONTHS.1)
}

fn ok(session: &Session, path: &str) -> Value {
    let (status, body) = session.get(path);
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

fn items(body: &Value) -> &Vec<Value> {
    body["items"].as_array().expect("items")
}

#[test]
fn the_catalogue_is_found_by_words_and_initials() {
    let quality = sign_in(&demo(), "quality");
    let all = ok(&quality, "/indicators");
    assert!(items(&all).len() > 300);
    let first = &items(&all)[0];
    for key in [
        "id",
        "title",
        "chapter",
        "direction",
        "formula",
        "source",
        "certainty_text",
    ] {
        assert!(first[key].is_string(), "{key}: {first}");
    }
    let cmi = ok(&quality, "/indicators?text=cmi");
    assert!(
        items(&cmi).iter().any(|one| one["id"] == "DRG-CMI"),
        "{cmi}"
    );
    // 入组率
    let initials = ok(&quality, "/indicators?text=rzl");
    assert!(
        items(&initials).iter().any(|one| one["id"] == SHARE),
        "{initials}"
    );
    let lower = ok(&quality, "/indicators?direction=lower");
    assert!(items(&lower).iter().all(|one| one["direction"] == "lower"));
    assert_eq!(
        Session::anonymous(&demo()).get("/indicators").0,
        StatusCode::UNAUTHORIZED
    );
}

#[test]
fn values_are_texts_with_their_changes() {
    let quality = sign_in(&demo(), "quality");
    let path = at("/indicators/values", HOSPITAL) + "&ids=DRG-CMI," + SHARE;
    let body = ok(&quality, &path);
    assert_eq!(items(&body).len(), 2);
    for one in items(&body) {
        assert!(one["value"].is_string(), "{one}");
        assert!(
            one["spark"]
                .as_array()
                .is_some_and(|points| !points.is_empty()),
            "{one}"
        );
        assert_eq!(one["suppressed"], false);
    }
    let share = items(&body)
        .iter()
        .find(|one| one["id"] == SHARE)
        .expect("a share");
    assert_eq!(share["previous"]["kind"], "points");
    assert_eq!(ok(&quality, &path), body, "the same again");
    let wrong = at("/indicators/values", HOSPITAL).replace(MONTHS.1, "2025-13");
    assert_eq!(quality.get(&wrong).0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn a_page_says_what_happened_and_its_parts_add_up() {
    let quality = sign_in(&demo(), "quality");
    let body = ok(&quality, &at(&format!("/indicators/{SHARE}"), HOSPITAL));
    assert!(
        body["says"]
            .as_str()
            .is_some_and(|says| says.contains("入组率")),
        "{body}"
    );
    assert_eq!(body["trend"].as_array().map(Vec::len), Some(13));
    let number = |value: &Value| -> u64 {
        let text = value.as_str().unwrap_or("0");
        text.parse().unwrap_or(0)
    };
    let parts = body["parts"].as_array().expect("departments");
    let sum: u64 = parts.iter().map(|part| number(&part["denominator"])).sum();
    assert_eq!(sum, number(&body["value"]["denominator"]), "{body}");
    assert_eq!(
        quality.get(&at("/indicators/NO-SUCH", HOSPITAL)).0,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn the_records_behind_a_value_are_as_many_as_it_counts() {
    let quality = sign_in(&demo(), "quality");
    let page = ok(&quality, &at(&format!("/indicators/{SHARE}"), HOSPITAL));
    let path = at(&format!("/indicators/{SHARE}/records"), HOSPITAL) + "&part=numerator&limit=5";
    let first = ok(&quality, &path);
    let total = first["total"].as_u64().map(|total| total.to_string());
    assert_eq!(total.as_deref(), page["value"]["numerator"].as_str());
    assert!(items(&first).len() <= 5);
    for one in items(&first) {
        assert!(
            one["record_key"].is_string() && one["drg"].is_string(),
            "{one}"
        );
        // Numbers of medical records name patients.
        assert!(one.get("medical_record_number").is_none());
    }
    if let Some(next) = first["next"].as_str() {
        let second = ok(&quality, &format!("{path}&cursor={next}"));
        assert_ne!(
            items(&second)[0]["record_key"],
            items(&first)[0]["record_key"]
        );
    }
}

#[test]
fn every_record_stands_on_one_page() {
    let quality = sign_in(&demo(), "quality");
    let path = at(&format!("/indicators/{SHARE}/records"), HOSPITAL);
    let whole = ok(&quality, &(path.clone() + "&limit=500"));
    let total = whole["total"].as_u64().expect("a total");
    let limit = (total / 3).max(1);
    let mut keys = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let page = ok(&quality, &format!("{path}&limit={limit}&cursor={cursor}"));
        assert_eq!(page["total"], total);
        let shown = items(&page).iter();
        keys.extend(shown.map(|one| one["record_key"].as_str().expect("a key").to_owned()));
        next = page["next"].as_str().map(str::to_owned);
    }
    let distinct: std::collections::BTreeSet<&String> = keys.iter().collect();
    assert_eq!(distinct.len(), keys.len());
    assert_eq!(keys.len() as u64, total);
    for wrong in ["7", "numerator~2025-12", "other~2025-12~1~2"] {
        let (status, body) = quality.get(&format!("{path}&cursor={wrong}"));
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {body}");
        assert_eq!(body["field"], "cursor", "{body}");
    }
}

#[test]
fn who_may_not_see_records_is_refused_them() {
    let path = at(&format!("/indicators/{SHARE}/records"), HOSPITAL);
    for name in ["viewer", "president", "finance", "performance"] {
        let session = sign_in(&demo(), name);
        assert_eq!(session.get(&path).0, StatusCode::FORBIDDEN, "{name}");
        let body = json!({
            "indicator": SHARE, "organisation": HOSPITAL, "period": MONTHS.1,
            "cases": [{ "key": "1" }],
        });
        let (status, _) = session.post("/indicators/reconcile", &body);
        assert_eq!(status, StatusCode::FORBIDDEN, "{name}");
    }
    let auditor = sign_in(&demo(), "auditor");
    assert_eq!(auditor.get("/indicators").0, StatusCode::FORBIDDEN);
    let values = at("/indicators/values", HOSPITAL);
    assert_eq!(auditor.get(&values).0, StatusCode::FORBIDDEN);
    let page = at(&format!("/indicators/{SHARE}"), HOSPITAL);
    assert_eq!(auditor.get(&page).0, StatusCode::FORBIDDEN);
}

#[test]
fn another_hospital_is_seen_by_its_commission_alone() {
    let quality = sign_in(&demo(), "quality");
    for path in [
        at("/indicators/values", OTHER_HOSPITAL),
        at(&format!("/indicators/{SHARE}"), OTHER_HOSPITAL),
        at(&format!("/indicators/{SHARE}/records"), OTHER_HOSPITAL),
        at("/indicators/values", "all"),
        at("/indicators/values", &format!("division:{COUNTY}")),
    ] {
        assert_eq!(quality.get(&path).0, StatusCode::FORBIDDEN, "{path}");
    }
    let county = sign_in(&demo(), "county");
    let own = ok(
        &county,
        &at(
            &format!("/indicators/{SHARE}"),
            &format!("division:{COUNTY}"),
        ),
    );
    let parts = own["parts"].as_array().expect("hospitals");
    assert!(
        parts.len() > 1 && parts.iter().all(|part| part["kind"] == "institution"),
        "{own}"
    );
    ok(&county, &at("/indicators/values", OTHER_HOSPITAL));
}

#[test]
fn peers_have_no_names_for_a_hospital_and_names_for_its_commission() {
    let path = at("/indicators/DRG-CMI", OTHER_HOSPITAL);
    let county = ok(&sign_in(&demo(), "county"), &path);
    let named = |body: &Value| -> Vec<String> {
        let peers = body["peers"]["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let others = peers.iter().filter(|peer| peer["is_own"] == false);
        others
            .map(|peer| peer["name"].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    assert!(
        named(&county).iter().all(|name| !name.is_empty()),
        "{county}"
    );
    let own = ok(
        &sign_in(&demo(), "quality"),
        &at("/indicators/DRG-CMI", HOSPITAL),
    );
    assert!(named(&own).iter().all(String::is_empty), "{own}");
    let text = own["peers"].to_string();
    assert!(!text.contains(OTHER_HOSPITAL));
}

#[test]
fn a_head_sees_the_own_department() {
    let head = sign_in(&demo(), "head");
    let body = ok(&head, &at(&format!("/indicators/{SHARE}"), HOSPITAL));
    assert_ne!(body["department"], "", "{body}");
    assert!(body["peers"].is_null());
    let other = at(&format!("/indicators/{SHARE}"), HOSPITAL) + "&department=99";
    assert_eq!(head.get(&other).0, StatusCode::FORBIDDEN);
}

#[test]
fn a_list_is_compared_case_by_case() {
    let quality = sign_in(&demo(), "quality");
    let path = at(&format!("/indicators/{SHARE}/records"), HOSPITAL) + "&part=numerator";
    let records = ok(&quality, &path);
    let keys: Vec<&str> = items(&records)
        .iter()
        .filter_map(|one| one["record_key"].as_str())
        .collect();
    let mut cases: Vec<Value> = keys
        .iter()
        .skip(1)
        .map(|key| json!({ "key": key }))
        .collect();
    cases.push(json!({ "key": "没有的号码" }));
    let body = json!({
        "indicator": SHARE, "organisation": HOSPITAL, "period": MONTHS.1, "cases": cases,
    });
    let (status, found) = quality.post("/indicators/reconcile", &body);
    assert_eq!(status, StatusCode::OK, "{found}");
    let cases = found["cases"].as_array().expect("cases");
    let only = |agreement: &str| {
        cases
            .iter()
            .filter(|one| one["agreement"] == agreement)
            .count()
    };
    assert_eq!(only("only_second"), 1, "{found}");
    assert!(only("only_first") >= 1, "{found}");
    assert!(
        cases
            .iter()
            .all(|one| one["reason"].as_str().is_some_and(|why| !why.is_empty()))
    );
    let empty = json!({
        "indicator": SHARE, "organisation": HOSPITAL, "period": MONTHS.1, "cases": [],
    });
    let (status, _) = quality.post("/indicators/reconcile", &empty);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}
