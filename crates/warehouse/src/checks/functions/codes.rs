//! Codes in ranges, alone and in lists.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_checks::{CheckSet, CodeRanges};
use datafusion::arrow::array::{ArrayRef, BooleanArray, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF};

use super::lists::ListOfTexts;
use super::{Kind, at, constant, first_element, function, texts};

/// The function that looks at one code.
pub(in crate::checks) const CODE_IN: &str = "code_in";
/// The function that looks for a code in a list.
pub(in crate::checks) const ANY_CODE: &str = "any_code";

/// Ranges by the text that names them, read once.
#[derive(Debug)]
pub(crate) struct Ranges {
    named: HashMap<String, CodeRanges>,
    read: Mutex<HashMap<String, Arc<CodeRanges>>>,
}

impl Ranges {
    /// The named ranges of a set of checks.
    pub(in crate::checks) fn new(set: &CheckSet) -> Self {
        let lists = set.lists.iter();
        Self::named(
            lists
                .map(|list| (list.id.clone(), list.ranges.clone()))
                .collect(),
        )
    }

    pub(crate) fn named(named: HashMap<String, CodeRanges>) -> Self {
        Self {
            named,
            read: Mutex::default(),
        }
    }

    /// The ranges of a text, such as `C50-C63, @tumours`.
    pub(crate) fn get(&self, text: &str) -> Result<Arc<CodeRanges>> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ranges) = read.get(text) {
            return Ok(Arc::clone(ranges));
        }
        let mut ranges = CodeRanges::default();
        let mut plain = String::new();
        for piece in text.split([',', '，']).map(str::trim) {
            match piece.strip_prefix('@') {
                None => {
                    plain.push_str(piece);
                    plain.push(',');
                }
                Some(name) => match self.named.get(name) {
                    Some(named) => ranges = ranges.with(named),
                    None => return exec_err!("there are no code ranges @{name}"),
                },
            }
        }
        match CodeRanges::parse(&plain) {
            Ok(plain) => ranges = ranges.with(&plain),
            Err(wrong) => return exec_err!("{:?} is no range of codes", wrong.piece),
        }
        let ranges = Arc::new(ranges);
        read.insert(text.to_owned(), Arc::clone(&ranges));
        Ok(ranges)
    }
}

const LIST: &[Kind] = &[Kind::List, Kind::Text, Kind::Number];

pub(in crate::checks) fn functions(ranges: &Arc<Ranges>) -> Vec<ScalarUDF> {
    let code_in = {
        let ranges = Arc::clone(ranges);
        function(
            CODE_IN,
            &[Kind::Text, Kind::Text],
            2,
            DataType::Boolean,
            move |arguments, rows| {
                let ranges = ranges.get(&constant(&arguments[1], CODE_IN)?)?;
                let codes = texts(&arguments[0], rows)?;
                let inside = codes.iter().map(|code| Some(ranges.contains(code?)));
                Ok(Arc::new(inside.collect::<BooleanArray>()) as ArrayRef)
            },
        )
    };
    let any = list_function(ANY_CODE, DataType::Boolean, ranges, |mut codes, ranges| {
        Iterator::any(&mut codes, |code| ranges.contains(code))
    });
    let all = list_function("all_codes", DataType::Boolean, ranges, |codes, ranges| {
        let mut codes = codes.peekable();
        codes.peek().is_some() && codes.all(|code| ranges.contains(code))
    });
    let count = {
        let ranges = Arc::clone(ranges);
        function(
            "count_codes",
            LIST,
            2,
            DataType::Int64,
            move |arguments, rows| {
                let (list, ranges, first) = prepare("count_codes", arguments, rows, &ranges)?;
                let count = |row| {
                    let codes = list.texts(row, first);
                    codes.filter(|code| ranges.contains(code)).count() as i64
                };
                Ok(Arc::new(Int64Array::from_iter_values((0..rows).map(count))) as ArrayRef)
            },
        )
    };
    let first = {
        let ranges = Arc::clone(ranges);
        function(
            "first_code",
            LIST,
            2,
            DataType::Utf8,
            move |arguments, rows| {
                let (list, ranges, first) = prepare("first_code", arguments, rows, &ranges)?;
                let found = |row| list.texts(row, first).find(|code| ranges.contains(code));
                Ok(Arc::new((0..rows).map(found).collect::<StringArray>()) as ArrayRef)
            },
        )
    };
    let mut functions = vec![
        code_in,
        any,
        all,
        count,
        first,
        repeated(),
        lonely_asterisk(),
        is_surgery(),
    ];
    functions.extend(super::members::functions(ranges));
    functions
}

/// A yes-or-no question about the codes of a list.
fn list_function(
    name: &'static str,
    returns: DataType,
    ranges: &Arc<Ranges>,
    question: impl Fn(&mut dyn Iterator<Item = &str>, &CodeRanges) -> bool + Send + Sync + 'static,
) -> ScalarUDF {
    let ranges = Arc::clone(ranges);
    function(name, LIST, 2, returns, move |arguments, rows| {
        let (list, ranges, first) = prepare(name, arguments, rows, &ranges)?;
        let answer = |row| Some(question(&mut list.texts(row, first), &ranges));
        Ok(Arc::new((0..rows).map(answer).collect::<BooleanArray>()) as ArrayRef)
    })
}

fn prepare(
    name: &str,
    arguments: &[ColumnarValue],
    rows: usize,
    ranges: &Ranges,
) -> Result<(ListOfTexts, Arc<CodeRanges>, usize)> {
    Ok((
        ListOfTexts::new(&arguments[0], rows, "code")?,
        ranges.get(&constant(&arguments[1], name)?)?,
        first_element(arguments.get(2))?,
    ))
}

fn repeated() -> ScalarUDF {
    function(
        "repeated_codes",
        &[Kind::List],
        1,
        DataType::Int64,
        |arguments, rows| {
            let list = ListOfTexts::new(&arguments[0], rows, "code")?;
            let mut seen: Vec<&str> = Vec::new();
            let mut counts = Vec::with_capacity(rows);
            for row in 0..rows {
                seen.clear();
                let mut repeated = 0;
                for code in list.texts(row, 1) {
                    if seen.contains(&code) {
                        repeated += 1;
                    } else {
                        seen.push(code);
                    }
                }
                counts.push(repeated);
            }
            Ok(Arc::new(Int64Array::from(counts)) as ArrayRef)
        },
    )
}

/// A manifestation (`G63.2*`) that stands without any aetiology (`E11.4+`). Codes that hold both,
/// `E11.400+G63.2*`, stand for themselves.
fn lonely_asterisk() -> ScalarUDF {
    function(
        "has_asterisk_alone",
        &[Kind::List],
        1,
        DataType::Boolean,
        |arguments, rows| {
            let list = ListOfTexts::new(&arguments[0], rows, "code")?;
            let alone = |row| {
                let asterisk = list
                    .texts(row, 1)
                    .any(|code| code.ends_with('*') && !code.contains('+'));
                Some(asterisk && !list.texts(row, 1).any(|code| code.contains('+')))
            };
            Ok(Arc::new((0..rows).map(alone).collect::<BooleanArray>()) as ArrayRef)
        },
    )
}

/// Whether a code of ICD-9-CM-3 is an operation in the sense of the front page: chapters 0–15 (00–86)
/// without the diagnostic procedures that stand among them, and without the punctures, tubes and
/// suctions that hospitals count as treatment. The official catalogue decides single codes; packs may
/// narrow the answer.
fn is_surgery() -> ScalarUDF {
    function(
        "is_surgery",
        &[Kind::Text],
        1,
        DataType::Boolean,
        |arguments, rows| {
            let codes = texts(&arguments[0], rows)?;
            let answer = (0..rows).map(|row| at(&codes, row).map(surgery));
            Ok(Arc::new(answer.collect::<BooleanArray>()) as ArrayRef)
        },
    )
}

/// Procedures within 00–86 that are no operations: diagnostics, endoscopy, punctures, tubes.
const NO_SURGERY: &str = "00.0-00.4,00.9,01.1,03.3,03.31,04.1,05.1,06.0,06.1,07.1,08.1,09.1,10.2,11.2,12.2,14.1,15.0,16.2,18.1,20.3,21.0,21.2,22.1,24.1,25.0,26.1,27.2,28.1,29.1,31.4,31.42,31.43,33.2,34.2,34.9,34.04,34.91,37.2,38.2,38.9,39.95,39.96,40.1,41.3,42.2,42.33,44.1,45.1,45.2,48.2,49.2,50.1,51.1,52.1,54.2,54.9,54.91,54.98,55.2,55.9,56.3,57.3,57.9,57.94,57.95,58.2,59.2,60.1,61.1,62.1,63.0,64.1,65.1,66.1,67.1,68.1,70.2,71.1,73,75.1,75.3,75.4,75.9,76.1,78.8,79.0,80.2,80.3,81.9,83.2,85.1,86.0,86.1,86.59,86.9";

fn surgery(code: &str) -> bool {
    static NONE: std::sync::LazyLock<CodeRanges> =
        std::sync::LazyLock::new(|| CodeRanges::parse(NO_SURGERY).unwrap_or_default());
    let chapter = code.get(..2).and_then(|chapter| chapter.parse::<u8>().ok());
    matches!(chapter, Some(0..=86)) && !NONE.contains(code)
}
