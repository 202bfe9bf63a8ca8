//! SQL functions for checks of front pages.

mod codes;
mod dates;
mod filled;
mod identity;
mod lists;
mod lookups;
mod members;
mod patterns;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

pub(crate) use codes::Ranges;
#[cfg(test)]
pub(super) use codes::functions as code_functions;
pub(super) use codes::{ANY_CODE, CODE_IN};
pub(crate) use filled::fill;
pub(super) use lists::ListOfTexts;
pub use lookups::Lookups;

/// What an argument may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A date or a time.
    Time,
    /// A list of codes, or of diagnoses, procedures and the like.
    List,
}

impl Kind {
    fn takes(self, data_type: &DataType) -> bool {
        match self {
            Self::Text => data_type.is_string() || data_type.is_null(),
            Self::Number => data_type.is_integer() || data_type.is_null(),
            Self::Time => {
                matches!(
                    data_type,
                    DataType::Date32 | DataType::Timestamp(..) | DataType::Null
                )
            }
            Self::List => matches!(data_type, DataType::List(_) | DataType::Null),
        }
    }
}

/// The body of a function: arguments and the number of rows in, a column out.
type Body = dyn Fn(&[ColumnarValue], usize) -> Result<ArrayRef> + Send + Sync;

/// A function by its signature and body.
struct CheckFunction {
    name: &'static str,
    /// Required arguments come first.
    arguments: &'static [Kind],
    required: usize,
    returns: DataType,
    signature: Signature,
    body: Box<Body>,
}

impl fmt::Debug for CheckFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

// A session registers each name once.
impl PartialEq for CheckFunction {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for CheckFunction {}

impl Hash for CheckFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for CheckFunction {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if !(self.required..=self.arguments.len()).contains(&arguments.len()) {
            return plan_err!(
                "{} takes {} arguments, not {}",
                self.name,
                self.arguments.len(),
                arguments.len()
            );
        }
        for (place, (kind, given)) in (1..).zip(self.arguments.iter().zip(arguments)) {
            if !kind.takes(given) {
                return plan_err!(
                    "argument {place} of {} is a {given}, not a {kind:?}",
                    self.name
                );
            }
        }
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        (self.body)(&arguments.args, rows).map(ColumnarValue::Array)
    }
}

fn function(
    name: &'static str,
    arguments: &'static [Kind],
    required: usize,
    returns: DataType,
    body: impl Fn(&[ColumnarValue], usize) -> Result<ArrayRef> + Send + Sync + 'static,
) -> ScalarUDF {
    ScalarUDF::new_from_impl(CheckFunction {
        name,
        arguments,
        required,
        returns,
        signature: Signature::variadic_any(Volatility::Immutable),
        body: Box::new(body),
    })
}

/// All functions, with the code ranges that a set of checks may name.
pub(super) fn functions(ranges: &Arc<Ranges>, lookups: &Arc<dyn Lookups>) -> Vec<ScalarUDF> {
    let mut all = codes::functions(ranges);
    all.extend(dates::functions());
    all.extend(filled::functions());
    all.extend(identity::functions());
    all.extend(lists::functions());
    all.extend(lookups::functions(lookups));
    all.extend(patterns::functions());
    all
}

/// A column of texts.
pub(super) fn texts(argument: &ColumnarValue, rows: usize) -> Result<StringArray> {
    let array = argument.to_array(rows)?;
    if array.data_type() == &DataType::Utf8 {
        return Ok(array.as_string::<i32>().clone());
    }
    Ok(cast(&array, &DataType::Utf8)?.as_string::<i32>().clone())
}

/// A text that is the same for all rows.
fn constant(argument: &ColumnarValue, function: &str) -> Result<String> {
    match argument {
        ColumnarValue::Scalar(
            ScalarValue::Utf8(Some(text)) | ScalarValue::Utf8View(Some(text)),
        ) => Ok(text.clone()),
        _ => exec_err!("{function} takes a text in quotes here"),
    }
}

/// The element, from one, with which a list function begins; 1 when the argument is left out.
fn first_element(argument: Option<&ColumnarValue>) -> Result<usize> {
    match argument {
        None => Ok(1),
        Some(ColumnarValue::Scalar(ScalarValue::Int64(Some(first @ 1..)))) => {
            Ok(usize::try_from(*first).unwrap_or(usize::MAX))
        }
        Some(_) => exec_err!("the first element is a number from 1 on"),
    }
}

/// The value of a row.
fn at(texts: &StringArray, row: usize) -> Option<&str> {
    texts.is_valid(row).then(|| texts.value(row))
}
