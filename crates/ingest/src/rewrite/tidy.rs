//! Values that can be read and are not written as the layout asks.

use biaochi_records::{Column, DataType, Field, Form};

use crate::dates::date_time;
use crate::value_text::{is_unfilled, trimmed};

/// What is unusual about a cell whose meaning is not in doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TidyKind {
    /// Blanks or invisible marks around the value.
    Padding,
    /// Another form of date or time.
    DateForm,
    /// A number with a unit, separators or full-width digits.
    NumberForm,
    /// A word where a code is demanded: 男, 是.
    Word,
}

/// A value that stays and is written otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tidied {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// What stands in the cell.
    pub before: String,
    /// What the layout asks for.
    pub after: String,
    /// What is unusual about it.
    pub kind: TidyKind,
}

/// How a cell should be written; `written` is its value in the layout's own form. `None` when it is right,
/// holds no value, or when the layout's form would say more than the cell does.
pub(super) fn tidied(column: &Column, cell: &str, written: &str) -> Option<Tidied> {
    let text = trimmed(cell);
    if column.form != Form::Plain || is_unfilled(text) || written.is_empty() || cell == written {
        return None;
    }
    // `="0012"` is how spreadsheets are made to keep zeros: no fault.
    if text.starts_with('=') {
        return None;
    }
    let (after, kind) = match column.field.info().data_type {
        DataType::Date | DataType::Time if !is_usual_time(text) => {
            let (_, time) = date_time(text, false)?;
            let is_day = column.field.info().data_type == DataType::Date;
            // A day where a time is asked for: nobody knows the hour.
            if time.is_none() && !is_day {
                return None;
            }
            (written, TidyKind::DateForm)
        }
        DataType::Integer | DataType::Decimal { .. } if !is_usual_number(text) => {
            (written, TidyKind::NumberForm)
        }
        DataType::Flag if !text.is_ascii() => (written, TidyKind::Word),
        DataType::Code if column.field == Field::Sex && matches!(text, "男" | "女") => {
            (written, TidyKind::Word)
        }
        _ if text != cell => (text, TidyKind::Padding),
        _ => return None,
    };
    Some(Tidied {
        field: column.field,
        index: usize::from(column.index),
        before: cell.to_owned(),
        after: after.to_owned(),
        kind,
    })
}

/// `2024-03-05`, `20240305`, either with `08:05` or `08:05:00` behind a blank.
fn is_usual_time(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    let (day, time) = shape.split_once(' ').unwrap_or((&shape, ""));
    matches!(day, "0000-00-00" | "00000000") && matches!(time, "" | "00:00" | "00:00:00")
}

fn is_usual_number(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use biaochi_records::Layout;

    use super::*;

    #[track_caller]
    fn check(heading: &str, cell: &str, written: &str, expected: Option<(&str, TidyKind)>) {
        let mut columns = Layout::Hqms811.columns().iter();
        let column = columns
            .find(|column| column.name == heading)
            .expect("a column");
        let found = tidied(column, cell, written);
        let found = found
            .as_ref()
            .map(|tidied| (tidied.after.as_str(), tidied.kind));
        assert_eq!(found, expected, "{heading} {cell:?}");
    }

    #[test]
    fn only_what_is_certain_is_written_otherwise() {
        use TidyKind::{DateForm, NumberForm, Padding, Word};
        let time = "2024-03-05 08:05:00";
        check("B12", "2024/3/5 8:05", time, Some((time, DateForm)));
        check("B12", "2024-03-05 08:05", time, None);
        check("B12", " 2024-03-05 08:05:00", time, Some((time, Padding)));
        // The hour is not known.
        check("B12", "2024/3/5", "2024-03-05 00:00:00", None);
        check(
            "A13",
            "1960年3月6日",
            "1960-03-06",
            Some(("1960-03-06", DateForm)),
        );
        check("A14", "63岁", "63", Some(("63", NumberForm)));
        check("A14", "063", "63", None);
        check("D01", "1,234.5", "1234.50", Some(("1234.50", NumberForm)));
        check("D01", "1234.5", "1234.50", None);
        check("A11", " 张三　", "张三", Some(("张三", Padding)));
        check("A12C", "男", "1", Some(("1", Word)));
        check("A48", "=\"0012\"", "0012", None);
        check("A47", "-", "-", None);
    }
}
