use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use biaochi_access::Roles;
use biaochi_access::secret::Secret;
use biaochi_organisations::Directory;
use biaochi_store::{Scope, Store};
use biaochi_warehouse::WorkspaceKey;
use sha2::{Digest as _, Sha256};

use super::error::AccountError;
use crate::organisations::Directories;
use crate::runtime::block_on;
use crate::{Content, Workspace};

/// What accounts are managed with: the store, the roles in force, and the key that seals second factors. Clones share
/// what was read of the organisations.
#[derive(Debug, Clone)]
pub struct Office {
    store: Store,
    roles: Arc<Roles>,
    /// Ids of the roles that ask for a second factor.
    second_factor_roles: Arc<BTreeSet<String>>,
    key_file: PathBuf,
    /// The organisations: everybody who comes asks what units mean.
    directories: Directories,
}

impl Office {
    /// An office over an open store.
    ///
    /// # Errors
    /// The packs of roles have mistakes, or the configuration asks for a second factor of a role that there is not.
    pub fn new(
        workspace: &Workspace,
        content: &Content,
        store: Store,
    ) -> Result<Self, AccountError> {
        let roles = content.role_library().load()?;
        let asked = workspace.config().second_factor_roles.iter();
        let asked = asked.map(|text| {
            let found = roles.find(text.trim()).map(|role| role.id.clone());
            found.ok_or_else(|| AccountError::SecondFactorRole {
                text: text.clone(),
                known: roles.all().iter().map(|role| role.id.clone()).collect(),
            })
        });
        let second_factor_roles = asked.collect::<Result<BTreeSet<String>, AccountError>>()?;
        Ok(Self {
            store,
            roles: Arc::new(roles),
            second_factor_roles: Arc::new(second_factor_roles),
            key_file: workspace.key_file(),
            directories: workspace.directories().clone(),
        })
    }

    /// The same office for somebody who acts from elsewhere.
    #[must_use]
    pub fn with_origin(&self, origin: &str) -> Self {
        Self {
            store: self.store.with_origin(origin),
            ..self.clone()
        }
    }

    /// The same office with other roles in force.
    #[must_use]
    pub fn with_roles(&self, roles: Roles) -> Self {
        Self {
            roles: Arc::new(roles),
            ..self.clone()
        }
    }

    /// Whether whoever holds a role has to set up a second factor before anything else.
    pub fn asks_second_factor_of(&self, role: &str) -> bool {
        self.second_factor_roles.contains(role)
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The roles in force.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// The organisations, which say what units mean: read again when they have changed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn directory(&self) -> Result<Arc<Directory>, AccountError> {
        Ok(self.directories.newest(&self.store, &Scope::All).await?)
    }

    /// Seals the secret of an account's second factor; nobody else's account can be given it.
    pub(super) fn seal(&self, account: &str, secret: &[u8]) -> Result<Secret, AccountError> {
        self.seal_at(&place_of_second_factor(account), secret)
    }

    /// Opens what was sealed for an account.
    pub(super) fn unseal(&self, account: &str, sealed: &Secret) -> Result<Vec<u8>, AccountError> {
        let opened = self.unseal_at(&place_of_second_factor(account), sealed)?;
        opened.ok_or_else(|| AccountError::Sealed {
            name: account.to_owned(),
        })
    }

    /// Seals something for a place; it opens nowhere else.
    pub(super) fn seal_at(&self, place: &str, secret: &[u8]) -> Result<Secret, AccountError> {
        let key = self.key()?;
        let sealed = key.sealer().seal(place, secret);
        Ok(Secret::new(biaochi_access::secret::hex(&sealed)))
    }

    /// Opens what was sealed for a place; `None` for anything else.
    pub(super) fn unseal_at(
        &self,
        place: &str,
        sealed: &Secret,
    ) -> Result<Option<Vec<u8>>, AccountError> {
        let key = self.key()?;
        let bytes = from_hex(sealed.reveal());
        Ok(bytes.and_then(|bytes| key.unseal(place, &bytes)))
    }

    /// The key, which was made when the store was opened.
    fn key(&self) -> Result<WorkspaceKey, AccountError> {
        Ok(WorkspaceKey::open_or_create(&self.key_file, true)?)
    }
}

/// What the secret of an account's second factor is bound to when it is sealed.
pub(crate) fn place_of_second_factor(account: &str) -> String {
    format!("totp/{account}")
}

/// Bytes of hexadecimal digits.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let pairs = digits.chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok())?
    });
    pairs.collect()
}

/// Opens the office of a workspace and does something in it.
///
/// # Errors
/// The store cannot be opened, the roles have mistakes, or what the work says.
pub fn with_office<T>(
    workspace: &Workspace,
    content: &Content,
    work: impl AsyncFnOnce(&Office) -> Result<T, AccountError>,
) -> Result<T, AccountError> {
    block_on(workspace.with_store(async |store: &Store| {
        let office = Office::new(workspace, content, store.clone())?;
        work(&office).await
    }))
}

/// 32 random bytes.
pub(super) fn random() -> [u8; 32] {
    let mut hash = Sha256::new();
    for _ in 0..4 {
        hash.update(uuid::Uuid::new_v4().as_bytes());
    }
    hash.finalize().into()
}

/// 16 random bytes for a password.
pub(super) fn salt() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}
