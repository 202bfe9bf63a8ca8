//! Which hospitals a unit has in a period.

use std::collections::BTreeSet;
use std::sync::Arc;

use biaochi_domain::Period;
use biaochi_organisations::{Directory, Filter, Rows, Unit};

/// Hospitals with records or entries, and what is known of institutions.
#[derive(Debug, Clone)]
pub struct Structure {
    directory: Arc<Directory>,
    /// Institutions that delivered anything, whether or not somebody described them.
    delivered: BTreeSet<String>,
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
        }
    }

    /// Institutions that delivered something.
    pub(crate) fn deliver<'a>(&mut self, codes: impl IntoIterator<Item = &'a str>) {
        self.delivered.extend(codes.into_iter().map(str::to_owned));
    }

    /// The institutions of a unit, with the structure of the period's last day; `None` for a unit that
    /// nobody knows. A department has its institution.
    pub fn members(&self, unit: &Unit, period: Period) -> Option<Vec<String>> {
        let view = self.directory.of_period(period);
        match unit {
            Unit::All => {
                let described = view.institutions().map(|one| one.code.to_string());
                let mut all: BTreeSet<String> = described.collect();
                all.extend(self.delivered.iter().cloned());
                Some(all.into_iter().collect())
            }
            Unit::Institution(code)
            | Unit::Department {
                institution: code, ..
            } => {
                let known = self.delivered.contains(code) || view.institution(code).is_some();
                known.then(|| vec![code.clone()])
            }
            Unit::Division(_) | Unit::Alliance(_) => {
                let members = view.institutions_of(unit)?;
                Some(
                    members
                        .into_iter()
                        .map(|one| one.code.to_string())
                        .collect(),
                )
            }
        }
    }

    /// Whether an indicator with these words is asked of an institution. An institution that nobody
    /// has described is asked everything: nothing is left out silently.
    pub fn is_asked(&self, words: &[String], code: &str, period: Period) -> bool {
        if words.is_empty() {
            return true;
        }
        let view = self.directory.of_period(period);
        match (view.institution(code), Filter::parse(words)) {
            (Some(_), Ok(filter)) => view.matches(&filter, code),
            _ => true,
        }
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
