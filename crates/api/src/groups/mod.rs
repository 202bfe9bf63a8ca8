//! 病组: groups of hospitals, departments and physicians, single groups, schemes, and the grouping of single cases.

mod asked;
mod calculate;
mod codes;
mod export;
mod one;
mod schemes;
mod table;
mod wire;

use axum::extract::DefaultBodyLimit;
use biaochi_app::explorer::ExplorerError;
use biaochi_app::{ContentError, WeightsError};
use biaochi_packs::PackError;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{Code, Problem};
use crate::service::Service;

/// Bytes of a file whose cases are grouped.
const LARGEST_FILE: usize = 32 << 20;

/// Opens the tables of the newest version of the lake.
pub(crate) fn open_tables(service: &Service) -> Result<(), Problem> {
    table::tables(service, service.workspace()).map(drop)
}

pub(crate) fn routes() -> OpenApiRouter<Service> {
    let upload = OpenApiRouter::new()
        .routes(routes!(calculate::calculate_file))
        .layer(DefaultBodyLimit::max(LARGEST_FILE));
    OpenApiRouter::new()
        .routes(routes!(table::groups))
        .routes(routes!(export::export_groups))
        .routes(routes!(one::group))
        .routes(routes!(one::group_records))
        .routes(routes!(schemes::schemes))
        .routes(routes!(schemes::compare_schemes))
        .routes(routes!(calculate::calculate_case))
        .routes(routes!(codes::codes))
        .merge(upload)
}

impl From<ExplorerError> for Problem {
    fn from(error: ExplorerError) -> Self {
        match &error {
            _ if error.is_not_found() => Self::of(Code::NotFound, &error),
            ExplorerError::NotMonths { .. } => invalid("period", &error),
            ExplorerError::OneHospital => invalid("organisation", &error),
            ExplorerError::TooMany { .. } => invalid("period", &error),
            ExplorerError::Content(ContentError::Pack(PackError::Unknown { .. }))
            | ExplorerError::Weights(WeightsError::Unknown { .. }) => {
                Self::of(Code::NotFound, &error)
            }
            _ => Self::internal(&error),
        }
    }
}

fn invalid(field: &str, error: &ExplorerError) -> Problem {
    use biaochi_domain::{Language, Localized as _};
    Problem::invalid(field, error.text(Language::Zh))
}
