//! The first pass over a delivered file: which cells change.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use biaochi_ingest::{Edits, Input, ReadOptions, Row, RowEditor, RowParser};
use biaochi_records::FrontPage;
use biaochi_warehouse::tables::record_key;

use super::{Entry, ExportError, Exported, Outcome};
use crate::correct::{Chains, Difference, Kind, Place, differences};

/// A row of the file.
struct Delivered<'a> {
    page: &'a FrontPage,
    record_key: String,
    line: u64,
    raw: &'a str,
}

/// The new cells of a file; what they are is noted in `exported`.
pub(super) fn edits(
    path: &Path,
    options: &ReadOptions,
    chains: &BTreeMap<String, Chains>,
    tidy: bool,
    exported: &mut Exported,
) -> Result<Edits, ExportError> {
    let file = File::open(path).map_err(|source| ExportError::Open {
        path: path.to_owned(),
        source,
    })?;
    let mut input = Input::open(&path.display().to_string(), file, options)?;
    let mut edits = Edits::default();
    // Of rows with one key the import took the first and rejected the others.
    let mut seen = HashSet::new();
    while let Some(mut table) = input.next_table()? {
        let header = Arc::clone(table.header());
        let place = table.place().clone();
        let mut parser = RowParser::new(&header);
        let mut editor = RowEditor::new(&header);
        while let Some(block) = table.next_block()? {
            parser.parse(&block, |row| match row {
                Row::Record {
                    page,
                    line,
                    lines,
                    raw,
                    ..
                } => {
                    let record_key = page.key().map(|key| record_key(&key)).unwrap_or_default();
                    if !seen.insert(record_key.clone()) {
                        exported.rejects += 1;
                        return;
                    }
                    exported.records += 1;
                    let row = Delivered {
                        page,
                        record_key,
                        line,
                        raw,
                    };
                    let cells = row.change(chains, &mut editor, tidy, exported);
                    exported.changed_rows += u64::from(!cells.is_empty());
                    edits.add(&place, line, lines, cells);
                }
                Row::Reject { .. } => exported.rejects += 1,
            });
            edits.decoded_as(&place, block.encoding);
        }
    }
    exported.elsewhere = chains.keys().filter(|key| !seen.contains(*key)).count() as u64;
    Ok(edits)
}

impl Delivered<'_> {
    fn change(
        &self,
        chains: &BTreeMap<String, Chains>,
        editor: &mut RowEditor,
        tidy: bool,
        exported: &mut Exported,
    ) -> Vec<biaochi_ingest::CellEdit> {
        let Some(chains) = chains.get(&self.record_key) else {
            if !tidy {
                return Vec::new();
            }
            let change = editor.edit(self.page, self.page, self.raw, true);
            self.note_tidied(&change, exported);
            return change.cells;
        };
        exported.corrected += 1;
        let folded = chains.fold(self.page);
        let change = editor.edit(self.page, &folded.page, self.raw, tidy);
        let lost = |place: Place| {
            let mut unwritten = change.unwritten.iter();
            unwritten.any(|one| one.field == place.field && one.index == place.index)
        };
        for difference in differences(self.page, &folded.page) {
            let outcome = if lost(difference.place) {
                Outcome::Unwritten
            } else {
                Outcome::Written
            };
            exported
                .entries
                .push(self.entry(&difference, chains, outcome));
        }
        for place in folded.stale {
            let difference = Difference {
                place,
                before: crate::correct::text_of(self.page, place),
                after: chains.at(place).and_then(|chain| chain.last.clone()),
            };
            exported
                .entries
                .push(self.entry(&difference, chains, Outcome::Stale));
        }
        self.note_tidied(&change, exported);
        change.cells
    }

    fn entry(&self, difference: &Difference, chains: &Chains, outcome: Outcome) -> Entry {
        let chain = chains.at(difference.place);
        Entry {
            row: self.line,
            record_key: self.record_key.clone(),
            medical_record_number: self.page.medical_record_number.to_string(),
            place: difference.place,
            before: difference.before.clone(),
            after: difference.after.clone(),
            actor: chain.map_or_else(String::new, |chain| chain.actor.clone()),
            at: chain.map(|chain| chain.at),
            reason: chain.map_or_else(String::new, |chain| chain.reason.clone()),
            outcome,
        }
    }

    fn note_tidied(&self, change: &biaochi_ingest::RowChange, exported: &mut Exported) {
        for tidied in &change.tidied {
            exported.entries.push(Entry {
                row: self.line,
                record_key: self.record_key.clone(),
                medical_record_number: self.page.medical_record_number.to_string(),
                place: Place {
                    field: tidied.field,
                    index: tidied.index,
                },
                before: Some(tidied.before.clone()),
                after: Some(tidied.after.clone()),
                actor: String::new(),
                at: None,
                reason: String::new(),
                outcome: Outcome::Tidied(Kind::Form(tidied.kind)),
            });
        }
    }
}
