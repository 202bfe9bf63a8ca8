use jiff::Timestamp;
use rust_decimal::Decimal;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::refusal::AssessmentRefusal;
use super::run::{RunActionKind, RunState, Step, count, note, numbered, settle, take};
use super::{ACTIVITY, failed};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::Named;

biaochi_domain::coded! {
    /// What an adjustment changes.
    pub enum AdjustedPart {
        /// The value of an item, which is scored anew.
        Reading = "reading", "指标值", "the value";
        /// The points of an item, or the score of a phase.
        Points = "points", "得分", "the points";
    }
}

biaochi_domain::coded! {
    /// Whether an adjustment holds.
    pub enum Decision {
        /// Nobody decided.
        Proposed = "proposed", "待决定", "proposed";
        /// It holds.
        Approved = "approved", "同意", "approved";
        /// It does not.
        Refused = "refused", "不同意", "refused";
        /// It held until another one took its place.
        Replaced = "replaced", "已被替代", "replaced";
    }
}

/// What somebody decides about a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It does not hold.
    Refuse,
    /// It holds; refused where another one of the same subject holds already.
    Approve,
    /// It holds instead of the one that held before.
    Replace,
}

/// A change that somebody proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAdjustment {
    /// The institution.
    pub organisation_code: String,
    /// The objection that it answers, if there is one.
    pub objection: Option<u64>,
    /// The phase.
    pub phase: String,
    /// The item; empty for the score of the phase.
    pub item: String,
    /// What is changed.
    pub what: AdjustedPart,
    /// The new value.
    pub to: Decimal,
    /// Why.
    pub reason: String,
}

/// A change of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentAdjustment {
    /// Its number in the run, from 1.
    pub number: u64,
    /// What was proposed.
    pub adjustment: NewAdjustment,
    /// Whether it holds.
    pub decision: Decision,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// What was said.
    pub words: String,
}

impl Store {
    /// Proposes a change of a run that is computed and not published.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`](crate::StoreError::OutOfScope), [`AssessmentRefusal::State`], or the run does
    /// not know the institution.
    pub async fn propose_adjustment(
        &self,
        scope: &Scope,
        actor: &Actor,
        run_id: &str,
        adjustment: &NewAdjustment,
    ) -> Result<AssessmentAdjustment> {
        let actor = actor.checked()?;
        let code = &adjustment.organisation_code;
        self.run_unit(scope, run_id, code).await?;
        let adjustment = NewAdjustment {
            phase: Named::Item.check(&adjustment.phase)?,
            item: Named::Item.check_optional(&adjustment.item)?,
            reason: Named::Reason.check(&adjustment.reason)?,
            ..adjustment.clone()
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = take(&mut transaction, run_id, RunActionKind::Propose).await?;
        let sql = Sql::with(
            "SELECT COUNT(*) FROM assessment_adjustment WHERE run_id = $1",
            [run_id.into()],
        );
        let number = count(&mut transaction, sql).await? + 1;
        let row = vec![
            run_id.into(),
            code.as_str().into(),
            as_int(number).into(),
            adjustment.objection.map(as_int).into(),
            adjustment.phase.as_str().into(),
            adjustment.item.as_str().into(),
            adjustment.what.code().into(),
            adjustment.to.to_string().into(),
            adjustment.reason.as_str().into(),
            Decision::Proposed.code().into(),
            actor.name.as_str().into(),
            actor.at.as_microsecond().into(),
            "".into(),
            None::<i64>.into(),
            "".into(),
        ];
        let head = "INSERT INTO assessment_adjustment (run_id, organisation_code, number, \
            objection, phase, item, what, new_value, reason, state, proposed_by, proposed_at, \
            decided_by, decided_at, decision)";
        let stored = sql::insert(&mut transaction, head, vec![row], "");
        stored.await.map_err(failed)?;
        let step = Step {
            kind: RunActionKind::Propose,
            organisation_code: code,
            subject: &number.to_string(),
            note: &adjustment.reason,
        };
        let entry = note(&mut transaction, run_id, run.revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(AssessmentAdjustment {
            number,
            adjustment,
            decision: Decision::Proposed,
            proposed_by: actor.name,
            proposed_at: actor.at,
            decided_by: String::new(),
            decided_at: None,
            words: String::new(),
        })
    }

    /// Decides a change, once. Who proposed it does not decide. An approved one asks for the run to be
    /// computed again. Two changes of the same subject never hold at once: the second one has to replace the first.
    ///
    /// # Errors
    /// As [`Store::propose_adjustment`], and [`AssessmentRefusal::Decided`],
    /// [`AssessmentRefusal::SamePerson`], [`AssessmentRefusal::AlreadyAdjusted`].
    pub async fn decide_adjustment(
        &self,
        scope: &Scope,
        actor: &Actor,
        (run_id, number): (&str, u64),
        verdict: Verdict,
        words: &str,
    ) -> Result<AssessmentAdjustment> {
        let actor = actor.checked()?;
        let words = Named::Reason.check(words)?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = take(&mut transaction, run_id, RunActionKind::Decide).await?;
        let at = (run_id, number);
        let found = read(&numbered(&mut transaction, of_run(run_id), at).await?)?;
        let code = found.adjustment.organisation_code.clone();
        scope.require(&code)?;
        if found.decision != Decision::Proposed {
            let subject = format!("第 {number} 号调整");
            return Err(AssessmentRefusal::Decided { subject }.into());
        }
        if found.proposed_by == actor.name {
            let actor = actor.name;
            return Err(AssessmentRefusal::SamePerson { actor }.into());
        }
        let (decision, approved) = match verdict {
            Verdict::Refuse => (Decision::Refused, false),
            Verdict::Approve | Verdict::Replace => (Decision::Approved, true),
        };
        let mut said = format!("{}：{words}", decision.code());
        if approved && let Some(held) = holds(&mut transaction, run_id, &found.adjustment).await? {
            if verdict == Verdict::Approve {
                return Err(AssessmentRefusal::AlreadyAdjusted { number: held }.into());
            }
            let sql = Sql::with(
                "UPDATE assessment_adjustment SET state = $1 WHERE run_id = $2 AND number = $3",
                [
                    Decision::Replaced.code().into(),
                    run_id.into(),
                    as_int(held).into(),
                ],
            );
            let done = sql.query().execute(&mut *transaction).await;
            done.map_err(failed)?;
            said += &format!("（替代第 {held} 号调整）");
        }
        let sql = Sql::with(
            "UPDATE assessment_adjustment SET state = $1, decided_by = $2, decided_at = $3, \
             decision = $4 WHERE run_id = $5 AND number = $6",
            [
                decision.code().into(),
                actor.name.as_str().into(),
                actor.at.as_microsecond().into(),
                words.as_str().into(),
                run_id.into(),
                as_int(number).into(),
            ],
        );
        let done = sql.query().execute(&mut *transaction).await;
        done.map_err(failed)?;
        let revision = run.revision;
        if approved {
            settle(&mut transaction, run, RunState::Adjusted, None).await?;
        }
        let step = Step {
            kind: RunActionKind::Decide,
            organisation_code: &code,
            subject: &number.to_string(),
            note: &said,
        };
        let entry = note(&mut transaction, run_id, revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(AssessmentAdjustment {
            decision,
            decided_by: actor.name,
            decided_at: Some(actor.at),
            words,
            ..found
        })
    }

    /// The changes of institutions of the scope, by number.
    ///
    /// # Errors
    /// The database fails.
    pub async fn adjustments(
        &self,
        scope: &Scope,
        run_id: &str,
    ) -> Result<Vec<AssessmentAdjustment>> {
        let mut sql = of_run(run_id);
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY number");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }
}

/// The approved change of the same phase and item, if there is one.
async fn holds(
    connection: &mut AnyConnection,
    run_id: &str,
    of: &NewAdjustment,
) -> Result<Option<u64>> {
    let sql = Sql::with(
        "SELECT number FROM assessment_adjustment WHERE run_id = $1 AND organisation_code = $2 \
         AND phase = $3 AND item = $4 AND state = $5 ORDER BY number DESC LIMIT 1",
        [
            run_id.into(),
            of.organisation_code.as_str().into(),
            of.phase.as_str().into(),
            of.item.as_str().into(),
            Decision::Approved.code().into(),
        ],
    );
    let row = sql.query().fetch_optional(connection).await;
    let row = row.map_err(failed)?;
    row.map(|row| Cells::new(&row, ACTIVITY).count())
        .transpose()
}

fn of_run(run_id: &str) -> Sql {
    Sql::with(
        "SELECT organisation_code, number, objection, phase, item, what, new_value, reason, state, \
         proposed_by, proposed_at, decided_by, decided_at, decision FROM assessment_adjustment \
         WHERE run_id = $1",
        [run_id.into()],
    )
}

fn read(row: &AnyRow) -> Result<AssessmentAdjustment> {
    let mut cells = Cells::new(row, ACTIVITY);
    let organisation_code = cells.text()?;
    Ok(AssessmentAdjustment {
        number: cells.count()?,
        adjustment: NewAdjustment {
            organisation_code,
            objection: cells
                .optional_int()?
                .and_then(|number| u64::try_from(number).ok()),
            phase: cells.text()?,
            item: cells.text()?,
            what: cells.parsed("adjusted part", AdjustedPart::from_code)?,
            to: cells.parsed("number", |text| text.parse().ok())?,
            reason: cells.text()?,
        },
        decision: cells.parsed("decision", Decision::from_code)?,
        proposed_by: cells.text()?,
        proposed_at: cells.time()?,
        decided_by: cells.text()?,
        decided_at: cells.optional_time()?,
        words: cells.text()?,
    })
}
