//! What `pack.toml` of an assessment pack says of its own: nothing beyond what every pack says.

use crate::problem::{Noun, Problems};
use crate::shelf::Kind;
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Manifest;

impl Kind for Manifest {
    const WORD: &'static str = "assessment";
    const NOUN: Noun = Noun::AssessmentPack;

    fn read(_top: &mut TomlReader<'_, '_>, _problems: &mut Problems<'_>) -> Self {
        Self
    }
}
