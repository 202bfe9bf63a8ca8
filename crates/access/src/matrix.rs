use std::fmt::Write as _;

use biaochi_domain::{Language, Localized as _};

use crate::permission::{Action, Resource, Sensitivity};
use crate::role::{Role, Roles};

/// The matrix of roles, actions and resources, as Markdown: one table for each resource.
///
/// A cell says how close to persons the role may come; an empty one that it may not at all.
pub fn matrix(roles: &Roles) -> String {
    let zh = Language::Zh;
    let mut out = String::new();
    for resource in Resource::ALL {
        let _ = write!(
            out,
            "## {}（`{}`）\n\n| 角色 |",
            resource.text(zh),
            resource.code()
        );
        for action in Action::ALL {
            let _ = write!(out, " {} |", action.text(zh));
        }
        out.push_str("\n|---|");
        out.push_str(&"---|".repeat(Action::ALL.len()));
        out.push('\n');
        for role in roles.all() {
            let _ = write!(out, "| {} |", role.title);
            for action in Action::ALL {
                let _ = write!(out, " {} |", cell(role, *action, *resource));
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn cell(role: &Role, action: Action, resource: Resource) -> &'static str {
    match role.allowed(action, resource) {
        None => "",
        Some(Sensitivity::Aggregate) => "汇总",
        Some(Sensitivity::DeIdentified) => "脱敏",
        Some(Sensitivity::Identified) => "明文",
    }
}
