//! Questions about several members of the same element: a diagnosis of these codes that arose in
//! hospital, an operation with this incision and this healing.

use std::sync::Arc;

use biaochi_checks::CodeRanges;
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BooleanArray, Int64Array, ListArray, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

use super::codes::Ranges;
use super::lists::range;
use super::{Kind, constant, function};

/// A list, and up to six pairs of a member and its values.
const ARGUMENTS: &[Kind] = &[
    Kind::List,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
    Kind::Text,
];

pub(super) fn functions(ranges: &Arc<Ranges>) -> Vec<ScalarUDF> {
    let yes = |name, first| {
        let ranges = Arc::clone(ranges);
        function(
            name,
            ARGUMENTS,
            3,
            DataType::Boolean,
            move |arguments, rows| {
                let elements = Elements::new(name, arguments, rows, &ranges)?;
                let answer =
                    (0..rows).map(|row| Some(elements.fulfilling(row, first).next().is_some()));
                Ok(Arc::new(answer.collect::<BooleanArray>()) as ArrayRef)
            },
        )
    };
    let count = |name, first| {
        let ranges = Arc::clone(ranges);
        function(
            name,
            ARGUMENTS,
            3,
            DataType::Int64,
            move |arguments, rows| {
                let elements = Elements::new(name, arguments, rows, &ranges)?;
                let counts = (0..rows).map(|row| elements.fulfilling(row, first).count() as i64);
                Ok(Arc::new(Int64Array::from_iter_values(counts)) as ArrayRef)
            },
        )
    };
    vec![
        yes("any_element", 1),
        yes("any_other", 2),
        count("count_elements", 1),
        count("count_other", 2),
    ]
}

/// What a member has to be.
enum Wanted {
    Ranges(Arc<CodeRanges>),
    Values(Vec<String>),
}

impl Wanted {
    fn takes(&self, value: &str) -> bool {
        match self {
            Self::Ranges(ranges) => ranges.contains(value),
            Self::Values(values) => values.iter().any(|wanted| wanted == value),
        }
    }
}

/// The elements of a column of lists and what their members have to be.
struct Elements {
    /// `None` when the column is nothing but NULL.
    list: Option<(ListArray, Vec<(StringArray, Wanted)>)>,
}

impl Elements {
    fn new(name: &str, arguments: &[ColumnarValue], rows: usize, ranges: &Ranges) -> Result<Self> {
        let pairs = &arguments[1..];
        if pairs.len() % 2 == 1 {
            return exec_err!("{name} takes pairs of a member and its values");
        }
        let array = arguments[0].to_array(rows)?;
        let Some(list) = array.as_list_opt::<i32>() else {
            return Ok(Self { list: None });
        };
        let Some(structure) = list.values().as_struct_opt() else {
            return exec_err!("{name} takes a list of diagnoses, procedures and the like");
        };
        let mut wanted = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks_exact(2) {
            let member = constant(&pair[0], name)?;
            let text = constant(&pair[1], name)?;
            let Some(values) = structure.column_by_name(&member) else {
                return exec_err!("the elements of this list have no {member}");
            };
            let values = match values.data_type() {
                DataType::Utf8 => values.as_string::<i32>().clone(),
                _ => cast(values, &DataType::Utf8)?.as_string::<i32>().clone(),
            };
            let what = match member.as_str() {
                "code" => Wanted::Ranges(ranges.get(&text)?),
                _ => {
                    let each = text.split([',', '，']).map(|value| value.trim().to_owned());
                    Wanted::Values(each.collect())
                }
            };
            wanted.push((values, what));
        }
        // Comparing a value costs less than looking for a code, and mostly settles it.
        wanted.sort_by_key(|(_, wanted)| matches!(wanted, Wanted::Ranges(_)));
        Ok(Self {
            list: Some((list.clone(), wanted)),
        })
    }

    /// Places of the elements of a row, from one on, that fulfil everything.
    fn fulfilling(&self, row: usize, first: usize) -> impl Iterator<Item = usize> {
        self.list.iter().flat_map(move |(list, wanted)| {
            range(list, row, first).filter(|&place| {
                let mut all = wanted.iter();
                all.all(|(values, wanted)| {
                    values.is_valid(place) && wanted.takes(values.value(place))
                })
            })
        })
    }
}
