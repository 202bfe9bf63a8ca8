//! The records behind a value: for those who may see records, without anything that names a person.

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::indicators::{
    Drilled, RecordFacts, RecordPage, RecordPosition, Values, facts, name_within, record_counts,
    record_page,
};
use biaochi_domain::Period;
use biaochi_organisations::Unit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::place::{Named, Place};
use super::values::{known, sum};
use super::{organisations_revision, values};
use crate::caller::Caller;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, ProblemBody};

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RecordsQuery {
    /// 机构代码，或 `division:…`、`alliance:…`、`all`；不填为本人的单位。
    organisation: Option<String>,
    /// 科室代码，只对一家机构。
    department: Option<String>,
    /// 时期，如 `2025-12`。
    period: String,
    /// `numerator` 为分子中的，`rest` 为只在分母中的，不填为全部。
    part: Option<String>,
    /// 每页最多多少行，不填为 50，最多 500。
    limit: Option<u32>,
    /// 上一页回答的 `next`；不填为第一页。
    cursor: Option<String>,
}

/// A record behind a value.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorRecord {
    /// 记录键。
    record_key: String,
    /// 机构代码。
    organisation_code: String,
    /// 出院月份。
    month: String,
    /// 出院日期。
    day: Option<String>,
    /// 出院科别代码。
    department: String,
    /// 出院科别。
    department_name: String,
    /// 主要诊断编码。
    diagnosis: Option<String>,
    /// 病组；没有入组为空。
    drg: Option<String>,
    /// 权重。
    weight: Option<String>,
    /// 住院天数。
    days: Option<i64>,
    /// 对分子的贡献。
    numerator: String,
    /// 对分母的贡献；没有分母为空。
    denominator: Option<String>,
}

/// The records behind a value. Whoever may not see records is refused.
#[utoipa::path(get, path = "/indicators/{id}/records", tag = "indicators",
    params(("id" = String, Path, description = "指标的标识"), RecordsQuery),
    responses((status = 200, body = Page<IndicatorRecord>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody),
        (status = 422, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub(crate) async fn indicator_records(
    caller: Caller,
    Path(id): Path<String>,
    Query(query): Query<RecordsQuery>,
) -> Result<Json<Page<IndicatorRecord>>, Problem> {
    let named = Named {
        organisation: query.organisation.as_deref(),
        department: query.department.as_deref(),
        period: &query.period,
    };
    let place = Place::find(&caller, Action::Read, Resource::Indicator, named).await?;
    may_see_records(&caller, &place, &id).await?;
    let page = PageQuery {
        limit: query.limit,
        cursor: query.cursor,
    };
    let cursor = page.cursor.as_deref().filter(|text| !text.is_empty());
    let after = cursor.map(position).transpose()?;
    let part = match query.part.as_deref() {
        None | Some("") => None,
        Some("numerator") => Some(true),
        Some("rest") => Some(false),
        Some(_) => {
            let text = "part 应为 numerator（分子中的）或 rest（只在分母中的）";
            return Err(Problem::invalid("part", text));
        }
    };
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let values = values(service, &workspace, place.period)?;
        known(&values, &place)?;
        let indicator = values.indicator(&id)?;
        let at = (&place.unit, place.period);
        let (unit, period) = at;
        let revision = organisations_revision(&workspace)?;
        let computed = values.provenance();
        let (hash, version) = (&computed.pack_hash, computed.version);
        // Numbers by month alone: what is kept does not grow with the records.
        let key = format!("indicators/records/{hash}/{version}/{revision}/{id}/{unit}/{period}");
        let counts = service.kept(&key, || {
            Ok(record_counts(&values, indicator, unit, period)?)
        })?;
        let limit = page.limit() as usize;
        // One more than is shown tells whether there are others behind.
        let wanted = RecordPage {
            in_numerator: part,
            after,
            limit: limit + 1,
        };
        let mut shown = record_page(&values, indicator, at, &counts, &wanted)?;
        let has_more = shown.len() > limit;
        shown.truncate(limit);
        let last = shown.last().filter(|_| has_more);
        let next = last.map(|one| cursor_of(&one.position()));
        let mut known_facts = facts(&values, &shown)?;
        let items = shown.into_iter().map(|one| {
            let facts = known_facts.remove(&one.line.record_key);
            IndicatorRecord::of(&values, period, one, facts)
        });
        Ok(Page {
            items: items.collect(),
            next,
            total: Some(counts.total(part)),
        })
    });
    Ok(Json(answer.await?))
}

impl IndicatorRecord {
    fn of(values: &Values, period: Period, one: Drilled, facts: Option<RecordFacts>) -> Self {
        let unit = Unit::Department {
            institution: one.line.organisation_code.clone(),
            code: one.line.department.clone(),
        };
        let whole = Unit::Institution(one.line.organisation_code.clone());
        let name = values.structure().name(&unit, period);
        let department_name = name_within(values, &name, &whole, period);
        let (day, diagnosis, drg, weight, days) = match facts {
            Some(facts) => (
                facts.day,
                facts.diagnosis,
                facts.drg,
                facts.weight,
                facts.days,
            ),
            None => (None, None, None, None, None),
        };
        Self {
            record_key: one.line.record_key,
            organisation_code: one.line.organisation_code,
            month: one.line.month,
            day,
            department: one.line.department,
            department_name,
            diagnosis,
            drg,
            weight,
            days,
            numerator: sum(one.numerator),
            denominator: one.denominator.map(sum),
        }
    }
}

/// The place behind which a page begins, as [`cursor_of`] wrote it; the record need not be there any more.
fn position(cursor: &str) -> Result<RecordPosition, Problem> {
    let parts: Vec<&str> = cursor.splitn(4, '~').collect();
    let (in_numerator, rest) = match &parts[..] {
        ["numerator", rest @ ..] => (true, rest),
        ["rest", rest @ ..] => (false, rest),
        _ => (false, &[][..]),
    };
    let [month, record_key, organisation] = rest else {
        let text = "翻页的位置不对，请从第一页开始";
        return Err(Problem::invalid("cursor", text));
    };
    Ok(RecordPosition {
        in_numerator,
        organisation_code: (*organisation).to_owned(),
        month: (*month).to_owned(),
        record_key: (*record_key).to_owned(),
    })
}

fn cursor_of(position: &RecordPosition) -> String {
    let part = if position.in_numerator {
        "numerator"
    } else {
        "rest"
    };
    let (month, key) = (&position.month, &position.record_key);
    format!("{part}~{month}~{key}~{}", position.organisation_code)
}

/// Refuses whoever may not see records of the place; the refusal is written down.
pub(crate) async fn may_see_records(
    caller: &Caller,
    place: &Place,
    subject: &str,
) -> Result<(), Problem> {
    let department = match &place.unit {
        Unit::Department { code, .. } => Some(code.as_str()),
        _ => None,
    };
    let object = Object {
        resource: Resource::FrontPage,
        organisation: place.organisation.as_deref(),
        department,
        sensitivity: Sensitivity::DeIdentified,
    };
    caller.may(Action::Read, &object, subject).await?;
    // What belongs to no organisation may be read by anybody with such a role; all records may not.
    if place.organisation.is_none() && !place.records {
        return Err(Problem::new(
            crate::problem::Code::Forbidden,
            "您不能看全部机构的病案。请在上方选择您的单位",
        ));
    }
    Ok(())
}
