//! Values of indicators for any unit and period, from sums that were computed once.

mod evidence;
mod load;
mod sums;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::panic::Location;
use std::sync::{Arc, Mutex};

use biaochi_domain::{Month, Period};
use biaochi_indicators::{
    Indicator, IndicatorSet, LowRisk, Measure, NoValue, Observation, STAY, Value, evaluate,
};
use biaochi_organisations::Unit;
use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::indicators::EntryRow;
use biaochi_warehouse::lake::Lake;
use biaochi_warehouse::query::{OutputFormat, Queries, write_result};
use biaochi_warehouse::recheck::{StoredMonth, StoredMonths};
use serde::de::DeserializeOwned;

use self::evidence::UnitEvidence;
pub use self::load::compute;
use self::sums::{DaySums, HospitalGroups, Months};
use super::error::IndicatorError;
use super::pack::CompiledIndicators;
use super::roll_up::EntryPart;
use super::structure::Structure;
use crate::beijing;
use crate::runtime::block_on;

/// What a value was computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Version of the lake.
    pub version: u64,
    /// Versions of its tables.
    pub table_versions: BTreeMap<String, u64>,
    /// Version of the table of sums.
    pub cell_version: u64,
    /// Id of the pack.
    pub pack: String,
    /// Hash of the content of the pack.
    pub pack_hash: String,
}

/// Whose reports of a data set a value rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedBy {
    /// Id of the data set.
    pub dataset: String,
    /// Institutions' codes, `division:CODE` or `alliance:ID`.
    pub organisations: Vec<String>,
    /// Whether it is the unit's own report, rather than the sum of its parts.
    pub is_own: bool,
}

/// Values of the indicators of a pack over a span of months.
pub struct Values {
    pack: CompiledIndicators,
    structure: Structure,
    provenance: Provenance,
    lake: Lake,
    stored: Arc<StoredMonths>,
    queries: Queries,
    /// The months that sums are held of.
    span: Period,
    hospitals: HashMap<String, Months>,
    departments: Mutex<HashMap<String, Arc<HashMap<String, Months>>>>,
    entries: HashMap<String, Entries>,
    /// By hospital and days within a month, computed when they are asked for.
    days: Mutex<HashMap<(Period, String), DaySums>>,
    groups: Mutex<HashMap<(Period, Option<String>), HospitalGroups>>,
}

impl std::fmt::Debug for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Values")
            .field("provenance", &self.provenance)
            .field("span", &self.span)
            .finish_non_exhaustive()
    }
}

/// The entries of a data set.
#[derive(Debug, Default)]
struct Entries {
    measures: HashMap<Measure, usize>,
    rows: HashMap<String, Vec<EntryRow>>,
    /// Whether divisions or alliances report it.
    has_above: bool,
}

impl Entries {
    fn observations(&self, organisation: &str, measure: &Measure) -> Vec<Observation> {
        let Some(place) = self.measures.get(measure) else {
            return Vec::new();
        };
        let rows = self.rows.get(organisation).into_iter().flatten();
        rows.filter_map(|row| row.observation(*place)).collect()
    }
}

impl Values {
    /// The pack.
    pub fn pack(&self) -> &CompiledIndicators {
        &self.pack
    }

    /// The indicators.
    pub fn set(&self) -> &IndicatorSet {
        self.pack.set()
    }

    /// The structure.
    pub fn structure(&self) -> &Structure {
        &self.structure
    }

    /// What the values are computed from.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Months of the lake that a unit's records stand in; of a period of days, those that it has a part of.
    pub(super) fn stored(&self, members: &[String], period: Period) -> Vec<StoredMonth> {
        let wanted: BTreeSet<&str> = members.iter().map(String::as_str).collect();
        let months = period.rounded_out();
        let months = self.stored.months().iter().filter(|month| {
            wanted.contains(month.organisation_code.as_str()) && months.contains(month.month)
        });
        months.cloned().collect()
    }

    /// The rows of a question about the version that the values are computed from.
    #[track_caller]
    pub(crate) fn ask<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, IndicatorError> {
        let place = Location::caller();
        let asking = tracing::info_span!(target: "traces", "question", place = %place);
        let mut answer = Vec::new();
        asking.in_scope(|| {
            block_on(async {
                let result = self.queries.query(sql).await?;
                write_result(result, OutputFormat::Json, &mut answer).await
            })
        })?;
        serde_json::from_slice(&answer).map_err(|error| {
            // The columns are named by ourselves: this cannot come from what a person wrote.
            IndicatorError::Warehouse(WarehouseError::Structure {
                table: STAY.to_owned(),
                difference: error.to_string(),
            })
        })
    }

    /// Institutions with records in a period.
    pub(crate) fn with_records(&self, period: Period) -> BTreeSet<String> {
        let months = self.stored.months().iter();
        let within = months.filter(|month| period.contains(month.month));
        within
            .map(|month| month.organisation_code.clone())
            .collect()
    }

    /// Whether an institution has records at all.
    pub(crate) fn ever_delivered(&self, code: &str) -> bool {
        let mut months = self.stored.months().iter();
        months.any(|month| month.organisation_code == code)
    }

    /// The last month with records; `None` without any.
    pub fn last_month(&self) -> Option<Month> {
        let months = self.stored.months().iter();
        months.map(|month| month.month).max()
    }

    /// The files of the lake.
    pub(super) fn files(&self) -> &Arc<StoredMonths> {
        &self.stored
    }

    /// An indicator by its id.
    pub fn indicator(&self, id: &str) -> Result<&Indicator, IndicatorError> {
        self.set().get(id).ok_or_else(|| {
            let wanted = id.to_lowercase();
            let near = self.set().indicators().iter().filter(|indicator| {
                indicator.id.to_lowercase().contains(&wanted) || indicator.title.contains(id)
            });
            let near = near.take(8).map(|one| format!("{} {}", one.id, one.title));
            IndicatorError::UnknownIndicator {
                id: id.to_owned(),
                near: near.collect(),
            }
        })
    }

    /// The value of an indicator, if there is one.
    pub fn get(&self, id: &str, unit: &Unit, period: Period) -> Option<Value> {
        self.explained(self.set().get(id)?, unit, period).ok()
    }

    /// The value of an indicator, or why there is none.
    pub fn explained(
        &self,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
    ) -> Result<Value, NoValue> {
        self.among(indicator, unit, period, &|_| true)
    }

    /// The value of an indicator for those institutions of a unit that are wanted.
    pub(crate) fn among(
        &self,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
        included: &dyn Fn(&str) -> bool,
    ) -> Result<Value, NoValue> {
        let value = self
            .evidence(indicator, unit, period, included)
            .and_then(|evidence| evaluate(self.set(), indicator, period, &evidence));
        match value {
            // That there are no records yet is not what is wrong with a period of the future.
            Err(NoValue::NoRows { .. }) if period.first_day() > beijing::today() => {
                Err(NoValue::NotBegun { period })
            }
            value => value,
        }
    }

    /// What each organisation that speaks for a unit entered for an indicator that is a field of a data
    /// set, as [`Self::among`] takes them together. One part of the unit's own name: it filled the field in
    /// itself.
    pub(crate) fn entry_parts(
        &self,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
        included: &dyn Fn(&str) -> bool,
    ) -> Vec<EntryPart> {
        let evidence = self.evidence(indicator, unit, period, included);
        evidence.map_or_else(|_| Vec::new(), |one| one.entered(indicator, period))
    }

    /// The groups that a low-risk mortality counts for a unit, by its list or by the reference.
    pub(super) fn low_risk_groups(
        &self,
        indicator: &Indicator,
        settings: &LowRisk,
        unit: &Unit,
        period: Period,
    ) -> BTreeSet<String> {
        let evidence = self.evidence(indicator, unit, period, &|_| true);
        evidence.map_or_else(
            |_| BTreeSet::new(),
            |one| one.low_risk_groups(settings, period),
        )
    }

    fn evidence<'a>(
        &'a self,
        indicator: &Indicator,
        unit: &'a Unit,
        period: Period,
        included: &dyn Fn(&str) -> bool,
    ) -> Result<UnitEvidence<'a>, NoValue> {
        let Some(members) = self.structure.members(unit, period) else {
            let source = STAY.to_owned();
            return Err(NoValue::NoRows { source });
        };
        let is_empty = members.is_empty();
        let mut asked = self.structure.asked(&indicator.applies_to, members, period);
        asked.retain(|code| included(code));
        // A division without institutions may report all the same.
        if asked.is_empty() && !(is_empty && indicator.applies_to.is_empty()) {
            return Err(NoValue::NotAsked);
        }
        Ok(UnitEvidence {
            values: self,
            unit,
            members: asked,
            wanted: self.wanted(indicator),
        })
    }

    /// What an indicator, or the one that it is the growth of, needs of data sets.
    fn wanted(&self, indicator: &Indicator) -> Vec<Measure> {
        let set = self.set();
        let basis = set.basis(indicator);
        let measures = set.measures_of(basis);
        let measures = measures.iter().map(|id| set.measure(*id));
        let of_datasets = measures.filter(|measure| measure.source != STAY).cloned();
        let entered = self.pack.fields.measures(basis);
        of_datasets
            .chain(entered.map(|(measure, _)| measure))
            .collect()
    }

    /// Whose reports of each data set a value rests on.
    pub fn reported_by(
        &self,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
    ) -> Vec<ReportedBy> {
        let Ok(evidence) = self.evidence(indicator, unit, period, &|_| true) else {
            return Vec::new();
        };
        let datasets: BTreeSet<&str> = evidence
            .wanted
            .iter()
            .map(|measure| measure.source.as_str())
            .collect();
        let own = match unit {
            Unit::Institution(code) => code.clone(),
            other => other.to_string(),
        };
        let reported = datasets.into_iter().map(|dataset| {
            let organisations = evidence.speakers(dataset, period);
            ReportedBy {
                dataset: dataset.to_owned(),
                is_own: organisations.iter().eq([&own]),
                organisations,
            }
        });
        reported
            .filter(|one| !one.organisations.is_empty())
            .collect()
    }
}
