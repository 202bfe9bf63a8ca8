//! Patterns in texts. Regular expressions are read once: the engine's own function reads its pattern anew for every batch,
//! which costs more than matching when a batch is one record.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use datafusion::arrow::array::{ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::ScalarUDF;
use regex::Regex;

use super::{Kind, constant, function, texts};

const LIKE: &str = "regexp_like";

pub(super) fn functions() -> Vec<ScalarUDF> {
    let patterns = Mutex::new(HashMap::<String, Arc<Regex>>::new());
    let like = function(
        LIKE,
        &[Kind::Text, Kind::Text],
        2,
        DataType::Boolean,
        move |arguments, rows| {
            let pattern = read(&patterns, constant(&arguments[1], LIKE)?)?;
            let texts = texts(&arguments[0], rows)?;
            let matches = texts.iter().map(|text| Some(pattern.is_match(text?)));
            Ok(Arc::new(matches.collect::<BooleanArray>()) as ArrayRef)
        },
    );
    let digits = function(
        "digits",
        &[Kind::Text],
        1,
        DataType::Utf8,
        |arguments, rows| {
            let texts = texts(&arguments[0], rows)?;
            let digits = |text: &str| {
                text.chars()
                    .filter(char::is_ascii_digit)
                    .collect::<String>()
            };
            let all = texts.iter().map(|text| text.map(digits));
            Ok(Arc::new(all.collect::<StringArray>()) as ArrayRef)
        },
    );
    vec![like, digits]
}

fn read(patterns: &Mutex<HashMap<String, Arc<Regex>>>, text: String) -> Result<Arc<Regex>> {
    let mut patterns = patterns.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(pattern) = patterns.get(&text) {
        return Ok(Arc::clone(pattern));
    }
    match Regex::new(&text) {
        Ok(pattern) => {
            let pattern = Arc::new(pattern);
            patterns.insert(text, Arc::clone(&pattern));
            Ok(pattern)
        }
        Err(error) => exec_err!("{text:?} is no regular expression: {error}"),
    }
}
