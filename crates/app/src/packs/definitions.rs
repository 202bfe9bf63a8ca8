use biaochi_access::secret::fingerprint;
use biaochi_checks::{Check, CheckSet};
use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::Indicator;
use biaochi_packs::{PackFiles, PackHead};

use super::PackDeskError;
use crate::{Content, ContentError};

/// A definition of a pack, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What else to know at a glance.
    pub detail: String,
    /// Changes when anything of it does.
    pub mark: String,
}

/// What becomes of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say what they hold")]
pub enum DefinitionChange {
    Came(Definition),
    Changed(Definition),
    Gone(Definition),
}

/// The definitions of a pack with all that it is laid over: of checks, indicators, data sets and roles. Other kinds are
/// tables, which pages of their own show.
///
/// # Errors
/// The pack has mistakes.
pub fn definitions(content: &Content, head: &PackHead) -> Result<Vec<Definition>, PackDeskError> {
    let id = head.id.as_str();
    let in_force = |found: bool| match found {
        true => Ok(()),
        false => Err(PackDeskError::Unknown { id: id.to_owned() }),
    };
    Ok(match head.kind.as_str() {
        "checks" => match folder_of(content, head) {
            Some(folder) => {
                let found = content.check_library().check_folder(folder);
                let loaded = found.and_then(|(loaded, _)| loaded);
                in_force(loaded.is_some())?;
                loaded
                    .map(|loaded| of_checks(&loaded.set))
                    .unwrap_or_default()
            }
            None => of_checks(&content.check_library().load(id)?.set),
        },
        "indicators" => match folder_of(content, head) {
            Some(folder) => {
                let found = content.indicator_library().check_folder(folder);
                let loaded = found.and_then(|(loaded, _)| loaded);
                in_force(loaded.is_some())?;
                let of = |indicators: &[Indicator]| indicators.iter().map(indicator).collect();
                loaded
                    .map(|loaded| of(loaded.set.indicators()))
                    .unwrap_or_default()
            }
            None => {
                let loaded = content.indicator_library().load(id)?;
                loaded.set.indicators().iter().map(indicator).collect()
            }
        },
        "datasets" => {
            let sets = content.data_sets()?.all().iter();
            let own = sets.filter(|loaded| loaded.pack == id);
            own.map(|loaded| Definition {
                id: loaded.set.id.clone(),
                title: loaded.set.title.clone(),
                detail: loaded.set.purpose.clone(),
                mark: loaded.content_hash.clone(),
            })
            .collect()
        }
        "roles" => {
            let roles = content.role_library().load().map_err(ContentError::from)?;
            let all = roles.all().iter();
            all.map(|role| Definition {
                id: role.id.clone(),
                title: role.title.clone(),
                detail: role.duty.clone(),
                mark: fingerprint(&format!("{role:?}")),
            })
            .collect()
        }
        _ => Vec::new(),
    })
}

/// The folder of a version that is not in force, such as a draft.
fn folder_of<'a>(content: &Content, head: &'a PackHead) -> Option<&'a std::path::Path> {
    let PackFiles::Folder(folder) = &head.files else {
        return None;
    };
    let in_force = content.folders().iter().any(|own| folder.starts_with(own));
    (!in_force).then_some(folder.as_path())
}

fn of_checks(set: &CheckSet) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for one in set.checks.iter().chain(&set.across).map(check) {
        // A check that changes on a day is there once before and once after.
        match found.iter_mut().find(|known| known.id == one.id) {
            Some(known) => known.mark.push_str(&one.mark),
            None => found.push(one),
        }
    }
    found
}

fn check(check: &Check) -> Definition {
    let zh = Language::Zh;
    Definition {
        id: check.id.clone(),
        title: check.title.clone(),
        detail: format!(
            "{}，{}，{}",
            check.class.text(zh),
            check.severity.text(zh),
            check.stage.text(zh)
        ),
        mark: fingerprint(&format!("{check:?}")),
    }
}

fn indicator(indicator: &Indicator) -> Definition {
    Definition {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        detail: [indicator.dimension.as_str(), indicator.unit.as_str()]
            .into_iter()
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("，"),
        mark: fingerprint(&format!("{indicator:?}")),
    }
}

/// What becomes of definitions when others take their place, in the order of the new ones.
pub fn definition_changes(before: &[Definition], after: &[Definition]) -> Vec<DefinitionChange> {
    let mut changes = Vec::new();
    for new in after {
        match before.iter().find(|old| old.id == new.id) {
            None => changes.push(DefinitionChange::Came(new.clone())),
            Some(old) if old.mark != new.mark => {
                changes.push(DefinitionChange::Changed(new.clone()));
            }
            Some(_) => {}
        }
    }
    let gone = before
        .iter()
        .filter(|old| !after.iter().any(|new| new.id == old.id));
    changes.extend(gone.cloned().map(DefinitionChange::Gone));
    changes
}
