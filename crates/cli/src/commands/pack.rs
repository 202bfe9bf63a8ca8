//! `biaochi pack`

use std::sync::Arc;

use std::path::{Path, PathBuf};

use biaochi_app::Workspace;
use biaochi_domain::{Language, Localized as _};
use biaochi_organisations::Directory;
use biaochi_packs::{ImportOptions, ImportReport, PackProblem, check_pack, import_workbook};
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::{content, workspace_folder};
use crate::arguments::Global;
use crate::arguments::content::Pack;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Pack, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Pack::Check { folders } => check(folders, false, global, screen),
        Pack::Test { folders } if folders.is_empty() => test_embedded(global, screen),
        Pack::Test { folders } => check(folders, true, global, screen),
        Pack::List => list(global, screen),
        Pack::ImportDrg {
            workbook,
            id,
            out,
            amend,
        } => import_drg(workbook, id, out.as_deref(), *amend, global, screen),
    }
}

/// Runs the cases of the checks that are compiled into the program.
fn test_embedded(global: &Global, screen: &Screen) -> Outcome {
    let content = content(global)?;
    let mut wrong = 0;
    let ids: Vec<String> = content.check_library().ids().map(str::to_owned).collect();
    for id in ids {
        let loaded = content.check_library().load(&id)?;
        let compiled = content.check_pack(&id)?;
        let report = biaochi_app::check::run_cases(&loaded, &compiled);
        wrong += report.problems.len();
        for problem in &report.problems {
            screen.line(&problem.text(screen.language()))?;
        }
        cases_line(&id, &report, screen)?;
    }
    let ids: Vec<String> = content
        .indicator_library()
        .ids()
        .map(str::to_owned)
        .collect();
    for id in ids {
        let compiled = content.indicators(&id)?;
        let report = biaochi_app::indicators::run_cases(&compiled);
        wrong += report.problems.len();
        for problem in &report.problems {
            screen.line(&problem.text(screen.language()))?;
        }
        indicators_line(&id, &report, screen)?;
    }
    Ok(if wrong > 0 { Exit::Partial } else { Exit::Done })
}

fn cases_line(
    name: &str,
    report: &biaochi_app::check::CasesReport,
    screen: &Screen,
) -> Result<(), Failure> {
    let (cases, checks, wrong) = (report.cases, report.checks, report.problems.len());
    screen.line(&match screen.language() {
        Language::Zh => format!("“{name}”：{checks} 条检查，{cases} 个例子，{wrong} 个不符"),
        Language::En => format!("{name}: {checks} checks, {cases} cases, {wrong} come out wrong"),
    })
}

fn indicators_line(
    name: &str,
    report: &biaochi_app::indicators::IndicatorCasesReport,
    screen: &Screen,
) -> Result<(), Failure> {
    let (cases, indicators, wrong) = (report.cases, report.indicators, report.problems.len());
    screen.line(&match screen.language() {
        Language::Zh => format!("“{name}”：{indicators} 个指标，{cases} 个例子，{wrong} 处不符"),
        Language::En => {
            format!("{name}: {indicators} indicators, {cases} cases, {wrong} come out wrong")
        }
    })
}

fn check(folders: &[PathBuf], run: bool, global: &Global, screen: &Screen) -> Outcome {
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
        let checked = biaochi_app::check::check_folder(&content, folder, run);
        let (problems, report) = match checked {
            Some((problems, report)) => (problems, Some(report)),
            None => match biaochi_app::indicators::check_folder(&content, folder, run) {
                Some((problems, report)) => {
                    if report.cases > 0 && !screen.json() {
                        indicators_line(&folder.display().to_string(), &report, screen)?;
                    }
                    (problems, None)
                }
                None => {
                    let found = biaochi_app::assessment::check_folder(&content, folder);
                    let found = found.or_else(|| content.reports().check_folder(folder));
                    let found = found.or_else(|| content.role_library().check_folder(folder));
                    let found =
                        found.or_else(|| biaochi_app::datasets::check_folder(&content, folder));
                    let plan = || {
                        let directory = organisations(global);
                        biaochi_app::plans::check_folder(&content, folder, directory.as_deref())
                    };
                    let others = || check_pack(folder, content.library());
                    (found.or_else(plan).unwrap_or_else(others), None)
                }
            },
        };
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
            if let Some(report) = report.filter(|report| report.cases > 0) {
                cases_line(&folder.display().to_string(), &report, screen)?;
            }
            let folder = folder.display();
            let found = problems.iter().filter(|problem| problem.is_error()).count();
            let hints = problems.len() - found;
            screen.line(&match screen.language() {
                Language::Zh if found == 0 => {
                    format!("“{folder}”可以使用（提示 {hints} 条）")
                }
                Language::Zh => {
                    format!("“{folder}”有 {found} 处错误，改正后才能使用（提示 {hints} 条）")
                }
                Language::En if found == 0 => {
                    format!("{folder} can be used ({hints} hints)")
                }
                Language::En => {
                    format!("{folder} has {found} errors and cannot be used ({hints} hints)")
                }
            })?;
        }
    }
    if screen.json() {
        screen.value(&Value::Array(values))?;
    }
    Ok(if errors > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

/// The organisations of the workspace, if there is one: what a plan names is looked for among them.
fn organisations(global: &Global) -> Option<Arc<Directory>> {
    let workspace = Workspace::open(&workspace_folder(global)).ok()?;
    biaochi_app::organisations::directory(&workspace, &Scope::All).ok()
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
            "checks": content.check_library().ids().collect::<Vec<_>>(),
            "assessments": content.assessment_library().packs().map(|pack| pack.0).collect::<Vec<_>>(),
            "plans": content.plan_library().ids().collect::<Vec<_>>(),
            "plan_decisions": content.plan_library().decision_packs().map(|pack| pack.0).collect::<Vec<_>>(),
            "indicators": content.indicator_library().ids().collect::<Vec<_>>(),
            "datasets": content.data_set_library().packs().map(|(id, _, _)| id).collect::<Vec<_>>(),
            "roles": content.role_library().packs().map(|(id, _, _)| id).collect::<Vec<_>>(),
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
    let check = screen.say("质控规则", "checks");
    let plan = screen.say("方案", "plan");
    let decisions = screen.say("方案决定", "decisions");
    let indicator = screen.say("指标", "indicators");
    let data_set = screen.say("数据集", "data sets");
    let role = screen.say("角色", "roles");
    let row = |kind: &str, id: &str, title: &str, version: &str| {
        [kind, id, title, version].map(str::to_owned).to_vec()
    };
    let rows: Vec<Vec<String>> = schemes
        .iter()
        .map(|info| row(scheme, &info.id, &info.title, &info.version))
        .chain(
            weights
                .iter()
                .map(|info| row(weight, &info.id, &info.title, "")),
        )
        .chain(
            content
                .check_library()
                .packs()
                .map(|(id, title, version)| row(check, id, title, version)),
        )
        .chain(
            content
                .plan_library()
                .packs()
                .map(|(id, title, version)| row(plan, id, title, version)),
        )
        .chain(
            content
                .plan_library()
                .decision_packs()
                .map(|(id, title, version)| row(decisions, id, title, version)),
        )
        .chain(
            content
                .indicator_library()
                .packs()
                .map(|(id, title, version)| row(indicator, id, title, version)),
        )
        .chain(
            content
                .data_set_library()
                .packs()
                .map(|(id, title, version)| row(data_set, id, title, version)),
        )
        .chain(
            content
                .role_library()
                .packs()
                .map(|(id, title, version)| row(role, id, title, version)),
        )
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
    if !is_plain_id(id) {
        return Err(Failure::new(
            Exit::Usage,
            format!("方案标识“{id}”只能用字母、数字、点、横线和下划线"),
            format!(
                "the scheme id {id:?} may hold letters, digits, dots, dashes and underscores only"
            ),
        ));
    }
    let bytes = std::fs::read(workbook).map_err(|error| Failure::file(workbook, &error))?;
    let file_name = workbook.file_name().unwrap_or_default().to_string_lossy();
    let options = ImportOptions {
        amend_exclusions: amend,
        ..ImportOptions::new(id, file_name.into_owned())
    };
    let folder = match out {
        Some(folder) => folder.to_owned(),
        None => workspace_folder(global).join("packs"),
    };
    let folder = folder.join(id);
    let imported = import_workbook(&bytes, &options);
    let (report, saved) = match &imported {
        Ok(imported) => {
            imported
                .save(&folder)
                .map_err(|error| Failure::file(&folder, &error))?;
            (&imported.report, true)
        }
        Err(report) => (report, false),
    };
    if screen.json() {
        screen.value(&report_value(report, saved.then_some(&folder), screen))?;
    } else {
        show_report(report, screen)?;
    }
    if !saved {
        return Err(Failure::new(
            Exit::Failed,
            "配置表有错误，没有生成内容包。有缺口的方案会悄悄分错组，请换用完整的配置表",
            "the workbook has errors and no pack was written: a scheme with a hole groups wrongly without a sign of it",
        ));
    }
    if !screen.json() {
        let packs = folder.parent().unwrap_or(&folder).display().to_string();
        screen.line(&match screen.language() {
            Language::Zh => format!(
                "已生成内容包“{}”。使用：biaochi group 文件.csv --scheme {id} --packs {packs}",
                folder.display()
            ),
            Language::En => format!(
                "wrote the pack {}. Use it: biaochi group file.csv --scheme {id} --packs {packs}",
                folder.display()
            ),
        })?;
    }
    Ok(Exit::Done)
}

/// The id becomes a folder name.
fn is_plain_id(id: &str) -> bool {
    !id.is_empty()
        && !id.starts_with('.')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn show_report(report: &ImportReport, screen: &Screen) -> Result<(), Failure> {
    let counts = &report.counts;
    screen.line(&match screen.language() {
        Language::Zh => format!(
            "MDC {}，ADRG {}，DRG {}，集合 {} 个共 {} 条，并发症 {} 条，排除表 {} 张",
            counts.categories,
            counts.adrgs,
            counts.drgs,
            counts.sets,
            counts.members,
            counts.complications,
            counts.exclusion_tables
        ),
        Language::En => format!(
            "{} MDCs, {} ADRGs, {} DRGs, {} sets with {} members, {} complications, {} exclusion tables",
            counts.categories,
            counts.adrgs,
            counts.drgs,
            counts.sets,
            counts.members,
            counts.complications,
            counts.exclusion_tables
        ),
    })?;
    screen.line(&format!("SHA-256 {}", report.sha256))?;
    for finding in &report.findings {
        let label = finding.problem.severity().text(screen.language());
        screen.line(&format!("{label}  {}", finding.text(screen.language())))?;
    }
    Ok(())
}

fn report_value(report: &ImportReport, folder: Option<&PathBuf>, screen: &Screen) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            json!({
                "sheet": finding.sheet,
                "row": finding.row,
                "column": finding.column,
                "severity": finding.problem.severity().text(screen.language()),
                "text": finding.problem.text(screen.language()),
            })
        })
        .collect();
    json!({
        "pack": folder.map(|folder| folder.display().to_string()),
        "sha256": report.sha256,
        "adrgs": report.counts.adrgs,
        "drgs": report.counts.drgs,
        "findings": findings,
    })
}

#[cfg(test)]
mod tests {
    use super::is_plain_id;

    #[test]
    fn an_id_cannot_lead_out_of_its_folder() {
        for (id, plain) in [
            ("chs-drg-3.0", true),
            ("../x", false),
            ("a/b", false),
            ("", false),
            (".hidden", false),
        ] {
            assert_eq!(is_plain_id(id), plain, "{id}");
        }
    }
}
