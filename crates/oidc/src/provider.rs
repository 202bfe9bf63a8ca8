use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use biaochi_access::secret::Secret;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::url::{Host, Url};
use openidconnect::{
    AdditionalClaims, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId,
    ClientSecret, CsrfToken, DiscoveryError, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::OidcError;

/// How long the provider's addresses and keys are kept. A key that is not among them has them read again.
const KEPT: Duration = Duration::from_secs(3600);

/// How long to wait for a connection, and for a whole answer.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(15);

/// Claims by which people are shown where none was configured, the best first.
const SHOWN_BY: [&str; 3] = ["preferred_username", "name", "email"];

/// The claims that OpenID Connect itself has no word for, such as an employee number.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct OtherClaims {
    #[serde(flatten)]
    all: BTreeMap<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The library's client, with the claims of above.
type Party = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

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
    issuer: IssuerUrl,
    redirect_url: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
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

impl Provider {
    /// A provider; nothing is asked of it yet, so that the service starts while it is away.
    ///
    /// # Errors
    /// [`OidcError::Address`] or [`OidcError::Authority`].
    pub fn new(settings: ProviderSettings) -> Result<Self, OidcError> {
        if !is_confidential(&settings.issuer) {
            return Err(address(&settings.issuer));
        }
        let issuer = IssuerUrl::new(settings.issuer.clone());
        let issuer = issuer.map_err(|_| address(&settings.issuer))?;
        let redirect_url = RedirectUrl::new(settings.redirect_url.clone());
        let redirect_url = redirect_url.map_err(|_| address(&settings.redirect_url))?;
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
            issuer,
            redirect_url,
        })
    }

    /// Begins an attempt: where to send the browser, and what to remember until it returns.
    ///
    /// # Errors
    /// [`OidcError::Unreachable`], or [`OidcError::Address`] for a provider that names addresses anybody could read.
    pub async fn begin(&self) -> Result<Begun, OidcError> {
        let metadata = self.metadata().await?;
        let party = self.party(&metadata);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let scopes = self.settings.scopes.iter();
        let (url, state, nonce) = party
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(scopes.map(|scope| Scope::new(scope.clone())))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun {
            address: url.to_string(),
            attempt: Attempt {
                state: state.secret().clone(),
                nonce: nonce.secret().clone(),
                verifier: verifier.secret().clone(),
            },
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
        let metadata = self.metadata().await?;
        let party = self.party(&metadata);
        let request = party
            .exchange_code(AuthorizationCode::new(code.reveal().to_owned()))
            .map_err(|error| OidcError::CodeRefused {
                reason: chain(&error),
            })?;
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let answer = request.set_pkce_verifier(verifier);
        let answer = answer.request_async(&self.http).await;
        let answer = answer.map_err(|error| {
            let reason = chain(&error);
            match error {
                RequestTokenError::Request(_) => OidcError::Unreachable { reason },
                _ => OidcError::CodeRefused { reason },
            }
        })?;
        let id_token = answer.id_token().ok_or(OidcError::NoToken)?;
        let nonce = Nonce::new(attempt.nonce.clone());
        let checked = id_token.claims(&verifier_of(&party), &nonce);
        let claims = match checked {
            // The provider may have changed its keys since they were read.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let party = self.party(&self.read().await?);
                id_token.claims(&verifier_of(&party), &nonce)
            }
            checked => checked,
        };
        let claims = claims.map_err(|error| token(chain(&error)))?;
        self.person(claims)
    }

    fn person(
        &self,
        claims: &IdTokenClaims<OtherClaims, CoreGenderClaim>,
    ) -> Result<TrustedPerson, OidcError> {
        // The library leaves the authorized party to its users: a token made for another client is not for us.
        let party = claims.authorized_party();
        if party.is_some_and(|party| party.as_str() != self.settings.client_id.as_str()) {
            return Err(token("it was made for another client (azp)"));
        }
        let subject = claims.subject().as_str().to_owned();
        if subject.trim().is_empty() {
            return Err(token("it names nobody (sub)"));
        }
        let all = serde_json::to_value(claims).map_err(|error| token(chain(&error)))?;
        let told = |claim: &str| match all.get(claim) {
            Some(Value::String(text)) => Some(text.trim().to_owned()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let told = |claim: &str| told(claim).filter(|text| !text.is_empty());
        let named = self.settings.name_claim.as_deref().and_then(told);
        let shown = named
            .clone()
            .or_else(|| SHOWN_BY.into_iter().find_map(told));
        Ok(TrustedPerson {
            issuer: claims.issuer().as_str().to_owned(),
            subject,
            shown: shown.unwrap_or_default(),
            named,
        })
    }

    /// What is known of the provider, read when it was not or is too old.
    async fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, OidcError> {
        let held = {
            let held = self.known.lock();
            held.unwrap_or_else(PoisonError::into_inner).clone()
        };
        match held {
            Some((read, metadata)) if read.elapsed() < KEPT => Ok(metadata),
            _ => self.read().await,
        }
    }

    /// Reads what the provider says of itself, and its keys.
    async fn read(&self) -> Result<Arc<CoreProviderMetadata>, OidcError> {
        let read = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = read.map_err(|error| OidcError::Unreachable {
            reason: match &error {
                DiscoveryError::Response(status, _, what) => format!("{status}, {what}"),
                _ => chain(&error),
            },
        })?;
        let token_endpoint = metadata.token_endpoint().map(|endpoint| endpoint.url());
        let addresses = [
            Some(metadata.authorization_endpoint().url()),
            Some(metadata.jwks_uri().url()),
            token_endpoint,
        ];
        for url in addresses.into_iter().flatten() {
            if !keeps_secrets(url) {
                return Err(address(url.as_str()));
            }
        }
        let metadata = Arc::new(metadata);
        let held = self.known.lock();
        let mut held = held.unwrap_or_else(PoisonError::into_inner);
        *held = Some((Instant::now(), Arc::clone(&metadata)));
        Ok(metadata)
    }

    fn party(&self, metadata: &CoreProviderMetadata) -> Party {
        let secret = self.settings.client_secret.as_ref();
        let secret = secret.map(|secret| ClientSecret::new(secret.reveal().to_owned()));
        let id = ClientId::new(self.settings.client_id.clone());
        let party = Party::from_provider_metadata(metadata.clone(), id, secret);
        let methods = metadata.token_endpoint_auth_methods_supported();
        let by_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let party = party.set_redirect_uri(self.redirect_url.clone());
        match by_body {
            true => party.set_auth_type(AuthType::RequestBody),
            false => party,
        }
    }
}

/// What checks tokens. Whatever the provider says it supports, only signatures by a private key count: neither `none`
/// nor one by the shared secret.
fn verifier_of(party: &Party) -> IdTokenVerifier<'_, CoreJsonWebKey> {
    party.id_token_verifier().set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
        CoreJwsSigningAlgorithm::EdDsa,
    ])
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
