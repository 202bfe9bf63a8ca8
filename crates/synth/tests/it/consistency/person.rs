//! The person: identity, address, age and sex.

use biaochi_records::Layout;

use super::{Case, Rule};

pub(crate) const RULES: &[Rule] = &[
    ("names", |case| {
        let page = case.page;
        [
            &page.patient_name,
            &page.contact_name,
            &page.attending_physician,
            &page.coder,
        ]
        .iter()
        .any(|name| !(2..=4).contains(&name.chars().count()) || !name.chars().all(is_han))
    }),
    ("record_number", |case| {
        !(6..=50).contains(&case.page.medical_record_number.len())
            || case.page.admission_count.is_none_or(|count| count < 1)
    }),
    ("filled_in", |case| {
        let page = case.page;
        [
            &page.payment_method,
            &page.health_card_number,
            &page.birth_place,
            &page.native_place,
            &page.ethnic_group,
            &page.nationality,
            &page.id_number,
            &page.occupation,
            &page.marital_status,
            &page.employer,
            &page.employer_phone,
            &page.employer_postcode,
            &page.registered_postcode,
            &page.contact_relationship,
            &page.blood_group,
            &page.rh_group,
            &page.quality_physician,
            &page.department_head_code,
            &page.responsible_nurse_code,
        ]
        .iter()
        .any(|text| text.is_empty())
    }),
    ("identity_check", |case| {
        case.page.id_number != "-" && !is_identity_number(&case.page.id_number)
    }),
    ("identity_not_issued", |case| {
        case.page.id_number != "-" && !case.page.id_number.starts_with("99")
    }),
    ("identity_only_newborns_lack", |case| {
        case.page.id_number == "-" && case.age > 0
    }),
    ("identity_birth", |case| {
        let birth = case.page.birth_date.expect("a birth");
        identity_part(case, 6, 14)
            .is_some_and(|digits| digits != birth.strftime("%Y%m%d").to_string())
    }),
    ("identity_sex", |case| {
        identity_part(case, 16, 17).is_some_and(|digit| {
            let male = digit.parse::<u32>().expect("a digit") % 2 == 1;
            male != (case.page.sex == "1")
        })
    }),
    ("postcodes", |case| {
        let page = case.page;
        [&page.current_postcode, &page.registered_postcode]
            .iter()
            .any(|postcode| !is_digits(postcode, 6))
            || page.employer_postcode != "-" && !is_digits(&page.employer_postcode, 6)
    }),
    ("telephones", |case| {
        let page = case.page;
        [
            &page.current_phone,
            &page.contact_phone,
            &page.employer_phone,
        ]
        .iter()
        .any(|phone| phone.as_str() != "-" && is_made_up(phone))
    }),
    ("addresses", |case| {
        let page = case.page;
        [
            &page.birth_place,
            &page.registered_address,
            &page.current_address,
            &page.contact_address,
        ]
        .iter()
        .any(|address| address.chars().count() < 5 || !address.contains('省'))
    }),
    ("native_place", |case| {
        let text = case.page.native_place.as_str();
        match case.layout {
            Layout::N041 => !text.ends_with(['省', '市', '区']),
            _ => !text.parse().is_ok_and(|code: u32| (1..=35).contains(&code)),
        }
    }),
    ("age_range", |case| !(0..=120).contains(&case.age)),
    ("age", |case| {
        let (birth, admission) = (case.page.birth_date, case.page.admission_time);
        let (birth, admission) = (birth.expect("a birth"), admission.expect("an admission"));
        let before = (admission.month(), admission.day()) < (birth.month(), birth.day());
        case.age != i32::from(admission.year() - birth.year()) - i32::from(before)
    }),
    ("age_in_days", |case| {
        case.page.age_days != (case.age == 0).then_some(case.days_old)
            || case.age == 0 && !(0..=364).contains(&case.days_old) && case.days_old != 365
    }),
    ("child_occupation", |case| {
        case.age < 6 && !["90", "31", "70"].contains(&case.page.occupation.as_str())
    }),
    ("retired", |case| {
        case.age < 45 && case.page.occupation == "80"
    }),
    ("married", |case| {
        let least = if case.page.sex == "2" { 18 } else { 20 };
        case.age < least && case.page.marital_status != "1"
    }),
    ("contact_child", |case| {
        case.age < 20 && ["2", "3"].contains(&case.page.contact_relationship.as_str())
    }),
    ("contact_spouse", |case| {
        case.page.contact_relationship == "1" && case.page.marital_status != "2"
    }),
    ("perinatal", |case| {
        case.days_old > 28 && case.principal().starts_with('P')
    }),
    ("tumour_of_child", |case| {
        case.age < 12
            && case.categories().any(|category| {
                ("C50"..="C63").contains(&category) || ("D24"..="D29").contains(&category)
            })
    }),
    ("pregnancy_age", |case| {
        !(12..=55).contains(&case.age) && case.any(&["O"])
    }),
    ("male_with_female_disease", |case| {
        case.page.sex == "1" && case.codes.iter().any(|code| is_female(code))
    }),
    ("female_with_male_disease", |case| {
        case.page.sex == "2" && case.codes.iter().any(|code| is_male(code))
    }),
    ("male_with_female_procedure", |case| {
        case.page.sex == "1"
            && case
                .procedures
                .iter()
                .any(|code| ("65".."76").contains(code))
    }),
    ("female_with_male_procedure", |case| {
        case.page.sex == "2"
            && case
                .procedures
                .iter()
                .any(|code| ("60".."65").contains(code))
    }),
    ("newborn_weights", |case| {
        let page = case.page;
        let weights = page.birth_weights.iter().map(|weight| weight.grams);
        weights
            .chain([page.newborn_admission_weight])
            .flatten()
            .any(|grams| !(100..=9_999).contains(&grams) || grams % 10 != 0)
    }),
    ("newborn_admission_weight", |case| {
        case.page.newborn_admission_weight.is_some() != (case.days_old <= 28)
    }),
    ("birth_weight_where_born", |case| {
        let born = case.days_old <= 28 || case.any(&["Z37"]);
        born == case.page.birth_weights.is_empty()
    }),
    ("twins_have_two_weights", |case| {
        case.any(&["Z37.2"]) && case.page.birth_weights.len() < 2
    }),
];

fn is_han(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_made_up(phone: &str) -> bool {
    let digits: Vec<u8> = phone.bytes().filter(u8::is_ascii_digit).collect();
    digits.len() < 7
        || digits
            .windows(6)
            .any(|six| six.iter().all(|d| *d == six[0]))
        || phone.contains("12345678")
}

fn identity_part<'a>(case: &'a Case<'_>, from: usize, to: usize) -> Option<&'a str> {
    case.page.id_number.get(from..to)
}

/// GB 11643: eighteen characters, the last one the check character.
pub(crate) fn is_identity_number(number: &str) -> bool {
    let Some((digits, check)) = number.split_at_checked(17) else {
        return false;
    };
    if !is_digits(digits, 17) {
        return false;
    }
    // The weight of the first digit is 2 to the 17th modulo 11, and so on down.
    let sum: u64 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| u64::from(digit - b'0') * (1 << (17 - place)))
        .sum();
    let expected = (12 - sum % 11) % 11;
    check
        == if expected == 10 {
            "X".to_owned()
        } else {
            expected.to_string()
        }
}

fn is_female(code: &str) -> bool {
    let category = &code[..3];
    ("C51"..="C58").contains(&category)
        || ("D25"..="D28").contains(&category)
        || ("N70"..="N98").contains(&category)
        || code.starts_with('O')
        || ("Z32"..="Z37").contains(&category)
        || [
            "A34", "D06", "D39", "E28", "F53", "Q50", "Q51", "Q52", "R87", "Z39",
        ]
        .contains(&category)
        || [
            "B37.3", "C79.6", "D07.0", "I86.3", "M80.0", "M80.1", "N99.2", "P54.6", "Z35",
        ]
        .iter()
        .any(|prefix| code.starts_with(prefix))
}

fn is_male(code: &str) -> bool {
    let category = &code[..3];
    ("C60"..="C63").contains(&category)
        || ("N40"..="N51").contains(&category)
        || ["D29", "D40", "E29", "Q53", "Q54", "Q55", "R86"].contains(&category)
        || [
            "B26.0", "D07.4", "D17.6", "I86.1", "L29.1", "S31.2", "Z12.5",
        ]
        .iter()
        .any(|prefix| code.starts_with(prefix))
}

#[test]
fn the_example_of_the_standard_is_an_identity_number() {
    assert!(is_identity_number("11010519491231002X"));
    assert!(!is_identity_number("110105194912310021"));
    assert!(!is_identity_number("1101051949123100"));
}
