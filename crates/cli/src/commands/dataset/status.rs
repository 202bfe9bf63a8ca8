//! `biaochi dataset status`

use biaochi_app::datasets::{Owed, StatusRequest, status};
use biaochi_datasets::State;
use biaochi_domain::{Language, Localized as _};
use biaochi_store::Scope;
use serde_json::{Value, json};

use super::{failed, opened};
use crate::arguments::Global;
use crate::arguments::dataset::Dataset;
use crate::commands::month;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(super) fn run(command: &Dataset, global: &Global, screen: &Screen) -> Outcome {
    let Dataset::Status {
        dataset,
        organisation,
        from,
        to,
        late,
        today,
    } = command
    else {
        return Ok(Exit::Done);
    };
    let (workspace, sets) = opened(global)?;
    let today = today.as_deref().map(|text| {
        text.parse().map_err(|_| {
            Failure::new(
                Exit::Usage,
                format!("“{text}”不是日期，应写作 2024-03-31"),
                format!("{text:?} is no day; write it as 2024-03-31"),
            )
        })
    });
    let request = StatusRequest {
        dataset: dataset.clone(),
        organisation: organisation.clone(),
        from: from.as_deref().map(month).transpose()?,
        to: to.as_deref().map(month).transpose()?,
        late: *late,
        today: today.transpose()?,
    };
    let owed = status(&workspace, &sets, &Scope::All, &request).map_err(failed)?;
    if screen.json() {
        screen.value(&Value::Array(owed.iter().map(value).collect()))?;
        return Ok(Exit::Done);
    }
    let language = screen.language();
    let left = Align::Left;
    let columns = [
        (screen.say("截止", "due"), left),
        (screen.say("数据集", "data set"), left),
        (screen.say("期间", "period"), left),
        (screen.say("单位", "organisation"), left),
        (screen.say("填报", "filled in by"), left),
        (screen.say("状态", "state"), left),
        (screen.say("时限", "time"), left),
    ];
    let rows: Vec<Vec<String>> = owed
        .iter()
        .map(|one| {
            let nothing = || screen.say("未填", "nothing").to_owned();
            vec![
                one.due.to_string(),
                one.title.clone(),
                one.key.period.to_string(),
                one.organisation.clone(),
                one.filler.clone(),
                one.state()
                    .map_or_else(nothing, |state| state.text(language)),
                one.timeliness.text(language),
            ]
        })
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    let number =
        |fits: &dyn Fn(&Owed) -> bool| count(owed.iter().filter(|one| fits(one)).count() as u64);
    let (all, approved) = (
        count(owed.len() as u64),
        number(&|one| one.state() == Some(State::Approved)),
    );
    let (waiting, overdue) = (
        number(&|one| one.state() == Some(State::Submitted)),
        number(&|one| one.timeliness.is_overdue()),
    );
    screen.line(&match language {
        Language::Zh => {
            format!("应报 {all} 份：已审核 {approved}，待审核 {waiting}，逾期未报 {overdue}")
        }
        Language::En => {
            format!("{all} asked for: {approved} approved, {waiting} waiting, {overdue} overdue")
        }
    })?;
    Ok(Exit::Done)
}

fn value(owed: &Owed) -> Value {
    json!({
        "organisation_code": owed.key.organisation_code,
        "organisation": owed.organisation,
        "dataset": owed.key.dataset,
        "title": owed.title,
        "period": owed.key.period.to_string(),
        "filler": owed.filler,
        "due": owed.due.to_string(),
        "state": owed.state().map(State::code),
        "version": owed.submission.as_ref().map(|submission| submission.version),
        "overdue": owed.timeliness.is_overdue(),
        "timeliness": owed.timeliness.text(Language::En),
    })
}
