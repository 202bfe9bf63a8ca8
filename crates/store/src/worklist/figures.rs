use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sqlx::any::AnyRow;

use super::filter::{Dimension, Filter};
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::Cells;
use crate::scope::Scope;
use crate::sql::Sql;

const ACTIVITY: Activity = Activity::ReadWorklist;

/// How many items have a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Count {
    /// The value; empty where it is not filled in.
    pub value: String,
    /// Items.
    pub items: u64,
}

/// How many faults came back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeats {
    /// The value; empty where it is not filled in.
    pub value: String,
    /// Items.
    pub items: u64,
    /// Items that came back at least once.
    pub repeated: u64,
    /// How often they came back.
    pub times: u64,
}

/// How long faults stayed open.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turnaround {
    /// The value; empty where it is not filled in, and for the total.
    pub value: String,
    /// Faults that were closed. One that came back and was closed again counts again; one that was
    /// accepted does not.
    pub closed: u64,
    /// Half of them took no longer.
    pub median: SignedDuration,
    /// Nine of ten took no longer.
    pub p90: SignedDuration,
}

impl Store {
    /// How many items there are.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn count(&self, scope: &Scope, filter: &Filter) -> Result<u64> {
        let mut sql = Sql::new("SELECT COUNT(*) FROM worklist_item");
        filter.restrict(scope, &mut sql)?;
        let rows = self.figures(sql).await?;
        let row = rows.first().map(|row| Cells::new(row, ACTIVITY).count());
        row.unwrap_or(Ok(0))
    }

    /// How many items there are of each value, most first.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub async fn counts(
        &self,
        scope: &Scope,
        filter: &Filter,
        by: Dimension,
    ) -> Result<Vec<Count>> {
        let counts = self.counts_by(scope, filter, &[by]).await?;
        Ok(counts.into_iter().next().unwrap_or_default())
    }

    /// The same of several dimensions in one question, each as [`Store::counts`] tells it.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub async fn counts_by(
        &self,
        scope: &Scope,
        filter: &Filter,
        dimensions: &[Dimension],
    ) -> Result<Vec<Vec<Count>>> {
        let mut counts = vec![Vec::new(); dimensions.len()];
        if dimensions.is_empty() {
            return Ok(counts);
        }
        let mut sql = Sql::new("");
        for (place, by) in dimensions.iter().enumerate() {
            if dimensions[..place].contains(by) {
                continue;
            }
            sql.push(if place == 0 { "" } else { " UNION ALL " })
                .push("SELECT CAST('")
                .push(by.code())
                .push("' AS TEXT), ")
                .push(by.expression())
                .push(", COUNT(*) FROM worklist_item");
            filter.restrict(scope, &mut sql)?;
            sql.push(" GROUP BY ").push(by.expression());
        }
        sql.push(" ORDER BY 3 DESC, 2");
        for row in &self.figures(sql).await? {
            let mut cells = Cells::new(row, ACTIVITY);
            let code = cells.text()?;
            let (value, items) = (cells.text()?, cells.count()?);
            for (by, counts) in dimensions.iter().zip(&mut counts) {
                if by.code() == code {
                    let value = by.told(value.clone());
                    counts.push(Count { value, items });
                }
            }
        }
        Ok(counts)
    }

    /// How many faults came back after they had been corrected or closed, of each value, most first;
    /// values without any are left out.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub async fn repeats(
        &self,
        scope: &Scope,
        filter: &Filter,
        by: Dimension,
    ) -> Result<Vec<Repeats>> {
        let mut sql = Sql::new("SELECT ");
        sql.push(by.expression()).push(
            ", COUNT(*), CAST(SUM(CASE WHEN times_found > 1 THEN 1 ELSE 0 END) AS BIGINT), \
             CAST(SUM(times_found - 1) AS BIGINT) FROM worklist_item",
        );
        filter.restrict(scope, &mut sql)?;
        sql.push(" GROUP BY ")
            .push(by.expression())
            .push(" HAVING SUM(times_found - 1) > 0 ORDER BY 4 DESC, 3 DESC, 1");
        let rows = self.figures(sql).await?;
        rows.iter()
            .map(|row| {
                let mut cells = Cells::new(row, ACTIVITY);
                Ok(Repeats {
                    value: by.told(cells.text()?),
                    items: cells.count()?,
                    repeated: cells.count()?,
                    times: cells.count()?,
                })
            })
            .collect()
    }

    /// How long faults that were closed from `from` until before `until` had been open, of each value in
    /// its order, or in total. Values without any are left out.
    ///
    /// # Errors
    /// As [`Store::count`].
    pub async fn turnaround(
        &self,
        scope: &Scope,
        filter: &Filter,
        from: Timestamp,
        until: Timestamp,
        by: Option<Dimension>,
    ) -> Result<Vec<Turnaround>> {
        let expression = by.map_or("''", Dimension::expression);
        let mut sql = Sql::new("SELECT ");
        sql.push(expression).push(
            ", worklist_action.elapsed FROM worklist_action JOIN worklist_item ON \
             worklist_item.organisation_code = worklist_action.organisation_code AND \
             worklist_item.record_key = worklist_action.record_key AND \
             worklist_item.check_id = worklist_action.check_id",
        );
        filter.restrict(scope, &mut sql)?;
        sql.push(" AND worklist_action.elapsed IS NOT NULL AND worklist_action.at >= ")
            .bind(from.as_microsecond())
            .push(" AND worklist_action.at < ")
            .bind(until.as_microsecond());
        let mut elapsed: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for row in &self.figures(sql).await? {
            let mut cells = Cells::new(row, ACTIVITY);
            let value = cells.text()?;
            elapsed.entry(value).or_default().push(cells.int()?);
        }
        let turnaround = elapsed.into_iter().map(|(value, mut micros)| {
            micros.sort_unstable();
            Turnaround {
                value: by.map_or(String::new(), |by| by.told(value)),
                closed: micros.len() as u64,
                median: SignedDuration::from_micros(median(&micros)),
                p90: SignedDuration::from_micros(percentile_90(&micros)),
            }
        });
        Ok(turnaround.collect())
    }

    async fn figures(&self, sql: Sql) -> Result<Vec<AnyRow>> {
        sql.query()
            .fetch_all(self.pool())
            .await
            .map_err(|source| StoreError::database(ACTIVITY, source))
    }
}

/// The one in the middle, or what lies between the two in the middle; 0 of none.
fn median(sorted: &[i64]) -> i64 {
    let middle = sorted.len() / 2;
    match (sorted.len().is_multiple_of(2), sorted) {
        (_, []) => 0,
        (true, _) => {
            let (low, high) = (sorted[middle - 1], sorted[middle]);
            low + (high - low) / 2
        }
        (false, _) => sorted[middle],
    }
}

/// The smallest that at least nine of ten do not exceed; 0 of none.
fn percentile_90(sorted: &[i64]) -> i64 {
    let place = (sorted.len() * 9).div_ceil(10);
    sorted.get(place.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sorted: &[i64], expected: (i64, i64)) {
        assert_eq!((median(sorted), percentile_90(sorted)), expected);
    }

    #[test]
    fn median_and_ninth_decile_are_exact() {
        check(&[], (0, 0));
        check(&[7], (7, 7));
        check(&[1, 4], (2, 4));
        check(&[1, 2, 9], (2, 9));
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], (5, 9));
        check(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], (6, 10));
    }
}
