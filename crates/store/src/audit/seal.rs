use std::fmt;

use biaochi_access::secret::hex;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Seals rows of the trail with a key that is not in the database: whoever has only the database can compute hashes, and
/// no seals.
#[derive(Clone)]
pub struct AuditSeal(Hmac<Sha256>);

impl fmt::Debug for AuditSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditSeal(***)")
    }
}

impl AuditSeal {
    /// Seals with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        let mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key);
        Self(mac.expect("HMAC takes keys of any length"))
    }

    /// The seal of a row, which stands for everything that its hash does.
    pub(super) fn of(&self, hash: &str) -> String {
        let digest: [u8; 32] = self.mac(hash).finalize().into_bytes().into();
        hex(&digest)
    }

    /// Whether a row has this seal; takes the same time wherever it differs.
    pub(super) fn fits(&self, hash: &str, seal: &str) -> bool {
        let digits = seal.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair).ok()?;
            u8::from_str_radix(pair, 16).ok()
        });
        let bytes: Option<Vec<u8>> = digits.collect();
        bytes.is_some_and(|bytes| self.mac(hash).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, hash: &str) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        mac.update(b"biaochi audit seal 1");
        mac.update(hash.as_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_fits_its_row_and_key_only() {
        let seal = AuditSeal::new(&[7; 32]);
        let made = seal.of("ab");
        assert!(seal.fits("ab", &made));
        assert!(!seal.fits("ac", &made) && !AuditSeal::new(&[8; 32]).fits("ab", &made));
        for wrong in ["", "0", "zz", "\u{4e00}", &made[2..]] {
            assert!(!seal.fits("ab", wrong), "{wrong}");
        }
        assert_eq!(format!("{seal:?}"), "AuditSeal(***)");
    }
}
