//! The choices of hospitals as a table that people review, exchange and put under version control.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use biaochi_domain::{Language, Localized, from_spreadsheet_text, spreadsheet_text};
use biaochi_store::{
    Actor, Certainty, Choice, ChoiceFilter, ChoiceKey, Proposal, Review, Scope, Store, StoreError,
};

use super::choices::{name_of, target};
use super::table_problem::{RowFault, RowProblem, TableError};
use super::{SYSTEMS, UnifyError};
use crate::worklist::{WorklistError, with_store};
use crate::{Content, Workspace, beijing};

/// Headings in Chinese and, for programs, in English. Those of the second row may be missing.
const COLUMNS: [[&str; 2]; 12] = [
    ["机构代码", "organisation_code"],
    ["编码体系", "system"],
    ["原编码", "source_code"],
    ["原名称", "source_name"],
    ["医保版编码", "target_code"],
    ["医保版名称", "target_name"],
    ["把握", "certainty"],
    ["审核", "review"],
    ["备注", "note"],
    ["版本", "version"],
    ["操作人", "actor"],
    ["时间", "at"],
];

/// Columns without which a table cannot be read.
const NEEDED: [usize; 3] = [1, 2, 4];

/// Writes choices as CSV, one line each.
pub fn export(content: &Content, choices: &[Choice], out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS.map(|titles| titles[0]))?;
    for choice in choices {
        let key = &choice.key;
        let version = choice.version.to_string();
        let at = beijing::shown(choice.at);
        let row = [
            &*key.organisation_code,
            &key.system,
            &key.source_code,
            &key.source_name,
            &choice.target_code,
            name_of(content.codes(), &key.system, &choice.target_code),
            &choice.certainty.text(Language::Zh),
            &choice.review.text(Language::Zh),
            &choice.note,
            &version,
            &choice.actor,
            &at,
        ];
        table.write_record(row.map(|value| spreadsheet_text(value).into_owned()))?;
    }
    table.flush()
}

/// What an import did, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportSummary {
    /// Rows below the headings.
    pub rows: u64,
    /// New choices.
    pub added: u64,
    /// Choices with another target, certainty or note than before.
    pub changed: u64,
    /// Choices whose review was taken over.
    pub reviewed: u64,
    /// Rows that say what is stored already.
    pub unchanged: u64,
    /// Rows that say confirmed or withdrawn and were not taken as such.
    pub unreviewed: u64,
    /// Rows that were left out, and why.
    pub faults: Vec<RowFault>,
}

/// One row that can be used.
struct Row {
    line: u64,
    key: ChoiceKey,
    target: String,
    certainty: Certainty,
    review: Review,
    note: String,
    /// The version that it was made from, if it says so.
    version: Option<u64>,
}

/// Takes the rows of a table in, each by itself: one that cannot be used is told and left out. A row
/// replaces what is stored only when it names the stored version. With `as_reviewed`, rows that
/// say confirmed or withdrawn are taken as such; else a second person still confirms them.
pub fn import(
    workspace: &Workspace,
    content: &Content,
    actor: &str,
    organisation: Option<&str>,
    as_reviewed: bool,
    bytes: &[u8],
) -> Result<ImportSummary, TableError> {
    let text = std::str::from_utf8(bytes).map_err(|error| TableError::NotUtf8 {
        offset: error.valid_up_to(),
    })?;
    let mut summary = ImportSummary::default();
    let rows = read(text, content, organisation, &mut summary)?;
    let done = with_store(workspace, async |store| {
        take_in(store, &Actor::now(actor), rows, as_reviewed, &mut summary).await
    });
    done.map_err(UnifyError::from)?;
    summary.faults.sort_by_key(|fault| fault.line);
    Ok(summary)
}

/// The rows that can be used; the others are told.
fn read(
    text: &str,
    content: &Content,
    organisation: Option<&str>,
    summary: &mut ImportSummary,
) -> Result<Vec<Row>, TableError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut table = csv::ReaderBuilder::new()
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let head = table.headers().map_err(|error| unreadable(&error))?;
    let places = COLUMNS.map(|titles| head.iter().position(|title| titles.contains(&title)));
    let missing = NEEDED.iter().filter(|column| places[**column].is_none());
    let missing: Vec<String> = missing
        .map(|column| COLUMNS[*column][0].to_owned())
        .collect();
    if !missing.is_empty() {
        return Err(TableError::Columns { missing });
    }
    let mut rows: Vec<Row> = Vec::new();
    let mut seen: BTreeMap<ChoiceKey, u64> = BTreeMap::new();
    for record in table.records() {
        summary.rows += 1;
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error
                    .position()
                    .map_or(summary.rows + 1, csv::Position::line);
                let reason = error.to_string();
                let problem = RowProblem::Unreadable { reason };
                summary.faults.push(RowFault { line, problem });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let value = |column: usize| {
            let value = places[column].and_then(|place| record.get(place));
            from_spreadsheet_text(value.unwrap_or(""))
        };
        let read = row(line, &value, content, organisation).and_then(|row| {
            match seen.insert(row.key.clone(), line) {
                Some(earlier) => Err(RowProblem::Repeated { earlier }),
                None => Ok(row),
            }
        });
        match read {
            Ok(row) => rows.push(row),
            Err(problem) => summary.faults.push(RowFault { line, problem }),
        }
    }
    Ok(rows)
}

fn unreadable(error: &csv::Error) -> TableError {
    TableError::Read(io::Error::new(
        io::ErrorKind::InvalidData,
        error.to_string(),
    ))
}

fn row<'r>(
    line: u64,
    value: &dyn Fn(usize) -> &'r str,
    content: &Content,
    organisation: Option<&str>,
) -> Result<Row, RowProblem> {
    let organisation_code = match (value(0), organisation) {
        ("", None) => return Err(RowProblem::NoOrganisation),
        ("", Some(organisation)) => organisation,
        (own, _) => own,
    };
    let system = value(1);
    if !SYSTEMS.contains(&system) {
        let (column, value) = (COLUMNS[1][0], system.to_owned());
        return Err(RowProblem::Word { column, value });
    }
    let version = match value(9) {
        "" => None,
        text => Some(text.parse().map_err(|_| RowProblem::Version {
            value: text.to_owned(),
        })?),
    };
    Ok(Row {
        line,
        key: ChoiceKey {
            organisation_code: organisation_code.to_owned(),
            system: system.to_owned(),
            source_code: value(2).to_owned(),
            source_name: value(3).to_owned(),
        },
        target: target(content, system, value(4)).map_err(|error| RowProblem::refused(&error))?,
        certainty: word(
            6,
            value(6),
            Certainty::Certain,
            Certainty::ALL,
            Certainty::code,
        )?,
        review: word(7, value(7), Review::Proposed, Review::ALL, Review::code)?,
        note: value(8).to_owned(),
        version,
    })
}

/// A word of a column in either language or as code; a blank is the usual one.
fn word<T: Copy + Localized>(
    column: usize,
    text: &str,
    usual: T,
    all: &[T],
    code: fn(T) -> &'static str,
) -> Result<T, RowProblem> {
    if text.is_empty() {
        return Ok(usual);
    }
    let fits = |value: &&T| {
        code(**value) == text
            || value.text(Language::Zh) == text
            || value.text(Language::En) == text
    };
    all.iter().find(fits).copied().ok_or_else(|| {
        let mut shown = text.to_owned();
        let words: Vec<String> = all.iter().map(|value| value.text(Language::Zh)).collect();
        // Writing into a string cannot fail.
        let _ = write!(shown, "（可用：{}）", words.join("、"));
        RowProblem::Word {
            column: COLUMNS[column][0],
            value: shown,
        }
    })
}

async fn take_in(
    store: &Store,
    actor: &Actor,
    rows: Vec<Row>,
    as_reviewed: bool,
    summary: &mut ImportSummary,
) -> Result<(), WorklistError> {
    let mut stored: BTreeMap<String, BTreeMap<ChoiceKey, Choice>> = BTreeMap::new();
    for row in rows {
        let organisation = &row.key.organisation_code;
        let scope = Scope::one(organisation.clone());
        if !stored.contains_key(organisation) {
            let own = store.choices(&scope, &ChoiceFilter::default()).await?;
            let own = own.into_iter().map(|choice| (choice.key.clone(), choice));
            stored.insert(organisation.clone(), own.collect());
        }
        let known = stored.get(organisation).and_then(|own| own.get(&row.key));
        let line = row.line;
        match one(store, &scope, actor, row, known, as_reviewed, summary).await {
            Ok(None) => {}
            Ok(Some(problem)) => summary.faults.push(RowFault { line, problem }),
            // The value of this row, or somebody who was faster; the database itself is fine.
            Err(
                error @ (StoreError::Invalid { .. }
                | StoreError::Conflict { .. }
                | StoreError::OutOfScope { .. }),
            ) => {
                let problem = RowProblem::refused(&error);
                summary.faults.push(RowFault { line, problem });
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Takes one row in.
async fn one(
    store: &Store,
    scope: &Scope,
    actor: &Actor,
    row: Row,
    known: Option<&Choice>,
    as_reviewed: bool,
    summary: &mut ImportSummary,
) -> Result<Option<RowProblem>, StoreError> {
    let mut newest = known.cloned();
    let same = known.is_some_and(|known| {
        known.target_code == row.target
            && known.certainty == row.certainty
            && known.note == row.note.trim()
    });
    if !same {
        if let Some(known) = known.filter(|known| row.version != Some(known.version)) {
            let (stored, target) = (known.version, known.target_code.clone());
            return Ok(Some(RowProblem::Moved { stored, target }));
        }
        let proposal = Proposal {
            key: row.key.clone(),
            based_on: known.map_or(0, |known| known.version),
            target_code: row.target,
            certainty: row.certainty,
            note: row.note.clone(),
        };
        newest = Some(store.choose(scope, actor, &proposal).await?);
        if known.is_some() {
            summary.changed += 1;
        } else {
            summary.added += 1;
        }
    }
    let wanted = row.review;
    let Some(newest) =
        newest.filter(|newest| wanted != Review::Proposed && newest.review != wanted)
    else {
        summary.unchanged += u64::from(same);
        return Ok(None);
    };
    if !as_reviewed {
        summary.unreviewed += 1;
        return Ok(None);
    }
    // A review of what was there before must have been made from it.
    if same && row.version.is_some_and(|seen| seen != newest.version) {
        let (stored, target) = (newest.version, newest.target_code);
        return Ok(Some(RowProblem::Moved { stored, target }));
    }
    store
        .review(scope, actor, &row.key, newest.version, wanted, &row.note)
        .await?;
    summary.reviewed += 1;
    Ok(None)
}
