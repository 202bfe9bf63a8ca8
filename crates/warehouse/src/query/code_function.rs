//! `any_code_begins(…)`: whether a list of diagnoses or procedures has a code, as an SQL function.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, BooleanArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The SQL function `any_code_begins(codes, beginnings)`.
///
/// The codes are a list of codes, or a column of `discharge` such as `diagnoses` as it is; the beginnings are one text
/// with `|` between them. Without it a question about any diagnosis would have to unfold all of them.
///
/// ```sql
/// SELECT count(*) FROM discharge WHERE any_code_begins(diagnoses, 'I21|I22')
/// ```
pub fn any_code_begins() -> ScalarUDF {
    ScalarUDF::new_from_impl(CodeFunction {
        signature: Signature::any(2, Volatility::Immutable),
    })
}

#[derive(Debug, PartialEq, Eq)]
struct CodeFunction {
    signature: Signature,
}

impl Hash for CodeFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        "any_code_begins".hash(state);
    }
}

impl ScalarUDFImpl for CodeFunction {
    fn name(&self) -> &str {
        "any_code_begins"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [DataType::List(_) | DataType::Null, _] => Ok(DataType::Boolean),
            _ => plan_err!("any_code_begins takes a list of codes and beginnings"),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns: Vec<ArrayRef> = arguments
            .args
            .into_iter()
            .map(|argument| argument.into_array(rows))
            .collect::<Result<_>>()?;
        let Some(lists) = columns[0].as_list_opt::<i32>() else {
            let none = BooleanArray::from(vec![false; rows]);
            return Ok(ColumnarValue::Array(Arc::new(none)));
        };
        let wanted = cast(&columns[1], &DataType::Utf8)?;
        let wanted = wanted.as_string::<i32>();
        let elements = lists.values();
        let codes = match elements.as_struct_opt() {
            Some(structure) => structure.column_by_name("code"),
            None => Some(elements),
        };
        let Some(codes) = codes else {
            return exec_err!("any_code_begins: the list has no member `code`");
        };
        let codes = cast(codes, &DataType::Utf8)?;
        let codes: &StringArray = codes.as_string::<i32>();
        let offsets = lists.value_offsets();
        let found = (0..rows).map(|row| {
            if lists.is_null(row) || wanted.is_null(row) {
                return false;
            }
            let begins = |code: &str| {
                let mut beginnings = wanted.value(row).split('|');
                beginnings.any(|begin| !begin.is_empty() && code.starts_with(begin))
            };
            let range = offsets[row]..offsets[row + 1];
            let mut places = range.filter_map(|place| usize::try_from(place).ok());
            places.any(|place| codes.is_valid(place) && begins(codes.value(place)))
        });
        let found: Vec<bool> = found.collect();
        Ok(ColumnarValue::Array(Arc::new(BooleanArray::from(found))))
    }
}
