//! What a person types to correct a value: `field[element]=value`.

use biaochi_ingest::is_unfilled;
use biaochi_records::{DataType, FIELDS, Field, FieldInfo, Form, FrontPage, Group, Layout};

use super::set_error::SetError;
use super::values::{MARK, Place, put, text_of};

/// A value that shall stand in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// Where.
    pub place: Place,
    /// What; `None` empties the place, `-` says that it does not apply.
    pub text: Option<String>,
}

/// Tells whether a value set has a code.
type Known<'a> = dyn Fn(&'static str, &str) -> bool + 'a;

/// Fields that make up the key of a record.
const KEY: [Field; 4] = [
    Field::OrganisationCode,
    Field::MedicalRecordNumber,
    Field::AdmissionCount,
    Field::DischargeTime,
];

/// Reads `field[element]=value` for a record of a layout. The field is its id, its Chinese name or the
/// heading of a column; elements count from one.
pub fn parse_set(
    text: &str,
    layout: Layout,
    known: &(dyn Fn(&'static str, &str) -> bool + '_),
) -> Result<Set, SetError> {
    let (name, value) = text.split_once('=').ok_or_else(|| SetError::Form {
        text: text.to_owned(),
    })?;
    let place = place(name.trim(), layout)?;
    checked(place, value, layout, known)
}

/// A value for a place of a record of a layout, in the form in which it is kept.
pub(crate) fn checked(
    place: Place,
    value: &str,
    layout: Layout,
    known: &Known<'_>,
) -> Result<Set, SetError> {
    let info = place.field.info();
    if KEY.contains(&place.field) {
        return Err(SetError::Key { id: info.id });
    }
    let has_column = layout.columns().iter().any(|column| {
        holds(column.field, column.form, place) && column.index as usize == place.index
    });
    if !has_column {
        return Err(SetError::NoColumn {
            place: place.name(),
            layout: layout.id(),
        });
    }
    let value =
        value.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}' || c == '\u{feff}');
    let text = match value {
        "" => None,
        MARK if info.group == Group::Record => Some(MARK.to_owned()),
        value => Some(filled(place, value, layout, known)?),
    };
    Ok(Set { place, text })
}

/// Whether a column holds a field: the joint incision code holds two.
fn holds(field: Field, form: Form, place: Place) -> bool {
    field == place.field
        || (form == Form::Incision && place.field == Field::ProcedureIncisionHealing)
}

fn filled(
    place: Place,
    value: &str,
    layout: Layout,
    known: &Known<'_>,
) -> Result<String, SetError> {
    let info = place.field.info();
    let name = place.name();
    if is_unfilled(value) {
        let value = value.to_owned();
        return Err(SetError::Unfilled { place: name, value });
    }
    if value.chars().any(char::is_control) {
        return Err(SetError::Control { place: name });
    }
    if info.length > 0 && value.chars().count() > usize::from(info.length) {
        let limit = info.length;
        return Err(SetError::TooLong { place: name, limit });
    }
    let shown = || match info.sensitivity {
        biaochi_records::Sensitivity::Direct => "***".to_owned(),
        _ => format!("“{value}”"),
    };
    // Yes and no may be given by the codes of the layout as well.
    let flag = info
        .flag_coding(layout)
        .and_then(|coding| coding.value(value));
    let value = match flag {
        Some(flag) => {
            if flag {
                "是"
            } else {
                "否"
            }
        }
        None => value,
    };
    let mut page = FrontPage::default();
    let read = put(&mut page, place, Some(value));
    let text = text_of(&page, place).filter(|_| read.is_ok());
    let expected = read.err().unwrap_or("text");
    let wrong = |expected| SetError::Value {
        place: name.clone(),
        value: shown(),
        expected,
    };
    let text = text.ok_or_else(|| wrong(expected))?;
    match info.data_type {
        DataType::Integer if text.starts_with('-') => return Err(wrong("whole number")),
        DataType::Decimal { .. } if text.starts_with('-') => return Err(wrong("number")),
        _ => {}
    }
    if let Some(set) = info.value_set(layout)
        && matches!(info.data_type, DataType::Code | DataType::Codes)
        && let Some(unknown) = text.split('|').find(|code| !known(set, code))
    {
        return Err(SetError::UnknownCode {
            place: name,
            value: unknown.to_owned(),
            set,
        });
    }
    Ok(text)
}

fn place(text: &str, layout: Layout) -> Result<Place, SetError> {
    let (name, element) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
        Some((name, element)) => (name.trim(), Some(element.trim())),
        None => (text, None),
    };
    let element = element
        .map(|text| match text.parse::<usize>() {
            Ok(number @ 1..=255) => Ok(number - 1),
            _ => Err(SetError::Element {
                text: text.to_owned(),
            }),
        })
        .transpose()?;
    if let Some(info) = named(name)? {
        return match (info.group.is_repeated(), element) {
            (true, None) => Err(SetError::NoElement { id: info.id }),
            (false, Some(1..)) => Err(SetError::NotAList { id: info.id }),
            (_, element) => Ok(Place {
                field: info.field,
                index: element.unwrap_or(0),
            }),
        };
    }
    let mut columns = layout.columns().iter();
    let column = columns.find(|column| {
        matches!(column.form, Form::Plain | Form::Community)
            && (column.name.eq_ignore_ascii_case(name) || folded(column.name_zh) == folded(name))
    });
    match (column, element) {
        (Some(column), None) => Ok(Place {
            field: column.field,
            index: usize::from(column.index),
        }),
        (Some(column), Some(_)) => Err(SetError::NotAList { id: column.name }),
        (None, _) => Err(SetError::UnknownField {
            name: name.to_owned(),
            alike: alike(name),
        }),
    }
}

/// The field with this id or Chinese name.
fn named(name: &str) -> Result<Option<&'static FieldInfo>, SetError> {
    if let Some(field) = Field::from_id(name) {
        return Ok(Some(field.info()));
    }
    let wanted = folded(name);
    let found: Vec<&'static FieldInfo> = FIELDS
        .iter()
        .filter(|info| folded(info.name_zh) == wanted)
        .collect();
    match found[..] {
        [] => Ok(None),
        [info] => Ok(Some(info)),
        _ => Err(SetError::Ambiguous {
            name: name.to_owned(),
            ids: found.iter().map(|info| info.id).collect(),
        }),
    }
}

/// Fields whose name holds what was typed.
fn alike(name: &str) -> Vec<String> {
    const MOST: usize = 5;
    let wanted = folded(name);
    if wanted.is_empty() {
        return Vec::new();
    }
    FIELDS
        .iter()
        .filter(|info| info.id.contains(name) || folded(info.name_zh).contains(&wanted))
        .take(MOST)
        .map(|info| format!("{}（{}）", info.id, info.name_zh))
        .collect()
}

/// A Chinese name without what people write differently.
fn folded(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '（' => '(',
            '）' => ')',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use biaochi_domain::{Language, Localized as _};

    use super::*;

    fn known(set: &'static str, code: &str) -> bool {
        match set {
            "RC001" => matches!(code, "1" | "2"),
            "ICD-10" => code == "I10.x00x002",
            _ => true,
        }
    }

    #[track_caller]
    fn check(text: &str, expected: Result<(&str, Option<&str>), &str>) {
        let found = parse_set(text, Layout::Hqms811, &known);
        let found = found
            .map(|set| (set.place.name(), set.text))
            .map_err(|error| error.text(Language::Zh));
        match (found, expected) {
            (Ok((name, value)), Ok((wanted, text))) => {
                assert_eq!((name.as_str(), value.as_deref()), (wanted, text));
            }
            (Err(found), Err(part)) => assert!(found.contains(part), "{found}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn fields_are_named_by_id_chinese_name_or_heading() {
        check("sex=2", Ok(("sex", Some("2"))));
        check("性别 = 2 ", Ok(("sex", Some("2"))));
        check("A12C=2", Ok(("sex", Some("2"))));
        let second = ("diagnoses.code[2]", Some("I10.x00x002"));
        check("diagnoses.code[2]=I10.x00x002", Ok(second));
        check("C06x01C=I10.x00x002", Ok(second));
        check("出院诊断编码[2]=I10.x00x002", Ok(second));
        check("diagnoses.name[1]=", Ok(("diagnoses.name[1]", None)));
        check("allergens=-", Ok(("allergens", Some("-"))));
    }

    #[test]
    fn values_come_in_the_form_in_which_they_are_kept() {
        check("drug_allergy=2", Ok(("drug_allergy", Some("是"))));
        check("drug_allergy=否", Ok(("drug_allergy", Some("否"))));
        let time = ("admission_time", Some("2024-03-05 08:05:00"));
        check("admission_time=2024-03-05 08:05", Ok(time));
        let total = ("charges.total_charges", Some("12.50"));
        check("charges.total_charges=12.5", Ok(total));
    }

    #[test]
    fn mistakes_are_told_with_what_to_do() {
        check("sex", Err("应写作 字段=值"));
        check("nonsense=1", Err("没有字段“nonsense”"));
        check("诊断编码=1", Err("是不是"));
        check("diagnoses.code=I10.x00x002", Err("请写明第几个"));
        check("diagnoses.code[0]=I10.x00x002", Err("从 1 数起"));
        check("diagnoses.code[99]=I10.x00x002", Err("没有放"));
        check("sex[2]=1", Err("只有一个"));
        check("sex=7", Err("不在值域 RC001 中"));
        check("diagnoses.code[1]=I11", Err("不在值域 ICD-10 中"));
        check("age_years=many", Err("应为整数"));
        check("age_years=-1", Err("应为整数"));
        check("birth_date=2024-13-01", Err("应为日期"));
        check("diagnoses.name[1]=-", Err("表示没有填写"));
        check("medical_record_number=1", Err("病案标识"));
        check("discharge_time=2024-03-05", Err("病案标识"));
        check("patient_name=a\tb", Err("控制字符"));
        check("age_months=3", Err("没有放"));
        let name = "张".repeat(101);
        check(&format!("patient_name={name}"), Err("超过 100 个字"));
    }
}
