//! Networks as people write them: `10.0.0.0/8`, `192.168.1.5`, `fd00::/8`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use biaochi_domain::{Language, Localized};
use serde::{Deserialize, Serialize};

use crate::both_languages::InBothLanguages;

/// Some networks; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Networks(Vec<Network>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

/// A text that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no network; write 10.0.0.0/8 or 192.168.1.5")]
pub struct ParseNetworkError {
    /// The text.
    pub text: String,
}

impl Localized for ParseNetworkError {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => format!(
                "“{}”不是网络地址，应写作 10.0.0.0/8 或 192.168.1.5",
                self.text
            ),
            Language::En => self.to_string(),
        }
    }
}

/// An address as IPv4 where IPv6 only wraps one: a listener for both sees IPv4 so.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(wide) => wide.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

impl Network {
    fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let shift = 32 - u32::from(self.bits);
                let cut = |value: u32| value.checked_shr(shift).unwrap_or(0);
                cut(own.to_bits()) == cut(other.to_bits())
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let shift = 128 - u32::from(self.bits);
                let cut = |value: u128| value.checked_shr(shift).unwrap_or(0);
                cut(own.to_bits()) == cut(other.to_bits())
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let wrong = || ParseNetworkError {
            text: text.to_owned(),
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address = address.trim().parse::<IpAddr>().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse::<u8>().map_err(|_| wrong())?,
            None => most,
        };
        (bits <= most)
            .then_some(Self { address, bits })
            .ok_or_else(wrong)
    }
}

impl Networks {
    /// Whether an address lies in one of them.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = plain(address);
        self.0.iter().any(|network| network.contains(address))
    }

    /// Who asks: the address of the connection, unless that is one of these proxies; then the last address in
    /// `X-Forwarded-For` that is none of them. What stands before it anybody could have written.
    pub fn client(&self, peer: IpAddr, forwarded: &str) -> IpAddr {
        let mut client = plain(peer);
        for hop in forwarded.rsplit(',') {
            if !self.contain(client) {
                break;
            }
            let Ok(before) = hop.trim().parse::<IpAddr>() else {
                break;
            };
            client = plain(before);
        }
        client
    }
}

impl FromStr for Networks {
    type Err = ParseNetworkError;

    fn from_str(text: &str) -> Result<Self, ParseNetworkError> {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        Ok(Self(parts.map(str::parse).collect::<Result<_, _>>()?))
    }
}

impl TryFrom<Vec<String>> for Networks {
    type Error = InBothLanguages;

    fn try_from(texts: Vec<String>) -> Result<Self, InBothLanguages> {
        let parsed = texts.iter().map(|text| text.trim().parse::<Network>());
        let parsed = parsed.collect::<Result<_, ParseNetworkError>>();
        let parsed = parsed.map_err(|error| InBothLanguages::of(&error))?;
        Ok(Self(parsed))
    }
}

impl From<Networks> for Vec<String> {
    fn from(networks: Networks) -> Self {
        networks.0.iter().map(Network::to_string).collect()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(Network::to_string).collect();
        f.write_str(&texts.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_lies_in_a_network_or_not() {
        let networks: Networks = "10.0.0.0/8, 192.168.1.5,fd00::/8"
            .parse()
            .expect("networks");
        for inside in ["10.255.0.1", "192.168.1.5", "fd12::1", "::ffff:10.1.2.3"] {
            assert!(networks.contain(address(inside)), "{inside}");
        }
        for outside in ["11.0.0.1", "192.168.1.6", "fe80::1", "::1"] {
            assert!(!networks.contain(address(outside)), "{outside}");
        }
        let all: Networks = "0.0.0.0/0".parse().expect("a network");
        assert!(all.contain(address("8.8.8.8")) && !all.contain(address("::1")));
        for wrong in ["10.0.0.0/33", "hospital", "10.0.0.0/x"] {
            assert!(wrong.parse::<Networks>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_trusted_proxies_say_who_asks() {
        let trusted: Networks = "10.0.0.0/8".parse().expect("a network");
        let check = |peer: &str, forwarded: &str, expected: &str| {
            let found = trusted.client(address(peer), forwarded);
            assert_eq!(found, address(expected), "{peer} {forwarded}");
        };
        check("203.0.113.9", "198.51.100.1", "203.0.113.9");
        check("10.0.0.1", "198.51.100.1", "198.51.100.1");
        // What the client itself wrote in front is not believed.
        check(
            "10.0.0.1",
            "1.1.1.1, 198.51.100.1, 10.0.0.2",
            "198.51.100.1",
        );
        check("10.0.0.1", "", "10.0.0.1");
        check("10.0.0.1", "nonsense", "10.0.0.1");
    }
}
