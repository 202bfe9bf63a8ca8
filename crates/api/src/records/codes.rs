use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::records::code_choices;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::layout;
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Codes that are offered at most.
const MOST: usize = 60;

/// Which codes are looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CodesQuery {
    /// 值域，如 RC001、ICD-10、ICD-9-CM-3。
    set: String,
    /// 版式，如 hqms811；同一编号的值域在各版式中可能不同。
    layout: Option<String>,
    /// 编码、名称或拼音首字母。
    text: Option<String>,
}

/// A code with its name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordCode {
    /// 编码。
    code: String,
    /// 名称。
    name: String,
}

/// Codes for a field of the front page, as somebody types.
#[utoipa::path(get, path = "/record-codes", tag = "records", params(CodesQuery),
    responses((status = 200, body = Vec<RecordCode>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn code_list(
    caller: Caller,
    Query(query): Query<CodesQuery>,
) -> Result<Json<Vec<RecordCode>>, Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Read, &object, "codes").await?;
    let found = caller
        .service()
        .run(move |service| {
            let content = service.content();
            let layout = layout(query.layout.as_deref());
            let text = query.text.as_deref().unwrap_or_default();
            Ok(code_choices(
                content.content(),
                &query.set,
                layout,
                text,
                MOST,
            ))
        })
        .await?;
    let rows = found.into_iter().map(|one| RecordCode {
        code: one.code,
        name: one.name,
    });
    Ok(Json(rows.collect()))
}
