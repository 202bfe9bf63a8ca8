//! `biaochi key`

use biaochi_app::keys::{
    KeyError, KeyState, KeyStatus, KeyUse, RotateRequest, Rotated, Step, retire, rotate, status,
};
use biaochi_app::{Workspace, beijing};
use biaochi_domain::Language;
use serde_json::{Value, json};

use super::open_workspace;
use crate::arguments::key::Key;
use crate::arguments::{Global, Writer};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, Unit, count};

pub(crate) fn run(command: &Key, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    match command {
        Key::Status => show(&workspace, screen),
        Key::Rotate { resume, writer } => run_rotate(&workspace, *resume, writer, screen),
        Key::Retire { id, accept, writer } => run_retire(&workspace, *id, *accept, writer, screen),
    }
}

/// Does something with the keys while a bar tells how far it is.
fn with_bar<T>(
    screen: &Screen,
    work: impl FnOnce(&(dyn Fn(Step) + Sync)) -> Result<T, KeyError>,
) -> Result<T, Failure> {
    let bar = screen.progress(None, Unit::Records);
    let progress = |step: Step| {
        let (message, position) = match step {
            Step::Looking(files) => (screen.say("查看文件", "looking at files"), files),
            Step::Resealing(records) => (screen.say("重新加密", "sealing anew"), records),
        };
        bar.set_message(message.to_owned());
        bar.set_position(position);
    };
    let done = work(&progress);
    bar.finish_and_clear();
    done.map_err(|error| {
        let exit = match &error {
            error if error.is_busy() => Exit::Busy,
            KeyError::Unknown { .. } => Exit::NotFound,
            _ => Exit::Failed,
        };
        Failure::of(exit, &error)
    })
}

fn show(workspace: &Workspace, screen: &Screen) -> Outcome {
    let found = with_bar(screen, |progress| status(workspace, progress))?;
    if screen.json() {
        screen.value(&json!({
            "keys": found.keys.iter().map(state_value).collect::<Vec<_>>(),
            "unopened": found.unopened,
            "unfinished": found.is_unfinished(),
        }))?;
    } else {
        screen.line(&table(&found, screen))?;
        if found.is_unfinished() {
            screen.warn(screen.say(
                "上次轮换没有做完：还有数据用旧密钥加密。请运行 biaochi key rotate --resume",
                "a rotation was not brought to its end: run `biaochi key rotate --resume`",
            ));
        }
    }
    if found.unopened == 0 {
        return Ok(Exit::Done);
    }
    if !screen.json() {
        let values = count(found.unopened);
        screen.warn(&match screen.language() {
            Language::Zh => format!(
                "有 {values} 个加密的值打不开：缺少密钥，密钥文件不是当时的，或数据已损坏。请从备份恢复密钥文件"
            ),
            Language::En => {
                format!("{values} sealed values do not open: restore the key file from a backup")
            }
        });
    }
    Ok(Exit::Partial)
}

fn run_rotate(workspace: &Workspace, resume: bool, writer: &Writer, screen: &Screen) -> Outcome {
    let request = RotateRequest {
        resume,
        actor: writer.actor(),
        when_locked: writer.when_locked(),
    };
    let done = with_bar(screen, |progress| rotate(workspace, &request, progress))?;
    if screen.json() {
        screen.value(&json!({
            "from": done.from, "to": done.to, "resumed": done.resumed,
            "store_values": done.store_values, "records": done.records, "files": done.files,
            "version": done.version,
        }))?;
        return Ok(Exit::Done);
    }
    screen.line(&rotated_text(&done, screen.language()))?;
    if done.from != done.to {
        screen.warn(screen.say(
            "请现在重新备份：以前备份中的密钥文件打不开此后加密的数据",
            "back up again now: key files of earlier backups do not open what is sealed from now on",
        ));
    }
    Ok(Exit::Done)
}

fn rotated_text(done: &Rotated, language: Language) -> String {
    let [values, records, files] = [done.store_values, done.records, done.files].map(count);
    let (from, to) = (done.from, done.to);
    match (language, done.resumed) {
        (Language::Zh, _) if from == to => {
            format!("全部数据已经用第 {to} 号密钥加密，没有要做的")
        }
        (Language::En, _) if from == to => format!("everything is sealed with key {to} already"),
        (Language::Zh, resumed) => {
            let head = match resumed {
                true => format!("接着做完了上次的轮换，现用第 {to} 号密钥"),
                false => format!("已从第 {from} 号密钥换为第 {to} 号"),
            };
            format!("{head}：业务数据 {values} 个值、病案 {records} 份（{files} 个文件）改用它加密")
        }
        (Language::En, resumed) => {
            let head = match resumed {
                true => format!("the earlier rotation to key {to} is at its end"),
                false => format!("key {to} is in the place of key {from}"),
            };
            format!(
                "{head}: {values} values of the store and {records} records ({files} files) sealed anew"
            )
        }
    }
}

fn run_retire(
    workspace: &Workspace,
    id: u32,
    accept: bool,
    writer: &Writer,
    screen: &Screen,
) -> Outcome {
    let who = (writer.actor(), writer.when_locked());
    let seals = with_bar(screen, |progress| {
        retire(workspace, id, accept, who, progress)
    })?;
    if screen.json() {
        screen.value(&json!({
            "retired": id, "older_files": seals.older_files, "older_records": seals.older_records,
        }))?;
        return Ok(Exit::Done);
    }
    let files = count(seals.older_files);
    let older = seals.older_files > 0;
    screen.line(&match (screen.language(), older) {
        (Language::Zh, false) => format!("第 {id} 号密钥已停用"),
        (Language::Zh, true) => {
            format!("第 {id} 号密钥已停用；历史版本的 {files} 个文件中，姓名、证件号等不再能读出")
        }
        (Language::En, false) => format!("key {id} is retired"),
        (Language::En, true) => format!(
            "key {id} is retired; identifiers in {files} files of older versions can no longer be read"
        ),
    })?;
    screen.warn(screen.say(
        "停用前的备份要用当时的密钥文件打开，请与备份一起保管",
        "backups of before need the key file of that time: keep it with them",
    ));
    Ok(Exit::Done)
}

fn state_value(key: &KeyState) -> Value {
    let KeyUse {
        store_values,
        records,
        files,
        older_records,
        older_files,
    } = key.seals;
    json!({
        "id": key.id, "made": key.made.map(|at| at.to_string()),
        "there": key.is_there, "current": key.is_current,
        "store_values": store_values, "records": records, "files": files,
        "older_records": older_records, "older_files": older_files,
    })
}

fn table(found: &KeyStatus, screen: &Screen) -> String {
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("编号", "key"), right),
        (screen.say("状态", "state"), left),
        (screen.say("生成", "made"), left),
        (screen.say("业务数据", "store values"), right),
        (screen.say("病案", "records"), right),
        (screen.say("文件", "files"), right),
        (
            screen.say("历史版本的病案", "records of older versions"),
            right,
        ),
        (screen.say("文件", "files"), right),
    ];
    let rows: Vec<Vec<String>> = found
        .keys
        .iter()
        .map(|key| {
            let state = match (key.is_there, key.is_current) {
                (false, _) => screen.say("不在密钥文件中", "not in the key file"),
                (true, true) => screen.say("当前", "current"),
                (true, false) if key.seals.is_needed() => screen.say("仍在使用", "still needed"),
                (true, false) => screen.say("可停用", "can be retired"),
            };
            let made = key.made.map(beijing::shown);
            let seals = &key.seals;
            let counts = [
                seals.store_values,
                seals.records,
                seals.files,
                seals.older_records,
                seals.older_files,
            ];
            let words = [
                key.id.to_string(),
                state.to_owned(),
                made.unwrap_or_else(|| "—".to_owned()),
            ];
            words.into_iter().chain(counts.map(count)).collect()
        })
        .collect();
    screen.table(&columns, &rows)
}
