//! The cockpit over HTTP: which tiles somebody has, and that each says what stands behind it.

use axum::http::StatusCode;
use biaochi_app::demo::{COUNTY, HOSPITAL};
use serde_json::Value;

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{MONTHS, OTHER_HOSPITAL, Session, demo, sign_in};

pub(crate) const GUARDED: &[Guarded] = &[
    own("GET", "/cockpit"),
    guarded("GET", "/cockpit/{tile}", "president", "auditor")
        .called("/cockpit/drift?organisation=12990121SYN0010100&period=2025-12"),
];

fn at(tile: &str, organisation: &str) -> String {
    let path = match tile {
        "" => "/cockpit".to_owned(),
        tile => format!("/cockpit/{tile}"),
    };
    format!("{path}?organisation={organisation}&period={}", MONTHS.1)
}

fn county() -> String {
    format!("division:{COUNTY}")
}

fn ok(session: &Session, path: &str) -> Value {
    let (status, body) = session.get(path);
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

fn tiles(session: &Session, organisation: &str) -> Vec<String> {
    let form = ok(session, &at("", organisation));
    let tiles = form["tiles"].as_array().expect("tiles");
    tiles
        .iter()
        .map(|tile| tile.as_str().expect("a tile").to_owned())
        .collect()
}

#[test]
fn every_tile_that_is_offered_says_a_sentence_and_opens_its_page() {
    for (name, organisation) in [
        ("president", HOSPITAL.to_owned()),
        ("quality", HOSPITAL.to_owned()),
        ("performance", HOSPITAL.to_owned()),
        ("head", HOSPITAL.to_owned()),
        ("viewer", HOSPITAL.to_owned()),
        ("county", county()),
    ] {
        let session = sign_in(&demo(), name);
        for tile in tiles(&session, &organisation) {
            let body = ok(&session, &at(&tile, &organisation));
            assert_eq!(body["id"], tile.as_str());
            assert!(
                body["says"].as_str().is_some_and(|says| !says.is_empty()),
                "{name} {body}"
            );
            assert!(body["link"]["page"].is_string(), "{name} {body}");
            assert!(body["total"].is_u64());
        }
    }
}

#[test]
fn the_president_has_the_five_tiles_and_the_region_one_more() {
    let president = tiles(&sign_in(&demo(), "president"), HOSPITAL);
    assert_eq!(
        president,
        ["plan", "drift", "quality", "deadlines", "money", "todo"]
    );
    let county_tiles = tiles(&sign_in(&demo(), "county"), &county());
    assert_eq!(county_tiles.first().map(String::as_str), Some("region"));
}

#[test]
fn tiles_rest_on_the_records() {
    let president = sign_in(&demo(), "president");
    let money = ok(&president, &at("money", HOSPITAL));
    assert_eq!(money["figure"]["title"], "CMI");
    assert!(money["figure"]["value"].is_string(), "{money}");
    let quality = ok(&president, &at("quality", HOSPITAL));
    assert_eq!(
        quality["series"]["points"].as_array().map(Vec::len),
        Some(13)
    );
    let plan = ok(&president, &at("plan", HOSPITAL));
    assert!(
        plan["says"]
            .as_str()
            .is_some_and(|says| says.contains("个目标")),
        "{plan}"
    );
    let region = ok(&sign_in(&demo(), "county"), &at("region", &county()));
    assert!(
        region["rows"].as_array().is_some_and(|rows| rows.len() > 1),
        "{region}"
    );
}

#[test]
fn what_somebody_may_not_read_is_not_offered_and_refused() {
    let coder = sign_in(&demo(), "coder");
    let offered = tiles(&coder, HOSPITAL);
    assert!(!offered.iter().any(|tile| tile == "plan"), "{offered:?}");
    assert_eq!(coder.get(&at("plan", HOSPITAL)).0, StatusCode::FORBIDDEN);
    let auditor = sign_in(&demo(), "auditor");
    for tile in ["plan", "drift", "quality", "deadlines", "money"] {
        assert_eq!(
            auditor.get(&at(tile, HOSPITAL)).0,
            StatusCode::FORBIDDEN,
            "{tile}"
        );
    }
    let head = sign_in(&demo(), "head");
    assert_eq!(head.get(&at("money", HOSPITAL)).0, StatusCode::FORBIDDEN);
    let nobody = Session::anonymous(&demo());
    assert_eq!(nobody.get(&at("", HOSPITAL)).0, StatusCode::UNAUTHORIZED);
    assert_eq!(coder.get(&at("weather", HOSPITAL)).0, StatusCode::NOT_FOUND);
}

#[test]
fn another_hospital_is_not_seen() {
    let president = sign_in(&demo(), "president");
    for tile in ["", "plan", "drift", "quality", "deadlines", "money"] {
        for organisation in [OTHER_HOSPITAL.to_owned(), county(), "all".to_owned()] {
            let (status, body) = president.get(&at(tile, &organisation));
            assert_eq!(
                status,
                StatusCode::FORBIDDEN,
                "{tile} {organisation} {body}"
            );
        }
    }
}

#[test]
fn to_dos_are_ones_own() {
    for name in ["coder", "president", "clerk", "it"] {
        let body = ok(&sign_in(&demo(), name), &at("todo", HOSPITAL));
        assert_eq!(body["title"], "我的待办");
    }
}
