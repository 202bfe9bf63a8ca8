//! Staff of each department, and the people of each division.

use biaochi_organisations::{
    Education, Population, PopulationKind, Post, Rows, StaffMember, Title,
};

use super::code;
use crate::content::{Content, InstitutionId, InstitutionKind};
use crate::options::Options;
use crate::people::{resident_count, share_born};
use crate::random::mix;
use crate::staff::{ANESTHESIA, RECORDS, Role, roster};

pub(super) fn fill(rows: &mut Rows, options: &Options) {
    staff(rows, options.seed);
    population(rows, options);
}

fn staff(rows: &mut Rows, seed: u64) {
    let content = Content::get();
    for department in &rows.departments {
        let found = content
            .region
            .institutions
            .iter()
            .position(|one| department.institution == one.code);
        let Some(number) = found else { continue };
        let kind = content.region.institutions[number].kind;
        let specialty = content
            .departments
            .iter()
            .find(|one| department.code == one.code)
            .map(|one| one.specialty)
            .filter(|specialty| !specialty.is_empty());
        let roles: &[Role] = match department.code.as_str() {
            ANESTHESIA => &[Role::Anesthetist],
            RECORDS => &[Role::Coder, Role::QualityPhysician, Role::QualityNurse],
            _ => &[
                Role::Head,
                Role::Chief,
                Role::Attending,
                Role::Resident,
                Role::Nurse,
            ],
        };
        for role in roles {
            let members = roster(seed, number as InstitutionId, &department.code, *role);
            for member in members {
                // Licences differ, titles and education with them.
                let letters = member.licence.bytes().map(u64::from);
                let key = letters.fold(seed ^ 0x0071_71E5, mix);
                rows.staff.push(StaffMember {
                    institution: department.institution.clone(),
                    code: code(&member.licence),
                    name: Some(member.name.to_string()),
                    department: Some(department.code.clone()),
                    post: post(*role),
                    title: Some(title(*role, kind, key)),
                    specialty: specialty.map(str::to_owned),
                    education: Some(education(*role, kind, key)),
                    valid_from: None,
                    valid_until: None,
                });
            }
        }
    }
}

fn post(role: Role) -> Post {
    match role {
        Role::Nurse | Role::QualityNurse => Post::Nurse,
        Role::Coder => Post::OtherHealth,
        _ => Post::Physician,
    }
}

fn title(role: Role, kind: InstitutionKind, key: u64) -> Title {
    let small = kind == InstitutionKind::Township;
    match (role, key % 10) {
        (Role::Head, _) if !small => Title::Senior,
        (Role::Head | Role::Chief, _) if !small => Title::Associate,
        (Role::Head, _) => Title::Associate,
        (Role::Chief | Role::Attending, _) => Title::Intermediate,
        (Role::Anesthetist | Role::QualityPhysician | Role::QualityNurse, 0..3) => Title::Associate,
        (Role::Anesthetist | Role::QualityPhysician | Role::QualityNurse, 3..7) => {
            Title::Intermediate
        }
        (Role::Nurse, 0) if !small => Title::Associate,
        (Role::Nurse | Role::Coder, 1..4) => Title::Intermediate,
        _ => Title::Junior,
    }
}

fn education(role: Role, kind: InstitutionKind, key: u64) -> Education {
    let (doctor, master, bachelor) = match (kind, post(role)) {
        (InstitutionKind::City, Post::Physician) => (15, 65, 100),
        (InstitutionKind::Township, Post::Physician) => (0, 1, 45),
        (_, Post::Physician) => (1, 20, 90),
        (InstitutionKind::City, _) => (0, 6, 80),
        (InstitutionKind::Township, _) => (0, 0, 25),
        (_, _) => (0, 2, 55),
    };
    match mix(key, 0x00ED) % 100 {
        share if share < doctor => Education::Doctor,
        share if share < master => Education::Master,
        share if share < bachelor => Education::Bachelor,
        _ => Education::College,
    }
}

/// The residents of each place by year; the county shrinks a little.
fn population(rows: &mut Rows, options: &Options) {
    let content = Content::get();
    let residences = &content.region.residences;
    let total: u64 = residences.iter().map(|one| one.weight).sum();
    let residents = u64::from(resident_count(options));
    let last = options.to.year();
    for residence in residences {
        let own = content
            .divisions
            .iter()
            .find(|division| residence.address.ends_with(division.name));
        let Some(division) = own else { continue };
        for year in options.from.year()..=last {
            let shrinking = 1000 + 3 * (last - year) as u64;
            let all = residents * residence.weight * shrinking / (total * 1000);
            for kind in PopulationKind::ALL {
                let born = match kind {
                    PopulationKind::Resident => 1000,
                    PopulationKind::Registered => 1080,
                    PopulationKind::Elderly => share_born(..=year - 65),
                    PopulationKind::Children => share_born(year - 6..=year),
                    PopulationKind::LiveBirths => share_born(year..=year),
                };
                rows.populations.push(Population {
                    division: code(division.code),
                    year,
                    kind: *kind,
                    number: (all * born).div_ceil(1000),
                });
            }
        }
    }
}
