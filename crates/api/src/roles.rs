//! The roles in force, and what each may do.

use axum::Json;
use biaochi_access::{Action, Object, Resource};
use biaochi_domain::{Language, Localized as _};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list_roles))
        .routes(routes!(role_matrix))
}

/// A word with its code.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodedWord {
    /// The stable code.
    pub(crate) code: String,
    /// 名称。
    pub(crate) text: String,
}

/// A role of the field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleInfo {
    /// Its id.
    id: String,
    /// 名称。
    title: String,
    /// 职责。
    duty: String,
    /// For which kinds of units it can be held.
    levels: Vec<CodedWord>,
}

/// Who may do what.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoleMatrix {
    /// All actions.
    actions: Vec<CodedWord>,
    /// All kinds of things.
    resources: Vec<CodedWord>,
    /// All roles.
    roles: Vec<RoleInfo>,
    /// What is allowed; what is not here is not.
    cells: Vec<MatrixCell>,
}

/// Something that a role may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatrixCell {
    /// Id of the role.
    role: String,
    /// The action.
    action: &'static str,
    /// The kind of thing.
    resource: &'static str,
    /// How close to persons it may come.
    sensitivity: &'static str,
    /// 汇总、脱敏病案、明文病案。
    sensitivity_text: String,
}

/// The roles in force.
#[utoipa::path(get, path = "/roles", tag = "roles",
    responses((status = 200, body = Vec<RoleInfo>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn list_roles(caller: Caller) -> Result<Json<Vec<RoleInfo>>, Problem> {
    allowed(&caller).await?;
    Ok(Json(infos(&caller)))
}

/// What each role may do.
#[utoipa::path(get, path = "/roles/matrix", tag = "roles",
    responses((status = 200, body = RoleMatrix), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
async fn role_matrix(caller: Caller) -> Result<Json<RoleMatrix>, Problem> {
    allowed(&caller).await?;
    let zh = Language::Zh;
    let mut cells = Vec::new();
    for role in caller.office().roles().all() {
        for resource in Resource::ALL {
            for action in Action::ALL {
                if let Some(sensitivity) = role.allowed(*action, *resource) {
                    cells.push(MatrixCell {
                        role: role.id.clone(),
                        action: action.code(),
                        resource: resource.code(),
                        sensitivity: sensitivity.code(),
                        sensitivity_text: sensitivity.text(zh),
                    });
                }
            }
        }
    }
    let word = |code: &str, text: String| CodedWord {
        code: code.to_owned(),
        text,
    };
    Ok(Json(RoleMatrix {
        actions: Action::ALL
            .iter()
            .map(|one| word(one.code(), one.text(zh)))
            .collect(),
        resources: Resource::ALL
            .iter()
            .map(|one| word(one.code(), one.text(zh)))
            .collect(),
        roles: infos(&caller),
        cells,
    }))
}

async fn allowed(caller: &Caller) -> Result<(), Problem> {
    let object = Object::common(Resource::Account);
    caller.may(Action::Read, &object, "roles").await?;
    Ok(())
}

fn infos(caller: &Caller) -> Vec<RoleInfo> {
    let roles = caller.office().roles().all().iter();
    roles
        .map(|role| RoleInfo {
            id: role.id.clone(),
            title: role.title.clone(),
            duty: role.duty.clone(),
            levels: role
                .levels
                .iter()
                .map(|level| CodedWord {
                    code: level.code().to_owned(),
                    text: level.text(Language::Zh),
                })
                .collect(),
        })
        .collect()
}
