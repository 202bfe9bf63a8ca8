//! What was published in the lake: when, from which files, and what it changed.

use std::path::PathBuf;

use biaochi_domain::{Language, Localized, Month};
use biaochi_store::Scope;
use biaochi_warehouse::lake::{ImportRecord, Lake, Publication, Selector};
use biaochi_warehouse::{WarehouseError, open_lake};

use crate::Workspace;
use crate::runtime::block_on;

pub use biaochi_warehouse::lake::{Counts, Mode};

/// Publications that are read at once.
const BLOCK: usize = 200;
/// Publications that are looked through for one page; whoever wants more asks for the next.
const LOOKED_THROUGH: usize = 4000;

/// Which publications; what is `None` does not restrict.
#[derive(Debug, Clone, Default)]
pub struct HistoryFilter {
    /// With records of this institution.
    pub organisation: Option<String>,
    /// With records of this month.
    pub month: Option<Month>,
    /// Of one of these kinds; empty for all.
    pub modes: Vec<Mode>,
    /// With rows that were rejected or have problems.
    pub with_rejects: bool,
    /// Before this version.
    pub before: Option<u64>,
}

/// A publication as far as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// Its number.
    pub version: u64,
    /// What the journal says of it. Its organisations and months are those that may be seen.
    pub record: ImportRecord,
    /// Whether all of it may be seen. If not, its counts and files say something about others.
    pub whole: bool,
    /// Whether there is a file of rejects and problems.
    pub has_rejects: bool,
}

/// Some publications, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryPage {
    /// Those that fit.
    pub publications: Vec<Published>,
    /// The version before which to go on; `None` at the end.
    pub next: Option<u64>,
}

/// Why the history cannot be read.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum HistoryError {
    #[error(transparent)]
    Warehouse(#[from] WarehouseError),
    #[error("there is no import {version}")]
    Unknown { version: u64 },
    #[error("import {version} has no rejects")]
    NoRejects { version: u64 },
}

impl HistoryError {
    /// What was asked for is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::NoRejects { .. })
    }
}

impl Localized for HistoryError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Warehouse(error), _) => error.text(language),
            (Self::Unknown { version }, Language::Zh) => {
                format!("没有第 {version} 版的入库记录，请从入库记录中选择")
            }
            (Self::NoRejects { version }, Language::Zh) => {
                format!("第 {version} 版没有拒收的行")
            }
            (_, Language::En) => self.to_string(),
        }
    }
}

/// The publications that somebody may see, the newest first, at most `limit`.
///
/// # Errors
/// The lake cannot be read.
pub fn history(
    workspace: &Workspace,
    scope: &Scope,
    filter: &HistoryFilter,
    limit: usize,
) -> Result<HistoryPage, HistoryError> {
    let lake = open_lake(&workspace.lake())?;
    let mut page = HistoryPage::default();
    let (mut before, mut looked_through) = (filter.before, 0);
    loop {
        let block = match block_on(lake.history_before(before, BLOCK)) {
            Ok(block) => block,
            Err(WarehouseError::NoLake { .. }) => return Ok(page),
            Err(error) => return Err(error.into()),
        };
        let Some(last) = block.last() else {
            return Ok(page);
        };
        (before, looked_through) = (Some(last.version), looked_through + block.len());
        for publication in block {
            let version = publication.version;
            if let Some(seen) = seen(workspace, scope, publication)
                && fits(filter, &seen)
            {
                page.publications.push(seen);
                if page.publications.len() == limit {
                    page.next = (version > 1).then_some(version);
                    return Ok(page);
                }
            }
        }
        if looked_through >= LOOKED_THROUGH {
            page.next = before.filter(|version| *version > 1);
            return Ok(page);
        }
    }
}

/// One publication, if somebody may see it.
///
/// # Errors
/// [`HistoryError::Unknown`], also when nothing of it may be seen.
pub fn publication(
    workspace: &Workspace,
    scope: &Scope,
    version: u64,
) -> Result<Published, HistoryError> {
    let unknown = || HistoryError::Unknown { version };
    let lake: Lake = open_lake(&workspace.lake())?;
    let found = match block_on(lake.select(Selector::Version(version))) {
        Ok(found) => found,
        Err(WarehouseError::NoLake { .. } | WarehouseError::UnknownVersion { .. }) => {
            return Err(unknown());
        }
        Err(error) => return Err(error.into()),
    };
    match found.version == version {
        true => seen(workspace, scope, found).ok_or_else(unknown),
        false => Err(unknown()),
    }
}

/// The file of rejects and problems of a publication. Its name comes from the journal.
///
/// # Errors
/// [`HistoryError::NoRejects`].
pub fn rejects_of(workspace: &Workspace, published: &Published) -> Result<PathBuf, HistoryError> {
    let file = file_of(workspace, &published.record);
    match file.is_file() {
        true => Ok(file),
        false => Err(HistoryError::NoRejects {
            version: published.version,
        }),
    }
}

fn file_of(workspace: &Workspace, record: &ImportRecord) -> PathBuf {
    workspace
        .rejects()
        .join(format!("{}.csv", record.import_id))
}

/// A publication without what the scope does not reach; `None` when nothing is left.
fn seen(workspace: &Workspace, scope: &Scope, publication: Publication) -> Option<Published> {
    let mut record = publication.record?;
    let all = record.partitions.len();
    record
        .partitions
        .retain(|(organisation, _)| scope.allows(organisation));
    let whole = *scope == Scope::All || (all > 0 && record.partitions.len() == all);
    // A re-check and published forms concern everybody; an import is told to those whose records it touched.
    if record.partitions.is_empty() && all > 0 && !whole {
        return None;
    }
    let has_rejects = whole && file_of(workspace, &record).is_file();
    Some(Published {
        version: publication.version,
        record,
        whole,
        has_rejects,
    })
}

fn fits(filter: &HistoryFilter, published: &Published) -> bool {
    let record = &published.record;
    let month = filter.month.map(|month| month.to_string());
    let touches = |(organisation, of_month): &(String, String)| {
        filter
            .organisation
            .as_ref()
            .is_none_or(|wanted| wanted == organisation)
            && month.as_ref().is_none_or(|wanted| wanted == of_month)
    };
    let anything = filter.organisation.is_none() && month.is_none();
    (anything || record.partitions.iter().any(touches))
        && (filter.modes.is_empty() || filter.modes.contains(&record.mode))
        && (!filter.with_rejects || published.has_rejects)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use super::*;
    use crate::Config;

    fn publication(partitions: &[(&str, &str)]) -> Publication {
        let partitions = partitions.iter();
        Publication {
            version: 7,
            record: Some(ImportRecord {
                import_id: "i7".to_owned(),
                published_at: 0,
                mode: Mode::ReplaceMonth,
                files: Vec::new(),
                counts: Counts::default(),
                partitions: partitions
                    .map(|(code, month)| ((*code).to_owned(), (*month).to_owned()))
                    .collect(),
                scheme: String::new(),
                content_hash: String::new(),
                duration_ms: 1,
                tool_version: String::new(),
                table_versions: BTreeMap::new(),
            }),
        }
    }

    #[test]
    fn who_sees_a_part_sees_no_rejects_of_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        fs::create_dir_all(workspace.rejects()).expect("own folder");
        fs::write(workspace.rejects().join("i7.csv"), "x").expect("own folder");
        let both = || publication(&[("A", "2024-01"), ("B", "2024-01")]);
        let own = seen(&workspace, &Scope::one("A"), both()).expect("a part of it");
        assert_eq!(own.record.partitions.len(), 1);
        assert!(!own.whole && !own.has_rejects);
        assert_eq!(seen(&workspace, &Scope::one("C"), both()), None);
        let all = seen(&workspace, &Scope::All, both()).expect("all of it");
        assert!(all.whole && all.has_rejects);
        let alone = publication(&[("A", "2024-01")]);
        let own = seen(&workspace, &Scope::one("A"), alone).expect("all of it");
        assert!(own.whole && rejects_of(&workspace, &own).is_ok());
    }

    #[test]
    fn a_filter_asks_for_institution_and_month_together() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        let both = publication(&[("A", "2024-01"), ("B", "2024-02")]);
        let seen = seen(&workspace, &Scope::All, both).expect("all of it");
        let check = |organisation: Option<&str>, month: Option<&str>| {
            let filter = HistoryFilter {
                organisation: organisation.map(str::to_owned),
                month: month.map(|month| month.parse().expect("a month")),
                ..HistoryFilter::default()
            };
            fits(&filter, &seen)
        };
        assert!(check(None, None) && check(Some("A"), Some("2024-01")));
        assert!(!check(Some("A"), Some("2024-02")) && !check(Some("C"), None));
    }

    #[test]
    fn a_workspace_without_imports_has_an_empty_history() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = Workspace::init(folder.path(), Config::default()).expect("a workspace");
        let filter = HistoryFilter::default();
        let page = history(&workspace, &Scope::All, &filter, 10).expect("a history");
        assert_eq!(page, HistoryPage::default());
        let unknown = super::publication(&workspace, &Scope::All, 3);
        assert!(matches!(unknown, Err(HistoryError::Unknown { version: 3 })));
    }
}
