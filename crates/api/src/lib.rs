//! Routes, wire types and their OpenAPI document; only it knows HTTP.
//!
//! A feature is a module with its wire types, its handlers and a function `routes`. A handler takes a [`Caller`], asks
//! what it may ([`Caller::may`], [`Caller::view`]), and does the work of a use case on a thread that may wait
//! ([`Service::run`]). What goes wrong is a [`Problem`] with a stable code and a Chinese text.

mod attachment;
mod audit;
mod caller;
mod headers;
mod health;
mod jobs;
mod layers;
mod limits;
mod organisations;
mod own_account;
mod packs;
mod page;
mod problem;
mod reach;
mod remember;
mod roles;
mod service;
mod session;
mod settings;
mod tokens;
mod users;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use caller::{Caller, ClientAddress, View};
pub use health::MetricsText;
pub use limits::Limits;
pub use page::{Page, PageQuery};
pub use problem::{Code, Problem, ProblemBody};
pub use service::{Service, ServiceError, Settings};

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
    OpenApiRouter::with_openapi(Document::openapi())
        .nest(
            PREFIX,
            OpenApiRouter::new()
                .merge(session::routes())
                .merge(jobs::routes())
                .merge(users::routes())
                .merge(own_account::routes())
                .merge(tokens::routes())
                .merge(roles::routes())
                .merge(organisations::routes())
                .merge(packs::routes())
                .merge(audit::routes())
                .merge(settings::routes()),
        )
}

/// All routes of the API.
pub fn router(service: Service) -> Router {
    let (router, _) = routes().split_for_parts();
    let router = router
        .merge(health::routes())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(service.clone());
    layers::around(router, &service)
}

/// The OpenAPI document of the routes.
pub fn document() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}
