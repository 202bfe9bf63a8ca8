//! The end of the demonstration: where the county's targets stand, how its institutions were assessed, and the
//! bulletins about both.

use std::cmp::Reverse;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use biaochi_app::assessment::{Outcome as UnitOutcome, RunDetail, detail};
use biaochi_app::plans::{
    PlanStatus, StatusBulletin, TargetStatus, adopt, bulletin, status_bulletin, status_of,
};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_app::{Content, Workspace, beijing, demo};
use biaochi_domain::{Language, Localized as _, Month, Period, decimals_of_unit};
use biaochi_organisations::{Unit, last_day};
use biaochi_plans::{Plan, Status};
use biaochi_store::Scope;
use serde_json::{Value, json};

use crate::commands::assess::failed;
use crate::commands::files::into_file;
use crate::commands::report::assessment::{Asked, write};
use crate::outcome::{Exit, Failure};
use crate::screen::{Align, Screen};

/// Targets that are named.
const PRESSING: usize = 5;
/// Years that are assessed: the last one and the one before it, so that changes show.
const YEARS: i16 = 2;
/// What the county is called in the bulletin when nobody has described it.
const COUNTY: &str = "全县";

/// What the county came to, for people and for programs.
pub(super) struct County {
    pub(super) text: String,
    pub(super) json: Value,
}

/// Judges the targets, assesses the institutions and writes the bulletins.
pub(super) fn county(
    workspace: &Workspace,
    content: &Content,
    seed: u64,
    last: Month,
    screen: &Screen,
) -> Result<County, Failure> {
    let begin = Instant::now();
    let unit = Unit::Division(demo::COUNTY.to_owned());
    let plan = content.plan(demo::PLAN)?;
    for organisation in [unit.to_string(), demo::HOSPITAL.to_owned()] {
        adopt(
            workspace,
            &Scope::All,
            SYSTEM_ACTOR,
            &plan,
            &organisation,
            &[],
        )?;
    }
    let status = status_of(workspace, content, &plan, &unit, last_day(last.into()))?;
    let folder = demo::documents(workspace);
    std::fs::create_dir_all(&folder).map_err(|error| Failure::file(&folder, &error))?;
    let mut files = vec![plan_bulletin(
        workspace, content, &plan, &status, last, &folder,
    )?];
    let runs = demo::assess(workspace, content, seed, &unit, &years(last)).map_err(failed)?;
    let mut text = targets(&status, screen);
    let mut assessed = Value::Null;
    if let Some(run) = runs.last() {
        let path = folder.join("绩效考核通报.pdf");
        let asked = Asked {
            run: &run.run.run_id,
            template: None,
            issuer: Some("合成数据演示"),
            date: None,
        };
        write(workspace, content, &asked, &path)?;
        files.push(path);
        let found = detail(workspace, &Scope::All, &run.run.run_id).map_err(failed)?;
        text += &scores(&found, screen);
        assessed = scores_json(&found);
    }
    let seconds = begin.elapsed().as_secs_f64();
    text += &match screen.language() {
        Language::Zh => format!("\n通报（{seconds:.1} 秒）"),
        Language::En => format!("\nbulletins ({seconds:.1} s)"),
    };
    for file in &files {
        text += &format!("\n  {}", file.display());
    }
    let tally = status.tally();
    let tally: serde_json::Map<String, Value> = tally
        .iter()
        .map(|(status, count)| (status.word().to_owned(), json!(count)))
        .collect();
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    Ok(County {
        text,
        json: json!({
            "plan": plan.id, "on": status.on.to_string(), "targets": tally,
            "assessment": assessed, "documents": files,
        }),
    })
}

/// The last whole years up to a month.
fn years(last: Month) -> Vec<Period> {
    let whole = if last.month() == 12 {
        last.year()
    } else {
        last.year() - 1
    };
    let years = (whole - YEARS + 1)..=whole;
    years.filter_map(Period::year).collect()
}

fn plan_bulletin(
    workspace: &Workspace,
    content: &Content,
    plan: &Plan,
    status: &PlanStatus<'_>,
    last: Month,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    let template = content.reports().about("plan");
    let template = template.map_err(|error| Failure::of(Exit::NotFound, &error))?;
    let tasks = bulletin(workspace, &Scope::All, plan, last)?;
    let directory = biaochi_app::organisations::directory(workspace, &Scope::All)?;
    let name = directory.as_of(status.on).name(&status.unit);
    let typeset = status_bulletin(&StatusBulletin {
        template: &template,
        status,
        name: name.as_deref().unwrap_or(COUNTY),
        tasks: &tasks,
        issuer: Some("合成数据演示"),
        date: beijing::today(),
    })?;
    let path = folder.join("高质量发展监测通报.pdf");
    into_file(&path, |out| {
        let written = out.write_all(&typeset.pdf);
        written.map_err(|error| Failure::file(&path, &error))
    })?;
    Ok(path)
}

/// How pressing a status is; nothing for what needs nobody's attention.
fn pressing(status: Status) -> u8 {
    match status {
        Status::OffCourse => 3,
        Status::Overdue => 2,
        Status::AtRisk => 1,
        _ => 0,
    }
}

fn targets(status: &PlanStatus<'_>, screen: &Screen) -> String {
    let language = screen.language();
    let tally = status.tally();
    let tally: Vec<String> = tally
        .iter()
        .map(|(status, count)| format!("{} {count}", status.text(language)))
        .collect();
    let (title, on, count) = (&status.plan.document.title, status.on, status.targets.len());
    let mut text = match language {
        Language::Zh => format!(
            "\n方案目标\n{title}，{on}：{count} 项，{}",
            tally.join("，")
        ),
        Language::En => format!("\ntargets\n{title}, {on}: {count}, {}", tally.join(", ")),
    };
    let mut worst: Vec<&TargetStatus<'_>> = status
        .targets
        .iter()
        .filter(|one| pressing(one.standing.status) > 0)
        .collect();
    worst.sort_by_key(|one| (Reverse(pressing(one.standing.status)), one.standing.due));
    let rows: Vec<Vec<String>> = worst
        .into_iter()
        .take(PRESSING)
        .map(|one| {
            let value = one.standing.value;
            let places = decimals_of_unit(&one.target.unit);
            let value = value.map(|(_, value)| value.round_dp(places).normalize().to_string());
            vec![
                one.target.title.clone(),
                one.target.wanted(language),
                value.unwrap_or_else(|| "—".to_owned()),
                one.standing
                    .due
                    .map(|due| due.to_string())
                    .unwrap_or_default(),
                one.standing.status.text(language),
            ]
        })
        .collect();
    if rows.is_empty() {
        return text + "\n";
    }
    let columns = [
        (screen.say("最需要关注的目标", "most pressing"), Align::Left),
        (screen.say("要求", "wanted"), Align::Left),
        (screen.say("现值", "value"), Align::Right),
        (screen.say("期限", "due"), Align::Left),
        (screen.say("状态", "status"), Align::Left),
    ];
    text += &format!("\n{}\n", screen.table(&columns, &rows));
    text
}

/// The outcomes, table by table, the best first.
fn ranked(found: &RunDetail) -> Vec<&UnitOutcome> {
    let mut ranked: Vec<&UnitOutcome> = found.outcomes.iter().collect();
    ranked.sort_by_key(|one| (&one.table, one.place.unwrap_or(u32::MAX), &one.unit.code));
    ranked
}

fn scores(found: &RunDetail, screen: &Screen) -> String {
    let dash = || "—".to_owned();
    let rows: Vec<Vec<String>> = ranked(found)
        .into_iter()
        .map(|one| {
            let place = one.place.map(|place| format!("{place}/{}", one.of));
            let absent = match one.absent_items().count() {
                0 => String::new(),
                absent => absent.to_string(),
            };
            vec![
                place.unwrap_or_else(dash),
                one.unit.name.clone(),
                one.score.map_or_else(dash, |score| score.to_string()),
                one.grade
                    .grade
                    .clone()
                    .unwrap_or_else(|| screen.say("待定", "open").to_owned()),
                absent,
            ]
        })
        .collect();
    let columns = [
        (screen.say("名次", "place"), Align::Right),
        (screen.say("机构", "institution"), Align::Left),
        (screen.say("得分", "score"), Align::Right),
        (screen.say("建议等次", "grade"), Align::Left),
        (screen.say("没有数据（处）", "without data"), Align::Right),
    ];
    let run = &found.run.run;
    let version = run.lake_version.map(|version| version.to_string());
    let (id, period) = (&run.run_id, &run.period);
    let version = version.unwrap_or_else(dash);
    let title = match screen.language() {
        Language::Zh => {
            format!("绩效考核 {id}（{period} 年度，数据版本 {version}；录入的部分是合成的）")
        }
        Language::En => {
            format!("assessment {id} ({period}, data version {version}; entries are made up)")
        }
    };
    format!("\n{title}\n{}\n", screen.table(&columns, &rows))
}

fn scores_json(found: &RunDetail) -> Value {
    let units = ranked(found).into_iter().map(|one| {
        json!({
            "organisation_code": one.unit.code, "name": one.unit.name, "table": one.table,
            "score": one.score, "grade": one.grade.grade, "place": one.place, "of": one.of,
            "without_data": one.absent_items().count(),
        })
    });
    json!({
        "run": found.run.run.run_id, "period": found.run.run.period,
        "lake_version": found.run.run.lake_version, "result_hash": found.run.result_hash,
        "institutions": units.collect::<Vec<_>>(),
    })
}
