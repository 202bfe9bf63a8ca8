//! One step for the store, the lake and the worklist.
//!
//! The store is where corrections are: who, when, why, before and after. The lake follows. Records are
//! read under the writer's lock, corrected, grouped, checked and written; then the store takes the
//! corrections, and then the lake publishes the records. Whatever ends in between leaves the store ahead of
//! the lake, and [`super::reapply`] brings the lake up to it; nothing is ever in the lake that the store does
//! not explain.

use std::collections::BTreeMap;

use biaochi_domain::Month;
use biaochi_records::FrontPage;
use biaochi_store::{Actor, Correction, NewCorrection, Scope, SyncSummary};
use biaochi_warehouse::tables::StoredRecord;
use biaochi_warehouse::{WhenLocked, open_lake};

use super::CorrectError;
use super::chains::{Chains, changes};
use super::desk::{Desk, Partition, Published, look_across};
use super::values::{Difference, Place, differences};
use crate::check::CompiledPack;
use crate::recheck::published_at;
use crate::runtime::block_on;
use crate::worklist::{sync_months_of, with_store};
use crate::{Content, Workspace};

/// Where and by whom records are corrected.
#[derive(Clone, Copy)]
pub struct Corrector<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// The packs.
    pub content: &'a Content,
    /// The checks that the workspace imports with; `None` when it imports without.
    pub checks: Option<&'a CompiledPack>,
    /// Who acts.
    pub actor: &'a str,
    /// What to do while an import runs.
    pub when_locked: WhenLocked,
}

impl std::fmt::Debug for Corrector<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Corrector")
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

/// Which records of the months are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Among<'a> {
    /// Every record.
    All,
    /// The one with this key.
    One(&'a str),
    /// Those that have corrections.
    Corrected,
}

/// What shall become of a record.
pub(super) struct Planned {
    /// The corrected page.
    pub(super) page: FrontPage,
    /// Why.
    pub(super) reason: String,
    /// The checks whose items wait for the next check.
    pub(super) checks: Vec<String>,
    /// The version that was seen, if somebody saw one.
    pub(super) based_on: Option<u64>,
}

/// A record as it stands before it is corrected.
pub(super) struct Standing<'a> {
    /// As the lake has it.
    pub(super) stored: &'a StoredRecord,
    /// With every correction that the store has.
    pub(super) page: &'a FrontPage,
}

/// A value that a delivery brought otherwise than corrections had seen it: it was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The record.
    pub record_key: String,
    /// Where.
    pub place: Place,
}

/// A correction that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The hospital.
    pub organisation_code: String,
    /// The record.
    pub record_key: String,
    /// Its version.
    pub version: u64,
    /// What changed, in clear.
    pub differences: Vec<Difference>,
}

/// What correcting came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amended {
    /// New corrections, by organisation and record.
    pub made: Vec<Made>,
    /// Records that the lake did not show as corrected earlier and shows now.
    pub restored: u64,
    /// Values that corrections do not fit any more.
    pub stale: Vec<Stale>,
    /// The version of the lake; `None` when nothing had to be written.
    pub version: Option<u64>,
    /// What became of the worklist.
    pub worklist: Option<SyncSummary>,
}

/// A record to be written, and the correction that is new.
struct Amendment {
    record: StoredRecord,
    new: Option<(NewCorrection, Vec<Difference>)>,
}

/// Corrects records of some months as `plan` says, all or none. Corrections that the lake does not show
/// come along.
pub(super) fn amend(
    corrector: Corrector<'_>,
    partitions: &[Partition],
    among: Among<'_>,
    mut plan: impl FnMut(Standing<'_>) -> Result<Option<Planned>, CorrectError>,
) -> Result<Amended, CorrectError> {
    let Corrector {
        workspace, content, ..
    } = corrector;
    let desk = Desk::open(workspace, content, corrector.when_locked)?;
    let mut amended = Amended::default();
    let amendments = collect(corrector, &desk, partitions, among, &mut plan, &mut amended);
    let amendments = match amendments {
        Ok(amendments) => amendments,
        Err(error) => {
            desk.leave();
            return Err(error);
        }
    };
    if amendments.is_empty() {
        desk.leave();
        return Ok(amended);
    }
    let (mut records, mut new, mut told) = (Vec::new(), Vec::new(), BTreeMap::new());
    for amendment in amendments {
        records.push(amendment.record);
        match amendment.new {
            None => amended.restored += 1,
            Some((correction, differences)) => {
                told.insert(
                    (
                        correction.organisation_code.clone(),
                        correction.record_key.clone(),
                    ),
                    differences,
                );
                new.push(correction);
            }
        }
    }
    let prepared = desk.write(records, corrector.checks)?;
    let stored = match store(corrector, &new) {
        Ok(stored) => stored,
        Err(error) => {
            prepared.abandon();
            return Err(error);
        }
    };
    let published = prepared.publish().map_err(|error| {
        if new.is_empty() {
            CorrectError::Warehouse(error)
        } else {
            CorrectError::NotPublished(error)
        }
    })?;
    amended.version = Some(published.version);
    amended.made = stored
        .into_iter()
        .map(|correction| {
            let name = (correction.organisation_code, correction.record_key);
            Made {
                differences: told.remove(&name).unwrap_or_default(),
                organisation_code: name.0,
                record_key: name.1,
                version: correction.version,
            }
        })
        .collect();
    amended.worklist = after(corrector, published)?;
    Ok(amended)
}

/// What follows a publication: findings across records, and the worklist.
fn after(
    corrector: Corrector<'_>,
    mut published: Published,
) -> Result<Option<SyncSummary>, CorrectError> {
    let Some(pack) = corrector.checks else {
        return Ok(None);
    };
    let Corrector {
        workspace,
        content,
        actor,
        ..
    } = corrector;
    look_across(workspace, pack, &mut published)?;
    let Published { months, as_of, .. } = published;
    let set = pack.checks.set();
    Ok(Some(sync_months_of(
        workspace,
        content,
        set,
        &months,
        (as_of, actor),
    )?))
}

/// Takes what is found in months whose records are as they should be into the worklist.
pub(super) fn synchronise(
    corrector: Corrector<'_>,
    months: Vec<Partition>,
) -> Result<Option<SyncSummary>, CorrectError> {
    let lake = open_lake(&corrector.workspace.lake())?;
    let newest = block_on(lake.newest())?;
    let published = Published {
        version: newest.version,
        months,
        as_of: published_at(&newest),
    };
    after(corrector, published)
}

/// The records that change, in the order of the months.
fn collect(
    corrector: Corrector<'_>,
    desk: &Desk<'_>,
    partitions: &[Partition],
    among: Among<'_>,
    plan: &mut impl FnMut(Standing<'_>) -> Result<Option<Planned>, CorrectError>,
    amended: &mut Amended,
) -> Result<Vec<Amendment>, CorrectError> {
    let mut sealer = desk.key().sealer();
    let mut amendments = Vec::new();
    for partition in partitions {
        let Ok(month) = partition.1.parse::<Month>() else {
            continue;
        };
        let known = corrections(corrector.workspace, &partition.0, month)?;
        let wanted = |key: &str| match among {
            Among::All => true,
            Among::One(one) => key == one,
            Among::Corrected => known.contains_key(key),
        };
        desk.read(partition, wanted, |stored| {
            let earlier = known.get(&stored.record_key).map_or(&[][..], Vec::as_slice);
            let folded = Chains::of(earlier, desk.key())?.fold(&stored.page);
            amended
                .stale
                .extend(folded.stale.into_iter().map(|place| Stale {
                    record_key: stored.record_key.clone(),
                    place,
                }));
            let standing = Standing {
                stored: &stored,
                page: &folded.page,
            };
            let planned = plan(standing)?;
            let Some(planned) = planned else {
                if folded.page != stored.page {
                    amendments.push(Amendment {
                        record: StoredRecord {
                            page: folded.page,
                            ..stored
                        },
                        new: None,
                    });
                }
                return Ok(());
            };
            let found = differences(&folded.page, &planned.page);
            if found.is_empty() {
                return Err(CorrectError::NothingChanged);
            }
            let newest = earlier.last().map_or(0, |correction| correction.version);
            if let Some(expected) = planned.based_on
                && expected != newest
            {
                return Err(CorrectError::Version {
                    expected,
                    found: newest,
                });
            }
            let correction = NewCorrection {
                organisation_code: partition.0.clone(),
                record_key: stored.record_key.clone(),
                month,
                based_on: newest,
                reason: planned.reason,
                changes: changes(&found, &mut sealer, &stored.record_key),
                checks: planned.checks,
            };
            amendments.push(Amendment {
                record: StoredRecord {
                    page: planned.page,
                    ..stored
                },
                new: Some((correction, found)),
            });
            Ok(())
        })?;
    }
    Ok(amendments)
}

/// The corrections of a month by record, oldest first.
pub(crate) fn corrections(
    workspace: &Workspace,
    organisation: &str,
    month: Month,
) -> Result<BTreeMap<String, Vec<Correction>>, CorrectError> {
    let scope = Scope::one(organisation);
    let all = with_store(workspace, async |store| {
        Ok(store
            .corrections_of_month(&scope, organisation, month)
            .await?)
    })?;
    let mut by_record = BTreeMap::<String, Vec<Correction>>::new();
    for correction in all {
        by_record
            .entry(correction.record_key.clone())
            .or_default()
            .push(correction);
    }
    Ok(by_record)
}

/// Stores the new corrections, all or none.
fn store(corrector: Corrector<'_>, new: &[NewCorrection]) -> Result<Vec<Correction>, CorrectError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let organisations = new.iter().map(|one| one.organisation_code.clone());
    let scope = Scope::Organisations(organisations.collect());
    let actor = Actor::now(corrector.actor);
    let stored = with_store(corrector.workspace, async |store| {
        Ok(store.correct_all(&scope, &actor, new).await?)
    })?;
    Ok(stored
        .into_iter()
        .map(|(correction, _)| correction)
        .collect())
}
