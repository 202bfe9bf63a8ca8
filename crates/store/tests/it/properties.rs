//! Whatever people and checks do in whatever order: after a check, the worklist to be done is what it found
//! without what was accepted.

use std::collections::BTreeMap;

use biaochi_store::{Filter, ItemKey, Order, Recheck, Scope, State, Step, Store};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::place::Place;
use crate::support::{MARCH, actor, all, finding, month, time};
use crate::worklist::correction;

const RECORDS: usize = 4;
const CHECKS: [&str; 2] = ["CP001", "CP002"];
const VALUES: [&str; 2] = ["a", "b"];

/// What happens next; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Event {
    /// A check finds these: for each record and check, not or with one of two values.
    Found(Vec<Option<usize>>),
    Assign(usize),
    Accept(usize),
    SendBack(usize),
    Correct(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let finding = prop::option::weighted(0.6, 0..VALUES.len());
    let findings = prop::collection::vec(finding, RECORDS * CHECKS.len());
    let any = || any::<prop::sample::Index>().prop_map(|index| index.index(RECORDS * CHECKS.len()));
    prop_oneof![
        4 => findings.prop_map(Event::Found),
        1 => any().prop_map(Event::Assign),
        3 => any().prop_map(Event::Accept),
        1 => any().prop_map(Event::SendBack),
        2 => any().prop_map(Event::Correct),
    ]
}

fn place_of(number: usize) -> (String, &'static str) {
    (
        format!("{:02x}", number / CHECKS.len()),
        CHECKS[number % CHECKS.len()],
    )
}

/// What plain reasoning says about the worklist, without states and revisions.
#[derive(Debug, Default)]
struct Model {
    /// For which values a fault was accepted; forgotten when it is found with others.
    accepted: BTreeMap<usize, usize>,
    /// With which values a fault was last found.
    known: BTreeMap<usize, usize>,
}

impl Model {
    fn found(&mut self, findings: &[Option<usize>]) -> Vec<usize> {
        let mut to_do = Vec::new();
        for (number, values) in findings.iter().enumerate() {
            let Some(values) = *values else { continue };
            self.known.insert(number, values);
            if self.accepted.get(&number) == Some(&values) {
                continue;
            }
            self.accepted.remove(&number);
            to_do.push(number);
        }
        to_do
    }
}

async fn play(store: &Store, hospital: &str, events: &[Event]) {
    let scope = Scope::one(hospital);
    let mut model = Model::default();
    for (second, event) in events.iter().enumerate() {
        let who = actor("x", second as i64);
        let key_of = |number: usize| {
            let (record_key, check_id) = place_of(number);
            ItemKey {
                organisation_code: hospital.to_owned(),
                record_key,
                check_id: check_id.to_owned(),
            }
        };
        let step = match event {
            Event::Found(found) => {
                let findings = found.iter().enumerate().filter_map(|(number, values)| {
                    let (record, check) = place_of(number);
                    Some(finding(&record, check, VALUES[(*values)?]))
                });
                let recheck = Recheck {
                    organisation_code: hospital.to_owned(),
                    month: month(MARCH),
                    as_of: time(second as i64),
                };
                store
                    .sync(&scope, &who, &recheck, findings.collect())
                    .await
                    .unwrap();
                let expected: Vec<_> = model.found(found).into_iter().map(key_of).collect();
                let filter = Filter {
                    organisation_code: Some(hospital.to_owned()),
                    ..Filter::unsettled()
                };
                let items = all(store, &filter, Order::Price, 3).await;
                assert!(items.iter().all(|item| item.state != State::Corrected));
                let mut keys: Vec<_> = items.iter().map(|item| item.key()).collect();
                keys.sort();
                assert_eq!(keys, expected);
                continue;
            }
            Event::Correct(number) => {
                let (record, check) = place_of(*number);
                let versions = store.corrections_of(&scope, hospital, &record).await;
                let mut correction = correction(&record, versions.unwrap().len() as u64, &[check]);
                correction.organisation_code = hospital.to_owned();
                // Without an item there is nothing to correct.
                let _ = store.correct(&scope, &who, &correction).await;
                continue;
            }
            Event::Assign(_) => Step::Assign { to: "y".into() },
            Event::Accept(_) => Step::Accept { reason: "r".into() },
            Event::SendBack(_) => Step::SendBack { reason: "r".into() },
        };
        let (Event::Assign(number) | Event::Accept(number) | Event::SendBack(number)) = event
        else {
            unreachable!("the others were done above");
        };
        let Ok(item) = store.item(&scope, &key_of(*number)).await else {
            continue;
        };
        let done = store.act(&scope, &who, &item.seen(), &step).await.is_ok();
        match event {
            Event::Accept(number) if done => {
                model.accepted.insert(*number, model.known[number]);
            }
            Event::SendBack(number) if done => {
                model.accepted.remove(number);
            }
            _ => {}
        }
    }
}

/// Plays random stories, each in a hospital of its own.
fn what_is_to_be_done_is_what_was_found_without_what_was_accepted(place: &Place, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = runtime.block_on(place.store());
    let hospitals = std::cell::Cell::new(0);
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(&prop::collection::vec(event(), 1..16), |events| {
            hospitals.set(hospitals.get() + 1);
            runtime.block_on(play(&store, &format!("H{}", hospitals.get()), &events));
            Ok(())
        })
        .unwrap();
    runtime.block_on(store.close());
}

mod sqlite {
    use super::*;

    #[test]
    fn after_a_check_the_work_is_what_it_found() {
        let place = Place::sqlite();
        what_is_to_be_done_is_what_was_found_without_what_was_accepted(&place, 60);
    }
}

mod postgres {
    use super::*;

    #[test]
    fn after_a_check_the_work_is_what_it_found() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let place = runtime.block_on(Place::postgres());
        what_is_to_be_done_is_what_was_found_without_what_was_accepted(&place, 60);
        runtime.block_on(place.finish());
    }
}
