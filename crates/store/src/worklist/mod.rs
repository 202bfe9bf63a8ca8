//! The worklist: faults that somebody has to settle, and what people did with them.

mod act;
mod figures;
mod filter;
mod history;
mod item;
mod list;
mod recheck;
mod settle;
mod state;
mod table;

pub use act::ItemRevision;
pub use figures::{Count, Repeats, Turnaround};
pub use filter::{Dimension, Filter};
pub use history::{Action, ActionKind};
pub use item::{Finding, Item, ItemKey, Price};
pub use list::{Cursor, Order, Page};
pub use recheck::{Recheck, SyncSummary};
pub use state::{State, Step};

pub(crate) use act::mark_corrected;
