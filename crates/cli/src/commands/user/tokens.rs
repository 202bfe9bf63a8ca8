//! `biaochi token`

use biaochi_app::accounts::{self, NewProgram, Office};
use biaochi_app::beijing;
use biaochi_store::{Scope, StoredToken};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{actor, in_office};
use crate::arguments::Global;
use crate::arguments::user::Token;
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Token, global: &Global, screen: &Screen) -> Outcome {
    match command {
        Token::Create {
            name,
            title,
            allow,
            days,
            by,
        } => {
            let program = NewProgram {
                account: name.clone(),
                title: title.clone(),
                permissions: allow.clone(),
                days: *days,
            };
            let actor = actor(by);
            let made = in_office(global, async |office: &Office| {
                accounts::create_token(office, &Scope::All, &actor, &program).await
            })?;
            if screen.json() {
                let mut shown = value(&made.token);
                if let Some(object) = shown.as_object_mut() {
                    object.insert("token".to_owned(), json!(made.secret.reveal()));
                }
                screen.value(&shown)?;
                return Ok(Exit::Done);
            }
            screen.line(made.secret.reveal())?;
            let (id, until) = (&made.token.token_id, beijing::shown(made.token.expires_at));
            let zh =
                format!("令牌 {id} 只显示这一次，{until} 前有效。请存放在只有那个程序能读的地方。");
            let en = format!("the token {id} is shown once and holds until {until}");
            screen.note(screen.say(&zh, &en));
            Ok(Exit::Done)
        }
        Token::List => list(global, screen),
        Token::Revoke { token, reason, by } => {
            let actor = actor(by);
            let reason = reason.as_deref().unwrap_or_default();
            let revoked = in_office(global, async |office: &Office| {
                accounts::revoke_token(office, &Scope::All, &actor, token, reason).await
            })?;
            if screen.json() {
                screen.value(&value(&revoked))?;
            } else {
                let words = screen.say("已撤销，立即失效", "is revoked");
                screen.line(&format!("{} {words}", revoked.token_id))?;
            }
            Ok(Exit::Done)
        }
    }
}

fn value(token: &StoredToken) -> Value {
    let time = |at: Option<Timestamp>| at.map(|at| at.to_string());
    let permissions: Vec<&str> = token.permissions.split_whitespace().collect();
    json!({
        "id": token.token_id, "account": token.account, "title": token.title,
        "permissions": permissions, "created_by": token.created_by,
        "created_at": token.created_at.to_string(), "expires_at": token.expires_at.to_string(),
        "last_used": time(token.seen_at), "revoked_at": time(token.revoked_at),
    })
}

fn list(global: &Global, screen: &Screen) -> Outcome {
    let tokens = in_office(global, async |office: &Office| {
        Ok(office.store().tokens(&Scope::All).await?)
    })?;
    if screen.json() {
        let values = tokens.iter().map(value).collect();
        screen.value(&Value::Array(values))?;
        return Ok(Exit::Done);
    }
    let now = Timestamp::now();
    let rows: Vec<Vec<String>> = tokens
        .iter()
        .map(|token| {
            let state = match (token.revoked_at, token.expires_at > now) {
                (Some(_), _) => screen.say("已撤销", "revoked"),
                (None, false) => screen.say("已过期", "expired"),
                (None, true) => screen.say("有效", "holds"),
            };
            vec![
                token.token_id.clone(),
                token.account.clone(),
                token.title.clone(),
                token.permissions.clone(),
                state.to_owned(),
                beijing::shown(token.expires_at),
                token.seen_at.map(beijing::shown).unwrap_or_default(),
            ]
        })
        .collect();
    let columns = [
        screen.say("编号", "id"),
        screen.say("账号", "account"),
        screen.say("用途", "for"),
        screen.say("权限", "permissions"),
        screen.say("状态", "state"),
        screen.say("到期", "expires"),
        screen.say("最近使用", "last used"),
    ];
    let columns = columns.map(|title| (title, Align::Left));
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}
