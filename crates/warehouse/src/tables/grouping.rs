//! Table `grouping`: the group of every front page, and the few columns that figures need.

use std::sync::Arc;

use biaochi_records::FrontPage;
use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Int32Builder, ListArray, RecordBatch, StringArray,
    StringBuilder, StructArray,
};
use datafusion::arrow::buffer::{OffsetBuffer, ScalarBuffer};
use datafusion::arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use rust_decimal::Decimal;

use super::column::{element_field, list_of};

const WEIGHT_TYPE: DataType = DataType::Decimal128(10, 4);
const CHARGES_TYPE: DataType = DataType::Decimal128(12, 2);

/// A diagnosis that could raise severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComplicationRow<'a> {
    /// The diagnosis.
    pub code: &'a str,
    /// `cc` or `mcc`.
    pub level: &'a str,
    /// Whether it counted; if not, an exclusion table switched it off.
    pub counted: bool,
    /// The exclusion table.
    pub table: Option<&'a str>,
}

/// The result of grouping one page.
#[derive(Debug, Clone, Copy)]
pub struct GroupingRow<'a> {
    /// How it ended, such as `grouped`.
    pub status: &'a str,
    /// Major diagnostic category.
    pub mdc: &'a str,
    /// Adjacent group.
    pub adrg: &'a str,
    /// Group.
    pub drg: &'a str,
    /// Relative weight, `None` when the table has none for the group.
    pub weight: Option<Decimal>,
    /// Diagnoses that counted or were excluded.
    pub complications: &'a [ComplicationRow<'a>],
}

/// The schema of the table.
pub fn grouping_schema() -> SchemaRef {
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    Arc::new(Schema::new(vec![
        text("organisation_code"),
        text("discharge_month"),
        text("record_key"),
        text("scheme"),
        text("scheme_hash"),
        text("status"),
        text("mdc"),
        text("adrg"),
        text("drg"),
        Field::new("weight", WEIGHT_TYPE, true),
        text("weight_table"),
        Field::new(
            "complications",
            list_of(DataType::Struct(complication_fields())),
            true,
        ),
        text("discharge_department"),
        Field::new("length_of_stay", DataType::Int32, true),
        Field::new("total_charges", CHARGES_TYPE, true),
        text("discharge_disposition"),
    ]))
}

fn complication_fields() -> Fields {
    Fields::from(vec![
        Field::new("code", DataType::Utf8, true),
        Field::new("level", DataType::Utf8, true),
        Field::new("counted", DataType::Boolean, true),
        Field::new("exclusion_table", DataType::Utf8, true),
    ])
}

/// Turns groupings into rows, in step with the encoder of `discharge`.
pub struct GroupingEncoder {
    schema: SchemaRef,
    scheme: String,
    scheme_hash: String,
    weight_table: Option<String>,
    texts: [StringBuilder; 6],
    weights: Decimal128Builder,
    lengths: Int32Builder,
    charges: Decimal128Builder,
    offsets: Vec<i32>,
    codes: StringBuilder,
    levels: StringBuilder,
    counted: BooleanBuilder,
    tables: StringBuilder,
}

impl std::fmt::Debug for GroupingEncoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GroupingEncoder")
            .field("scheme", &self.scheme)
            .finish_non_exhaustive()
    }
}

impl GroupingEncoder {
    /// An encoder for the results of one scheme and weight table.
    pub fn new(scheme: &str, scheme_hash: &str, weight_table: Option<&str>) -> Self {
        Self {
            schema: grouping_schema(),
            scheme: scheme.to_owned(),
            scheme_hash: scheme_hash.to_owned(),
            weight_table: weight_table.map(str::to_owned),
            texts: Default::default(),
            weights: Decimal128Builder::new().with_data_type(WEIGHT_TYPE),
            lengths: Int32Builder::new(),
            charges: Decimal128Builder::new().with_data_type(CHARGES_TYPE),
            offsets: vec![0],
            codes: StringBuilder::new(),
            levels: StringBuilder::new(),
            counted: BooleanBuilder::new(),
            tables: StringBuilder::new(),
        }
    }

    /// Adds the grouping of a page.
    pub fn push(&mut self, page: &FrontPage, row: &GroupingRow<'_>) {
        let [status, mdc, adrg, drg, department, disposition] = &mut self.texts;
        status.append_value(row.status);
        mdc.append_value(row.mdc);
        adrg.append_value(row.adrg);
        drg.append_value(row.drg);
        department.append_option(filled(&page.discharge_department));
        disposition.append_option(filled(&page.discharge_disposition));
        self.weights
            .append_option(row.weight.and_then(ten_thousandths));
        self.lengths.append_option(page.stay_days());
        let charges = page.charges.total_charges;
        self.charges
            .append_option(charges.map(|charges| i128::from(charges.hundredths())));
        for complication in row.complications {
            self.codes.append_value(complication.code);
            self.levels.append_value(complication.level);
            self.counted.append_value(complication.counted);
            self.tables.append_option(complication.table);
        }
        let last = self.offsets.last().copied().unwrap_or(0);
        self.offsets
            .push(last + i32::try_from(row.complications.len()).unwrap_or(0));
    }

    /// The rows since the last batch; `discharge` is the batch of the same pages.
    pub fn finish(&mut self, discharge: &RecordBatch) -> RecordBatch {
        let rows = discharge.num_rows();
        let constant = |value: Option<&str>| -> ArrayRef {
            Arc::new(std::iter::repeat_n(value, rows).collect::<StringArray>())
        };
        let shared = |index: usize| Arc::clone(discharge.column(index));
        let [status, mdc, adrg, drg, department, disposition] = &mut self.texts;
        let complications = StructArray::new(
            complication_fields(),
            vec![
                Arc::new(self.codes.finish()),
                Arc::new(self.levels.finish()),
                Arc::new(self.counted.finish()),
                Arc::new(self.tables.finish()),
            ],
            None,
        );
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        let complications = ListArray::new(
            element_field(DataType::Struct(complication_fields())),
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            Arc::new(complications),
            None,
        );
        let columns: Vec<ArrayRef> = vec![
            shared(0),
            shared(1),
            shared(2),
            constant(Some(&self.scheme)),
            constant(Some(&self.scheme_hash)),
            Arc::new(status.finish()),
            Arc::new(mdc.finish()),
            Arc::new(adrg.finish()),
            Arc::new(drg.finish()),
            Arc::new(self.weights.finish()),
            constant(self.weight_table.as_deref()),
            Arc::new(complications),
            Arc::new(department.finish()),
            Arc::new(self.lengths.finish()),
            Arc::new(self.charges.finish()),
            Arc::new(disposition.finish()),
        ];
        RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .expect("one grouping was added for every page")
    }
}

fn filled(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// The number at scale 4; `None` when it has more places or is too large for the column.
fn ten_thousandths(weight: Decimal) -> Option<i128> {
    let mut scaled = weight.normalize();
    if scaled.scale() > 4 {
        return None;
    }
    scaled.rescale(4);
    let mantissa = scaled.mantissa();
    (scaled.scale() == 4 && mantissa.unsigned_abs() < 10_000_000_000).then_some(mantissa)
}
