//! What a thread does with a month: read, check, compare, write.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::Ordering;

use biaochi_warehouse::WorkspaceKey;
use biaochi_warehouse::across::AcrossFound;
use biaochi_warehouse::checks::Found;
use biaochi_warehouse::lake::LakeWriter;
use biaochi_warehouse::recheck::{CheckRows, NewResults, StoredMonth, StoredMonths, StoredResults};
use biaochi_warehouse::tables::{FindingRows, Price, encode_findings};

use super::{Difference, RecheckError, RecheckRequest};
use crate::check::BatchChecker;
use crate::grouping::Grouper;
use crate::import::Cancel;
use crate::runtime::block_on;
use crate::{beijing, import_id};

/// What checks across records found, by record.
pub(super) type AcrossByRecord = HashMap<String, Vec<AcrossFound>>;

/// Everything a worker needs besides its month.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) request: &'a RecheckRequest<'a>,
    pub(super) stored: &'a StoredMonths,
    pub(super) across: &'a AcrossByRecord,
    pub(super) key: &'a WorkspaceKey,
    pub(super) key_file: &'a Path,
    /// Takes the new findings, when they are to replace the old ones.
    pub(super) writer: Option<&'a LakeWriter>,
    pub(super) cancel: &'a Cancel,
}

/// What became of a month.
pub(super) struct Worked {
    pub(super) pages: u64,
    pub(super) difference: Difference,
    pub(super) written: Option<NewResults>,
}

/// One thread's checker.
pub(super) struct Worker<'a> {
    setting: Setting<'a>,
    checker: BatchChecker<'a>,
    grouper: Grouper<'a>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        let request = setting.request;
        let scheme = request.scheme;
        Self {
            setting,
            checker: BatchChecker::new(request.checks, &scheme.scheme, request.translate),
            grouper: Grouper::new(scheme, request.translate, request.weights),
        }
    }

    pub(super) fn work(&mut self, month: &StoredMonth) -> Result<Worked, RecheckError> {
        let Setting { stored, writer, .. } = self.setting;
        let before = block_on(stored.results(month))?;
        let records = block_on(stored.records(month))?;
        let (mut after, mut encoded) = (StoredResults::default(), Vec::new());
        for file in 0..month.record_files() {
            for rows in block_on(records.read(file))? {
                let found = self.check(&rows)?;
                after.take(&found);
                if writer.is_some() {
                    encoded.push(found);
                }
            }
        }
        let written = match writer {
            Some(writer) => Some(block_on(NewResults::write(writer, month, &encoded))?),
            None => None,
        };
        Ok(Worked {
            pages: month.pages,
            difference: Difference::of(&month.organisation_code, &before, &after),
            written,
        })
    }

    fn check(&mut self, rows: &CheckRows) -> Result<FindingRows, RecheckError> {
        let Setting {
            key,
            key_file,
            across,
            cancel,
            ..
        } = self.setting;
        if cancel.load(Ordering::Relaxed) {
            return Err(RecheckError::Cancelled);
        }
        let identities = rows.identities(key, key_file)?;
        let received_at = import_id::began(&rows.import_id).unwrap_or_else(beijing::now);
        let single =
            self.checker
                .check_stored(rows, &identities, received_at, &mut self.grouper)?;
        let (found, prices) = with_across(rows, across, single.found, single.prices);
        Ok(encode_findings(
            self.checker.set(),
            &rows.discharge,
            &found,
            &prices,
        ))
    }
}

/// Findings of single records and those across them, by row and check. The latter have no price.
fn with_across(
    rows: &CheckRows,
    across: &AcrossByRecord,
    found: Vec<Found>,
    prices: Vec<Option<Price>>,
) -> (Vec<Found>, Vec<Option<Price>>) {
    let mut all: Vec<_> = found.into_iter().zip(prices).collect();
    let single = all.len();
    for (row, key) in rows.record_keys().enumerate() {
        let own = across.get(key).into_iter().flatten();
        all.extend(own.map(|found| (found.at_row(row), None)));
    }
    if all.len() > single {
        all.sort_by_key(|(found, _)| (found.row, found.check));
    }
    all.into_iter().unzip()
}
