//! Single sign-on by the institution's identity provider: off until an issuer is named.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use biaochi_access::secret::Secret;
use biaochi_oidc::is_confidential;
use serde::{Deserialize, Serialize};

use super::{ServerConfig, SettingError, Shown};

/// What is asked for besides `openid` when nothing else is configured.
const SCOPES: &str = "profile";

/// What the button says when nothing else is configured.
const LABEL: &str = "统一身份认证登录";

/// A secret of the configuration: it is written to the file and nowhere else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretText(String);

impl SecretText {
    /// What is shown in its place.
    pub const MASK: &str = "***";
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Self::MASK)
    }
}

impl FromStr for SecretText {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl Shown for SecretText {
    fn shown(&self) -> String {
        Self::MASK.to_owned()
    }
}

/// What the service is proved with to the identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientSecretFrom {
    /// Nothing: a public client.
    Nowhere,
    /// The configuration.
    Given(Secret),
    /// A file, read when the service starts.
    File(PathBuf),
}

/// The identity provider that people sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// Its issuer.
    pub issuer: String,
    /// What it knows this service by.
    pub client_id: String,
    /// What the service proves itself with.
    pub client_secret: ClientSecretFrom,
    /// What is asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim by which administrators name people; without one nobody is found by name.
    pub name_claim: Option<String>,
    /// What the button on the sign-in page says.
    pub label: String,
    /// Certificates of an authority that is believed besides those of the system.
    pub authority: Option<PathBuf>,
    /// Where people reach the service; browsers come back to a path below it.
    pub public_url: String,
}

impl OidcSettings {
    /// The settings, if an issuer is named.
    pub(super) fn of(config: &ServerConfig) -> Result<Option<Self>, SettingError> {
        let Some(issuer) = config.oidc_issuer.clone() else {
            let lone = [
                ("oidc_client_id", config.oidc_client_id.is_some()),
                ("oidc_client_secret", config.oidc_client_secret.is_some()),
                (
                    "oidc_client_secret_file",
                    config.oidc_client_secret_file.is_some(),
                ),
            ];
            let lone = lone.into_iter().find(|(_, is_set)| *is_set);
            return match lone {
                Some((key, _)) => Err(SettingError::Without {
                    key,
                    needs: "oidc_issuer",
                }),
                None => Ok(None),
            };
        };
        if !is_confidential(&issuer) {
            return Err(SettingError::Issuer);
        }
        let needs = |needs: &'static str| SettingError::Without {
            key: "oidc_issuer",
            needs,
        };
        let client_id = config.oidc_client_id.clone();
        let client_id = client_id.filter(|id| !id.trim().is_empty());
        let client_id = client_id.ok_or_else(|| needs("oidc_client_id"))?;
        let public_url = config.public_url.clone();
        let public_url = public_url.ok_or_else(|| needs("public_url"))?;
        let given = config.oidc_client_secret.clone();
        let client_secret = match (given, config.oidc_client_secret_file.clone()) {
            (Some(_), Some(_)) => return Err(SettingError::TwoSecrets),
            (Some(SecretText(text)), None) => ClientSecretFrom::Given(Secret::new(text)),
            (None, Some(path)) => ClientSecretFrom::File(path),
            (None, None) => ClientSecretFrom::Nowhere,
        };
        let scopes = config.oidc_scopes.as_deref().unwrap_or(SCOPES);
        let scopes = scopes.split_whitespace().filter(|one| *one != "openid");
        let label = config.oidc_label.as_deref().unwrap_or(LABEL).trim();
        let name_claim = config.oidc_name_claim.as_deref().unwrap_or_default().trim();
        Ok(Some(Self {
            issuer,
            client_id,
            client_secret,
            scopes: scopes.map(str::to_owned).collect(),
            name_claim: (!name_claim.is_empty()).then(|| name_claim.to_owned()),
            label: if label.is_empty() { LABEL } else { label }.to_owned(),
            authority: config.oidc_ca.clone(),
            public_url: public_url.trim_end_matches('/').to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> ServerConfig {
        ServerConfig {
            public_url: Some("https://biaochi.local/".to_owned()),
            oidc_issuer: Some("https://id.local/realms/one".to_owned()),
            oidc_client_id: Some("biaochi".to_owned()),
            ..ServerConfig::default()
        }
    }

    #[track_caller]
    fn refused(config: ServerConfig, expected: &SettingError) {
        assert_eq!(config.settle().as_ref().err(), Some(expected));
    }

    #[test]
    fn an_issuer_switches_it_on() {
        let none = ServerConfig::default().settle().expect("settings");
        assert_eq!(none.single_sign_on, None);
        let full = ServerConfig {
            oidc_scopes: Some("openid profile staff".to_owned()),
            oidc_client_secret: Some("hush".parse().expect("a text")),
            ..config()
        };
        let settings = full.settle().expect("settings").single_sign_on;
        let settings = settings.expect("single sign-on");
        assert_eq!(settings.scopes, ["profile", "staff"]);
        assert_eq!(settings.label, "统一身份认证登录");
        assert_eq!(settings.name_claim, None);
        assert_eq!(settings.public_url, "https://biaochi.local");
        assert_eq!(
            settings.client_secret,
            ClientSecretFrom::Given(Secret::new("hush"))
        );
    }

    #[test]
    fn what_is_missing_is_named() {
        let without = |needs: &'static str| SettingError::Without {
            key: "oidc_issuer",
            needs,
        };
        let nobody = ServerConfig {
            oidc_client_id: None,
            ..config()
        };
        refused(nobody, &without("oidc_client_id"));
        let nowhere = ServerConfig {
            public_url: None,
            ..config()
        };
        refused(nowhere, &without("public_url"));
        let lone = ServerConfig {
            oidc_issuer: None,
            ..config()
        };
        let expected = SettingError::Without {
            key: "oidc_client_id",
            needs: "oidc_issuer",
        };
        refused(lone, &expected);
        let open = ServerConfig {
            oidc_issuer: Some("http://id.local".to_owned()),
            ..config()
        };
        refused(open, &SettingError::Issuer);
        let two = ServerConfig {
            oidc_client_secret: Some("hush".parse().expect("a text")),
            oidc_client_secret_file: Some("secret".into()),
            ..config()
        };
        refused(two, &SettingError::TwoSecrets);
    }

    #[test]
    fn the_secret_goes_to_the_file_and_is_not_shown() {
        let config: ServerConfig =
            toml::from_str("oidc_client_secret = \"hush\"").expect("settings");
        let shown = format!("{:?} {config:?}", config.texts());
        assert!(!shown.contains("hush"), "{shown}");
        assert!(shown.contains("***"), "{shown}");
        let written = toml::to_string(&config).expect("a text");
        assert!(written.contains("hush"), "{written}");
    }
}
