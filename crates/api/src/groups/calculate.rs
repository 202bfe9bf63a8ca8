//! The group of a single case, and of every case of a file.

use std::io::Cursor;

use axum::Json;
use axum::extract::{FromRequest as _, Multipart, Request};
use biaochi_access::{Action, Object, Resource};
use biaochi_app::explorer::{CalculatedCase, Case, ExplorerError, calculate};
use biaochi_app::group::{GroupError, GroupFormat, GroupOptions, group_stream};
use biaochi_domain::Language;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::one::{GroupName, weights};
use super::wire::text;
use crate::caller::Caller;
use crate::problem::{Code, Problem, ProblemBody};

/// Codes of a list at most.
const MOST_CODES: usize = 100;

/// Characters of a code at most.
const LONGEST_CODE: usize = 40;

/// A case as somebody types it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CalculateBody {
    /// 分组方案；不填为入库时所用的方案。
    scheme: Option<String>,
    /// 诊断编码，主要诊断在前。
    diagnoses: Vec<String>,
    /// 手术操作编码，主要手术在前。
    #[serde(default)]
    procedures: Vec<String>,
    /// 1 男，2 女。
    sex: Option<u8>,
    /// 年龄（岁）。
    age: Option<i32>,
    /// 年龄（天），不足一岁时填。
    age_days: Option<i32>,
    /// 新生儿入院体重（克）。
    birth_weight: Option<i32>,
    /// 住院天数。
    length_of_stay: Option<i32>,
    /// 重症监护小时数。
    icu_hours: Option<i32>,
    /// 有创呼吸机小时数。
    ventilator_hours: Option<i32>,
    /// 出院科别。
    department: Option<String>,
    /// 离院方式。
    disposition: Option<String>,
    /// 编码是国临版，先转为医保版；不填为工作区的设置。
    translate: Option<bool>,
}

/// The group of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Calculated {
    /// 分组方案标识。
    scheme: String,
    /// 分组方案名称。
    scheme_title: String,
    /// 使用前须知。
    warning: Option<String>,
    /// 结果，如 `grouped`。
    status: &'static str,
    /// 结果的文字和怎么办。
    status_text: String,
    /// MDC。
    mdc: GroupName,
    /// ADRG。
    adrg: GroupName,
    /// 病组。
    drg: GroupName,
    /// 权重；没有时为空。
    weight: Option<String>,
    /// 按费率折算的支付标准（元）。
    pays: Option<String>,
    /// 判断的先后。
    path: Vec<CalculatedStep>,
    /// 并发症与合并症。
    complications: Vec<CalculatedComplication>,
    /// 对编码的提示。
    remarks: Vec<String>,
    /// 会改变分组的单项变化。
    changes: Vec<CalculatedChange>,
    /// 与变化一起显示的说明。
    notice: &'static str,
}

/// A decision on the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CalculatedStep {
    /// `check`、`mdc`、`adrg` 或 `drg`。
    level: &'static str,
    /// 编码。
    code: String,
    /// 名称。
    title: Option<String>,
    /// 条件，和这一例的值。
    condition: String,
    /// 是否成立。
    holds: bool,
    /// 结果是否由此而来。
    taken: bool,
}

/// A complication.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CalculatedComplication {
    /// 第几个诊断，主要诊断为 0。
    position: usize,
    /// 编码。
    code: String,
    /// `CC` 或 `MCC`。
    level: &'static str,
    /// 是否计入。
    counted: bool,
    /// 排除表。
    table: Option<String>,
    /// 一句话。
    text: String,
}

/// A single change that leads to another group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CalculatedChange {
    /// 变化。
    kind_text: String,
    /// 编码。
    code: String,
    /// 到哪个病组。
    drg: String,
    /// 名称。
    title: Option<String>,
    /// 结果的文字。
    status_text: &'static str,
    /// 权重。
    weight: Option<String>,
    /// 权重差。
    weight_difference: Option<String>,
}

/// Groups one case, with the way to the group and what would change it. Nothing is stored.
#[utoipa::path(post, path = "/groups/calculate", tag = "groups", request_body = CalculateBody,
    responses((status = 200, body = Calculated), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn calculate_case(
    caller: Caller,
    Json(body): Json<CalculateBody>,
) -> Result<Json<Calculated>, Problem> {
    let object = Object::common(Resource::Grouping);
    caller.may(Action::Read, &object, "calculate").await?;
    let diagnoses = codes("diagnoses", &body.diagnoses)?;
    let procedures = codes("procedures", &body.procedures)?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let config = workspace.config();
        let id = body.scheme.filter(|id| !id.is_empty());
        let id = id.unwrap_or_else(|| config.scheme.clone());
        let content = service.content();
        let loaded = content.scheme(&id).map_err(ExplorerError::from)?;
        let table = weights(service, &workspace, &id)?;
        let case = Case {
            diagnoses,
            procedures,
            sex: body.sex,
            age: body.age,
            age_days: body.age_days,
            weight: body.birth_weight,
            length_of_stay: body.length_of_stay,
            icu_hours: body.icu_hours,
            ventilator_hours: body.ventilator_hours,
            department: body.department.unwrap_or_default().trim().to_owned(),
            disposition: body.disposition.unwrap_or_default().trim().to_owned(),
            translate: body.translate.unwrap_or(config.translate),
        };
        let found = calculate(&loaded.scheme, (*table).as_ref(), &case);
        let pays = config.payment_rate.zip(found.weight);
        let pays = pays.map(|(rate, weight)| rate.pays(weight));
        Ok(Calculated {
            scheme: id,
            scheme_title: loaded.info.title.clone(),
            warning: loaded.warning(Language::Zh),
            pays: text(pays),
            ..wire(found)
        })
    });
    Ok(Json(answer.await?))
}

/// The codes of a list, blanks around them taken away and empty ones left out.
fn codes(field: &str, codes: &[String]) -> Result<Vec<String>, Problem> {
    let codes = codes.iter().map(|code| code.trim());
    let codes: Vec<String> = codes
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect();
    if codes.len() > MOST_CODES {
        let message = format!("编码太多（{} 个）。最多 {MOST_CODES} 个", codes.len());
        return Err(Problem::invalid(field, message));
    }
    match codes
        .iter()
        .position(|code| code.chars().count() > LONGEST_CODE)
    {
        None => Ok(codes),
        Some(at) => {
            let message = format!("第 {} 个编码太长。请写编码，不写名称", at + 1);
            Err(Problem::invalid(field, message))
        }
    }
}

fn wire(found: CalculatedCase) -> Calculated {
    let named = |(code, title): (String, Option<String>)| GroupName::new(code, title);
    let path = found.path.into_iter().map(|step| CalculatedStep {
        level: step.level.code(),
        code: step.code,
        title: step.title,
        condition: step.condition,
        holds: step.holds,
        taken: step.taken,
    });
    let complications = found.complications.into_iter();
    let complications = complications.map(|own| CalculatedComplication {
        position: own.position,
        code: own.code,
        level: own.level,
        counted: own.counted,
        table: own.table,
        text: own.text,
    });
    let changes = found.changes.into_iter().map(|change| CalculatedChange {
        kind_text: change.kind,
        code: change.code,
        drg: change.drg,
        title: change.title,
        status_text: change.status,
        weight: text(change.weight),
        weight_difference: text(change.weight_difference),
    });
    Calculated {
        scheme: String::new(),
        scheme_title: String::new(),
        warning: None,
        status: found.status,
        status_text: found.status_text,
        mdc: named(found.mdc),
        adrg: named(found.adrg),
        drg: named(found.drg),
        weight: text(found.weight),
        pays: None,
        path: path.collect(),
        complications: complications.collect(),
        remarks: found.remarks,
        changes: changes.collect(),
        notice: found.notice,
    }
}

/// A file of cases.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "the form is read field by field; this describes it"
)]
pub(crate) struct CalculateFileForm {
    /// 首页或病例文件：CSV、XLSX，也可以是其 zip、gz。
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// 分组方案；不填为入库时所用的方案。
    scheme: Option<String>,
    /// 是否写出理由。
    reasons: Option<bool>,
}

/// The cases of a file with their groups.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CalculatedFile {
    /// 分组方案名称。
    scheme_title: String,
    /// 使用前须知。
    warning: Option<String>,
    /// 记录数。
    records: u64,
    /// 入组数。
    grouped: u64,
    /// 不能读取的行数。
    rejects: u64,
    /// 有不能识别的值、按空值分组的记录数。
    incomplete: u64,
    /// CMI；没有权重时为空。
    mean_weight: Option<String>,
    /// 例数最多的病组。
    groups: Vec<CalculatedGroup>,
    /// 逐条结果，CSV。
    csv: String,
}

/// A group that occurs in a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct CalculatedGroup {
    /// 病组编码。
    drg: String,
    /// 名称。
    title: Option<String>,
    /// 例数。
    cases: u64,
}

/// Groups every case of a file, up to 32 MiB. Nothing is stored; the answer holds a line for each case.
#[utoipa::path(post, path = "/groups/calculate-file", tag = "groups",
    request_body(content = CalculateFileForm, content_type = "multipart/form-data"),
    responses((status = 200, body = CalculatedFile), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 413, body = ProblemBody),
        (status = 415, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn calculate_file(
    caller: Caller,
    request: Request,
) -> Result<Json<CalculatedFile>, Problem> {
    let object = Object::common(Resource::Grouping);
    caller.may(Action::Read, &object, "calculate-file").await?;
    // Nothing of the file is read before it is known that the person may.
    let form = Multipart::from_request(request, &()).await;
    let form = form.map_err(|_| Problem::new(Code::Unsupported, "请以表单上传文件"))?;
    let form = read_form(form).await?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let config = workspace.config();
        let id = form.scheme.unwrap_or_else(|| config.scheme.clone());
        let content = service.content();
        let loaded = content.scheme(&id).map_err(ExplorerError::from)?;
        let table = weights(service, &workspace, &id)?;
        let options = GroupOptions {
            scheme: &loaded.scheme,
            weights: (*table).as_ref(),
            translate: config.translate,
            reasons: form.reasons,
            format: GroupFormat::Csv,
            language: Language::Zh,
            disarm: true,
        };
        let mut lines: Vec<u8> = Vec::new();
        let summary = group_stream(Cursor::new(form.file), &mut lines, &options, &|_| {})?;
        let cmi = summary.case_mix_index();
        let groups = summary.top_groups(10).into_iter();
        Ok(CalculatedFile {
            scheme_title: loaded.info.title.clone(),
            warning: loaded.warning(Language::Zh),
            records: summary.records,
            grouped: summary.grouped(),
            rejects: summary.rejects,
            incomplete: summary.incomplete,
            mean_weight: text(cmi.map(|cmi| cmi.round_dp(4))),
            groups: groups
                .map(|(drg, cases)| CalculatedGroup {
                    drg: drg.to_owned(),
                    title: loaded.scheme.name(drg).map(str::to_owned),
                    cases,
                })
                .collect(),
            csv: String::from_utf8_lossy(&lines).into_owned(),
        })
    });
    Ok(Json(answer.await?))
}

#[derive(Debug)]
struct Form {
    file: Vec<u8>,
    scheme: Option<String>,
    reasons: bool,
}

async fn read_form(mut form: Multipart) -> Result<Form, Problem> {
    let mut read = Form {
        file: Vec::new(),
        scheme: None,
        reasons: false,
    };
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name() {
            Some("file") => {
                let bytes = field.bytes().await.map_err(|error| broken(&error))?;
                read.file = bytes.to_vec();
            }
            Some("scheme") => {
                let text = field.text().await.map_err(|error| broken(&error))?;
                read.scheme = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            }
            Some("reasons") => {
                let text = field.text().await.map_err(|error| broken(&error))?;
                read.reasons = text.trim() == "true";
            }
            _ => {}
        }
    }
    match read.file.is_empty() {
        true => Err(Problem::invalid(
            "file",
            "没有收到文件，或文件是空的。请重新选择",
        )),
        false => Ok(read),
    }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Problem {
    match error.status().as_u16() {
        413 => Problem::new(
            Code::TooLarge,
            "文件超过 32 MiB。请拆成几个文件，或用“数据”导入",
        ),
        _ => Problem::new(Code::Invalid, "上传没有完成，文件不完整。请重新上传"),
    }
}

impl From<GroupError> for Problem {
    fn from(error: GroupError) -> Self {
        match &error {
            GroupError::File(_) => Self::of(Code::Unsupported, &error),
            GroupError::Open { .. } | GroupError::Write(_) => Self::internal(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_no_codes_and_names_are_too_long() {
        let texts = |codes: &[&str]| -> Vec<String> {
            codes.iter().map(|code| (*code).to_owned()).collect()
        };
        let read = codes("diagnoses", &texts(&[" K35.100 ", ""])).expect("codes");
        assert_eq!(read, ["K35.100"]);
        let long = codes("diagnoses", &texts(&["K35", &"长".repeat(41)]));
        assert_eq!(long.map_err(|problem| problem.code()), Err(Code::Invalid));
        let many = codes("diagnoses", &texts(&["K35"; 101]));
        assert!(many.is_err());
    }
}
