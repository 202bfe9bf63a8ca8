use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::refusal::AssessmentRefusal;
use super::run::missing;
use super::{ACTIVITY, failed};
use crate::audit::steps;
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::{Named, free_text};

biaochi_domain::coded! {
    /// Whether an event may count.
    pub enum EventState {
        /// Somebody reported it.
        Reported = "reported", "待审核", "reported";
        /// It is proved.
        Approved = "approved", "已审核", "approved";
        /// It is not.
        Refused = "refused", "不予认定", "refused";
        /// Whoever reported it took it back.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

/// A bonus, deduction or veto that somebody reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The institution.
    pub organisation_code: String,
    /// The scheme whose rule it is.
    pub scheme_id: String,
    /// The day.
    pub happened_on: Date,
    /// The event as the engine reads it, JSON.
    pub content: String,
}

/// An event in its newest version.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentEvent {
    /// Its number among those of the institution, from 1.
    pub number: u64,
    /// Its version, from 1.
    pub version: u64,
    /// What was reported.
    pub event: NewEvent,
    /// Whether it may count.
    pub state: EventState,
    /// Who reported it.
    pub reporter: String,
    /// Who made this version.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub note: String,
}

macro_rules! columns {
    () => {
        "organisation_code, number, version, scheme_id, happened_on, state, content, reporter, \
         actor, at, note"
    };
}

impl Store {
    /// Stores an event that somebody reports.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::Invalid`].
    pub async fn report_event(
        &self,
        scope: &Scope,
        actor: &Actor,
        event: &NewEvent,
    ) -> Result<AssessmentEvent> {
        scope.require(&event.organisation_code)?;
        let actor = actor.checked()?;
        let event = NewEvent {
            organisation_code: Named::Organisation.check(&event.organisation_code)?,
            scheme_id: Named::Scheme.check(&event.scheme_id)?,
            ..event.clone()
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let sql = Sql::with(
            "SELECT MAX(number) FROM assessment_event WHERE organisation_code = $1",
            [event.organisation_code.as_str().into()],
        );
        let row = sql.query().fetch_one(&mut *transaction).await;
        let newest = Cells::new(&row.map_err(failed)?, ACTIVITY).optional_int()?;
        let number = newest
            .and_then(|newest| u64::try_from(newest).ok())
            .unwrap_or(0)
            + 1;
        let reported = AssessmentEvent {
            number,
            version: 1,
            event,
            state: EventState::Reported,
            reporter: actor.name.clone(),
            actor: actor.name.clone(),
            at: actor.at,
            note: String::new(),
        };
        append(&mut transaction, &reported).await?;
        let entry = steps::assessment_event(&reported);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(reported)
    }

    /// Approves an event, refuses it or takes it back. Who reported it neither approves nor refuses it, and nobody
    /// else takes it back; what was approved is taken back by refusing it.
    ///
    /// # Errors
    /// As [`Store::report_event`], [`StoreError::Conflict`] when somebody was faster,
    /// [`AssessmentRefusal::SamePerson`], [`AssessmentRefusal::NotReporter`], [`AssessmentRefusal::Decided`],
    /// [`StoreError::NotFound`].
    pub async fn decide_event(
        &self,
        scope: &Scope,
        actor: &Actor,
        (organisation_code, number, version): (&str, u64, u64),
        state: EventState,
        note: &str,
    ) -> Result<AssessmentEvent> {
        scope.require(organisation_code)?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let newest = newest(&mut transaction, (organisation_code, number, version)).await?;
        let own = newest.reporter == actor.name;
        match state {
            EventState::Approved | EventState::Refused if own => {
                let actor = actor.name;
                return Err(AssessmentRefusal::SamePerson { actor }.into());
            }
            EventState::Withdrawn if !own => {
                let reporter = newest.reporter;
                return Err(AssessmentRefusal::NotReporter { reporter }.into());
            }
            _ => {}
        }
        let open = match state {
            EventState::Approved | EventState::Refused => newest.state != EventState::Withdrawn,
            EventState::Withdrawn => newest.state == EventState::Reported,
            EventState::Reported => false,
        };
        if !open || newest.state == state {
            let subject = format!("第 {number} 号事项");
            return Err(AssessmentRefusal::Decided { subject }.into());
        }
        let next = AssessmentEvent {
            version: version + 1,
            state,
            actor: actor.name.clone(),
            at: actor.at,
            note: free_text(note),
            ..newest
        };
        append(&mut transaction, &next).await?;
        let entry = steps::assessment_event(&next);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(next)
    }

    /// Puts other words in the place of an event that does not count yet, by who reported it. It has to be approved
    /// as a new one has.
    ///
    /// # Errors
    /// As [`Store::decide_event`].
    pub async fn correct_event(
        &self,
        scope: &Scope,
        actor: &Actor,
        (number, version): (u64, u64),
        event: &NewEvent,
    ) -> Result<AssessmentEvent> {
        let organisation_code = event.organisation_code.as_str();
        scope.require(organisation_code)?;
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let newest = newest(&mut transaction, (organisation_code, number, version)).await?;
        if newest.event.scheme_id != event.scheme_id {
            return Err(missing(&format!("{organisation_code} {number}")));
        }
        if newest.reporter != actor.name {
            let reporter = newest.reporter;
            return Err(AssessmentRefusal::NotReporter { reporter }.into());
        }
        if !matches!(newest.state, EventState::Reported | EventState::Refused) {
            let subject = format!("第 {number} 号事项");
            return Err(AssessmentRefusal::Decided { subject }.into());
        }
        let next = AssessmentEvent {
            version: version + 1,
            event: event.clone(),
            state: EventState::Reported,
            actor: actor.name.clone(),
            at: actor.at,
            note: String::new(),
            ..newest
        };
        append(&mut transaction, &next).await?;
        let entry = steps::assessment_event(&next);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(next)
    }

    /// The newest version of each event of institutions of the scope, by institution and number; of one
    /// scheme, if one is named.
    ///
    /// # Errors
    /// The database fails.
    pub async fn assessment_events(
        &self,
        scope: &Scope,
        scheme_id: Option<&str>,
    ) -> Result<Vec<AssessmentEvent>> {
        let mut sql = Sql::new(concat!(
            "SELECT ",
            columns!(),
            " FROM assessment_event WHERE NOT EXISTS (SELECT 1 FROM assessment_event AS later \
             WHERE later.organisation_code = assessment_event.organisation_code \
             AND later.number = assessment_event.number \
             AND later.version > assessment_event.version)"
        ));
        sql.within("organisation_code", scope);
        if let Some(scheme_id) = scheme_id {
            sql.push(" AND scheme_id = ").bind(scheme_id);
        }
        sql.push(" ORDER BY organisation_code, number");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }

    /// All versions of an event.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn event_history(
        &self,
        scope: &Scope,
        organisation_code: &str,
        number: u64,
    ) -> Result<Vec<AssessmentEvent>> {
        scope.require(organisation_code)?;
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM assessment_event"));
        sql.push(" WHERE organisation_code = ")
            .bind(organisation_code);
        sql.push(" AND number = ").bind(as_int(number));
        sql.push(" ORDER BY version");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }
}

/// The newest version of an event, which has to be the one that the caller saw.
async fn newest(
    connection: &mut AnyConnection,
    (organisation_code, number, version): (&str, u64, u64),
) -> Result<AssessmentEvent> {
    let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM assessment_event"));
    sql.push(" WHERE organisation_code = ")
        .bind(organisation_code);
    sql.push(" AND number = ").bind(as_int(number));
    sql.push(" ORDER BY version DESC LIMIT 1");
    let row = sql.query().fetch_optional(connection).await;
    let row = row.map_err(failed)?;
    let subject = format!("{organisation_code} {number}");
    let newest = read(&row.ok_or_else(|| missing(&subject))?)?;
    if newest.version == version {
        return Ok(newest);
    }
    Err(StoreError::Conflict {
        subject,
        expected: version,
        found: newest.version,
    })
}

async fn append(connection: &mut AnyConnection, next: &AssessmentEvent) -> Result<()> {
    let row = vec![
        next.event.organisation_code.as_str().into(),
        as_int(next.number).into(),
        as_int(next.version).into(),
        next.event.scheme_id.as_str().into(),
        next.event.happened_on.to_string().into(),
        next.state.code().into(),
        next.event.content.as_str().into(),
        next.reporter.as_str().into(),
        next.actor.as_str().into(),
        next.at.as_microsecond().into(),
        next.note.as_str().into(),
    ];
    let head = concat!("INSERT INTO assessment_event (", columns!(), ")");
    let tail = "ON CONFLICT (organisation_code, number, version) DO NOTHING";
    let new = sql::insert(connection, head, vec![row], tail);
    if new.await.map_err(failed)? == 1 {
        return Ok(());
    }
    Err(StoreError::Conflict {
        subject: format!("{} {}", next.event.organisation_code, next.number),
        expected: next.version - 1,
        found: next.version,
    })
}

fn read(row: &AnyRow) -> Result<AssessmentEvent> {
    let mut cells = Cells::new(row, ACTIVITY);
    let organisation_code = cells.text()?;
    let (number, version) = (cells.count()?, cells.count()?);
    let (scheme_id, happened_on) = (cells.text()?, cells.date()?);
    let state = cells.parsed("event state", EventState::from_code)?;
    let content = cells.text()?;
    Ok(AssessmentEvent {
        number,
        version,
        event: NewEvent {
            organisation_code,
            scheme_id,
            happened_on,
            content,
        },
        state,
        reporter: cells.text()?,
        actor: cells.text()?,
        at: cells.time()?,
        note: cells.text()?,
    })
}
