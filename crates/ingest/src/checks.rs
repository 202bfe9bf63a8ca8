//! What concerns a whole record: values joined from several columns, gaps, keys, plausibility.

use biaochi_records::{CompactString, Field, FrontPage, Layout};

use crate::header::Header;
use crate::plan::Action;
use crate::problem::carried;
use crate::{Problem, ProblemKind, Severity};

/// What a row's columns left to be joined at its end.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Receiving primary care institution.
    pub(crate) community: CompactString,
    admission: Hour,
    discharge: Hour,
}

/// A time whose hour stands in a column of its own.
#[derive(Debug, Default)]
struct Hour {
    /// Column and hour.
    hour: Option<(usize, i8)>,
    /// Whether the time column gave a day only.
    date_only: bool,
}

impl Gathered {
    /// Remembers the hour column of a time.
    pub(crate) fn hour(&mut self, field: Field, column: usize, hour: i8) {
        if let Some(place) = self.place(field) {
            place.hour = Some((column, hour));
        }
    }

    /// Remembers that a time column gave no time of the day.
    pub(crate) fn date_only(&mut self, field: Field) {
        if let Some(place) = self.place(field) {
            place.date_only = true;
        }
    }

    fn place(&mut self, field: Field) -> Option<&mut Hour> {
        match field {
            Field::AdmissionTime => Some(&mut self.admission),
            Field::DischargeTime => Some(&mut self.discharge),
            _ => None,
        }
    }

    /// Joins what was gathered, closes gaps and checks the record.
    pub(crate) fn finish(
        &mut self,
        header: &Header,
        page: &mut FrontPage,
        problems: &mut Vec<Problem>,
    ) {
        join_hour(
            &self.admission,
            header,
            Field::AdmissionTime,
            &mut page.admission_time,
            problems,
        );
        join_hour(
            &self.discharge,
            header,
            Field::DischargeTime,
            &mut page.discharge_time,
            problems,
        );
        self.join_institution(page);
        if page.organisation_code.is_empty() && header.layout != Layout::Cases {
            page.organisation_code
                .clone_from(&header.options.organisation_code);
        }
        close_gaps(header, page, problems);
        if header.layout == Layout::Cases {
            return;
        }
        if header.options.require_key {
            check_key(header, page, problems);
        }
        check_times(header, page, problems);
        check_newborn(header, page, problems);
    }

    fn join_institution(&mut self, page: &mut FrontPage) {
        if self.community.is_empty() {
            return;
        }
        // Both columns filled in: the way of leaving says which one counts.
        if page.receiving_institution.is_empty() || page.discharge_disposition == "3" {
            std::mem::swap(&mut page.receiving_institution, &mut self.community);
        }
    }
}

fn join_hour(
    gathered: &Hour,
    header: &Header,
    field: Field,
    time: &mut Option<jiff::civil::DateTime>,
    problems: &mut Vec<Problem>,
) {
    let (Some((column, hour)), Some(given)) = (gathered.hour, *time) else {
        return;
    };
    if gathered.date_only {
        *time = given.with().hour(hour).build().ok();
    } else if given.hour() != hour {
        problems.push(Problem {
            field: Some(field),
            index: 0,
            column: header.headings[column].clone(),
            value: CompactString::from(hour.to_string()),
            kind: ProblemKind::Hour,
            severity: Severity::Kept,
        });
    }
}

/// Takes empty elements out of repeating groups, and tells when the first procedure is one.
fn close_gaps(header: &Header, page: &mut FrontPage, problems: &mut Vec<Problem>) {
    if header.layout != Layout::Cases
        && page
            .procedures
            .first()
            .is_some_and(|procedure| procedure.is_empty())
    {
        problems.push(Problem {
            field: Some(Field::ProcedureCode),
            index: 0,
            column: heading(header, Field::ProcedureCode),
            value: CompactString::default(),
            kind: ProblemKind::NoPrincipalProcedure,
            severity: Severity::Kept,
        });
    }
    page.close_gaps();
}

/// A record needs its key and its principal diagnosis; a part that is missing or unreadable makes it
/// a reject.
fn check_key(header: &Header, page: &FrontPage, problems: &mut Vec<Problem>) {
    let parts = [
        (Field::OrganisationCode, page.organisation_code.is_empty()),
        (
            Field::MedicalRecordNumber,
            page.medical_record_number.is_empty(),
        ),
        (Field::AdmissionCount, page.admission_count.is_none()),
        (Field::DischargeTime, page.discharge_time.is_none()),
        (Field::DiagnosisCode, page.principal_diagnosis().is_empty()),
    ];
    for (field, is_missing) in parts {
        if !is_missing {
            continue;
        }
        let known = problems.iter_mut().find(|problem| {
            problem.field == Some(field) && problem.index == 0 && problem.kind != ProblemKind::Hour
        });
        match known {
            Some(problem) => problem.severity = Severity::Reject,
            None => problems.push(Problem {
                field: Some(field),
                index: 0,
                column: heading(header, field),
                value: CompactString::default(),
                kind: ProblemKind::Missing,
                severity: Severity::Reject,
            }),
        }
    }
}

fn check_times(header: &Header, page: &FrontPage, problems: &mut Vec<Problem>) {
    if let (Some(admission), Some(discharge)) = (page.admission_time, page.discharge_time) {
        // Where only days are known, midnight stands for the day.
        let midnight = |time: jiff::civil::DateTime| time.time() == jiff::civil::Time::midnight();
        let early = if midnight(admission) || midnight(discharge) {
            discharge.date() < admission.date()
        } else {
            discharge < admission
        };
        if early {
            problems.push(Problem {
                field: Some(Field::DischargeTime),
                index: 0,
                column: heading(header, Field::DischargeTime),
                value: carried(None, &discharge.to_string()),
                kind: ProblemKind::DischargeBeforeAdmission,
                severity: Severity::Reject,
            });
        }
    }
}

fn check_newborn(header: &Header, page: &FrontPage, problems: &mut Vec<Problem>) {
    if page.age_years.unwrap_or(0) > 0 || page.newborn_weight().is_some() {
        return;
    }
    if page.age_in_days().is_some_and(|days| days <= 28) {
        problems.push(Problem {
            field: Some(Field::NewbornAdmissionWeight),
            index: 0,
            column: heading(header, Field::NewbornAdmissionWeight),
            value: CompactString::default(),
            kind: ProblemKind::NewbornWithoutWeight,
            severity: Severity::Kept,
        });
    }
}

/// Heading of a field's first column in this file, its Chinese name when the file lacks it.
fn heading(header: &Header, field: Field) -> CompactString {
    header
        .plans
        .iter()
        .position(|plan| {
            plan.field == Some(field) && plan.index == 0 && plan.action != Action::Hour
        })
        .map_or_else(
            || field.info().name_zh.into(),
            |column| header.headings[column].clone(),
        )
}
