//! One-time codes of the second factor: RFC 6238 with SHA-1, six digits and steps of 30 seconds, which every
//! authenticator app knows.
//!
//! Twenty lines over the `hmac` and `sha1` crates that are in the program anyway, checked against the vectors of the
//! RFC; a crate for it would bring an encoder for addresses and pictures that nothing here needs.

use hmac::{Hmac, Mac as _};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

use crate::secret::equal;

/// Seconds that a code is for.
pub const STEP_SECONDS: i64 = 30;

const DIGITS: usize = 6;

/// Whatever may have a meaning in an address.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The step that a time, in seconds since 1970 UTC, lies in.
pub fn step(seconds: i64) -> i64 {
    seconds.div_euclid(STEP_SECONDS)
}

/// The code of a step, with leading zeros.
pub fn code(secret: &[u8], step: i64) -> String {
    let number = truncated(secret, step) % 1_000_000;
    format!("{number:0DIGITS$}")
}

/// RFC 4226, section 5.3.
fn truncated(secret: &[u8], step: i64) -> u32 {
    let mut mac = <Hmac<Sha1> as hmac::KeyInit>::new_from_slice(secret)
        .expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let digest: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(digest[19] & 15);
    let bytes = digest.iter().skip(offset).take(4);
    bytes.fold(0u32, |sum, byte| (sum << 8) | u32::from(*byte)) & 0x7fff_ffff
}

/// The step whose code this is: the current one, the one before or the one after, since clocks differ. Every step
/// is compared, whatever matched before.
pub fn matching_step(secret: &[u8], typed: &str, seconds: i64) -> Option<i64> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let now = step(seconds);
    let mut found = None;
    for step in [now - 1, now, now + 1] {
        if equal(code(secret, step).as_bytes(), typed.as_bytes()) {
            found = Some(step);
        }
    }
    found
}

const BASE_32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A secret as people type it into their app: base 32 without padding.
pub fn base_32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let (mut buffer, mut bits) = (0u32, 0);
    for byte in bytes {
        buffer = ((buffer << 8) | u32::from(*byte)) & 0xffff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            push(&mut text, buffer >> bits);
        }
    }
    if bits > 0 {
        push(&mut text, buffer << (5 - bits));
    }
    text
}

fn push(text: &mut String, value: u32) {
    let index = usize::try_from(value & 31).unwrap_or(0);
    let letter = BASE_32.get(index).copied().unwrap_or(b'A');
    text.push(char::from(letter));
}

/// The address that an authenticator app reads, `otpauth://totp/…`.
pub fn address(issuer: &str, account: &str, secret: &[u8]) -> String {
    let [issuer, account] = [issuer, account].map(|text| utf8_percent_encode(text, ENCODED));
    let secret = base_32(secret);
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    /// RFC 6238, appendix B, the rows of SHA-1: eight digits there, the last six here.
    #[test]
    fn the_vectors_of_the_rfc_hold() {
        for (seconds, expected) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            let eight = format!("{:08}", truncated(RFC, step(seconds)) % 100_000_000);
            assert_eq!(eight, expected);
            assert!(expected.ends_with(&code(RFC, step(seconds))));
        }
        // RFC 4226, appendix D.
        assert_eq!(code(RFC, 0), "755224");
        assert_eq!(code(RFC, 9), "520489");
    }

    #[test]
    fn a_code_holds_for_its_step_and_its_neighbours() {
        let typed = code(RFC, 100);
        for (seconds, expected) in [
            (99 * 30, Some(100)),
            (100 * 30 + 29, Some(100)),
            (101 * 30 + 29, Some(100)),
            (102 * 30, None),
            (98 * 30 + 29, None),
        ] {
            assert_eq!(matching_step(RFC, &typed, seconds), expected, "{seconds}");
        }
        let spaced = format!("{} {}", &typed[..3], &typed[3..]);
        assert_eq!(matching_step(RFC, &spaced, 3000), Some(100));
        assert_eq!(matching_step(RFC, "", 3000), None);
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn secrets_are_written_in_base_32() {
        for (bytes, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base_32(bytes.as_bytes()), text);
        }
        assert_eq!(
            address("标尺", "li@h", b"foobar"),
            "otpauth://totp/%E6%A0%87%E5%B0%BA:li%40h?secret=MZXW6YTBOI&issuer=%E6%A0%87%E5%B0%BA"
        );
    }
}
