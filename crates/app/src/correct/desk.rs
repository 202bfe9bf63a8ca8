//! The lake while records of it are corrected: read them, write them anew, publish.

use std::collections::BTreeMap;
use std::time::Instant;

use biaochi_store::Scope;
use biaochi_warehouse::lake::{Counts, ImportRecord, Lake, LakeWriter, Mode};
use biaochi_warehouse::load::{LoadLimits, Loaded, Loader, read_records};
use biaochi_warehouse::tables::{Source, StoredRecord};
use biaochi_warehouse::{WarehouseError, WhenLocked, WorkspaceKey, open_lake};
use serde::Deserialize;
use tokio::runtime::Runtime;

use super::CorrectError;
use crate::across::{AcrossRequest, update};
use crate::check::CompiledPack;
use crate::import::{ImportWeights, Places};
use crate::lookup::quoted;
use crate::query::rows;
use crate::recheck::RecheckError;
use crate::row_encoder::RowEncoder;
use crate::{Content, LoadedScheme, Workspace, import_id, recheck};

/// Records that are encoded at once.
const ROWS_AT_ONCE: usize = 2_000;

/// A hospital's month.
pub(super) type Partition = (String, String);

/// The lake, taken for writing.
pub(super) struct Desk<'a> {
    workspace: &'a Workspace,
    content: &'a Content,
    lake: Lake,
    writer: LakeWriter,
    key: WorkspaceKey,
    runtime: Runtime,
    began: Instant,
}

/// Records written to the lake and not yet published.
pub(super) struct Prepared {
    loaded: Loaded,
    record: ImportRecord,
    runtime: Runtime,
}

/// What a publication came to.
#[derive(Debug, Clone)]
pub(super) struct Published {
    /// Its version.
    pub(super) version: u64,
    /// Hospital and month of the findings that changed.
    pub(super) months: Vec<Partition>,
    /// When what is found was published, in microseconds since 1970 UTC.
    pub(super) as_of: i64,
}

impl<'a> Desk<'a> {
    /// Takes the lake of a workspace for writing.
    pub(super) fn open(
        workspace: &'a Workspace,
        content: &'a Content,
        when_locked: WhenLocked,
    ) -> Result<Self, CorrectError> {
        let began = Instant::now();
        lake_key(workspace)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(CorrectError::Runtime)?;
        let lake = open_lake(&workspace.lake())?;
        let writer = recheck::begin(&lake, &workspace.lake(), when_locked)?;
        // Read behind the lock: whoever held it may have rotated the keys.
        let key = match lake_key(workspace) {
            Ok(key) => key,
            Err(error) => {
                runtime.block_on(writer.abandon());
                return Err(error);
            }
        };
        Ok(Self {
            workspace,
            content,
            key,
            lake,
            writer,
            runtime,
            began,
        })
    }

    /// The key that seals identifiers.
    pub(super) fn key(&self) -> &WorkspaceKey {
        &self.key
    }

    /// Gives the records of a month whose key is wanted, as they are published.
    pub(super) fn read(
        &self,
        (organisation, month): &Partition,
        wanted: impl Fn(&str) -> bool,
        mut take: impl FnMut(StoredRecord) -> Result<(), CorrectError>,
    ) -> Result<(), CorrectError> {
        let take = |record: StoredRecord| {
            // Writing it again would lose what cannot be opened.
            if record.opened {
                take(record)
            } else {
                let record_key = record.record_key;
                Err(CorrectError::Sealed { record_key })
            }
        };
        self.runtime.block_on(read_records(
            &self.lake,
            self.writer.published(),
            &self.key,
            (organisation, month),
            wanted,
            take,
        ))
    }

    /// Gives the lake back as it is.
    pub(super) fn leave(self) {
        self.runtime.block_on(self.writer.abandon());
    }

    /// Groups and checks records and writes them to the lake, for a publication of their own.
    pub(super) fn write(
        self,
        records: Vec<StoredRecord>,
        pack: Option<&CompiledPack>,
    ) -> Result<Prepared, CorrectError> {
        let Self {
            workspace,
            content,
            writer,
            key,
            runtime,
            began,
            ..
        } = self;
        let prepared = Setting::load(workspace, content, &records, pack);
        let setting = match prepared {
            Ok(setting) => setting,
            Err(error) => {
                runtime.block_on(writer.abandon());
                return Err(error);
            }
        };
        let import_id = writer.import_id().to_owned();
        let loader = Loader::new(writer, runtime.handle().clone(), LoadLimits::default());
        let mut counts = Counts {
            read: records.len() as u64,
            ..Counts::default()
        };
        if let Err(error) = setting.encode(&key, records, &loader, &mut counts) {
            loader.abandon();
            return Err(error);
        }
        let loaded = loader.finish(Mode::Correction)?;
        let record = ImportRecord {
            import_id,
            published_at: 0,
            mode: Mode::Correction,
            // The records came with the files of earlier imports; people corrected them.
            files: Vec::new(),
            counts: Counts {
                came: loaded.counts.came,
                went: loaded.counts.went,
                changed: loaded.counts.changed,
                unchanged: loaded.counts.unchanged,
                ..counts
            },
            partitions: loaded.partitions.clone(),
            scheme: setting.scheme.info.id.clone(),
            content_hash: setting.content_hash(),
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            table_versions: BTreeMap::new(),
        };
        Ok(Prepared {
            loaded,
            record,
            runtime,
        })
    }
}

impl Prepared {
    /// Publishes the records.
    pub(super) fn publish(self) -> Result<Published, WarehouseError> {
        let Self {
            loaded,
            record,
            runtime,
        } = self;
        let months = loaded.partitions.clone();
        let publication = runtime.block_on(loaded.publish(record))?;
        Ok(Published {
            version: publication.version,
            months,
            as_of: recheck::published_at(&publication),
        })
    }

    /// Leaves the lake as it is.
    pub(super) fn abandon(self) {
        self.runtime.block_on(self.loaded.abandon());
    }
}

/// The workspace key, which must be there: a new one opens nothing.
pub(crate) fn lake_key(workspace: &Workspace) -> Result<WorkspaceKey, CorrectError> {
    let path = workspace.key_file();
    if !path.exists() {
        return Err(RecheckError::NoKey { path }.into());
    }
    Ok(WorkspaceKey::open_or_create(&path, true)?)
}

/// Brings what is found across records up to date with the corrected ones.
pub(super) fn look_across(
    workspace: &Workspace,
    pack: &CompiledPack,
    published: &mut Published,
) -> Result<(), CorrectError> {
    let places = Places {
        lake: &workspace.lake(),
        rejects: &workspace.rejects(),
        key_file: &workspace.key_file(),
    };
    let request = AcrossRequest {
        scope: &Scope::All,
        across: &pack.across,
        scheme: &workspace.config().scheme,
        months: &published.months,
        version: published.version,
        when_locked: WhenLocked::Wait,
    };
    let updated = update(places, &request)?;
    published.months.extend(updated.months);
    published.months.sort();
    published.months.dedup();
    published.as_of = published.as_of.max(updated.as_of);
    Ok(())
}

/// What records are grouped and checked with.
struct Setting<'a> {
    scheme: LoadedScheme,
    weights: Option<biaochi_packs::WeightTable>,
    translate: bool,
    pack: Option<&'a CompiledPack>,
}

#[derive(Deserialize)]
struct Scheme {
    scheme: String,
}

impl<'a> Setting<'a> {
    /// As the workspace says, and with the scheme that the records' months were imported with.
    fn load(
        workspace: &Workspace,
        content: &Content,
        records: &[StoredRecord],
        pack: Option<&'a CompiledPack>,
    ) -> Result<Self, CorrectError> {
        let config = workspace.config();
        let mut organisations: Vec<String> = records
            .iter()
            .map(|record| quoted(&record.page.organisation_code))
            .collect();
        organisations.sort();
        organisations.dedup();
        let keys = records
            .iter()
            .take(1)
            .map(|record| quoted(&record.record_key));
        let sql = format!(
            "select distinct scheme from grouping where organisation_code in ({}) and record_key in ({})",
            organisations.join(", "),
            keys.collect::<Vec<_>>().join(", ")
        );
        let stored: Vec<Scheme> = rows(workspace, content, &sql)?;
        let scheme = stored.first().map_or(&config.scheme, |row| &row.scheme);
        let weights = match &config.weights {
            Some(name) => Some(content.weights(name, scheme)?),
            None => None,
        };
        Ok(Self {
            scheme: content.scheme(scheme)?,
            weights,
            translate: config.translate,
            pack,
        })
    }

    fn content_hash(&self) -> String {
        let set = self.pack.map(|pack| pack.checks.set());
        set.map_or_else(String::new, |set| set.content_hash.clone())
    }

    /// Encodes records and hands them to the loader.
    fn encode(
        &self,
        key: &WorkspaceKey,
        mut records: Vec<StoredRecord>,
        loader: &Loader,
        counts: &mut Counts,
    ) -> Result<(), CorrectError> {
        let weight = |drg: &str| self.weights.as_ref().and_then(|table| table.get(drg));
        let weights = self.weights.as_ref().map(|table| ImportWeights {
            id: &table.provenance.id,
            content_hash: &table.provenance.content_hash,
            weight: &weight,
        });
        let checks = self.pack.map(|pack| &pack.checks);
        let (scheme, translate) = (&self.scheme, self.translate);
        let mut encoder = RowEncoder::new(key, scheme, translate, weights, checks);
        let origin = |record: &StoredRecord| {
            (
                record.import_id.clone(),
                record.file.clone(),
                record.layout.clone(),
            )
        };
        // A batch has one source, and the corrected record keeps its own.
        records.sort_by_key(origin);
        let mut ticket = 0;
        for same in records.chunk_by(|a, b| origin(a) == origin(b)) {
            for some in same.chunks(ROWS_AT_ONCE) {
                let first = &some[0];
                if let Some(at) = import_id::began(&first.import_id) {
                    encoder.came_in(at);
                }
                for StoredRecord { page, row, .. } in some {
                    match encoder.push(page, *row) {
                        Some(true) => counts.grouped += 1,
                        _ => counts.not_grouped += 1,
                    }
                }
                let rows = encoder.finish(Source {
                    import_id: &first.import_id,
                    file: &first.file,
                    layout: &first.layout,
                })?;
                loader.push(ticket, &rows)?;
                ticket += 1;
            }
        }
        Ok(())
    }
}
