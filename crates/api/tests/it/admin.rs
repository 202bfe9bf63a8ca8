//! What administrators, auditors and the IT department do.

use std::fs;

use axum::http::{Method, StatusCode};
use biaochi_access::secret::Secret;
use biaochi_access::totp;
use biaochi_app::demo;
use serde_json::{Value, json};

use crate::authorisation::{Guarded, guarded, own};
use crate::support::{OTHER_HOSPITAL, Session, demo as county, scratch, sign_in, sign_in_with};

pub(crate) const GUARDED: &[Guarded] = &[
    guarded("GET", "/users", "admin", "coder"),
    guarded("POST", "/users", "admin", "auditor").sending(r#"{"name": "new-one"}"#),
    guarded("GET", "/users/{name}", "auditor", "it").called("/users/viewer"),
    guarded("PATCH", "/users/{name}", "admin", "auditor")
        .called("/users/viewer")
        .sending(r#"{"revision": 0}"#),
    guarded("POST", "/users/{name}/roles", "admin", "president")
        .called("/users/viewer/roles")
        .sending(r#"{"role": "viewer", "unit": "all"}"#),
    guarded(
        "POST",
        "/users/{name}/roles/{number}/end",
        "admin",
        "auditor",
    )
    .called("/users/viewer/roles/99/end")
    .sending("{}"),
    own("POST", "/me/second-factor").sending(r#"{"password": "x"}"#),
    own("PUT", "/me/second-factor").sending(r#"{"code": "000000"}"#),
    own("POST", "/me/second-factor/drop").sending(r#"{"password": "x"}"#),
    own("GET", "/sessions"),
    own("DELETE", "/sessions"),
    own("DELETE", "/sessions/{id}").called("/sessions/none"),
    guarded("GET", "/tokens", "admin", "coder"),
    guarded("POST", "/tokens", "admin", "coder")
        .sending(r#"{"account": "viewer", "title": "x", "permissions": ["read:plan"], "days": 1}"#),
    guarded("DELETE", "/tokens/{id}", "admin", "coder").called("/tokens/none"),
    guarded("GET", "/roles", "auditor", "coder"),
    guarded("GET", "/roles/matrix", "admin", "viewer"),
    own("GET", "/organisations/tree"),
    own("GET", "/organisations/revisions"),
    guarded("GET", "/organisations/export", "it", "coder"),
    own("GET", "/organisations/template"),
    guarded("GET", "/organisations/{code}", "county", "coder")
        .called("/organisations/12990121SYN0010200"),
    guarded("GET", "/organisations/{code}/history", "county", "coder")
        .called("/organisations/12990121SYN0010200/history"),
    guarded("POST", "/organisations/import", "it", "admin"),
    own("GET", "/packs"),
    guarded("POST", "/packs", "it", "admin")
        .sending(r#"{"id": "x-checks", "title": "x", "base": "front-page-checks"}"#),
    own("GET", "/packs/{id}").called("/packs/front-page-checks"),
    own("GET", "/packs/{id}/files/{file}").called("/packs/front-page-checks/files/pack.toml"),
    guarded("PUT", "/packs/{id}/files/{file}", "it", "quality")
        .called("/packs/front-page-checks/files/pack.toml")
        .sending(r#"{"text": ""}"#),
    guarded("DELETE", "/packs/{id}/files/{file}", "it", "quality")
        .called("/packs/front-page-checks/files/pack.toml"),
    own("POST", "/packs/{id}/draft/check").called("/packs/front-page-checks/draft/check"),
    guarded("POST", "/packs/{id}/activate", "it", "admin")
        .called("/packs/front-page-checks/activate")
        .sending("{}"),
    guarded("DELETE", "/packs/{id}/draft", "it", "admin").called("/packs/front-page-checks/draft"),
    guarded("POST", "/packs/{id}/rollback", "it", "admin")
        .called("/packs/front-page-checks/rollback")
        .sending("{}"),
    guarded("POST", "/packs/{id}/withdraw", "it", "admin")
        .called("/packs/front-page-checks/withdraw")
        .sending("{}"),
    own("GET", "/packs/{id}/diff").called("/packs/front-page-checks/diff?from=active&to=active"),
    guarded("GET", "/audit", "auditor", "coder"),
    guarded("GET", "/audit/words", "auditor", "coder"),
    guarded("GET", "/audit/export", "auditor", "admin"),
    guarded("POST", "/audit/verify", "auditor", "admin").sending("{}"),
    guarded("GET", "/settings", "admin", "coder"),
];

/// Adds somebody by the administrator; gives the first password.
fn added(admin: &Session, name: &str, role: Value) -> String {
    let body =
        json!({ "name": name, "title": "张三", "organisation": demo::HOSPITAL, "role": role });
    let (status, made) = admin.post("/users", &body);
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!(made["notice"], Value::Null, "{made}");
    made["password"].as_str().expect("a password").to_owned()
}

fn coder_of(hospital: &str) -> Value {
    json!({ "role": "coder", "unit": format!("hospital:{hospital}") })
}

fn patch(session: &Session, name: &str, change: Value) -> (StatusCode, Value) {
    let (status, user) = session.get(&format!("/users/{name}"));
    assert_eq!(status, StatusCode::OK, "{user}");
    let mut body = change;
    body["revision"] = user["revision"].clone();
    let answer = session.send(Method::PATCH, &format!("/users/{name}"), Some(&body));
    (answer.status, answer.json())
}

#[test]
fn somebody_new_has_to_choose_a_password_first() {
    let place = scratch();
    let admin = sign_in(&place, "admin");
    // A role that cannot be granted leaves no account behind.
    let unit = json!({ "role": "county-commission", "unit": "division:119999" });
    let body = json!({ "name": "zhangsan", "title": "张三", "organisation": "", "role": unit });
    let (status, refused) = admin.post("/users", &body);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    assert_eq!(admin.get("/users/zhangsan").0, StatusCode::NOT_FOUND);
    let first = added(&admin, "zhangsan", coder_of(demo::HOSPITAL));
    let person = sign_in_with(&place, "zhangsan", &first);
    let (_, me) = person.get("/me");
    assert_eq!(me["must_change_password"], true);
    let (status, body) = person.get("/organisations/tree");
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    let body = json!({ "title": "x", "permissions": ["read:plan"], "days": 1 });
    let (status, _) = person.post("/tokens", &body);
    assert_eq!(status, StatusCode::FORBIDDEN);
    let chosen = "cloud-gate-river-91";
    let (status, body) = person.put("/me/password", &json!({ "old": first, "new": chosen }));
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    let person = sign_in_with(&place, "zhangsan", chosen);
    assert_eq!(person.get("/organisations/tree").0, StatusCode::OK);
    // The list shows no other place than the own one, and no account at all to a coder.
    assert_eq!(person.get("/users").0, StatusCode::FORBIDDEN);
    let (status, page) = admin.get("/users?text=zhangsan&role=coder");
    assert_eq!(status, StatusCode::OK);
    assert_eq!(page["total"], 1, "{page}");
    assert_eq!(page["items"][0]["roles"][0]["role"], "coder");
}

#[test]
fn a_password_that_is_reset_takes_sessions_and_tokens_with_it() {
    let place = scratch();
    let admin = sign_in(&place, "admin");
    let viewer = sign_in(&place, "viewer");
    let body = json!({ "title": "取数", "permissions": ["read:plan"], "days": 7 });
    let (status, made) = viewer.post("/tokens", &body);
    assert_eq!(status, StatusCode::OK, "{made}");
    let token = Session::bearer(&place, made["secret"].as_str().expect("a secret"));
    assert_eq!(token.get("/me").0, StatusCode::OK);
    // A program cannot take the account over.
    assert_eq!(token.get("/sessions").0, StatusCode::FORBIDDEN);
    let (status, answer) = patch(
        &admin,
        "viewer",
        json!({ "reset_password": true, "reason": "离职" }),
    );
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert!(answer["password"].is_string());
    assert_eq!(token.get("/me").0, StatusCode::UNAUTHORIZED);
    assert_eq!(viewer.get("/me").0, StatusCode::UNAUTHORIZED);
    let auditor = sign_in(&place, "auditor");
    let (_, page) = auditor.get("/audit?action=token_revoked&text=VIEWER");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(1), "{page}");
    assert_eq!(page["items"][0]["reason"], "密码由管理员重设");
}

#[test]
fn nobody_gives_himself_a_role_or_overwrites_what_somebody_else_did() {
    let place = scratch();
    let admin = sign_in(&place, "admin");
    let body = json!({ "role": "auditor", "unit": "all" });
    let (status, refused) = admin.post("/users/admin/roles", &body);
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    let (_, user) = admin.get("/users/viewer");
    let body =
        json!({ "revision": user["revision"].as_u64().map(|one| one + 7), "state": "disabled" });
    let answer = admin.send(Method::PATCH, "/users/viewer", Some(&body));
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    // An administrator of one hospital finds nobody of another.
    let first = added(
        &admin,
        "lisi",
        json!({ "role": "administrator", "unit": format!("hospital:{}", demo::HOSPITAL) }),
    );
    let own = sign_in_with(&place, "lisi", &first);
    let chosen = "cloud-gate-river-92";
    own.put("/me/password", &json!({ "old": first, "new": chosen }));
    let own = sign_in_with(&place, "lisi", chosen);
    assert_eq!(own.get("/users/coder").0, StatusCode::OK);
    assert_eq!(own.get("/users/county").0, StatusCode::NOT_FOUND);
    let (status, body) = own.post("/users/coder/roles", &coder_of(OTHER_HOSPITAL));
    assert_eq!(status, StatusCode::FORBIDDEN, "{body}");
    let (_, page) = own.get("/users?limit=500");
    for user in page["items"].as_array().expect("rows") {
        assert_eq!(user["organisation"], demo::HOSPITAL, "{user}");
    }
}

#[test]
fn a_second_factor_is_proved_with_the_password_and_a_code() {
    let place = scratch();
    let clerk = sign_in(&place, "clerk");
    let (status, _) = clerk.post("/me/second-factor", &json!({ "password": "wrong-one-1" }));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = json!({ "password": demo::PASSWORD });
    let (status, draft) = clerk.post("/me/second-factor", &own);
    assert_eq!(status, StatusCode::OK, "{draft}");
    let key = draft["key"].as_str().expect("a key");
    assert!(
        draft["address"]
            .as_str()
            .is_some_and(|address| address.contains(key))
    );
    assert_eq!(
        clerk.put("/me/second-factor", &json!({ "code": "12" })).0,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let secret = from_base_32(key);
    let now = jiff::Timestamp::now().as_second();
    let code = totp::code(&secret, totp::step(now));
    let (status, body) = clerk.put("/me/second-factor", &json!({ "code": code }));
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    let (_, me) = clerk.get("/me");
    assert_eq!(me["second_factor"], true);
    assert_eq!(
        clerk.post("/me/second-factor/drop", &own).0,
        StatusCode::NO_CONTENT
    );
    assert!(!format!("{:?}", Secret::new("x")).contains('x'));
}

pub(crate) fn from_base_32(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut buffer, mut bits, mut bytes) = (0u32, 0, Vec::new());
    for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
        let value = LETTERS.find(letter).expect("base 32");
        buffer = (buffer << 5) | u32::try_from(value).expect("small");
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 0xff).expect("a byte"));
        }
    }
    bytes
}

#[test]
fn own_sessions_are_seen_and_ended() {
    let place = scratch();
    let (one, other) = (sign_in(&place, "finance"), sign_in(&place, "finance"));
    let (status, list) = one.get("/sessions");
    assert_eq!(status, StatusCode::OK);
    assert_eq!(list.as_array().map(Vec::len), Some(2), "{list}");
    assert_eq!(one.delete("/sessions").0, StatusCode::NO_CONTENT);
    assert_eq!(other.get("/me").0, StatusCode::UNAUTHORIZED);
    assert_eq!(one.get("/me").0, StatusCode::OK);
    let (_, list) = sign_in(&place, "clerk").get("/sessions");
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
}

#[test]
fn a_hospital_sees_its_own_branch_of_the_tree() {
    let router = county();
    let (status, tree) = sign_in(&router, "coder").get("/organisations/tree");
    assert_eq!(status, StatusCode::OK);
    let text = tree.to_string();
    assert!(
        text.contains(demo::HOSPITAL) && !text.contains(OTHER_HOSPITAL),
        "{text}"
    );
    let (_, tree) = sign_in(&router, "county").get("/organisations/tree");
    assert!(tree.to_string().contains(OTHER_HOSPITAL));
    let (status, card) =
        sign_in(&router, "coder").get(&format!("/organisations/{}", demo::HOSPITAL));
    assert_eq!(status, StatusCode::OK, "{card}");
    assert!(!card["facts"].as_array().expect("facts").is_empty());
    let path = format!("/organisations/{}/history", demo::HOSPITAL);
    let (status, history) = sign_in(&router, "coder").get(&path);
    assert_eq!(status, StatusCode::OK, "{history}");
}

#[test]
fn organisations_are_tried_before_they_are_imported() {
    let place = scratch();
    let it = sign_in(&place, "it");
    let file = it.download("/organisations/export");
    assert_eq!(file.status, StatusCode::OK);
    assert!(file.body.starts_with(b"PK"));
    let same = ("组织机构.xlsx", &*file.body);
    let (status, tried) = it.upload("/organisations/import", &[("dry_run", "true")], same);
    assert_eq!(status, StatusCode::OK, "{tried}");
    assert_eq!(tried["total"], 0, "{tried}");
    let hospital = demo::HOSPITAL;
    let text = format!("机构代码,科室代码,科室名称,科室类别\n{hospital},9999,胸痛中心,临床\n");
    let new = ("科室.csv", text.as_bytes());
    let (_, tried) = it.upload("/organisations/import", &[("dry_run", "true")], new);
    assert_eq!(
        (&tried["total"], &tried["revision"]),
        (&json!(1), &Value::Null),
        "{tried}"
    );
    assert_eq!(tried["changes"][0]["kind"], "came");
    let based = tried["based_on"].to_string();
    let fields = [("dry_run", "false"), ("revision", based.as_str())];
    let (status, done) = it.upload("/organisations/import", &fields, new);
    assert_eq!(status, StatusCode::OK, "{done}");
    assert!(done["revision"].is_u64(), "{done}");
    // Who tried before that is told, and nothing is overwritten.
    let (status, _) = it.upload("/organisations/import", &fields, new);
    assert_eq!(status, StatusCode::CONFLICT);
    let wrong = (
        "科室.csv",
        "机构代码,科室代码,科室名称,科室类别\nnowhere,1,某科,临床\n".as_bytes(),
    );
    let (status, told) = it.upload("/organisations/import", &[("dry_run", "false")], wrong);
    assert_eq!(status, StatusCode::OK, "{told}");
    assert!(!told["problems"].as_array().expect("problems").is_empty());
    assert_eq!(told["revision"], Value::Null);
}

#[test]
fn an_overlay_goes_from_draft_to_force_and_back() {
    let place = scratch();
    let it = sign_in(&place, "it");
    let new = json!({ "id": "own-checks", "title": "本院规则", "base": "front-page-checks" });
    let (status, made) = it.post("/packs", &new);
    assert_eq!(status, StatusCode::OK, "{made}");
    assert_eq!(made["pack"]["active"], false);
    let path = "/packs/own-checks/files/checks%2Fown.toml";
    let (status, saved) = it.put(path, &json!({ "text": "[[adjust]]\nchek = 1\n" }));
    assert_eq!(status, StatusCode::OK, "{saved}");
    assert_eq!(saved["check"]["usable"], false);
    assert!(
        saved["check"]["problems"][0]["line"].as_u64() > Some(0),
        "{saved}"
    );
    let (status, refused) = it.post("/packs/own-checks/activate", &json!({}));
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    let text =
        "[[adjust]]\ncheck = \"CP008\"\noff = true\nfrom = 2026-01-01\nreason = \"由省平台校验\"\n";
    let stale = json!({ "text": text, "revision": "" });
    assert_eq!(it.put(path, &stale).0, StatusCode::CONFLICT);
    let fresh = json!({ "text": text, "revision": saved["revision"] });
    let (status, saved) = it.put(path, &fresh);
    assert_eq!(status, StatusCode::OK, "{saved}");
    assert_eq!(saved["check"]["usable"], true, "{saved}");
    let step = json!({ "reason": "省平台上线", "use_for_imports": true });
    let (status, active) = it.post("/packs/own-checks/activate", &step);
    assert_eq!(status, StatusCode::OK, "{active}");
    assert_eq!(active["pack"]["in_use"], true, "{active}");
    assert_eq!(
        place.service.workspace().config().checks.as_deref(),
        Some("own-checks")
    );
    let (status, diff) = it.get("/packs/own-checks/diff?from=base&to=active");
    assert_eq!(status, StatusCode::OK);
    assert!(
        !diff["definitions"].as_array().expect("a list").is_empty(),
        "{diff}"
    );
    // What imports are checked with is not taken away.
    let (status, _) = it.post("/packs/own-checks/withdraw", &json!({}));
    assert_eq!(status, StatusCode::CONFLICT);
    let other = json!({ "text": text.replace("CP008", "FM010"), "revision": saved["revision"] });
    let (status, saved) = it.put(path, &other);
    assert_eq!(status, StatusCode::OK, "{saved}");
    let (status, second) = it.post("/packs/own-checks/activate", &json!({}));
    assert_eq!(status, StatusCode::OK, "{second}");
    assert_eq!(second["versions"], json!([1]));
    let (status, back) = it.post("/packs/own-checks/rollback", &json!({ "version": 1 }));
    assert_eq!(status, StatusCode::OK, "{back}");
    let (_, file) = it.get(path);
    assert_eq!(file["text"], text);
    let (_, page) = sign_in(&place, "auditor").get("/audit?action=content_changed");
    assert!(page["items"].as_array().expect("rows").len() >= 5, "{page}");
}

#[test]
fn nothing_outside_a_pack_is_read_or_written() {
    let place = scratch();
    let it = sign_in(&place, "it");
    let new = json!({ "id": "own-checks", "title": "本院规则", "base": "front-page-checks" });
    assert_eq!(it.post("/packs", &new).0, StatusCode::OK);
    for path in [
        "/packs/own-checks/files/..%2F..%2Fbiaochi.toml",
        "/packs/own-checks/files/..%2F..%2Fworkspace.key",
        "/packs/own-checks/files/%2Fetc%2Fx.toml",
        "/packs/front-page-checks/files/..%2F..%2F..%2FCargo.toml",
    ] {
        let (status, body) = it.get(&format!("{path}?of=draft"));
        assert!(status.is_client_error(), "{path}: {status} {body}");
        let (status, body) = it.put(path, &json!({ "text": "x" }));
        assert!(status.is_client_error(), "{path}: {status} {body}");
    }
    let bad = json!({ "id": "../x", "title": "x", "base": "front-page-checks" });
    assert_eq!(it.post("/packs", &bad).0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn the_trail_is_searched_verified_and_taken_out() {
    let place = scratch();
    let auditor = sign_in(&place, "auditor");
    let (status, page) = auditor.get("/audit?limit=2");
    assert_eq!(status, StatusCode::OK, "{page}");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
    let next = page["next"].as_str().expect("more").to_owned();
    let (_, older) = auditor.get(&format!("/audit?limit=2&cursor={next}"));
    let number = |page: &Value| page["items"][0]["number"].as_u64();
    assert!(number(&older) < number(&page), "{older}");
    let (status, refused) = auditor.get("/audit?action=lunch");
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{refused}");
    let (status, found) = auditor.post("/audit/verify", &json!({}));
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(
        (&found["whole"], &found["sealed_from"]),
        (&json!(true), &json!(1)),
        "{found}"
    );
    let noted = json!({ "noted": found["end"] });
    assert_eq!(auditor.post("/audit/verify", &noted).1["whole"], true);
    let other = json!({ "noted": format!("1:{}", "ab".repeat(32)) });
    assert_eq!(auditor.post("/audit/verify", &other).1["whole"], false);
    for (format, begins) in [("xlsx", &b"PK"[..]), ("csv", "\u{feff}".as_bytes())] {
        let file = auditor.download(&format!("/audit/export?format={format}"));
        assert_eq!(file.status, StatusCode::OK);
        assert!(file.body.starts_with(begins), "{format}");
        let disposition = file.headers.get("content-disposition").expect("a name");
        assert!(
            disposition
                .to_str()
                .is_ok_and(|text| text.starts_with("attachment"))
        );
    }
    let (_, page) = auditor.get("/audit?action=exported");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(2), "{page}");
}

#[test]
fn settings_tell_no_secret() {
    let place = scratch();
    let (status, settings) = sign_in(&place, "admin").get("/settings");
    assert_eq!(status, StatusCode::OK);
    let key =
        fs::read_to_string(place.service.workspace().root().join("workspace.key")).expect("a key");
    let text = settings.to_string();
    assert!(!text.contains(key.trim()) && text.contains("***"), "{text}");
}

#[test]
fn a_lost_key_is_not_replaced_by_a_new_one() {
    let place = scratch();
    let root = place.service.workspace().root();
    let key = root.join("workspace.key");
    fs::rename(&key, root.join("away")).expect("own folder");
    let workspace = biaochi_app::Workspace::open(root).expect("a workspace");
    let opened = biaochi_app::runtime::block_on(workspace.open_store());
    let error = opened.expect_err("refused");
    let text = biaochi_domain::Localized::text(&error, biaochi_domain::Language::Zh);
    assert!(text.contains("备份") && !key.exists(), "{text}");
    fs::rename(root.join("away"), &key).expect("own folder");
    biaochi_app::runtime::block_on(workspace.open_store()).expect("as before");
}

#[test]
fn every_answer_tells_browsers_what_not_to_do() {
    let router = county();
    let coder = sign_in(&router, "coder");
    for path in ["/me", "/users", "/nowhere"] {
        let answer = coder.download(path);
        let text = |name: &str| {
            let value = answer.headers.get(name);
            value
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default()
        };
        let policy = text("content-security-policy");
        assert!(
            policy.contains("default-src 'self'") && !policy.contains("script-src"),
            "{path}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(text("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(text("cache-control"), "no-store", "{path}");
    }
}
