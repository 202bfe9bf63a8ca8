//! Accounts: signing in, who somebody is and may do, and managing it all.
//!
//! Everything here takes an [`Office`], which a service opens once; the command line opens one for each command with
//! [`with_office`]. Time is an argument, so that waits and ends can be tried out.

mod error;
mod manage;
mod office;
mod person;
mod second_factor;
mod set_up;
mod sign_in;
mod single_sign_on;
#[cfg(test)]
mod tests;
mod tokens;

pub use error::AccountError;
pub use manage::{
    NewRole, NewUser, add_user, assignment_of, change_own_password, end_role, grant_role,
    locked_until, one_time_password, prove_own_password, reset_password, set_state, unlock, user,
    user_name,
};
pub use office::{Office, with_office};
pub(crate) use office::{from_hex, place_of_second_factor};
pub use person::{
    Permitted, Person, day_of, permit, person_of_session, person_of_token, reach_of, scope_of,
    sign_out, unit_is_known,
};
pub use second_factor::{
    SecondFactorDraft, begin_second_factor, confirm_second_factor, drop_second_factor,
};
pub use set_up::{FIRST_ROLE, SetUpCode, make_set_up_code, use_set_up_code};
pub(crate) use sign_in::hashed;
pub use sign_in::{LIFE, LONGEST_PAUSE, SignIn, SignedIn, sign_in};
pub use single_sign_on::{
    BegunSignOn, ReturnedSignOn, SignOnFailure, SignOnPurpose, SignOnRefusal, SingleSignOn,
    UnfinishedSignOn, begin_sign_on, expect_identity, finish_sign_on, unlink_identity,
    unlink_own_identity,
};
pub use tokens::{LONGEST_TOKEN_DAYS, MadeToken, NewProgram, create_token, revoke_token};
