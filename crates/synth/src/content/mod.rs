//! The content tables: what people of this region fall ill with, and what is done about it.
//!
//! Everything a clinician would want to look at is data in `crates/synth/content/*.csv`; this module
//! reads the tables once and links them. They are part of the program, so a mistake in them is a bug
//! that the tests find, not an error a user meets.

mod profile;
mod region;
mod relations;
mod rows;
mod structure;
mod tables;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

pub(crate) use profile::{
    AgePattern, BAND_FROM, ChargePattern, Chronic, Code, CodeId, Complication, Followed, OLDEST,
    ProcedureId, Profile, ProfileId, Special, Treatment, band,
};
pub(crate) use region::{Institution, InstitutionId, InstitutionKind, Region};
pub(crate) use structure::{DepartmentName, Division};
pub(crate) use words::Words;

use crate::random::Weighted;

/// All tables.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) region: Region,
    pub(crate) divisions: Vec<Division>,
    pub(crate) departments: Vec<DepartmentName>,
    pub(crate) words: Words,
    pub(crate) diagnoses: Vec<Code>,
    pub(crate) procedures: Vec<Code>,
    pub(crate) profiles: Vec<Profile>,
    pub(crate) chronic: Vec<Chronic>,
    /// Solid cancers that chemotherapy and the like treat, for men and for women.
    pub(crate) cancers: [(Vec<CodeId>, Weighted); 2],
    /// Cancers of the blood, for men and for women.
    pub(crate) blood_cancers: [(Vec<CodeId>, Weighted); 2],
    /// External causes by kind, such as `traffic`.
    pub(crate) external_causes: Vec<(Vec<CodeId>, Weighted)>,
    /// The cause that a poisoning or the like has whatever the profile says, by prefix of its code.
    causes_by_code: Vec<(&'static str, CodeId)>,
    /// Diagnoses that are not written beside one another, because one code says both or they
    /// contradict each other.
    not_together: Vec<Vec<CodeId>>,
    /// Age from which a diagnosis is plausible as a secondary one.
    least_ages: Vec<i32>,
    /// Codes with a less exact code of the same category, and its name.
    pub(crate) unspecific: HashMap<&'static str, (&'static str, &'static str)>,
    diagnosis_ids: HashMap<&'static str, CodeId>,
    procedure_ids: HashMap<&'static str, ProcedureId>,
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

    /// Diagnoses that are not written beside this one.
    pub(crate) fn not_beside(&self, id: CodeId) -> &[CodeId] {
        &self.not_together[usize::from(id)]
    }

    /// Age in years from which a diagnosis is plausible as a secondary one.
    pub(crate) fn least_age(&self, id: CodeId) -> i32 {
        self.least_ages[usize::from(id)]
    }

    /// The external cause that goes with a code, where the code decides it.
    pub(crate) fn cause_of(&self, code: &str) -> Option<CodeId> {
        self.causes_by_code
            .iter()
            .find(|(prefix, _)| code.starts_with(prefix))
            .map(|&(_, cause)| cause)
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

    /// A procedure by its code.
    ///
    /// # Panics
    /// The table of codes lacks it: only codes named in this crate are asked for, and tested.
    pub(crate) fn known_procedure(&self, code: &str) -> ProcedureId {
        *self
            .procedure_ids
            .get(code)
            .unwrap_or_else(|| panic!("content/procedure_codes.csv lacks {code}"))
    }
}
