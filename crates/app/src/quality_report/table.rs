//! A table of typed cells, which knows how its values are written but not where.

use std::borrow::Cow;

use biaochi_domain::{Language, Localized, thousands};
use rust_decimal::Decimal;

use super::signed;
use super::words::yuan;

/// A value and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing to say.
    Blank,
    /// A text.
    Text(String),
    /// A whole number.
    Count(u64),
    /// Points, two decimals.
    Score(Decimal),
    /// A share in percent, two decimals.
    Percent(Decimal),
    /// A difference of weight, four decimals.
    Weight(Decimal),
    /// A difference in yuan, two decimals.
    Yuan(Decimal),
}

impl Cell {
    /// The value as people read it.
    pub fn text(&self) -> String {
        match self {
            Self::Blank => "—".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Count(count) => thousands(*count),
            Self::Score(points) => format!("{points:.2}"),
            Self::Percent(share) => format!("{share:.2}%"),
            Self::Weight(weight) => signed(*weight, 4),
            Self::Yuan(difference) => yuan(*difference),
        }
    }
}

/// The head of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    zh: Cow<'static, str>,
    en: Cow<'static, str>,
    /// Characters that its texts need; `None` of numbers.
    pub text_width: Option<u16>,
}

impl Column {
    pub(super) fn of_texts(zh: &'static str, en: &'static str, width: u16) -> Self {
        Self {
            text_width: Some(width),
            ..Self::of_numbers(zh, en)
        }
    }

    pub(super) fn of_numbers(zh: &'static str, en: &'static str) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
            text_width: None,
        }
    }

    /// Numbers of a month, which is called alike in every language.
    pub(super) fn of_month(month: &str) -> Self {
        Self {
            zh: month.to_owned().into(),
            en: month.to_owned().into(),
            text_width: None,
        }
    }
}

impl Localized for Column {
    fn text(&self, language: Language) -> String {
        match language {
            Language::Zh => self.zh.to_string(),
            Language::En => self.en.to_string(),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Heads of the columns.
    pub columns: Vec<Column>,
    /// As many cells in each row as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the last row sums up the others.
    pub has_total: bool,
}

impl Table {
    pub(super) fn new(columns: Vec<Column>, rows: impl Iterator<Item = Vec<Cell>>) -> Self {
        let rows: Vec<_> = rows.collect();
        debug_assert!(rows.iter().all(|row| row.len() == columns.len()));
        Self {
            columns,
            rows,
            has_total: false,
        }
    }

    pub(super) fn with_total(mut self, has_total: bool) -> Self {
        self.has_total = has_total;
        self
    }

    /// The same table with the first rows only.
    #[must_use]
    pub fn first(mut self, rows: usize) -> Self {
        self.has_total &= self.rows.len() <= rows;
        self.rows.truncate(rows);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_people_read_them() {
        let number = |text: &str| text.parse::<Decimal>().expect("a number");
        for (cell, expected) in [
            (Cell::Blank, "—"),
            (Cell::Count(12_345), "12,345"),
            (Cell::Score(number("90")), "90.00"),
            (Cell::Percent(number("83.33")), "83.33%"),
            (Cell::Weight(number("0.5")), "+0.5000"),
            (Cell::Yuan(number("-1234.5")), "\u{2212}1,234.50"),
        ] {
            assert_eq!(cell.text(), expected);
        }
    }

    #[test]
    fn a_table_that_is_cut_has_no_total() {
        let rows = (0..3).map(|row| vec![Cell::Count(row)]);
        let table = Table::new(vec![Column::of_numbers("数", "n")], rows).with_total(true);
        assert!(table.clone().first(3).has_total);
        let cut = table.first(2);
        assert_eq!((cut.rows.len(), cut.has_total), (2, false));
    }
}
