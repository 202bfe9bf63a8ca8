//! Values of items from the indicators of the lake, and the records behind them.

use std::collections::BTreeMap;

use biaochi_assessment::{Assessed, Reading, Source};
use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_store::Scope;
use rust_decimal::Decimal;
use serde::Deserialize;

use super::{AssessmentError, ItemExplanation, Values};
use crate::indicators::{self, Certainty, NATIONAL, Structure, drill};
use crate::lookup::quoted;
use crate::query::rows;
use crate::{Content, Workspace, organisations};

/// Decimals that a value is frozen with: more than any indicator says.
const DECIMALS: u32 = 10;
/// Records that are named with file and line at most.
const NAMED: usize = 1_000;

/// Values of indicators, and of data sets through them, from the newest version of the lake.
#[derive(Debug)]
pub struct LakeValues(indicators::Values);

impl LakeValues {
    /// Brings the sums up to date and reads those of a period.
    pub fn load(
        workspace: &Workspace,
        content: &Content,
        period: Period,
    ) -> Result<Self, AssessmentError> {
        let pack = content.indicators(NATIONAL).map_err(AssessmentError::other)?;
        let structure = Structure::new(organisations::directory(workspace, &Scope::All)?);
        let values = indicators::Values::load(workspace, &pack, structure, period);
        Ok(Self(values.map_err(AssessmentError::other)?))
    }
}

impl Values for LakeValues {
    fn read(&self, unit: &Assessed, source: &Source, period: Period) -> Option<Reading> {
        let Source::Indicator(id) = source else {
            return None;
        };
        let indicator = self.0.set().get(id)?;
        let of = Unit::Institution(unit.code.clone());
        let value = self.0.get(id, &of, period)?;
        Some(Reading {
            value: value.value.round_dp(DECIMALS),
            numerator: value.numerator,
            denominator: value.denominator,
            target: None,
            origin: source.to_string(),
            period: period.to_string(),
            certainty: match indicator.certainty {
                Certainty::Confirmed => String::new(),
                Certainty::General => "general".to_owned(),
                Certainty::Memory => "memory".to_owned(),
            },
        })
    }

    fn lake_version(&self) -> Option<u64> {
        Some(self.0.provenance().version)
    }
}

/// A record behind a value, and where it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedRecord {
    /// Key of the record.
    pub record_key: String,
    /// Medical record number.
    pub medical_record_number: String,
    /// The delivered file; empty for records beyond the first thousand.
    pub file: String,
    /// Its line in the file.
    pub line: u64,
    /// What it adds to the numerator.
    pub numerator: Decimal,
    /// What it adds to the denominator, where there is one.
    pub denominator: Option<Decimal>,
}

/// The records behind an item in a phase, and the version of the lake that they were read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traced {
    /// Version of the lake; a value of another version may have other records.
    pub lake_version: u64,
    /// The records that add to the numerator first.
    pub records: Vec<TracedRecord>,
}

/// The records behind the value of an item; `None` when it is not computed from records.
pub fn trace(
    workspace: &Workspace,
    content: &Content,
    organisation: &str,
    item: &ItemExplanation,
) -> Result<Option<Traced>, AssessmentError> {
    let (Some(id), Ok(period)) = (item.indicator(), item.period.parse::<Period>()) else {
        return Ok(None);
    };
    let values = LakeValues::load(workspace, content, period)?.0;
    let Some(indicator) = values.set().get(id) else {
        return Ok(None);
    };
    let unit = Unit::Institution(organisation.to_owned());
    // An indicator without records, such as an entered one, has none to show.
    let Ok(drilled) = drill(&values, indicator, &unit, period) else {
        return Ok(None);
    };
    let mut records: Vec<TracedRecord> = drilled
        .into_iter()
        .map(|one| TracedRecord {
            record_key: one.line.record_key,
            medical_record_number: one.line.medical_record_number,
            file: String::new(),
            line: 0,
            numerator: one.numerator,
            denominator: one.denominator,
        })
        .collect();
    records.sort_by(|one, other| {
        let order = |record: &TracedRecord| (record.numerator.is_zero(), record.record_key.clone());
        order(one).cmp(&order(other))
    });
    name_places(workspace, content, organisation, period, &mut records)?;
    Ok(Some(Traced {
        lake_version: values.provenance().version,
        records,
    }))
}

#[derive(Debug, Deserialize)]
struct Place {
    record_key: String,
    source_file: Option<String>,
    source_row: Option<u64>,
}

/// Fills in file and line of the first records.
fn name_places(
    workspace: &Workspace,
    content: &Content,
    organisation: &str,
    period: Period,
    records: &mut [TracedRecord],
) -> Result<(), AssessmentError> {
    let named = records.len().min(NAMED);
    let Some(first) = records.get_mut(..named).filter(|first| !first.is_empty()) else {
        return Ok(());
    };
    let keys: Vec<String> = first.iter().map(|record| quoted(&record.record_key)).collect();
    let places: Vec<Place> = rows(
        workspace,
        content,
        &format!(
            "select record_key, source_file, source_row from discharge where organisation_code = {} \
             and discharge_month between {} and {} and record_key in ({})",
            quoted(organisation),
            quoted(&period.first().to_string()),
            quoted(&period.last().to_string()),
            keys.join(", ")
        ),
    )?;
    let places: BTreeMap<String, Place> = places
        .into_iter()
        .map(|place| (place.record_key.clone(), place))
        .collect();
    for record in first {
        if let Some(place) = places.get(&record.record_key) {
            record.file = place.source_file.clone().unwrap_or_default();
            record.line = place.source_row.unwrap_or_default();
        }
    }
    Ok(())
}
