//! The schema, forward only.
//!
//! One text serves both databases, but for the triggers that keep the audit trail, which no shared text can
//! make. The list is written out instead of read by a macro, so that the
//! compile-time machinery of the driver (a second build of both databases) is not needed.

use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use crate::location::Backend;

/// Version, what it brings, text.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "worklist",
        include_str!("../migrations/0001_worklist.sql"),
    ),
    (
        2,
        "code choices",
        include_str!("../migrations/0002_code_choices.sql"),
    ),
    (
        3,
        "organisations",
        include_str!("../migrations/0003_organisations.sql"),
    ),
    (
        4,
        "submissions",
        include_str!("../migrations/0004_submissions.sql"),
    ),
    (5, "tasks", include_str!("../migrations/0005_tasks.sql")),
    (
        6,
        "assessment runs",
        include_str!("../migrations/0006_assessment_runs.sql"),
    ),
    (
        7,
        "accounts",
        include_str!("../migrations/0007_accounts.sql"),
    ),
    (AUDIT, "audit", include_str!("../migrations/0008_audit.sql")),
    (9, "jobs", include_str!("../migrations/0009_jobs.sql")),
    (
        10,
        "audit seals",
        include_str!("../migrations/0010_audit_seals.sql"),
    ),
    (
        11,
        "identities",
        include_str!("../migrations/0011_identities.sql"),
    ),
];

/// The version that brings the audit trail, and with it triggers, which each database writes its own way.
const AUDIT: i64 = 8;

const AUDIT_ON_SQLITE: &str = concat!(
    include_str!("../migrations/0008_audit.sql"),
    include_str!("../triggers/0008_sqlite.sql")
);

const AUDIT_ON_POSTGRES: &str = concat!(
    include_str!("../migrations/0008_audit.sql"),
    include_str!("../triggers/0008_postgres.sql")
);

/// The texts that make the tables, in their order.
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|(_, _, text)| *text)
}

pub(crate) fn migrator(backend: Backend) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, title, text)| {
        let text = match (version, backend) {
            (AUDIT, Backend::Sqlite) => AUDIT_ON_SQLITE,
            (AUDIT, Backend::Postgres) => AUDIT_ON_POSTGRES,
            _ => text,
        };
        Migration::new(
            version,
            title.into(),
            MigrationType::Simple,
            text.into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_listed_in_its_order() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> = MIGRATIONS
            .iter()
            .map(|(version, title, _)| format!("{version:04}_{}.sql", title.replace(' ', "_")))
            .collect();
        assert_eq!(files, listed);
    }

    #[test]
    fn columns_have_types_that_both_databases_decode_alike() {
        for (_, title, text) in MIGRATIONS {
            for line in text.lines().map(str::trim) {
                let mut words = line.split_whitespace();
                let name = words.next().unwrap_or_default();
                let is_column = name.chars().next().is_some_and(char::is_lowercase);
                if is_column && !line.starts_with("--") {
                    let column = words.next().unwrap_or_default().trim_end_matches(',');
                    assert!(
                        ["BIGINT", "TEXT", "DOUBLE"].contains(&column),
                        "{title}: {line}"
                    );
                }
            }
        }
    }
}
