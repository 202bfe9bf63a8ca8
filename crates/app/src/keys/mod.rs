//! The keys that seal what identifies persons: which there are and what they seal, another one from now on, and an old
//! one taken away.
//!
//! The workspace's key file keeps a ring of them. A rotation adds one and brings what is stored under it: values of the
//! store in one transaction, then the lake, publication by publication. A key stays in the ring until somebody retires
//! it, so that whatever is killed when, everything opens, and the next run goes on (record 0031).

mod error;
mod rotate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use biaochi_store::{Actor, AuditAction, NewAuditEntry, SealedPlace, Store};
use biaochi_warehouse::lake::Publication;
use biaochi_warehouse::rekey::{SealedFile, sealed_files};
use biaochi_warehouse::{KeyRing, WhenLocked, WorkspaceKey, WriterLock, holds_records, open_lake};
use jiff::Timestamp;

pub use error::KeyError;
pub use rotate::{RotateRequest, Rotated, rotate};

use crate::Workspace;
use crate::accounts::{from_hex, place_of_second_factor};
use crate::runtime::block_on;

/// What is being done with the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Looking at what is sealed: so many files.
    Looking(u64),
    /// Sealing the records of the lake anew: so many so far.
    Resealing(u64),
}

/// What a key seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct KeyUse {
    /// Values in the store: second factors, and identifiers in corrections.
    pub store_values: u64,
    /// Records of the newest version of the lake, and the files that hold them.
    pub records: u64,
    /// Files with such records.
    pub files: u64,
    /// Records in files that only older versions of the lake name.
    pub older_records: u64,
    /// Files with such records.
    pub older_files: u64,
}

impl KeyUse {
    /// Whether anything that is in use is sealed with it.
    pub fn is_needed(&self) -> bool {
        self.store_values + self.records > 0
    }
}

/// A key of the ring, or one that sealed values name and that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyState {
    /// Its number.
    pub id: u32,
    /// When it was made; `None` for the first one and for those that are not there.
    pub made: Option<Timestamp>,
    /// Whether it is in the key file.
    pub is_there: bool,
    /// Whether it seals what is new.
    pub is_current: bool,
    /// What it seals.
    pub seals: KeyUse,
}

/// Which keys there are and what they seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// The keys by number.
    pub keys: Vec<KeyState>,
    /// Values of the store and records of the newest version that do not open: their key is not there, the key file is
    /// another workspace's, or they are damaged.
    pub unopened: u64,
}

impl KeyStatus {
    /// Whether a rotation was not brought to its end.
    pub fn is_unfinished(&self) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|key| key.is_there && !key.is_current && key.seals.is_needed())
    }
}

/// Which keys there are and what each seals. Nothing is changed.
///
/// # Errors
/// The key file, the store or the lake cannot be read.
pub fn status(
    workspace: &Workspace,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<KeyStatus, KeyError> {
    let found = Found::look(workspace, true, progress)?;
    Ok(found.status())
}

/// Takes a key out of the ring that seals nothing any more.
///
/// Files of older versions of the lake that name it are never rewritten: they stay readable, but for their identifiers.
/// That has to be accepted; no part of the program asks for identifiers of older versions.
///
/// # Errors
/// [`KeyError::Unknown`], [`KeyError::Current`], [`KeyError::InUse`], [`KeyError::InOlder`] unless `accept`, or the key
/// file, the store or the lake cannot be used.
pub fn retire(
    workspace: &Workspace,
    id: u32,
    accept: bool,
    (actor, when_locked): (&str, WhenLocked),
    progress: &(dyn Fn(Step) + Sync),
) -> Result<KeyUse, KeyError> {
    let _lock = lock(workspace, when_locked)?;
    let found = Found::look(workspace, true, progress)?;
    let status = found.status();
    let key = status.keys.iter().find(|key| key.id == id && key.is_there);
    let key = key.ok_or(KeyError::Unknown { id })?;
    if key.is_current {
        return Err(KeyError::Current { id });
    }
    if key.seals.is_needed() {
        return Err(KeyError::InUse {
            id,
            seals: key.seals,
        });
    }
    if key.seals.older_files > 0 && !accept {
        return Err(KeyError::InOlder {
            id,
            seals: key.seals,
        });
    }
    let older = match key.seals.older_files {
        0 => String::new(),
        files => format!("older versions: {files} files"),
    };
    let entry = NewAuditEntry::done(AuditAction::KeyRetired, RESOURCE, SUBJECT)
        .change(format!("key {id}"), "")
        .because(older);
    // Told first: a key that is gone without a word would be worse than a word too early.
    block_on(workspace.with_store(async |store: &Store| {
        store.record_audit(&Actor::now(actor), &[entry]).await?;
        Ok::<_, KeyError>(())
    }))?;
    found.ring.without(id).replace(&workspace.key_file())?;
    Ok(key.seals)
}

/// What the trail names.
const RESOURCE: biaochi_access::Resource = biaochi_access::Resource::System;
const SUBJECT: &str = "workspace.key";

/// The right to change what is sealed: that of whoever writes to the lake, so that no import and no correction is under
/// way with a ring of before.
fn lock(workspace: &Workspace, when_locked: WhenLocked) -> Result<WriterLock, KeyError> {
    let folder = workspace.lake();
    open_lake(&folder)?;
    Ok(WriterLock::acquire(
        &folder.join("write.lock"),
        when_locked,
    )?)
}

/// What a look at everything that is sealed found.
struct Found {
    ring: KeyRing,
    uses: BTreeMap<u32, KeyUse>,
    unopened: u64,
    /// Files of the newest version that are sealed with the current key only.
    settled: HashSet<String>,
}

impl Found {
    /// Looks at the store and the newest version of the lake; with `older` also at what older versions have.
    fn look(
        workspace: &Workspace,
        older: bool,
        progress: &(dyn Fn(Step) + Sync),
    ) -> Result<Self, KeyError> {
        // Opening the store makes the first key where there was none, and refuses where one was lost.
        block_on(workspace.with_store(async |store: &Store| {
            // What was published before the ring was read was sealed with keys that it has.
            let lake = match holds_records(&workspace.lake()) {
                true => {
                    let lake = open_lake(&workspace.lake())?;
                    let newest: Publication = lake.newest().await?;
                    Some((lake, newest))
                }
                false => None,
            };
            let mut values: Vec<(String, String)> = Vec::new();
            let mut collect = |place: SealedPlace<'_>, sealed: &str| {
                values.push((bound_to(place), sealed.to_owned()));
            };
            store.sealed_values(&mut collect).await?;
            let ring = KeyRing::read(&workspace.key_file())?;
            let key = ring.key();
            let mut found = Self {
                ring,
                uses: BTreeMap::new(),
                unopened: 0,
                settled: HashSet::new(),
            };
            for (place, sealed) in &values {
                found.add_value(place, sealed, &key);
            }
            if let Some((lake, newest)) = &lake {
                let mut files = 0;
                let mut take = |file: &SealedFile| {
                    found.add_file(file);
                    files += 1;
                    progress(Step::Looking(files));
                };
                let settled = sealed_files(lake, newest, &key, older, &mut take).await?;
                found.settled = settled;
            }
            Ok::<_, KeyError>(found)
        }))
    }

    fn add_value(&mut self, place: &str, sealed: &str, key: &WorkspaceKey) {
        let bytes = from_hex(sealed).unwrap_or_default();
        if let Some(id) = WorkspaceKey::named_by(&bytes) {
            self.uses.entry(id).or_default().store_values += 1;
        }
        if key.unseal(place, &bytes).is_none() {
            self.unopened += 1;
        }
    }

    fn add_file(&mut self, file: &SealedFile) {
        for (id, count) in &file.values {
            let seals = self.uses.entry(*id).or_default();
            match file.is_published {
                true => {
                    seals.records += count;
                    seals.files += 1;
                }
                false => {
                    seals.older_records += count;
                    seals.older_files += 1;
                }
            }
        }
        // Older versions may have lost their key: that was accepted.
        if file.is_published {
            self.unopened += file.unopened;
        }
    }

    fn status(&self) -> KeyStatus {
        let current = self.ring.current();
        let mut keys: BTreeMap<u32, KeyState> = BTreeMap::new();
        for key in self.ring.keys() {
            let state = KeyState {
                id: key.id(),
                made: key.made(),
                is_there: true,
                is_current: key.id() == current,
                seals: KeyUse::default(),
            };
            keys.insert(key.id(), state);
        }
        for (id, seals) in &self.uses {
            let state = keys.entry(*id).or_insert(KeyState {
                id: *id,
                made: None,
                is_there: false,
                is_current: false,
                seals: KeyUse::default(),
            });
            state.seals = *seals;
        }
        KeyStatus {
            keys: keys.into_values().collect(),
            unopened: self.unopened,
        }
    }
}

/// What a sealed value of the store is bound to.
fn bound_to(place: SealedPlace<'_>) -> String {
    match place {
        SealedPlace::SecondFactor { account } => place_of_second_factor(account),
        SealedPlace::Correction { record_key } => record_key.to_owned(),
    }
}
