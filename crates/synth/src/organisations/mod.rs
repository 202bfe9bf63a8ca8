//! The region's organisations as their people would fill them in: divisions, institutions, departments, wards,
//! staff, beds, population and alliances, with a little history.
//!
//! They fit the front pages: every organisation, department, ward and licence of a page is a row here, beds are
//! as many as the stays need, and the population is the one that falls ill.

mod departments;
mod people;

use biaochi_organisations::{
    Alliance, AllianceKind, Class, Closeness, Code, Commission, Division, DivisionLevel,
    Institution, InstitutionType, Level, Member, Ownership, Rows,
};
use jiff::civil::Date;

use crate::content::{self, Content, InstitutionKind};
use crate::options::Options;

/// Code of the city and of the county, in which all institutions lie.
const CITY: &str = "990100";
const COUNTY: &str = "990121";
/// Codes of their commissions.
const CITY_COMMISSION: &str = "11990100SYN0000001";
const COUNTY_COMMISSION: &str = "11990121SYN0000002";

/// Since when the alliances are there, and since when those that joined late.
const FOUNDED: Date = Date::constant(2020, 7, 1);
const JOINED: Date = Date::constant(2022, 1, 1);
/// The day on which the second city hospital became 甲等.
const PROMOTED: Date = Date::constant(2023, 1, 1);

/// The organisations of the region for the same options as its front pages.
///
/// ```
/// let rows = biaochi_synth::organisations(&biaochi_synth::Options::default());
/// assert!(rows.check().is_empty());
/// assert!(rows.alliances.iter().any(|one| one.name == "云泽县紧密型县域医共体"));
/// ```
pub fn organisations(options: &Options) -> Rows {
    let content = Content::get();
    let mut rows = Rows::default();
    for division in &content.divisions {
        rows.divisions.push(Division {
            code: code(division.code),
            name: division.name.to_owned(),
            level: word(DivisionLevel::from_word(division.level), division.level),
            parent: Code::new(division.parent),
            valid_from: None,
            valid_until: None,
        });
    }
    for (own, name, division, parent) in [
        (CITY_COMMISSION, "望舒市卫生健康委员会", CITY, None),
        (
            COUNTY_COMMISSION,
            "云泽县卫生健康局",
            COUNTY,
            Some(CITY_COMMISSION),
        ),
    ] {
        rows.commissions.push(Commission {
            code: code(own),
            name: name.to_owned(),
            division: code(division),
            parent: parent.map(code),
            valid_from: None,
            valid_until: None,
        });
    }
    for institution in &content.region.institutions {
        rows.institutions.extend(versions(institution));
    }
    alliances(&mut rows);
    departments::fill(&mut rows, options);
    people::fill(&mut rows, options);
    rows.sort();
    rows
}

/// A code of the content tables.
fn code(text: &str) -> Code {
    Code::new(text).expect("a code of the content tables")
}

/// A word of the content tables.
fn word<T>(value: Option<T>, text: &str) -> T {
    value.unwrap_or_else(|| panic!("a word of the field expected in a content table: {text:?}"))
}

/// An institution with its earlier version, if it had one.
fn versions(institution: &content::Institution) -> Vec<Institution> {
    let name = institution.name;
    let kind = match institution.kind {
        InstitutionKind::City | InstitutionKind::County => InstitutionType::General,
        InstitutionKind::Tcm => InstitutionType::Tcm,
        InstitutionKind::Maternal => InstitutionType::Maternal,
        InstitutionKind::Township if name.contains("社区") => InstitutionType::Community,
        InstitutionKind::Township => InstitutionType::Township,
    };
    let is_central = name.contains("中心卫生院");
    let (level, class) = match institution.kind {
        InstitutionKind::City => (Level::Tertiary, Some(Class::A)),
        InstitutionKind::Township if is_central => (Level::Primary, Some(Class::A)),
        InstitutionKind::Township => (Level::Primary, None),
        _ => (Level::Secondary, Some(Class::A)),
    };
    let (division, commission) = match institution.kind {
        InstitutionKind::City => (CITY, CITY_COMMISSION),
        InstitutionKind::Township => (township(institution), COUNTY_COMMISSION),
        _ => (COUNTY, COUNTY_COMMISSION),
    };
    let short = name.strip_prefix("云泽县").or(name.strip_prefix("望舒市"));
    let now = Institution {
        code: code(institution.code),
        name: name.to_owned(),
        credit_code: Code::new(institution.code),
        aliases: short.map(str::to_owned).into_iter().collect(),
        level,
        class,
        kind,
        specialty: None,
        ownership: Ownership::Government,
        division: code(division),
        commission: Some(code(commission)),
        tags: is_central
            .then(|| "中心卫生院".to_owned())
            .into_iter()
            .collect(),
        valid_from: None,
        valid_until: None,
    };
    if !name.contains("第二") {
        return vec![now];
    }
    let before = Institution {
        class: Some(Class::B),
        valid_until: PROMOTED.yesterday().ok(),
        ..now.clone()
    };
    let now = Institution {
        valid_from: Some(PROMOTED),
        ..now
    };
    vec![before, now]
}

/// The township whose name an institution has.
fn township(institution: &content::Institution) -> &'static str {
    let divisions = &Content::get().divisions;
    let own = divisions
        .iter()
        .find(|division| division.level == "乡" && institution.name.contains(division.name));
    own.map_or(COUNTY, |division| division.code)
}

fn alliances(rows: &mut Rows) {
    let institutions = &Content::get().region.institutions;
    let first = |kind| institutions.iter().find(|one| one.kind == kind);
    let (Some(county), Some(city)) = (first(InstitutionKind::County), first(InstitutionKind::City))
    else {
        return;
    };
    let alliance = |id: &str, name: &str, kind, lead: &str| Alliance {
        id: code(id),
        name: name.to_owned(),
        kind,
        lead: code(lead),
        division: None,
        specialty: None,
        valid_from: Some(FOUNDED),
        valid_until: None,
    };
    rows.alliances.push(Alliance {
        division: Some(code(COUNTY)),
        ..alliance(
            "YZ-YGT",
            "云泽县紧密型县域医共体",
            AllianceKind::County,
            county.code,
        )
    });
    rows.alliances.push(Alliance {
        specialty: Some("胸痛".to_owned()),
        ..alliance(
            "WS-XT",
            "望舒市胸痛专科联盟",
            AllianceKind::Specialty,
            city.code,
        )
    });
    let mut member = |alliance: &str, institution: &content::Institution, closeness, from| {
        rows.members.push(Member {
            alliance: code(alliance),
            institution: code(institution.code),
            closeness: Some(closeness),
            valid_from: Some(from),
            valid_until: None,
        });
    };
    for (number, institution) in institutions.iter().enumerate() {
        match institution.kind {
            InstitutionKind::City => member("WS-XT", institution, Closeness::Loose, FOUNDED),
            InstitutionKind::County => {
                member("WS-XT", institution, Closeness::Loose, FOUNDED);
                member("YZ-YGT", institution, Closeness::Tight, FOUNDED);
            }
            // The last two joined later.
            _ if number + 2 >= institutions.len() => {
                member("YZ-YGT", institution, Closeness::Tight, JOINED);
            }
            _ => member("YZ-YGT", institution, Closeness::Tight, FOUNDED),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use biaochi_organisations::{BedKind, Directory, Filter, PopulationKind, Table, Unit};
    use jiff::civil::date;

    use super::*;
    use crate::Population;

    fn options() -> Options {
        Options {
            discharges: 6_000,
            ..Options::default()
        }
    }

    #[test]
    fn the_rows_fit_together() {
        let rows = organisations(&options());
        assert_eq!(rows.check(), []);
        for table in Table::ALL {
            assert!(
                rows.count(*table) > 0 || *table == Table::Campuses,
                "{table:?}"
            );
        }
        assert_eq!(rows, organisations(&options()));
        let other = organisations(&Options {
            seed: 2,
            ..options()
        });
        assert_ne!(rows.staff, other.staff);
        assert_eq!(rows.institutions, other.institutions);
    }

    #[test]
    fn front_pages_name_departments_wards_and_staff_that_exist() {
        let options = options();
        let rows = organisations(&options);
        let departments: BTreeSet<(&str, &str)> = rows
            .departments
            .iter()
            .map(|one| (one.institution.as_str(), one.code.as_str()))
            .collect();
        let wards: BTreeSet<(&str, &str)> = rows
            .wards
            .iter()
            .map(|one| (one.institution.as_str(), one.code.as_str()))
            .collect();
        let staff: BTreeSet<(&str, &str, &str)> = rows
            .staff
            .iter()
            .map(|one| {
                let name = one.name.as_deref().unwrap_or_default();
                (one.institution.as_str(), one.code.as_str(), name)
            })
            .collect();
        let clean = Options {
            defects: crate::DefectRates::none(),
            ..options
        };
        for stay in Population::new(clean).expect("options") {
            let page = &stay.page;
            let own = page.organisation_code.as_str();
            for code in [&page.admission_department, &page.discharge_department]
                .into_iter()
                .chain(&page.transfer_departments)
                .filter(|code| !code.is_empty())
            {
                assert!(departments.contains(&(own, code)), "{own} {code}");
            }
            let ward = page.discharge_ward.as_str();
            assert!(
                ward.is_empty() || wards.contains(&(own, ward)),
                "{own} {ward}"
            );
            for (licence, name) in [
                (&page.department_head_code, &page.department_head),
                (&page.chief_physician_code, &page.chief_physician),
                (&page.attending_physician_code, &page.attending_physician),
                (&page.resident_code, &page.resident),
                (&page.responsible_nurse_code, &page.responsible_nurse),
            ] {
                let known = licence.is_empty() || staff.contains(&(own, licence, name));
                assert!(known, "{own} {licence} {name}");
            }
        }
    }

    #[test]
    fn beds_are_as_many_as_the_stays_need() {
        let options = Options {
            discharges: 20_000,
            ..Options::default()
        };
        let directory = Directory::new(organisations(&options));
        let view = directory.as_of(date(2024, 12, 31));
        let beds = view.beds(&Unit::All, BedKind::Open).expect("beds");
        assert_eq!(beds.lacking, 0);
        let days: i64 = Population::new(options)
            .expect("options")
            .filter(|stay| !stay.truth.is_copy)
            .filter_map(|stay| stay.page.length_of_stay)
            .map(i64::from)
            .sum();
        // Five years of stays.
        let use_percent = days * 100 / (beds.number as i64 * 365 * 5);
        assert!((55..=105).contains(&use_percent), "{use_percent} %");
    }

    #[test]
    fn people_are_those_who_fall_ill() {
        let options = Options::default();
        let directory = Directory::new(organisations(&options));
        let view = directory.as_of(date(2024, 12, 31));
        let county = Unit::Division(COUNTY.to_owned());
        let people = |kind| view.population(&county, 2024, kind).expect("a number");
        let residents = people(PopulationKind::Resident);
        assert!((150_000..220_000).contains(&residents), "{residents}");
        let elderly = people(PopulationKind::Elderly) * 100 / residents;
        assert!((10..30).contains(&elderly), "{elderly} %");
        let births = people(PopulationKind::LiveBirths) * 1000 / residents;
        assert!((3..15).contains(&births), "{births} per thousand");
        assert_eq!(
            view.population(&county, 2019, PopulationKind::Resident),
            None
        );
    }

    #[test]
    fn words_pick_the_region_apart() {
        let directory = Directory::new(organisations(&options()));
        let count = |day, words: &[&str]| {
            let filter = Filter::parse(words).expect("known words");
            directory.as_of(day).matching(&filter).count()
        };
        let (then, now) = (date(2022, 12, 31), date(2023, 1, 1));
        assert_eq!(count(now, &["县级公立医院"]), 3);
        assert_eq!(count(now, &["基层"]), 14);
        assert_eq!(count(now, &["#中心卫生院"]), 4);
        assert_eq!(count(then, &["三级甲等"]), 1);
        assert_eq!(count(now, &["三级甲等"]), 2);
        let members = |day| directory.as_of(day).members("YZ-YGT").len();
        assert_eq!([members(date(2021, 12, 31)), members(now)], [15, 17]);
    }
}
