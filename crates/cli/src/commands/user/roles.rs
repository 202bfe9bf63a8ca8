//! `biaochi roles`

use biaochi_access::{Action, Permission, Resource, Role, matrix};
use biaochi_domain::Localized as _;
use serde_json::{Value, json};

use super::super::content;
use super::show::unknown_role;
use crate::arguments::Global;
use crate::arguments::user::{Roles, RolesCommand};
use crate::outcome::{Exit, Outcome};
use crate::screen::{Align, Screen};

pub(crate) fn run(command: &Roles, global: &Global, screen: &Screen) -> Outcome {
    let roles = content(global)?.role_library().load()?;
    match command.command.as_ref().unwrap_or(&RolesCommand::List) {
        RolesCommand::List => list(roles.all(), screen),
        RolesCommand::Show { role } => {
            let known: Vec<&str> = roles.all().iter().map(|role| &*role.title).collect();
            let found = roles.find(role).ok_or_else(|| unknown_role(role, &known))?;
            show(found, screen)
        }
        RolesCommand::Matrix if screen.json() => {
            let values = roles.all().iter().map(value).collect();
            screen.value(&Value::Array(values))?;
            Ok(Exit::Done)
        }
        RolesCommand::Matrix => {
            screen.line(matrix(&roles).trim_end())?;
            Ok(Exit::Done)
        }
    }
}

fn value(role: &Role) -> Value {
    let allowed: Vec<Value> = allowed(role)
        .map(|(permission, sensitivity)| {
            json!({ "permission": permission.to_string(), "sensitivity": sensitivity.code() })
        })
        .collect();
    let levels: Vec<&str> = role.levels.iter().map(|level| level.code()).collect();
    json!({
        "id": role.id, "title": role.title, "duty": role.duty, "levels": levels, "allows": allowed,
    })
}

/// Everything that a role may do, and how close to persons.
fn allowed(role: &Role) -> impl Iterator<Item = (Permission, biaochi_access::Sensitivity)> {
    let pairs = Resource::ALL
        .iter()
        .flat_map(|resource| Action::ALL.iter().map(move |action| (*action, *resource)));
    pairs.filter_map(|(action, resource)| {
        let permission = Permission {
            action: Some(action),
            resource: Some(resource),
        };
        Some((permission, role.allowed(action, resource)?))
    })
}

fn list(roles: &[Role], screen: &Screen) -> Outcome {
    if screen.json() {
        let values = roles.iter().map(value).collect();
        screen.value(&Value::Array(values))?;
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = roles
        .iter()
        .map(|role| vec![role.id.clone(), role.title.clone(), role.duty.clone()])
        .collect();
    let columns = [
        (screen.say("标识", "id"), Align::Left),
        (screen.say("角色", "role"), Align::Left),
        (screen.say("职责", "duty"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}

fn show(role: &Role, screen: &Screen) -> Outcome {
    if screen.json() {
        screen.value(&value(role))?;
        return Ok(Exit::Done);
    }
    let language = screen.language();
    let levels: Vec<String> = role.levels.iter().map(|one| one.text(language)).collect();
    screen.line(&format!(
        "{}（{}）\n{}\n{}{}",
        role.title,
        role.id,
        role.duty,
        screen.say("可以授予：", "held for: "),
        levels.join("、")
    ))?;
    let rows: Vec<Vec<String>> = allowed(role)
        .map(|(permission, sensitivity)| {
            let resource = permission.resource.map(|one| one.text(language));
            let action = permission.action.map(|one| one.text(language));
            vec![
                resource.unwrap_or_default(),
                action.unwrap_or_default(),
                sensitivity.text(language),
                permission.to_string(),
            ]
        })
        .collect();
    let columns = [
        (screen.say("资源", "resource"), Align::Left),
        (screen.say("动作", "action"), Align::Left),
        (screen.say("最多接近到", "up to"), Align::Left),
        (screen.say("写作", "written"), Align::Left),
    ];
    screen.line(&screen.table(&columns, &rows))?;
    Ok(Exit::Done)
}
