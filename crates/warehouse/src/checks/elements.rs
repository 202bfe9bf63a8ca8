//! `diagnoses[1]['code']` without copying whole diagnoses: the member is taken from the list's values.

use std::sync::Arc;

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, UInt32Array, new_null_array};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::tree_node::{Transformed, TreeNode as _};
use datafusion::common::{Result, ScalarValue, exec_err, plan_err};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// Puts one step in the place of the two that take a member of an element.
pub(super) fn members_taken(expression: Expr) -> Result<Expr> {
    let taken = expression.transform_up(|node| match member_of_element(&node) {
        Some(arguments) => {
            let function = Arc::new(ScalarUDF::new_from_impl(ElementMember::default()));
            let call = ScalarFunction::new_udf(function, arguments);
            Ok(Transformed::yes(Expr::ScalarFunction(call)))
        }
        None => Ok(Transformed::no(node)),
    })?;
    Ok(taken.data)
}

/// The list, the place and the member of `list[place]['member']`.
fn member_of_element(node: &Expr) -> Option<Vec<Expr>> {
    let [
        Expr::ScalarFunction(element),
        member @ Expr::Literal(ScalarValue::Utf8(Some(_)), _),
    ] = arguments_of(node, "get_field")?
    else {
        return None;
    };
    let [list @ Expr::Column(_), place] = element.args.as_slice() else {
        return None;
    };
    let counted = matches!(place, Expr::Literal(ScalarValue::Int64(Some(1..)), _));
    (element.func.name() == "array_element" && counted)
        .then(|| vec![list.clone(), place.clone(), member.clone()])
}

fn arguments_of<'a>(node: &'a Expr, name: &str) -> Option<&'a [Expr]> {
    match node {
        Expr::ScalarFunction(call) if call.func.name() == name => Some(&call.args),
        _ => None,
    }
}

/// `element_member(list, place, member)`: NULL where the list has no such element.
#[derive(Debug, PartialEq, Eq, Hash)]
struct ElementMember {
    signature: Signature,
}

impl Default for ElementMember {
    fn default() -> Self {
        Self {
            signature: Signature::any(3, Volatility::Immutable),
        }
    }
}

impl ScalarUDFImpl for ElementMember {
    fn name(&self) -> &str {
        "element_member"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        plan_err!("the type of a member depends on its name")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs<'_>) -> Result<FieldRef> {
        let (list, member) = (&arguments.arg_fields[0], arguments.scalar_arguments[2]);
        if let (DataType::List(element), Some(ScalarValue::Utf8(Some(member)))) =
            (list.data_type(), member)
            && let DataType::Struct(members) = element.data_type()
            && let Some((_, field)) = members.find(member)
        {
            let data_type = field.data_type().clone();
            return Ok(Arc::new(Field::new(self.name(), data_type, true)));
        }
        plan_err!("the elements of {} have no such member", list.name())
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [
            ColumnarValue::Array(list),
            ColumnarValue::Scalar(ScalarValue::Int64(Some(place))),
            ColumnarValue::Scalar(ScalarValue::Utf8(Some(member))),
        ] = arguments.args.as_slice()
        else {
            return exec_err!("element_member takes a list, a place and a name");
        };
        let list = list.as_list::<i32>();
        let elements = list.values().as_struct();
        let Some(values) = elements.column_by_name(member) else {
            let data_type = arguments.return_field.data_type();
            return Ok(ColumnarValue::Array(new_null_array(data_type, list.len())));
        };
        let offsets = list.value_offsets();
        let skipped = i32::try_from(place - 1).unwrap_or(i32::MAX);
        let at = |row: usize| {
            let at = offsets[row].saturating_add(skipped);
            let there = list.is_valid(row) && at < offsets[row + 1];
            u32::try_from(at)
                .ok()
                .filter(|at| there && elements.is_valid(*at as usize))
        };
        let places: UInt32Array = (0..list.len()).map(at).collect();
        let taken: ArrayRef = take(values, &places, None)?;
        Ok(ColumnarValue::Array(taken))
    }
}
