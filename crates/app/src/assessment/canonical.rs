//! The text and the hash by which inputs and outcomes are stored and compared.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::AssessmentError;

/// The text of a value: its fields in the order of the program, maps in the order of their keys, decimals as
/// text. The same value has the same text on every machine.
pub(super) fn text<T: Serialize>(value: &T) -> Result<String, AssessmentError> {
    serde_json::to_string(value).map_err(AssessmentError::Unwritable)
}

/// SHA-256 over the texts of institutions, in the order of their codes.
pub fn hash<'a>(texts: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut sorted: Vec<(&str, &str)> = texts.into_iter().collect();
    sorted.sort_unstable();
    let mut hash = Sha256::new();
    for (code, text) in sorted {
        for part in [code, text] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hexadecimal(&hash.finalize())
}

/// SHA-256 of bytes.
pub fn hash_of(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
