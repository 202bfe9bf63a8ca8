//! Lists that come in pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Rows of a page when the caller does not say.
const USUAL: u32 = 50;
/// Rows of a page at most.
const MOST: u32 = 500;

/// Which page of a list is asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// 每页最多多少行，不填为 50，最多 500。
    pub limit: Option<u32>,
    /// 上一页回答的 `next`；不填为第一页。
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Rows that the page may have.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(USUAL).clamp(1, MOST)
    }
}

/// A page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to send as `cursor` for the rows behind these; `null` at the end.
    pub next: Option<String>,
    /// How many rows there are in all pages, where that is known.
    pub total: Option<u64>,
}
