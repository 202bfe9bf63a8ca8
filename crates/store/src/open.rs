use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::MigrateError;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _, Executor as _, Transaction};

use crate::audit::AuditSeal;
use crate::error::{Activity, Result, StoreError};
use crate::location::{Backend, Location};
use crate::migrations::migrator;
use crate::row::Cells;
use crate::sql::Sql;
use crate::value::free_text;

/// The origin of the command line.
const LOCAL: &str = "local";

/// Characters of an origin that are kept.
const ORIGIN_CHARACTERS: usize = 100;

/// How long a writer waits for another before it gives up.
const PATIENCE: Duration = Duration::from_secs(15);

/// The operational store. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Store {
    pool: AnyPool,
    backend: Backend,
    /// Where those who act through it are, for the audit trail.
    origin: Arc<str>,
    /// Seals rows of the audit trail; without it they have none.
    seal: Option<AuditSeal>,
}

impl Store {
    /// Opens the store with as many connections as suit the database, making the file or bringing the
    /// schema up to date where needed.
    ///
    /// # Errors
    /// The database cannot be reached, or its schema is newer than this program.
    pub async fn open(location: &Location) -> Result<Self> {
        let connections = match location.backend() {
            Backend::Sqlite => 4,
            Backend::Postgres => 10,
        };
        Self::open_with(location, connections).await
    }

    /// The same, with at most so many connections.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(location: &Location, connections: u32) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let backend = location.backend();
        let failed = |source: sqlx::Error| StoreError::Open {
            location: location.to_string(),
            source: source.into(),
        };
        if let Location::File(path) = location {
            make_private(path).map_err(|source| StoreError::Open {
                location: location.to_string(),
                source: source.into(),
            })?;
        }
        let url = location.url()?;
        let mut connection = AnyConnection::connect(&url).await.map_err(failed)?;
        settle_in(backend, &mut connection).await.map_err(failed)?;
        bring_up_to_date(backend, &mut connection).await?;
        connection.close().await.map_err(failed)?;

        let pool = AnyPoolOptions::new()
            .max_connections(connections.max(1))
            .acquire_timeout(PATIENCE * 2)
            .after_connect(move |connection, _| {
                Box::pin(async move { settle_in(backend, connection).await })
            })
            .connect(&url)
            .await
            .map_err(failed)?;
        Ok(Self {
            pool,
            backend,
            origin: LOCAL.into(),
            seal: None,
        })
    }

    /// The same store for somebody who acts from elsewhere: an address, as the audit trail shows it.
    #[must_use]
    pub fn with_origin(&self, origin: &str) -> Self {
        let mut origin = free_text(origin.trim());
        if let Some((end, _)) = origin.char_indices().nth(ORIGIN_CHARACTERS) {
            origin.truncate(end);
        }
        Self {
            origin: origin.into(),
            ..self.clone()
        }
    }

    /// The same store, which seals every row of the audit trail that it writes and asks for seals when it verifies.
    #[must_use]
    pub fn with_seal(&self, seal: AuditSeal) -> Self {
        Self {
            seal: Some(seal),
            ..self.clone()
        }
    }

    /// Whether anything was sealed with the key of the workspace: then no other key can take its place.
    ///
    /// # Errors
    /// The database fails.
    pub async fn holds_sealed(&self) -> Result<bool> {
        let sql = Sql::new(
            "SELECT (SELECT COUNT(*) FROM account WHERE totp <> '' OR totp_draft <> '') + \
             (SELECT COUNT(*) FROM audit_event WHERE number = (SELECT number FROM audit_head WHERE id = 1) \
             AND seal <> '')",
        );
        let row = sql.query().fetch_one(self.pool()).await;
        let row = row.map_err(|source| StoreError::database(Activity::Open, source))?;
        Ok(Cells::new(&row, Activity::Open).count()? > 0)
    }

    pub(crate) fn seal(&self) -> Option<&AuditSeal> {
        self.seal.as_ref()
    }

    /// Where those who act through it are.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Which database serves it.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Ends all connections. Calls that are under way end first.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// A transaction that is going to write. In SQLite it takes the writer's lock at once: one that
    /// began as a reader could not wait for it.
    pub(crate) async fn begin(&self, activity: Activity) -> Result<Transaction<'static, Any>> {
        let begun = match self.backend {
            Backend::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await,
            Backend::Postgres => self.pool.begin().await,
        };
        begun.map_err(|source| StoreError::database(activity, source))
    }
}

/// An empty file that only its owner can read, unless there is one. SQLite gives its companions the
/// same rights.
fn make_private(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Settings of every connection.
async fn settle_in(backend: Backend, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    match backend {
        Backend::Sqlite => {
            connection.execute("PRAGMA busy_timeout = 15000").await?;
            // What a person was told to be saved survives a power failure.
            connection.execute("PRAGMA synchronous = FULL").await?;
        }
        Backend::Postgres => {
            connection.execute("SET lock_timeout = '15s'").await?;
        }
    }
    Ok(())
}

/// Runs the migrations that are missing, all or none of each.
async fn bring_up_to_date(backend: Backend, connection: &mut AnyConnection) -> Result<()> {
    let failed = |source| StoreError::database(Activity::Migrate, source);
    match backend {
        Backend::Sqlite => {
            // Readers do not wait for the writer. The file remembers it; if another process is just
            // doing the same, it is not needed again.
            let journal = connection.execute("PRAGMA journal_mode = WAL").await;
            match journal.map_err(failed) {
                Ok(_) | Err(StoreError::Busy { .. }) => {}
                Err(error) => return Err(error),
            }
            // SQLite has no lock for migrations, so that two first starts would collide.
            let mut transaction = connection
                .begin_with("BEGIN IMMEDIATE")
                .await
                .map_err(failed)?;
            migrator(backend)
                .run_direct(None, &mut *transaction, false)
                .await
                .map_err(migration)?;
            transaction.commit().await.map_err(failed)
        }
        Backend::Postgres => migrator(backend)
            .run_direct(None, connection, false)
            .await
            .map_err(migration),
    }
}

fn migration(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(version) => StoreError::Newer { version },
        MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _) => {
            match StoreError::database(Activity::Migrate, source) {
                StoreError::Database { source, .. } => StoreError::Migration {
                    source: source.into(),
                },
                other => other,
            }
        }
        other => StoreError::Migration {
            source: other.into(),
        },
    }
}
