//! Who the patient is: the first third of the front page.
//!
//! Nothing here can be mistaken for a real person: the province does not exist, no identity number
//! begins with its division code 99, and no telephone number begins with 100 and has eleven digits.
//!
//! What someone does not have, such as an employer, is [`NONE`], as hospitals are told to write.

use biaochi_records::{CompactString, Decimal2, FrontPage, Layout};
use compact_str::{ToCompactString, format_compact};

use crate::calendar::{date, years_between};
use crate::content::{Content, Institution, InstitutionKind};
use crate::identity::identity_number;
use crate::people::{INFANTS, Person, Sex, Trait, birth_year, hash};
use crate::random::mix;
use crate::staff::{person_name, surname};
use crate::story::Episode;

/// What stands where there is nothing to fill in.
const NONE: &str = "-";

/// Provinces in the order of value set RC036, whose codes begin with 1.
const PROVINCES: [&str; 31] = [
    "北京市",
    "天津市",
    "河北省",
    "山西省",
    "内蒙古自治区",
    "辽宁省",
    "吉林省",
    "黑龙江省",
    "上海市",
    "江苏省",
    "浙江省",
    "安徽省",
    "福建省",
    "江西省",
    "山东省",
    "河南省",
    "湖北省",
    "湖南省",
    "广东省",
    "广西壮族自治区",
    "海南省",
    "四川省",
    "重庆市",
    "贵州省",
    "云南省",
    "西藏自治区",
    "陕西省",
    "甘肃省",
    "青海省",
    "宁夏回族自治区",
    "新疆维吾尔自治区",
];

fn mobile(key: u64) -> CompactString {
    telephone(key, |digits| {
        format_compact!("100{:08}", digits % 100_000_000)
    })
}

/// An extension of the county, whose area code 0000 does not exist.
fn landline(key: u64) -> CompactString {
    telephone(key, |digits| {
        format_compact!("0000-{}{:06}", 2 + (digits >> 40) % 7, digits % 1_000_000)
    })
}

/// The first number that does not look made up.
fn telephone(key: u64, number: impl Fn(u64) -> CompactString) -> CompactString {
    let mut digits = key;
    loop {
        let number = number(digits);
        if !looks_made_up(&number) {
            return number;
        }
        digits = mix(digits, 1);
    }
}

/// Whether five digits in a row are the same or follow one another.
fn looks_made_up(number: &str) -> bool {
    number.as_bytes().windows(5).any(|digits| {
        let step = i16::from(digits[1]) - i16::from(digits[0]);
        step.abs() <= 1
            && digits
                .windows(2)
                .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
    })
}

fn occupation(key: u64, age: i32, county: bool) -> &'static str {
    const WORKING: [(&str, u64); 9] = [
        ("27", 46),
        ("24", 14),
        ("17", 9),
        ("54", 9),
        ("51", 7),
        ("13", 6),
        ("11", 3),
        ("21", 2),
        ("70", 4),
    ];
    match age {
        ..=5 => "90",
        6..=22 => "31",
        23..=59 => {
            let mut point = key % 100;
            // Few farmers among the people of the city.
            if !county && point < 46 {
                point = 46 + (key >> 16) % 54;
            }
            for (code, weight) in WORKING {
                if point < weight {
                    return code;
                }
                point -= weight;
            }
            "90"
        }
        _ if county && key % 100 < 62 => "27",
        _ if key % 100 < 92 => "80",
        _ => "70",
    }
}

fn marriage(key: u64, age: i32) -> &'static str {
    let point = key % 100;
    match age {
        ..=21 => "1",
        22..=27 if point < 55 => "1",
        28..=39 if point < 12 => "1",
        40.. if point < 3 => "1",
        70.. if point < 38 => "3",
        60..=69 if point < 14 => "3",
        30.. if point > 95 => "4",
        _ => "2",
    }
}

fn payment(key: u64, occupation: &str, institution: &Institution, county: bool) -> &'static str {
    match key % 1_000 {
        0..28 => return "7",
        28..36 => return "5",
        36..46 => return "8",
        46..66 if occupation == "27" => return "4",
        _ => {}
    }
    let employed = matches!(occupation, "11" | "13" | "17" | "21" | "24" | "80");
    // A few are insured in another place.
    let elsewhere = (key >> 12) % 100 < if county { 2 } else { 6 };
    match (
        employed && (institution.kind != InstitutionKind::Township || key.is_multiple_of(3)),
        elsewhere,
    ) {
        (true, false) => "1.1",
        (true, true) => "1.2",
        (false, false) => "2.1",
        (false, true) => "2.2",
    }
}

/// Fills in what describes the person.
pub(crate) fn fill(page: &mut FrontPage, seed: u64, episode: &Episode, layout: Layout) {
    let content = Content::get();
    let visit = &episode.visit;
    let person = &visit.person;
    let trait_of = |of| hash(seed, person.id, of);
    let institution = content.region.institution(visit.institution);
    let home = &content.region.residences[usize::from(person.residence)];
    let county = home.health_centre.is_some();
    let age = years_between(person.birth, visit.admitted).max(0);
    let days = visit.admitted - person.birth;

    let name = person_name(trait_of(Trait::Surname), birth_year(person), person.sex);
    page.sex = person.sex.code().into();
    page.birth_date = Some(date(person.birth));
    page.age_years = Some(age);
    if age == 0 {
        page.age_days = Some(days);
        // N041 counts months.
        page.age_months = Some(Decimal2::from_hundredths(
            i64::from(days) * 120_000 / 36_525,
        ));
    }
    page.nationality = "156".into();
    page.marital_status = marriage(trait_of(Trait::Marriage), age).into();
    let occupation = occupation(trait_of(Trait::Occupation), age, county);
    page.occupation = occupation.into();
    page.ethnic_group = match trait_of(Trait::Ethnic) % 1_000 {
        0..948 => "1",
        948..962 => "3",
        962..974 => "11",
        974..982 => "15",
        982..990 => "6",
        _ => "2",
    }
    .into();
    page.id_type = "1".into();
    // Many newborns have no number yet.
    let identity = trait_of(Trait::Identity);
    page.id_number = if person.id < INFANTS || age > 0 || identity % 10 < 4 {
        identity_number(date(person.birth), person.sex, identity >> 8)
    } else {
        NONE.into()
    };
    page.health_card_number = format_compact!("HK99{:010}", person.id);
    page.payment_method = payment(trait_of(Trait::Payment), occupation, institution, county).into();

    let street = content.words.streets
        [(trait_of(Trait::Address) % content.words.streets.len() as u64) as usize];
    let number = (trait_of(Trait::Address) >> 20) % 188 + 1;
    let address = format_compact!("{}{street}{number}号", home.address);
    page.birth_place = if county {
        "瀚海省望舒市云泽县"
    } else {
        "瀚海省望舒市"
    }
    .into();
    let province = (trait_of(Trait::Residence) % 31) as usize;
    page.native_place = if layout == Layout::N041 {
        // Free text there.
        PROVINCES[province].into()
    } else {
        (province + 1).to_compact_string()
    };
    page.registered_postcode = home.postcode.into();
    page.current_postcode = home.postcode.into();
    page.current_phone = mobile(trait_of(Trait::Phone));
    fill_employer(page, age, trait_of(Trait::Occupation), home.postcode);
    fill_contact(page, &name, trait_of(Trait::Contact), person, age);
    page.contact_address = address.clone();
    page.registered_address = address.clone();
    page.current_address = address;
    page.patient_name = name;

    let allergy = trait_of(Trait::Allergy);
    page.drug_allergy = Some(allergy % 1_000 < 55);
    if page.drug_allergy == Some(true) {
        let drugs = [
            "青霉素",
            "头孢类",
            "磺胺类",
            "青霉素,头孢类",
            "碘造影剂",
            "左氧氟沙星",
        ];
        page.allergens = drugs[(allergy >> 20) as usize % drugs.len()].into();
    }
    fill_blood_group(page, trait_of(Trait::Blood), visit.serial, institution.kind);
}

fn fill_employer(page: &mut FrontPage, age: i32, key: u64, postcode: &str) {
    const EMPLOYERS: [&str; 8] = [
        "云泽县农机厂",
        "云泽县实验小学",
        "望舒市纺织厂",
        "云泽县供销社",
        "望舒市建筑公司",
        "云泽县水务站",
        "云泽县粮油公司",
        "望舒市运输公司",
    ];
    let employer = match page.occupation.as_str() {
        "31" => match age {
            ..=11 => "云泽县第一小学",
            12..=14 => "云泽县初级中学",
            15..=18 => "云泽县第一中学",
            _ => "望舒学院",
        },
        "11" | "13" | "17" | "21" | "24" => EMPLOYERS[(key >> 24) as usize % EMPLOYERS.len()],
        _ => {
            page.employer = NONE.into();
            page.employer_phone = NONE.into();
            page.employer_postcode = NONE.into();
            return;
        }
    };
    page.employer = employer.into();
    page.employer_phone = landline(key >> 8);
    page.employer_postcode = postcode.into();
}

fn fill_contact(page: &mut FrontPage, name: &str, key: u64, person: &Person, age: i32) {
    let point = key % 100;
    let married = page.marital_status == "2";
    let single = page.marital_status == "1";
    let (relationship, sex, years) = match age {
        ..=17 => ("5", if point < 55 { Sex::Female } else { Sex::Male }, -28),
        18..=29 if point < 50 || single => {
            ("5", if point < 25 { Sex::Female } else { Sex::Male }, -26)
        }
        60.. if !single && point < 42 => ("2", Sex::Male, 27),
        60.. if !single && point < 62 => ("3", Sex::Female, 27),
        _ if married && point < 94 => (
            "1",
            if person.sex == Sex::Male {
                Sex::Female
            } else {
                Sex::Male
            },
            0,
        ),
        30..=49 if point < 70 => ("5", Sex::Male, -27),
        45.. if !single && point < 80 => ("2", Sex::Male, 25),
        _ => ("7", Sex::Male, 2),
    };
    let mut contact = person_name(mix(key, 77), birth_year(person) + years, sex);
    // Children and siblings share the surname, and parents do half the time.
    let own = name
        .chars()
        .next()
        .filter(|_| relationship != "1" && (relationship != "5" || sex == Sex::Male));
    if let Some(own) = own {
        let given: CompactString = contact[surname(mix(key, 77)).len()..].into();
        contact = format_compact!("{own}{given}");
    }
    if contact == *name {
        contact.push('文');
    }
    page.contact_name = contact;
    page.contact_relationship = relationship.into();
    page.contact_phone = mobile(mix(key, 5));
}

fn fill_blood_group(page: &mut FrontPage, key: u64, serial: u64, kind: InstitutionKind) {
    // Health centres rarely test.
    let tested = kind != InstitutionKind::Township || mix(key, serial) % 100 < 15;
    if !tested {
        page.blood_group = "6".into();
        page.rh_group = "4".into();
        return;
    }
    page.blood_group = match key % 100 {
        0..30 => "1",
        30..59 => "2",
        59..91 => "3",
        _ => "4",
    }
    .into();
    page.rh_group = if (key >> 16).is_multiple_of(300) {
        "1"
    } else {
        "2"
    }
    .into();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_do_not_look_made_up() {
        for made_up in ["10022222345", "10012345670", "10098765000"] {
            assert!(looks_made_up(made_up), "{made_up}");
        }
        for key in 0..20_000 {
            for number in [mobile(key), landline(key)] {
                assert!(!looks_made_up(&number), "{number}");
                assert!(number.starts_with("100") || number.starts_with("0000-"));
            }
        }
    }
}
