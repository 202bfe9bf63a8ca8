use std::collections::BTreeSet;
use std::path::PathBuf;

use biaochi_packs::PackFiles;

use super::PackDeskError;

/// Lines beyond which two files are not compared line by line.
const MOST_CELLS: usize = 4_000_000;

/// Equal lines shown around a change.
const AROUND: usize = 3;

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// It stays.
    Same,
    /// It is there in the new version only.
    Added,
    /// It was there in the old version only.
    Removed,
    /// Equal lines that are not shown.
    Skipped,
}

/// A line of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What becomes of it.
    pub kind: LineKind,
    /// Its number in the old version, from one.
    pub old: Option<usize>,
    /// Its number in the new version, from one.
    pub new: Option<usize>,
    /// What stands there; for skipped lines, how many.
    pub text: String,
}

/// A file that differs between two versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Its path within the pack.
    pub file: String,
    /// It was in the old version.
    pub was_there: bool,
    /// It is in the new version.
    pub is_there: bool,
    /// Its lines, long stretches of equal ones left out.
    pub lines: Vec<Line>,
}

/// The files that differ between two versions of a pack; nothing stands for a version that is not there.
///
/// # Errors
/// A file cannot be read.
pub fn compare(
    old: Option<&PackFiles>,
    new: Option<&PackFiles>,
) -> Result<Vec<FileChange>, PackDeskError> {
    let paths = |files: Option<&PackFiles>| match files {
        Some(files) => files
            .paths()
            .map_err(|error| PackDeskError::io(&PathBuf::from(files.display("")), error)),
        None => Ok(Vec::new()),
    };
    let all: BTreeSet<String> = paths(old)?.into_iter().chain(paths(new)?).collect();
    let mut changes = Vec::new();
    for file in all {
        let (before, after) = (text(old, &file)?, text(new, &file)?);
        if before != after {
            let lines = lines(
                before.as_deref().unwrap_or(""),
                after.as_deref().unwrap_or(""),
            );
            changes.push(FileChange {
                file,
                was_there: before.is_some(),
                is_there: after.is_some(),
                lines,
            });
        }
    }
    Ok(changes)
}

fn text(files: Option<&PackFiles>, file: &str) -> Result<Option<String>, PackDeskError> {
    let Some(files) = files else { return Ok(None) };
    let bytes = files
        .read(file)
        .map_err(|error| PackDeskError::io(&PathBuf::from(files.display(file)), error))?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The lines of two texts beside each other.
fn lines(old: &str, new: &str) -> Vec<Line> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let begin = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - begin;
    let pairs = old.iter().rev().zip(new.iter().rev());
    let end = pairs.take(rest).take_while(|(a, b)| a == b).count();
    let (mid_old, mid_new) = (&old[begin..old.len() - end], &new[begin..new.len() - end]);

    let mut all = Vec::with_capacity(old.len().max(new.len()));
    let same = |all: &mut Vec<Line>, place: usize, other: usize| {
        all.push(Line {
            kind: LineKind::Same,
            old: Some(place + 1),
            new: Some(other + 1),
            text: old[place].to_owned(),
        });
    };
    for place in 0..begin {
        same(&mut all, place, place);
    }
    for (kind, a, b) in script(mid_old, mid_new) {
        let (a, b) = (begin + a, begin + b);
        match kind {
            LineKind::Removed => all.push(Line {
                kind,
                old: Some(a + 1),
                new: None,
                text: old[a].to_owned(),
            }),
            LineKind::Added => all.push(Line {
                kind,
                old: None,
                new: Some(b + 1),
                text: new[b].to_owned(),
            }),
            LineKind::Same | LineKind::Skipped => same(&mut all, a, b),
        }
    }
    for place in 0..end {
        same(&mut all, old.len() - end + place, new.len() - end + place);
    }
    shortened(all)
}

/// What to do to get from one list to the other: the longest common part stays. Lists that are too long have none.
fn script(old: &[&str], new: &[&str]) -> Vec<(LineKind, usize, usize)> {
    let (rows, columns) = (old.len(), new.len());
    let mut steps = Vec::with_capacity(rows + columns);
    if rows.saturating_mul(columns) > MOST_CELLS {
        steps.extend((0..rows).map(|a| (LineKind::Removed, a, 0)));
        steps.extend((0..columns).map(|b| (LineKind::Added, rows, b)));
        return steps;
    }
    let width = columns + 1;
    let mut longest = vec![0u32; (rows + 1) * width];
    for a in (0..rows).rev() {
        for b in (0..columns).rev() {
            longest[a * width + b] = match old[a] == new[b] {
                true => longest[(a + 1) * width + b + 1] + 1,
                false => longest[(a + 1) * width + b].max(longest[a * width + b + 1]),
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < rows || b < columns {
        if a < rows && b < columns && old[a] == new[b] {
            steps.push((LineKind::Same, a, b));
            (a, b) = (a + 1, b + 1);
        } else if a < rows
            && (b == columns || longest[(a + 1) * width + b] >= longest[a * width + b + 1])
        {
            steps.push((LineKind::Removed, a, b));
            a += 1;
        } else {
            steps.push((LineKind::Added, a, b));
            b += 1;
        }
    }
    steps
}

/// Leaves out equal lines that are far from any change.
fn shortened(all: Vec<Line>) -> Vec<Line> {
    let changed: Vec<usize> = all
        .iter()
        .enumerate()
        .filter(|(_, line)| line.kind != LineKind::Same)
        .map(|(place, _)| place)
        .collect();
    let near = |place: usize| {
        let after = changed.partition_point(|change| change + AROUND < place);
        changed
            .get(after)
            .is_some_and(|change| *change <= place + AROUND)
    };
    let mut short: Vec<Line> = Vec::new();
    let mut skipped = 0usize;
    for (place, line) in all.into_iter().enumerate() {
        if near(place) {
            if skipped > 0 {
                short.push(gap(skipped));
                skipped = 0;
            }
            short.push(line);
        } else {
            skipped += 1;
        }
    }
    if skipped > 0 {
        short.push(gap(skipped));
    }
    short
}

fn gap(lines: usize) -> Line {
    Line {
        kind: LineKind::Skipped,
        old: None,
        new: None,
        text: lines.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let shown: Vec<String> = lines(old, new)
            .into_iter()
            .map(|line| {
                let sign = match line.kind {
                    LineKind::Same => ' ',
                    LineKind::Added => '+',
                    LineKind::Removed => '-',
                    LineKind::Skipped => '@',
                };
                format!("{sign}{}", line.text)
            })
            .collect();
        assert_eq!(shown.join("|"), expected);
    }

    #[test]
    fn lines_that_stay_are_told_from_those_that_do_not() {
        check("a\nb\nc", "a\nx\nc", " a|-b|+x| c");
        check("", "a", "+a");
        check("a", "", "-a");
        check("a\nb\nc\nd", "b\nc\ne\nd", "-a| b| c|+e| d");
    }

    #[test]
    fn equal_lines_far_from_a_change_are_left_out() {
        let old: Vec<String> = (0..20).map(|n| n.to_string()).collect();
        let mut new = old.clone();
        new[10] = "x".to_owned();
        check(
            &old.join("\n"),
            &new.join("\n"),
            "@7| 7| 8| 9|-10|+x| 11| 12| 13|@6",
        );
    }

    #[test]
    fn long_files_are_told_as_a_whole() {
        let old = "a\n".repeat(3000);
        let new = "b\n".repeat(3000);
        assert_eq!(lines(&old, &new).len(), 6000);
    }
}
