//! Departments, wards and beds of each institution, from the stays that it can expect.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_organisations::{BedKind, Beds, Code, Department, DepartmentKind, Rows, Ward};
use jiff::civil::Date;

use super::code;
use crate::content::{Content, Institution, InstitutionKind};
use crate::options::Options;
use crate::page::{department, ward};
use crate::staff::{ANESTHESIA, RECORDS};

/// Where patients go who need intensive care.
pub(crate) const INTENSIVE: &str = "28";

/// Share of the beds that are taken on an average day, in per cent.
fn occupied(kind: InstitutionKind) -> u64 {
    match kind {
        InstitutionKind::Township => 62,
        InstitutionKind::County | InstitutionKind::Tcm | InstitutionKind::Maternal => 84,
        InstitutionKind::City => 94,
    }
}

pub(super) fn fill(rows: &mut Rows, options: &Options) {
    for (number, institution) in Content::get().region.institutions.iter().enumerate() {
        let expected = expected_days(number, institution);
        let mut codes: BTreeSet<&str> = expected.keys().copied().collect();
        codes.extend([ANESTHESIA, RECORDS]);
        if institution.kind != InstitutionKind::Township {
            codes.insert(INTENSIVE);
        }
        for own in &codes {
            rows.departments.push(Department {
                institution: code(institution.code),
                code: code(own),
                name: name(own).to_owned(),
                parent: None,
                standard_code: Some(code(own)),
                kind: match *own {
                    ANESTHESIA => DepartmentKind::Technical,
                    RECORDS => DepartmentKind::Administrative,
                    _ => DepartmentKind::Clinical,
                },
                campus: None,
                valid_from: None,
                valid_until: None,
            });
        }
        wards(rows, institution, expected.keys().copied());
        beds(rows, institution, &expected, options);
    }
}

fn name(code: &str) -> &'static str {
    let departments = &Content::get().departments;
    departments
        .iter()
        .find(|department| department.code == code)
        .unwrap_or_else(|| panic!("no department {code} in content/departments.csv"))
        .name
}

/// Expected days of stays by department, of a hundred million days of the whole region.
fn expected_days(number: usize, institution: &Institution) -> BTreeMap<&'static str, u64> {
    let content = Content::get();
    let region = &content.region;
    let share = |one: usize| region.share_percent(one);
    let kind = institution.kind as usize;
    let mut days: BTreeMap<&'static str, f64> = BTreeMap::new();
    let mut total = 0.0;
    for profile in &content.profiles {
        let places: u32 = profile.places.iter().sum();
        for (other, one) in region.institutions.iter().enumerate() {
            let place = profile.places[one.kind as usize];
            let stays = f64::from(profile.weight) * f64::from(place) / f64::from(places.max(1));
            let length = f64::from(profile.days.max(1)) * f64::from(one.days_permille) / 1000.0;
            total += stays * share(other) * length;
        }
        let stays =
            f64::from(profile.weight) * f64::from(profile.places[kind]) / f64::from(places.max(1));
        let length = f64::from(profile.days.max(1)) * f64::from(institution.days_permille) / 1000.0;
        let own = days
            .entry(department(profile, institution.kind))
            .or_default();
        *own += stays * share(number) * length;
    }
    days.into_iter()
        .map(|(department, days)| (department, (days / total * 1e8) as u64))
        .collect()
}

/// A department lies in the ward that its front pages name; several may share one.
fn wards<'a>(
    rows: &mut Rows,
    institution: &Institution,
    departments: impl Iterator<Item = &'a str>,
) {
    let mut wards: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for department in departments {
        let ward = ward(department, institution.wards);
        wards.entry(ward).or_default().push(department);
    }
    for (number, departments) in wards {
        let only = match departments[..] {
            [only] => Some(code(only)),
            _ => None,
        };
        rows.wards.push(Ward {
            institution: code(institution.code),
            code: code(&format!("{number}病区")),
            name: format!("{number}病区"),
            department: only,
            campus: None,
            valid_from: None,
            valid_until: None,
        });
    }
}

/// Open beds by department and approved beds of the whole, which grow a little every year.
fn beds(
    rows: &mut Rows,
    institution: &Institution,
    expected: &BTreeMap<&'static str, u64>,
    options: &Options,
) {
    let years = i64::from(options.to.year() - options.from.year()) + 1;
    let months =
        years * 12 - i64::from(options.from.month() - 1) - i64::from(12 - options.to.month());
    // Stays are longer than their median: some are very long.
    let days_a_year = options.discharges as f64 * 12.0 / months as f64 * AVERAGE_STAY;
    let beds = |expected: u64, year: i16| {
        let growth = 1.0 - 0.015 * f64::from(options.to.year() - year);
        let taken = expected as f64 / 1e8 * days_a_year / 365.0;
        let beds = taken * 100.0 / occupied(institution.kind) as f64 * growth;
        beds.round() as u64
    };
    let mut push = |department: Option<Code>, kind, year, number| {
        rows.beds.push(Beds {
            institution: code(institution.code),
            department,
            ward: None,
            kind,
            number,
            valid_from: Some(Date::constant(year, 1, 1)),
            valid_until: None,
        });
    };
    for year in options.from.year()..=options.to.year() {
        let mut numbers: Vec<(&str, u64)> = expected
            .iter()
            .map(|(department, expected)| (*department, beds(*expected, year)))
            .filter(|(_, number)| *number > 0)
            .collect();
        let busiest = expected.iter().max_by_key(|(_, expected)| **expected);
        // Even the smallest has a bed.
        if let (true, Some((department, _))) = (numbers.is_empty(), busiest) {
            numbers.push((department, 1));
        }
        let open: u64 = numbers.iter().map(|(_, number)| *number).sum();
        for (department, number) in numbers {
            push(Some(code(department)), BedKind::Open, year, number);
        }
        // Hospitals open more beds than they were granted.
        let approved = (open * 9 / 10).next_multiple_of(5);
        push(None, BedKind::Approved, year, approved);
    }
}

/// Days of an average stay.
const AVERAGE_STAY: f64 = 8.2;
