//! Beds, people and staff of units on a day.

use std::collections::BTreeMap;

use crate::directory::View;
use crate::tables::{Beds, StaffMember};
use crate::unit::Unit;
use crate::words::{BedKind, PopulationKind};

/// A sum over institutions, and how many of them say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// The sum of what is known.
    pub number: u64,
    /// Institutions of the unit that give no number.
    pub lacking: usize,
}

impl<'a> View<'a> {
    /// The beds of a unit; `None` when none of its institutions says how many. The number of an institution
    /// or department as a whole stands before the sum of its parts.
    pub fn beds(&self, unit: &Unit, kind: BedKind) -> Option<Total> {
        if let Unit::Department { institution, code } = unit {
            let rows: Vec<&Beds> = self.bed_rows(institution).collect();
            let number = self.department_beds(institution, code, kind, &rows)?;
            return Some(Total { number, lacking: 0 });
        }
        let mut total = Total::default();
        let mut known = false;
        for institution in self.institutions_of(unit)? {
            match self.institution_beds(&institution.code, kind) {
                Some(number) => {
                    total.number += number;
                    known = true;
                }
                None => total.lacking += 1,
            }
        }
        known.then_some(total)
    }

    fn institution_beds(&self, institution: &str, kind: BedKind) -> Option<u64> {
        let rows: Vec<&Beds> = self.bed_rows(institution).collect();
        let rows: Vec<&Beds> = rows.into_iter().filter(|row| row.kind == kind).collect();
        let whole = rows
            .iter()
            .find(|row| row.department.is_none() && row.ward.is_none());
        if let Some(whole) = whole {
            return Some(whole.number);
        }
        // Departments at the top have those below in them, as far as these are not counted apart.
        let mut parts: BTreeMap<Option<&str>, (Option<u64>, u64)> = BTreeMap::new();
        for row in &rows {
            let part = parts.entry(row.department.as_deref()).or_default();
            match row.ward {
                None => part.0 = Some(row.number),
                Some(_) => part.1 += row.number,
            }
        }
        let is_covered = |department: Option<&str>| {
            department.is_some_and(|code| {
                let unit = Unit::Department {
                    institution: institution.to_owned(),
                    code: code.to_owned(),
                };
                self.ancestors(&unit).iter().any(|above| match above {
                    Unit::Department { code, .. } => {
                        let above = parts.get(&Some(code.as_str()));
                        above.is_some_and(|(whole, _)| whole.is_some())
                    }
                    _ => false,
                })
            })
        };
        let counted = parts
            .iter()
            .filter(|(department, _)| !is_covered(**department));
        let numbers: Vec<u64> = counted
            .map(|(_, (whole, wards))| whole.unwrap_or(*wards))
            .collect();
        (!numbers.is_empty()).then(|| numbers.iter().sum())
    }

    fn department_beds(
        &self,
        institution: &str,
        code: &str,
        kind: BedKind,
        rows: &[&Beds],
    ) -> Option<u64> {
        self.department(institution, code)?;
        let own = || {
            let own = |row: &&&Beds| row.kind == kind && row.department.as_deref() == Some(code);
            rows.iter().filter(own)
        };
        if let Some(whole) = own().find(|row| row.ward.is_none()) {
            return Some(whole.number);
        }
        let wards = own().map(|row| row.number);
        let below = self
            .departments(institution)
            .filter(|one| one.parent.as_deref() == Some(code) && one.code != *code)
            .filter_map(|one| self.department_beds(institution, &one.code, kind, rows));
        let numbers: Vec<u64> = wards.chain(below).collect();
        (!numbers.is_empty()).then(|| numbers.iter().sum())
    }

    /// The people for whom a unit is responsible at the end of a year: those of its division. A division
    /// without a number has the sum of those below it, if they all have one.
    pub fn population(&self, unit: &Unit, year: i16, kind: PopulationKind) -> Option<u64> {
        match unit {
            Unit::All => {
                let tops: Vec<Unit> = self
                    .children(&Unit::All)
                    .into_iter()
                    .filter(|unit| matches!(unit, Unit::Division(_)))
                    .collect();
                let numbers: Option<Vec<u64>> = tops
                    .iter()
                    .map(|unit| self.population(unit, year, kind))
                    .collect();
                numbers
                    .filter(|numbers| !numbers.is_empty())
                    .map(|numbers| numbers.iter().sum())
            }
            Unit::Division(code) => {
                self.division(code)?;
                self.people(code, year, kind, 0)
            }
            Unit::Alliance(id) => {
                let division = self.alliance(id)?.division.as_deref()?;
                self.people(division, year, kind, 0)
            }
            Unit::Institution(code) => {
                let division = self.institution(code)?.division.as_str();
                self.people(division, year, kind, 0)
            }
            Unit::Department { .. } => None,
        }
    }

    fn people(&self, code: &str, year: i16, kind: PopulationKind, depth: u8) -> Option<u64> {
        let rows = self.directory.population(code, year);
        if let Some(own) = rows.iter().find(|row| row.kind == kind) {
            return Some(own.number);
        }
        let below = self.below.get(code)?;
        // Deeper than provinces, cities, counties, townships and villages is a ring.
        if depth > 8 {
            return None;
        }
        let numbers: Option<Vec<u64>> = below
            .iter()
            .map(|division| self.people(division, year, kind, depth + 1))
            .collect();
        numbers.map(|numbers| numbers.iter().sum())
    }

    /// The staff of a unit, institution by institution; of a department, those of the departments below it,
    /// too.
    pub fn staff_of(&self, unit: &Unit) -> Vec<&'a StaffMember> {
        match unit {
            Unit::Department { institution, code } => {
                let mut codes = vec![code.clone()];
                let mut at = 0;
                while let Some(code) = codes.get(at) {
                    let unit = Unit::Department {
                        institution: institution.clone(),
                        code: code.clone(),
                    };
                    at += 1;
                    for below in self.children(&unit) {
                        if let Unit::Department { code, .. } = below
                            && !codes.contains(&code)
                        {
                            codes.push(code);
                        }
                    }
                }
                let is_there = |member: &&StaffMember| {
                    let own = member.department.as_deref();
                    own.is_some_and(|own| codes.iter().any(|code| code == own))
                };
                self.staff(institution)
                    .filter(|one| is_there(one))
                    .collect()
            }
            _ => self
                .institutions_of(unit)
                .unwrap_or_default()
                .into_iter()
                .flat_map(|institution| self.staff(&institution.code))
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::directory::Directory;
    use crate::tables::Table;
    use crate::testing::{put, region};
    use crate::words::Post;

    fn unit(text: &str) -> Unit {
        text.parse().expect("a unit")
    }

    #[test]
    fn beds_of_the_whole_stand_before_the_parts() {
        let directory = Directory::new(region());
        let check = |day, text: &str, kind, expected: Option<(u64, usize)>| {
            let beds = directory.as_of(day).beds(&unit(text), kind);
            let beds = beds.map(|total| (total.number, total.lacking));
            assert_eq!(beds, expected, "{text} {day}");
        };
        let (then, now) = (date(2023, 12, 31), date(2024, 1, 1));
        check(then, "hospital:A", BedKind::Approved, Some((500, 0)));
        check(now, "hospital:A", BedKind::Approved, Some((600, 0)));
        check(now, "hospital:A", BedKind::Open, Some((90, 0)));
        check(now, "department:A/0301", BedKind::Open, Some((40, 0)));
        check(now, "department:A/03", BedKind::Open, Some((90, 0)));
        check(now, "department:A/0301", BedKind::Approved, None);
        check(now, "alliance:county", BedKind::Open, Some((110, 1)));
        check(now, "hospital:B", BedKind::Open, None);
        check(now, "hospital:Z", BedKind::Open, None);
    }

    #[test]
    fn parts_that_are_counted_in_a_larger_part_count_once() {
        let mut rows = region();
        put(&mut rows, Table::Beds, "A,03,,实有床位,100");
        let directory = Directory::new(rows);
        let view = directory.as_of(date(2024, 1, 1));
        let beds = view.beds(&unit("hospital:A"), BedKind::Open);
        assert_eq!(beds.map(|beds| beds.number), Some(100));
    }

    #[test]
    fn people_are_those_of_the_division() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 12, 31));
        let check = |text: &str, year, expected| {
            let people = view.population(&unit(text), year, PopulationKind::Resident);
            assert_eq!(people, expected, "{text} {year}");
        };
        check("division:990121", 2024, Some(299_000));
        check("division:990121", 2023, Some(300_000));
        check("division:990121", 2022, None);
        // The city has only this county here.
        check("division:9901", 2024, Some(299_000));
        check("all", 2024, Some(299_000));
        check("alliance:county", 2024, Some(299_000));
        check("hospital:C", 2024, Some(30_000));
        check("hospital:C", 2023, None);
        check("department:A/03", 2024, None);
    }

    #[test]
    fn staff_is_counted_with_the_departments_below() {
        let directory = Directory::new(region());
        let count = |day, text: &str, post: Post| {
            let view = directory.as_of(day);
            let staff = view.staff_of(&unit(text));
            staff.into_iter().filter(|one| one.post == post).count()
        };
        let (then, now) = (date(2023, 12, 31), date(2024, 1, 1));
        assert_eq!(count(then, "department:A/03", Post::Physician), 2);
        assert_eq!(count(now, "department:A/03", Post::Physician), 1);
        assert_eq!(count(now, "department:A/0301", Post::Nurse), 1);
        assert_eq!(count(now, "alliance:county", Post::Physician), 2);
        assert_eq!(count(now, "hospital:B", Post::Physician), 0);
    }
}
