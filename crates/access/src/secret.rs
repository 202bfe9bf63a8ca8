//! Opaque secrets: ids of sessions, tokens and set-up codes. They are shown once and stored as hashes only.

use std::fmt;
use std::hint::black_box;

use sha2::{Digest as _, Sha256};

/// A text that must not be seen: printing it, for people or for debugging, shows `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever has to use it or is shown it once.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a secret opens; its first letters, so that a leaked one is recognised for what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A person's session.
    Session,
    /// A program's token.
    Token,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Session => "bcs_",
            Self::Token => "bct_",
        }
    }

    /// What a presented secret claims to be.
    pub fn of(text: &str) -> Option<Self> {
        let kinds = [Self::Session, Self::Token];
        kinds
            .into_iter()
            .find(|kind| text.starts_with(kind.prefix()))
    }
}

/// A secret of this kind from 32 random bytes.
pub fn opaque(kind: Kind, random: &[u8; 32]) -> Secret {
    Secret(format!("{}{}", kind.prefix(), hex(random)))
}

/// Letters and digits of set-up codes, without those that look alike.
const CODE_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// A code that a person can type, `K7QM-…`: 20 characters of five bits each.
pub fn set_up_code(random: &[u8; 32]) -> Secret {
    let mut text = String::with_capacity(24);
    for (index, byte) in random.iter().take(20).enumerate() {
        if index > 0 && index % 4 == 0 {
            text.push('-');
        }
        let letter = CODE_LETTERS.get(usize::from(byte & 31));
        text.push(char::from(letter.copied().unwrap_or(b'A')));
    }
    Secret(text)
}

/// A set-up code as it was made, however it was typed.
pub fn typed_code(text: &str) -> String {
    let mut clean = String::with_capacity(24);
    let letters = text.chars().filter(char::is_ascii_alphanumeric);
    for (index, letter) in letters.enumerate() {
        if index > 0 && index % 4 == 0 {
            clean.push('-');
        }
        clean.push(letter.to_ascii_uppercase());
    }
    clean
}

/// What is stored of a secret with at least 100 random bits: its SHA-256. No slow hash is needed, since nothing
/// can be guessed, and looking it up by its hash takes the same time whatever was presented.
pub fn fingerprint(secret: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
    hex(&digest)
}

/// Whether two byte strings are equal, in a time that only their lengths decide.
pub fn equal(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let pairs = one.iter().zip(other);
    let difference = pairs.fold(0u8, |sum, (a, b)| black_box(sum | (a ^ b)));
    black_box(difference) == 0
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_printed() {
        let secret = opaque(Kind::Session, &[7; 32]);
        assert!(secret.reveal().starts_with("bcs_0707"));
        assert_eq!(format!("{secret:?} {secret}"), "Secret(***) ***");
        assert_eq!(Kind::of(secret.reveal()), Some(Kind::Session));
        assert_eq!(Kind::of("bct_x"), Some(Kind::Token));
        assert_eq!(Kind::of("x"), None);
    }

    #[test]
    fn codes_can_be_typed_in_many_ways() {
        let mut random = [0; 32];
        for (value, byte) in (0u8..).zip(&mut random) {
            *byte = value.wrapping_mul(11);
        }
        let code = set_up_code(&random);
        assert_eq!(code.reveal().len(), 24);
        let typed = format!(" {} ", code.reveal().to_lowercase().replace('-', " "));
        assert_eq!(typed_code(&typed), code.reveal());
    }

    #[test]
    fn equal_means_equal() {
        assert!(equal(b"abc", b"abc") && equal(b"", b""));
        assert!(!equal(b"abc", b"abd") && !equal(b"abc", b"ab") && !equal(b"xbc", b"abc"));
    }

    #[test]
    fn the_fingerprint_is_sha_256() {
        assert_eq!(
            fingerprint("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
