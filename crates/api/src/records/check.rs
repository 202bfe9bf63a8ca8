use axum::Json;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::check::page_from_json;
use biaochi_app::records::{FieldMistake, Judged, NewValue, changed, judge};
use biaochi_domain::{Language, Localized as _};
use biaochi_records::{FrontPage, Layout};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::{RecordFinding, RecordGroup, checks, facts_of};
use super::{PlaceQuery, layout, no_record, page_of, seen};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// A stored record.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RecordName {
    /// 记录键。
    record_key: String,
    /// 机构代码。
    organisation: Option<String>,
    /// 出院月份。
    month: Option<String>,
}

/// A value that shall stand in a field.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct NewFieldValue {
    /// Id of the field, such as `diagnoses.code`.
    pub(super) field: String,
    /// Element of a repeating group, else 0.
    #[serde(default)]
    pub(super) index: usize,
    /// 值；空表示清空，“-”表示不适用。
    #[serde(default)]
    pub(super) value: String,
}

impl From<NewFieldValue> for NewValue {
    fn from(value: NewFieldValue) -> Self {
        Self {
            field: value.field,
            index: value.index,
            value: value.value,
        }
    }
}

/// A record while it is written: a stored one with changes, or a whole page.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct RecordCheckBody {
    /// A stored record, to which the changes are made.
    record: Option<RecordName>,
    /// Changes, in order.
    #[serde(default)]
    changes: Vec<NewFieldValue>,
    /// A whole page: fields by id, `charges` as an object, `diagnoses`, `procedures` and the like as lists of objects.
    #[schema(value_type = Option<Object>)]
    page: Option<serde_json::Value>,
    /// Layout of the page, such as `hqms811`.
    layout: Option<String>,
}

/// A value that cannot stand in its field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordMistake {
    /// Id of the field.
    field: String,
    /// Element of a repeating group, else 0.
    index: usize,
    /// 什么问题、怎么办。
    message: String,
}

impl From<FieldMistake> for RecordMistake {
    fn from(mistake: FieldMistake) -> Self {
        Self {
            field: mistake.field,
            index: mistake.index,
            message: mistake.message,
        }
    }
}

/// What a record comes to as it is written now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordCheckAnswer {
    /// 首页得分；没有启用检查时为空。
    score: Option<String>,
    /// 等级。
    grade: Option<String>,
    /// What checks find, worst first.
    findings: Vec<RecordFinding>,
    /// 病组。
    group: RecordGroup,
    /// Changes that cannot be; they were left out.
    mistakes: Vec<RecordMistake>,
}

/// The group of a page.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordGroupAnswer {
    /// 病组。
    group: RecordGroup,
    /// Changes that cannot be; they were left out.
    mistakes: Vec<RecordMistake>,
}

/// Checks and groups one record while it is written. Nothing is stored.
#[utoipa::path(post, path = "/records/check", tag = "records", request_body = RecordCheckBody,
    responses((status = 200, body = RecordCheckAnswer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn check_record(
    caller: Caller,
    Json(body): Json<RecordCheckBody>,
) -> Result<Json<RecordCheckAnswer>, Problem> {
    let (judged, mistakes, across) = judged(&caller, body).await?;
    let group = RecordGroup::of(&judged);
    let grade = Some(judged.grade).filter(|grade| !grade.is_empty());
    let findings = judged.findings.into_iter().map(RecordFinding::of_judged);
    Ok(Json(RecordCheckAnswer {
        score: judged.score.map(|score| score.to_string()),
        grade,
        findings: findings.chain(across).collect(),
        group,
        mistakes: mistakes.into_iter().map(RecordMistake::from).collect(),
    }))
}

/// Groups one record while it is written. Nothing is stored.
#[utoipa::path(post, path = "/records/group", tag = "records", request_body = RecordCheckBody,
    responses((status = 200, body = RecordGroupAnswer), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn group_record(
    caller: Caller,
    Json(body): Json<RecordCheckBody>,
) -> Result<Json<RecordGroupAnswer>, Problem> {
    let (judged, mistakes, _) = judged(&caller, body).await?;
    Ok(Json(RecordGroupAnswer {
        group: RecordGroup::of(&judged),
        mistakes: mistakes.into_iter().map(RecordMistake::from).collect(),
    }))
}

type Answer = (Judged, Vec<FieldMistake>, Vec<RecordFinding>);

async fn judged(caller: &Caller, body: RecordCheckBody) -> Result<Answer, Problem> {
    let values: Vec<NewValue> = body.changes.into_iter().map(NewValue::from).collect();
    match (body.record, body.page) {
        (Some(name), None) => {
            let query = PlaceQuery {
                organisation: name.organisation,
                month: name.month,
            };
            let place = seen(caller, &name.record_key, &query).await?;
            let work = move |service: &Service| {
                let held = page_of(service, &place)?;
                let Some(stored) = &*held else {
                    return Err(no_record());
                };
                let facts = facts_of(service, &place)?;
                let checks = checks(service)?;
                let told = facts.findings.iter();
                let told = told.map(|one| RecordFinding::of_lake(one, checks.as_deref()));
                let across = told.filter(RecordFinding::is_across).collect();
                let scheme = facts.group.as_ref().map(|group| group.scheme.as_str());
                let layout = layout(Some(&stored.layout));
                let (judged, mistakes) = answer(service, scheme, &stored.page, layout, &values)?;
                Ok((judged, mistakes, across))
            };
            caller.service().run(work).await
        }
        (None, Some(page)) => {
            let sensitivity = Sensitivity::DeIdentified;
            caller
                .view(Action::Read, Resource::FrontPage, sensitivity, None)
                .await?;
            let page = page_from_json(&page.to_string())
                .map_err(|error| Problem::invalid("page", error.text(Language::Zh)))?;
            let layout = layout(body.layout.as_deref());
            let work = move |service: &Service| {
                let (judged, mistakes) = answer(service, None, &page, layout, &values)?;
                Ok((judged, mistakes, Vec::new()))
            };
            caller.service().run(work).await
        }
        _ => Err(Problem::invalid(
            "record",
            "请给出 record（已入库的病案）或 page（整页内容），两者取一",
        )),
    }
}

fn answer(
    service: &Service,
    scheme: Option<&str>,
    page: &FrontPage,
    layout: Layout,
    values: &[NewValue],
) -> Result<(Judged, Vec<FieldMistake>), Problem> {
    let content = service.content();
    let (page, mistakes) = changed(&content, page, layout, values);
    let judged = judge(service.workspace(), &content, scheme, &page, layout)?;
    Ok((judged, mistakes))
}

impl RecordFinding {
    fn is_across(&self) -> bool {
        self.across
    }
}

impl RecordGroup {
    pub(super) fn of(judged: &Judged) -> Self {
        Self {
            scheme: judged.scheme.clone(),
            status: judged.status.name().to_owned(),
            status_text: judged.status.label().to_owned(),
            mdc: judged.mdc.clone(),
            adrg: judged.adrg.clone(),
            drg: judged.drg.clone(),
            drg_name: judged.drg_name.clone(),
            weight: judged.weight.map(|weight| weight.to_string()),
        }
    }
}
