use std::convert::Infallible;
use std::time::Duration;

use axum::extract::Path;
use axum::response::sse::{Event, KeepAlive, Sse};
use biaochi_store::JobFilter;
use futures::Stream;
use futures::stream;

use super::wire::Job;
use super::{found, visible};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// How often the job is looked at. Whoever works on it may be another process, so that nobody tells.
const EVERY: Duration = Duration::from_millis(500);

/// What a stream of events remembers.
struct Watching {
    service: Service,
    filter: JobFilter,
    id: String,
    told: Option<Job>,
    over: bool,
}

/// How a job goes on, as server-sent events `job` with the job as JSON; the stream ends with the job.
#[utoipa::path(get, path = "/jobs/{id}/events", tag = "jobs", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = Job), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 429, body = ProblemBody),
        (status = 503, body = ProblemBody)))]
pub(super) async fn events(
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    found(&caller, &id).await?;
    let watching = Watching {
        service: caller.service().clone(),
        filter: visible(&caller)?,
        id,
        told: None,
        over: false,
    };
    let stream = stream::unfold(watching, next);
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}

/// The next change; nothing once the job is over, the service ends or the job cannot be read.
async fn next(mut watching: Watching) -> Option<(Result<Event, Infallible>, Watching)> {
    if watching.over {
        return None;
    }
    loop {
        let store = watching.service.store();
        let job = store.job(&watching.filter, &watching.id).await.ok()?;
        let now = Job::of(&job);
        if watching.told.as_ref() != Some(&now) {
            let text = serde_json::to_string(&now).ok()?;
            watching.over = job.state.is_final();
            watching.told = Some(now);
            let event = Event::default().event("job").data(text);
            return Some((Ok(event), watching));
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = watching.service.closing() => return None,
        }
    }
}
