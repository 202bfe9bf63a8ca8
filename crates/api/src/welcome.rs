//! What may be known before anybody signed in, setting up the first administrator, and what pages begin with.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use biaochi_access::secret::Secret;
use biaochi_app::accounts::{NewUser, use_set_up_code};
use biaochi_app::data_months::data_months;
use biaochi_app::demo;
use biaochi_store::{AccountState, Scope};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::{Caller, origin, own_request};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(welcome))
        .routes(routes!(set_up))
        .routes(routes!(months))
}

/// What the service says before anybody signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Welcome {
    /// The service holds synthetic data only.
    demo: bool,
    /// There is no account yet: the set-up link makes the first one.
    setup_needed: bool,
    /// 版本。
    version: &'static str,
    /// Persons that may be tried; in the demonstration only.
    persons: Vec<DemoPerson>,
    /// The password of these persons, which everybody may know.
    password: Option<&'static str>,
    /// What the button for signing in by the identity provider says; `null` without one.
    single_sign_on: Option<String>,
}

/// A person of the demonstration.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DemoPerson {
    /// Name of the account.
    name: String,
    /// How the person is called.
    title: String,
    /// Id of the role, such as `coder`.
    role: &'static str,
    /// 角色名称。
    role_title: String,
    /// 职责。
    duty: String,
}

/// The first administrator.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct SetUpBody {
    /// 初始化码。
    code: String,
    /// 用户名。
    name: String,
    /// 姓名或称呼。
    title: String,
    /// 密码。
    password: String,
}

/// The months of which one may see something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DataMonths {
    /// The first one, as `2024-01`; `null` when there are no records.
    first: Option<String>,
    /// The last one.
    last: Option<String>,
}

/// What may be known before anybody signed in.
#[utoipa::path(get, path = "/welcome", tag = "session",
    responses((status = 200, body = Welcome), (status = 503, body = ProblemBody)))]
async fn welcome(State(service): State<Service>) -> Result<Json<Welcome>, Problem> {
    let demo = service.settings().demo;
    let persons = match demo {
        true => persons(&service).await?,
        false => Vec::new(),
    };
    Ok(Json(Welcome {
        demo,
        setup_needed: !service.store().has_accounts().await?,
        version: env!("CARGO_PKG_VERSION"),
        password: (!persons.is_empty()).then_some(demo::PASSWORD),
        persons,
        single_sign_on: service
            .settings()
            .single_sign_on
            .as_ref()
            .map(|sso| sso.label().to_owned()),
    }))
}

/// The persons of the demonstration who have an account that can be used, in the order of the demonstration.
async fn persons(service: &Service) -> Result<Vec<DemoPerson>, Problem> {
    let accounts = service.store().accounts(&Scope::All).await?;
    let office = service.office();
    let roles = office.roles();
    let offered = demo::PERSONS.iter().filter_map(|person| {
        let account = accounts.iter().find(|account| {
            account.name == person.name
                && account.state == AccountState::Active
                && !account.must_change
        })?;
        let role = roles.role(person.role);
        Some(DemoPerson {
            name: account.name.clone(),
            title: account.title.clone(),
            role: person.role,
            role_title: role.map_or_else(String::new, |role| role.title.clone()),
            duty: role.map_or_else(String::new, |role| role.duty.clone()),
        })
    });
    Ok(offered.collect())
}

/// Makes the first administrator with the code of the set-up link, once.
#[utoipa::path(post, path = "/setup", tag = "session", request_body = SetUpBody,
    responses((status = 204), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody),
        (status = 429, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn set_up(
    State(service): State<Service>,
    parts: Parts,
    Json(body): Json<SetUpBody>,
) -> Result<StatusCode, Problem> {
    own_request(&parts)?;
    let office = service.office().with_origin(&origin(&parts));
    let user = NewUser {
        name: body.name,
        title: body.title,
        organisation: String::new(),
        password: Some(Secret::new(body.password)),
    };
    use_set_up_code(&office, &Secret::new(body.code), &user, Timestamp::now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The first and the last month of which the institutions that one reaches have records: what pages show first, and
/// what the picker of periods offers. Nothing but the months is told.
#[utoipa::path(get, path = "/data-months", tag = "session",
    responses((status = 200, body = DataMonths), (status = 401, body = ProblemBody), (status = 503, body = ProblemBody)))]
async fn months(caller: Caller) -> Result<Json<DataMonths>, Problem> {
    let scope = reached(&caller);
    let workspace = caller.workspace();
    let found = caller.service().run(move |service| {
        let key = format!("data-months/{scope:?}");
        let content = service.content();
        let found = service.kept(&key, || {
            data_months(&workspace, content.content(), &scope)
                .map_err(|error| Problem::internal(&error))
        })?;
        Ok(*found)
    });
    let found = found.await?;
    Ok(Json(DataMonths {
        first: found.map(|months| months.first.to_string()),
        last: found.map(|months| months.last.to_string()),
    }))
}

/// The institutions of all roles, those of which only departments are reached included.
fn reached(caller: &Caller) -> Scope {
    let person = caller.person();
    let mut scope = person.scope.clone();
    if let Scope::Organisations(codes) = &mut scope {
        let reach = person.asker.reach();
        codes.extend(reach.departments.iter().map(|(code, _)| code.clone()));
    }
    scope
}
