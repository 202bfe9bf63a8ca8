//! Who a record is about: keys for the tables, and the sealed box of direct identifiers.

use biaochi_records::{
    DataType, FIELDS, Field, FieldInfo, FrontPage, RecordKey, Sensitivity, ValueRef,
    micros_since_epoch,
};
use sha2::{Digest as _, Sha256};

use crate::key::{WorkspaceKey, hex};

/// Direct identifiers of a record, as (field id, element, value).
pub type Identity = Vec<(String, usize, String)>;

/// Whether a field is kept in the sealed box and nowhere else.
///
/// The medical record number stays a column: it names a person only to those who can open the
/// hospital's own archive, and they need it to find the chart.
pub(super) fn is_sealed(info: &FieldInfo) -> bool {
    info.sensitivity == Sensitivity::Direct && info.field != Field::MedicalRecordNumber
}

/// 32 hexadecimal digits that name a stay in every table and workspace.
pub fn record_key(key: &RecordKey) -> String {
    hex(&record_key_bytes(key))
}

pub(super) fn record_key_bytes(key: &RecordKey) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in [&key.organisation_code, &key.medical_record_number] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.update(key.admission_count.to_le_bytes());
    hash.update(micros_since_epoch(key.discharge_time).to_le_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hash.finalize()[..16]);
    first
}

/// Fields of the sealed box, in catalogue order.
pub(crate) fn sealed_fields() -> Vec<&'static FieldInfo> {
    let sealed: Vec<_> = FIELDS.iter().filter(|info| is_sealed(info)).collect();
    debug_assert!(
        sealed
            .iter()
            .all(|info| matches!(info.data_type, DataType::Text | DataType::Code)),
        "direct identifiers are texts"
    );
    sealed
}

/// Appends the direct identifiers of a page: length and bytes of id, element, length and bytes of value.
pub(super) fn push_identity(
    out: &mut Vec<u8>,
    page: &FrontPage,
    fields: &[&'static FieldInfo],
    elements: impl Fn(&FieldInfo) -> usize,
) {
    for info in fields {
        for index in 0..elements(info) {
            if let Some(ValueRef::Text(text)) = page.get(info.field, index) {
                out.push(u8::try_from(info.id.len()).unwrap_or(u8::MAX));
                out.extend_from_slice(&info.id.as_bytes()[..info.id.len().min(255)]);
                out.push(u8::try_from(index).unwrap_or(u8::MAX));
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// Opens a record's sealed box, for those who may.
///
/// `None` when the box was sealed with another key, belongs to another record or is damaged.
pub fn open_identity(key: &WorkspaceKey, record_key: &str, sealed: &[u8]) -> Option<Identity> {
    let text = key.unseal(record_key, sealed)?;
    let mut rest = text.as_slice();
    let mut take = |count: usize| -> Option<&[u8]> {
        let (head, tail) = rest.split_at_checked(count)?;
        rest = tail;
        Some(head)
    };
    let mut identity = Identity::new();
    while let Some(length) = take(1) {
        let id = String::from_utf8(take(usize::from(length[0]))?.to_vec()).ok()?;
        let index = usize::from(take(1)?[0]);
        let length = u32::from_le_bytes(take(4)?.try_into().ok()?);
        let value = String::from_utf8(take(length as usize)?.to_vec()).ok()?;
        identity.push((id, index, value));
    }
    Some(identity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::tables;

    #[test]
    fn no_table_has_a_column_for_a_direct_identifier() {
        let direct: Vec<&FieldInfo> = FIELDS
            .iter()
            .filter(|info| info.sensitivity == Sensitivity::Direct)
            .collect();
        assert!(direct.len() > 5);
        let sealed: Vec<&str> = sealed_fields().iter().map(|info| info.id).collect();
        for info in direct {
            if info.field == Field::MedicalRecordNumber {
                continue;
            }
            assert!(sealed.contains(&info.id), "{} is not sealed", info.id);
            for spec in tables() {
                let mut columns = spec.schema.fields().iter();
                let shown = columns.any(|column| column.name() == info.id);
                assert!(!shown, "{} has {}", spec.name, info.id);
            }
        }
    }

    #[test]
    fn names_numbers_telephones_and_addresses_are_direct_identifiers() {
        let asks = |info: &&FieldInfo| {
            let id = info.id;
            let of_person = id.contains("telephone")
                || id.contains("phone")
                || id.contains("id_number")
                || id.contains("address")
                || matches!(id, "patient_name" | "contact_name" | "health_card_number");
            of_person && !id.contains("type") && !id.contains("code")
        };
        for info in FIELDS.iter().filter(asks) {
            assert_eq!(info.sensitivity, Sensitivity::Direct, "{}", info.id);
        }
    }
}
