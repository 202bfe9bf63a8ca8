use serde::{Deserialize, Serialize};

/// A file that proves something. The caller has put it into the evidence folder.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// Its name as a person knows it.
    pub name: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
    /// Its size in bytes; zero for what was noted before files were kept.
    #[serde(default)]
    pub size: u64,
    /// Where it lies below the evidence folder; empty for what was noted before files were kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}
