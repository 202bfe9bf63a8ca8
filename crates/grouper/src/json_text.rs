//! Short texts as JSON strings.
//!
//! `compact_str` could do this itself, but its feature for it changes the features of `serde` and with
//! them the build of every crate that uses it.

use compact_str::CompactString;
use serde::Serializer;

pub(crate) fn text<S: Serializer>(text: &CompactString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

pub(crate) fn texts<S: Serializer>(
    texts: &[CompactString],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(CompactString::as_str))
}

pub(crate) fn optional<S: Serializer>(
    text: &Option<CompactString>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_some(text.as_str()),
        None => serializer.serialize_none(),
    }
}
