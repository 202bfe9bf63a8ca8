use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::filter::Filter;
use super::item::{Item, Price, severity_rank};
use super::table;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::as_int;
use crate::scope::Scope;
use crate::sql::Sql;

const ACTIVITY: Activity = Activity::ReadWorklist;

/// Most items of a page.
const PAGE_LIMIT: u32 = 1000;

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// What mending changes most: payment, then weight, then the day it is due.
    Price,
    /// What is due first, then what is worst.
    #[default]
    Due,
    /// What is worst, then what is due first.
    Severity,
}

impl Order {
    /// The columns, all ascending; they end with the key, so that no two items are equal.
    fn columns(self) -> &'static str {
        match self {
            Self::Price => {
                "payment_rank, weight_rank, due, organisation_code, record_key, check_id"
            }
            Self::Due => "due, severity, payment_rank, organisation_code, record_key, check_id",
            Self::Severity => {
                "severity, due, payment_rank, organisation_code, record_key, check_id"
            }
        }
    }
}

/// The place in a list after which the next page begins. It is a text that can be put into an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    order: Order,
    payment_rank: i64,
    weight_rank: i64,
    severity: i64,
    due: String,
    organisation_code: String,
    record_key: String,
    check_id: String,
}

impl Cursor {
    fn after(order: Order, item: &Item) -> Self {
        let (payment_rank, weight_rank) = Price::ranks(item.finding.price.as_ref());
        Self {
            order,
            payment_rank,
            weight_rank,
            severity: severity_rank(item.finding.severity),
            due: item.finding.due.to_string(),
            organisation_code: item.organisation_code.clone(),
            record_key: item.finding.record_key.clone(),
            check_id: item.finding.check_id.clone(),
        }
    }

    /// Appends the values of [`Order::columns`].
    fn bind(&self, sql: &mut Sql) {
        sql.push("(");
        match self.order {
            Order::Price => sql
                .bind(self.payment_rank)
                .push(", ")
                .bind(self.weight_rank)
                .push(", ")
                .bind(self.due.as_str()),
            Order::Due => sql
                .bind(self.due.as_str())
                .push(", ")
                .bind(self.severity)
                .push(", ")
                .bind(self.payment_rank),
            Order::Severity => sql
                .bind(self.severity)
                .push(", ")
                .bind(self.due.as_str())
                .push(", ")
                .bind(self.payment_rank),
        };
        sql.push(", ")
            .bind(self.organisation_code.as_str())
            .push(", ")
            .bind(self.record_key.as_str())
            .push(", ")
            .bind(self.check_id.as_str())
            .push(")");
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Cursor {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|_| StoreError::Cursor)
    }
}

/// Some items of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The items, in order.
    pub items: Vec<Item>,
    /// Where the next page begins; `None` when this is the last one.
    pub next: Option<Cursor>,
}

impl Store {
    /// Items in an order, from the beginning or after a place, at most `limit` (1 to 1000).
    ///
    /// Pages follow each other by value and not by number: items that come or go in the meantime move
    /// none of the others over a page's edge.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`] for a hospital outside the scope, [`StoreError::Cursor`] for a place of
    /// a list in another order.
    pub async fn list(
        &self,
        scope: &Scope,
        filter: &Filter,
        order: Order,
        after: Option<&Cursor>,
        limit: u32,
    ) -> Result<Page> {
        let limit = limit.clamp(1, PAGE_LIMIT);
        let mut sql = Sql::new(table::SELECT);
        filter.restrict(scope, &mut sql)?;
        if let Some(cursor) = after {
            if cursor.order != order {
                return Err(StoreError::Cursor);
            }
            sql.push(" AND (").push(order.columns()).push(") > ");
            cursor.bind(&mut sql);
        }
        sql.push(" ORDER BY ").push(order.columns()).push(" LIMIT ");
        // One more tells whether there is a next page.
        sql.bind(as_int(u64::from(limit) + 1));
        let rows = sql
            .query()
            .fetch_all(self.pool())
            .await
            .map_err(|source| StoreError::database(ACTIVITY, source))?;
        let mut items = rows
            .iter()
            .map(|row| table::item(row, ACTIVITY))
            .collect::<Result<Vec<_>>>()?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items
            .last()
            .filter(|_| more)
            .map(|item| Cursor::after(order, item));
        Ok(Page { items, next })
    }
}
