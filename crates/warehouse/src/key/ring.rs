//! The key file: one secret, as workspaces begin; or, from the first rotation on, what hashes and a ring of sealing keys.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::KeyInit as _;
use hmac::Mac as _;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{FIRST_KEY, WorkspaceKey, check_permissions, create_private, hex, mac, new_secret};
use crate::error::{Activity, Result, WarehouseError};

/// What the first line of a key file with a ring begins with; the number of its format follows.
const FORM: &str = "biaochi-keys ";
/// The first line that this program writes.
const HEAD: &str = "biaochi-keys 2";

/// A sealing key of a ring.
#[derive(Clone)]
pub struct RingKey {
    id: u32,
    made: Option<Timestamp>,
    secret: [u8; 32],
}

impl fmt::Debug for RingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RingKey({}, ***)", self.id)
    }
}

impl RingKey {
    /// Its number, which sealed values name.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// When it was made; `None` for the first key, which came with the workspace.
    pub fn made(&self) -> Option<Timestamp> {
        self.made
    }
}

/// What a key file holds: derived secrets that stay, and sealing keys of which one is current.
///
/// It does not hold the secret that a workspace began with: the first sealing key could be derived from that again, and
/// would never be gone.
#[derive(Clone)]
pub struct KeyRing {
    person: [u8; 32],
    content: [u8; 32],
    audit: [u8; 32],
    /// By number.
    keys: Vec<RingKey>,
    current: u32,
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyRing")
            .field("keys", &self.keys)
            .field("current", &self.current)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Reads a key file, which must be there.
    ///
    /// # Errors
    /// It is missing, damaged or readable by others.
    pub fn read(path: &Path) -> Result<Self> {
        Self::find(path)?.ok_or_else(|| WarehouseError::Key {
            path: path.to_owned(),
            reason: "missing",
        })
    }

    /// Reads a key file, if there is one.
    pub(super) fn find(path: &Path) -> Result<Option<Self>> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(WarehouseError::storage(Activity::Key, error)),
        };
        check_permissions(path)?;
        let ring = Self::parse(&text).map_err(|reason| WarehouseError::Key {
            path: path.to_owned(),
            reason,
        })?;
        Ok(Some(ring))
    }

    /// The ring of one key that a secret stands for.
    pub(super) fn from_secret(secret: &[u8; 32]) -> Self {
        let derive = |purpose: &str| -> [u8; 32] {
            let mut mac = mac(secret);
            mac.update(purpose.as_bytes());
            mac.finalize().into_bytes().into()
        };
        Self {
            person: derive("biaochi person 1"),
            content: derive("biaochi content 1"),
            audit: derive("biaochi audit 1"),
            keys: vec![RingKey {
                id: FIRST_KEY,
                made: None,
                secret: derive("biaochi seal 1"),
            }],
            current: FIRST_KEY,
        }
    }

    /// What seals, opens and hashes with it.
    pub fn key(&self) -> WorkspaceKey {
        let seal = |key: &RingKey| {
            let seal = Aes256Gcm::new_from_slice(&key.secret);
            (key.id, seal.expect("32 bytes are a key of AES-256"))
        };
        WorkspaceKey {
            seals: self.keys.iter().map(seal).collect(),
            current: self.current,
            person: mac(&self.person),
            content: Sha256::new()
                .chain_update(self.content)
                .chain_update([0; 32]),
            audit: self.audit,
        }
    }

    /// The sealing keys, by number.
    pub fn keys(&self) -> &[RingKey] {
        &self.keys
    }

    /// The number of the key that seals what is new.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// The same ring with a new key, which is current from now on.
    #[must_use]
    pub fn rotated(&self, now: Timestamp) -> Self {
        let last = self.keys.last().map_or(FIRST_KEY, |key| key.id);
        let id = last.saturating_add(1);
        let mut ring = self.clone();
        ring.keys.push(RingKey {
            id,
            made: Timestamp::from_second(now.as_second()).ok(),
            secret: new_secret(),
        });
        ring.current = id;
        ring
    }

    /// The same ring without a key; the current one stays whatever is asked.
    #[must_use]
    pub fn without(&self, id: u32) -> Self {
        let mut ring = self.clone();
        ring.keys.retain(|key| key.id != id || id == self.current);
        ring
    }

    /// Puts the ring in the place of a key file, all of it or nothing, readable by its owner only.
    ///
    /// # Errors
    /// The file cannot be written; the one that was there stays.
    pub fn replace(&self, path: &Path) -> Result<()> {
        let failed = |error| WarehouseError::storage(Activity::Key, error);
        let draft = path.with_extension("key.new");
        // What a program that was killed left of its own.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(failed(error));
            }
            _ => {}
        }
        let mut file = create_private(&draft).map_err(failed)?;
        let written = writeln!(file, "{}", self.text()).and_then(|()| file.sync_all());
        drop(file);
        let replaced = written.and_then(|()| fs::rename(&draft, path));
        if let Err(error) = replaced {
            let _ = fs::remove_file(&draft);
            return Err(failed(error));
        }
        // Until the folder is on disk a power cut could bring the old file back, after values were sealed.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            let folder = match folder.as_os_str().is_empty() {
                true => Path::new("."),
                false => folder,
            };
            let opened = fs::File::open(folder).and_then(|folder| folder.sync_all());
            opened.map_err(failed)?;
        }
        Ok(())
    }

    /// The lines of the file, without the last line's end.
    fn text(&self) -> String {
        let mut text = format!(
            "{HEAD}\nperson {}\ncontent {}\naudit {}\n",
            hex(&self.person),
            hex(&self.content),
            hex(&self.audit)
        );
        for key in &self.keys {
            let made = key.made.map_or_else(|| "-".to_owned(), |at| at.to_string());
            text += &format!("key {} {} {made}\n", key.id, hex(&key.secret));
        }
        text += &format!("current {}", self.current);
        let check = check_of(&text);
        text + "\ncheck " + &check
    }

    /// What a file says, in either form; or why it cannot be used.
    fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        let text = text.trim();
        if !text.starts_with(FORM) {
            let secret = from_hex(text).ok_or("length")?;
            return Ok(Self::from_secret(&secret));
        }
        if text.lines().next() != Some(HEAD) {
            return Err("newer");
        }
        Self::parse_lines(text).ok_or("damaged")
    }

    fn parse_lines(text: &str) -> Option<Self> {
        let (body, check) = text.rsplit_once('\n')?;
        if check.strip_prefix("check ") != Some(check_of(body).as_str()) {
            return None;
        }
        let mut lines = body.lines().skip(1);
        let mut secret = |name: &str| {
            let line = lines.next()?;
            from_hex(line.strip_prefix(name)?.strip_prefix(' ')?)
        };
        let (person, content, audit) = (secret("person")?, secret("content")?, secret("audit")?);
        let mut keys: Vec<RingKey> = Vec::new();
        let mut current: Option<u32> = None;
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["key", id, secret, made] if current.is_none() => {
                    let id: u32 = id.parse().ok()?;
                    if keys.last().is_some_and(|last| last.id >= id) {
                        return None;
                    }
                    keys.push(RingKey {
                        id,
                        made: match made {
                            "-" => None,
                            made => Some(made.parse().ok()?),
                        },
                        secret: from_hex(secret)?,
                    });
                }
                ["current", id] if current.is_none() => current = Some(id.parse().ok()?),
                _ => return None,
            }
        }
        let current = current?;
        keys.iter().any(|key| key.id == current).then_some(Self {
            person,
            content,
            audit,
            keys,
            current,
        })
    }
}

/// What tells a file that was cut off or mistyped: hexadecimal digits of the hash of the lines before.
fn check_of(body: &str) -> String {
    hex(&Sha256::digest(body.as_bytes())[..8])
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut secret = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in secret.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring() -> KeyRing {
        KeyRing::from_secret(&[7; 32])
    }

    fn now() -> Timestamp {
        "2026-03-01T08:00:00.5Z".parse().expect("a time")
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = ring().key();
        let before = old.sealer().seal("record", "张三".as_bytes());
        let rotated = ring().rotated(now());
        let key = rotated.key();
        assert_eq!(key.unseal("record", &before), Some("张三".into()));
        let after = key.sealer().seal("record", "张三".as_bytes());
        let named = [&before, &after].map(|sealed| WorkspaceKey::named_by(sealed));
        assert_eq!(named, [Some(1), Some(2)]);
        assert_eq!(key.unseal("record", &after), Some("张三".into()));
        assert_eq!((old.unseal("record", &after), key.current()), (None, 2));
        // Persons, contents and the trail go on as they were.
        assert_eq!(key.person_key("1"), old.person_key("1"));
        assert_eq!(key.content_hash(b"1"), old.content_hash(b"1"));
        assert_eq!(key.audit_key(), old.audit_key());

        let retired = rotated.without(1);
        let key = retired.key();
        assert_eq!(key.unseal("record", &before), None);
        assert_eq!(key.unseal("record", &after), Some("张三".into()));
        assert_eq!(retired.without(2).keys().len(), 1, "the current key stays");
        let twice = retired.rotated(now());
        assert_eq!(twice.current(), 3, "a number is never used again");
        // A key of the same number from elsewhere opens nothing.
        let other = ring().rotated(now()).key();
        assert_eq!(other.unseal("record", &after), None);
        let hidden = format!("{twice:?}");
        assert!(hidden.contains("RingKey(3, ***)"), "{hidden}");
    }

    #[test]
    fn a_file_is_replaced_whole_and_a_damaged_one_refused() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("workspace.key");
        assert!(KeyRing::read(&path).is_err());
        let first = WorkspaceKey::open_or_create(&path, false).expect("made");
        let alone = KeyRing::read(&path).expect("the first form");
        assert_eq!((alone.current(), alone.keys()[0].made()), (1, None));
        let rotated = alone.rotated(now());
        // A program that was killed left its draft.
        fs::write(folder.path().join("workspace.key.new"), "half").expect("own file");
        rotated.replace(&path).expect("replaced");
        assert_eq!(fs::read_dir(folder.path()).expect("own folder").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let again = KeyRing::read(&path).expect("the second form");
        assert_eq!((again.current(), again.keys().len()), (2, 2));
        let made = again.keys()[1].made().map(|at| at.to_string());
        assert_eq!(made.as_deref(), Some("2026-03-01T08:00:00Z"));
        let key = WorkspaceKey::open_or_create(&path, true).expect("read");
        let sealed = rotated.key().sealer().seal("record", b"1");
        assert_eq!(key.unseal("record", &sealed), Some(b"1".to_vec()));
        assert_eq!(key.audit_key(), first.audit_key());

        let text = fs::read_to_string(&path).expect("own file");
        let reason = |text: &str| KeyRing::parse(text).err();
        assert_eq!(reason(&text), None);
        assert_eq!(reason(&format!("{}\n\n", text.trim())), None);
        let cut = &text[..text.len() / 2];
        let mistyped = text.replacen("current 2", "current 1", 1);
        for damaged in [cut, &mistyped, HEAD, "biaochi-keys 2\ncheck 0"] {
            assert_eq!(reason(damaged), Some("damaged"), "{damaged}");
        }
        let newer = text.replacen(HEAD, "biaochi-keys 3", 1);
        assert_eq!(reason(&newer), Some("newer"));
        assert_eq!(reason("short"), Some("length"));
        // What stays cannot give the first sealing key back.
        let retired = rotated.without(1).text();
        assert!(!retired.contains(&hex(&rotated.keys[0].secret)));
    }
}
