//! Small numbers are not shown to those who may not see records.

/// Whether a value over so many cases may be shown.
pub fn may_show(cases: u64, minimum: u64) -> bool {
    cases == 0 || cases >= minimum
}

/// Which parts of a shown total are hidden: those with few cases, and, when the total would give a
/// single hidden part away, the smallest of the others too.
pub fn hidden(cases: &[u64], minimum: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = cases
        .iter()
        .map(|&cases| !may_show(cases, minimum))
        .collect();
    if hidden.iter().filter(|hidden| **hidden).count() == 1 {
        let others = (0..cases.len()).filter(|&place| !hidden[place] && cases[place] > 0);
        if let Some(smallest) = others.min_by_key(|&place| cases[place]) {
            hidden[smallest] = true;
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(cases: &[u64], expected: &[bool]) {
        assert_eq!(hidden(cases, 10), expected, "{cases:?}");
    }

    #[test]
    fn one_hidden_part_takes_another_with_it() {
        check(&[100, 10, 50], &[false, false, false]);
        check(&[100, 9, 50], &[false, true, true]);
        check(&[100, 9, 3], &[false, true, true]);
        check(&[9, 0], &[true, false]);
        check(&[0, 0], &[false, false]);
        check(&[], &[]);
    }
}
