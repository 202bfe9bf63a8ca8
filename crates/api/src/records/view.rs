use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::beijing;
use biaochi_app::check::{CompiledChecks, NATIONAL};
use biaochi_app::correct::{place_name, shown, suggest_for};
use biaochi_app::records::{
    FormField, FormSection, FormTable, JudgedFinding, LakeFinding, RecordFacts, RecordPlace, facts,
    form,
};
use biaochi_checks::{Check, Severity, Stage};
use biaochi_domain::{Language, Localized as _};
use biaochi_grouper::Status;
use biaochi_store::{Correction, Filter, Order, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{PlaceQuery, layout, no_record, object, page_of, seen, tables, wrong};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;
use crate::worklist::WorklistItem;

/// Items of the worklist that a record has at most.
const ITEMS: u32 = 500;

/// How a record is looked at.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordQuery {
    /// 机构代码。
    organisation: Option<String>,
    /// 出院月份，如 2025-12。
    month: Option<String>,
    /// 是否查看明文；须以请求头 `X-Biaochi-Reason` 说明理由，并记入审计日志。
    #[serde(default)]
    identified: bool,
}

/// A record as its paper form, and everything that is known about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordView {
    /// Names the record.
    pub(crate) record_key: String,
    /// 机构代码。
    pub(crate) organisation: String,
    /// 出院月份。
    pub(crate) month: String,
    /// 病案号。
    pub(crate) medical_record_number: String,
    /// Counts its corrections: 0 as delivered. A correction says which one it is based on.
    pub(crate) revision: u64,
    /// Direct identifiers are shown.
    pub(crate) identified: bool,
    /// Id of the layout in which it came.
    pub(crate) layout: String,
    /// 版式名称。
    pub(crate) layout_title: String,
    /// Sections of the form.
    pub(crate) sections: Vec<RecordSection>,
    /// What checks find, worst first.
    pub(crate) findings: Vec<RecordFinding>,
    /// 首页得分。
    pub(crate) score: Option<String>,
    /// 等级。
    pub(crate) grade: Option<String>,
    /// 病组。
    pub(crate) group: Option<RecordGroup>,
    /// 来自哪个文件的哪一行。
    pub(crate) source: RecordSource,
    /// Corrections that are certain.
    pub(crate) suggestions: Vec<RecordSuggestion>,
    /// What was corrected, the newest first.
    pub(crate) corrections: Vec<RecordCorrection>,
    /// Its items of the worklist, worst first.
    pub(crate) worklist: Vec<WorklistItem>,
}

/// A section of the form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordSection {
    /// Such as `patient`.
    id: &'static str,
    /// 标题。
    title: &'static str,
    /// Fields in the order of the form.
    fields: Vec<RecordField>,
    /// Tables below them.
    tables: Vec<RecordTable>,
}

/// A table of the form, such as that of the diagnoses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordTable {
    /// Such as `diagnoses`.
    id: &'static str,
    /// 标题。
    title: &'static str,
    /// Rows, each with the fields of its columns.
    rows: Vec<Vec<RecordField>>,
    /// A row that is not there yet.
    blank: Vec<RecordField>,
    /// Rows that the layout has room for.
    most: usize,
}

/// A field of the form with its value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordField {
    /// Id in the catalogue, such as `diagnoses.code`.
    field: &'static str,
    /// Element of a repeating group, else 0.
    index: usize,
    /// 中文名。
    name: &'static str,
    /// The value; `null` when nothing is filled in or it is hidden.
    value: Option<String>,
    /// What the code means.
    meaning: Option<String>,
    /// A value stands there and is hidden.
    hidden: bool,
    /// The value of the file could not be read.
    unreadable: bool,
    /// Marked as not applicable.
    marked: bool,
    /// What stood there as delivered, where people changed it.
    delivered: Option<String>,
    /// `text`, `code`, `codes`, `integer`, `decimal`, `flag`, `date` or `time`.
    kind: &'static str,
    /// 单位。
    unit: &'static str,
    /// Value set, empty when the layout names none.
    value_set: &'static str,
    /// Largest number of characters, 0 when not limited.
    length: u16,
    /// The layout demands a value.
    required: bool,
    /// Can be corrected here.
    editable: bool,
}

/// What a check finds in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct RecordFinding {
    /// 规则编号。
    pub(crate) check: String,
    /// 规则名称。
    title: String,
    /// `error`, `warning` or `suspect`.
    severity: String,
    /// 程度。
    severity_text: String,
    /// `advisory` or `enforced`.
    stage: String,
    /// 阶段。
    stage_text: String,
    /// Ids of the fields at fault.
    fields: Vec<String>,
    /// Places at fault.
    places: i64,
    /// 什么问题。
    message: String,
    /// 如何改正。
    mend: String,
    /// 依据。
    source: String,
    /// Whether mending would change the group, where that was tried.
    changes_group: Option<bool>,
    /// The group after mending.
    mended_drg: Option<String>,
    /// 权重变化。
    weight_difference: Option<String>,
    /// It looks across the records of a person: it is told anew when the record is saved.
    pub(super) across: bool,
}

/// The group of a record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordGroup {
    /// Id of the scheme.
    pub(crate) scheme: String,
    /// How grouping ended, such as `grouped`.
    pub(crate) status: String,
    /// 分组结果。
    pub(crate) status_text: String,
    /// MDC.
    pub(crate) mdc: String,
    /// ADRG.
    pub(crate) adrg: String,
    /// DRG.
    pub(crate) drg: String,
    /// 病组名称。
    pub(crate) drg_name: Option<String>,
    /// 权重。
    pub(crate) weight: Option<String>,
}

/// Where a record came from.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordSource {
    /// The import.
    import_id: String,
    /// 文件。
    file: String,
    /// 行号。
    row: u64,
}

/// A correction that is certain.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordSuggestion {
    /// Id of the field.
    field: &'static str,
    /// Element of a repeating group, else 0.
    index: usize,
    /// 字段。
    name: String,
    /// 现在的值。
    before: String,
    /// 应为。
    after: String,
    /// 依据。
    kind_text: String,
    /// The new value may be shown and taken over.
    usable: bool,
}

/// A correction that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordCorrection {
    /// 第几版。
    version: u64,
    /// 更正人。
    actor: String,
    /// 时间。
    at: String,
    /// 理由。
    reason: String,
    /// What changed.
    changes: Vec<ChangedField>,
}

/// A value that a correction changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangedField {
    /// Id of the field.
    field: String,
    /// Element of a repeating group, else 0.
    index: u32,
    /// 字段。
    name: String,
    /// 原值。
    before: String,
    /// 更正后。
    after: String,
}

/// A record as its paper form, with findings at their fields, its group, its history and its items of the worklist.
/// Direct identifiers are hidden unless they are asked for with a reason.
#[utoipa::path(get, path = "/records/{key}", tag = "records",
    params(("key" = String, Path, description = "记录键"), RecordQuery),
    responses((status = 200, body = RecordView), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
pub(crate) async fn record(
    caller: Caller,
    Path(key): Path<String>,
    Query(query): Query<RecordQuery>,
) -> Result<Json<RecordView>, Problem> {
    let place = PlaceQuery {
        organisation: query.organisation,
        month: query.month,
    };
    let place = seen(&caller, &key, &place).await?;
    if query.identified {
        let object = object(&place, Resource::FrontPage, Sensitivity::Identified);
        caller.may(Action::Read, &object, &key).await?;
    }
    view(&caller, place, query.identified).await.map(Json)
}

/// All of a record that the person was found to be allowed to see.
pub(super) async fn view(
    caller: &Caller,
    place: RecordPlace,
    identified: bool,
) -> Result<RecordView, Problem> {
    let scope = Scope::one(place.organisation_code.clone());
    let store = caller.office().store();
    let corrections = store
        .corrections_of(&scope, &place.organisation_code, &place.record_key)
        .await?;
    let filter = Filter {
        record_key: Some(place.record_key.clone()),
        ..Filter::default()
    };
    let items = store
        .list(&scope, &filter, Order::Severity, None, ITEMS)
        .await?;
    let mut view = caller
        .service()
        .run(move |service| made(service, &place, &corrections, identified))
        .await?;
    let number = view.medical_record_number.clone();
    let content = caller.service().content();
    let checks = checks(caller.service())?;
    view.worklist = items
        .items
        .into_iter()
        .map(|item| {
            let mut item = WorklistItem::of(item, checks.as_deref(), content.content());
            item.medical_record_number = Some(number.clone());
            item
        })
        .collect();
    Ok(view)
}

/// The checks that the workspace runs; `None` when it runs none.
pub(crate) fn checks(service: &Service) -> Result<Option<Arc<CompiledChecks>>, Problem> {
    let config = service.workspace().config();
    match config.checks.as_deref().unwrap_or(NATIONAL) {
        "" => Ok(None),
        id => Ok(Some(service.content().checks(id).map_err(wrong)?)),
    }
}

fn made(
    service: &Service,
    place: &RecordPlace,
    corrections: &[Correction],
    identified: bool,
) -> Result<RecordView, Problem> {
    let content = service.content();
    let held = page_of(service, place)?;
    let Some(stored) = &*held else {
        return Err(no_record());
    };
    let layout = layout(Some(&stored.layout));
    let facts = facts_of(service, place)?;
    let checks = checks(service)?;
    let findings = facts.findings.iter();
    let findings = findings.map(|one| RecordFinding::of_lake(one, checks.as_deref()));
    let group = facts.group.as_ref().map(|group| {
        let scheme = content.scheme(&group.scheme).ok();
        let drg = group.drg.clone().unwrap_or_default();
        let name = scheme.as_ref().and_then(|one| one.scheme.name(&drg));
        RecordGroup {
            scheme: group.scheme.clone(),
            status: group.status.clone(),
            status_text: status_text(&group.status),
            mdc: group.mdc.clone().unwrap_or_default(),
            adrg: group.adrg.clone().unwrap_or_default(),
            drg_name: name.map(str::to_owned),
            drg,
            weight: group.weight.clone(),
        }
    });
    let suggestions = suggest_for(&content, &stored.page, layout);
    let suggestions = suggestions.iter().map(|one| {
        let direct = one.place.field.info().sensitivity == biaochi_records::Sensitivity::Direct;
        RecordSuggestion {
            field: one.place.field.info().id,
            index: one.place.index,
            name: one.place.name_zh(),
            before: one.shown(one.before.as_deref()),
            after: one.shown(one.after.as_deref()),
            kind_text: one.kind.text(Language::Zh),
            usable: !direct,
        }
    });
    let history = corrections.iter().rev().map(|one| RecordCorrection {
        version: one.version,
        actor: one.actor.clone(),
        at: beijing::shown(one.at),
        reason: one.reason.clone(),
        changes: one
            .changes
            .iter()
            .map(|change| ChangedField {
                field: change.field.clone(),
                index: change.index,
                name: place_name(&change.field, change.index as usize, Language::Zh),
                before: shown(change.before.as_ref()),
                after: shown(change.after.as_ref()),
            })
            .collect(),
    });
    let sections = form(
        content.content(),
        &stored.page,
        layout,
        corrections,
        identified,
    );
    let quality = facts.quality.as_ref();
    Ok(RecordView {
        record_key: place.record_key.clone(),
        organisation: place.organisation_code.clone(),
        month: place.discharge_month.clone(),
        medical_record_number: stored.page.medical_record_number.to_string(),
        revision: corrections.last().map_or(0, |one| one.version),
        identified,
        layout: layout.id().to_owned(),
        layout_title: layout.name_zh().to_owned(),
        sections: sections.into_iter().map(RecordSection::from).collect(),
        findings: findings.collect(),
        score: quality.and_then(|quality| quality.score.clone()),
        grade: quality.and_then(|quality| quality.grade.clone()),
        group,
        source: RecordSource {
            import_id: stored.import_id.clone(),
            file: file_name(&stored.file).to_owned(),
            row: stored.row,
        },
        suggestions: suggestions.collect(),
        corrections: history.collect(),
        worklist: Vec::new(),
    })
}

/// The name of a delivered file: where the server keeps it is nobody's business.
fn file_name(place: &str) -> &str {
    place.rsplit(['/', '\\']).next().unwrap_or(place)
}

/// What the tables say about a record, kept as long as they stay the same.
pub(super) fn facts_of(
    service: &Service,
    place: &RecordPlace,
) -> Result<Arc<RecordFacts>, Problem> {
    let key = format!("records/facts/{}", place.record_key);
    service.kept(&key, || facts(&*tables(service)?, place).map_err(wrong))
}

pub(super) fn status_text(name: &str) -> String {
    let known = Status::ALL.into_iter().find(|one| one.name() == name);
    known.map_or_else(|| name.to_owned(), |one| one.label().to_owned())
}

impl RecordFinding {
    pub(super) fn of_lake(finding: &LakeFinding, checks: Option<&CompiledChecks>) -> Self {
        let set = checks.map(CompiledChecks::set);
        let check = set.and_then(|set| set.get(&finding.check_id));
        let across = set.is_some_and(|set| {
            let mut across = set.across.iter();
            across.any(|check| check.id == finding.check_id)
        });
        let zh = Language::Zh;
        let severity = Severity::from_id(&finding.severity).map(|one| one.text(zh));
        let stage = Stage::from_id(&finding.stage).map(|one| one.text(zh));
        Self {
            check: finding.check_id.clone(),
            title: check.map_or_else(String::new, |check| check.title.clone()),
            severity: finding.severity.clone(),
            severity_text: severity.unwrap_or_default(),
            stage: finding.stage.clone(),
            stage_text: stage.unwrap_or_default(),
            fields: finding.fields.clone(),
            places: finding.places,
            message: finding.message.clone(),
            mend: check.map_or_else(String::new, |check| check.mend.clone()),
            source: check.map_or_else(String::new, clause),
            changes_group: finding.changes_group,
            mended_drg: finding.mended_drg.clone(),
            weight_difference: finding.weight_difference.clone(),
            across,
        }
    }

    pub(super) fn of_judged(finding: JudgedFinding) -> Self {
        let JudgedFinding {
            check,
            places,
            message,
            mended_drg,
            weight_difference,
        } = finding;
        let zh = Language::Zh;
        Self {
            severity: check.severity.id().to_owned(),
            severity_text: check.severity.text(zh),
            stage: check.stage.id().to_owned(),
            stage_text: check.stage.text(zh),
            places: i64::from(places),
            message,
            source: clause(&check),
            changes_group: mended_drg.is_some().then_some(true),
            mended_drg,
            weight_difference: weight_difference.map(|value| value.to_string()),
            across: false,
            check: check.id,
            title: check.title,
            fields: check.fields,
            mend: check.mend,
        }
    }
}

fn clause(check: &Check) -> String {
    match check.clause.as_str() {
        "" => check.source.clone(),
        clause => format!("{} {clause}", check.source),
    }
}

impl From<FormSection> for RecordSection {
    fn from(section: FormSection) -> Self {
        Self {
            id: section.id,
            title: section.title,
            fields: section.fields.into_iter().map(RecordField::from).collect(),
            tables: section.tables.into_iter().map(RecordTable::from).collect(),
        }
    }
}

impl From<FormTable> for RecordTable {
    fn from(table: FormTable) -> Self {
        let row = |row: Vec<FormField>| row.into_iter().map(RecordField::from).collect();
        Self {
            id: table.id,
            title: table.title,
            rows: table.rows.into_iter().map(row).collect(),
            blank: table.blank.into_iter().map(RecordField::from).collect(),
            most: table.most,
        }
    }
}

impl From<FormField> for RecordField {
    fn from(field: FormField) -> Self {
        Self {
            field: field.field,
            index: field.index,
            name: field.name,
            value: field.value,
            meaning: field.meaning,
            hidden: field.hidden,
            unreadable: field.unreadable,
            marked: field.marked,
            delivered: field.delivered,
            kind: field.kind,
            unit: field.unit,
            value_set: field.value_set,
            length: field.length,
            required: field.required,
            editable: field.editable,
        }
    }
}
