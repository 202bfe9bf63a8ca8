//! Which hospitals a unit has in a period.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_domain::{Month, Period};
use biaochi_organisations::{Directory, Filter, Rows, Unit, View};
use jiff::civil::Date;

/// Hospitals with records or entries, and what is known of institutions.
#[derive(Debug, Clone)]
pub struct Structure {
    directory: Arc<Directory>,
    /// Institutions that delivered anything, whether or not somebody described them.
    delivered: BTreeSet<String>,
    /// What was asked of the directory before; a view of a day is made from all of it.
    known: Arc<Mutex<Known>>,
}

/// Answers of the directory.
#[derive(Debug, Default)]
struct Known {
    /// The described institutions of a unit, by the last month of a period; `None` for no such unit.
    members: HashMap<(Unit, Month), Option<Arc<[String]>>>,
    /// The described institutions that words do not mean.
    left_out: HashMap<(Vec<String>, Month), Arc<BTreeSet<String>>>,
}

impl Default for Structure {
    fn default() -> Self {
        Self::new(Directory::new(Rows::default()))
    }
}

impl Structure {
    /// The structure of a directory of institutions.
    pub fn new(directory: Directory) -> Self {
        Self {
            directory: Arc::new(directory),
            delivered: BTreeSet::new(),
            known: Arc::default(),
        }
    }

    /// Institutions that delivered something.
    pub(crate) fn deliver<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) {
        self.delivered.extend(codes.into_iter().map(str::to_owned));
    }

    /// What is known of the organisations on a day.
    pub fn view(&self, day: Date) -> View<'_> {
        self.directory.as_of(day)
    }

    /// What is known of the organisations on the last day of a period.
    pub fn view_of(&self, period: Period) -> View<'_> {
        self.directory.of_period(period)
    }

    /// The institutions of a unit, with the structure of the period's last day; `None` for a unit that
    /// nobody knows. A department has its institution.
    pub fn members(&self, unit: &Unit, period: Period) -> Option<Vec<String>> {
        match unit {
            Unit::All => {
                let described = self.described(unit, period);
                let described = described.iter().flat_map(|codes| codes.iter().cloned());
                let mut all: BTreeSet<String> = described.collect();
                all.extend(self.delivered.iter().cloned());
                Some(all.into_iter().collect())
            }
            Unit::Institution(code)
            | Unit::Department {
                institution: code, ..
            } => {
                let institution = || Unit::Institution(code.clone());
                let known = self.delivered.contains(code)
                    || self.described(&institution(), period).is_some();
                known.then(|| vec![code.clone()])
            }
            Unit::Division(_) | Unit::Alliance(_) => {
                Some(self.described(unit, period)?.iter().cloned().collect())
            }
        }
    }

    /// The described institutions of a unit; `None` for a unit that nobody has described.
    fn described(&self, unit: &Unit, period: Period) -> Option<Arc<[String]>> {
        let key = (unit.clone(), period.last());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let members = known.members.entry(key).or_insert_with(|| {
            let view = self.directory.of_period(period);
            let members = view.institutions_of(unit)?;
            Some(members.iter().map(|one| one.code.to_string()).collect())
        });
        members.clone()
    }

    /// Whether an indicator with these words is asked of an institution. An institution that nobody
    /// has described is asked everything: nothing is left out silently.
    pub fn is_asked(&self, words: &[String], code: &str, period: Period) -> bool {
        if words.is_empty() {
            return true;
        }
        let key = (words.to_vec(), period.last());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let left_out = known.left_out.entry(key).or_insert_with(|| {
            let Ok(filter) = Filter::parse(words) else {
                return Arc::default();
            };
            let view = self.directory.of_period(period);
            let others = view
                .institutions()
                .filter(|one| !view.matches(&filter, &one.code));
            Arc::new(others.map(|one| one.code.to_string()).collect())
        });
        !left_out.contains(code)
    }

    /// Institutions of the same level and type; without a description, all that delivered.
    pub fn peers(&self, code: &str, period: Period) -> Vec<String> {
        let view = self.directory.of_period(period);
        match view.institution(code) {
            Some(_) => {
                let peers = view.peers(code).into_iter();
                peers.map(|one| one.code.to_string()).collect()
            }
            None => self
                .delivered
                .iter()
                .filter(|other| *other != code)
                .cloned()
                .collect(),
        }
    }

    /// What people call a unit; its written form when nobody has described it.
    pub fn name(&self, unit: &Unit, period: Period) -> String {
        let name = self.directory.of_period(period).name(unit);
        name.unwrap_or_else(|| unit.to_string())
    }

    /// Units just below a unit that values can be broken down by; hospitals for all.
    pub fn parts(&self, unit: &Unit, period: Period) -> Vec<Unit> {
        match unit {
            Unit::Institution(_) | Unit::Department { .. } => Vec::new(),
            _ => {
                let members = self.members(unit, period).unwrap_or_default();
                members.into_iter().map(Unit::Institution).collect()
            }
        }
    }
}
