//! Checks across records after an import: only then the lake holds the records.
//!
//! The import publishes records with what was found in each. Whether a stay overlaps with another, of
//! this hospital or the next, is asked of the published lake, for the persons whose months came, and
//! published as a second version. Doing it again changes nothing, so a step that was cut off is made
//! good by running the same import again.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use biaochi_store::Scope;
use biaochi_warehouse::across::{AcrossFound, CompiledAcross, Look, Told, Touched};
use biaochi_warehouse::lake::{Lake, LakeWriter, Publication, Selector};
use biaochi_warehouse::recheck::{NewResults, Rewritten, StoredMonths, rewrite_across};
use biaochi_warehouse::{WhenLocked, open_lake};

use crate::import::Places;
use crate::recheck::{RecheckError, allowed, begin, published_at, record};
use crate::runtime::block_on;

/// What came in, and what is asked about it.
#[derive(Debug, Clone, Copy)]
pub struct AcrossRequest<'a> {
    /// The institutions that may be seen. What is stored about a hospital should come from the scope of
    /// all: one hospital alone sees no overlap with another.
    pub scope: &'a Scope,
    /// The checks.
    pub across: &'a CompiledAcross,
    /// Id of the scheme, for the journal.
    pub scheme: &'a str,
    /// Hospital and month of the records that came, went or changed.
    pub months: &'a [(String, String)],
    /// The version that the import published.
    pub version: u64,
    /// What to do while another import runs.
    pub when_locked: WhenLocked,
}

/// What looking across records came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AcrossUpdate {
    /// The version of the lake that holds it; `None` when nothing changed.
    pub version: Option<u64>,
    /// When the records that were looked at were published, in microseconds since 1970 UTC.
    pub as_of: i64,
    /// Hospital and month of the findings that changed; more than came in, since persons go from one
    /// hospital and month to another.
    pub months: Vec<(String, String)>,
    /// Records and checks found now and not before.
    pub new: u64,
    /// Records and checks found before and not now.
    pub gone: u64,
    /// Months left alone because they were checked with another edition; a re-check brings them up to date.
    pub other_edition: Vec<(String, String)>,
}

/// Findings of a month that go, and those that come.
#[derive(Default)]
struct Change {
    gone: Vec<Told>,
    new: Vec<AcrossFound>,
}

/// Brings the findings across records up to date after an import.
///
/// Must not be called from an asynchronous task: it blocks until done.
pub fn update(
    places: Places<'_>,
    request: &AcrossRequest<'_>,
) -> Result<AcrossUpdate, RecheckError> {
    let began = Instant::now();
    let lake = open_lake(places.lake)?;
    if request.across.is_empty() || request.months.is_empty() {
        let newest = block_on(lake.newest())?;
        return Ok(AcrossUpdate {
            as_of: published_at(&newest),
            ..AcrossUpdate::default()
        });
    }
    let writer = begin(&lake, places.lake, request.when_locked)?;
    match block_on(rewrite(&lake, &writer, request)) {
        Ok((mut update, new)) if !update.months.is_empty() => {
            let set = request.across.set();
            let record = record(&writer, set, request.scheme, 0, began);
            let published = block_on(writer.publish(new.changes(), record))?;
            update.version = Some(published.version);
            update.as_of = published_at(&published);
            Ok(update)
        }
        Ok((update, _)) => {
            block_on(writer.abandon());
            Ok(update)
        }
        Err(error) => {
            block_on(writer.abandon());
            Err(error)
        }
    }
}

/// Writes the months whose findings change.
async fn rewrite(
    lake: &Lake,
    writer: &LakeWriter,
    request: &AcrossRequest<'_>,
) -> Result<(AcrossUpdate, NewResults), RecheckError> {
    let publication = writer.published().clone();
    let mut update = AcrossUpdate {
        as_of: published_at(&publication),
        ..AcrossUpdate::default()
    };
    let mut new = NewResults::default();
    let changes = changes(lake, &publication, request).await?;
    if changes.is_empty() {
        return Ok((update, new));
    }
    let stored = StoredMonths::open(lake, &publication).await?;
    for month in stored.months() {
        let Some(change) = changes.get(&month.key()) else {
            continue;
        };
        let set = request.across.set();
        match rewrite_across((&stored, month), writer, set, &change.gone, &change.new).await? {
            Rewritten::Written(written) => {
                new.add(written);
                update.months.push(month.key());
                let (came, went) = change.counts();
                update.new += came;
                update.gone += went;
            }
            Rewritten::OtherEdition => update.other_edition.push(month.key()),
        }
    }
    Ok((update, new))
}

/// What is found otherwise than is stored, by month.
async fn changes(
    lake: &Lake,
    publication: &Publication,
    request: &AcrossRequest<'_>,
) -> Result<BTreeMap<(String, String), Change>, RecheckError> {
    let before = request.version.saturating_sub(1);
    let touched = Touched {
        months: request.months.to_vec(),
        before: Some(lake.select(Selector::Version(before)).await?),
    };
    let scope = allowed(request.scope);
    let look = Look::open(lake, publication.clone(), scope, Some(&touched)).await?;
    let stored = look.stored(request.across).await?;
    let mut changes = BTreeMap::<_, Change>::new();
    let mut found = BTreeSet::new();
    for one in look.run(request.across).await? {
        let told = one.told(request.across.set());
        if !stored.contains(&told) {
            let change = changes.entry(one.month.clone()).or_default();
            change.new.push(one);
        }
        found.insert(told);
    }
    for told in stored.difference(&found) {
        let change = changes.entry(told.month.clone()).or_default();
        change.gone.push(told.clone());
    }
    Ok(changes)
}

impl Change {
    /// How many findings come, and how many go; one whose words change does neither.
    fn counts(&self) -> (u64, u64) {
        let gone: BTreeSet<_> = self
            .gone
            .iter()
            .map(|told| (&told.record_key, &told.check_id))
            .collect();
        let new: BTreeSet<_> = self
            .new
            .iter()
            .map(|found| (&found.record_key, &found.check_id))
            .collect();
        (
            new.difference(&gone).count() as u64,
            gone.difference(&new).count() as u64,
        )
    }
}
