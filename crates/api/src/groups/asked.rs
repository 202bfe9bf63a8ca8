//! Whose records a question about groups may read.

use std::sync::Arc;

use std::collections::{BTreeMap, BTreeSet};

use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::explorer::{By, Extent};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_organisations::{Directory, Unit};
use biaochi_packs::codes::Codes;
use biaochi_store::Scope;

use crate::caller::{Caller, View};
use crate::problem::Problem;

/// Value set of the national department codes.
const DEPARTMENTS: &str = "RC023";

/// What a question may read, and what names there are.
#[derive(Debug)]
pub(super) struct Asked {
    /// The records.
    pub(super) extent: Extent,
    /// The period.
    pub(super) period: Period,
    /// Whether single records may be seen, so that small numbers need not be hidden.
    pub(super) may_see_records: bool,
    /// The organisations.
    pub(super) directory: Arc<Directory>,
}

/// Authorises reading sums about groups.
pub(super) async fn asked(
    caller: &Caller,
    action: Action,
    organisation: Option<&str>,
    period: &str,
) -> Result<Asked, Problem> {
    let organisation = organisation.filter(|code| !code.is_empty());
    let view = caller
        .view(
            action,
            Resource::Grouping,
            Sensitivity::Aggregate,
            organisation,
        )
        .await?;
    let period = read_period(period)?;
    let directory = caller.office().directory().await?;
    let extent = extent(&view, organisation, &directory, caller)?;
    let may_see_records = may_see_records(caller, &extent);
    Ok(Asked {
        extent,
        period,
        may_see_records,
        directory,
    })
}

/// A period that people write.
pub(super) fn read_period(text: &str) -> Result<Period, Problem> {
    let period = text.trim().parse::<Period>();
    period.map_err(|error| Problem::invalid("period", error.text(Language::Zh)))
}

/// The hospitals and departments of a view. Of a division or alliance, its hospitals that are reached.
pub(super) fn extent(
    view: &View,
    organisation: Option<&str>,
    directory: &Directory,
    caller: &Caller,
) -> Result<Extent, Problem> {
    let today = biaochi_app::accounts::day_of(caller.actor().at);
    let unit = organisation.filter(|code| code.contains(':'));
    if let Some(code) = unit {
        let unknown = || Problem::not_found(format!("没有“{code}”这样的区划或医联体。请重新选择"));
        let unit: Unit = code.parse().map_err(|_| unknown())?;
        let known = directory.as_of(today);
        let members = known.institutions_of(&unit).ok_or_else(unknown)?;
        return Ok(Extent {
            hospitals: Some(members.iter().map(|one| one.code.to_string()).collect()),
            departments: BTreeMap::new(),
        });
    }
    let hospitals = match &view.scope {
        Scope::All => None,
        // Divisions and alliances are no hospitals: theirs are named by themselves.
        Scope::Organisations(codes) => {
            let hospitals = codes.iter().filter(|code| !code.contains(':'));
            Some(hospitals.cloned().collect::<BTreeSet<String>>())
        }
    };
    Ok(Extent {
        hospitals,
        departments: view.departments.clone(),
    })
}

/// Whether all records of an extent may be seen without direct identifiers.
fn may_see_records(caller: &Caller, extent: &Extent) -> bool {
    let roles = caller.office().roles();
    let asker = &caller.person().asker;
    let reach = asker.reach_for(
        roles,
        Action::Read,
        Resource::Grouping,
        Sensitivity::DeIdentified,
    );
    let Some(hospitals) = &extent.hospitals else {
        return reach.all;
    };
    hospitals
        .iter()
        .all(|hospital| match extent.departments.get(hospital) {
            None => reach.covers(hospital, None),
            Some(departments) => departments
                .iter()
                .all(|department| reach.covers(hospital, Some(department))),
        })
}

impl Asked {
    /// What people call the rows of a table.
    pub(super) fn names<'a>(&'a self, by: By, codes: &'a Codes) -> Names<'a> {
        Names {
            asked: self,
            by,
            codes,
            staff: match (by, self.extent.only()) {
                (By::Physician, Some(hospital)) => {
                    let view = self.directory.of_period(self.period);
                    let staff = view.staff(hospital).filter_map(|one| {
                        let name = one.name.clone()?;
                        Some((one.code.to_string(), name))
                    });
                    staff.collect()
                }
                _ => BTreeMap::new(),
            },
        }
    }
}

/// What people call departments, physicians and hospitals.
pub(super) struct Names<'a> {
    asked: &'a Asked,
    by: By,
    codes: &'a Codes,
    staff: BTreeMap<String, String>,
}

impl Names<'_> {
    /// The name of a row; its code when nobody has described it.
    pub(super) fn of(&self, key: &str) -> String {
        if key.is_empty() {
            return "未填写".to_owned();
        }
        let name = match self.by {
            By::Hospital => {
                let view = self.asked.directory.of_period(self.asked.period);
                view.institution(key).map(|one| one.name.clone())
            }
            By::Department => self.department(key),
            By::Physician => self.staff.get(key).cloned(),
            By::Group | By::Adrg | By::Mdc => None,
        };
        name.unwrap_or_else(|| key.to_owned())
    }

    fn department(&self, key: &str) -> Option<String> {
        let view = self.asked.directory.of_period(self.asked.period);
        let own = self.asked.extent.only().and_then(|hospital| {
            let department = view.department(hospital, key)?;
            Some(department.name.clone())
        });
        own.or_else(|| {
            let set = self.codes.value_set(DEPARTMENTS)?;
            let member = set.members.iter().find(|member| member.code == key)?;
            Some(member.name.clone())
        })
    }
}
