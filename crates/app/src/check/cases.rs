//! The cases of a pack: small records beside each check, and what it should find in them.

use std::ops::Range;

use biaochi_domain::{Language, Localized as _};
use biaochi_packs::checks::{Case, LoadedChecks};
use biaochi_packs::{Noun, PackProblem, Problem};
use biaochi_records::{DataType, Field, FrontPage, Group, LAYOUTS};
use biaochi_warehouse::WorkspaceKey;
use biaochi_warehouse::checks::{CompiledChecks, Prepared, RecordEncoder, joined};
use biaochi_warehouse::query::RecordBatch;
use biaochi_warehouse::tables::{DischargeEncoder, GroupingEncoder, GroupingRow, Source};
use rust_decimal::Decimal;

use super::CompiledPack;
use super::across_cases::run_across;
use super::record::read;

/// What running the cases of a pack came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CasesReport {
    /// Cases that were run.
    pub cases: usize,
    /// Checks that have cases.
    pub checks: usize,
    /// Cases that cannot be read or do not come out as they should.
    pub problems: Vec<PackProblem>,
}

/// Runs all cases, each check over its own.
pub fn run_cases(loaded: &LoadedChecks, compiled: &CompiledPack) -> CasesReport {
    let mut report = CasesReport::default();
    let set = compiled.checks.set();
    let mut records = Vec::new();
    let mut runs = Vec::new();
    for (id, cases) in &loaded.cases {
        // An overlay may have split a check by days of discharge, or switched it off.
        let parts: Vec<usize> = (0..set.checks.len())
            .filter(|index| set.checks[*index].id == *id)
            .collect();
        let is_across = set.across.iter().any(|check| check.id == *id);
        // Examples have no day of discharge: they say nothing about what holds until a day only.
        let is_over = |part: &usize| set.checks[*part].until.is_some();
        let is_off = !is_across && parts.iter().all(is_over);
        if is_off || cases.is_empty() {
            continue;
        }
        report.checks += 1;
        report.cases += cases.len();
        let run = match is_across {
            true => Run::Told(run_across(id, cases, &compiled.across)),
            false => match cases
                .iter()
                .map(CaseRecord::read)
                .collect::<Result<Vec<_>, _>>()
            {
                Ok(read) => {
                    let first = records.len();
                    records.extend(read);
                    Run::Rows(parts, first..records.len())
                }
                Err(unreadable) => Run::Told(Err(unreadable)),
            },
        };
        runs.push((id, cases, run));
    }
    let prepared = compiled.checks.prepare(CaseRecord::encode_joined(&records));
    for (id, cases, run) in runs {
        let problem = |problem| loaded.problem(id, "cases", problem);
        let told = match run {
            Run::Told(told) => told,
            Run::Rows(parts, rows) => places(&compiled.checks, &parts, &prepared, rows)
                .map(|places| wrong_cases(id, cases, &places)),
        };
        match told {
            Ok(wrong) => report.problems.extend(wrong.into_iter().map(problem)),
            Err(unreadable) => report.problems.push(problem(unreadable)),
        }
    }
    report
}

/// How the cases of a check come out.
enum Run {
    /// What is wrong is known already.
    Told(Result<Vec<Problem>, Problem>),
    /// They are rows of the records, for these parts of the check.
    Rows(Vec<usize>, Range<usize>),
}

/// The places that a check finds at fault in each of its rows.
fn places(
    compiled: &CompiledChecks,
    parts: &[usize],
    prepared: &Prepared,
    rows: Range<usize>,
) -> Result<Vec<u32>, Problem> {
    let mut places = vec![0; rows.len()];
    for part in parts {
        let found = compiled.run_one(*part, prepared, rows.clone());
        let found = found.map_err(|error| Problem::BadSql {
            reason: error.text(Language::Zh),
        })?;
        for found in found {
            places[found.row] += found.places;
        }
    }
    Ok(places)
}

/// The cases that should give other places than they do.
pub(super) fn wrong_cases(id: &str, cases: &[Case], places: &[u32]) -> Vec<Problem> {
    let wrong = cases
        .iter()
        .zip(places)
        .filter(|(case, places)| !case.expected.is_met_by(**places));
    let told = wrong.map(|(case, places)| Problem::WrongCase {
        check: id.to_owned(),
        row: case.row,
        expected: case.expected.word(),
        found: if *places == 0 {
            "通过".to_owned()
        } else {
            format!("违反（{places} 处）")
        },
    });
    told.collect()
}

/// The record of a case: a page, and what is not part of one.
pub(crate) struct CaseRecord {
    page: FrontPage,
    person_key: Option<String>,
    layout: &'static str,
    status: String,
    mdc: String,
    adrg: String,
    drg: String,
    weight: Option<Decimal>,
    received_at: i64,
}

impl CaseRecord {
    fn read(case: &Case) -> Result<Self, Problem> {
        Self::of(&case.values, case.row)
    }

    /// The record of a row of a table of cases.
    pub(crate) fn of(values: &[(String, String)], row: usize) -> Result<Self, Problem> {
        let mut record = Self {
            page: FrontPage::default(),
            person_key: None,
            layout: "hqms811",
            status: String::new(),
            mdc: String::new(),
            adrg: String::new(),
            drg: String::new(),
            weight: None,
            received_at: 0,
        };
        for (column, value) in values {
            record.set(column, value, row)?;
        }
        Ok(record)
    }

    fn set(&mut self, column: &str, value: &str, row: usize) -> Result<(), Problem> {
        let unknown = |name: &str| Problem::NotThere {
            what: Noun::Field,
            name: name.to_owned(),
        };
        let fields = |value: &str| -> Result<Vec<Field>, Problem> {
            value
                .split(';')
                .map(|id| Field::from_id(id.trim()).ok_or_else(|| unknown(id)))
                .collect()
        };
        match column {
            "layout" => {
                let layout = LAYOUTS.into_iter().find(|layout| layout.id() == value);
                self.layout = layout.ok_or_else(|| unknown(value))?.id();
            }
            "person_key" => self.person_key = Some(value.to_owned()),
            "grouping_status" => self.status = value.to_owned(),
            "mdc" => self.mdc = value.to_owned(),
            "adrg" => self.adrg = value.to_owned(),
            "drg" => self.drg = value.to_owned(),
            "weight" => {
                let weight = value.parse().map_err(|_| bad_case(row, column))?;
                self.weight = Some(weight);
            }
            "marked" => self.page.marked = fields(value)?,
            "unreadable" => self.page.unreadable = fields(value)?,
            "pathology_number" => self.set("pathologies.number", value, row)?,
            "received_at" => {
                let time: Result<jiff::civil::DateTime, _> = value.replace(' ', "T").parse();
                let time = time.map_err(|_| bad_case(row, column))?;
                self.received_at = biaochi_records::micros_since_epoch(time);
            }
            _ => self.set_field(column, value, row)?,
        }
        Ok(())
    }

    fn set_field(&mut self, column: &str, value: &str, row: usize) -> Result<(), Problem> {
        let info = Field::from_id(column)
            .map(Field::info)
            .ok_or_else(|| Problem::NotThere {
                what: Noun::Field,
                name: column.to_owned(),
            })?;
        let is_list = info.group != Group::Record && info.group.is_repeated();
        let elements: Vec<&str> = if is_list {
            value.split(';').collect()
        } else {
            vec![value]
        };
        for (index, element) in elements.into_iter().enumerate() {
            let element = element.trim();
            if element.is_empty() {
                // The element is there without this value.
                let last = self.page.count(info.group);
                if is_list && index >= last {
                    let _ = self.page.value_mut(info.field, index);
                }
                continue;
            }
            // Lists that are a field of the record itself are parted as all others are.
            let codes = element.replace(';', "|");
            let text = match info.data_type {
                DataType::Codes => &codes,
                _ => element,
            };
            let value = read(info, text).map_err(|_| bad_case(row, column))?;
            let set = self.page.set(info.field, index, value);
            set.map_err(|_| bad_case(row, column))?;
        }
        Ok(())
    }

    /// Records as rows of `discharge` and `grouping`, in step.
    pub(crate) fn encode_all(records: &[Self]) -> (RecordBatch, RecordBatch) {
        let mut discharge = DischargeEncoder::new(WorkspaceKey::from_secret(&[0; 32]));
        let mut grouping = GroupingEncoder::new("", "", None);
        for record in records {
            discharge.push_of_person(&record.page, 1, record.person_key.as_deref());
            grouping.push(&record.page, &record.group());
        }
        let source = Source {
            import_id: "",
            file: "",
            layout: records.first().map_or("hqms811", |record| record.layout),
        };
        let discharge = discharge.finish(source).batch;
        let grouping = grouping.finish(&discharge);
        (discharge, grouping)
    }

    fn group(&self) -> GroupingRow<'_> {
        GroupingRow {
            status: &self.status,
            mdc: &self.mdc,
            adrg: &self.adrg,
            drg: &self.drg,
            weight: self.weight,
            complications: &[],
        }
    }

    /// Records as checks look at them, in their order.
    fn encode_joined(records: &[Self]) -> RecordBatch {
        let mut encoder = RecordEncoder::default();
        // A batch has one layout and one time of receipt.
        let alike = records
            .chunk_by(|one, next| one.layout == next.layout && one.received_at == next.received_at);
        let batches: Vec<RecordBatch> = alike
            .map(|records| {
                for record in records {
                    encoder.push(&record.page);
                }
                let (discharge, grouping) = Self::encode_all(records);
                encoder.finish(&discharge, &grouping, records[0].received_at)
            })
            .collect();
        joined(&batches)
    }
}

pub(super) fn bad_case(row: usize, column: &str) -> Problem {
    Problem::BadCases {
        expected: format!("第 {row} 行“{column}”的值不合字段的类型"),
    }
}
