//! Plans: where their targets stand for a unit, what lies below the plan above, and the ledger of tasks.

mod answers;
mod bulletin;
mod document;
mod each;
mod error;
mod evidence;
mod file;
mod ledger;
mod makeup;
mod members;
mod status;
mod status_workbook;
#[cfg(test)]
mod tests;
mod values;
mod workbook;

pub use answers::{Answers, Nothing, Series, StoredAnswers};
pub use bulletin::{Bulletin, OrganisationTasks, bulletin};
pub use document::{StatusBulletin, status_bulletin};
pub use each::{Level, UnitStatus, UnitTarget};
pub use error::PlanError;
pub use evidence::attach;
pub use file::{PlanFile, plan_file};
pub use ledger::{
    LedgerLine, LedgerPage, OWN, OwnTask, TaskDetails, act, adopt, begin, details, ledger,
    ledger_page, line,
};
pub use members::{Makeup, MemberLine, Members, members};
pub use status::{Judge, PlanStatus, TargetStatus, is_about, judged, ledger_code, status_of};
pub use status_workbook::{Each, each_workbook, status_workbook};
pub use values::{PlanValues, Rolled};
pub use workbook::workbook;

use std::path::Path;

use biaochi_organisations::{Directory, Unit, View};
use biaochi_packs::plans::{KnownSubjects, KnownUnits};
use biaochi_packs::{PackError, PackProblem};
use biaochi_plans::{Cascade, Plan, cascade};

use crate::{Content, beijing};

/// What people call a unit. A department that nobody has described goes by its code, the records without one by that.
fn name_in(view: &View<'_>, unit: &Unit) -> String {
    view.name(unit).unwrap_or_else(|| match unit {
        Unit::Department { code, .. } if code.trim().is_empty() => "（未填科室）".to_owned(),
        Unit::Department { code, .. } => code.clone(),
        other => other.to_string(),
    })
}

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

/// Everything that is wrong with the plan, or the decisions about one, in a folder; `None` when it holds neither.
/// What the plan names is looked for among all packs and, if given, in a directory of organisations.
pub fn check_folder(
    content: &Content,
    folder: &Path,
    directory: Option<&Directory>,
) -> Option<Vec<PackProblem>> {
    let library = content.plan_library();
    if let Some(problems) = library.check_decisions(folder) {
        return Some(problems);
    }
    let mut known = KnownSubjects::default().with_indicators(content.indicator_library());
    // A broken pack of data sets is told by its own check.
    if let Ok(sets) = content.data_sets() {
        known = known.with_data_sets(sets);
    }
    known.units = directory.and_then(units);
    let (_, problems) = library.check_folder(folder, Some(&known))?;
    Some(problems)
}

/// What plans may name in a directory; `None` when nothing is in it.
fn units(directory: &Directory) -> Option<KnownUnits> {
    let view = directory.as_of(beijing::today());
    let institutions = view
        .institutions()
        .flat_map(|one| std::iter::once(&one.name).chain(&one.aliases).cloned());
    let units = KnownUnits {
        divisions: view.divisions().map(|one| one.code.to_string()).collect(),
        institutions: institutions.collect(),
    };
    let is_empty = units.divisions.is_empty() && units.institutions.is_empty();
    (!is_empty).then_some(units)
}
