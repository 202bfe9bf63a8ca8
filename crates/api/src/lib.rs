//! Routes, wire types and their OpenAPI document; only it knows HTTP.
//!
//! A feature is a module with its wire types, its handlers and a function `routes`. A handler takes a [`Caller`], asks
//! what it may ([`Caller::may`], [`Caller::view`]), and does the work of a use case on a thread that may wait
//! ([`Service::run`]). What goes wrong is a [`Problem`] with a stable code and a Chinese text.

mod answers;
mod assessments;
mod assets;
mod attachment;
mod audit;
mod caller;
mod cockpit;
mod datasets;
mod document;
mod evidence;
mod fields;
mod groups;
mod headers;
mod health;
mod import_history;
mod indicators;
mod jobs;
mod layers;
mod limits;
mod organisations;
mod own_account;
mod packs;
mod page;
mod plans;
mod prepare;
mod problem;
mod records;
mod refused;
mod remember;
mod roles;
mod service;
mod session;
mod settings;
mod single_sign_on;
mod tasks;
mod tokens;
mod unchanged;
mod users;
mod welcome;
mod worklist;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use caller::{Caller, ClientAddress, View};
pub use document::document;
pub use health::MetricsText;
pub use limits::Limits;
pub use page::{Page, PageQuery};
pub use problem::{Code, Problem, ProblemBody};
pub use service::{Service, ServiceError, Settings};
pub use single_sign_on::CALLBACK;

/// Where the API begins.
pub const PREFIX: &str = "/api/v1";

/// Bytes that a request without an upload may have.
const LARGEST_BODY: usize = 1 << 20;

#[derive(OpenApi)]
#[openapi(info(
    title = "标尺 Biaochi API",
    description = "标尺的全部功能。错误以稳定的代码和中文说明回答；金额、权重、得分和指标值是十进制数，以文本传送。"
))]
struct Document;

fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::with_openapi(Document::openapi()).nest(
        PREFIX,
        OpenApiRouter::new()
            .merge(assessments::routes())
            .merge(audit::routes())
            .merge(cockpit::routes())
            .merge(datasets::routes())
            .merge(groups::routes())
            .merge(import_history::routes())
            .merge(indicators::routes())
            .merge(jobs::routes())
            .merge(organisations::routes())
            .merge(own_account::routes())
            .merge(packs::routes())
            .merge(plans::routes())
            .merge(records::routes())
            .merge(roles::routes())
            .merge(session::routes())
            .merge(settings::routes())
            .merge(single_sign_on::routes())
            .merge(tasks::routes())
            .merge(tokens::routes())
            .merge(users::routes())
            .merge(welcome::routes())
            .merge(worklist::routes()),
    )
}

/// All routes of the API.
pub fn router(service: Service) -> Router {
    let (router, _) = routes().split_for_parts();
    let router = router
        .merge(health::routes())
        .fallback(assets::serve)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(service.clone());
    layers::around(router, &service)
}
