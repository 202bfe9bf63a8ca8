use biaochi_organisations::Unit;

use crate::permission::{Action, Resource, Sensitivity};

biaochi_domain::coded! {
    /// For what kind of unit a role is held.
    pub enum Level {
        /// A department of a hospital.
        Department = "department", "科室", "a department";
        /// A hospital.
        Institution = "hospital", "机构", "a hospital";
        /// An alliance.
        Alliance = "alliance", "医联体", "an alliance";
        /// A division and everything in it.
        Division = "division", "区划", "a division";
        /// Everything.
        All = "all", "全部", "everything";
    }
}

impl Level {
    /// The level of a unit.
    pub fn of(unit: &Unit) -> Self {
        match unit {
            Unit::All => Self::All,
            Unit::Division(_) => Self::Division,
            Unit::Alliance(_) => Self::Alliance,
            Unit::Institution(_) => Self::Institution,
            Unit::Department { .. } => Self::Department,
        }
    }
}

/// What a role may do: each of the actions with each of the resources, up to a sensitivity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The actions.
    pub actions: Vec<Action>,
    /// The resources.
    pub resources: Vec<Resource>,
    /// How close to persons it may come.
    pub sensitivity: Sensitivity,
}

/// A role of the field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its id.
    pub id: String,
    /// Its name, as people say it.
    pub title: String,
    /// What whoever has it does, in Chinese.
    pub duty: String,
    /// For which kinds of units it can be held.
    pub levels: Vec<Level>,
    /// What it may do.
    pub allows: Vec<Allowance>,
}

impl Role {
    /// How close to persons it may come with this action on this resource; `None` when it may not at all.
    pub fn allowed(&self, action: Action, resource: Resource) -> Option<Sensitivity> {
        let fitting = self.allows.iter().filter(|allowance| {
            allowance.actions.contains(&action) && allowance.resources.contains(&resource)
        });
        fitting.map(|allowance| allowance.sensitivity).max()
    }
}

/// The roles there are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    roles: Vec<Role>,
}

impl Roles {
    /// These roles; of two with one id the first counts.
    pub fn new(roles: Vec<Role>) -> Self {
        Self { roles }
    }

    /// All of them, in the order of the pack.
    pub fn all(&self) -> &[Role] {
        &self.roles
    }

    /// The role with an id.
    pub fn role(&self, id: &str) -> Option<&Role> {
        self.roles.iter().find(|role| role.id == id)
    }

    /// The role that a person means by its id or its name.
    pub fn find(&self, text: &str) -> Option<&Role> {
        let named = || self.roles.iter().find(|role| role.title == text);
        self.role(text).or_else(named)
    }

    /// The roles that may do this.
    pub fn that_may(&self, action: Action, resource: Resource) -> impl Iterator<Item = &Role> {
        let may = move |role: &&Role| role.allowed(action, resource).is_some();
        self.roles.iter().filter(may)
    }
}
