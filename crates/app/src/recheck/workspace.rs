//! A re-check of a workspace, with what its configuration names.

use biaochi_store::Scope;
use biaochi_warehouse::WhenLocked;

use super::{Months, Progress, RecheckError, RecheckRequest, Rechecked, recheck};
use crate::import::{Cancel, ImportWeights, Places};
use crate::{Compiled, Workspace};

/// What of a workspace is checked again.
#[derive(Debug, Clone, Copy)]
pub struct WorkspaceRecheck<'a> {
    /// The pack of checks.
    pub checks: &'a str,
    /// The months to check. They alone say whose records are checked: one hospital would see no overlap with another.
    pub months: &'a Months,
    /// Replace what is stored, instead of only telling the difference.
    pub activate: bool,
    /// What to do while an import runs.
    pub when_locked: WhenLocked,
}

/// Checks the records of a workspace again, as [`recheck`] does, grouped and weighed as its imports are.
///
/// # Errors
/// As [`recheck`], or the content that is named has mistakes.
pub fn recheck_workspace(
    workspace: &Workspace,
    content: &Compiled,
    wanted: &WorkspaceRecheck<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &Cancel,
) -> Result<Rechecked, RecheckError> {
    let config = workspace.config();
    let pack = content.check_pack(wanted.checks)?;
    let scheme = content.scheme(&config.scheme)?;
    let table = match &config.weights {
        Some(name) => Some(content.weights(name, &config.scheme)?),
        None => None,
    };
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let request = RecheckRequest {
        scope: &Scope::All,
        months: wanted.months,
        checks: &pack.checks,
        across: &pack.across,
        scheme: &scheme,
        weights: table.as_ref().map(|table| ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
            weight: &weight,
        }),
        translate: config.translate,
        activate: wanted.activate,
        when_locked: wanted.when_locked,
    };
    let (lake, rejects, key_file) = (workspace.lake(), workspace.rejects(), workspace.key_file());
    let places = Places {
        lake: &lake,
        rejects: &rejects,
        key_file: &key_file,
    };
    recheck(places, &request, progress, cancel)
}
