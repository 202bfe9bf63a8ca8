//! The workspace key: what identifies a person is sealed or hashed with it before it is stored.
//!
//! It has two halves. What hashes – persons, contents, the audit trail – is made once and stays, since its results are
//! compared with older ones. What seals can be exchanged: the key file keeps a ring of sealing keys, everything new is
//! sealed with the current one, and a sealed value names the key that opens it.

mod ring;

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::error::{Activity, Result, WarehouseError};
use crate::tables::DISCHARGE;

pub use ring::{KeyRing, RingKey};

type HmacSha256 = Hmac<Sha256>;

/// First byte of values that were sealed with the first key of a workspace; the nonce follows.
const FIRST_FORM: u8 = 1;
/// First byte of values that name their key, in four bytes before the nonce.
const NAMED_FORM: u8 = 2;
/// The number of a workspace's first sealing key.
const FIRST_KEY: u32 = 1;
const NONCE_BYTES: usize = 12;

/// A secret of one workspace, and the purposes derived from it.
#[derive(Clone)]
pub struct WorkspaceKey {
    /// The sealing keys by number; the current one is among them.
    seals: Vec<(u32, Aes256Gcm)>,
    current: u32,
    person: HmacSha256,
    content: Sha256,
    audit: [u8; 32],
}

impl fmt::Debug for WorkspaceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkspaceKey(***)")
    }
}

impl WorkspaceKey {
    /// Reads the key file, or makes one that only its owner can read – unless something was sealed before (`in_use`):
    /// a new key would open nothing of it, and hide that the old one is lost.
    ///
    /// Whoever loses the file loses the sealed values and the link between persons' stays; whoever
    /// copies it can read them. It belongs in the backup, apart from the lake.
    pub fn open_or_create(path: &Path, in_use: bool) -> Result<Self> {
        let failed = |error| WarehouseError::storage(Activity::Key, error);
        match KeyRing::find(path)? {
            Some(ring) => Ok(ring.key()),
            None if in_use => Err(WarehouseError::Key {
                path: path.to_owned(),
                reason: "missing",
            }),
            None => {
                let secret = new_secret();
                let draft = path.with_extension(format!("{}.new", uuid::Uuid::new_v4().simple()));
                let mut file = create_private(&draft).map_err(failed)?;
                writeln!(file, "{}", hex(&secret)).map_err(failed)?;
                file.sync_all().map_err(failed)?;
                // Of two programs that make one at the same time the first counts for both.
                let linked = fs::hard_link(&draft, path);
                let _ = fs::remove_file(&draft);
                match linked {
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        Self::open_or_create(path, true)
                    }
                    linked => linked.map(|()| Self::from_secret(&secret)).map_err(failed),
                }
            }
        }
    }

    /// From 32 secret bytes.
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        KeyRing::from_secret(secret).key()
    }

    /// The number of the key that seals what is new.
    pub fn current(&self) -> u32 {
        self.current
    }

    /// The same person gives the same 32 hexadecimal digits, in this workspace only.
    ///
    /// Spaces and letter case of the identity number do not matter. `None` without a number.
    pub fn person_key(&self, id_number: &str) -> Option<String> {
        let mut mac = self.person.clone();
        let mut any = false;
        for byte in id_number.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
            any = true;
            mac.update(&[byte.to_ascii_uppercase()]);
        }
        any.then(|| hex(&mac.finalize().into_bytes()[..16]))
    }

    /// The key that seals the audit trail.
    pub fn audit_key(&self) -> &[u8; 32] {
        &self.audit
    }

    /// A number that changes when the content does. Keyed: it tells nothing about the content.
    pub fn content_hash(&self, content: &[u8]) -> i64 {
        let digest = self.content.clone().chain_update(content).finalize();
        let mut first = [0; 8];
        first.copy_from_slice(&digest[..8]);
        i64::from_be_bytes(first)
    }

    /// Decrypts a sealed value of the record with this key; `None` when it was sealed with another
    /// workspace key or one that was retired, belongs to another record, or was tampered with.
    pub fn unseal(&self, record_key: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (named, rest) = parts(sealed)?;
        let (_, seal) = self.seals.iter().find(|(id, _)| *id == named)?;
        let (nonce, text) = rest.split_at_checked(NONCE_BYTES)?;
        let payload = Payload {
            msg: text,
            aad: record_key.as_bytes(),
        };
        seal.decrypt(&Nonce::try_from(nonce).ok()?, payload).ok()
    }

    /// The number of the key that a sealed value names; `None` for what is no sealed value.
    pub fn named_by(sealed: &[u8]) -> Option<u32> {
        parts(sealed).map(|(id, _)| id)
    }

    /// A sealer for one thread.
    pub fn sealer(&self) -> Sealer {
        let current = self.seals.iter().find(|(id, _)| *id == self.current);
        let (id, seal) = current.expect("a ring has its current key");
        let mut head = Vec::with_capacity(5);
        match *id {
            FIRST_KEY => head.push(FIRST_FORM),
            id => {
                head.push(NAMED_FORM);
                head.extend_from_slice(&id.to_be_bytes());
            }
        }
        Sealer {
            seal: seal.clone(),
            head,
            prefix: random_prefix(),
            counter: 0,
        }
    }
}

/// The key that a sealed value names, and what follows.
fn parts(sealed: &[u8]) -> Option<(u32, &[u8])> {
    match sealed {
        [FIRST_FORM, rest @ ..] => Some((FIRST_KEY, rest)),
        [NAMED_FORM, a, b, c, d, rest @ ..] => Some((u32::from_be_bytes([*a, *b, *c, *d]), rest)),
        _ => None,
    }
}

/// Encrypts values, never twice with the same nonce: a random prefix and a counter.
#[derive(Clone)]
pub struct Sealer {
    seal: Aes256Gcm,
    /// What every value begins with: its form, and the number of its key.
    head: Vec<u8>,
    prefix: [u8; 8],
    counter: u32,
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(***)")
    }
}

impl Sealer {
    /// Encrypts a value so that it can only be read back as this record's.
    pub fn seal(&mut self, record_key: &str, text: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        nonce[..8].copy_from_slice(&self.prefix);
        nonce[8..].copy_from_slice(&self.counter.to_be_bytes());
        self.counter = self.counter.wrapping_add(1);
        if self.counter == 0 {
            self.prefix = random_prefix();
        }
        let payload = Payload {
            msg: text,
            aad: record_key.as_bytes(),
        };
        let encrypted = self
            .seal
            .encrypt(&Nonce::from(nonce), payload)
            .expect("a record is far below the 64 GiB limit of AES-GCM");
        let mut sealed = Vec::with_capacity(self.head.len() + NONCE_BYTES + encrypted.len());
        sealed.extend_from_slice(&self.head);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&encrypted);
        sealed
    }
}

/// Whether a lake has records, sealed with the key of its workspace: then no other key can take its place.
pub fn holds_records(lake: &Path) -> bool {
    let entries = fs::read_dir(lake.join(DISCHARGE)).into_iter().flatten();
    let mut names = entries.filter_map(|entry| Some(entry.ok()?.file_name()));
    names.any(|name| !name.to_string_lossy().starts_with('_'))
}

fn mac(key: &[u8]) -> HmacSha256 {
    <HmacSha256 as hmac::KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// 32 bytes of the operating system's randomness: 488 random bits of four UUIDs, condensed.
fn new_secret() -> [u8; 32] {
    let mut hash = Sha256::new();
    for _ in 0..4 {
        hash.update(uuid::Uuid::new_v4().as_bytes());
    }
    hash.finalize().into()
}

/// A new file that only its owner can read.
fn create_private(path: &Path) -> std::io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn random_prefix() -> [u8; 8] {
    let mut prefix = [0; 8];
    prefix.copy_from_slice(&new_secret()[..8]);
    prefix
}

#[cfg(unix)]
fn check_permissions(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata =
        fs::metadata(path).map_err(|error| WarehouseError::storage(Activity::Key, error))?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(WarehouseError::Key {
            path: path.to_owned(),
            reason: "permissions",
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_permissions(_path: &Path) -> Result<()> {
    Ok(())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

#[cfg(test)]
mod tests {
    use biaochi_domain::{Language, Localized as _};

    use super::*;

    #[test]
    fn sealed_values_open_only_with_their_key_and_record() {
        let key = WorkspaceKey::from_secret(&[7; 32]);
        let mut sealer = key.sealer();
        let sealed = sealer.seal("record", "张三".as_bytes());
        assert_ne!(sealed, sealer.seal("record", "张三".as_bytes()));
        assert_eq!(
            key.unseal("record", &sealed).as_deref(),
            Some("张三".as_bytes())
        );
        assert_eq!(key.unseal("other", &sealed), None);
        assert_eq!(
            WorkspaceKey::from_secret(&[8; 32]).unseal("record", &sealed),
            None
        );
        let mut damaged = sealed.clone();
        damaged[20] ^= 1;
        assert_eq!(key.unseal("record", &damaged), None);
        assert_eq!(key.unseal("record", &[]), None);
    }

    #[test]
    fn a_person_is_recognised_in_one_workspace_only() {
        let key = WorkspaceKey::from_secret(&[7; 32]);
        let person = key.person_key("11010119600306001X");
        assert_eq!(person.as_ref().map(String::len), Some(32));
        assert_eq!(person, key.person_key(" 11010119600306001x"));
        assert_ne!(person, key.person_key("110101196003060011"));
        assert_ne!(
            person,
            WorkspaceKey::from_secret(&[8; 32]).person_key("11010119600306001X")
        );
        assert_eq!(key.person_key(" "), None);
    }

    #[test]
    fn the_key_file_is_made_once_and_kept_private() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("workspace.key");
        let lost = WorkspaceKey::open_or_create(&path, true).expect_err("sealed before");
        assert!(lost.text(Language::Zh).contains("备份"), "{lost}");
        assert!(!path.exists(), "a new key would open nothing");
        let first = WorkspaceKey::open_or_create(&path, false).expect("made");
        let again = WorkspaceKey::open_or_create(&path, true).expect("read");
        assert_eq!(fs::read_dir(folder.path()).expect("own folder").count(), 1);
        assert_eq!(first.audit_key(), again.audit_key());
        assert_eq!(first.person_key("1"), again.person_key("1"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).expect("is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("own file");
            assert!(WorkspaceKey::open_or_create(&path, false).is_err());
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("own file");
        }
        fs::write(&path, "short").expect("own file");
        assert!(WorkspaceKey::open_or_create(&path, false).is_err());
    }
}
