//! How the service listens and what it allows: the table `[server]` of `biaochi.toml`, over which environment
//! variables and flags lie.

mod networks;
mod oidc;
mod traces;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

use biaochi_domain::{Language, Localized};
use serde::{Deserialize, Serialize};

pub use networks::{Networks, ParseNetworkError};
pub use oidc::{ClientSecretFrom, OidcSettings, SecretText};
pub use traces::{TracesShare, TracesTo};

use crate::both_languages::InBothLanguages;

biaochi_domain::coded! {
    /// How log lines are written.
    pub enum LogFormat {
        /// A line for people.
        Text = "text", "文本", "text";
        /// A JSON object a line, for programs that collect logs.
        Json = "json", "JSON", "json";
    }
}

impl Serialize for LogFormat {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for LogFormat {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parsed = text.parse::<Self>();
        parsed.map_err(|error| serde::de::Error::custom(InBothLanguages::of(&error)))
    }
}

/// A text that is no format of log lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the format of log lines is text or json, not `{text}`")]
pub struct ParseLogFormatError {
    /// The text.
    pub text: String,
}

impl Localized for ParseLogFormatError {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => format!("日志格式“{}”应为 text 或 json", self.text),
            Language::En => self.to_string(),
        }
    }
}

impl std::str::FromStr for LogFormat {
    type Err = ParseLogFormatError;

    fn from_str(text: &str) -> Result<Self, ParseLogFormatError> {
        Self::from_code(text).ok_or_else(|| ParseLogFormatError {
            text: text.to_owned(),
        })
    }
}

/// A setting as `biaochi config` shows it.
trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown_by_display {
    ($($type:ty),+) => { $(impl Shown for $type {
        fn shown(&self) -> String {
            self.to_string()
        }
    })+ };
}

shown_by_display!(SocketAddr, Networks, String, u32, u64, bool);

impl Shown for PathBuf {
    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl Shown for LogFormat {
    fn shown(&self) -> String {
        self.code().to_owned()
    }
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident: $type:ty, $variable:literal;)+) => {
        /// What somebody set; what is `None` is left to the next place.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct ServerConfig {
            $($(#[$doc])*
            #[serde(skip_serializing_if = "Option::is_none")]
            pub $name: Option<$type>,)+
        }

        impl ServerConfig {
            /// The settings, with the environment variable that each can come from.
            pub const KEYS: &[(&str, &str)] = &[$((stringify!($name), $variable)),+];

            /// These settings, and where one is missing that of `below`.
            #[must_use]
            pub fn over(self, below: Self) -> Self {
                Self {
                    $($name: self.$name.or(below.$name),)+
                }
            }

            /// The values in the order of [`ServerConfig::KEYS`], as texts.
            pub fn texts(&self) -> Vec<Option<String>> {
                vec![$(self.$name.as_ref().map(Shown::shown)),+]
            }
        }
    };
}

settings! {
    /// Address and port to listen on.
    listen: SocketAddr, "BIAOCHI_LISTEN";
    /// Certificate chain in PEM; with it and the key the service speaks TLS itself.
    tls_certificate: PathBuf, "BIAOCHI_TLS_CERTIFICATE";
    /// The certificate's private key in PEM.
    tls_key: PathBuf, "BIAOCHI_TLS_KEY";
    /// Proxies whose `X-Forwarded-For` is believed.
    trusted_proxies: Networks, "BIAOCHI_TRUSTED_PROXIES";
    /// Where people reach the service, such as `https://biaochi.hospital.local`.
    public_url: String, "BIAOCHI_PUBLIC_URL";
    /// Requests that work at the same time at most; the others wait.
    workers: u32, "BIAOCHI_WORKERS";
    /// Jobs that run at the same time at most.
    runners: u32, "BIAOCHI_RUNNERS";
    /// How log lines are written.
    log_format: LogFormat, "BIAOCHI_LOG_FORMAT";
    /// What is logged, such as `info` or `biaochi=debug,warn`.
    log_level: String, "BIAOCHI_LOG_LEVEL";
    /// Requests a second from one address; 0 for no limit.
    requests_per_address: u32, "BIAOCHI_REQUESTS_PER_ADDRESS";
    /// Requests a second of one account; 0 for no limit.
    requests_per_account: u32, "BIAOCHI_REQUESTS_PER_ACCOUNT";
    /// MiB that an uploaded file may have.
    upload_mib: u64, "BIAOCHI_UPLOAD_MIB";
    /// Folder in which files appear that are to be imported.
    drop_folder: PathBuf, "BIAOCHI_DROP_FOLDER";
    /// Networks that may read the metrics, besides the machine itself.
    metrics_from: Networks, "BIAOCHI_METRICS_FROM";
    /// Collector that traces are sent to (OTLP over HTTP), such as `http://127.0.0.1:4318/v1/traces`; without one there
    /// are none.
    traces_to: String, "BIAOCHI_TRACES_TO";
    /// Share of requests and jobs that are traced, between 0 and 1.
    traces_share: TracesShare, "BIAOCHI_TRACES_SHARE";
    /// The workspace holds synthetic data only: persons of the demonstration are offered.
    demo: bool, "BIAOCHI_DEMO";
    /// Issuer of the identity provider that people may sign in with; without one they have passwords only.
    oidc_issuer: String, "BIAOCHI_OIDC_ISSUER";
    /// What the identity provider knows the service by.
    oidc_client_id: String, "BIAOCHI_OIDC_CLIENT_ID";
    /// What the service proves itself with to the identity provider.
    oidc_client_secret: SecretText, "BIAOCHI_OIDC_CLIENT_SECRET";
    /// A file with that secret.
    oidc_client_secret_file: PathBuf, "BIAOCHI_OIDC_CLIENT_SECRET_FILE";
    /// What is asked of the identity provider besides `openid`, with blanks between.
    oidc_scopes: String, "BIAOCHI_OIDC_SCOPES";
    /// The claim by which administrators name people, such as `preferred_username`.
    oidc_name_claim: String, "BIAOCHI_OIDC_NAME_CLAIM";
    /// What the button on the sign-in page says.
    oidc_label: String, "BIAOCHI_OIDC_LABEL";
    /// Certificates in PEM of an authority that is believed besides those of the system.
    oidc_ca: PathBuf, "BIAOCHI_OIDC_CA";
}

/// Certificate and key files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are those of `ServerConfig`")]
pub struct ServerSettings {
    pub listen: SocketAddr,
    pub tls: Option<Tls>,
    pub trusted_proxies: Networks,
    pub public_url: Option<String>,
    pub workers: usize,
    pub runners: usize,
    pub log_format: LogFormat,
    pub log_level: String,
    pub requests_per_address: Option<NonZeroU32>,
    pub requests_per_account: Option<NonZeroU32>,
    pub upload_bytes: u64,
    pub drop_folder: Option<PathBuf>,
    pub metrics_from: Networks,
    pub traces: Option<TracesTo>,
    pub demo: bool,
    pub single_sign_on: Option<OidcSettings>,
}

/// Settings that do not go together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// A certificate without key, or the other way round.
    #[error("tls_certificate and tls_key are set together or not at all")]
    HalfTls,
    /// A number that must not be zero.
    #[error("{key} must be at least 1")]
    Zero {
        /// Which one.
        key: &'static str,
    },
    /// Not an address of a web page.
    #[error("public_url must begin with http:// or https://")]
    PublicUrl,
    /// A setting without another one.
    #[error("{key} needs {needs} as well")]
    Without {
        /// What is set.
        key: &'static str,
        /// What is not.
        needs: &'static str,
    },
    /// An identity provider that everybody on the way could listen to.
    #[error("oidc_issuer must begin with https://")]
    Issuer,
    /// A secret and a file with one.
    #[error("oidc_client_secret and oidc_client_secret_file are not set together")]
    TwoSecrets,
    /// Not an address that traces can be sent to.
    #[error(
        "traces_to must be the address of a collector that begins with http:// or https://, such as http://127.0.0.1:4318/v1/traces"
    )]
    TracesTo,
    /// An address with a user or password, which `biaochi config` would show.
    #[error(
        "traces_to must hold no user and password; give what the collector asks for by OTEL_EXPORTER_OTLP_HEADERS"
    )]
    TracesCredentials,
    /// Not a share.
    #[error("traces_share is `{text}`; it must be between 0 and 1, such as 0.1")]
    TracesShare {
        /// What is written.
        text: String,
    },
}

impl Localized for SettingError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (_, Language::En) => self.to_string(),
            (Self::HalfTls, Language::Zh) => {
                "tls_certificate 和 tls_key 只设了一个。要用 TLS 请两个都设，否则都不设".to_owned()
            }
            (Self::Zero { key }, Language::Zh) => {
                format!("设置 {key} 为 0，至少应为 1。请改正后重试")
            }
            (Self::PublicUrl, Language::Zh) => {
                "public_url 应以 http:// 或 https:// 开头，如 https://biaochi.hospital.local"
                    .to_owned()
            }
            (Self::Without { key, needs }, Language::Zh) => {
                format!("设了 {key}，还要设 {needs}。请补上后重试")
            }
            (Self::Issuer, Language::Zh) => {
                "oidc_issuer 应以 https:// 开头（只有本机的地址可以用 http://），如 https://sso.hospital.local/realms/staff"
                    .to_owned()
            }
            (Self::TwoSecrets, Language::Zh) => {
                "oidc_client_secret 和 oidc_client_secret_file 只能设一个。请去掉其中一个"
                    .to_owned()
            }
            (Self::TracesTo, Language::Zh) => {
                "traces_to 应为采集端的网址，以 http:// 或 https:// 开头，如 http://127.0.0.1:4318/v1/traces"
                    .to_owned()
            }
            (Self::TracesCredentials, Language::Zh) => {
                "traces_to 里不能有用户名和密码。采集端要的凭据请用环境变量 OTEL_EXPORTER_OTLP_HEADERS 给出"
                    .to_owned()
            }
            (Self::TracesShare { text }, Language::Zh) => {
                format!("traces_share 为“{text}”，应为 0 到 1 之间的小数，如 0.1。请改正后重试")
            }
        }
    }
}

impl ServerConfig {
    /// What holds where nobody set anything.
    pub fn defaults() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let workers = u32::try_from(cores.clamp(2, 32) * 2).unwrap_or(4);
        Self {
            listen: Some(SocketAddr::from(([127, 0, 0, 1], 8080))),
            trusted_proxies: Some(Networks::default()),
            workers: Some(workers),
            runners: Some(2),
            log_format: Some(LogFormat::Text),
            log_level: Some("info".to_owned()),
            requests_per_address: Some(300),
            requests_per_account: Some(50),
            upload_mib: Some(2048),
            metrics_from: Some(Networks::default()),
            traces_share: Some(TracesShare::all()),
            demo: Some(false),
            ..Self::default()
        }
    }

    /// The settings in force: what is missing is as it is by default.
    ///
    /// # Errors
    /// They do not go together.
    pub fn settle(self) -> Result<ServerSettings, SettingError> {
        let tls = match (&self.tls_certificate, &self.tls_key) {
            (Some(certificate), Some(key)) => Some(Tls {
                certificate: certificate.clone(),
                key: key.clone(),
            }),
            (None, None) => None,
            _ => return Err(SettingError::HalfTls),
        };
        let web = |url: &String| url.starts_with("http://") || url.starts_with("https://");
        if self.public_url.as_ref().is_some_and(|url| !web(url)) {
            return Err(SettingError::PublicUrl);
        }
        let single_sign_on = OidcSettings::of(&self)?;
        let traces = TracesTo::of(&self)?;
        let all = self.over(Self::defaults());
        let at_least_one = |key: &'static str, value: Option<u32>| match value {
            Some(0) => Err(SettingError::Zero { key }),
            value => Ok(value.map_or(1, |value| value as usize)),
        };
        if all.upload_mib == Some(0) {
            return Err(SettingError::Zero { key: "upload_mib" });
        }
        Ok(ServerSettings {
            listen: all
                .listen
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            tls,
            trusted_proxies: all.trusted_proxies.unwrap_or_default(),
            public_url: all.public_url,
            workers: at_least_one("workers", all.workers)?,
            runners: at_least_one("runners", all.runners)?,
            log_format: all.log_format.unwrap_or(LogFormat::Text),
            log_level: all.log_level.unwrap_or_default(),
            requests_per_address: all.requests_per_address.and_then(NonZeroU32::new),
            requests_per_account: all.requests_per_account.and_then(NonZeroU32::new),
            upload_bytes: all.upload_mib.unwrap_or(1).saturating_mul(1 << 20),
            drop_folder: all.drop_folder,
            metrics_from: all.metrics_from.unwrap_or_default(),
            traces,
            demo: all.demo.unwrap_or(false),
            single_sign_on,
        })
    }
}

impl ServerSettings {
    /// Whether browsers reach the service by TLS, its own or a proxy's.
    pub fn secure(&self) -> bool {
        let by_proxy = |url: &String| url.starts_with("https://");
        self.tls.is_some() || self.public_url.as_ref().is_some_and(by_proxy)
    }

    /// Where people reach the service.
    pub fn url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls.is_some() => format!("https://{}", self.listen),
            None => format!("http://{}", self.listen),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_nearer_wins_and_the_rest_is_as_by_default() {
        let file: ServerConfig = toml::from_str(
            "workers = 3\nlog_format = \"json\"\ntrusted_proxies = [\"10.0.0.0/8\"]",
        )
        .expect("settings");
        let flags = ServerConfig {
            workers: Some(7),
            ..ServerConfig::default()
        };
        let settings = flags.over(file).settle().expect("they go together");
        assert_eq!(settings.workers, 7);
        assert_eq!(settings.log_format, LogFormat::Json);
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
        assert!(!settings.secure());
    }

    #[test]
    fn every_setting_has_a_variable_of_its_name() {
        let texts = ServerConfig::defaults().texts();
        assert_eq!(texts.len(), ServerConfig::KEYS.len());
        for (key, variable) in ServerConfig::KEYS {
            assert_eq!(*variable, format!("BIAOCHI_{}", key.to_uppercase()));
        }
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        let half = ServerConfig {
            tls_key: Some("key.pem".into()),
            ..ServerConfig::default()
        };
        assert_eq!(half.settle(), Err(SettingError::HalfTls));
        let none = ServerConfig {
            runners: Some(0),
            ..ServerConfig::default()
        };
        assert_eq!(none.settle(), Err(SettingError::Zero { key: "runners" }));
        let url = ServerConfig {
            public_url: Some("biaochi.local".to_owned()),
            ..ServerConfig::default()
        };
        assert_eq!(url.settle(), Err(SettingError::PublicUrl));
        assert!(toml::from_str::<ServerConfig>("log_format = \"xml\"").is_err());
    }

    #[test]
    fn browsers_are_secure_behind_a_proxy_too() {
        let behind = ServerConfig {
            public_url: Some("https://biaochi.local/".to_owned()),
            ..ServerConfig::default()
        };
        let settings = behind.settle().expect("they go together");
        assert!(settings.secure());
        assert_eq!(settings.url(), "https://biaochi.local");
    }
}
