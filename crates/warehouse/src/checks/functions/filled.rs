//! `coalesce` over whole columns. The engine turns it into a `CASE` that copies every column of the
//! batch for the rows that are left; a check asks for a charge or nothing dozens of times.

use datafusion::arrow::array::{Array as _, ArrayRef, Scalar};
use datafusion::arrow::compute::is_not_null;
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{Result, exec_err};
use datafusion::functions::core::coalesce::CoalesceFunc;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

pub(super) fn functions() -> Vec<ScalarUDF> {
    vec![ScalarUDF::new_from_impl(Coalesce::default())]
}

/// Types as the engine's function has them; all arguments are evaluated.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Coalesce {
    typed: CoalesceFunc,
}

impl ScalarUDFImpl for Coalesce {
    fn name(&self) -> &str {
        self.typed.name()
    }

    fn signature(&self) -> &Signature {
        self.typed.signature()
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        self.typed.return_type(arguments)
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        self.typed.return_field_from_args(arguments)
    }

    fn coerce_types(&self, arguments: &[DataType]) -> Result<Vec<DataType>> {
        self.typed.coerce_types(arguments)
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let mut values = arguments.args.into_iter();
        let Some(first) = values.next() else {
            return exec_err!("coalesce needs a value");
        };
        let mut filled: ArrayRef = first.into_array(rows)?;
        for other in values {
            if filled.null_count() == 0 {
                break;
            }
            let known = is_not_null(&filled)?;
            filled = match other {
                ColumnarValue::Array(other) => zip(&known, &filled, &other)?,
                ColumnarValue::Scalar(other) => {
                    zip(&known, &filled, &Scalar::new(other.to_array()?))?
                }
            };
        }
        Ok(ColumnarValue::Array(filled))
    }
}
