//! Accounts, their roles, sessions and tokens. Secrets come as hashes or sealed; they never come out of a printed
//! value.

mod account;
mod attempts;
mod change;
mod identities;
mod roles;
mod sessions;
mod set_up;
mod tokens;

pub use account::{Account, AccountState, Credentials, NewAccount};
pub use attempts::Attempt;
pub use change::AccountChange;
pub use identities::{AccountIdentity, ProviderPerson};
pub use roles::{NewAssignment, RoleAssignment};
pub use sessions::{NewSession, OpenSession, StoredSession, session_id};
pub use tokens::{NewToken, StoredToken, TokenHolder};

use crate::error::{Activity, StoreError};

const ACTIVITY: Activity = Activity::Accounts;

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}
