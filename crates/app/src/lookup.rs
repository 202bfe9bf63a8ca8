//! Find a record in a workspace and read it back as a front page, without its sealed identifiers.

use biaochi_records::{
    CompactString, DataType, Decimal2, FIELDS, FieldInfo, FrontPage, Group, Value,
};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::explain::Located;
use crate::query::{QueryError, rows};
use crate::{Content, Workspace};

/// The stored records with this medical record number or record key, by discharge time.
///
/// The few columns that tell where a record lies are read first, so that only its own month is read
/// in full.
pub fn find(
    workspace: &Workspace,
    content: &Content,
    record: &str,
) -> Result<Vec<Located>, QueryError> {
    let wanted = quoted(record);
    let places: Vec<Place> = rows(
        workspace,
        content,
        &format!(
            "select organisation_code, discharge_month, record_key from discharge \
             where medical_record_number = {wanted} or record_key = {wanted} order by discharge_time"
        ),
    )?;
    let mut found = Vec::new();
    for place in places {
        let stored: Vec<Json> = rows(
            workspace,
            content,
            &format!(
                "select * from discharge where organisation_code = {} and discharge_month = {} \
                 and record_key = {}",
                quoted(&place.organisation_code),
                quoted(&place.discharge_month),
                quoted(&place.record_key)
            ),
        )?;
        found.extend(stored.iter().map(located));
    }
    Ok(found)
}

/// Where a record lies.
#[derive(Debug, Deserialize)]
struct Place {
    organisation_code: String,
    discharge_month: String,
    record_key: String,
}

/// A text as an SQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn located(row: &Json) -> Located {
    let mut page = FrontPage::default();
    for info in FIELDS.iter() {
        match info.group {
            Group::Record => put(&mut page, info, 0, &row[info.member]),
            group if group.is_repeated() => {
                let elements = row[group.id()].as_array().map_or(&[][..], Vec::as_slice);
                for (index, element) in elements.iter().enumerate() {
                    put(&mut page, info, index, &element[info.member]);
                }
            }
            group => put(&mut page, info, 0, &row[group.id()][info.member]),
        }
    }
    Located {
        line: row["source_row"].as_u64().unwrap_or(0),
        page,
    }
}

/// Puts a column's value back into its field. Sealed and absent values stay empty.
fn put(page: &mut FrontPage, info: &FieldInfo, index: usize, json: &Json) {
    let Some(value) = value(info.data_type, json) else {
        return;
    };
    let set = page.set(info.field, index, value);
    debug_assert!(set.is_ok(), "the value has the type of its field: {set:?}");
}

fn value(data_type: DataType, json: &Json) -> Option<Value> {
    // Numbers and times are printed as JSON writes them; texts keep their quotes' content.
    let text = || match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Some(match data_type {
        DataType::Text | DataType::Code => Value::Text(json.as_str()?.into()),
        DataType::Codes => Value::Codes(
            json.as_array()?
                .iter()
                .filter_map(Json::as_str)
                .map(CompactString::from)
                .collect(),
        ),
        DataType::Integer => Value::Integer(i32::try_from(json.as_i64()?).ok()?),
        DataType::Decimal { .. } => Value::Decimal(Decimal2::parse(&text()?, true).ok()?),
        DataType::Flag => Value::Flag(json.as_bool()?),
        DataType::Date => Value::Date(json.as_str()?.parse().ok()?),
        DataType::Time => Value::Time(json.as_str()?.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_row_becomes_the_front_page_it_was() {
        let row = json!({
            "source_row": 12,
            "sex": "2",
            "age_years": 57,
            "birth_date": "1967-03-05",
            "discharge_time": "2024-03-05T10:30:00",
            "diagnoses": [{"code": "K80.100x003"}, {"code": "I10.x00x002"}],
            "procedures": [{"code": "51.2300"}],
            "charges": {"total_charges": 12345.60},
        });
        let Located { line, page } = located(&row);
        assert_eq!(line, 12);
        assert_eq!(page.sex, "2");
        assert_eq!(page.age_years, Some(57));
        assert_eq!(page.birth_date, Some(jiff::civil::date(1967, 3, 5)));
        assert_eq!(page.diagnoses.len(), 2);
        assert_eq!(page.procedures[0].code, "51.2300");
        assert_eq!(
            page.discharge_time,
            Some(jiff::civil::datetime(2024, 3, 5, 10, 30, 0, 0))
        );
    }
}
