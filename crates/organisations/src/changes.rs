//! New rows over old ones: what comes, changes, ends and goes.

use std::collections::{BTreeSet, HashSet};

use biaochi_domain::{Language, Localized};
use jiff::civil::Date;

use crate::check::{by_key, shown};
use crate::tables::{Row, Rows, Table, with_table};

/// How delivered rows meet those that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Rows about the same thing with the same begin replace, others are added; nothing goes away.
    #[default]
    Amend,
    /// A delivered table replaces the whole of what was there.
    Replace,
}

/// What happened to one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its table.
    pub table: Table,
    /// What it is: the cells of its key.
    pub key: Vec<String>,
    /// Its name where the table has one.
    pub name: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum ChangeKind {
    /// It was not there before.
    Came,
    /// Its newest version says something else, or its history does.
    Changed { cells: Vec<CellChange> },
    /// It had no end and has one now.
    Ended { on: Date },
    /// It is not there any more, nor was it ever.
    Removed,
}

/// A cell of the newest version that says something else.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub struct CellChange {
    pub heading: &'static str,
    pub id: &'static str,
    pub before: String,
    pub after: String,
}

impl ChangeKind {
    /// `came`, `changed`, `ended` or `removed`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Came => "came",
            Self::Changed { .. } => "changed",
            Self::Ended { .. } => "ended",
            Self::Removed => "removed",
        }
    }
}

impl Localized for ChangeKind {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::Came if zh => "新增".to_owned(),
            Self::Came => "new".to_owned(),
            Self::Changed { .. } if zh => "变更".to_owned(),
            Self::Changed { .. } => "changed".to_owned(),
            Self::Ended { on } if zh => format!("终止于 {on}"),
            Self::Ended { on } => format!("ends on {on}"),
            Self::Removed if zh => "删除".to_owned(),
            Self::Removed => "removed".to_owned(),
        }
    }
}

impl Rows {
    /// Delivered rows over these. In each delivered table the delivered rows come first, in their order.
    #[must_use]
    pub fn with(&self, delivered: &Self, tables: &[Table], mode: Mode) -> Self {
        let mut rows = self.clone();
        for table in tables {
            with_table!(*table, T => {
                let mut merged = T::rows(delivered).clone();
                if mode == Mode::Amend {
                    let new: HashSet<_> = merged.iter().map(|row| (row.key(), row.span().from)).collect();
                    let own = T::rows(self).iter();
                    merged.extend(own.filter(|row| !new.contains(&(row.key(), row.span().from))).cloned());
                }
                *T::rows_mut(&mut rows) = merged;
            });
        }
        rows
    }

    /// What becomes of these rows when others take their place, table by table and in order of the keys.
    pub fn changes(&self, after: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for table in Table::ALL {
            with_table!(*table, T => compare(T::rows(self), T::rows(after), &mut changes));
        }
        changes
    }

    /// The rows of a table that the other lacks, as texts.
    pub fn missing_in(&self, other: &Self, table: Table) -> Vec<Vec<String>> {
        let there: HashSet<_> = other.cells(table).into_iter().collect();
        let mut cells = self.cells(table);
        cells.retain(|row| !there.contains(row));
        cells
    }
}

fn compare<T: Row>(before: &[T], after: &[T], changes: &mut Vec<Change>) {
    let (olds, news) = (by_key(before), by_key(after));
    let keys: BTreeSet<_> = olds.keys().chain(news.keys()).collect();
    let of = |rows: &[T], numbers: Option<&Vec<usize>>| -> Vec<T> {
        let numbers = numbers.into_iter().flatten();
        numbers.map(|number| rows[*number].clone()).collect()
    };
    for key in keys {
        let (old, new) = (of(before, olds.get(key)), of(after, news.get(key)));
        if old == new {
            continue;
        }
        let kind = match (old.last(), new.last()) {
            (None, _) => ChangeKind::Came,
            (_, None) => ChangeKind::Removed,
            (Some(old), Some(new)) => match (old.span().until, new.span().until) {
                (None, Some(on)) => ChangeKind::Ended { on },
                _ => ChangeKind::Changed {
                    cells: cells(old, new),
                },
            },
        };
        let name = T::COLUMNS.iter().position(|column| column.id == "name");
        let newest = new.last().or(old.last()).map(Row::write);
        let name = name.and_then(|at| newest?.get(at).cloned());
        changes.push(Change {
            table: T::TABLE,
            key: key.clone(),
            name: name.unwrap_or_default(),
            kind,
        });
    }
}

fn cells<T: Row>(old: &T, new: &T) -> Vec<CellChange> {
    let pairs = old.write().into_iter().zip(new.write());
    let changed = T::COLUMNS.iter().zip(pairs);
    changed
        .filter(|(_, (before, after))| before != after)
        .map(|(column, (before, after))| CellChange {
            heading: column.heading,
            id: column.id,
            before,
            after,
        })
        .collect()
}

impl Change {
    /// What it is, as messages name it: `A/0301 呼吸内科`.
    pub fn subject(&self) -> String {
        let key = shown(&self.key);
        if self.name.is_empty() {
            key
        } else {
            format!("{key} {}", self.name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{put, region};

    fn told(changes: &[Change]) -> Vec<String> {
        let tell = |change: &Change| {
            let kind = change.kind.text(Language::Zh);
            let cells = match &change.kind {
                ChangeKind::Changed { cells } => cells
                    .iter()
                    .map(|cell| format!(" {}:{}→{}", cell.heading, cell.before, cell.after))
                    .collect(),
                _ => String::new(),
            };
            format!("{} {kind}{cells}", change.subject())
        };
        changes.iter().map(tell).collect()
    }

    #[test]
    fn amending_adds_replaces_and_ends_but_never_removes() {
        let before = region();
        let mut delivered = Rows::default();
        for line in [
            "A,09,感染科,,,临床",
            "A,0301,呼吸与危重症,03,0301,临床",
            "C,02,全科,,02,临床,,,2024-06-30",
        ] {
            put(&mut delivered, Table::Departments, line);
        }
        let after = before.with(&delivered, &[Table::Departments], Mode::Amend);
        assert_eq!(
            told(&before.changes(&after)),
            [
                "A/0301 呼吸与危重症 变更 科室名称:呼吸内科→呼吸与危重症",
                "A/09 感染科 新增",
                "C/02 全科 终止于 2024-06-30",
            ]
        );
        assert_eq!(after.departments.len(), 5);
        assert_eq!(after.departments[0].code, "09");
        assert_eq!(after.missing_in(&before, Table::Departments).len(), 3);
        assert_eq!(before.missing_in(&after, Table::Departments).len(), 2);
        assert_eq!(before.changes(&before), []);
    }

    #[test]
    fn replacing_takes_the_tables_that_were_delivered() {
        let before = region();
        let mut delivered = Rows::default();
        put(&mut delivered, Table::Staff, "A,s1,,0301,医师,正高,,博士");
        let after = before.with(&delivered, &[Table::Staff], Mode::Replace);
        assert_eq!(
            told(&before.changes(&after)),
            ["A/s2 删除", "A/s3 删除", "C/s1 删除"]
        );
        assert_eq!(after.departments, before.departments);
    }

    #[test]
    fn a_new_version_is_a_change() {
        let before = region();
        let mut delivered = Rows::default();
        put(
            &mut delivered,
            Table::Divisions,
            "990121,云泽市,县,9901,2025-01-01",
        );
        let after = before.with(&delivered, &[Table::Divisions], Mode::Amend);
        assert_eq!(
            told(&before.changes(&after)),
            ["990121 云泽市 变更 区划名称:云泽县→云泽市 生效日期:→2025-01-01"]
        );
    }
}
