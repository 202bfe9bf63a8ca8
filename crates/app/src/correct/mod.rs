//! Mending: corrections of records, as new versions with who and why.

mod amend;
mod chains;
mod codes;
mod desk;
mod error;
mod record;
mod set_error;
mod sets;
mod suggest;
#[cfg(test)]
pub(crate) mod tests;
mod values;

pub(crate) use self::amend::corrections;
pub use self::amend::{Amended, Corrector, Made, Stale};
pub(crate) use self::chains::Chains;
pub(crate) use self::desk::lake_key;
pub use self::error::CorrectError;
pub(crate) use self::record::layout_of;
pub use self::record::{
    CorrectedRecord, RecordCorrection, correct_record, corrected_records, history, place_name,
    reapply, shown,
};
pub use self::set_error::SetError;
pub use self::sets::{Set, parse_set};
pub use self::suggest::{
    Kind, Suggested, SuggestedRecord, apply_suggestions, shown_text, suggest_for, suggest_in_file,
    suggest_in_lake,
};
pub use self::values::{Difference, MARK, Place, UNREADABLE};
pub(crate) use self::values::{differences, put, text_of};
