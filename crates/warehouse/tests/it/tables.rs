//! The tables follow from the field catalogue.

use biaochi_records::{FIELDS, Field, FrontPage, Group, Sensitivity, Value};
use biaochi_warehouse::WorkspaceKey;
use biaochi_warehouse::tables::{
    DischargeEncoder, Source, discharge_schema, open_identity, record_key,
};
use datafusion::arrow::array::{Array as _, AsArray as _};
use datafusion::arrow::datatypes::DataType;

fn page() -> FrontPage {
    let mut page = FrontPage {
        organisation_code: "4501".into(),
        medical_record_number: "0012".into(),
        admission_count: Some(2),
        discharge_time: Some(jiff::civil::datetime(2024, 3, 5, 8, 0, 0, 0)),
        patient_name: "张三".into(),
        id_number: "11010119600306001X".into(),
        ..FrontPage::default()
    };
    page.set(Field::PathologyNumber, 1, Value::Text("P-2".into()))
        .unwrap();
    page.extensions.push(("医院自定义".into(), "甲".to_owned()));
    page
}

fn encode(pages: &[FrontPage]) -> biaochi_warehouse::tables::DischargeBatch {
    let mut encoder = DischargeEncoder::new(WorkspaceKey::from_secret(&[1; 32]));
    for (row, page) in pages.iter().enumerate() {
        encoder.push(page, row as u64 + 2).unwrap();
    }
    encoder.finish(Source {
        import_id: "i",
        file: "f.csv",
        layout: "hqms811",
    })
}

#[test]
fn every_field_is_a_column_or_sealed() {
    let schema = discharge_schema();
    for info in FIELDS.iter() {
        let column = if info.group == Group::Record {
            schema.field_with_name(info.member).ok().cloned()
        } else {
            let group = schema.field_with_name(info.group.id()).unwrap();
            let members = match group.data_type() {
                DataType::List(element) => element.data_type().clone(),
                other => other.clone(),
            };
            let DataType::Struct(members) = members else {
                panic!("{}", info.id)
            };
            members
                .iter()
                .find(|member| member.name() == info.member)
                .map(|field| field.as_ref().clone())
        };
        let sealed =
            info.sensitivity == Sensitivity::Direct && info.field != Field::MedicalRecordNumber;
        assert_eq!(column.is_none(), sealed, "{}", info.id);
    }
}

#[test]
fn the_schema_is_the_one_that_was_reviewed() {
    let mut text = String::new();
    for field in discharge_schema().fields() {
        text += &format!("{}: {}\n", field.name(), field.data_type());
    }
    let path =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/discharge-schema.txt");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text, reviewed,
        "run with UPDATE_SNAPSHOTS=1 and look at the difference"
    );
}

#[test]
fn the_sealed_box_holds_the_identifiers_and_opens_with_the_key_only() {
    let page = page();
    let batch = encode(&[
        page.clone(),
        FrontPage {
            patient_name: "".into(),
            id_number: "".into(),
            pathologies: vec![],
            ..page.clone()
        },
    ]);
    let sealed = batch
        .batch
        .column_by_name("sealed")
        .unwrap()
        .as_binary::<i32>();
    assert!(sealed.is_null(1), "nothing to seal");
    let key = record_key(&page.key().unwrap());
    let keys = batch
        .batch
        .column_by_name("record_key")
        .unwrap()
        .as_string::<i32>();
    assert_eq!(keys.value(0), key);
    let right = WorkspaceKey::from_secret(&[1; 32]);
    let identity = open_identity(&right, &key, sealed.value(0)).unwrap();
    let expected = [
        ("patient_name".to_owned(), 0, "张三".to_owned()),
        ("id_number".to_owned(), 0, "11010119600306001X".to_owned()),
        ("pathologies.number".to_owned(), 1, "P-2".to_owned()),
    ];
    assert_eq!(identity, expected);
    let wrong = WorkspaceKey::from_secret(&[2; 32]);
    assert_eq!(open_identity(&wrong, &key, sealed.value(0)), None);
}

#[test]
fn the_content_hash_tells_every_change() {
    let first = page();
    let mut pages = vec![first.clone(), first.clone()];
    let mut named = first.clone();
    named.patient_name = "李四".into();
    let mut extended = first.clone();
    extended.extensions[0].1 = "乙".to_owned();
    let mut charged = first;
    charged.charges.other = Some(biaochi_records::Decimal2::from_hundredths(1));
    pages.extend([named, extended, charged]);
    let batch = encode(&pages);
    let hashes = batch.batch.column_by_name("content_hash").unwrap();
    let hashes = hashes
        .as_primitive::<datafusion::arrow::datatypes::Int64Type>()
        .values();
    assert_eq!(hashes[0], hashes[1]);
    let different: std::collections::HashSet<_> = hashes.iter().collect();
    assert_eq!(different.len(), 4);
}
