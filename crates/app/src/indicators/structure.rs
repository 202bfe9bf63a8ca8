//! Which hospitals a unit has in a period.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use biaochi_domain::Period;
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
    /// Names of departments that nobody described, by their codes: the national list.
    departments: Arc<BTreeMap<String, String>>,
}

/// Answers of the directory.
#[derive(Debug, Default)]
struct Known {
    /// The described institutions of a unit, by the last day of a period; `None` for no such unit.
    members: HashMap<(Unit, Date), Option<Arc<[String]>>>,
    /// The described institutions that words do not mean.
    left_out: HashMap<(Vec<String>, Date), Arc<BTreeSet<String>>>,
}

/// How much of what an indicator needs of a data set an organisation filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filed {
    /// Nothing of it.
    Nothing,
    /// Some of it.
    Part,
    /// All of it.
    All,
}

/// Levels of divisions below each other: a circle among them ends here.
const LEVELS: usize = 8;

impl Default for Structure {
    fn default() -> Self {
        Self::new(Directory::new(Rows::default()))
    }
}

impl Structure {
    /// The structure of a directory of institutions.
    pub fn new(directory: impl Into<Arc<Directory>>) -> Self {
        Self {
            directory: directory.into(),
            delivered: BTreeSet::new(),
            known: Arc::default(),
            departments: Arc::default(),
        }
    }

    /// The same with names for departments that nobody described, by their codes.
    #[must_use]
    pub fn with_departments(self, names: BTreeMap<String, String>) -> Self {
        Self {
            departments: Arc::new(names),
            ..self
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
        let key = (unit.clone(), period.last_day());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let members = known.members.entry(key).or_insert_with(|| {
            let view = self.directory.of_period(period);
            let members = view.institutions_of(unit)?;
            Some(members.iter().map(|one| one.code.to_string()).collect())
        });
        members.clone()
    }

    /// Those of some institutions that an indicator with these words is asked of. An institution that
    /// nobody has described is asked everything: nothing is left out silently.
    pub fn asked(&self, words: &[String], codes: Vec<String>, period: Period) -> Vec<String> {
        if words.is_empty() {
            return codes;
        }
        let key = (words.to_vec(), period.last_day());
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
        let is_asked = |code: &String| !left_out.contains(code);
        codes.into_iter().filter(is_asked).collect()
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
        let named = self.directory.of_period(period).name(unit);
        let listed = || match unit {
            Unit::Department { code, .. } => self.departments.get(code).cloned(),
            _ => None,
        };
        named.or_else(listed).unwrap_or_else(|| unit.to_string())
    }

    /// The divisions and alliances whose own reports speak for a unit, without overlap: what a unit reports
    /// itself wins over the sum of what the divisions below it report, because it holds that already. Where
    /// a unit left out what a division below it has, those below speak. None where nobody above the
    /// institutions reports. `reporters` are all who ever did.
    pub(super) fn speakers<'a>(
        &self,
        unit: &Unit,
        period: Period,
        filed: &dyn Fn(&str) -> Filed,
        reporters: impl Iterator<Item = &'a str>,
    ) -> Vec<Unit> {
        let view = self.directory.of_period(period);
        let mut speakers = divisions(&view, unit, filed, LEVELS);
        if *unit == Unit::All {
            // Divisions that nobody has described: nothing is left out silently.
            let unknown = reporters.filter_map(|code| match code.parse::<Unit>().ok()? {
                Unit::Division(code) if view.division(&code).is_none() => {
                    Some(Unit::Division(code))
                }
                _ => None,
            });
            speakers.extend(unknown.filter(|one| filed(&one.to_string()) != Filed::Nothing));
        }
        if speakers.is_empty() {
            let alliances = view
                .alliances()
                .map(|one| Unit::Alliance(one.id.to_string()));
            let is_within = |one: &Unit| view.ancestors(one).contains(unit);
            let alliances = alliances.filter(is_within);
            speakers.extend(alliances.filter(|one| filed(&one.to_string()) != Filed::Nothing));
        }
        speakers
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

/// The unit itself, if it reports, or the divisions below it that do.
fn divisions(
    view: &View<'_>,
    unit: &Unit,
    filed: &dyn Fn(&str) -> Filed,
    levels: usize,
) -> Vec<Unit> {
    let own = filed(&unit.to_string());
    if own == Filed::All {
        return vec![unit.clone()];
    }
    let mut below = Vec::new();
    if levels > 0 {
        let children = view.children(unit).into_iter();
        for child in children.filter(|child| matches!(child, Unit::Division(_))) {
            below.extend(divisions(view, &child, filed, levels - 1));
        }
    }
    let is_complete = |one: &Unit| filed(&one.to_string()) == Filed::All;
    if own == Filed::Part && !below.iter().any(is_complete) {
        return vec![unit.clone()];
    }
    below
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use biaochi_organisations::Table;

    use super::*;

    /// A city with two counties.
    fn region() -> Structure {
        let mut rows = Rows::default();
        for [code, name, level, parent] in [
            ["3600", "望舒市", "市", ""],
            ["3601", "云泽县", "县", "3600"],
            ["3602", "清溪县", "县", "3600"],
        ] {
            let cells = [code, name, level, parent, "", ""].map(str::to_owned);
            rows.push(Table::Divisions, &cells).expect("a division");
        }
        Structure::new(Directory::new(rows))
    }

    /// Who speaks for the unit, when these report all (`*`) or a part (`-`).
    #[track_caller]
    fn check(unit: &str, reports: &[(&str, char)], expected: &[&str]) {
        let reports: BTreeMap<&str, char> = reports.iter().copied().collect();
        let filed = |code: &str| match reports.get(code) {
            Some('*') => Filed::All,
            Some(_) => Filed::Part,
            None => Filed::Nothing,
        };
        let unit = unit.parse().expect("a unit");
        let period = "2024".parse().expect("a period");
        let speakers = region().speakers(&unit, period, &filed, reports.keys().copied());
        let found: Vec<String> = speakers.iter().map(Unit::to_string).collect();
        assert_eq!(found, expected, "{unit} {reports:?}");
    }

    #[test]
    fn a_city_is_not_counted_together_with_its_counties() {
        let (city, one, other) = ("division:3600", "division:3601", "division:3602");
        for unit in ["all", city] {
            check(unit, &[(city, '*'), (one, '*'), (other, '*')], &[city]);
            check(unit, &[(one, '*'), (other, '*')], &[one, other]);
            check(unit, &[(other, '*')], &[other]);
            // The city left something out that a county has.
            check(unit, &[(city, '-'), (one, '*')], &[one]);
            check(unit, &[(city, '-'), (one, '-')], &[city]);
            check(unit, &[], &[]);
        }
        check(one, &[(city, '*'), (one, '*')], &[one]);
        check(one, &[(city, '*')], &[]);
    }

    #[test]
    fn divisions_that_nobody_described_speak_for_everything() {
        check("all", &[("division:9", '*')], &["division:9"]);
        check("division:3600", &[("division:9", '*')], &[]);
    }
}
