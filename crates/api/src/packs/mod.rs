//! Content packs: what is installed, and the own ones – edited as a draft, checked, put into force, taken back.

mod compare;
mod draft;
mod show;
mod switch;
mod wire;

use axum::Json;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::packs::{self as desk, Installed, PackDeskError, Which};
use biaochi_app::runtime::block_on;
use biaochi_packs::PackFiles;
use biaochi_store::{AuditAction, NewAuditEntry};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(show::list_packs, draft::begin_pack))
        .routes(routes!(show::show_pack))
        .routes(routes!(
            draft::read_file,
            draft::write_file,
            draft::remove_file
        ))
        .routes(routes!(draft::check_draft))
        .routes(routes!(switch::activate_draft))
        .routes(routes!(draft::discard_draft))
        .routes(routes!(switch::roll_back))
        .routes(routes!(switch::withdraw))
        .routes(routes!(compare::compare))
}

impl From<PackDeskError> for Problem {
    fn from(error: PackDeskError) -> Self {
        let code = match &error {
            error if error.is_internal() => return Self::internal(error),
            error if error.is_not_found() => Code::NotFound,
            error if error.is_conflict() => Code::Conflict,
            _ => Code::Invalid,
        };
        Self::of(code, &error)
    }
}

/// Reads for whoever may read content.
async fn read<T: Send + 'static>(
    caller: &Caller,
    work: impl FnOnce(&Service) -> Result<T, Problem> + Send + 'static,
) -> Result<Json<T>, Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Read, &object, "").await?;
    Ok(Json(caller.service().run(work).await?))
}

/// Changes for whoever may change content; the step is told in their name.
async fn change<T: Send + 'static>(
    caller: Caller,
    work: impl FnOnce(&Service, &Caller) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Configure, &object, "").await?;
    let service = caller.service().clone();
    service.run(move |service| work(service, &caller)).await
}

/// Writes down a step with a pack.
fn tell(caller: &Caller, id: &str, step: &str, reason: &str) -> Result<(), Problem> {
    let entry = NewAuditEntry::done(AuditAction::ContentChanged, Resource::Content, id)
        .change("", step)
        .because(reason);
    let store = caller.office().store();
    Ok(block_on(store.record_audit(caller.actor(), &[entry]))?)
}

fn find(service: &Service, id: &str) -> Result<Installed, Problem> {
    let all = desk::installed(service.workspace(), service.content().content())?;
    let found = all
        .into_iter()
        .rfind(|one| one.head.id == id && !one.replaced);
    found.ok_or_else(|| Problem::from(PackDeskError::Unknown { id: id.to_owned() }))
}

fn which(text: Option<&str>) -> Result<Which, Problem> {
    match text.unwrap_or("active") {
        "active" | "" => Ok(Which::Active),
        "draft" => Ok(Which::Draft),
        number => number
            .parse()
            .map(Which::Version)
            .map_err(|_| Problem::invalid("of", "版本应为 active、draft 或历史版本的序号")),
    }
}

/// The files of a version; those of the version in force may be in the program.
fn files(service: &Service, id: &str, which: Which) -> Result<PackFiles, Problem> {
    let one = find(service, id)?;
    match (which, one.editable) {
        (Which::Active, false) => Ok(one.head.files),
        _ => Ok(desk::files_of(service.workspace(), id, which)?),
    }
}
