//! Which unit and period a request is about, and what of it the caller may see.

use std::collections::BTreeSet;

use biaochi_access::{Action, Reach, Resource, Sensitivity};
use biaochi_domain::{Localized as _, Period};
use biaochi_organisations::Unit;
use biaochi_store::Scope;

use crate::caller::Caller;
use crate::problem::{Code, Problem};

/// What is asked about, after the caller was found to be allowed.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The unit.
    pub(crate) unit: Unit,
    /// Whose it is, as permissions name it; `None` for all.
    pub(crate) organisation: Option<String>,
    /// The period.
    pub(crate) period: Period,
    /// Departments of the institution that may be looked at; `None` for all of them.
    pub(crate) departments: Option<BTreeSet<String>>,
    /// What may be named: institutions by whose name a value may stand.
    pub(crate) reach: Reach,
    /// Whether records of the unit may be seen, so that small numbers are no secret.
    pub(crate) records: bool,
}

/// How a request names its place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) organisation: Option<&'a str>,
    pub(crate) department: Option<&'a str>,
    pub(crate) period: &'a str,
}

impl Place {
    /// The place, if the caller may do this with its resource.
    pub(crate) async fn find(
        caller: &Caller,
        action: Action,
        resource: Resource,
        named: Named<'_>,
    ) -> Result<Self, Problem> {
        let period = period(named.period)?;
        let own = caller.person().account.organisation_code.as_str();
        let asked = named.organisation.map(str::trim).unwrap_or(own);
        let whole = unit(asked)?;
        let organisation = organisation(&whole);
        let aggregate = Sensitivity::Aggregate;
        let view = caller
            .view(action, resource, aggregate, organisation.as_deref())
            .await?;
        if organisation.is_none() && view.scope != Scope::All {
            return Err(Problem::new(
                Code::Forbidden,
                "您不能看全部机构的汇总。请在上方选择您的单位或区划",
            ));
        }
        let departments = organisation
            .as_deref()
            .and_then(|code| view.departments_of(code))
            .cloned();
        let department = named
            .department
            .map(str::trim)
            .filter(|code| !code.is_empty());
        let department = match (&departments, department) {
            (Some(own), Some(asked)) if !own.contains(asked) => {
                return Err(Problem::new(
                    Code::Forbidden,
                    format!("您不能看科室“{asked}”。您只能看本科室的数"),
                ));
            }
            // Codes of a department begin those within it.
            (Some(own), None) => own.first().cloned(),
            (_, asked) => asked.map(str::to_owned),
        };
        let unit = match (whole, department) {
            (Unit::Institution(institution), Some(code)) => Unit::Department { institution, code },
            (_, Some(_)) => {
                let text = "只有一家机构可以按科室看。请先选择机构";
                return Err(Problem::invalid("department", text));
            }
            (whole, None) => whole,
        };
        let may_see = reach(
            caller,
            Action::Read,
            Resource::FrontPage,
            Sensitivity::DeIdentified,
        );
        let department = match &unit {
            Unit::Department { code, .. } => Some(code.as_str()),
            _ => None,
        };
        let records = match &organisation {
            Some(code) => may_see.covers(code, department),
            None => may_see.all,
        };
        Ok(Self {
            unit,
            organisation,
            period,
            departments,
            reach: reach(caller, action, resource, aggregate),
            records,
        })
    }

    /// Whether a value may stand by the name of a unit.
    pub(crate) fn may_name(&self, unit: &Unit) -> bool {
        match unit {
            Unit::Department { institution, code } => self.reach.covers(institution, Some(code)),
            other => match organisation(other) {
                Some(code) => self.reach.covers(&code, None),
                None => self.reach.all,
            },
        }
    }
}

/// What a caller may, without asking for anything: nothing is written down.
pub(crate) fn reach(
    caller: &Caller,
    action: Action,
    resource: Resource,
    sensitivity: Sensitivity,
) -> Reach {
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    asker.reach_for(roles, action, resource, sensitivity)
}

/// A period as people write it.
pub(crate) fn period(text: &str) -> Result<Period, Problem> {
    text.trim()
        .parse()
        .map_err(|error: biaochi_domain::ParsePeriodError| {
            Problem::invalid("period", error.text(biaochi_domain::Language::Zh))
        })
}

/// The unit that an organisation code means.
pub(crate) fn unit(code: &str) -> Result<Unit, Problem> {
    let code = code.trim();
    if code.is_empty() {
        return Err(Problem::invalid("organisation", "请在上方选择单位"));
    }
    match code.parse() {
        Ok(Unit::Department { .. }) => {
            let text = "科室请另写在 department 中";
            Err(Problem::invalid("organisation", text))
        }
        Ok(unit) => Ok(unit),
        Err(_) => Ok(Unit::Institution(code.to_owned())),
    }
}

/// How permissions name a unit; `None` for all.
pub(crate) fn organisation(unit: &Unit) -> Option<String> {
    match unit {
        Unit::All => None,
        Unit::Institution(code) => Some(code.clone()),
        Unit::Department { institution, .. } => Some(institution.clone()),
        other => Some(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let unit = unit(text).ok();
        assert_eq!(
            unit.map(|unit| unit.to_string()).as_deref(),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_code_is_an_institution_unless_it_says_otherwise() {
        check("A", Some("hospital:A"));
        check("hospital:A", Some("hospital:A"));
        check("division:990121", Some("division:990121"));
        check("all", Some("all"));
        check("department:A/03", None);
        check(" ", None);
    }
}
