//! Pages become rows for the lake: the record, its group, and what the checks found in it.

use biaochi_records::FrontPage;
use biaochi_warehouse::checks::CompiledChecks;
use biaochi_warehouse::load::EncodedRows;
use biaochi_warehouse::tables::{DischargeEncoder, Source, encode_findings};
use biaochi_warehouse::{WarehouseError, WorkspaceKey};
use jiff::civil::DateTime;

use crate::LoadedScheme;
use crate::check::BatchChecker;
use crate::grouping::Grouper;
use crate::import::ImportWeights;

/// Encodes, groups and checks the pages of one batch after the other.
pub(crate) struct RowEncoder<'a> {
    discharge: DischargeEncoder,
    grouper: Grouper<'a>,
    checker: Option<BatchChecker<'a>>,
}

impl<'a> RowEncoder<'a> {
    pub(crate) fn new(
        key: &WorkspaceKey,
        scheme: &'a LoadedScheme,
        translate: bool,
        weights: Option<ImportWeights<'a>>,
        checks: Option<&'a CompiledChecks>,
    ) -> Self {
        Self {
            discharge: DischargeEncoder::new(key.clone()),
            grouper: Grouper::new(scheme, translate, weights),
            checker: checks.map(|checks| BatchChecker::new(checks, &scheme.scheme, translate)),
        }
    }

    /// The pages of the next batch did not come in now, but at this time.
    pub(crate) fn came_in(&mut self, at: DateTime) {
        if let Some(checker) = &mut self.checker {
            checker.came_in(at);
        }
    }

    /// Adds a page that was found on a row of its file and tells whether it has a group; `None`, and nothing is added,
    /// when it has no complete key.
    pub(crate) fn push(&mut self, page: &FrontPage, row: u64) -> Option<bool> {
        self.discharge.push(page, row)?;
        if let Some(checker) = &mut self.checker {
            checker.push(page);
        }
        Some(self.grouper.push(page))
    }

    /// The pages since the last batch.
    pub(crate) fn finish(&mut self, source: Source<'_>) -> Result<EncodedRows, WarehouseError> {
        let discharge = self.discharge.finish(source);
        let grouping = self.grouper.encoder.finish(&discharge.batch);
        let findings = match &mut self.checker {
            None => None,
            Some(checker) => {
                let found = checker.finish(&discharge.batch, &grouping, &mut self.grouper)?;
                let set = checker.set();
                Some(encode_findings(
                    set,
                    &discharge.batch,
                    &found.found,
                    &found.prices,
                ))
            }
        };
        Ok(EncodedRows {
            discharge,
            grouping,
            findings,
        })
    }
}
