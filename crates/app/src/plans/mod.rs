//! Plans: where their targets stand for a unit, what lies below the plan above, and the ledger of tasks.

mod answers;
mod bulletin;
mod document;
mod error;
mod evidence;
mod ledger;
mod status;
mod values;
mod workbook;

pub use answers::{Answers, Nothing, Series, StoredAnswers};
pub use bulletin::{Bulletin, OrganisationTasks, bulletin};
pub use document::{StatusBulletin, status_bulletin};
pub use error::PlanError;
pub use evidence::attach;
pub use ledger::{LedgerLine, TaskDetails, act, adopt, details, ledger};
pub use status::{PlanStatus, TargetStatus, attained, judged, status, status_of};
pub use workbook::workbook;

use std::path::Path;

use biaochi_packs::{PackError, PackProblem};
use biaochi_plans::{Cascade, Plan, cascade};

use crate::Content;

/// A plan with the one above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// The plan.
    pub plan: Plan,
    /// The plan that it carries out, if there is one.
    pub parent: Option<Plan>,
}

impl Lineage {
    /// What falls short of the plan above; `None` for a plan at the top.
    pub fn cascade(&self) -> Option<Cascade<'_>> {
        let parent = self.parent.as_ref()?;
        Some(cascade(parent, &self.plan))
    }
}

impl Content {
    /// Reads a plan.
    pub fn plan(&self, id: &str) -> Result<Plan, PackError> {
        self.plan_library().load(id, None)
    }

    /// Reads all plans, by id.
    pub fn plans(&self) -> Result<Vec<Plan>, PackError> {
        let library = self.plan_library();
        library.ids().map(|id| library.load(id, None)).collect()
    }

    /// Reads a plan and the one above it.
    pub fn lineage(&self, id: &str) -> Result<Lineage, PackError> {
        let plan = self.plan(id)?;
        let parent = plan.parent.as_deref().map(|id| self.plan(id)).transpose()?;
        Ok(Lineage { plan, parent })
    }
}

/// Everything that is wrong with the plan in a folder; `None` when it holds none.
pub fn check_folder(content: &Content, folder: &Path) -> Option<Vec<PackProblem>> {
    let (_, problems) = content.plan_library().check_folder(folder, None)?;
    Some(problems)
}
