//! A single group and its records.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query};
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::Workspace;
use biaochi_app::explorer::{
    By, CodeSetTitle, Definition, Definitions, ExplorerError, Line, MonthPoint, One, RecordOrder,
    Spread, definitions, one, records,
};
use biaochi_packs::WeightTable;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::{Asked, asked, extent};
use super::table::{tables, weights_title};
use super::wire::{GroupCount, GroupRow, MINIMUM, WeightsTitle, outlier_rule, rows, text};
use crate::caller::Caller;
use crate::page::{Page, PageQuery};
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Of whom and when.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupQuery {
    /// 机构编码，或 `division:区划`、`alliance:医联体`；不填为全部可见的机构。
    organisation: Option<String>,
    /// 时期，由整月组成。
    period: String,
}

/// A group: what it is, how many, where, how dear and how long.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupPage {
    /// 病组编码。
    drg: String,
    /// 名称。
    title: String,
    /// ADRG。
    adrg: GroupName,
    /// MDC。
    mdc: GroupName,
    /// 分组方案标识。
    scheme: String,
    /// 分组方案名称。
    scheme_title: String,
    /// 权重；没有时为空。
    weight: Option<String>,
    /// 权重表。
    weights: Option<WeightsTitle>,
    /// 按费率折算的支付标准（元）；没有费率或权重时为空。
    pays: Option<String>,
    /// 定义。
    definition: Option<GroupDefinition>,
    /// 所问机构的这个病组。
    row: GroupRow,
    /// 小图的月份。
    trend_months: Vec<String>,
    /// 各月。
    months: Vec<GroupMonth>,
    /// 各医院，限可见的。
    hospitals: Vec<GroupRow>,
    /// 各科室；只有一家医院时才有。
    departments: Vec<GroupRow>,
    /// 费用分布（元）。
    charges: GroupSpread,
    /// 住院日分布。
    days: GroupSpread,
    /// 是否可以看到病案。
    may_see_records: bool,
    /// 高、低倍率的界线，用文字。
    outlier_rule: String,
}

/// A code with its name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupName {
    /// 编码。
    code: String,
    /// 名称。
    title: Option<String>,
}

impl GroupName {
    pub(super) fn new(code: String, title: Option<String>) -> Self {
        Self { code, title }
    }
}

/// What a group is, in words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupDefinition {
    /// 进入 MDC 的条件。
    mdc_condition: String,
    /// 进入 ADRG 的途径，符合任何一条即可。
    entries: Vec<GroupEntry>,
    /// 条件中的编码表。
    sets: Vec<GroupCodeSet>,
    /// 方案中 MCC 的编码数。
    mcc: usize,
    /// 方案中 CC 的编码数。
    cc: usize,
}

/// A way into an adjacent group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupEntry {
    /// 标识。
    id: String,
    /// 条件。
    condition: String,
    /// 细分组，按判断的先后。
    groups: Vec<GroupSibling>,
}

/// A group of an adjacent group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupSibling {
    /// 病组编码。
    drg: String,
    /// 名称。
    title: Option<String>,
    /// 条件；其他细分组都不成立时取的组为空。
    condition: Option<String>,
    /// 权重。
    weight: Option<String>,
}

/// A table of codes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupCodeSet {
    /// 名称。
    title: String,
    /// 编码数。
    size: usize,
    /// 编码和名称，最多三百个。
    codes: Vec<GroupName>,
}

/// A month of a group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupMonth {
    /// 月份。
    month: String,
    /// 例数。
    cases: GroupCount,
    /// 例均费用（元）。
    mean_charges: Option<String>,
    /// 平均住院日。
    mean_days: Option<String>,
    /// 全部机构的例均费用（元）。
    reference_charges: Option<String>,
    /// 全部机构的平均住院日。
    reference_days: Option<String>,
}

/// How a number is spread.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupSpread {
    /// 所问机构；例数太小而隐去时为空。
    own: Option<GroupQuantiles>,
    /// 全部机构。
    reference: Option<GroupQuantiles>,
    /// 直方图。
    bins: Vec<GroupBin>,
}

/// Five quantiles.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupQuantiles {
    /// 例数。
    cases: u64,
    /// 第 10 百分位。
    p10: String,
    /// 下四分位。
    p25: String,
    /// 中位数。
    p50: String,
    /// 上四分位。
    p75: String,
    /// 第 90 百分位。
    p90: String,
}

/// A bar.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupBin {
    /// 起（含）。
    from: String,
    /// 止（不含）；最后一条没有止。
    to: Option<String>,
    /// 所问机构的例数。
    cases: GroupCount,
    /// 全部机构的例数。
    reference_cases: GroupCount,
}

/// A group: its definition in words, weight, months, hospitals, and how charges and days are spread.
#[utoipa::path(get, path = "/groups/{drg}", tag = "groups", params(("drg" = String, Path, description = "病组编码"), GroupQuery),
    responses((status = 200, body = GroupPage), (status = 401, body = ProblemBody), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn group(
    caller: Caller,
    Path(drg): Path<String>,
    Query(query): Query<GroupQuery>,
) -> Result<Json<GroupPage>, Problem> {
    let organisation = query.organisation.as_deref();
    let asked = asked(&caller, Action::Read, organisation, &query.period).await?;
    // Hospitals beside each other: those that the person reaches, whichever one was asked about.
    let reach = caller
        .view(
            Action::Read,
            Resource::Grouping,
            Sensitivity::Aggregate,
            None,
        )
        .await?;
    let compared = extent(&reach, None, &asked.directory, &caller)?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let key = format!(
            "groups/one/{drg}/{}/{}/{}",
            asked.period,
            asked.extent.key(),
            compared.key()
        );
        let found = service.kept(&key, || {
            let extents = (&asked.extent, &compared);
            let content = service.content();
            let tables = tables(service, &workspace)?;
            let period = asked.period;
            Ok(one(&tables, &workspace, &content, &drg, extents, period)?)
        })?;
        page(service, &workspace, &asked, &found, &drg)
    });
    Ok(Json(answer.await?))
}

fn page(
    service: &Service,
    workspace: &Workspace,
    asked: &Asked,
    found: &One,
    drg: &str,
) -> Result<GroupPage, Problem> {
    let content = service.content();
    let scheme = workspace.config().scheme.clone();
    let loaded = content.scheme(&scheme).map_err(ExplorerError::from)?;
    let weights = weights(service, workspace, &scheme)?;
    let weight = |drg: &str| (*weights).as_ref().and_then(|table| table.get(drg));
    let definitions = kept_definitions(service, &scheme)?;
    let definition = definitions.of(content.content(), drg);
    let all = asked.may_see_records;
    let codes = content.content().codes();
    let hospitals = asked.names(By::Hospital, codes);
    let departments = asked.names(By::Department, codes);
    let name = |code: &str| GroupName {
        code: code.to_owned(),
        title: loaded.scheme.name(code).map(str::to_owned),
    };
    let own = weight(drg);
    let rate = workspace.config().payment_rate;
    let title = loaded.scheme.name(drg).unwrap_or(drg).to_owned();
    Ok(GroupPage {
        drg: drg.to_owned(),
        adrg: name(found.line.adrg.as_deref().unwrap_or_default()),
        mdc: name(found.line.mdc.as_deref().unwrap_or_default()),
        scheme_title: loaded.info.title.clone(),
        weight: text(own),
        weights: weights_title(service, workspace),
        pays: text(rate.zip(own).map(|(rate, weight)| rate.pays(weight))),
        definition: definition
            .map(|definition| words(definition, &|code: &str| name(code).title, &weight)),
        row: GroupRow::new(&found.line, title.clone(), all, false),
        trend_months: found.trend_months.clone(),
        months: found.months.iter().map(|month| point(month, all)).collect(),
        hospitals: rows(&found.hospitals, |line: &Line| hospitals.of(&line.key), all),
        departments: rows(
            &found.departments,
            |line: &Line| departments.of(&line.key),
            all,
        ),
        charges: spread(&found.charges, all),
        days: spread(&found.days, all),
        may_see_records: all,
        outlier_rule: outlier_rule(),
        title,
        scheme,
    })
}

/// The definitions of a scheme, read once.
pub(super) fn kept_definitions(
    service: &Service,
    scheme: &str,
) -> Result<Arc<Definitions>, Problem> {
    service.kept(&format!("groups/definitions/{scheme}"), || {
        Ok(definitions(service.content().content(), scheme)?)
    })
}

/// The weights of a scheme: those of the workspace for its own scheme, else none.
pub(super) fn weights(
    service: &Service,
    workspace: &Workspace,
    scheme: &str,
) -> Result<Arc<Option<WeightTable>>, Problem> {
    let config = workspace.config();
    let name = config.weights.clone().filter(|_| config.scheme == scheme);
    service.kept(&format!("groups/weights/{scheme}/{name:?}"), || {
        let table = name.map(|name| service.content().content().weights(&name, scheme));
        Ok(table.transpose().map_err(ExplorerError::from)?)
    })
}

fn words(
    definition: Definition,
    name: &dyn Fn(&str) -> Option<String>,
    weight: &dyn Fn(&str) -> Option<Decimal>,
) -> GroupDefinition {
    let (mcc, cc) = definition.complications;
    let entries = definition.entries.into_iter().map(|entry| GroupEntry {
        id: entry.id,
        condition: entry.condition,
        groups: entry
            .groups
            .into_iter()
            .map(|group| GroupSibling {
                title: name(&group.drg),
                weight: text(weight(&group.drg)),
                condition: group.condition,
                drg: group.drg,
            })
            .collect(),
    });
    GroupDefinition {
        mdc_condition: definition.mdc_condition,
        entries: entries.collect(),
        sets: definition.sets.into_iter().map(code_set).collect(),
        mcc,
        cc,
    }
}

fn code_set(set: CodeSetTitle) -> GroupCodeSet {
    let codes = set.codes.into_iter();
    GroupCodeSet {
        title: set.title,
        size: set.size,
        codes: codes
            .map(|(code, title)| GroupName { code, title })
            .collect(),
    }
}

fn point(month: &MonthPoint, all: bool) -> GroupMonth {
    let cases = GroupCount::of(month.cases, all);
    let own = |value: Option<Decimal>| text(value.filter(|_| !cases.hidden));
    GroupMonth {
        month: month.month.clone(),
        mean_charges: own(month.mean_charges),
        mean_days: own(month.mean_days),
        reference_charges: text(month.reference_charges),
        reference_days: text(month.reference_days),
        cases,
    }
}

/// A distribution; quantiles over few stays are numbers of single stays, and are hidden like them.
fn spread(found: &Spread, all: bool) -> GroupSpread {
    let quantiles = |own: &Option<biaochi_app::explorer::Quantiles>| {
        let own = own.as_ref().filter(|own| all || own.cases >= MINIMUM)?;
        Some(GroupQuantiles {
            cases: own.cases,
            p10: own.p10.to_string(),
            p25: own.p25.to_string(),
            p50: own.p50.to_string(),
            p75: own.p75.to_string(),
            p90: own.p90.to_string(),
        })
    };
    let bins = found.bins.iter().map(|bin| GroupBin {
        from: bin.from.to_string(),
        to: text(bin.to),
        cases: GroupCount::of(bin.cases, all),
        reference_cases: GroupCount::of(bin.reference_cases, all),
    });
    GroupSpread {
        own: quantiles(&found.own),
        reference: quantiles(&found.reference),
        bins: bins.collect(),
    }
}

/// Which records of a group.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GroupRecordsQuery {
    /// 机构编码，或 `division:区划`、`alliance:医联体`；不填为全部可见的机构。
    organisation: Option<String>,
    /// 时期，由整月组成。
    period: String,
    /// 只看这个出院科别。
    department: Option<String>,
    /// 排序：`charges` 费用（默认）、`days` 住院天数、`score` 首页得分（低的在前）、`discharge` 出院月份。
    sort: Option<String>,
    /// 每页最多多少行，不填为 50，最多 500。
    limit: Option<u32>,
    /// 上一页回答的 `next`。
    cursor: Option<String>,
}

/// A record of a group, without direct identifiers.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupRecord {
    /// 病案的键。
    record_key: String,
    /// 机构编码。
    organisation_code: String,
    /// 机构名称。
    organisation_title: String,
    /// 出院月份。
    month: String,
    /// 出院科别。
    department: Option<String>,
    /// 出院科别名称。
    department_title: Option<String>,
    /// 住院天数。
    days: Option<i32>,
    /// 住院费用（元）。
    charges: Option<String>,
    /// 费用是全部机构同病组均值的几倍。
    times: Option<String>,
    /// `high` 高倍率、`low` 低倍率；都不是时为空。
    outlier: Option<&'static str>,
    /// 是否死亡。
    died: bool,
    /// 首页得分。
    score: Option<String>,
    /// 计入的并发症与合并症。
    complications: Vec<String>,
}

/// Records of a group. Only for those who may see records without direct identifiers.
#[utoipa::path(get, path = "/groups/{drg}/records", tag = "groups",
    params(("drg" = String, Path, description = "病组编码"), GroupRecordsQuery),
    responses((status = 200, body = Page<GroupRecord>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn group_records(
    caller: Caller,
    Path(drg): Path<String>,
    Query(query): Query<GroupRecordsQuery>,
) -> Result<Json<Page<GroupRecord>>, Problem> {
    let organisation = query
        .organisation
        .as_deref()
        .filter(|code| !code.is_empty());
    let view = caller
        .view(
            Action::Read,
            Resource::Grouping,
            Sensitivity::DeIdentified,
            organisation,
        )
        .await?;
    let asked = asked(&caller, Action::Read, organisation, &query.period).await?;
    // What may be seen as records may be less than what may be seen as sums.
    let extent = extent(&view, organisation, &asked.directory, &caller)?;
    let asked = Asked { extent, ..asked };
    let order = match query.sort.as_deref().filter(|sort| !sort.is_empty()) {
        None => RecordOrder::Charges,
        Some(code) => RecordOrder::from_code(code)
            .ok_or_else(|| Problem::invalid("sort", format!("不能按“{code}”排序。请重新选择")))?,
    };
    let offset = match query.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
        None => 0,
        // The query engine counts no further than its signed numbers go.
        Some(cursor) => cursor
            .parse::<u32>()
            .map(u64::from)
            .map_err(|_| Problem::invalid("cursor", "页标记不正确。请从第一页重新开始"))?,
    };
    let limit = PageQuery {
        limit: query.limit,
        cursor: None,
    }
    .limit();
    let department = query.department.filter(|code| !code.is_empty());
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let content = service.content();
        let content = content.content();
        let within = (&asked.extent, asked.period);
        let page = (offset, limit);
        let department = department.as_deref();
        let tables = tables(service, &workspace)?;
        let found = records(&tables, &workspace, &drg, within, department, order, page)?;
        let hospitals = asked.names(By::Hospital, content.codes());
        let departments = asked.names(By::Department, content.codes());
        let shown = found.rows.len() as u64;
        let items = found.rows.into_iter().map(|row| GroupRecord {
            organisation_title: hospitals.of(&row.organisation_code),
            department_title: row.department.as_deref().map(|code| departments.of(code)),
            record_key: row.record_key,
            organisation_code: row.organisation_code,
            month: row.month,
            department: row.department,
            days: row.days,
            charges: text(row.charges),
            times: text(row.times),
            outlier: row.outlier,
            died: row.died,
            score: text(row.score),
            complications: row.complications,
        });
        Ok(Page {
            items: items.collect(),
            next: (shown > 0 && offset + shown < found.total).then(|| (offset + shown).to_string()),
            total: Some(found.total),
        })
    });
    Ok(Json(answer.await?))
}
