//! An empty database for one test, on either backend.
//!
//! PostgreSQL is the server that `DATABASE_URL` names, else one that answers on this machine, else one
//! that is started for the test from the installed programs (`DATABASE_URL=own` asks for that at once).
//! Each test works in a schema of its own. Without any PostgreSQL the tests fail: half a suite would
//! prove nothing about the other half.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use biaochi_store::{Location, Store};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// Runs each test on both backends.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let place = $crate::place::Place::sqlite();
                    super::$name(&place).await;
                    place.finish().await;
                }
            )+
        }

        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let place = $crate::place::Place::postgres().await;
                    super::$name(&place).await;
                    place.finish().await;
                }
            )+
        }
    };
}

pub(crate) use on_both;

const SCHEMA_PREFIX: &str = "biaochi_test_";

/// Where a test's database is.
pub(crate) enum Place {
    File { folder: TempDir },
    Schema { server: String, name: String },
}

impl Place {
    pub(crate) fn sqlite() -> Self {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        Self::File { folder }
    }

    pub(crate) async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        sqlx::any::install_default_drivers();
        let server = server().await.to_owned();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let name = format!("{SCHEMA_PREFIX}{}_{process}_{number}", now.as_secs());
        let mut connection = AnyConnection::connect(&server).await.unwrap();
        sweep(&mut connection, now).await;
        let create = AssertSqlSafe(format!("CREATE SCHEMA {name}"));
        sqlx::query(create).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        Self::Schema { server, name }
    }

    pub(crate) fn location(&self) -> Location {
        match self {
            // A name that must be encoded in an address.
            Self::File { folder } => Location::File(folder.path().join("业务 库?#%41.db")),
            Self::Schema { server, name } => {
                let separator = if server.contains('?') { '&' } else { '?' };
                // Nothing of a test has to outlive the server.
                let off = "-csynchronous_commit%3Doff";
                let options = format!("options=-csearch_path%3D{name}%20{off}");
                Location::Server(format!("{server}{separator}{options}"))
            }
        }
    }

    /// Opens the store, as a program does when it starts.
    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.location()).await.unwrap()
    }

    /// Runs a statement past the store.
    pub(crate) async fn run(&self, sql: &'static str) {
        let mut connection = self.connection().await;
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// What the database says to a statement that it refuses.
    pub(crate) async fn refused(&self, sql: &'static str) -> String {
        let mut connection = self.connection().await;
        let error = connection.execute(sql).await.unwrap_err();
        error.to_string()
    }

    /// A number that a query past the store gives; `None` when it fails.
    pub(crate) async fn number(&self, sql: &'static str) -> Option<i64> {
        let mut connection = self.connection().await;
        let row = connection.fetch_one(sql).await.ok()?;
        row.try_get(0).ok()
    }

    async fn connection(&self) -> AnyConnection {
        let url = match self {
            Self::File { folder } => {
                let name = "%E4%B8%9A%E5%8A%A1%20%E5%BA%93%3F%23%2541.db";
                format!("sqlite://{}/{name}?mode=rwc", folder.path().display())
            }
            Self::Schema { .. } => match self.location() {
                Location::Server(url) => url,
                Location::File(_) => unreachable!("a schema is on a server"),
            },
        };
        AnyConnection::connect(&url).await.unwrap()
    }

    /// Removes what the test left.
    pub(crate) async fn finish(self) {
        if let Self::Schema { server, name } = self {
            let mut connection = AnyConnection::connect(&server).await.unwrap();
            drop_schema(&mut connection, &name).await;
        }
    }
}

async fn drop_schema(connection: &mut AnyConnection, name: &str) {
    let statement = AssertSqlSafe(format!("DROP SCHEMA IF EXISTS {name} CASCADE"));
    // Somebody else may be sweeping at the same moment.
    let _ = sqlx::query(statement).execute(connection).await;
}

/// Removes what failed tests left an hour ago and earlier.
async fn sweep(connection: &mut AnyConnection, now: Duration) {
    let rows = sqlx::query(
        "SELECT CAST(nspname AS TEXT) FROM pg_namespace WHERE nspname LIKE 'biaochi\\_test\\_%'",
    )
    .fetch_all(&mut *connection)
    .await
    .unwrap();
    for row in rows {
        let name: String = row.get(0);
        let made = name
            .trim_start_matches(SCHEMA_PREFIX)
            .split('_')
            .next()
            .and_then(|seconds| seconds.parse().ok());
        if made.is_some_and(|made: u64| made + 3600 < now.as_secs()) {
            drop_schema(connection, &name).await;
        }
    }
}

/// The address of a server that answers.
async fn server() -> &'static str {
    static SERVER: OnceCell<(String, Option<Child>)> = OnceCell::const_new();
    let (url, _) = SERVER
        .get_or_init(|| async {
            let configured = std::env::var("DATABASE_URL").unwrap_or_default();
            if configured.starts_with("postgres") {
                return (configured, None);
            }
            // Encrypting what stays on the machine would cost each test half a second.
            let local = "postgres://postgres@127.0.0.1:5432/postgres?sslmode=disable";
            if configured != "own" && AnyConnection::connect(local).await.is_ok() {
                return (local.to_owned(), None);
            }
            let (url, keeper) = own_server().await;
            (url, Some(keeper))
        })
        .await;
    url
}

/// Starts a server that ends with this process.
async fn own_server() -> (String, Child) {
    // The keeper waits for the end of its input, which comes with the end of this process, however
    // that ends; then it stops the server and removes the folder.
    const KEEPER: &str = r#"
        "$PROGRAMS/initdb" -D "$FOLDER/data" -U postgres -A trust -E UTF8 --no-locale --no-sync \
            >"$FOLDER/log" 2>&1 || exit 1
        "$PROGRAMS/postgres" -D "$FOLDER/data" -k "$FOLDER" -c listen_addresses= -F \
            >>"$FOLDER/log" 2>&1 &
        server=$!
        cat >/dev/null
        kill -INT $server
        wait $server
        rm -rf "$FOLDER"
    "#;
    let programs = programs().expect(
        "no PostgreSQL: none answers on 127.0.0.1:5432 and none is installed. Set DATABASE_URL to a server \
         whose user may create schemas, or install the Debian package postgresql",
    );
    let folder = tempfile::Builder::new()
        .prefix("biaochi-pg-")
        .tempdir()
        .unwrap()
        .keep();
    // The server refuses to run as root.
    let is_root = run("id", &["-u"]).trim() == "0";
    let mut keeper = if is_root {
        run("chown", &["postgres", folder.to_str().unwrap()]);
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", KEEPER]);
        command
    } else {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]);
        command
    };
    let mut keeper = keeper
        .env("PROGRAMS", programs)
        .env("FOLDER", &folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let url = format!(
        "postgres://postgres@localhost/postgres?host={}",
        folder.display()
    );
    for _ in 0..300 {
        if AnyConnection::connect(&url).await.is_ok() {
            return (url, keeper);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    drop(keeper.stdin.take());
    let _ = keeper.wait();
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("the PostgreSQL server did not start within 30 s:\n{log}");
}

/// The folder of the newest installed server.
fn programs() -> Option<PathBuf> {
    let is_there = |folder: &Path| folder.join("initdb").is_file();
    let mut folders: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let version = path.file_name()?.to_str()?.parse().ok()?;
            let folder = path.join("bin");
            is_there(&folder).then_some((version, folder))
        })
        .collect();
    folders.sort();
    let newest = folders.pop().map(|(_, folder)| folder);
    newest.or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| is_there(folder))
    })
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?} failed");
    String::from_utf8(output.stdout).unwrap()
}
