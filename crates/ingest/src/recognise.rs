//! Which layout a line of headings belongs to.

use std::collections::HashMap;
use std::sync::OnceLock;

use biaochi_records::{Column, Field, Form, LAYOUTS, Layout, Need};

use crate::FileError;

/// A header that fits a layout, before it is checked.
#[derive(Debug)]
pub(crate) struct Match {
    pub(crate) layout: Layout,
    /// Columns of the layout by position in the file.
    pub(crate) columns: Vec<Option<&'static Column>>,
    /// How many columns were recognised.
    pub(crate) recognised: usize,
}

/// The layout that recognises most headings, `None` when that is fewer than three.
pub(crate) fn best_match(headings: &[String], forced: Option<Layout>) -> Option<Match> {
    let mut best: Option<(Match, usize)> = None;
    for layout in LAYOUTS
        .into_iter()
        .filter(|layout| forced.is_none_or(|forced| forced == *layout))
    {
        let names = &names()[layout as usize];
        let columns: Vec<_> = headings
            .iter()
            .map(|heading| names.get(&normal(heading)).copied())
            .collect();
        let recognised = columns.iter().flatten().count();
        let missing = missing(layout, &columns, Need::Essential).len();
        let better = best.as_ref().is_none_or(|(best, best_missing)| {
            (recognised, std::cmp::Reverse(missing))
                > (best.recognised, std::cmp::Reverse(*best_missing))
        });
        if better {
            best = Some((
                Match {
                    layout,
                    columns,
                    recognised,
                },
                missing,
            ));
        }
    }
    best.map(|(found, _)| found)
        .filter(|found| found.recognised >= 3)
}

/// The error of a file without a known header. What looks like a heading may be the first patient's
/// name or date, so only headings of a layout and short identifiers are shown.
pub(crate) fn unknown_header(file: &str, headings: &[String]) -> FileError {
    const MOST: usize = 12;
    let filled = headings.iter().map(|heading| heading.trim());
    let filled: Vec<&str> = filled.filter(|heading| !heading.is_empty()).collect();
    let shown: Vec<String> = filled
        .iter()
        .filter(|heading| is_identifier(heading) || is_known(heading))
        .take(MOST)
        .map(|&heading| heading.to_owned())
        .collect();
    FileError::UnknownHeader {
        file: file.into(),
        hidden: filled.len() - shown.len(),
        headings: shown,
    }
}

fn is_known(heading: &str) -> bool {
    let heading = normal(heading);
    names().iter().any(|names| names.contains_key(&heading))
}

/// Whether a text looks like the name of a database column: letters, digits and underscores.
fn is_identifier(text: &str) -> bool {
    text.len() <= 12
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Columns of a need that the file lacks. Only the first column of a field counts: a file need not
/// have all elements of a repeating group.
pub(crate) fn missing(
    layout: Layout,
    columns: &[Option<&'static Column>],
    need: Need,
) -> Vec<(&'static str, &'static str)> {
    let mut missing: Vec<(&'static str, &'static str)> = Vec::new();
    let mut last = None;
    for column in layout.columns() {
        let wanted = column.index == 0
            && column.field.info().needs[layout as usize] == Some(need)
            && matches!(column.form, Form::Plain | Form::List | Form::Incision)
            && last != Some(column.field);
        let found = || {
            columns
                .iter()
                .flatten()
                .any(|c| c.field == column.field && c.index == 0)
        };
        if wanted && !found() {
            missing.push((column.name, column.name_zh));
            last = Some(column.field);
        }
    }
    missing
}

/// Columns by normal heading, for each layout: the column's name, and its Chinese headings where no
/// other column of the layout shares them.
fn names() -> &'static [HashMap<String, &'static Column>; 4] {
    static NAMES: OnceLock<[HashMap<String, &'static Column>; 4]> = OnceLock::new();
    NAMES.get_or_init(|| {
        LAYOUTS.map(|layout| {
            let mut chinese: HashMap<String, Option<&'static Column>> = HashMap::new();
            for column in layout.columns() {
                let mut headings = vec![normal(column.name_zh)];
                let name = normal(column.field.info().name_zh);
                if column.index == 0 && column.form == Form::Plain && !headings.contains(&name) {
                    headings.push(name);
                }
                for heading in headings {
                    chinese
                        .entry(heading)
                        .and_modify(|known| *known = None)
                        .or_insert(Some(column));
                }
            }
            let mut names: HashMap<String, &'static Column> = chinese
                .into_iter()
                .filter_map(|(heading, column)| Some((heading, column?)))
                .collect();
            names.extend(
                layout
                    .columns()
                    .iter()
                    .map(|column| (normal(column.name), column)),
            );
            if layout == Layout::N041
                && let Some(column) = organisation_column()
            {
                names.insert(normal(column.name), column);
                names.insert(normal(column.name_zh), column);
            }
            names
        })
    })
}

/// N041 has no column for the organisation; who puts files of several together adds the one that
/// tcm2019 has.
fn organisation_column() -> Option<&'static Column> {
    let mut columns = Layout::Tcm2019.columns().iter();
    columns.find(|column| column.field == Field::OrganisationCode)
}

/// A heading without what people write differently: blanks, capitals, width of letters and brackets.
pub(crate) fn normal(heading: &str) -> String {
    crate::value_text::narrow(heading)
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}'))
        .flat_map(char::to_uppercase)
        .collect()
}
