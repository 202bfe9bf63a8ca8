use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::error::{Result, StoreError};
use crate::value::Named;

/// The institutions whose rows a call may see and change; the first argument of every call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All of them.
    All,
    /// These, by organisation code. An empty set sees nothing.
    Organisations(BTreeSet<String>),
}

impl Scope {
    /// One institution.
    pub fn one(organisation_code: impl Into<String>) -> Self {
        Self::Organisations(BTreeSet::from([organisation_code.into()]))
    }

    /// Whether rows of this institution may be seen.
    pub fn allows(&self, organisation_code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Organisations(codes) => codes.contains(organisation_code),
        }
    }

    /// Refuses an institution outside the scope.
    pub(crate) fn require(&self, organisation_code: &str) -> Result<()> {
        if self.allows(organisation_code) {
            Ok(())
        } else {
            Err(StoreError::OutOfScope {
                organisation_code: organisation_code.to_owned(),
            })
        }
    }
}

/// Who acts, and when. The store keeps times to the microsecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The account, or the name of the program that acts by itself.
    pub name: String,
    /// The time of what is done.
    pub at: Timestamp,
}

impl Actor {
    /// Somebody who acts now.
    pub fn now(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            at: Timestamp::now(),
        }
    }

    /// The actor as it is stored.
    pub(crate) fn checked(&self) -> Result<Self> {
        Ok(Self {
            name: Named::Actor.check(&self.name)?,
            at: to_the_microsecond(self.at),
        })
    }
}

/// A time as it is stored.
pub(crate) fn to_the_microsecond(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_institution_outside_the_scope_is_refused() {
        let scope = Scope::one("A");
        assert!(scope.allows("A") && !scope.allows("B") && !scope.allows(""));
        assert!(matches!(
            scope.require("B"),
            Err(StoreError::OutOfScope { organisation_code }) if organisation_code == "B"
        ));
        assert!(Scope::All.allows("B"));
        assert!(!Scope::Organisations(BTreeSet::new()).allows(""));
    }
}
