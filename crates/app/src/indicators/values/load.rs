//! Sums and entries are read from the lake, and brought up to date before.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use biaochi_domain::{Month, Period};
use biaochi_indicators::{Measure, STAY};
use biaochi_warehouse::indicators::{
    MonthCells, Refreshed, entry_rows, hospital_sums, refresh, scan, up_to_date,
};
use biaochi_warehouse::lake::{Lake, Publication, Selector};
use biaochi_warehouse::query::Queries;
use biaochi_warehouse::recheck::StoredMonths;
use biaochi_warehouse::{WhenLocked, WriterLock, open_lake};
use tracing::Instrument as _;

use super::sums::Months;
use super::{Entries, Provenance, Values};
use crate::Workspace;
use crate::indicators::error::IndicatorError;
use crate::indicators::pack::CompiledIndicators;
use crate::indicators::structure::Structure;
use crate::runtime::block_on;

/// Brings the sums of the newest version up to date; only what changed is computed.
pub fn compute(
    workspace: &Workspace,
    pack: &CompiledIndicators,
    when_locked: WhenLocked,
) -> Result<Refreshed, IndicatorError> {
    block_on(async {
        let (lake, publication) = select(workspace, Selector::Newest).await?;
        bring_up_to_date(workspace, &lake, &publication, pack, when_locked).await
    })
}

/// The lake, and a version of it.
async fn select(
    workspace: &Workspace,
    selector: Selector,
) -> Result<(Lake, Publication), IndicatorError> {
    let lake = open_lake(&workspace.lake())?;
    let publication = lake.select(selector).await?;
    Ok((lake, publication))
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
    let refreshing = tracing::info_span!(target: "traces", "indicators.refresh");
    let refreshed = refresh(lake, publication, &pack.measures, lock);
    Ok(refreshed.instrument(refreshing).await?)
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
            let (lake, publication) = select(workspace, Selector::Newest).await?;
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
            let (lake, publication) = select(workspace, Selector::Newest).await?;
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
            let (lake, publication) = select(workspace, Selector::Version(version)).await?;
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
