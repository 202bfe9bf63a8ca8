//! Small things that many tests need.

use biaochi_checks::{Severity, Stage};
use biaochi_domain::Month;
use biaochi_store::{
    Actor, Filter, Finding, Item, ItemKey, Order, Price, Recheck, Scope, State, Store, SyncSummary,
};
use jiff::Timestamp;
use jiff::civil::date;

pub(crate) const HOSPITAL: &str = "520603001";
pub(crate) const MARCH: &str = "2024-03";

/// A moment, in seconds after an arbitrary beginning.
pub(crate) fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_710_000_000 + second).unwrap()
}

pub(crate) fn actor(name: &str, second: i64) -> Actor {
    Actor {
        name: name.to_owned(),
        at: time(second),
    }
}

pub(crate) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

pub(crate) fn finding(record: &str, check: &str, values: &str) -> Finding {
    Finding {
        record_key: record.to_owned(),
        check_id: check.to_owned(),
        department: "心内科".to_owned(),
        physician: "D01".to_owned(),
        coder: "C01".to_owned(),
        severity: Severity::Error,
        stage: Stage::Advisory,
        fields: vec!["birth_weights.grams".to_owned()],
        message: "新生儿出生体重未填写".to_owned(),
        due: date(2024, 4, 7),
        price: Some(Price {
            weight: Some("0.1520".parse().unwrap()),
            payment: Some("-1203.40".parse().unwrap()),
            changes_group: true,
        }),
        values_hash: values.to_owned(),
    }
}

pub(crate) fn key(record: &str, check: &str) -> ItemKey {
    ItemKey {
        organisation_code: HOSPITAL.to_owned(),
        record_key: record.to_owned(),
        check_id: check.to_owned(),
    }
}

/// A check of March's records, read and taken in at this second.
pub(crate) fn march(second: i64) -> Recheck {
    Recheck {
        organisation_code: HOSPITAL.to_owned(),
        month: month(MARCH),
        as_of: time(second),
    }
}

/// Takes findings of March in, read at the same second.
pub(crate) async fn sync(store: &Store, second: i64, findings: Vec<Finding>) -> SyncSummary {
    store
        .sync(
            &Scope::one(HOSPITAL),
            &actor("recheck", second),
            &march(second),
            findings,
        )
        .await
        .unwrap()
}

/// Every item of a filter, page by page.
pub(crate) async fn all(store: &Store, filter: &Filter, order: Order, limit: u32) -> Vec<Item> {
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .list(&Scope::All, filter, order, after.as_ref(), limit)
            .await
            .unwrap();
        items.extend(page.items);
        after = page.next;
        if after.is_none() {
            return items;
        }
    }
}

/// Records and checks of the items in these states, sorted.
pub(crate) async fn in_states(store: &Store, states: &[State]) -> Vec<(String, String)> {
    let filter = Filter {
        states: states.to_vec(),
        ..Filter::default()
    };
    let mut found: Vec<_> = all(store, &filter, Order::Due, 1000)
        .await
        .into_iter()
        .map(|item| (item.finding.record_key, item.finding.check_id))
        .collect();
    found.sort();
    found
}
