//! Ask a workspace's tables with SQL, now or as they were.

use std::io::Write;
use std::panic::Location;
use std::sync::Arc;

use biaochi_domain::{Language, Localized};
use biaochi_packs::datasets::DataSets;
use biaochi_store::StoreError;
use biaochi_warehouse::datasets::dataset_view;
use biaochi_warehouse::lake::{Publication, Selector};
use biaochi_warehouse::query::{Queries, SchemeSource, any_code_begins, drg_group, write_result};
use biaochi_warehouse::{WarehouseError, open_lake};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::de::DeserializeOwned;

pub use biaochi_warehouse::lake_stamp;
pub use biaochi_warehouse::query::OutputFormat;

use crate::beijing;
use crate::organisations::{INSTITUTION, INSTITUTION_COLUMNS, institution_rows, today};
use crate::runtime::block_on;
use crate::{Content, ContentError, Workspace};

/// Opens the lake of a workspace and leaves it again: whether its tables are there to be asked.
///
/// # Errors
/// The folder cannot be used.
pub fn lake_opens(workspace: &Workspace) -> Result<(), WarehouseError> {
    open_lake(&workspace.lake()).map(drop)
}

/// Which state of the tables is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// As they are now.
    Newest,
    /// As a numbered import left them.
    Version(u64),
    /// As they were at a time.
    AsOf(Timestamp),
}

impl Selected {
    /// Beijing time, as a day (its end is meant) or a day and time.
    pub fn parse_time(text: &str) -> Option<Self> {
        let time = match text.parse::<Date>() {
            Ok(day) if !text.contains(['T', ' ']) => day.at(23, 59, 59, 999_999_999),
            _ => text.parse::<DateTime>().ok()?,
        };
        let zoned = beijing::zone().to_zoned(time).ok()?;
        Some(Self::AsOf(zoned.timestamp()))
    }

    /// The day whose organisations go with it.
    fn day(self) -> Date {
        match self {
            Self::AsOf(time) => beijing::zone().to_datetime(time).date(),
            Self::Newest | Self::Version(_) => today(),
        }
    }

    fn selector(self) -> Selector {
        match self {
            Self::Newest => Selector::Newest,
            Self::Version(version) => Selector::Version(version),
            Self::AsOf(time) => Selector::AsOf(time),
        }
    }
}

/// A question and the form of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Query<'a> {
    /// One statement that reads.
    pub sql: &'a str,
    /// The state that is asked.
    pub selected: Selected,
    /// The form of the answer.
    pub format: OutputFormat,
    /// Rows that a table shows at most; zero: all.
    pub table_rows: usize,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the wrapped errors are documented")]
pub enum QueryError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("an answer that cannot be read back")]
    Answer(#[source] serde_json::Error),
}

impl Localized for QueryError {
    fn text(&self, language: Language) -> String {
        match self {
            Self::Warehouse(error) => error.text(language),
            Self::Content(error) => error.text(language),
            Self::Store(error) => error.text(language),
            Self::Answer(error) => match language {
                Language::Zh => format!("查询结果无法读回（{error}）。这是程序的问题，请反馈"),
                Language::En => {
                    format!("the answer cannot be read back ({error}); please report this")
                }
            },
        }
    }
}

/// Writes the answer and tells how many rows it has.
pub fn run_query<W: Write + Send>(
    workspace: &Workspace,
    content: &Content,
    query: &Query<'_>,
    out: &mut W,
) -> Result<u64, QueryError> {
    block_on(async {
        let queries = open(workspace, content, query.selected, query.sql).await?;
        // The store is only asked where the question may be about it.
        if query.sql.to_ascii_lowercase().contains(INSTITUTION) {
            let day = query.selected.day();
            let rows = institution_rows(workspace, day).await?;
            queries.add_texts(INSTITUTION, &INSTITUTION_COLUMNS, &rows)?;
        }
        let result = queries.query(query.sql).await?;
        let result = match (query.format, query.table_rows) {
            (OutputFormat::Table, rows) if rows > 0 => result.first(rows),
            _ => result,
        };
        Ok(write_result(result, query.format, out).await?)
    })
}

async fn open(
    workspace: &Workspace,
    content: &Content,
    selected: Selected,
    sql: &str,
) -> Result<Queries, QueryError> {
    let lake = open_lake(&workspace.lake())?;
    let publication = lake.select(selected.selector()).await?;
    let function = drg_group(scheme_source(content));
    // A broken pack of data sets keeps nobody from asking about records.
    let sets = content.data_sets().map(DataSets::all).unwrap_or_default();
    let named = sets.iter().filter(|loaded| asks_for(sql, &loaded.set.id));
    let views: Vec<_> = named.map(|loaded| dataset_view(&loaded.set)).collect();
    Ok(Queries::open_over(
        &lake,
        publication,
        &views,
        vec![function, any_code_begins()],
    )
    .await?)
}

/// Whether a question may be about a data set. Planning the views of all of them would cost more than most
/// questions.
fn asks_for(sql: &str, id: &str) -> bool {
    const LISTS: [&str; 3] = ["information_schema", "show", "describe"];
    let sql = sql.to_lowercase();
    sql.contains(id) || LISTS.iter().any(|word| sql.contains(word))
}

/// The newest version of tables and records, opened once: several questions about it get answers of one
/// moment, whatever is imported meanwhile.
pub(crate) struct OneVersion {
    queries: Queries,
}

impl OneVersion {
    pub(crate) fn newest(workspace: &Workspace, content: &Content) -> Result<Self, QueryError> {
        Self::for_question(workspace, content, "")
    }

    /// The tables as a version left them.
    pub(crate) fn at(
        workspace: &Workspace,
        content: &Content,
        version: u64,
    ) -> Result<Self, QueryError> {
        let selected = Selected::Version(version);
        let queries = block_on(open(workspace, content, selected, ""))?;
        Ok(Self { queries })
    }

    /// The newest version with the data sets that a question names.
    fn for_question(
        workspace: &Workspace,
        content: &Content,
        sql: &str,
    ) -> Result<Self, QueryError> {
        let opening = tracing::info_span!(target: "traces", "lake.open");
        let queries =
            opening.in_scope(|| block_on(open(workspace, content, Selected::Newest, sql)))?;
        Ok(Self { queries })
    }

    /// The version and the import that made it.
    pub(crate) fn publication(&self) -> &Publication {
        self.queries.publication()
    }

    /// The rows of an answer, each as a value. A trace names the question by where it is asked, never by its text, which
    /// can hold what a person looks for.
    #[track_caller]
    pub(crate) fn rows<T: DeserializeOwned>(&self, sql: &str) -> Result<Vec<T>, QueryError> {
        let place = Location::caller();
        let asking = tracing::info_span!(target: "traces", "question", place = %place);
        let mut answer = Vec::new();
        asking.in_scope(|| {
            block_on(async {
                let result = self.queries.query(sql).await?;
                write_result(result, OutputFormat::Json, &mut answer).await
            })
        })?;
        serde_json::from_slice(&answer).map_err(QueryError::Answer)
    }
}

/// The rows of a question about the newest version, each as a value.
#[track_caller]
pub(crate) fn rows<T: DeserializeOwned>(
    workspace: &Workspace,
    content: &Content,
    sql: &str,
) -> Result<Vec<T>, QueryError> {
    OneVersion::for_question(workspace, content, sql)?.rows(sql)
}

/// Schemes for the SQL function, read when a query names them.
fn scheme_source(content: &Content) -> Arc<SchemeSource> {
    let folders = content.folders().to_vec();
    Arc::new(move |id| {
        let load = || Content::load(&folders)?.scheme(id);
        match load() {
            Ok(loaded) => Ok(Arc::new(loaded.scheme)),
            Err(error) => Err(error.text(Language::Zh)),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let parsed = match Selected::parse_time(text) {
            Some(Selected::AsOf(time)) => Some(time.to_string()),
            _ => None,
        };
        assert_eq!(parsed.as_deref(), expected, "{text}");
    }

    #[test]
    fn times_are_beijing_time_and_a_day_means_its_end() {
        check("2024-03-05T08:00:00", Some("2024-03-05T00:00:00Z"));
        check("2024-03-05", Some("2024-03-05T15:59:59.999999999Z"));
        check("5 March", None);
    }
}
