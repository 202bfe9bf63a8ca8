//! Sheets of texts become rows; whatever is wrong is told with its place.

use biaochi_domain::{Language, Localized, Position, Sheet, SheetLine, from_spreadsheet_text};

use crate::problem::{Problem, RowProblem};
use crate::tables::{Rows, Table};

/// What sheets hold.
#[derive(Debug, Clone, Default)]
pub struct Delivery {
    /// The rows that could be read.
    pub rows: Rows,
    /// The tables that were delivered, with or without rows.
    pub tables: Vec<Table>,
    /// Everything that is wrong with sheets and cells. With any of it, nothing should be used.
    pub problems: Vec<Located>,
    origins: Vec<(Table, Vec<Place>)>,
}

/// Where a row came from.
#[derive(Debug, Clone)]
struct Place {
    sheet: usize,
    file: String,
    line: u64,
}

/// A problem and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// Sheet, line and column.
    pub position: Position,
    /// What is wrong.
    pub problem: RowProblem,
}

impl Localized for Located {
    fn text(&self, language: Language) -> String {
        let (place, problem) = (self.position.text(language), self.problem.text(language));
        match language {
            _ if place.is_empty() => problem,
            Language::Zh => format!("{place}：{problem}"),
            Language::En => format!("{place}: {problem}"),
        }
    }
}

/// Lines among which the headings are looked for.
const LINES_BEFORE_ROWS: usize = 10;

impl Delivery {
    /// All tables, from no sheet.
    pub fn whole(rows: Rows) -> Self {
        Self {
            rows,
            tables: Table::ALL.to_vec(),
            ..Self::default()
        }
    }

    /// Reads sheets. Those whose names are of no table are passed over, unless none has a table's name.
    pub fn read(sheets: &[Sheet]) -> Self {
        let mut delivery = Self::default();
        for (index, sheet) in sheets.iter().enumerate() {
            if let Some(table) = Table::named(&sheet.name) {
                delivery.table(index, table, sheet);
            }
        }
        if delivery.tables.is_empty() && delivery.problems.is_empty() {
            let names = sheets.iter().map(|sheet| sheet.name.clone()).collect();
            delivery.problems.push(Located {
                position: Position::default(),
                problem: RowProblem::NoTable { names },
            });
        }
        delivery
    }

    fn table(&mut self, index: usize, table: Table, sheet: &Sheet) {
        let columns = table.columns();
        let found = sheet
            .lines
            .iter()
            .take(LINES_BEFORE_ROWS)
            .enumerate()
            .map(|(at, line)| (at, places(table, line)))
            .max_by_key(|(at, places)| (places.iter().flatten().count(), std::cmp::Reverse(*at)));
        let (heading, places) = found.unwrap_or_else(|| (0, vec![None; columns.len()]));
        let missing: Vec<_> = columns
            .iter()
            .zip(&places)
            .filter(|(column, place)| column.required && place.is_none())
            .map(|(column, _)| column.heading)
            .collect();
        if !missing.is_empty() {
            self.problems.push(Located {
                position: Position {
                    file: sheet.place.clone(),
                    ..Position::default()
                },
                problem: RowProblem::Headings { table, missing },
            });
            return;
        }
        if !self.tables.contains(&table) {
            self.tables.push(table);
        }
        for line in sheet.lines.iter().skip(heading + 1) {
            self.line(index, table, sheet, line, &places);
        }
    }

    fn line(
        &mut self,
        index: usize,
        table: Table,
        sheet: &Sheet,
        line: &SheetLine,
        places: &[Option<usize>],
    ) {
        let cell = |place: &Option<usize>| {
            let text = place.and_then(|place| line.cells.get(place));
            from_spreadsheet_text(text.map_or("", |text| text.trim())).to_owned()
        };
        let texts: Vec<String> = places.iter().map(cell).collect();
        if texts.iter().all(String::is_empty) {
            return;
        }
        match self.rows.push(table, &texts) {
            Ok(()) => self.remember(
                table,
                Place {
                    sheet: index,
                    file: sheet.place.clone(),
                    line: line.number,
                },
            ),
            Err(faults) => self
                .problems
                .extend(faults.into_iter().map(|(column, fault)| Located {
                    position: Position {
                        file: sheet.place.clone(),
                        line: line.number,
                        column: table.columns()[column].heading.to_owned(),
                    },
                    problem: RowProblem::Value {
                        text: texts[column].clone(),
                        fault,
                    },
                })),
        }
    }

    fn remember(&mut self, table: Table, place: Place) {
        match self.origins.iter_mut().find(|(of, _)| *of == table) {
            Some((_, places)) => places.push(place),
            None => self.origins.push((table, vec![place])),
        }
    }

    /// Where the n-th delivered row of a table stands: number of the sheet, position.
    fn position(&self, table: Table, row: usize) -> Option<(usize, Position)> {
        let (_, places) = self.origins.iter().find(|(of, _)| *of == table)?;
        let place = places.get(row)?;
        Some((
            place.sheet,
            Position {
                file: place.file.clone(),
                line: place.line,
                column: String::new(),
            },
        ))
    }

    /// Gives problems of rows their places. Rows beyond the delivered ones were stored before and have none.
    pub fn locate(&self, problems: Vec<Problem>) -> Vec<Located> {
        let mut located: Vec<(usize, Located)> = problems
            .into_iter()
            .map(|problem| {
                let found = self.position(problem.table, problem.row);
                let (sheet, mut position) = found.unwrap_or((usize::MAX, Position::default()));
                if !position.file.is_empty() {
                    position.column = problem.heading().to_owned();
                }
                let problem = problem.problem;
                (sheet, Located { position, problem })
            })
            .collect();
        located.sort_by_key(|(sheet, located)| (*sheet, located.position.line));
        located.into_iter().map(|(_, located)| located).collect()
    }
}

/// Where the columns of a table stand in a line of headings.
fn places(table: Table, line: &SheetLine) -> Vec<Option<usize>> {
    let is = |cell: &String, names: [&str; 2]| {
        let cell = cell.trim().trim_end_matches(['*', '＊']);
        names.contains(&cell)
    };
    table
        .columns()
        .iter()
        .map(|column| {
            let names = [column.heading, column.id];
            line.cells.iter().position(|cell| is(cell, names))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(name: &str, text: &str) -> Sheet {
        let lines = text.lines().zip(1..).map(|(line, number)| SheetLine {
            number,
            cells: line.split(',').map(str::to_owned).collect(),
        });
        Sheet {
            place: format!("{name}.csv"),
            name: name.to_owned(),
            lines: lines.collect(),
        }
    }

    #[test]
    fn columns_are_found_by_their_headings_in_any_order() {
        let sheets = [
            sheet(
                "行政区划",
                "云泽县的行政区划\n级别,区划名称*,区划代码,备注\n县,云泽县,990121,x\n,,,\n乡,桃溪镇,990121101,",
            ),
            sheet("说明", "随便写"),
        ];
        let delivery = Delivery::read(&sheets);
        assert_eq!(delivery.problems, []);
        assert_eq!(delivery.tables, [Table::Divisions]);
        let names: Vec<_> = delivery.rows.divisions.iter().map(|d| &*d.name).collect();
        assert_eq!(names, ["云泽县", "桃溪镇"]);
        let (_, place) = delivery.position(Table::Divisions, 1).expect("a place");
        assert_eq!((&*place.file, place.line), ("行政区划.csv", 5));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let sheets = [
            sheet(
                "行政区划",
                "区划代码,区划名称,级别\n990121,,国\n990122,北渡县,县",
            ),
            sheet("床位", "机构代码,床位数\nA,1"),
        ];
        let delivery = Delivery::read(&sheets);
        let texts: Vec<_> = delivery
            .problems
            .iter()
            .map(|problem| problem.text(Language::Zh))
            .collect();
        assert_eq!(
            texts,
            [
                "文件“行政区划.csv” 第 2 行 “区划名称”列：没有填写",
                "文件“行政区划.csv” 第 2 行 “级别”列：“国”不在可用的词中（可用：省、市、县、乡、村）",
                "文件“床位.csv”：床位表缺少列：床位类别。列名见 biaochi org template 生成的模板",
            ]
        );
        let none = Delivery::read(&[sheet("Sheet1", "a")]);
        assert!(matches!(
            &none.problems[..],
            [Located { problem: RowProblem::NoTable { names }, .. }] if names == &["Sheet1"]
        ));
    }
}
