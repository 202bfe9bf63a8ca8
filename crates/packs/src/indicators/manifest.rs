//! What `pack.toml` of a pack of indicators says of its own: a note for readers.

use crate::problem::{Noun, Problems};
use crate::shelf::Kind;
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest;

impl Kind for Manifest {
    const WORD: &'static str = "indicators";
    const NOUN: Noun = Noun::IndicatorPack;

    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self {
        top.text("note", problems);
        Self
    }
}
