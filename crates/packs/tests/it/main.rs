//! Tests over the packs of the repository and over packs of a user.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data has failed"
)]

mod assessment;
mod cases;
mod datasets;
mod labelled;
mod library;
mod mended;
mod mistakes;
mod overlays;
mod roles;
mod shipped;
mod weights;
mod workbook;
