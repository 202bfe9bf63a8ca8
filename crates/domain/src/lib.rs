//! Shared nouns of Biaochi: language, month, period, and where in a file something is wrong.
//!
//! Nothing here does I/O. Every other crate may use this one; it uses none of them.

mod coded;
mod io_reason;
mod language;
mod message;
mod month;
mod numbers;
mod period;
mod position;
mod sheet;
mod spreadsheet;

pub use io_reason::io_reason;
pub use language::{Language, Localized};
pub use message::{Message, MessagePart, NotAMessage};
pub use month::{Month, ParseMonthError};
pub use numbers::{days_in_words, decimals_of_unit, in_sentence, percentage, thousands, with_sign};
pub use period::{ParsePeriodError, Period};
pub use position::Position;
pub use sheet::{Sheet, SheetLine};
pub use spreadsheet::{from_spreadsheet_text, spreadsheet_text};
