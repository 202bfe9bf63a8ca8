//! `biaochi import`

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_app::check::{CompiledChecks, CompiledPack};
use biaochi_app::correct::corrected_records;
use biaochi_app::import::{
    ImportError, ImportRequest, ImportWeights, Imported, Places, Progress, Stage, import,
};
use biaochi_app::{Content, ImportMode, WhenLocked, Workspace};
use biaochi_domain::{Language, Localized as _};
use serde_json::json;

use super::follow_up::{
    across_text, across_value, follow_up, is_moved, worklist_text, worklist_value,
};
use super::group::percentage;
use super::{content, named_scheme, open_workspace};
use crate::arguments::Global;
use crate::arguments::workspace::{Import, Mode};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, Unit, count};

pub(crate) fn run(command: &Import, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let content = content(global)?;
    let checks = checks_of(&workspace, &content)?;
    let single = checks.as_ref().map(|pack| &pack.checks);
    let imported = import_with(&workspace, &content, single, command, screen)?;
    if !screen.json() {
        screen.line(&text(&imported, screen.language()))?;
    }
    let followed = match &checks {
        Some(pack) => Some(follow_up(&workspace, &content, pack, &imported, screen)?),
        None => None,
    };
    // What people corrected before is not in a file that was delivered anew.
    let corrected = match imported.already_there {
        true => 0,
        false => corrected_records(&workspace, &imported.record.partitions)?,
    };
    if screen.json() {
        screen.value(&json!({
            "corrected_before": corrected,
            "version": imported.version,
            "already_there": imported.already_there,
            "import": imported.record,
            "rejects": imported.rejects.as_ref().map(|path| path.display().to_string()),
            "notices": imported.notices,
            "seconds": imported.duration.as_secs_f64(),
            "across": followed.as_ref().map(|(across, _)| across_value(across)),
            "worklist": followed.as_ref().map(|(_, synced)| worklist_value(synced)),
        }))?;
    } else if let Some((across, synced)) = followed {
        if let Some(line) = across_text(&across, screen.language()) {
            screen.line(&line)?;
        }
        if !imported.already_there || is_moved(&synced) {
            screen.line(&worklist_text(&synced, screen.language()))?;
        }
    }
    let counts = &imported.record.counts;
    if !imported.already_there && counts.went > counts.grouped + counts.not_grouped {
        screen.warn(screen.say(
            "移除的病案多于入库的：一个月的文件替换整个月。如果文件只有一部分，请重新导入完整的文件",
            "more records went than came: the file of a month replaces the month; if this one is a part, import the whole",
        ));
    }
    if corrected > 0 {
        let records = count(corrected);
        screen.warn(&match screen.language() {
            Language::Zh => format!(
                "这些月份有 {records} 份病案先前更正过，刚导入的文件里可能没有；运行 biaochi correct reapply 恢复更正"
            ),
            Language::En => format!(
                "{records} records of these months were corrected before, which the file may not show; run biaochi correct reapply"
            ),
        });
    }
    Ok(
        if imported.record.counts.rejected > 0 && !imported.already_there {
            Exit::Partial
        } else {
            Exit::Done
        },
    )
}

/// The checks that the workspace runs; `None` when it is set to run none.
pub(super) fn checks_of(
    workspace: &Workspace,
    content: &Content,
) -> Result<Option<CompiledPack>, Failure> {
    Ok(match workspace.config().checks.as_deref() {
        Some("") => None,
        id => Some(content.check_pack(id.unwrap_or(biaochi_app::check::NATIONAL))?),
    })
}

/// The import as the command line asks for it, with the workspace's checks.
pub(super) fn import_into(
    workspace: &Workspace,
    content: &Content,
    command: &Import,
    screen: &Screen,
) -> Result<Imported, Failure> {
    let checks = checks_of(workspace, content)?;
    let single = checks.as_ref().map(|pack| &pack.checks);
    import_with(workspace, content, single, command, screen)
}

/// The import with these checks of single records, and with progress.
fn import_with(
    workspace: &Workspace,
    content: &Content,
    checks: Option<&CompiledChecks>,
    command: &Import,
    screen: &Screen,
) -> Result<Imported, Failure> {
    let config = workspace.config();
    let scheme_id = command.scheme.as_ref().unwrap_or(&config.scheme);
    let scheme = named_scheme(content, scheme_id, screen)?;
    let table = match &config.weights {
        Some(name) => Some(content.weights(name, scheme_id)?),
        None => None,
    };
    let weight = |drg: &str| table.as_ref().and_then(|table| table.get(drg));
    let weights = table.as_ref().map(|table| ImportWeights {
        id: &table.provenance.id,
        content_hash: &table.provenance.content_hash,
        weight: &weight,
    });
    let request = ImportRequest {
        paths: &command.files,
        scheme: &scheme,
        weights,
        translate: config.translate,
        organisation: command
            .organisation
            .as_deref()
            .or(config.organisation.as_deref()),
        mode: match command.mode {
            Mode::ReplaceMonth => ImportMode::ReplaceMonth,
            Mode::Correction => ImportMode::Correction,
        },
        allow_fewer: command.allow_fewer,
        when_locked: if command.wait {
            WhenLocked::Wait
        } else {
            WhenLocked::Refuse
        },
        known_code: Some(Arc::new(content.known_codes())),
        checks,
        language: screen.language(),
    };
    let (lake, rejects, key_file) = (workspace.lake(), workspace.rejects(), workspace.key_file());
    let places = Places {
        lake: &lake,
        rejects: &rejects,
        key_file: &key_file,
    };
    let bar = screen.progress(Some(0), Unit::Bytes);
    bar.set_message(screen.say("导入", "importing").to_owned());
    let stage = Mutex::new(Stage::Reading);
    let progress = |progress: Progress| {
        if progress.stage != Stage::Reading {
            let mut stage = stage.lock().unwrap_or_else(PoisonError::into_inner);
            if *stage != progress.stage {
                *stage = progress.stage;
                screen.wait_on(&bar, &progress.stage.text(screen.language()));
            }
            return;
        }
        bar.set_length(progress.total_bytes.max(progress.bytes));
        bar.set_position(progress.bytes);
        let rows = count(progress.rows);
        bar.set_message(match screen.language() {
            Language::Zh => format!("导入 {rows} 行"),
            Language::En => format!("importing, {rows} rows"),
        });
    };
    let imported = import(places, &request, &progress, &AtomicBool::new(false));
    bar.finish_and_clear();
    let imported = imported.map_err(|error| {
        let exit = match &error {
            busy if busy.is_busy() => Exit::Busy,
            ImportError::Fewer { .. } => Exit::Unconfirmed,
            _ => Exit::Failed,
        };
        Failure::of(exit, &error)
    })?;
    for notice in &imported.notices {
        screen.note(notice);
    }
    Ok(imported)
}

/// What came, went and changed, and where to look for the rest.
pub(super) fn text(imported: &Imported, language: Language) -> String {
    let counts = &imported.record.counts;
    let zh = language == Language::Zh;
    if imported.already_there {
        return if zh {
            format!(
                "这些文件已在版本 {} 导入，内容相同，未作任何改动",
                imported.version
            )
        } else {
            format!(
                "these very files were imported as version {}; nothing was changed",
                imported.version
            )
        };
    }
    let stored = counts.grouped + counts.not_grouped;
    let seconds = imported.duration.as_secs_f64();
    let rate = count((counts.read as f64 / seconds.max(1e-9)) as u64);
    let share = percentage(counts.grouped, stored);
    let mut text = if zh {
        format!(
            "已导入为版本 {}\n  读取 {} 行，入库 {} 条：新增 {}，变化 {}，未变 {}；移除 {}\n  入组 {}（{share}），未入组 {}",
            imported.version,
            count(counts.read),
            count(stored),
            count(counts.came),
            count(counts.changed),
            count(counts.unchanged),
            count(counts.went),
            count(counts.grouped),
            count(counts.not_grouped),
        )
    } else {
        format!(
            "imported as version {}\n  {} rows read, {} stored: {} came, {} changed, {} unchanged; {} went\n  {} grouped ({share}), {} not grouped",
            imported.version,
            count(counts.read),
            count(stored),
            count(counts.came),
            count(counts.changed),
            count(counts.unchanged),
            count(counts.went),
            count(counts.grouped),
            count(counts.not_grouped),
        )
    };
    let before = counts.went + counts.changed + counts.unchanged;
    if counts.went * 10 > before {
        let (went, share) = (count(counts.went), percentage(counts.went, before));
        text += &if zh {
            format!(
                "\n  注意：移除了这些月份原有记录的 {share}（{went} 条）。如果文件不完整，用完整的文件再导入一次即可恢复"
            )
        } else {
            format!(
                "\n  note: {went} records ({share} of what these months held) are gone; if the file was cut off, import the complete one"
            )
        };
    }
    if counts.rejected + counts.problems > 0 {
        let (rejected, problems) = (count(counts.rejected), count(counts.problems));
        let path = imported
            .rejects
            .as_ref()
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        text += &if zh {
            format!(
                "\n  拒收 {rejected} 行（重复 {}），入库但有问题 {problems} 处；明细：{path}",
                count(counts.duplicates)
            )
        } else {
            format!(
                "\n  {rejected} rows rejected ({} duplicates), {problems} problems in stored rows; see {path}",
                count(counts.duplicates)
            )
        };
    }
    text += &if zh {
        format!("\n  用时 {seconds:.1} 秒，每秒 {rate} 行")
    } else {
        format!("\n  {seconds:.1} s, {rate} rows/s")
    };
    text
}
