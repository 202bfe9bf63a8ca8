//! `biaochi assess index`

use biaochi_app::assessment::{
    AssessmentError, FirstOf, Index, IndexOutcome, IndexRequest, Subject, Values as _,
    compute_index, index_workbook, points_text,
};
use biaochi_domain::Language;
use serde_json::json;

use super::{failed, gather, load, period, settings, short, write_file};
use crate::arguments::Global;
use crate::arguments::assess::AssessIndex;
use crate::commands::{content, open_workspace};
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

/// Institutions of a class that are listed on the screen.
const LISTED: usize = 40;
/// Shifts of weights that are listed, those that move most first.
const SHIFTS: usize = 6;

pub(super) fn run(command: &AssessIndex, global: &Global, screen: &Screen) -> Outcome {
    let (workspace, content) = (open_workspace(global)?, content(global)?);
    let (given, period) = (settings(&command.from.set)?, period(&command.period)?);
    let loaded = load(&content, &command.index, &given)?;
    if let Subject::Scheme(_) = &loaded.subject {
        let id = command.index.clone();
        return Err(failed(AssessmentError::NotAnIndex { id }));
    }
    let gathered = gather(
        (&workspace, &content),
        &command.from,
        &loaded,
        period,
        screen,
    )?;
    let values = FirstOf(gathered.values.iter().map(AsRef::as_ref).collect());
    let request = IndexRequest {
        index: &command.index,
        period,
        given: &given,
        units: &gathered.units,
        values: &values,
    };
    let (loaded, outcomes, hash) = compute_index(&content, &request).map_err(failed)?;
    if let (Some(path), Subject::Index(index)) = (&command.output, &loaded.subject) {
        write_file(path, |file| index_workbook(index, &outcomes, file))?;
    }
    if screen.json() {
        screen.value(&json!({
            "index": loaded.id(), "content_hash": loaded.content_hash(), "result_hash": hash,
            "lake_version": values.lake_version(), "period": period.to_string(),
            "classes": outcomes,
        }))?;
        return Ok(Exit::Done);
    }
    let version = values.lake_version();
    let version = version.map_or_else(|| "—".to_owned(), |version| version.to_string());
    let (title, content_hash) = (loaded.title(), short(loaded.content_hash()));
    let result = short(&hash);
    screen.line(&match screen.language() {
        Language::Zh => {
            format!("{title}（{period}）：数据版本 {version}，内容 {content_hash}，结果 {result}")
        }
        Language::En => {
            format!("{title} ({period}): data version {version}, content {content_hash}, result {result}")
        }
    })?;
    if loaded
        .parameters()
        .iter()
        .any(|parameter| parameter.assumed)
    {
        screen.warn(screen.say(
            "权重等参数中有假定的，用 biaochi assess schemes 查看",
            "some weights are assumed; see `biaochi assess schemes`",
        ));
    }
    if let Subject::Index(index) = &loaded.subject {
        for outcome in &outcomes {
            let class = index.class_title(&outcome.class);
            screen.line(&format!("\n{class}\n{}", text(index, outcome, screen)))?;
        }
    }
    Ok(Exit::Done)
}

fn text(index: &Index, outcome: &IndexOutcome, screen: &Screen) -> String {
    let dash = || "—".to_owned();
    let rows: Vec<Vec<String>> = outcome
        .standings
        .iter()
        .take(LISTED)
        .map(|one| {
            let range = one.stability.as_ref().map(|stability| {
                format!(
                    "{}–{}（{}%）",
                    stability.low,
                    stability.high,
                    points_text(stability.same)
                )
            });
            vec![
                one.place.map_or_else(dash, |place| place.to_string()),
                one.unit.code.clone(),
                one.unit.name.clone(),
                one.value
                    .map_or_else(dash, |value| value.round_dp(4).to_string()),
                format!("{}%", points_text(one.coverage)),
                range.unwrap_or_else(dash),
            ]
        })
        .collect();
    let columns = [
        (screen.say("名次", "place"), Align::Right),
        (screen.say("机构", "institution"), Align::Left),
        (screen.say("名称", "name"), Align::Left),
        (screen.say("指数", "index"), Align::Right),
        (screen.say("数据覆盖", "coverage"), Align::Right),
        (
            screen.say(
                "权重变动下 90% 的名次（不变的比例）",
                "places in 90 % of draws (unchanged)",
            ),
            Align::Left,
        ),
    ];
    let mut text = screen.table(&columns, &rows);
    let mut shifts: Vec<_> = outcome
        .shifts
        .iter()
        .filter(|shift| shift.moved > 0)
        .collect();
    shifts.sort_by_key(|shift| std::cmp::Reverse((shift.most, shift.moved)));
    for shift in shifts.into_iter().take(SHIFTS) {
        let (component, percent) = (index.component_title(&shift.component), shift.percent);
        let (moved, most) = (shift.moved, shift.most);
        text += &match screen.language() {
            Language::Zh => {
                format!("\n{component} 的权重变动 {percent}%：{moved} 家名次变动，最多 {most} 位")
            }
            Language::En => {
                format!(
                    "\n{component} shifted by {percent} %: {moved} move, by {most} places at most"
                )
            }
        };
    }
    text
}
