//! Groups pages for the tables.

use biaochi_grouper::definition::Level;
use biaochi_grouper::{Scheme, Status};
use biaochi_records::{CompactString, FrontPage};
use biaochi_warehouse::tables::{ComplicationRow, GroupingEncoder, GroupingRow};
use rust_decimal::Decimal;
use rustc_hash::FxHashMap;

use crate::import::ImportWeights;
use crate::{LoadedScheme, stay_of};

/// Groups pages and encodes the results.
pub(crate) struct Grouper<'a> {
    scheme: &'a Scheme,
    translate: bool,
    weights: Option<ImportWeights<'a>>,
    /// Weights met so far: a table may be slow to ask.
    known: FxHashMap<CompactString, Option<Decimal>>,
    pub(crate) encoder: GroupingEncoder,
}

impl<'a> Grouper<'a> {
    pub(crate) fn new(
        scheme: &'a LoadedScheme,
        translate: bool,
        weights: Option<ImportWeights<'a>>,
    ) -> Self {
        let info = &scheme.info;
        Self {
            scheme: &scheme.scheme,
            translate,
            weights,
            known: FxHashMap::default(),
            encoder: GroupingEncoder::new(
                &info.id,
                &info.content_hash,
                weights.map(|weights| weights.id),
            ),
        }
    }

    /// Groups a page; tells whether it has a group.
    pub(crate) fn push(&mut self, page: &FrontPage) -> bool {
        let stay = stay_of(page, self.translate);
        let grouping = self.scheme.group(&stay);
        let findings = self.scheme.complications(&stay);
        let complications: Vec<_> = findings
            .iter()
            .map(|finding| ComplicationRow {
                code: &finding.code,
                level: level(finding.level),
                counted: !finding.excluded,
                table: finding.table,
            })
            .collect();
        let weight = if grouping.status == Status::Grouped {
            self.weight(grouping.drg)
        } else {
            None
        };
        self.encoder.push(
            page,
            &GroupingRow {
                status: grouping.status.name(),
                mdc: grouping.mdc,
                adrg: grouping.adrg,
                drg: grouping.drg,
                weight,
                complications: &complications,
            },
        );
        grouping.is_grouped()
    }

    pub(crate) fn weight(&mut self, drg: &str) -> Option<Decimal> {
        let weights = self.weights?;
        if let Some(weight) = self.known.get(drg) {
            return *weight;
        }
        let weight = (weights.weight)(drg);
        self.known.insert(drg.into(), weight);
        weight
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Cc => "cc",
        Level::Mcc => "mcc",
    }
}
