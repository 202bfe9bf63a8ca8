use std::collections::BTreeSet;

use biaochi_organisations::{Unit, View};

/// The institutions that units mean on a day.
///
/// Organisations that are no institutions have codes as submissions and tasks write them, `division:990121` and
/// `alliance:county`: a commission reaches its own division and those below, and the alliances there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reach {
    /// Everything, now and later.
    pub all: bool,
    /// Organisation codes.
    pub organisations: BTreeSet<String>,
    /// Departments, by institution and code, of institutions that are not reached as a whole.
    pub departments: BTreeSet<(String, String)>,
}

impl Reach {
    /// What a unit means by the structure of a day. A division or alliance that is not there on that day reaches
    /// nothing; a hospital or department that is named is always reached, since its records stay when it ends.
    pub fn of(unit: &Unit, view: &View<'_>) -> Self {
        let mut reach = Self::default();
        match unit {
            Unit::All => reach.all = true,
            Unit::Department { institution, code } => {
                reach.add_departments(institution, code, view);
            }
            Unit::Institution(code) => {
                reach.organisations.insert(code.clone());
            }
            Unit::Alliance(_) | Unit::Division(_) => {
                let Some(institutions) = view.institutions_of(unit) else {
                    return reach;
                };
                let codes = institutions.iter().map(|own| own.code.to_string());
                reach.organisations.extend(codes);
                reach.organisations.insert(unit.to_string());
            }
        }
        if let Unit::Division(code) = unit {
            reach.add_below(code, view);
        }
        reach
    }

    /// Adds the divisions below one, and the alliances of all of them.
    fn add_below(&mut self, code: &str, view: &View<'_>) {
        let mut divisions: BTreeSet<&str> = BTreeSet::from([code]);
        loop {
            let known = divisions.len();
            let below = view.divisions().filter(|division| {
                let parent = division.parent.as_deref();
                parent.is_some_and(|parent| divisions.contains(parent))
            });
            let below: Vec<&str> = below.map(|division| &*division.code).collect();
            divisions.extend(below);
            if divisions.len() == known {
                break;
            }
        }
        let alliances = view.alliances().filter(|alliance| {
            let division = alliance.division.as_deref();
            division.is_some_and(|division| divisions.contains(division))
        });
        for alliance in alliances {
            let unit = Unit::Alliance(alliance.id.to_string());
            self.organisations.insert(unit.to_string());
        }
        for division in divisions {
            let unit = Unit::Division(division.to_owned());
            self.organisations.insert(unit.to_string());
        }
    }

    /// Adds a department and those within it.
    fn add_departments(&mut self, institution: &str, code: &str, view: &View<'_>) {
        let mut codes: BTreeSet<&str> = BTreeSet::from([code]);
        loop {
            let known = codes.len();
            let within = view.departments(institution).filter(|department| {
                let parent = department.parent.as_deref();
                parent.is_some_and(|parent| codes.contains(parent))
            });
            let within: Vec<&str> = within.map(|department| &*department.code).collect();
            codes.extend(within);
            if codes.len() == known {
                break;
            }
        }
        let own = codes.into_iter();
        self.departments
            .extend(own.map(|code| (institution.to_owned(), code.to_owned())));
    }

    /// Adds what another reaches.
    pub fn join(&mut self, other: Self) {
        self.all |= other.all;
        self.organisations.extend(other.organisations);
        self.departments.extend(other.departments);
    }

    /// Whether it covers an organisation as a whole, or this department of it.
    pub fn covers(&self, organisation: &str, department: Option<&str>) -> bool {
        self.all
            || self.organisations.contains(organisation)
            || department.is_some_and(|department| {
                let key = (organisation.to_owned(), department.to_owned());
                self.departments.contains(&key)
            })
    }

    /// Whether it covers nothing.
    pub fn is_empty(&self) -> bool {
        !self.all && self.organisations.is_empty() && self.departments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use biaochi_organisations::{Directory, Rows, Table};
    use jiff::civil::{Date, date};

    use super::*;

    /// A county with two townships, of which one came from elsewhere in 2024, and an alliance.
    fn directory() -> Directory {
        let mut rows = Rows::default();
        for (table, lines) in [
            (
                Table::Divisions,
                &[
                    "9901,望舒市,市",
                    "990121,云泽县,县,9901",
                    "990122,邻县,县,9901",
                    "990121001,桃溪镇,乡,990121",
                    "990122009,白鹭乡,乡,990122,,2023-12-31",
                    "990122009,白鹭乡,乡,990121,2024-01-01,",
                ] as &[&str],
            ),
            (
                Table::Institutions,
                &[
                    "A,云泽县人民医院,,,二级,甲等,综合医院,,政府办,990121",
                    "C,桃溪镇卫生院,,,一级,,乡镇卫生院,,政府办,990121001",
                    "D,白鹭乡卫生院,,,一级,,乡镇卫生院,,政府办,990122009",
                ],
            ),
            (
                Table::Departments,
                &[
                    "A,03,内科,,03,临床",
                    "A,0301,呼吸内科,03,0301,临床",
                    "A,04,外科,,04,临床",
                ],
            ),
            (Table::Alliances, &["YG,云泽县医共体,县域医共体,A,990121"]),
            (Table::Members, &["YG,A", "YG,C"]),
        ] {
            for line in lines {
                let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
                cells.resize(table.columns().len(), String::new());
                assert_eq!(rows.push(table, &cells), Ok(()), "{line}");
            }
        }
        Directory::new(rows)
    }

    #[track_caller]
    fn check(unit: &str, day: Date, expected: &[&str]) {
        let directory = directory();
        let unit: Unit = unit.parse().expect("a unit");
        let reach = Reach::of(&unit, &directory.as_of(day));
        let found: Vec<&str> = reach.organisations.iter().map(String::as_str).collect();
        assert_eq!(found, expected, "{unit} on {day}");
        assert_eq!(reach.all, unit == Unit::All);
    }

    #[test]
    fn a_division_means_its_tree_as_of_the_day() {
        let (before, after) = (date(2023, 6, 1), date(2024, 6, 1));
        check(
            "division:990121",
            before,
            &[
                "A",
                "C",
                "alliance:YG",
                "division:990121",
                "division:990121001",
            ],
        );
        check(
            "division:990121",
            after,
            &[
                "A",
                "C",
                "D",
                "alliance:YG",
                "division:990121",
                "division:990121001",
                "division:990122009",
            ],
        );
        check("division:nowhere", after, &[]);
        check("alliance:YG", after, &["A", "C", "alliance:YG"]);
        check("hospital:A", after, &["A"]);
        check("hospital:long-gone", after, &["long-gone"]);
        check("all", after, &[]);
    }

    #[test]
    fn a_department_is_not_its_hospital() {
        let directory = directory();
        let unit: Unit = "department:A/03".parse().expect("a unit");
        let reach = Reach::of(&unit, &directory.as_of(date(2024, 6, 1)));
        assert!(reach.covers("A", Some("03")) && reach.covers("A", Some("0301")));
        assert!(!reach.covers("A", Some("04")) && !reach.covers("A", None));
        assert!(!reach.covers("C", Some("03")) && !reach.is_empty());
    }
}
