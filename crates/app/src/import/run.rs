//! The course of an import, from the files to the publication.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use biaochi_domain::Localized as _;
use biaochi_ingest::{Block, Header, Input, ReadOptions, RowBlocks};
use biaochi_records::{Field, Layout};
use biaochi_store::Scope;
use biaochi_warehouse::lake::{Counts, ImportRecord, Lake, LakeWriter, Publication, SourceFile};
use biaochi_warehouse::load::{LoadLimits, Loader, ReplacedMonth};
use biaochi_warehouse::{
    ParquetRows, WarehouseError, WorkspaceKey, WriterLock, holds_records, open_lake,
};
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;

use super::rejects::Rejects;
use super::sources::{self, HashingFile, Source};
use super::work::{Piece, Setting, Table, Worked, Worker};
use super::{
    Bounds, Cancel, FewerRecords, ImportError, ImportRequest, Imported, Places, Progress, Stage,
};
use crate::import_id;
use crate::ordered::feed_in_order;

/// Bytes of text in a block: enough rows that a batch of columns is worth its overhead.
const BLOCK_BYTES: usize = 4 << 20;
/// Imports that are searched for the same files.
const REMEMBERED: usize = 1000;

/// Imports the files of a request: everything, in one publication, or nothing.
///
/// `progress` is told after every block, on any thread. Setting `cancel` ends the import without
/// effect. Must not be called from an asynchronous task: it blocks until done.
pub fn import(
    places: Places<'_>,
    request: &ImportRequest<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &Cancel,
) -> Result<Imported, ImportError> {
    import_within(places, request, Bounds::default(), progress, cancel)
}

/// The same for somebody who may deliver records of some institutions only: a file that has others is refused as a
/// whole, since it would take the place of their months.
///
/// # Errors
/// As [`import`], and [`ImportError::BeyondScope`].
pub fn import_within(
    places: Places<'_>,
    request: &ImportRequest<'_>,
    bounds: Bounds<'_>,
    progress: &(dyn Fn(Progress) + Sync),
    cancel: &Cancel,
) -> Result<Imported, ImportError> {
    let began = Instant::now();
    let scope = bounds.scope;
    let mut sources = sources::expand(request.paths)?;
    if bounds.bare_names {
        sources.iter_mut().for_each(Source::bare);
    }
    let sources = sources;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(ImportError::Runtime)?;
    let lake = open_lake(places.lake)?;
    let lock = WriterLock::acquire(&places.lake.join("write.lock"), request.when_locked)?;
    let key = WorkspaceKey::open_or_create(places.key_file, holds_records(places.lake))?;
    let import_id = import_id::new();
    let writer = runtime.block_on(LakeWriter::begin(&lake, lock, import_id.clone()))?;
    let content_hash = content_hash(request);
    match runtime.block_on(find_same(&lake, request, &sources, &content_hash)) {
        Ok(Some(Publication {
            version,
            record: Some(record),
        })) => {
            runtime.block_on(writer.abandon());
            within(scope, &record.partitions)?;
            return Ok(Imported {
                version,
                record,
                already_there: true,
                rejects: None,
                notices: Vec::new(),
                duration: began.elapsed(),
            });
        }
        Ok(_) => {}
        Err(error) => {
            runtime.block_on(writer.abandon());
            return Err(error);
        }
    }
    let mut rejects = Rejects::new(places.rejects, &import_id, request.language);
    let course = Course {
        request,
        sources: &sources,
        key: &key,
        import_id: &import_id,
        scope,
        progress,
        cancel,
    };
    let imported = course.run(&runtime, writer, &mut rejects, content_hash, began);
    if imported.is_err() {
        rejects.discard();
    }
    imported
}

/// Refuses months of institutions outside a scope.
fn within(scope: &Scope, months: &[(String, String)]) -> Result<(), ImportError> {
    let mut beyond: Vec<String> = months
        .iter()
        .filter(|(code, _)| !scope.allows(code))
        .map(|(code, _)| code.clone())
        .collect();
    beyond.sort();
    beyond.dedup();
    match beyond.is_empty() {
        true => Ok(()),
        false => Err(ImportError::BeyondScope {
            organisations: beyond,
        }),
    }
}

/// Refuses months that would be left with far fewer records.
fn enough(replaced: &[ReplacedMonth]) -> Result<(), ImportError> {
    let months: Vec<FewerRecords> = replaced.iter().filter_map(FewerRecords::of).collect();
    match months.is_empty() {
        true => Ok(()),
        false => Err(ImportError::Fewer { months }),
    }
}

/// What does not change during an import.
struct Course<'a> {
    request: &'a ImportRequest<'a>,
    sources: &'a [Source],
    key: &'a WorkspaceKey,
    import_id: &'a str,
    scope: &'a Scope,
    progress: &'a (dyn Fn(Progress) + Sync),
    cancel: &'a Cancel,
}

/// What adds up over the blocks, in their order.
#[derive(Default)]
struct Totals {
    counts: Counts,
    progress: Progress,
}

/// What is known of the files once they are read.
#[derive(Default)]
struct FilesRead {
    files: Vec<SourceFile>,
    notices: Vec<String>,
}

impl Course<'_> {
    fn run(
        &self,
        runtime: &Runtime,
        writer: LakeWriter,
        rejects: &mut Rejects,
        content_hash: String,
        began: Instant,
    ) -> Result<Imported, ImportError> {
        let loader = Loader::new(writer, runtime.handle().clone(), LoadLimits::default());
        let mut totals = Totals::default();
        totals.progress.total_bytes = self.sources.iter().map(|source| source.bytes).sum();
        let reading = tracing::info_span!(target: "traces", "import.read");
        let read = reading.in_scope(|| {
            self.read_all(&loader, rejects, &mut totals)
                .and_then(|read| Ok((read, rejects.finish()?)))
        });
        let (read, rejects) = match read {
            Ok(read) => read,
            Err(error) => {
                loader.abandon();
                return Err(error);
            }
        };
        self.tell(&mut totals.progress, Stage::Comparing);
        let merging = tracing::info_span!(target: "traces", "import.merge");
        let loaded = merging.in_scope(|| loader.finish(self.request.mode))?;
        if self.cancel.load(Ordering::Relaxed) {
            runtime.block_on(loaded.abandon());
            return Err(WarehouseError::Cancelled.into());
        }
        let fits = within(self.scope, &loaded.partitions);
        let fits = fits.and_then(|()| match self.request.allow_fewer {
            true => Ok(()),
            false => enough(&loaded.replaced),
        });
        if let Err(error) = fits {
            runtime.block_on(loaded.abandon());
            return Err(error);
        }
        self.tell(&mut totals.progress, Stage::Publishing);
        let record = ImportRecord {
            import_id: self.import_id.to_owned(),
            published_at: 0,
            mode: self.request.mode,
            files: read.files,
            counts: Counts {
                came: loaded.counts.came,
                went: loaded.counts.went,
                changed: loaded.counts.changed,
                unchanged: loaded.counts.unchanged,
                ..totals.counts
            },
            partitions: loaded.partitions.clone(),
            scheme: self.request.scheme.info.id.clone(),
            content_hash,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            table_versions: BTreeMap::new(),
        };
        let publishing = tracing::info_span!(target: "traces", "import.publish");
        let published = publishing.in_scope(|| runtime.block_on(loaded.publish(record)))?;
        let Publication {
            version,
            record: Some(record),
        } = published
        else {
            return Err(WarehouseError::Cancelled.into());
        };
        Ok(Imported {
            version,
            record,
            already_there: false,
            rejects,
            notices: read.notices,
            duration: began.elapsed(),
        })
    }

    /// Works the blocks of all files through, on all threads.
    fn read_all(
        &self,
        loader: &Loader,
        rejects: &mut Rejects,
        totals: &mut Totals,
    ) -> Result<FilesRead, ImportError> {
        let setting = Setting {
            loader,
            request: self.request,
            key: self.key,
            import_id: self.import_id,
        };
        let mut read = FilesRead::default();
        feed_in_order(
            |give| {
                let mut reader = Reader {
                    course: self,
                    read: &mut read,
                    layouts: Vec::new(),
                    ticket: 0,
                    give,
                };
                let given = reader.read_files();
                if matches!(
                    given,
                    Err(ImportError::Warehouse(WarehouseError::Cancelled))
                ) {
                    loader.stop();
                }
                given
            },
            || {
                let mut worker = Worker::new(setting);
                move |piece: Piece| worker.work(&piece)
            },
            |worked: Result<Worked, WarehouseError>| self.take(worked?, rejects, totals),
        )?;
        Ok(read)
    }

    /// Says that something else is being done from now on.
    fn tell(&self, progress: &mut Progress, stage: Stage) {
        progress.stage = stage;
        (self.progress)(*progress);
    }

    fn options(&self) -> ReadOptions {
        ReadOptions {
            organisation_code: self.request.organisation.unwrap_or_default().into(),
            known_code: self.request.known_code.clone(),
            block_size: BLOCK_BYTES,
            ..ReadOptions::default()
        }
    }

    fn take(
        &self,
        worked: Worked,
        rejects: &mut Rejects,
        totals: &mut Totals,
    ) -> Result<(), ImportError> {
        rejects.write(&worked.table.name, &worked.noted)?;
        let (counts, block) = (&mut totals.counts, worked.counts);
        counts.read += block.read;
        counts.rejected += block.rejected;
        counts.duplicates += block.duplicates;
        counts.problems += block.problems;
        counts.grouped += block.grouped;
        counts.not_grouped += block.not_grouped;
        totals.progress.bytes += block.bytes;
        totals.progress.rows += block.read;
        (self.progress)(totals.progress);
        Ok(())
    }
}

/// Reads the files one after another and gives their blocks to the workers.
struct Reader<'a> {
    course: &'a Course<'a>,
    read: &'a mut FilesRead,
    /// Layouts met in the file at hand.
    layouts: Vec<&'static str>,
    ticket: u64,
    /// `false` when nobody takes blocks any more.
    give: &'a mut dyn FnMut(Piece) -> bool,
}

impl Reader<'_> {
    fn read_files(&mut self) -> Result<(), ImportError> {
        for source in self.course.sources {
            let failed = |error| ImportError::Open {
                path: source.path.clone(),
                source: error,
            };
            let sha256 = if sources::is_parquet(&source.path).map_err(failed)? {
                self.read_parquet(source)?;
                sources::sha256(&source.path).map_err(failed)?
            } else {
                let (file, hashed) = HashingFile::new(File::open(&source.path).map_err(failed)?);
                let mut input = Input::open(&source.name(), file, &self.course.options())?;
                while let Some(mut table) = input.next_table()? {
                    let (name, header) = (table.name().to_owned(), Arc::clone(table.header()));
                    self.read(name, &header, || Ok(table.next_block()?))?;
                }
                sources::finish_hash(&hashed, source).map_err(failed)?
            };
            let layout = self.layouts.join(",");
            self.layouts.clear();
            let (name, bytes) = (source.name(), source.bytes);
            self.read.files.push(SourceFile {
                name,
                bytes,
                sha256,
                layout,
            });
        }
        Ok(())
    }

    fn read_parquet(&mut self, source: &Source) -> Result<(), ImportError> {
        let name = source.name();
        let mut rows = ParquetRows::open(&name, &source.path)?;
        let options = self.course.options();
        let mut blocks = RowBlocks::new(&name, rows.headings(), 1, false, &options)?;
        let header = blocks.header();
        let (mut ready, mut more) = (VecDeque::new(), true);
        self.read(name, &header, || {
            while ready.is_empty() && more {
                more = rows.next_rows(|value| match value {
                    Some(text) => blocks.value(text),
                    None => ready.extend(blocks.end_row()),
                })?;
                if !more {
                    ready.extend(blocks.finish());
                }
            }
            Ok(ready.pop_front())
        })
    }

    /// Gives the blocks of a table.
    fn read(
        &mut self,
        name: String,
        header: &Arc<Header>,
        mut next_block: impl FnMut() -> Result<Option<Block>, ImportError>,
    ) -> Result<(), ImportError> {
        let Course {
            request, cancel, ..
        } = *self.course;
        match header.layout {
            Layout::Cases => return Err(ImportError::CaseLayout { file: name }),
            Layout::N041 if !names_organisation(header, request) => {
                return Err(ImportError::NoOrganisation { file: name });
            }
            layout if !self.layouts.contains(&layout.id()) => self.layouts.push(layout.id()),
            _ => {}
        }
        let notices = header.notices.iter();
        let notices = notices.map(|notice| format!("{name}: {}", notice.text(request.language)));
        self.read.notices.extend(notices);
        let header = Arc::clone(header);
        let table = Arc::new(Table { name, header });
        loop {
            if cancel.load(Ordering::Relaxed) {
                return Err(WarehouseError::Cancelled.into());
            }
            let Some(block) = next_block()? else {
                return Ok(());
            };
            let piece = Piece {
                ticket: self.ticket,
                table: Arc::clone(&table),
                block,
            };
            self.ticket += 1;
            if !(self.give)(piece) {
                // Taking failed; its error ends the import.
                return Err(WarehouseError::Cancelled.into());
            }
        }
    }
}

/// Whether the records of an N041 file, which has no column for it, still get an organisation: from
/// the request, or from a column that was added to the layout.
fn names_organisation(header: &Header, request: &ImportRequest<'_>) -> bool {
    let mut columns = Layout::Tcm2019
        .columns()
        .iter()
        .chain(Layout::Hqms811.columns());
    request.organisation.is_some_and(|code| !code.is_empty())
        || columns.any(|column| {
            column.field == Field::OrganisationCode
                && header.headings.iter().any(|heading| heading == column.name)
        })
}

/// Hash of what the result depends on besides the files.
fn content_hash(request: &ImportRequest<'_>) -> String {
    let mut hash = Sha256::new();
    let info = &request.scheme.info;
    let weights = request.weights.map_or("", |weights| weights.content_hash);
    let translate = if request.translate { "translated" } else { "" };
    for part in [
        info.id.as_str(),
        &info.content_hash,
        weights,
        translate,
        request.organisation.unwrap_or(""),
        request
            .checks
            .map_or("", |checks| checks.set().content_hash.as_str()),
    ] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The import that brought the very same files with the same result, if nothing touched its months
/// since.
async fn find_same(
    lake: &Lake,
    request: &ImportRequest<'_>,
    sources: &[Source],
    content_hash: &str,
) -> Result<Option<Publication>, ImportError> {
    let mut sizes: Vec<u64> = sources.iter().map(|source| source.bytes).collect();
    sizes.sort_unstable();
    let mut hashes: Option<Vec<String>> = None;
    let mut touched = HashSet::new();
    for publication in lake.history(REMEMBERED).await? {
        let Some(record) = &publication.record else {
            continue;
        };
        let current = record
            .partitions
            .iter()
            .all(|partition| !touched.contains(partition));
        let mut there: Vec<u64> = record.files.iter().map(|file| file.bytes).collect();
        there.sort_unstable();
        // Files are only hashed beforehand when there is something of their sizes to compare with.
        if current
            && record.mode == request.mode
            && record.content_hash == content_hash
            && there == sizes
        {
            let mine = match &mut hashes {
                Some(hashes) => hashes,
                none => none.insert(all_hashes(sources)?),
            };
            let mut theirs: Vec<_> = record
                .files
                .iter()
                .map(|file| file.sha256.clone())
                .collect();
            theirs.sort_unstable();
            if *mine == theirs {
                return Ok(Some(publication));
            }
        }
        touched.extend(record.partitions.iter().cloned());
    }
    Ok(None)
}

fn all_hashes(sources: &[Source]) -> Result<Vec<String>, ImportError> {
    let mut hashes = Vec::with_capacity(sources.len());
    for source in sources {
        let hash = sources::sha256(&source.path);
        let failed = |error| ImportError::Open {
            path: source.path.clone(),
            source: error,
        };
        hashes.push(hash.map_err(failed)?);
    }
    hashes.sort_unstable();
    Ok(hashes)
}
