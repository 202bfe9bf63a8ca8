//! Who may do what: pure values, without accounts, clock or database.
//!
//! A permission is an [`Action`] on a [`Resource`] of an institution, up to a [`Sensitivity`]. Roles are content:
//! packs say which permissions a role has. A person holds roles for units and spans of days; [`Reach`] says which
//! institutions that means on a day, and [`authorize`] decides, with the reason.
//!
//! What protects an account is here as well, since it is arithmetic: the policy of passwords and their argon2id
//! hashes ([`password`]), one-time codes ([`totp`]), opaque secrets ([`secret`]) and the growing wait after failures
//! ([`throttle`]). Randomness and time are arguments.

mod authorize;
mod matrix;
pub mod password;
mod permission;
mod reach;
mod role;
pub mod secret;
pub mod throttle;
pub mod totp;

pub use authorize::{Actor, Decision, Grant, Object, Refusal, authorize};
pub use matrix::matrix;
pub use permission::{Action, ParsePermissionError, Permission, Resource, Sensitivity};
pub use reach::Reach;
pub use role::{Allowance, Level, Role, Roles};
