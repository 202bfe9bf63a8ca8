//! Codes for whoever types a case.

use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Object, Resource};
use biaochi_domain::{Language, Localized as _};
use biaochi_packs::codes::{DIAGNOSES, PROCEDURES};
use biaochi_terminology::Status;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Codes that are answered at most.
const MOST: usize = 50;

/// What is looked for.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CodesQuery {
    /// `icd10` 疾病诊断，或 `icd9` 手术操作。
    system: String,
    /// 编码或其开头、名称的一部分、拼音首字母。
    q: String,
    /// 最多多少个，不填为 20，最多 50。
    limit: Option<usize>,
}

/// A code that was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CodeHit {
    /// 编码。
    code: String,
    /// 名称。
    title: Option<String>,
    /// 版本，如“仅国临版”。
    edition_text: String,
    /// 可用、灰码或停用。
    status_text: String,
    /// 是否可以使用。
    usable: bool,
    /// 为什么找到。
    reason_text: String,
}

/// Diagnosis or procedure codes by code, name or pinyin initials, the best first.
#[utoipa::path(get, path = "/codes", tag = "groups", params(CodesQuery),
    responses((status = 200, body = Vec<CodeHit>), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
pub(super) async fn codes(
    caller: Caller,
    Query(query): Query<CodesQuery>,
) -> Result<Json<Vec<CodeHit>>, Problem> {
    let object = Object::common(Resource::Content);
    caller.may(Action::Read, &object, "codes").await?;
    let system = match query.system.as_str() {
        "icd10" => DIAGNOSES,
        "icd9" => PROCEDURES,
        other => {
            let message = format!("没有编码系统“{other}”。请写 icd10 或 icd9");
            return Err(Problem::invalid("system", message));
        }
    };
    if query.q.chars().count() > 100 {
        return Err(Problem::invalid("q", "要找的文字太长。请写 100 字以内"));
    }
    let limit = query.limit.unwrap_or(20).clamp(1, MOST);
    let answer = caller.service().run(move |service| {
        let content = service.content();
        let Some(system) = content.content().codes().system(system) else {
            return Ok(Vec::new());
        };
        let asked = query.q.trim();
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let hits = system.search(asked, limit).into_iter().map(|hit| CodeHit {
            code: hit.concept.code().to_owned(),
            title: hit.concept.name().map(str::to_owned),
            edition_text: hit.concept.edition().text(Language::Zh),
            status_text: hit.concept.status().text(Language::Zh),
            usable: hit.concept.status() == Status::Active,
            reason_text: hit.reason.text(Language::Zh),
        });
        Ok(hits.collect())
    });
    Ok(Json(answer.await?))
}
