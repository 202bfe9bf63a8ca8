//! Grouping schemes, and two of them beside each other.

use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Object, Resource};
use biaochi_app::Workspace;
use biaochi_app::explorer::{Comparison, ExplorerError, Extent, compare};
use biaochi_domain::{Language, Localized as _, Period};
use biaochi_packs::{Remark, SchemeInfo, WeightTable};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asked::asked;
use super::one::{kept_definitions, weights};
use super::wire::{GroupCount, WeightsTitle, text};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemBody};
use crate::service::Service;

/// Rows of differences and moves that are sent at most.
const MOST_ROWS: usize = 2_000;

/// A grouping scheme that is installed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupScheme {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// 版本。
    version: String,
    /// 适用地区。
    place: String,
    /// 所依据的方案。
    base: Option<String>,
    /// `published`、`damaged` 或 `mended`。
    status: String,
    /// 状态。
    status_text: String,
    /// 建议使用的方案。
    recommended: String,
    /// 依据的文件：标题、文号、发布机关。
    document: String,
    /// 许可。
    licence: String,
    /// MDC 数。
    mdcs: usize,
    /// ADRG 数。
    adrgs: usize,
    /// 病组数。
    drgs: usize,
    /// 内容哈希。
    content_hash: String,
    /// 使用前须知；没有时为空。
    warning: Option<String>,
    /// 公布表中的疑点，原样保留。
    damages: Vec<SchemeRemark>,
    /// 修补。
    mends: Vec<SchemeRemark>,
    /// 这个方案的权重表。
    weights: Vec<WeightsTitle>,
    /// 是否是入库时所用的方案。
    in_use: bool,
}

/// A doubtful place, or a mend.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeRemark {
    /// 哪里。
    what: String,
    /// 为什么。
    why: String,
    /// 影响。
    effect: String,
}

/// The installed grouping schemes with their provenance and warnings.
#[utoipa::path(get, path = "/schemes", tag = "groups",
    responses((status = 200, body = Vec<GroupScheme>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub(super) async fn schemes(caller: Caller) -> Result<Json<Vec<GroupScheme>>, Problem> {
    let object = Object::common(Resource::Grouping);
    caller.may(Action::Read, &object, "schemes").await?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        let found = service.kept("groups/schemes", || Ok(all(service, &workspace)))?;
        Ok((*found).clone())
    });
    Ok(Json(answer.await?))
}

fn all(service: &Service, workspace: &Workspace) -> Vec<GroupScheme> {
    let content = service.content();
    let library = content.content().library();
    let tables = library.weight_tables();
    let own = &workspace.config().scheme;
    let schemes = library.schemes().into_iter().map(|info| {
        let weights = tables
            .iter()
            .filter(|table| table.scheme.as_deref() == Some(info.id.as_str()));
        scheme(&info, weights.map(WeightsTitle::new).collect(), own)
    });
    schemes.collect()
}

fn scheme(info: &SchemeInfo, weights: Vec<WeightsTitle>, own: &str) -> GroupScheme {
    let remarks = |remarks: &[Remark]| {
        let remarks = remarks.iter().map(|remark| SchemeRemark {
            what: remark.what.clone(),
            why: remark.why.clone(),
            effect: remark.effect.clone(),
        });
        remarks.collect::<Vec<_>>()
    };
    let document = &info.document;
    let document = [&document.title, &document.number, &document.issuer];
    let document: Vec<&str> = document.into_iter().map(String::as_str).collect();
    GroupScheme {
        id: info.id.clone(),
        title: info.title.clone(),
        version: info.version.clone(),
        place: info.place.clone(),
        base: info.base.clone(),
        status: info.status.to_string(),
        status_text: info.status.text(Language::Zh),
        recommended: info.recommended.clone(),
        document: document.join(" ").trim().to_owned(),
        licence: info.licence.clone(),
        mdcs: info.counts.categories,
        adrgs: info.counts.adrgs,
        drgs: info.counts.drgs,
        content_hash: info.content_hash.clone(),
        warning: info.warning().map(|warning| warning.text(Language::Zh)),
        damages: remarks(&info.damages),
        mends: remarks(&info.mends),
        weights,
        in_use: info.id == own,
    }
}

/// Which schemes are compared, over which records.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareQuery {
    /// 第一个方案。
    a: String,
    /// 第二个方案。
    b: String,
    /// 机构编码，或 `division:区划`、`alliance:医联体`；不填为全部可见的机构。
    organisation: Option<String>,
    /// 重新分组的病案的时期，由整月组成。
    period: String,
}

/// Two schemes beside each other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeComparison {
    /// 第一个方案。
    a: ComparedScheme,
    /// 第二个方案。
    b: ComparedScheme,
    /// 重新分组的病案数。
    records: u64,
    /// 分到别的组的病案数。
    moved: GroupCount,
    /// 分到哪里，多的在前。
    moves: Vec<SchemeMove>,
    /// 因例数太小而隐去的去向数。
    hidden_moves: u64,
    /// 定义不同的病组。
    differences: Vec<SchemeDifference>,
    /// 是否还有没列出的行。
    cut: bool,
}

/// One of two schemes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ComparedScheme {
    /// 标识。
    id: String,
    /// 名称。
    title: String,
    /// 病组数。
    groups: usize,
    /// 入组的病案数。
    grouped: GroupCount,
    /// CMI；没有权重时为空。
    mean_weight: Option<String>,
    /// 使用前须知。
    warning: Option<String>,
}

/// Where records move.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeMove {
    /// 第一个方案的病组，或未入组的情形。
    from: String,
    /// 名称。
    from_title: Option<String>,
    /// 第二个方案的病组，或未入组的情形。
    to: String,
    /// 名称。
    to_title: Option<String>,
    /// 例数。
    records: u64,
    /// 权重合计的变化；缺权重时为空。
    weight_difference: Option<String>,
}

/// A group in which two schemes differ.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct SchemeDifference {
    /// 病组编码。
    drg: String,
    /// `only_a`、`only_b`、`renamed`、`condition` 或 `weight`。
    kind: &'static str,
    /// 第一个方案中的名称。
    title_a: Option<String>,
    /// 第二个方案中的名称。
    title_b: Option<String>,
    /// 第一个方案的权重。
    weight_a: Option<String>,
    /// 第二个方案的权重。
    weight_b: Option<String>,
    /// 条件是否不同。
    condition_differs: bool,
}

/// Compares two schemes: their definitions and weights, and what they make of the records of a period. At most 50 000
/// records are grouped again.
#[utoipa::path(get, path = "/schemes/compare", tag = "groups", params(CompareQuery),
    responses((status = 200, body = SchemeComparison), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(super) async fn compare_schemes(
    caller: Caller,
    Query(query): Query<CompareQuery>,
) -> Result<Json<SchemeComparison>, Problem> {
    let organisation = query.organisation.as_deref();
    let asked = asked(&caller, Action::Read, organisation, &query.period).await?;
    let workspace = caller.workspace();
    let answer = caller.service().run(move |service| {
        if !asked.period.is_whole_months() {
            let period = asked.period.to_string();
            return Err(ExplorerError::NotMonths { period }.into());
        }
        let key = format!(
            "groups/compare/{}/{}/{}/{}",
            query.a,
            query.b,
            asked.period,
            asked.extent.key()
        );
        let names = (query.a.as_str(), query.b.as_str());
        let found = service.kept(&key, || {
            compared(service, &workspace, names, (&asked.extent, asked.period))
        })?;
        wire(service, names, &found, asked.may_see_records)
    });
    Ok(Json(answer.await?))
}

fn compared(
    service: &Service,
    workspace: &Workspace,
    (a, b): (&str, &str),
    records: (&Extent, Period),
) -> Result<Comparison, Problem> {
    let definitions = (kept_definitions(service, a)?, kept_definitions(service, b)?);
    let year = records.1.last().year();
    let (of_a, of_b) = (
        weights_in(service, workspace, a, year)?,
        weights_in(service, workspace, b, year)?,
    );
    let content = service.content();
    Ok(compare(
        workspace,
        &content,
        (a, b),
        (&definitions.0, &definitions.1),
        (of_a.as_ref(), of_b.as_ref()),
        Some(records),
    )?)
}

/// The weights of a scheme: those of the workspace for its own, else those that the packs have for the year.
fn weights_in(
    service: &Service,
    workspace: &Workspace,
    scheme: &str,
    year: i16,
) -> Result<Option<WeightTable>, Problem> {
    if let Some(own) = &*weights(service, workspace, scheme)? {
        return Ok(Some(own.clone()));
    }
    let content = service.content();
    let found = content.content().library().weights(scheme, year);
    let found = found.map_err(biaochi_app::ContentError::from);
    Ok(found.map_err(ExplorerError::from)?)
}

fn wire(
    service: &Service,
    (a, b): (&str, &str),
    found: &Comparison,
    all: bool,
) -> Result<SchemeComparison, Problem> {
    let content = service.content();
    let (loaded_a, loaded_b) = (
        content.scheme(a).map_err(ExplorerError::from)?,
        content.scheme(b).map_err(ExplorerError::from)?,
    );
    let compared = |loaded: &biaochi_app::LoadedScheme, groups, grouped, at: usize| {
        let (weight, weighted) = found.weights[at];
        let mean = weight.checked_div(weighted.into());
        ComparedScheme {
            id: loaded.info.id.clone(),
            title: loaded.info.title.clone(),
            groups,
            grouped: GroupCount::of(grouped, all),
            mean_weight: text(mean.map(|mean| mean.round_dp(4))),
            warning: loaded.warning(Language::Zh),
        }
    };
    let is_shown = |records: u64| !GroupCount::of(records, all).hidden;
    let shown = found.moves.iter().filter(|own| is_shown(own.records));
    let moves: Vec<SchemeMove> = shown
        .take(MOST_ROWS)
        .map(|own| SchemeMove {
            from: own.from.clone(),
            from_title: loaded_a.scheme.name(&own.from).map(str::to_owned),
            to: own.to.clone(),
            to_title: loaded_b.scheme.name(&own.to).map(str::to_owned),
            records: own.records,
            weight_difference: text(own.weight_difference),
        })
        .collect();
    let hidden = found.moves.iter().filter(|own| !is_shown(own.records));
    let hidden_moves = hidden.count() as u64;
    let differences = found.groups.iter().take(MOST_ROWS);
    Ok(SchemeComparison {
        a: compared(&loaded_a, found.groups_a, found.grouped.0, 0),
        b: compared(&loaded_b, found.groups_b, found.grouped.1, 1),
        records: found.records,
        moved: GroupCount::of(found.moved, all),
        cut: found.groups.len() > MOST_ROWS || found.moves.len() > MOST_ROWS,
        moves,
        hidden_moves,
        differences: differences
            .map(|group| {
                let [title_a, title_b] = group.names.clone();
                let [weight_a, weight_b] = group.weights.map(text);
                let kind = match (&title_a, &title_b) {
                    (Some(_), None) => "only_a",
                    (None, Some(_)) => "only_b",
                    _ if group.condition_differs => "condition",
                    _ if title_a != title_b => "renamed",
                    _ => "weight",
                };
                SchemeDifference {
                    drg: group.drg.clone(),
                    kind,
                    title_a,
                    title_b,
                    weight_a,
                    weight_b,
                    condition_differs: group.condition_differs,
                }
            })
            .collect(),
    })
}
