//! Table `drg_cell`: sums by hospital, month, scheme, outcome and group. Every figure of a hospital, a
//! county or a year follows from these sums, so a question about ten million stays reads some
//! hundred thousand rows.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, Decimal128Builder, Int64Builder, PrimitiveArray,
    RecordBatch, StringBuilder,
};
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Field, Int32Type, Schema, SchemaRef,
};

const WEIGHT_TYPE: DataType = DataType::Decimal128(20, 4);
const CHARGES_TYPE: DataType = DataType::Decimal128(20, 2);

/// The schema of the table. Cases without a weight, a stay or charges do not count in that sum.
pub fn cell_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let count = |name: &str| Field::new(name, DataType::Int64, true);
    Arc::new(Schema::new(vec![
        text("organisation_code"),
        text("discharge_month"),
        text("scheme"),
        text("status"),
        text("drg"),
        count("cases"),
        count("weighted_cases"),
        Field::new("weight", WEIGHT_TYPE, true),
        count("timed_cases"),
        count("days"),
        count("charged_cases"),
        Field::new("charges", CHARGES_TYPE, true),
    ]))
}

/// Month, scheme, status, and the group of a stay that has one.
type Key = (String, String, String, Option<String>);

/// The cells of one hospital.
#[derive(Debug, Default)]
pub(crate) struct Cells(BTreeMap<Key, Sums>);

#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    cases: i64,
    weighted_cases: i64,
    weight: i128,
    timed_cases: i64,
    days: i64,
    charged_cases: i64,
    charges: i128,
}

impl Sums {
    fn add(&mut self, weight: Option<i128>, days: Option<i32>, charges: Option<i128>) {
        self.cases += 1;
        if let Some(weight) = weight {
            self.weighted_cases += 1;
            self.weight += weight;
        }
        if let Some(days) = days {
            self.timed_cases += 1;
            self.days += i64::from(days);
        }
        if let Some(charges) = charges {
            self.charged_cases += 1;
            self.charges += charges;
        }
    }

    fn merge(&mut self, other: &Self) {
        self.cases += other.cases;
        self.weighted_cases += other.weighted_cases;
        self.weight += other.weight;
        self.timed_cases += other.timed_cases;
        self.days += other.days;
        self.charged_cases += other.charged_cases;
        self.charges += other.charges;
    }
}

impl Cells {
    /// Adds rows of the table `grouping`, all of one month.
    pub(crate) fn add(&mut self, month: &str, grouping: &RecordBatch) {
        let text = |name| column(grouping, name).as_string::<i32>();
        let [scheme, status, drg] = ["scheme", "status", "drg"].map(text);
        let weight = column(grouping, "weight").as_primitive::<Decimal128Type>();
        let days = column(grouping, "length_of_stay").as_primitive::<Int32Type>();
        let charges = column(grouping, "total_charges").as_primitive::<Decimal128Type>();
        let mut sums = HashMap::<_, Sums>::new();
        for row in 0..grouping.num_rows() {
            let group = (status.value(row) == "grouped").then(|| drg.value(row));
            let key = (scheme.value(row), status.value(row), group);
            sums.entry(key).or_default().add(
                value(weight, row),
                value(days, row),
                value(charges, row),
            );
        }
        for ((scheme, status, group), sums) in sums {
            let key = (
                month.to_owned(),
                scheme.to_owned(),
                status.to_owned(),
                group.map(str::to_owned),
            );
            self.0.entry(key).or_default().merge(&sums);
        }
    }

    /// The cells as rows, without the organisation, in the order of their keys.
    pub(crate) fn rows(&self) -> RecordBatch {
        let mut texts: [StringBuilder; 4] = Default::default();
        let mut counts: [Int64Builder; 5] = Default::default();
        let mut weights = Decimal128Builder::new().with_data_type(WEIGHT_TYPE);
        let mut charges = Decimal128Builder::new().with_data_type(CHARGES_TYPE);
        for ((month, scheme, status, drg), sums) in &self.0 {
            let keys = [Some(month), Some(scheme), Some(status), drg.as_ref()];
            for (builder, key) in texts.iter_mut().zip(keys) {
                builder.append_option(key);
            }
            let numbers = [
                sums.cases,
                sums.weighted_cases,
                sums.timed_cases,
                sums.days,
                sums.charged_cases,
            ];
            for (builder, number) in counts.iter_mut().zip(numbers) {
                builder.append_value(number);
            }
            weights.append_option((sums.weighted_cases > 0).then_some(sums.weight));
            charges.append_option((sums.charged_cases > 0).then_some(sums.charges));
        }
        let [month, scheme, status, drg] =
            texts.map(|mut text| Arc::new(text.finish()) as ArrayRef);
        let [cases, weighted, timed, days, charged] =
            counts.map(|mut count| Arc::new(count.finish()) as ArrayRef);
        let columns = vec![
            month,
            scheme,
            status,
            drg,
            cases,
            weighted,
            Arc::new(weights.finish()),
            timed,
            days,
            charged,
            Arc::new(charges.finish()),
        ];
        let fields = cell_schema().fields()[1..].to_vec();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
            .expect("a value was added to every column")
    }
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    batch
        .column_by_name(name)
        .expect("rows of the table have all its columns")
}

fn value<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    array.is_valid(row).then(|| array.value(row))
}
