//! `biaochi backup`, `biaochi restore`

use biaochi_app::backup::{BackedUp, backup, restore};
use biaochi_domain::Language;
use serde_json::json;

use super::open_workspace;
use crate::arguments::Global;
use crate::arguments::backup::{Backup, Restore};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Screen, Unit, count};

pub(crate) fn run(command: &Backup, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let bar = screen.progress(None, Unit::Bytes);
    bar.set_message(screen.say("备份", "backing up").to_owned());
    let done = backup(&workspace, &command.target, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    let done = done?;
    let target = command.target.display().to_string();
    tell(&done, &target, ("已备份到", "backed up to"), screen)?;
    if !screen.json() {
        screen.warn(screen.say(
            "备份中有工作区密钥和病案，请像工作区一样保管，并放在另一台机器上",
            "the backup holds the key and the records: keep it as safe as the workspace, on another machine",
        ));
    }
    Ok(Exit::Done)
}

pub(crate) fn run_restore(command: &Restore, screen: &Screen) -> Outcome {
    let bar = screen.progress(None, Unit::Bytes);
    bar.set_message(screen.say("恢复", "restoring").to_owned());
    let done = restore(&command.source, &command.target, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    let target = command.target.display().to_string();
    tell(&done?, &target, ("已恢复到", "restored to"), screen)?;
    Ok(Exit::Done)
}

fn tell(
    done: &BackedUp,
    target: &str,
    (zh, en): (&str, &str),
    screen: &Screen,
) -> Result<(), Failure> {
    if screen.json() {
        return screen.value(&json!({
            "folder": target, "files": done.files, "bytes": done.bytes, "rows": done.rows,
        }));
    }
    let (files, mib, rows) = (count(done.files), done.bytes >> 20, count(done.rows));
    screen.line(&match screen.language() {
        Language::Zh => format!("{zh}“{target}”：{files} 个文件，{mib} MiB，业务数据 {rows} 行"),
        Language::En => format!("{en} {target}: {files} files, {mib} MiB, {rows} rows of the store"),
    })
}
