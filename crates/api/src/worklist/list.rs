use axum::Json;
use axum::extract::Query;
use biaochi_access::Sensitivity;
use biaochi_store::{Cursor, Order};
use serde::Deserialize;
use utoipa::IntoParams;

use super::WorklistFilter;
use super::item::{WorklistItem, told};
use crate::caller::Caller;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, ProblemBody};

/// What comes first.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderQuery {
    /// 排序：due 期限（默认），price 影响权重和金额，severity 程度。
    order: Option<String>,
}

/// The worklist: what is due first, then what is worst.
#[utoipa::path(get, path = "/worklist", tag = "worklist", params(WorklistFilter, OrderQuery, PageQuery),
    responses((status = 200, body = Page<WorklistItem>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn worklist(
    caller: Caller,
    Query(filter): Query<WorklistFilter>,
    Query(order): Query<OrderQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Json<Page<WorklistItem>>, Problem> {
    let view = filter.view(&caller, Sensitivity::DeIdentified).await?;
    let filter = filter.of(&caller, &view)?;
    let order = order.order()?;
    let cursor = page.cursor.as_deref().filter(|text| !text.is_empty());
    let cursor = cursor.map(str::parse::<Cursor>).transpose()?;
    let store = caller.office().store();
    let found = store
        .list(&view.scope, &filter, order, cursor.as_ref(), page.limit())
        .await?;
    let total = store.count(&view.scope, &filter).await?;
    Ok(Json(Page {
        items: told(&caller, found.items).await?,
        next: found.next.map(|next| next.to_string()),
        total: Some(total),
    }))
}

impl OrderQuery {
    pub(super) fn order(&self) -> Result<Order, Problem> {
        match self.order.as_deref() {
            None | Some("" | "due") => Ok(Order::Due),
            Some("price") => Ok(Order::Price),
            Some("severity") => Ok(Order::Severity),
            Some(_) => Err(Problem::invalid("order", "排序应为 due、price 或 severity")),
        }
    }
}
