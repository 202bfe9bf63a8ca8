//! `drg_group(…)`: the grouper as an SQL function.

use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_grouper::{Scheme, Stay};
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray as _, Int32Array, ListArray, StringArray, StringBuilder, StructArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Fields, Int32Type};
use datafusion::common::{DataFusionError, Result, exec_err, plan_err};
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Gives the compiled scheme of an id, or says why there is none.
pub type SchemeSource = dyn Fn(&str) -> std::result::Result<Arc<Scheme>, String> + Send + Sync;

/// Arguments in order; those from `age_days` on may be left out from the end.
const ARGUMENTS: [&str; 13] = [
    "scheme",
    "diagnoses",
    "procedures",
    "sex",
    "age",
    "age_days",
    "weight",
    "length_of_stay",
    "department",
    "disposition",
    "icu_hours",
    "ventilator_hours",
    "translate",
];
const REQUIRED: usize = 5;

/// The SQL function
/// `drg_group(scheme, diagnoses, procedures, sex, age [, age_days, weight, length_of_stay,
/// department, disposition, icu_hours, ventilator_hours, translate])`.
///
/// Diagnoses and procedures are lists of codes, or the columns of `discharge` as they are. The
/// result is a struct of `status`, `mdc`, `adrg` and `drg`:
///
/// ```sql
/// SELECT drg_group('chs_drg_11', diagnoses, procedures, sex, age_years, age_days,
///                  newborn_admission_weight, length_of_stay)['drg'] FROM discharge
/// ```
pub fn drg_group(schemes: Arc<SchemeSource>) -> ScalarUDF {
    ScalarUDF::new_from_impl(GroupFunction {
        signature: Signature::variadic_any(Volatility::Immutable),
        schemes: Schemes {
            source: schemes,
            compiled: Mutex::default(),
        },
    })
}

struct GroupFunction {
    signature: Signature,
    schemes: Schemes,
}

struct Schemes {
    source: Arc<SchemeSource>,
    compiled: Mutex<HashMap<String, Arc<Scheme>>>,
}

impl fmt::Debug for GroupFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("drg_group")
    }
}

// Two of them are the same function when they take their schemes from the same place.
impl PartialEq for GroupFunction {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schemes.source, &other.schemes.source)
    }
}

impl Eq for GroupFunction {}

impl Hash for GroupFunction {
    fn hash<H: Hasher>(&self, state: &mut H) {
        "drg_group".hash(state);
    }
}

impl Schemes {
    fn get(&self, id: &str) -> Result<Arc<Scheme>> {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(scheme) = compiled.get(id) {
            return Ok(Arc::clone(scheme));
        }
        let scheme = (self.source)(id).map_err(DataFusionError::Execution)?;
        compiled.insert(id.to_owned(), Arc::clone(&scheme));
        Ok(scheme)
    }
}

fn result_fields() -> Fields {
    ["status", "mdc", "adrg", "drg"]
        .iter()
        .map(|&name| Field::new(name, DataType::Utf8, true))
        .collect()
}

impl ScalarUDFImpl for GroupFunction {
    fn name(&self) -> &str {
        "drg_group"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        if !(REQUIRED..=ARGUMENTS.len()).contains(&arguments.len()) {
            return plan_err!("drg_group takes {}", ARGUMENTS.join(", "));
        }
        Ok(DataType::Struct(result_fields()))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let rows = arguments.number_rows;
        let columns: Vec<ArrayRef> = arguments
            .args
            .into_iter()
            .map(|argument| argument.into_array(rows))
            .collect::<Result<_>>()?;
        let inputs = Inputs::new(&columns)?;
        let mut results: [StringBuilder; 4] = Default::default();
        let mut last: Option<(String, Arc<Scheme>)> = None;
        let (mut diagnoses, mut procedures) = (Vec::new(), Vec::new());
        for row in 0..rows {
            let id = inputs.scheme.value(row);
            let scheme = match &last {
                Some((known, scheme)) if known == id => Arc::clone(scheme),
                _ => {
                    let scheme = self.schemes.get(id)?;
                    last = Some((id.to_owned(), Arc::clone(&scheme)));
                    scheme
                }
            };
            inputs.diagnoses.read(row, &mut diagnoses);
            inputs.procedures.read(row, &mut procedures);
            let grouping = scheme.group(&inputs.stay(row, &diagnoses, &procedures));
            let values = [
                grouping.status.name(),
                grouping.mdc,
                grouping.adrg,
                grouping.drg,
            ];
            for (result, value) in results.iter_mut().zip(values) {
                result.append_value(value);
            }
        }
        let arrays = results
            .iter_mut()
            .map(|result| Arc::new(result.finish()) as ArrayRef);
        let structure = StructArray::new(result_fields(), arrays.collect(), None);
        Ok(ColumnarValue::Array(Arc::new(structure)))
    }
}

/// The arguments of a batch in the types that the grouper takes.
struct Inputs {
    scheme: StringArray,
    diagnoses: Codes,
    procedures: Codes,
    sex: StringArray,
    /// Whole numbers by their place among the arguments.
    numbers: HashMap<&'static str, Int32Array>,
    department: Option<StringArray>,
    disposition: Option<StringArray>,
    translate: Option<datafusion::arrow::array::BooleanArray>,
}

impl Inputs {
    fn new(columns: &[ArrayRef]) -> Result<Self> {
        let column = |name: &str| {
            let place = ARGUMENTS.iter().position(|argument| *argument == name)?;
            columns.get(place)
        };
        let text = |name: &str| -> Result<Option<StringArray>> {
            let Some(column) = column(name) else {
                return Ok(None);
            };
            Ok(Some(
                cast(column, &DataType::Utf8)?.as_string::<i32>().clone(),
            ))
        };
        let mut numbers = HashMap::new();
        for name in [
            "age",
            "age_days",
            "weight",
            "length_of_stay",
            "icu_hours",
            "ventilator_hours",
        ] {
            if let Some(column) = column(name) {
                let values = cast(column, &DataType::Int32)?;
                numbers.insert(name, values.as_primitive::<Int32Type>().clone());
            }
        }
        let translate = match column("translate") {
            Some(column) => Some(cast(column, &DataType::Boolean)?.as_boolean().clone()),
            None => None,
        };
        let needed = |name: &str| {
            text(name)?.ok_or_else(|| DataFusionError::Execution(format!("{name} is missing")))
        };
        let scheme = needed("scheme")?;
        if scheme.null_count() > 0 {
            return exec_err!("drg_group: the scheme is NULL");
        }
        Ok(Self {
            scheme,
            diagnoses: Codes::new(&columns[1])?,
            procedures: Codes::new(&columns[2])?,
            sex: needed("sex")?,
            numbers,
            department: text("department")?,
            disposition: text("disposition")?,
            translate,
        })
    }

    fn stay<'a>(
        &'a self,
        row: usize,
        diagnoses: &'a [&'a str],
        procedures: &'a [&'a str],
    ) -> Stay<'a, &'a str, &'a str> {
        let number = |name: &str| {
            let column = self.numbers.get(name)?;
            column.is_valid(row).then(|| column.value(row))
        };
        let text = |column: &'a Option<StringArray>| match column {
            Some(column) if column.is_valid(row) => column.value(row),
            _ => "",
        };
        let sex = self
            .sex
            .is_valid(row)
            .then(|| self.sex.value(row))
            .filter(|sex| !sex.is_empty());
        Stay {
            sex: sex.map(|sex| sex.parse().unwrap_or(u8::MAX)),
            age: number("age"),
            age_days: number("age_days"),
            weight: number("weight"),
            length_of_stay: number("length_of_stay"),
            icu_hours: number("icu_hours"),
            ventilator_hours: number("ventilator_hours"),
            department: text(&self.department),
            disposition: text(&self.disposition),
            translate: self
                .translate
                .as_ref()
                .is_some_and(|column| column.is_valid(row) && column.value(row)),
            ..Stay::new(diagnoses, procedures)
        }
    }
}

/// Lists of codes.
struct Codes {
    lists: ListArray,
    codes: StringArray,
}

impl Codes {
    /// From a list of texts, or a list of structs with a member `code`.
    fn new(column: &ArrayRef) -> Result<Self> {
        let lists = match column.data_type() {
            DataType::List(_) => column.as_list::<i32>().clone(),
            // `[]` and NULL have no element type to speak of.
            DataType::Null => ListArray::new_null(
                Arc::new(Field::new("element", DataType::Utf8, true)),
                column.len(),
            ),
            DataType::LargeList(element) | DataType::FixedSizeList(element, _) => {
                cast(column, &DataType::List(Arc::clone(element)))?
                    .as_list::<i32>()
                    .clone()
            }
            other => return exec_err!("drg_group: {other} is no list of codes"),
        };
        let elements = lists.values();
        let codes = match elements.as_struct_opt() {
            Some(structure) => match structure.column_by_name("code") {
                Some(codes) => Arc::clone(codes),
                None => return exec_err!("drg_group: the list has no member `code`"),
            },
            None => Arc::clone(elements),
        };
        let codes = cast(&codes, &DataType::Utf8)?.as_string::<i32>().clone();
        Ok(Self { lists, codes })
    }

    fn read<'a>(&'a self, row: usize, into: &mut Vec<&'a str>) {
        into.clear();
        if self.lists.is_null(row) {
            return;
        }
        let offsets = self.lists.value_offsets();
        let (start, end) = (offsets[row], offsets[row + 1]);
        for element in start..end {
            let element = usize::try_from(element).unwrap_or_default();
            into.push(if self.codes.is_valid(element) {
                self.codes.value(element)
            } else {
                ""
            });
        }
    }
}
