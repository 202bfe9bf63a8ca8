use jiff::Timestamp;
use sqlx::any::AnyRow;

use super::refusal::AssessmentRefusal;
use super::run::{RunActionKind, Step, count, note, numbered, take};
use super::{ACTIVITY, evidence_text, failed, read_evidence};
use crate::error::Result;
use crate::evidence::Evidence;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::{Named, free_text};

biaochi_domain::coded! {
    /// How far an objection is.
    pub enum ObjectionState {
        /// Nobody replied.
        Open = "open", "待答复", "open";
        /// It holds; an adjustment follows.
        Upheld = "upheld", "成立", "upheld";
        /// It does not hold.
        Rejected = "rejected", "不成立", "rejected";
    }
}

/// What an institution objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewObjection {
    /// The institution.
    pub organisation_code: String,
    /// The phase; empty for the whole.
    pub phase: String,
    /// The item; empty for the whole phase.
    pub item: String,
    /// What it says.
    pub claim: String,
    /// What proves it.
    pub evidence: Vec<Evidence>,
}

/// An objection, with the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Objection {
    /// Its number in the run, from 1.
    pub number: u64,
    /// What was objected to.
    pub objection: NewObjection,
    /// How far it is.
    pub state: ObjectionState,
    /// Who objected.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// The reply; empty while there is none.
    pub reply: String,
    /// Who replied.
    pub replied_by: String,
    /// When.
    pub replied_at: Option<Timestamp>,
}

impl Store {
    /// Stores an objection to a run that is computed and not published.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`](crate::StoreError::OutOfScope), [`AssessmentRefusal::State`], or the run does
    /// not know the institution.
    pub async fn object(
        &self,
        scope: &Scope,
        actor: &Actor,
        run_id: &str,
        objection: &NewObjection,
    ) -> Result<Objection> {
        let code = &objection.organisation_code;
        let actor = actor.checked()?;
        self.run_unit(scope, run_id, code).await?;
        let objection = NewObjection {
            phase: Named::Item.check_optional(&objection.phase)?,
            item: Named::Item.check_optional(&objection.item)?,
            claim: Named::Reason.check(&objection.claim)?,
            ..objection.clone()
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = take(&mut transaction, run_id, RunActionKind::Object).await?;
        let sql = Sql::with(
            "SELECT COUNT(*) FROM assessment_objection WHERE run_id = $1",
            [run_id.into()],
        );
        let number = count(&mut transaction, sql).await? + 1;
        let row = vec![
            run_id.into(),
            code.as_str().into(),
            as_int(number).into(),
            objection.phase.as_str().into(),
            objection.item.as_str().into(),
            objection.claim.as_str().into(),
            evidence_text(&objection.evidence)?.into(),
            ObjectionState::Open.code().into(),
            actor.name.as_str().into(),
            actor.at.as_microsecond().into(),
            "".into(),
            "".into(),
            None::<i64>.into(),
        ];
        let head = "INSERT INTO assessment_objection (run_id, organisation_code, number, phase, \
            item, claim, evidence, state, actor, at, reply, replied_by, replied_at)";
        let stored = sql::insert(&mut transaction, head, vec![row], "");
        stored.await.map_err(failed)?;
        let step = Step {
            kind: RunActionKind::Object,
            organisation_code: code,
            subject: &number.to_string(),
            note: &objection.claim,
        };
        let entry = note(&mut transaction, run_id, run.revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(Objection {
            number,
            objection,
            state: ObjectionState::Open,
            actor: actor.name,
            at: actor.at,
            reply: String::new(),
            replied_by: String::new(),
            replied_at: None,
        })
    }

    /// Replies to an objection, once. Who objected does not reply.
    ///
    /// # Errors
    /// As [`Store::object`], and [`AssessmentRefusal::Decided`], [`AssessmentRefusal::SamePerson`].
    pub async fn reply(
        &self,
        scope: &Scope,
        actor: &Actor,
        (run_id, number): (&str, u64),
        upheld: bool,
        words: &str,
    ) -> Result<Objection> {
        let actor = actor.checked()?;
        let words = Named::Reason.check(words)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = take(&mut transaction, run_id, RunActionKind::Reply).await?;
        let at = (run_id, number);
        let found = read(&numbered(&mut transaction, of_run(run_id), at).await?)?;
        let code = found.objection.organisation_code.clone();
        scope.require(&code)?;
        if found.state != ObjectionState::Open {
            let subject = format!("第 {number} 号异议");
            return Err(AssessmentRefusal::Decided { subject }.into());
        }
        if found.actor == actor.name {
            let actor = actor.name;
            return Err(AssessmentRefusal::SamePerson { actor }.into());
        }
        let state = match upheld {
            true => ObjectionState::Upheld,
            false => ObjectionState::Rejected,
        };
        let replied = Objection {
            state,
            reply: words,
            replied_by: actor.name.clone(),
            replied_at: Some(actor.at),
            ..found
        };
        let sql = Sql::with(
            "UPDATE assessment_objection SET state = $1, reply = $2, replied_by = $3, \
             replied_at = $4 WHERE run_id = $5 AND number = $6",
            [
                state.code().into(),
                replied.reply.as_str().into(),
                actor.name.as_str().into(),
                actor.at.as_microsecond().into(),
                run_id.into(),
                as_int(number).into(),
            ],
        );
        let done = sql.query().execute(&mut *transaction).await;
        done.map_err(failed)?;
        let step = Step {
            kind: RunActionKind::Reply,
            organisation_code: &code,
            subject: &number.to_string(),
            note: &format!("{}：{}", state.code(), free_text(&replied.reply)),
        };
        let entry = note(&mut transaction, run_id, run.revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(replied)
    }

    /// The objections of institutions of the scope, by number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn objections(&self, scope: &Scope, run_id: &str) -> Result<Vec<Objection>> {
        let mut sql = of_run(run_id);
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY number");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }
}

fn of_run(run_id: &str) -> Sql {
    Sql::with(
        "SELECT organisation_code, number, phase, item, claim, evidence, state, actor, at, reply, \
         replied_by, replied_at FROM assessment_objection WHERE run_id = $1",
        [run_id.into()],
    )
}

fn read(row: &AnyRow) -> Result<Objection> {
    let mut cells = Cells::new(row, ACTIVITY);
    let organisation_code = cells.text()?;
    Ok(Objection {
        number: cells.count()?,
        objection: NewObjection {
            organisation_code,
            phase: cells.text()?,
            item: cells.text()?,
            claim: cells.text()?,
            evidence: cells.parsed("evidence", read_evidence)?,
        },
        state: cells.parsed("objection state", ObjectionState::from_code)?,
        actor: cells.text()?,
        at: cells.time()?,
        reply: cells.text()?,
        replied_by: cells.text()?,
        replied_at: cells.optional_time()?,
    })
}
