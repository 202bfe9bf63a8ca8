use compact_str::CompactString;
use jiff::civil::{Date, DateTime};

use crate::{Decimal2, Field, FrontPage};

/// A value of a record, borrowed. An absent value is `None` of [`FrontPage::get`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ValueRef<'a> {
    /// Text or code, never empty.
    Text(&'a str),
    /// Codes, at least one.
    Codes(&'a [CompactString]),
    /// Whole number.
    Integer(i32),
    /// Decimal with two places.
    Decimal(Decimal2),
    /// Yes or no.
    Flag(bool),
    /// Calendar day.
    Date(Date),
    /// Day and time, local time.
    Time(DateTime),
}

/// The place of a value in a record, to read or write it by its type.
#[derive(Debug)]
pub enum ValueMut<'a> {
    /// Text or code; empty means absent.
    Text(&'a mut CompactString),
    /// Codes; empty means absent.
    Codes(&'a mut Vec<CompactString>),
    /// Whole number.
    Integer(&'a mut Option<i32>),
    /// Decimal with two places.
    Decimal(&'a mut Option<Decimal2>),
    /// Yes or no.
    Flag(&'a mut Option<bool>),
    /// Calendar day.
    Date(&'a mut Option<Date>),
    /// Day and time, local time.
    Time(&'a mut Option<DateTime>),
}

/// A value to be put into a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Takes the value away.
    Absent,
    /// Text or code.
    Text(CompactString),
    /// Codes.
    Codes(Vec<CompactString>),
    /// Whole number.
    Integer(i32),
    /// Decimal with two places.
    Decimal(Decimal2),
    /// Yes or no.
    Flag(bool),
    /// Calendar day.
    Date(Date),
    /// Day and time, local time.
    Time(DateTime),
}

/// A value whose type is not the field's.
#[derive(Debug, Clone, PartialEq)]
pub struct SetError {
    /// The field.
    pub field: Field,
    /// The value that does not fit.
    pub value: Value,
}

impl std::fmt::Display for SetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} is not a value of {}", self.value, self.field)
    }
}

impl std::error::Error for SetError {}

impl From<ValueRef<'_>> for Value {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Text(text) => Self::Text(text.into()),
            ValueRef::Codes(codes) => Self::Codes(codes.to_vec()),
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Decimal(number) => Self::Decimal(number),
            ValueRef::Flag(flag) => Self::Flag(flag),
            ValueRef::Date(date) => Self::Date(date),
            ValueRef::Time(time) => Self::Time(time),
        }
    }
}

impl FrontPage {
    /// Puts a value into element `index` of a field (0 outside repeating groups), adding empty
    /// elements before it as needed.
    ///
    /// # Errors
    /// The value is not of the field's type; the record is unchanged.
    pub fn set(&mut self, field: Field, index: usize, value: Value) -> Result<(), SetError> {
        match (self.value_mut(field, index), value) {
            (ValueMut::Text(place), Value::Text(text)) => *place = text,
            (ValueMut::Text(place), Value::Absent) => place.clear(),
            (ValueMut::Codes(place), Value::Codes(codes)) => *place = codes,
            (ValueMut::Codes(place), Value::Absent) => place.clear(),
            (ValueMut::Integer(place), Value::Integer(number)) => *place = Some(number),
            (ValueMut::Integer(place), Value::Absent) => *place = None,
            (ValueMut::Decimal(place), Value::Decimal(number)) => *place = Some(number),
            (ValueMut::Decimal(place), Value::Absent) => *place = None,
            (ValueMut::Flag(place), Value::Flag(flag)) => *place = Some(flag),
            (ValueMut::Flag(place), Value::Absent) => *place = None,
            (ValueMut::Date(place), Value::Date(date)) => *place = Some(date),
            (ValueMut::Date(place), Value::Absent) => *place = None,
            (ValueMut::Time(place), Value::Time(time)) => *place = Some(time),
            (ValueMut::Time(place), Value::Absent) => *place = None,
            (_, value) => return Err(SetError { field, value }),
        }
        Ok(())
    }
}

/// Element of a list, added when it does not exist yet.
pub(crate) fn element<T: Default>(elements: &mut Vec<T>, index: usize) -> &mut T {
    if elements.len() <= index {
        elements.resize_with(index + 1, T::default);
    }
    &mut elements[index]
}

/// A text as a value, `None` when empty.
pub(crate) fn text(text: &CompactString) -> Option<ValueRef<'_>> {
    (!text.is_empty()).then(|| ValueRef::Text(text))
}

/// Codes as a value, `None` when there are none.
pub(crate) fn codes(codes: &[CompactString]) -> Option<ValueRef<'_>> {
    (!codes.is_empty()).then_some(ValueRef::Codes(codes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DataType, FIELDS};

    fn sample(data_type: DataType) -> Value {
        match data_type {
            DataType::Text | DataType::Code => Value::Text("0301".into()),
            DataType::Codes => Value::Codes(vec!["03".into(), "0401".into()]),
            DataType::Integer => Value::Integer(7),
            DataType::Decimal { .. } => Value::Decimal(Decimal2::from_hundredths(1250)),
            DataType::Flag => Value::Flag(true),
            DataType::Date => Value::Date(jiff::civil::date(2024, 3, 5)),
            DataType::Time => Value::Time(jiff::civil::datetime(2024, 3, 5, 8, 5, 0, 0)),
        }
    }

    #[test]
    fn every_field_takes_its_type_gives_it_back_and_is_cleared() {
        let mut page = FrontPage::default();
        for info in FIELDS {
            let index = if info.group.is_repeated() { 1 } else { 0 };
            let value = sample(info.data_type);
            page.set(info.field, index, value.clone()).expect(info.id);
            let got = page.get(info.field, index).map(Value::from);
            assert_eq!(got, Some(value), "{}", info.id);
        }
        assert_eq!(page.diagnoses.len(), 2);
        page.clear();
        assert_eq!(page, FrontPage::default());
    }

    #[test]
    fn a_value_of_another_type_is_refused() {
        let mut page = FrontPage::default();
        assert!(page.set(Field::Sex, 0, Value::Integer(1)).is_err());
        assert_eq!(page, FrontPage::default());
    }
}
