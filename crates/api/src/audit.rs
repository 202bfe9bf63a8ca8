//! The audit trail: searched, taken out, verified.

use std::io::Cursor;

use axum::Json;
use axum::extract::Query;
use axum::response::Response;
use biaochi_access::{Action, Object, Resource, Roles, Sensitivity};
use biaochi_app::worklist::WorklistError;
use biaochi_app::{audit as use_case, beijing};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{AuditAction, AuditEntry, AuditFilter, AuditOutcome, NewAuditEntry, Scope};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::attachment::{CSV, XLSX, attachment};
use crate::caller::Caller;
use crate::page::Page;
use crate::problem::{Problem, ProblemBody};
use crate::roles::CodedWord;
use crate::service::Service;

pub(crate) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(words))
        .routes(routes!(export))
        .routes(routes!(verify))
}

/// Which rows are asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// 每页最多多少行，不填为 50，最多 500。
    limit: Option<u32>,
    /// 上一页回答的 `next`。
    cursor: Option<String>,
    /// 操作人。
    actor: Option<String>,
    /// 操作，几种之间用逗号隔开。
    action: Option<String>,
    /// 对象类别。
    resource: Option<String>,
    /// 对象，完全相同。
    subject: Option<String>,
    /// 机构。
    organisation: Option<String>,
    /// `done` 或 `refused`。
    outcome: Option<String>,
    /// 起始日。
    from: Option<String>,
    /// 截止日，含当天。
    until: Option<String>,
    /// 操作人、对象、之前、之后、理由中的文字。
    text: Option<String>,
    /// 导出的格式：`xlsx`（缺省）或 `csv`。
    format: Option<String>,
}

/// A row of the trail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditRow {
    /// 序号。
    number: u64,
    /// 时间。
    at: String,
    /// 操作人。
    actor: String,
    /// 来源地址。
    origin: String,
    /// What happened.
    action: &'static str,
    /// 操作。
    action_text: String,
    /// To what kind of thing.
    resource: &'static str,
    /// 对象类别。
    resource_text: String,
    /// 对象。
    subject: String,
    /// 机构。
    organisation: String,
    /// `done` or `refused`.
    outcome: &'static str,
    /// 结果。
    outcome_text: String,
    /// 之前。
    before: String,
    /// 之后。
    after: String,
    /// 理由。
    reason: String,
    /// 哈希。
    hash: String,
}

/// What a search can ask for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditWords {
    /// All actions.
    actions: Vec<CodedWord>,
    /// All kinds of things.
    resources: Vec<CodedWord>,
}

/// What was noted of an earlier verification.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(crate) struct VerifyBody {
    /// 以前核验时抄存的末尾，`序号:哈希`。
    noted: Option<String>,
}

/// What a verification found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditCheck {
    /// Nothing is wrong.
    whole: bool,
    /// The result in one sentence.
    says: String,
    /// Rows that were looked at.
    entries: u64,
    /// The end, to be noted elsewhere.
    end: String,
    /// The first row that is sealed with the key of the workspace.
    sealed_from: Option<u64>,
    /// What does not hold.
    faults: Vec<String>,
}

fn failed(error: WorklistError) -> Problem {
    match &error {
        WorklistError::Store(inner) => Problem::from_store(inner),
        other => Problem::internal(other),
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn day(field: &str, text: &str) -> Result<Date, Problem> {
    text.parse()
        .map_err(|_| Problem::invalid(field, format!("“{text}”不是日期，应写作 2024-03-31")))
}

impl AuditQuery {
    fn filter(&self) -> Result<AuditFilter, Problem> {
        let mut actions = Vec::new();
        for text in given(&self.action)
            .into_iter()
            .flat_map(|text| text.split(','))
        {
            let action = AuditAction::from_code(text.trim());
            actions.push(action.ok_or_else(|| {
                Problem::invalid("action", format!("没有操作“{text}”。请在列表中选择"))
            })?);
        }
        let resource = given(&self.resource).map(|text| {
            Resource::from_code(text).ok_or_else(|| {
                Problem::invalid("resource", format!("没有对象类别“{text}”。请在列表中选择"))
            })
        });
        let outcome = given(&self.outcome).map(|text| {
            AuditOutcome::from_code(text)
                .ok_or_else(|| Problem::invalid("outcome", "结果应为 done 或 refused"))
        });
        let from = given(&self.from)
            .map(|text| day("from", text))
            .transpose()?;
        let until = given(&self.until)
            .map(|text| day("until", text))
            .transpose()?;
        Ok(AuditFilter {
            actor: given(&self.actor).map(str::to_owned),
            actions,
            resource: resource.transpose()?,
            subject: given(&self.subject).map(str::to_owned),
            organisation_code: given(&self.organisation).map(str::to_owned),
            text: given(&self.text).map(str::to_owned),
            outcome: outcome.transpose()?,
            from: from.map(beijing::begin_of),
            until: until
                .and_then(|day| day.tomorrow().ok())
                .map(beijing::begin_of),
        })
    }
}

async fn scope_of(caller: &Caller, action: Action, query: &AuditQuery) -> Result<Scope, Problem> {
    let organisation = given(&query.organisation);
    let view = caller.view(
        action,
        Resource::Audit,
        Sensitivity::Aggregate,
        organisation,
    );
    Ok(view.await?.whole())
}

/// Rows of the trail, the newest first.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Page<AuditRow>), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn list(
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditRow>>, Problem> {
    let scope = scope_of(&caller, Action::Read, &query).await?;
    let filter = query.filter()?;
    let behind = given(&query.cursor).map(|text| {
        text.parse::<u64>()
            .map_err(|_| Problem::invalid("cursor", "翻页标记不对，请从第一页重新查询"))
    });
    let behind = behind.transpose()?;
    let limit = query.limit.unwrap_or(50).clamp(1, 500);
    let workspace = caller.workspace();
    let page = caller
        .service()
        .run(move |_| use_case::list(&workspace, &scope, &filter, behind, limit).map_err(failed));
    let page = page.await?;
    let roles = caller.office().roles();
    Ok(Json(Page {
        items: page.entries.iter().map(|entry| row(entry, roles)).collect(),
        next: page.next.map(|number| number.to_string()),
        total: None,
    }))
}

fn row(entry: &AuditEntry, roles: &Roles) -> AuditRow {
    let (zh, told) = (Language::Zh, &entry.entry);
    let (before, after) = use_case::change(told, roles, zh);
    AuditRow {
        number: entry.number,
        at: entry.at.to_string(),
        actor: entry.actor.clone(),
        origin: entry.origin.clone(),
        action: told.action.code(),
        action_text: told.action.text(zh),
        resource: told.resource.code(),
        resource_text: told.resource.text(zh),
        subject: told.subject.clone(),
        organisation: told.organisation_code.clone(),
        outcome: told.outcome.code(),
        outcome_text: told.outcome.text(zh),
        before,
        after,
        reason: told.reason.clone(),
        hash: entry.hash.clone(),
    }
}

/// What a search can ask for.
#[utoipa::path(get, path = "/audit/words", tag = "audit",
    responses((status = 200, body = AuditWords), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody)))]
async fn words(caller: Caller) -> Result<Json<AuditWords>, Problem> {
    let object = Object::common(Resource::Audit);
    caller.may(Action::Read, &object, "words").await?;
    let word = |code: &str, text: String| CodedWord {
        code: code.to_owned(),
        text,
    };
    let zh = Language::Zh;
    Ok(Json(AuditWords {
        actions: AuditAction::ALL
            .iter()
            .map(|one| word(one.code(), one.text(zh)))
            .collect(),
        resources: Resource::ALL
            .iter()
            .map(|one| word(one.code(), one.text(zh)))
            .collect(),
    }))
}

/// The rows of a search as a file, the oldest first.
#[utoipa::path(get, path = "/audit/export", tag = "audit", params(AuditQuery),
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 400), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 422, body = ProblemBody)))]
async fn export(caller: Caller, Query(query): Query<AuditQuery>) -> Result<Response, Problem> {
    let scope = scope_of(&caller, Action::Export, &query).await?;
    let filter = query.filter()?;
    let csv = given(&query.format) == Some("csv");
    let workspace = caller.workspace();
    let entries = caller
        .service()
        .run(move |_| use_case::rows(&workspace, &scope, &filter).map_err(failed))
        .await?;
    // Taking the trail out is itself something that the trail tells, before anybody has the file.
    let told = NewAuditEntry::done(AuditAction::Exported, Resource::Audit, "audit")
        .change("", entries.len().to_string());
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[told]).await?;
    let office = caller.office().clone();
    let bytes = caller.service().run(move |_| {
        let roles = office.roles();
        let mut out = Cursor::new(Vec::new());
        let written = match csv {
            true => use_case::write_csv(&entries, roles, &mut out),
            false => use_case::write_workbook(&entries, roles, &mut out),
        };
        written.map_err(|error| Problem::internal(&error))?;
        Ok(out.into_inner())
    });
    match csv {
        true => attachment("审计日志.csv", CSV, bytes.await?),
        false => attachment("审计日志.xlsx", XLSX, bytes.await?),
    }
}

/// Verifies the whole trail.
#[utoipa::path(post, path = "/audit/verify", tag = "audit", request_body = VerifyBody,
    responses((status = 200, body = AuditCheck), (status = 400), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
async fn verify(caller: Caller, Json(body): Json<VerifyBody>) -> Result<Json<AuditCheck>, Problem> {
    let object = Object::common(Resource::Audit);
    caller.may(Action::Export, &object, "verify").await?;
    let noted = given(&body.noted).map(|text| {
        let found = use_case::noted_end(text);
        let found = found.map(|(number, hash)| (number, hash.to_owned()));
        found.ok_or_else(|| {
            Problem::invalid(
                "noted",
                "抄存的末尾应写作 序号:哈希，哈希为 64 位十六进制数字",
            )
        })
    });
    let noted = noted.transpose()?;
    let workspace = caller.workspace();
    let found = caller.service().run(move |_| {
        let noted = noted
            .as_ref()
            .map(|(number, hash)| (*number, hash.as_str()));
        use_case::verify(&workspace, noted).map_err(failed)
    });
    let found = found.await?;
    let faults: Vec<String> = found
        .faults
        .iter()
        .map(|fault| fault.text(Language::Zh))
        .collect();
    let says = match faults.len() {
        0 => format!("审计日志完整：{} 条，没有改动、缺失或调换", found.entries),
        wrong => format!(
            "审计日志有 {wrong} 处不符（共 {} 条）。请保留现场，联系信息科和审计负责人",
            found.entries
        ),
    };
    let told = NewAuditEntry::done(AuditAction::AuditVerified, Resource::Audit, "audit").change(
        "",
        format!("{} faults, {} rows", faults.len(), found.entries),
    );
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[told]).await?;
    Ok(Json(AuditCheck {
        whole: faults.is_empty(),
        says,
        entries: found.entries,
        end: format!("{}:{}", found.number, found.hash),
        sealed_from: found.sealed_from,
        faults,
    }))
}
