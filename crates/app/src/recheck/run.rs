//! The course of a re-check, from the months of the lake to the publication.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Instant;

use biaochi_store::Scope;
use biaochi_warehouse::across::{Look, Touched};
use biaochi_warehouse::lake::{Counts, ImportRecord, Lake, LakeWriter, Mode, Publication};
use biaochi_warehouse::recheck::{NewResults, StoredMonth, StoredMonths};
use biaochi_warehouse::{WarehouseError, WorkspaceKey, WriterLock, open_lake};

use super::work::{AcrossByRecord, Setting, Worked, Worker};
use super::{Difference, Progress, RecheckError, RecheckRequest, Rechecked, Step};
use crate::import::{Cancel, Places};
use crate::import_id;
use crate::ordered::in_order;
use crate::runtime::block_on;

/// Checks the months of a request again and tells the difference; with `activate` the new findings take
/// the place of the old ones, all at once or not at all.
///
/// `progress` is told after every month, on any thread. Setting `cancel` ends the re-check without
/// effect. Must not be called from an asynchronous task: it blocks until done.
pub fn recheck(
    places: Places<'_>,
    request: &RecheckRequest<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &Cancel,
) -> Result<Rechecked, RecheckError> {
    let began = Instant::now();
    let lake = open_lake(places.lake)?;
    let publication = block_on(lake.newest())?;
    let key = lake_key(places.key_file)?;
    let course = Course {
        lake: &lake,
        request,
        key: &key,
        key_file: places.key_file,
        progress,
        cancel,
    };
    if !request.activate {
        let checked = course.run(&publication, None)?;
        return Ok(Rechecked {
            version: None,
            as_of: published_at(&publication),
            months: checked.months,
            difference: checked.difference,
            duration: began.elapsed(),
        });
    }
    let writer = begin(&lake, places.lake, request.when_locked)?;
    let publication = writer.published().clone();
    // Read again behind the lock: whoever held it may have rotated the keys.
    let key = match lake_key(places.key_file) {
        Ok(key) => key,
        Err(error) => {
            block_on(writer.abandon());
            return Err(error);
        }
    };
    let course = Course {
        key: &key,
        ..course
    };
    let checked = match course.run(&publication, Some(&writer)) {
        Ok(checked) => checked,
        Err(error) => {
            block_on(writer.abandon());
            return Err(error);
        }
    };
    let pages = checked.difference.pages;
    let record = record(
        &writer,
        request.checks.set(),
        &request.scheme.info.id,
        pages,
        began,
    );
    let published = block_on(writer.publish(checked.new.changes(), record))?;
    Ok(Rechecked {
        version: Some(published.version),
        as_of: published_at(&published),
        months: checked.months,
        difference: checked.difference,
        duration: began.elapsed(),
    })
}

/// The workspace key, which must be there: a new one opens nothing.
fn lake_key(path: &Path) -> Result<WorkspaceKey, RecheckError> {
    if !path.exists() {
        return Err(RecheckError::NoKey {
            path: path.to_owned(),
        });
    }
    Ok(WorkspaceKey::open_or_create(path, true)?)
}

/// Takes the lake for writing, under an id of its own.
pub(crate) fn begin(
    lake: &Lake,
    folder: &Path,
    when_locked: biaochi_warehouse::WhenLocked,
) -> Result<LakeWriter, WarehouseError> {
    let lock = WriterLock::acquire(&folder.join("write.lock"), when_locked)?;
    block_on(LakeWriter::begin(lake, lock, import_id::new()))
}

/// The journal's row of a re-check.
pub(crate) fn record(
    writer: &LakeWriter,
    set: &biaochi_checks::CheckSet,
    scheme: &str,
    pages: u64,
    began: Instant,
) -> ImportRecord {
    ImportRecord {
        import_id: writer.import_id().to_owned(),
        published_at: 0,
        mode: Mode::Recheck,
        files: Vec::new(),
        counts: Counts {
            read: pages,
            unchanged: pages,
            ..Counts::default()
        },
        // The records are those that were there: an import of the same files is still the same.
        partitions: Vec::new(),
        scheme: scheme.to_owned(),
        content_hash: set.content_hash.clone(),
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        table_versions: BTreeMap::new(),
    }
}

/// When a version was published; now, for the empty lake.
pub(crate) fn published_at(publication: &Publication) -> i64 {
    let record = publication.record.as_ref();
    record.map_or_else(
        || jiff::Timestamp::now().as_microsecond(),
        |record| record.published_at,
    )
}

/// The hospitals that a scope allows; `None` for all.
pub(crate) fn allowed(scope: &Scope) -> Option<&BTreeSet<String>> {
    match scope {
        Scope::All => None,
        Scope::Organisations(codes) => Some(codes),
    }
}

/// What does not change during a re-check.
struct Course<'a> {
    lake: &'a Lake,
    request: &'a RecheckRequest<'a>,
    key: &'a WorkspaceKey,
    key_file: &'a Path,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a Cancel,
}

/// What was checked.
struct Checked {
    months: Vec<(String, String)>,
    difference: Difference,
    new: NewResults,
}

impl Course<'_> {
    fn run(
        &self,
        publication: &Publication,
        writer: Option<&LakeWriter>,
    ) -> Result<Checked, RecheckError> {
        let stored = block_on(StoredMonths::open(self.lake, publication))?;
        let months: Vec<&StoredMonth> = stored
            .months()
            .iter()
            .filter(|month| self.meant(month))
            .collect();
        if months.is_empty() {
            return Err(RecheckError::Nothing);
        }
        let mut progress = Progress {
            step: Step::Across,
            pages: 0,
            total: months.iter().map(|month| month.pages).sum(),
        };
        (self.progress)(progress);
        let keys: Vec<_> = months.iter().map(|month| month.key()).collect();
        let all = months.len() == stored.months().len();
        let across = self.across(publication, (!all).then_some(&keys[..]))?;
        progress.step = Step::Records;
        (self.progress)(progress);
        let setting = Setting {
            request: self.request,
            stored: &stored,
            across: &across,
            key: self.key,
            key_file: self.key_file,
            writer,
            cancel: self.cancel,
        };
        let (mut difference, mut new) = (Difference::default(), NewResults::default());
        let mut waiting = months.into_iter();
        in_order(
            || {
                self.go_on()?;
                Ok(waiting.next())
            },
            || {
                let mut worker = Worker::new(setting);
                move |month: &StoredMonth| worker.work(month)
            },
            |worked: Result<Worked, RecheckError>| {
                let worked = worked?;
                difference.add(worked.difference);
                worked
                    .written
                    .into_iter()
                    .for_each(|written| new.add(written));
                progress.pages += worked.pages;
                (self.progress)(progress);
                self.go_on()
            },
        )?;
        (self.progress)(Progress {
            step: Step::Publishing,
            ..progress
        });
        self.go_on()?;
        Ok(Checked {
            months: keys,
            difference,
            new,
        })
    }

    fn meant(&self, month: &StoredMonth) -> bool {
        let code = &month.organisation_code;
        self.request.scope.allows(code) && self.request.months.contains(code, month.month)
    }

    fn go_on(&self) -> Result<(), RecheckError> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(RecheckError::Cancelled);
        }
        Ok(())
    }

    /// What checks across records find: about persons with a stay in these months, or about all.
    fn across(
        &self,
        publication: &Publication,
        months: Option<&[(String, String)]>,
    ) -> Result<AcrossByRecord, RecheckError> {
        let mut by_record = AcrossByRecord::new();
        if self.request.across.is_empty() {
            return Ok(by_record);
        }
        let touched = months.map(|months| Touched {
            months: months.to_vec(),
            before: None,
        });
        let found = block_on(async {
            let scope = allowed(self.request.scope);
            let look = Look::open(self.lake, publication.clone(), scope, touched.as_ref()).await?;
            look.run(self.request.across).await
        })?;
        for found in found {
            by_record
                .entry(found.record_key.clone())
                .or_default()
                .push(found);
        }
        Ok(by_record)
    }
}
