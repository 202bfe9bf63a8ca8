//! Accounts: what is stored, what is refused, and what happens at the same moment.

use biaochi_access::secret::{Secret, fingerprint};
use biaochi_access::throttle::Throttle;
use biaochi_store::{
    AccountChange, AccountState, Attempt, AuditAction, AuditFilter, AuditOrder, NewAccount,
    NewAssignment, NewSession, NewToken, ProviderPerson, Scope, Store, StoreError, session_id,
};
use jiff::civil::date;

use crate::place::{Place, on_both};
use crate::support::{HOSPITAL, actor, time};

on_both!(
    an_account_goes_its_way,
    accounts_belong_to_institutions,
    roles_have_their_days,
    sessions_open_and_end,
    a_code_opens_one_session,
    tokens_are_kept_as_hashes,
    a_password_that_somebody_else_sets_ends_tokens,
    sessions_are_named_without_their_secret,
    a_set_up_code_works_once,
    failures_make_people_wait_longer_each_time,
    many_guesses_at_once_are_counted_one_by_one,
    an_account_is_one_person_of_the_provider,
    an_expected_person_is_found_by_name_once,
    a_password_that_somebody_else_sets_ends_an_own_link,
);

fn new(name: &str, organisation_code: &str) -> NewAccount {
    NewAccount {
        name: name.to_owned(),
        title: "张三".to_owned(),
        organisation_code: organisation_code.to_owned(),
        password: Some(Secret::new("$hash-of-first")),
        must_change: true,
    }
}

pub(crate) async fn made(store: &Store, name: &str) {
    let account = new(name, HOSPITAL);
    store
        .create_account(&Scope::All, &actor("系统", 0), &account)
        .await
        .unwrap();
}

pub(crate) fn session(name: &str, id: &str, totp_step: Option<i64>) -> NewSession {
    NewSession {
        fingerprint: fingerprint(id),
        account: name.to_owned(),
        revision: 1,
        second_factor: totp_step.is_some(),
        totp_step,
        by_provider: false,
        expires_at: time(36_000),
    }
}

async fn an_account_goes_its_way(place: &Place) {
    let store = place.store().await;
    assert!(!store.has_accounts().await.unwrap());
    made(&store, "zhang").await;
    assert!(store.has_accounts().await.unwrap());
    let again = store
        .create_account(&Scope::All, &actor("系统", 1), &new("zhang", ""))
        .await;
    assert!(
        matches!(again, Err(StoreError::Conflict { .. })),
        "{again:?}"
    );

    let account = store.account(&Scope::All, "zhang").await.unwrap();
    assert!(account.must_change && !account.second_factor);
    let change = async |seen: &biaochi_store::Account, change: AccountChange| {
        store
            .change_account(&Scope::All, &actor("admin", 5), seen, &change, "本人申请")
            .await
    };
    let password = AccountChange::Password {
        hash: Secret::new("$hash-of-second"),
        must_change: false,
        keeps: None,
    };
    let changed = change(&account, password).await.unwrap();
    assert_eq!((changed.revision, changed.must_change), (2, false));
    let stale = change(&account, AccountChange::Disable).await;
    assert!(
        matches!(stale, Err(StoreError::Conflict { found: 2, .. })),
        "{stale:?}"
    );
    let sealed = Secret::new("sealed-secret");
    let draft = AccountChange::DraftSecondFactor { sealed };
    let drafted = change(&changed, draft).await.unwrap();
    assert!(!drafted.second_factor);
    let confirm = AccountChange::ConfirmSecondFactor { step: 100 };
    let confirmed = change(&drafted, confirm).await.unwrap();
    assert!(confirmed.second_factor);
    let stored = store.credentials("zhang").await.unwrap().unwrap();
    assert_eq!(stored.totp.reveal(), "sealed-secret");
    assert_eq!((stored.totp_draft.reveal(), stored.totp_step), ("", 100));
    let dropped = change(&confirmed, AccountChange::DropSecondFactor).await;
    let disabled = change(&dropped.unwrap(), AccountChange::Disable).await;
    let disabled = disabled.unwrap();
    assert_eq!(disabled.state, AccountState::Disabled);
    let enabled = change(&disabled, AccountChange::Enable).await.unwrap();
    assert_eq!(enabled.state, AccountState::Active);

    // Nothing of it is secret in the trail or when printed.
    let debug = format!("{stored:?}");
    assert!(
        !debug.contains("hash-of") && !debug.contains("sealed"),
        "{debug}"
    );
    let page = store
        .audit(
            &Scope::All,
            &AuditFilter::default(),
            AuditOrder::OldestFirst,
            None,
            100,
        )
        .await
        .unwrap();
    let actions: Vec<AuditAction> = page.entries.iter().map(|row| row.entry.action).collect();
    assert_eq!(
        actions,
        [
            AuditAction::AccountCreated,
            AuditAction::PasswordChanged,
            AuditAction::SecondFactorOn,
            AuditAction::SecondFactorOff,
            AuditAction::AccountDisabled,
            AuditAction::AccountEnabled,
        ]
    );
    let told = format!("{:?}", page.entries);
    assert!(
        !told.contains("hash-of") && !told.contains("sealed"),
        "{told}"
    );
    assert_eq!(page.entries[1].entry.reason, "本人申请");
}

async fn accounts_belong_to_institutions(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    let (own, other) = (Scope::one(HOSPITAL), Scope::one("other"));
    let names = async |scope: &Scope| -> Vec<String> {
        let accounts = store.accounts(scope).await.unwrap().into_iter();
        accounts.map(|account| account.name).collect()
    };
    assert_eq!(names(&own).await, ["zhang"]);
    assert!(names(&other).await.is_empty());
    let seen = store.account(&own, "zhang").await.unwrap();
    let who = actor("admin", 1);
    let refused = [
        store.account(&other, "zhang").await.map(|_| ()),
        store
            .change_account(&other, &who, &seen, &AccountChange::Disable, "")
            .await
            .map(|_| ()),
        store.roles_of(&other, "zhang").await.map(|_| ()),
    ];
    for result in refused {
        assert!(
            matches!(result, Err(StoreError::NotFound { .. })),
            "{result:?}"
        );
    }
    let outside = store
        .create_account(&other, &who, &new("li", HOSPITAL))
        .await;
    assert!(
        matches!(outside, Err(StoreError::OutOfScope { .. })),
        "{outside:?}"
    );
}

async fn roles_have_their_days(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    let scope = Scope::one(HOSPITAL);
    let assignment = NewAssignment {
        role: "coder".to_owned(),
        unit: format!("hospital:{HOSPITAL}"),
        first_day: date(2024, 3, 1),
        last_day: None,
        reason: "岗位调整".to_owned(),
    };
    let mut grants = Vec::new();
    for n in 0..6 {
        let (store, scope, assignment) = (store.clone(), scope.clone(), assignment.clone());
        grants.push(tokio::spawn(async move {
            let who = actor("admin", n);
            store.grant_role(&scope, &who, "zhang", &assignment).await
        }));
    }
    for grant in grants {
        grant.await.unwrap().unwrap();
    }
    let roles = store.roles_of(&scope, "zhang").await.unwrap();
    let numbers: Vec<u64> = roles.iter().map(|role| role.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
    assert_eq!(roles[0].assignment, assignment);
    let who = actor("admin", 9);
    let ended = store
        .end_role(&scope, &who, ("zhang", 2), date(2024, 6, 30), "转岗")
        .await
        .unwrap();
    assert!(ended.counts_on(date(2024, 6, 30)) && !ended.counts_on(date(2024, 7, 1)));
    assert!(ended.counts_on(date(2024, 3, 1)) && !ended.counts_on(date(2024, 2, 29)));
    let roles = store.roles_of(&scope, "zhang").await.unwrap();
    assert_eq!(roles[1], ended);
    // What is ended is not made longer again by ending it later.
    let longer = store
        .end_role(&scope, &who, ("zhang", 2), date(2024, 7, 1), "")
        .await;
    assert!(matches!(longer, Err(StoreError::NotFound { .. })));
    let missing = store
        .end_role(&scope, &who, ("zhang", 99), date(2024, 6, 30), "")
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound { .. })));
    assert!(store.verify_audit(None).await.unwrap().faults.is_empty());
}

async fn sessions_open_and_end(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    let desk = store.with_origin("10.0.0.7");
    for id in ["one", "two"] {
        let (by, new) = (actor("zhang", 1), session("zhang", id, None));
        assert!(desk.open_session(&by, &new).await.unwrap());
    }
    let found = store.session(&fingerprint("one")).await.unwrap().unwrap();
    assert_eq!(
        (&*found.account.name, &*found.origin),
        ("zhang", "10.0.0.7")
    );
    assert_eq!((found.opened_at, found.expires_at), (time(1), time(36_000)));
    assert!(store.session("one").await.unwrap().is_none());
    store
        .touch_session(&fingerprint("one"), time(60))
        .await
        .unwrap();
    // Nobody ends the session of somebody else.
    for (who, ended) in [("li", None), ("zhang", Some(time(70)))] {
        store
            .end_session(&actor(who, 70), &fingerprint("one"))
            .await
            .unwrap();
        let found = store.session(&fingerprint("one")).await.unwrap().unwrap();
        assert_eq!((found.seen_at, found.ended_at), (time(60), ended));
    }
    // Another password ends the rest.
    let account = store.account(&Scope::All, "zhang").await.unwrap();
    let password = AccountChange::Password {
        hash: Secret::new("$other"),
        must_change: false,
        keeps: None,
    };
    store
        .change_account(&Scope::All, &actor("zhang", 80), &account, &password, "")
        .await
        .unwrap();
    let found = store.session(&fingerprint("two")).await.unwrap().unwrap();
    assert_eq!(found.ended_at, Some(time(80)));
    // Nor is one opened for whoever was verified with the password before.
    let (by, new) = (actor("zhang", 81), session("zhang", "stale", None));
    assert!(!desk.open_session(&by, &new).await.unwrap());
    // A text that PostgreSQL cannot hold names nobody.
    assert!(store.credentials("zh\0ang").await.unwrap().is_none());
    // No session for who was disabled meanwhile.
    let account = store.account(&Scope::All, "zhang").await.unwrap();
    store
        .change_account(
            &Scope::All,
            &actor("admin", 90),
            &account,
            &AccountChange::Disable,
            "",
        )
        .await
        .unwrap();
    let (by, new) = (actor("zhang", 91), session("zhang", "three", None));
    assert!(!desk.open_session(&by, &new).await.unwrap());
    assert!(
        store
            .session(&fingerprint("three"))
            .await
            .unwrap()
            .is_none()
    );
}

async fn a_code_opens_one_session(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    made(&one, "zhang").await;
    let open = |store: &Store, id: &str, step| {
        let (store, session) = (store.clone(), session("zhang", id, Some(step)));
        tokio::spawn(async move {
            let who = actor("zhang", 1);
            store.open_session(&who, &session).await.unwrap()
        })
    };
    for round in 0..5 {
        let step = 100 + round;
        let first = open(&one, &format!("a{round}"), step);
        let second = open(&two, &format!("b{round}"), step);
        let opened = [first.await.unwrap(), second.await.unwrap()];
        assert_eq!(opened.iter().filter(|opened| **opened).count(), 1);
    }
    assert!(!open(&one, "late", 103).await.unwrap());
    let sessions = place.number("SELECT COUNT(*) FROM account_session").await;
    assert_eq!(sessions, Some(5));
    let verified = one.verify_audit(None).await.unwrap();
    // One row for the account, one for each session.
    assert_eq!((verified.entries, verified.faults.len()), (6, 0));
}

async fn tokens_are_kept_as_hashes(place: &Place) {
    let store = place.store().await;
    made(&store, "robot").await;
    let scope = Scope::one(HOSPITAL);
    let token = NewToken {
        fingerprint: fingerprint("bct_secret"),
        token_id: "t-1".to_owned(),
        account: "robot".to_owned(),
        title: "数据中心取数".to_owned(),
        permissions: "read:indicator".to_owned(),
        expires_at: time(1000),
    };
    let made = store
        .create_token(&scope, &actor("admin", 1), &token)
        .await
        .unwrap();
    assert_eq!(store.tokens(&scope).await.unwrap(), [made]);
    assert!(store.tokens(&Scope::one("other")).await.unwrap().is_empty());
    let held = store.token(&fingerprint("bct_secret")).await.unwrap();
    let held = held.unwrap();
    assert_eq!(
        (&*held.account.name, &*held.token.permissions),
        ("robot", "read:indicator")
    );
    assert!(store.token("bct_secret").await.unwrap().is_none());
    store.touch_token("t-1", time(5)).await.unwrap();
    let other = Scope::one("other");
    let who = actor("admin", 6);
    let refused = store.revoke_token(&other, &who, "t-1", "").await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })));
    let revoked = store.revoke_token(&scope, &who, "t-1", "不再使用").await;
    let revoked = revoked.unwrap();
    assert_eq!(
        (revoked.seen_at, revoked.revoked_at),
        (Some(time(5)), Some(time(6)))
    );
    let again = store.revoke_token(&scope, &who, "t-1", "").await;
    assert!(matches!(again, Err(StoreError::NotFound { .. })));
    let leaked = place
        .number("SELECT COUNT(*) FROM account_token WHERE fingerprint LIKE '%secret%'")
        .await;
    assert_eq!(leaked, Some(0));
}

async fn a_password_that_somebody_else_sets_ends_tokens(place: &Place) {
    let store = place.store().await;
    made(&store, "robot").await;
    let scope = Scope::one(HOSPITAL);
    let token = NewToken {
        fingerprint: fingerprint("bct_secret"),
        token_id: "t-1".to_owned(),
        account: "robot".to_owned(),
        title: "取数".to_owned(),
        permissions: "read:indicator".to_owned(),
        expires_at: time(1000),
    };
    let by = actor("admin", 1);
    store.create_token(&scope, &by, &token).await.unwrap();
    let set = async |must_change: bool, second: i64| {
        let seen = store.account(&scope, "robot").await.unwrap();
        let change = AccountChange::Password {
            hash: Secret::new("$other"),
            must_change,
            keeps: None,
        };
        let by = actor("admin", second);
        let done = store.change_account(&scope, &by, &seen, &change, "").await;
        done.unwrap();
        let held = store.token(&fingerprint("bct_secret")).await.unwrap();
        held.unwrap().token.revoked_at
    };
    // Whoever changes the own password keeps the programs.
    assert_eq!(set(false, 2).await, None);
    assert_eq!(set(true, 3).await, Some(time(3)));
    assert_eq!(set(true, 4).await, Some(time(3)));
    let filter = AuditFilter {
        actions: vec![AuditAction::TokenRevoked],
        ..AuditFilter::default()
    };
    let page = store.audit(&scope, &filter, AuditOrder::OldestFirst, None, 10);
    let entries = page.await.unwrap().entries;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].entry.subject, "robot/t-1");
}

async fn sessions_are_named_without_their_secret(place: &Place) {
    let store = place.store().await;
    made(&store, "li").await;
    let who = actor("li", 1);
    for id in ["one", "two"] {
        let opened = store.open_session(&who, &session("li", id, None)).await;
        assert!(opened.unwrap());
    }
    let open = store.sessions_of("li", time(2)).await.unwrap();
    assert_eq!(open.len(), 2);
    let id = session_id(&fingerprint("one"));
    assert!(open.iter().any(|one| one.session_id == id));
    // Nobody ends what is somebody else's.
    let other = actor("wang", 3);
    assert!(!store.end_session_named(&other, &id).await.unwrap());
    assert!(store.end_session_named(&who, &id).await.unwrap());
    assert!(!store.end_session_named(&who, &id).await.unwrap());
    assert_eq!(store.sessions_of("li", time(2)).await.unwrap().len(), 1);
    assert!(
        store
            .sessions_of("li", time(36_001))
            .await
            .unwrap()
            .is_empty()
    );
}

async fn a_set_up_code_works_once(place: &Place) {
    let store = place.store().await;
    let assignment = NewAssignment {
        role: "administrator".to_owned(),
        unit: "all".to_owned(),
        first_day: date(2024, 3, 1),
        last_day: None,
        reason: String::new(),
    };
    let code = async |code: &str, second, expires| {
        let who = actor("系统", second);
        let hash = fingerprint(code);
        let made = store.make_set_up_code(&who, &hash, time(expires)).await;
        made.unwrap();
    };
    let redeem = |code: &str, second, name: &str| {
        let (store, hash) = (store.clone(), fingerprint(code));
        let (account, assignment) = (new(name, ""), assignment.clone());
        tokio::spawn(async move {
            let used = store.use_set_up_code(time(second), &hash, &account, &assignment);
            used.await.unwrap().is_some()
        })
    };
    code("old", 0, 100).await;
    code("new", 1, 100).await;
    // The one before ended, an unknown one never was, a late one does not hold.
    assert!(!redeem("old", 2, "a").await.unwrap());
    assert!(!redeem("none", 2, "a").await.unwrap());
    assert!(!redeem("new", 100, "a").await.unwrap());
    let both = [redeem("new", 50, "b"), redeem("new", 50, "c")];
    let mut done = 0;
    for one in both {
        done += u32::from(one.await.unwrap());
    }
    assert_eq!(done, 1);
    let accounts = store.accounts(&Scope::All).await.unwrap();
    let [account] = &accounts[..] else {
        panic!("{accounts:?}")
    };
    let roles = store.roles_of(&Scope::All, &account.name).await.unwrap();
    assert_eq!(roles.len(), 1);
    assert_eq!(roles[0].assignment, assignment);
}

async fn failures_make_people_wait_longer_each_time(place: &Place) {
    let store = place.store().await;
    let attempt = async |second| {
        store
            .begin_attempt("zhang", &Throttle::NAME, time(second))
            .await
            .unwrap()
    };
    for second in 0..5 {
        assert_eq!(attempt(second).await, Attempt::Allowed);
    }
    assert_eq!(attempt(5).await, Attempt::RefusedUntil(time(64)));
    assert_eq!(
        store.refused_until("zhang", time(63)).await.unwrap(),
        Some(time(64))
    );
    assert_eq!(attempt(63).await, Attempt::RefusedUntil(time(64)));
    // After the wait there is one attempt, then a wait twice as long.
    assert_eq!(attempt(64).await, Attempt::Allowed);
    assert_eq!(attempt(65).await, Attempt::RefusedUntil(time(184)));
    // Others do not wait.
    let other = store.begin_attempt("li", &Throttle::NAME, time(65)).await;
    assert_eq!(other.unwrap(), Attempt::Allowed);
    // One that was no failure is taken back, and leaves the wait of real failures alone.
    assert_eq!(attempt(184).await, Attempt::Allowed);
    store
        .withdraw_attempt("zhang", &Throttle::NAME)
        .await
        .unwrap();
    assert!(matches!(attempt(185).await, Attempt::RefusedUntil(_)));
    store.clear_attempts("zhang").await.unwrap();
    assert_eq!(attempt(186).await, Attempt::Allowed);
    // A day without any is enough to forget them.
    for second in 187..190 {
        assert_eq!(attempt(second).await, Attempt::Allowed);
    }
    assert_eq!(attempt(190 + 86_401).await, Attempt::Allowed);
    assert_eq!(attempt(191 + 86_401).await, Attempt::Allowed);

    made(&store, "zhang").await;
    let who = actor("admin", 86_700);
    store
        .unlock_account(&Scope::All, &who, "zhang", "zhang", "本人来访")
        .await
        .unwrap();
    let nothing = store
        .unlock_account(&Scope::All, &who, "zhang", "zhang", "")
        .await;
    assert!(matches!(nothing, Err(StoreError::NotFound { .. })));

    // A clock that was years ahead keeps nobody out for longer than the longest wait.
    for _ in 0..5 {
        let ahead = store.begin_attempt("wang", &Throttle::NAME, time(90_000_000));
        assert_eq!(ahead.await.unwrap(), Attempt::Allowed);
    }
    for (second, expected) in [
        (0, Attempt::RefusedUntil(time(3600))),
        (60, Attempt::RefusedUntil(time(3600))),
        (3600, Attempt::Allowed),
    ] {
        let back = store.begin_attempt("wang", &Throttle::NAME, time(second));
        assert_eq!(back.await.unwrap(), expected, "{second}");
    }
}

async fn many_guesses_at_once_are_counted_one_by_one(place: &Place) {
    let (one, two) = (place.store().await, place.store().await);
    let mut guesses = Vec::new();
    for n in 0..24 {
        let store = if n % 2 == 0 { one.clone() } else { two.clone() };
        guesses.push(tokio::spawn(async move {
            let attempt = store.begin_attempt("zhang", &Throttle::NAME, time(0));
            attempt.await.unwrap()
        }));
    }
    let mut allowed = 0;
    for guess in guesses {
        allowed += u32::from(guess.await.unwrap() == Attempt::Allowed);
    }
    assert_eq!(allowed, Throttle::NAME.free + 1);
}

fn person(subject: &str) -> ProviderPerson {
    ProviderPerson {
        issuer: "https://id.hospital.example".to_owned(),
        subject: subject.to_owned(),
        shown: "0417".to_owned(),
    }
}

async fn an_account_is_one_person_of_the_provider(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    made(&store, "li").await;
    let link = async |account: &str, subject: &str| {
        let person = person(subject);
        let by = actor(account, 3);
        store.link_identity(&by, account, &person, "").await
    };
    let linked = link("zhang", "s-1").await.unwrap();
    assert_eq!(linked.person, Some(person("s-1")));
    assert_eq!(
        store.identity_of("zhang").await.unwrap().as_ref(),
        Some(&linked)
    );
    let of = async |scope: &Scope| store.identities(scope).await.unwrap();
    assert_eq!(of(&Scope::All).await, std::slice::from_ref(&linked));
    assert_eq!(of(&Scope::one(HOSPITAL)).await, [linked]);
    assert!(of(&Scope::one("elsewhere")).await.is_empty());
    let found = store.account_of_person(&person("s-1")).await.unwrap();
    assert_eq!(found.map(|found| found.name).as_deref(), Some("zhang"));
    // Neither a second account for the person nor a second person for the account.
    for (account, subject) in [("li", "s-1"), ("zhang", "s-2")] {
        let refused = link(account, subject).await;
        assert!(
            matches!(refused, Err(StoreError::Conflict { .. })),
            "{refused:?}"
        );
    }
    // The same subject of another issuer is somebody else.
    let other = ProviderPerson {
        issuer: "https://other.example".to_owned(),
        ..person("s-1")
    };
    assert_eq!(store.account_of_person(&other).await.unwrap(), None);

    let (elsewhere, admin) = (Scope::one("elsewhere"), actor("admin", 4));
    let out_of_scope = store.unlink_identity(&elsewhere, &admin, "zhang", "").await;
    assert!(matches!(out_of_scope, Err(StoreError::NotFound { .. })));
    let unlink = async || {
        let by = actor("admin", 5);
        store
            .unlink_identity(&Scope::All, &by, "zhang", "离职")
            .await
    };
    assert!(unlink().await.unwrap());
    assert!(!unlink().await.unwrap());
    assert_eq!(store.account_of_person(&person("s-1")).await.unwrap(), None);
    let filter = AuditFilter::default();
    let page = store.audit(&Scope::All, &filter, AuditOrder::OldestFirst, None, 100);
    let rows = page.await.unwrap().entries;
    let told = |action: AuditAction| rows.iter().filter(|row| row.entry.action == action).count();
    assert_eq!(told(AuditAction::IdentityLinked), 1);
    assert_eq!(told(AuditAction::IdentityUnlinked), 1);
}

async fn an_expected_person_is_found_by_name_once(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    made(&store, "li").await;
    let admin = actor("admin", 3);
    let expect = async |account: &str| {
        store
            .expect_identity(&Scope::All, &admin, account, " 0417 ", "")
            .await
    };
    assert_eq!(expect("zhang").await.unwrap().expected, "0417");
    let taken = expect("li").await;
    assert!(
        matches!(taken, Err(StoreError::Conflict { .. })),
        "{taken:?}"
    );
    let expecting = async |shown: &str| {
        let found = store.account_expecting(shown).await.unwrap();
        found.map(|found| found.name)
    };
    assert_eq!(expecting("0417").await.as_deref(), Some("zhang"));
    assert_eq!(expecting("0418").await, None);
    assert_eq!(expecting("").await, None);
    let by = actor("zhang", 4);
    let linked = store.link_identity(&by, "zhang", &person("s-1"), "").await;
    assert_eq!(linked.unwrap().expected, "0417");
    // Whoever comes later under the same name is not the same person.
    assert_eq!(expecting("0417").await, None);
}

async fn a_password_that_somebody_else_sets_ends_an_own_link(place: &Place) {
    let store = place.store().await;
    made(&store, "zhang").await;
    made(&store, "li").await;
    let admin = actor("admin", 3);
    let expected = store.expect_identity(&Scope::All, &admin, "li", "0418", "");
    expected.await.unwrap();
    for (name, subject) in [("zhang", "s-1"), ("li", "s-2")] {
        let (by, person) = (actor(name, 4), person(subject));
        let linked = store.link_identity(&by, name, &person, "").await;
        linked.unwrap();
        let account = store.account(&Scope::All, name).await.unwrap();
        let change = AccountChange::Password {
            hash: Secret::new("$hash-of-third"),
            must_change: true,
            keeps: None,
        };
        let changed = store.change_account(&Scope::All, &admin, &account, &change, "");
        changed.await.unwrap();
    }
    assert_eq!(store.identity_of("zhang").await.unwrap(), None);
    let kept = store.identity_of("li").await.unwrap();
    assert!(kept.is_some_and(|kept| kept.person.is_some()));
}
