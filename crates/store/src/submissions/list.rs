//! Looking at submissions, and noting where approved values were published.

use biaochi_datasets::State;
use biaochi_domain::Month;

use super::rows::{ACTIVITY, NEWEST, columns, failed, step_columns, step_of, submission};
use super::submission::{Submission, SubmissionKey, SubmissionStep};
use crate::error::Result;
use crate::open::Store;
use crate::row::{Cells, as_int};
use crate::scope::Scope;
use crate::sql::{Bind, ROWS_AT_ONCE, Sql};

/// Which submissions; what is `None` or empty does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SubmissionFilter {
    /// Of this organisation of the scope.
    pub organisation_code: Option<String>,
    /// Of these data sets.
    pub datasets: Vec<String>,
    /// Of periods that end in this month or later.
    pub from: Option<Month>,
    /// Of periods that end in this month or earlier.
    pub to: Option<Month>,
    /// In one of these states.
    pub states: Vec<State>,
}

impl SubmissionFilter {
    /// Restricts to the newest versions that it means.
    fn restrict(&self, scope: &Scope, sql: &mut Sql) -> Result<()> {
        sql.push(NEWEST);
        let code = self.organisation_code.as_deref();
        sql.of_organisation("organisation_code", scope, code)?;
        if !self.datasets.is_empty() {
            sql.push(" AND dataset IN ")
                .bind_list(self.datasets.iter().map(String::as_str));
        }
        if let Some(from) = self.from {
            sql.push(" AND last_month >= ").bind(from.to_string());
        }
        if let Some(to) = self.to {
            sql.push(" AND last_month <= ").bind(to.to_string());
        }
        if !self.states.is_empty() {
            sql.push(" AND state IN ")
                .bind_list(self.states.iter().map(|state| state.code()));
        }
        Ok(())
    }
}

/// Some submissions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct SubmissionPage {
    /// The newest versions, in order.
    pub submissions: Vec<Submission>,
    /// Whether there are more behind these.
    pub more: bool,
    /// How many there are in all pages.
    pub total: u64,
}

impl Store {
    /// The newest versions from the beginning or behind a key, at most `limit`: the latest periods first, then by
    /// organisation, data set and period.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn submission_page(
        &self,
        scope: &Scope,
        filter: &SubmissionFilter,
        behind: Option<&SubmissionKey>,
        limit: u32,
    ) -> Result<SubmissionPage> {
        let limit = limit.max(1);
        let mut sql = Sql::new("SELECT COUNT(*) FROM submission WHERE");
        filter.restrict(scope, &mut sql)?;
        let counted = sql.query().fetch_one(self.pool()).await.map_err(failed)?;
        let total = Cells::new(&counted, ACTIVITY).count()?;
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM submission WHERE"));
        filter.restrict(scope, &mut sql)?;
        if let Some(key) = behind {
            let month = key.period.last().to_string();
            sql.push(" AND (last_month < ").bind(month.as_str());
            sql.push(" OR (last_month = ").bind(month.as_str());
            sql.push(" AND (organisation_code, dataset, period) > (")
                .bind(key.organisation_code.as_str())
                .push(", ")
                .bind(key.dataset.as_str())
                .push(", ")
                .bind(key.period.to_string())
                .push(")))");
        }
        // One more tells whether there is a next page.
        sql.push(" ORDER BY last_month DESC, organisation_code, dataset, period LIMIT ")
            .bind(i64::from(limit) + 1);
        let mut submissions = self.all(sql).await?;
        let more = submissions.len() > limit as usize;
        submissions.truncate(limit as usize);
        Ok(SubmissionPage {
            submissions,
            more,
            total,
        })
    }

    /// The newest version of each submission, by key.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn submissions(
        &self,
        scope: &Scope,
        filter: &SubmissionFilter,
    ) -> Result<Vec<Submission>> {
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM submission WHERE"));
        filter.restrict(scope, &mut sql)?;
        sql.push(" ORDER BY dataset, organisation_code, last_month, period");
        self.all(sql).await
    }

    /// Every version of a submission, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn submission_versions(
        &self,
        scope: &Scope,
        key: &SubmissionKey,
    ) -> Result<Vec<Submission>> {
        scope.require(&key.organisation_code)?;
        let mut sql = Sql::new(concat!("SELECT ", columns!(), " FROM submission WHERE"));
        of_key(&mut sql, key);
        sql.push(" ORDER BY version");
        self.all(sql).await
    }

    /// What happened to a submission, oldest first.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn submission_history(
        &self,
        scope: &Scope,
        key: &SubmissionKey,
    ) -> Result<Vec<SubmissionStep>> {
        scope.require(&key.organisation_code)?;
        let mut sql = Sql::new(concat!(
            "SELECT ",
            step_columns!(),
            " FROM submission_step WHERE"
        ));
        of_key(&mut sql, key);
        sql.push(" ORDER BY version, revision");
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(step_of).collect()
    }

    /// Approved submissions whose values were not published yet, by key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn unpublished(&self, scope: &Scope) -> Result<Vec<Submission>> {
        let mut sql = Sql::new(concat!(
            "SELECT ",
            columns!(),
            " FROM submission WHERE import_id = '' AND state = "
        ));
        sql.bind(State::Approved.code());
        sql.within("organisation_code", scope);
        sql.push(" ORDER BY dataset, organisation_code, last_month, period, version");
        self.all(sql).await
    }

    /// Notes where the values of approved versions were published.
    ///
    /// # Errors
    /// [`crate::StoreError::OutOfScope`], or the database fails.
    pub async fn mark_published(
        &self,
        scope: &Scope,
        submissions: &[Submission],
        import_id: &str,
    ) -> Result<()> {
        for submission in submissions {
            scope.require(&submission.key.organisation_code)?;
        }
        let mut transaction = self.begin(ACTIVITY).await?;
        for submissions in submissions.chunks(ROWS_AT_ONCE) {
            let rows = submissions.iter().map(|submission| -> Vec<Bind> {
                let key = &submission.key;
                vec![
                    key.organisation_code.as_str().into(),
                    key.dataset.as_str().into(),
                    key.period.to_string().into(),
                    as_int(submission.version).into(),
                ]
            });
            let mut sql =
                Sql::new("WITH published (organisation_code, dataset, period, version) AS (");
            sql.bind_rows(rows)
                .push(") UPDATE submission SET import_id = ");
            sql.bind(import_id).push(concat!(
                " FROM published WHERE submission.organisation_code = published.organisation_code",
                " AND submission.dataset = published.dataset",
                " AND submission.period = published.period",
                " AND submission.version = published.version"
            ));
            sql.query()
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    async fn all(&self, sql: Sql) -> Result<Vec<Submission>> {
        let rows = sql.query().fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(submission).collect()
    }
}

fn of_key(sql: &mut Sql, key: &SubmissionKey) {
    sql.push(" organisation_code = ")
        .bind(key.organisation_code.as_str());
    sql.push(" AND dataset = ").bind(key.dataset.as_str());
    sql.push(" AND period = ").bind(key.period.to_string());
}
