//! Scheme packs: reading, overlays, checks, writing.

pub(crate) mod complications;
pub(crate) mod groups;
pub(crate) mod manifest;
pub(crate) mod maps;
pub(crate) mod names;
pub(crate) mod resolve;
pub(crate) mod save;
pub(crate) mod sets;
pub(crate) mod validate;
pub(crate) mod write;
