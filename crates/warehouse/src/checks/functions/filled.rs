//! `coalesce` over whole columns. The engine turns it into a `CASE` that copies every column of the
//! batch for the rows that are left; a check asks for a charge or nothing dozens of times.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Decimal128Array, Scalar};
use datafusion::arrow::compute::is_not_null;
use datafusion::arrow::compute::kernels::zip::zip;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, FieldRef};
use datafusion::common::{Result, ScalarValue, exec_err};
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
            filled = fill(&filled, &other)?;
        }
        Ok(ColumnarValue::Array(filled))
    }
}

/// The values, and another where they are missing.
pub(crate) fn fill(values: &ArrayRef, other: &ColumnarValue) -> Result<ArrayRef> {
    match other {
        // Money, by far the most.
        ColumnarValue::Scalar(ScalarValue::Decimal128(Some(unit), _, scale)) if matches!(values.data_type(), DataType::Decimal128(_, own) if own == scale) =>
        {
            let own = values.as_primitive::<Decimal128Type>();
            let filled: Vec<i128> = own.iter().map(|value| value.unwrap_or(*unit)).collect();
            let filled = Decimal128Array::from(filled).with_data_type(values.data_type().clone());
            Ok(Arc::new(filled))
        }
        ColumnarValue::Array(other) => Ok(zip(&is_not_null(values)?, values, other)?),
        ColumnarValue::Scalar(other) => {
            let other = Scalar::new(other.to_array()?);
            Ok(zip(&is_not_null(values)?, values, &other)?)
        }
    }
}
