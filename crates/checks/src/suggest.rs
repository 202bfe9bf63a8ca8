//! Corrections that follow from the page itself. Nothing is suggested that a person would have to judge:
//! a value is written as its value set has it, two values change places when each is what the other should
//! be, and ages and stays follow from dates that nothing speaks against.

use biaochi_domain::{Language, Localized};
use biaochi_records::{DataType, FIELDS, Field, FrontPage, Layout, Value, ValueRef};

use crate::IdentityNumber;

/// Why a correction is certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SuggestionKind {
    /// Full-width characters or blanks within a code or number.
    Width,
    /// A code of the value set in other letter case.
    Case,
    /// Code and name stand in each other's place.
    Swapped,
    /// The age follows from the dates of birth and admission.
    Age,
    /// The length of stay follows from the times of admission and discharge.
    Stay,
}

impl SuggestionKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Width,
        Self::Case,
        Self::Swapped,
        Self::Age,
        Self::Stay,
    ];

    /// Word for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Case => "case",
            Self::Swapped => "swapped",
            Self::Age => "age",
            Self::Stay => "stay",
        }
    }
}

impl Localized for SuggestionKind {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Width => ("全角字符或空格", "full-width characters or blanks"),
            Self::Case => ("字母大小写", "letter case"),
            Self::Swapped => ("编码与名称填反", "code and name changed places"),
            Self::Age => (
                "按出生日期和入院日期计算",
                "follows from birth and admission",
            ),
            Self::Stay => (
                "按入院和出院时间计算",
                "follows from admission and discharge",
            ),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// A certain correction of one value.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// What it should be.
    pub value: Value,
    /// Why.
    pub kind: SuggestionKind,
}

/// What the code packs know.
pub trait KnownCodes {
    /// Whether a value set has a code. A set that nobody describes has every code.
    fn has(&self, set: &'static str, code: &str) -> bool;
    /// The code of a set that differs from a text in letter case only; `None` when there is none or
    /// several.
    fn in_other_case(&self, set: &'static str, code: &str) -> Option<String>;
    /// Whether a name is one of a code's.
    fn is_name_of(&self, set: &'static str, code: &str, name: &str) -> bool;
}

/// The corrections of a page that are certain, in the order of the catalogue.
pub fn suggest(page: &FrontPage, layout: Layout, codes: &dyn KnownCodes) -> Vec<Suggestion> {
    let mut found = swaps(page, layout, codes);
    let swapped: Vec<(Field, usize)> = found.iter().map(|one| (one.field, one.index)).collect();
    for info in FIELDS {
        if !matches!(info.data_type, DataType::Code | DataType::Codes) {
            continue;
        }
        for index in 0..page.count(info.group) {
            let Some(value) = page.get(info.field, index) else {
                continue;
            };
            let rewritten = match value {
                ValueRef::Text(text) => rewritten(info.field, layout, text, codes)
                    .map(|(text, kind)| (Value::Text(text.into()), kind)),
                ValueRef::Codes(list) => rewritten_list(info.field, layout, list, codes),
                _ => None,
            };
            if let Some((value, kind)) = rewritten
                && !swapped.contains(&(info.field, index))
            {
                found.push(Suggestion {
                    field: info.field,
                    index,
                    value,
                    kind,
                });
            }
        }
    }
    found.extend(ages(page, layout));
    found.extend(stay(page));
    found.sort_by_key(|suggestion| (suggestion.field, suggestion.index));
    found
}

/// Codes and the names beside them.
const PAIRS: [(Field, Field); 5] = [
    (
        Field::OutpatientDiagnosisCode,
        Field::OutpatientDiagnosisName,
    ),
    (Field::AdmissionDiagnosisCode, Field::AdmissionDiagnosisName),
    (Field::DiagnosisCode, Field::DiagnosisName),
    (Field::ExternalCauseCode, Field::ExternalCauseName),
    (Field::ProcedureCode, Field::ProcedureName),
];

fn swaps(page: &FrontPage, layout: Layout, codes: &dyn KnownCodes) -> Vec<Suggestion> {
    let mut found = Vec::new();
    for (code_field, name_field) in PAIRS {
        let Some(set) = code_field.info().value_set(layout) else {
            continue;
        };
        for index in 0..page.count(code_field.info().group) {
            let (Some(ValueRef::Text(code)), Some(ValueRef::Text(name))) =
                (page.get(code_field, index), page.get(name_field, index))
            else {
                continue;
            };
            if codes.has(set, code) || !codes.has(set, name) || !codes.is_name_of(set, name, code) {
                continue;
            }
            for (field, text) in [(code_field, name), (name_field, code)] {
                found.push(Suggestion {
                    field,
                    index,
                    value: Value::Text(text.into()),
                    kind: SuggestionKind::Swapped,
                });
            }
        }
    }
    found
}

/// The code that a text is when width, blanks and letter case do not count.
fn rewritten(
    field: Field,
    layout: Layout,
    text: &str,
    codes: &dyn KnownCodes,
) -> Option<(String, SuggestionKind)> {
    let narrow = narrowed(text);
    let Some(set) = field.info().value_set(layout) else {
        return without_set(field, text, narrow);
    };
    if codes.has(set, text) {
        return None;
    }
    if codes.has(set, &narrow) {
        return (narrow != text).then_some((narrow, SuggestionKind::Width));
    }
    let known = codes.in_other_case(set, &narrow)?;
    Some((known, SuggestionKind::Case))
}

/// Numbers and the like, which no value set lists: telephone, postcode, identity number.
fn without_set(field: Field, text: &str, narrow: String) -> Option<(String, SuggestionKind)> {
    if field == Field::IdNumber && narrow.ends_with('x') {
        let upper = narrow.to_ascii_uppercase();
        return IdentityNumber::parse(&upper).map(|_| (upper, SuggestionKind::Case));
    }
    // The record number names the record: who changes it makes another record.
    let is_certain = field != Field::MedicalRecordNumber && narrow.is_ascii() && !text.is_ascii();
    (is_certain && !narrow.is_empty()).then_some((narrow, SuggestionKind::Width))
}

fn rewritten_list(
    field: Field,
    layout: Layout,
    list: &[biaochi_records::CompactString],
    codes: &dyn KnownCodes,
) -> Option<(Value, SuggestionKind)> {
    let mut kind = None;
    let new = list
        .iter()
        .map(|code| match rewritten(field, layout, code, codes) {
            Some((text, found)) => {
                kind = kind.or(Some(found));
                text.as_str().into()
            }
            None => code.clone(),
        });
    let new = new.collect();
    kind.map(|kind| (Value::Codes(new), kind))
}

/// Full-width letters, digits and signs as ASCII, without blanks.
fn narrowed(text: &str) -> String {
    let ascii = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '。' => '.',
        other => other,
    };
    text.chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200b}')
        .map(ascii)
        .collect()
}

fn ages(page: &FrontPage, layout: Layout) -> Vec<Suggestion> {
    let identity = IdentityNumber::parse(&page.id_number);
    let confirmed = match (identity, page.birth_date) {
        (Some(identity), Some(birth)) if identity.birth_date != birth => return Vec::new(),
        (Some(_), Some(_)) => true,
        _ => false,
    };
    let dates = FrontPage {
        birth_date: page.birth_date,
        admission_time: page.admission_time,
        ..FrontPage::default()
    };
    let (Some(years), Some(days)) = (dates.age_in_years(), dates.age_in_days()) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut say = |field, value| {
        found.push(Suggestion {
            field,
            index: 0,
            value: Value::Integer(value),
            kind: SuggestionKind::Age,
        });
    };
    // Of an age and a date that contradict each other one is wrong: only the identity number tells which.
    let is_wrong = page.age_years.is_some_and(|given| given != years);
    if page.age_years.is_none() || (is_wrong && confirmed) {
        say(Field::AgeYears, years);
    }
    let has_column = !Field::AgeDays.info().columns[layout as usize].is_empty();
    if has_column && years == 0 && page.age_days.is_none() && page.age_years.unwrap_or(0) == 0 {
        say(Field::AgeDays, days);
    }
    found
}

fn stay(page: &FrontPage) -> Option<Suggestion> {
    let (admission, discharge) = (page.admission_time?, page.discharge_time?);
    let times = FrontPage {
        admission_time: page.admission_time,
        discharge_time: page.discharge_time,
        ..FrontPage::default()
    };
    let days = times.stay_days()?;
    if page.length_of_stay == Some(days) || discharge < admission {
        return None;
    }
    // What speaks against the times: care that adds up to the given days, procedures outside.
    let care = [
        page.special_care_days,
        page.level1_care_days,
        page.level2_care_days,
        page.level3_care_days,
    ];
    let care = care
        .into_iter()
        .flatten()
        .try_fold(0i32, i32::checked_add)
        .filter(|days| *days > 0);
    let outside = page.procedures.iter().any(|procedure| {
        procedure
            .start_time
            .is_some_and(|time| time.date() < admission.date() || time.date() > discharge.date())
    });
    if outside || (care.is_some() && care == page.length_of_stay) {
        return None;
    }
    Some(Suggestion {
        field: Field::LengthOfStay,
        index: 0,
        value: Value::Integer(days),
        kind: SuggestionKind::Stay,
    })
}

#[cfg(test)]
mod tests {
    use biaochi_records::{Diagnosis, Procedure};
    use jiff::civil::{date, datetime};

    use super::*;

    /// Two diagnoses and the sexes.
    struct Few;

    impl KnownCodes for Few {
        fn has(&self, set: &'static str, code: &str) -> bool {
            match set {
                "ICD-10" => matches!(code, "I10.x00x002" | "K80.100x003"),
                "RC001" => matches!(code, "1" | "2"),
                _ => true,
            }
        }

        fn in_other_case(&self, set: &'static str, code: &str) -> Option<String> {
            (set == "ICD-10" && code.eq_ignore_ascii_case("I10.x00x002"))
                .then(|| "I10.x00x002".to_owned())
        }

        fn is_name_of(&self, _: &'static str, code: &str, name: &str) -> bool {
            (code, name) == ("I10.x00x002", "高血压")
        }
    }

    fn page() -> FrontPage {
        let mut page = FrontPage {
            sex: "1".into(),
            id_number: "99010119600306069X".into(),
            birth_date: Some(date(1960, 3, 6)),
            age_years: Some(63),
            admission_time: Some(datetime(2024, 3, 3, 9, 0, 0, 0)),
            discharge_time: Some(datetime(2024, 3, 8, 8, 0, 0, 0)),
            length_of_stay: Some(5),
            ..FrontPage::default()
        };
        page.diagnoses.push(Diagnosis::from("I10.x00x002"));
        page
    }

    #[track_caller]
    fn check(change: impl Fn(&mut FrontPage), expected: &[(&str, usize, &str, &str)]) {
        let mut page = page();
        change(&mut page);
        let found: Vec<(&str, usize, String, &str)> = suggest(&page, Layout::Hqms811, &Few)
            .iter()
            .map(|one| {
                let text = match &one.value {
                    Value::Text(text) => text.to_string(),
                    Value::Integer(number) => number.to_string(),
                    other => format!("{other:?}"),
                };
                (one.field.info().id, one.index, text, one.kind.id())
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(id, index, text, kind)| (*id, *index, (*text).to_owned(), *kind))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_page_that_is_right_gets_no_suggestion() {
        check(|_| (), &[]);
    }

    #[test]
    fn codes_are_written_as_their_set_has_them() {
        let code =
            |text: &'static str| move |page: &mut FrontPage| page.diagnoses[0].code = text.into();
        let right = "I10.x00x002";
        check(
            code("Ｉ１０．ｘ００ｘ００２"),
            &[("diagnoses.code", 0, right, "width")],
        );
        check(
            code("I10 .x00x002"),
            &[("diagnoses.code", 0, right, "width")],
        );
        check(code("i10.X00X002"), &[("diagnoses.code", 0, right, "case")]);
        // No code, however it is written.
        check(code("Ｉ９９"), &[]);
        check(|page| page.sex = "２".into(), &[("sex", 0, "2", "width")]);
        check(
            |page| page.current_phone = "１３８０".into(),
            &[("current_phone", 0, "1380", "width")],
        );
        check(|page| page.medical_record_number = "００１".into(), &[]);
        let lower = "99010119600306069x";
        check(
            |page| page.id_number = lower.into(),
            &[("id_number", 0, "99010119600306069X", "case")],
        );
    }

    #[test]
    fn code_and_name_change_places_only_when_they_belong_together() {
        let put = |code: &'static str, name: &'static str| {
            move |page: &mut FrontPage| {
                page.diagnoses[0].code = code.into();
                page.diagnoses[0].name = name.into();
            }
        };
        check(
            put("高血压", "I10.x00x002"),
            &[
                ("diagnoses.code", 0, "I10.x00x002", "swapped"),
                ("diagnoses.name", 0, "高血压", "swapped"),
            ],
        );
        check(put("胆囊结石", "I10.x00x002"), &[]);
        check(put("高血压", ""), &[]);
    }

    #[test]
    fn an_age_follows_from_dates_that_the_identity_number_confirms() {
        let years = [("age_years", 0, "63", "age")];
        check(|page| page.age_years = Some(36), &years);
        check(
            |page| {
                page.age_years = Some(36);
                page.id_number.clear();
            },
            &[],
        );
        // Missing: the dates are all there is.
        check(
            |page| {
                page.age_years = None;
                page.id_number.clear();
            },
            &years,
        );
        // The number says another birthday: one of the two is wrong.
        check(
            |page| {
                page.age_years = None;
                page.birth_date = Some(date(1961, 3, 6));
            },
            &[],
        );
        check(
            |page| {
                page.id_number.clear();
                page.birth_date = Some(date(2024, 2, 1));
                page.age_years = Some(0);
            },
            &[("age_days", 0, "31", "age")],
        );
    }

    #[test]
    fn a_stay_follows_from_times_that_nothing_speaks_against() {
        let days = [("length_of_stay", 0, "5", "stay")];
        check(|page| page.length_of_stay = None, &days);
        check(|page| page.length_of_stay = Some(6), &days);
        check(
            |page| {
                page.length_of_stay = Some(6);
                page.level2_care_days = Some(6);
            },
            &[],
        );
        check(
            |page| {
                page.length_of_stay = Some(15);
                page.procedures.push(Procedure::from("51.2300"));
                page.procedures[0].start_time = Some(datetime(2024, 3, 12, 8, 0, 0, 0));
            },
            &[],
        );
        check(|page| page.discharge_time = None, &[]);
    }
}
