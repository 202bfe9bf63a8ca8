use std::fmt;

use jiff::Timestamp;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use crate::audit::steps;
use crate::error::{Activity, Result, StoreError};
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::{Actor, Scope};
use crate::sql::{self, Sql};
use crate::value::{Fault, Named, free_text};

const ACTIVITY: Activity = Activity::CodeChoices;

biaochi_domain::coded! {
    /// How sure the person is that the insurance code says what the clinical one says.
    pub enum Certainty {
        /// It says the same.
        Certain = "certain", "确定", "certain";
        /// It is the nearest there is.
        Likely = "likely", "大致对应", "likely";
        /// Somebody else should look at it.
        Doubtful = "doubtful", "存疑", "doubtful";
    }
}

biaochi_domain::coded! {
    /// Whether a second person agreed.
    pub enum Review {
        /// Nobody looked at it yet.
        Proposed = "proposed", "待审核", "proposed";
        /// It holds.
        Confirmed = "confirmed", "已审核", "confirmed";
        /// It does not hold any more.
        Withdrawn = "withdrawn", "已撤销", "withdrawn";
    }
}

/// What a hospital translates: a clinical code, a written name, or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChoiceKey {
    /// The hospital.
    pub organisation_code: String,
    /// The code system, such as `icd-10`.
    pub system: String,
    /// The clinical code; empty where there is only a name.
    pub source_code: String,
    /// The written name; empty where the code alone decides.
    pub source_name: String,
}

impl fmt::Display for ChoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{} {}",
            self.organisation_code, self.system, self.source_code, self.source_name
        )
    }
}

impl ChoiceKey {
    fn clean(&self) -> Result<Self> {
        let clean = Self {
            organisation_code: Named::Organisation.check(&self.organisation_code)?,
            system: Named::CodeSystem.check(&self.system)?,
            source_code: Named::SourceCode.check_optional(&self.source_code)?,
            source_name: Named::SourceName.check_optional(&self.source_name)?,
        };
        if clean.source_code.is_empty() && clean.source_name.is_empty() {
            return Err(StoreError::Invalid {
                named: Named::SourceName,
                fault: Fault::Empty,
            });
        }
        Ok(clean)
    }
}

/// A translation that a person proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// What is translated.
    pub key: ChoiceKey,
    /// The version that the person saw; 0 when there was none.
    pub based_on: u64,
    /// The insurance code.
    pub target_code: String,
    /// How sure the person is.
    pub certainty: Certainty,
    /// What else there is to say.
    pub note: String,
}

/// A version of a translation.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Choice {
    /// What is translated.
    pub key: ChoiceKey,
    /// Its version, from 1; the highest counts.
    pub version: u64,
    /// The insurance code.
    pub target_code: String,
    /// How sure the person was.
    pub certainty: Certainty,
    /// Whether a second person agreed.
    pub review: Review,
    /// Who made this version.
    pub actor: String,
    /// When.
    pub at: Timestamp,
    /// What else there is to say.
    pub note: String,
}

/// Which translations; what is `None` or empty does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChoiceFilter {
    /// Of this hospital of the scope; without it, of all of them.
    pub organisation_code: Option<String>,
    /// Of this code system.
    pub system: Option<String>,
    /// Of this clinical code.
    pub source_code: Option<String>,
    /// To this insurance code.
    pub target_code: Option<String>,
    /// In one of these states of review.
    pub reviews: Vec<Review>,
}

macro_rules! columns {
    () => {
        "organisation_code, code_system, source_code, source_name, version, target_code, \
         certainty, review, actor, at, note"
    };
}

impl Store {
    /// Stores a translation as the newest version, to be reviewed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else was faster, [`StoreError::Invalid`],
    /// [`StoreError::OutOfScope`].
    pub async fn choose(
        &self,
        scope: &Scope,
        actor: &Actor,
        proposal: &Proposal,
    ) -> Result<Choice> {
        scope.require(&proposal.key.organisation_code)?;
        let actor = actor.checked()?;
        let next = Choice {
            key: proposal.key.clean()?,
            version: proposal.based_on.saturating_add(1),
            target_code: Named::TargetCode.check(&proposal.target_code)?,
            certainty: proposal.certainty,
            review: Review::Proposed,
            actor: actor.name.clone(),
            at: actor.at,
            note: free_text(&proposal.note),
        };
        let mut transaction = self.begin(ACTIVITY).await?;
        let newest = newest(&mut transaction, &next.key).await?;
        let found = newest.as_ref().map_or(0, |choice| choice.version);
        append(&mut transaction, &next, found).await?;
        let entry = steps::code_choice(newest.as_ref(), &next);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(next)
    }

    /// Confirms a translation as it was seen, withdraws it, or puts it up for review again. This is a
    /// new version, too.
    ///
    /// # Errors
    /// As [`Store::choose`], and [`StoreError::NotFound`].
    pub async fn review(
        &self,
        scope: &Scope,
        actor: &Actor,
        key: &ChoiceKey,
        version: u64,
        review: Review,
        note: &str,
    ) -> Result<Choice> {
        scope.require(&key.organisation_code)?;
        let actor = actor.checked()?;
        let key = key.clean()?;
        let mut transaction = self.begin(ACTIVITY).await?;
        let newest = newest(&mut transaction, &key).await?;
        let newest = newest.ok_or_else(|| StoreError::NotFound {
            subject: key.to_string(),
        })?;
        let found = newest.version;
        let next = Choice {
            version: version.saturating_add(1),
            review,
            actor: actor.name.clone(),
            at: actor.at,
            note: free_text(note),
            ..newest.clone()
        };
        append(&mut transaction, &next, found).await?;
        let entry = steps::code_choice(Some(&newest), &next);
        self.finish(transaction, ACTIVITY, &actor, &[entry]).await?;
        Ok(next)
    }

    /// The newest version of each translation, by key: what an export writes.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn choices(&self, scope: &Scope, filter: &ChoiceFilter) -> Result<Vec<Choice>> {
        let mut sql = Sql::new(concat!(
            "SELECT ",
            columns!(),
            " FROM code_choice WHERE NOT EXISTS (SELECT 1 FROM code_choice AS later \
             WHERE later.organisation_code = code_choice.organisation_code \
             AND later.code_system = code_choice.code_system \
             AND later.source_code = code_choice.source_code \
             AND later.source_name = code_choice.source_name \
             AND later.version > code_choice.version)"
        ));
        let code = filter.organisation_code.as_deref();
        sql.of_organisation("organisation_code", scope, code)?;
        sql.equal([
            ("code_system", &filter.system),
            ("source_code", &filter.source_code),
            ("target_code", &filter.target_code),
        ]);
        if !filter.reviews.is_empty() {
            sql.push(" AND review IN ")
                .bind_list(filter.reviews.iter().map(|review| review.code()));
        }
        sql.push(" ORDER BY organisation_code, code_system, source_code, source_name");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(choice).collect()
    }

    /// Every version of a translation, oldest first.
    ///
    /// # Errors
    /// [`StoreError::OutOfScope`], or the database fails.
    pub async fn choice_history(&self, scope: &Scope, key: &ChoiceKey) -> Result<Vec<Choice>> {
        scope.require(&key.organisation_code)?;
        let mut sql = of_key(&key.clean()?);
        sql.push(" ORDER BY version");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(choice).collect()
    }
}

fn of_key(key: &ChoiceKey) -> Sql {
    Sql::with(
        concat!(
            "SELECT ",
            columns!(),
            " FROM code_choice WHERE organisation_code = $1 AND code_system = $2 \
             AND source_code = $3 AND source_name = $4"
        ),
        [
            key.organisation_code.as_str().into(),
            key.system.as_str().into(),
            key.source_code.as_str().into(),
            key.source_name.as_str().into(),
        ],
    )
}

async fn newest(connection: &mut AnyConnection, key: &ChoiceKey) -> Result<Option<Choice>> {
    let mut sql = of_key(key);
    sql.push(" ORDER BY version DESC LIMIT 1");
    let row = sql
        .query()
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    row.as_ref().map(choice).transpose()
}

/// Stores the version that follows `found`, unless it follows another or somebody is faster.
async fn append(connection: &mut AnyConnection, next: &Choice, found: u64) -> Result<()> {
    let expected = next.version - 1;
    let conflict = |found| StoreError::Conflict {
        subject: next.key.to_string(),
        expected,
        found,
    };
    if found != expected {
        return Err(conflict(found));
    }
    let row = vec![
        next.key.organisation_code.as_str().into(),
        next.key.system.as_str().into(),
        next.key.source_code.as_str().into(),
        next.key.source_name.as_str().into(),
        as_int(next.version).into(),
        next.target_code.as_str().into(),
        next.certainty.code().into(),
        next.review.code().into(),
        next.actor.as_str().into(),
        next.at.as_microsecond().into(),
        next.note.as_str().into(),
    ];
    let new = sql::insert(
        connection,
        concat!("INSERT INTO code_choice (", columns!(), ")"),
        vec![row],
        "ON CONFLICT (organisation_code, code_system, source_code, source_name, version) DO NOTHING",
    )
    .await
    .map_err(failed)?;
    if new == 1 {
        Ok(())
    } else {
        Err(conflict(next.version))
    }
}

fn choice(row: &AnyRow) -> Result<Choice> {
    let mut cells = Cells::new(row, ACTIVITY);
    Ok(Choice {
        key: ChoiceKey {
            organisation_code: cells.text()?,
            system: cells.text()?,
            source_code: cells.text()?,
            source_name: cells.text()?,
        },
        version: cells.count()?,
        target_code: cells.text()?,
        certainty: cells.parsed("certainty", Certainty::from_code)?,
        review: cells.parsed("review", Review::from_code)?,
        actor: cells.text()?,
        at: cells.time()?,
        note: cells.text()?,
    })
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::database(ACTIVITY, source)
}
