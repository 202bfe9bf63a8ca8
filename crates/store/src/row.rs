//! Rows back into values, column after column in the order of the statement.

use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use biaochi_domain::Month;

use crate::error::{Activity, Result, StoreError};

/// Reads a row from its first column to its last.
pub(crate) struct Cells<'a> {
    row: &'a AnyRow,
    next: usize,
    activity: Activity,
}

impl<'a> Cells<'a> {
    pub(crate) fn new(row: &'a AnyRow, activity: Activity) -> Self {
        Self {
            row,
            next: 0,
            activity,
        }
    }

    fn get<T>(&mut self) -> Result<T>
    where
        T: sqlx::Type<sqlx::Any> + sqlx::Decode<'a, sqlx::Any>,
    {
        let index = self.next;
        self.next += 1;
        let activity = self.activity;
        self.row
            .try_get(index)
            .map_err(|source| StoreError::database(activity, source))
    }

    pub(crate) fn text(&mut self) -> Result<String> {
        self.get()
    }

    pub(crate) fn optional_text(&mut self) -> Result<Option<String>> {
        self.get()
    }

    pub(crate) fn int(&mut self) -> Result<i64> {
        self.get()
    }

    pub(crate) fn optional_int(&mut self) -> Result<Option<i64>> {
        self.get()
    }

    /// A count, which is never negative.
    pub(crate) fn count(&mut self) -> Result<u64> {
        let value = self.int()?;
        u64::try_from(value).map_err(|_| damaged("count", value))
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp> {
        time(self.int()?)
    }

    pub(crate) fn optional_time(&mut self) -> Result<Option<Timestamp>> {
        self.optional_int()?.map(time).transpose()
    }

    pub(crate) fn date(&mut self) -> Result<Date> {
        self.parsed("date", |text| text.parse().ok())
    }

    pub(crate) fn month(&mut self) -> Result<Month> {
        self.parsed("month", |text| text.parse().ok())
    }

    /// A text that `parse` understands.
    pub(crate) fn parsed<T>(
        &mut self,
        what: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T> {
        let text = self.text()?;
        parse(&text).ok_or_else(|| damaged(what, text))
    }

    /// The same, or nothing.
    pub(crate) fn optional_parsed<T>(
        &mut self,
        what: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(text) = self.optional_text()? else {
            return Ok(None);
        };
        parse(&text).map(Some).ok_or_else(|| damaged(what, text))
    }
}

/// A stored value that this program never writes.
pub(crate) fn damaged(what: &'static str, value: impl ToString) -> StoreError {
    StoreError::Damaged {
        what,
        value: value.to_string(),
    }
}

fn time(micros: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| damaged("time", micros))
}

/// A count as the databases hold it.
pub(crate) fn as_int(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
