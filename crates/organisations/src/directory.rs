//! The organisations as they were on a day.

use std::collections::BTreeMap;

use biaochi_domain::Period;
use jiff::civil::Date;

use crate::filter::Filter;
use crate::span::Span;
use crate::tables::{
    Alliance, Beds, Campus, Commission, Department, Division, Institution, Member, Population, Row,
    Rows, StaffMember, Ward,
};
use crate::unit::Unit;

/// The rows of a table with the days on which each of them holds.
#[derive(Debug)]
struct Versions<T> {
    rows: Vec<(T, Span)>,
}

impl<T: Row> Versions<T> {
    /// Rows in the order of their keys and begins; a row ends before its successor begins.
    fn new(rows: Vec<T>) -> Self {
        let mut rows: Vec<(T, Span)> = rows
            .into_iter()
            .map(|row| {
                let span = row.span();
                (row, span)
            })
            .collect();
        rows.sort_by_cached_key(|(row, span)| (row.key(), span.from));
        for at in 1..rows.len() {
            let (done, rest) = rows.split_at_mut(at);
            if let (Some((row, span)), Some((next, after))) = (done.last_mut(), rest.first())
                && row.key() == next.key()
            {
                *span = span.before(*after);
            }
        }
        Self { rows }
    }

    fn on(&self, day: Date) -> impl Iterator<Item = &T> {
        on(&self.rows, day)
    }
}

fn on<T>(rows: &[(T, Span)], day: Date) -> impl Iterator<Item = &T> {
    rows.iter()
        .filter(move |(_, span)| span.contains(day))
        .map(|(row, _)| row)
}

/// A row whose key begins with an institution.
trait Within: Row {
    fn institution(&self) -> &str;
}

macro_rules! within {
    ($($name:ident),+) => {
        $( impl Within for $name {
            fn institution(&self) -> &str {
                &self.institution
            }
        } )+
    };
}

within!(Campus, Department, Ward, StaffMember, Beds);

impl<T: Within> Versions<T> {
    fn within(&self, institution: &str, day: Date) -> impl Iterator<Item = &T> {
        let begin = self
            .rows
            .partition_point(|(row, _)| row.institution() < institution);
        let rest = &self.rows[begin..];
        let length = rest.partition_point(|(row, _)| row.institution() == institution);
        on(&rest[..length], day)
    }
}

/// All that is known of the organisations, with its history; [`Directory::as_of`] shows one day of it.
///
/// Rows that do not fit together ([`Rows::check`]) do no harm here: what they name is just not found.
#[derive(Debug)]
pub struct Directory {
    divisions: Versions<Division>,
    commissions: Versions<Commission>,
    institutions: Versions<Institution>,
    campuses: Versions<Campus>,
    departments: Versions<Department>,
    wards: Versions<Ward>,
    staff: Versions<StaffMember>,
    beds: Versions<Beds>,
    populations: BTreeMap<(String, i16), Vec<Population>>,
    alliances: Versions<Alliance>,
    members: Versions<Member>,
}

impl Directory {
    /// A directory of these rows.
    pub fn new(rows: Rows) -> Self {
        let mut populations: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for row in rows.populations {
            let place = populations.entry((row.division.to_string(), row.year));
            place.or_default().push(row);
        }
        Self {
            divisions: Versions::new(rows.divisions),
            commissions: Versions::new(rows.commissions),
            institutions: Versions::new(rows.institutions),
            campuses: Versions::new(rows.campuses),
            departments: Versions::new(rows.departments),
            wards: Versions::new(rows.wards),
            staff: Versions::new(rows.staff),
            beds: Versions::new(rows.beds),
            populations,
            alliances: Versions::new(rows.alliances),
            members: Versions::new(rows.members),
        }
    }

    /// Every institution, division and alliance that was ever described, some of them more than once.
    pub fn described(&self) -> impl Iterator<Item = Unit> {
        let institutions = self.institutions.rows.iter();
        let divisions = self.divisions.rows.iter();
        let alliances = self.alliances.rows.iter();
        institutions
            .map(|(row, _)| Unit::Institution(row.code.to_string()))
            .chain(divisions.map(|(row, _)| Unit::Division(row.code.to_string())))
            .chain(alliances.map(|(row, _)| Unit::Alliance(row.id.to_string())))
    }

    /// The structure of a day.
    pub fn as_of(&self, day: Date) -> View<'_> {
        View::new(self, day)
    }

    /// The structure by which a period is computed: that of its last day.
    pub fn of_period(&self, period: Period) -> View<'_> {
        self.as_of(last_day(period))
    }

    /// The divisions' people of a year.
    pub(crate) fn population(&self, division: &str, year: i16) -> &[Population] {
        let found = self.populations.get(&(division.to_owned(), year));
        found.map_or(&[], Vec::as_slice)
    }
}

/// The last day of a period.
pub fn last_day(period: Period) -> Date {
    period.last_day()
}

/// The organisations of one day.
#[derive(Debug)]
pub struct View<'a> {
    pub(crate) directory: &'a Directory,
    day: Date,
    pub(crate) divisions: BTreeMap<&'a str, &'a Division>,
    pub(crate) institutions: BTreeMap<&'a str, &'a Institution>,
    pub(crate) alliances: BTreeMap<&'a str, &'a Alliance>,
    /// Members by alliance, those that exist.
    pub(crate) members: BTreeMap<&'a str, Vec<&'a Member>>,
    /// Alliances by member.
    pub(crate) alliances_of: BTreeMap<&'a str, Vec<&'a str>>,
    /// Divisions by the one above them.
    pub(crate) below: BTreeMap<&'a str, Vec<&'a str>>,
    /// Institutions by the division in which they lie.
    pub(crate) located: BTreeMap<&'a str, Vec<&'a Institution>>,
}

impl<'a> View<'a> {
    fn new(directory: &'a Directory, day: Date) -> Self {
        let mut view = Self {
            directory,
            day,
            divisions: BTreeMap::new(),
            institutions: BTreeMap::new(),
            alliances: BTreeMap::new(),
            members: BTreeMap::new(),
            alliances_of: BTreeMap::new(),
            below: BTreeMap::new(),
            located: BTreeMap::new(),
        };
        for division in directory.divisions.on(day) {
            view.divisions.insert(&division.code, division);
            if let Some(parent) = &division.parent {
                view.below.entry(parent).or_default().push(&division.code);
            }
        }
        for institution in directory.institutions.on(day) {
            view.institutions.insert(&institution.code, institution);
            let place = view.located.entry(&institution.division);
            place.or_default().push(institution);
        }
        for alliance in directory.alliances.on(day) {
            view.alliances.insert(&alliance.id, alliance);
        }
        for member in directory.members.on(day) {
            let exists = view.alliances.contains_key(member.alliance.as_str())
                && view.institutions.contains_key(member.institution.as_str());
            if exists {
                let members = view.members.entry(&member.alliance);
                members.or_default().push(member);
                let alliances = view.alliances_of.entry(&member.institution);
                alliances.or_default().push(&member.alliance);
            }
        }
        view
    }

    /// The day.
    pub fn day(&self) -> Date {
        self.day
    }

    /// All institutions, by code.
    pub fn institutions(&self) -> impl Iterator<Item = &'a Institution> {
        self.institutions.values().copied()
    }

    /// An institution.
    pub fn institution(&self, code: &str) -> Option<&'a Institution> {
        self.institutions.get(code).copied()
    }

    /// All divisions, by code.
    pub fn divisions(&self) -> impl Iterator<Item = &'a Division> {
        self.divisions.values().copied()
    }

    /// A division.
    pub fn division(&self, code: &str) -> Option<&'a Division> {
        self.divisions.get(code).copied()
    }

    /// All alliances, by id.
    pub fn alliances(&self) -> impl Iterator<Item = &'a Alliance> {
        self.alliances.values().copied()
    }

    /// An alliance.
    pub fn alliance(&self, id: &str) -> Option<&'a Alliance> {
        self.alliances.get(id).copied()
    }

    /// The members of an alliance that exist, its lead among them, by code.
    pub fn members(&self, alliance: &str) -> &[&'a Member] {
        self.members.get(alliance).map_or(&[], Vec::as_slice)
    }

    /// All commissions, by code.
    pub fn commissions(&self) -> impl Iterator<Item = &'a Commission> {
        self.directory.commissions.on(self.day)
    }

    /// The departments of an institution, by code.
    pub fn departments(&self, institution: &str) -> impl Iterator<Item = &'a Department> {
        self.directory.departments.within(institution, self.day)
    }

    /// A department of an institution.
    pub fn department(&self, institution: &str, code: &str) -> Option<&'a Department> {
        self.departments(institution).find(|one| one.code == *code)
    }

    /// The wards of an institution, by code.
    pub fn wards(&self, institution: &str) -> impl Iterator<Item = &'a Ward> {
        self.directory.wards.within(institution, self.day)
    }

    /// The campuses of an institution, by code.
    pub fn campuses(&self, institution: &str) -> impl Iterator<Item = &'a Campus> {
        self.directory.campuses.within(institution, self.day)
    }

    /// The staff of an institution, by code.
    pub fn staff(&self, institution: &str) -> impl Iterator<Item = &'a StaffMember> {
        self.directory.staff.within(institution, self.day)
    }

    /// The rows that count beds of an institution.
    pub(crate) fn bed_rows(&self, institution: &str) -> impl Iterator<Item = &'a Beds> {
        self.directory.beds.within(institution, self.day)
    }

    /// Whether an institution is one of those that a filter means.
    pub fn matches(&self, filter: &Filter, institution: &str) -> bool {
        self.institution(institution)
            .is_some_and(|found| self.fits(filter, found))
    }

    /// The institutions that a filter means, by code.
    pub fn matching(&self, filter: &Filter) -> impl Iterator<Item = &'a Institution> {
        self.institutions()
            .filter(move |institution| self.fits(filter, institution))
    }

    fn fits(&self, filter: &Filter, institution: &Institution) -> bool {
        let rank = self.division(&institution.division);
        filter.matches(institution, rank.map(|division| division.level))
    }

    /// The other institutions of the same level and type (同级同类), by code.
    pub fn peers(&self, institution: &str) -> Vec<&'a Institution> {
        let Some(own) = self.institution(institution) else {
            return Vec::new();
        };
        self.institutions()
            .filter(|other| {
                other.code != own.code && other.level == own.level && other.kind == own.kind
            })
            .collect()
    }

    /// The units with this code, id, name or other name: divisions, alliances and institutions.
    pub fn find(&self, text: &str) -> Vec<Unit> {
        let text = text.trim();
        let divisions = self
            .divisions()
            .filter(|one| one.code == *text || one.name == text)
            .map(|one| Unit::Division(one.code.to_string()));
        let alliances = self
            .alliances()
            .filter(|one| one.id == *text || one.name == text)
            .map(|one| Unit::Alliance(one.id.to_string()));
        let institutions = self
            .institutions()
            .filter(|one| {
                one.code == *text || one.name == text || one.aliases.iter().any(|name| name == text)
            })
            .map(|one| Unit::Institution(one.code.to_string()));
        divisions.chain(alliances).chain(institutions).collect()
    }

    /// What people call a unit; `None` when there is no such unit on the day.
    pub fn name(&self, unit: &Unit) -> Option<String> {
        match unit {
            Unit::All => Some("全部机构".to_owned()),
            Unit::Division(code) => Some(self.division(code)?.name.clone()),
            Unit::Alliance(id) => Some(self.alliance(id)?.name.clone()),
            Unit::Institution(code) => Some(self.institution(code)?.name.clone()),
            Unit::Department { institution, code } => {
                let department = self.department(institution, code)?;
                let institution = self.institution(institution)?;
                Some(format!("{} {}", institution.name, department.name))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::region;
    use crate::words::{Class, Level};

    #[test]
    fn a_day_is_seen_with_the_structure_of_its_time() {
        let directory = Directory::new(region());
        let level = |day| {
            let view = directory.as_of(day);
            let found = view.institution("A").expect("the county hospital");
            (found.level, found.class)
        };
        let (second, third) = (
            (Level::Secondary, Some(Class::A)),
            (Level::Tertiary, Some(Class::B)),
        );
        assert_eq!(level(date(2023, 12, 31)), second);
        assert_eq!(level(date(2024, 1, 1)), third);
        let members = |day| directory.as_of(day).members("county").len();
        assert_eq!(members(date(2022, 6, 30)), 0);
        assert_eq!(members(date(2023, 6, 30)), 2);
        assert_eq!(members(date(2023, 7, 1)), 3);
        let departments = |day| {
            let view = directory.as_of(day);
            let codes: Vec<&str> = view.departments("A").map(|one| &*one.code).collect();
            codes.join(" ")
        };
        assert_eq!(departments(date(2022, 12, 31)), "03 0301");
        assert_eq!(departments(date(2023, 1, 1)), "03 0301 0304");
    }

    #[test]
    fn a_period_is_seen_as_on_its_last_day() {
        let directory = Directory::new(region());
        let level = |period: &str| {
            let view = directory.of_period(period.parse().expect("a period"));
            view.institution("A").expect("the county hospital").level
        };
        assert_eq!(level("2023"), Level::Secondary);
        assert_eq!(level("2023-02R12"), Level::Secondary);
        assert_eq!(level("2024-01"), Level::Tertiary);
        assert_eq!(level("2023-07..2024-06"), Level::Tertiary);
        let february = "2024-02".parse().expect("a period");
        assert_eq!(last_day(february), date(2024, 2, 29));
    }

    #[test]
    fn a_successor_ends_what_was_open() {
        let mut rows = region();
        let renamed = Division {
            name: "云泽市".to_owned(),
            valid_from: Some(date(2025, 1, 1)),
            ..rows.divisions[2].clone()
        };
        rows.divisions.push(renamed);
        let directory = Directory::new(rows);
        let name = |day| {
            let unit = Unit::Division("990121".to_owned());
            directory.as_of(day).name(&unit)
        };
        assert_eq!(name(date(2024, 12, 31)).as_deref(), Some("云泽县"));
        assert_eq!(name(date(2025, 1, 1)).as_deref(), Some("云泽市"));
    }

    #[test]
    fn peers_have_the_same_level_and_type() {
        let directory = Directory::new(region());
        let peers = |day, code| -> String {
            let view = directory.as_of(day);
            let codes = view.peers(code).into_iter().map(|one| one.code.to_string());
            codes.collect()
        };
        assert_eq!(peers(date(2023, 1, 1), "A"), "E");
        assert_eq!(peers(date(2024, 1, 1), "A"), "B");
        assert_eq!(peers(date(2024, 1, 1), "C"), "D");
        assert_eq!(peers(date(2024, 1, 1), "nobody"), "");
    }

    #[test]
    fn units_are_found_by_code_and_name() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 1, 1));
        let find = |text: &str| {
            let units: Vec<_> = view.find(text).iter().map(Unit::to_string).collect();
            units.join(" ")
        };
        assert_eq!(find("990121"), "division:990121");
        assert_eq!(find(" 云泽县 "), "division:990121");
        assert_eq!(find("county"), "alliance:county");
        assert_eq!(find("云泽县总医院"), "hospital:A");
        assert_eq!(find("云泽"), "");
    }

    #[test]
    fn units_have_names() {
        let directory = Directory::new(region());
        let view = directory.as_of(date(2024, 1, 1));
        let name = |text: &str| view.name(&text.parse().expect("a unit"));
        assert_eq!(name("all").as_deref(), Some("全部机构"));
        assert_eq!(name("alliance:county").as_deref(), Some("云泽县医共体"));
        let department = name("department:A/0301");
        assert_eq!(department.as_deref(), Some("云泽县人民医院 呼吸内科"));
        assert_eq!(name("department:A/77"), None);
        assert_eq!(name("hospital:Z"), None);
    }
}
