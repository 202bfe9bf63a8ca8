//! Accounts on the screen.

use biaochi_access::{Level, Reach};
use biaochi_app::accounts::{self, Office, Person, day_of};
use biaochi_app::beijing;
use biaochi_domain::Localized as _;
use biaochi_organisations::Unit;
use biaochi_store::{Account, RoleAssignment, Scope};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::in_office;
use crate::arguments::Global;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen, count};

pub(super) fn account_value(account: &Account) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    json!({
        "name": account.name, "title": account.title, "organisation": account.organisation_code,
        "state": account.state.code(), "has_password": account.password_at.is_some(),
        "must_change_password": account.must_change, "second_factor": account.second_factor,
        "created_by": account.created_by, "created_at": account.created_at.to_string(),
        "last_sign_in": time(account.last_sign_in),
    })
}

pub(super) fn role_value(role: &RoleAssignment) -> Value {
    let what = &role.assignment;
    json!({
        "account": role.account, "number": role.number, "role": what.role, "unit": what.unit,
        "first_day": what.first_day.to_string(),
        "last_day": what.last_day.map(|day| day.to_string()),
        "reason": what.reason, "granted_by": role.granted_by,
        "granted_at": role.granted_at.to_string(),
    })
}

pub(super) fn list(global: &Global, screen: &Screen) -> Outcome {
    let accounts = in_office(global, async |office: &Office| {
        Ok(office.store().accounts(&Scope::All).await?)
    })?;
    if screen.json() {
        let values = accounts.iter().map(account_value).collect();
        screen.value(&Value::Array(values))?;
        return Ok(Exit::Done);
    }
    let yes = screen.say("是", "yes");
    let rows: Vec<Vec<String>> = accounts
        .iter()
        .map(|account| {
            let last = account.last_sign_in.map(beijing::shown);
            vec![
                account.name.clone(),
                account.title.clone(),
                account.organisation_code.clone(),
                account.state.text(screen.language()),
                if account.second_factor { yes } else { "" }.to_owned(),
                if account.must_change { yes } else { "" }.to_owned(),
                last.unwrap_or_default(),
            ]
        })
        .collect();
    let columns = [
        screen.say("用户名", "name"),
        screen.say("姓名", "person"),
        screen.say("管理机构", "managed by"),
        screen.say("状态", "state"),
        screen.say("动态口令", "second factor"),
        screen.say("须改密码", "must change"),
        screen.say("最近登录", "last sign-in"),
    ];
    let columns = columns.map(|title| (title, Align::Left));
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

/// What a role of an account means on a day.
struct Held {
    role: RoleAssignment,
    title: String,
    counts: bool,
    reach: Reach,
}

pub(super) fn show(name: &str, day: Date, global: &Global, screen: &Screen) -> Outcome {
    let (account, held, waits) = in_office(global, async |office: &Office| {
        let account = accounts::user(office, &Scope::All, name).await?;
        let store = office.store();
        let roles = store.roles_of(&Scope::All, &account.name).await?;
        let mut held = Vec::with_capacity(roles.len());
        for role in roles {
            let unit = role.assignment.unit.parse::<Unit>().ok();
            let reach = match &unit {
                Some(unit) => accounts::reach_of(office, unit, day).await?,
                None => Reach::default(),
            };
            let known = office.roles().role(&role.assignment.role);
            held.push(Held {
                title: known.map_or_else(|| role.assignment.role.clone(), |own| own.title.clone()),
                counts: known.is_some() && role.counts_on(day),
                role,
                reach,
            });
        }
        let attempts = format!("name:{}", account.name);
        let waits = store.refused_until(&attempts, Timestamp::now()).await?;
        Ok((account, held, waits))
    })?;
    if screen.json() {
        let mut value = account_value(&account);
        let roles: Vec<Value> = held.iter().map(held_value).collect();
        if let Some(object) = value.as_object_mut() {
            object.insert("as_of".to_owned(), json!(day.to_string()));
            object.insert("roles".to_owned(), Value::Array(roles));
            let until = waits.map(|until| until.to_string());
            object.insert("refused_until".to_owned(), json!(until));
        }
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    let state = account.state.text(screen.language());
    screen.line(&format!("{}（{}） {state}", account.name, account.title))?;
    if let Some(until) = waits {
        let until = beijing::shown(until);
        let zh = format!("登录失败过多，{until} 前不能登录；biaochi user unlock 可解除");
        let en = format!("too many failures: waits until {until}");
        screen.line(screen.say(&zh, &en))?;
    }
    let rows: Vec<Vec<String>> = held.iter().map(|held| held_row(held, screen)).collect();
    let columns = [
        (screen.say("序号", "number"), Align::Right),
        (screen.say("角色", "role"), Align::Left),
        (screen.say("范围", "for"), Align::Left),
        (screen.say("从", "from"), Align::Left),
        (screen.say("到", "until"), Align::Left),
        (screen.say("当日有效", "counts"), Align::Left),
        (screen.say("管到", "reaches"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn held_value(held: &Held) -> Value {
    let mut value = role_value(&held.role);
    if let Some(object) = value.as_object_mut() {
        object.insert("title".to_owned(), json!(held.title));
        object.insert("counts".to_owned(), json!(held.counts));
        object.insert("all".to_owned(), json!(held.reach.all));
        object.insert("organisations".to_owned(), json!(held.reach.organisations));
    }
    value
}

fn held_row(held: &Held, screen: &Screen) -> Vec<String> {
    let what = &held.role.assignment;
    let counts = match held.counts {
        true => screen.say("是", "yes"),
        false => screen.say("否", "no"),
    };
    vec![
        held.role.number.to_string(),
        held.title.clone(),
        what.unit.clone(),
        what.first_day.to_string(),
        what.last_day.map(|day| day.to_string()).unwrap_or_default(),
        counts.to_owned(),
        reach_text(&held.reach, screen),
    ]
}

fn reach_text(reach: &Reach, screen: &Screen) -> String {
    if reach.all {
        return Level::All.text(screen.language());
    }
    let institutions = reach
        .organisations
        .iter()
        .filter(|code| !code.contains(':'));
    let institutions = count(institutions.count() as u64);
    match reach.departments.len() {
        0 => format!("{institutions} {}", screen.say("家机构", "institutions")),
        some => format!("{some} {}", screen.say("个科室", "departments")),
    }
}

/// What somebody who just signed in may do.
pub(super) fn person(person: &Person, screen: &Screen) -> Outcome {
    let roles: Vec<&str> = person
        .asker
        .grants
        .iter()
        .map(|grant| grant.role.as_str())
        .collect();
    let must_change = person.asker.must_change_password;
    let must_set_up = person.asker.must_set_up_second_factor;
    if screen.json() {
        let codes = match &person.scope {
            Scope::All => json!("all"),
            Scope::Organisations(codes) => json!(codes),
        };
        screen.value(&json!({
            "name": person.account.name, "roles": roles, "organisations": codes,
            "must_change_password": must_change, "must_set_up_second_factor": must_set_up,
            "day": day_of(person.actor.at).to_string(),
        }))?;
        return Ok(Exit::Done);
    }
    let reach = reach_text(&person.asker.reach(), screen);
    let (name, roles) = (&person.account.name, roles.join("、"));
    let zh = format!("{name} 可以登录。今天的角色：{roles}；管到：{reach}");
    let en = format!("{name} may sign in. Roles today: {roles}; reaches {reach}");
    screen.line(screen.say(&zh, &en))?;
    if must_change {
        let zh = "登录后必须先修改密码";
        screen.note(screen.say(zh, "the password has to be changed first"));
    }
    if must_set_up {
        let zh = "登录后必须先启用动态口令";
        screen.note(screen.say(zh, "a second factor has to be set up first"));
    }
    Ok(Exit::Done)
}

/// A failure of a role that nobody knows.
pub(super) fn unknown_role(text: &str, known: &[&str]) -> Failure {
    Failure::new(
        Exit::NotFound,
        format!("没有角色“{text}”。可用的角色：{}", known.join("、")),
        format!("there is no role {text:?}; known are {}", known.join(", ")),
    )
}
