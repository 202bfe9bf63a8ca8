//! Corrections that are certain: listed from the lake or a file, or made.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use biaochi_checks::{SuggestionKind, suggest};
use biaochi_domain::{Language, Localized, Month};
use biaochi_ingest::{Input, ReadOptions, Row, RowEditor, RowParser, TidyKind};
use biaochi_records::{FrontPage, Layout, Sensitivity};
use biaochi_warehouse::load::read_records;
use biaochi_warehouse::open_lake;

use super::amend::{Amended, Among, Corrector, Planned, amend};
use super::codes::PackCodes;
use super::desk::lake_key;
use super::record::{importable, layout_of, partitions};
use super::sets::checked;
use super::values::{Place, put, text_of};
use super::{CorrectError, UNREADABLE};
use crate::runtime::block_on;
use crate::{Compiled, Content, Workspace};

/// Why a correction is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The page itself says so.
    Page(SuggestionKind),
    /// The value is right and written otherwise than the layout asks. Only files have such.
    Form(TidyKind),
}

impl Kind {
    /// Word for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Page(kind) => kind.id(),
            Self::Form(TidyKind::Padding) => "padding",
            Self::Form(TidyKind::DateForm) => "date_form",
            Self::Form(TidyKind::NumberForm) => "number_form",
            Self::Form(TidyKind::Word) => "word",
        }
    }
}

impl Localized for Kind {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Page(kind) => return kind.text(language),
            Self::Form(TidyKind::Padding) => ("前后空格", "blanks around the value"),
            Self::Form(TidyKind::DateForm) => ("日期写法", "form of the date"),
            Self::Form(TidyKind::NumberForm) => ("数字写法", "form of the number"),
            Self::Form(TidyKind::Word) => ("文字代替了代码", "word instead of a code"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// A certain correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggested {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub before: Option<String>,
    /// What should.
    pub after: Option<String>,
    /// Why.
    pub kind: Kind,
}

impl Suggested {
    /// A value as people may see it: direct identifiers are masked.
    pub fn shown(&self, text: Option<&str>) -> String {
        shown_text(self.place, text)
    }
}

/// A value as people may see it: direct identifiers are masked.
pub fn shown_text(place: Place, text: Option<&str>) -> String {
    match text {
        None => String::new(),
        Some(UNREADABLE) => "（读不出）".to_owned(),
        Some(_) if place.field.info().sensitivity == Sensitivity::Direct => "***".to_owned(),
        Some(text) => text.to_owned(),
    }
}

/// A record that could be corrected with certainty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuggestedRecord {
    /// The hospital; empty when a file does not say it.
    pub organisation_code: String,
    /// The record's key, empty for a record without one.
    pub record_key: String,
    /// Row of the file in which it was delivered.
    pub row: u64,
    /// 病案号.
    pub medical_record_number: String,
    /// What to correct.
    pub suggestions: Vec<Suggested>,
}

/// What the page itself says about its values.
fn of_page(page: &FrontPage, layout: Layout, codes: &PackCodes<'_>) -> Vec<Suggested> {
    let known = |set: &'static str, code: &str| biaochi_checks::KnownCodes::has(codes, set, code);
    let found = suggest(page, layout, codes).into_iter();
    found
        .filter_map(|suggestion| {
            let place = Place {
                field: suggestion.field,
                index: suggestion.index,
            };
            let mut scratch = FrontPage::default();
            scratch
                .set(place.field, place.index, suggestion.value)
                .ok()?;
            let text = text_of(&scratch, place)?;
            // What the layout or its value sets cannot hold is not certain.
            let set = checked(place, &text, layout, &known).ok()?;
            Some(Suggested {
                place,
                before: text_of(page, place),
                after: set.text,
                kind: Kind::Page(suggestion.kind),
            })
        })
        .collect()
}

/// The page with what was suggested; `None` when nothing is, or when an import would reject it.
fn with(page: &FrontPage, layout: Layout, suggestions: &[Suggested]) -> Option<FrontPage> {
    if suggestions.is_empty() {
        return None;
    }
    let mut corrected = page.clone();
    for one in suggestions {
        put(&mut corrected, one.place, one.after.as_deref()).ok()?;
    }
    importable(&corrected, layout).is_ok().then_some(corrected)
}

/// What is certain about one page of a layout.
pub fn suggest_for(content: &Compiled, page: &FrontPage, layout: Layout) -> Vec<Suggested> {
    let codes = PackCodes::with(content.content(), content.known_codes());
    let suggestions = of_page(page, layout, &codes);
    match with(page, layout, &suggestions) {
        Some(_) => suggestions,
        None => Vec::new(),
    }
}

/// Lists what is certain about records of the lake; gives the number of records looked at.
pub fn suggest_in_lake(
    workspace: &Workspace,
    content: &Content,
    organisation: Option<&str>,
    month: Option<Month>,
    take: &mut dyn FnMut(SuggestedRecord),
) -> Result<u64, CorrectError> {
    let codes = PackCodes::new(content);
    let lake = open_lake(&workspace.lake())?;
    let mut looked_at = 0;
    for (organisation, month) in partitions(workspace, content, organisation, month)? {
        block_on(async {
            let publication = lake.newest().await?;
            // Read behind the version, so that it has the keys that sealed that.
            let key = lake_key(workspace)?;
            let each = |stored: biaochi_warehouse::tables::StoredRecord| {
                looked_at += 1;
                let layout = layout_of(&stored.layout);
                let suggestions = of_page(&stored.page, layout, &codes);
                if with(&stored.page, layout, &suggestions).is_some() {
                    take(SuggestedRecord {
                        organisation_code: organisation.clone(),
                        record_key: stored.record_key,
                        row: stored.row,
                        medical_record_number: stored.page.medical_record_number.to_string(),
                        suggestions,
                    });
                }
                Ok::<(), CorrectError>(())
            };
            let partition = (organisation.as_str(), month.as_str());
            read_records(&lake, &publication, &key, partition, |_| true, each).await
        })?;
    }
    Ok(looked_at)
}

/// Lists what is certain about records of a file, and which of its values are written otherwise than the
/// layout asks; gives the number of records looked at.
pub fn suggest_in_file(
    content: &Content,
    path: &Path,
    take: &mut dyn FnMut(SuggestedRecord),
) -> Result<u64, CorrectError> {
    let codes = PackCodes::new(content);
    let file = File::open(path).map_err(|source| CorrectError::Open {
        path: path.to_owned(),
        source,
    })?;
    let options = ReadOptions {
        require_key: false,
        ..ReadOptions::default()
    };
    let mut input = Input::open(&path.display().to_string(), file, &options)?;
    let mut looked_at = 0;
    while let Some(mut table) = input.next_table()? {
        let header = Arc::clone(table.header());
        let mut parser = RowParser::new(&header);
        let mut editor = RowEditor::new(&header);
        while let Some(block) = table.next_block()? {
            parser.parse(&block, |row| {
                let Row::Record {
                    page, line, raw, ..
                } = row
                else {
                    return;
                };
                looked_at += 1;
                let mut suggestions = of_page(page, header.layout, &codes);
                let forms = editor.edit(page, page, raw, true).tidied.into_iter();
                suggestions.extend(forms.map(|tidied| Suggested {
                    place: Place {
                        field: tidied.field,
                        index: tidied.index,
                    },
                    before: Some(tidied.before),
                    after: Some(tidied.after),
                    kind: Kind::Form(tidied.kind),
                }));
                if !suggestions.is_empty() {
                    let key = page.key();
                    take(SuggestedRecord {
                        organisation_code: page.organisation_code.to_string(),
                        record_key: key.map_or_else(String::new, |key| {
                            biaochi_warehouse::tables::record_key(&key)
                        }),
                        row: line,
                        medical_record_number: page.medical_record_number.to_string(),
                        suggestions,
                    });
                }
            });
        }
    }
    Ok(looked_at)
}

/// Makes the certain corrections of a month, all or none.
pub fn apply_suggestions(
    corrector: Corrector<'_>,
    organisation: Option<&str>,
    month: Month,
) -> Result<Amended, CorrectError> {
    let Corrector {
        workspace, content, ..
    } = corrector;
    let codes = PackCodes::new(content);
    let partitions = partitions(workspace, content, organisation, Some(month))?;
    amend(corrector, &partitions, Among::All, |standing| {
        let layout = layout_of(&standing.stored.layout);
        let suggestions = of_page(standing.page, layout, &codes);
        let Some(page) = with(standing.page, layout, &suggestions) else {
            return Ok(None);
        };
        let mut kinds: Vec<Kind> = suggestions.iter().map(|one| one.kind).collect();
        kinds.sort();
        kinds.dedup();
        let kinds: Vec<String> = kinds.iter().map(|kind| kind.text(Language::Zh)).collect();
        Ok(Some(Planned {
            page,
            reason: format!("自动更正：{}", kinds.join("、")),
            checks: Vec::new(),
            based_on: None,
        }))
    })
}
