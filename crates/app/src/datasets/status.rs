//! Who owes what by when.

use std::collections::BTreeMap;

use biaochi_datasets::{DataSet, FilledBy, State, Timeliness};
use biaochi_domain::{Month, Period};
use biaochi_organisations::{Filter, View};
use biaochi_store::{Scope, Submission, SubmissionFilter, SubmissionKey};
use jiff::civil::Date;

use super::{CompiledDataSets, DataSetError, submissions};
use crate::organisations::directory;
use crate::{Workspace, beijing};

/// What is asked about the state of submissions.
#[derive(Debug, Clone, Default)]
pub struct StatusRequest {
    /// Of this data set alone.
    pub dataset: Option<String>,
    /// Of this organisation alone.
    pub organisation: Option<String>,
    /// Periods that end in this month or later.
    pub from: Option<Month>,
    /// Periods that end in this month or earlier; the last month that is over without it.
    pub to: Option<Month>,
    /// Only what is overdue.
    pub late: bool,
    /// The day on which it is looked at; today without it.
    pub today: Option<Date>,
}

/// A submission that is asked for, whether it was filled in or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// Whose, of what, for when.
    pub key: SubmissionKey,
    /// What people call the organisation; its code when nobody knows.
    pub organisation: String,
    /// Title of the data set.
    pub title: String,
    /// The office that fills it in.
    pub filler: String,
    /// The day by which it is due.
    pub due: Date,
    /// Where it stands in time.
    pub timeliness: Timeliness,
    /// The newest version, if anything was filled in.
    pub submission: Option<Submission>,
}

impl Owed {
    /// Where it stands; `None` when nothing was filled in.
    pub fn state(&self) -> Option<State> {
        self.submission.as_ref().map(|submission| submission.state)
    }
}

/// Everything that is asked for in some months, by due day. The organisations are those that
/// are known, as they were in each period, and those that filled in something.
pub fn status(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    scope: &Scope,
    request: &StatusRequest,
) -> Result<Vec<Owed>, DataSetError> {
    let directory = directory(workspace, &Scope::All)?;
    let today = request.today.unwrap_or_else(|| beijing::now().date());
    let to = request.to.or_else(|| month_of(today)?.previous());
    let Some(to) = to else { return Ok(Vec::new()) };
    let from = request.from.unwrap_or(to).min(to);
    let filter = SubmissionFilter {
        organisation_code: request.organisation.clone(),
        datasets: request.dataset.iter().cloned().collect(),
        from: Some(from),
        to: Some(to),
        states: Vec::new(),
    };
    let mut there: BTreeMap<SubmissionKey, Submission> = submissions(workspace, scope, &filter)?
        .into_iter()
        .map(|submission| (submission.key.clone(), submission))
        .collect();
    if let Some(id) = &request.dataset {
        sets.get(id)?;
    }
    let mut owed = Vec::new();
    for set in sets.sets() {
        if request.dataset.as_ref().is_some_and(|id| *id != set.id) {
            continue;
        }
        let periods = set.frequency.periods(from, to);
        for period in periods.into_iter().filter(|period| set.asks_for(*period)) {
            let view = directory.of_period(period);
            let mut asked = organisations(set, &view)?;
            // Whoever filled it in without being asked is shown too.
            for key in there.keys() {
                if key.dataset == set.id && key.period == period {
                    let code = &key.organisation_code;
                    asked.entry(code.clone()).or_insert_with(|| code.clone());
                }
            }
            for (code, name) in asked {
                let wanted = request
                    .organisation
                    .as_ref()
                    .is_none_or(|wanted| *wanted == code);
                if wanted && scope.allows(&code) {
                    let key = SubmissionKey {
                        organisation_code: code,
                        dataset: set.id.clone(),
                        period,
                    };
                    let submission = there.remove(&key);
                    owed.push(one(set, period, today, key, name, submission));
                }
            }
        }
    }
    if request.late {
        owed.retain(|one| one.timeliness.is_overdue());
    }
    owed.sort_by(|a, b| {
        (
            a.due,
            &a.key.dataset,
            a.key.period,
            &a.key.organisation_code,
        )
            .cmp(&(
                b.due,
                &b.key.dataset,
                b.key.period,
                &b.key.organisation_code,
            ))
    });
    Ok(owed)
}

fn one(
    set: &DataSet,
    period: Period,
    today: Date,
    key: SubmissionKey,
    organisation: String,
    submission: Option<Submission>,
) -> Owed {
    let day = |at: jiff::Timestamp| at.to_zoned(beijing::zone()).date();
    let submitted = submission
        .as_ref()
        .and_then(|one| one.submitted_at)
        .map(day);
    Owed {
        organisation,
        title: set.title.clone(),
        filler: set.filler.clone(),
        due: set.due(period),
        timeliness: set.timeliness(period, submitted, today),
        key,
        submission,
    }
}

/// Codes and names of those who are asked for a data set in a period.
pub fn asked(
    workspace: &Workspace,
    set: &DataSet,
    period: Period,
) -> Result<Vec<(String, String)>, DataSetError> {
    let directory = directory(workspace, &Scope::All)?;
    Ok(organisations(set, &directory.of_period(period))?
        .into_iter()
        .collect())
}

/// Codes and names of those who are asked, as the organisations were.
pub(super) fn organisations(
    set: &DataSet,
    view: &View<'_>,
) -> Result<BTreeMap<String, String>, DataSetError> {
    Ok(match set.filled_by {
        FilledBy::Institution => {
            let filter =
                Filter::parse(&set.applies_to).map_err(|words| DataSetError::AppliesTo {
                    id: set.id.clone(),
                    words,
                })?;
            view.matching(&filter)
                .map(|one| (one.code.as_str().to_owned(), one.name.clone()))
                .collect()
        }
        FilledBy::Division => view
            .commissions()
            .map(|one| {
                (
                    format!("division:{}", one.division.as_str()),
                    one.name.clone(),
                )
            })
            .collect(),
        FilledBy::Alliance => view
            .alliances()
            .map(|one| (format!("alliance:{}", one.id.as_str()), one.name.clone()))
            .collect(),
    })
}

fn month_of(day: Date) -> Option<Month> {
    Month::new(day.year(), u8::try_from(day.month()).ok()?)
}
