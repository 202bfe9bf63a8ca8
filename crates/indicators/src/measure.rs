//! What is summed over rows: the part of a definition that indicators share.

use crate::words::words;

/// The source whose rows are discharges.
pub const STAY: &str = "stay";

/// Place of a measure in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeasureId(pub usize);

/// A sum over the rows of a source. Two indicators that ask for the same sum share one measure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measure {
    /// `stay`, or the id of a data set.
    pub source: String,
    /// What a row adds.
    pub kind: Kind,
    /// Rows that count, an SQL predicate; all when there is none.
    pub filter: Option<String>,
    /// Rows that never count, an SQL predicate.
    pub exclude: Option<String>,
    /// How the periods within a longer one come together; always a sum over discharges.
    pub over_time: OverTime,
}

/// What a row adds to a measure.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One, where the SQL predicate holds.
    Count(String),
    /// The value of an SQL expression; NULL adds nothing.
    Sum(String),
}

words! {
    /// How values of the periods within a longer one come together.
    OverTime {
        /// They add up: a flow, such as income.
        Sum, "sum", "相加", "sum";
        /// The last one counts: a stock, such as beds at the end of the month.
        Latest, "latest", "取最近", "latest";
        /// Their mean counts.
        Average, "average", "取平均", "average";
    }
}

words! {
    /// What a sum is multiplied with, that depends on the period alone.
    Times {
        /// Calendar days of the period.
        Days, "days", "日历天数", "calendar days";
        /// Months of the period.
        Months, "months", "月数", "months";
    }
}

impl Measure {
    /// Every row of a source: whether there is any tells a zero from a value that nobody gave.
    pub fn rows(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            kind: Kind::Count("true".to_owned()),
            filter: None,
            exclude: None,
            over_time: OverTime::Sum,
        }
    }

    /// The SQL in it.
    pub fn expressions(&self) -> impl Iterator<Item = &str> {
        let (Kind::Count(own) | Kind::Sum(own)) = &self.kind;
        [
            Some(own.as_str()),
            self.filter.as_deref(),
            self.exclude.as_deref(),
        ]
        .into_iter()
        .flatten()
    }
}
