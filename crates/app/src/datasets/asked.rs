//! Whether a form is asked for at all: of whom, and for when.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use biaochi_datasets::{DataSet, Severity};
use biaochi_domain::Period;
use biaochi_organisations::{Directory, Unit};
use biaochi_packs::nearest;
use biaochi_store::{Scope, SubmissionFinding};
use jiff::civil::Date;

use super::DataSetError;
use super::judge::Keyed;
use super::status::organisations;
use crate::Workspace;
use crate::organisations::{directory, today};

/// Codes and names of those who are asked, by data set and period.
type AskedOf = BTreeMap<(String, Period), BTreeMap<String, String>>;

/// Who is asked for what.
pub(super) struct Asked {
    directory: Arc<Directory>,
    /// Everybody who was ever described, as submissions name them; empty while nobody is.
    known: BTreeSet<String>,
    today: Date,
    asked: RefCell<AskedOf>,
}

impl Asked {
    /// As the organisations of a workspace say.
    pub(super) fn open(workspace: &Workspace) -> Result<Self, DataSetError> {
        let directory = directory(workspace, &Scope::All)?;
        let known = directory.described().map(|unit| match unit {
            Unit::Institution(code) => code,
            other => other.to_string(),
        });
        Ok(Self {
            known: known.collect(),
            directory,
            today: today(),
            asked: RefCell::default(),
        })
    }

    /// What an organisation is called in a period; its code where nobody is described, and where its name of then is not
    /// known.
    pub(super) fn name(&self, code: &str, period: Period) -> Result<String, DataSetError> {
        let view = self.directory.of_period(period);
        if self.known.is_empty() || self.known.contains(code) {
            let unit = match code.parse::<Unit>() {
                Ok(unit) => unit,
                Err(_) => Unit::Institution(code.to_owned()),
            };
            return Ok(view.name(&unit).unwrap_or_else(|| code.to_owned()));
        }
        let named: Vec<(&str, &str)> = view
            .institutions()
            .map(|one| (&*one.code, one.name.as_str()))
            .collect();
        let by_name = || {
            let near = nearest(code, named.iter().map(|(_, name)| *name))?;
            named.iter().find(|(_, name)| *name == near)
        };
        let near = nearest(code, named.iter().map(|(code, _)| *code))
            .and_then(|near| named.iter().find(|(code, _)| *code == near))
            .or_else(by_name);
        Err(DataSetError::UnknownOrganisation {
            code: code.to_owned(),
            near: near.map(|(code, name)| ((*code).to_owned(), (*name).to_owned())),
        })
    }

    /// Refuses the form of an organisation that nobody knows, and of a period that is not asked for; gives what the
    /// organisation is called.
    pub(super) fn check_one(
        &self,
        set: &DataSet,
        code: &str,
        period: Period,
    ) -> Result<String, DataSetError> {
        let name = self.name(code, period)?;
        let place = String::new();
        if period.first_day() > self.today {
            let file = String::new();
            return Err(DataSetError::NotBegun {
                file,
                place,
                period,
            });
        }
        if !set.asks_for(period) {
            let title = set.title.clone();
            return Err(DataSetError::NotInForce {
                title,
                place,
                period,
            });
        }
        Ok(name)
    }

    /// Refuses forms of organisations that nobody knows, and of periods that are not asked for.
    pub(super) fn check(
        &self,
        set: &DataSet,
        file: &str,
        forms: &[Keyed],
    ) -> Result<(), DataSetError> {
        let place = |form: &Keyed| {
            let first = form.delivered.places.values().next();
            first.cloned().unwrap_or_default()
        };
        for form in forms {
            let period = form.key.period;
            if period.first_day() > self.today {
                return Err(DataSetError::NotBegun {
                    file: file.to_owned(),
                    place: place(form),
                    period,
                });
            }
            if !set.asks_for(period) {
                return Err(DataSetError::NotInForce {
                    title: set.title.clone(),
                    place: place(form),
                    period,
                });
            }
        }
        if self.known.is_empty() {
            return Ok(());
        }
        let unknown: BTreeSet<(&str, String)> = forms
            .iter()
            .filter(|form| !self.known.contains(&form.key.organisation_code))
            .map(|form| (form.key.organisation_code.as_str(), place(form)))
            .collect();
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(DataSetError::UnknownOrganisations {
                file: file.to_owned(),
                found: unknown
                    .into_iter()
                    .map(|(code, place)| (code.to_owned(), place))
                    .collect(),
            }),
        }
    }

    /// What is to be explained about a form of somebody who is not asked in the period.
    pub(super) fn finding(
        &self,
        set: &DataSet,
        form: &Keyed,
    ) -> Result<Option<SubmissionFinding>, DataSetError> {
        let code = &form.key.organisation_code;
        if self.known.is_empty() {
            return Ok(None);
        }
        let key = (set.id.clone(), form.key.period);
        let mut asked = self.asked.borrow_mut();
        if !asked.contains_key(&key) {
            let of_period = organisations(set, &self.directory.of_period(form.key.period))?;
            asked.insert(key.clone(), of_period);
        }
        if asked
            .get(&key)
            .is_some_and(|asked| asked.contains_key(code))
        {
            return Ok(None);
        }
        let whom = match set.applies_to.is_empty() {
            true => String::new(),
            false => format!("（{}）", set.applies_to.join("、")),
        };
        Ok(Some(SubmissionFinding {
            severity: Severity::Warning.code().to_owned(),
            breakdown: String::new(),
            field: String::new(),
            rule: String::new(),
            place: String::new(),
            message: format!(
                "按机构台账，{code} 在 {} 不在“{}”的填报范围内{whom}。请核对机构代码、期间和机构台账；确要填报的，提交时写明原因",
                form.key.period, set.title
            ),
        }))
    }
}
