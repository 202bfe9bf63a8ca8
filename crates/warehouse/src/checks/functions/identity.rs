//! The parts of identity numbers.

use std::sync::Arc;

use biaochi_checks::{IdentityNumber, Sex};
use biaochi_records::days_since_epoch;
use datafusion::arrow::array::{ArrayRef, BooleanArray, Date32Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::ScalarUDF;

use super::{Kind, function, texts};

const ARGUMENT: &[Kind] = &[Kind::Text];

pub(super) fn functions() -> Vec<ScalarUDF> {
    let ok = function(
        "id_number_ok",
        ARGUMENT,
        1,
        DataType::Boolean,
        |arguments, rows| {
            let numbers = texts(&arguments[0], rows)?;
            let ok = numbers
                .iter()
                .map(|number| Some(IdentityNumber::parse(number?).is_some()));
            Ok(Arc::new(ok.collect::<BooleanArray>()) as ArrayRef)
        },
    );
    let birth = function(
        "id_birth_date",
        ARGUMENT,
        1,
        DataType::Date32,
        |arguments, rows| {
            let numbers = texts(&arguments[0], rows)?;
            let dates = numbers
                .iter()
                .map(|number| Some(days_since_epoch(IdentityNumber::parse(number?)?.birth_date)));
            Ok(Arc::new(dates.collect::<Date32Array>()) as ArrayRef)
        },
    );
    let sex = function("id_sex", ARGUMENT, 1, DataType::Utf8, |arguments, rows| {
        let numbers = texts(&arguments[0], rows)?;
        let sexes = numbers
            .iter()
            .map(|number| match IdentityNumber::parse(number?)?.sex {
                Sex::Male => Some("1"),
                Sex::Female => Some("2"),
            });
        Ok(Arc::new(sexes.collect::<StringArray>()) as ArrayRef)
    });
    vec![ok, birth, sex]
}
