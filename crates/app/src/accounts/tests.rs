//! Signing in and being let in, with a clock of the test's own.

use biaochi_access::secret::{Kind, Secret, fingerprint, opaque};
use biaochi_access::{Action, Object, Refusal, Resource, Sensitivity, totp};
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::{Rows, Table, Unit};
use biaochi_store::{
    AccountState, Actor, AuditAction, AuditFilter, AuditOrder, AuditOutcome, NewSession, Scope,
};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::runtime::block_on;
use crate::workspace::Config;
use crate::{Content, Workspace};

const PASSWORD: &str = "Kq7-lan-shan";
const OTHER: &str = "Yun-ze-2024-xian";

/// An office in a workspace of its own.
struct Place {
    office: Office,
    _folder: tempfile::TempDir,
}

/// Noon in China on the first of June 2024, so many seconds later.
fn time(second: i64) -> Timestamp {
    let noon: Timestamp = "2024-06-01T04:00:00Z".parse().expect("a time");
    noon + SignedDuration::from_secs(second)
}

fn admin(second: i64) -> Actor {
    Actor {
        name: "admin".to_owned(),
        at: time(second),
    }
}

async fn place() -> Place {
    place_with(Config::default()).await
}

async fn place_with(config: Config) -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let workspace = Workspace::init(folder.path(), config).expect("a new workspace");
    let content = Content::load(&[]).expect("content");
    let store = workspace.open_store().await;
    let store = store.expect("a store");
    let mut rows = Rows::default();
    for (table, line) in [
        (Table::Divisions, "9901,望舒市,市"),
        (Table::Divisions, "990121,云泽县,县,9901"),
        (
            Table::Institutions,
            "A,云泽县人民医院,,,二级,甲等,综合医院,,政府办,990121",
        ),
        (
            Table::Institutions,
            "B,望舒市中心医院,,,三级,甲等,综合医院,,政府办,9901",
        ),
    ] {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        cells.resize(table.columns().len(), String::new());
        assert_eq!(rows.push(table, &cells), Ok(()), "{line}");
    }
    let by = admin(0);
    let saved = store.save_organisations(&Scope::All, &by, 0, &rows, "");
    saved.await.expect("saved");
    let office = Office::new(&workspace, &content, store).expect("an office");
    Place {
        office,
        _folder: folder,
    }
}

async fn added(office: &Office, name: &str) {
    let user = NewUser {
        name: name.to_owned(),
        title: "张三".to_owned(),
        organisation: "A".to_owned(),
        password: Some(Secret::new(PASSWORD)),
    };
    let made = add_user(office, &Scope::All, &admin(0), &user).await;
    made.expect("an account");
}

async fn granted(office: &Office, name: &str, role: &str, unit: &str) {
    let role = NewRole {
        role: role.to_owned(),
        unit: unit.parse().expect("a unit"),
        first_day: date(2024, 1, 1),
        last_day: Some(date(2024, 6, 30)),
        reason: "岗位".to_owned(),
    };
    let given = grant_role(office, &Scope::All, &admin(0), name, &role).await;
    given.expect("a role");
}

async fn try_in(
    office: &Office,
    name: &str,
    password: &str,
    code: Option<&str>,
    second: i64,
) -> Result<SignedIn, AccountError> {
    let presented = SignIn {
        name: name.to_owned(),
        password: Secret::new(password),
        code: code.map(Secret::new),
    };
    sign_in(office, &presented, time(second)).await
}

/// Signs in with the first password and chooses another one.
async fn settled(office: &Office, name: &str) -> SignedIn {
    let first = try_in(office, name, PASSWORD, None, 0).await;
    let first = first.expect("signed in");
    let person = person_of_session(office, &first.session, time(1)).await;
    let person = person.expect("a person");
    assert!(person.asker.must_change_password);
    let (old, new) = (Secret::new(PASSWORD), Secret::new(OTHER));
    let changed = change_own_password(office, &person.actor, None, &old, &new).await;
    assert!(!changed.expect("changed").must_change);
    // Every session ended with the old password.
    let ended = person_of_session(office, &first.session, time(2)).await;
    assert!(matches!(ended, Err(AccountError::NoSession)));
    let again = try_in(office, name, OTHER, None, 3).await;
    again.expect("signed in")
}

async fn told(office: &Office, action: AuditAction) -> Vec<(String, String, AuditOutcome)> {
    let filter = AuditFilter {
        actions: vec![action],
        ..AuditFilter::default()
    };
    let order = AuditOrder::OldestFirst;
    let page = office
        .store()
        .audit(&Scope::All, &filter, order, None, 1000)
        .await
        .expect("rows");
    let rows = page.entries.into_iter().map(|row| row.entry);
    rows.map(|row| (row.subject, row.reason, row.outcome))
        .collect()
}

#[test]
fn a_person_signs_in_changes_the_password_and_leaves() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "ZhangSan").await;
        granted(office, "zhangsan", "病案编码员", "hospital:A").await;
        let signed_in = settled(office, " ZHANGSAN ").await;
        assert_eq!(signed_in.account.name, "zhangsan");
        let session = &signed_in.session;
        let person = person_of_session(office, session, time(10)).await;
        let person = person.expect("a person");
        assert_eq!(person.scope, Scope::one("A"));
        // Half an hour without use, and twelve hours with it.
        let idle = person_of_session(office, session, time(10 + 1800 + 60)).await;
        assert!(matches!(idle, Err(AccountError::NoSession)));
        let mut last = 0;
        for step in 1..30 {
            last = step * 1700;
            if person_of_session(office, session, time(last))
                .await
                .is_err()
            {
                break;
            }
        }
        assert_eq!(last, 1700 * 26, "43200 s after signing in");
        let another = try_in(office, "zhangsan", OTHER, None, 50_000).await;
        let another = another.expect("signed in").session;
        let person = person_of_session(office, &another, time(50_001)).await;
        sign_out(office, &person.expect("a person"), &another)
            .await
            .expect("signed out");
        let gone = person_of_session(office, &another, time(50_002)).await;
        assert!(matches!(gone, Err(AccountError::NoSession)));
        assert_eq!(told(office, AuditAction::SignedOut).await.len(), 1);
        let verified = office.store().verify_audit(None).await.expect("verified");
        assert!(verified.faults.is_empty());
    });
}

#[test]
fn nobody_learns_whether_an_account_exists() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        let mut answers = Vec::new();
        for name in ["zhangsan", "nobody"] {
            let mut texts = Vec::new();
            for second in 0..7 {
                let answer = try_in(office, name, "wrong-Password-1", None, second).await;
                texts.push(answer.expect_err("refused").text(Language::Zh));
            }
            assert!(
                texts[0].contains("不正确") && texts[6].contains("之后再试"),
                "{texts:?}"
            );
            answers.push(texts);
        }
        assert_eq!(answers[0], answers[1]);
        // Even the right password waits.
        let right = try_in(office, "zhangsan", PASSWORD, None, 8).await;
        assert!(matches!(right, Err(AccountError::Wait { .. })));
        let right = try_in(office, "zhangsan", PASSWORD, None, 70).await;
        right.expect("signed in after the wait");
        // The trail knows whose account was tried, and not what somebody typed as a name.
        let refused = told(office, AuditAction::SignInRefused).await;
        let names: Vec<&str> = refused.iter().map(|row| row.0.as_str()).collect();
        assert_eq!(names, [&["zhangsan"; 5][..], &[""; 5]].concat());
        assert!(refused.iter().all(|row| row.2 == AuditOutcome::Refused));
    });
}

#[test]
fn a_disabled_or_locked_account_is_let_in_by_the_administrator_only() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        let open = try_in(office, "zhangsan", PASSWORD, None, 0).await;
        let open = open.expect("signed in").session;
        let disabled = AccountState::Disabled;
        let done = set_state(office, &Scope::All, &admin(5), "zhangsan", disabled, "离职").await;
        done.expect("disabled");
        let ended = person_of_session(office, &open, time(6)).await;
        assert!(matches!(ended, Err(AccountError::NoSession)));
        let refused = try_in(office, "zhangsan", PASSWORD, None, 7).await;
        assert!(matches!(refused, Err(AccountError::SignInRefused)));
        let active = AccountState::Active;
        let done = set_state(office, &Scope::All, &admin(8), "zhangsan", active, "返岗").await;
        done.expect("enabled");
        for second in 9..14 {
            let wrong = try_in(office, "zhangsan", "wrong-Password-1", None, second).await;
            wrong.expect_err("refused");
        }
        let locked = try_in(office, "zhangsan", PASSWORD, None, 15).await;
        assert!(matches!(locked, Err(AccountError::Wait { .. })));
        let done = unlock(office, &Scope::All, &admin(16), "zhangsan", "本人来访").await;
        done.expect("unlocked");
        let fine = try_in(office, "zhangsan", PASSWORD, None, 17).await;
        fine.expect("signed in");
        // An administrator of another hospital does not even see it.
        let other = Scope::one("B");
        let unseen = unlock(office, &other, &admin(18), "zhangsan", "").await;
        assert!(
            unseen
                .expect_err("unseen")
                .text(Language::Zh)
                .contains("没有找到")
        );
    });
}

#[test]
fn the_second_factor_is_asked_for_and_each_code_taken_once() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        let draft = begin_second_factor(office, &Scope::All, &admin(0), "zhangsan").await;
        let draft = draft.expect("a draft");
        let hidden = format!("{draft:?}");
        assert!(!hidden.contains(draft.key.reveal()), "{hidden}");
        // Until it is confirmed it is not asked for.
        try_in(office, "zhangsan", PASSWORD, None, 0)
            .await
            .expect("signed in");
        let stored = office.store().credentials("zhangsan").await;
        let stored = stored.expect("read").expect("an account");
        let secret = office
            .unseal("zhangsan", &stored.totp_draft)
            .expect("sealed here");
        assert!(
            !stored
                .totp_draft
                .reveal()
                .contains(&*totp::base_32(&secret))
        );
        let other = office.unseal("lisi", &stored.totp_draft);
        assert!(matches!(other, Err(AccountError::Sealed { .. })));
        let code = |second| totp::code(&secret, totp::step(time(second).as_second()));
        let confirm = async |code: String, second| {
            let (scope, who, code) = (Scope::All, admin(second), Secret::new(code));
            confirm_second_factor(office, &scope, &who, "zhangsan", &code).await
        };
        let wrong = confirm("000000".to_owned(), 60).await;
        assert!(matches!(wrong, Err(AccountError::WrongCode)) || code(60) == "000000");
        let on = confirm(code(60), 60).await.expect("confirmed");
        assert!(on.second_factor);

        let asked = try_in(office, "zhangsan", PASSWORD, None, 120).await;
        assert!(matches!(asked, Err(AccountError::CodeNeeded)));
        // A wrong password does not reveal that there is a second factor.
        let wrong = try_in(office, "zhangsan", OTHER, None, 121).await;
        assert!(matches!(wrong, Err(AccountError::SignInRefused)));
        let fine = try_in(office, "zhangsan", PASSWORD, Some(&code(120)), 122).await;
        let fine = fine.expect("signed in");
        assert!(fine.account.second_factor);
        let replayed = try_in(office, "zhangsan", PASSWORD, Some(&code(120)), 123).await;
        assert!(matches!(replayed, Err(AccountError::SignInRefused)));
        let next = try_in(office, "zhangsan", PASSWORD, Some(&code(150)), 151).await;
        next.expect("signed in");
        let off = drop_second_factor(office, &Scope::All, &admin(200), "zhangsan", "换手机").await;
        assert!(!off.expect("dropped").second_factor);
        let without = try_in(office, "zhangsan", PASSWORD, None, 300).await;
        without.expect("signed in");
    });
}

/// A workspace in which these roles ask for a second factor.
fn asking(roles: &[&str]) -> Config {
    Config {
        second_factor_roles: roles.iter().map(|role| (*role).to_owned()).collect(),
        ..Config::default()
    }
}

#[test]
fn a_role_asks_for_a_second_factor_before_anything_else() {
    block_on(async {
        let place = place_with(asking(&["病案编码员"])).await;
        let office = &place.office;
        for (name, role) in [("zhangsan", "coder"), ("lisi", "viewer")] {
            added(office, name).await;
            granted(office, name, role, "hospital:A").await;
        }
        let read = async |person: &Person| {
            let own = Object::of(Resource::Indicator, "A");
            permit(office, person, Action::Read, &own, ("", "")).await
        };
        let first = |person: &Person| person.asker.first_of_all();
        let other = settled(office, "lisi").await.session;
        let other = person_of_session(office, &other, time(10)).await;
        read(&other.expect("a person")).await.expect("permitted");
        let session = settled(office, "zhangsan").await.session;
        let person = person_of_session(office, &session, time(10)).await;
        let person = person.expect("a person");
        assert_eq!(first(&person), Some(Refusal::SetUpSecondFactorFirst));
        let denied = read(&person).await.expect_err("denied");
        assert_eq!(denied.refusal(), Some(&Refusal::SetUpSecondFactorFirst));
        assert!(denied.text(Language::Zh).contains("启用动态口令"));
        assert_eq!(told(office, AuditAction::Denied).await.len(), 1);
        // So are programs that act for the account.
        let program = NewProgram {
            account: "zhangsan".to_owned(),
            title: "取数".to_owned(),
            permissions: vec!["read:indicator".to_owned()],
            days: 7,
        };
        let token = create_token(office, &Scope::All, &admin(0), &program).await;
        let token = token.expect("a token").secret;
        let waits = person_of_token(office, &token, time(11)).await;
        assert!(matches!(waits, Err(AccountError::TokenWaits)));
        // Which factors there are is the identity provider's when it says who it is.
        let by_provider = opaque(Kind::Session, &super::office::random());
        let account = office.store().account(&Scope::All, "zhangsan").await;
        let opened = NewSession {
            fingerprint: fingerprint(by_provider.reveal()),
            account: "zhangsan".to_owned(),
            revision: account.expect("an account").revision,
            second_factor: false,
            totp_step: None,
            by_provider: true,
            expires_at: time(3600),
        };
        let who = Actor {
            name: "zhangsan".to_owned(),
            at: time(12),
        };
        let is_open = office.store().open_session(&who, &opened).await;
        assert!(is_open.expect("opened"));
        let known = person_of_session(office, &by_provider, time(13)).await;
        assert_eq!(first(&known.expect("a person")), None);
        // A code confirms it, and everything is as it was.
        let draft = begin_second_factor(office, &Scope::All, &who, "zhangsan").await;
        draft.expect("a draft");
        let drafted = person_of_session(office, &session, time(14)).await;
        let drafted = drafted.expect("a person");
        assert_eq!(first(&drafted), Some(Refusal::SetUpSecondFactorFirst));
        let stored = office.store().credentials("zhangsan").await;
        let stored = stored.expect("read").expect("an account");
        let secret = office.unseal("zhangsan", &stored.totp_draft);
        let secret = secret.expect("sealed here");
        let code = totp::code(&secret, totp::step(time(12).as_second()));
        let code = Secret::new(code);
        let on = confirm_second_factor(office, &Scope::All, &who, "zhangsan", &code).await;
        assert!(on.expect("confirmed").second_factor);
        let person = person_of_session(office, &session, time(15)).await;
        let person = person.expect("a person");
        assert_eq!(first(&person), None);
        read(&person).await.expect("permitted");
        let person = person_of_token(office, &token, time(16)).await;
        read(&person.expect("a person")).await.expect("permitted");
        // Without it, everything is closed again.
        let off = drop_second_factor(office, &Scope::All, &admin(20), "zhangsan", "换手机").await;
        assert!(!off.expect("dropped").second_factor);
        let waits = person_of_token(office, &token, time(21)).await;
        assert!(matches!(waits, Err(AccountError::TokenWaits)));
    });
}

#[test]
fn a_role_that_there_is_not_cannot_ask_for_a_second_factor() {
    block_on(async {
        let folder = tempfile::tempdir().expect("a folder");
        let config = asking(&["administrator", "king"]);
        let workspace = Workspace::init(folder.path(), config).expect("a new workspace");
        let content = Content::load(&[]).expect("content");
        let store = workspace.open_store().await.expect("a store");
        let refused = Office::new(&workspace, &content, store).expect_err("refused");
        let text = refused.text(Language::Zh);
        assert!(
            text.contains("second_factor_roles") && text.contains("“king”"),
            "{text}"
        );
    });
}

#[test]
fn roles_count_on_their_days_and_say_which_rows() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        granted(office, "zhangsan", "coder", "hospital:A").await;
        granted(office, "zhangsan", "county-commission", "division:990121").await;
        let signed_in = settled(office, "zhangsan").await;
        let person = person_of_session(office, &signed_in.session, time(10)).await;
        let person = person.expect("a person");
        let page = Object::of(Resource::FrontPage, "A").at(Sensitivity::Identified);
        let read = Action::Read;
        let silent = permit(office, &person, read, &page, ("A/aa01", " ")).await;
        assert!(matches!(silent, Err(AccountError::ReasonNeeded)));
        let open = permit(office, &person, read, &page, ("A/aa01", "核对病历")).await;
        let open = open.expect("permitted");
        // Records by the role of a coder: the hospital. Tasks by the commission's: the county.
        assert_eq!(
            (open.role.as_str(), &open.scope),
            ("coder", &Scope::one("A"))
        );
        let seen = told(office, AuditAction::IdentifiedRead).await;
        assert_eq!(seen.len(), 1);
        assert_eq!((&*seen[0].0, &*seen[0].1), ("A/aa01", "核对病历"));
        let task = Object::of(Resource::Task, "division:990121");
        let permitted = permit(office, &person, Action::Approve, &task, ("R01", "")).await;
        let permitted = permitted.expect("permitted");
        assert!(permitted.scope.allows("A") && permitted.scope.allows("division:990121"));
        assert!(!permitted.scope.allows("B") && !permitted.scope.allows("division:9901"));
        let elsewhere = Object::of(Resource::Task, "B");
        let denied = permit(office, &person, read, &elsewhere, ("R01", "")).await;
        let denied = denied.expect_err("denied");
        assert!(matches!(denied.refusal(), Some(Refusal::OutOfReach { .. })));
        assert_eq!(told(office, AuditAction::Denied).await.len(), 1);
        // The roles end with June, in China's time.
        let until = "2024-06-30T15:59:59Z".parse::<Timestamp>().expect("a time");
        for (at, roles) in [(until, 2), (until + SignedDuration::from_secs(1), 0)] {
            let second = at.as_second() - time(0).as_second();
            let again = try_in(office, "zhangsan", OTHER, None, second).await;
            let again = again.expect("signed in");
            let person = person_of_session(office, &again.session, at).await;
            assert_eq!(person.expect("a person").asker.grants.len(), roles);
        }
    });
}

#[test]
fn nobody_gives_more_than_the_own_scope() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        let own = Scope::one("A");
        let give = async |scope: &Scope, role: &str, unit: &str| {
            let role = NewRole {
                role: role.to_owned(),
                unit: unit.parse::<Unit>().expect("a unit"),
                first_day: date(2024, 1, 1),
                last_day: None,
                reason: String::new(),
            };
            let given = grant_role(office, scope, &admin(0), "zhangsan", &role).await;
            given.map_err(|error| error.text(Language::Zh))
        };
        give(&own, "coder", "hospital:A").await.expect("given");
        give(&own, "科主任", "department:A/03")
            .await
            .expect("given");
        for (role, unit, told) in [
            ("coder", "hospital:B", "超出了您自己的管理范围"),
            ("viewer", "all", "超出了您自己的管理范围"),
            ("viewer", "division:990121", "超出了您自己的管理范围"),
            ("coder", "division:990121", "可以授予：机构、医联体"),
            ("king", "hospital:A", "可用的角色：病案编码员"),
            ("viewer", "division:nowhere", "没有“division:nowhere”"),
        ] {
            let refused = give(&own, role, unit).await.expect_err("refused");
            assert!(refused.contains(told), "{role} {unit}: {refused}");
        }
        give(&Scope::All, "viewer", "all").await.expect("given");
    });
}

#[test]
fn nobody_gives_himself_a_role() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "admin").await;
        let role = NewRole {
            role: "auditor".to_owned(),
            unit: Unit::All,
            first_day: date(2024, 1, 1),
            last_day: None,
            reason: String::new(),
        };
        for name in ["admin", " ADMIN "] {
            let given = grant_role(office, &Scope::All, &admin(0), name, &role).await;
            assert!(matches!(given, Err(AccountError::OwnRole)), "{name}");
        }
        let other = Actor {
            name: "zhao".to_owned(),
            at: time(0),
        };
        let given = grant_role(office, &Scope::All, &other, "admin", &role).await;
        given.expect("a role");
    });
}

#[test]
fn passwords_for_once_are_strong_and_different() {
    let one = one_time_password();
    assert_ne!(one, one_time_password());
    assert_eq!(one.reveal().len(), 19);
    biaochi_access::password::check(one.reveal(), "zhangsan").expect("strong enough");
}

#[test]
fn organisations_are_read_again_when_they_change() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        let first = office.directory().await.expect("organisations");
        let again = office.directory().await.expect("organisations");
        assert!(std::sync::Arc::ptr_eq(&first, &again));
        let store = office.store();
        let stored = store.organisations(&Scope::All, None).await.expect("rows");
        let mut rows = stored.rows;
        let mut cells: Vec<String> = "C,云泽县中医院,,,二级,甲等,综合医院,,政府办,990121"
            .split(',')
            .map(str::to_owned)
            .collect();
        cells.resize(Table::Institutions.columns().len(), String::new());
        assert_eq!(rows.push(Table::Institutions, &cells), Ok(()));
        let who = admin(1);
        let saved = store.save_organisations(&Scope::All, &who, 1, &rows, "");
        saved.await.expect("saved");
        let now = office.directory().await.expect("organisations");
        assert!(now.as_of(date(2024, 6, 1)).institution("C").is_some());
    });
}

#[test]
fn nobody_acts_through_an_account_that_reaches_further() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "zhangsan").await;
        granted(office, "zhangsan", "coder", "hospital:A").await;
        let own = Scope::one("A");
        let (by, new) = (admin(10), Secret::new(OTHER));
        let reset = async |by: &Actor| {
            let done = reset_password(office, &own, by, "zhangsan", &new, "忘记").await;
            done.map_err(|error| error.text(Language::Zh))
        };
        reset(&by).await.expect("set");
        // Once the county gives a role, too, the hospital's administrator may not become the county.
        granted(office, "zhangsan", "county-commission", "division:990121").await;
        let refused = reset(&by).await.expect_err("refused");
        assert!(refused.contains("管理范围之外的角色"), "{refused}");
        let program = NewProgram {
            account: "zhangsan".to_owned(),
            title: "取数".to_owned(),
            permissions: vec!["*:*".to_owned()],
            days: 1,
        };
        let token = create_token(office, &own, &by, &program).await;
        assert!(matches!(token, Err(AccountError::HoldsMore { .. })));
        let factor = drop_second_factor(office, &own, &by, "zhangsan", "").await;
        assert!(matches!(factor, Err(AccountError::HoldsMore { .. })));
        let ended = end_role(office, &own, &by, ("zhangsan", 2), date(2024, 6, 1), "").await;
        assert!(matches!(ended, Err(AccountError::BeyondScope { .. })));
        // The person may, and so may anybody once that role is over.
        let person = Actor {
            name: "zhangsan".to_owned(),
            at: time(20),
        };
        let token = create_token(office, &own, &person, &program).await;
        token.expect("a token");
        let late = Actor {
            name: "admin".to_owned(),
            at: time(40 * 86_400),
        };
        reset(&late).await.expect("set");
        let longer = end_role(office, &own, &by, ("zhangsan", 1), date(2025, 1, 1), "").await;
        assert!(matches!(longer, Err(AccountError::EndsEarlier { .. })));
    });
}

#[test]
fn names_that_look_alike_are_one_or_none() {
    assert_eq!(user_name(" ＺｈａｎｇＳａｎ ").expect("a name"), "zhangsan");
    assert_eq!(user_name("张三_2").expect("a name"), "张三_2");
    for wrong in [
        "\u{430}dmin",
        "adm\u{200B}in",
        "\u{202E}nimda",
        "admin\n",
        "a",
        "'; DROP TABLE account; --",
        "⼈人",
        &"x".repeat(10_000),
    ] {
        let made = user_name(wrong);
        // Blanks around a name are nobody's.
        let fine = wrong == "admin\n";
        assert_eq!(made.is_ok(), fine, "{wrong}");
    }
}

#[test]
fn a_token_does_what_it_was_made_for_until_its_day() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        added(office, "robot").await;
        granted(office, "robot", "viewer", "hospital:A").await;
        let program = NewProgram {
            account: "robot".to_owned(),
            title: "数据中心取数".to_owned(),
            permissions: vec!["read:indicator".to_owned()],
            days: 7,
        };
        for (permissions, days, told) in [
            (vec![], 7, "至少要有一项权限"),
            (vec!["eat:lunch".to_owned()], 7, "“eat:lunch”不是权限"),
            (vec!["read:*".to_owned()], 9999, "1 至 366 天"),
        ] {
            let wrong = NewProgram {
                permissions,
                days,
                ..program.clone()
            };
            let refused = create_token(office, &Scope::All, &admin(0), &wrong).await;
            let refused = refused.expect_err("refused").text(Language::Zh);
            assert!(refused.contains(told), "{refused}");
        }
        let made = create_token(office, &Scope::All, &admin(0), &program).await;
        let made = made.expect("a token");
        let hidden = format!("{made:?}");
        assert!(!hidden.contains(made.secret.reveal()), "{hidden}");
        let person = person_of_token(office, &made.secret, time(1)).await;
        let person = person.expect("a person");
        // The first password is the person's business, not the program's.
        let own = Object::of(Resource::Indicator, "A");
        let may = permit(office, &person, Action::Read, &own, ("", "")).await;
        assert_eq!(may.expect("permitted").scope, Scope::one("A"));
        let plan = Object::of(Resource::Plan, "A");
        let may = permit(office, &person, Action::Read, &plan, ("", "")).await;
        let refusal = may.expect_err("denied");
        assert!(matches!(
            refusal.refusal(),
            Some(Refusal::OutsideToken { .. })
        ));
        let late = person_of_token(office, &made.secret, time(7 * 86_400)).await;
        assert!(matches!(late, Err(AccountError::NoToken)));
        let wrong = person_of_token(office, &Secret::new("bct_00"), time(1)).await;
        assert!(matches!(wrong, Err(AccountError::NoToken)));
        let id = &made.token.token_id;
        let revoked = revoke_token(office, &Scope::All, &admin(5), id, "泄露").await;
        revoked.expect("revoked");
        let gone = person_of_token(office, &made.secret, time(6)).await;
        assert!(matches!(gone, Err(AccountError::NoToken)));
    });
}

#[test]
fn the_first_administrator_needs_the_code_and_there_is_one() {
    block_on(async {
        let place = place().await;
        let office = &place.office;
        let hour = SignedDuration::from_hours(1);
        let made = make_set_up_code(office, &admin(0), hour).await;
        let made = made.expect("a code");
        assert_eq!(made.expires_at, time(3600));
        let user = |password: &str| NewUser {
            name: "admin".to_owned(),
            title: String::new(),
            organisation: String::new(),
            password: Some(Secret::new(password)),
        };
        let redeem = async |code: &str, password: &str, second| {
            let code = Secret::new(code);
            use_set_up_code(office, &code, &user(password), time(second)).await
        };
        let wrong = redeem("AAAA-AAAA-AAAA-AAAA-AAAA", PASSWORD, 1).await;
        assert!(matches!(wrong, Err(AccountError::SetUpCode)));
        let weak = redeem(made.code.reveal(), "12345", 2).await;
        assert!(matches!(weak, Err(AccountError::Weak(_))));
        let late = redeem(made.code.reveal(), PASSWORD, 3600).await;
        assert!(matches!(late, Err(AccountError::SetUpCode)));
        let typed = made.code.reveal().to_lowercase().replace('-', "");
        let account = redeem(&typed, PASSWORD, 3000).await;
        assert_eq!(account.expect("an account").title, "admin");
        let again = redeem(made.code.reveal(), PASSWORD, 3001).await;
        assert!(matches!(again, Err(AccountError::SetUpCode)));
        let second = make_set_up_code(office, &admin(4000), hour).await;
        assert!(matches!(second, Err(AccountError::AlreadySetUp)));
        let in_now = try_in(office, "admin", PASSWORD, None, 3100).await;
        let session = in_now.expect("signed in").session;
        let person = person_of_session(office, &session, time(3101)).await;
        let person = person.expect("a person");
        let accounts = Object::common(Resource::Account);
        let may = permit(office, &person, Action::Configure, &accounts, ("", "")).await;
        assert_eq!(may.expect("permitted").scope, Scope::All);
    });
}

#[test]
fn many_guesses_at_once_get_no_more_tries() {
    block_on(async {
        let place = place().await;
        added(&place.office, "zhangsan").await;
        let mut guesses = Vec::new();
        for guess in 0..12 {
            let office = place.office.clone();
            guesses.push(tokio::spawn(async move {
                let password = format!("wrong-Password-{guess}");
                try_in(&office, "zhangsan", &password, None, 0).await
            }));
        }
        let (mut refused, mut waiting) = (0, 0);
        for guess in guesses {
            match guess.await.expect("no panic") {
                Err(AccountError::SignInRefused) => refused += 1,
                Err(AccountError::Wait { .. }) => waiting += 1,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((refused, waiting), (5, 7));
        let verified = place.office.store().verify_audit(None).await;
        assert!(verified.expect("verified").faults.is_empty());
    });
}
