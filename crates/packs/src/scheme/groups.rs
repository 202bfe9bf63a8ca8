//! `tables/groups.txt`: categories, entries and DRGs with their rules, in the order of trying.
//!
//! ```text
//! @groups 1
//! MDCB : dx0 in MDCB/dx
//!   BB1 : px0 in BB1/px
//!     BB11 : mcc
//!     BB13 : mcc or cc
//!     BB15 : always
//!   BQY : px0 in @valid else BQY
//!   BR1_1 BR1 : dx0 in BR1/dx
//! ```
//!
//! In a file of changes a category without a rule is opened to change its entries, and an entry or
//! category begins with a marker: `+ X after Y : …` (or `+ X first : …`) adds, `- X` removes,
//! `~ X : …` gives another rule, `~ X` with DRGs below it gives other DRGs, `= X : …` replaces
//! everything, `> X after Y` moves.

use std::sync::Arc;

use biaochi_grouper::definition::Rule;

use crate::problem::{Noun, Problem, Problems};
use crate::text::lines::{Line, Mode};
use crate::text::rule::read_rule;

/// A file and a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub file: Arc<str>,
    pub line: u32,
}

/// A rule and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlacedRule {
    pub rule: Rule,
    pub place: Place,
    /// The sets it names, with the column of each.
    pub sets: Vec<(String, u32)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CategoryNode {
    pub code: String,
    pub rule: PlacedRule,
    pub entries: Vec<EntryNode>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryNode {
    pub id: String,
    pub adrg: String,
    pub rule: PlacedRule,
    pub drgs: Vec<DrgNode>,
    pub fallback: Fallback,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DrgNode {
    pub drg: String,
    pub rule: PlacedRule,
}

/// What an entry gives when none of its DRG rules holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// As the parameter `fallback` of the scheme says.
    Usual,
    /// Nothing; the next entry is tried.
    Nothing,
    /// This code.
    Code(String),
}

/// Applies a table of groups to those of the base (none of them in [`Mode::Whole`]).
pub(crate) fn apply(
    categories: &mut Vec<CategoryNode>,
    mode: Mode,
    lines: &[Line<'_>],
    file: &Arc<str>,
    problems: &mut Problems<'_>,
) {
    if mode == Mode::Whole {
        categories.clear();
    }
    let mut reader = GroupsReader {
        categories,
        mode,
        file,
        category: None,
        entry: None,
        fresh: None,
    };
    for line in lines {
        reader.line(line, problems);
    }
}

struct GroupsReader<'a> {
    categories: &'a mut Vec<CategoryNode>,
    mode: Mode,
    file: &'a Arc<str>,
    /// Index of the category that lines belong to.
    category: Option<usize>,
    /// Index of the entry that DRG lines belong to.
    entry: Option<usize>,
    /// The entry's inherited DRGs go when the first DRG line below it comes.
    fresh: Option<usize>,
}

/// `[marker] name [second] [after X | first] [: rule [else code]]`, taken apart.
struct Head<'a> {
    marker: Option<char>,
    name: &'a str,
    second: Option<&'a str>,
    position: Option<Position<'a>>,
    rule: Option<PlacedRule>,
    fallback: Fallback,
}

#[derive(Clone, Copy)]
enum Position<'a> {
    First,
    After(&'a str),
}

impl GroupsReader<'_> {
    fn line(&mut self, line: &Line<'_>, problems: &mut Problems<'_>) {
        let Some(head) = self.head(line, problems) else {
            match line.indent {
                0 => (self.category, self.entry) = (None, None),
                2 => self.entry = None,
                _ => {}
            }
            return;
        };
        if self.mode == Mode::Whole && (head.marker.is_some() || head.position.is_some()) {
            return bad_line(line, "CODE : rule", problems);
        }
        match line.indent {
            0 => self.category_line(line, head, problems),
            2 => self.entry_line(line, head, problems),
            _ => self.drg_line(line, head, problems),
        }
    }

    fn head<'t>(&self, line: &Line<'t>, problems: &mut Problems<'_>) -> Option<Head<'t>> {
        let (marker, text) = line.marker();
        let (names, rule) = match text.split_once(" : ") {
            Some((names, rule)) => (names.trim_end(), Some(rule)),
            None => (text, None),
        };
        let words: Vec<&str> = names.split(' ').filter(|word| !word.is_empty()).collect();
        let (position, words) = match words.as_slice() {
            [rest @ .., "first"] if !rest.is_empty() => (Some(Position::First), rest),
            [rest @ .., "after", anchor] if !rest.is_empty() => {
                (Some(Position::After(anchor)), rest)
            }
            _ => (None, words.as_slice()),
        };
        let (name, second) = match words {
            [name] => (*name, None),
            [name, second] if line.indent == 2 => (*name, Some(*second)),
            _ => {
                bad_line(line, "CODE : rule", problems);
                return None;
            }
        };
        if name.contains(':') {
            bad_line(line, "CODE : rule", problems);
            return None;
        }
        let mut fallback = Fallback::Usual;
        let rule = match rule {
            None => None,
            Some(rule) => {
                let (rule, alternative) = match rule.rsplit_once(" else ") {
                    Some((rule, alternative)) if line.indent == 2 => {
                        (rule, Some(alternative.trim()))
                    }
                    _ => (rule, None),
                };
                fallback = match alternative {
                    None => Fallback::Usual,
                    Some("nothing") => Fallback::Nothing,
                    Some(code) => Fallback::Code(code.to_owned()),
                };
                Some(self.rule(line, rule, problems)?)
            }
        };
        Some(Head {
            marker,
            name,
            second,
            position,
            rule,
            fallback,
        })
    }

    fn rule<'t>(
        &self,
        line: &Line<'t>,
        text: &'t str,
        problems: &mut Problems<'_>,
    ) -> Option<PlacedRule> {
        let column = |offset: usize| line.column(text.get(offset..).unwrap_or(""));
        match read_rule(text) {
            Ok(read) => {
                let place = Place {
                    file: Arc::clone(self.file),
                    line: line.number,
                };
                let sets = read
                    .sets
                    .into_iter()
                    .map(|(set, at)| (set, column(at)))
                    .collect();
                Some(PlacedRule {
                    rule: read.rule,
                    place,
                    sets,
                })
            }
            Err(error) => {
                let expected = error.expected.to_owned();
                let problem = Problem::BadRule {
                    expected,
                    found: error.found,
                };
                problems.add(line.number, column(error.at), problem);
                None
            }
        }
    }

    fn category_line(&mut self, line: &Line<'_>, head: Head<'_>, problems: &mut Problems<'_>) {
        let there = self
            .categories
            .iter()
            .position(|category| category.code == head.name);
        (self.category, self.entry) = (there, None);
        let noun = (Noun::Category, head.name);
        match (self.mode, head.marker) {
            (Mode::Whole, _) | (Mode::Changes, Some('+')) => {
                let Some(rule) = head.rule else {
                    return bad_line(line, "MDCx : rule", problems);
                };
                if there.is_some() {
                    return already(line, self.mode, noun, problems);
                }
                let codes = self
                    .categories
                    .iter()
                    .map(|category| category.code.as_str());
                let at = match head.position {
                    None => self.categories.len(),
                    Some(position) => match index_of(codes, position) {
                        Ok(at) => at,
                        Err(anchor) => return missing(line, (Noun::Category, anchor), problems),
                    },
                };
                let node = CategoryNode {
                    code: head.name.to_owned(),
                    rule,
                    entries: Vec::new(),
                };
                self.categories.insert(at, node);
                self.category = Some(at);
            }
            (Mode::Changes, marker) => {
                let Some(at) = there else {
                    return missing(line, noun, problems);
                };
                match (marker, head.rule, head.position) {
                    (None, None, None) => {}
                    (Some('~'), Some(rule), None) => self.categories[at].rule = rule,
                    (Some('-'), None, None) => {
                        self.categories.remove(at);
                        self.category = None;
                    }
                    (Some('>'), None, Some(position)) => {
                        let node = self.categories.remove(at);
                        let codes = self
                            .categories
                            .iter()
                            .map(|category| category.code.as_str());
                        let to = index_of(codes, position).unwrap_or_else(|anchor| {
                            missing(line, (Noun::Category, anchor), problems);
                            at
                        });
                        self.categories.insert(to, node);
                        self.category = Some(to);
                    }
                    _ => bad_line(
                        line,
                        "MDCx / ~ MDCx : rule / - MDCx / > MDCx after MDCy",
                        problems,
                    ),
                }
            }
        }
    }

    fn entry_line(&mut self, line: &Line<'_>, head: Head<'_>, problems: &mut Problems<'_>) {
        self.entry = None;
        self.fresh = None;
        let Some(category) = self.category.and_then(|at| self.categories.get_mut(at)) else {
            return problems.add(line.number, 1, Problem::BadIndent);
        };
        let entries = &mut category.entries;
        let there = entries.iter().position(|entry| entry.id == head.name);
        let noun = (Noun::Group, head.name);
        let adrg = head.second.unwrap_or(head.name).to_owned();
        match (self.mode, head.marker) {
            (Mode::Whole, _) | (Mode::Changes, Some('+')) => {
                let Some(rule) = head.rule else {
                    return bad_line(line, "XX1 : rule", problems);
                };
                if there.is_some() {
                    return already(line, self.mode, noun, problems);
                }
                let at = match head.position {
                    None => entries.len(),
                    Some(position) => {
                        match index_of(entries.iter().map(|entry| entry.id.as_str()), position) {
                            Ok(at) => at,
                            Err(anchor) => return missing(line, (Noun::Group, anchor), problems),
                        }
                    }
                };
                let id = head.name.to_owned();
                let node = EntryNode {
                    id,
                    adrg,
                    rule,
                    drgs: Vec::new(),
                    fallback: head.fallback,
                };
                entries.insert(at, node);
                self.entry = Some(at);
            }
            (Mode::Changes, marker) => {
                let Some(at) = there else {
                    return missing(line, noun, problems);
                };
                match (marker, head.rule, head.position) {
                    (Some('~'), None, None) => (self.entry, self.fresh) = (Some(at), Some(at)),
                    (Some(marker @ ('~' | '=')), Some(rule), None) => {
                        let entry = &mut entries[at];
                        (entry.adrg, entry.rule, entry.fallback) = (adrg, rule, head.fallback);
                        if marker == '=' {
                            entry.drgs.clear();
                        }
                        (self.entry, self.fresh) = (Some(at), Some(at));
                    }
                    (Some('-'), None, None) => {
                        entries.remove(at);
                    }
                    (Some('>'), None, Some(position)) => {
                        let node = entries.remove(at);
                        let ids = entries.iter().map(|entry| entry.id.as_str());
                        let to = index_of(ids, position).unwrap_or_else(|anchor| {
                            missing(line, (Noun::Group, anchor), problems);
                            at
                        });
                        entries.insert(to, node);
                    }
                    _ => bad_line(line, "+ - ~ = > XX1 …", problems),
                }
            }
        }
    }

    fn drg_line(&mut self, line: &Line<'_>, head: Head<'_>, problems: &mut Problems<'_>) {
        let entry = self
            .category
            .and_then(|category| self.categories.get_mut(category))
            .zip(self.entry)
            .and_then(|(category, entry)| category.entries.get_mut(entry));
        let Some(entry) = entry else {
            return problems.add(line.number, 1, Problem::BadIndent);
        };
        if self.fresh.take().is_some() {
            entry.drgs.clear();
        }
        match head {
            Head {
                marker: None,
                position: None,
                rule: Some(rule),
                name,
                ..
            } => {
                entry.drgs.push(DrgNode {
                    drg: name.to_owned(),
                    rule,
                });
            }
            _ => bad_line(line, "XX11 : rule", problems),
        }
    }
}

fn index_of<'n, 'a>(
    names: impl Iterator<Item = &'n str>,
    position: Position<'a>,
) -> Result<usize, &'a str> {
    match position {
        Position::First => Ok(0),
        Position::After(anchor) => {
            let mut names = names;
            names
                .position(|name| name == anchor)
                .map(|at| at + 1)
                .ok_or(anchor)
        }
    }
}

fn bad_line(line: &Line<'_>, expected: &str, problems: &mut Problems<'_>) {
    let column = line.column(line.text);
    problems.add(
        line.number,
        column,
        Problem::BadLine {
            expected: expected.to_owned(),
        },
    );
}

fn missing(line: &Line<'_>, (what, name): (Noun, &str), problems: &mut Problems<'_>) {
    let column = line.column(line.text);
    problems.add(
        line.number,
        column,
        Problem::NotThere {
            what,
            name: name.to_owned(),
        },
    );
}

fn already(line: &Line<'_>, mode: Mode, (what, name): (Noun, &str), problems: &mut Problems<'_>) {
    let name = name.to_owned();
    let problem = match mode {
        Mode::Whole => Problem::Duplicate { what, name },
        Mode::Changes => Problem::AlreadyThere { what, name },
    };
    problems.add(line.number, line.column(line.text), problem);
}
