//! Keys are rotated under records, corrections and a second factor, and killed in between.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::{Duration, Instant};

use biaochi_access::secret::{Secret, hex};
use biaochi_domain::{Language, Localized as _};
use biaochi_records::FrontPage;
use biaochi_store::{AccountChange, AuditFilter, AuditOrder, AuditPage, NewAccount, Scope};
use biaochi_warehouse::WarehouseError;
use biaochi_warehouse::lake::LakeWriter;
use biaochi_warehouse::load::read_records;
use biaochi_warehouse::rekey::reseal;
use biaochi_warehouse::tables::StoredRecord;

use super::rotate::{begin, record, reseal_lake, reseal_store};
use super::*;
use crate::audit;
use crate::correct::tests::{Bench, key, pages, write};
use crate::correct::{Corrector, RecordCorrection, correct_record, lake_key};
use crate::import_id;

const ACTOR: &str = "信息科";
const SECRET: &[u8] = b"secret of an app";

/// A workspace with records of two hospitals, one of them corrected, and an account with a second factor.
struct Place {
    bench: Bench,
    pages: Vec<FrontPage>,
}

impl Place {
    fn new() -> Self {
        let bench = Bench::new();
        let mut pages = pages();
        let half = pages.len() / 2;
        for page in &mut pages[half..] {
            page.organisation_code = "12520603MB0099".into();
        }
        let file = bench.path("a.csv");
        write(&file, &pages);
        bench.import(&file);
        let place = Self { bench, pages };
        place.rename(0, WhenLocked::Refuse);
        place.second_factor();
        place
    }

    /// Corrects the name of a record.
    fn rename(&self, page: usize, when_locked: WhenLocked) {
        let page = &self.pages[page];
        let wanted = RecordCorrection {
            organisation: page.organisation_code.to_string(),
            record: key(page),
            sets: vec!["patient_name=王小明".to_owned()],
            reason: "核对身份证".to_owned(),
            ..RecordCorrection::default()
        };
        let corrector = Corrector {
            when_locked,
            ..self.bench.corrector()
        };
        correct_record(corrector, &wanted).expect("corrects");
    }

    fn workspace(&self) -> &Workspace {
        &self.bench.workspace
    }

    fn second_factor(&self) {
        let key = lake_key(self.workspace()).expect("a key");
        let sealed = key.sealer().seal(&place_of_second_factor("zhang"), SECRET);
        let account = NewAccount {
            name: "zhang".to_owned(),
            title: "张三".to_owned(),
            organisation_code: String::new(),
            password: None,
            must_change: true,
        };
        let draft = AccountChange::DraftSecondFactor {
            sealed: Secret::new(hex(&sealed)),
        };
        block_on(self.workspace().with_store(async |store: &Store| {
            let (scope, who) = (Scope::All, Actor::now("系统"));
            let made = store.create_account(&scope, &who, &account).await?;
            store.change_account(&scope, &who, &made, &draft, "").await
        }))
        .expect("an account");
    }

    fn request(resume: bool) -> RotateRequest<'static> {
        RotateRequest {
            resume,
            actor: ACTOR,
            when_locked: WhenLocked::Refuse,
        }
    }

    fn rotate(&self, resume: bool) -> Result<Rotated, KeyError> {
        rotate(self.workspace(), &Self::request(resume), &|_| ())
    }

    fn retire(&self, id: u32, accept: bool) -> Result<KeyUse, KeyError> {
        let who = (ACTOR, WhenLocked::Refuse);
        retire(self.workspace(), id, accept, who, &|_| ())
    }

    fn status(&self) -> KeyStatus {
        status(self.workspace(), &|_| ()).expect("a look")
    }

    /// What a key seals; nothing when nobody names it.
    fn seals(&self, id: u32) -> KeyUse {
        let keys = self.status().keys;
        let key = keys.into_iter().find(|key| key.id == id);
        key.map(|key| key.seals).unwrap_or_default()
    }

    fn lock(&self) -> WriterLock {
        lock(self.workspace(), WhenLocked::Refuse).expect("free")
    }

    fn writer(&self) -> LakeWriter {
        let lake = open_lake(&self.workspace().lake()).expect("a lake");
        let begun = LakeWriter::begin(&lake, self.lock(), import_id::new());
        block_on(begun).expect("begins")
    }

    /// Names and numbers of all records, by key; every one has to open.
    fn identities(&self) -> BTreeMap<String, (String, String)> {
        let lake = open_lake(&self.workspace().lake()).expect("a lake");
        let hospitals: BTreeSet<String> = self
            .pages
            .iter()
            .map(|page| page.organisation_code.to_string())
            .collect();
        let mut found = BTreeMap::new();
        let mut take = |record: StoredRecord| {
            assert!(record.opened, "{}", record.record_key);
            let page = record.page;
            let named = (page.patient_name.to_string(), page.id_number.to_string());
            found.insert(record.record_key, named);
            Ok::<(), WarehouseError>(())
        };
        block_on(async {
            let newest = lake.newest().await?;
            let key = lake_key(self.workspace()).expect("a key");
            for hospital in &hospitals {
                let month = (hospital.as_str(), "2024-03");
                read_records(&lake, &newest, &key, month, |_| true, &mut take).await?;
            }
            Ok::<(), WarehouseError>(())
        })
        .expect("read");
        assert_eq!(found.len(), self.pages.len());
        found
    }

    /// Everything that is sealed opens, and says what it said.
    fn check(&self, identities: &BTreeMap<String, (String, String)>) {
        assert_eq!(&self.identities(), identities);
        assert_eq!(self.status().unopened, 0);
        let key = lake_key(self.workspace()).expect("a key");
        let stored = block_on(
            self.workspace()
                .with_store(async |store: &Store| store.credentials("zhang").await),
        );
        let stored = stored.expect("read").expect("an account");
        let sealed = from_hex(stored.totp_draft.reveal()).expect("digits");
        let opened = key.unseal(&place_of_second_factor("zhang"), &sealed);
        assert_eq!(opened.as_deref(), Some(SECRET));
        let trail = audit::verify(self.workspace(), None).expect("a trail");
        assert_eq!(trail.faults, []);
        assert!(trail.sealed_from.is_some());
    }

    /// What the trail says of an action, the oldest first: before, after, reason.
    fn told(&self, action: AuditAction) -> Vec<String> {
        let filter = AuditFilter {
            actions: vec![action],
            ..AuditFilter::default()
        };
        let page: AuditPage = block_on(self.workspace().with_store(async |store: &Store| {
            let order = AuditOrder::OldestFirst;
            store.audit(&Scope::All, &filter, order, None, 100).await
        }))
        .expect("read");
        let entries = page.entries.into_iter().map(|row| row.entry);
        entries
            .map(|entry| format!("{}: {} → {}", entry.subject, entry.before, entry.after))
            .collect()
    }
}

#[test]
fn after_a_rotation_everything_opens_and_nothing_names_the_old_key() {
    let place = Place::new();
    let before = place.identities();
    assert!(before.values().any(|(name, _)| name == "王小明"));
    let persons = "select record_key, person_key from discharge order by record_key";
    let persons_before = place.bench.sql(persons);
    let records = before.len() as u64;
    let old = place.seals(1);
    assert_eq!((old.store_values > 1, old.records), (true, records));
    let versions = place.bench.sql("select count(*) as n from import_journal");

    let done = place.rotate(false).expect("rotates");
    assert_eq!((done.from, done.to, done.resumed), (1, 2, false));
    assert_eq!(done.store_values, old.store_values);
    assert_eq!((done.records, done.files > 1), (records, true));
    place.check(&before);
    // Persons are recognised as before, and the records are those that were there.
    assert_eq!(place.bench.sql(persons), persons_before);
    let journal = place.bench.sql("select count(*) as n from import_journal");
    assert_eq!(
        journal[0]["n"].as_i64(),
        versions[0]["n"].as_i64().map(|n| n + 1)
    );
    let (old, new) = (place.seals(1), place.seals(2));
    assert!(!old.is_needed() && old.older_files > 0, "{old:?}");
    assert_eq!(
        (new.records, new.store_values),
        (records, done.store_values)
    );
    assert!(!place.status().is_unfinished());
    assert_eq!(
        place.told(AuditAction::KeyRotated),
        ["workspace.key: key 1 → key 2", "lake:  → key 2"]
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = fs::metadata(place.workspace().key_file()).expect("a key");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }

    // What comes now is sealed with the new key, beside what was there.
    place.rename(1, WhenLocked::Refuse);
    assert_eq!(place.seals(1).store_values, 0);
    assert!(place.seals(2).store_values > done.store_values);
    // Nothing is left to do, and no key is made for it.
    let again = place.rotate(true).expect("nothing to do");
    assert_eq!((again.from, again.to, again.records), (2, 2, 0));
    assert_eq!(again.version, None);
}

#[test]
fn a_rotation_that_was_killed_goes_on_where_it_was() {
    let place = Place::new();
    let before = place.identities();
    let request = Place::request(false);
    // Killed as soon as the key is in force.
    let begun = begin(place.workspace(), &request, &|_| ()).expect("begins");
    assert_eq!(begun.ring.current(), 2);
    drop(begun);
    assert!(place.status().is_unfinished());
    place.check(&before);
    // Killed between store and lake. What was begun goes on, without a third key.
    let begun = begin(place.workspace(), &request, &|_| ()).expect("goes on");
    assert_eq!(begun.ring.current(), 2);
    let values = reseal_store(place.workspace(), &begun, ACTOR).expect("sealed anew");
    assert!(values > 0);
    let (old, new) = (place.seals(1), place.seals(2));
    assert_eq!((old.store_values, new.store_values), (0, values));
    assert_eq!((old.records, new.records), (before.len() as u64, 0));
    place.check(&before);
    // Killed behind the first of two months.
    let file = place.workspace().key_file();
    let ring = KeyRing::read(&file).expect("a ring");
    let ring_key = ring.key();
    let keys = (&ring_key, file.as_path());
    let writer = place.writer();
    let some = block_on(reseal(&writer, keys, &mut HashSet::new(), 1)).expect("written");
    assert!(!some.is_last && some.values > 0 && some.values < before.len() as u64);
    let row = record(&writer, some.records, Instant::now());
    block_on(writer.publish(some.changes, row)).expect("published");
    let left = place.seals(1).records;
    assert_eq!(left, before.len() as u64 - some.values);
    place.check(&before);
    // Killed while the second one was written: its files belong to nothing.
    let writer = place.writer();
    let lost = block_on(reseal(&writer, keys, &mut HashSet::new(), 1)).expect("written");
    assert_eq!((lost.is_last, lost.values), (true, left));
    drop(writer);
    assert_eq!(place.seals(2).older_records, left);
    place.check(&before);

    let done = place.rotate(false).expect("goes on");
    assert_eq!((done.from, done.to, done.resumed), (1, 2, true));
    assert_eq!((done.store_values, done.records), (0, left));
    place.check(&before);
    assert!(!place.status().is_unfinished());
    assert_eq!(place.seals(2).older_records, 0, "taken back");
    assert_eq!(place.status().keys.len(), 2);
    assert_eq!(
        place
            .told(AuditAction::KeyRotated)
            .last()
            .map(String::as_str),
        Some("lake:  → key 2")
    );
}

#[test]
fn the_lake_is_brought_under_a_key_in_several_publications() {
    let place = Place::new();
    let before = place.identities();
    let begun = begin(place.workspace(), &Place::request(false), &|_| ()).expect("begins");
    let held = (place.lock(), HashSet::new());
    let done = reseal_lake(place.workspace(), &begun.ring, held, 1, &|_| ()).expect("rewritten");
    assert_eq!(done.records, before.len() as u64);
    let versions = place
        .bench
        .sql("select count(*) as n from import_journal where mode = 'rekey'");
    assert_eq!(versions[0]["n"], 2, "one for each hospital's month");
    place.check(&before);
}

#[test]
fn a_key_file_that_does_not_fit_is_refused_before_anything_is_changed() {
    let place = Place::new();
    let file = place.workspace().key_file();
    let away = file.with_extension("away");
    let old = fs::read(&file).expect("own file");
    assert_eq!(
        old.trim_ascii().len(),
        64,
        "a workspace begins with one secret"
    );
    place.rotate(false).expect("rotates");
    // The file of a backup of before: it lacks the key that is current.
    let new = fs::read(&file).expect("own file");
    fs::write(&file, &old).expect("own file");
    let refused = place.rotate(false).expect_err("lacks a key");
    assert!(
        matches!(&refused, KeyError::Unopened { missing, .. } if missing == &[2]),
        "{refused:?}"
    );
    assert!(refused.text(Language::Zh).contains("缺少第 2 号密钥"));
    assert_eq!(fs::read(&file).expect("own file"), old);
    let status = place.status();
    let lost = status.keys.iter().find(|key| key.id == 2);
    assert!(lost.is_some_and(|key| !key.is_there && key.seals.is_needed()));
    assert!(status.unopened > 0);
    // Another workspace's.
    let other = tempfile::tempdir().expect("a folder");
    let strange = other.path().join("workspace.key");
    WorkspaceKey::open_or_create(&strange, false).expect("made");
    let ring = KeyRing::read(&strange).expect("a ring");
    ring.rotated(Timestamp::now())
        .replace(&file)
        .expect("own file");
    let refused = place.rotate(true).expect_err("another key");
    assert!(
        matches!(&refused, KeyError::Unopened { missing, .. } if missing.is_empty()),
        "{refused:?}"
    );
    assert!(refused.text(Language::Zh).contains("与加密时用的密钥不同"));
    // None at all.
    fs::rename(&file, &away).expect("own folder");
    let refused = place.rotate(false).expect_err("no key");
    assert!(refused.text(Language::Zh).contains("不见了"), "{refused}");
    assert!(!file.exists(), "a new key would open nothing");
    // The right one opens everything as before.
    fs::rename(&away, &file).expect("own folder");
    fs::write(&file, &new).expect("own file");
    place.check(&place.identities());
}

#[test]
fn a_key_is_retired_once_nothing_needs_it() {
    let place = Place::new();
    let before = place.identities();
    let unknown = place.retire(9, true);
    assert!(matches!(unknown, Err(KeyError::Unknown { id: 9 })));
    let current = place.retire(1, true);
    assert!(matches!(current, Err(KeyError::Current { id: 1 })));
    drop(begin(place.workspace(), &Place::request(false), &|_| ()).expect("begins"));
    let needed = place.retire(1, true).expect_err("still seals everything");
    assert!(
        matches!(needed, KeyError::InUse { id: 1, .. }),
        "{needed:?}"
    );
    place.rotate(true).expect("goes on");
    let older = place.retire(1, false).expect_err("older versions");
    assert!(
        matches!(older, KeyError::InOlder { id: 1, .. }),
        "{older:?}"
    );
    assert!(older.text(Language::Zh).contains("--accept"));
    assert_eq!(place.told(AuditAction::KeyRetired), [""; 0]);

    let gone = place.retire(1, true).expect("accepted");
    assert!(gone.older_files > 0);
    assert_eq!(
        place.told(AuditAction::KeyRetired),
        ["workspace.key: key 1 → "]
    );
    let status = place.status();
    let there: Vec<_> = status
        .keys
        .iter()
        .map(|key| (key.id, key.is_there))
        .collect();
    assert_eq!(there, [(1, false), (2, true)]);
    place.check(&before);
    // Older versions are still there, without the identifiers.
    let held = fs::read_to_string(place.workspace().key_file()).expect("own file");
    assert!(held.contains("\nkey 2 ") && !held.contains("\nkey 1 "));
    let again = place.rotate(false).expect("rotates again");
    assert_eq!((again.from, again.to), (2, 3));
    place.check(&before);
}

#[test]
fn whoever_writes_meanwhile_is_waited_for_and_finds_the_new_key() {
    let place = Place::new();
    let file = place.workspace().key_file();
    let held = place.lock();
    let before = fs::read(&file).expect("own file");
    let refused = place.rotate(false).expect_err("an import is running");
    assert!(refused.is_busy(), "{refused:?}");
    let refused = place.retire(1, true).expect_err("an import is running");
    assert!(refused.is_busy(), "{refused:?}");
    assert_eq!(fs::read(&file).expect("own file"), before);
    let values = place.seals(1).store_values;
    std::thread::scope(|scope| {
        // A correction waits while the key is exchanged; it must not seal with the one it found when it came.
        let waiting = scope.spawn(|| place.rename(1, WhenLocked::Wait));
        std::thread::sleep(Duration::from_millis(500));
        drop(begin(place.workspace(), &Place::request(false), &|_| ()).expect("begins"));
        drop(held);
        waiting.join().expect("no panic");
    });
    assert_eq!(place.seals(1).store_values, values);
    assert!(place.seals(2).store_values > 0);
    // And a rotation waits for whoever writes.
    let held = place.lock();
    std::thread::scope(|scope| {
        let request = RotateRequest {
            when_locked: WhenLocked::Wait,
            ..Place::request(false)
        };
        let workspace = place.workspace();
        let waiting = scope.spawn(move || rotate(workspace, &request, &|_| ()));
        std::thread::sleep(Duration::from_millis(200));
        assert!(!waiting.is_finished());
        drop(held);
        let done = waiting.join().expect("no panic").expect("rotates");
        assert_eq!((done.to, done.resumed), (2, true));
    });
    place.check(&place.identities());
    assert_eq!(place.seals(1).records, 0);
}
