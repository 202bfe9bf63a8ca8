//! What a watcher of the service asks: does it live, can it work, and how it fares. Outside the API's document, since
//! no program of a hospital builds on it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use biaochi_app::query::lake_opens;

use crate::caller::ClientAddress;
use crate::problem::{Code, Problem};
use crate::service::Service;

/// Writes the metrics as Prometheus reads them.
#[derive(Clone)]
pub struct MetricsText(Arc<dyn Fn() -> String + Send + Sync>);

impl MetricsText {
    /// What writes them.
    pub fn new(write: impl Fn() -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }
}

impl fmt::Debug for MetricsText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MetricsText")
    }
}

pub(crate) fn routes() -> Router<Service> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(State(service): State<Service>) -> Response {
    if service.is_closing() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing\n").into_response();
    }
    let store = service.store().has_accounts().await;
    if let Err(error) = store {
        tracing::warn!(error = %error, "not ready: the store does not answer");
        return (StatusCode::SERVICE_UNAVAILABLE, "store\n").into_response();
    }
    let opened = service
        .run(|service| lake_opens(service.workspace()).map_err(|error| Problem::internal(&error)));
    match opened.await {
        Ok(()) => "ready\n".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "lake\n").into_response(),
    }
}

async fn metrics(State(service): State<Service>, parts: Parts) -> Result<Response, Problem> {
    let address = parts.extensions.get::<ClientAddress>().copied();
    let allowed = &service.settings().limits.metrics_from;
    let may = |address: IpAddr| address.to_canonical().is_loopback() || allowed.contain(address);
    let (true, Some(text)) = (
        address.is_none_or(|address| may(address.0)),
        &service.settings().metrics,
    ) else {
        return Err(Problem::new(
            Code::Forbidden,
            "这个地址不能读取运行指标；请在 metrics_from 中设置允许的地址",
        ));
    };
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], (text.0)()).into_response())
}
