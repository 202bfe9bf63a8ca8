use std::collections::{BTreeMap, BTreeSet};

use crate::lookup::quoted;

/// Whose records a question may read: every one of them has it in its condition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extent {
    /// Hospitals by organisation code; `None` for all of the lake.
    pub hospitals: Option<BTreeSet<String>>,
    /// Departments to which rows of some of these hospitals are limited.
    pub departments: BTreeMap<String, BTreeSet<String>>,
}

impl Extent {
    /// One hospital.
    pub fn one(hospital: &str) -> Self {
        Self {
            hospitals: Some(BTreeSet::from([hospital.to_owned()])),
            departments: BTreeMap::new(),
        }
    }

    /// Whether only departments of some hospital may be read, so that sums by hospital do not answer.
    pub fn is_limited(&self) -> bool {
        !self.departments.is_empty()
    }

    /// The hospital, when there is just one.
    pub fn only(&self) -> Option<&str> {
        let mut hospitals = self.hospitals.as_ref()?.iter();
        match (hospitals.next(), hospitals.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    }

    /// Whether a record of this hospital and department may be read.
    pub fn allows(&self, hospital: &str, department: &str) -> bool {
        let known = self.hospitals.as_ref();
        let limited = self.departments.get(hospital);
        known.is_none_or(|codes| codes.contains(hospital))
            && limited.is_none_or(|own| own.contains(department))
    }

    /// The condition on the hospital column of a table; `alias` is empty or ends in a dot.
    pub(super) fn hospitals_sql(&self, alias: &str) -> String {
        match &self.hospitals {
            None => "true".to_owned(),
            Some(codes) => is_one_of(&format!("{alias}organisation_code"), codes),
        }
    }

    /// The condition on hospital and department.
    pub(super) fn condition(&self, alias: &str) -> String {
        let mut condition = self.hospitals_sql(alias);
        for (hospital, departments) in &self.departments {
            let own = is_one_of(&format!("{alias}discharge_department"), departments);
            let hospital = quoted(hospital);
            condition += &format!(" and ({alias}organisation_code <> {hospital} or {own})");
        }
        condition
    }

    /// A text that is the same for the same extent, for the keys of kept answers.
    pub fn key(&self) -> String {
        format!("{:?}/{:?}", self.hospitals, self.departments)
    }
}

fn is_one_of(column: &str, values: &BTreeSet<String>) -> String {
    if values.is_empty() {
        return "false".to_owned();
    }
    let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
    format!("{column} in ({})", values.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_extent_reads_nothing() {
        let nothing = Extent {
            hospitals: Some(BTreeSet::new()),
            departments: BTreeMap::new(),
        };
        assert_eq!(nothing.condition(""), "false");
        assert!(!nothing.allows("A", "03"));
        assert_eq!(Extent::default().condition("g."), "true");
    }

    #[test]
    fn a_department_limits_its_hospital_only() {
        let extent = Extent {
            hospitals: Some(["A'".to_owned(), "B".to_owned()].into()),
            departments: BTreeMap::from([("A'".to_owned(), ["03".to_owned()].into())]),
        };
        assert_eq!(
            extent.condition("g."),
            "g.organisation_code in ('A''', 'B') \
             and (g.organisation_code <> 'A''' or g.discharge_department in ('03'))"
        );
        assert!(extent.allows("B", "04") && extent.allows("A'", "03"));
        assert!(!extent.allows("A'", "04") && !extent.allows("C", "03"));
        assert_eq!(extent.only(), None);
        assert_eq!(Extent::one("A").only(), Some("A"));
    }
}
