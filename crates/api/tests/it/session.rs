//! Signing in and out.

use axum::http::{StatusCode, header};
use biaochi_access::secret::Secret;
use biaochi_access::totp;
use biaochi_app::accounts::{NewProgram, NewUser, add_user, create_token};
use biaochi_app::demo;
use biaochi_app::runtime::block_on;
use biaochi_store::{Actor, Scope};
use serde_json::json;

use crate::admin::from_base_32;
use crate::authorisation::{Guarded, own};
use crate::support::{Session, demo as county, scratch, scratch_asking, sign_in, sign_in_with};

pub(crate) const GUARDED: &[Guarded] = &[
    own("DELETE", "/session"),
    own("GET", "/me"),
    own("PUT", "/me/password").sending(r#"{"old": "x", "new": "y"}"#),
];

#[test]
fn a_person_signs_in_and_sees_who_they_are() {
    let session = sign_in(&county(), "coder");
    let (status, me) = session.get("/me");
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(me["name"], "coder");
    assert_eq!(
        me["roles"][0]["unit"],
        format!("hospital:{}", demo::HOSPITAL)
    );
    assert_eq!(me["everything"], false);
    let organisations = me["organisations"].as_array().expect("a list");
    assert_eq!(organisations.len(), 1, "{organisations:?}");
    let permissions = me["permissions"].as_array().expect("a list");
    let may = |action: &str, resource: &str| {
        let mut all = permissions.iter();
        all.any(|one| one["action"] == action && one["resource"] == resource)
    };
    assert!(may("enter", "front_page") && !may("configure", "account"));
}

#[test]
fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let body = json!({ "name": "viewer", "password": demo::PASSWORD });
    let answer =
        Session::anonymous(&county()).send(axum::http::Method::POST, "/session", Some(&body));
    let cookie = answer.headers.get(header::SET_COOKIE).expect("a cookie");
    let cookie = cookie.to_str().expect("a text");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
}

#[test]
fn a_wrong_password_is_refused_and_then_waited_for() {
    let place = scratch();
    let nobody = Session::anonymous(&place);
    let try_in = |name: &str, password: &str| {
        nobody.post("/session", &json!({ "name": name, "password": password }))
    };
    let (status, body) = try_in("coder", "wrong-Password-1");
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
    assert_eq!(body["code"], "sign_in_refused");
    let mut last = status;
    for _ in 0..6 {
        (last, _) = try_in("coder", "wrong-Password-1");
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // The right password waits as well, or guessing would go on.
    let (status, body) = try_in("coder", demo::PASSWORD);
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS, "{body}");
    // Nobody learns that there is no such account, and others are not locked out.
    let (status, body) = try_in("nobody", "wrong-Password-1");
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("sign_in_refused"))
    );
    sign_in(&place, "quality");
}

#[test]
fn another_site_cannot_act_with_the_cookie() {
    let place = scratch();
    let session = sign_in(&place, "coder");
    let foreign = [
        session.without("x-biaochi"),
        session.with("sec-fetch-site", "cross-site"),
        session
            .with("host", "biaochi.example")
            .with("origin", "https://evil.example"),
    ];
    for session in foreign {
        let (status, body) = session.delete("/session");
        assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
        assert_eq!(body["code"], "cross_site");
    }
    assert_eq!(session.get("/me").0, StatusCode::OK);
}

#[test]
fn signing_out_ends_the_session() {
    let place = scratch();
    let session = sign_in(&place, "viewer");
    assert_eq!(session.delete("/session").0, StatusCode::NO_CONTENT);
    let (status, body) = session.get("/me");
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNAUTHORIZED, &json!("unauthenticated"))
    );
}

#[test]
fn a_program_has_what_its_token_says_and_needs_no_page() {
    let place = scratch();
    let program = NewProgram {
        account: "performance".to_owned(),
        title: "报表程序".to_owned(),
        permissions: vec!["read:indicator".to_owned()],
        days: 1,
    };
    let office = place.service.office();
    let admin = Actor::now("admin");
    let made = block_on(create_token(&office, &Scope::All, &admin, &program));
    let made = made.expect("a token");
    let program = Session::bearer(&place, made.secret.reveal());
    let (status, me) = program.get("/me");
    assert_eq!(status, StatusCode::OK, "{me}");
    let permissions = me["permissions"].as_array().expect("a list");
    assert!(
        permissions.iter().all(|one| one["resource"] == "indicator"),
        "{permissions:?}"
    );
    let wrong = Session::bearer(&place, "biaochi_wrong");
    assert_eq!(wrong.get("/me").0, StatusCode::UNAUTHORIZED);
}

#[test]
fn a_first_password_is_changed_before_anything_else() {
    let place = scratch();
    let user = NewUser {
        name: "xinren".to_owned(),
        title: "新人".to_owned(),
        organisation: demo::HOSPITAL.to_owned(),
        password: Some(Secret::new("Lan-shan-2291")),
    };
    let (office, admin) = (place.service.office(), Actor::now("admin"));
    let made = add_user(&office, &Scope::All, &admin, &user);
    block_on(made).expect("an account");
    let session = sign_in_with(&place, "xinren", "Lan-shan-2291");
    let elsewhere = sign_in_with(&place, "xinren", "Lan-shan-2291");
    let (_, me) = session.get("/me");
    assert_eq!(me["must_change_password"], true);
    let change =
        |old: &str, new: &str| session.put("/me/password", &json!({ "old": old, "new": new }));
    let (status, body) = change("Lan-shan-2291", "short");
    assert_eq!(
        (status, &body["code"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("invalid"))
    );
    let (status, body) = change("Lan-shan-2291", "Yun-ze-4417-xian");
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    // Who changed it goes on, wherever else the account was open ends.
    let (status, me) = session.get("/me");
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(me["must_change_password"], false);
    assert_eq!(elsewhere.get("/me").0, StatusCode::UNAUTHORIZED);
    let again = sign_in_with(&place, "xinren", "Yun-ze-4417-xian");
    assert_eq!(again.get("/me").1["must_change_password"], false);
}

#[test]
fn a_second_factor_that_a_role_asks_for_comes_before_anything_else() {
    let place = scratch_asking(&["administrator"], None);
    let program = NewProgram {
        account: "admin".to_owned(),
        title: "账号程序".to_owned(),
        permissions: vec!["read:account".to_owned()],
        days: 1,
    };
    let (office, system) = (place.service.office(), Actor::now("系统"));
    let made = block_on(create_token(&office, &Scope::All, &system, &program));
    let program = Session::bearer(&place, made.expect("a token").secret.reveal());
    let admin = sign_in(&place, "admin");
    let (_, me) = admin.get("/me");
    assert_eq!(me["must_set_up_second_factor"], true, "{me}");
    assert_eq!(me["permissions"], json!([]), "{me}");
    let token = json!({ "title": "x", "permissions": ["read:plan"], "days": 1 });
    for (status, body) in [
        admin.get("/users"),
        admin.get("/jobs"),
        admin.get("/settings"),
        admin.post("/tokens", &token),
    ] {
        assert_eq!(
            (status, &body["code"]),
            (StatusCode::FORBIDDEN, &json!("second_factor_needed")),
            "{body}"
        );
    }
    let (status, body) = program.get("/users");
    assert_eq!(status, StatusCode::UNAUTHORIZED, "{body}");
    let message = body["message"].as_str().expect("words");
    assert!(message.contains("启用动态口令"), "{message}");
    // Others are not asked.
    let coder = sign_in(&place, "coder");
    assert_eq!(coder.get("/me").1["must_set_up_second_factor"], false);

    let own = json!({ "password": demo::PASSWORD });
    let (status, draft) = admin.post("/me/second-factor", &own);
    assert_eq!(status, StatusCode::OK, "{draft}");
    assert_eq!(admin.get("/users").0, StatusCode::FORBIDDEN);
    let secret = from_base_32(draft["key"].as_str().expect("a key"));
    let now = jiff::Timestamp::now().as_second();
    let code = totp::code(&secret, totp::step(now));
    let (status, body) = admin.put("/me/second-factor", &json!({ "code": code }));
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    assert_eq!(admin.get("/me").1["must_set_up_second_factor"], false);
    assert_eq!(program.get("/users").0, StatusCode::OK);
    let (status, settings) = admin.get("/settings");
    assert_eq!(status, StatusCode::OK, "{settings}");
    let items = settings.as_array().expect("groups").iter();
    let mut items = items
        .filter_map(|group| group["items"].as_array())
        .flatten();
    let told = items.find(|item| item["key"] == "second_factor_roles");
    assert_eq!(told.expect("the setting")["value"], "系统管理员");
}
