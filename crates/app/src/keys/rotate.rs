//! Another key from now on, and everything stored brought under it.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use biaochi_access::secret::hex;
use biaochi_store::{Actor, AuditAction, NewAuditEntry, SealedPlace, Store};
use biaochi_warehouse::lake::{Counts, ImportRecord, LakeWriter, Mode};
use biaochi_warehouse::rekey::reseal;
use biaochi_warehouse::{
    KeyRing, WarehouseError, WhenLocked, WorkspaceKey, WriterLock, holds_records, open_lake,
};
use jiff::Timestamp;

use super::{Found, KeyError, RESOURCE, SUBJECT, Step, bound_to, lock};
use crate::Workspace;
use crate::accounts::from_hex;
use crate::import_id;
use crate::runtime::block_on;

/// Records that are sealed anew for one publication: what a kill can cost, and how long imports wait.
const RECORDS_AT_ONCE: u64 = 200_000;

/// How a rotation is wanted.
#[derive(Debug, Clone, Copy)]
pub struct RotateRequest<'a> {
    /// Make no new key: only bring to its end what was begun.
    pub resume: bool,
    /// Who.
    pub actor: &'a str,
    /// What to do while an import is running.
    pub when_locked: WhenLocked,
}

/// What a rotation came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rotated {
    /// The key that was current before.
    pub from: u32,
    /// The key that seals everything now.
    pub to: u32,
    /// Whether an earlier rotation was brought to its end, and no key made.
    pub resumed: bool,
    /// Values of the store that were sealed anew.
    pub store_values: u64,
    /// Records of the lake that were sealed anew.
    pub records: u64,
    /// Files that were written for them.
    pub files: u64,
    /// The version of the lake, if it has another one now.
    pub version: Option<u64>,
}

/// Makes a key that seals everything new, and brings the store and the newest version of the lake under it.
///
/// Where an earlier rotation did not come to its end, that is done and no further key made. A key that cannot open what
/// is stored is refused before anything is changed. Imports wait for that look, and for single publications; everything else
/// goes on.
///
/// # Errors
/// [`KeyError::Unopened`], or the key file, the store or the lake cannot be used. What was done is kept, everything
/// opens, and the next call goes on.
pub fn rotate(
    workspace: &Workspace,
    request: &RotateRequest<'_>,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Rotated, KeyError> {
    let lock = lock(workspace, request.when_locked)?;
    let begun = begin(workspace, request, progress)?;
    let store_values = reseal_store(workspace, &begun, request.actor)?;
    let lake = reseal_lake(
        workspace,
        &begun.ring,
        (lock, begun.settled),
        RECORDS_AT_ONCE,
        progress,
    )?;
    if lake.records > 0 {
        let told = NewAuditEntry::done(AuditAction::KeyRotated, RESOURCE, "lake")
            .change("", format!("key {}", begun.ring.current()))
            .because(format!("{} records, {} files", lake.records, lake.files));
        block_on(workspace.with_store(async |store: &Store| {
            let actor = Actor::now(request.actor);
            store.record_audit(&actor, &[told]).await?;
            Ok::<_, KeyError>(())
        }))?;
    }
    Ok(Rotated {
        from: begun.from,
        to: begun.ring.current(),
        resumed: begun.resumed,
        store_values,
        ..lake
    })
}

/// A rotation whose key is in force.
pub(super) struct Begun {
    pub(super) ring: KeyRing,
    from: u32,
    resumed: bool,
    pub(super) settled: HashSet<String>,
}

/// Looks whether everything opens and puts the new key in force, unless an earlier rotation is to be ended.
pub(super) fn begin(
    workspace: &Workspace,
    request: &RotateRequest<'_>,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Begun, KeyError> {
    let found = Found::look(workspace, false, progress)?;
    let status = found.status();
    let path = workspace.key_file();
    if found.unopened > 0 {
        let missing = status.keys.iter().filter(|key| !key.is_there);
        return Err(KeyError::Unopened {
            path,
            values: found.unopened,
            missing: missing.map(|key| key.id).collect(),
        });
    }
    if request.resume || status.is_unfinished() {
        let others = status.keys.iter().filter(|key| !key.is_current);
        let others = others.filter(|key| key.seals.is_needed());
        let from = others.map(|key| key.id).min();
        return Ok(Begun {
            from: from.unwrap_or(found.ring.current()),
            ring: found.ring,
            resumed: true,
            settled: found.settled,
        });
    }
    let ring = found.ring.rotated(Timestamp::now());
    ring.replace(&path)?;
    Ok(Begun {
        from: found.ring.current(),
        ring,
        resumed: false,
        // They are settled under the key of before.
        settled: HashSet::new(),
    })
}

/// Seals the values of the store with the current key, all at once, and tells the trail that there is another key.
pub(super) fn reseal_store(
    workspace: &Workspace,
    begun: &Begun,
    actor: &str,
) -> Result<u64, KeyError> {
    let key = begun.ring.key();
    let mut sealer = key.sealer();
    let path = workspace.key_file();
    let mut seal = |place: SealedPlace<'_>, sealed: &str| -> Result<Option<String>, KeyError> {
        let bytes = from_hex(sealed).unwrap_or_default();
        if WorkspaceKey::named_by(&bytes) == Some(key.current()) {
            return Ok(None);
        }
        let place = bound_to(place);
        let clear = key.unseal(&place, &bytes).ok_or(WarehouseError::Key {
            path: path.clone(),
            reason: "mismatch",
        })?;
        Ok(Some(hex(&sealer.seal(&place, &clear))))
    };
    let (from, to) = (begun.from, key.current());
    let entries = |count: u64| {
        if from == to {
            return Vec::new();
        }
        let kind = match begun.resumed {
            true => "resumed: ",
            false => "",
        };
        vec![
            NewAuditEntry::done(AuditAction::KeyRotated, RESOURCE, SUBJECT)
                .change(format!("key {from}"), format!("key {to}"))
                .because(format!("{kind}{count} values of the store")),
        ]
    };
    block_on(workspace.with_store(async |store: &Store| {
        let actor = Actor::now(actor);
        store.reseal::<KeyError>(&actor, &mut seal, entries).await
    }))
}

/// Seals the records of the newest version of the lake with the current key, in publications of about `at_once` records.
pub(super) fn reseal_lake(
    workspace: &Workspace,
    ring: &KeyRing,
    (lock, mut settled): (WriterLock, HashSet<String>),
    at_once: u64,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Rotated, KeyError> {
    let folder = workspace.lake();
    let mut done = Rotated {
        from: ring.current(),
        to: ring.current(),
        resumed: true,
        store_values: 0,
        records: 0,
        files: 0,
        version: None,
    };
    if !holds_records(&folder) {
        return Ok(done);
    }
    let lake = open_lake(&folder)?;
    let (key, key_file) = (ring.key(), workspace.key_file());
    let mut held = Some(lock);
    loop {
        let began = Instant::now();
        // Between two publications an import may come in; it seals with the current key.
        let lock = match held.take() {
            Some(lock) => lock,
            None => WriterLock::acquire(&folder.join("write.lock"), WhenLocked::Wait)?,
        };
        let writer = block_on(LakeWriter::begin(&lake, lock, import_id::new()))?;
        let places = (&key, key_file.as_path());
        let resealed = match block_on(reseal(&writer, places, &mut settled, at_once)) {
            Ok(resealed) => resealed,
            Err(error) => {
                block_on(writer.abandon());
                return Err(error.into());
            }
        };
        if resealed.changes.is_empty() {
            block_on(writer.abandon());
            return Ok(done);
        }
        let record = record(&writer, resealed.records, began);
        let published = block_on(writer.publish(resealed.changes, record))?;
        done.version = Some(published.version);
        done.records += resealed.values;
        done.files += resealed.files;
        progress(Step::Resealing(done.records));
        if resealed.is_last {
            return Ok(done);
        }
    }
}

/// The journal's row.
pub(super) fn record(writer: &LakeWriter, records: u64, began: Instant) -> ImportRecord {
    let before = writer.published().record.as_ref();
    ImportRecord {
        import_id: writer.import_id().to_owned(),
        published_at: 0,
        mode: Mode::Rekey,
        files: Vec::new(),
        counts: Counts {
            read: records,
            unchanged: records,
            ..Counts::default()
        },
        // The records are those that were there: an import of the same files is still the same.
        partitions: Vec::new(),
        scheme: before.map_or_else(String::new, |record| record.scheme.clone()),
        content_hash: before.map_or_else(String::new, |record| record.content_hash.clone()),
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        table_versions: BTreeMap::new(),
    }
}
