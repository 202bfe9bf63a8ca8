//! `biaochi pack`

use std::path::{Path, PathBuf};

use biaochi_domain::Localized as _;
use biaochi_packs::{PackProblem, check_pack};
use serde_json::{Value, json};

use super::{content, workspace_folder};
use crate::arguments::{Global, Pack};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Pack, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Pack::Check { folders } => check(folders, global, screen),
        Pack::List => list(global, screen),
        Pack::ImportDrg { workbook, id, out, amend } => {
            import_drg(workbook, id, out.as_deref(), *amend, global, screen)
        }
    }
}

fn check(folders: &[PathBuf], global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let mut errors = 0;
    let mut values = Vec::new();
    for folder in folders {
        if !folder.is_dir() {
            return Err(Failure::new(
                Exit::NotFound,
                format!("“{}”不是文件夹", folder.display()),
                format!("{} is not a folder", folder.display()),
            ));
        }
        let problems = check_pack(folder, content.library());
        errors += problems.iter().filter(|problem| problem.is_error()).count();
        if screen.json() {
            values.extend(problems.iter().map(|problem| value(problem, screen)));
        } else {
            for problem in &problems {
                let label = match (problem.is_error(), screen.say("错误", "error")) {
                    (true, label) => label,
                    (false, _) => screen.say("提示", "hint"),
                };
                screen.line(&format!("{label}  {}", problem.text(screen.language())))?;
            }
            let folder = folder.display();
            let found = problems.iter().filter(|problem| problem.is_error()).count();
            let hints = problems.len() - found;
            screen.line(&match screen.language() {
                biaochi_domain::Language::Zh if found == 0 => {
                    format!("“{folder}”可以使用（提示 {hints} 条）")
                }
                biaochi_domain::Language::Zh => {
                    format!("“{folder}”有 {found} 处错误，改正后才能使用（提示 {hints} 条）")
                }
                biaochi_domain::Language::En if found == 0 => {
                    format!("{folder} can be used ({hints} hints)")
                }
                biaochi_domain::Language::En => {
                    format!("{folder} has {found} errors and cannot be used ({hints} hints)")
                }
            })?;
        }
    }
    if screen.json() {
        screen.value(&Value::Array(values))?;
    }
    Ok(if errors > 0 { Exit::Partial } else { Exit::Done })
}

fn value(problem: &PackProblem, screen: &Screen) -> Value {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "error": problem.is_error(),
        "text": problem.problem.text(screen.language()),
    })
}

fn list(global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let schemes = content.library().schemes();
    let weights = content.library().weight_tables();
    if screen.json() {
        let value = json!({
            "schemes": schemes.iter().map(|info| json!({
                "id": info.id, "title": info.title, "version": info.version,
                "content_hash": info.content_hash,
            })).collect::<Vec<_>>(),
            "weights": weights.iter().map(|info| json!({
                "id": info.id, "title": info.title,
            })).collect::<Vec<_>>(),
            "codes": content.codes().packs().iter().map(|pack| json!({
                "id": pack.id, "title": pack.title, "version": pack.version,
            })).collect::<Vec<_>>(),
        });
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("类别", "kind"), Align::Left),
        (screen.say("标识", "id"), Align::Left),
        (screen.say("名称", "title"), Align::Left),
        (screen.say("版本", "version"), Align::Left),
    ];
    let scheme = screen.say("分组方案", "scheme");
    let weight = screen.say("权重表", "weights");
    let code = screen.say("编码", "codes");
    let row = |kind: &str, id: &str, title: &str, version: &str| {
        [kind, id, title, version].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = schemes
        .iter()
        .map(|info| row(scheme, &info.id, &info.title, &info.version))
        .chain(weights.iter().map(|info| row(weight, &info.id, &info.title, "")))
        .chain(
            content
                .codes()
                .packs()
                .iter()
                .map(|pack| row(code, &pack.id, &pack.title, &pack.version)),
        )
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn import_drg(
    workbook: &Path,
    id: &str,
    out: Option<&Path>,
    amend: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let folder = match out {
        Some(folder) => folder.to_owned(),
        None => workspace_folder(global).join("packs"),
    };
    todo!("{workbook:?} {id} {folder:?} {amend} {}", screen.json())
}
