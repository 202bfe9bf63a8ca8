//! What a person delivers – a filled template, or a table of many organisations – as rows of submissions.
//!
//! A template carries hidden marks: a line that says which column holds what, and the id of every field or
//! row beside it. So rows and columns may be moved, and others put between them. A table without marks
//! is read by its headings.

use std::collections::BTreeMap;

use biaochi_domain::{Sheet, SheetLine};
use jiff::civil::Date;

use crate::cell::{CellProblem, day, parse_cell};
use crate::definition::DataSet;
use crate::finding::{Fault, Finding};
use crate::value::Row;

/// Marks the line that says what the columns of a template hold, in the column of the ids.
pub const MARK: &str = "#biaochi";
/// Marks the column of the values of a template whose lines are fields.
pub const VALUE_MARK: &str = "#value";
/// Begins the mark of a line or column of a field.
pub const FIELD_MARK: &str = "#field:";
/// Begins the mark of a line of a breakdown.
pub const ROW_MARK: &str = "#row:";
/// Name of the sheet that says whose, of what and for when a template is.
pub const ABOUT_SHEET: &str = "_biaochi";

/// Lines in which the headings of a table without marks are looked for.
const LINES_BEFORE_HEADINGS: usize = 20;

const ORGANISATION: [&str; 4] = ["机构代码", "填报单位代码", "单位代码", "organisation_code"];
const PERIOD: [&str; 4] = ["期间", "填报期间", "报告期", "period"];
const COMMENT: [&str; 3] = ["说明", "备注", "comment"];
const HANDED_IN: [&str; 3] = ["报送日期", "提交日期", "handed_in"];
/// Columns that only help the reader.
const IGNORED: [&str; 8] = [
    "机构名称",
    "填报单位",
    "单位名称",
    "organisation",
    "序号",
    "数据集",
    "dataset",
    "机构简称",
];

/// What a file says about one organisation's period.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivered {
    /// Whose, as it is written; empty when the file does not say.
    pub organisation: String,
    /// For when, as it is written; empty when the file does not say.
    pub period: String,
    /// Why, or an explanation; may be empty.
    pub comment: String,
    /// When it was handed in elsewhere, where the file says so.
    pub handed_in: Option<Date>,
    /// The rows that are not blank.
    pub rows: Vec<Row>,
    /// Where values stand, by breakdown and field; the field is empty for the line.
    pub places: BTreeMap<(String, String), String>,
    /// What is wrong with the form itself.
    pub findings: Vec<Finding>,
}

impl Delivered {
    /// Where a finding stands; empty when it stands nowhere.
    pub fn place(&self, finding: &Finding) -> String {
        let key = |field: &str| (finding.breakdown.clone(), field.to_owned());
        let exact = self.places.get(&key(&finding.field));
        exact
            .or_else(|| self.places.get(&key("")))
            .cloned()
            .unwrap_or_default()
    }

    /// What somebody typed into the cells of a form: breakdown, field and text. It stands in no file.
    pub fn typed<'a>(
        set: &DataSet,
        cells: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> Self {
        let mut delivered = Self::default();
        for (breakdown, field, text) in cells {
            delivered.put(set, breakdown, field, text, String::new());
        }
        delivered
    }

    fn put(&mut self, set: &DataSet, breakdown: &str, field: &str, text: &str, place: String) {
        let Some(field) = set.field(field) else {
            return;
        };
        let key = (breakdown.to_owned(), field.id.clone());
        self.places.insert(key, place);
        let parsed = parse_cell(field, text);
        if parsed == Ok(None) {
            return;
        }
        let known = self.rows.iter().position(|row| row.breakdown == breakdown);
        let index = known.unwrap_or_else(|| {
            self.rows.push(Row {
                breakdown: breakdown.to_owned(),
                ..Row::default()
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[index];
        match parsed {
            Ok(Some(value)) => {
                row.values.insert(field.id.clone(), value);
            }
            _ => {
                row.unread.insert(field.id.clone(), text.to_owned());
            }
        }
    }
}

/// A file in which no sheet has marks or known headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAForm;

/// The data set that a file says it is for: a template's own word, or the headings that fit best.
pub fn dataset_of<'a>(sheets: &[Sheet], sets: &[&'a DataSet]) -> Option<&'a DataSet> {
    if let Some(id) = about(sheets, "dataset") {
        return sets.iter().copied().find(|set| set.id == id);
    }
    let known = |set: &DataSet| {
        let lines = sheets
            .iter()
            .flat_map(|sheet| sheet.lines.iter().take(LINES_BEFORE_HEADINGS));
        lines
            .map(|line| headings_known(set, line))
            .max()
            .unwrap_or(0)
    };
    let mut best: Vec<(usize, &DataSet)> = sets.iter().map(|set| (known(set), *set)).collect();
    best.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    match &best[..] {
        [(count, set), rest @ ..]
            if *count > 0 && rest.first().is_none_or(|next| next.0 < *count) =>
        {
            Some(*set)
        }
        _ => None,
    }
}

/// The data set that a template says it is of; `None` for other files.
pub fn template_of(sheets: &[Sheet]) -> Option<&str> {
    about(sheets, "dataset")
}

/// Reads a file of a data set: one entry for every organisation and period in it.
pub fn read_form(set: &DataSet, sheets: &[Sheet]) -> Result<Vec<Delivered>, NotAForm> {
    let marked = sheets.iter().find_map(|sheet| Some((sheet, marks(sheet)?)));
    if let Some((sheet, marks)) = marked {
        let mut delivered = Delivered {
            organisation: about(sheets, "organisation").unwrap_or_default().to_owned(),
            period: about(sheets, "period").unwrap_or_default().to_owned(),
            ..Delivered::default()
        };
        template(set, sheet, &marks, &mut delivered);
        return Ok(vec![delivered]);
    }
    let sheet = sheets.iter().find_map(|sheet| {
        let lines = sheet.lines.iter().take(LINES_BEFORE_HEADINGS).enumerate();
        let known = lines.map(|(place, line)| (headings_known(set, line), place));
        let (count, place) =
            known.max_by_key(|(count, place)| (*count, std::cmp::Reverse(*place)))?;
        (count > 0).then_some((sheet, place))
    });
    let (sheet, head) = sheet.ok_or(NotAForm)?;
    Ok(table(set, sheet, head))
}

/// A word of the sheet that says what a template is.
fn about<'a>(sheets: &'a [Sheet], key: &str) -> Option<&'a str> {
    let sheet = sheets.iter().find(|sheet| sheet.name == ABOUT_SHEET)?;
    let line = sheet
        .lines
        .iter()
        .find(|line| line.cells.first().is_some_and(|cell| cell == key))?;
    line.cells
        .get(1)
        .map(String::as_str)
        .filter(|word| !word.is_empty())
}

/// Where the marks of a template stand.
struct Marks {
    /// Line of the marks among the lines of the sheet.
    line: usize,
    /// Column of the ids.
    ids: usize,
    /// Column of the values, where lines are fields.
    value: Option<usize>,
    /// Columns of fields.
    fields: Vec<(usize, String)>,
}

fn marks(sheet: &Sheet) -> Option<Marks> {
    let (line, cells) = sheet.lines.iter().enumerate().find_map(|(place, line)| {
        line.cells
            .iter()
            .any(|cell| cell == MARK)
            .then_some((place, &line.cells))
    })?;
    let column = |mark: &str| cells.iter().position(|cell| cell == mark);
    let fields = cells
        .iter()
        .enumerate()
        .filter_map(|(column, cell)| Some((column, cell.strip_prefix(FIELD_MARK)?.to_owned())));
    Some(Marks {
        line,
        ids: column(MARK)?,
        value: column(VALUE_MARK),
        fields: fields.collect(),
    })
}

fn template(set: &DataSet, sheet: &Sheet, marks: &Marks, delivered: &mut Delivered) {
    for line in sheet.lines.iter().skip(marks.line + 1) {
        let cell = |column: usize| line.cells.get(column).map_or("", String::as_str);
        let id = cell(marks.ids);
        if let Some(breakdown) = id.strip_prefix(ROW_MARK) {
            let place = format!("{}!第 {} 行", sheet.name, line.number);
            delivered
                .places
                .insert((breakdown.to_owned(), String::new()), place);
            for (column, field) in &marks.fields {
                let place = cell_name(sheet, *column, line);
                delivered.put(set, breakdown, field, cell(*column), place);
            }
        } else if let (Some(field), Some(value)) = (id.strip_prefix(FIELD_MARK), marks.value) {
            let place = cell_name(sheet, value, line);
            delivered.put(set, "", field, cell(value), place);
        }
    }
}

/// What a column of a table without marks holds.
enum Column<'a> {
    Organisation,
    Period,
    Comment,
    HandedIn,
    Breakdown,
    Field(&'a str),
    Ignored,
    Unknown,
}

fn column<'a>(set: &'a DataSet, heading: &str) -> Column<'a> {
    let breakdown = set.breakdown.as_ref();
    if let Some(field) = set.field_by_heading(heading) {
        Column::Field(&field.id)
    } else if breakdown.is_some_and(|one| one.title == heading || one.id == heading) {
        Column::Breakdown
    } else if ORGANISATION.contains(&heading) {
        Column::Organisation
    } else if PERIOD.contains(&heading) {
        Column::Period
    } else if COMMENT.contains(&heading) {
        Column::Comment
    } else if HANDED_IN.contains(&heading) {
        Column::HandedIn
    } else if heading.is_empty() || IGNORED.contains(&heading) {
        Column::Ignored
    } else {
        Column::Unknown
    }
}

fn headings_known(set: &DataSet, line: &SheetLine) -> usize {
    line.cells
        .iter()
        .filter(|cell| set.field_by_heading(cell).is_some())
        .count()
}

fn table(set: &DataSet, sheet: &Sheet, head: usize) -> Vec<Delivered> {
    let headings = &sheet.lines[head].cells;
    let columns: Vec<Column<'_>> = headings
        .iter()
        .map(|heading| column(set, heading))
        .collect();
    let mut all: Vec<Delivered> = Vec::new();
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for line in sheet.lines.iter().skip(head + 1) {
        let text = |wanted: fn(&Column<'_>) -> bool| {
            let place = columns.iter().position(wanted);
            let cell = place.and_then(|place| line.cells.get(place));
            cell.map_or("", String::as_str).trim().to_owned()
        };
        let organisation = text(|column| matches!(column, Column::Organisation));
        let period = text(|column| matches!(column, Column::Period));
        let breakdown = text(|column| matches!(column, Column::Breakdown));
        let index = *places
            .entry((organisation.clone(), period.clone()))
            .or_insert_with(|| {
                all.push(Delivered {
                    organisation,
                    period,
                    ..Delivered::default()
                });
                all.len() - 1
            });
        let delivered = &mut all[index];
        let at = format!("{}!第 {} 行", sheet.name, line.number);
        let key = (breakdown.clone(), String::new());
        if let Some(earlier) = delivered.places.insert(key, at) {
            delivered.findings.push(Finding {
                breakdown: breakdown.clone(),
                field: String::new(),
                fault: Fault::RepeatedRow { earlier },
            });
        }
        for ((place, column), heading) in columns.iter().enumerate().zip(headings) {
            let cell = line.cells.get(place).map_or("", String::as_str);
            match column {
                Column::Field(field) => {
                    delivered.put(set, &breakdown, field, cell, cell_name(sheet, place, line));
                }
                Column::Comment if !cell.is_empty() => cell.clone_into(&mut delivered.comment),
                Column::HandedIn if !cell.is_empty() => match day(cell) {
                    Some(day) => delivered.handed_in = Some(day),
                    None => delivered.findings.push(Finding {
                        breakdown: breakdown.clone(),
                        field: String::new(),
                        fault: Fault::Cell {
                            text: cell.to_owned(),
                            problem: CellProblem::NotADay,
                        },
                    }),
                },
                Column::Unknown if !cell.is_empty() => delivered.findings.push(Finding {
                    breakdown: breakdown.clone(),
                    field: String::new(),
                    fault: Fault::UnknownColumn {
                        heading: heading.clone(),
                        text: cell.to_owned(),
                    },
                }),
                _ => {}
            }
        }
    }
    all
}

/// A cell as spreadsheets name it, with its sheet.
fn cell_name(sheet: &Sheet, column: usize, line: &SheetLine) -> String {
    format!("{}!{}{}", sheet.name, column_letters(column), line.number)
}

/// The letters of a column, counted from zero.
pub fn column_letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(column % 26).unwrap_or(0));
        if column < 26 {
            break;
        }
        column = column / 26 - 1;
    }
    letters.into_iter().rev().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_set;
    use crate::validate;
    use biaochi_domain::Language;

    fn sheet(name: &str, lines: &[&str]) -> Sheet {
        let lines = (1..).zip(lines).filter(|(_, line)| !line.is_empty());
        Sheet {
            place: name.to_owned(),
            name: name.to_owned(),
            lines: lines
                .map(|(number, line)| SheetLine {
                    number,
                    cells: line.split('|').map(|cell| cell.trim().to_owned()).collect(),
                })
                .collect(),
        }
    }

    fn values(delivered: &Delivered) -> String {
        let rows = delivered.rows.iter().map(|row| {
            let values = row.values.iter().map(|(id, value)| format!("{id}={value}"));
            format!("{}:{}", row.breakdown, values.collect::<Vec<_>>().join(" "))
        });
        rows.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_template_is_read_although_its_rows_were_moved() {
        let set = test_set::finance();
        let about = sheet(
            "_biaochi",
            &["dataset|finance", "organisation|A", "period|2024-03"],
        );
        let form = sheet(
            "医院财务月报",
            &[
                "|标题",
                "#biaochi||#previous|#value",
                "|有人插入的一行||999",
                "#field:inpatient_income|住院收入|1|2,000.00",
                "",
                "#field:outpatient_income|门诊收入||3万",
                "#field:drug_income|药品收入||",
                "#field:nothing|旧字段||5",
            ],
        );
        let sheets = [form, about];
        assert_eq!(
            dataset_of(&sheets, &[&set]).map(|set| set.id.as_str()),
            Some("finance")
        );
        let all = read_form(&set, &sheets).expect("a form");
        let [delivered] = &all[..] else {
            panic!("{all:?}")
        };
        assert_eq!(
            (delivered.organisation.as_str(), delivered.period.as_str()),
            ("A", "2024-03")
        );
        assert_eq!(values(delivered), ":inpatient_income=2000");
        assert_eq!(delivered.rows[0].unread["outpatient_income"], "3万");
        let told: Vec<String> = validate(&set, &delivered.rows)
            .iter()
            .map(|finding| format!("{} {}", delivered.place(finding), finding.field))
            .collect();
        assert_eq!(
            told,
            [" medical_income", "医院财务月报!D6 outpatient_income"]
        );
    }

    #[test]
    fn typed_cells_are_read_like_those_of_a_file() {
        let set = test_set::staff();
        let cells = [
            ("儿科", "nurses", "1,200"),
            ("儿科", "physicians", "两"),
            ("麻醉", "nurses", " "),
            ("麻醉", "unknown", "5"),
        ];
        let delivered = Delivered::typed(&set, cells);
        assert_eq!(values(&delivered), "儿科:nurses=1200");
        assert_eq!(delivered.rows[0].unread["physicians"], "两");
    }

    #[test]
    fn a_template_with_a_breakdown_has_columns_of_fields() {
        let set = test_set::staff();
        let form = sheet(
            "人员",
            &[
                "#biaochi||#field:nurses|#field:physicians",
                "#row:儿科|儿科|4|2",
                "#row:麻醉|麻醉||",
            ],
        );
        let all = read_form(&set, &[form]).expect("a form");
        assert_eq!(values(&all[0]), "儿科:nurses=4 physicians=2");
        assert_eq!(
            all[0].places[&("麻醉".to_owned(), "nurses".to_owned())],
            "人员!C3"
        );
    }

    #[test]
    fn a_table_of_many_is_read_by_its_headings() {
        let set = test_set::staff();
        let file = sheet(
            "staff",
            &[
                "全县人员统计",
                "机构代码|机构名称|期间|专业|医师|nurses|年龄",
                "A|甲院|2024-03|麻醉|3|1|",
                "A|甲院|2024-03|儿科|2|1|45",
                "B|乙院|2024-03|儿科|x|1|",
                "B|乙院|2024-03|儿科|1|1|",
                "B|乙院|2024-03|外星科|1||",
            ],
        );
        assert_eq!(
            dataset_of(std::slice::from_ref(&file), &[&set, &test_set::finance()])
                .map(|set| set.id.as_str()),
            Some("staff")
        );
        let all = read_form(&set, &[file]).expect("a table");
        assert_eq!(all.len(), 2);
        assert_eq!(
            values(&all[0]),
            "麻醉:nurses=1 physicians=3; 儿科:nurses=1 physicians=2"
        );
        let told = |delivered: &Delivered| {
            let mut findings = delivered.findings.clone();
            findings.extend(validate(&set, &delivered.rows));
            let told = findings.iter().map(|finding| {
                format!(
                    "{} {}",
                    delivered.place(finding),
                    finding.sentence(&set, Language::Zh)
                )
            });
            told.collect::<Vec<_>>()
        };
        let first = told(&all[0]);
        assert!(
            first[0].contains("staff!第 4 行") && first[0].contains("年龄"),
            "{first:?}"
        );
        let second = told(&all[1]);
        assert_eq!(second.len(), 3, "{second:?}");
        assert!(
            second[0].contains("第 6 行") && second[0].contains("第 5 行"),
            "{second:?}"
        );
        assert!(
            second[1].contains("staff!E6") || second[2].contains("外星科"),
            "{second:?}"
        );
    }

    #[test]
    fn what_is_no_form_is_told() {
        let set = test_set::finance();
        let other = sheet("x", &["姓名|年龄", "张三|5"]);
        assert_eq!(read_form(&set, std::slice::from_ref(&other)), Err(NotAForm));
        assert_eq!(dataset_of(&[other], &[&set]), None);
    }

    #[test]
    fn columns_have_the_letters_of_spreadsheets() {
        let letters = [0, 25, 26, 51, 52, 701, 702].map(column_letters);
        assert_eq!(letters, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
    }
}
