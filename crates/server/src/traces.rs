//! Traces for a collector, if one is configured: how long requests, jobs and their parts took, sent by OTLP over HTTP.
//!
//! What leaves the process is a closed list: spans of requests, jobs and their parts, with the attributes of [`TOLD`].
//! Events are log lines and stay here. A collector that does not answer costs spans and one log line, never a request.

use std::mem::take;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use biaochi_app::server_config::TracesTo;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{FutureExt as _, SpanKind, Status, TracerProvider as _};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_otlp::{Protocol, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{
    Sampler, SdkTracerProvider, SpanData, SpanEvents, SpanExporter, SpanLinks,
};
use tracing::{Level, Metadata};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::{Layer, Registry};

use crate::error::ServeError;

/// A layer over the subscriber of the process.
pub(crate) type BoxedLayer = Box<dyn Layer<Registry> + Send + Sync>;

/// How long the collector may take for what it is sent.
const ANSWER: Duration = Duration::from_secs(3);

/// How long the end of the service waits for what is still to be sent.
const FAREWELL: Duration = Duration::from_secs(4);

/// The target of spans that are made for traces alone; log lines do not show them.
const TRACES: &str = "traces";

/// The span of a request, see `crates/api/src/layers.rs`.
const REQUEST: &str = "request";

/// The span of a job, see `crates/app/src/jobs/runner.rs`.
const JOB: &str = "job";

const METHOD: &str = "http.request.method";
const ROUTE: &str = "http.route";
const STATUS: &str = "http.response.status_code";
const KIND: &str = "biaochi.job.kind";
const STATE: &str = "biaochi.job.state";

/// What is told: name of the span, its field, and what the field is called outside. Nothing else leaves.
const TOLD: &[(&str, &str, &str)] = &[
    (REQUEST, "id", "biaochi.request.id"),
    (REQUEST, "method", METHOD),
    (REQUEST, "route", ROUTE),
    (REQUEST, "status", STATUS),
    (JOB, "id", "biaochi.job.id"),
    (JOB, "kind", KIND),
    (JOB, "state", STATE),
    ("question", "place", "code.location"),
];

/// Sends traces until it is dropped; then what is left is sent, or given up when nobody takes it in time.
pub(crate) struct Traces {
    provider: SdkTracerProvider,
}

impl Traces {
    /// Begins to send to a collector. To be called outside the asynchronous runtime, whose threads must not wait for
    /// what is sent.
    pub(crate) fn begin(to: &TracesTo) -> Result<Self, ServeError> {
        let exporter = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_endpoint(&to.url)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(ANSWER)
            .build();
        let exporter = exporter.map_err(|error| ServeError::Traces {
            reason: error.to_string(),
        })?;
        let resource = Resource::builder()
            .with_service_name("biaochi")
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        // Whoever asked for a request to be traced gets all of it.
        let share = Sampler::TraceIdRatioBased(to.share());
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_sampler(Sampler::ParentBased(Box::new(share)))
            .with_batch_exporter(Outgoing::to(exporter))
            .build();
        Ok(Self { provider })
    }

    /// What makes spans of the service's own.
    pub(crate) fn layer(&self) -> BoxedLayer {
        tracing_opentelemetry::layer::<Registry>()
            .with_tracer(self.provider.tracer("biaochi"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_traced).with_max_level_hint(LevelFilter::INFO))
            .boxed()
    }
}

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown_with_timeout(FAREWELL) {
            tracing::debug!(error = %error, "the last traces were not sent");
        }
    }
}

/// Spans of requests and jobs, and those that are made for traces. Events are none of them.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    let own = metadata.target().starts_with("biaochi_");
    metadata.is_span()
        && *metadata.level() <= Level::INFO
        && (metadata.target() == TRACES || own && matches!(metadata.name(), REQUEST | JOB))
}

/// Puts what a request does under the trace that it comes from (`traceparent` of the W3C).
pub(crate) fn take_parents(routes: Router) -> Router {
    routes.layer(from_fn(under_parent))
}

async fn under_parent(request: Request, next: Next) -> Response {
    let from = Headers(request.headers());
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &from);
    next.run(request).with_context(parent).await
}

/// The header of a request that names its trace. `tracestate` is not read: it holds what anybody likes.
struct Headers<'a>(&'a HeaderMap);

/// The only header that is read.
const TRACE_PARENT: &str = "traceparent";

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        let value = self.0.get(TRACE_PARENT).filter(|_| key == TRACE_PARENT)?;
        value.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        vec![TRACE_PARENT]
    }
}

/// Spans on their way out: reduced to what may be told, and with one log line when they get nowhere.
#[derive(Debug)]
struct Outgoing<E> {
    to: E,
    is_failing: AtomicBool,
}

/// What is worth a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Lost,
    Back,
}

impl<E> Outgoing<E> {
    fn to(to: E) -> Self {
        Self {
            to,
            is_failing: AtomicBool::new(false),
        }
    }

    /// Whether sending fares otherwise than before.
    fn turn(&self, sent: &OTelSdkResult) -> Option<Turn> {
        let fails = sent.is_err();
        let failed = self.is_failing.swap(fails, Ordering::Relaxed);
        match (failed, fails) {
            (false, true) => Some(Turn::Lost),
            (true, false) => Some(Turn::Back),
            _ => None,
        }
    }
}

impl<E: SpanExporter> SpanExporter for Outgoing<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let batch = batch.into_iter().map(told).collect();
        let sent = self.to.export(batch).await;
        match (self.turn(&sent), &sent) {
            (Some(Turn::Lost), Err(error)) => tracing::warn!(
                error = %error,
                "the collector takes no traces; they are given up until it does"
            ),
            (Some(Turn::Back), _) => tracing::info!("the collector takes traces again"),
            _ => {}
        }
        sent
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.to.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.to.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.to.set_resource(resource);
    }
}

/// A span with what may be told of it, under the names that collectors know.
fn told(mut span: SpanData) -> SpanData {
    let mut attributes = Vec::new();
    for pair in take(&mut span.attributes) {
        let known = TOLD
            .iter()
            .find(|(name, field, _)| *name == span.name && *field == pair.key.as_str());
        if let Some((_, _, outside)) = known {
            attributes.push(KeyValue::new(*outside, pair.value));
        }
    }
    let value = |key: &str| {
        let found = attributes.iter().find(|pair| pair.key.as_str() == key);
        found.map(|pair| pair.value.clone())
    };
    let text = |key: &str| value(key).map_or_else(String::new, |value| value.to_string());
    let (name, fails) = match &*span.name {
        REQUEST => {
            span.span_kind = SpanKind::Server;
            let status = value(STATUS);
            let fails = matches!(status, Some(Value::I64(status)) if status >= 500);
            (Some(format!("{} {}", text(METHOD), text(ROUTE))), fails)
        }
        JOB => (Some(format!("job {}", text(KIND))), text(STATE) == "failed"),
        _ => (None, false),
    };
    if let Some(name) = name {
        span.name = name.into();
    }
    // Why stands in the log, under the number of the request or job.
    span.status = if fails {
        Status::error("")
    } else {
        Status::Unset
    };
    span.attributes = attributes;
    span.events = SpanEvents::default();
    span.links = SpanLinks::default();
    span
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use opentelemetry::trace::TraceContextExt as _;
    use opentelemetry_sdk::error::OTelSdkError;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// A collector that keeps what it is sent.
    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Kept {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().expect("no panic before").extend(batch);
            Ok(())
        }
    }

    fn pairs(span: &SpanData) -> Vec<String> {
        let pairs = span.attributes.iter();
        pairs
            .map(|pair| format!("{}={}", pair.key.as_str(), pair.value))
            .collect()
    }

    #[test]
    fn only_what_may_be_told_leaves() {
        let kept = Kept::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(Outgoing::to(kept.clone()))
            .build();
        let traces = Traces { provider };
        let subscriber = tracing_subscriber::registry().with(vec![traces.layer()]);
        tracing::subscriber::with_default(subscriber, || {
            let request = tracing::info_span!(
                target: "biaochi_api::layers",
                "request",
                id = "r1",
                method = "GET",
                route = "/api/v1/jobs/{id}",
                person = "王芳",
                status = tracing::field::Empty
            );
            request.in_scope(|| {
                let question = tracing::info_span!(target: "traces", "question", sql = "SELECT 1");
                question.in_scope(|| tracing::error!(person = "王芳", "went wrong"));
                // Neither a library's spans nor details are traced.
                tracing::info_span!(target: "hyper", "request").in_scope(|| {});
                tracing::debug_span!(target: "traces", "detail").in_scope(|| {});
            });
            request.record("status", 503_i64);
        });
        drop(traces);
        let spans = kept.0.lock().expect("no panic before");
        let [question, request] = &spans[..] else {
            panic!("{spans:?}")
        };
        assert_eq!(question.name, "question");
        assert_eq!(question.parent_span_id, request.span_context.span_id());
        assert!(question.attributes.is_empty() && question.events.is_empty());
        assert_eq!(question.status, Status::Unset);
        assert_eq!(request.name, "GET /api/v1/jobs/{id}");
        assert_eq!(request.span_kind, SpanKind::Server);
        assert_eq!(request.status, Status::error(""));
        let expected = [
            "biaochi.request.id=r1",
            "http.request.method=GET",
            "http.route=/api/v1/jobs/{id}",
            "http.response.status_code=503",
        ];
        assert_eq!(pairs(request), expected);
    }

    #[test]
    fn a_collector_that_is_away_is_told_once_and_so_is_its_return() {
        let outgoing = Outgoing::to(Kept::default());
        let failed = Err(OTelSdkError::InternalFailure("away".to_owned()));
        assert_eq!(outgoing.turn(&Ok(())), None);
        assert_eq!(outgoing.turn(&failed), Some(Turn::Lost));
        assert_eq!(outgoing.turn(&failed), None);
        assert_eq!(outgoing.turn(&Ok(())), Some(Turn::Back));
        assert_eq!(outgoing.turn(&Ok(())), None);
    }

    #[test]
    fn of_the_headers_only_the_trace_is_read() {
        let mut headers = HeaderMap::new();
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", trace.parse().expect("a value"));
        headers.insert("tracestate", "hospital=secret".parse().expect("a value"));
        let read = |headers: &HeaderMap| {
            let propagator = TraceContextPropagator::new();
            let parent = propagator.extract_with_context(&Context::new(), &Headers(headers));
            parent.span().span_context().clone()
        };
        let parent = read(&headers);
        assert_eq!(
            parent.trace_id().to_string(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
        assert!(parent.is_remote() && parent.is_sampled());
        assert_eq!(parent.trace_state().header(), "");
        headers.insert("traceparent", "nonsense".parse().expect("a value"));
        assert!(!read(&headers).is_valid());
    }
}
