//! The cockpit: what somebody has to know this morning, a tile for each question, each computed by itself.
//!
//! A tile is one sentence, one chart and what stands behind it, each with the page that shows it. There is one form for a
//! hospital and one for a region; both are made of the same tiles.

mod deadlines;
mod drift;
mod error;
mod money;
mod plan;
mod quality;
mod region;
mod rows;
mod tile;
mod todo;

pub use deadlines::{Deadlines, deadlines};
pub use drift::drift;
pub use error::CockpitError;
pub use money::money;
pub use plan::{plan_tile, plans_of, target_owner, targets_of_indicator};
pub use quality::{Queue, quality, queue};
pub use region::{Attention, region};
pub use rows::Rows;
pub use tile::{Figure, FigureKind, Link, LinkPage, Point, Row, Series, Shape, Tile, Tone};
pub use todo::{Todo, todo};
