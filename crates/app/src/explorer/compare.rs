//! What another scheme would make of the same records, and where two schemes differ.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_domain::Period;
use biaochi_grouper::{Scheme, Status};
use biaochi_packs::WeightTable;
use biaochi_records::FrontPage;
use biaochi_warehouse::open_lake;
use biaochi_warehouse::recheck::{StoredMonth, StoredMonths};
use rust_decimal::Decimal;

use super::definition::Definitions;
use super::{ExplorerError, Extent};
use crate::runtime::block_on;
use crate::{Compiled, Workspace, stay_of};

/// Records that a request regroups at most.
pub const MOST_RECORDS: u64 = 50_000;

/// Two schemes beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// Groups that only one has, or that differ in name, weight or condition, sorted by code.
    pub groups: Vec<GroupDifference>,
    /// Groups of the first.
    pub groups_a: usize,
    /// Groups of the second.
    pub groups_b: usize,
    /// Records that were grouped by both.
    pub records: u64,
    /// Of these, in another group or with another outcome.
    pub moved: u64,
    /// Records with a group in the first, and in the second.
    pub grouped: (u64, u64),
    /// Σ weight and records that have one, in the first and in the second.
    pub weights: [(Decimal, u64); 2],
    /// Where records move, most first.
    pub moves: Vec<Move>,
}

/// A group in which two schemes differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GroupDifference {
    /// The group.
    pub drg: String,
    /// Name in the first and in the second; `None` where it has no such group.
    pub names: [Option<String>; 2],
    /// Weights.
    pub weights: [Option<Decimal>; 2],
    /// Whether both have the group with another condition.
    pub condition_differs: bool,
}

/// Records of one group that are in another one in the second scheme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Outcome in the first: a group, or why there is none.
    pub from: String,
    /// Outcome in the second.
    pub to: String,
    /// Records.
    pub records: u64,
    /// Weight of the second less that of the first, over all these records; `None` where one is missing.
    pub weight_difference: Option<Decimal>,
}

/// Compares two schemes, and what they make of the records of an extent and period when one is given.
///
/// # Errors
/// A scheme cannot be loaded, the lake cannot be read, or there are more records than [`MOST_RECORDS`].
pub fn compare(
    workspace: &Workspace,
    content: &Compiled,
    (a, b): (&str, &str),
    definitions: (&Definitions, &Definitions),
    weights: (Option<&WeightTable>, Option<&WeightTable>),
    records: Option<(&Extent, Period)>,
) -> Result<Comparison, ExplorerError> {
    let mut comparison = differences(definitions, weights);
    let Some((extent, period)) = records else {
        return Ok(comparison);
    };
    let (a, b) = (content.scheme(a)?, content.scheme(b)?);
    let mut regrouping = Regrouping {
        schemes: [&a.scheme, &b.scheme],
        weights: [weights.0, weights.1],
        translate: workspace.config().translate,
        moves: BTreeMap::new(),
        comparison: &mut comparison,
    };
    block_on(async {
        let lake = open_lake(&workspace.lake())?;
        let publication = lake.newest().await?;
        let stored = StoredMonths::open(&lake, &publication).await?;
        let is_meant = |month: &&StoredMonth| {
            let hospitals = extent.hospitals.as_ref();
            period.contains(month.month)
                && hospitals.is_none_or(|codes| codes.contains(&month.organisation_code))
        };
        let meant: Vec<&StoredMonth> = stored.months().iter().filter(is_meant).collect();
        let records: u64 = meant.iter().map(|month| month.pages).sum();
        if records > MOST_RECORDS {
            return Err(ExplorerError::TooMany {
                records,
                most: MOST_RECORDS,
            });
        }
        for month in meant {
            let hospital = &month.organisation_code;
            stored
                .stays(month, |page| {
                    if extent.allows(hospital, &page.discharge_department) {
                        regrouping.take(&page);
                    }
                })
                .await?;
        }
        Ok::<(), ExplorerError>(())
    })?;
    let moves = std::mem::take(&mut regrouping.moves);
    comparison.moves = moves.into_values().collect();
    comparison
        .moves
        .sort_by(|a, b| b.records.cmp(&a.records).then_with(|| a.from.cmp(&b.from)));
    Ok(comparison)
}

struct Regrouping<'a> {
    schemes: [&'a Scheme; 2],
    weights: [Option<&'a WeightTable>; 2],
    translate: bool,
    moves: BTreeMap<(String, String), Move>,
    comparison: &'a mut Comparison,
}

impl Regrouping<'_> {
    fn take(&mut self, page: &FrontPage) {
        let stay = stay_of(page, self.translate);
        let results = self.schemes.map(|scheme| scheme.group(&stay));
        let weights = [0, 1].map(|at| {
            let result = results[at];
            let table = self.weights[at].filter(|_| result.status == Status::Grouped);
            table.and_then(|table| table.get(result.drg))
        });
        let comparison = &mut *self.comparison;
        comparison.records += 1;
        comparison.grouped.0 += u64::from(results[0].is_grouped());
        comparison.grouped.1 += u64::from(results[1].is_grouped());
        for (sum, weight) in comparison.weights.iter_mut().zip(weights) {
            if let Some(weight) = weight {
                sum.0 += weight;
                sum.1 += 1;
            }
        }
        let [from, to] = results.map(|result| match result.status {
            Status::Grouped => result.drg.to_owned(),
            other => other.label().to_owned(),
        });
        if from == to {
            return;
        }
        comparison.moved += 1;
        let difference = weights[1].zip(weights[0]).map(|(to, from)| to - from);
        let key = (from.clone(), to.clone());
        let entry = self.moves.entry(key).or_insert_with(|| Move {
            from,
            to,
            records: 0,
            weight_difference: Some(Decimal::ZERO),
        });
        entry.records += 1;
        entry.weight_difference = entry
            .weight_difference
            .zip(difference)
            .map(|(sum, own)| sum + own);
    }
}

fn differences(
    (a, b): (&Definitions, &Definitions),
    weights: (Option<&WeightTable>, Option<&WeightTable>),
) -> Comparison {
    let groups = [a.groups(), b.groups()];
    let conditions = [a.conditions(), b.conditions()];
    let codes: BTreeSet<&String> = groups.iter().flat_map(BTreeMap::keys).collect();
    let name = |which: &Definitions, at: usize, drg: &str| {
        let known = groups[at].contains_key(drg);
        known.then(|| which.name(drg).unwrap_or(drg).to_owned())
    };
    let weight = |table: Option<&WeightTable>, drg: &str| table.and_then(|table| table.get(drg));
    let all = codes.into_iter().map(|drg| {
        let names = [name(a, 0, drg), name(b, 1, drg)];
        let both = names.iter().all(Option::is_some);
        GroupDifference {
            drg: drg.clone(),
            weights: [weight(weights.0, drg), weight(weights.1, drg)],
            condition_differs: both && conditions[0].get(drg) != conditions[1].get(drg),
            names,
        }
    });
    let differs = |group: &GroupDifference| {
        group.names[0] != group.names[1]
            || group.weights[0] != group.weights[1]
            || group.condition_differs
    };
    Comparison {
        groups: all.filter(differs).collect(),
        groups_a: groups[0].len(),
        groups_b: groups[1].len(),
        ..Comparison::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;
    use crate::explorer::definitions;

    #[test]
    fn a_scheme_does_not_differ_from_itself() {
        let content = Content::load(&[]).expect("the packs of the program");
        let own = definitions(&content, "chs_drg_11").expect("the national scheme");
        let same = differences((&own, &own), (None, None));
        assert_eq!(same.groups, []);
        assert_eq!(same.groups_a, same.groups_b);
    }
}
