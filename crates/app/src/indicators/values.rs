//! Values of indicators for any unit and period, from sums that were computed once.

mod evidence;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_domain::{Month, Period};
use biaochi_indicators::{
    Groups, Indicator, IndicatorSet, LowRisk, Measure, MeasureId, NoValue, Observation, STAY,
    Value, evaluate,
};
use biaochi_organisations::Unit;
use biaochi_warehouse::indicators::{
    EntryRow, MonthCells, Refreshed, department_sums, drg_sums, entry_rows, hospital_sums, refresh,
    scan, scan_days, up_to_date,
};
use biaochi_warehouse::lake::{Lake, Publication, Selector};
use biaochi_warehouse::query::{OutputFormat, Queries, write_result};
use biaochi_warehouse::recheck::{StoredMonth, StoredMonths};
use biaochi_warehouse::{WarehouseError, WhenLocked, WriterLock, open_lake};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use self::evidence::UnitEvidence;
use super::error::IndicatorError;
use super::pack::CompiledIndicators;
use super::roll_up::EntryPart;
use super::structure::Structure;
use crate::runtime::block_on;
use crate::{Workspace, beijing};

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

/// Sums of a hospital or a department: by measure and month, in that order; `rows` tells months with
/// records from months without.
#[derive(Debug, Clone, Default)]
struct Months {
    sums: Vec<Decimal>,
}

/// Sums over some days of a month, by department and measure.
type DaySums = Arc<HashMap<String, Vec<Decimal>>>;

/// Sums by group, of each hospital.
type HospitalGroups = Arc<BTreeMap<String, Groups>>;

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

/// Brings the sums of the newest version up to date; only what changed is computed.
pub fn compute(
    workspace: &Workspace,
    pack: &CompiledIndicators,
    when_locked: WhenLocked,
) -> Result<Refreshed, IndicatorError> {
    block_on(async {
        let lake = open_lake(&workspace.lake())?;
        let publication = lake.newest().await?;
        bring_up_to_date(workspace, &lake, &publication, pack, when_locked).await
    })
}

async fn bring_up_to_date(
    workspace: &Workspace,
    lake: &Lake,
    publication: &Publication,
    pack: &CompiledIndicators,
    when_locked: WhenLocked,
) -> Result<Refreshed, IndicatorError> {
    // Most readers find everything computed: they shall not queue for the lock of writers.
    if let Some(found) = up_to_date(lake, publication, &pack.measures).await? {
        return Ok(found);
    }
    let lock = WriterLock::acquire(&workspace.lake().join("indicators.lock"), when_locked)?;
    Ok(refresh(lake, publication, &pack.measures, lock).await?)
}

impl Values {
    /// Brings the sums up to date and reads those that values of a period need, with the year before
    /// it for growth.
    pub fn load(
        workspace: &Workspace,
        pack: &CompiledIndicators,
        structure: Structure,
        period: Period,
    ) -> Result<Self, IndicatorError> {
        let span = span_of(period);
        block_on(async {
            let lake = open_lake(&workspace.lake())?;
            let publication = lake.newest().await?;
            let refreshed =
                bring_up_to_date(workspace, &lake, &publication, pack, WhenLocked::Wait).await?;
            Self::read(lake, publication, pack, structure, span, refreshed.version).await
        })
    }

    /// Values of a pack that is not in force, for comparison: its sums are computed and not kept.
    pub fn preview(
        workspace: &Workspace,
        pack: &CompiledIndicators,
        structure: Structure,
        period: Period,
    ) -> Result<Self, IndicatorError> {
        let span = span_of(period);
        block_on(async {
            let lake = open_lake(&workspace.lake())?;
            let publication = lake.newest().await?;
            let mut values = Self::open(lake, publication, pack, structure, span, 0).await?;
            let months = values.stored.months().iter();
            let months = months.filter(|month| span.contains(month.month));
            let months: Vec<_> = months.map(|month| (month.clone(), String::new())).collect();
            let scanned = scan(&values.stored, &months, &pack.measures).await?;
            values.hold(&scanned.cells);
            values.read_entries().await?;
            Ok(values)
        })
    }

    /// The records and entries of an earlier version, without any sums: enough to look up what stands behind a
    /// value that was computed from it.
    pub(crate) fn at_version(
        workspace: &Workspace,
        pack: &CompiledIndicators,
        structure: Structure,
        period: Period,
        version: u64,
    ) -> Result<Self, IndicatorError> {
        block_on(async {
            let lake = open_lake(&workspace.lake())?;
            let publication = lake.select(Selector::Version(version)).await?;
            Self::open(lake, publication, pack, structure, period, 0).await
        })
    }

    /// Takes sums that were just computed.
    fn hold(&mut self, cells: &[MonthCells]) {
        let ids = self.pack.measures.ids();
        let mut hospitals = HashMap::<String, Months>::new();
        let mut departments = HashMap::<String, HashMap<String, Months>>::new();
        for cells in cells {
            let Ok(month) = cells.month.parse::<Month>() else {
                continue;
            };
            let hospital = &cells.organisation_code;
            for row in &cells.rows {
                let (id, sum) = (ids[row.measure], row.decimal());
                let own = departments.entry(hospital.clone()).or_default();
                for months in [
                    hospitals.entry(hospital.clone()).or_default(),
                    own.entry(row.department.to_string()).or_default(),
                ] {
                    self.add(months, id, month, sum);
                }
            }
        }
        self.hospitals = hospitals;
        let departments = departments.into_iter();
        let departments = departments.map(|(code, sums)| (code, Arc::new(sums)));
        self.departments = Mutex::new(departments.collect());
    }

    async fn read(
        lake: Lake,
        publication: Publication,
        pack: &CompiledIndicators,
        structure: Structure,
        span: Period,
        cell_version: u64,
    ) -> Result<Self, IndicatorError> {
        let mut values = Self::open(lake, publication, pack, structure, span, cell_version).await?;
        let sums = hospital_sums(&values.lake, &pack.measures, None, span).await?;
        let mut hospitals = HashMap::<String, Months>::new();
        for sum in sums {
            let months = hospitals.entry(sum.organisation_code).or_default();
            values.add(months, sum.measure, sum.month, sum.sum);
        }
        values.hospitals = hospitals;
        values.read_entries().await?;
        Ok(values)
    }

    /// The lake, without any sums yet.
    async fn open(
        lake: Lake,
        publication: Publication,
        pack: &CompiledIndicators,
        mut structure: Structure,
        span: Period,
        cell_version: u64,
    ) -> Result<Self, IndicatorError> {
        let stored = Arc::new(StoredMonths::open(&lake, &publication).await?);
        structure.deliver(
            stored
                .months()
                .iter()
                .map(|month| month.organisation_code.as_str()),
        );
        let provenance = Provenance {
            version: publication.version,
            table_versions: match &publication.record {
                Some(record) => record.table_versions.clone(),
                None => BTreeMap::new(),
            },
            cell_version,
            pack: pack.set().id().to_owned(),
            pack_hash: pack.set().content_hash().to_owned(),
        };
        // Views over data sets can be made once something of them was approved.
        let is_filled = provenance.table_versions.contains_key("fact");
        let entries = if is_filled { &pack.entries[..] } else { &[] };
        let queries = Queries::open_over(&lake, publication, entries, Vec::new()).await?;
        Ok(Self {
            pack: pack.clone(),
            structure,
            provenance,
            lake,
            stored,
            queries,
            span,
            hospitals: HashMap::new(),
            departments: Mutex::default(),
            entries: HashMap::new(),
            days: Mutex::default(),
            groups: Mutex::default(),
        })
    }

    /// Reads the data sets that indicators name, each once.
    async fn read_entries(&mut self) -> Result<(), IndicatorError> {
        let set = self.pack.set();
        let own = set
            .measures()
            .iter()
            .filter(|measure| measure.source != STAY);
        let mut wanted: BTreeMap<String, BTreeSet<Measure>> = BTreeMap::new();
        for measure in own {
            wanted
                .entry(measure.source.clone())
                .or_default()
                .insert(measure.clone());
        }
        for indicator in set.indicators() {
            let entered = self.pack.fields.measures(indicator);
            let entered = entered
                .into_iter()
                .flat_map(|(own, weight)| std::iter::once(own).chain(weight));
            for measure in entered {
                wanted
                    .entry(measure.source.clone())
                    .or_default()
                    .insert(measure);
            }
        }
        for (dataset, measures) in wanted {
            let measures: Vec<&Measure> = measures.iter().collect();
            let mut entries = Entries::default();
            for row in entry_rows(&self.queries, &dataset, &measures).await? {
                self.structure.deliver(
                    [row.organisation_code.as_str()]
                        .into_iter()
                        .filter(|code| !code.contains(':')),
                );
                entries.has_above |= row.organisation_code.contains(':');
                entries
                    .rows
                    .entry(row.organisation_code.clone())
                    .or_default()
                    .push(row);
            }
            let places = measures.into_iter().cloned().enumerate();
            entries.measures = places.map(|(place, measure)| (measure, place)).collect();
            self.entries.insert(dataset, entries);
        }
        Ok(())
    }

    /// Where the sum of a measure and a month stands.
    fn place(&self, measure: MeasureId, month: Month) -> Option<usize> {
        let months = usize::from(self.span.length());
        let behind = Period::between(self.span.first(), month)?;
        let month = usize::from(behind.length()) - 1;
        (month < months).then_some(measure.0 * months + month)
    }

    fn add(&self, months: &mut Months, measure: MeasureId, month: Month, sum: Decimal) {
        let measures = self.pack.set().measures().len() + 1;
        months
            .sums
            .resize(measures * usize::from(self.span.length()), Decimal::ZERO);
        if let Some(place) = self.place(measure, month) {
            months.sums[place] += sum;
        }
    }

    /// The sum over the months of a period; `None` where there is no record in any of them.
    fn total(&self, months: &Months, measure: MeasureId, period: Period) -> Option<Decimal> {
        let rows = self.rows_measure();
        let at = |measure: MeasureId, month| {
            let place = self.place(measure, month)?;
            months.sums.get(place).copied()
        };
        let records: Decimal = period.months().filter_map(|month| at(rows, month)).sum();
        if records.is_zero() {
            return None;
        }
        Some(period.months().filter_map(|month| at(measure, month)).sum())
    }

    /// The measure that counts all rows; behind the others when no indicator asks for it.
    fn rows_measure(&self) -> MeasureId {
        let set = self.pack.set();
        let own = set.measure_id(&Measure::rows(STAY));
        own.unwrap_or(MeasureId(set.measures().len()))
    }

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
    pub(crate) fn ask<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, IndicatorError> {
        let mut answer = Vec::new();
        block_on(async {
            let result = self.queries.query(sql).await?;
            write_result(result, OutputFormat::Json, &mut answer).await
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

    /// The departments of a hospital that have records in the span.
    pub fn departments(&self, hospital: &str) -> Result<Vec<String>, IndicatorError> {
        let departments = self.department_sums(hospital)?;
        let mut codes: Vec<String> = departments.keys().cloned().collect();
        codes.sort();
        Ok(codes)
    }

    fn department_sums(
        &self,
        hospital: &str,
    ) -> Result<Arc<HashMap<String, Months>>, IndicatorError> {
        let known = self
            .departments
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(hospital) {
            return Ok(Arc::clone(known));
        }
        drop(known);
        let sums = department_sums(&self.lake, &self.pack.measures, hospital, self.span, false);
        let mut departments = HashMap::<String, Months>::new();
        for sum in block_on(sums)? {
            let months = departments.entry(sum.department).or_default();
            self.add(months, sum.measure, sum.month, sum.sum);
        }
        let departments = Arc::new(departments);
        let mut known = self
            .departments
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(hospital.to_owned(), Arc::clone(&departments));
        Ok(departments)
    }

    /// Sums over some days of a month, of the hospitals that have records in it; what was computed for an
    /// earlier question is not computed again.
    fn day_sums(&self, part: Period, hospitals: &[String]) -> Option<Vec<DaySums>> {
        let known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<String> = hospitals
            .iter()
            .filter(|code| !known.contains_key(&(part, (*code).clone())))
            .cloned()
            .collect();
        drop(known);
        let mut new = HashMap::<String, HashMap<String, Vec<Decimal>>>::new();
        let months = self.stored(&missing, part);
        if !months.is_empty() {
            let measures = &self.pack.measures;
            let scanned = block_on(scan_days(&self.stored, &months, measures, part)).ok()?;
            let ids = measures.ids();
            let length = self.set().measures().len() + 1;
            for cells in scanned.cells {
                let own = new.entry(cells.organisation_code).or_default();
                for row in &cells.rows {
                    let sums = own.entry(row.department.to_string()).or_default();
                    sums.resize(length, Decimal::ZERO);
                    sums[ids[row.measure].0] += row.decimal();
                }
            }
        }
        let mut known = self.days.lock().unwrap_or_else(PoisonError::into_inner);
        for code in missing {
            let sums = Arc::new(new.remove(&code).unwrap_or_default());
            known.insert((part, code), sums);
        }
        let sums = hospitals
            .iter()
            .filter_map(|code| known.get(&(part, code.clone())).cloned());
        Some(sums.collect())
    }

    fn drg_sums(
        &self,
        period: Period,
        department: Option<&str>,
    ) -> Option<Arc<BTreeMap<String, Groups>>> {
        let key = (period, department.map(str::to_owned));
        let known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(&key) {
            return Some(Arc::clone(known));
        }
        drop(known);
        let sums = block_on(drg_sums(&self.queries, period, department)).ok()?;
        let sums = Arc::new(sums);
        let mut known = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, Arc::clone(&sums));
        Some(sums)
    }
}

/// A period with the year before it, and the period before it.
fn span_of(period: Period) -> Period {
    let before = [period.year_before(), period.previous()]
        .into_iter()
        .flatten();
    let first = before.map(Period::first).chain([period.first()]).min();
    let span = Period::between(first.unwrap_or(period.first()), period.last());
    span.unwrap_or(period)
}
