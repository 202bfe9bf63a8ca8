//! The institutions of the workspace, with the words of their class.

use biaochi_assessment::Assessed;
use biaochi_domain::Period;
use biaochi_organisations::Unit;
use biaochi_store::Scope;

use super::AssessmentError;
use crate::{Workspace, organisations};

/// The institutions of a unit as they were at the end of a period; tables and classes pick them by level, class,
/// type and tags.
pub fn institutions(
    workspace: &Workspace,
    scope: &Scope,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Assessed>, AssessmentError> {
    let directory = organisations::directory(workspace, scope)?;
    let view = directory.of_period(period);
    let members = view.institutions_of(unit);
    let members = members.ok_or_else(|| AssessmentError::NoUnit {
        unit: unit.to_string(),
        period: period.to_string(),
    })?;
    let institutions = members.into_iter().map(|one| {
        let mut classes = vec![one.level.word().to_owned(), one.kind.word().to_owned()];
        classes.extend(one.class.map(|class| class.word().to_owned()));
        classes.extend(one.tags.iter().cloned());
        Assessed {
            code: one.code.to_string(),
            name: one.name.clone(),
            classes,
        }
    });
    Ok(institutions.collect())
}
