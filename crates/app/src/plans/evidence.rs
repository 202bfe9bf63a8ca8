//! Evidence of tasks.

use std::path::PathBuf;

use biaochi_store::{Evidence, TaskKey};

use super::error::PlanError;
use crate::Workspace;
use crate::evidence::{self, EvidenceError};

/// Copies files into the evidence folder of a workspace for a task.
pub fn attach(
    workspace: &Workspace,
    key: &TaskKey,
    files: &[PathBuf],
) -> Result<Vec<Evidence>, PlanError> {
    let place = [&*key.organisation_code, &*key.plan, &*key.task];
    Ok(evidence::attach(workspace, place, files)?)
}

impl From<EvidenceError> for PlanError {
    fn from(error: EvidenceError) -> Self {
        match error {
            EvidenceError::Io { path, source } => Self::Io { path, source },
            EvidenceError::Unnamed { path } => Self::Unnamed { path },
        }
    }
}
