//! Table `fact`: one row per approved value.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use rust_decimal::Decimal;

/// Places of a value.
const SCALE: u32 = 6;
/// Numbers of all data sets.
pub(super) const VALUE: DataType = DataType::Decimal128(28, 6);

/// Whose, of what, for when: what a new version replaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactKey {
    /// An institution's code, `division:CODE` or `alliance:ID`.
    pub organisation_code: String,
    /// Id of the data set.
    pub dataset: String,
    /// The period, as it is written.
    pub period: String,
}

/// An approved submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it replaces.
    pub key: FactKey,
    /// The first month of the period.
    pub first_month: String,
    /// The last month of the period.
    pub last_month: String,
    /// The version of the submission.
    pub version: u64,
    /// Who handed it in.
    pub submitter: String,
    /// Who approved it.
    pub approver: String,
    /// When, in microseconds since 1970 UTC.
    pub approved_at: i64,
    /// Breakdown, field, number and text of every value.
    pub values: Vec<(String, String, Option<Decimal>, Option<String>)>,
}

/// The schema of the table. The year is that of the period's last month.
pub fn fact_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("dataset"),
        text("year"),
        text("organisation_code"),
        text("period"),
        text("first_month"),
        text("last_month"),
        text("breakdown"),
        text("field"),
        Field::new("value", VALUE, true),
        text("text"),
        Field::new("version", DataType::Int64, true),
        text("submitter"),
        text("approver"),
        Field::new(
            "approved_at",
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            true,
        ),
        text("import_id"),
    ]))
}

/// A file of the table holds a data set's year: cheap to replace, and few enough.
pub(crate) const FACT_PARTITION_COLUMNS: &[&str] = &["dataset", "year"];

impl Fact {
    /// The values of the partition columns.
    pub(super) fn partition(&self) -> (String, String) {
        let year = self.last_month.split('-').next().unwrap_or_default();
        (self.key.dataset.clone(), year.to_owned())
    }
}

/// Facts of one partition as rows.
pub(super) fn encode(facts: &[&Fact], import_id: &str) -> RecordBatch {
    let mut texts: [StringBuilder; 12] = Default::default();
    let mut values = Decimal128Builder::new().with_data_type(VALUE);
    let mut versions = Int64Builder::new();
    let mut times = Vec::new();
    for fact in facts {
        let (dataset, year) = fact.partition();
        let version = i64::try_from(fact.version).unwrap_or(i64::MAX);
        for (breakdown, field, number, text) in &fact.values {
            let cells = [
                dataset.as_str(),
                &year,
                &fact.key.organisation_code,
                &fact.key.period,
                &fact.first_month,
                &fact.last_month,
                breakdown,
                field,
            ];
            for (builder, cell) in texts.iter_mut().zip(cells) {
                builder.append_value(cell);
            }
            let [.., words, submitter, approver, import] = &mut texts;
            words.append_option(text.as_ref());
            submitter.append_value(&fact.submitter);
            approver.append_value(&fact.approver);
            import.append_value(import_id);
            values.append_option(number.map(|mut number| {
                number.rescale(SCALE);
                number.mantissa()
            }));
            versions.append_value(version);
            times.push(fact.approved_at);
        }
    }
    let mut texts = texts
        .map(|mut text| Arc::new(text.finish()) as ArrayRef)
        .into_iter();
    let mut columns: Vec<ArrayRef> = texts.by_ref().take(8).collect();
    columns.push(Arc::new(values.finish()));
    columns.extend(texts.by_ref().take(1));
    columns.push(Arc::new(versions.finish()));
    columns.extend(texts.by_ref().take(2));
    columns.push(Arc::new(
        TimestampMicrosecondArray::from(times).with_timezone("UTC"),
    ));
    columns.extend(texts);
    RecordBatch::try_new(fact_schema(), columns).expect("a value was added to every column")
}
