//! The order in which the parts of a condition are asked.
//!
//! A check is violated where all parts joined by AND are true. Most pages fall out at the first cheap
//! part – no such code, no charge, another sex – and what is left is evaluated for the others only.

use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::utils::{conjunction, split_conjunction_owned};
use datafusion::logical_expr::{Expr, Operator};

use super::membership::is_list_answer;

/// The same where the condition is true; where it is not, false and NULL are one.
///
/// Cheap parts come first, otherwise the order stays: a part may keep the next from a division by
/// zero. NULL counts as false in every part but the last, because the engine leaves out rows for the
/// parts behind only if it sees no NULL.
pub(crate) fn guarded(expression: Expr) -> Expr {
    match expression {
        Expr::Case(Case {
            expr: None,
            when_then_expr,
            else_expr: None,
        }) => Expr::Case(Case {
            expr: None,
            when_then_expr: when_then_expr
                .into_iter()
                .map(|(when, then)| (Box::new(guarded(*when)), then))
                .collect(),
            else_expr: None,
        }),
        condition => ordered(condition),
    }
}

fn ordered(condition: Expr) -> Expr {
    let parts = split_conjunction_owned(condition.clone());
    let (cheap, dear): (Vec<_>, Vec<_>) = parts.into_iter().partition(cannot_fail);
    let mut parts: Vec<Expr> = cheap.into_iter().chain(dear).collect();
    let Some(last) = parts.pop() else {
        return condition;
    };
    let before = parts.into_iter().map(|part| match is_never_null(&part) {
        true => part,
        false => Expr::IsTrue(Box::new(part)),
    });
    conjunction(before.chain([last])).unwrap_or(condition)
}

/// Whether a part is true or false on every page: `any_code` is false where there is no list.
fn is_never_null(part: &Expr) -> bool {
    match part {
        Expr::IsNull(_) | Expr::IsNotNull(_) | Expr::IsTrue(_) | Expr::IsNotTrue(_) => true,
        Expr::Column(column) => is_list_answer(&column.name),
        Expr::Not(inner) => is_never_null(inner),
        Expr::BinaryExpr(binary) => {
            matches!(binary.op, Operator::And | Operator::Or)
                && is_never_null(&binary.left)
                && is_never_null(&binary.right)
        }
        _ => false,
    }
}

/// Whether a part looks at columns only: it is cheap, and cannot fail.
pub(crate) fn cannot_fail(part: &Expr) -> bool {
    match part {
        Expr::Column(_) | Expr::Literal(..) => true,
        Expr::Not(inner)
        | Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner) => cannot_fail(inner),
        Expr::BinaryExpr(binary) => {
            let compares = matches!(
                binary.op,
                Operator::And
                    | Operator::Or
                    | Operator::Eq
                    | Operator::NotEq
                    | Operator::Lt
                    | Operator::LtEq
                    | Operator::Gt
                    | Operator::GtEq
                    | Operator::IsDistinctFrom
                    | Operator::IsNotDistinctFrom
            );
            compares && cannot_fail(&binary.left) && cannot_fail(&binary.right)
        }
        Expr::Between(between) => {
            cannot_fail(&between.expr) && cannot_fail(&between.low) && cannot_fail(&between.high)
        }
        Expr::InList(list) => cannot_fail(&list.expr) && list.list.iter().all(cannot_fail),
        Expr::ScalarFunction(call) => {
            matches!(call.func.name(), "get_field" | "coalesce")
                && call.args.iter().all(cannot_fail)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    use datafusion::common::DFSchema;
    use datafusion::prelude::SessionContext;

    use super::*;

    #[track_caller]
    fn check(sql: &str, expected: &str) {
        let fields = ["a", "b", "c"].map(|name| Field::new(name, DataType::Int64, true));
        let schema = DFSchema::try_from(Schema::new(fields.to_vec())).expect("a schema");
        let read = SessionContext::new().parse_sql_expr(sql, &schema);
        assert_eq!(guarded(read.expect(sql)).to_string(), expected);
    }

    #[test]
    fn cheap_parts_come_first_and_nothing_else_moves() {
        check("a > 1", "a > Int64(1)");
        check(
            "abs(a) > 1 and b = 2 and c is null",
            "b = Int64(2) IS TRUE AND c IS NULL AND abs(a) > Int64(1)",
        );
        // The division stays behind the part that keeps it from zero.
        check(
            "abs(a) > 0 and b / a > 1",
            "abs(a) > Int64(0) IS TRUE AND b / a > Int64(1)",
        );
        check("a = 1 or b = 2", "a = Int64(1) OR b = Int64(2)");
        check(
            "case when abs(a) > 1 and b = 2 then c end",
            "CASE WHEN b = Int64(2) IS TRUE AND abs(a) > Int64(1) THEN c END",
        );
    }
}
