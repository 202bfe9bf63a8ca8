//! What `pack.toml` of a pack of data sets says of its own: nothing but a note.

use crate::problem::{Noun, Problems};
use crate::shelf::Kind;
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manifest;

impl Kind for Manifest {
    const WORD: &'static str = "datasets";
    const NOUN: Noun = Noun::DataSetPack;

    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self {
        top.text("note", problems);
        Self
    }
}
