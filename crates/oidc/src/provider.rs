use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use biaochi_access::secret::Secret;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;
use url::{Host, Url};

use crate::error::OidcError;
use crate::signatures;

/// How long the provider's addresses and keys are kept. A key that is not among them has them read again.
const KEPT: Duration = Duration::from_secs(3600);

/// How long to wait for a connection, and for a whole answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Seconds by which the provider's clock may differ from ours.
const LEEWAY: u64 = 30;

/// Claims by which people are shown where none was configured, the best first.
const SHOWN_BY: [&str; 3] = ["preferred_username", "name", "email"];

/// What the provider says of itself.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// What is known of the provider.
#[derive(Debug)]
struct Known {
    metadata: Metadata,
    authorization_endpoint: Url,
    keys: JwkSet,
}

/// What a code was exchanged for.
#[derive(Debug, Deserialize)]
struct TokenAnswer {
    id_token: Option<String>,
}

/// Why a code was not taken.
#[derive(Debug, Deserialize)]
struct TokenRefusal {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// What the administrators of both sides agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderSettings {
    /// The issuer's address; `/.well-known/openid-configuration` below it says the rest.
    pub issuer: String,
    /// What the provider knows this service by.
    pub client_id: String,
    /// What the service proves itself with; `None` for a public client, which PKCE alone protects.
    pub client_secret: Option<Secret>,
    /// Where browsers come back to, as it is registered at the provider.
    pub redirect_url: String,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim that names people as administrators know them, such as `preferred_username`.
    pub name_claim: Option<String>,
    /// Certificates of an authority that is believed besides those of the system, in PEM.
    pub authority: Option<Vec<u8>>,
}

/// What has to be remembered between sending a browser away and its return. It is secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Comes back with the browser.
    pub state: String,
    nonce: String,
    verifier: String,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Attempt(***)")
    }
}

/// The beginning of an attempt.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Begun {
    /// Where to send the browser.
    pub address: String,
    /// What to remember.
    pub attempt: Attempt,
}

/// Somebody whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrustedPerson {
    /// Who says so.
    pub issuer: String,
    /// Who it is; never given to anybody else by this issuer.
    pub subject: String,
    /// What they are called, to be shown; empty when nothing says so.
    pub shown: String,
    /// The claim of [`ProviderSettings::name_claim`], if one is configured and told.
    pub named: Option<String>,
}

/// An identity provider.
#[derive(Debug)]
pub struct Provider {
    settings: ProviderSettings,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Arc<Known>)>>,
}

/// Whether nobody on the way can read what is sent to an address: it is reached by TLS, or on this machine.
pub fn is_confidential(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| keeps_secrets(&url))
}

fn keeps_secrets(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_here)
}

/// An error with what caused it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}

fn address(url: &str) -> OidcError {
    OidcError::Address {
        url: url.to_owned(),
    }
}

fn authority(error: &dyn Error) -> OidcError {
    OidcError::Authority {
        reason: chain(error),
    }
}

fn token(reason: impl Into<String>) -> OidcError {
    OidcError::Token {
        reason: reason.into(),
    }
}

fn unreachable(error: &dyn Error) -> OidcError {
    OidcError::Unreachable {
        reason: chain(error),
    }
}

/// 256 bits that nobody can guess, as text.
fn unguessable() -> Result<String, OidcError> {
    let mut bytes = [0; 32];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| token("the system gives no random numbers"))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// A value as a form has it.
fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

impl Provider {
    /// A provider; nothing is asked of it yet, so that the service starts while it is away.
    ///
    /// # Errors
    /// [`OidcError::Address`] or [`OidcError::Authority`].
    pub fn new(settings: ProviderSettings) -> Result<Self, OidcError> {
        if !is_confidential(&settings.issuer) {
            return Err(address(&settings.issuer));
        }
        if Url::parse(&settings.redirect_url).is_err() {
            return Err(address(&settings.redirect_url));
        }
        signatures::begin();
        // Whoever answers for the provider must not send the service on to somewhere else, and an intranet's provider is
        // not behind the proxy that the environment may name.
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .https_only(settings.issuer.starts_with("https://"));
        if let Some(pem) = &settings.authority {
            let found = reqwest::Certificate::from_pem_bundle(pem);
            let found = found.map_err(|error| authority(&error))?;
            if found.is_empty() {
                return Err(OidcError::Authority {
                    reason: "no certificate in the file".to_owned(),
                });
            }
            for certificate in found {
                http = http.add_root_certificate(certificate);
            }
        }
        Ok(Self {
            http: http.build().map_err(|error| authority(&error))?,
            known: Mutex::default(),
            settings,
        })
    }

    /// Begins an attempt: where to send the browser, and what to remember until it returns.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`], or [`OidcError::Address`] for a provider that names addresses anybody could read.
    pub async fn begin(&self) -> Result<Begun, OidcError> {
        let known = self.known().await?;
        let attempt = Attempt {
            state: unguessable()?,
            nonce: unguessable()?,
            verifier: unguessable()?,
        };
        let challenge = digest(&SHA256, attempt.verifier.as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let scopes = self.settings.scopes.iter().map(String::as_str);
        let scopes: Vec<&str> = std::iter::once("openid").chain(scopes).collect();
        let mut address = known.authorization_endpoint.clone();
        address.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.settings.redirect_url),
            ("scope", &scopes.join(" ")),
            ("state", &attempt.state),
            ("nonce", &attempt.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(Begun {
            address: address.into(),
            attempt,
        })
    }

    /// Says who came back with a code. The caller has compared the state.
    ///
    /// # Errors
    /// The provider cannot be reached, does not take the code, or its token is not to be believed.
    pub async fn finish(
        &self,
        code: &Secret,
        attempt: &Attempt,
    ) -> Result<TrustedPerson, OidcError> {
        let mut known = self.known().await?;
        let id_token = self.exchange(&known.metadata, code, attempt).await?;
        let head = decode_header(&id_token).map_err(|error| token(chain(&error)))?;
        // Whatever the provider says it supports, only signatures by a private key count: neither `none` nor one by the
        // shared secret.
        if !signatures::ALLOWED.contains(&head.alg) {
            return Err(token(format!("it is signed by {:?}", head.alg)));
        }
        let kid = head.kid.as_deref();
        // The provider may have changed its keys since they were read.
        if keys_for(&known.keys, kid).next().is_none() {
            known = self.read().await?;
        }
        let claims = self.checked(&id_token, head.alg, keys_for(&known.keys, kid))?;
        if claims.get("nonce").and_then(Value::as_str) != Some(&attempt.nonce) {
            return Err(token("it was made for another attempt (nonce)"));
        }
        self.person(&claims)
    }

    /// Exchanges a code for an ID token.
    async fn exchange(
        &self,
        metadata: &Metadata,
        code: &Secret,
        attempt: &Attempt,
    ) -> Result<String, OidcError> {
        let settings = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code.reveal()),
            ("redirect_uri", &settings.redirect_url),
            ("code_verifier", &attempt.verifier),
        ];
        let mut request = self.http.post(&metadata.token_endpoint);
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let takes = |method: &str| methods.iter().any(|one| one == method);
        match &settings.client_secret {
            // What providers take that name no methods.
            Some(secret) if takes("client_secret_basic") || !takes("client_secret_post") => {
                let both = [&settings.client_id, secret.reveal()]
                    .map(encoded)
                    .join(":");
                let proof = format!("Basic {}", STANDARD.encode(both));
                request = request.header("authorization", proof);
            }
            secret => {
                form.push(("client_id", &settings.client_id));
                if let Some(secret) = secret {
                    form.push(("client_secret", secret.reveal()));
                }
            }
        }
        let answer = request.form(&form).header("accept", "application/json");
        let answer = answer.send().await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| unreachable(&error))?;
        if !status.is_success() {
            let refusal = serde_json::from_slice::<TokenRefusal>(&body);
            let reason = refusal.map_or_else(
                |_| status.to_string(),
                |refusal| format!("{} {}", refusal.error, refusal.error_description),
            );
            return Err(OidcError::CodeRefused {
                reason: reason.trim().to_owned(),
            });
        }
        let answer: TokenAnswer =
            serde_json::from_slice(&body).map_err(|error| OidcError::CodeRefused {
                reason: chain(&error),
            })?;
        answer.id_token.ok_or(OidcError::NoToken)
    }

    /// The claims of a token that one of the keys signed, for us, by this provider, and that has not expired.
    fn checked<'a>(
        &self,
        id_token: &str,
        algorithm: Algorithm,
        keys: impl Iterator<Item = &'a Jwk>,
    ) -> Result<Map<String, Value>, OidcError> {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        validation.set_audience(&[&self.settings.client_id]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        let mut refused = token("the provider has no such key");
        for key in keys {
            let key = DecodingKey::from_jwk(key);
            match key.and_then(|key| decode::<Map<String, Value>>(id_token, &key, &validation)) {
                Ok(checked) => return Ok(checked.claims),
                Err(error) => refused = token(chain(&error)),
            }
        }
        Err(refused)
    }

    fn person(&self, claims: &Map<String, Value>) -> Result<TrustedPerson, OidcError> {
        // A token made for another client is not for us, though we may stand in its audience.
        let party = claims.get("azp").filter(|party| !party.is_null());
        if party.is_some_and(|party| party.as_str() != Some(&self.settings.client_id)) {
            return Err(token("it was made for another client (azp)"));
        }
        let told = |claim: &str| match claims.get(claim) {
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let told = |claim: &str| told(claim).filter(|text| !text.is_empty());
        let subject = claims.get("sub").and_then(Value::as_str);
        let subject = subject.filter(|subject| !subject.trim().is_empty());
        let subject = subject.ok_or_else(|| token("it names nobody (sub)"))?;
        let named = self.settings.name_claim.as_deref().and_then(told);
        let shown = named
            .clone()
            .or_else(|| SHOWN_BY.into_iter().find_map(told));
        Ok(TrustedPerson {
            issuer: self.settings.issuer.clone(),
            subject: subject.to_owned(),
            shown: shown.unwrap_or_default(),
            named,
        })
    }

    /// What is known of the provider, read when it was not or is too old.
    async fn known(&self) -> Result<Arc<Known>, OidcError> {
        let held = {
            let held = self.known.lock();
            held.unwrap_or_else(PoisonError::into_inner).clone()
        };
        match held {
            Some((read, known)) if read.elapsed() < KEPT => Ok(known),
            _ => self.read().await,
        }
    }

    /// Reads what the provider says of itself, and its keys.
    async fn read(&self) -> Result<Arc<Known>, OidcError> {
        let issuer = &self.settings.issuer;
        let place = format!(
            "{}/.well-known/openid-configuration",
            issuer.trim_end_matches('/')
        );
        let metadata: Metadata = self.get(&place).await?;
        if metadata.issuer != *issuer {
            return Err(OidcError::Unreachable {
                reason: format!("it calls itself {}, not {issuer}", metadata.issuer),
            });
        }
        for url in [&metadata.token_endpoint, &metadata.jwks_uri] {
            if !is_confidential(url) {
                return Err(address(url));
            }
        }
        let endpoint = Url::parse(&metadata.authorization_endpoint).ok();
        let endpoint = endpoint.filter(keeps_secrets);
        let endpoint = endpoint.ok_or_else(|| address(&metadata.authorization_endpoint))?;
        let known = Arc::new(Known {
            keys: self.get(&metadata.jwks_uri).await?,
            authorization_endpoint: endpoint,
            metadata,
        });
        let held = self.known.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        *held = Some((Instant::now(), Arc::clone(&known)));
        Ok(known)
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, OidcError> {
        let answer = self.http.get(url).header("accept", "application/json");
        let answer = answer.send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let answer = answer.map_err(|error| unreachable(&error))?;
        let body = answer.bytes().await.map_err(|error| unreachable(&error))?;
        serde_json::from_slice(&body).map_err(|error| unreachable(&error))
    }
}

/// The keys that may have signed: those of this id, or all where the token names none.
fn keys_for<'a>(keys: &'a JwkSet, kid: Option<&str>) -> impl Iterator<Item = &'a Jwk> {
    keys.keys.iter().filter(move |key| {
        let signs = key.common.public_key_use != Some(PublicKeyUse::Encryption);
        signs && kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> ProviderSettings {
        ProviderSettings {
            issuer: "https://id.hospital.example".to_owned(),
            client_id: "biaochi".to_owned(),
            client_secret: Some(Secret::new("hush")),
            redirect_url: "https://biaochi.hospital.example/back".to_owned(),
            scopes: vec!["profile".to_owned()],
            name_claim: None,
            authority: None,
        }
    }

    #[test]
    fn secrets_go_by_tls_or_stay_on_the_machine() {
        for fine in [
            "https://id.hospital.example/realms/one",
            "http://localhost:9000",
            "http://127.0.0.1/x",
            "http://[::1]:9000",
        ] {
            assert!(is_confidential(fine), "{fine}");
        }
        for wrong in [
            "http://id.hospital.example",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "ftp://localhost",
            "id.hospital.example",
            "",
        ] {
            assert!(!is_confidential(wrong), "{wrong}");
        }
        let open = ProviderSettings {
            issuer: "http://id.hospital.example".to_owned(),
            ..settings()
        };
        let refused = Provider::new(open).expect_err("no TLS");
        assert!(matches!(refused, OidcError::Address { .. }), "{refused}");
    }

    #[test]
    fn an_authority_is_a_certificate() {
        let wrong = ProviderSettings {
            authority: Some(b"no certificate".to_vec()),
            ..settings()
        };
        let refused = Provider::new(wrong).expect_err("no certificate");
        assert!(matches!(refused, OidcError::Authority { .. }), "{refused}");
    }

    #[test]
    fn nothing_secret_is_printed() {
        let provider = Provider::new(settings()).expect("settings");
        let attempt = Attempt {
            state: "hush".to_owned(),
            nonce: "hush".to_owned(),
            verifier: "hush".to_owned(),
        };
        let printed = format!("{provider:?} {attempt:?}");
        assert!(!printed.contains("hush"), "{printed}");
    }
}
