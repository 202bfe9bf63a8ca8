//! What follows an import: findings across records, and the worklist.

use biaochi_app::across::{AcrossRequest, AcrossUpdate, update};
use biaochi_app::check::CompiledPack;
use biaochi_app::import::{Imported, Places, Stage};
use biaochi_app::worklist::{SYSTEM_ACTOR, sync_months_of};
use biaochi_app::{Content, WhenLocked, Workspace};
use biaochi_domain::{Language, Localized};
use biaochi_store::{Scope, SyncSummary};
use serde_json::{Value, json};

use crate::outcome::{Exit, Failure};
use crate::screen::{Screen, count};

/// What only the published lake can tell: findings across records, and then the worklist. Running it
/// again after an interruption completes it.
pub(super) fn follow_up(
    workspace: &Workspace,
    content: &Content,
    pack: &CompiledPack,
    imported: &Imported,
    screen: &Screen,
) -> Result<(AcrossUpdate, SyncSummary), Failure> {
    let bar = screen.waiting(&Stage::Across.text(screen.language()));
    let (lake, rejects, key_file) = (workspace.lake(), workspace.rejects(), workspace.key_file());
    let places = Places {
        lake: &lake,
        rejects: &rejects,
        key_file: &key_file,
    };
    let request = AcrossRequest {
        scope: &Scope::All,
        across: &pack.across,
        scheme: &imported.record.scheme,
        months: &imported.record.partitions,
        version: imported.version,
        when_locked: WhenLocked::Wait,
    };
    let across = update(places, &request);
    bar.finish_and_clear();
    let across = across.map_err(|error| interrupted(imported, &error))?;
    let mut months = imported.record.partitions.clone();
    months.extend(across.months.iter().cloned());
    months.sort();
    months.dedup();
    let (set, who) = (pack.checks.set(), (across.as_of, SYSTEM_ACTOR));
    let bar = screen.waiting(&Stage::Worklist.text(screen.language()));
    let synced = sync_months_of(workspace, content, set, &months, who);
    bar.finish_and_clear();
    let synced = synced.map_err(|error| interrupted(imported, &error))?;
    Ok((across, synced))
}

fn interrupted(imported: &Imported, error: &dyn Localized) -> Failure {
    let (zh, en) = (error.text(Language::Zh), error.text(Language::En));
    let version = imported.version;
    Failure::new(
        Exit::Failed,
        format!(
            "病案已导入为版本 {version}，但跨病案检查或工作清单没有更新：{zh}。排除原因后再运行一次同一条命令即可补上"
        ),
        format!(
            "the records are imported as version {version}, but checks across records or the worklist are not up to date: {en}; run the same command again to complete it"
        ),
    )
}

/// Whether anything became other than it was.
pub(super) fn is_moved(synced: &SyncSummary) -> bool {
    synced.opened + synced.found_again + synced.reopened + synced.content_changed + synced.closed
        > 0
}

pub(super) fn across_value(across: &AcrossUpdate) -> Value {
    json!({
        "version": across.version, "new": across.new, "gone": across.gone,
        "months": across.months, "other_edition": across.other_edition,
    })
}

/// What changed across records; nothing when nothing did.
pub(super) fn across_text(across: &AcrossUpdate, language: Language) -> Option<String> {
    let zh = language == Language::Zh;
    let mut text = None;
    if let Some(version) = across.version {
        let (new, gone) = (count(across.new), count(across.gone));
        text = Some(match zh {
            true => format!("跨病案检查：新查出 {new}，不再存在 {gone}（版本 {version}）"),
            false => format!("across records: {new} new, {gone} gone (version {version})"),
        });
    }
    if !across.other_edition.is_empty() {
        let months = count(across.other_edition.len() as u64);
        let remark = match zh {
            true => format!(
                "注意：有 {months} 个机构月份是用另一版规则检查的，跨病案的结果没有更新；运行 biaochi recheck --activate"
            ),
            false => format!(
                "note: {months} months were checked with another edition and are not up to date across records; run biaochi recheck --activate"
            ),
        };
        text = Some(text.map_or(remark.clone(), |text| format!("{text}\n{remark}")));
    }
    text
}

pub(super) fn worklist_value(synced: &SyncSummary) -> Value {
    json!({
        "opened": synced.opened,
        "reopened": synced.reopened + synced.found_again + synced.content_changed,
        "closed": synced.closed, "still_open": synced.still_open,
    })
}

pub(super) fn worklist_text(synced: &SyncSummary, language: Language) -> String {
    let again = synced.reopened + synced.found_again + synced.content_changed;
    let [opened, again, closed, open] =
        [synced.opened, again, synced.closed, synced.still_open].map(count);
    match language {
        Language::Zh => format!(
            "工作清单：新增 {opened}，再次出现 {again}，已消除 {closed}，仍未处理 {open}（biaochi worklist list）"
        ),
        Language::En => format!(
            "worklist: {opened} new, {again} came back, {closed} gone, {open} still open (biaochi worklist list)"
        ),
    }
}
