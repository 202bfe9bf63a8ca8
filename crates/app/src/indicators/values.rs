//! Values of indicators for any unit and period, from sums that were computed once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_datasets::Share;
use biaochi_domain::{Month, Period};
use biaochi_indicators::{
    Algorithm, DrgSums, Evidence, Formula, Groups, Indicator, IndicatorSet, Measure, MeasureId,
    NoValue, NotComputable, Observation, STAY, Value, consumption_index, evaluate, group_count,
    low_risk_mortality, over_time, ratio,
};
use biaochi_organisations::Unit;
use biaochi_warehouse::indicators::{
    EntryRow, MonthCells, Refreshed, department_sums, drg_sums, entry_rows, exact_values,
    hospital_sums, refresh, scan,
};
use biaochi_warehouse::lake::{Lake, Publication};
use biaochi_warehouse::query::Queries;
use biaochi_warehouse::recheck::{StoredMonth, StoredMonths};
use biaochi_warehouse::{WhenLocked, WriterLock, open_lake};
use rust_decimal::Decimal;

use super::error::IndicatorError;
use super::pack::CompiledIndicators;
use super::roll_up::EntryPart;
use super::structure::Structure;
use crate::Workspace;
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

/// Sums of a hospital or a department: by measure and month, in that order; `rows` tells months with
/// records from months without.
#[derive(Debug, Clone, Default)]
struct Months {
    sums: Vec<Decimal>,
}

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

    /// Months of the lake that a unit's records stand in.
    pub(super) fn stored(&self, members: &[String], period: Period) -> Vec<StoredMonth> {
        let wanted: BTreeSet<&str> = members.iter().map(String::as_str).collect();
        let months = self.stored.months().iter().filter(|month| {
            wanted.contains(month.organisation_code.as_str()) && period.contains(month.month)
        });
        months.cloned().collect()
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
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Value, NoValue> {
        let evidence = self.evidence(indicator, unit, period, wanted)?;
        evaluate(self.set(), indicator, period, &evidence)
    }

    /// What each institution of a unit entered for an indicator that is a field of a data set, as
    /// [`Self::among`] takes them together. One part of the unit's own name: it filled the field in itself.
    pub(crate) fn entry_parts(
        &self,
        indicator: &Indicator,
        unit: &Unit,
        period: Period,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Vec<EntryPart> {
        let evidence = self.evidence(indicator, unit, period, wanted);
        evidence.map_or_else(|_| Vec::new(), |one| one.entered(indicator, period))
    }

    fn evidence<'a>(
        &'a self,
        indicator: &Indicator,
        unit: &'a Unit,
        period: Period,
        wanted: &dyn Fn(&str) -> bool,
    ) -> Result<UnitEvidence<'a>, NoValue> {
        let Some(members) = self.structure.members(unit, period) else {
            let source = STAY.to_owned();
            return Err(NoValue::NoRows { source });
        };
        let asked = |code: &String| {
            wanted(code) && self.structure.is_asked(&indicator.applies_to, code, period)
        };
        let members: Vec<String> = members.into_iter().filter(asked).collect();
        if members.is_empty() {
            return Err(NoValue::NotAsked);
        }
        Ok(UnitEvidence {
            values: self,
            unit,
            members,
        })
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

/// What the values of one unit rest on.
struct UnitEvidence<'a> {
    values: &'a Values,
    unit: &'a Unit,
    /// Its institutions that the indicator is asked of.
    members: Vec<String>,
}

impl UnitEvidence<'_> {
    fn department(&self) -> Option<(&str, &str)> {
        match self.unit {
            Unit::Department { institution, code } => Some((institution, code)),
            _ => None,
        }
    }

    /// What each member's entries come to; a unit that fills in a data set itself speaks for itself.
    fn entries(&self, measure: &Measure, period: Period) -> Vec<Decimal> {
        let Some(entries) = self.values.entries.get(&measure.source) else {
            return Vec::new();
        };
        if self.department().is_some() {
            return Vec::new();
        }
        let of = |organisation: &str| {
            let observed = entries.observations(organisation, measure);
            over_time(&observed, period, measure.over_time)
        };
        match of(&self.unit.to_string()) {
            Some(own) => vec![own],
            None => self
                .members
                .iter()
                .filter_map(|member| of(member))
                .collect(),
        }
    }

    /// What each member entered for a field; a unit that fills in a data set itself speaks for itself.
    fn entered(&self, indicator: &Indicator, period: Period) -> Vec<EntryPart> {
        let Some((measure, weight)) = self.values.pack.fields.measures(indicator) else {
            return Vec::new();
        };
        let Some(entries) = self.values.entries.get(&measure.source) else {
            return Vec::new();
        };
        if self.department().is_some() {
            return Vec::new();
        }
        let of = |organisation: &str| -> Option<EntryPart> {
            let observed = entries.observations(organisation, &measure);
            let value = over_time(&observed, period, measure.over_time)?;
            let weight = weight.as_ref().and_then(|weight| {
                let observed = entries.observations(organisation, weight);
                over_time(&observed, period, weight.over_time)
            });
            let within = observed.iter().filter(|one| period.contains(one.period));
            let month = within.map(|one| one.period.last()).max()?;
            Some(EntryPart {
                organisation: organisation.to_owned(),
                share: Share {
                    value,
                    weight,
                    month,
                },
            })
        };
        if let Some(own) = of(&self.unit.to_string()) {
            return vec![own];
        }
        let members = self.members.iter().filter_map(|member| of(member));
        let parts: Vec<EntryPart> = members.collect();
        if parts.is_empty() && matches!(self.unit, Unit::All | Unit::Division(_)) {
            let units = entries.rows.keys().filter(|code| code.contains(':'));
            return self.topmost(units.filter_map(|code| of(code)).collect(), period);
        }
        parts
    }

    /// Of entries that units made about themselves, those within this unit and below no other: the counties of
    /// a city, the alliances of a county.
    fn topmost(&self, entered: Vec<EntryPart>, period: Period) -> Vec<EntryPart> {
        if entered.is_empty() {
            return entered;
        }
        let view = self.values.structure.view_of(period);
        let above = |part: &EntryPart| -> Vec<String> {
            let unit: Option<Unit> = part.organisation.parse().ok();
            let above = unit.map(|unit| view.ancestors(&unit)).unwrap_or_default();
            above.iter().map(Unit::to_string).collect()
        };
        let own = self.unit.to_string();
        let codes: BTreeSet<&str> = entered.iter().map(|part| &*part.organisation).collect();
        let is_topmost = |part: &&EntryPart| {
            let above = above(part);
            let is_within = *self.unit == Unit::All || above.contains(&own);
            is_within && !above.iter().any(|other| codes.contains(other.as_str()))
        };
        let mut found: Vec<EntryPart> = entered.iter().filter(is_topmost).cloned().collect();
        found.sort_by(|one, other| one.organisation.cmp(&other.organisation));
        found
    }

    fn stays(&self, measure: MeasureId, period: Period) -> Option<Decimal> {
        let values = self.values;
        if let Some((hospital, code)) = self.department() {
            let departments = values.department_sums(hospital).ok()?;
            return values.total(departments.get(code)?, measure, period);
        }
        let hospitals = self
            .members
            .iter()
            .filter_map(|member| values.hospitals.get(member));
        let sums = hospitals.filter_map(|months| values.total(months, measure, period));
        sums.reduce(|a, b| a + b)
    }

    /// Sums by DRG of the unit, and of the reference: all institutions.
    fn groups(&self, period: Period) -> Option<(Groups, Groups)> {
        let all = self.values.drg_sums(period, None)?;
        let department = self.department().map(|(_, code)| code);
        let own = match department {
            Some(code) => self.values.drg_sums(period, Some(code))?,
            None => Arc::clone(&all),
        };
        let gather = |groups: &mut dyn Iterator<Item = &Groups>| {
            let mut gathered = Groups::new();
            for (drg, sums) in groups.flatten() {
                let entry: &mut DrgSums = gathered.entry(drg.clone()).or_default();
                entry.add(sums);
            }
            gathered
        };
        let mut members = self.members.iter().filter_map(|member| own.get(member));
        Some((gather(&mut members), gather(&mut all.values())))
    }

    fn algorithm(
        &self,
        indicator: &Indicator,
        algorithm: &Algorithm,
        period: Period,
    ) -> Result<Value, NoValue> {
        let no_rows = || NoValue::NoRows {
            source: STAY.to_owned(),
        };
        let (own, reference) = self.groups(period).ok_or_else(no_rows)?;
        let pair = |found: Result<(Decimal, Decimal), NotComputable>| match found {
            Ok((above, below)) => Ok(Value {
                numerator: Some(above),
                denominator: Some(below),
                value: ratio(above, below, indicator.scale).ok_or(NoValue::TooLarge)?,
            }),
            Err(NotComputable::NoCases) => Err(no_rows()),
            Err(NotComputable::NoReference) => Err(NoValue::NoReference),
        };
        match algorithm {
            Algorithm::DrgGroups => match group_count(&own) {
                0 => Err(no_rows()),
                groups => Ok(Value {
                    numerator: Some(Decimal::from(groups)),
                    denominator: None,
                    value: Decimal::from(groups) * indicator.scale,
                }),
            },
            Algorithm::Index(kind) => pair(consumption_index(&own, &reference, kind.of)),
            Algorithm::LowRiskMortality(settings) => {
                let set = self.values.set();
                let list = settings.list.as_ref().and_then(|id| set.list(id));
                let listed = list.filter(|list| list.is_supplied()).map(|list| {
                    let codes = list.codes.split([',', '，', ' ', '\n', '、']);
                    codes
                        .map(str::trim)
                        .filter(|code| !code.is_empty())
                        .map(str::to_owned)
                        .collect()
                });
                let found = low_risk_mortality(&own, &reference, listed.as_ref(), settings);
                pair(found.map(|(deaths, cases)| (Decimal::from(deaths), Decimal::from(cases))))
            }
        }
    }
}

impl Evidence for UnitEvidence<'_> {
    fn sum(&self, measure: MeasureId, period: Period) -> Option<Decimal> {
        let definition = self.values.set().measures().get(measure.0)?;
        if definition.source == STAY {
            return self.stays(measure, period);
        }
        self.entries(definition, period)
            .into_iter()
            .reduce(|a, b| a + b)
    }

    fn direct(&self, indicator: &Indicator, period: Period) -> Result<Value, NoValue> {
        let no_rows = |source: &str| NoValue::NoRows {
            source: source.to_owned(),
        };
        match &indicator.formula {
            Formula::Exact(exact) => {
                let months = self.values.stored(&self.members, period);
                let department = self.department().map(|(_, code)| code);
                let pack = &self.values.pack;
                let (files, lookups) = (&self.values.stored, &pack.lookups);
                let value = exact_values(files, &months, department, pack.set(), lookups, exact);
                let value = block_on(value)
                    .ok()
                    .flatten()
                    .ok_or_else(|| no_rows(STAY))?;
                let scaled = value
                    .checked_mul(indicator.scale)
                    .ok_or(NoValue::TooLarge)?;
                Ok(Value {
                    numerator: Some(value),
                    denominator: None,
                    value: scaled.normalize(),
                })
            }
            Formula::Algorithm(algorithm) => self.algorithm(indicator, algorithm, period),
            Formula::Entered { dataset, .. } => {
                let parts = self.entered(indicator, period);
                let value = self.values.pack.fields.together(indicator, &parts);
                value.ok_or_else(|| no_rows(dataset))
            }
            Formula::Ratio { .. } | Formula::Growth { .. } => Err(no_rows(STAY)),
        }
    }
}
