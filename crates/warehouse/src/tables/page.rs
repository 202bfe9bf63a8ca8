//! From rows of `discharge` back to front pages.

use std::sync::Arc;

use biaochi_records::{
    CompactString, DataType as FieldType, Decimal2, FIELDS, FieldInfo, FrontPage, Group, Value,
};
use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, ListArray, RecordBatch, StructArray,
};
use datafusion::arrow::datatypes::{
    Date32Type, Decimal128Type, Int32Type, TimestampMicrosecondType,
};
use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Span};

/// Reads front pages from a batch, without their sealed identifiers, marks and further columns.
pub struct PageReader {
    fields: Vec<(&'static FieldInfo, ArrayRef)>,
    groups: Vec<(ListArray, Vec<(&'static FieldInfo, ArrayRef)>)>,
}

impl std::fmt::Debug for PageReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PageReader")
    }
}

impl PageReader {
    /// A reader of rows of [`super::discharge_schema`].
    pub fn new(rows: &RecordBatch) -> Self {
        let mut reader = Self {
            fields: Vec::new(),
            groups: Vec::new(),
        };
        let members = |group: Group| FIELDS.iter().filter(move |info| info.group == group);
        for info in members(Group::Record) {
            if let Some(column) = rows.column_by_name(info.member) {
                reader.fields.push((info, Arc::clone(column)));
            }
        }
        let of = |structure: &StructArray, group| {
            let present = members(group).filter_map(|info| {
                let column = structure.column_by_name(info.member)?;
                Some((info, Arc::clone(column)))
            });
            present.collect::<Vec<_>>()
        };
        let mut known = Vec::new();
        for group in FIELDS.iter().map(|info| info.group) {
            if group == Group::Record || known.contains(&group) {
                continue;
            }
            known.push(group);
            let Some(column) = rows.column_by_name(group.id()) else {
                continue;
            };
            if let Some(structure) = column.as_struct_opt() {
                reader.fields.extend(of(structure, group));
            } else if let Some(list) = column.as_list_opt::<i32>()
                && let Some(structure) = list.values().as_struct_opt()
            {
                reader.groups.push((list.clone(), of(structure, group)));
            }
        }
        reader
    }

    /// The page of a row.
    pub fn page(&self, row: usize) -> FrontPage {
        let mut page = FrontPage::default();
        for (info, column) in &self.fields {
            put(&mut page, info, 0, column, row);
        }
        for (list, members) in &self.groups {
            if list.is_null(row) {
                continue;
            }
            let offsets = list.value_offsets();
            let (from, to) = (offsets[row] as usize, offsets[row + 1] as usize);
            for (index, place) in (from..to).enumerate() {
                for (info, column) in members {
                    // The element is there even when all of it is missing.
                    if index >= page.count(info.group) {
                        let _ = page.value_mut(info.field, index);
                    }
                    put(&mut page, info, index, column, place);
                }
            }
        }
        page
    }
}

fn put(page: &mut FrontPage, info: &FieldInfo, index: usize, column: &ArrayRef, row: usize) {
    if let Some(value) = value(info.data_type, column, row) {
        let set = page.set(info.field, index, value);
        debug_assert!(set.is_ok(), "the column has the type of its field: {set:?}");
    }
}

/// The value of a row; `None` when there is none or the column has another type than the field.
fn value(field_type: FieldType, column: &ArrayRef, row: usize) -> Option<Value> {
    if column.is_null(row) {
        return None;
    }
    Some(match field_type {
        FieldType::Text | FieldType::Code => {
            Value::Text(column.as_string_opt::<i32>()?.value(row).into())
        }
        FieldType::Codes => {
            let codes = column.as_list_opt::<i32>()?.value(row);
            let codes = codes.as_string_opt::<i32>()?.iter().flatten();
            Value::Codes(codes.map(CompactString::from).collect())
        }
        FieldType::Integer => Value::Integer(column.as_primitive_opt::<Int32Type>()?.value(row)),
        FieldType::Decimal { .. } => {
            let hundredths = column.as_primitive_opt::<Decimal128Type>()?.value(row);
            Value::Decimal(Decimal2::from_hundredths(i64::try_from(hundredths).ok()?))
        }
        FieldType::Flag => Value::Flag(column.as_boolean_opt()?.value(row)),
        FieldType::Date => Value::Date(day(column.as_primitive_opt::<Date32Type>()?.value(row))?),
        FieldType::Time => Value::Time(time(
            column
                .as_primitive_opt::<TimestampMicrosecondType>()?
                .value(row),
        )?),
    })
}

const EPOCH: Date = date(1970, 1, 1);

/// The day with this number.
pub(crate) fn day(days: i32) -> Option<Date> {
    EPOCH.checked_add(Span::new().try_days(days).ok()?).ok()
}

/// The local time with this number of microseconds.
pub(crate) fn time(micros: i64) -> Option<DateTime> {
    EPOCH
        .at(0, 0, 0, 0)
        .checked_add(SignedDuration::from_micros(micros))
        .ok()
}

#[cfg(test)]
mod tests {
    use biaochi_records::{Diagnosis, IcuStay, Procedure, days_since_epoch, micros_since_epoch};
    use jiff::civil::datetime;

    use super::*;
    use crate::WorkspaceKey;
    use crate::tables::{DischargeEncoder, Source};

    #[test]
    fn a_page_comes_back_as_it_went_in() {
        let mut page = FrontPage {
            organisation_code: "45010000-1".into(),
            medical_record_number: "00000001".into(),
            admission_count: Some(2),
            admission_time: Some(datetime(2024, 2, 28, 23, 59, 58, 0)),
            discharge_time: Some(datetime(2024, 3, 5, 10, 30, 0, 0)),
            birth_date: Some(date(1949, 12, 31)),
            sex: "2".into(),
            age_years: Some(74),
            drug_allergy: Some(false),
            transfer_departments: vec!["03".into(), "04.01".into()],
            ..FrontPage::default()
        };
        page.diagnoses = vec![Diagnosis::from("I10.x00x002"), Diagnosis::default()];
        page.procedures = vec![Procedure::from("51.2300")];
        page.procedures[0].start_time = Some(datetime(2024, 3, 1, 8, 0, 0, 0));
        page.icu_stays = vec![IcuStay::default()];
        page.charges.total_charges = Some(Decimal2::from_hundredths(-123_456));
        let mut encoder = DischargeEncoder::new(WorkspaceKey::from_secret(&[1; 32]));
        encoder.push(
            &FrontPage {
                organisation_code: "X".into(),
                ..page.clone()
            },
            1,
        );
        encoder.push(&page, 2);
        let source = Source {
            import_id: "i",
            file: "f",
            layout: "hqms811",
        };
        let rows = encoder.finish(source).batch;
        assert_eq!(PageReader::new(&rows).page(1), page);
        // Rows of a slice are told apart as well.
        assert_eq!(PageReader::new(&rows.slice(1, 1)).page(0), page);
    }

    #[test]
    fn days_and_times_are_those_that_were_stored() {
        for days in [-1, 0, 11_017, -40_000] {
            assert_eq!(day(days).map(days_since_epoch), Some(days));
        }
        for micros in [-1_000_000, 0, 90_123_000_004] {
            assert_eq!(time(micros).map(micros_since_epoch), Some(micros));
        }
    }
}
