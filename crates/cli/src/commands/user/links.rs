//! `biaochi user links`, `link`, `unlink`: who accounts are to the identity provider.

use biaochi_app::accounts::{self, Office};
use biaochi_app::beijing;
use biaochi_store::{AccountIdentity, Scope};
use serde_json::{Value, json};

use super::{act, in_office};
use crate::arguments::Global;
use crate::arguments::user::Of;
use crate::commands::open_workspace;
use crate::outcome::{Exit, Failure, Outcome};
use crate::screen::{Align, Screen};

fn value(identity: &AccountIdentity) -> Value {
    let person = identity.person.as_ref();
    json!({
        "account": identity.account, "external_name": identity.expected,
        "linked": person.is_some(),
        "issuer": person.map(|person| &person.issuer),
        "subject": person.map(|person| &person.subject),
        "shown": person.map(|person| &person.shown),
        "linked_by": identity.linked_by, "linked_at": identity.linked_at.to_string(),
    })
}

pub(super) fn list(name: Option<&str>, global: &Global, screen: &Screen) -> Outcome {
    let identities = in_office(global, async |office: &Office| {
        let store = office.store();
        let Some(name) = name else {
            return Ok(store.identities(&Scope::All).await?);
        };
        let account = accounts::user(office, &Scope::All, name).await?;
        let found = store.identity_of(&account.name).await?;
        Ok(found.into_iter().collect::<Vec<_>>())
    })?;
    if screen.json() {
        let values = identities.iter().map(value).collect();
        screen.value(&Value::Array(values))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = identities.iter().map(|one| row(one, screen)).collect();
    let columns = [
        screen.say("用户名", "name"),
        screen.say("指定的名称", "expected"),
        screen.say("状态", "state"),
        screen.say("认证系统中的人", "person"),
        screen.say("经办人", "by"),
        screen.say("时间", "at"),
    ];
    let columns = columns.map(|title| (title, Align::Left));
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn row(identity: &AccountIdentity, screen: &Screen) -> Vec<String> {
    let state = match identity.person {
        Some(_) => screen.say("已绑定", "linked"),
        None => screen.say("等待首次登录", "waits for the first sign-in"),
    };
    let person = identity.person.as_ref().map(|person| {
        let name = match person.shown.is_empty() {
            true => &person.subject,
            false => &person.shown,
        };
        format!("{name}（{}）", person.issuer)
    });
    vec![
        identity.account.clone(),
        identity.expected.clone(),
        state.to_owned(),
        person.unwrap_or_default(),
        identity.linked_by.clone(),
        beijing::shown(identity.linked_at),
    ]
}

pub(super) fn link(of: &Of, external_name: &str, global: &Global, screen: &Screen) -> Outcome {
    let identity = act(of, global, async |office, actor| {
        let who = (of.name.as_str(), external_name);
        accounts::expect_identity(office, &Scope::All, actor, who, of.reason()).await
    })?;
    // The service may have it from elsewhere: it is a hint, and no refusal.
    let workspace = open_workspace(global)?;
    if workspace.config().server.oidc_name_claim.is_none() {
        let zh = "请核对：biaochi.toml 里没有 oidc_name_claim。服务没有设它时，没有人能按名称登录";
        let en =
            "check it: biaochi.toml has no oidc_name_claim, without which nobody is found by name";
        screen.note(screen.say(zh, en));
    }
    if screen.json() {
        screen.value(&value(&identity))?;
        return Ok(Exit::Done);
    }
    let (account, expected) = (&identity.account, &identity.expected);
    let zh = format!("{account}：第一个以“{expected}”从统一身份认证登录的人将绑定到这个账号");
    let en = format!("{account}: whoever the provider calls {expected} first will be linked to it");
    screen.line(screen.say(&zh, &en))?;
    Ok(Exit::Done)
}

pub(super) fn unlink(of: &Of, global: &Global, screen: &Screen) -> Outcome {
    let was_linked = act(of, global, async |office, actor| {
        accounts::unlink_identity(office, &Scope::All, actor, &of.name, of.reason()).await
    })?;
    let name = &of.name;
    if !was_linked {
        return Err(Failure::new(
            Exit::NotFound,
            format!(
                "{name} 没有绑定或指定统一身份认证中的人，没有改动。请用 biaochi user links 查看"
            ),
            format!("{name} is nobody to the identity provider; see biaochi user links"),
        ));
    }
    if screen.json() {
        screen.value(&json!({ "account": name, "linked": false }))?;
        return Ok(Exit::Done);
    }
    let zh = format!("{name}：已解除绑定，此后只能用密码登录；已登录的会话不受影响");
    let en = format!("{name}: unlinked; open sessions go on");
    screen.line(screen.say(&zh, &en))?;
    Ok(Exit::Done)
}
