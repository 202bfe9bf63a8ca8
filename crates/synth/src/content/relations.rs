//! What diagnoses have to do with one another and with age.

use super::profile::{Code, CodeId};
use super::rows::{number, rows};

/// For each diagnosis those that are not written beside it; the table is read both ways.
pub(super) fn not_together(diagnoses: &[Code]) -> Vec<Vec<CodeId>> {
    let mut lists = vec![Vec::new(); diagnoses.len()];
    for [prefix, others] in rows(
        include_str!("../../content/not_together.csv"),
        ["prefix", "others"],
    ) {
        let others: Vec<&str> = others.split(' ').collect();
        for one in matching(diagnoses, &[prefix]) {
            for other in matching(diagnoses, &others) {
                lists[one].push(other as CodeId);
                lists[other].push(one as CodeId);
            }
        }
    }
    lists
}

fn matching<'a>(diagnoses: &'a [Code], prefixes: &'a [&str]) -> impl Iterator<Item = usize> {
    (0..diagnoses.len()).filter(move |&at| diagnoses[at].begins(prefixes))
}

/// For each diagnosis the age from which it is plausible.
pub(super) fn least_ages(diagnoses: &[Code]) -> Vec<i32> {
    let mut ages = vec![0; diagnoses.len()];
    for [prefix, years] in rows(
        include_str!("../../content/least_ages.csv"),
        ["prefix", "years"],
    ) {
        for at in matching(diagnoses, &[prefix]) {
            ages[at] = number(years);
        }
    }
    ages
}
