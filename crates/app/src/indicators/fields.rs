//! Fields of data sets as indicators, so that plans and assessments read both alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use biaochi_indicators::{Certainty, Direction, Formula, Indicator};
use rust_decimal::Decimal;

use super::pack::CompiledIndicators;

/// Under which id a field of a data set is found.
pub(crate) fn field_id(dataset: &str, field: &str) -> String {
    format!("{dataset}.{field}")
}

impl CompiledIndicators {
    /// The pack with an indicator for each of these fields of data sets: data set and field.
    pub(crate) fn with_fields(self, fields: impl IntoIterator<Item = (String, String)>) -> Self {
        let fields: BTreeSet<(String, String)> = fields.into_iter().collect();
        if fields.is_empty() {
            return self;
        }
        let entered = fields.into_iter().map(|(dataset, field)| {
            let id = field_id(&dataset, &field);
            Indicator {
                title: id.clone(),
                id,
                why: String::new(),
                dimension: String::new(),
                direction: Direction::Monitor,
                band: None,
                unit: String::new(),
                scale: Decimal::ONE,
                decimals: 2,
                formula: Formula::Entered { dataset, field },
                applies_to: Vec::new(),
                minimum: None,
                source: String::new(),
                clause: String::new(),
                certainty: Certainty::Confirmed,
                note: String::new(),
                valid_from: None,
                valid_to: None,
            }
        });
        let mut loaded = self.loaded.as_ref().clone();
        loaded.set = loaded.set.with(entered.collect());
        Self {
            loaded: Arc::new(loaded),
            ..self
        }
    }
}
