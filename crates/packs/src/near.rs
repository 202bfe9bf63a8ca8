//! What somebody may have meant who wrote something that is not there.

/// The known id that lies nearest to one that is not known: at most a third of its characters wrong, and two
/// neighbours that changed places are one mistake. `None` when nothing is near.
///
/// ```
/// use biaochi_packs::nearest;
///
/// let known = ["FLOW-COUNTY", "FLOW-CITY"];
/// assert_eq!(nearest("FLOW-CUONTY", known), Some("FLOW-COUNTY"));
/// assert_eq!(nearest("DRG-CMI", known), None);
/// ```
pub fn nearest<'a>(wanted: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| -> Vec<char> {
        text.chars()
            .flat_map(char::to_lowercase)
            .map(|one| if one == '_' { '-' } else { one })
            .collect()
    };
    let wanted = plain(wanted);
    let most = (wanted.len() / 3).max(1);
    let near = known.into_iter().filter_map(|id| {
        let own = plain(id);
        if own.len().abs_diff(wanted.len()) > most {
            return None;
        }
        let apart = apart(&wanted, &own);
        (apart <= most).then_some((apart, id))
    });
    near.min().map(|(_, id)| id)
}

/// In how many places two texts differ: a character more, less or another, or two neighbours exchanged.
fn apart(one: &[char], other: &[char]) -> usize {
    let width = other.len() + 1;
    let mut before: Vec<usize> = vec![0; width];
    let mut last: Vec<usize> = (0..width).collect();
    for (row, own) in one.iter().enumerate() {
        let mut next = Vec::with_capacity(width);
        next.push(row + 1);
        for (column, their) in other.iter().enumerate() {
            let changed = last[column] + usize::from(own != their);
            let mut least = changed.min(last[column + 1] + 1).min(next[column] + 1);
            let exchanged =
                row > 0 && column > 0 && one[row - 1] == *their && other[column - 1] == *own;
            if exchanged {
                least = least.min(before[column - 1] + 1);
            }
            next.push(least);
        }
        before = last;
        last = next;
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(wanted: &str, known: &[&str], expected: Option<&str>) {
        assert_eq!(nearest(wanted, known.iter().copied()), expected, "{wanted}");
    }

    #[test]
    fn slips_of_the_pen_are_near() {
        let known = [
            "SUR-GRADE-4",
            "SUR-GRADE-3",
            "HR-NURSE-RATIO",
            "T01",
            "二（一）",
        ];
        check("sur_grade_4", &known, Some("SUR-GRADE-4"));
        check("SUR-GRDAE-3", &known, Some("SUR-GRADE-3"));
        check("HR-NURSES-RATIO", &known, Some("HR-NURSE-RATIO"));
        check("T1", &known, Some("T01"));
        check("二（二）", &known, Some("二（一）"));
        check("FIN-DEBT", &known, None);
        check("", &known, None);
        check("", &[], None);
    }
}
