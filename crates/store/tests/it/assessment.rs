//! Assessments: frozen, computed, objected to, decided, published.

use std::collections::BTreeSet;

use biaochi_store::{
    AdjustedPart, AssessmentRefusal, AssessmentRun, Decision, EntryKey, EntryKind, EventState,
    Evidence, NewAdjustment, NewEntry, NewEvent, NewObjection, NewRun, ObjectionState,
    RunActionKind, RunState, Scope, Store, StoreError, UnitResult, Verdict,
};
use jiff::civil::date;

use crate::place::{Place, on_both};
use crate::support::actor;

on_both!(
    a_run_goes_its_way,
    a_published_run_is_final,
    two_changes_of_one_subject_never_hold_at_once,
    who_proposes_does_not_decide,
    an_institution_sees_its_own,
    results_of_an_older_state_are_refused,
    entries_have_versions,
    events_need_a_second_person,
    who_enters_names_the_version_that_was_seen,
    an_event_is_corrected_by_who_reported_it,
);

const RUN: &str = "wanshan-2021-1";

fn new_run() -> NewRun {
    NewRun {
        run_id: RUN.to_owned(),
        scheme_id: "wanshan-2021".to_owned(),
        content_hash: "abc".to_owned(),
        period: "2021".to_owned(),
        lake_version: Some(12),
        parameters: "{}".to_owned(),
        inputs_hash: "inputs".to_owned(),
    }
}

fn units() -> Vec<(String, String)> {
    ["A", "B"]
        .map(|code| (code.to_owned(), format!("{{\"{code}\":\"输入\"}}")))
        .to_vec()
}

fn results(score: &str) -> Vec<UnitResult> {
    let result = |(place, code): (u64, &str)| UnitResult {
        organisation_code: code.to_owned(),
        outcome: format!("{{\"score\":\"{score}\"}}"),
        score: score.to_owned(),
        grade: "较好".to_owned(),
        place: Some(place),
    };
    [(1, "A"), (2, "B")].map(result).to_vec()
}

async fn computed(store: &Store) -> AssessmentRun {
    let all = &Scope::All;
    let run = store
        .freeze_run(all, &actor("办", 1), &new_run(), &units())
        .await
        .unwrap();
    let at = (RUN, run.revision);
    let done = store
        .store_results(all, &actor("办", 2), at, "r1", &results("89.65"))
        .await;
    done.unwrap()
}

fn objection(code: &str) -> NewObjection {
    NewObjection {
        organisation_code: code.to_owned(),
        phase: "end".to_owned(),
        item: "H1".to_owned(),
        claim: "手术人次少计\n见附表".to_owned(),
        evidence: vec![Evidence {
            name: "附表.xlsx".to_owned(),
            sha256: "0f".repeat(32),
            size: 9,
            path: "A/run/附表.xlsx".to_owned(),
        }],
    }
}

fn adjustment(objection: Option<u64>) -> NewAdjustment {
    NewAdjustment {
        organisation_code: "A".to_owned(),
        objection,
        phase: "end".to_owned(),
        item: "H1".to_owned(),
        what: AdjustedPart::Reading,
        to: "33.50".parse().unwrap(),
        reason: "核实后改正".to_owned(),
    }
}

async fn a_run_goes_its_way(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    let run = computed(&store).await;
    assert_eq!(
        (run.state, run.revision, &*run.result_hash),
        (RunState::Computed, 2, "r1")
    );
    let again = store
        .freeze_run(all, &actor("办", 3), &new_run(), &units())
        .await;
    assert!(
        matches!(again, Err(StoreError::Conflict { .. })),
        "{again:?}"
    );

    let own = &Scope::one("A");
    let said = store
        .object(own, &actor("甲院", 4), RUN, &objection("A"))
        .await
        .unwrap();
    assert_eq!((said.number, said.state), (1, ObjectionState::Open));
    let early = store.publish_run(all, &actor("组", 5), RUN, "r1", "").await;
    let open = AssessmentRefusal::Undecided {
        objections: 1,
        adjustments: 0,
    };
    assert!(matches!(early, Err(StoreError::Assessment(found)) if found == open));
    let replied = store
        .reply(all, &actor("办", 6), (RUN, 1), true, "属实")
        .await
        .unwrap();
    assert_eq!(
        (replied.state, &*replied.replied_by),
        (ObjectionState::Upheld, "办")
    );
    let twice = store
        .reply(all, &actor("办", 7), (RUN, 1), false, "不属实")
        .await;
    assert!(matches!(
        twice,
        Err(StoreError::Assessment(AssessmentRefusal::Decided { .. }))
    ));

    let proposed = store
        .propose_adjustment(all, &actor("办", 8), RUN, &adjustment(Some(1)))
        .await;
    assert_eq!(proposed.unwrap().decision, Decision::Proposed);
    let early = store.publish_run(all, &actor("组", 9), RUN, "r1", "").await;
    let open = AssessmentRefusal::Undecided {
        objections: 0,
        adjustments: 1,
    };
    assert!(matches!(early, Err(StoreError::Assessment(found)) if found == open));
    let decided = store
        .decide_adjustment(all, &actor("组", 10), (RUN, 1), Verdict::Approve, "同意")
        .await;
    assert_eq!(decided.unwrap().decision, Decision::Approved);
    let run = store.run(all, RUN).await.unwrap();
    assert_eq!(run.state, RunState::Adjusted);
    let stale = store
        .publish_run(all, &actor("组", 11), RUN, "r1", "")
        .await;
    assert!(matches!(
        stale,
        Err(StoreError::Assessment(AssessmentRefusal::State { .. }))
    ));

    let at = (RUN, run.revision);
    let run = store
        .store_results(all, &actor("办", 12), at, "r2", &results("90.10"))
        .await;
    assert_eq!(run.unwrap().state, RunState::Computed);
    let other = store
        .publish_run(all, &actor("组", 13), RUN, "r1", "")
        .await;
    assert!(matches!(
        other,
        Err(StoreError::Assessment(
            AssessmentRefusal::OtherResult { .. }
        ))
    ));
    let run = store
        .publish_run(all, &actor("组", 14), RUN, "r2", "审定")
        .await
        .unwrap();
    assert_eq!(run.state, RunState::Published);

    // What is read back is what was stored.
    assert_eq!(store.runs(all).await.unwrap(), [run]);
    let stored = store.run_units(all, RUN).await.unwrap();
    let found: Vec<_> = stored
        .iter()
        .map(|unit| {
            (
                &*unit.organisation_code,
                &*unit.inputs,
                &*unit.score,
                unit.place,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("A", "{\"A\":\"输入\"}", "90.10", Some(1)),
            ("B", "{\"B\":\"输入\"}", "90.10", Some(2))
        ]
    );
    assert_eq!(store.objections(all, RUN).await.unwrap(), [replied]);
    let adjustments = store.adjustments(all, RUN).await.unwrap();
    assert_eq!(adjustments[0].adjustment, adjustment(Some(1)));
    let history = store.run_history(all, RUN).await.unwrap();
    let kinds: Vec<_> = history
        .iter()
        .map(|action| (action.revision, action.kind))
        .collect();
    use RunActionKind as Kind;
    assert_eq!(
        kinds,
        [
            (1, Kind::Freeze),
            (2, Kind::Compute),
            (3, Kind::Object),
            (4, Kind::Reply),
            (5, Kind::Propose),
            (6, Kind::Decide),
            (7, Kind::Compute),
            (8, Kind::Publish)
        ]
    );
    assert_eq!((&*history[7].note, &*history[7].actor), ("审定", "组"));
}

async fn a_published_run_is_final(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    computed(&store).await;
    let run = store
        .publish_run(all, &actor("组", 3), RUN, "r1", "")
        .await
        .unwrap();
    let late = [
        store
            .object(all, &actor("甲院", 4), RUN, &objection("A"))
            .await
            .err(),
        store
            .propose_adjustment(all, &actor("办", 4), RUN, &adjustment(None))
            .await
            .err(),
        store
            .store_results(
                all,
                &actor("办", 4),
                (RUN, run.revision),
                "r3",
                &results("1"),
            )
            .await
            .err(),
        store
            .publish_run(all, &actor("组", 4), RUN, "r1", "")
            .await
            .err(),
    ];
    for error in late {
        let state = AssessmentRefusal::State {
            run_id: RUN.to_owned(),
            state: RunState::Published,
            step: RunActionKind::Object,
        };
        let Some(StoreError::Assessment(AssessmentRefusal::State {
            run_id,
            state: found,
            ..
        })) = error
        else {
            panic!("it went on");
        };
        assert_eq!(
            (run_id.as_str(), found),
            (RUN, RunState::Published),
            "{state:?}"
        );
    }
    assert_eq!(store.run(all, RUN).await.unwrap(), run);
    assert_eq!(store.run_history(all, RUN).await.unwrap().len(), 3);
}

async fn who_proposes_does_not_decide(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    computed(&store).await;
    let who = actor("办", 3);
    store
        .propose_adjustment(all, &who, RUN, &adjustment(None))
        .await
        .unwrap();
    let own = store
        .decide_adjustment(all, &who, (RUN, 1), Verdict::Approve, "同意")
        .await;
    assert!(matches!(
        own,
        Err(StoreError::Assessment(AssessmentRefusal::SamePerson { .. }))
    ));
    let refused = store
        .decide_adjustment(all, &actor("组", 4), (RUN, 1), Verdict::Refuse, "证据不足")
        .await;
    assert_eq!(refused.unwrap().decision, Decision::Refused);
    // What was refused changes nothing, so that nothing has to be computed again.
    assert_eq!(store.run(all, RUN).await.unwrap().state, RunState::Computed);
    store.object(all, &who, RUN, &objection("B")).await.unwrap();
    let own = store.reply(all, &who, (RUN, 1), false, "不成立").await;
    assert!(matches!(
        own,
        Err(StoreError::Assessment(AssessmentRefusal::SamePerson { .. }))
    ));
    let unknown = store
        .decide_adjustment(all, &who, (RUN, 9), Verdict::Approve, "同意")
        .await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
}

async fn two_changes_of_one_subject_never_hold_at_once(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    computed(&store).await;
    let (who, other) = (actor("办", 3), actor("组", 4));
    for _ in 0..2 {
        let wanted = adjustment(None);
        let proposed = store.propose_adjustment(all, &who, RUN, &wanted);
        proposed.await.unwrap();
    }
    let decide =
        |number, verdict| store.decide_adjustment(all, &other, (RUN, number), verdict, "同意");
    decide(1, Verdict::Approve).await.unwrap();
    let second = decide(2, Verdict::Approve).await;
    let held = AssessmentRefusal::AlreadyAdjusted { number: 1 };
    assert!(matches!(second, Err(StoreError::Assessment(found)) if found == held));
    decide(2, Verdict::Replace).await.unwrap();
    let found = store.adjustments(all, RUN).await.unwrap();
    let decisions: Vec<Decision> = found.iter().map(|one| one.decision).collect();
    assert_eq!(decisions, [Decision::Replaced, Decision::Approved]);
}

async fn an_institution_sees_its_own(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    let own = &Scope::one("A");
    let other = store
        .freeze_run(own, &actor("x", 1), &new_run(), &units())
        .await;
    assert!(matches!(other, Err(StoreError::OutOfScope { .. })));
    let run = computed(&store).await;
    store
        .object(all, &actor("乙院", 3), RUN, &objection("B"))
        .await
        .unwrap();
    assert_eq!(store.runs(own).await.unwrap().len(), 1);
    assert_eq!(store.runs(&Scope::one("C")).await.unwrap(), []);
    assert_eq!(
        store
            .runs(&Scope::Organisations(BTreeSet::new()))
            .await
            .unwrap(),
        []
    );
    assert_eq!(store.run_units(own, RUN).await.unwrap().len(), 1);
    assert_eq!(store.objections(own, RUN).await.unwrap(), []);
    assert_eq!(store.run_history(own, RUN).await.unwrap().len(), 2);
    let unit = store.run_unit(own, RUN, "B").await;
    assert!(matches!(unit, Err(StoreError::OutOfScope { .. })));
    let object = store
        .object(own, &actor("x", 4), RUN, &objection("B"))
        .await;
    assert!(matches!(object, Err(StoreError::OutOfScope { .. })));
    let reply = store.reply(own, &actor("x", 4), (RUN, 1), true, "好").await;
    assert!(matches!(reply, Err(StoreError::OutOfScope { .. })));
    for scope in [own, &Scope::Organisations(BTreeSet::new())] {
        let publish = store
            .publish_run(scope, &actor("x", 4), RUN, "r1", "")
            .await;
        assert!(
            matches!(publish, Err(StoreError::OutOfScope { .. })),
            "{publish:?}"
        );
        let at = (RUN, run.revision + 1);
        let compute = store
            .store_results(scope, &actor("x", 4), at, "r", &results("1"))
            .await;
        assert!(
            matches!(compute, Err(StoreError::OutOfScope { .. })),
            "{compute:?}"
        );
    }
}

async fn results_of_an_older_state_are_refused(place: &Place) {
    let store = place.store().await;
    let all = &Scope::All;
    let run = computed(&store).await;
    store
        .object(all, &actor("甲院", 3), RUN, &objection("A"))
        .await
        .unwrap();
    let at = (RUN, run.revision);
    let late = store
        .store_results(all, &actor("办", 4), at, "r9", &results("1"))
        .await;
    assert!(
        matches!(
            late,
            Err(StoreError::Conflict {
                expected: 2,
                found: 3,
                ..
            })
        ),
        "{late:?}"
    );
    // Results for an institution that is not in the run store nothing at all.
    let mut wrong = results("1");
    wrong[1].organisation_code = "C".to_owned();
    let unknown = store
        .store_results(all, &actor("办", 4), (RUN, 3), "r9", &wrong)
        .await;
    assert!(
        matches!(unknown, Err(StoreError::NotFound { .. })),
        "{unknown:?}"
    );
    let unit = store.run_unit(all, RUN, "A").await.unwrap();
    assert_eq!(unit.score, "89.65");
    let nobody = store
        .freeze_run(all, &actor("办", 5), &new_run(), &[])
        .await;
    assert!(matches!(
        nobody,
        Err(StoreError::Assessment(AssessmentRefusal::NoUnits))
    ));
}

fn entry(name: &str, value: &str) -> NewEntry {
    NewEntry {
        key: EntryKey {
            organisation_code: "A".to_owned(),
            scheme_id: "wanshan-2021".to_owned(),
            period: "2021".to_owned(),
            kind: EntryKind::Phase,
            phase: String::new(),
            name: name.to_owned(),
        },
        value: value.to_owned(),
        evidence: Vec::new(),
        note: String::new(),
    }
}

async fn entries_have_versions(place: &Place) {
    let store = place.store().await;
    let own = &Scope::one("A");
    let who = actor("考核组", 1);
    let first = [entry("q1", "80"), entry("q3", "90")];
    store.enter(own, &who, &first).await.unwrap();
    let second = store
        .enter(own, &who, &[entry("q1", "82"), entry("q3", "")])
        .await
        .unwrap();
    assert_eq!(second[0].version, 2);
    let found = store
        .assessment_entries(own, "wanshan-2021", "2021")
        .await
        .unwrap();
    let values: Vec<_> = found
        .iter()
        .map(|one| (&*one.entry.key.name, &*one.entry.value))
        .collect();
    assert_eq!(values, [("q1", "82")]);
    assert_eq!(
        store
            .assessment_entries(own, "wanshan-2021", "2022")
            .await
            .unwrap(),
        []
    );
    let others = Scope::one("B");
    assert_eq!(
        store
            .assessment_entries(&others, "wanshan-2021", "2021")
            .await
            .unwrap(),
        []
    );
    // One that is not allowed takes the others back.
    let mut theirs = entry("half", "1");
    theirs.key.organisation_code = "B".to_owned();
    let refused = store.enter(own, &who, &[entry("half", "70"), theirs]).await;
    assert!(matches!(refused, Err(StoreError::OutOfScope { .. })));
    let found = store
        .assessment_entries(own, "wanshan-2021", "2021")
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}

async fn events_need_a_second_person(place: &Place) {
    let store = place.store().await;
    let own = &Scope::one("A");
    let event = NewEvent {
        organisation_code: "A".to_owned(),
        scheme_id: "wanshan-2021".to_owned(),
        happened_on: date(2021, 5, 1),
        content: "{\"title\":\"省级表彰\"}".to_owned(),
    };
    let first = store
        .report_event(own, &actor("甲院", 1), &event)
        .await
        .unwrap();
    let second = store
        .report_event(own, &actor("甲院", 2), &event)
        .await
        .unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    let approve = |name: &'static str, version| {
        let who = actor(name, 3);
        let store = &store;
        async move {
            let at = ("A", 1, version);
            store
                .decide_event(own, &who, at, EventState::Approved, "有文号")
                .await
        }
    };
    let own_word = approve("甲院", 1).await;
    assert!(matches!(
        own_word,
        Err(StoreError::Assessment(AssessmentRefusal::SamePerson { .. }))
    ));
    let approved = approve("办", 1).await.unwrap();
    assert_eq!(
        (approved.version, approved.state),
        (2, EventState::Approved)
    );
    assert_eq!((&*approved.reporter, &*approved.actor), ("甲院", "办"));
    let late = approve("办", 1).await;
    assert!(matches!(late, Err(StoreError::Conflict { found: 2, .. })));
    let taken_back = store
        .decide_event(
            own,
            &actor("甲院", 4),
            ("A", 2, 1),
            EventState::Withdrawn,
            "重复",
        )
        .await;
    assert_eq!(taken_back.unwrap().state, EventState::Withdrawn);
    let found = store
        .assessment_events(own, Some("wanshan-2021"))
        .await
        .unwrap();
    let states: Vec<_> = found.iter().map(|one| (one.number, one.state)).collect();
    assert_eq!(
        states,
        [(1, EventState::Approved), (2, EventState::Withdrawn)]
    );
    assert_eq!(found[0].event, event);
    assert_eq!(
        store.assessment_events(own, Some("other")).await.unwrap(),
        []
    );
    assert_eq!(store.event_history(own, "A", 1).await.unwrap().len(), 2);
    let theirs = store.event_history(&Scope::one("B"), "A", 1).await;
    assert!(matches!(theirs, Err(StoreError::OutOfScope { .. })));
}

async fn who_enters_names_the_version_that_was_seen(place: &Place) {
    let store = place.store().await;
    let own = &Scope::one("A");
    let (first, second) = (actor("考核组", 1), actor("考核办", 2));
    let stored = store.enter_seen(own, &first, &entry("q1", "80"), 0).await;
    assert_eq!(stored.unwrap().version, 1);
    let late = store.enter_seen(own, &second, &entry("q1", "85"), 0).await;
    assert!(matches!(
        late,
        Err(StoreError::Conflict {
            expected: 0,
            found: 1,
            ..
        })
    ));
    let taken_back = store.enter_seen(own, &second, &entry("q1", ""), 1).await;
    assert_eq!(taken_back.unwrap().version, 2);
    let newest = async || {
        let found = store.newest_entries(own, "wanshan-2021", "2021").await;
        let found = found.unwrap();
        (found.len(), found[0].version, found[0].entry.value.clone())
    };
    assert_eq!(newest().await, (1, 2, String::new()));
    let counted = store.assessment_entries(own, "wanshan-2021", "2021").await;
    assert_eq!(counted.unwrap(), []);
    let again = store.enter_seen(own, &first, &entry("q1", "81"), 2).await;
    assert_eq!(again.unwrap().version, 3);
}

async fn an_event_is_corrected_by_who_reported_it(place: &Place) {
    let store = place.store().await;
    let own = &Scope::one("A");
    let event = NewEvent {
        organisation_code: "A".to_owned(),
        scheme_id: "wanshan-2021".to_owned(),
        happened_on: date(2021, 5, 1),
        content: "{\"title\":\"省级表彰\"}".to_owned(),
    };
    let corrected = NewEvent {
        content: "{\"title\":\"市级表彰\"}".to_owned(),
        ..event.clone()
    };
    store
        .report_event(own, &actor("甲院", 1), &event)
        .await
        .unwrap();
    let other = store
        .correct_event(own, &actor("乙院", 2), (1, 1), &corrected)
        .await;
    assert!(matches!(
        other,
        Err(StoreError::Assessment(
            AssessmentRefusal::NotReporter { .. }
        ))
    ));
    let again = store
        .correct_event(own, &actor("甲院", 2), (1, 1), &corrected)
        .await
        .unwrap();
    assert_eq!((again.version, again.state), (2, EventState::Reported));
    assert_eq!(again.event, corrected);
    let decide = |name: &'static str, version, state| {
        let (who, store) = (actor(name, 3), &store);
        async move {
            let at = ("A", 1, version);
            store.decide_event(own, &who, at, state, "核对").await
        }
    };
    // Who decides saw the words before the correction.
    let late = decide("办", 1, EventState::Approved).await;
    assert!(matches!(late, Err(StoreError::Conflict { found: 2, .. })));
    decide("办", 2, EventState::Approved).await.unwrap();
    // What counts is neither corrected nor taken back by who reported it; who decides may change the mind.
    let late = store
        .correct_event(own, &actor("甲院", 4), (1, 3), &event)
        .await;
    let taken_back = decide("甲院", 3, EventState::Withdrawn).await;
    for refused in [late, taken_back] {
        assert!(matches!(
            refused,
            Err(StoreError::Assessment(AssessmentRefusal::Decided { .. }))
        ));
    }
    let refused = decide("办", 3, EventState::Refused).await.unwrap();
    assert_eq!((refused.version, refused.state), (4, EventState::Refused));
}
