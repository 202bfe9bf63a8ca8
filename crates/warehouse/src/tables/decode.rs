//! Rows of `discharge` as whole records again: with identifiers, marks and further columns.

use biaochi_records::{CompactString, Field, FrontPage, Value};
use datafusion::arrow::array::{Array as _, AsArray as _, MapArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;

use super::identity::open_identity;
use super::page::PageReader;
use crate::key::WorkspaceKey;

/// A front page as the lake holds it, with its direct identifiers.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredRecord {
    /// The record, complete. Of a box that cannot be opened the identifiers are missing.
    pub page: FrontPage,
    /// Its key.
    pub record_key: String,
    /// The import that brought it.
    pub import_id: String,
    /// The file in which it was delivered.
    pub file: String,
    /// The row of that file.
    pub row: u64,
    /// Layout id of that file.
    pub layout: String,
    /// Whether the identifiers could be opened, or there are none.
    pub opened: bool,
}

/// The pages of a batch of rows. The organisation is a partition column that files do not hold.
pub(crate) fn stored_records(
    batch: &RecordBatch,
    organisation: &str,
    key: &WorkspaceKey,
) -> Vec<StoredRecord> {
    let pages = PageReader::new(batch);
    let text = |name: &str, row: usize| {
        let column = batch
            .column_by_name(name)
            .and_then(|c| c.as_string_opt::<i32>());
        column
            .filter(|column| column.is_valid(row))
            .map_or_else(String::new, |column| column.value(row).to_owned())
    };
    let rows = batch
        .column_by_name("source_row")
        .and_then(|column| column.as_primitive_opt::<Int64Type>());
    let sealed = batch
        .column_by_name("sealed")
        .and_then(|column| column.as_binary_opt::<i32>());
    (0..batch.num_rows())
        .map(|row| {
            let mut page = pages.page(row);
            page.organisation_code = organisation.into();
            page.extensions = extensions(batch, row);
            page.marked = fields(batch, "marked", row);
            page.unreadable = fields(batch, "unreadable", row);
            let record_key = text("record_key", row);
            let sealed = sealed.filter(|column| column.is_valid(row));
            let identity = sealed.map(|column| open_identity(key, &record_key, column.value(row)));
            let opened = !matches!(identity, Some(None));
            for (id, index, value) in identity.flatten().unwrap_or_default() {
                if let Some(field) = Field::from_id(&id) {
                    // A field of the box is a text; another type would be no identifier.
                    let _ = page.set(field, index, Value::Text(value.into()));
                }
            }
            StoredRecord {
                page,
                record_key,
                import_id: text("import_id", row),
                file: text("source_file", row),
                row: rows.map_or(0, |rows| u64::try_from(rows.value(row)).unwrap_or(0)),
                layout: text("layout", row),
                opened,
            }
        })
        .collect()
}

fn fields(batch: &RecordBatch, column: &str, row: usize) -> Vec<Field> {
    let Some(list) = batch
        .column_by_name(column)
        .and_then(|column| column.as_list_opt::<i32>())
        .filter(|list| list.is_valid(row))
    else {
        return Vec::new();
    };
    let ids = list.value(row);
    let ids = ids.as_string_opt::<i32>().into_iter().flatten();
    ids.flatten().filter_map(Field::from_id).collect()
}

fn extensions(batch: &RecordBatch, row: usize) -> Vec<(CompactString, String)> {
    let map: Option<&MapArray> = batch
        .column_by_name("extensions")
        .and_then(|column| column.as_map_opt());
    let Some(map) = map.filter(|map| map.is_valid(row)) else {
        return Vec::new();
    };
    let entries = map.value(row);
    let texts = |place: usize| entries.column(place).as_string_opt::<i32>();
    let (Some(names), Some(values)) = (texts(0), texts(1)) else {
        return Vec::new();
    };
    names
        .iter()
        .zip(values)
        .filter_map(|(name, value)| Some((name?.into(), value.unwrap_or_default().to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use biaochi_records::{DataType, Decimal2, FIELDS, FieldInfo};
    use jiff::civil::{date, datetime};

    use super::*;
    use crate::tables::{DischargeEncoder, Source};

    fn sample(info: &FieldInfo, index: usize) -> Value {
        match info.data_type {
            DataType::Text | DataType::Code => Value::Text(format!("{}{index}", info.id).into()),
            DataType::Codes => Value::Codes(vec!["03".into(), "0401".into()]),
            DataType::Integer => Value::Integer(7),
            DataType::Decimal { .. } => Value::Decimal(Decimal2::from_hundredths(1250)),
            DataType::Flag => Value::Flag(true),
            DataType::Date => Value::Date(date(1931, 3, 5)),
            DataType::Time => Value::Time(datetime(2024, 3, 5, 8, 5, 0, 0)),
        }
    }

    #[test]
    fn what_was_encoded_comes_back() {
        let mut full = FrontPage::default();
        for info in FIELDS {
            let elements = if info.group.is_repeated() { 2 } else { 1 };
            for index in 0..elements {
                let value = sample(info, index);
                full.set(info.field, index, value).expect(info.id);
            }
        }
        full.extensions.push(("院内字段".into(), "值".to_owned()));
        let mut sparse = FrontPage {
            organisation_code: full.organisation_code.clone(),
            medical_record_number: "0012".into(),
            admission_count: Some(1),
            discharge_time: full.discharge_time,
            ..FrontPage::default()
        };
        sparse.diagnoses.resize(3, Default::default());
        sparse.diagnoses[2].code = "I10.x00".into();
        sparse.marked.push(Field::Allergens);
        sparse.unreadable.push(Field::BirthDate);
        let key = WorkspaceKey::from_secret(&[7; 32]);
        let mut encoder = DischargeEncoder::new(key.clone());
        for (row, page) in (5..).zip([&full, &sparse]) {
            encoder.push(page, row).expect("a complete key");
        }
        let source = Source {
            import_id: "i",
            file: "f.csv",
            layout: "hqms811",
        };
        let batch = encoder.finish(source).batch;
        let organisation = full.organisation_code.as_str();
        let pages = stored_records(&batch, organisation, &key);
        assert_eq!(pages[0].page, full);
        assert_eq!(pages[1].page, sparse);
        let told = (pages[0].row, pages[0].file.as_str(), pages[0].opened);
        assert_eq!(told, (5, "f.csv", true));
        // Without the key the record is there, and nobody is named.
        let other = WorkspaceKey::from_secret(&[8; 32]);
        let closed = &stored_records(&batch, organisation, &other)[0];
        assert!(!closed.opened && closed.page.patient_name.is_empty());
        assert_eq!(closed.page.diagnoses, full.diagnoses);
    }
}
