//! One form on a screen: what stands in it, what is wrong with it as somebody types, and its steps.

use biaochi_datasets::{DataSet, Delivered, Step};
use biaochi_domain::Period;
use biaochi_packs::datasets::LoadedDataSet;
use biaochi_store::{
    Actor, ContentRow, Filling, Scope, Submission, SubmissionFilter, SubmissionFinding,
    SubmissionKey, SubmissionRevision,
};
use biaochi_warehouse::datasets::CompiledRules;

use super::asked::Asked;
use super::import::with_store;
use super::judge::{Keyed, earlier, fillings};
use super::{CompiledDataSets, DataSetError, submissions};
use crate::Workspace;

/// A cell as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedCell {
    /// Value of the breakdown; empty without one.
    pub breakdown: String,
    /// Id of the field.
    pub field: String,
    /// What stands in it.
    pub text: String,
}

/// A form with what stood in it before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What was filled in, if anything was.
    pub submission: Option<Submission>,
    /// The period before.
    pub previous: Option<Submission>,
    /// The same period of the year before.
    pub year_before: Option<Submission>,
}

/// What somebody typed, as it would be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The rows with the values that were read.
    pub content: Vec<ContentRow>,
    /// What is wrong with them.
    pub findings: Vec<SubmissionFinding>,
}

/// What somebody typed and wants to keep.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// Whose, of what, for when.
    pub key: &'a SubmissionKey,
    /// The cells that are not blank.
    pub cells: &'a [TypedCell],
    /// Why approved values are filled in again.
    pub comment: &'a str,
    /// Version and revision that the person saw; `None` when there was nothing.
    pub seen: Option<(u64, u64)>,
}

/// What the organisation of a form is called, if the form is asked for at all.
///
/// # Errors
/// [`DataSetError::UnknownOrganisation`], [`DataSetError::NotBegun`], [`DataSetError::NotInForce`].
pub fn owner(
    workspace: &Workspace,
    set: &DataSet,
    organisation: &str,
    period: Period,
) -> Result<String, DataSetError> {
    Asked::open(workspace)?.check_one(set, organisation, period)
}

/// A form with the values of earlier periods.
///
/// # Errors
/// The organisation is outside of the scope, or the database fails.
pub fn form(
    workspace: &Workspace,
    scope: &Scope,
    key: &SubmissionKey,
) -> Result<Form, DataSetError> {
    let period = key.period;
    let first = period.year_before().map_or(period.last(), Period::last);
    let filter = SubmissionFilter {
        organisation_code: Some(key.organisation_code.clone()),
        datasets: vec![key.dataset.clone()],
        from: Some(first),
        to: Some(period.last()),
        states: Vec::new(),
    };
    let mut found = submissions(workspace, scope, &filter)?;
    let mut take = |wanted: Option<Period>| {
        let place = found
            .iter()
            .position(|one| Some(one.key.period) == wanted)?;
        Some(found.swap_remove(place))
    };
    Ok(Form {
        submission: take(Some(period)),
        previous: take(period.previous()),
        // Of a yearly form both are the same year.
        year_before: match period.previous() == period.year_before() {
            true => None,
            false => take(period.year_before()),
        },
    })
}

/// What is wrong with what somebody typed. Nothing is stored, and nobody is asked whether the organisation is to fill
/// it in: that is told when it is saved.
///
/// # Errors
/// There is no such data set, or the database fails.
pub fn check_form(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    scope: &Scope,
    key: &SubmissionKey,
    cells: &[TypedCell],
) -> Result<Judged, DataSetError> {
    let set = sets.get(&key.dataset)?;
    let filling = judged(workspace, scope, set, key, cells, "")?;
    Ok(filling.map_or_else(
        || Judged {
            content: Vec::new(),
            findings: Vec::new(),
        },
        |filling| Judged {
            content: filling.content,
            findings: filling.findings,
        },
    ))
}

/// Keeps what somebody typed as a draft, with what is wrong with it.
///
/// # Errors
/// As [`owner`]; [`biaochi_store::StoreError::Conflict`] when somebody was faster,
/// [`biaochi_store::StoreError::Refused`] while it waits for approval.
pub fn save_form(
    workspace: &Workspace,
    sets: &CompiledDataSets,
    scope: &Scope,
    actor: &Actor,
    draft: &Draft<'_>,
) -> Result<Submission, DataSetError> {
    let set = sets.get(&draft.key.dataset)?;
    let asked = Asked::open(workspace)?;
    let key = draft.key;
    asked.check_one(&set.0.set, &key.organisation_code, key.period)?;
    let nothing = || DataSetError::Nothing {
        subject: key.to_string(),
    };
    let filling = judged(workspace, scope, set, key, draft.cells, draft.comment)?;
    let mut filling = filling.ok_or_else(nothing)?;
    let form = keyed(&set.0.set, key, draft.cells);
    filling.findings.extend(asked.finding(&set.0.set, &form)?);
    // Who saw nothing does not mean to replace what somebody else has begun meanwhile.
    filling.seen = Some(draft.seen.unwrap_or((0, 0)));
    let stored = with_store(workspace, async |store| {
        Ok(store.fill(scope, actor, &[filling]).await?)
    })?;
    stored.into_iter().next().ok_or_else(nothing)
}

/// Takes a step with a submission as it was seen. What is approved is not published by this.
///
/// # Errors
/// [`biaochi_store::StoreError::Conflict`] when somebody was faster, [`biaochi_store::StoreError::Refused`] when the
/// step is not possible.
pub fn take_step(
    workspace: &Workspace,
    scope: &Scope,
    actor: &Actor,
    seen: SubmissionRevision,
    step: Step,
    comment: &str,
) -> Result<Submission, DataSetError> {
    let subject = seen.key.to_string();
    let moved = with_store(workspace, async |store| {
        Ok(store.advance(scope, actor, &[seen], step, comment).await?)
    })?;
    moved
        .into_iter()
        .next()
        .ok_or(DataSetError::Nothing { subject })
}

fn keyed(set: &DataSet, key: &SubmissionKey, cells: &[TypedCell]) -> Keyed {
    let cells = cells
        .iter()
        .map(|cell| (&*cell.breakdown, &*cell.field, &*cell.text));
    Keyed {
        key: key.clone(),
        delivered: Delivered::typed(set, cells),
    }
}

fn judged(
    workspace: &Workspace,
    scope: &Scope,
    (loaded, rules): (&LoadedDataSet, &CompiledRules),
    key: &SubmissionKey,
    cells: &[TypedCell],
    comment: &str,
) -> Result<Option<Filling>, DataSetError> {
    let forms = [keyed(&loaded.set, key, cells)];
    let fillings = with_store(workspace, async |store| {
        let earlier = earlier(store, scope, &loaded.set, &forms).await?;
        fillings((loaded, rules), &forms, &earlier, "网页填报", comment)
    })?;
    Ok(fillings.into_iter().next())
}
