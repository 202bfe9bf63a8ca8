use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::Content;
use biaochi_app::records::{Row, Search, Wanted, person_key, search};
use biaochi_domain::{Language, Localized as _, Period};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{institution, tables, wrong};
use crate::caller::{Caller, View};
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;
use crate::worklist::{DepartmentNames, department_names};

/// What is searched; all of it has to fit.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordsQuery {
    /// 机构代码；不填则为可看的全部机构。
    organisation: Option<String>,
    /// 出院时期，如 2025、2025Q4、2025-12。
    period: Option<String>,
    /// 病案号，可只写开头。
    number: Option<String>,
    /// 诊断：编码开头、名称或拼音首字母。
    diagnosis: Option<String>,
    /// 手术操作：编码开头、名称或拼音首字母。
    procedure: Option<String>,
    /// 病组：DRG、ADRG 或 MDC 编码。
    group: Option<String>,
    /// 出院科别：代码或名称的一部分。
    department: Option<String>,
    /// 主治医师。
    physician: Option<String>,
    /// 编码员。
    coder: Option<String>,
    /// 首页质量等级。
    grade: Option<String>,
    /// 有无质控问题。
    findings: Option<bool>,
    /// 有这条规则的问题。
    check: Option<String>,
    /// 每页最多多少行。
    limit: Option<u32>,
    /// 上一页的 `next`。
    cursor: Option<String>,
}

/// Whose records are searched. The number stands in the body, never in an address.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RecordPersonBody {
    /// 证件号码。
    id_number: String,
}

/// A record in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecordRow {
    /// 机构代码。
    organisation: String,
    /// 出院月份。
    month: String,
    /// Names the record; it says nothing about the person.
    record_key: String,
    /// 病案号。
    medical_record_number: Option<String>,
    /// 住院次数。
    admission_count: Option<i64>,
    /// 性别代码。
    sex: Option<String>,
    /// 年龄。
    age_years: Option<i64>,
    /// 出院时间。
    discharge_time: Option<String>,
    /// 出院科别代码。
    department: Option<String>,
    /// 出院科别名称；没有名称的为代码。
    department_name: Option<String>,
    /// 主治医师。
    physician: Option<String>,
    /// 编码员。
    coder: Option<String>,
    /// 住院天数。
    length_of_stay: Option<i64>,
    /// 主要诊断编码。
    diagnosis_code: Option<String>,
    /// 主要诊断名称。
    diagnosis_name: Option<String>,
    /// 主要手术编码。
    procedure_code: Option<String>,
    /// 主要手术名称。
    procedure_name: Option<String>,
    /// 总费用（元）。
    total_charges: Option<String>,
    /// How grouping ended, such as `grouped`.
    status: Option<String>,
    /// 病组。
    drg: Option<String>,
    /// 权重。
    weight: Option<String>,
    /// 首页得分。
    score: Option<String>,
    /// 等级。
    grade: Option<String>,
    /// 错误数。
    errors: Option<i64>,
    /// 警告数。
    warnings: Option<i64>,
    /// 疑似数。
    suspects: Option<i64>,
    /// 强制错误数。
    blocking: Option<i64>,
}

impl RecordRow {
    /// The row with the name of its department.
    fn of(row: Row, names: &DepartmentNames, content: &Content) -> Self {
        let department = row.discharge_department.as_deref();
        let department_name =
            department.map(|code| names.of(content, &row.organisation_code, code));
        Self {
            organisation: row.organisation_code,
            month: row.discharge_month,
            record_key: row.record_key,
            medical_record_number: row.medical_record_number,
            admission_count: row.admission_count,
            sex: row.sex,
            age_years: row.age_years,
            discharge_time: row.discharge_time,
            department: row.discharge_department,
            department_name,
            physician: row.attending_physician,
            coder: row.coder,
            length_of_stay: row.length_of_stay,
            diagnosis_code: row.diagnosis_code,
            diagnosis_name: row.diagnosis_name,
            procedure_code: row.procedure_code,
            procedure_name: row.procedure_name,
            total_charges: row.total_charges,
            status: row.status,
            drg: row.drg,
            weight: row.weight,
            score: row.score,
            grade: row.grade,
            errors: row.errors,
            warnings: row.warnings,
            suspects: row.suspects,
            blocking: row.blocking,
        }
    }
}

fn some(text: Option<String>) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned());
    text.filter(|text| !text.is_empty())
}

/// Searches records, the newest discharges first. Names are sealed and cannot be searched.
#[utoipa::path(get, path = "/records", tag = "records", params(RecordsQuery),
    responses((status = 200, body = Page<RecordRow>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn search_records(
    caller: Caller,
    Query(query): Query<RecordsQuery>,
) -> Result<Json<Page<RecordRow>>, Problem> {
    let asked = institution(query.organisation.as_deref()).map(str::to_owned);
    let (action, resource) = (Action::Read, Resource::FrontPage);
    let view = caller
        .view(
            action,
            resource,
            Sensitivity::DeIdentified,
            asked.as_deref(),
        )
        .await?;
    let period = some(query.period).map(|text| {
        let period = text.parse::<Period>();
        period.map_err(|error| Problem::invalid("period", error.text(Language::Zh)))
    });
    let names = department_names(&caller).await?;
    let compiled = caller.service().content();
    let meant = |text: String| names.meant(compiled.content(), &text);
    let wanted = Wanted {
        organisation: asked,
        period: period.transpose()?,
        number: some(query.number),
        diagnosis: some(query.diagnosis),
        procedure: some(query.procedure),
        group: some(query.group),
        department: some(query.department).map(meant),
        physician: some(query.physician),
        coder: some(query.coder),
        grade: some(query.grade),
        findings: query.findings,
        check: some(query.check),
        person: None,
    };
    let page = PageQuery {
        limit: query.limit,
        cursor: query.cursor,
    };
    list(&caller, view, wanted, page).await.map(Json)
}

/// Searches the records of a person by the identity number, in all hospitals that may be seen. It takes the right to see
/// identified records and a reason, and is written down.
#[utoipa::path(post, path = "/records/of-person", tag = "records", request_body = RecordPersonBody,
    responses((status = 200, body = Page<RecordRow>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 422, body = ProblemBody), (status = 428, body = ProblemBody)))]
pub(crate) async fn records_of_person(
    caller: Caller,
    Json(body): Json<RecordPersonBody>,
) -> Result<Json<Page<RecordRow>>, Problem> {
    let (action, resource) = (Action::Read, Resource::FrontPage);
    let view = caller
        .view(action, resource, Sensitivity::Identified, None)
        .await?;
    let number = body.id_number;
    let key = caller
        .service()
        .run(move |service| person_key(service.workspace(), &number).map_err(wrong))
        .await?;
    let Some(key) = key else {
        return Err(Problem::invalid("id_number", "证件号码没有填写"));
    };
    let wanted = Wanted {
        person: Some(key),
        ..Wanted::default()
    };
    let page = PageQuery {
        limit: Some(200),
        cursor: None,
    };
    list(&caller, view, wanted, page).await.map(Json)
}

async fn list(
    caller: &Caller,
    view: View,
    wanted: Wanted,
    page: PageQuery,
) -> Result<Page<RecordRow>, Problem> {
    let names = department_names(caller).await?;
    let found = caller
        .service()
        .run(move |service: &Service| {
            let content = service.content();
            let asked = Search {
                scope: &view.scope,
                departments: &view.departments,
                wanted: &wanted,
                after: page.cursor.as_deref(),
                limit: page.limit() as usize,
            };
            // Whoever goes back to a list, or opens a link of somebody with the same reach, asks the same again.
            let key = format!("records/search/{asked:?}");
            service.kept(&key, || {
                search(&*tables(service)?, content.content(), &asked).map_err(Problem::from)
            })
        })
        .await?;
    let compiled = caller.service().content();
    let rows = found.rows.iter().cloned();
    Ok(Page {
        items: rows
            .map(|row| RecordRow::of(row, &names, compiled.content()))
            .collect(),
        next: found.next.clone(),
        total: None,
    })
}
