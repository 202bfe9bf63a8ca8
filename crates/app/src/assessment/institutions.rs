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

/// Digits of the code of a county: what is longer lies within one.
const COUNTY_DIGITS: usize = 6;

/// The institutions that are judged together with one, itself among them: those of its county, or of the larger
/// division that it belongs to; all that there are where nothing is known about divisions. Who assesses one assesses
/// them all, and none of them enters or decides anything about itself.
pub fn judged_together(
    workspace: &Workspace,
    organisation_code: &str,
    period: Period,
) -> Result<Vec<String>, AssessmentError> {
    let directory = organisations::directory(workspace, &Scope::All)?;
    let view = directory.of_period(period);
    let none = || AssessmentError::NoUnit {
        unit: organisation_code.to_owned(),
        period: period.to_string(),
    };
    let own = view.institution(organisation_code).ok_or_else(none)?;
    let division = own.division.to_string();
    let county: String = division.chars().take(COUNTY_DIGITS).collect();
    let known = [county, division].into_iter();
    let mut known = known.filter_map(|code| view.institutions_of(&Unit::Division(code)));
    let members = known.find(|members| members.iter().any(|one| one.code == own.code));
    Ok(match members {
        Some(members) => members.iter().map(|one| one.code.to_string()).collect(),
        None => view
            .institutions()
            .map(|one| one.code.to_string())
            .collect(),
    })
}
