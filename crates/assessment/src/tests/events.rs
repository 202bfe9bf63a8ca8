//! What makes an event count.

use super::grades::{accident, district, scored};
use super::*;

fn with_events() -> Scheme {
    let mut small = district();
    let level = |id: &str, points: Option<&str>| Level {
        id: id.to_owned(),
        title: id.to_owned(),
        points: points.map(d),
        parameters: vec![format!("points.{id}")],
    };
    let rule = |id: &str, effect| EventRule {
        id: id.to_owned(),
        title: id.to_owned(),
        effect,
        proof: vec![Proof::DocumentNumber],
        levels: vec![
            level("central", Some("5")),
            level("city", Some("2")),
            level("district", None),
        ],
        cite: Cite::default(),
    };
    small.events = vec![
        rule("praise", Effect::Bonus),
        rule("blame", Effect::Deduction),
    ];
    small
}

fn event(number: u64, rule: &str, level: &str, matter: &str) -> Event {
    Event {
        number,
        rule: rule.to_owned(),
        level: level.to_owned(),
        matter: matter.to_owned(),
        ..accident()
    }
}

fn outcome(small: &Scheme, events: Vec<Event>) -> Outcome {
    let mut unit = scored(["90", "90", "90", "90"]);
    unit.events = events;
    run(small, vec![unit]).remove(0)
}

#[test]
fn events_add_up_and_the_whole_is_capped() {
    let small = with_events();
    let several = outcome(
        &small,
        vec![
            event(1, "praise", "central", ""),
            event(2, "blame", "city", ""),
        ],
    );
    assert_eq!(several.score, Some(d("93")));
    let many = (1..=4).map(|number| event(number, "praise", "central", ""));
    let capped = outcome(&small, many.collect());
    assert_eq!(
        (capped.exact, capped.score),
        (Some(d("110")), Some(d("100")))
    );
    let mut open = small.clone();
    open.total.cap = None;
    let many = (1..=4).map(|number| event(number, "praise", "central", ""));
    assert_eq!(outcome(&open, many.collect()).score, Some(d("110")));
    open.event_terms.bonus_cap = Some(d("7"));
    open.event_terms.deduction_cap = Some(d("1"));
    let both = vec![
        event(1, "praise", "central", ""),
        event(2, "praise", "central", ""),
        event(3, "blame", "city", ""),
    ];
    let limited = outcome(&open, both);
    assert_eq!(limited.score, Some(d("96")));
    assert_eq!(limited.events.bonus_sum, d("10"));
}

#[test]
fn one_matter_counts_once_with_the_most_points() {
    let mut small = with_events();
    let events = || {
        vec![
            event(1, "praise", "city", "抗疫"),
            event(2, "praise", "central", "抗疫"),
            event(3, "praise", "city", ""),
            event(4, "blame", "city", "抗疫"),
        ]
    };
    let once = outcome(&small, events());
    assert_eq!(once.score, Some(d("95")));
    assert_eq!(
        once.events.events[0].weighed,
        Weighed::SameMatter { counted: 2 }
    );
    small.event_terms.same_matter = SameMatter::Each;
    assert_eq!(outcome(&small, events()).score, Some(d("97")));
    small.event_terms.stacking = Stacking::Highest;
    let highest = outcome(&small, events());
    assert_eq!(highest.score, Some(d("93")));
    assert_eq!(
        highest.events.events[2].weighed,
        Weighed::NotHighest { counted: 2 }
    );
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Event), expected: Weighed) {
    let mut one = event(1, "praise", "central", "");
    change(&mut one);
    let found = outcome(&with_events(), vec![one]);
    assert_eq!(found.events.events[0].weighed, expected);
    assert_eq!(found.score, Some(d("90")));
}

#[test]
fn what_does_not_count_says_why() {
    refused(|one| one.approved_by.clear(), Weighed::NotApproved);
    refused(
        |one| one.date = jiff::civil::date(2020, 12, 31),
        Weighed::OutsidePeriod,
    );
    refused(
        |one| one.date = jiff::civil::date(2022, 1, 1),
        Weighed::OutsidePeriod,
    );
    let proof = Proof::DocumentNumber;
    refused(
        |one| one.document_number = " ".to_owned(),
        Weighed::NoProof { proof },
    );
    refused(|one| one.rule = "gift".to_owned(), Weighed::UnknownRule);
    refused(
        |one| one.level = "village".to_owned(),
        Weighed::UnknownLevel,
    );
    let parameters = vec!["points.district".to_owned()];
    refused(
        |one| one.level = "district".to_owned(),
        Weighed::PointsOpen { parameters },
    );
}

#[test]
fn a_veto_needs_its_notice() {
    let small = district();
    let grade = |event: Event| outcome(&small, vec![event]).grade.grade;
    assert_eq!(grade(accident()).as_deref(), Some("差"));
    let without = Event {
        document_number: String::new(),
        ..accident()
    };
    assert_eq!(grade(without).as_deref(), Some("好"));
    let unlisted = Event {
        rule: Vetoes::OTHER.to_owned(),
        ..accident()
    };
    assert_eq!(grade(unlisted.clone()).as_deref(), Some("好"));
    let mut open = small.clone();
    open.vetoes.open_list = true;
    assert_eq!(
        outcome(&open, vec![unlisted]).grade.grade.as_deref(),
        Some("差")
    );
}
