//! Tables `finding` and `quality`: what the checks found in a front page, and its score.

use std::sync::Arc;

use biaochi_checks::{CheckSet, Counted, Section, Severity, Stage, score};
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, Decimal128Builder, Int32Builder, Int64Builder, ListBuilder,
    MapBuilder, RecordBatch, StringArray, StringBuilder, UInt32Array,
};
use datafusion::arrow::compute::take;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use rust_decimal::Decimal;

use super::column::{element_field, list_of};
use super::discharge::{map_names, map_type};
use crate::checks::Found;

const POINTS: DataType = DataType::Decimal128(6, 2);
const TIME: DataType = DataType::Timestamp(TimeUnit::Microsecond, None);
const MEASURED: DataType = DataType::Decimal128(20, 4);

/// The schema of `finding`: one row for each check that found something in a front page. Rows with
/// zero `places` are no findings: their measured value is kept so that a limit can be moved.
pub fn finding_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("organisation_code"),
        text("discharge_month"),
        text("record_key"),
        text("check_id"),
        text("class"),
        text("severity"),
        text("stage"),
        Field::new("fields", list_of(DataType::Utf8), true),
        Field::new("places", DataType::Int32, true),
        Field::new("measured", MEASURED, true),
        // What the places cost before any group's cap.
        Field::new("deduction", POINTS, true),
        Field::new("shown", map_type(), true),
        text("message"),
        Field::new("changes_group", DataType::Boolean, true),
        text("mended_drg"),
        Field::new("weight_difference", DataType::Decimal128(10, 4), true),
    ]))
}

/// The schema of `quality`: one row for each front page that was checked.
pub fn quality_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let points = |name: &str| Field::new(name, POINTS, true);
    let count = |name: &str| Field::new(name, DataType::Int32, true);
    Arc::new(Schema::new(vec![
        text("organisation_code"),
        text("discharge_month"),
        text("record_key"),
        text("checks"),
        text("checks_hash"),
        // Of the questions alone: findings of equal questions answer other points and limits.
        text("questions_hash"),
        text("standard"),
        points("score"),
        text("grade"),
        // Among the grades of the set, 1 being the best.
        count("grade_rank"),
        points("patient_deduction"),
        points("stay_deduction"),
        points("treatment_deduction"),
        points("charges_deduction"),
        count("errors"),
        count("warnings"),
        count("suspects"),
        // Errors that stop the month from being reported.
        count("blocking"),
        Field::new("discharge_time", TIME, true),
        text("discharge_department"),
        text("attending_physician"),
        text("coder"),
    ]))
}

/// What mending a finding would change about the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// The group after mending.
    pub drg: String,
    /// Weight after minus weight before; `None` when one of them is missing.
    pub weight_difference: Option<Decimal>,
}

/// Findings of a batch as rows, and the row of the batch each belongs to.
#[derive(Debug)]
pub struct FindingRows {
    /// Rows of `finding`.
    pub findings: RecordBatch,
    /// For each of them, its row in the batch.
    pub rows: Vec<u32>,
    /// Rows of `quality`, as many as the batch has.
    pub quality: RecordBatch,
}

/// Encodes what was found in a batch; `discharge` holds its rows, `prices` stand beside `found`, which
/// is sorted by row. A check is told by its place among all of the set.
pub fn encode_findings(
    set: &CheckSet,
    discharge: &RecordBatch,
    found: &[Found],
    prices: &[Option<Price>],
) -> FindingRows {
    let rows: Vec<u32> = found.iter().map(|found| found.row as u32).collect();
    FindingRows {
        findings: findings(set, discharge, found, prices, &rows),
        quality: encode_quality(set, discharge, found),
        rows,
    }
}

fn findings(
    set: &CheckSet,
    discharge: &RecordBatch,
    found: &[Found],
    prices: &[Option<Price>],
    rows: &[u32],
) -> RecordBatch {
    let mut texts: [StringBuilder; 6] = Default::default();
    let mut fields =
        ListBuilder::new(StringBuilder::new()).with_field(element_field(DataType::Utf8));
    let mut places = Int32Builder::new();
    let mut measured = Decimal128Builder::new().with_data_type(MEASURED);
    let mut deductions = Decimal128Builder::new().with_data_type(POINTS);
    let mut shown = MapBuilder::new(
        Some(map_names()),
        StringBuilder::new(),
        StringBuilder::new(),
    );
    let mut changes = datafusion::arrow::array::BooleanBuilder::new();
    let mut differences = Decimal128Builder::new().with_data_type(DataType::Decimal128(10, 4));
    for (found, price) in found.iter().zip(prices) {
        let check = set.at(found.check);
        let [id, class, severity, stage, message, drg] = &mut texts;
        id.append_value(&check.id);
        class.append_value(check.class.id());
        severity.append_value(check.severity.id());
        stage.append_value(check.stage.id());
        message.append_value(found.message(check));
        drg.append_option(price.as_ref().map(|price| &price.drg));
        for field in &check.fields {
            fields.values().append_value(field);
        }
        fields.append(true);
        places.append_value(i32::try_from(found.places).unwrap_or(i32::MAX));
        measured.append_option(found.measured.map(|value| scaled(value, 4)));
        let mut points = if check.is_scored() {
            check.deduct * Decimal::from(found.places)
        } else {
            Decimal::ZERO
        };
        if let Some(cap) = check.cap {
            points = points.min(cap);
        }
        deductions.append_value(scaled(points, 2));
        for (name, value) in &found.values {
            shown.keys().append_value(name);
            shown.values().append_value(value);
        }
        shown.append(true).expect("as many keys as values");
        // Where no mending can be tried, nobody knows.
        changes.append_option(check.price.as_ref().map(|_| price.is_some()));
        let difference = price.as_ref().and_then(|price| price.weight_difference);
        differences.append_option(difference.map(|value| scaled(value, 4)));
    }
    let [id, class, severity, stage, message, drg] =
        texts.map(|mut text| Arc::new(text.finish()) as ArrayRef);
    let indices = UInt32Array::from(rows.to_vec());
    let shared =
        |index: usize| take(discharge.column(index), &indices, None).expect("rows of the batch");
    let columns: Vec<ArrayRef> = vec![
        shared(0),
        shared(1),
        shared(2),
        id,
        class,
        severity,
        stage,
        Arc::new(fields.finish()),
        Arc::new(places.finish()),
        Arc::new(measured.finish()),
        Arc::new(deductions.finish()),
        Arc::new(shown.finish()),
        message,
        Arc::new(changes.finish()),
        drg,
        Arc::new(differences.finish()),
    ];
    RecordBatch::try_new(finding_schema(), columns).expect("one value a finding")
}

/// Scores a batch of records by what was found in them, sorted by row. `records` holds rows of `discharge`
/// or, where the records are not read, of `quality` itself.
pub fn encode_quality(set: &CheckSet, records: &RecordBatch, found: &[Found]) -> RecordBatch {
    let discharge = records;
    let rows = discharge.num_rows();
    let mut points: [Decimal128Builder; 5] =
        std::array::from_fn(|_| Decimal128Builder::new().with_data_type(POINTS));
    let mut grades = StringBuilder::new();
    let mut ranks = Int32Builder::new();
    let mut counts: [Int64Builder; 4] = Default::default();
    let mut rest = found;
    for row in 0..rows {
        let own = rest.iter().take_while(|found| found.row == row).count();
        let (own, later) = rest.split_at(own);
        rest = later;
        let violated = own.iter().filter(|found| found.places > 0);
        let counted: Vec<Counted<'_>> = violated
            .map(|found| Counted {
                check: set.at(found.check),
                places: found.places,
            })
            .collect();
        let score = score(set, &counted);
        let [total, sections @ ..] = &mut points;
        total.append_value(scaled(score.score, 2));
        for (section, builder) in Section::ALL.into_iter().zip(sections) {
            builder.append_value(scaled(score.deductions.of(section), 2));
        }
        grades.append_value(score.grade);
        let rank = score.grade_rank;
        ranks.append_option(rank.and_then(|rank| i32::try_from(rank).ok()));
        let valid = counted
            .iter()
            .filter(|counted| counted.check.stage != Stage::Trial);
        let number = |fits: &dyn Fn(&Counted<'_>) -> bool| {
            valid.clone().filter(|counted| fits(counted)).count() as i64
        };
        let of = |severity| number(&|counted| counted.check.severity == severity);
        let blocking = number(&|counted| {
            counted.check.severity == Severity::Error && counted.check.stage == Stage::Enforced
        });
        let numbers = [
            of(Severity::Error),
            of(Severity::Warning),
            of(Severity::Suspect),
            blocking,
        ];
        for (builder, number) in counts.iter_mut().zip(numbers) {
            builder.append_value(number);
        }
    }
    let constant = |value: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(
            value, rows,
        )))
    };
    let named = |name: &str| -> ArrayRef {
        let column = discharge.column_by_name(name);
        Arc::clone(column.expect("discharge has the columns of its schema"))
    };
    let standard = format!("{}@{}", set.standard.id, set.standard.version);
    let [score, patient, stay, treatment, charges] =
        points.map(|mut builder| Arc::new(builder.finish()) as ArrayRef);
    let counts = counts.map(|mut builder| {
        let counts = builder.finish();
        let narrow: datafusion::arrow::array::Int32Array = counts
            .iter()
            .map(|count| count.and_then(|count| i32::try_from(count).ok()))
            .collect();
        Arc::new(narrow) as ArrayRef
    });
    let mut columns: Vec<ArrayRef> = vec![
        Arc::clone(discharge.column(0)),
        Arc::clone(discharge.column(1)),
        Arc::clone(discharge.column(2)),
        constant(&set.id),
        constant(&set.content_hash),
        constant(&set.questions_hash()),
        constant(&standard),
        score,
        Arc::new(grades.finish()),
        Arc::new(ranks.finish()),
        patient,
        stay,
        treatment,
        charges,
    ];
    columns.extend(counts);
    columns.extend(
        [
            "discharge_time",
            "discharge_department",
            "attending_physician",
            "coder",
        ]
        .map(named),
    );
    debug_assert!(
        columns[0]
            .as_string_opt::<i32>()
            .is_some_and(|column| column.len() == rows)
    );
    RecordBatch::try_new(quality_schema(), columns).expect("one row a record")
}

/// A decimal as an integer of a scale; more places are rounded.
fn scaled(value: Decimal, scale: u32) -> i128 {
    let mut rounded = value.round_dp(scale);
    rounded.rescale(scale);
    rounded.mantissa()
}
