use biaochi_access::Resource;
use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::entry::{AuditAction, AuditEntry, AuditOutcome, NewAuditEntry};
use super::{ACTIVITY, failed};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::Scope;
use crate::sql::Sql;
use crate::value::free_text;

/// Which rows of the trail are meant; what is not said does not matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    /// Who.
    pub actor: Option<String>,
    /// What happened, any of these.
    pub actions: Vec<AuditAction>,
    /// To what kind of thing.
    pub resource: Option<Resource>,
    /// To which one, exactly.
    pub subject: Option<String>,
    /// Whose.
    pub organisation_code: Option<String>,
    /// What stands anywhere in account, thing, before, after or reason; letter case does not matter.
    pub text: Option<String>,
    /// How it ended.
    pub outcome: Option<AuditOutcome>,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// In which order rows come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditOrder {
    /// The newest first, as people look.
    #[default]
    NewestFirst,
    /// The oldest first, as files are written.
    OldestFirst,
}

/// A part of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    /// The rows.
    pub entries: Vec<AuditEntry>,
    /// The number after which the next part begins, if there is more.
    pub next: Option<u64>,
}

macro_rules! columns {
    () => {
        "number, at, actor, origin, action, resource, subject, organisation_code, outcome, \
         value_before, value_after, reason, previous, hash"
    };
}

pub(super) const SELECT: &str = concat!("SELECT ", columns!(), " FROM audit_event");

/// The same with the seal, which only a verification looks at.
pub(super) const SELECT_SEALED: &str = concat!("SELECT ", columns!(), ", seal FROM audit_event");

impl Store {
    /// Rows of the trail, at most `limit`, going on behind a number. What belongs to no organisation is seen
    /// with [`Scope::All`] only.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`] for an organisation that is asked for, or the database fails.
    pub async fn audit(
        &self,
        scope: &Scope,
        filter: &AuditFilter,
        order: AuditOrder,
        behind: Option<u64>,
        limit: u32,
    ) -> Result<AuditPage> {
        if let Some(code) = &filter.organisation_code {
            scope.require(code)?;
        }
        let limit = limit.max(1);
        let mut sql = Sql::new(SELECT);
        sql.push(" WHERE number > 0");
        match (order, behind) {
            (_, None) => {}
            (AuditOrder::NewestFirst, Some(number)) => {
                sql.push(" AND number < ").bind(as_int(number));
            }
            (AuditOrder::OldestFirst, Some(number)) => {
                sql.push(" AND number > ").bind(as_int(number));
            }
        }
        filter.add_to(&mut sql);
        sql.within("organisation_code", scope);
        sql.push(match order {
            AuditOrder::NewestFirst => " ORDER BY number DESC",
            AuditOrder::OldestFirst => " ORDER BY number",
        });
        // One more says whether there is more.
        sql.push(" LIMIT ").bind(i64::from(limit) + 1);
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let mut entries = rows.iter().map(entry).collect::<Result<Vec<_>>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = entries.len() > limit;
        entries.truncate(limit);
        let last = entries.last().map(|entry| entry.number);
        Ok(AuditPage {
            next: last.filter(|_| more),
            entries,
        })
    }
}

impl AuditFilter {
    fn add_to(&self, sql: &mut Sql) {
        if let Some(actor) = &self.actor {
            sql.push(" AND actor = ").bind(free_text(actor));
        }
        if !self.actions.is_empty() {
            sql.push(" AND action IN ")
                .bind_list(self.actions.iter().map(|action| action.code()));
        }
        if let Some(resource) = self.resource {
            sql.push(" AND resource = ").bind(resource.code());
        }
        if let Some(subject) = &self.subject {
            sql.push(" AND subject = ").bind(free_text(subject));
        }
        if let Some(code) = &self.organisation_code {
            sql.push(" AND organisation_code = ").bind(free_text(code));
        }
        if let Some(text) = &self.text {
            let pattern = like(&free_text(text));
            let mut word = " AND (LOWER(actor) LIKE ";
            for next in [
                " ESCAPE '!' OR LOWER(subject) LIKE ",
                " ESCAPE '!' OR LOWER(value_before) LIKE ",
                " ESCAPE '!' OR LOWER(value_after) LIKE ",
                " ESCAPE '!' OR LOWER(reason) LIKE ",
                " ESCAPE '!')",
            ] {
                sql.push(word).bind(pattern.as_str());
                word = next;
            }
            sql.push(word);
        }
        if let Some(outcome) = self.outcome {
            sql.push(" AND outcome = ").bind(outcome.code());
        }
        if let Some(from) = self.from {
            sql.push(" AND at >= ").bind(from.as_microsecond());
        }
        if let Some(until) = self.until {
            sql.push(" AND at < ").bind(until.as_microsecond());
        }
    }
}

/// A pattern that finds a text wherever it stands, taken by its letters.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.trim().to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

fn entry(row: &AnyRow) -> Result<AuditEntry> {
    let mut cells = Cells::new(row, ACTIVITY);
    let (number, at) = (cells.count()?, cells.time()?);
    let (actor, origin) = (cells.text()?, cells.text()?);
    let entry = NewAuditEntry {
        action: cells.parsed("audit action", AuditAction::from_code)?,
        resource: cells.parsed("resource", Resource::from_code)?,
        subject: cells.text()?,
        organisation_code: cells.text()?,
        outcome: cells.parsed("audit outcome", AuditOutcome::from_code)?,
        before: cells.text()?,
        after: cells.text()?,
        reason: cells.text()?,
    };
    Ok(AuditEntry {
        number,
        at,
        actor,
        origin,
        entry,
        previous: cells.text()?,
        hash: cells.text()?,
    })
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn what_is_searched_for_is_taken_by_its_letters() {
        assert_eq!(like(" Zhang_三 100%! "), "%zhang!_三 100!%!!%");
    }
}
