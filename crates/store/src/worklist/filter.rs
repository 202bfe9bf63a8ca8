use std::collections::{BTreeMap, BTreeSet};

use biaochi_checks::{Severity, Stage};
use biaochi_domain::Month;
use jiff::civil::Date;

use super::item::{severity_of, severity_rank};
use super::state::State;
use crate::error::Result;
use crate::scope::Scope;
use crate::sql::Sql;

/// Which items; what is `None` or empty does not restrict. An empty text in a field means items where
/// it is not filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Of this hospital of the scope; without it, of all of them.
    pub organisation_code: Option<String>,
    /// Of this month of discharge.
    pub month: Option<Month>,
    /// Of this department.
    pub department: Option<String>,
    /// Of this physician.
    pub physician: Option<String>,
    /// Of this coder.
    pub coder: Option<String>,
    /// Of this record.
    pub record_key: Option<String>,
    /// Found by this check.
    pub check_id: Option<String>,
    /// In one of these states.
    pub states: Vec<State>,
    /// So bad.
    pub severity: Option<Severity>,
    /// So binding.
    pub stage: Option<Stage>,
    /// Given to this person; empty means to nobody.
    pub assignee: Option<String>,
    /// Due before this day.
    pub due_before: Option<Date>,
    /// Whose message, check or physician has this text in it, or whose record key begins with it.
    pub text: Option<String>,
    /// Of the hospitals named here, these departments only: what somebody sees who sees no more of them.
    pub departments: BTreeMap<String, BTreeSet<String>>,
}

impl Filter {
    /// The items on which somebody still has to act or that wait for the next check.
    pub fn unsettled() -> Self {
        Self {
            states: vec![State::Open, State::Assigned, State::Corrected],
            ..Self::default()
        }
    }

    /// Appends the condition on `worklist_item`, beginning with `WHERE`.
    pub(super) fn restrict(&self, scope: &Scope, sql: &mut Sql) -> Result<()> {
        // Every further condition can begin with AND.
        sql.push(" WHERE 1 = 1");
        let code = self.organisation_code.as_deref();
        sql.of_organisation("worklist_item.organisation_code", scope, code)?;
        sql.equal([
            ("worklist_item.department", &self.department),
            ("worklist_item.physician", &self.physician),
            ("worklist_item.coder", &self.coder),
            ("worklist_item.record_key", &self.record_key),
            ("worklist_item.check_id", &self.check_id),
            ("worklist_item.assignee", &self.assignee),
        ]);
        if let Some(month) = self.month {
            sql.push(" AND worklist_item.discharge_month = ")
                .bind(month.to_string());
        }
        if !self.states.is_empty() {
            sql.push(" AND worklist_item.state IN ")
                .bind_list(self.states.iter().map(|state| state.code()));
        }
        if let Some(severity) = self.severity {
            sql.push(" AND worklist_item.severity = ")
                .bind(severity_rank(severity));
        }
        if let Some(stage) = self.stage {
            sql.push(" AND worklist_item.stage = ").bind(stage.id());
        }
        if let Some(day) = self.due_before {
            sql.push(" AND worklist_item.due < ").bind(day.to_string());
        }
        if let Some(text) = self.text.as_deref().filter(|text| !text.is_empty()) {
            let like = format!("%{}%", escaped(text));
            sql.push(" AND (worklist_item.message LIKE ")
                .bind(like.as_str())
                .push(" ESCAPE '!' OR worklist_item.check_id LIKE ")
                .bind(like.as_str())
                .push(" ESCAPE '!' OR worklist_item.physician LIKE ")
                .bind(like.as_str())
                .push(" ESCAPE '!' OR worklist_item.record_key LIKE ")
                .bind(format!("{}%", escaped(text)))
                .push(" ESCAPE '!')");
        }
        for (organisation, departments) in &self.departments {
            sql.push(" AND (worklist_item.organisation_code <> ")
                .bind(organisation.as_str())
                .push(" OR worklist_item.department IN ")
                .bind_list(departments.iter().map(String::as_str))
                .push(")");
        }
        Ok(())
    }
}

/// A text in which no sign of a pattern stands for others.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        if matches!(sign, '!' | '%' | '_') {
            out.push('!');
        }
        out.push(sign);
    }
    out
}

/// What items are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Hospital.
    Organisation,
    /// Month of discharge.
    Month,
    /// Department.
    Department,
    /// Physician.
    Physician,
    /// Coder.
    Coder,
    /// Check.
    Check,
    /// State, by its code.
    State,
    /// Severity, by its code.
    Severity,
    /// Stage, by its code.
    Stage,
    /// Who shall settle it.
    Assignee,
}

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Organisation,
        Self::Month,
        Self::Department,
        Self::Physician,
        Self::Coder,
        Self::Check,
        Self::State,
        Self::Severity,
        Self::Stage,
        Self::Assignee,
    ];

    /// The word of programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Organisation => "organisation",
            Self::Month => "month",
            Self::Department => "department",
            Self::Physician => "physician",
            Self::Coder => "coder",
            Self::Check => "check",
            Self::State => "state",
            Self::Severity => "severity",
            Self::Stage => "stage",
            Self::Assignee => "assignee",
        }
    }

    /// The one with this word.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// The text that items are grouped by.
    pub(super) fn expression(self) -> &'static str {
        match self {
            Self::Organisation => "worklist_item.organisation_code",
            Self::Month => "worklist_item.discharge_month",
            Self::Department => "worklist_item.department",
            Self::Physician => "worklist_item.physician",
            Self::Coder => "worklist_item.coder",
            Self::Check => "worklist_item.check_id",
            Self::State => "worklist_item.state",
            Self::Severity => "CAST(worklist_item.severity AS TEXT)",
            Self::Stage => "worklist_item.stage",
            Self::Assignee => "worklist_item.assignee",
        }
    }

    /// What people and programs call a value of it.
    pub(super) fn told(self, value: String) -> String {
        match self {
            Self::Severity => value
                .parse()
                .ok()
                .and_then(severity_of)
                .map_or(value, |severity| severity.id().to_owned()),
            _ => value,
        }
    }
}
