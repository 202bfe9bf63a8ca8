//! A job is done: the use case with its progress, and what came of it in a sentence and as JSON.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use biaochi_domain::{Language, Localized as _, Month, thousands};
use biaochi_store::{Job, JobProgress, Scope};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::lake::Mode;
use serde_json::{Value, json};

use super::document::{DocumentRequest, Documents, make_in_steps};
use super::error::JobError;
use super::request::{JobRequest, UploadedFile, scope_of};
use super::uploads::Uploads;
use crate::import::{Cancel, DeliverRequest, Delivered, Progress, Stage, deliver};
use crate::recheck::{Months, Step, WorkspaceRecheck, recheck_workspace};
use crate::worklist::sync_months_of;
use crate::{Compiled, Workspace, indicators};

/// How many times its packed size a file may have unpacked; front pages pack to a tenth.
const UNPACKED_TIMES: u64 = 100;

/// What even a small file may have unpacked.
const UNPACKED_ANYWAY: u64 = 64 << 20;

/// What came of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Worked {
    pub(super) message: String,
    pub(super) result: Value,
    pub(super) reject_file: String,
}

/// Tells how far a job is.
pub(super) type Tell<'a> = &'a (dyn Fn(JobProgress) + Sync);

/// Does a job. Doing it again after an interruption completes it.
pub(super) fn work(
    workspace: &Workspace,
    content: &Compiled,
    (request, job): (&JobRequest, &Job),
    tell: Tell<'_>,
    cancel: &Cancel,
) -> Result<Worked, JobError> {
    let actor = job.created_by.as_str();
    match request {
        JobRequest::Import {
            files,
            organisation,
            mode,
            allow_fewer,
            reach,
        } => {
            let scope = scope_of(reach.as_ref());
            let how = (*mode, *allow_fewer);
            let what = (files.as_slice(), organisation.as_deref(), how);
            import(workspace, content, what, (&scope, actor), tell, cancel)
        }
        JobRequest::Recheck {
            organisation,
            from,
            to,
        } => {
            let month = |text: &Option<String>| text.as_deref().and_then(|text| text.parse().ok());
            let (from, to): (Option<Month>, Option<Month>) = (month(from), month(to));
            let months = Months {
                organisation: organisation.clone(),
                from,
                to,
            };
            check_again(workspace, content, &months, actor, tell, cancel)
        }
        JobRequest::Indicators { pack } => {
            let pack = content.indicators(pack)?;
            let refreshed = indicators::compute(workspace, &pack, WhenLocked::Wait)?;
            Ok(Worked {
                message: format!(
                    "共 {} 个机构月，重新计算 {} 个",
                    thousands(refreshed.months as u64),
                    thousands(refreshed.computed as u64)
                ),
                result: json!({
                    "months": refreshed.months, "computed": refreshed.computed,
                    "version": refreshed.version,
                }),
                reject_file: String::new(),
            })
        }
        JobRequest::Document { request, reach } => {
            let scope = scope_of(reach.as_ref());
            let what = (request, &scope);
            document(workspace, content, what, &job.job_id, tell, cancel)
        }
    }
}

/// Steps of making a document: reading, making, keeping.
const DOCUMENT_STEPS: u64 = 3;

fn document(
    workspace: &Workspace,
    content: &Compiled,
    what: (&DocumentRequest, &Scope),
    job_id: &str,
    tell: Tell<'_>,
    cancel: &Cancel,
) -> Result<Worked, JobError> {
    let documents = Documents::of(workspace);
    // Of an attempt that was interrupted nothing shall stay, however this one ends.
    documents.forget(job_id);
    let done = Cell::new(0);
    let step = |words: &str| {
        if cancel.load(Ordering::Relaxed) {
            return Err(JobError::Cancelled);
        }
        tell(JobProgress {
            done: done.get(),
            total: DOCUMENT_STEPS,
            words: words.to_owned(),
        });
        done.set(done.get() + 1);
        Ok(())
    };
    let made = make_in_steps(workspace, content, what, &step)?;
    step("保存文件")?;
    let kept = documents.keep(job_id, &made)?;
    Ok(Worked {
        message: kept.sentence(),
        result: serde_json::to_value(&kept)?,
        reject_file: String::new(),
    })
}

fn import(
    workspace: &Workspace,
    content: &Compiled,
    (files, organisation, (mode, allow_fewer)): (&[UploadedFile], Option<&str>, (Mode, bool)),
    (scope, actor): (&Scope, &str),
    tell: Tell<'_>,
    cancel: &Cancel,
) -> Result<Worked, JobError> {
    let uploads = Uploads::of(workspace);
    let paths = files.iter().map(|file| uploads.path(file));
    let paths = paths.collect::<Result<Vec<_>, _>>()?;
    let packed: u64 = files.iter().map(|file| file.bytes).sum();
    let most = packed.saturating_mul(UNPACKED_TIMES).max(UNPACKED_ANYWAY);
    let is_bomb = AtomicBool::new(false);
    let progress = |progress: Progress| {
        // A small archive can unpack to any size.
        if progress.bytes > most {
            is_bomb.store(true, Ordering::Relaxed);
            cancel.store(true, Ordering::Relaxed);
        }
        let (rows, stage) = (thousands(progress.rows), progress.stage);
        tell(match stage {
            Stage::Reading => JobProgress {
                done: progress.bytes,
                total: progress.total_bytes.max(progress.bytes),
                words: format!("{}：已读 {rows} 行", stage.text(Language::Zh)),
            },
            // Nobody knows how much of it is left.
            _ => JobProgress {
                done: 0,
                total: 0,
                words: format!("已读完 {rows} 行，正在{}", stage.text(Language::Zh)),
            },
        });
    };
    let request = DeliverRequest {
        scope,
        bare_names: true,
        paths: &paths,
        organisation,
        mode,
        allow_fewer,
        when_locked: WhenLocked::Wait,
        actor,
    };
    let delivered = deliver(workspace, content, &request, &progress, cancel);
    if is_bomb.load(Ordering::Relaxed) && delivered.is_err() {
        return Err(JobError::Bomb { mib: most >> 20 });
    }
    let delivered = delivered?;
    let rejects = delivered.imported.rejects.as_ref();
    let reject_file = rejects.and_then(|path| path.file_name());
    Ok(Worked {
        message: sentence(&delivered),
        result: told(&delivered),
        reject_file: reject_file
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
    })
}

/// What came, went and changed.
fn sentence(delivered: &Delivered) -> String {
    let imported = &delivered.imported;
    if imported.already_there {
        return "这些文件先前已导入，内容相同，病案没有改动".to_owned();
    }
    let counts = &imported.record.counts;
    let stored = counts.grouped + counts.not_grouped;
    let mut text = format!(
        "读取 {} 行，入库 {} 条：新增 {}，变化 {}，移除 {}；入组 {}",
        thousands(counts.read),
        thousands(stored),
        thousands(counts.came),
        thousands(counts.changed),
        thousands(counts.went),
        thousands(counts.grouped),
    );
    if counts.rejected > 0 {
        text += &format!("；拒收 {} 行", thousands(counts.rejected));
    }
    if counts.went > stored {
        text += "；移除的病案多于入库的：如果文件只有这个月的一部分，请补传完整的文件";
    }
    if delivered.corrected_before > 0 {
        text += &format!(
            "；有 {} 份病案先前更正过，这次的文件里可能没有",
            thousands(delivered.corrected_before)
        );
    }
    text
}

fn told(delivered: &Delivered) -> Value {
    let imported = &delivered.imported;
    let counts = &imported.record.counts;
    let worklist = delivered.worklist.as_ref().map(|synced| {
        json!({
            "opened": synced.opened, "reopened": synced.reopened + synced.found_again,
            "closed": synced.closed, "still_open": synced.still_open,
        })
    });
    json!({
        "import_id": imported.record.import_id,
        "version": imported.version,
        "already_there": imported.already_there,
        "read": counts.read, "came": counts.came, "went": counts.went,
        "changed": counts.changed, "unchanged": counts.unchanged,
        "rejected": counts.rejected, "duplicates": counts.duplicates,
        "problems": counts.problems, "grouped": counts.grouped,
        "not_grouped": counts.not_grouped,
        "months": imported.record.partitions.iter()
            .map(|(organisation, month)| json!({ "organisation": organisation, "month": month }))
            .collect::<Vec<_>>(),
        "notices": imported.notices,
        "corrected_before": delivered.corrected_before,
        "worklist": worklist,
    })
}

fn check_again(
    workspace: &Workspace,
    content: &Compiled,
    months: &Months,
    actor: &str,
    tell: Tell<'_>,
    cancel: &Cancel,
) -> Result<Worked, JobError> {
    let config = workspace.config();
    let id = match config.checks.as_deref() {
        None | Some("") => crate::check::NATIONAL,
        Some(id) => id,
    };
    let wanted = WorkspaceRecheck {
        checks: id,
        months,
        activate: true,
        when_locked: WhenLocked::Wait,
    };
    let progress = |progress: crate::recheck::Progress| {
        let (is_measured, words) = match progress.step {
            Step::Across => (false, "核对跨病案"),
            Step::Records => (true, "逐份重查"),
            Step::Publishing => (false, "发布"),
        };
        let share = |pages: u64| if is_measured { pages } else { 0 };
        tell(JobProgress {
            done: share(progress.pages),
            total: share(progress.total),
            words: words.to_owned(),
        });
    };
    let checked = recheck_workspace(workspace, content, &wanted, &progress, cancel)?;
    let pack = content.check_pack(id)?;
    let (content, as_of) = (content.content(), checked.as_of);
    let (set, months) = (pack.checks.set(), &checked.months);
    tell(JobProgress {
        words: Stage::Worklist.text(Language::Zh),
        ..JobProgress::default()
    });
    let synced = sync_months_of(workspace, content, set, months, (as_of, actor))?;
    let (new, gone, same) = checked.difference.totals();
    Ok(Worked {
        message: format!(
            "重查 {} 份病案：新查出 {}，不再查出 {}，仍有 {}",
            thousands(checked.difference.pages),
            thousands(new),
            thousands(gone),
            thousands(same)
        ),
        result: json!({
            "version": checked.version, "pages": checked.difference.pages,
            "new": new, "gone": gone, "same": same,
            "worklist": { "opened": synced.opened, "closed": synced.closed },
        }),
        reject_file: String::new(),
    })
}

/// The end of a job that was not done, in words.
pub(super) fn reason(error: &JobError) -> String {
    error.text(Language::Zh)
}
