//! Where traces go, and of how many requests and jobs.

use std::convert::Infallible;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::{ServerConfig, SettingError, Shown};

/// How many of the requests and jobs are traced, as it was written: `0.1`. What is no share is told when settings are
/// settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TracesShare(String);

impl TracesShare {
    /// Every one.
    pub(super) fn all() -> Self {
        Self("1".to_owned())
    }

    fn value(&self) -> Result<Decimal, SettingError> {
        let share = self.0.trim().parse::<Decimal>().ok();
        let share = share.filter(|share| (Decimal::ZERO..=Decimal::ONE).contains(share));
        share.ok_or_else(|| SettingError::TracesShare {
            text: self.0.clone(),
        })
    }
}

impl FromStr for TracesShare {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl<'de> Deserialize<'de> for TracesShare {
    /// A number as people write it, or a text.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a share between 0 and 1 is written as 0.1")]
        enum Written {
            Text(String),
            Whole(i64),
            Fraction(f64),
        }
        Ok(Self(match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Whole(number) => number.to_string(),
            Written::Fraction(number) => number.to_string(),
        }))
    }
}

impl Shown for TracesShare {
    fn shown(&self) -> String {
        self.0.clone()
    }
}

/// The collector that traces are sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracesTo {
    /// Its address for OTLP over HTTP, with the path.
    pub url: String,
    share: Decimal,
}

impl TracesTo {
    /// The collector, if one is named.
    pub(super) fn of(config: &ServerConfig) -> Result<Option<Self>, SettingError> {
        let share = config.traces_share.as_ref().map(TracesShare::value);
        let share = share.transpose()?;
        let Some(url) = &config.traces_to else {
            return match share {
                Some(_) => Err(SettingError::Without {
                    key: "traces_share",
                    needs: "traces_to",
                }),
                None => Ok(None),
            };
        };
        Ok(Some(Self {
            url: address(url.trim())?.to_owned(),
            share: share.unwrap_or(Decimal::ONE),
        }))
    }

    /// The share of requests and jobs that are traced, between 0 and 1.
    pub fn share(&self) -> f64 {
        self.share.to_f64().unwrap_or(1.0)
    }
}

/// An address that can be sent to. Who sends is told by headers, not by an address that `biaochi config` shows.
fn address(url: &str) -> Result<&str, SettingError> {
    let rest = url.strip_prefix("http://");
    let rest = rest.or_else(|| url.strip_prefix("https://"));
    let rest = rest.ok_or(SettingError::TracesTo)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(SettingError::TracesCredentials);
    }
    let is_sound = !authority.is_empty()
        && !authority.starts_with(':')
        && url.chars().all(|letter| letter.is_ascii_graphic());
    is_sound.then_some(url).ok_or(SettingError::TracesTo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: Option<&str>, share: Option<&str>, expected: Result<Option<f64>, SettingError>) {
        let config = ServerConfig {
            traces_to: url.map(str::to_owned),
            traces_share: share.map(|share| TracesShare(share.to_owned())),
            ..ServerConfig::default()
        };
        let found = config.settle();
        let found = found.map(|settings| settings.traces.map(|traces| traces.share()));
        assert_eq!(found, expected, "{url:?} {share:?}");
    }

    #[test]
    fn a_collector_is_an_address_without_credentials_and_a_share() {
        let here = Some("http://127.0.0.1:4318/v1/traces");
        check(None, None, Ok(None));
        check(here, None, Ok(Some(1.0)));
        check(
            Some("https://otel.local/v1/traces"),
            Some("0.25"),
            Ok(Some(0.25)),
        );
        check(here, Some("0"), Ok(Some(0.0)));
        for wrong in [
            "127.0.0.1:4318",
            "ftp://otel.local",
            "http://",
            "http://:4318",
            "http://a b/",
        ] {
            check(Some(wrong), None, Err(SettingError::TracesTo));
        }
        let with_password = Some("http://user:word@otel.local/v1/traces");
        check(with_password, None, Err(SettingError::TracesCredentials));
        // What stands behind the host is the collector's business.
        check(
            Some("http://otel.local/v1/traces?from=a@b"),
            None,
            Ok(Some(1.0)),
        );
        for wrong in ["1.5", "-0.1", "10%", ""] {
            let text = wrong.to_owned();
            check(here, Some(wrong), Err(SettingError::TracesShare { text }));
        }
        let lone = SettingError::Without {
            key: "traces_share",
            needs: "traces_to",
        };
        check(None, Some("0.5"), Err(lone));
    }

    #[test]
    fn a_share_is_written_as_a_number_or_as_a_text() {
        for (written, expected) in [("0.1", "0.1"), ("1", "1"), ("\"0.05\"", "0.05")] {
            let text = format!("traces_share = {written}");
            let config: ServerConfig = toml::from_str(&text).expect("settings");
            assert_eq!(config.traces_share, Some(TracesShare(expected.to_owned())));
        }
    }
}
