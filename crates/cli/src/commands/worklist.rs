//! `biaochi worklist`

use biaochi_app::beijing;
use biaochi_app::worklist::{SYSTEM_ACTOR, act, named, with_store};
use biaochi_domain::{Language, Localized as _, with_sign};
use biaochi_store::{Dimension, Filter, Item, Order, Scope, State, Step};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{month, open_workspace};
use crate::arguments::Global;
use crate::arguments::worklist::{By, Sort, Worklist, WorklistFilter, WorklistStep};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(crate) fn run(command: &Worklist, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Worklist::List {
            filter,
            sort,
            limit,
        } => list(filter, *sort, *limit, global, screen),
        Worklist::Counts { filter, by } => counts(filter, *by, global, screen),
        Worklist::Show { item } => show(item, global, screen),
        Worklist::Assign { step, to } => {
            settle(step, &Step::Assign { to: to.clone() }, global, screen)
        }
        Worklist::Release { step } => settle(step, &Step::Release, global, screen),
        Worklist::Accept { step, reason } => {
            let reason = reason.clone();
            settle(step, &Step::Accept { reason }, global, screen)
        }
        Worklist::Return { step, reason } => {
            let reason = reason.clone();
            settle(step, &Step::SendBack { reason }, global, screen)
        }
        Worklist::Note { step, text } => {
            settle(step, &Step::Note { text: text.clone() }, global, screen)
        }
    }
}

fn scope(organisation: Option<&String>) -> Scope {
    organisation.map_or(Scope::All, |code| Scope::one(code.clone()))
}

fn filter_of(filter: &WorklistFilter) -> Result<Filter, Failure> {
    let month = filter.month.as_deref().map(month).transpose()?;
    let mut states = Vec::new();
    for code in &filter.states {
        let state = State::from_code(code).ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("没有状态“{code}”，可用：open、assigned、corrected、accepted、closed"),
                format!("there is no state {code:?}; known are open, assigned, corrected, accepted, closed"),
            )
        })?;
        states.push(state);
    }
    if states.is_empty() {
        states = vec![State::Open, State::Assigned, State::Corrected];
    }
    Ok(Filter {
        month,
        department: filter.department.clone(),
        physician: filter.physician.clone(),
        coder: filter.coder.clone(),
        check_id: filter.check.clone(),
        assignee: filter.assignee.clone(),
        states,
        ..Filter::default()
    })
}

fn list(
    filter: &WorklistFilter,
    sort: Sort,
    limit: u32,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let workspace = open_workspace(global)?;
    let (scope, wanted) = (scope(filter.organisation.as_ref()), filter_of(filter)?);
    let order = match sort {
        Sort::Price => Order::Price,
        Sort::Due => Order::Due,
        Sort::Severity => Order::Severity,
    };
    let (page, all) = with_store(&workspace, async |store| {
        let page = store.list(&scope, &wanted, order, None, limit).await?;
        Ok((page, store.count(&scope, &wanted).await?))
    })?;
    if screen.json() {
        let items = page.items.iter().map(value).collect();
        screen.value(&json!({"count": all, "items": Value::Array(items)}))?;
        return Ok(Exit::Done);
    }
    let (left, right) = (Align::Left, Align::Right);
    let columns = [
        (screen.say("编号", "item"), left),
        (screen.say("科室", "department"), left),
        (screen.say("编码员", "coder"), left),
        (screen.say("程度", "severity"), left),
        (screen.say("期限", "due"), left),
        (screen.say("权重变化", "weight"), right),
        (screen.say("金额变化（元）", "payment (yuan)"), right),
        (screen.say("状态", "state"), left),
        (screen.say("问题", "fault"), left),
    ];
    let rows: Vec<Vec<String>> = page.items.iter().map(|item| row(item, screen)).collect();
    screen.line(&screen.table(&columns, &rows))?;
    let shown = page.items.len() as u64;
    screen.line(&match screen.language() {
        Language::Zh => format!("共 {} 条，列出 {}", count(all), count(shown)),
        Language::En => format!("{} items, {} shown", count(all), count(shown)),
    })?;
    Ok(Exit::Done)
}

/// A short name that is enough to point at an item.
fn short(item: &Item) -> String {
    let key = &item.finding.record_key;
    format!("{}/{}", key.get(..8).unwrap_or(key), item.finding.check_id)
}

fn row(item: &Item, screen: &Screen) -> Vec<String> {
    let finding = &item.finding;
    let price = finding.price.as_ref();
    let signed = |value: Option<Decimal>| {
        value.map_or_else(String::new, |value| with_sign(&value.to_string()))
    };
    vec![
        short(item),
        finding.department.clone(),
        finding.coder.clone(),
        finding.severity.text(screen.language()),
        finding.due.to_string(),
        signed(price.and_then(|price| price.weight)),
        signed(price.and_then(|price| price.payment)),
        item.state.text(screen.language()),
        finding.message.clone(),
    ]
}

fn value(item: &Item) -> Value {
    let finding = &item.finding;
    let price = finding.price.as_ref();
    json!({
        "organisation_code": item.organisation_code,
        "discharge_month": item.month.to_string(),
        "record_key": finding.record_key,
        "check": finding.check_id,
        "department": finding.department,
        "physician": finding.physician,
        "coder": finding.coder,
        "severity": finding.severity.id(),
        "stage": finding.stage.id(),
        "fields": finding.fields,
        "message": finding.message,
        "due": finding.due.to_string(),
        "changes_group": price.map(|price| price.changes_group),
        "weight_difference": price.and_then(|price| price.weight).map(|weight| weight.to_string()),
        "payment_difference": price.and_then(|price| price.payment).map(|yuan| yuan.to_string()),
        "state": item.state.code(),
        "reason": item.reason,
        "assignee": item.assignee,
        "times_found": item.times_found,
        "opened_at": item.opened_at.to_string(),
    })
}

fn counts(filter: &WorklistFilter, by: By, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let (scope, wanted) = (scope(filter.organisation.as_ref()), filter_of(filter)?);
    let dimension = match by {
        By::Organisation => Dimension::Organisation,
        By::Month => Dimension::Month,
        By::Department => Dimension::Department,
        By::Physician => Dimension::Physician,
        By::Coder => Dimension::Coder,
        By::Check => Dimension::Check,
        By::State => Dimension::State,
    };
    let found = with_store(&workspace, async |store| {
        Ok(store.counts(&scope, &wanted, dimension).await?)
    })?;
    if screen.json() {
        let rows = found
            .iter()
            .map(|one| json!({"value": one.value, "items": one.items}));
        screen.value(&Value::Array(rows.collect()))?;
        return Ok(Exit::Done);
    }
    let columns = [
        (screen.say("分组", "value"), Align::Left),
        (screen.say("条数", "items"), Align::Right),
    ];
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|one| vec![one.value.clone(), count(one.items)])
        .collect();
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn show(text: &str, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let (item, history) = with_store(&workspace, async |store| {
        let item = named(store, &Scope::All, text).await?;
        let history = store.history(&Scope::All, &item.key()).await?;
        Ok((item, history))
    })?;
    if screen.json() {
        let actions = history.iter().map(|action| {
            json!({
                "at": action.at.to_string(), "actor": action.actor,
                "action": action.kind.code(), "note": action.note,
                "before": action.before.map(State::code), "after": action.after.code(),
            })
        });
        let mut value = value(&item);
        value["history"] = Value::Array(actions.collect());
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    let finding = &item.finding;
    screen.line(&format!(
        "{}  {}  {}\n{}",
        short(&item),
        finding.severity.text(screen.language()),
        item.state.text(screen.language()),
        finding.message
    ))?;
    for action in &history {
        let note = if action.note.is_empty() {
            String::new()
        } else {
            format!("  {}", action.note)
        };
        screen.line(&format!(
            "  {}  {}  {}{note}",
            beijing::shown(action.at),
            action.actor,
            action.kind.text(screen.language()),
        ))?;
    }
    Ok(Exit::Done)
}

fn settle(step: &WorklistStep, what: &Step, global: &Global, screen: &Screen) -> Outcome {
    let workspace = open_workspace(global)?;
    let actor = step.actor.as_deref().unwrap_or(SYSTEM_ACTOR);
    let item = act(&workspace, &Scope::All, actor, &step.item, what)?;
    if screen.json() {
        screen.value(&value(&item))?;
    } else {
        screen.line(&format!(
            "{}  {}",
            short(&item),
            item.state.text(screen.language())
        ))?;
    }
    Ok(Exit::Done)
}
