//! `biaochi user`, `biaochi token`, `biaochi roles`

mod ask;
mod links;
mod roles;
mod show;
mod tokens;

pub(crate) use roles::run as run_roles;
pub(crate) use tokens::run as run_token;

use biaochi_access::secret::Secret;
use biaochi_app::accounts::{self, AccountError, NewRole, NewUser, Office, SignIn, with_office};
use biaochi_app::worklist::SYSTEM_ACTOR;
use biaochi_app::{beijing, organisations};
use biaochi_organisations::Unit;
use biaochi_store::{Account, AccountState, Actor, Scope, StoreError};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{content, open_workspace};
use crate::arguments::Global;
use crate::arguments::user::{By, Of, User, UserRole, UserTotp};
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::Screen;

pub(crate) fn run(command: &User, global: &Global, screen: &Screen) -> Outcome {
    match command {
        User::Setup { minutes, url } => set_up(*minutes, url.as_deref(), global, screen),
        User::Activate {
            name,
            title,
            password_stdin,
        } => activate((name, title.as_deref()), *password_stdin, global, screen),
        User::Add {
            name,
            title,
            organisation,
            no_password,
            password_stdin,
            by,
        } => {
            let password = match no_password {
                true => None,
                false => Some(ask::new_password(*password_stdin, screen)?),
            };
            let user = NewUser {
                name: name.clone(),
                title: title.clone().unwrap_or_default(),
                organisation: organisation.clone().unwrap_or_default(),
                password,
            };
            add(&user, by, global, screen)
        }
        User::List => show::list(global, screen),
        User::Show { name, as_of } => {
            let day = as_of.as_deref().map(day).transpose()?;
            show::show(
                name,
                day.unwrap_or_else(organisations::today),
                global,
                screen,
            )
        }
        User::Role(command) => role(command, global, screen),
        User::Disable { of } => set_state(of, AccountState::Disabled, global, screen),
        User::Enable { of } => set_state(of, AccountState::Active, global, screen),
        User::Password {
            of,
            own: true,
            password_stdin,
        } => own_password(&of.name, *password_stdin, global, screen),
        User::Password {
            of,
            own: false,
            password_stdin,
        } => {
            let password = ask::new_password(*password_stdin, screen)?;
            let account = act(of, global, async |office, actor| {
                let (name, reason) = (&of.name, of.reason());
                accounts::reset_password(office, &Scope::All, actor, name, &password, reason).await
            })?;
            let zh = "密码已重设，下次登录后必须修改";
            done(
                &account,
                (zh, "the password is set and has to be changed"),
                screen,
            )
        }
        User::Totp(command) => totp(command, global, screen),
        User::Links { name } => links::list(name.as_deref(), global, screen),
        User::Link { of, external_name } => links::link(of, external_name, global, screen),
        User::Unlink { of } => links::unlink(of, global, screen),
        User::Unlock { of } => {
            act(of, global, async |office, actor| {
                accounts::unlock(office, &Scope::All, actor, &of.name, of.reason()).await
            })?;
            if screen.json() {
                screen.value(&json!({ "name": of.name, "unlocked": true }))?;
            } else {
                screen.line(&format!(
                    "{} {}",
                    of.name,
                    screen.say("可以登录了", "may sign in")
                ))?;
            }
            Ok(Exit::Done)
        }
        User::Check {
            name,
            code,
            password_stdin,
        } => check(name, code.as_deref(), *password_stdin, global, screen),
    }
}

/// Does something in the office of this command's workspace.
fn in_office<T>(
    global: &Global,
    work: impl AsyncFnOnce(&Office) -> Result<T, AccountError>,
) -> Result<T, Failure> {
    let workspace = open_workspace(global)?;
    with_office(&workspace, &content(global)?, work).map_err(failed)
}

/// Does something with an account.
fn act<T>(
    of: &Of,
    global: &Global,
    work: impl AsyncFnOnce(&Office, &Actor) -> Result<T, AccountError>,
) -> Result<T, Failure> {
    let actor = actor(&of.by);
    in_office(global, async |office: &Office| work(office, &actor).await)
}

fn failed(error: AccountError) -> Failure {
    let exit = match &error {
        AccountError::Store(StoreError::NotFound { .. })
        | AccountError::UnknownRole { .. }
        | AccountError::UnknownUnit { .. } => Exit::NotFound,
        AccountError::UserName { .. }
        | AccountError::BadPermission { .. }
        | AccountError::TokenDays { .. } => Exit::Usage,
        _ => Exit::Failed,
    };
    Failure::of(exit, &error)
}

fn actor(by: &By) -> Actor {
    Actor::now(by.actor.as_deref().unwrap_or(SYSTEM_ACTOR))
}

fn day(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::new(
            Exit::Usage,
            format!("“{text}”不是日期，应写作 2024-03-31"),
            format!("{text:?} is no day; write it as 2024-03-31"),
        )
    })
}

/// Tells that something was done with an account.
fn done(account: &Account, (zh, en): (&str, &str), screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&show::account_value(account))?;
    } else {
        screen.line(&format!("{}：{}", account.name, screen.say(zh, en)))?;
    }
    Ok(Exit::Done)
}

fn set_up(minutes: u32, url: Option<&str>, global: &Global, screen: &Screen) -> Outcome {
    let actor = Actor::now(SYSTEM_ACTOR);
    let holds = SignedDuration::from_mins(i64::from(minutes));
    let made = in_office(global, async |office: &Office| {
        accounts::make_set_up_code(office, &actor, holds).await
    })?;
    let (code, until) = (made.code.reveal(), beijing::shown(made.expires_at));
    // What comes behind # stays in the browser and out of every log on the way.
    let link = url.map(|url| format!("{}/setup#{code}", url.trim_end_matches('/')));
    if screen.json() {
        let value =
            json!({ "code": code, "expires_at": made.expires_at.to_string(), "link": link });
        screen.value(&value)?;
        return Ok(Exit::Done);
    }
    screen.line(link.as_deref().unwrap_or(code))?;
    let zh = format!(
        "初始化码只显示这一次，{until} 前有效，只能用一次。请交给系统管理员本人：打开链接，或运行 biaochi user activate 用户名"
    );
    let en = format!(
        "the code is shown once and holds until {until}; use it with biaochi user activate"
    );
    screen.note(screen.say(&zh, &en));
    Ok(Exit::Done)
}

fn activate(
    (name, title): (&str, Option<&str>),
    from_stdin: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let (code, password) = match from_stdin {
        true => {
            let mut lines = ask::lines(2)?;
            let password = lines.pop().unwrap_or_else(|| Secret::new(""));
            let code = lines.pop().unwrap_or_else(|| Secret::new(""));
            (code, password)
        }
        false => (
            ask::hidden(screen.say("初始化码：", "set-up code: "))?,
            ask::new_password(false, screen)?,
        ),
    };
    let user = NewUser {
        name: name.to_owned(),
        title: title.unwrap_or_default().to_owned(),
        organisation: String::new(),
        password: Some(password),
    };
    let account = in_office(global, async |office: &Office| {
        accounts::use_set_up_code(office, &code, &user, Timestamp::now()).await
    })?;
    let zh = "账号已建立，角色为系统管理员，管理全部机构";
    done(
        &account,
        (zh, "the account is made, an administrator of everything"),
        screen,
    )
}

fn own_password(name: &str, from_stdin: bool, global: &Global, screen: &Screen) -> Outcome {
    let (old, new) = match from_stdin {
        true => {
            let mut lines = ask::lines(2)?;
            let new = lines.pop().unwrap_or_else(|| Secret::new(""));
            let old = lines.pop().unwrap_or_else(|| Secret::new(""));
            (old, new)
        }
        false => (
            ask::hidden(screen.say("原密码：", "old password: "))?,
            ask::new_password(false, screen)?,
        ),
    };
    let actor = Actor::now(accounts::user_name(name).map_err(failed)?);
    let account = in_office(global, async |office: &Office| {
        accounts::change_own_password(office, &actor, None, &old, &new).await
    })?;
    let zh = "密码已修改，请用新密码登录";
    done(&account, (zh, "the password is changed"), screen)
}

fn add(user: &NewUser, by: &By, global: &Global, screen: &Screen) -> Outcome {
    let actor = actor(by);
    let account = in_office(global, async |office: &Office| {
        accounts::add_user(office, &Scope::All, &actor, user).await
    })?;
    let zh = match user.password {
        Some(_) => "账号已建立，第一次登录后必须修改密码；请用 biaochi user role grant 授予角色",
        None => "账号已建立，没有密码，只能用令牌；请用 biaochi user role grant 授予角色",
    };
    done(
        &account,
        (zh, "the account is made; grant it a role"),
        screen,
    )
}

fn set_state(of: &Of, state: AccountState, global: &Global, screen: &Screen) -> Outcome {
    let account = act(of, global, async |office, actor| {
        accounts::set_state(office, &Scope::All, actor, &of.name, state, of.reason()).await
    })?;
    let words = match state {
        AccountState::Active => ("已启用", "enabled"),
        AccountState::Disabled => ("已停用，已登录的立即失效", "disabled; its sessions ended"),
    };
    done(&account, words, screen)
}

fn role(command: &UserRole, global: &Global, screen: &Screen) -> Outcome {
    let given = match command {
        UserRole::Grant {
            name,
            role,
            unit,
            from,
            until,
            reason,
            by,
        } => {
            let unknown = |_| failed(AccountError::UnknownUnit { text: unit.clone() });
            let from = from.as_deref().map(day).transpose()?;
            let role = NewRole {
                role: role.clone(),
                unit: unit.parse::<Unit>().map_err(unknown)?,
                first_day: from.unwrap_or_else(organisations::today),
                last_day: until.as_deref().map(day).transpose()?,
                reason: reason.clone().unwrap_or_default(),
            };
            let actor = actor(by);
            let (given, known) = in_office(global, async |office: &Office| {
                let given = accounts::grant_role(office, &Scope::All, &actor, name, &role).await?;
                let known = accounts::unit_is_known(office, &role.unit, role.first_day).await?;
                Ok((given, known))
            })?;
            if !known {
                let zh = format!(
                    "请核对：组织机构表里没有 {unit}。写错了请用 biaochi user role end {name} {} 终止，再重新授予",
                    given.number
                );
                let en = format!("check it: the organisations have no {unit} on the first day");
                screen.note(screen.say(&zh, &en));
            }
            given
        }
        UserRole::End {
            name,
            number,
            last_day,
            reason,
            by,
        } => {
            let last_day = last_day.as_deref().map(day).transpose()?;
            let today = organisations::today();
            let yesterday = today.yesterday().unwrap_or(today);
            let last_day = last_day.unwrap_or(yesterday);
            let actor = actor(by);
            in_office(global, async |office: &Office| {
                let which = (name.as_str(), *number);
                let reason = reason.as_deref().unwrap_or_default();
                accounts::end_role(office, &Scope::All, &actor, which, last_day, reason).await
            })?
        }
    };
    if screen.json() {
        screen.value(&show::role_value(&given))?;
        return Ok(Exit::Done);
    }
    let what = &given.assignment;
    let until = what.last_day.map(|day| day.to_string());
    let open = screen.say("一直有效", "open");
    screen.line(&format!(
        "{} #{}：{} {}，{} – {}",
        given.account,
        given.number,
        what.role,
        what.unit,
        what.first_day,
        until.as_deref().unwrap_or(open)
    ))?;
    Ok(Exit::Done)
}

fn totp(command: &UserTotp, global: &Global, screen: &Screen) -> Outcome {
    match command {
        UserTotp::Start { name, by } => {
            let actor = actor(by);
            let draft = in_office(global, async |office: &Office| {
                accounts::begin_second_factor(office, &Scope::All, &actor, name).await
            })?;
            let (key, address) = (draft.key.reveal(), draft.address.reveal());
            if screen.json() {
                screen.value(&json!({ "name": name, "key": key, "address": address }))?;
                return Ok(Exit::Done);
            }
            screen.line(&format!("{key}\n{address}"))?;
            let zh = "把密钥录入认证器应用，再运行 biaochi user totp confirm 用户名 六位数字。密钥只显示这一次。";
            let en = "type the key into the app, then run biaochi user totp confirm";
            screen.note(screen.say(zh, en));
            Ok(Exit::Done)
        }
        UserTotp::Confirm { name, code, by } => {
            let (actor, code) = (actor(by), Secret::new(code.as_str()));
            let account = in_office(global, async |office: &Office| {
                let scope = &Scope::All;
                accounts::confirm_second_factor(office, scope, &actor, name, &code).await
            })?;
            let zh = "动态口令已启用，此后登录都要输入";
            done(
                &account,
                (zh, "the second factor is asked for from now on"),
                screen,
            )
        }
        UserTotp::Off { of } => {
            let account = act(of, global, async |office, actor| {
                let (name, reason) = (&of.name, of.reason());
                accounts::drop_second_factor(office, &Scope::All, actor, name, reason).await
            })?;
            done(
                &account,
                ("动态口令已停用", "the second factor is off"),
                screen,
            )
        }
    }
}

fn check(
    name: &str,
    code: Option<&str>,
    from_stdin: bool,
    global: &Global,
    screen: &Screen,
) -> Outcome {
    let presented = SignIn {
        name: name.to_owned(),
        password: ask::password(from_stdin, screen)?,
        code: code.map(Secret::new),
    };
    let person = in_office(global, async |office: &Office| {
        let now = Timestamp::now();
        let signed_in = accounts::sign_in(office, &presented, now).await?;
        let session = signed_in.session;
        let person = accounts::person_of_session(office, &session, now).await?;
        accounts::sign_out(office, &person, &session).await?;
        Ok(person)
    })?;
    show::person(&person, screen)
}
