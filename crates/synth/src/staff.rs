//! The people who work in the hospitals: named, with licence numbers, each in a department.

use biaochi_records::CompactString;
use compact_str::ToCompactString;

use crate::content::{Content, InstitutionId, InstitutionKind};
use crate::people::Sex;
use crate::random::{Random, mix};

/// Roles on the front page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Head = 1,
    Chief,
    Attending,
    Resident,
    Nurse,
    Anesthetist,
    Coder,
    QualityPhysician,
    QualityNurse,
}

impl Role {
    /// How many of them a department of an institution has.
    fn number(self, kind: InstitutionKind) -> u32 {
        let large = kind == InstitutionKind::City;
        let small = kind == InstitutionKind::Township;
        match self {
            Self::Head => 1,
            Self::Chief => 1 + 2 * u32::from(!small) + 2 * u32::from(large),
            Self::Attending => 2 + 3 * u32::from(!small) + 3 * u32::from(large),
            Self::Resident => 2 + 4 * u32::from(!small) + 6 * u32::from(large),
            Self::Nurse => 4 + 6 * u32::from(!small) + 6 * u32::from(large),
            Self::Anesthetist => 1 + 4 * u32::from(!small) + 8 * u32::from(large),
            Self::Coder => 1 + 2 * u32::from(!small),
            Self::QualityPhysician | Self::QualityNurse => 2,
        }
    }
}

/// A member of staff.
#[derive(Debug, Clone, Default)]
pub(crate) struct Member {
    pub(crate) name: CompactString,
    /// Practising certificate number: 15 digits that begin with 99, which no certificate does.
    pub(crate) licence: CompactString,
}

/// Departments of anaesthesia and of coding and quality.
pub(crate) const ANESTHESIA: &str = "26";
pub(crate) const RECORDS: &str = "69";

/// Everybody of a department in a role.
pub(crate) fn roster(
    seed: u64,
    institution: InstitutionId,
    department: &str,
    role: Role,
) -> impl Iterator<Item = Member> {
    let kind = Content::get().region.institution(institution).kind;
    (0..role.number(kind)).map(move |number| Member {
        name: name(holder(seed, institution, department, role, number)),
        licence: licence(institution, department, role, number),
    })
}

/// Someone of a department in a role.
pub(crate) fn member(
    seed: u64,
    institution: InstitutionId,
    department: &str,
    role: Role,
    random: &mut Random,
) -> Member {
    let (post, number) = post(seed, institution, department, role, random);
    Member {
        name: name(post),
        licence: licence(institution, department, role, number),
    }
}

/// Name of someone of a department in a role.
pub(crate) fn member_name(
    seed: u64,
    institution: InstitutionId,
    department: &str,
    role: Role,
    random: &mut Random,
) -> CompactString {
    name(post(seed, institution, department, role, random).0)
}

/// A post that someone holds, as a hash, and its number in the department.
fn post(
    seed: u64,
    institution: InstitutionId,
    department: &str,
    role: Role,
    random: &mut Random,
) -> (u64, u32) {
    let kind = Content::get().region.institution(institution).kind;
    // Anaesthesia, coding and quality are departments of their own.
    let department = match role {
        Role::Anesthetist => ANESTHESIA,
        Role::Coder | Role::QualityPhysician | Role::QualityNurse => RECORDS,
        _ => department,
    };
    let number = random.below(role.number(kind));
    (holder(seed, institution, department, role, number), number)
}

/// The same post, as a hash.
fn holder(seed: u64, institution: InstitutionId, department: &str, role: Role, number: u32) -> u64 {
    let digits = department
        .bytes()
        .fold(0u64, |sum, byte| sum * 10 + u64::from(byte - b'0'));
    let place =
        u64::from(institution) << 40 | digits << 16 | (role as u64) << 8 | u64::from(number);
    let hash = mix(seed ^ 0x0005_7AFF, place);
    // Nearly all nurses and one in five of the others are women.
    let nurse = matches!(role, Role::Nurse | Role::QualityNurse);
    let female = if nurse {
        !hash.is_multiple_of(25)
    } else {
        hash.is_multiple_of(5)
    };
    hash << 1 | u64::from(female)
}

fn name(post: u64) -> CompactString {
    let sex = if post & 1 == 1 {
        Sex::Female
    } else {
        Sex::Male
    };
    person_name(post, 1965 + ((post >> 8) % 32) as i16, sex)
}

fn licence(institution: InstitutionId, department: &str, role: Role, number: u32) -> CompactString {
    // 99, institution, department, role, number; put together by hand because it happens often.
    let mut licence = CompactString::const_new("99");
    let mut digits = |value: u32, count: u32| {
        for place in (0..count).rev() {
            licence.push(char::from(b'0' + (value / 10u32.pow(place) % 10) as u8));
        }
    };
    digits(u32::from(institution), 2);
    digits(
        department
            .bytes()
            .fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')),
        6,
    );
    digits(role as u32, 1);
    digits(number + 1, 4);
    licence
}

/// A name that fits the year of birth.
pub(crate) fn person_name(key: u64, birth_year: i16, sex: Sex) -> CompactString {
    let words = &Content::get().words;
    let surname = words.surnames[words
        .surname_weights
        .at(mix(key, 1) % words.surname_weights.total())];
    let characters = words.given(birth_year.clamp(1900, 2030), sex == Sex::Female);
    let of = |salt: u64| characters[(mix(key, salt) % characters.len() as u64) as usize];
    let mut name = surname.to_compact_string();
    name.push_str(of(2));
    // One in six has a single given character.
    if !mix(key, 4).is_multiple_of(6) {
        name.push_str(of(3));
    }
    name
}

/// The surname of a key's name, for relatives.
pub(crate) fn surname(key: u64) -> &'static str {
    let words = &Content::get().words;
    words.surnames[words
        .surname_weights
        .at(mix(key, 1) % words.surname_weights.total())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_member_has_the_same_name_and_licence() {
        let find = |seed| {
            let mut random = Random::new(1, 1);
            member(seed, 0, "0304", Role::Head, &mut random)
        };
        assert_eq!(find(4).name, find(4).name);
        assert_eq!(find(4).licence.len(), 15);
        assert!(find(4).licence.starts_with("99"));
    }
}
