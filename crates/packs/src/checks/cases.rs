//! Cases beside a check: a small table that a coder can read.

use crate::problem::Problem;

/// One row of a table of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Row of the table, from one.
    pub row: usize,
    /// Values by column; elements of a list are parted by `;`. Columns without a value are missing.
    pub values: Vec<(String, String)>,
    /// What should come out.
    pub expected: Expected,
}

/// What a case should give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The check finds nothing.
    Passed,
    /// The check finds something.
    Violated,
    /// The check finds so many places.
    Places(u32),
}

impl Expected {
    /// The word in the table.
    pub fn word(self) -> String {
        match self {
            Self::Passed => "通过".to_owned(),
            Self::Violated => "违反".to_owned(),
            Self::Places(places) => places.to_string(),
        }
    }

    fn parse(word: &str) -> Option<Self> {
        match word {
            "通过" => Some(Self::Passed),
            "违反" => Some(Self::Violated),
            number => number.parse().ok().map(Self::Places),
        }
    }

    /// Whether so many places at fault are what is expected.
    pub fn is_met_by(self, places: u32) -> bool {
        match self {
            Self::Passed => places == 0,
            Self::Violated => places > 0,
            Self::Places(expected) => places == expected,
        }
    }

    fn is_violation(self) -> bool {
        !self.is_met_by(0)
    }
}

/// The heading of the last column.
const RESULT: &str = "结果";

/// Reads the table of a check.
pub(super) fn read(text: &str, check: &str) -> Result<Vec<Case>, Problem> {
    let bad = |expected: &str| Problem::BadCases {
        expected: expected.to_owned(),
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut headings = cells(lines.next().unwrap_or_default());
    if headings.pop().as_deref() != Some(RESULT) || headings.iter().any(String::is_empty) {
        return Err(bad("表头是字段标识，最后一列是“结果” | field | … | 结果 |"));
    }
    let ruler = lines.next().unwrap_or_default();
    if ruler.is_empty() || !ruler.bytes().all(|byte| b"|-: ".contains(&byte)) {
        return Err(bad("第二行是 |---|---|"));
    }
    let mut cases = Vec::new();
    for (row, line) in (1..).zip(lines) {
        let mut values = cells(line);
        let expected = values.pop().and_then(|word| Expected::parse(&word));
        let Some(expected) = expected else {
            return Err(bad(&format!("第 {row} 行的结果是“违反”“通过”或处数")));
        };
        if values.len() != headings.len() {
            let text = format!("第 {row} 行应有 {} 列", headings.len() + 1);
            return Err(bad(&text));
        }
        let values = headings.iter().cloned().zip(values);
        cases.push(Case {
            row,
            values: values.filter(|(_, value)| !value.is_empty()).collect(),
            expected,
        });
    }
    let violations = cases
        .iter()
        .filter(|case| case.expected.is_violation())
        .count();
    if violations == 0 || violations == cases.len() {
        return Err(Problem::FewCases {
            check: check.to_owned(),
        });
    }
    Ok(cases)
}

/// The cells of a line; `\|` is a bar within a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, cells.last_mut()) {
            ('|', _) => cells.push(String::new()),
            ('\\', Some(cell)) if characters.peek() == Some(&'|') => {
                cell.extend(characters.next());
            }
            (_, Some(cell)) => cell.push(character),
            (_, None) => {}
        }
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_cell_by_cell() {
        let text = "
            | age_days | diagnoses.code  | 结果 |
            |----------|-----------------|------|
            | 28       | P07.100;Z37.000 | 违反 |
            |          | a\\|b           | 通过 |
            | 3        |                 | 2    |";
        let cases = read(text, "X").expect("a table");
        assert_eq!(cases[0].values.len(), 2);
        assert_eq!(
            cases[1].values,
            [("diagnoses.code".to_owned(), "a|b".to_owned())]
        );
        assert_eq!(cases[2].expected, Expected::Places(2));
    }

    #[test]
    fn a_table_without_a_near_miss_is_told() {
        let text = "| sex | 结果 |\n|---|---|\n| 1 | 违反 |";
        let few = Problem::FewCases {
            check: "X".to_owned(),
        };
        assert_eq!(read(text, "X"), Err(few));
        assert!(matches!(
            read("| sex |", "X"),
            Err(Problem::BadCases { .. })
        ));
    }
}
