//! The content tables: what people of this region fall ill with, and what is done about it.
//!
//! Everything a clinician would want to look at is data in `crates/synth/content/*.csv`; this module
//! reads the tables once and links them. They are part of the program, so a mistake in them is a bug
//! that the tests find, not an error a user meets.

mod profile;
mod region;
mod rows;
mod tables;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use profile::{
    AgePattern, BAND_FROM, ChargePattern, Chronic, Code, CodeId, Complication, Followed, OLDEST,
    ProcedureId, Profile, ProfileId, Special, Treatment, band,
};
pub(crate) use region::{Institution, InstitutionId, InstitutionKind, Region};
pub(crate) use words::Words;

use crate::random::Weighted;

/// All tables.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) region: Region,
    pub(crate) words: Words,
    pub(crate) diagnoses: Vec<Code>,
    pub(crate) procedures: Vec<Code>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) chronic: Vec<Chronic>,
    /// Cancers that chemotherapy and the like treat, for men and for women.
    pub(crate) cancers: [(Vec<CodeId>, Weighted); 2],
    /// External causes by kind, such as `traffic`.
    pub(crate) external_causes: Vec<(Vec<CodeId>, Weighted)>,
    /// Codes with a less exact code of the same category, and its name.
    pub(crate) unspecific: HashMap<&'static str, (&'static str, &'static str)>,
    diagnosis_ids: HashMap<&'static str, CodeId>,
}

static CONTENT: LazyLock<Content> = LazyLock::new(Content::load);

impl Content {
    /// The tables of this program.
    pub(crate) fn get() -> &'static Self {
        &CONTENT
    }

    fn load() -> Self {
        tables::load(Region::load(), Words::load())
    }

    pub(crate) fn diagnosis(&self, id: CodeId) -> &Code {
        &self.diagnoses[usize::from(id)]
    }

    pub(crate) fn procedure(&self, id: ProcedureId) -> &Code {
        &self.procedures[usize::from(id)]
    }

    pub(crate) fn profile(&self, id: ProfileId) -> &Profile {
        &self.profiles[usize::from(id)]
    }

    /// A profile by its id.
    ///
    /// # Panics
    /// There is none: only ids named in this crate are asked for, and tested.
    pub(crate) fn profile_id(&self, id: &str) -> ProfileId {
        self.profiles
            .iter()
            .position(|profile| profile.id == id)
            .unwrap_or_else(|| panic!("content/profiles.csv lacks {id}")) as ProfileId
    }

    /// A diagnosis by its code.
    ///
    /// # Panics
    /// The table of codes lacks it: only codes named in this crate are asked for, and tested.
    pub(crate) fn known(&self, code: &str) -> CodeId {
        *self
            .diagnosis_ids
            .get(code)
            .unwrap_or_else(|| panic!("content/diagnosis_codes.csv lacks {code}"))
    }
}
