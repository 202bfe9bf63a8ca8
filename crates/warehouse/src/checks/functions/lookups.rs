//! Questions that the code packs answer.

use std::fmt;
use std::sync::Arc;

use biaochi_records::{Field, LAYOUTS, Layout};
use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

use super::{Kind, at, constant, function, texts};

/// What the code packs know.
pub trait Lookups: fmt::Debug + Send + Sync {
    /// Whether a value set of the catalogue has a code.
    fn in_value_set(&self, set: &'static str, code: &str) -> bool;
    /// Whether a system (`icd-10`, `icd-9-cm-3`) has a code.
    fn known_code(&self, system: &str, code: &str) -> bool;
    /// Whether a name belongs to a code of a system; `None` when no name of the code is known.
    fn name_matches(&self, system: &str, code: &str, name: &str) -> Option<bool>;
    /// Whether a diagnosis cannot be a principal one.
    fn invalid_principal(&self, code: &str) -> bool;
}

/// Code systems that packs bring.
const SYSTEMS: [&str; 2] = ["icd-10", "icd-9-cm-3"];

pub(super) fn functions(lookups: &Arc<dyn Lookups>) -> Vec<ScalarUDF> {
    const TEXTS: &[Kind] = &[Kind::Text, Kind::Text, Kind::Text];
    let known = {
        let lookups = Arc::clone(lookups);
        function(
            "known_code",
            &TEXTS[..2],
            2,
            DataType::Boolean,
            move |arguments, rows| {
                let system = system(&arguments[0], "known_code")?;
                let codes = texts(&arguments[1], rows)?;
                let known = codes
                    .iter()
                    .map(|code| Some(lookups.known_code(&system, code?)));
                Ok(Arc::new(known.collect::<BooleanArray>()) as ArrayRef)
            },
        )
    };
    let names = {
        let lookups = Arc::clone(lookups);
        function(
            "code_name_matches",
            TEXTS,
            3,
            DataType::Boolean,
            move |arguments, rows| {
                let system = system(&arguments[0], "code_name_matches")?;
                let (codes, names) = (texts(&arguments[1], rows)?, texts(&arguments[2], rows)?);
                let matches = codes
                    .iter()
                    .zip(names.iter())
                    .map(|(code, name)| lookups.name_matches(&system, code?, name?));
                Ok(Arc::new(matches.collect::<BooleanArray>()) as ArrayRef)
            },
        )
    };
    let principal = {
        let lookups = Arc::clone(lookups);
        function(
            "invalid_principal",
            &TEXTS[..1],
            1,
            DataType::Boolean,
            move |arguments, rows| {
                let codes = texts(&arguments[0], rows)?;
                let invalid = codes
                    .iter()
                    .map(|code| Some(lookups.invalid_principal(code?)));
                Ok(Arc::new(invalid.collect::<BooleanArray>()) as ArrayRef)
            },
        )
    };
    let valid = {
        let lookups = Arc::clone(lookups);
        function(
            "valid_value",
            TEXTS,
            3,
            DataType::Boolean,
            move |arguments, rows| valid_values(lookups.as_ref(), arguments, rows),
        )
    };
    vec![known, names, principal, valid]
}

fn system(argument: &ColumnarValue, function: &str) -> Result<String> {
    let system = constant(argument, function)?;
    if SYSTEMS.contains(&system.as_str()) {
        return Ok(system);
    }
    exec_err!(
        "{function} knows the systems {}, not {system:?}",
        SYSTEMS.join(", ")
    )
}

fn valid_values(
    lookups: &dyn Lookups,
    arguments: &[ColumnarValue],
    rows: usize,
) -> Result<ArrayRef> {
    let id = constant(&arguments[0], "valid_value")?;
    let Some(field) = Field::from_id(&id) else {
        return exec_err!("the front page has no field {id:?}");
    };
    let (values, layouts) = (texts(&arguments[1], rows)?, texts(&arguments[2], rows)?);
    let set = |layout: &str| -> Option<&'static str> {
        let layout = LAYOUTS
            .into_iter()
            .find(|known: &Layout| known.id() == layout)?;
        field.info().value_set(layout)
    };
    // Rows of a batch are nearly always of one layout.
    let mut last: Option<(String, Option<&'static str>)> = None;
    let answer = (0..rows).map(|row| {
        let (value, layout) = (at(&values, row)?, at(&layouts, row)?);
        if last.as_ref().is_none_or(|(known, _)| known != layout) {
            last = Some((layout.to_owned(), set(layout)));
        }
        let set = last.as_ref().and_then(|(_, set)| *set);
        Some(set.is_none_or(|set| lookups.in_value_set(set, value)))
    });
    Ok(Arc::new(answer.collect::<BooleanArray>()) as ArrayRef)
}
