//! The records behind a value: for those who may see records, without anything that names a person.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Object, Resource, Sensitivity};
use biaochi_app::indicators::{Drilled, drill, facts};
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
    let from = match page.cursor.as_deref() {
        None => 0,
        Some(text) => text
            .parse::<usize>()
            .map_err(|_| Problem::invalid("cursor", "翻页的位置不对，请从第一页开始"))?,
    };
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
        let found = || Ok(drill(&values, indicator, &place.unit, place.period)?);
        // A month of a hospital is looked at page by page; larger answers are not worth their memory.
        let is_small = place.unit.institution().is_some() && place.period.length() == 1;
        let records: Arc<Vec<Drilled>> = match is_small {
            true => {
                let revision = organisations_revision(&workspace)?;
                let hash = &values.provenance().pack_hash;
                let (unit, period) = (&place.unit, place.period);
                let key = format!("indicators/records/{hash}/{revision}/{id}/{unit}/{period}");
                service.kept(&key, found)?
            }
            false => Arc::new(found()?),
        };
        let mut wanted: Vec<&Drilled> = records
            .iter()
            .filter(|one| part.is_none_or(|above| above != one.numerator.is_zero()))
            .collect();
        // Those of the numerator first: they are what one looks for.
        wanted.sort_by_key(|one| one.numerator.is_zero());
        let limit = page.limit() as usize;
        let total = wanted.len();
        let shown: Vec<Drilled> = wanted.into_iter().skip(from).take(limit).cloned().collect();
        let mut known_facts = facts(&values, &shown)?;
        let next = from + shown.len();
        let items = shown.into_iter().map(|one| {
            let facts = known_facts.remove(&one.line.record_key);
            let unit = Unit::Department {
                institution: one.line.organisation_code.clone(),
                code: one.line.department.clone(),
            };
            let whole = Unit::Institution(one.line.organisation_code.clone());
            let name = values.structure().name(&unit, place.period);
            let name = biaochi_app::indicators::name_within(&values, &name, &whole, place.period);
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
            IndicatorRecord {
                record_key: one.line.record_key,
                organisation_code: one.line.organisation_code,
                month: one.line.month,
                day,
                department: one.line.department,
                department_name: name,
                diagnosis,
                drg,
                weight,
                days,
                numerator: sum(one.numerator),
                denominator: one.denominator.map(sum),
            }
        });
        Ok(Page {
            items: items.collect(),
            next: (next < total).then(|| next.to_string()),
            total: Some(total as u64),
        })
    });
    Ok(Json(answer.await?))
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
