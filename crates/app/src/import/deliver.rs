//! A delivery: the import as the workspace is configured, and what follows it – findings across records, and the
//! worklist. It is what a person means by "importing a file".

use std::path::PathBuf;
use std::sync::Arc;

use biaochi_domain::{Language, Localized};
use biaochi_store::{Scope, SyncSummary};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::lake::Mode;

use super::{
    Bounds, Cancel, ImportError, ImportRequest, ImportWeights, Imported, Places, Progress, Stage,
    import_within,
};
use crate::across::{AcrossRequest, AcrossUpdate, update};
use crate::correct::{CorrectError, corrected_records};
use crate::recheck::RecheckError;
use crate::worklist::{WorklistError, sync_months_of};
use crate::{Compiled, ContentError, WeightsError, Workspace};

/// What is delivered, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct DeliverRequest<'a> {
    /// Institutions whose records the files may have.
    pub scope: &'a Scope,
    /// Name files without the folders that they lie in.
    pub bare_names: bool,
    /// Files and folders; all of them are one import.
    pub paths: &'a [PathBuf],
    /// Organisation code of records whose file does not say it; else the workspace's.
    pub organisation: Option<&'a str>,
    /// How the rows meet those that are there.
    pub mode: Mode,
    /// A month may be replaced by far fewer records, as [`ImportRequest::allow_fewer`] has it.
    pub allow_fewer: bool,
    /// What to do while another import runs.
    pub when_locked: WhenLocked,
    /// Who delivers, for the worklist's history.
    pub actor: &'a str,
}

/// What a delivery came to.
#[derive(Debug, Clone)]
pub struct Delivered {
    /// The import.
    pub imported: Imported,
    /// Findings across records; `None` when the workspace runs no checks.
    pub across: Option<AcrossUpdate>,
    /// What became of the worklist; `None` when the workspace runs no checks.
    pub worklist: Option<SyncSummary>,
    /// Records of the delivered months that people corrected before, which the files may not show.
    pub corrected_before: u64,
}

/// Why a delivery was not taken in, or not wholly.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum DeliverError {
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Weights(#[from] WeightsError),
    #[error("the records are imported, but findings across them are not up to date")]
    Across(#[from] RecheckError),
    #[error("the records are imported, but the worklist is not up to date")]
    Worklist(#[from] WorklistError),
    #[error(transparent)]
    Corrections(#[from] CorrectError),
}

impl DeliverError {
    /// Another import holds the workspace; the same may succeed later.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Import(error) => error.is_busy(),
            Self::Across(error) => error.is_busy(),
            _ => false,
        }
    }
}

impl Localized for DeliverError {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        let follows = |text: String| match zh {
            true => {
                format!(
                    "病案已导入，但跨病案检查或工作清单没有更新：{text}。排除原因后再导入一次即可补上"
                )
            }
            false => format!("the records are imported, but what follows failed: {text}"),
        };
        match self {
            Self::Import(error) => error.text(language),
            Self::Content(error) => error.text(language),
            Self::Weights(error) => error.text(language),
            Self::Across(error) => follows(error.text(language)),
            Self::Worklist(error) => follows(error.text(language)),
            Self::Corrections(error) => error.text(language),
        }
    }
}

/// Takes files in: records, groups, findings, worklist. Doing it again after an interruption completes it.
///
/// Must not be called from an asynchronous task: it blocks until done.
///
/// # Errors
/// See [`DeliverError`]. When the import itself failed, nothing was changed.
pub fn deliver(
    workspace: &Workspace,
    content: &Compiled,
    request: &DeliverRequest<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &Cancel,
) -> Result<Delivered, DeliverError> {
    let config = workspace.config();
    let pack = match config.checks.as_deref() {
        Some("") => None,
        id => Some(content.check_pack(id.unwrap_or(crate::check::NATIONAL))?),
    };
    let scheme = content.scheme(&config.scheme)?;
    let table = match &config.weights {
        Some(name) => Some(content.weights(name, &config.scheme)?),
        None => None,
    };
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let weights = table.as_ref().map(|table| ImportWeights {
        id: &table.provenance.id,
        content_hash: &table.provenance.content_hash,
        weight: &weight,
    });
    let wanted = ImportRequest {
        paths: request.paths,
        scheme: &scheme,
        weights,
        translate: config.translate,
        organisation: request.organisation.or(config.organisation.as_deref()),
        mode: request.mode,
        allow_fewer: request.allow_fewer,
        when_locked: request.when_locked,
        known_code: Some(Arc::clone(content.known_codes())),
        checks: pack.as_ref().map(|pack| &pack.checks),
        language: Language::Zh,
    };
    let (lake, rejects, key_file) = (workspace.lake(), workspace.rejects(), workspace.key_file());
    let places = Places {
        lake: &lake,
        rejects: &rejects,
        key_file: &key_file,
    };
    let bounds = Bounds {
        scope: request.scope,
        bare_names: request.bare_names,
    };
    let imported = import_within(places, &wanted, bounds, progress, cancel)?;
    let (mut across, mut worklist) = (None, None);
    let told = |stage: Stage| {
        let rows = imported.record.counts.read;
        progress(Progress {
            stage,
            rows,
            ..Progress::default()
        });
    };
    if let Some(pack) = &pack {
        told(Stage::Across);
        // One hospital alone sees no overlap with another.
        let asked = AcrossRequest {
            scope: &Scope::All,
            across: &pack.across,
            scheme: &imported.record.scheme,
            months: &imported.record.partitions,
            version: imported.version,
            when_locked: WhenLocked::Wait,
        };
        let looking = tracing::info_span!(target: "traces", "import.across");
        let updated = looking.in_scope(|| update(places, &asked))?;
        let mut months = imported.record.partitions.clone();
        months.extend(updated.months.iter().cloned());
        months.sort();
        months.dedup();
        told(Stage::Worklist);
        let syncing = tracing::info_span!(target: "traces", "import.worklist");
        let synced = syncing.in_scope(|| {
            sync_months_of(
                workspace,
                content.content(),
                pack.checks.set(),
                &months,
                (updated.as_of, request.actor),
            )
        })?;
        (across, worklist) = (Some(updated), Some(synced));
    }
    // What people corrected before is not in a file that was delivered anew.
    let corrected_before = match imported.already_there {
        true => 0,
        false => corrected_records(workspace, &imported.record.partitions)?,
    };
    Ok(Delivered {
        imported,
        across,
        worklist,
        corrected_before,
    })
}
