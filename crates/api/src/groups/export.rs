//! Tables of groups as a file.

use std::borrow::Cow;

use axum::extract::Query;
use axum::response::Response;
use biaochi_access::{Action, Resource};
use biaochi_domain::spreadsheet_text;
use biaochi_store::{AuditAction, NewAuditEntry};

use super::asked::asked;
use super::table::{GroupsQuery, answer};
use super::wire::{GroupCount, GroupRow, GroupTable};
use crate::attachment::{CSV, attachment};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};

/// The table of groups as CSV for spreadsheets. Exports are told in the audit trail.
#[utoipa::path(get, path = "/groups/export", tag = "groups", params(GroupsQuery),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn export_groups(
    caller: Caller,
    Query(query): Query<GroupsQuery>,
) -> Result<Response, Problem> {
    let organisation = query.organisation.as_deref();
    let asked = asked(&caller, Action::Export, organisation, &query.period).await?;
    let of = query.organisation.clone().unwrap_or_default();
    let workspace = caller.workspace();
    let table = caller.service().run(move |service| {
        let question = query.question(&asked)?;
        answer(service, &workspace, &asked, &question)
    });
    let table = table.await?;
    let subject = format!("groups/{}/{}", table.by, table.period);
    let entry = NewAuditEntry::done(AuditAction::Exported, Resource::Grouping, subject)
        .of(of)
        .change("", format!("{} 行", table.rows.len()));
    let store = caller.office().store();
    store.record_audit(caller.actor(), &[entry]).await?;
    let name = format!("bingzu-{}-{}.csv", table.by, table.period);
    attachment(&name, CSV, csv(&table))
}

const HEADINGS: [&str; 20] = [
    "编码",
    "名称",
    "MDC",
    "例数",
    "占比（%）",
    "入组例数",
    "歧义例数",
    "未入组例数",
    "病组数",
    "CMI",
    "总权重",
    "例均费用（元）",
    "平均住院日",
    "费用消耗指数",
    "时间消耗指数",
    "病死率（%）",
    "高倍率例数",
    "低倍率例数",
    "药占比（%）",
    "耗占比（%）",
];

/// The table with a mark by which spreadsheets know the encoding; no text of it is run as a formula.
fn csv(table: &GroupTable) -> String {
    let mut out = String::from('\u{feff}');
    line(&mut out, HEADINGS.map(Cow::from));
    for row in std::iter::once(&table.total).chain(&table.rows) {
        line(&mut out, cells(row));
    }
    out
}

fn cells(row: &GroupRow) -> [Cow<'_, str>; 20] {
    let text = |value: &'_ Option<String>| Cow::from(value.clone().unwrap_or_default());
    let count = |count: GroupCount| match (count.value, count.hidden) {
        (Some(value), _) => Cow::from(value.to_string()),
        (None, true) => Cow::from("<5"),
        (None, false) => Cow::from(""),
    };
    [
        Cow::from(row.key.as_str()),
        Cow::from(row.title.as_str()),
        text(&row.mdc),
        count(row.cases),
        text(&row.share),
        count(row.grouped),
        count(row.ambiguous),
        count(row.ungrouped),
        Cow::from(
            row.groups
                .map_or_else(String::new, |groups| groups.to_string()),
        ),
        text(&row.mean_weight),
        text(&row.total_weight),
        text(&row.mean_charges),
        text(&row.mean_days),
        text(&row.cost_index),
        text(&row.time_index),
        text(&row.mortality),
        count(row.high),
        count(row.low),
        text(&row.drug_share),
        text(&row.consumable_share),
    ]
}

fn line(out: &mut String, cells: [Cow<'_, str>; 20]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        let cell = spreadsheet_text(cell);
        match cell.contains([',', '"', '\n', '\r']) {
            true => {
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            }
            false => out.push_str(&cell),
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_disarmed() {
        let mut out = String::new();
        let mut cells: [Cow<'_, str>; 20] = std::array::from_fn(|_| Cow::from(""));
        cells[0] = Cow::from("=cmd");
        cells[1] = Cow::from("a,\"b\"");
        line(&mut out, cells);
        assert!(out.starts_with("'=cmd,\"a,\"\"b\"\"\",,"), "{out}");
    }
}
