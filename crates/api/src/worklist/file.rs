use std::io::Cursor as Bytes;

use axum::extract::Query;
use axum::response::Response;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::records::{ListLine, write_list_csv, write_list_workbook};
use biaochi_store::{AuditAction, NewAuditEntry};
use serde::Deserialize;
use utoipa::IntoParams;

use super::item::marks;
use super::list::OrderQuery;
use super::{WorklistFilter, department_names};
use crate::attachment::{CSV, XLSX, attachment};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// Items of a file at most: more than a person can settle.
const MOST: usize = 50_000;
const AT_ONCE: u32 = 1000;

/// The form of the file.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FormatQuery {
    /// 格式：xlsx（默认）或 csv。
    format: Option<String>,
}

/// The worklist as a file.
#[utoipa::path(get, path = "/worklist/file", tag = "worklist", params(WorklistFilter, OrderQuery, FormatQuery),
    responses((status = 200, description = "文件", content_type = "application/octet-stream"),
        (status = 401, body = ProblemBody), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn worklist_file(
    caller: Caller,
    Query(filter): Query<WorklistFilter>,
    Query(order): Query<OrderQuery>,
    Query(format): Query<FormatQuery>,
) -> Result<Response, Problem> {
    let csv = match format.format.as_deref() {
        None | Some("" | "xlsx") => false,
        Some("csv") => true,
        Some(_) => return Err(Problem::invalid("format", "格式应为 xlsx 或 csv")),
    };
    let (action, sensitivity) = (Action::Export, Sensitivity::DeIdentified);
    let view = filter.view_for(&caller, action, sensitivity).await?;
    let organisation = filter.organisation.clone().unwrap_or_default();
    let filter = filter.of(&caller, &view)?;
    let order = order.order()?;
    let store = caller.office().store();
    let mut items = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .list(&view.scope, &filter, order, after.as_ref(), AT_ONCE)
            .await?;
        items.extend(page.items);
        after = page.next;
        if after.is_none() || items.len() >= MOST {
            break;
        }
    }
    let names = department_names(&caller).await?;
    let count = items.len();
    let bytes = caller
        .service()
        .run(move |service| {
            let mut numbers = std::collections::HashMap::new();
            for some in items.chunks(AT_ONCE as usize) {
                for (key, mark) in marks(service, some)?.iter() {
                    let number = mark.medical_record_number.clone().unwrap_or_default();
                    numbers.insert(key.clone(), number);
                }
            }
            let content = service.content();
            let lines: Vec<ListLine> = items
                .into_iter()
                .map(|item| {
                    let finding = &item.finding;
                    let number = numbers.get(&finding.record_key).cloned();
                    let code = &item.organisation_code;
                    ListLine {
                        medical_record_number: number.unwrap_or_default(),
                        department: names.of(content.content(), code, &finding.department),
                        item,
                    }
                })
                .collect();
            let mut out = Bytes::new(Vec::new());
            let written = match csv {
                true => write_list_csv(&lines, &mut out),
                false => write_list_workbook(&lines, &mut out),
            };
            written.map_err(|error| Problem::internal(&error))?;
            Ok(out.into_inner())
        })
        .await?;
    let entry = NewAuditEntry::done(AuditAction::Exported, Resource::Worklist, "worklist")
        .of(&organisation)
        .change("", format!("{count} 条"));
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[entry]).await?;
    match csv {
        true => attachment("工作清单.csv", CSV, bytes),
        false => attachment("工作清单.xlsx", XLSX, bytes),
    }
}
