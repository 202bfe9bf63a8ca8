//! What another set of indicators would change.

use crate::definition::{Formula, Indicator, Term};
use crate::set::IndicatorSet;
use crate::words::words;

words! {
    /// What happens to an indicator.
    Change {
        /// It is new.
        Added, "added", "新增", "added";
        /// It is no longer there.
        Removed, "removed", "删除", "removed";
        /// It is computed in another way: values may change.
        Computed, "computed", "算法变动", "computed differently";
        /// Words, places, direction or certainty change; values do not.
        Described, "described", "文字变动", "described differently";
    }
}

/// An indicator that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Id of the indicator.
    pub id: String,
    /// What happens to it.
    pub change: Change,
    /// What exactly differs, by key of the pack; empty where all of it came or went.
    pub keys: Vec<&'static str>,
}

/// Indicators that change from one set to another, by id.
pub fn differences(from: &IndicatorSet, to: &IndicatorSet) -> Vec<Difference> {
    let mut found = Vec::new();
    for old in from.indicators() {
        let change = match to.get(&old.id) {
            None => Some((Change::Removed, Vec::new())),
            Some(new) => {
                let keys = described(old, new);
                match meaning(from, old) != meaning(to, new) || old.scale != new.scale {
                    true => {
                        let own = (old.scale != new.scale).then_some("scale");
                        Some((Change::Computed, own.into_iter().chain(keys).collect()))
                    }
                    false if !keys.is_empty() => Some((Change::Described, keys)),
                    false => None,
                }
            }
        };
        if let Some((change, keys)) = change {
            let id = old.id.clone();
            found.push(Difference { id, change, keys });
        }
    }
    let new = to
        .indicators()
        .iter()
        .filter(|new| from.get(&new.id).is_none());
    found.extend(new.map(|new| Difference {
        id: new.id.clone(),
        change: Change::Added,
        keys: Vec::new(),
    }));
    found.sort_by(|a, b| a.id.cmp(&b.id));
    found
}

/// Everything that decides the values of an indicator, as text.
fn meaning(set: &IndicatorSet, indicator: &Indicator) -> String {
    let terms = |terms: &[Term]| -> String {
        let parts = terms.iter().map(|term| {
            let measure = set.meaning_of(set.measure(term.measure));
            format!("{} {:?} {measure}\n", term.minus, term.times)
        });
        parts.collect()
    };
    let own = match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => terms(numerator) + "/\n" + &terms(denominator),
        Formula::Growth { of, against } => {
            let basis = set.basis(indicator);
            let basis = match basis.id == indicator.id {
                true => String::new(),
                false => meaning(set, basis),
            };
            format!("{of} {} {basis}", against.id())
        }
        formula => format!("{formula:?} {}", set.meaning(set.expressions_of(indicator))),
    };
    let force = format!(
        "{:?} {:?} {:?}",
        indicator.valid_from, indicator.valid_to, indicator.applies_to
    );
    own + &force
}

fn described(old: &Indicator, new: &Indicator) -> Vec<&'static str> {
    let keys = [
        ("title", old.title == new.title),
        ("why", old.why == new.why),
        ("dimension", old.dimension == new.dimension),
        ("direction", old.direction == new.direction),
        ("band", old.band == new.band),
        ("unit", old.unit == new.unit),
        ("decimals", old.decimals == new.decimals),
        ("minimum", old.minimum == new.minimum),
        ("source", old.source == new.source),
        ("clause", old.clause == new.clause),
        ("certainty", old.certainty == new.certainty),
        ("note", old.note == new.note),
    ];
    let changed = keys.into_iter().filter(|(_, same)| !same);
    changed.map(|(key, _)| key).collect()
}
