//! Sums of a month by department and physician, row by row.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, AsArray as _, Decimal128Array, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::DataFusionError;
use rustc_hash::FxHashMap;

use super::adds::Adds;
use super::compile::CompiledMeasure;

/// A month's sums; the engine adds ten digits when it adds up those of several streams.
const MONTH_SUM: DataType = DataType::Decimal128(28, 4);

/// Names as numbers, in the order in which they came.
#[derive(Debug, Default)]
struct Names {
    known: FxHashMap<String, u32>,
    names: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.known.get(name) {
            return *number;
        }
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.known.insert(name.to_owned(), number);
        self.names.push(name.to_owned());
        number
    }
}

/// The sums of a month.
#[derive(Debug)]
pub(super) struct MonthSums {
    departments: Names,
    physicians: Names,
    /// Numbers of department and physician, and the place of their sums.
    known: FxHashMap<(u32, u32), u32>,
    pairs: Vec<(u32, u32)>,
    /// By measure, the sums of the pairs. The rows of a measure that is seldom met touch little memory.
    sums: Vec<Vec<i128>>,
}

impl MonthSums {
    pub(super) fn new(measures: usize) -> Self {
        Self {
            departments: Names::default(),
            physicians: Names::default(),
            known: FxHashMap::default(),
            pairs: Vec::new(),
            sums: vec![Vec::new(); measures],
        }
    }

    /// Adds a batch of rows.
    pub(super) fn add(&mut self, adds: &Adds, measures: &[CompiledMeasure]) {
        let places = self.places(adds);
        for (measure, sums) in measures.iter().zip(&mut self.sums) {
            sums.resize(self.pairs.len(), 0);
            adds.each(measure, |row, units| sums[places[row] as usize] += units);
        }
    }

    /// The place of each row's department and physician.
    fn places(&mut self, adds: &Adds) -> Vec<u32> {
        let departments = adds.departments.as_string::<i32>();
        let physicians = adds.physicians.as_string::<i32>();
        let mut places = Vec::with_capacity(adds.rows);
        for row in 0..adds.rows {
            let pair = (
                self.departments.number(departments.value(row)),
                self.physicians.number(physicians.value(row)),
            );
            let place = *self.known.entry(pair).or_insert_with(|| {
                self.pairs.push(pair);
                u32::try_from(self.pairs.len() - 1).unwrap_or(u32::MAX)
            });
            places.push(place);
        }
        places
    }

    /// The schema of the sums of months.
    pub(super) fn schema(measures: usize) -> SchemaRef {
        let mut fields = vec![
            Field::new("month", DataType::UInt32, false),
            Field::new("department", DataType::Utf8, true),
            Field::new("physician", DataType::Utf8, true),
        ];
        let sums = (0..measures).map(|place| Field::new(column(place), MONTH_SUM, true));
        fields.extend(sums);
        Arc::new(Schema::new(fields))
    }

    /// The sums as rows of that schema, those of the month with this number.
    pub(super) fn into_batch(
        self,
        schema: SchemaRef,
        month: u32,
    ) -> std::result::Result<RecordBatch, DataFusionError> {
        let rows = self.pairs.len();
        let names = |names: &Names, which: fn(&(u32, u32)) -> u32| -> ArrayRef {
            let values = self
                .pairs
                .iter()
                .map(|pair| names.names[which(pair) as usize].as_str());
            Arc::new(StringArray::from_iter_values(values))
        };
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from_value(month, rows)),
            names(&self.departments, |pair| pair.0),
            names(&self.physicians, |pair| pair.1),
        ];
        for sums in self.sums {
            let sums = Decimal128Array::from(sums).with_data_type(MONTH_SUM);
            columns.push(Arc::new(sums));
        }
        Ok(RecordBatch::try_new(schema, columns)?)
    }
}

/// The name of the column of a measure.
pub(super) fn column(measure: usize) -> String {
    format!("m{measure}")
}
