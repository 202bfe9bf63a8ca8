//! Records one by one: found, shown as the paper form, checked while they are written, explained, and taken out as the
//! month that is handed in.

mod codes;
mod explain;
mod form;
mod judge;
mod list_file;
mod month;
mod one;
mod search;

use std::sync::OnceLock;

use biaochi_domain::{Language, Localized};
use serde::de::DeserializeOwned;

pub use biaochi_warehouse::tables::StoredRecord;

pub use self::codes::{CodeChoice, code_choices};
pub use self::explain::{
    Complication, GroupPath, Neighbour, PathReason, PathStep, WhatIf, explain_group,
};
pub use self::form::{FormField, FormSection, FormTable, form};
pub use self::judge::{FieldMistake, Judged, JudgedFinding, NewValue, changed, judge};
pub use self::list_file::{ListLine, write_list_csv, write_list_workbook};
pub use self::month::{MonthFile, MonthSummary, month_file, month_summary};
pub use self::one::{
    LakeFinding, LakeGroup, LakeQuality, RecordFacts, RecordPlace, facts, locate, stored,
};
use self::search::Partition;
pub use self::search::{
    Departments, Found, Mark, Row, Search, Wanted, marks_of, person_key, rows_of, search,
};

use crate::check::CheckError;
use crate::correct::CorrectError;
use crate::query::{OneVersion, QueryError};
use crate::worklist::WorklistError;
use crate::{Content, ContentError, WeightsError, Workspace};

/// The tables of one version, opened once for many questions: opening them costs more than most of the questions.
pub struct Tables {
    version: OneVersion,
    partitions: OnceLock<Vec<Partition>>,
}

impl std::fmt::Debug for Tables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Tables")
    }
}

impl Tables {
    /// The newest version.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub fn newest(workspace: &Workspace, content: &Content) -> Result<Self, QueryError> {
        Ok(Self {
            version: OneVersion::newest(workspace, content)?,
            partitions: OnceLock::new(),
        })
    }

    #[track_caller]
    fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, QueryError> {
        self.version.rows(sql)
    }
}

/// Why a question about records has no answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum RecordsError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error(transparent)]
    Check(#[from] CheckError),
    #[error(transparent)]
    Correct(#[from] CorrectError),
    #[error(transparent)]
    Worklist(#[from] WorklistError),
}

impl Localized for RecordsError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Query(error) => error.text(language),
            Self::Content(error) => error.text(language),
            Self::Weights(error) => error.text(language),
            Self::Check(error) => error.text(language),
            Self::Correct(error) => error.text(language),
            Self::Worklist(error) => error.text(language),
        }
    }
}
