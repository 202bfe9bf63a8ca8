//! Check a file of front pages without a workspace.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use biaochi_checks::{Counted, Score, score};
use biaochi_domain::{Language, Localized, io_reason};
use biaochi_ingest::{Block, FileError, Header, Input, ReadOptions, Row, RowParser};
use biaochi_records::FrontPage;
use biaochi_warehouse::checks::{CompiledChecks, Found};
use biaochi_warehouse::tables::{DischargeEncoder, Price, Source};
use biaochi_warehouse::{WarehouseError, WorkspaceKey};
use rust_decimal::Decimal;

use super::BatchChecker;
use crate::LoadedScheme;
use crate::grouping::Grouper;
use crate::import::ImportWeights;
use crate::ordered::in_order;

/// How a file is checked.
#[derive(Debug, Clone, Copy)]
pub struct CheckOptions<'a> {
    /// The checks.
    pub checks: &'a CompiledChecks,
    /// The scheme whose groups the checks may look at, and in which mending is priced.
    pub scheme: &'a LoadedScheme,
    /// Weights of its groups.
    pub weights: Option<ImportWeights<'a>>,
    /// Codes are in the clinical edition.
    pub translate: bool,
    /// Language of the reasons of unreadable rows.
    pub language: Language,
}

/// A record that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedRecord {
    /// Line on which it begins.
    pub line: u64,
    /// 病案号; empty when missing.
    pub medical_record_number: String,
    /// Times in hospital.
    pub admission_count: Option<i32>,
    /// Time of discharge, readable.
    pub discharge_time: String,
    /// Department of discharge; empty when missing.
    pub department: String,
    /// Attending physician; empty when missing.
    pub attending_physician: String,
    /// Coder; empty when missing.
    pub coder: String,
    /// Points; `None` for a row that is no record.
    pub score: Option<Decimal>,
    /// Grade; empty when there is none.
    pub grade: String,
    /// What was found, worst first.
    pub findings: Vec<RecordFinding>,
    /// Why the row is no record; empty for a record.
    pub reject: String,
}

/// A finding as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordFinding {
    /// Place of the check in the set.
    pub check: usize,
    /// Places at fault.
    pub places: u32,
    /// What the coder reads.
    pub message: String,
    /// What mending would change about the group.
    pub price: Option<Price>,
}

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckSummary {
    /// Records checked.
    pub records: u64,
    /// Rows that are no records.
    pub rejects: u64,
    /// Records with a finding of the enforced stage.
    pub blocked: u64,
    /// Records without any finding.
    pub clean: u64,
    /// Findings by check, as many as the set has.
    pub by_check: Vec<u64>,
    /// Records by grade, in the order of the set.
    pub by_grade: Vec<u64>,
    /// Sum of all scores.
    pub score_sum: Decimal,
    /// Findings whose mending would change the group.
    pub change_group: u64,
}

/// Why checking a file stopped.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the fields say what they hold")]
pub enum CheckError {
    #[error("cannot open {path}")]
    Open { path: PathBuf, source: io::Error },
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Run(#[from] WarehouseError),
    #[error("cannot write the findings")]
    Write(#[source] io::Error),
}

impl Localized for CheckError {
    fn text(&self, language: Language) -> String {
        match (self, language) {
            (Self::Open { path, source }, Language::Zh) => format!(
                "打不开“{}”：{}。请检查路径和权限",
                path.display(),
                io_reason(source, language)
            ),
            (Self::Open { path, source }, Language::En) => {
                format!(
                    "cannot open {}: {}",
                    path.display(),
                    io_reason(source, language)
                )
            }
            (Self::File(error), _) => error.text(language),
            (Self::Run(error), _) => error.text(language),
            (Self::Write(source), Language::Zh) => format!(
                "写结果失败：{}。请检查磁盘空间和权限",
                io_reason(source, language)
            ),
            (Self::Write(source), Language::En) => {
                format!("cannot write the findings: {}", io_reason(source, language))
            }
        }
    }
}

/// Checks a file; `take` gets every record in the order of the file.
pub fn check_file(
    path: &Path,
    options: &CheckOptions<'_>,
    take: &mut (dyn FnMut(&CheckedRecord) -> io::Result<()> + Send),
    progress: &(dyn Fn(u64) + Sync),
) -> Result<CheckSummary, CheckError> {
    let file = File::open(path).map_err(|source| CheckError::Open {
        path: path.to_owned(),
        source,
    })?;
    let input = Input::open(&path.display().to_string(), file, &read_options())?;
    check(input, options, take, progress)
}

/// Checks what a stream gives, such as standard input.
pub fn check_stream(
    stream: impl Read + Send + 'static,
    options: &CheckOptions<'_>,
    take: &mut (dyn FnMut(&CheckedRecord) -> io::Result<()> + Send),
    progress: &(dyn Fn(u64) + Sync),
) -> Result<CheckSummary, CheckError> {
    let input = Input::open_stream("-", stream, &read_options())?;
    check(input, options, take, progress)
}

/// Records without a complete key are checked all the same: nothing is stored here.
fn read_options() -> ReadOptions {
    ReadOptions {
        require_key: false,
        ..ReadOptions::default()
    }
}

fn check(
    mut input: Input,
    options: &CheckOptions<'_>,
    take: &mut (dyn FnMut(&CheckedRecord) -> io::Result<()> + Send),
    progress: &(dyn Fn(u64) + Sync),
) -> Result<CheckSummary, CheckError> {
    let set = options.checks.set();
    let mut summary = CheckSummary {
        by_check: vec![0; set.checks.len()],
        by_grade: vec![0; set.grades.len()],
        ..CheckSummary::default()
    };
    while let Some(mut table) = input.next_table()? {
        let header = Arc::clone(table.header());
        in_order(
            || table.next_block().map_err(CheckError::File),
            || {
                let mut worker = PageChecker::new(options, header.layout.id());
                let mut parser = RowParser::new(&header);
                let header = &header;
                move |block: Block| worker.block(&block, &mut parser, header)
            },
            |worked: Result<(u64, Vec<CheckedRecord>), CheckError>| {
                let (bytes, records) = worked?;
                progress(bytes);
                for record in &records {
                    summary.add(record, options.checks);
                    take(record).map_err(CheckError::Write)?;
                }
                Ok(())
            },
        )?;
    }
    Ok(summary)
}

impl CheckSummary {
    fn add(&mut self, record: &CheckedRecord, checks: &CompiledChecks) {
        let set = checks.set();
        let Some(score) = record.score else {
            self.rejects += 1;
            return;
        };
        self.records += 1;
        self.score_sum += score;
        if let Some(grade) = set.grades.iter().position(|grade| grade.id == record.grade) {
            self.by_grade[grade] += 1;
        }
        if record.findings.is_empty() {
            self.clean += 1;
        }
        let stops = |finding: &RecordFinding| {
            let check = &set.checks[finding.check];
            check.stage == biaochi_checks::Stage::Enforced
                && check.severity == biaochi_checks::Severity::Error
        };
        if record.findings.iter().any(stops) {
            self.blocked += 1;
        }
        for finding in &record.findings {
            self.by_check[finding.check] += 1;
            self.change_group += u64::from(finding.price.is_some());
        }
    }
}

/// One thread's way from pages to findings, with nothing stored.
pub(super) struct PageChecker<'a> {
    options: &'a CheckOptions<'a>,
    layout: &'static str,
    discharge: DischargeEncoder,
    grouper: Grouper<'a>,
    checker: BatchChecker<'a>,
    records: Vec<CheckedRecord>,
}

impl<'a> PageChecker<'a> {
    pub(super) fn new(options: &'a CheckOptions<'a>, layout: &'static str) -> Self {
        Self {
            options,
            layout,
            // Nothing is sealed, so that any key will do.
            discharge: DischargeEncoder::new(WorkspaceKey::from_secret(&[0; 32])),
            grouper: Grouper::new(options.scheme, options.translate, options.weights),
            checker: BatchChecker::new(options.checks, &options.scheme.scheme, options.translate),
            records: Vec::new(),
        }
    }

    fn block(
        &mut self,
        block: &Block,
        parser: &mut RowParser,
        header: &Header,
    ) -> Result<(u64, Vec<CheckedRecord>), CheckError> {
        debug_assert_eq!(self.layout, header.layout.id());
        let language = self.options.language;
        let mut rejects = Vec::new();
        parser.parse(block, |row| match row {
            Row::Record { page, line, .. } => self.push(page, line),
            Row::Reject { line, problems, .. } => {
                let reasons: Vec<String> = problems
                    .iter()
                    .map(|problem| problem.text(language))
                    .collect();
                rejects.push(reject(line, reasons.join("；")));
            }
        });
        let mut records = self.finish()?;
        if !rejects.is_empty() {
            records.extend(rejects);
            records.sort_by_key(|record| record.line);
        }
        Ok((block.bytes.len() as u64, records))
    }

    pub(super) fn push(&mut self, page: &FrontPage, line: u64) {
        self.discharge.push_unstored(page, line);
        self.grouper.push(page);
        self.checker.push(page);
        let time = page
            .discharge_time
            .map(|time| time.strftime("%Y-%m-%d %H:%M").to_string());
        self.records.push(CheckedRecord {
            line,
            medical_record_number: page.medical_record_number.to_string(),
            admission_count: page.admission_count,
            discharge_time: time.unwrap_or_default(),
            department: page.discharge_department.to_string(),
            attending_physician: page.attending_physician.to_string(),
            coder: page.coder.to_string(),
            score: None,
            grade: String::new(),
            findings: Vec::new(),
            reject: String::new(),
        });
    }

    pub(super) fn finish(&mut self) -> Result<Vec<CheckedRecord>, CheckError> {
        let source = Source {
            import_id: "",
            file: "",
            layout: self.layout,
        };
        let discharge = self.discharge.finish(source).batch;
        let groups = self.grouper.encoder.finish(&discharge);
        let batch = self
            .checker
            .finish(&discharge, &groups, &mut self.grouper)?;
        let mut records = std::mem::take(&mut self.records);
        let set = self.options.checks.set();
        for (found, price) in batch.found.into_iter().zip(batch.prices) {
            if found.places > 0 {
                let finding = finding(&found, price, self.options.checks);
                records[found.row].findings.push(finding);
            }
        }
        for record in &mut records {
            let counted = record.findings.iter().map(|finding| Counted {
                check: &set.checks[finding.check],
                places: finding.places,
            });
            let Score { score, grade, .. } = score(set, &counted.collect::<Vec<_>>());
            record.score = Some(score);
            record.grade = grade.to_owned();
            record.findings.sort_by_key(|finding| {
                let check = &set.checks[finding.check];
                (
                    std::cmp::Reverse(check.stage),
                    check.severity,
                    finding.check,
                )
            });
        }
        Ok(records)
    }
}

fn finding(found: &Found, price: Option<Price>, checks: &CompiledChecks) -> RecordFinding {
    RecordFinding {
        check: found.check,
        places: found.places,
        message: found.message(&checks.set().checks[found.check]),
        price,
    }
}

fn reject(line: u64, reason: String) -> CheckedRecord {
    CheckedRecord {
        line,
        medical_record_number: String::new(),
        admission_count: None,
        discharge_time: String::new(),
        department: String::new(),
        attending_physician: String::new(),
        coder: String::new(),
        score: None,
        grade: String::new(),
        findings: Vec::new(),
        reject: reason,
    }
}
