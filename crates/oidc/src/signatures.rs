//! Signatures of tokens, checked by the library that TLS uses. The token library leaves them to whoever uses it; its own
//! choices would bring a second library of each curve.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use signature::Verifier;

/// Signatures that are believed.
pub(crate) const ALLOWED: [Algorithm; 3] = [Algorithm::RS256, Algorithm::ES256, Algorithm::EdDSA];

static PROVIDER: CryptoProvider = CryptoProvider {
    // Nothing is signed here.
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Lets the token library check by ring, once for the process.
pub(crate) fn begin() {
    // Whoever was first installed the same.
    let _ = PROVIDER.install_default();
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    match ALLOWED.contains(algorithm) {
        true => Ok(Box::new(ByRing {
            algorithm: *algorithm,
            key: key.clone(),
        })),
        false => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(
        &self,
        message: &[u8],
        signed: &Vec<u8>,
    ) -> std::result::Result<(), signature::Error> {
        let by = |how: &'static dyn VerificationAlgorithm| {
            let key = self.key.try_get_as_bytes().ok();
            let checked = key.map(|key| UnparsedPublicKey::new(how, key).verify(message, signed));
            checked.is_some_and(|checked| checked.is_ok())
        };
        let holds = match (self.algorithm, self.key.kind()) {
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signed)
                    .is_ok()
            }
            (Algorithm::ES256, _) => by(&ECDSA_P256_SHA256_FIXED),
            (Algorithm::EdDSA, _) => by(&ED25519),
            _ => false,
        };
        holds.then_some(()).ok_or_else(signature::Error::new)
    }
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::crypto::verify;

    use super::*;

    /// A signature that OpenSSL made, with a key that was thrown away.
    const MODULUS: &str = "l5rkwh8549BT7Xiao6bjw9Sha061hsbDkus4wRPKIOd1nxg4-67tuFslRSJhzqCSDOBnQaurdezbg_9MQ4m_3l3N3_-Juiag1rq6-f0FKD_USk_AlTe2rXPuiqHFADMapVek9oyybCnhu-2WOG3_y8oM6nM1hZJ08CLsytjlEKClqZJSW8kkiGtPBsKlJG_ZcnCZeDOXSleFpmOOCmxM5mEPt95e5FTtcfTyTVuYvYpiFPtHELTcyFo4Cx65nU1caOU9EjzkES6iAEGG6_QRWKw9cFBEETfJl2q1SGOpf-c8Cxos1NwlCT-y1skr7dUWJ1u2dtIbQ4-rEHjh-Wg6Aw";
    const MESSAGE: &[u8] = b"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzLTEifQ";
    const SIGNED: &str = "RJCNVlp2BheL7H5tQ9Zefmf217o39oPDn8L4ZO8mxqzf2HUZbUVptlvBS0dZhgGFks7D_InFW2FVOdoYTKCYf8cgjqs9S6HWqyxYBgHQdiw1tgRBAA5vW0opXq-s_B00_KglbUxhHFCx6ipXOKNb8T0FlYwU0tyMblHrCcdOpF4Q2c37BUZ-m9oBvwTeFKv3hijtxW_3WHPiyKVcbPRnsDMLo-UKldUOytw-0guLKt9aWgJmhbXfyOozGxg7stvCeGOx1EwCy_eYOmzdXn7cvbFXATazLzPV8Hvg0w3WjWq3RPWStAGQD-8CrH0_p1scQcDYOdqKtunzfRVb8rmlqg";

    #[test]
    fn rsa_is_checked() {
        begin();
        let key = DecodingKey::from_rsa_components(MODULUS, "AQAB").expect("a key");
        let check = |message: &[u8], algorithm| verify(SIGNED, message, &key, algorithm);
        assert!(check(MESSAGE, Algorithm::RS256).expect("checked"));
        assert!(!check(b"another", Algorithm::RS256).expect("checked"));
        assert!(!check(MESSAGE, Algorithm::ES256).expect("checked"));
        assert!(check(MESSAGE, Algorithm::HS256).is_err());
        assert!(check(MESSAGE, Algorithm::RS512).is_err());
    }
}
