//! Lists of diagnoses, procedures and stays in intensive care.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray as _, BooleanArray, Int64Array, ListArray, StringArray, UInt64Array,
    new_null_array,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, TimeUnit, TimestampMicrosecondType};
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

use super::{Kind, constant, first_element, function};

/// A column of lists of texts: the elements themselves, or one member of each.
pub(in crate::checks) struct ListOfTexts {
    /// `None` when the column is nothing but NULL.
    list: Option<(ListArray, StringArray)>,
}

impl ListOfTexts {
    pub(in crate::checks) fn new(
        argument: &ColumnarValue,
        rows: usize,
        member: &str,
    ) -> Result<Self> {
        let Some((list, values)) = list_and_member(argument, rows, member)? else {
            return Ok(Self { list: None });
        };
        let values = if values.data_type() == &DataType::Utf8 {
            values.as_string::<i32>().clone()
        } else {
            cast(&values, &DataType::Utf8)?.as_string::<i32>().clone()
        };
        Ok(Self {
            list: Some((list, values)),
        })
    }

    /// The texts of a row from element `first` on, counted from one; missing ones are left out.
    pub(super) fn texts(&self, row: usize, first: usize) -> impl Iterator<Item = &str> {
        self.elements(row, first).map(|(_, text)| text)
    }

    /// The same with their places in the list, from zero.
    pub(in crate::checks) fn elements(
        &self,
        row: usize,
        first: usize,
    ) -> impl Iterator<Item = (usize, &str)> {
        self.list.iter().flat_map(move |(list, values)| {
            let places = range(list, row, first).filter(|place| values.is_valid(*place));
            let start = range(list, row, 1).start;
            places.map(move |place| (place - start, values.value(place)))
        })
    }
}

/// The elements of a row as places in the list's values.
pub(super) fn range(list: &ListArray, row: usize, first: usize) -> std::ops::Range<usize> {
    if list.is_null(row) {
        return 0..0;
    }
    let offsets = list.value_offsets();
    let (start, end) = (offsets[row] as usize, offsets[row + 1] as usize);
    (start + first - 1).min(end)..end
}

fn list_and_member(
    argument: &ColumnarValue,
    rows: usize,
    member: &str,
) -> Result<Option<(ListArray, ArrayRef)>> {
    let array = argument.to_array(rows)?;
    let Some(list) = array.as_list_opt::<i32>() else {
        return Ok(None);
    };
    let values = match list.values().as_struct_opt() {
        None => Arc::clone(list.values()),
        Some(structure) => match structure.column_by_name(member) {
            Some(values) => Arc::clone(values),
            None => return exec_err!("the elements of this list have no {member}"),
        },
    };
    Ok(Some((list.clone(), values)))
}

pub(super) fn functions() -> Vec<ScalarUDF> {
    vec![cardinality(), missing_in(), overlapping()]
}

/// The engine's own counts the elements of lists within lists as well, and takes every list out of its
/// column for it.
fn cardinality() -> ScalarUDF {
    function(
        "cardinality",
        &[Kind::List],
        1,
        DataType::UInt64,
        |arguments, rows| {
            let array = arguments[0].to_array(rows)?;
            let Some(list) = array.as_list_opt::<i32>() else {
                return Ok(new_null_array(&DataType::UInt64, rows));
            };
            let count = |row: usize| list.is_valid(row).then(|| list.value_length(row) as u64);
            Ok(Arc::new((0..rows).map(count).collect::<UInt64Array>()) as ArrayRef)
        },
    )
}

fn missing_in() -> ScalarUDF {
    const ARGUMENTS: &[Kind] = &[Kind::List, Kind::Text, Kind::Number];
    function(
        "missing_in",
        ARGUMENTS,
        2,
        DataType::Int64,
        |arguments, rows| {
            let member = constant(&arguments[1], "missing_in")?;
            let first = first_element(arguments.get(2))?;
            let list = list_and_member(&arguments[0], rows, &member)?;
            let count = |row| {
                let missing = |(list, values): &(ListArray, ArrayRef)| {
                    range(list, row, first)
                        .filter(|place| values.is_null(*place))
                        .count()
                };
                list.as_ref().map_or(0, missing) as i64
            };
            Ok(Arc::new(Int64Array::from_iter_values((0..rows).map(count))) as ArrayRef)
        },
    )
}

/// Whether two spans of a list of `entry_time` and `exit_time` overlap; spans that only touch do not.
fn overlapping() -> ScalarUDF {
    function(
        "overlapping",
        &[Kind::List],
        1,
        DataType::Boolean,
        |arguments, rows| {
            let times = |member| -> Result<_> {
                let found = list_and_member(&arguments[0], rows, member)?;
                found
                    .map(|(list, values)| {
                        let times =
                            cast(&values, &DataType::Timestamp(TimeUnit::Microsecond, None))?;
                        Ok((
                            list,
                            times.as_primitive::<TimestampMicrosecondType>().clone(),
                        ))
                    })
                    .transpose()
            };
            let (Some((list, entries)), Some((_, exits))) =
                (times("entry_time")?, times("exit_time")?)
            else {
                return Ok(Arc::new(BooleanArray::from(vec![false; rows])) as ArrayRef);
            };
            let mut spans = Vec::new();
            let answer = (0..rows).map(|row| {
                spans.clear();
                spans.extend(range(&list, row, 1).filter_map(|place| {
                    let known = entries.is_valid(place) && exits.is_valid(place);
                    known.then(|| (entries.value(place), exits.value(place)))
                }));
                spans.sort_unstable();
                Some(spans.windows(2).any(|pair| pair[1].0 < pair[0].1))
            });
            Ok(Arc::new(answer.collect::<BooleanArray>()) as ArrayRef)
        },
    )
}
