//! Signing in by an identity provider. The one of these tests is small, and lies when it is told to.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use biaochi_access::secret::Secret;
use biaochi_api::CALLBACK;
use biaochi_app::accounts::{NewUser, SingleSignOn, add_user};
use biaochi_app::demo;
use biaochi_app::runtime::block_on;
use biaochi_oidc::ProviderSettings;
use biaochi_store::{
    Actor, AuditAction, AuditFilter, AuditOrder, AuditOutcome, ProviderPerson, Scope,
};
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded;

use crate::authorisation::{Guarded, own};
use crate::support::{Answer, Place, Session, demo as county, scratch_asking, sign_in};

pub(crate) const GUARDED: &[Guarded] = &[
    own("GET", "/me/identity"),
    own("POST", "/me/identity").sending(r#"{"password": "x"}"#),
    own("POST", "/me/identity/drop").sending(r#"{"password": "x"}"#),
];

const CLIENT: &str = "biaochi";
const CLIENT_SECRET: &str = "hush-hush";
const PUBLIC: &str = "https://biaochi.example";

/// What is wrong with the tokens of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lie {
    Nothing,
    Nonce,
    NoNonce,
    Expired,
    Audience,
    Issuer,
    AnotherClient,
    AnotherKey,
    Unsigned,
    SharedSecret,
    Nobody,
}

/// What tokens are signed with.
struct Key {
    id: &'static str,
    pair: EcdsaKeyPair,
}

struct Inside {
    issuer: String,
    key: Key,
    lie: Lie,
    subject: String,
    staff_number: Option<String>,
    /// Nonce and challenge of those who were sent here, by the code they were given.
    codes: HashMap<String, (String, String)>,
}

/// An identity provider on this machine.
#[derive(Clone)]
struct Idp(Arc<Mutex<Inside>>);

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..=three.len() {
            let letter = (bits >> (18 - 6 * place)) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

impl Key {
    fn new(id: &'static str) -> Self {
        let (rng, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &rng).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &rng).expect("a key");
        Self { id, pair }
    }

    fn sign(&self, text: &str) -> Vec<u8> {
        let signed = self.pair.sign(&SystemRandom::new(), text.as_bytes());
        signed.expect("a signature").as_ref().to_vec()
    }

    fn public(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": self.id,
            "x": base64(&point[1..33]), "y": base64(&point[33..65]) })
    }
}

impl Inside {
    fn token(&self, nonce: &str) -> String {
        let now = Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": nonce,
            "iat": now, "exp": now + 300, "preferred_username": "zhang.san",
        });
        if let Some(number) = &self.staff_number {
            claims["staff_number"] = json!(number);
        }
        match self.lie {
            Lie::Nonce => claims["nonce"] = json!("another"),
            Lie::NoNonce => claims["nonce"] = Value::Null,
            Lie::Expired => claims["exp"] = json!(now - 60),
            Lie::Audience => claims["aud"] = json!("another"),
            Lie::Issuer => claims["iss"] = json!("https://evil.example"),
            Lie::AnotherClient => claims["azp"] = json!("another"),
            Lie::Nobody => claims["sub"] = json!(""),
            _ => {}
        }
        let algorithm = match self.lie {
            Lie::Unsigned => "none",
            Lie::SharedSecret => "HS256",
            _ => "ES256",
        };
        let head = json!({ "alg": algorithm, "kid": self.key.id, "typ": "JWT" });
        let signed = [head, claims].map(|part| base64(part.to_string().as_bytes()));
        let signed = signed.join(".");
        let signature = match self.lie {
            Lie::Unsigned => Vec::new(),
            Lie::SharedSecret => {
                use ring::hmac::{self, HMAC_SHA256, sign};
                let key = hmac::Key::new(HMAC_SHA256, CLIENT_SECRET.as_bytes());
                sign(&key, signed.as_bytes()).as_ref().to_vec()
            }
            Lie::AnotherKey => Key::new("one").sign(&signed),
            _ => self.key.sign(&signed),
        };
        format!("{signed}.{}", base64(&signature))
    }
}

async fn discovery(State(idp): State<Idp>) -> Json<Value> {
    let inside = idp.0.lock().expect("nobody panicked");
    let issuer = &inside.issuer;
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256", "HS256", "none"],
    }))
}

async fn keys(State(idp): State<Idp>) -> Json<Value> {
    let inside = idp.0.lock().expect("nobody panicked");
    Json(json!({ "keys": [inside.key.public()] }))
}

/// Takes a code once, from the client that knows its secret, with the verifier that belongs to it.
async fn token(
    State(idp): State<Idp>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, Json<Value>) {
    let form: HashMap<String, String> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let text = |field: &str| form.get(field).cloned().unwrap_or_default();
    let mut inside = idp.0.lock().expect("nobody panicked");
    let code = inside.codes.remove(&text("code"));
    let proof = headers.get(header::AUTHORIZATION);
    let is_client = proof.is_some_and(|proof| proof.as_bytes().starts_with(b"Basic "));
    let hash: [u8; 32] = Sha256::digest(text("code_verifier").as_bytes()).into();
    let challenge = base64(&hash);
    let back = format!("{PUBLIC}{CALLBACK}");
    match code {
        Some((nonce, expected))
            if is_client && challenge == expected && text("redirect_uri") == back =>
        {
            let answer = json!({ "access_token": "unused", "token_type": "Bearer",
                "id_token": inside.token(&nonce) });
            (StatusCode::OK, Json(answer))
        }
        _ => {
            let answer = json!({ "error": "invalid_grant" });
            (StatusCode::BAD_REQUEST, Json(answer))
        }
    }
}

impl Idp {
    fn start(key: Key) -> Self {
        block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await;
            let listener = listener.expect("a port");
            let port = listener.local_addr().expect("an address").port();
            let idp = Self(Arc::new(Mutex::new(Inside {
                issuer: format!("http://127.0.0.1:{port}"),
                key,
                lie: Lie::Nothing,
                subject: "s-1".to_owned(),
                staff_number: None,
                codes: HashMap::new(),
            })));
            let routes = Router::new()
                .route("/.well-known/openid-configuration", get(discovery))
                .route("/keys", get(keys))
                .route("/token", post(token))
                .with_state(idp.clone());
            tokio::spawn(async move { axum::serve(listener, routes).await });
            idp
        })
    }

    fn change(&self, change: impl FnOnce(&mut Inside)) {
        change(&mut self.0.lock().expect("nobody panicked"));
    }

    fn issuer(&self) -> String {
        self.0.lock().expect("nobody panicked").issuer.clone()
    }

    /// A service that knows this provider.
    fn place(&self) -> Place {
        self.place_asking(&[])
    }

    /// A county where these roles ask for a second factor.
    fn place_asking(&self, roles: &[&str]) -> Place {
        let settings = ProviderSettings {
            issuer: self.issuer(),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(CLIENT_SECRET)),
            redirect_url: format!("{PUBLIC}{CALLBACK}"),
            scopes: vec!["profile".to_owned()],
            name_claim: Some("staff_number".to_owned()),
            authority: None,
        };
        let sso = SingleSignOn::new(settings, "院内统一登录".to_owned());
        scratch_asking(roles, Some(sso.expect("settings")))
    }

    /// What the provider does when somebody comes with this address and proves who they are: a code and the state.
    fn authorize(&self, address: &str) -> (String, String) {
        let url = Url::parse(address).expect("an address");
        assert_eq!(url.path(), "/authorize");
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        let text = |field: &str| asked.get(field).cloned().expect(field);
        assert_eq!(text("client_id"), CLIENT);
        assert_eq!(text("response_type"), "code");
        assert_eq!(text("code_challenge_method"), "S256");
        assert_eq!(text("redirect_uri"), format!("{PUBLIC}{CALLBACK}"));
        let scope = text("scope");
        assert!(scope.split(' ').any(|one| one == "openid"), "{scope}");
        let code = format!("code-{}", text("state"));
        let kept = (text("nonce"), text("code_challenge"));
        self.change(|inside| {
            inside.codes.insert(code.clone(), kept);
        });
        (code, text("state"))
    }
}

fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let location = answer.headers.get(header::LOCATION).expect("a location");
    location.to_str().expect("a text").to_owned()
}

/// The cookie of this name that an answer sets, as browsers send it.
fn cookie(answer: &Answer, name: &str) -> String {
    let all = answer.headers.get_all(header::SET_COOKIE).iter();
    let mut all = all.map(|one| one.to_str().expect("a text"));
    let own = all.find(|one| one.starts_with(name)).expect(name);
    own.split(';').next().expect("a pair").to_owned()
}

/// Somebody on the way: the browser with its cookie, and what the provider gave it.
struct Way {
    browser: Session,
    code: String,
    state: String,
}

impl Way {
    fn to(idp: &Idp, place: &Place, path: &str) -> Self {
        let nobody = Session::anonymous(place).without("x-biaochi");
        let answer = nobody.send(Method::GET, &format!("/session/oidc/start?to={path}"), None);
        let address = location(&answer);
        let (code, state) = idp.authorize(&address);
        Self {
            browser: nobody.with("cookie", &cookie(&answer, "biaochi_oidc")),
            code,
            state,
        }
    }

    fn back(&self) -> Answer {
        let query = format!("?code={}&state={}", self.code, self.state);
        let path = format!("{CALLBACK}{query}");
        self.browser.send(Method::GET, &path, None)
    }
}

/// Goes the whole way.
fn sign_on(idp: &Idp, place: &Place) -> Answer {
    Way::to(idp, place, "/").back()
}

/// The session that an answer opened.
fn opened(place: &Place, answer: &Answer) -> Session {
    Session::anonymous(place).with("cookie", &cookie(answer, "biaochi_session"))
}

fn link(idp: &Idp, place: &Place, account: &str, subject: &str) {
    let person = ProviderPerson {
        issuer: idp.issuer(),
        subject: subject.to_owned(),
        shown: "zhang.san".to_owned(),
    };
    let by = Actor::now(account);
    let linked = place
        .service
        .store()
        .link_identity(&by, account, &person, "");
    block_on(linked).expect("a link");
}

/// What the trail says of an action of late, the newest last: whether it was done, and why.
fn told(place: &Place, action: AuditAction) -> Vec<(AuditOutcome, String)> {
    let filter = AuditFilter::default();
    let store = place.service.store();
    let page = store.audit(&Scope::All, &filter, AuditOrder::NewestFirst, None, 100);
    let rows = block_on(page).expect("the trail").entries;
    rows.into_iter()
        .rev()
        .filter(|row| row.entry.action == action)
        .map(|row| (row.entry.outcome, row.entry.reason))
        .collect()
}

#[test]
fn whoever_is_linked_signs_in_and_goes_where_they_wanted() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    link(&idp, &place, "coder", "s-1");
    let answer = Way::to(&idp, &place, "/worklist").back();
    assert_eq!(location(&answer), "/worklist");
    let session = opened(&place, &answer);
    let (status, me) = session.get("/me");
    assert_eq!((status, &me["name"]), (StatusCode::OK, &json!("coder")));
    // What was kept for the way is gone.
    assert_eq!(cookie(&answer, "biaochi_oidc"), "biaochi_oidc=");
    let mut all = answer.headers.get_all(header::SET_COOKIE).iter();
    assert!(all.all(|one| one.to_str().is_ok_and(|one| one.contains("HttpOnly"))));
    let trail = told(&place, AuditAction::SignedIn);
    let expected = (AuditOutcome::Done, "统一身份认证".to_owned());
    assert_eq!(trail.last(), Some(&expected));
    assert_eq!(session.delete("/session").0, StatusCode::NO_CONTENT);
}

#[test]
fn new_keys_are_found() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    link(&idp, &place, "coder", "s-1");
    assert_eq!(location(&sign_on(&idp, &place)), "/");
    // The provider changes its key while the service still knows the old one.
    idp.change(|inside| inside.key = Key::new("two"));
    assert_eq!(location(&sign_on(&idp, &place)), "/");
}

#[test]
fn what_is_not_proven_lets_nobody_in() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    link(&idp, &place, "coder", "s-1");
    let lies = [
        Lie::Nonce,
        Lie::NoNonce,
        Lie::Expired,
        Lie::Audience,
        Lie::Issuer,
        Lie::AnotherClient,
        Lie::AnotherKey,
        Lie::Unsigned,
        Lie::SharedSecret,
        Lie::Nobody,
    ];
    for lie in lies {
        idp.change(|inside| inside.lie = lie);
        let answer = sign_on(&idp, &place);
        assert_eq!(location(&answer), "/sign-in?sso=not_proven", "{lie:?}");
        let all = answer.headers.get_all(header::SET_COOKIE).iter();
        let sets = all.filter(|one| one.as_bytes().starts_with(b"biaochi_session"));
        assert_eq!(sets.count(), 0, "{lie:?}");
    }
    let trail = told(&place, AuditAction::SignInRefused);
    assert_eq!(trail.len(), lies.len());
    idp.change(|inside| inside.lie = Lie::Nothing);
    assert_eq!(location(&sign_on(&idp, &place)), "/");
}

#[test]
fn an_answer_counts_once_and_only_for_who_asked() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    link(&idp, &place, "coder", "s-1");
    let stale = "/sign-in?sso=stale";
    // Another browser, one without a cookie, another state, a cookie that somebody made.
    let (one, other) = (Way::to(&idp, &place, "/"), Way::to(&idp, &place, "/"));
    let crossed = Way {
        browser: other.browser.clone(),
        code: one.code.clone(),
        state: one.state.clone(),
    };
    assert_eq!(location(&crossed.back()), stale);
    let lost = Way {
        browser: one.browser.without("cookie"),
        ..crossed
    };
    assert_eq!(location(&lost.back()), stale);
    let guessed = Way {
        browser: one.browser.clone(),
        state: "guessed".to_owned(),
        ..lost
    };
    assert_eq!(location(&guessed.back()), stale);
    let forged = Way {
        browser: one.browser.with("cookie", "biaochi_oidc=00ff"),
        state: one.state.clone(),
        ..guessed
    };
    assert_eq!(location(&forged.back()), stale);
    // None of that used it up; the second time is too late, even with a code that the provider would take.
    assert_eq!(location(&one.back()), "/");
    idp.change(|inside| {
        let (nonce, challenge) = (String::new(), String::new());
        inside.codes.insert(one.code.clone(), (nonce, challenge));
    });
    assert_eq!(location(&one.back()), stale);
}

#[test]
fn nobody_is_let_in_without_an_account_that_can_be_used() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    let accounts = || {
        let all = place.service.store().accounts(&Scope::All);
        block_on(all).expect("accounts").len()
    };
    let before = accounts();
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=unknown");
    assert_eq!(accounts(), before);

    link(&idp, &place, "viewer", "s-1");
    let admin = sign_in(&place, "admin");
    let change = |body: Value| {
        let (_, user) = admin.get("/users/viewer");
        let mut body = body;
        body["revision"] = user["revision"].clone();
        let answer = admin.send(Method::PATCH, "/users/viewer", Some(&body));
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    };
    change(json!({ "state": "disabled" }));
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=closed");
    change(json!({ "state": "active" }));
    assert_eq!(location(&sign_on(&idp, &place)), "/");
    // Whoever has to wait for the password waits here as well.
    let nobody = Session::anonymous(&place);
    for _ in 0..7 {
        nobody.post(
            "/session",
            &json!({ "name": "viewer", "password": "wrong-Password-1" }),
        );
    }
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=closed");
    change(json!({ "unlock": true }));
    assert_eq!(location(&sign_on(&idp, &place)), "/");
    // The provider says no, or the person gives up.
    let way = Way::to(&idp, &place, "/");
    let path = format!("{CALLBACK}?error=access_denied&state={}", way.state);
    let answer = way.browser.send(Method::GET, &path, None);
    assert_eq!(location(&answer), "/sign-in?sso=declined");
}

#[test]
fn nobody_is_sent_on_to_another_site() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    link(&idp, &place, "coder", "s-1");
    for path in [
        "//evil.example",
        "https%3A%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let answer = Way::to(&idp, &place, path).back();
        assert_eq!(location(&answer), "/", "{path}");
    }
}

#[test]
fn a_person_links_the_own_account_and_ends_it() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    let session = sign_in(&place, "coder");
    let begin = |session: &Session, password: &str| {
        let body = json!({ "password": password });
        session.send(Method::POST, "/me/identity", Some(&body))
    };
    let refused = begin(&session, "wrong-Password-1");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // Coming back: the session's cookie is not sent from elsewhere, what was kept for the way is.
    let back = |answer: &Answer| {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let address = answer.json()["address"]
            .as_str()
            .expect("a text")
            .to_owned();
        let (code, state) = idp.authorize(&address);
        let browser = Session::anonymous(&place).without("x-biaochi");
        let browser = browser.with("cookie", &cookie(answer, "biaochi_oidc"));
        let way = Way {
            browser,
            code,
            state,
        };
        way.back()
    };
    let begun = begin(&session, demo::PASSWORD);
    let linked = back(&begun);
    assert_eq!(location(&linked), "/account?sso=linked");
    let all = linked.headers.get_all(header::SET_COOKIE).iter();
    let sets = all.filter(|one| one.as_bytes().starts_with(b"biaochi_session"));
    assert_eq!(sets.count(), 0, "linking signs nobody in");
    let (_, identity) = session.get("/me/identity");
    assert_eq!(identity["linked"], true, "{identity}");
    assert_eq!(identity["shown"], "zhang.san");
    assert_eq!(begin(&session, demo::PASSWORD).status, StatusCode::CONFLICT);
    let by_provider = opened(&place, &sign_on(&idp, &place));
    assert_eq!(by_provider.get("/me").1["name"], "coder");

    // The same person is not linked twice, and a session that ended links nothing.
    let other = sign_in(&place, "viewer");
    let taken = back(&begin(&other, demo::PASSWORD));
    assert_eq!(location(&taken), "/account?sso=taken");
    let begun = begin(&other, demo::PASSWORD);
    assert_eq!(other.delete("/session").0, StatusCode::NO_CONTENT);
    assert_eq!(location(&back(&begun)), "/account?sso=signed_out");

    let drop = |password: &str| {
        session
            .post("/me/identity/drop", &json!({ "password": password }))
            .0
    };
    assert_eq!(drop("wrong-Password-1"), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(drop(demo::PASSWORD), StatusCode::NO_CONTENT);
    assert_eq!(drop(demo::PASSWORD), StatusCode::NOT_FOUND);
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=unknown");
    let linked = told(&place, AuditAction::IdentityLinked);
    let outcomes: Vec<AuditOutcome> = linked.into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(outcomes, [AuditOutcome::Done, AuditOutcome::Refused]);
    assert_eq!(told(&place, AuditAction::IdentityUnlinked).len(), 1);
}

#[test]
fn an_administrator_says_whom_to_expect_and_ends_it() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    let admin = sign_in(&place, "admin");
    let change = |name: &str, body: Value| {
        let (_, user) = admin.get(&format!("/users/{name}"));
        let mut body = body;
        body["revision"] = user["revision"].clone();
        admin.send(Method::PATCH, &format!("/users/{name}"), Some(&body))
    };
    let expected = change(
        "coder",
        json!({ "external_name": "0417", "reason": "工号" }),
    );
    assert_eq!(expected.status, StatusCode::OK, "{}", expected.text());
    let identity = &expected.json()["user"]["identity"];
    assert_eq!(identity["external_name"], "0417");
    assert_eq!(identity["linked"], false);
    let twice = change("viewer", json!({ "external_name": "0417" }));
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = change("admin", json!({ "external_name": "0001" }));
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);

    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=unknown");
    idp.change(|inside| inside.staff_number = Some("0417".to_owned()));
    let session = opened(&place, &sign_on(&idp, &place));
    assert_eq!(session.get("/me").1["name"], "coder");
    // From now on it is the person who counts: a name that was given to somebody else opens nothing.
    idp.change(|inside| inside.subject = "s-2".to_owned());
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=unknown");
    idp.change(|inside| {
        inside.subject = "s-1".to_owned();
        inside.staff_number = None;
    });
    assert_eq!(location(&sign_on(&idp, &place)), "/");

    let ended = change("coder", json!({ "drop_identity": true, "reason": "离职" }));
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text());
    assert_eq!(ended.json()["user"]["identity"], Value::Null);
    assert_eq!(location(&sign_on(&idp, &place)), "/sign-in?sso=unknown");
}

#[test]
fn a_first_password_that_nobody_used_is_not_asked_for() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    let user = NewUser {
        name: "xinren".to_owned(),
        title: "新人".to_owned(),
        organisation: demo::HOSPITAL.to_owned(),
        password: Some(Secret::new("Lan-shan-2291")),
    };
    let (office, admin) = (place.service.office(), Actor::now("admin"));
    block_on(add_user(&office, &Scope::All, &admin, &user)).expect("an account");
    link(&idp, &place, "xinren", "s-1");
    let session = opened(&place, &sign_on(&idp, &place));
    assert_eq!(session.get("/me").1["must_change_password"], false);
}

#[test]
fn which_factors_there_are_is_the_providers_business() {
    let idp = Idp::start(Key::new("one"));
    let place = idp.place_asking(&["coder"]);
    // By password nothing goes, and no link is made that would lead around the second factor.
    let by_password = sign_in(&place, "coder");
    let body = json!({ "password": demo::PASSWORD });
    let (status, refused) = by_password.post("/me/identity", &body);
    assert_eq!(
        (status, &refused["code"]),
        (StatusCode::FORBIDDEN, &json!("second_factor_needed")),
        "{refused}"
    );
    link(&idp, &place, "coder", "s-1");
    let session = opened(&place, &sign_on(&idp, &place));
    let (_, me) = session.get("/me");
    assert_eq!(me["must_set_up_second_factor"], false, "{me}");
    let (status, jobs) = session.get("/jobs");
    assert_eq!(status, StatusCode::OK, "{jobs}");
}

#[test]
fn without_a_provider_nothing_is_offered() {
    let nobody = Session::anonymous(&county());
    assert_eq!(nobody.get("/welcome").1["single_sign_on"], Value::Null);
    assert_eq!(nobody.get("/session/oidc/start").0, StatusCode::NOT_FOUND);
    assert_eq!(
        nobody.get("/session/oidc/callback").0,
        StatusCode::NOT_FOUND
    );
    let idp = Idp::start(Key::new("one"));
    let place = idp.place();
    let (_, welcome) = Session::anonymous(&place).get("/welcome");
    assert_eq!(welcome["single_sign_on"], "院内统一登录");
}

#[test]
fn a_provider_that_is_away_is_told() {
    let idp = Idp::start(Key::new("one"));
    idp.change(|inside| inside.issuer = "http://127.0.0.1:1".to_owned());
    let place = idp.place();
    let answer = Session::anonymous(&place).send(Method::GET, "/session/oidc/start", None);
    assert_eq!(location(&answer), "/sign-in?sso=unreachable");
}
