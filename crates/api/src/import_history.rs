//! What was taken in: publications of the lake with what they changed, their reject files, and a small file to try.

use std::collections::BTreeMap;
use std::fs;

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::Response;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::import_history::{
    HistoryError, HistoryFilter, Mode, Published, history, publication, rejects_of,
};
use biaochi_app::organisations::directory;
use biaochi_app::synthesise::sample_front_pages;
use biaochi_domain::Month;
use biaochi_organisations::{Unit, View};
use biaochi_store::Scope;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::attachment::{CSV, attachment};
use crate::caller::Caller;
use crate::datasets::scope_of;
use crate::datasets::wire::NamedOrganisation;
use crate::page::{Page, PageQuery};
use crate::problem::{Code, Problem, ProblemBody};
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(import_history))
        .routes(routes!(import_rejects))
        .routes(routes!(front_page_sample))
}

/// Which publications.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// 医院的机构代码；区划、医联体指其中所有机构。
    organisation: Option<String>,
    /// 出院月份，如 `2024-03`。
    month: Option<String>,
    /// `files` 导入文件（缺省），`corrections` 改正首页，`rechecks` 重新质控，`datasets` 填报生效，`keys` 轮换密钥，`all` 全部。
    kind: Option<String>,
    /// 只看有拒收行的。
    rejects: Option<bool>,
}

/// A publication of the lake.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportPublication {
    /// Its number.
    version: u64,
    /// When it was published.
    published_at: String,
    /// `replace-month`, `correction`, `recheck`, `data-sets` or `rekey`.
    mode: &'static str,
    /// 做了什么。
    mode_text: &'static str,
    /// Names of the files; none where some of it is not yours to see.
    files: Vec<String>,
    /// The hospitals whose records it touched.
    organisations: Vec<NamedOrganisation>,
    /// The first month of discharge that it touched.
    first_month: Option<String>,
    /// The last month.
    last_month: Option<String>,
    /// What happened to the records; `null` where some of it is not yours to see.
    counts: Option<ImportCounts>,
    /// Time from start to publication in milliseconds.
    duration_ms: u64,
    /// Scheme of grouping; empty where none was used.
    scheme: String,
    /// Whether rejects can be downloaded.
    has_rejects: bool,
}

/// What happened to the records of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportCounts {
    /// Rows in the files.
    read: u64,
    /// Records that were not there before.
    came: u64,
    /// Records that were there with other content.
    changed: u64,
    /// Records that were there and are no longer.
    went: u64,
    /// Records that were there with the same content.
    unchanged: u64,
    /// Rows in the reject file, duplicates included.
    rejected: u64,
    /// Problems noted in rows that were kept.
    problems: u64,
    /// Records with a group.
    grouped: u64,
}

/// Publications of the lake, the newest first.
#[utoipa::path(get, path = "/import-history", tag = "imports", params(HistoryQuery, PageQuery),
    responses((status = 200, body = Page<ImportPublication>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn import_history(
    caller: Caller,
    Query(query): Query<HistoryQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<ImportPublication>>, Problem> {
    let scope = seen(&caller, query.organisation.as_deref()).await?;
    let month = query.month.as_deref().map(|text| {
        text.parse::<Month>()
            .map_err(|_| Problem::invalid("month", format!("“{text}”不是月份，写法如 2024-03")))
    });
    let before = page.cursor.as_deref().map(|text| {
        text.parse::<u64>()
            .map_err(|_| Problem::invalid("cursor", "这一页的位置读不懂，请从头列出"))
    });
    let filter = HistoryFilter {
        // Of a division or alliance the scope says which institutions are meant.
        organisation: query
            .organisation
            .filter(|code| code.parse::<Unit>().is_err()),
        month: month.transpose()?,
        modes: modes(query.kind.as_deref())?,
        with_rejects: query.rejects.unwrap_or(false),
        before: before.transpose()?,
    };
    let workspace = caller.workspace();
    let told = caller.service().run(move |service| {
        let limit = page.limit() as usize;
        // Each publication is a small file; behind thousands of corrections the next import is far.
        let key = format!("import-history/{scope:?}/{filter:?}/{limit}");
        let found = service.kept(&key, || Ok(history(&workspace, &scope, &filter, limit)?))?;
        let directory =
            directory(&workspace, &Scope::All).map_err(|error| Problem::internal(&error))?;
        let view = directory.as_of(biaochi_app::organisations::today());
        let publications = found.publications.iter();
        Ok(Page {
            items: publications.map(|one| shown(one, &view)).collect(),
            next: found.next.map(|version| version.to_string()),
            total: None,
        })
    });
    Ok(Json(told.await?))
}

/// The rows that an import rejected or noted problems in, with reasons. They are rows as they were delivered, with
/// names in them.
#[utoipa::path(get, path = "/import-history/{version}/rejects", tag = "imports",
    params(("version" = u64, Path, description = "入库版本号")),
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 428, body = ProblemBody)))]
async fn import_rejects(caller: Caller, Path(version): Path<u64>) -> Result<Response, Problem> {
    let scope = seen(&caller, None).await?;
    let workspace = caller.workspace();
    let found = caller.service().run(move |_| {
        let found = publication(&workspace, &scope, version)?;
        let file = rejects_of(&workspace, &found)?;
        Ok((found, file))
    });
    let (found, file) = found.await?;
    if !found.whole {
        let message = "这次入库还有别的机构的病案，拒收文件只能由管理这些机构的人下载";
        return Err(Problem::new(Code::Forbidden, message));
    }
    let subject = format!("import/{version}");
    let mut owners: Vec<&str> = found
        .record
        .partitions
        .iter()
        .map(|(organisation, _)| organisation.as_str())
        .collect();
    owners.sort_unstable();
    owners.dedup();
    if owners.is_empty() {
        let object = Object::common(Resource::FrontPage).at(Sensitivity::Identified);
        caller.may(Action::Read, &object, &subject).await?;
    }
    for code in owners {
        let object = Object::of(Resource::FrontPage, code).at(Sensitivity::Identified);
        caller.may(Action::Read, &object, &subject).await?;
    }
    let bytes = caller
        .service()
        .run(move |_| fs::read(&file).map_err(|error| Problem::internal(&error)))
        .await?;
    attachment(&format!("拒收_第{version}版.csv"), CSV, bytes)
}

/// A small file of made-up front pages to try an import with, with known mistakes in it.
#[utoipa::path(get, path = "/samples/front-page.csv", tag = "imports",
    responses((status = 200, description = "CSV", content_type = "text/csv", body = String),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn front_page_sample(caller: Caller) -> Result<Response, Problem> {
    if !may_enter(&caller) {
        let object = Object::common(Resource::FrontPage);
        caller.may(Action::Read, &object, "sample").await?;
    }
    let bytes = caller
        .service()
        .run(move |_| sample_front_pages().map_err(|error| Problem::internal(&error)))
        .await?;
    attachment("病案首页_示例.csv", CSV, bytes)
}

fn may_enter(caller: &Caller) -> bool {
    let (action, resource) = (Action::Enter, Resource::FrontPage);
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    !asker
        .reach_for(roles, action, resource, Sensitivity::Aggregate)
        .is_empty()
}

/// The institutions whose imports somebody may see: those whose records they read, or may deliver.
async fn seen(caller: &Caller, organisation: Option<&str>) -> Result<Scope, Problem> {
    let resource = Resource::FrontPage;
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    let reads = asker.reach_for(roles, Action::Read, resource, Sensitivity::Aggregate);
    if !reads.is_empty() || !may_enter(caller) {
        return scope_of(caller, Action::Read, resource, organisation).await;
    }
    match organisation {
        Some(_) => scope_of(caller, Action::Enter, resource, organisation).await,
        None => caller.scope(Action::Enter, resource, "").await,
    }
}

fn modes(kind: Option<&str>) -> Result<Vec<Mode>, Problem> {
    Ok(match kind.unwrap_or("files") {
        "files" => vec![Mode::ReplaceMonth],
        "corrections" => vec![Mode::Correction],
        "rechecks" => vec![Mode::Recheck],
        "datasets" => vec![Mode::DataSets],
        "keys" => vec![Mode::Rekey],
        "all" => Vec::new(),
        other => {
            let message = format!(
                "没有“{other}”这一类，可用的有 files、corrections、rechecks、datasets、keys、all"
            );
            return Err(Problem::invalid("kind", message));
        }
    })
}

fn shown(published: &Published, view: &View<'_>) -> ImportPublication {
    let record = &published.record;
    let mut organisations: BTreeMap<&str, String> = BTreeMap::new();
    for (code, _) in &record.partitions {
        organisations.entry(code).or_insert_with(|| {
            let unit = Unit::Institution(code.clone());
            view.name(&unit).unwrap_or_else(|| code.clone())
        });
    }
    let months = || record.partitions.iter().map(|(_, month)| month);
    let at = Timestamp::from_microsecond(record.published_at);
    let counts = &record.counts;
    ImportPublication {
        version: published.version,
        published_at: at.map_or_else(|_| String::new(), |at| at.to_string()),
        mode: record.mode.name(),
        mode_text: match record.mode {
            Mode::ReplaceMonth => "导入文件",
            Mode::Correction => "改正首页",
            Mode::Recheck => "重新质控",
            Mode::DataSets => "填报生效",
            Mode::Rekey => "轮换密钥",
        },
        files: match published.whole {
            true => record.files.iter().map(|file| file.name.clone()).collect(),
            false => Vec::new(),
        },
        organisations: organisations
            .into_iter()
            .map(|(code, name)| NamedOrganisation {
                code: code.to_owned(),
                name,
            })
            .collect(),
        first_month: months().min().cloned(),
        last_month: months().max().cloned(),
        counts: published.whole.then_some(ImportCounts {
            read: counts.read,
            came: counts.came,
            changed: counts.changed,
            went: counts.went,
            unchanged: counts.unchanged,
            rejected: counts.rejected,
            problems: counts.problems,
            grouped: counts.grouped,
        }),
        duration_ms: record.duration_ms,
        scheme: record.scheme.clone(),
        has_rejects: published.has_rejects,
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        match error.is_not_found() {
            true => Self::of(Code::NotFound, &error),
            false => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_publications_are_named() {
        assert_eq!(modes(None).expect("a kind"), [Mode::ReplaceMonth]);
        assert!(modes(Some("all")).expect("a kind").is_empty());
        assert_eq!(modes(Some("keys")).expect("a kind"), [Mode::Rekey]);
        assert!(modes(Some("x")).is_err());
    }
}
