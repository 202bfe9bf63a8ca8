use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::refusal::AssessmentRefusal;
use super::{ACTIVITY, failed};
use crate::audit::{NewAuditEntry, steps};
use crate::error::{Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, ROWS_AT_ONCE, Sql};
use crate::value::{Named, free_text};

biaochi_domain::coded! {
    /// How far a run is.
    pub enum RunState {
        /// Values are frozen, nothing is computed.
        Frozen = "frozen", "已冻结", "frozen";
        /// Scores are there.
        Computed = "computed", "已计算", "computed";
        /// A change was decided since; scores are not those of it yet.
        Adjusted = "adjusted", "已调整待计算", "adjusted";
        /// It is final.
        Published = "published", "已发布", "published";
    }
}

biaochi_domain::coded! {
    /// What happened to a run.
    pub enum RunActionKind {
        /// Values were frozen.
        Freeze = "freeze", "冻结", "freeze";
        /// Scores were computed.
        Compute = "compute", "计算", "compute";
        /// An institution objected.
        Object = "object", "提出异议", "object";
        /// An objection was replied to.
        Reply = "reply", "答复异议", "reply";
        /// A change was proposed.
        Propose = "propose", "提出调整", "propose a change";
        /// A change was decided.
        Decide = "decide", "决定调整", "decide a change";
        /// The run was published.
        Publish = "publish", "发布", "publish";
    }
}

/// A run that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRun {
    /// Its id.
    pub run_id: String,
    /// The scheme.
    pub scheme_id: String,
    /// Hash of the scheme's content, values of parameters included.
    pub content_hash: String,
    /// The assessed period, as text.
    pub period: String,
    /// The version of the lake that values were read from.
    pub lake_version: Option<u64>,
    /// Values of parameters given for this run, JSON.
    pub parameters: String,
    /// Hash over the frozen inputs of all institutions.
    pub inputs_hash: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentRun {
    /// What it began with.
    pub run: NewRun,
    /// How often it was changed; the history has a row for each.
    pub revision: u64,
    /// How far it is.
    pub state: RunState,
    /// Hash over the outcomes of all institutions; empty before they are computed.
    pub result_hash: String,
    /// Who froze it.
    pub actor: String,
    /// When.
    pub at: Timestamp,
}

/// What was frozen of an institution, and what came out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AssessmentUnit {
    /// The institution.
    pub organisation_code: String,
    /// What was frozen, as the caller wrote it.
    pub inputs: String,
    /// The outcome, as the caller wrote it; empty before it is computed.
    pub outcome: String,
    /// The score, as text; empty without one.
    pub score: String,
    /// The grade; empty without one.
    pub grade: String,
    /// The place in its class.
    pub place: Option<u64>,
}

/// What came out for an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitResult {
    /// The institution.
    pub organisation_code: String,
    /// The outcome.
    pub outcome: String,
    /// The score, as text; empty without one.
    pub score: String,
    /// The grade; empty without one.
    pub grade: String,
    /// The place in its class.
    pub place: Option<u64>,
}

/// Something that happened to a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RunAction {
    /// The revision that it made.
    pub revision: u64,
    /// What.
    pub kind: RunActionKind,
    /// The institution that it is about; empty for the run as a whole.
    pub organisation_code: String,
    /// What it was about: a hash, a number, an item.
    pub subject: String,
    /// Who.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What was said.
    pub note: String,
}

macro_rules! columns {
    () => {
        "run_id, scheme_id, content_hash, period, lake_version, parameters, inputs_hash, revision, \
         state, result_hash, actor, at"
    };
}

impl Store {
    /// Freezes what a run is computed from: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::Conflict`] when the id is taken,
    /// [`AssessmentRefusal::NoUnits`].
    pub async fn freeze_run(
        &self,
        scope: &Scope,
        actor: &Actor,
        run: &NewRun,
        units: &[(String, String)],
    ) -> Result<AssessmentRun> {
        for (code, _) in units {
            scope.require(code)?;
        }
        if units.is_empty() {
            return Err(AssessmentRefusal::NoUnits.into());
        }
        let actor = actor.checked()?;
        let frozen = AssessmentRun {
            run: NewRun {
                run_id: Named::Run.check(&run.run_id)?,
                scheme_id: Named::Scheme.check(&run.scheme_id)?,
                ..run.clone()
            },
            revision: 1,
            state: RunState::Frozen,
            result_hash: String::new(),
            actor: actor.name.clone(),
            at: actor.at,
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let row = vec![
            frozen.run.run_id.as_str().into(),
            frozen.run.scheme_id.as_str().into(),
            frozen.run.content_hash.as_str().into(),
            frozen.run.period.as_str().into(),
            frozen.run.lake_version.map(as_int).into(),
            frozen.run.parameters.as_str().into(),
            frozen.run.inputs_hash.as_str().into(),
            as_int(frozen.revision).into(),
            frozen.state.code().into(),
            "".into(),
            frozen.actor.as_str().into(),
            frozen.at.as_microsecond().into(),
        ];
        let head = concat!("INSERT INTO assessment_run (", columns!(), ")");
        let tail = "ON CONFLICT (run_id) DO NOTHING";
        let new = sql::insert(&mut transaction, head, vec![row], tail);
        if new.await.map_err(failed)? == 0 {
            return Err(StoreError::Conflict {
                subject: frozen.run.run_id,
                expected: 0,
                found: 1,
            });
        }
        for some in units.chunks(ROWS_AT_ONCE) {
            let mut rows = Vec::with_capacity(some.len());
            for (code, inputs) in some {
                rows.push(vec![
                    frozen.run.run_id.as_str().into(),
                    Named::Organisation.check(code)?.into(),
                    inputs.as_str().into(),
                    "".into(),
                    "".into(),
                    "".into(),
                    None::<i64>.into(),
                ]);
            }
            let head = "INSERT INTO assessment_unit \
                (run_id, organisation_code, inputs, outcome, score, grade, place)";
            let stored = sql::insert(&mut transaction, head, rows, "");
            stored.await.map_err(failed)?;
        }
        let action = Step {
            kind: RunActionKind::Freeze,
            organisation_code: "",
            subject: &frozen.run.inputs_hash,
            note: "",
        };
        let entry = note(&mut transaction, &frozen.run.run_id, 1, &actor, action).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(frozen)
    }

    /// The runs that have an institution of the scope, the newest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn runs(&self, scope: &Scope) -> Result<Vec<AssessmentRun>> {
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM assessment_run"));
        if let Scope::Organisations(codes) = scope {
            sql.push(
                " WHERE EXISTS (SELECT 1 FROM assessment_unit AS u \
                 WHERE u.run_id = assessment_run.run_id AND u.organisation_code IN ",
            )
            .bind_list(codes.iter().map(String::as_str))
            .push(")");
        }
        sql.push(" ORDER BY at DESC, run_id");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read).collect()
    }

    /// A run that has an institution of the scope.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn run(&self, scope: &Scope, run_id: &str) -> Result<AssessmentRun> {
        let runs = self.runs(scope).await?;
        runs.into_iter()
            .find(|run| run.run.run_id == run_id)
            .ok_or_else(|| missing(run_id))
    }

    /// The institutions of a run that lie in the scope, by code.
    ///
    /// # Errors
    /// The database fails.
    pub async fn run_units(&self, scope: &Scope, run_id: &str) -> Result<Vec<AssessmentUnit>> {
        let mut sql = of_units(run_id);
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY organisation_code");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(read_unit).collect()
    }

    /// One institution of a run.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::NotFound`].
    pub async fn run_unit(
        &self,
        scope: &Scope,
        run_id: &str,
        organisation_code: &str,
    ) -> Result<AssessmentUnit> {
        scope.require(organisation_code)?;
        let mut sql = of_units(run_id);
        sql.push(" AND organisation_code = ")
            .bind(organisation_code);
        let row = sql.query().fetch_optional(self.pool()).await;
        let row = row.map_err(failed)?;
        let row = row.ok_or_else(|| missing(&format!("{run_id} {organisation_code}")))?;
        read_unit(&row)
    }

    /// Stores what came out, of all institutions at once. The caller computed it from `revision` of the run.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], [`StoreError::Conflict`] when the run changed since,
    /// [`AssessmentRefusal::State`] for a published one.
    pub async fn store_results(
        &self,
        scope: &Scope,
        actor: &Actor,
        (run_id, revision): (&str, u64),
        result_hash: &str,
        results: &[UnitResult],
    ) -> Result<AssessmentRun> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = whole(&mut transaction, scope, run_id, RunActionKind::Compute).await?;
        if run.revision != revision + 1 {
            return Err(StoreError::Conflict {
                subject: run_id.to_owned(),
                expected: revision,
                found: run.revision - 1,
            });
        }
        for result in results {
            scope.require(&result.organisation_code)?;
            let sql = Sql::with(
                "UPDATE assessment_unit SET outcome = $1, score = $2, grade = $3, place = $4 \
                 WHERE run_id = $5 AND organisation_code = $6",
                [
                    result.outcome.as_str().into(),
                    result.score.as_str().into(),
                    result.grade.as_str().into(),
                    result.place.map(as_int).into(),
                    run_id.into(),
                    result.organisation_code.as_str().into(),
                ],
            );
            let done = sql.query().execute(&mut *transaction).await;
            if done.map_err(failed)?.rows_affected() != 1 {
                return Err(missing(&format!("{run_id} {}", result.organisation_code)));
            }
        }
        let run = settle(&mut transaction, run, RunState::Computed, Some(result_hash)).await?;
        let step = Step {
            kind: RunActionKind::Compute,
            organisation_code: "",
            subject: result_hash,
            note: "",
        };
        let entry = note(&mut transaction, run_id, run.revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(run)
    }

    /// Publishes a run, once everything is replied to and decided.
    ///
    /// # Errors
    /// [`AssessmentRefusal`] for what is open, or another result than the caller saw;
    /// [`StoreError::OutOfScope`].
    pub async fn publish_run(
        &self,
        scope: &Scope,
        actor: &Actor,
        run_id: &str,
        result_hash: &str,
        words: &str,
    ) -> Result<AssessmentRun> {
        let actor = actor.checked()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let run = whole(&mut transaction, scope, run_id, RunActionKind::Publish).await?;
        if run.result_hash != result_hash {
            let stored = run.result_hash;
            return Err(AssessmentRefusal::OtherResult { stored }.into());
        }
        let open = |text| Sql::with(text, [run_id.into()]);
        let objections = count(
            &mut transaction,
            open("SELECT COUNT(*) FROM assessment_objection WHERE run_id = $1 AND state = 'open'"),
        );
        let objections = objections.await?;
        let adjustments = count(
            &mut transaction,
            open(
                "SELECT COUNT(*) FROM assessment_adjustment \
                 WHERE run_id = $1 AND state = 'proposed'",
            ),
        );
        let adjustments = adjustments.await?;
        if objections + adjustments > 0 {
            return Err(AssessmentRefusal::Undecided {
                objections,
                adjustments,
            }
            .into());
        }
        let run = settle(&mut transaction, run, RunState::Published, None).await?;
        let step = Step {
            kind: RunActionKind::Publish,
            organisation_code: "",
            subject: result_hash,
            note: words,
        };
        let entry = note(&mut transaction, run_id, run.revision, &actor, step).await?;
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(run)
    }

    /// What happened to a run and its institutions of the scope, in order.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database fails.
    pub async fn run_history(&self, scope: &Scope, run_id: &str) -> Result<Vec<RunAction>> {
        self.run(scope, run_id).await?;
        let sql = Sql::with(
            "SELECT revision, action, organisation_code, subject, actor, at, note \
             FROM assessment_action WHERE run_id = $1 ORDER BY revision",
            [run_id.into()],
        );
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        let actions: Result<Vec<RunAction>> = rows.iter().map(read_action).collect();
        let seen = |action: &RunAction| {
            action.organisation_code.is_empty() || scope.allows(&action.organisation_code)
        };
        Ok(actions?.into_iter().filter(seen).collect())
    }
}

fn of_units(run_id: &str) -> Sql {
    Sql::with(
        "SELECT organisation_code, inputs, outcome, score, grade, place FROM assessment_unit \
         WHERE run_id = $1",
        [run_id.into()],
    )
}

pub(super) fn missing(subject: &str) -> StoreError {
    StoreError::NotFound {
        subject: subject.to_owned(),
    }
}

/// The number that a statement counts.
pub(super) async fn count(connection: &mut AnyConnection, sql: Sql) -> Result<u64> {
    let row = sql.query().fetch_one(connection).await.map_err(failed)?;
    Cells::new(&row, ACTIVITY).count()
}

/// The row with a number among those of a run.
pub(super) async fn numbered(
    connection: &mut AnyConnection,
    mut of_run: Sql,
    (run_id, number): (&str, u64),
) -> Result<AnyRow> {
    of_run.push(" AND number = ").bind(as_int(number));
    let row = of_run.query().fetch_optional(connection).await;
    let row = row.map_err(failed)?;
    row.ok_or_else(|| missing(&format!("{run_id} {number}")))
}

/// Takes a run for changing it: its next revision, unless the step does not fit its state. Others wait.
pub(super) async fn take(
    connection: &mut AnyConnection,
    run_id: &str,
    step: RunActionKind,
) -> Result<AssessmentRun> {
    let sql = Sql::with(
        "UPDATE assessment_run SET revision = revision + 1 WHERE run_id = $1",
        [run_id.into()],
    );
    sql.query()
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let sql = Sql::with(
        concat!(
            "SELECT ",
            columns!(),
            " FROM assessment_run WHERE run_id = $1"
        ),
        [run_id.into()],
    );
    let row = sql.query().fetch_optional(connection).await;
    let row = row.map_err(failed)?.ok_or_else(|| missing(run_id))?;
    let run = read(&row)?;
    let fits = match step {
        RunActionKind::Freeze => false,
        RunActionKind::Compute => run.state != RunState::Published,
        RunActionKind::Publish => run.state == RunState::Computed,
        _ => matches!(run.state, RunState::Computed | RunState::Adjusted),
    };
    if fits {
        Ok(run)
    } else {
        let run_id = run_id.to_owned();
        let state = run.state;
        Err(AssessmentRefusal::State {
            run_id,
            state,
            step,
        }
        .into())
    }
}

/// The same for a step that concerns all institutions, which must all lie in the scope.
async fn whole(
    connection: &mut AnyConnection,
    scope: &Scope,
    run_id: &str,
    step: RunActionKind,
) -> Result<AssessmentRun> {
    let run = take(connection, run_id, step).await?;
    if let Scope::Organisations(codes) = scope {
        let mut sql = Sql::with(
            "SELECT MIN(organisation_code) FROM assessment_unit \
             WHERE run_id = $1 AND organisation_code NOT IN ",
            [run_id.into()],
        );
        // A list that contains nothing would exclude nothing either.
        sql.bind_list(codes.iter().map(String::as_str).chain([""]));
        let row = sql.query().fetch_one(connection).await.map_err(failed)?;
        if let Some(outside) = Cells::new(&row, ACTIVITY).optional_text()? {
            scope.require(&outside)?;
        }
    }
    Ok(run)
}

/// The new state of a run that was taken.
pub(super) async fn settle(
    connection: &mut AnyConnection,
    run: AssessmentRun,
    state: RunState,
    result_hash: Option<&str>,
) -> Result<AssessmentRun> {
    let run = AssessmentRun {
        state,
        result_hash: result_hash.map_or(run.result_hash, str::to_owned),
        ..run
    };
    let sql = Sql::with(
        "UPDATE assessment_run SET state = $1, result_hash = $2 WHERE run_id = $3",
        [
            state.code().into(),
            run.result_hash.as_str().into(),
            run.run.run_id.as_str().into(),
        ],
    );
    sql.query().execute(connection).await.map_err(failed)?;
    Ok(run)
}

/// A row of the history in the making.
pub(super) struct Step<'a> {
    pub(super) kind: RunActionKind,
    pub(super) organisation_code: &'a str,
    pub(super) subject: &'a str,
    pub(super) note: &'a str,
}

/// Adds a row to the history of a run; what the audit trail says of it.
pub(super) async fn note(
    connection: &mut AnyConnection,
    run_id: &str,
    revision: u64,
    actor: &Actor,
    step: Step<'_>,
) -> Result<NewAuditEntry> {
    let row = vec![
        run_id.into(),
        as_int(revision).into(),
        step.kind.code().into(),
        step.organisation_code.into(),
        step.subject.into(),
        actor.name.as_str().into(),
        actor.at.as_microsecond().into(),
        free_text(step.note).into(),
    ];
    let head = "INSERT INTO assessment_action \
        (run_id, revision, action, organisation_code, subject, actor, at, note)";
    let stored = sql::insert(connection, head, vec![row], "");
    stored.await.map_err(failed)?;
    Ok(steps::run_step(
        run_id,
        revision,
        step.kind,
        step.organisation_code,
        step.subject,
        step.note,
    ))
}

fn read(row: &AnyRow) -> Result<AssessmentRun> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(AssessmentRun {
        run: NewRun {
            run_id: cells.text()?,
            scheme_id: cells.text()?,
            content_hash: cells.text()?,
            period: cells.text()?,
            lake_version: cells
                .optional_int()?
                .and_then(|version| u64::try_from(version).ok()),
            parameters: cells.text()?,
            inputs_hash: cells.text()?,
        },
        revision: cells.count()?,
        state: cells.parsed("run state", RunState::from_code)?,
        result_hash: cells.text()?,
        actor: cells.text()?,
        at: cells.time()?,
    })
}

fn read_unit(row: &AnyRow) -> Result<AssessmentUnit> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(AssessmentUnit {
        organisation_code: cells.text()?,
        inputs: cells.text()?,
        outcome: cells.text()?,
        score: cells.text()?,
        grade: cells.text()?,
        place: cells
            .optional_int()?
            .and_then(|place| u64::try_from(place).ok()),
    })
}

fn read_action(row: &AnyRow) -> Result<RunAction> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(RunAction {
        revision: cells.count()?,
        kind: cells.parsed("run action", RunActionKind::from_code)?,
        organisation_code: cells.text()?,
        subject: cells.text()?,
        actor: cells.text()?,
        at: cells.time()?,
        note: cells.text()?,
    })
}
