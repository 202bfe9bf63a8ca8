//! What data sets, forms and submissions look like to programs.

use std::collections::BTreeMap;

use biaochi_datasets::{Certainty, DataSet, Field, Kind, Severity, shown};
use biaochi_domain::{Language, Localized as _};
use biaochi_store::{ContentRow, Submission, SubmissionFinding, SubmissionKey};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) const ZH: Language = Language::Zh;

/// Whoever fills something in, or whose records something has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct NamedOrganisation {
    /// An institution's code, `division:…` or `alliance:…`.
    pub(crate) code: String,
    /// 名称。
    pub(crate) name: String,
}

/// A data set in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DataSetSummary {
    /// Its id, also its name in SQL.
    id: String,
    /// 名称。
    title: String,
    /// Why it is asked for.
    purpose: String,
    /// `month`, `quarter`, `half` or `year`.
    frequency: &'static str,
    /// 频率，如“月报”。
    frequency_text: String,
    /// How a period of it is written, such as `2024Q1`.
    example_period: &'static str,
    /// `institution`, `division` or `alliance`.
    filled_by: &'static str,
    /// 由谁填。
    filled_by_text: String,
    /// The office that fills it in.
    filler: String,
    /// The office that approves it.
    approver: String,
    /// Days after the end of the period by which it is due.
    due_day: u16,
    /// Words about the institutions that are asked; empty for all.
    applies_to: Vec<String>,
    /// How many fields it has.
    field_count: usize,
    /// How many rules it has.
    rule_count: usize,
    /// `confirmed`, `general` or `memory`.
    certainty: &'static str,
    /// 口径的把握。
    certainty_text: String,
}

impl DataSetSummary {
    pub(super) fn of(set: &DataSet) -> Self {
        Self {
            id: set.id.clone(),
            title: set.title.clone(),
            purpose: set.purpose.clone(),
            frequency: set.frequency.code(),
            frequency_text: set.frequency.text(ZH),
            example_period: set.frequency.example(),
            filled_by: set.filled_by.code(),
            filled_by_text: set.filled_by.text(ZH),
            filler: set.filler.clone(),
            approver: set.approver.clone(),
            due_day: set.due_day,
            applies_to: set.applies_to.clone(),
            field_count: set.fields.len(),
            rule_count: set.rules.len(),
            certainty: set.citation.certainty.code(),
            certainty_text: set.citation.certainty.text(ZH),
        }
    }
}

/// A data set as its form needs it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct DataSetDefinition {
    /// What it is.
    summary: DataSetSummary,
    /// Id of the pack that it comes from.
    pack: String,
    /// What the filler should know; may be empty.
    note: String,
    /// The values by which every field is asked; without it there is one row.
    breakdown: Option<FormBreakdown>,
    /// What is asked, in order.
    fields: Vec<FormField>,
    /// What the values have to fulfil together.
    rules: Vec<FormRule>,
}

/// A list of values by which all fields are asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormBreakdown {
    /// Its id.
    id: String,
    /// 名称。
    title: String,
    /// Its values, in order.
    choices: Vec<String>,
    /// Whether every value must have a row.
    complete: bool,
}

/// One thing that is asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormField {
    /// Its id.
    id: String,
    /// 名称。
    title: String,
    /// Heading over several fields; may be empty.
    section: String,
    /// `integer`, `decimal`, `boolean`, `choice`, `text` or `date`.
    kind: &'static str,
    /// Places behind the decimal point.
    places: u32,
    /// The words of a choice; empty for other kinds.
    choices: Vec<String>,
    /// Unit of a number; may be empty.
    unit: String,
    /// What counts and what does not.
    definition: String,
    /// Whether it must be filled in.
    required: bool,
    /// The smallest value.
    min: Option<String>,
    /// The largest value.
    max: Option<String>,
    /// A plausible value.
    example: Option<String>,
    /// The fields of which it is the sum.
    sum_of: Vec<String>,
    /// The field of which it is a part.
    part_of: Option<String>,
    /// 口径的把握，已核对原文的为空。
    certainty_text: String,
}

/// What values have to fulfil together.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormRule {
    /// Its id.
    id: String,
    /// `error` or `warning`.
    severity: &'static str,
    /// 错误或核实。
    severity_text: String,
    /// What to do about it.
    mend: String,
}

impl FormField {
    fn of(field: &Field) -> Self {
        let limit = |value: &Option<biaochi_datasets::Value>| {
            value.as_ref().map(|value| shown(field, value))
        };
        Self {
            id: field.id.clone(),
            title: field.title.clone(),
            section: field.section.clone(),
            kind: field.kind.code(),
            places: field.kind.places(),
            choices: match &field.kind {
                Kind::Choice(words) => words.clone(),
                Kind::Boolean => vec!["是".to_owned(), "否".to_owned()],
                _ => Vec::new(),
            },
            unit: field.unit.clone(),
            definition: field.definition.clone(),
            required: field.required,
            min: limit(&field.min),
            max: limit(&field.max),
            example: limit(&field.example),
            sum_of: field.sum_of.clone(),
            part_of: field.part_of.clone(),
            certainty_text: match field.citation.certainty {
                Certainty::Confirmed => String::new(),
                certainty => certainty.text(ZH),
            },
        }
    }
}

impl DataSetDefinition {
    pub(super) fn of(set: &DataSet, pack: &str) -> Self {
        Self {
            summary: DataSetSummary::of(set),
            pack: pack.to_owned(),
            note: set.note.clone(),
            breakdown: set.breakdown.as_ref().map(|breakdown| FormBreakdown {
                id: breakdown.id.clone(),
                title: breakdown.title.clone(),
                choices: breakdown.choices.clone(),
                complete: breakdown.complete,
            }),
            fields: set.fields.iter().map(FormField::of).collect(),
            rules: set
                .rules
                .iter()
                .map(|rule| FormRule {
                    id: rule.id.clone(),
                    severity: rule.severity.code(),
                    severity_text: rule.severity.text(ZH),
                    mend: rule.mend.clone(),
                })
                .collect(),
        }
    }
}

/// Something that is wrong with a form.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormFinding {
    /// `error` keeps from submitting, `warning` needs an explanation.
    severity: &'static str,
    /// 错误或核实。
    severity_text: String,
    /// Value of the breakdown; empty without one.
    breakdown: String,
    /// Id of the field; empty when the row or form is meant.
    field: String,
    /// Id of the rule; empty for what the definition says by itself.
    rule: String,
    /// Where it stands in the file, such as `财务月报!D8`; empty for what was typed.
    place: String,
    /// What is wrong and what to do.
    message: String,
}

impl FormFinding {
    pub(super) fn all(findings: &[SubmissionFinding]) -> Vec<Self> {
        findings.iter().map(Self::of).collect()
    }

    fn of(finding: &SubmissionFinding) -> Self {
        let severity = match finding.is_error() {
            true => Severity::Error,
            false => Severity::Warning,
        };
        Self {
            severity: severity.code(),
            severity_text: severity.text(ZH),
            breakdown: finding.breakdown.clone(),
            field: finding.field.clone(),
            rule: finding.rule.clone(),
            place: finding.place.clone(),
            message: finding.message.clone(),
        }
    }
}

/// A submission without its values.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SubmissionRow {
    /// Names it in addresses.
    id: String,
    /// Whose: an institution's code, `division:…` or `alliance:…`.
    organisation: String,
    /// 填报单位。
    organisation_name: String,
    /// Id of the data set.
    dataset: String,
    /// 数据集名称。
    title: String,
    /// For when, such as `2024-03`.
    period: String,
    /// 期间，如“2024年3月”。
    period_text: String,
    /// `draft`, `submitted`, `returned` or `approved`.
    state: &'static str,
    /// 状态。
    state_text: String,
    /// Its version, from 1.
    version: u64,
    /// Counts the changes of the version; both are sent with a change.
    revision: u64,
    /// Faults that keep it from being submitted.
    errors: u64,
    /// Faults that need an explanation.
    warnings: u64,
    /// The file that it was read from, or how else it was filled in.
    origin: String,
    /// Who filled it in last.
    filler: String,
    /// When.
    filled_at: String,
    /// Who handed it in last; empty for nobody.
    submitter: String,
    /// When.
    submitted_at: Option<String>,
    /// Who let it count; empty for nobody.
    approver: String,
    /// When.
    approved_at: Option<String>,
    /// What the last step said.
    comment: String,
    /// Whether the approved values are in the tables that indicators read.
    published: bool,
}

/// The id of a submission in addresses.
pub(super) fn id_of(key: &SubmissionKey) -> String {
    format!("{}~{}~{}", key.organisation_code, key.dataset, key.period)
}

impl SubmissionRow {
    pub(super) fn of(submission: &Submission, title: &str, organisation_name: &str) -> Self {
        let (errors, warnings) = submission.faults();
        let key = &submission.key;
        Self {
            id: id_of(key),
            organisation: key.organisation_code.clone(),
            organisation_name: organisation_name.to_owned(),
            dataset: key.dataset.clone(),
            title: title.to_owned(),
            period: key.period.to_string(),
            period_text: key.period.text(ZH),
            state: submission.state.code(),
            state_text: submission.state.text(ZH),
            version: submission.version,
            revision: submission.revision,
            errors,
            warnings,
            origin: submission.origin.clone(),
            filler: submission.filler.clone(),
            filled_at: submission.filled_at.to_string(),
            submitter: submission.submitter.clone(),
            submitted_at: submission.submitted_at.map(|at| at.to_string()),
            approver: submission.approver.clone(),
            approved_at: submission.approved_at.map(|at| at.to_string()),
            comment: submission.comment.clone(),
            published: !submission.import_id.is_empty(),
        }
    }
}

/// A row of a form with what stood in it before.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub(crate) struct FormRow {
    /// Value of the breakdown; empty without one.
    pub(super) breakdown: String,
    /// Values by field; numbers are decimal texts.
    pub(super) values: BTreeMap<String, String>,
    /// What was filled in and cannot be read, by field.
    pub(super) unread: BTreeMap<String, String>,
    /// Values of the period before.
    pub(super) previous: BTreeMap<String, String>,
    /// Values of the same period of the year before.
    pub(super) year_before: BTreeMap<String, String>,
}

/// The rows of a form: those of the definition, and others that were filled in.
pub(super) fn rows_of(
    set: &DataSet,
    now: &[ContentRow],
    previous: &[ContentRow],
    year_before: &[ContentRow],
) -> Vec<FormRow> {
    let mut names: Vec<&str> = set.rows();
    for row in now {
        if !names.contains(&&*row.breakdown) {
            names.push(&row.breakdown);
        }
    }
    let find = |rows: &[ContentRow], name: &str| -> Option<ContentRow> {
        rows.iter().find(|row| row.breakdown == name).cloned()
    };
    let values = |rows: &[ContentRow], name: &str| {
        find(rows, name).map_or_else(BTreeMap::new, |row| row.values)
    };
    names
        .into_iter()
        .map(|name| {
            let own = find(now, name).unwrap_or_default();
            FormRow {
                breakdown: name.to_owned(),
                values: own.values,
                unread: own.unread,
                previous: values(previous, name),
                year_before: values(year_before, name),
            }
        })
        .collect()
}

/// What a person can do with a form, and why not.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StepChoice {
    /// `save`, `submit`, `withdraw`, `return` or `approve`.
    pub(super) step: &'static str,
    /// 按钮上的字。
    pub(super) step_text: String,
    /// Whether it is possible now.
    pub(super) allowed: bool,
    /// Why not; empty when it is possible.
    pub(super) why: String,
    /// Whether a comment has to be given.
    pub(super) needs_comment: bool,
}

/// One organisation's form of a period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormView {
    /// Names it in addresses.
    pub(super) id: String,
    /// Id of the data set.
    pub(super) dataset: String,
    /// 数据集名称。
    pub(super) title: String,
    /// Whose it is.
    pub(super) organisation: String,
    /// 填报单位。
    pub(super) organisation_name: String,
    /// For when.
    pub(super) period: String,
    /// 期间，如“2024年3月”。
    pub(super) period_text: String,
    /// The period before; `null` when there is none.
    pub(super) previous_period: Option<String>,
    /// The same period of the year before, where that is another one.
    pub(super) year_before_period: Option<String>,
    /// The day by which it is due.
    pub(super) due: String,
    /// `running`, `open`, `in_time`, `submitted_late` or `overdue`.
    pub(super) timeliness: &'static str,
    /// 时限。
    pub(super) timeliness_text: String,
    /// Days left or late, where there are any.
    pub(super) days: i32,
    /// What was filled in; `null` when nothing was.
    pub(super) submission: Option<SubmissionRow>,
    /// The definition was changed since it was filled in.
    pub(super) definition_changed: bool,
    /// The rows.
    pub(super) rows: Vec<FormRow>,
    /// What is wrong with it, as it was stored.
    pub(super) findings: Vec<FormFinding>,
    /// What the person can do.
    pub(super) steps: Vec<StepChoice>,
}

/// A row as somebody typed it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct TypedRow {
    /// Value of the breakdown; empty without one.
    #[serde(default)]
    pub(super) breakdown: String,
    /// What stands in the cells, by field, as it is written.
    pub(super) values: BTreeMap<String, String>,
}

/// What somebody typed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct TypedForm {
    /// The rows that are not blank.
    pub(super) rows: Vec<TypedRow>,
}

/// What somebody typed and wants to keep.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct FormDraft {
    /// The rows that are not blank.
    pub(super) rows: Vec<TypedRow>,
    /// Why approved values are filled in again, or an explanation.
    #[serde(default)]
    pub(super) comment: String,
    /// The version that was seen; `null` when nothing was there.
    pub(super) version: Option<u64>,
    /// The revision that was seen; `null` when nothing was there.
    pub(super) revision: Option<u64>,
}

/// What was read of what somebody typed, and what is wrong with it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormJudgement {
    /// Values that were read, by row.
    pub(super) rows: Vec<FormRow>,
    /// What is wrong.
    pub(super) findings: Vec<FormFinding>,
    /// Faults that keep it from being submitted.
    pub(super) errors: usize,
    /// Faults that need an explanation.
    pub(super) warnings: usize,
}

/// A step with a submission as it was seen.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct StepBody {
    /// `submit`, `withdraw`, `return` or `approve`.
    pub(super) step: String,
    /// Why.
    #[serde(default)]
    pub(super) comment: String,
    /// The version that was seen.
    pub(super) version: u64,
    /// The revision that was seen.
    pub(super) revision: u64,
}

/// What a step came to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct StepResult {
    /// The form afterwards.
    pub(super) form: FormView,
    /// Approved values are still on their way into the tables; `submission.published` tells when they are there.
    pub(super) publishing: bool,
}

/// A file that was taken in: drafts with their faults.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportedForms {
    /// Id of the data set.
    pub(super) dataset: String,
    /// The drafts.
    pub(super) drafts: Vec<ImportedForm>,
}

/// A draft that was read from a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ImportedForm {
    /// The draft.
    pub(super) submission: SubmissionRow,
    /// What is wrong with it, with the cells.
    pub(super) findings: Vec<FormFinding>,
}

/// What happened to a form.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormHistory {
    /// The steps, newest first.
    pub(super) steps: Vec<FormStep>,
    /// The versions, newest first.
    pub(super) versions: Vec<FormVersion>,
}

/// A step that somebody took.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormStep {
    /// The version.
    pub(super) version: u64,
    /// Who.
    pub(super) actor: String,
    /// When.
    pub(super) at: String,
    /// Such as `submit`.
    pub(super) step: &'static str,
    /// 操作。
    pub(super) step_text: String,
    /// Where it stood then.
    pub(super) state: &'static str,
    /// 之后的状态。
    pub(super) state_text: String,
    /// Why.
    pub(super) comment: String,
}

/// A version with what it changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct FormVersion {
    /// The version.
    pub(super) submission: SubmissionRow,
    /// Cells that differ from the version before.
    pub(super) changes: Vec<CellChange>,
}

/// A cell that is another than before.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CellChange {
    /// Value of the breakdown; empty without one.
    pub(super) breakdown: String,
    /// Id of the field.
    pub(super) field: String,
    /// 名称。
    pub(super) title: String,
    /// What stood there; `null` for nothing.
    pub(super) before: Option<String>,
    /// What stands there; `null` for nothing.
    pub(super) after: Option<String>,
}

/// The cells in which two versions differ.
pub(super) fn changes(
    set: &DataSet,
    before: &[ContentRow],
    after: &[ContentRow],
) -> Vec<CellChange> {
    let cell = |rows: &[ContentRow], breakdown: &str, field: &str| {
        let row = rows.iter().find(|row| row.breakdown == breakdown)?;
        row.values
            .get(field)
            .or_else(|| row.unread.get(field))
            .cloned()
    };
    let mut names: Vec<&str> = Vec::new();
    for row in before.iter().chain(after) {
        if !names.contains(&&*row.breakdown) {
            names.push(&row.breakdown);
        }
    }
    let mut found = Vec::new();
    for name in names {
        for field in &set.fields {
            let (old, new) = (cell(before, name, &field.id), cell(after, name, &field.id));
            if old != new {
                found.push(CellChange {
                    breakdown: name.to_owned(),
                    field: field.id.clone(),
                    title: field.title.clone(),
                    before: old,
                    after: new,
                });
            }
        }
    }
    found
}
