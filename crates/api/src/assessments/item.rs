//! The points of an item, down to records, submissions and entries.

use axum::Json;
use axum::extract::Path;
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::assessment::{ItemExplanation, Trace, TracedCell, explain};
use biaochi_store::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::show::unknown;
use super::wire::LineBody;
use crate::caller::Caller;
use crate::plans::{ZH, number};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Records that are sent at most.
const LISTED: usize = 1000;

pub(super) fn routes() -> OpenApiRouter<Service> {
    OpenApiRouter::new().routes(routes!(item))
}

/// How an item came to its points, phase by phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemBody {
    /// Its id.
    item: String,
    /// 项目。
    title: String,
    /// Whether single records may be seen.
    records_shown: bool,
    /// Its phases.
    phases: Vec<ItemPhase>,
}

/// An item in a phase.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemPhase {
    /// Id of the phase.
    phase: String,
    /// The months that the value is about.
    period: String,
    /// Why, in words.
    lines: Vec<LineBody>,
    /// 规则出自哪份文件。
    document: String,
    /// The indicator behind it; `null` for none.
    indicator: Option<ItemIndicator>,
    /// How many records stand behind it.
    record_count: usize,
    /// The records, those that add to the numerator first.
    records: Vec<ItemRecord>,
    /// Approved submissions behind it.
    submissions: Vec<ItemSubmission>,
    /// What was entered; empty for nothing.
    entry: String,
    /// Why there are no records to name; empty otherwise.
    remark: String,
}

/// The definition of an indicator.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemIndicator {
    /// Its id.
    id: String,
    /// 指标。
    title: String,
    /// 分子。
    numerator: String,
    /// 分母；没有时为空。
    denominator: String,
    /// 出处。
    source: String,
    /// What is not confirmed.
    unconfirmed: Vec<String>,
}

/// A record behind a value, without direct identifiers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemRecord {
    /// Key of the record.
    record_key: String,
    /// The delivered file.
    file: String,
    /// Its line in the file.
    line: u64,
    /// What it adds to the numerator.
    numerator: String,
    /// What it adds to the denominator.
    denominator: Option<String>,
}

/// An approved submission behind a value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ItemSubmission {
    /// Id of the data set.
    dataset: String,
    /// 数据集。
    title: String,
    /// For when.
    period: String,
    /// The version that was approved.
    version: u64,
    /// Who handed it in.
    submitter: String,
    /// Who approved it.
    approver: String,
    /// The values, `名称 = 值`.
    cells: Vec<String>,
}

/// How an item came to its points, down to records and submissions.
#[utoipa::path(get, path = "/assessments/{run}/institutions/{code}/items/{item}", tag = "assessments",
    params(("run" = String, Path, description = "考核标识"), ("code" = String, Path, description = "机构代码"),
        ("item" = String, Path, description = "项目编号")),
    responses((status = 200, body = ItemBody), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
async fn item(
    caller: Caller,
    Path((run, code, item)): Path<(String, String, String)>,
) -> Result<Json<ItemBody>, Problem> {
    let object = Object::of(Resource::Assessment, &code);
    caller.may(Action::Read, &object, &run).await?;
    // Keys of records are for those who may open records.
    let (read, pages) = (Action::Read, Resource::FrontPage);
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    let reach = asker.reach_for(roles, read, pages, Sensitivity::DeIdentified);
    let records_shown = reach.covers(&code, None);
    let workspace = caller.workspace();
    let shown = caller.service().run(move |service| {
        let content = service.content();
        let scope = Scope::one(code.as_str());
        let asked = (run.as_str(), code.as_str());
        let found = explain(
            &workspace,
            content.content(),
            &scope,
            asked,
            Some(&item),
            ZH,
        )?;
        let found = found.ok_or_else(|| unknown(&run))?;
        let title = found.items.first().map(|one| one.item.title.clone());
        Ok(ItemBody {
            item,
            title: title.unwrap_or_default(),
            records_shown,
            phases: found
                .items
                .iter()
                .map(|one| ItemPhase::of(one, records_shown))
                .collect(),
        })
    });
    Ok(Json(shown.await?))
}

impl ItemPhase {
    fn of(one: &ItemExplanation, records_shown: bool) -> Self {
        let Trace {
            indicator,
            records,
            submissions,
            entry,
            remark,
            ..
        } = &one.trace;
        let shown = match records_shown {
            true => records.iter().take(LISTED),
            false => records.iter().take(0),
        };
        Self {
            phase: one.phase.clone(),
            period: one.period.clone(),
            lines: one.lines.iter().map(LineBody::of).collect(),
            document: one.document.clone(),
            indicator: indicator.as_ref().map(|indicator| ItemIndicator {
                id: indicator.id.clone(),
                title: indicator.title.clone(),
                numerator: indicator.numerator.clone(),
                denominator: indicator.denominator.clone(),
                source: indicator.source.clone(),
                unconfirmed: indicator.unconfirmed.clone(),
            }),
            record_count: records.len(),
            records: shown
                .map(|record| ItemRecord {
                    record_key: record.record_key.clone(),
                    file: record.file.clone(),
                    line: record.line,
                    numerator: number(record.numerator),
                    denominator: record.denominator.map(number),
                })
                .collect(),
            submissions: submissions
                .iter()
                .map(|one| ItemSubmission {
                    dataset: one.dataset.clone(),
                    title: one.title.clone(),
                    period: one.period.clone(),
                    version: one.version,
                    submitter: one.submitter.clone(),
                    approver: one.approver.clone(),
                    cells: one.cells.iter().map(cell).collect(),
                })
                .collect(),
            entry: entry.as_ref().map_or_else(String::new, |entry| {
                let note = match entry.note.as_str() {
                    "" => String::new(),
                    note => format!("，{note}"),
                };
                format!("{}（{} {}录入{note}）", entry.value, entry.at, entry.actor)
            }),
            remark: remark.clone(),
        }
    }
}

fn cell(cell: &TracedCell) -> String {
    let title = match cell.title.as_str() {
        "" => &cell.field,
        title => title,
    };
    match cell.breakdown.as_str() {
        "" => format!("{title} = {}", cell.value),
        breakdown => format!("{title}（{breakdown}）= {}", cell.value),
    }
}
