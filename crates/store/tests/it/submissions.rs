//! What organisations fill in for data sets.

use std::collections::BTreeMap;

use biaochi_datasets::{Refusal, State, Step};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{
    ContentRow, Fault, Filling, Named, Scope, Store, StoreError, Submission, SubmissionFilter,
    SubmissionFinding, SubmissionKey,
};

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor};

on_both!(
    the_way_to_approval_and_a_correction,
    faults_keep_a_draft_from_being_submitted,
    nobody_s_change_is_lost,
    only_the_scope_is_seen_and_changed,
    approved_elsewhere,
    many_take_the_same_step_at_once,
    lists_are_filtered,
    pages_follow_each_other_by_key,
);

fn key(dataset: &str, period: &str) -> SubmissionKey {
    SubmissionKey {
        organisation_code: HOSPITAL.to_owned(),
        dataset: dataset.to_owned(),
        period: period.parse().unwrap(),
    }
}

fn filling(key: SubmissionKey, income: &str) -> Filling {
    let values = BTreeMap::from([("income".to_owned(), income.to_owned())]);
    Filling {
        key,
        seen: None,
        definition_hash: "d1".to_owned(),
        content: vec![ContentRow {
            values,
            ..ContentRow::default()
        }],
        findings: Vec::new(),
        origin: "财务月报.xlsx".to_owned(),
        handed_in: None,
        comment: String::new(),
    }
}

fn finding(severity: &str) -> SubmissionFinding {
    SubmissionFinding {
        severity: severity.to_owned(),
        breakdown: String::new(),
        field: "income".to_owned(),
        rule: String::new(),
        place: "财务月报!D8".to_owned(),
        message: "没有填写".to_owned(),
    }
}

async fn fill(store: &Store, second: i64, filling: &Filling) -> Result<Submission, StoreError> {
    let who = actor("张财务", second);
    let filled = store
        .fill(&Scope::one(HOSPITAL), &who, std::slice::from_ref(filling))
        .await?;
    Ok(filled.into_iter().next().unwrap())
}

async fn act(
    store: &Store,
    who: &str,
    second: i64,
    seen: &Submission,
    step: Step,
    comment: &str,
) -> Result<Submission, StoreError> {
    let scope = Scope::one(HOSPITAL);
    let moved = store
        .advance(&scope, &actor(who, second), &[seen.seen()], step, comment)
        .await?;
    Ok(moved.into_iter().next().unwrap())
}

#[track_caller]
fn refused(found: Result<Submission, StoreError>, expected: Refusal) {
    match found {
        Err(StoreError::Refused { refusal, .. }) => assert_eq!(refusal, expected),
        other => panic!("{other:?}"),
    }
}

async fn the_way_to_approval_and_a_correction(place: &Place) {
    let store = place.store().await;
    let scope = Scope::one(HOSPITAL);
    let march = filling(key("finance", "2024-03"), "100");
    let draft = fill(&store, 1, &march).await.unwrap();
    assert_eq!(
        (draft.version, draft.revision, draft.state),
        (1, 1, State::Draft)
    );
    let draft = fill(&store, 2, &filling(key("finance", "2024-03"), "110"))
        .await
        .unwrap();
    assert_eq!((draft.version, draft.revision), (1, 2));
    let sent = act(&store, "张财务", 3, &draft, Step::Submit, "")
        .await
        .unwrap();
    refused(
        act(&store, "张财务", 4, &sent, Step::Approve, "").await,
        Refusal::SamePerson,
    );
    refused(
        fill(&store, 4, &march).await,
        Refusal::State {
            state: State::Submitted,
            step: Step::Save,
        },
    );
    let back = act(
        &store,
        "李股长",
        5,
        &sent,
        Step::Return,
        "住院收入漏了一个院区",
    )
    .await
    .unwrap();
    assert_eq!((back.state, back.submitted_at), (State::Returned, None));
    assert_eq!(back.comment, "住院收入漏了一个院区");
    let again = fill(&store, 6, &filling(key("finance", "2024-03"), "120"))
        .await
        .unwrap();
    assert_eq!(again.state, State::Returned);
    let sent = act(&store, "张财务", 7, &again, Step::Submit, "")
        .await
        .unwrap();
    let done = act(&store, "李股长", 8, &sent, Step::Approve, "")
        .await
        .unwrap();
    assert_eq!(
        (done.version, done.state, done.approver.as_str()),
        (1, State::Approved, "李股长")
    );
    assert_eq!(
        store.unpublished(&scope).await.unwrap(),
        std::slice::from_ref(&done)
    );
    let one = std::slice::from_ref(&done);
    store.mark_published(&scope, one, "import-1").await.unwrap();
    assert_eq!(store.unpublished(&scope).await.unwrap(), []);

    refused(
        fill(&store, 9, &march).await,
        Refusal::NoComment { step: Step::Save },
    );
    let mut correction = filling(key("finance", "2024-03"), "125");
    correction.comment = "补记调账".to_owned();
    let second = fill(&store, 9, &correction).await.unwrap();
    assert_eq!(
        (second.version, second.revision, second.state),
        (2, 1, State::Draft)
    );
    let versions = store.submission_versions(&scope, &done.key).await.unwrap();
    let told: Vec<(u64, State, &str, &str)> = versions
        .iter()
        .map(|one| {
            (
                one.version,
                one.state,
                one.import_id.as_str(),
                one.content[0].values["income"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, State::Approved, "import-1", "120"),
            (2, State::Draft, "", "125")
        ]
    );
    let newest = store
        .submissions(&scope, &SubmissionFilter::default())
        .await
        .unwrap();
    assert_eq!(newest, [second]);

    let history = store.submission_history(&scope, &done.key).await.unwrap();
    let steps: Vec<(u64, Step, &str)> = history
        .iter()
        .map(|step| (step.version, step.step, step.actor.as_str()))
        .collect();
    assert_eq!(
        steps,
        [
            (1, Step::Save, "张财务"),
            (1, Step::Save, "张财务"),
            (1, Step::Submit, "张财务"),
            (1, Step::Return, "李股长"),
            (1, Step::Save, "张财务"),
            (1, Step::Submit, "张财务"),
            (1, Step::Approve, "李股长"),
            (2, Step::Save, "张财务"),
        ]
    );
    // What was handed in and came back is still there.
    assert_eq!(history[2].content[0].values["income"], "110");
    assert_eq!(
        (history[0].before, history[2].before),
        (None, Some(State::Draft))
    );
}

async fn faults_keep_a_draft_from_being_submitted(place: &Place) {
    let store = place.store().await;
    let mut faulty = filling(key("finance", "2024-03"), "100");
    faulty.content[0]
        .unread
        .insert("cost".to_owned(), "3万元".to_owned());
    faulty.findings = vec![finding("error"), finding("warning")];
    let draft = fill(&store, 1, &faulty).await.unwrap();
    assert_eq!(draft.faults(), (1, 1));
    refused(
        act(&store, "张财务", 2, &draft, Step::Submit, "说明").await,
        Refusal::Errors { count: 1 },
    );
    faulty.findings.remove(0);
    let draft = fill(&store, 3, &faulty).await.unwrap();
    refused(
        act(&store, "张财务", 4, &draft, Step::Submit, " ").await,
        Refusal::Unexplained { count: 1 },
    );
    let read = store
        .submission_versions(&Scope::All, &draft.key)
        .await
        .unwrap();
    // Nothing of what was filled in is lost, and the findings name their cells.
    assert_eq!(read, std::slice::from_ref(&draft));
    assert_eq!(read[0].content[0].unread["cost"], "3万元");
    assert_eq!(read[0].findings[0].place, "财务月报!D8");
    let sent = act(&store, "张财务", 5, &draft, Step::Submit, "新院区开业")
        .await
        .unwrap();
    assert_eq!(
        (sent.state, sent.comment.as_str()),
        (State::Submitted, "新院区开业")
    );
    let back = act(&store, "张财务", 6, &sent, Step::Withdraw, "")
        .await
        .unwrap();
    assert_eq!(back.state, State::Draft);
}

async fn nobody_s_change_is_lost(place: &Place) {
    let store = place.store().await;
    let first = fill(&store, 1, &filling(key("finance", "2024-03"), "1"))
        .await
        .unwrap();
    let mut late = filling(key("finance", "2024-03"), "2");
    late.seen = Some((1, 1));
    let second = fill(&store, 2, &late).await.unwrap();
    assert_eq!(second.revision, 2);
    let conflict = fill(&store, 3, &late).await;
    assert!(matches!(
        conflict,
        Err(StoreError::Conflict {
            expected: 1,
            found: 2,
            ..
        })
    ));
    let conflict = act(&store, "张财务", 4, &first, Step::Submit, "").await;
    assert!(matches!(conflict, Err(StoreError::Conflict { .. })));
    // Two begin the same submission at the same moment: one of them is told.
    let (one, two) = (
        filling(key("finance", "2024-04"), "1"),
        filling(key("finance", "2024-04"), "2"),
    );
    let (one, two) = tokio::join!(fill(&store, 5, &one), fill(&store, 5, &two));
    let stored = store
        .submission_versions(&Scope::All, &key("finance", "2024-04"))
        .await
        .unwrap();
    assert_eq!(stored.len(), 1);
    match (one, two) {
        (Ok(one), Ok(two)) => assert_eq!(one.revision.max(two.revision), 2),
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => {
            assert!(matches!(error, StoreError::Conflict { .. }), "{error:?}");
        }
        (Err(one), Err(two)) => panic!("{one:?} {two:?}"),
    }
    // All or none: the second of a list cannot be filled in, so the first is not either.
    let sent = act(&store, "张财务", 6, &second, Step::Submit, "")
        .await
        .unwrap();
    let both = [
        filling(key("finance", "2024-05"), "1"),
        filling(sent.key.clone(), "2"),
    ];
    let who = actor("张财务", 7);
    let found = store.fill(&Scope::All, &who, &both).await;
    assert!(
        matches!(found, Err(StoreError::Refused { .. })),
        "{found:?}"
    );
    let versions = store
        .submission_versions(&Scope::All, &key("finance", "2024-05"))
        .await;
    assert_eq!(versions.unwrap(), []);
    let twice = [
        filling(key("a", "2024"), "1"),
        filling(key("a", "2024"), "2"),
    ];
    let found = store.fill(&Scope::All, &who, &twice).await;
    assert!(
        matches!(found, Err(StoreError::RepeatedSubmission { .. })),
        "{found:?}"
    );
}

async fn only_the_scope_is_seen_and_changed(place: &Place) {
    let store = place.store().await;
    let stranger = Scope::one("other");
    let mine = fill(&store, 1, &filling(key("finance", "2024-03"), "1"))
        .await
        .unwrap();
    let who = actor("x", 2);
    let filled = store
        .fill(&stranger, &who, &[filling(mine.key.clone(), "2")])
        .await;
    assert!(matches!(filled, Err(StoreError::OutOfScope { .. })));
    let moved = store
        .advance(&stranger, &who, &[mine.seen()], Step::Submit, "")
        .await;
    assert!(matches!(moved, Err(StoreError::OutOfScope { .. })));
    let versions = store.submission_versions(&stranger, &mine.key).await;
    assert!(matches!(versions, Err(StoreError::OutOfScope { .. })));
    let history = store.submission_history(&stranger, &mine.key).await;
    assert!(matches!(history, Err(StoreError::OutOfScope { .. })));
    let marked = store
        .mark_published(&stranger, std::slice::from_ref(&mine), "i")
        .await;
    assert!(matches!(marked, Err(StoreError::OutOfScope { .. })));
    let theirs = store
        .submissions(&stranger, &SubmissionFilter::default())
        .await;
    assert_eq!(theirs.unwrap(), []);
    let named = SubmissionFilter {
        organisation_code: Some(HOSPITAL.to_owned()),
        ..SubmissionFilter::default()
    };
    let theirs = store.submissions(&stranger, &named).await;
    assert!(matches!(theirs, Err(StoreError::OutOfScope { .. })));
    let nameless = filling(key(" ", "2024"), "1");
    match fill(&store, 3, &nameless).await {
        Err(StoreError::Invalid { named, fault }) => {
            assert_eq!((named, fault), (Named::DataSet, Fault::Empty));
        }
        other => panic!("{other:?}"),
    }
}

async fn approved_elsewhere(place: &Place) {
    let store = place.store().await;
    let (filler, approver) = (actor("补录", 1), actor("审核", 2));
    let mut fillings: Vec<Filling> = (1..=100)
        .map(|number| {
            let mut filling = filling(key("finance", "2024-03"), "1");
            filling.key.organisation_code = format!("{HOSPITAL}-{number}");
            filling
        })
        .collect();
    fillings[7].findings = vec![finding("error")];
    let recorded = store
        .record_approved(&Scope::All, &filler, &approver, &fillings)
        .await
        .unwrap();
    assert_eq!(
        (
            recorded.approved.len(),
            recorded.drafts.len(),
            recorded.unchanged
        ),
        (99, 1, 0)
    );
    assert!(
        recorded
            .approved
            .iter()
            .all(|one| one.revision == 3 && one.approver == "审核")
    );
    fillings[7].findings.clear();
    fillings[8].content[0]
        .values
        .insert("income".to_owned(), "2".to_owned());
    fillings[8].comment = "更正".to_owned();
    let recorded = store
        .record_approved(&Scope::All, &filler, &approver, &fillings)
        .await
        .unwrap();
    let versions: Vec<u64> = recorded.approved.iter().map(|one| one.version).collect();
    assert_eq!(
        (versions, recorded.drafts.len(), recorded.unchanged),
        (vec![1, 2], 0, 98)
    );
    let same = store
        .record_approved(
            &Scope::All,
            &filler,
            &actor("补录", 3),
            &[filling(key("x", "2024"), "1")],
        )
        .await;
    assert!(matches!(
        same,
        Err(StoreError::Refused {
            refusal: Refusal::SamePerson,
            ..
        })
    ));
}

async fn many_take_the_same_step_at_once(place: &Place) {
    let store = place.store().await;
    // Ten institutions, ten months of two data sets.
    let fillings: Vec<Filling> = (0..200)
        .map(|number| {
            let dataset = ["finance", "staff"][number % 2];
            let mut key = key(dataset, &format!("2024-{:02}", number / 2 % 10 + 1));
            key.organisation_code = format!("H{:02}", number / 20);
            filling(key, &number.to_string())
        })
        .collect();
    let all = &Scope::All;
    let drafts = store.fill(all, &actor("张财务", 1), &fillings).await;
    let drafts = drafts.unwrap();
    let keys = |list: &[Submission]| -> Vec<String> {
        list.iter().map(|one| one.key.to_string()).collect()
    };
    let asked: Vec<String> = fillings.iter().map(|one| one.key.to_string()).collect();
    assert_eq!(keys(&drafts), asked);
    let seen = |list: &[Submission]| list.iter().map(Submission::seen).collect::<Vec<_>>();
    // Somebody changes one of them in between: none is submitted, and the one is named.
    let other = store
        .fill(all, &actor("李财务", 2), &fillings[130..131])
        .await;
    let other = other.unwrap();
    let who = actor("张财务", 3);
    let conflict = store
        .advance(all, &who, &seen(&drafts), Step::Submit, "")
        .await;
    match conflict {
        Err(StoreError::Conflict { subject, .. }) => assert_eq!(subject, asked[130]),
        found => panic!("{found:?}"),
    }
    let mut drafts = drafts;
    drafts[130] = other.into_iter().next().unwrap();
    let sent = store
        .advance(all, &who, &seen(&drafts), Step::Submit, "")
        .await;
    let sent = sent.unwrap();
    assert!(sent.iter().all(|one| one.state == State::Submitted));
    let who = actor("王局长", 4);
    let done = store
        .advance(all, &who, &seen(&sent), Step::Approve, "")
        .await;
    assert_eq!(keys(&done.unwrap()), asked);
    let waiting = store.unpublished(all).await.unwrap();
    assert_eq!(waiting.len(), 200);
    assert!(
        waiting
            .iter()
            .all(|one| one.approver == "王局长" && one.approved_at.is_some())
    );
    // What is stored is what was filled in, each its own.
    for submission in &waiting {
        let filled = fillings.iter().find(|one| one.key == submission.key);
        assert_eq!(filled.map(|one| &one.content), Some(&submission.content));
    }
    store
        .mark_published(all, &waiting[..150], "i1")
        .await
        .unwrap();
    let rest = store.unpublished(all).await.unwrap();
    assert_eq!(keys(&rest), keys(&waiting[150..]));
}

async fn lists_are_filtered(place: &Place) {
    let store = place.store().await;
    let approver = actor("审核", 2);
    let all = ["2023", "2024Q1", "2024-03", "2024-04"].map(|period| filling(key("x", period), "1"));
    store
        .record_approved(&Scope::All, &actor("补录", 1), &approver, &all)
        .await
        .unwrap();
    fill(&store, 3, &filling(key("y", "2024-03"), "1"))
        .await
        .unwrap();
    let list = async |change: fn(&mut SubmissionFilter)| {
        let mut filter = SubmissionFilter::default();
        change(&mut filter);
        let found = store.submissions(&Scope::All, &filter).await.unwrap();
        let keys = found
            .iter()
            .map(|one| format!("{}/{}", one.key.dataset, one.key.period));
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        list(|_| {}).await,
        "x/2023 x/2024-03 x/2024Q1 x/2024-04 y/2024-03"
    );

    assert_eq!(
        list(|filter| filter.from = "2024-04".parse().ok()).await,
        "x/2024-04"
    );
    assert_eq!(
        list(|filter| filter.to = "2023-12".parse().ok()).await,
        "x/2023"
    );
    assert_eq!(
        list(|filter| filter.datasets = vec!["y".to_owned()]).await,
        "y/2024-03"
    );
    assert_eq!(
        list(|filter| filter.states = vec![State::Draft]).await,
        "y/2024-03"
    );
    place.run("UPDATE submission SET state = 'lost'").await;
    let error = store
        .submissions(&Scope::All, &SubmissionFilter::default())
        .await
        .unwrap_err();
    assert!(error.text(Language::Zh).contains("lost"), "{error:?}");
}

async fn pages_follow_each_other_by_key(place: &Place) {
    let store = place.store().await;
    let fillings: Vec<Filling> = (0..40)
        .map(|number| {
            let dataset = ["finance", "staff"][number % 2];
            let mut key = key(dataset, &format!("2024-{:02}", number / 2 % 5 + 1));
            key.organisation_code = format!("H{:02}", number / 10);
            filling(key, &number.to_string())
        })
        .collect();
    let all = &Scope::All;
    let drafts = store.fill(all, &actor("张财务", 1), &fillings).await;
    let mut drafts: Vec<SubmissionKey> = drafts.unwrap().into_iter().map(|one| one.key).collect();
    drafts.sort_by(|a, b| (b.period.last(), a).cmp(&(a.period.last(), b)));
    let filter = SubmissionFilter::default();
    let (mut seen, mut behind) = (Vec::new(), None);
    loop {
        let page = store
            .submission_page(all, &filter, behind.as_ref(), 7)
            .await;
        let page = page.unwrap();
        assert_eq!(page.total, 40);
        seen.extend(page.submissions.into_iter().map(|one| one.key));
        if !page.more {
            break;
        }
        behind = seen.last().cloned();
    }
    assert_eq!(seen, drafts);
    let own = SubmissionFilter {
        datasets: vec!["staff".to_owned()],
        ..SubmissionFilter::default()
    };
    let scope = Scope::one("H03");
    let page = store.submission_page(&scope, &own, None, 2).await.unwrap();
    assert_eq!((page.submissions.len(), page.total), (2, 5));
    assert!(page.more);
    // The place need not be one of the list.
    let gone = key("finance", "2024-02");
    let page = store.submission_page(all, &filter, Some(&gone), 100).await;
    let later = page.unwrap().submissions;
    let mut months = later.iter().map(|one| one.key.period.to_string());
    assert!(!later.is_empty() && months.all(|month| month.as_str() <= "2024-02"));
}
