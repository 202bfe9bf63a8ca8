//! From an opened workspace to a service that listens, and back.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use biaochi_access::secret::Secret;
use biaochi_api::{CALLBACK, Limits, MetricsText, Service, Settings, router};
use biaochi_app::accounts::{AccountError, SingleSignOn, make_set_up_code};
use biaochi_app::jobs::DropFolder;
use biaochi_app::runtime::block_on;
use biaochi_app::server_config::{ClientSecretFrom, OidcSettings, ServerSettings, Tls};
use biaochi_app::{Content, Workspace};
use biaochi_oidc::ProviderSettings;
use biaochi_store::Actor;
use jiff::{SignedDuration, Timestamp};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use crate::error::ServeError;
use crate::traces::{Traces, take_parents};
use crate::{logs, shutdown};

/// How long requests that are under way have to end when the service is to stop.
const FAREWELL: Duration = Duration::from_secs(20);

/// How long a new connection may be silent.
const SILENCE: Duration = Duration::from_secs(30);

/// How often the drop folder is looked at; a file counts once it stayed the same from one look to the next.
const LOOK: Duration = Duration::from_secs(3);

/// How often metrics are put in order and jobs are counted.
const UPKEEP: Duration = Duration::from_secs(5);

/// How long a set-up link holds.
const SET_UP: SignedDuration = SignedDuration::from_hours(24);

/// Upper bounds of the buckets of durations, in seconds.
const BUCKETS: [f64; 12] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 2.0, 10.0, 60.0,
];

/// What makes the first account, once.
#[derive(Debug, Clone)]
pub struct SetUpLink {
    /// The address to open in a browser. It is secret.
    pub link: String,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// A service that listens.
#[derive(Debug, Clone)]
pub struct Started {
    /// Where people reach it.
    pub url: String,
    /// Where it listens; with a port that the system chose, which one.
    pub address: SocketAddr,
    /// How the first account is made, as long as there is none.
    pub set_up: Option<SetUpLink>,
    /// Others on the network can read what is sent.
    pub open_to_network: bool,
}

/// Serves a workspace until the process is asked to end. `started` is told once it listens.
///
/// # Errors
/// It cannot listen, the certificate does not fit, or the store cannot be opened.
pub fn serve(
    workspace: &Workspace,
    content: Content,
    settings: &ServerSettings,
    started: &dyn Fn(&Started),
) -> Result<(), ServeError> {
    // It sends what is left when this function returns, whatever happened.
    let traces = settings.traces.as_ref().map(Traces::begin).transpose()?;
    let layer = traces.as_ref().map(Traces::layer);
    logs::begin(settings.log_format, &settings.log_level, layer)?;
    let metrics = begin_metrics()?;
    // A port that is taken is told before anything else happens.
    let listener = listen(settings.listen)?;
    block_on(Box::pin(run(
        workspace, content, settings, metrics, listener, started,
    )))
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).map_err(|source| ServeError::Listen { address, source })
}

fn begin_metrics() -> Result<PrometheusHandle, ServeError> {
    let failed = |error: metrics_exporter_prometheus::BuildError| ServeError::Metrics {
        reason: error.to_string(),
    };
    let builder = PrometheusBuilder::new()
        .set_buckets(&BUCKETS)
        .map_err(failed)?;
    builder.install_recorder().map_err(failed)
}

async fn run(
    workspace: &Workspace,
    content: Content,
    settings: &ServerSettings,
    metrics: PrometheusHandle,
    listener: TcpListener,
    started: &dyn Fn(&Started),
) -> Result<(), ServeError> {
    let address = listener.local_addr().unwrap_or(settings.listen);
    let tls = match &settings.tls {
        Some(tls) => Some(certificate(tls).await?),
        None => None,
    };
    let single_sign_on = settings.single_sign_on.as_ref();
    let single_sign_on = single_sign_on.map(identity_provider).transpose()?;
    let text = metrics.clone();
    let service = Service::open(
        workspace,
        content,
        Settings {
            demo: settings.demo,
            secure: settings.secure(),
            workers: settings.workers,
            upload_bytes: settings.upload_bytes,
            limits: Limits {
                per_address: settings.requests_per_address,
                per_account: settings.requests_per_account,
                trusted_proxies: settings.trusted_proxies.clone(),
                metrics_from: settings.metrics_from.clone(),
            },
            metrics: Some(MetricsText::new(move || text.render())),
            single_sign_on,
        },
    )
    .await?;
    let in_force = ServerSettings {
        listen: address,
        ..settings.clone()
    };
    let told = Started {
        url: in_force.url(),
        address,
        set_up: set_up_link(&service, &in_force.url()).await?,
        open_to_network: !address.ip().is_loopback() && !in_force.secure(),
    };
    service.start_jobs(settings.runners);
    let watch = watch(settings, &service)?;
    let upkeep = tokio::spawn(upkeep(service.clone(), metrics));
    warm_up(&service);
    let handle = Handle::new();
    tokio::spawn(farewell(service.clone(), handle.clone()));
    started(&told);
    tracing::info!(address = %address, tls = tls.is_some(), "the service listens");
    let routes = router(service.clone());
    let routes = match settings.traces {
        Some(_) => take_parents(routes),
        None => routes,
    };
    let served = listening(listener, tls, handle, routes).await;
    tracing::info!("the service ends");
    service.begin_closing();
    upkeep.abort();
    let own = service.clone();
    let stopped = tokio::task::spawn_blocking(move || {
        own.stop_jobs();
        if let Some(watch) = watch {
            watch.stop();
        }
    });
    // A thread that panicked has told so; what is left to do does not need it.
    let _ = stopped.await;
    service.close().await;
    served.map_err(ServeError::Ended)
}

async fn listening(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    handle: Handle<SocketAddr>,
    routes: Router,
) -> std::io::Result<()> {
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    match tls {
        Some(tls) => {
            axum_server::from_tcp_rustls(listener, tls)?
                .handle(handle)
                .first_request_timeout(SILENCE)
                .serve(routes)
                .await
        }
        None => {
            axum_server::from_tcp(listener)?
                .handle(handle)
                .first_request_timeout(SILENCE)
                .serve(routes)
                .await
        }
    }
}

async fn certificate(tls: &Tls) -> Result<RustlsConfig, ServeError> {
    // Whoever installed one before chose the same: there is no other in the program.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = RustlsConfig::from_pem_file(&tls.certificate, &tls.key).await;
    config.map_err(|source| ServeError::Tls {
        certificate: tls.certificate.clone(),
        key: tls.key.clone(),
        source,
    })
}

/// The identity provider as it is configured; it is asked when somebody wants to sign in.
fn identity_provider(settings: &OidcSettings) -> Result<SingleSignOn, ServeError> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|source| ServeError::OidcFile {
            path: path.clone(),
            source,
        })
    };
    let client_secret = match &settings.client_secret {
        ClientSecretFrom::Nowhere => None,
        ClientSecretFrom::Given(secret) => Some(secret.clone()),
        ClientSecretFrom::File(path) => {
            let bytes = read(path)?;
            // Editors end files with a line break, which is no part of the secret.
            Some(Secret::new(String::from_utf8_lossy(&bytes).trim()))
        }
    };
    let provider = ProviderSettings {
        issuer: settings.issuer.clone(),
        client_id: settings.client_id.clone(),
        client_secret,
        redirect_url: format!("{}{CALLBACK}", settings.public_url),
        scopes: settings.scopes.clone(),
        name_claim: settings.name_claim.clone(),
        authority: settings.authority.as_ref().map(read).transpose()?,
    };
    Ok(SingleSignOn::new(provider, settings.label.clone())?)
}

/// The link that makes the first account. The code is behind `#`, which browsers keep to themselves: it gets into no
/// log on the way.
async fn set_up_link(service: &Service, url: &str) -> Result<Option<SetUpLink>, ServeError> {
    let made = make_set_up_code(&service.office(), &Actor::now("系统"), SET_UP).await;
    match made {
        Ok(made) => Ok(Some(SetUpLink {
            link: format!("{url}/setup#{}", made.code.reveal()),
            expires_at: made.expires_at,
        })),
        Err(AccountError::AlreadySetUp) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Ends the service when the process is asked to end: no new connections, requests under way finish.
async fn farewell(service: Service, handle: Handle<SocketAddr>) {
    shutdown::asked().await;
    tracing::info!("the service was asked to end");
    service.begin_closing();
    handle.graceful_shutdown(Some(FAREWELL));
}

/// Puts metrics in order from time to time, counts what waits, and prepares what pages of a new version of the lake ask.
async fn upkeep(service: Service, metrics: PrometheusHandle) {
    let mut prepared = service.lake_stamp();
    loop {
        metrics.run_upkeep();
        let stamp = service.lake_stamp();
        if stamp != prepared {
            prepared = stamp;
            let service = service.clone();
            tokio::task::spawn_blocking(move || service.prepare());
        }
        if let Ok(counts) = service.store().waiting_jobs().await {
            for (state, count) in counts {
                let gauge = metrics::gauge!("biaochi_jobs", "state" => state.code());
                gauge.set(count as f64);
            }
        }
        tokio::time::sleep(UPKEEP).await;
    }
}

/// Compiles what the first requests would wait for. What has mistakes is told to whoever asks for it.
fn warm_up(service: &Service) {
    let service = service.clone();
    tokio::task::spawn_blocking(move || {
        let content = service.content();
        let config = service.workspace().config();
        let scheme = content.scheme(&config.scheme).is_ok();
        let checks = match config.checks.as_deref() {
            Some("") => true,
            id => content
                .checks(id.unwrap_or(biaochi_app::check::NATIONAL))
                .is_ok(),
        };
        let indicators = content
            .indicators(biaochi_app::indicators::NATIONAL)
            .is_ok();
        tracing::info!(scheme, checks, indicators, "content is compiled");
        service.prepare();
    });
}

/// A thread that looks at the drop folder.
struct Watch {
    over: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Watch {
    fn stop(self) {
        self.over.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
        // A thread that panicked has told so.
        let _ = self.thread.join();
    }
}

fn watch(settings: &ServerSettings, service: &Service) -> Result<Option<Watch>, ServeError> {
    let Some(path) = &settings.drop_folder else {
        return Ok(None);
    };
    let (workspace, store) = (service.workspace().clone(), service.store().clone());
    let mut folder = DropFolder::new(path, workspace, store)?;
    let over = Arc::new(AtomicBool::new(false));
    let (until, service) = (Arc::clone(&over), service.clone());
    let look = move || {
        while !until.load(Ordering::Relaxed) {
            if folder.look() {
                service.wake_jobs();
            }
            thread::park_timeout(LOOK);
        }
    };
    let thread = thread::Builder::new()
        .name("drop-folder".to_owned())
        .spawn(look);
    let thread = thread.map_err(ServeError::Ended)?;
    Ok(Some(Watch { over, thread }))
}
