//! What rows add to measures. Measures share terms, parts of conditions, conditions and amounts; each is
//! evaluated once for a batch, and the few rows that meet a condition are found in its bits.

use datafusion::arrow::array::{Array as _, ArrayRef, AsArray as _, Decimal128Array};
use datafusion::arrow::buffer::BooleanBuffer;
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::logical_expr::ColumnarValue;

use super::cells::PLACES;
use super::compile::CompiledMeasure;
use crate::checks::{Narrow, fill};
use crate::error::{Result, WarehouseError};

/// One, in the units of sums.
pub(super) const ONE: i128 = 10_i128.pow(PLACES);

/// A term, ready to be evaluated.
#[derive(Debug)]
pub(super) enum Term {
    /// By itself.
    Plain(Narrow),
    /// The second stands in where the first is missing, and is evaluated only then.
    Filled(Narrow, Narrow),
}

impl Term {
    pub(super) fn evaluate(&self, columns: &[ArrayRef]) -> Result<ArrayRef> {
        match self {
            Self::Plain(term) => term.evaluate(columns),
            Self::Filled(first, behind) => {
                let first = first.evaluate(columns)?;
                if first.null_count() == 0 {
                    return Ok(first);
                }
                let behind = ColumnarValue::Array(behind.evaluate(columns)?);
                fill(&first, &behind).map_err(WarehouseError::query)
            }
        }
    }
}

/// A part of conditions.
#[derive(Debug)]
pub(super) enum Part {
    /// A boolean column, by its place.
    Column(usize),
    /// Something about columns.
    Computed(Narrow),
}

impl Part {
    pub(super) fn evaluate(&self, columns: &[ArrayRef]) -> Result<BooleanBuffer> {
        match self {
            Self::Column(place) => Ok(truth(&columns[*place])),
            Self::Computed(narrow) => Ok(truth(&narrow.evaluate(columns)?)),
        }
    }
}

/// A condition.
#[derive(Debug)]
pub(super) enum Condition {
    /// All of these parts.
    All(Vec<usize>),
    /// Evaluated as a whole, since the engine has to leave out rows on which a part would fail.
    Expression(Narrow),
}

impl Condition {
    pub(super) fn evaluate(
        &self,
        parts: &[BooleanBuffer],
        columns: &[ArrayRef],
    ) -> Result<BooleanBuffer> {
        match self {
            Self::All(own) => {
                let own = own.iter().map(|place| parts[*place].clone());
                let all = own.reduce(|all, part| &all & &part);
                // A conjunction has a part at least.
                Ok(all.unwrap_or_else(|| BooleanBuffer::new_unset(0)))
            }
            Self::Expression(narrow) => Ok(truth(&narrow.evaluate(columns)?)),
        }
    }
}

/// Where a boolean column is true.
fn truth(column: &ArrayRef) -> BooleanBuffer {
    let column = column.as_boolean();
    match column.nulls() {
        Some(known) => column.values() & known.inner(),
        None => column.values().clone(),
    }
}

/// What rows add: decimals of four places at most.
#[derive(Debug)]
pub(super) struct Amount(Narrow);

impl Amount {
    pub(super) fn new(narrow: Narrow) -> Self {
        Self(narrow)
    }

    pub(super) fn evaluate(&self, columns: &[ArrayRef]) -> Result<Amounts> {
        let values = self.0.evaluate(columns)?;
        let behind = match values.data_type() {
            DataType::Decimal128(_, scale) => {
                PLACES.saturating_sub(u32::from(scale.unsigned_abs()))
            }
            _ => 0,
        };
        Ok(Amounts {
            values: values.as_primitive::<Decimal128Type>().clone(),
            factor: 10_i128.pow(behind),
        })
    }
}

/// What the rows of a batch add.
#[derive(Debug)]
pub(super) struct Amounts {
    values: Decimal128Array,
    /// Brings a value to the units of sums.
    factor: i128,
}

/// What the rows of a batch add to all measures.
#[derive(Debug)]
pub(super) struct Adds {
    pub(super) rows: usize,
    /// Discharge departments, texts.
    pub(super) departments: ArrayRef,
    /// Attending physicians, texts.
    pub(super) physicians: ArrayRef,
    pub(super) conditions: Vec<BooleanBuffer>,
    pub(super) amounts: Vec<Amounts>,
}

impl Adds {
    /// Every row that adds to a measure, and what, in ten-thousandths.
    pub(super) fn each(&self, measure: &CompiledMeasure, mut add: impl FnMut(usize, i128)) {
        let condition = measure.condition.map(|place| &self.conditions[place]);
        let Some(amounts) = measure.amount.map(|place| &self.amounts[place]) else {
            match condition {
                Some(met) => met.set_indices().for_each(|row| add(row, ONE)),
                None => (0..self.rows).for_each(|row| add(row, ONE)),
            }
            return;
        };
        let (values, factor) = (amounts.values.values(), amounts.factor);
        let mut take = |row: usize| add(row, values[row] * factor);
        let known = amounts.values.nulls();
        match (condition, known) {
            (None, None) => (0..self.rows).for_each(&mut take),
            (None, Some(known)) => known.valid_indices().for_each(&mut take),
            (Some(met), None) => met.set_indices().for_each(&mut take),
            (Some(met), Some(known)) => (met & known.inner()).set_indices().for_each(&mut take),
        }
    }
}
