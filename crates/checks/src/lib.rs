//! Checks of front-page quality (病案首页质控) as values: what a check asks, how its finding is
//! scored, what an overlay changes, and what a changed threshold would give.
//!
//! A check holds SQL as text; running it is the warehouse's work, reading it from a pack that of the
//! packs. Nothing here does I/O.

mod adjust;
mod check;
mod code_ranges;
mod identity_number;
mod price;
mod replay;
mod score;
mod suggest;

pub use biaochi_domain::{Message, MessagePart as Part, NotAMessage};

pub use adjust::{Adjustment, CannotAdjust};
pub use check::{
    Basis, Check, CheckSet, Class, Grade, Group, NamedRanges, Section, Severity, Stage, Standard,
    Term, Test,
};
pub use code_ranges::{CodeClasses, CodeRanges, NotARange};
pub use identity_number::{IdentityNumber, Sex};
pub use price::{CannotMend, Mend, NotAMend};
pub use replay::{Limit, Measured, Threshold};
pub use score::{Counted, Deductions, Score, score};
pub use suggest::{KnownCodes, Suggestion, SuggestionKind, suggest};
