//! Asks an identity provider who somebody is: discovery, the authorization code flow with PKCE, and the checks of the ID
//! token. Only this crate knows OpenID Connect, and only it asks other machines by HTTP for the service itself.
//!
//! A [`Provider`] sends a browser away with [`Provider::begin`] and says with [`Provider::finish`] who came back. What
//! is kept between the two – [`Attempt`] – is the caller's business, and so is who that person is here.

mod error;
mod provider;
mod signatures;

pub use error::OidcError;
pub use provider::{Attempt, Begun, Provider, ProviderSettings, TrustedPerson, is_confidential};
