//! Fields of data sets as values: over the months of a period, and over the institutions of a unit.

use std::collections::BTreeMap;

use biaochi_datasets::{OverTime as FieldOverTime, RollUp, Share};
use biaochi_indicators::{Formula, Indicator, Kind, Measure, OverTime, Value, ratio};
use biaochi_packs::datasets::DataSets;

use crate::Content;

/// How the values of a field come together.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldUse {
    over_time: OverTime,
    roll_up: RollUp,
}

/// How values of fields come together, by data set and field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FieldUses {
    fields: BTreeMap<(String, String), FieldUse>,
}

/// What an organisation entered for a field, over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryPart {
    /// The organisation, as the data set has it.
    pub(crate) organisation: String,
    /// Its value and, where one weighs, its weight.
    pub(crate) share: Share,
}

impl FieldUses {
    /// The fields of the data sets in force. A broken pack of data sets has none: what is entered for an
    /// unknown field is its latest value, and its mean over institutions.
    pub(super) fn of(content: &Content) -> Self {
        let sets = content.data_sets().map(DataSets::all).unwrap_or_default();
        let mut fields = BTreeMap::new();
        for set in sets.iter().map(|loaded| &loaded.set) {
            for field in &set.fields {
                let known = FieldUse {
                    over_time: match field.over_time {
                        Some(FieldOverTime::Sum) => OverTime::Sum,
                        Some(FieldOverTime::Average) => OverTime::Average,
                        Some(FieldOverTime::Latest) | None => OverTime::Latest,
                    },
                    roll_up: field.roll_up.clone(),
                };
                fields.insert((set.id.clone(), field.id.clone()), known);
            }
        }
        Self { fields }
    }

    fn field(&self, dataset: &str, field: &str) -> Option<&FieldUse> {
        self.fields.get(&(dataset.to_owned(), field.to_owned()))
    }

    /// The measure of a field by itself.
    fn measure(&self, dataset: &str, field: &str) -> Measure {
        let known = self.field(dataset, field);
        Measure {
            kind: Kind::Sum(field.to_owned()),
            over_time: known.map_or(OverTime::Latest, |field| field.over_time),
            ..Measure::rows(dataset)
        }
    }

    /// How the values of institutions become that of a unit; `None` for what is no entered value.
    pub(crate) fn roll_up(&self, indicator: &Indicator) -> Option<RollUp> {
        let Formula::Entered { dataset, field } = &indicator.formula else {
            return None;
        };
        let known = self.field(dataset, field);
        Some(known.map_or(RollUp::Mean, |field| field.roll_up.clone()))
    }

    /// The measure of an entered value, and that of what weighs it.
    pub(super) fn measures(&self, indicator: &Indicator) -> Option<(Measure, Option<Measure>)> {
        let Formula::Entered { dataset, field } = &indicator.formula else {
            return None;
        };
        let weight = match self.roll_up(indicator)? {
            RollUp::Weighted(weight) => Some(self.measure(dataset, &weight)),
            _ => None,
        };
        Some((self.measure(dataset, field), weight))
    }

    /// What the entries of several organisations come to. One alone has its own value.
    pub(super) fn together(&self, indicator: &Indicator, parts: &[EntryPart]) -> Option<Value> {
        let plain = |value: rust_decimal::Decimal| {
            let value = value.checked_mul(indicator.scale)?.normalize();
            Some(Value {
                numerator: None,
                denominator: None,
                value,
            })
        };
        if let [one] = parts {
            return plain(one.share.value);
        }
        let shares: Vec<Share> = parts.iter().map(|part| part.share.clone()).collect();
        let together = self.roll_up(indicator)?.together(&shares)?;
        match together.below {
            None => plain(together.above),
            Some(below) => Some(Value {
                numerator: Some(together.above),
                denominator: Some(below),
                value: ratio(together.above, below, indicator.scale)?,
            }),
        }
    }
}
