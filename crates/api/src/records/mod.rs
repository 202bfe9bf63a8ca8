//! Records: searched, shown as the paper form, checked while they are written, explained, corrected, handed in.

mod check;
mod codes;
mod correct;
mod grouping;
mod month;
mod quality;
mod search;
mod view;

use std::sync::Arc;

use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::correct::CorrectError;
use biaochi_app::query::QueryError;
use biaochi_app::records::{RecordPlace, RecordsError, StoredRecord, Tables, locate, stored};
use biaochi_app::worklist::WorklistError;
use biaochi_records::Layout;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::view::checks;
use crate::caller::Caller;
use crate::problem::{Code, Problem};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(search::search_records))
        .routes(routes!(search::records_of_person))
        .routes(routes!(codes::code_list))
        .routes(routes!(check::check_record))
        .routes(routes!(check::group_record))
        .routes(routes!(view::record))
        .routes(routes!(grouping::record_grouping))
        .routes(routes!(correct::correct))
        .routes(routes!(month::month_of_export))
        .routes(routes!(month::export_month, month::begin_month_export))
        .routes(routes!(
            quality::quality_bulletin,
            quality::begin_quality_bulletin
        ))
}

/// Where a record lies. Links carry it, so that nothing else has to be read to find the record.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PlaceQuery {
    /// 机构代码；不填则在可看的全部机构中查找。
    pub(crate) organisation: Option<String>,
    /// 出院月份，如 2025-12。
    pub(crate) month: Option<String>,
}

/// What goes wrong with records, whatever use case says it.
pub(crate) fn wrong(error: impl Into<RecordsError>) -> Problem {
    error.into().into()
}

impl From<RecordsError> for Problem {
    fn from(error: RecordsError) -> Self {
        match error {
            RecordsError::Correct(error) => of_correction(&error),
            RecordsError::Worklist(error) => of_worklist(&error),
            RecordsError::Query(QueryError::Store(error)) => Self::from_store(&error),
            other => Self::internal(&other),
        }
    }
}

fn of_worklist(error: &WorklistError) -> Problem {
    match error {
        WorklistError::Store(error) => Problem::from_store(error),
        other => Problem::internal(other),
    }
}

fn of_correction(error: &CorrectError) -> Problem {
    match error {
        CorrectError::Version { found, .. } => Problem::new(
            Code::Conflict,
            format!(
                "这份病案刚刚有人更正过，现在是第 {found} 版，您的改动没有保存。请重新读取，核对后再改"
            ),
        ),
        CorrectError::NoRecord { .. } | CorrectError::Several { .. } => no_record(),
        CorrectError::NoMonth { .. } => Problem::of(Code::NotFound, error),
        CorrectError::Set(_)
        | CorrectError::NothingChanged
        | CorrectError::NotImportable { .. } => Problem::of(Code::Invalid, error),
        CorrectError::NotPublished(_) => Problem::new(
            Code::Internal,
            "更正已记录，但暂时没有写入数据湖。无需重新更正；请告诉信息科运行“补上更正”",
        ),
        error if error.is_busy() => Problem::new(
            Code::Busy,
            "正在导入数据，暂时不能保存更正。改动仍在页面上，请过一会儿再保存",
        )
        .after(5),
        CorrectError::Worklist(error) => of_worklist(error),
        other => Problem::internal(other),
    }
}

pub(crate) fn no_record() -> Problem {
    Problem::not_found(
        "没有这份病案，或不在您可看的范围内。它也可能已被新的一批数据替换，请重新检索",
    )
}

/// The tables of the newest version, opened once for all requests.
pub(crate) fn tables(service: &Service) -> Result<Arc<Tables>, Problem> {
    service.kept("records/tables", || {
        let content = service.content();
        Tables::newest(service.workspace(), content.content()).map_err(wrong)
    })
}

/// A record with its identifiers. It is kept for a while: a coder looks at it, changes it and checks it many times.
fn page_of(service: &Service, place: &RecordPlace) -> Result<Arc<Option<StoredRecord>>, Problem> {
    let key = format!("records/page/{}", place.record_key);
    service.kept(&key, || stored(service.workspace(), place).map_err(wrong))
}

/// The layout of an id; that of the national upload when none is given or nobody knows it.
fn layout(id: Option<&str>) -> Layout {
    let known = id.and_then(|id| id.parse().ok());
    known.unwrap_or(Layout::Hqms811)
}

/// The institution that is asked for: divisions and alliances mean all that is reached.
pub(crate) fn institution(organisation: Option<&str>) -> Option<&str> {
    organisation.filter(|code| !code.is_empty() && !code.contains(':'))
}

fn department(place: &RecordPlace) -> Option<&str> {
    Some(place.department.as_str()).filter(|code| !code.is_empty())
}

/// What is done with a record, as [`Caller::may`] asks.
fn object(place: &RecordPlace, resource: Resource, sensitivity: Sensitivity) -> Object<'_> {
    Object {
        resource,
        organisation: Some(&place.organisation_code),
        department: department(place),
        sensitivity,
    }
}

/// Finds a record that the person may see without identifiers.
async fn seen(caller: &Caller, key: &str, query: &PlaceQuery) -> Result<RecordPlace, Problem> {
    let asked = institution(query.organisation.as_deref());
    let (action, resource) = (Action::Read, Resource::FrontPage);
    let view = caller
        .view(action, resource, Sensitivity::DeIdentified, asked)
        .await?;
    let (key, query) = (key.to_owned(), query.clone());
    let scope = view.scope.clone();
    let found = caller
        .service()
        .run(move |service| {
            let kept = format!(
                "records/place/{key}/{}/{}",
                query.organisation.as_deref().unwrap_or_default(),
                query.month.as_deref().unwrap_or_default()
            );
            let all = biaochi_store::Scope::All;
            // The place is the same for everybody; who may know it is decided below.
            let place = service.kept(&kept, || {
                let hint = (
                    institution(query.organisation.as_deref()),
                    query.month.as_deref(),
                );
                locate(&*tables(service)?, &all, &key, hint).map_err(wrong)
            })?;
            Ok(Option::clone(&place))
        })
        .await?;
    let allowed = |place: &RecordPlace| {
        scope.allows(&place.organisation_code)
            && view.allows(&place.organisation_code, &place.department)
    };
    found.filter(allowed).ok_or_else(no_record)
}
