//! What lies around every route: the number of a request, where it comes from, limits, time, logs and metrics.

use std::any::Any;
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument as _;

use crate::caller::ClientAddress;
use crate::headers::protect;
use crate::problem::{Code, Problem};
use crate::service::Service;
use crate::{fields, refused, unchanged};

/// The number of a request, in every answer and in every log line about it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// How long a request may take.
const LONGEST: Duration = Duration::from_secs(120);

/// How long an upload may take.
const LONGEST_UPLOAD: Duration = Duration::from_secs(3600);

/// Puts the layers around all routes.
pub(crate) fn around(router: Router, service: &Service) -> Router {
    router
        .layer(from_fn(fields::select))
        .layer(from_fn(refused::as_problem))
        .layer(from_fn(unchanged::tag))
        .layer(from_fn(in_time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(service.clone(), protect))
        .layer(from_fn_with_state(service.clone(), observe))
}

/// Names a request, finds out where it comes from, lets it in, and tells logs and metrics how it went. Neither sees
/// paths or queries, which can name things, but the pattern of the route.
async fn observe(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = uuid::Uuid::new_v4().simple().to_string();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let method = known(request.method());
    let address = client(&service, &request);
    if let Some(address) = address {
        request.extensions_mut().insert(ClientAddress(address));
    }
    let admitted = address.map_or(Ok(()), |address| service.gates().address(address));
    let span = tracing::info_span!(
        "request", id = %id, method, route = %route, status = tracing::field::Empty
    );
    let work = async move {
        let mut response = match admitted {
            Ok(()) => next.run(request).await,
            Err(problem) => problem.into_response(),
        };
        let status = response.status().as_u16();
        let seconds = began.elapsed().as_secs_f64();
        let milliseconds = seconds * 1000.0;
        if route == "other" {
            tracing::debug!(status, milliseconds, "answered");
        } else {
            tracing::info!(status, milliseconds, "answered");
        }
        // After the line, which has it by itself: only traces ask the span.
        tracing::Span::current().record("status", i64::from(status));
        let labels = [
            ("method", method.to_owned()),
            ("route", route),
            ("status", status.to_string()),
        ];
        metrics::counter!("biaochi_requests_total", &labels).increment(1);
        metrics::histogram!("biaochi_request_seconds", &labels).record(seconds);
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    };
    work.instrument(span).await
}

/// A method as a label: what nobody knows has one name, or labels would grow with whatever is sent.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

fn client(service: &Service, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>()?;
    let forwarded = forwarded(request.headers());
    let proxies = &service.settings().limits.trusted_proxies;
    Some(proxies.client(peer.0.ip(), &forwarded))
}

/// The hops of all `X-Forwarded-For` lines, in their order.
fn forwarded(headers: &HeaderMap) -> String {
    let lines = headers.get_all("x-forwarded-for").iter();
    let lines: Vec<&str> = lines.filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

/// Ends the wait for what takes too long.
async fn in_time(request: Request, next: Next) -> Response {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok());
    let is_upload = kind.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    let longest = if is_upload { LONGEST_UPLOAD } else { LONGEST };
    match tokio::time::timeout(longest, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::Busy, "这次操作用时过长，已停止等待。请缩小范围后再试")
            .after(10)
            .into_response(),
    }
}

/// A panic is a bug: the person gets an answer, and the others do not notice.
fn panicked(reason: Box<dyn Any + Send>) -> Response {
    let text = reason.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| reason.downcast_ref::<String>().cloned());
    tracing::error!(reason = text.unwrap_or_default(), "a request panicked");
    Problem::new(
        Code::Internal,
        "程序出错，没有完成这次操作。请把请求编号告诉信息科",
    )
    .into_response()
}
