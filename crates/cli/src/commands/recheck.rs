//! `biaochi recheck`

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use biaochi_app::recheck::{
    Difference, Months, Progress, Rechecked, Step, WorkspaceRecheck, recheck_workspace,
};
use biaochi_app::worklist::sync_months;
use biaochi_app::{Compiled, Content, Workspace};
use biaochi_domain::Language;
use biaochi_packs::PackError;
use biaochi_packs::checks::LoadedChecks;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::follow_up::{worklist_text, worklist_value};
use super::{content, content_with, month, open_workspace};
use crate::arguments::Global;
use crate::arguments::recheck::Recheck;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, Unit, count};

/// Checks that are listed on the screen, those with the most differences first.
const LISTED: usize = 40;
/// Digits of a record key that are shown: enough to find it.
const KEY_DIGITS: usize = 12;

pub(crate) fn run(command: &Recheck, global: &Global, screen: &Screen) -> Outcome {
    let mut workspace = open_workspace(global)?;
    let configured = configured(&workspace);
    let (content, id) = named_pack(command.checks.as_deref(), &configured, global)?;
    let loaded = content.check_library().load(&id).map_err(|error| {
        let exit = match error {
            PackError::Unknown { .. } => Exit::NotFound,
            _ => Exit::Failed,
        };
        Failure::of(exit, &error)
    })?;
    if command.activate {
        must_stay_known(&loaded, &workspace)?;
    }
    let months = Months {
        organisation: command.organisation.clone(),
        from: command.from.as_deref().map(month).transpose()?,
        to: command.to.as_deref().map(month).transpose()?,
    };
    let content = Compiled::new(content);
    let rechecked = run_recheck(command, &months, (&id, &content), &workspace, screen)?;
    let mut remark = None;
    let synced = if command.activate {
        remark = rename(&mut workspace, &id, &configured, &months, screen)?;
        let actor = command.writer.actor();
        let (months, as_of) = (&rechecked.months, rechecked.as_of);
        Some(sync_months(
            &workspace,
            content.content(),
            months,
            as_of,
            actor,
        )?)
    } else {
        None
    };
    if screen.json() {
        let mut value = value(&rechecked, &id);
        value["worklist"] = synced.as_ref().map_or(Value::Null, worklist_value);
        value["remark"] = remark.map_or(Value::Null, Value::String);
        screen.value(&value)?;
    } else {
        screen.line(&text(&rechecked, &loaded, screen))?;
        for line in remark
            .into_iter()
            .chain(synced.map(|synced| worklist_text(&synced, screen.language())))
        {
            screen.line(&line)?;
        }
    }
    Ok(Exit::Done)
}

/// The pack that imports of the workspace run.
fn configured(workspace: &Workspace) -> String {
    let own = workspace.config().checks.clone();
    own.unwrap_or_else(|| biaochi_app::check::NATIONAL.to_owned())
}

/// The pack that is named by id or by folder, and the content that knows it.
fn named_pack(
    named: Option<&str>,
    configured: &str,
    global: &Global,
) -> Result<(Content, String), Failure> {
    let content = content(global)?;
    let Some(named) = named else {
        if configured.is_empty() {
            return Err(Failure::new(
                Exit::Usage,
                "工作区配置为不检查（checks 为空）。请用 --checks 指定规则包，如 --checks front-page-checks",
                "the workspace is set to run no checks; name a pack with --checks, such as front-page-checks",
            ));
        }
        return Ok((content, configured.to_owned()));
    };
    let folder = Path::new(named);
    if content.check_library().ids().any(|id| id == named) || !folder.is_dir() {
        return Ok((content, named.to_owned()));
    }
    let Some((loaded, _)) = content.check_library().check_folder(folder) else {
        return Err(Failure::new(
            Exit::NotFound,
            format!("“{named}”里没有质控规则包（pack.toml 中 kind = \"checks\"）"),
            format!("{named} holds no pack of checks (kind = \"checks\" in pack.toml)"),
        ));
    };
    let content = content_with(global, &[PathBuf::from(folder)])?;
    match loaded {
        Some(loaded) => Ok((content, loaded.set.id)),
        None => Err(Failure::new(
            Exit::Failed,
            format!("“{named}”有错误，不能使用。用 biaochi pack check {named} 列出全部错误"),
            format!(
                "{named} has mistakes and cannot be used; biaochi pack check {named} lists them"
            ),
        )),
    }
}

/// What is activated has to be there for the next import as well.
fn must_stay_known(loaded: &LoadedChecks, workspace: &Workspace) -> Result<(), Failure> {
    let own = Some(workspace.packs()).filter(|packs| packs.is_dir());
    let own: Vec<PathBuf> = own.into_iter().collect();
    let known = Content::load(&own)?.check_library().load(&loaded.set.id);
    if known.is_ok_and(|known| known.set.content_hash == loaded.set.content_hash) {
        return Ok(());
    }
    let (id, packs) = (&loaded.set.id, workspace.packs());
    let packs = packs.display();
    Err(Failure::new(
        Exit::Usage,
        format!(
            "规则包“{id}”不在工作区的内容包文件夹里，下次导入会找不到它，所以没有启用。请把它复制到“{packs}”再运行"
        ),
        format!(
            "the pack {id:?} is not among the workspace's packs, where the next import would look for it; copy it to {packs} first. Nothing was changed"
        ),
    ))
}

fn run_recheck(
    command: &Recheck,
    months: &Months,
    (id, content): (&str, &Compiled),
    workspace: &Workspace,
    screen: &Screen,
) -> Result<Rechecked, Failure> {
    let wanted = WorkspaceRecheck {
        checks: id,
        months,
        activate: command.activate,
        when_locked: command.writer.when_locked(),
    };
    let bar = screen.progress(Some(0), Unit::Records);
    let is_publishing = AtomicBool::new(false);
    let progress = |progress: Progress| {
        let message = match progress.step {
            Step::Across => screen.say("核对跨病案", "looking across records"),
            Step::Records => screen.say("重查", "checking"),
            Step::Publishing => screen.say("发布", "publishing"),
        };
        if progress.step == Step::Publishing {
            if !is_publishing.swap(true, Ordering::Relaxed) {
                screen.wait_on(&bar, message);
            }
            return;
        }
        bar.set_length(progress.total);
        bar.set_position(progress.pages);
        bar.set_message(message.to_owned());
    };
    let never = AtomicBool::new(false);
    let rechecked = recheck_workspace(workspace, content, &wanted, &progress, &never);
    bar.finish_and_clear();
    rechecked.map_err(|error| {
        let exit = match &error {
            error if error.is_busy() => Exit::Busy,
            biaochi_app::recheck::RecheckError::Nothing => Exit::NotFound,
            _ => Exit::Failed,
        };
        Failure::of(exit, &error)
    })
}

/// Names the pack in the configuration when everything was checked with another one than that.
fn rename(
    workspace: &mut Workspace,
    id: &str,
    configured: &str,
    months: &Months,
    screen: &Screen,
) -> Result<Option<String>, Failure> {
    if id == configured {
        return Ok(None);
    }
    let zh = screen.language() == Language::Zh;
    if months.is_all() {
        workspace.set_checks(id)?;
        return Ok(Some(match zh {
            true => format!("工作区配置已改为规则包 {id}（原为 {configured}），以后的导入用它检查"),
            false => format!("the workspace now runs the checks {id} (before: {configured})"),
        }));
    }
    Ok(Some(match zh {
        true => {
            format!("注意：只重查了一部分，工作区配置仍是规则包 {configured}，以后的导入仍用它检查")
        }
        false => format!(
            "note: only a part was checked again; the workspace still runs the checks {configured}"
        ),
    }))
}

fn value(rechecked: &Rechecked, id: &str) -> Value {
    let decimal = |value: Option<Decimal>| value.map(|value| value.to_string());
    let Difference {
        pages,
        scores_changed,
        checks,
        hospitals,
    } = &rechecked.difference;
    let (new, gone, same) = rechecked.difference.totals();
    let hospitals = hospitals.iter().map(|(code, hospital)| {
        json!({
            "organisation_code": code,
            "pages": hospital.after.pages, "pages_before": hospital.before.pages,
            "mean_before": decimal(hospital.before.mean()),
            "mean_after": decimal(hospital.after.mean()),
            "grades_before": hospital.before.grades, "grades_after": hospital.after.grades,
        })
    });
    let checks = checks.iter().map(|(id, check)| {
        json!({
            "check": id, "new": check.new, "gone": check.gone, "same": check.same,
            "changed": check.changed, "new_examples": check.new_examples, "gone_examples": check.gone_examples,
        })
    });
    json!({
        "checks_pack": id,
        "activated": rechecked.version.is_some(),
        "version": rechecked.version,
        "months": rechecked.months.len(),
        "pages": pages, "scores_changed": scores_changed,
        "new": new, "gone": gone, "same": same, "changed": rechecked.difference.changed(),
        "hospitals": hospitals.collect::<Vec<_>>(),
        "checks": checks.collect::<Vec<_>>(),
        "seconds": rechecked.duration.as_secs_f64(),
    })
}

fn text(rechecked: &Rechecked, loaded: &LoadedChecks, screen: &Screen) -> String {
    let zh = screen.language() == Language::Zh;
    let difference = &rechecked.difference;
    let (id, version) = (&loaded.set.id, &loaded.set.version);
    let [pages, months, hospitals, changed] = [
        difference.pages,
        rechecked.months.len() as u64,
        difference.hospitals.len() as u64,
        difference.scores_changed,
    ]
    .map(count);
    let mut text = match zh {
        true => format!(
            "按规则包 {id}（版本 {version}）重查了 {hospitals} 家机构 {months} 个机构月份的 {pages} 份病案\n\n"
        ),
        false => format!(
            "{pages} pages of {hospitals} hospitals ({months} months) under the checks {id} (version {version})\n\n"
        ),
    };
    text += &hospital_table(difference, loaded, screen);
    text += "\n\n";
    if difference.is_none() {
        text += screen.say(
            "查出的问题和得分与已存的完全相同",
            "findings and scores are those that are stored",
        );
    } else {
        text += &check_table(difference, loaded, screen);
        let (new, gone, same) = difference.totals();
        let [new, gone, same, moved] = [new, gone, same, difference.changed()].map(count);
        text += "\n\n";
        text += &match zh {
            true => format!(
                "合计：新查出 {new}，不再查出 {gone}，仍查出 {same}（其中程度或阶段变化 {moved}）；得分变化 {changed} 份"
            ),
            false => format!(
                "in all: {new} new, {gone} gone, {same} as before ({moved} with another severity or stage); {changed} scores changed"
            ),
        };
    }
    let seconds = rechecked.duration.as_secs_f64();
    let rate = count((difference.pages as f64 / seconds.max(1e-9)) as u64);
    text += &match zh {
        true => format!("\n用时 {seconds:.1} 秒，每秒 {rate} 份\n"),
        false => format!("\n{seconds:.1} s, {rate} pages/s\n"),
    };
    text += &match (rechecked.version, zh) {
        (Some(version), true) => format!("已启用，发布为版本 {version}"),
        (Some(version), false) => format!("activated as version {version}"),
        (None, true) => "未作任何改动；要用这些结果替换已存的，请加 --activate".to_owned(),
        (None, false) => "nothing was changed; --activate replaces what is stored".to_owned(),
    };
    text
}

fn hospital_table(difference: &Difference, loaded: &LoadedChecks, screen: &Screen) -> String {
    let best = loaded.set.grades.first().map_or("", |grade| &grade.id);
    let none = || "—".to_owned();
    let mean = |mean: Option<Decimal>| mean.map_or_else(none, |mean| format!("{mean:.2}"));
    let share = |share: Option<Decimal>| share.map_or_else(none, |share| format!("{share:.1}%"));
    let rows: Vec<Vec<String>> = difference
        .hospitals
        .iter()
        .map(|(code, hospital)| {
            let (before, after) = (&hospital.before, &hospital.after);
            vec![
                code.clone(),
                count(after.pages),
                mean(before.mean()),
                mean(after.mean()),
                share(before.share(best)),
                share(after.share(best)),
            ]
        })
        .collect();
    let (left, right) = (Align::Left, Align::Right);
    let grade_now = match screen.language() {
        Language::Zh => format!("现{best}级率"),
        Language::En => format!("grade {best} now"),
    };
    let grade_then = match screen.language() {
        Language::Zh => format!("重查后{best}级率"),
        Language::En => format!("grade {best} then"),
    };
    let columns = [
        (screen.say("机构", "hospital"), left),
        (screen.say("份数", "pages"), right),
        (screen.say("现平均分", "mean now"), right),
        (screen.say("重查后平均分", "mean then"), right),
        (grade_now.as_str(), right),
        (grade_then.as_str(), right),
    ];
    screen.table(&columns, &rows)
}

/// The checks that find otherwise than before.
fn check_table(difference: &Difference, loaded: &LoadedChecks, screen: &Screen) -> String {
    let mut changed: Vec<_> = difference
        .checks
        .iter()
        .filter(|(_, check)| check.new + check.gone + check.changed > 0)
        .collect();
    changed.sort_by_key(|(_, check)| std::cmp::Reverse(check.new + check.gone + check.changed));
    let left_out = changed.len().saturating_sub(LISTED);
    let rows: Vec<Vec<String>> = changed
        .into_iter()
        .take(LISTED)
        .map(|(id, check)| {
            let title = loaded.set.get(id).map_or("—", |check| &check.title);
            let examples = check.new_examples.iter().chain(&check.gone_examples);
            let example = examples
                .map(|key| key.get(..KEY_DIGITS).unwrap_or(key))
                .next();
            vec![
                id.clone(),
                title.to_owned(),
                count(check.new),
                count(check.gone),
                count(check.same),
                count(check.changed),
                example.unwrap_or_default().to_owned(),
            ]
        })
        .collect();
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("规则", "check"), left),
        (screen.say("问题", "fault"), left),
        (screen.say("新查出", "new"), right),
        (screen.say("不再查出", "gone"), right),
        (screen.say("仍查出", "same"), right),
        (screen.say("其中变程度", "other severity"), right),
        (screen.say("例（记录键）", "example (record key)"), left),
    ];
    let mut table = screen.table(&columns, &rows);
    if left_out > 0 {
        let left_out = count(left_out as u64);
        table += &match screen.language() {
            Language::Zh => format!("\n另有 {left_out} 条规则有变化，--json 列出全部"),
            Language::En => format!("\n{left_out} more checks differ; --json lists all"),
        };
    }
    table
}
