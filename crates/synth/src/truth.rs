//! What is true of a generated record, whatever its front page says.

use biaochi_records::{Field, RecordKey};

use crate::Defect;

/// Why a stay follows an earlier one of the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readmission {
    /// The next cycle or step, agreed at discharge.
    Planned,
    /// The disease came back.
    Unplanned,
    /// Sent by another institution of the region.
    Referral,
}

impl Readmission {
    /// Word used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Unplanned => "unplanned",
            Self::Referral => "referral",
        }
    }
}

/// A defect that was planted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planted {
    /// What is wrong.
    pub defect: Defect,
    /// The field that was spoiled.
    pub field: Field,
    /// Element of a repeating group, else 0.
    pub index: usize,
    /// The value before, as text; empty when there was none.
    pub clean: String,
}

/// The truth about a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truth {
    /// Key of the record before anything was spoiled.
    pub key: RecordKey,
    /// Number of the person, the same in all institutions.
    pub person: u64,
    /// The disease profile that the stay was made from, a row of `content/profiles.csv`.
    pub profile: &'static str,
    /// Why the stay follows another.
    pub readmission: Option<Readmission>,
    /// The second copy of a record that is delivered twice.
    pub is_copy: bool,
    /// What was spoiled; empty for a clean record.
    pub defects: Vec<Planted>,
}

impl Truth {
    /// Columns of a file of truths, one line per record.
    pub const COLUMNS: [&'static str; 11] = [
        "organisation_code",
        "medical_record_number",
        "admission_count",
        "discharge_time",
        "person",
        "profile",
        "readmission",
        "is_copy",
        "defect",
        "field",
        "clean_value",
    ];

    /// The record as a line of such a file. Several defects of one record are joined by `|`.
    pub fn cells(&self) -> [String; 11] {
        let joined =
            |of: fn(&Planted) -> String| self.defects.iter().map(of).collect::<Vec<_>>().join("|");
        [
            self.key.organisation_code.to_string(),
            self.key.medical_record_number.to_string(),
            self.key.admission_count.to_string(),
            self.key
                .discharge_time
                .strftime("%Y-%m-%d %H:%M:%S")
                .to_string(),
            self.person.to_string(),
            self.profile.to_owned(),
            self.readmission.map_or("", Readmission::id).to_owned(),
            u8::from(self.is_copy).to_string(),
            joined(|planted| planted.defect.id().to_owned()),
            joined(|planted| planted.field.info().id.to_owned()),
            joined(|planted| planted.clean.clone()),
        ]
    }
}
