//! A value of a page as one text, in clear and in both directions. Corrections are stored, compared and
//! shown in this form, whatever the layout of the file.

use biaochi_records::{DataType, FIELDS, Field, FrontPage, Group, Value, ValueRef};

use crate::check::read_value;

/// What stands for a value of the file that its type cannot hold.
pub const UNREADABLE: &str = "\u{fffd}";
/// What stands for a field of the record that is marked as not applicable.
pub const MARK: &str = "-";

/// A place of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The field.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
}

impl Place {
    /// The place as people write it: elements count from one.
    pub fn name(&self) -> String {
        let info = self.field.info();
        if info.group.is_repeated() {
            format!("{}[{}]", info.id, self.index + 1)
        } else {
            info.id.to_owned()
        }
    }

    /// The place in Chinese.
    pub fn name_zh(&self) -> String {
        let info = self.field.info();
        if info.group.is_repeated() {
            format!("{}[{}]", info.name_zh, self.index + 1)
        } else {
            info.name_zh.to_owned()
        }
    }
}

/// A value that differs between two versions of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Where.
    pub place: Place,
    /// What stood there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// The value of a place as text; `None` when nothing is filled in.
pub(crate) fn text_of(page: &FrontPage, place: Place) -> Option<String> {
    let Place { field, index } = place;
    if let Some(value) = page.get(field, index) {
        return Some(match value {
            ValueRef::Text(text) => text.to_owned(),
            ValueRef::Codes(codes) => codes.join("|"),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Decimal(number) => number.to_string(),
            ValueRef::Flag(flag) => if flag { "是" } else { "否" }.to_owned(),
            ValueRef::Date(date) => date.to_string(),
            ValueRef::Time(time) => time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
        });
    }
    let group = field.info().group;
    if group == Group::Record && page.marked.contains(&field) {
        Some(MARK.to_owned())
    } else if !group.is_repeated() && page.unreadable.contains(&field) {
        Some(UNREADABLE.to_owned())
    } else {
        None
    }
}

/// Puts a text into its place; `Err` says what the field takes.
pub(crate) fn put(
    page: &mut FrontPage,
    place: Place,
    text: Option<&str>,
) -> Result<(), &'static str> {
    let Place { field, index } = place;
    let info = field.info();
    let was_empty = page.get(field, index).is_none();
    let is_mark = text == Some(MARK) && info.group == Group::Record;
    let value = match text {
        Some(text) if !is_mark => read_value(info, text)?,
        _ => Value::Absent,
    };
    // An element that does not exist has no value to be taken away.
    if value != Value::Absent || index < page.count(info.group) {
        page.set(field, index, value).map_err(|_| "value")?;
    }
    page.marked.retain(|marked| *marked != field);
    if is_mark {
        page.marked.push(field);
    }
    if was_empty {
        release(page, field);
    }
    Ok(())
}

/// A field whose unreadable value was corrected is readable. In a repeating group nobody knows which
/// element could not be read; times, which every element has, must all be there.
fn release(page: &mut FrontPage, field: Field) {
    let info = field.info();
    let waits = info.group.is_repeated()
        && info.data_type == DataType::Time
        && (0..page.count(info.group)).any(|index| page.get(field, index).is_none());
    if !waits {
        page.unreadable.retain(|unreadable| *unreadable != field);
    }
}

/// Every place whose text differs, in the order of the catalogue.
pub(crate) fn differences(before: &FrontPage, after: &FrontPage) -> Vec<Difference> {
    let mut found = Vec::new();
    for info in FIELDS {
        let elements = before.count(info.group).max(after.count(info.group));
        for index in 0..elements {
            let place = Place {
                field: info.field,
                index,
            };
            let (was, is) = (text_of(before, place), text_of(after, place));
            if was != is {
                found.push(Difference {
                    place,
                    before: was,
                    after: is,
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use biaochi_records::{Diagnosis, Procedure};
    use jiff::civil::datetime;

    use super::*;

    fn place(id: &str, index: usize) -> Place {
        Place {
            field: Field::from_id(id).expect(id),
            index,
        }
    }

    #[test]
    fn every_kind_of_value_goes_in_and_comes_out() {
        let mut page = FrontPage::default();
        for (id, text) in [
            ("sex", "1"),
            ("transfer_departments", "03|0401"),
            ("age_years", "63"),
            ("charges.total_charges", "12.50"),
            ("drug_allergy", "否"),
            ("birth_date", "1960-03-06"),
            ("admission_time", "2024-03-05 08:05:00"),
            ("allergens", "-"),
        ] {
            assert_eq!(text_of(&page, place(id, 0)), None, "{id}");
            put(&mut page, place(id, 0), Some(text)).expect(id);
            assert_eq!(text_of(&page, place(id, 0)).as_deref(), Some(text));
        }
        assert_eq!(page.marked, [Field::Allergens]);
        put(&mut page, place("allergens", 0), None).expect("always");
        assert!(page.marked.is_empty());
        put(&mut page, place("diagnoses.code", 2), Some("I10")).expect("text");
        assert_eq!(page.diagnoses.len(), 3);
        let wrong = put(&mut page, place("age_years", 0), Some("many"));
        assert_eq!(wrong, Err("whole number"));
    }

    #[test]
    fn what_was_unreadable_is_told_and_released() {
        let mut page = FrontPage {
            unreadable: vec![Field::BirthDate, Field::ProcedureStartTime],
            procedures: vec![Procedure::from("51.2300"), Procedure::from("47.0100")],
            ..FrontPage::default()
        };
        let birth = place("birth_date", 0);
        assert_eq!(text_of(&page, birth).as_deref(), Some(UNREADABLE));
        put(&mut page, birth, None).expect("always");
        assert_eq!(page.unreadable, [Field::ProcedureStartTime]);
        // Either of the two may be the one that could not be read.
        put(
            &mut page,
            place("procedures.start_time", 0),
            Some("2024-03-05 08:00:00"),
        )
        .expect("a time");
        assert_eq!(page.unreadable, [Field::ProcedureStartTime]);
        page.procedures[1].start_time = None;
        put(
            &mut page,
            place("procedures.start_time", 1),
            Some("2024-03-05 09:00:00"),
        )
        .expect("a time");
        assert!(page.unreadable.is_empty());
    }

    #[test]
    fn differences_name_every_place() {
        let before = FrontPage {
            diagnoses: vec![Diagnosis::from("A"), Diagnosis::from("B")],
            admission_time: Some(datetime(2024, 3, 5, 8, 0, 0, 0)),
            ..FrontPage::default()
        };
        let mut after = before.clone();
        after.diagnoses.remove(0);
        after.sex = "2".into();
        let found: Vec<_> = differences(&before, &after)
            .into_iter()
            .map(|one| (one.place.name(), one.before, one.after))
            .collect();
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                ("sex".to_owned(), None, some("2")),
                ("diagnoses.code[1]".to_owned(), some("A"), some("B")),
                ("diagnoses.code[2]".to_owned(), some("B"), None),
            ]
        );
    }
}
