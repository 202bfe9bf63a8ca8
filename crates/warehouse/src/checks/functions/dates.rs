//! Days, hours and years between two times.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Decimal128Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};
use jiff::civil::DateTime;
use jiff::{Span, Unit};

use super::{Kind, function};

const ARGUMENTS: &[Kind] = &[Kind::Time, Kind::Time];
const HOURS: DataType = DataType::Decimal128(18, 4);
const DAY: i64 = 86_400_000_000;
const MINUTE: i64 = 60_000_000;

pub(super) fn functions() -> Vec<ScalarUDF> {
    let days = function(
        "days_between",
        ARGUMENTS,
        2,
        DataType::Int64,
        |arguments, rows| {
            let days = |from: i64, to: i64| to.div_euclid(DAY) - from.div_euclid(DAY);
            Ok(Arc::new(pairs(arguments, rows, days)?.collect::<Int64Array>()) as ArrayRef)
        },
    );
    let hours = function("hours_between", ARGUMENTS, 2, HOURS, |arguments, rows| {
        // Ten-thousandths of an hour, from whole minutes.
        let hours = |from: i64, to: i64| i128::from((to - from) / MINUTE) * 10_000 / 60;
        let hours: Decimal128Array = pairs(arguments, rows, hours)?.collect();
        Ok(Arc::new(hours.with_data_type(HOURS)) as ArrayRef)
    });
    let years = function(
        "years_between",
        ARGUMENTS,
        2,
        DataType::Int64,
        |arguments, rows| {
            let years = pairs(arguments, rows, completed_years)?.map(Option::flatten);
            Ok(Arc::new(years.collect::<Int64Array>()) as ArrayRef)
        },
    );
    vec![days, hours, years]
}

/// Completed years by the calendar; `None` when a time is out of range.
fn completed_years(from: i64, to: i64) -> Option<i64> {
    let date = |micros: i64| {
        let span = Span::new().try_days(micros.div_euclid(DAY)).ok()?;
        DateTime::new(1970, 1, 1, 0, 0, 0, 0)
            .ok()?
            .checked_add(span)
            .ok()
            .map(DateTime::date)
    };
    let span = date(from)?.until((Unit::Year, date(to)?)).ok()?;
    Some(i64::from(span.get_years()))
}

/// Something made of two times in microseconds, where both are there.
fn pairs<T>(
    arguments: &[ColumnarValue],
    rows: usize,
    between: impl Fn(i64, i64) -> T,
) -> Result<impl Iterator<Item = Option<T>>> {
    let times = |argument: &ColumnarValue| -> Result<_> {
        let array = argument.to_array(rows)?;
        let times = cast(&array, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
        Ok(times.as_primitive::<TimestampMicrosecondType>().clone())
    };
    let (from, to) = (times(&arguments[0])?, times(&arguments[1])?);
    Ok((0..rows).map(move |row| {
        let known = from.is_valid(row) && to.is_valid(row);
        known.then(|| between(from.value(row), to.value(row)))
    }))
}

#[cfg(test)]
mod tests {
    use biaochi_records::micros_since_epoch;
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_birthday_completes_a_year() {
        let born = micros_since_epoch(date(2000, 2, 29).at(23, 0, 0, 0));
        let at = |year, month, day| micros_since_epoch(date(year, month, day).at(1, 0, 0, 0));
        let years = |to| completed_years(born, to);
        assert_eq!(years(at(2001, 2, 27)), Some(0));
        assert_eq!(years(at(2024, 2, 28)), Some(23));
        assert_eq!(years(at(2024, 2, 29)), Some(24));
    }
}
