//! Filled files into drafts.

use std::path::Path;

use biaochi_datasets::{DataSet, Delivered, dataset_of, read_form, template_of};
use biaochi_packs::datasets::LoadedDataSet;
use biaochi_store::{Actor, Filling, RecordedSubmissions, Scope, Store, Submission, SubmissionKey};
use biaochi_warehouse::WhenLocked;
use biaochi_warehouse::datasets::CompiledRules;

use super::asked::Asked;
use super::judge::{Keyed, earlier, fillings};
use super::{CompiledDataSets, DataSetError, Published, json, publish_approved};
use crate::Workspace;
use crate::runtime::block_on;

/// What the command line says about a file, where the file itself does not.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportRequest<'a> {
    /// Id of the data set.
    pub dataset: Option<&'a str>,
    /// Whose it is.
    pub organisation: Option<&'a str>,
    /// For when.
    pub period: Option<&'a str>,
    /// Why approved values are filled in again.
    pub comment: &'a str,
}

/// A file and its content.
#[derive(Debug, Clone)]
pub struct ImportedFile<'a> {
    /// Its name, as messages show it.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

impl ImportedFile<'_> {
    /// The name of a path without its folders.
    pub fn name_of(path: &Path) -> String {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// What a file became.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Id of the data set.
    pub dataset: String,
    /// The drafts, with what is wrong with them.
    pub drafts: Vec<Submission>,
}

/// Reads a filled file – workbook, CSV or JSON – and stores every form in it as a draft, all or none. A
/// form with faults is a draft with its findings: nothing of it is lost.
pub fn import(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    scope: &Scope,
    actor: &str,
    request: &ImportRequest<'_>,
    file: &ImportedFile<'_>,
) -> Result<Imported, DataSetError> {
    let (loaded, rules, forms) = read(sets, request, file)?;
    let asked = Asked::open(workspace)?;
    asked.check(&loaded.set, file.name, &forms)?;
    let drafts = with_store(workspace, async |store| {
        let fillings = judged(
            store,
            scope,
            (loaded, rules),
            (&forms, &asked),
            file.name,
            request.comment,
        )
        .await?;
        Ok(store.fill(scope, &Actor::now(actor), &fillings).await?)
    })?;
    Ok(Imported {
        dataset: loaded.set.id.clone(),
        drafts,
    })
}

/// What files that were approved elsewhere became.
#[derive(Debug, Clone, Default)]
pub struct Approved {
    /// Submissions that count now.
    pub approved: u64,
    /// Those with faults, which stay as drafts.
    pub drafts: Vec<Submission>,
    /// Those that say what is approved already.
    pub unchanged: u64,
    /// The publication of their values, if anything changed.
    pub published: Option<Published>,
}

/// Takes files in that were approved elsewhere – past years, another system – and publishes their values
/// with one commit. What has faults stays as a draft.
pub fn import_approved(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    (filler, approver): (&str, &str),
    request: &ImportRequest<'_>,
    files: &[ImportedFile<'_>],
    when_locked: WhenLocked,
) -> Result<Approved, DataSetError> {
    let scope = Scope::All;
    let (filler, approver) = (Actor::now(filler), Actor::now(approver));
    let mut approved = Approved::default();
    let asked = Asked::open(workspace)?;
    with_store(workspace, async |store| {
        for file in files {
            let (loaded, rules, forms) = read(sets, request, file)?;
            asked.check(&loaded.set, file.name, &forms)?;
            let fillings = judged(
                store,
                &scope,
                (loaded, rules),
                (&forms, &asked),
                file.name,
                request.comment,
            )
            .await?;
            let recorded = store
                .record_approved(&scope, &filler, &approver, &fillings)
                .await?;
            let RecordedSubmissions {
                approved: new,
                drafts,
                unchanged,
            } = recorded;
            approved.approved += new.len() as u64;
            approved.drafts.extend(drafts);
            approved.unchanged += unchanged;
        }
        Ok(())
    })?;
    approved.published = publish_approved(workspace, sets, when_locked)?;
    Ok(approved)
}

/// Opens the store of a workspace and does something with it.
pub(super) fn with_store<T>(
    workspace: &Workspace,
    work: impl AsyncFnOnce(&Store) -> Result<T, DataSetError>,
) -> Result<T, DataSetError> {
    block_on(workspace.with_store(work))
}

async fn judged(
    store: &Store,
    scope: &Scope,
    set: (&LoadedDataSet, &CompiledRules),
    (forms, asked): (&[Keyed], &Asked),
    origin: &str,
    comment: &str,
) -> Result<Vec<Filling>, DataSetError> {
    let earlier = earlier(store, scope, &set.0.set, forms).await?;
    let mut fillings = fillings(set, forms, &earlier, origin, comment)?;
    for (filling, form) in fillings.iter_mut().zip(forms) {
        filling.findings.extend(asked.finding(&set.0.set, form)?);
    }
    Ok(fillings)
}

type Read<'a> = (&'a LoadedDataSet, &'a CompiledRules, Vec<Keyed>);

/// The data set of a file and its forms.
fn read<'a>(
    sets: &'a CompiledDataSets,
    request: &ImportRequest<'_>,
    file: &ImportedFile<'_>,
) -> Result<Read<'a>, DataSetError> {
    let which = || DataSetError::WhichDataSet {
        file: file.name.to_owned(),
    };
    let (loaded, rules, delivered) = if json::is_json(file.bytes) {
        let id = match request.dataset {
            Some(id) => id.to_owned(),
            None => json::dataset(file.name, file.bytes)?.ok_or_else(which)?,
        };
        let (loaded, rules) = sets.get(&id)?;
        (
            loaded,
            rules,
            json::read(&loaded.set, file.name, file.bytes)?,
        )
    } else {
        let sheets = biaochi_ingest::read_sheets(file.name, file.bytes)?;
        let id = match (request.dataset, template_of(&sheets)) {
            (Some(wanted), Some(found)) if wanted != found => {
                return Err(DataSetError::OtherTemplate {
                    file: file.name.to_owned(),
                    found: found.to_owned(),
                    wanted: wanted.to_owned(),
                });
            }
            (Some(id), _) | (None, Some(id)) => id.to_owned(),
            (None, None) => {
                let all: Vec<&DataSet> = sets.sets().map(AsRef::as_ref).collect();
                dataset_of(&sheets, &all)
                    .map(|set| set.id.clone())
                    .ok_or_else(which)?
            }
        };
        let (loaded, rules) = sets.get(&id)?;
        let delivered = read_form(&loaded.set, &sheets).map_err(|_| DataSetError::NotAForm {
            file: file.name.to_owned(),
            dataset: id,
        })?;
        (loaded, rules, delivered)
    };
    let forms = delivered
        .into_iter()
        .map(|delivered| keyed(&loaded.set, request, file.name, delivered))
        .collect::<Result<_, _>>()?;
    Ok((loaded, rules, forms))
}

/// Whose a form is and for when: as it says itself, or as the command line says.
fn keyed(
    set: &DataSet,
    request: &ImportRequest<'_>,
    file: &str,
    delivered: Delivered,
) -> Result<Keyed, DataSetError> {
    let place = delivered
        .places
        .values()
        .next()
        .cloned()
        .unwrap_or_default();
    let organisation = match (delivered.organisation.as_str(), request.organisation) {
        ("", Some(given)) => given,
        ("", None) => {
            let file = file.to_owned();
            return Err(DataSetError::NoOrganisation { file, place });
        }
        (own, None) => own,
        (own, Some(given)) if own == given => own,
        (own, Some(given)) => return Err(another(file, own, given)),
    };
    let period = |text: &str| {
        set.period(text).map_err(|problem| DataSetError::Period {
            problem,
            place: place.clone(),
        })
    };
    let period = match (delivered.period.as_str(), request.period) {
        ("", Some(given)) => period(given)?,
        ("", None) => {
            let file = file.to_owned();
            return Err(DataSetError::NoPeriod { file, place });
        }
        (own, None) => period(own)?,
        (own, Some(given)) if period(own)? == period(given)? => period(own)?,
        (own, Some(given)) => return Err(another(file, own, given)),
    };
    Ok(Keyed {
        key: SubmissionKey {
            organisation_code: organisation.to_owned(),
            dataset: set.id.clone(),
            period,
        },
        delivered,
    })
}

fn another(file: &str, found: &str, wanted: &str) -> DataSetError {
    DataSetError::Another {
        file: file.to_owned(),
        found: found.to_owned(),
        wanted: wanted.to_owned(),
    }
}
