//! From the rows of the sheets to a scheme.

use std::collections::{BTreeMap, BTreeSet};

use biaochi_grouper::definition::{
    Category, Check, Code, CodeSet, Complication, DrgRule, Entry, Field, Level, ResultColumns,
    Rule, SchemeDefinition, Walk,
};
use biaochi_grouper::parse_workbook_rule;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

use super::report::{Findings, WorkbookProblem};
use super::sheets::{Row, Sheet, Sheets};

/// The word for "no exclusion table" in the CC sheet.
const NO_TABLE: &str = "无";

/// Builds the scheme. What is wrong is told; the result counts only when no error was.
pub(super) fn build(sheets: &Sheets, findings: &mut Findings) -> SchemeDefinition {
    let mut builder = Builder {
        findings,
        definition: empty(),
        kinds: FxHashMap::default(),
    };
    builder.members(&sheets.sets, 3);
    builder.members(&sheets.exclusions, usize::MAX);
    builder.complications(&sheets.complications);
    builder.categories(&sheets.mdc);
    let closing = builder.groups(&sheets.adrg);
    builder.drgs(&sheets.drg);
    builder.check_groups(&sheets.adrg, &closing);
    builder.totals(sheets);
    builder.definition
}

fn empty() -> SchemeDefinition {
    SchemeDefinition {
        checks: vec![
            Check::Sex,
            Check::Age,
            Check::AgeDays,
            Check::WeightUpToDays(28),
            Check::Diagnosis,
        ],
        walk: Walk::StopUnlessUnconditional,
        columns: ResultColumns::Published,
        age_days_only_under_one: true,
        ungrouped_code: "0000".to_owned(),
        ..SchemeDefinition::default()
    }
}

/// Whether a set is of diagnoses or of procedures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Diagnosis,
    Procedure,
}

struct Builder<'a> {
    findings: &'a mut Findings,
    definition: SchemeDefinition,
    kinds: FxHashMap<String, Kind>,
}

/// A row that waits for its place in the order.
struct Sorted<T> {
    order: f64,
    item: T,
}

impl Builder<'_> {
    /// A cell that must not be blank; told when it is.
    fn required(&mut self, sheet: &Sheet, row: &Row, column: usize) -> Option<String> {
        let text = row.text(column);
        if text.is_empty() {
            let heading = sheet.heading(column);
            self.findings
                .add(sheet.name, row.number, heading, WorkbookProblem::Blank);
            return None;
        }
        Some(text)
    }

    fn code(&mut self, sheet: &Sheet, row: &Row, column: usize) -> Option<Code> {
        let text = self.required(sheet, row, column)?;
        let problem = if row.is_numeric(column) {
            WorkbookProblem::NumericCode { number: text }
        } else if text.is_ascii() && !text.contains([' ', '{', '}', ',', '"']) {
            return Some(Code::new(text));
        } else {
            WorkbookProblem::BadCode { code: text }
        };
        self.findings
            .add(sheet.name, row.number, sheet.heading(column), problem);
        None
    }

    /// Sheets 集合 and 排除表; the latter has no column of types.
    fn members(&mut self, sheet: &Sheet, type_column: usize) {
        let mut sets: BTreeMap<String, BTreeSet<Code>> = BTreeMap::new();
        let mut exclusions: BTreeMap<String, BTreeSet<Code>> = BTreeMap::new();
        let mut mixed = BTreeSet::new();
        let mut repeated = 0;
        for row in &sheet.rows {
            let Some(name) = self.required(sheet, row, 0) else {
                continue;
            };
            let Some(code) = self.code(sheet, row, 1) else {
                continue;
            };
            let name = name.to_uppercase();
            let kind = match row.text(type_column).to_uppercase().as_str() {
                _ if type_column == usize::MAX => None,
                "OP" => Some(Kind::Procedure),
                "DI" => Some(Kind::Diagnosis),
                "EX" => None,
                text => {
                    let problem = if text.is_empty() {
                        WorkbookProblem::Blank
                    } else {
                        WorkbookProblem::UnknownType {
                            text: text.to_owned(),
                        }
                    };
                    self.findings
                        .add(sheet.name, row.number, sheet.heading(type_column), problem);
                    continue;
                }
            };
            let Some(kind) = kind else {
                repeated += usize::from(!exclusions.entry(name).or_default().insert(code));
                continue;
            };
            if *self.kinds.entry(name.clone()).or_insert(kind) != kind && mixed.insert(name.clone())
            {
                let problem = WorkbookProblem::MixedSet { set: name };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(type_column), problem);
                continue;
            }
            repeated += usize::from(!sets.entry(name).or_default().insert(code));
        }
        if repeated > 0 {
            let problem = WorkbookProblem::RepeatedMembers { rows: repeated };
            self.findings.add(sheet.name, 0, "", problem);
        }
        for (name, codes) in sets {
            let members = codes
                .into_iter()
                .map(|code| (code, CompactString::default()))
                .collect();
            self.definition.sets.insert(name, CodeSet { members });
        }
        for (name, codes) in exclusions {
            let members = self.definition.exclusions.entry(name.into()).or_default();
            members.extend(codes);
            members.sort();
            members.dedup();
        }
    }

    fn complications(&mut self, sheet: &Sheet) {
        let mut levels: FxHashMap<Code, Level> = FxHashMap::default();
        let mut unknown = BTreeSet::new();
        for row in &sheet.rows {
            let Some(code) = self.code(sheet, row, 0) else {
                continue;
            };
            let level = match row.text(3).to_uppercase().as_str() {
                "MCC" => Level::Mcc,
                "CC" => Level::Cc,
                text => {
                    let problem = WorkbookProblem::UnknownType {
                        text: text.to_owned(),
                    };
                    self.findings
                        .add(sheet.name, row.number, sheet.heading(3), problem);
                    continue;
                }
            };
            if let Some(known) = levels.insert(code.clone(), level) {
                let code = code.to_string();
                let problem = match known == level {
                    true => WorkbookProblem::Repeated { code },
                    false => WorkbookProblem::TwoLevels { code },
                };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(0), problem);
                continue;
            }
            let Some(table) = self.required(sheet, row, 2) else {
                continue;
            };
            let table = (table != NO_TABLE).then(|| CompactString::from(table.to_uppercase()));
            if let Some(table) = &table
                && !self.definition.exclusions.contains_key(table)
                && unknown.insert(table.clone())
            {
                let problem = WorkbookProblem::UnknownTable {
                    table: table.to_string(),
                };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(2), problem);
            }
            self.definition
                .complications
                .push(Complication { code, level, table });
        }
        self.definition
            .complications
            .sort_by(|left, right| left.code.cmp(&right.code));
    }

    /// The sort number of a row; rows without one keep their place by the number before them.
    fn order(&mut self, sheet: &Sheet, row: &Row, column: usize, before: f64) -> f64 {
        let text = row.text(column);
        text.parse()
            .ok()
            .filter(|order: &f64| order.is_finite())
            .unwrap_or_else(|| {
                let problem = WorkbookProblem::BadOrder { text };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(column), problem);
                before
            })
    }

    fn rule(&mut self, sheet: &Sheet, row: &Row, column: usize, code: &str) -> Rule {
        match parse_workbook_rule(&row.rule(column)) {
            Ok(rule) => {
                self.check_sets(sheet, row, column, code, &rule);
                rule
            }
            Err(error) => {
                let problem = WorkbookProblem::BadRule {
                    code: code.to_owned(),
                    error,
                };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(column), problem);
                Rule::Constant(false)
            }
        }
    }

    fn check_sets(&mut self, sheet: &Sheet, row: &Row, column: usize, code: &str, rule: &Rule) {
        let mut named = Vec::new();
        sets_of(rule, &mut named);
        for (field, set) in named {
            let wanted = if is_diagnosis(field) {
                Kind::Diagnosis
            } else {
                Kind::Procedure
            };
            let (code, set) = (code.to_owned(), set.to_owned());
            let problem = match self.kinds.get(&set) {
                Some(kind) if *kind == wanted => continue,
                Some(_) => WorkbookProblem::WrongType { code, set },
                None => WorkbookProblem::UnknownSet { code, set },
            };
            self.findings
                .add(sheet.name, row.number, sheet.heading(column), problem);
        }
    }

    fn name(&mut self, code: &str, name: String) {
        if !name.is_empty() {
            self.definition.names.insert(code.to_owned(), name);
        }
    }

    fn categories(&mut self, sheet: &Sheet) {
        let mut seen = FxHashSet::default();
        let mut sorted: Vec<Sorted<Category>> = Vec::new();
        let mut before = 0.0;
        for row in &sheet.rows {
            let Some(code) = self.required(sheet, row, 0).map(|code| code.to_uppercase()) else {
                continue;
            };
            if !seen.insert(code.clone()) {
                let problem = WorkbookProblem::Repeated { code };
                self.findings
                    .add(sheet.name, row.number, sheet.heading(0), problem);
                continue;
            }
            self.name(&code, row.text(1));
            // 0000 stands for "in no category".
            if code == "0000" {
                continue;
            }
            before = self.order(sheet, row, 3, before);
            let rule = self.rule(sheet, row, 2, &code);
            sorted.push(Sorted {
                order: before,
                item: Category {
                    code,
                    rule,
                    entries: Vec::new(),
                },
            });
        }
        self.definition.categories = in_order(sorted);
    }

    /// Whether a row's code is new and what it is below is known; tells what is not so.
    fn fits(
        &mut self,
        sheet: &Sheet,
        row: &Row,
        (code, parent): (&str, &str),
        parent_is_known: bool,
        seen: &mut FxHashSet<String>,
    ) -> bool {
        let code = code.to_owned();
        let problem = if !parent_is_known {
            let parent = parent.to_owned();
            WorkbookProblem::UnknownParent { code, parent }
        } else if seen.insert(code.clone()) {
            return true;
        } else {
            WorkbookProblem::Repeated { code }
        };
        self.findings
            .add(sheet.name, row.number, sheet.heading(0), problem);
        false
    }

    /// Returns the groups that take all that is left of their categories (`B00`).
    fn groups(&mut self, sheet: &Sheet) -> BTreeSet<String> {
        let mut closing = BTreeSet::new();
        let mut seen = FxHashSet::default();
        let mut groups: BTreeMap<String, Vec<Sorted<Entry>>> = BTreeMap::new();
        let mut before = 0.0;
        for row in &sheet.rows {
            let Some(code) = self.required(sheet, row, 0).map(|code| code.to_uppercase()) else {
                continue;
            };
            if code == "000" {
                continue;
            }
            let parent = row.text(3).to_uppercase();
            let known = self
                .definition
                .categories
                .iter()
                .any(|category| category.code == parent);
            if !self.fits(sheet, row, (&code, &parent), known, &mut seen) {
                continue;
            }
            self.name(&code, row.text(1));
            before = self.order(sheet, row, 4, before);
            let rule = self.rule(sheet, row, 2, &code);
            if rule == Rule::Constant(true) && code.ends_with("00") {
                closing.insert(code.clone());
            }
            let item = Entry {
                id: code.clone(),
                adrg: code,
                rule,
                drgs: Vec::new(),
                fallback: None,
            };
            groups.entry(parent).or_default().push(Sorted {
                order: before,
                item,
            });
        }
        for category in &mut self.definition.categories {
            let mut entries = in_order(groups.remove(&category.code).unwrap_or_default());
            // A sort number may put the closing group before others (O00 in the first edition).
            if let Some(at) = entries
                .iter()
                .position(|entry| closing.contains(&entry.adrg))
                && at + 1 < entries.len()
            {
                let entry = entries.remove(at);
                let problem = WorkbookProblem::Moved {
                    adrg: entry.adrg.clone(),
                };
                self.findings.add(sheet.name, 0, "", problem);
                entries.push(entry);
            }
            category.entries = entries;
        }
        closing
    }

    fn drgs(&mut self, sheet: &Sheet) {
        let mut seen = FxHashSet::default();
        let mut drgs: FxHashMap<String, Vec<Sorted<DrgRule>>> = FxHashMap::default();
        let adrgs: FxHashSet<String> = self.entries().map(|entry| entry.adrg.clone()).collect();
        let mut before = 0.0;
        for row in &sheet.rows {
            let Some(code) = self.required(sheet, row, 0).map(|code| code.to_uppercase()) else {
                continue;
            };
            if code == "0000" {
                continue;
            }
            let parent = row.text(3).to_uppercase();
            let known = adrgs.contains(&parent);
            if !self.fits(sheet, row, (&code, &parent), known, &mut seen) {
                continue;
            }
            self.name(&code, row.text(1));
            before = self.order(sheet, row, 5, before);
            let rule = self.rule(sheet, row, 2, &code);
            let item = DrgRule { drg: code, rule };
            drgs.entry(parent).or_default().push(Sorted {
                order: before,
                item,
            });
        }
        for entry in self
            .definition
            .categories
            .iter_mut()
            .flat_map(|category| &mut category.entries)
        {
            entry.drgs = in_order(drgs.remove(&entry.adrg).unwrap_or_default());
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.definition
            .categories
            .iter()
            .flat_map(|category| &category.entries)
    }

    fn check_groups(&mut self, sheet: &Sheet, closing: &BTreeSet<String>) {
        let mut problems = Vec::new();
        for entry in self.entries() {
            let adrg = entry.adrg.clone();
            match entry.drgs.last().map(|drg| &drg.rule) {
                None => problems.push(WorkbookProblem::NoDrg { adrg }),
                Some(Rule::Constant(true)) => {}
                Some(_) => problems.push(WorkbookProblem::OpenGroup { adrg }),
            }
        }
        for category in &self.definition.categories {
            let closed = category.entries.last().is_some_and(|entry| {
                entry.rule == Rule::Constant(true) || closing.contains(&entry.adrg)
            });
            // A category without a condition is left again; it needs no closing group.
            if !closed && category.rule != Rule::Constant(true) {
                problems.push(WorkbookProblem::OpenCategory {
                    mdc: category.code.clone(),
                });
            }
        }
        for problem in problems {
            self.findings.add(sheet.name, 0, "", problem);
        }
    }

    /// The totals of the published workbook; other editions differ, so these are warnings.
    fn totals(&mut self, sheets: &Sheets) {
        let level = |wanted| {
            self.definition
                .complications
                .iter()
                .filter(|code| code.level == wanted)
                .count()
        };
        let robot = self
            .definition
            .sets
            .get("OP_ARB")
            .map_or(0, |set| set.members.len());
        let totals = [
            ("MDC", "MDC 行数", 27, sheets.mdc.rows.len()),
            ("ADRG", "ADRG 行数", 538, sheets.adrg.rows.len()),
            ("DRG", "DRG 行数", 871, sheets.drg.rows.len()),
            ("CC", "MCC 个数", 1581, level(Level::Mcc)),
            ("CC", "CC 个数", 6337, level(Level::Cc)),
            ("排除表", "排除表行数", 21036, sheets.exclusions.rows.len()),
            (
                "排除表",
                "排除表个数",
                148,
                self.definition.exclusions.len(),
            ),
            ("集合", "机器人辅助操作（OP_ARB）编码个数", 5, robot),
        ];
        for (sheet, what, expected, found) in totals {
            if expected != found {
                let problem = WorkbookProblem::Total {
                    what,
                    expected,
                    found,
                };
                self.findings.add(sheet, 0, "", problem);
            }
        }
    }
}

/// Rows by their sort number; equal numbers keep the order of the rows.
fn in_order<T>(mut rows: Vec<Sorted<T>>) -> Vec<T> {
    rows.sort_by(|left, right| left.order.total_cmp(&right.order));
    rows.into_iter().map(|row| row.item).collect()
}

fn sets_of<'a>(rule: &'a Rule, named: &mut Vec<(Field, &'a str)>) {
    match rule {
        Rule::And(rules) | Rule::Or(rules) => rules.iter().for_each(|rule| sets_of(rule, named)),
        Rule::Not(rule) => sets_of(rule, named),
        Rule::In(field, set) | Rule::InClass(field, set, _) | Rule::Classes(field, set, _) => {
            named.push((*field, set));
        }
        Rule::Count(field, set, ..) => named.push((*field, set)),
        _ => {}
    }
}

fn is_diagnosis(field: Field) -> bool {
    matches!(
        field,
        Field::PrincipalDiagnosis | Field::AnyDiagnosis | Field::SecondaryDiagnosis
    )
}
