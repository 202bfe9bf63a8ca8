//! Cases beside an indicator: rows of its source and what they should add.

use rust_decimal::Decimal;

use crate::problem::Problem;

/// The table of cases of an indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorCases {
    /// Rows of the source.
    pub rows: Vec<IndicatorCase>,
    /// The value over all rows, as people read it.
    pub value: Option<String>,
}

/// A row of a table of cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndicatorCase {
    /// Row of the table, from one.
    pub row: usize,
    /// Values by column; elements of a list are parted by `;`. Columns without a value are missing.
    pub values: Vec<(String, String)>,
    /// What the row adds to the numerator.
    pub numerator: Option<Decimal>,
    /// What the row adds to the denominator.
    pub denominator: Option<Decimal>,
}

/// What the table of an indicator has to hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Whether rows add to a numerator.
    pub(super) contributions: bool,
    /// Whether rows add to a denominator.
    pub(super) denominator: bool,
    /// Whether there must be cases.
    pub(super) required: bool,
    /// Whether every row adds something, so that no near miss can be asked for.
    pub(super) always_counts: bool,
}

const NUMERATOR: &str = "分子";
const DENOMINATOR: &str = "分母";
const VALUE: &str = "值";

/// Reads the table of an indicator.
pub(super) fn read(text: &str, id: &str, shape: Shape) -> Result<IndicatorCases, Problem> {
    let bad = |expected: &str| Problem::BadCases {
        expected: expected.to_owned(),
    };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let headings = cells(lines.next().unwrap_or_default());
    let place = |word: &str| headings.iter().position(|heading| heading == word);
    let places = [place(NUMERATOR), place(DENOMINATOR), place(VALUE)];
    let needed = [shape.contributions, shape.denominator, !shape.contributions];
    let allowed = [shape.contributions, shape.denominator, true];
    for ((word, place), (needed, allowed)) in [NUMERATOR, DENOMINATOR, VALUE]
        .into_iter()
        .zip(places)
        .zip(needed.into_iter().zip(allowed))
    {
        if needed && place.is_none() || !allowed && place.is_some() {
            let word = if needed {
                format!("要有“{word}”一列")
            } else {
                format!("没有“{word}”一列")
            };
            return Err(bad(&format!(
                "表头是字段标识，{word} | field | … | 分子 | 分母 | 值 |"
            )));
        }
    }
    if headings.iter().any(String::is_empty) {
        return Err(bad("每一列都有表头"));
    }
    let ruler = lines.next().unwrap_or_default();
    if ruler.is_empty() || !ruler.bytes().all(|byte| b"|-: ".contains(&byte)) {
        return Err(bad("第二行是 |---|---|"));
    }
    let mut cases = IndicatorCases {
        rows: Vec::new(),
        value: None,
    };
    for (row, line) in (1..).zip(lines) {
        let values = cells(line);
        if values.len() != headings.len() {
            return Err(bad(&format!("第 {row} 行应有 {} 列", headings.len())));
        }
        let at = |place: Option<usize>| place.map(|place| values[place].as_str());
        let number = |place: Option<usize>, word: &str| match at(place) {
            None => Ok(None),
            Some(text) => match text.parse() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(bad(&format!("第 {row} 行的“{word}”是数字"))),
            },
        };
        let numerator = number(places[0], NUMERATOR)?;
        let denominator = number(places[1], DENOMINATOR)?;
        if let Some(value) = at(places[2]).filter(|value| !value.is_empty())
            && cases.value.replace(value.to_owned()).is_some()
        {
            return Err(bad("“值”只写在一行，是全部各行合起来的指标值"));
        }
        let own = headings.iter().zip(&values).enumerate();
        let own =
            own.filter(|(place, (_, value))| !places.contains(&Some(*place)) && !value.is_empty());
        cases.rows.push(IndicatorCase {
            row,
            values: own
                .map(|(_, (heading, value))| (heading.clone(), value.clone()))
                .collect(),
            numerator,
            denominator,
        });
    }
    if !shape.contributions && cases.value.is_none() {
        return Err(bad("在一行写明“值”"));
    }
    let zero = |case: &&IndicatorCase| case.numerator.is_none_or(|number| number.is_zero());
    let zeros = cases.rows.iter().filter(zero).count();
    let enough = match shape.always_counts {
        true => !cases.rows.is_empty(),
        false => zeros > 0 && zeros < cases.rows.len(),
    };
    match enough {
        true => Ok(cases),
        false => Err(Problem::FewIndicatorCases {
            indicator: id.to_owned(),
        }),
    }
}

/// The cells of a line; `\|` is a bar within a cell.
fn cells(line: &str) -> Vec<String> {
    let line = line.strip_prefix('|').unwrap_or(line);
    let line = line.strip_suffix('|').unwrap_or(line);
    let marked = line.replace("\\|", "\u{1}");
    let cells = marked
        .split('|')
        .map(|cell| cell.trim().replace('\u{1}', "|"));
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATIO: Shape = Shape {
        contributions: true,
        denominator: true,
        required: true,
        always_counts: false,
    };

    #[test]
    fn a_table_is_read_cell_by_cell() {
        let text = "
            | procedures.code | sex | 分子 | 分母 | 值    |
            |-----------------|-----|------|------|-------|
            | 47.0;88.7       |     | 1    | 1    |       |
            |                 | 1   | 0    | 1    | 50.00 |";
        let cases = read(text, "X", RATIO).expect("a table");
        assert_eq!(cases.value.as_deref(), Some("50.00"));
        let code = ("procedures.code".to_owned(), "47.0;88.7".to_owned());
        assert_eq!(cases.rows[0].values, [code]);
        assert_eq!(cases.rows[1].numerator, Some(Decimal::ZERO));
        assert_eq!(cases.rows[1].denominator, Some(Decimal::ONE));
    }

    #[test]
    fn mistakes_are_told() {
        let few = Problem::FewIndicatorCases {
            indicator: "X".to_owned(),
        };
        assert_eq!(
            read("| 分子 | 分母 |\n|-|-|\n| 1 | 1 |", "X", RATIO),
            Err(few)
        );
        for wrong in [
            "| 分子 |\n|-|\n| 1 |\n| 0 |",
            "| 分子 | 分母 |\n| 1 | 1 |\n| 0 | 1 |",
            "| 分子 | 分母 |\n|-|-|\n| x | 1 |\n| 0 | 1 |",
            "| 分子 | 分母 |\n|-|-|\n| 1 |\n| 0 | 1 |",
            "| 分子 | 分母 | 值 |\n|-|-|-|\n| 1 | 1 | 2 |\n| 0 | 1 | 2 |",
        ] {
            let read = read(wrong, "X", RATIO);
            assert!(
                matches!(read, Err(Problem::BadCases { .. })),
                "{wrong}: {read:?}"
            );
        }
    }
}
