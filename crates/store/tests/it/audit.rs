//! The audit trail: one chain whoever writes, and every tampering is named.

use std::collections::BTreeSet;

use biaochi_access::Resource;
use biaochi_organisations::{Rows, Table};
use biaochi_store::{
    AuditAction, AuditFault, AuditFilter, AuditOrder, AuditOutcome, AuditSeal, Certainty,
    ChoiceKey, NewAuditEntry, Proposal, Review, Scope, Step, Store,
};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, finding, key, sync, time};

on_both!(
    rows_form_a_chain_and_are_found,
    many_writers_keep_one_chain,
    a_changed_row_is_named,
    a_missing_row_is_named,
    a_removed_end_is_named,
    a_row_that_cannot_be_read_is_named,
    organisations_and_codes_leave_their_rows,
    swapped_rows_are_named,
    a_trail_written_anew_differs_from_what_was_noted,
    the_database_refuses_to_change_rows,
    a_step_and_its_row_are_one,
    numbers_of_persons_stay_out,
    rows_are_sealed_with_a_key_that_is_elsewhere,
    a_text_is_found_wherever_it_stands,
);

fn export(subject: &str) -> NewAuditEntry {
    NewAuditEntry::done(AuditAction::Exported, Resource::Report, subject)
        .of(HOSPITAL)
        .because("月报")
}

async fn written(store: &Store, count: usize) {
    for n in 0..count {
        let who = actor("zhang", n as i64);
        let entry = export(&format!("r{n}"));
        store.record_audit(&who, &[entry]).await.unwrap();
    }
}

/// Turns the triggers off, as somebody with all rights over the database can.
async fn disarm(place: &Place) {
    let on_server = matches!(place, Place::Schema { .. });
    for (file, server) in [
        (
            "DROP TRIGGER audit_event_stays",
            "DROP TRIGGER audit_event_stays ON audit_event",
        ),
        (
            "DROP TRIGGER audit_event_remains",
            "DROP TRIGGER audit_event_remains ON audit_event",
        ),
        (
            "DROP TRIGGER audit_head_remains",
            "DROP TRIGGER audit_head_remains ON audit_head",
        ),
    ] {
        place.run(if on_server { server } else { file }).await;
    }
}

async fn faults(store: &Store) -> Vec<AuditFault> {
    store.verify_audit(None).await.unwrap().faults
}

async fn rows_form_a_chain_and_are_found(place: &Place) {
    let store = place.store().await;
    let empty = store.verify_audit(None).await.unwrap();
    assert_eq!((empty.entries, empty.number, empty.faults), (0, 0, vec![]));
    written(&store, 3).await;
    let refused = NewAuditEntry::refused(AuditAction::Denied, Resource::Audit, "x");
    let elsewhere = store.with_origin("10.1.2.3");
    elsewhere
        .record_audit(&actor("li", 50), &[refused, export("r9")])
        .await
        .unwrap();
    let verified = store.verify_audit(None).await.unwrap();
    assert_eq!((verified.entries, verified.number), (5, 5));
    assert!(verified.faults.is_empty(), "{verified:?}");

    let all = AuditFilter::default();
    let (newest, oldest) = (AuditOrder::NewestFirst, AuditOrder::OldestFirst);
    let page = store.audit(&Scope::All, &all, oldest, None, 2).await;
    let page = page.unwrap();
    assert_eq!(page.next, Some(2));
    let numbers: Vec<u64> = page.entries.iter().map(|entry| entry.number).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(page.entries[1].previous, page.entries[0].hash);
    assert_eq!(page.entries[0].origin, "local");
    assert_eq!(page.entries[0].at, time(0));
    assert_eq!(page.entries[0].entry, export("r0"));
    let rest = store
        .audit(&Scope::All, &all, oldest, page.next, 10)
        .await
        .unwrap();
    assert_eq!((rest.entries.len(), rest.next), (3, None));
    assert_eq!(rest.entries[2].origin, "10.1.2.3");

    let find = async |scope: Scope, filter: AuditFilter| -> Vec<u64> {
        let page = store.audit(&scope, &filter, newest, None, 100).await;
        let entries = page.unwrap().entries.into_iter();
        entries.map(|entry| entry.number).collect()
    };
    let mut filter = AuditFilter {
        actor: Some("li".to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(find(Scope::All, filter.clone()).await, [5, 4]);
    filter.outcome = Some(AuditOutcome::Refused);
    assert_eq!(find(Scope::All, filter.clone()).await, [4]);
    filter.actions = vec![AuditAction::Exported];
    assert_eq!(find(Scope::All, filter).await, [0; 0]);
    let between = AuditFilter {
        from: Some(time(1)),
        until: Some(time(50)),
        resource: Some(Resource::Report),
        ..AuditFilter::default()
    };
    assert_eq!(find(Scope::All, between).await, [3, 2]);
    let one = AuditFilter {
        subject: Some("r1".to_owned()),
        ..AuditFilter::default()
    };
    assert_eq!(find(Scope::All, one).await, [2]);
    // What belongs to no institution is not for those who manage one.
    let own = find(Scope::one(HOSPITAL), AuditFilter::default()).await;
    assert_eq!(own, [5, 3, 2, 1]);
    assert_eq!(
        find(Scope::one("other"), AuditFilter::default()).await,
        [0; 0]
    );
}

async fn many_writers_keep_one_chain(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    let mut writers = Vec::new();
    for writer in 0..8 {
        let store = if writer % 2 == 0 { &one } else { &two };
        let store = store.with_origin(&format!("w{writer}"));
        writers.push(tokio::spawn(async move {
            for n in 0..10 {
                let who = actor(&format!("w{writer}"), n);
                let entries = [export(&format!("{n}a")), export(&format!("{n}b"))];
                store.record_audit(&who, &entries).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let verified = one.verify_audit(None).await.unwrap();
    assert_eq!((verified.entries, verified.number), (160, 160));
    assert!(verified.faults.is_empty(), "{verified:?}");
    // Each writer's rows are all there, in order, two by two.
    let filter = AuditFilter {
        actor: Some("w3".to_owned()),
        ..AuditFilter::default()
    };
    let oldest = AuditOrder::OldestFirst;
    let page = one.audit(&Scope::All, &filter, oldest, None, 100).await;
    let entries = page.unwrap().entries;
    let subjects: Vec<String> = entries
        .iter()
        .map(|entry| entry.entry.subject.clone())
        .collect();
    let expected = (0..10).flat_map(|n| [format!("{n}a"), format!("{n}b")]);
    assert_eq!(subjects, expected.collect::<Vec<_>>());
    let hashes: BTreeSet<&str> = entries.iter().map(|entry| &*entry.hash).collect();
    assert_eq!(hashes.len(), 20);
}

async fn a_changed_row_is_named(place: &Place) {
    let store = place.store().await;
    written(&store, 5).await;
    disarm(place).await;
    place
        .run("UPDATE audit_event SET reason = '别的' WHERE number = 3")
        .await;
    assert_eq!(faults(&store).await, [AuditFault::Changed { number: 3 }]);
    // Whoever writes the hash anew as well breaks the link to the next row.
    place
        .run("UPDATE audit_event SET previous = hash WHERE number = 4")
        .await;
    assert_eq!(
        faults(&store).await,
        [
            AuditFault::Changed { number: 3 },
            AuditFault::Changed { number: 4 }
        ]
    );
}

async fn a_missing_row_is_named(place: &Place) {
    let store = place.store().await;
    written(&store, 6).await;
    disarm(place).await;
    place
        .run("DELETE FROM audit_event WHERE number IN (2, 3)")
        .await;
    assert_eq!(
        faults(&store).await,
        [AuditFault::Missing { from: 2, to: 3 }]
    );
    // Closing the gap does not help: every later row was written under another number.
    place
        .run("UPDATE audit_event SET number = number - 2 WHERE number = 4")
        .await;
    let found = faults(&store).await;
    assert!(
        found.contains(&AuditFault::Moved { number: 2, was: 4 }),
        "{found:?}"
    );
}

async fn a_removed_end_is_named(place: &Place) {
    let store = place.store().await;
    written(&store, 4).await;
    disarm(place).await;
    place.run("DELETE FROM audit_event WHERE number = 4").await;
    assert_eq!(
        faults(&store).await,
        [AuditFault::Missing { from: 4, to: 4 }]
    );
    place
        .run("UPDATE audit_head SET number = 3 WHERE id = 1")
        .await;
    assert_eq!(faults(&store).await, [AuditFault::OtherEnd { number: 3 }]);
}

async fn a_row_that_cannot_be_read_is_named(place: &Place) {
    let store = place.store().await;
    written(&store, 5).await;
    disarm(place).await;
    place
        .run("INSERT INTO audit_event SELECT -7, at, actor, origin, action, resource, subject, organisation_code, outcome, value_before, value_after, reason, previous, hash, seal FROM audit_event WHERE number = 1")
        .await;
    assert_eq!(faults(&store).await, [AuditFault::Foreign { count: 1 }]);
    // Only SQLite keeps a text where a number is asked for.
    if matches!(place, Place::File { .. }) {
        place
            .run("UPDATE audit_event SET at = 'gone' WHERE number = 2")
            .await;
        place
            .run("UPDATE audit_event SET number = 4.5 WHERE number = 4")
            .await;
        let found = faults(&store).await;
        for fault in [
            AuditFault::Changed { number: 2 },
            AuditFault::Missing { from: 4, to: 4 },
            AuditFault::Foreign { count: 2 },
        ] {
            assert!(found.contains(&fault), "{found:?}");
        }
    }
}

async fn organisations_and_codes_leave_their_rows(place: &Place) {
    let store = place.store().await;
    let mut rows = Rows::default();
    let mut cells: Vec<String> = "9901,望舒市,市".split(',').map(str::to_owned).collect();
    cells.resize(Table::Divisions.columns().len(), String::new());
    rows.push(Table::Divisions, &cells).unwrap();
    for (based_on, second) in [(0, 1), (1, 2)] {
        // The second time nothing differs, and nothing is told.
        store
            .save_organisations(&Scope::All, &actor("li", second), based_on, &rows, "区划表")
            .await
            .unwrap();
    }
    let key = ChoiceKey {
        organisation_code: HOSPITAL.to_owned(),
        system: "icd-10".to_owned(),
        source_code: "I10.x00".to_owned(),
        source_name: String::new(),
    };
    let proposal = Proposal {
        key: key.clone(),
        based_on: 0,
        target_code: "I10.x00x002".to_owned(),
        certainty: Certainty::Certain,
        note: String::new(),
    };
    let (scope, who) = (Scope::one(HOSPITAL), actor("zhang", 3));
    store.choose(&scope, &who, &proposal).await.unwrap();
    store
        .review(
            &scope,
            &actor("li", 4),
            &key,
            1,
            Review::Confirmed,
            "核对无误",
        )
        .await
        .unwrap();
    store
        .review(&scope, &actor("li", 5), &key, 1, Review::Withdrawn, "")
        .await
        .unwrap_err();
    let (all, oldest) = (AuditFilter::default(), AuditOrder::OldestFirst);
    let page = store.audit(&Scope::All, &all, oldest, None, 10).await;
    let entries = page.unwrap().entries;
    let told: Vec<_> = entries
        .iter()
        .map(|row| {
            let entry = &row.entry;
            (&*row.actor, entry.action, &*entry.before, &*entry.after)
        })
        .collect();
    let code = AuditAction::CodeChosen;
    assert_eq!(
        told,
        [
            ("li", AuditAction::OrganisationsChanged, "#0", "#1: +1 -0"),
            ("zhang", code, "", "I10.x00x002 proposed #1"),
            (
                "li",
                code,
                "I10.x00x002 proposed #1",
                "I10.x00x002 confirmed #2"
            ),
        ]
    );
    assert_eq!(entries[2].entry.organisation_code, HOSPITAL);
    assert_eq!(entries[2].entry.reason, "核对无误");
}

async fn swapped_rows_are_named(place: &Place) {
    let store = place.store().await;
    written(&store, 5).await;
    disarm(place).await;
    for sql in [
        "UPDATE audit_event SET number = 1000 WHERE number = 2",
        "UPDATE audit_event SET number = 2 WHERE number = 4",
        "UPDATE audit_event SET number = 4 WHERE number = 1000",
    ] {
        place.run(sql).await;
    }
    let found = faults(&store).await;
    for fault in [
        AuditFault::Moved { number: 2, was: 4 },
        AuditFault::Moved { number: 4, was: 2 },
    ] {
        assert!(found.contains(&fault), "{found:?}");
    }
}

async fn a_trail_written_anew_differs_from_what_was_noted(place: &Place) {
    let store = place.store().await;
    written(&store, 3).await;
    let noted = store.verify_audit(None).await.unwrap();
    assert_eq!(noted.number, 3);
    written(&store, 2).await;
    let seen = Some((noted.number, noted.hash.as_str()));
    assert!(store.verify_audit(seen).await.unwrap().faults.is_empty());
    // Somebody with all rights empties the trail and has it written again, consistently.
    disarm(place).await;
    place.run("DELETE FROM audit_event").await;
    place
        .run(
            "UPDATE audit_head SET number = 0, \
             hash = '0000000000000000000000000000000000000000000000000000000000000000'",
        )
        .await;
    for n in 0..5 {
        let entry = export(&format!("other{n}"));
        store
            .record_audit(&actor("zhang", n), &[entry])
            .await
            .unwrap();
    }
    assert!(faults(&store).await.is_empty());
    let found = store.verify_audit(seen).await.unwrap().faults;
    assert_eq!(found, [AuditFault::OtherThanNoted { number: 3 }]);
    let beyond = Some((99, noted.hash.as_str()));
    let found = store.verify_audit(beyond).await.unwrap().faults;
    assert_eq!(found, [AuditFault::OtherThanNoted { number: 99 }]);
}

async fn the_database_refuses_to_change_rows(place: &Place) {
    let store = place.store().await;
    written(&store, 2).await;
    for sql in [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE number = 1",
        "DELETE FROM audit_head",
    ] {
        let error = place.refused(sql).await;
        assert!(
            error.contains("never changed") || error.contains("never removed"),
            "{sql}: {error}"
        );
    }
    if matches!(place, Place::Schema { .. }) {
        let error = place.refused("TRUNCATE audit_event").await;
        assert!(error.contains("never changed"), "{error}");
    }
    let verified = store.verify_audit(None).await.unwrap();
    assert_eq!((verified.entries, verified.faults), (2, vec![]));
}

async fn a_step_and_its_row_are_one(place: &Place) {
    let store = place.store().await;
    sync(&store, 0, vec![finding("aa01", "CP001", "v")]).await;
    let before = store.verify_audit(None).await.unwrap().number;
    let item = store
        .item(&Scope::All, &key("aa01", "CP001"))
        .await
        .unwrap();
    let accept = Step::Accept {
        reason: "已核对病历".to_owned(),
    };
    let who = actor("zhang", 5);
    let desk = store.with_origin("10.0.0.9");
    desk.act(&Scope::All, &who, &item.seen(), &accept)
        .await
        .unwrap();
    // The second one is refused and leaves nothing.
    desk.act(&Scope::All, &who, &item.seen(), &accept)
        .await
        .unwrap_err();
    let filter = AuditFilter {
        resource: Some(Resource::Worklist),
        ..AuditFilter::default()
    };
    let newest = AuditOrder::NewestFirst;
    let page = store.audit(&Scope::All, &filter, newest, None, 10).await;
    let page = page.unwrap();
    assert_eq!(page.entries.len(), 1);
    let row = &page.entries[0];
    assert_eq!((row.number, row.actor.as_str()), (before + 1, "zhang"));
    assert_eq!((row.at, row.origin.as_str()), (time(5), "10.0.0.9"));
    assert_eq!(row.entry.action, AuditAction::WorklistStep);
    assert_eq!(row.entry.organisation_code, HOSPITAL);
    assert_eq!(row.entry.reason, "已核对病历");
    assert!(row.entry.after.contains("accepted"), "{}", row.entry.after);
    assert!(faults(&store).await.is_empty());
}

async fn numbers_of_persons_stay_out(place: &Place) {
    let store = place.store().await;
    let entry = export("r1")
        .change("手机 13912345678", "身份证 520603199001011234")
        .because("患者 520603199001011234 要求");
    store
        .record_audit(&actor("zhang", 0), &[entry])
        .await
        .unwrap();
    let found = place
        .number(
            "SELECT COUNT(*) FROM audit_event WHERE value_before LIKE '%139%' \
             OR value_after LIKE '%5206%' OR reason LIKE '%5206%'",
        )
        .await;
    assert_eq!(found, Some(0));
    assert!(faults(&store).await.is_empty());
}

async fn rows_are_sealed_with_a_key_that_is_elsewhere(place: &Place) {
    let plain = place.store().await;
    written(&plain, 2).await;
    assert!(!plain.holds_sealed().await.unwrap());
    let store = plain.with_seal(AuditSeal::new(&[7; 32]));
    written(&store, 2).await;
    // Rows of before have none, and are not written anew.
    let found = store.verify_audit(None).await.unwrap();
    assert_eq!((found.sealed_from, found.faults), (Some(3), vec![]));
    assert!(plain.holds_sealed().await.unwrap());
    let other = plain.with_seal(AuditSeal::new(&[8; 32]));
    assert_eq!(faults(&other).await.len(), 2);
    // Whoever has the database alone can make a row with a hash that fits, and no seal.
    written(&plain, 1).await;
    assert_eq!(faults(&store).await, [AuditFault::Unsealed { number: 5 }]);
    assert_eq!(faults(&plain).await, []);
}

async fn a_text_is_found_wherever_it_stands(place: &Place) {
    let store = place.store().await;
    written(&store, 2).await;
    let who = actor("LI_4", 9);
    let entry = export("100%").because("给 Zhang 核对");
    store.record_audit(&who, &[entry]).await.unwrap();
    let find = async |text: &str| -> Vec<u64> {
        let filter = AuditFilter {
            text: Some(text.to_owned()),
            ..AuditFilter::default()
        };
        let order = AuditOrder::OldestFirst;
        let page = store.audit(&Scope::All, &filter, order, None, 10).await;
        let entries = page.unwrap().entries.into_iter();
        entries.map(|entry| entry.number).collect()
    };
    assert_eq!(find("ZHANG").await, [1, 2, 3]);
    assert_eq!(find("li_4").await, [3]);
    assert_eq!(find("0%").await, [3]);
    assert_eq!(find("%").await, [3]);
    assert_eq!(find("月报").await, [1, 2]);
}
