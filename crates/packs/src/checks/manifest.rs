//! What `pack.toml` of a pack of checks says of its own.

use biaochi_checks::Standard;

use crate::problem::{Noun, Problems};
use crate::shelf::Kind;
use crate::text::toml_reader::TomlReader;

#[derive(Debug, Clone, Default)]
pub(super) struct Manifest {
    pub(super) standard: Option<Standard>,
}

impl Kind for Manifest {
    const WORD: &'static str = "checks";
    const NOUN: Noun = Noun::CheckPack;

    fn read(top: &mut TomlReader<'_, '_>, problems: &mut Problems<'_>) -> Self {
        let standard = top.table("standard", problems).map(|mut table| {
            let standard = Standard {
                id: table.required("id", problems),
                title: table.required("title", problems),
                version: table.required("version", problems),
            };
            table.finish(problems);
            standard
        });
        Self { standard }
    }
}
