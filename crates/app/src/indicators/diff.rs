//! What another pack would change, before it is activated.

use biaochi_domain::Period;
use biaochi_indicators::{Difference, NoValue, Value, differences};
use biaochi_organisations::Unit;

use super::error::IndicatorError;
use super::values::Values;

/// An indicator that changes, with its values under both packs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// What changes.
    pub difference: Difference,
    /// Title under the new pack, or the old one where it is gone.
    pub title: String,
    /// Value now; `None` where the indicator is new.
    pub before: Option<Result<Value, NoValue>>,
    /// Value then; `None` where it goes.
    pub after: Option<Result<Value, NoValue>>,
}

/// Compares the values of a unit under two packs, both loaded over the same records.
pub fn difference(
    now: &Values,
    then: &Values,
    unit: &Unit,
    period: Period,
) -> Result<Vec<Differing>, IndicatorError> {
    let changed = differences(now.set(), then.set()).into_iter();
    let changed = changed.map(|difference| {
        let of = |values: &Values| {
            let indicator = values.set().get(&difference.id)?;
            Some((
                indicator.title.clone(),
                values.explained(indicator, unit, period),
            ))
        };
        let (before, after) = (of(now), of(then));
        let title = after
            .as_ref()
            .or(before.as_ref())
            .map(|(title, _)| title.clone());
        Differing {
            title: title.unwrap_or_default(),
            before: before.map(|(_, value)| value),
            after: after.map(|(_, value)| value),
            difference,
        }
    });
    Ok(changed.collect())
}
