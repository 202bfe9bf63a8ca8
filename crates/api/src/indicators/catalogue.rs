//! What indicators there are.

use axum::Json;
use axum::extract::Query;
use biaochi_access::{Action, Resource, Sensitivity};
use biaochi_app::indicators::{
    CompiledIndicators, Formula, Indicator, STAY, formula_words, mark_words,
};
use biaochi_domain::{Language, Localized as _};
use biaochi_terminology::initials;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::pack;
use crate::caller::Caller;
use crate::page::Page;
use crate::problem::{Problem, ProblemBody};

const ZH: Language = Language::Zh;

/// Which indicators.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CatalogueQuery {
    /// 标识、名称、专题中的字，或名称的拼音首字母。
    text: Option<String>,
    /// 专题。
    chapter: Option<String>,
    /// 导向：higher、lower、monitor、band。
    direction: Option<String>,
}

/// What a word of a formula means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountingRule {
    /// The word.
    title: String,
    /// The expression, or the codes of a list.
    means: String,
}

/// What an indicator is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IndicatorCard {
    /// 标识。
    pub(crate) id: String,
    /// 名称。
    pub(crate) title: String,
    /// 为什么看它。
    pub(crate) why: String,
    /// 专题。
    pub(crate) chapter: String,
    /// `higher`, `lower`, `monitor` or `band`.
    pub(crate) direction: &'static str,
    /// 导向。
    pub(crate) direction_text: String,
    /// 单位。
    pub(crate) unit: String,
    /// How a value is written: `percent`, `money`, `weight`, `count` or `plain`.
    pub(crate) kind: &'static str,
    /// Places that are shown.
    pub(crate) decimals: u32,
    /// How the value comes about, one line.
    pub(crate) formula: String,
    /// 分子；空为没有。
    pub(crate) numerator: String,
    /// 分母；空为没有。
    pub(crate) denominator: String,
    /// 统计口径：公式中的词各指什么。
    pub(crate) rules: Vec<CountingRule>,
    /// 数据来自哪里。
    pub(crate) from: String,
    /// 依据的文件。
    pub(crate) source: String,
    /// 条款。
    pub(crate) clause: String,
    /// `confirmed`, `general` or `memory`.
    pub(crate) certainty: &'static str,
    /// 定义是否可靠。
    pub(crate) certainty_text: String,
    /// What is not confirmed about it.
    pub(crate) marks: Vec<String>,
    /// 适用的机构；空为全部。
    pub(crate) applies_to: Vec<String>,
    /// 说明。
    pub(crate) note: String,
    /// Whether its values can be opened into records.
    pub(crate) has_records: bool,
}

/// The indicators in force with their definitions.
#[utoipa::path(get, path = "/indicators", tag = "indicators", params(CatalogueQuery),
    responses((status = 200, body = Page<IndicatorCard>), (status = 401, body = ProblemBody),
        (status = 403, body = ProblemBody)))]
pub(crate) async fn indicators(
    caller: Caller,
    Query(query): Query<CatalogueQuery>,
) -> Result<Json<Page<IndicatorCard>>, Problem> {
    let aggregate = Sensitivity::Aggregate;
    caller
        .view(Action::Read, Resource::Indicator, aggregate, None)
        .await?;
    let items = caller
        .service()
        .run(move |service| {
            let pack = pack(service)?;
            let found = pack.set().indicators().iter();
            let found = found.filter(|indicator| query.wants(indicator));
            Ok(found.map(|one| card(&pack, one)).collect::<Vec<_>>())
        })
        .await?;
    Ok(Json(Page {
        total: Some(items.len() as u64),
        items,
        next: None,
    }))
}

impl CatalogueQuery {
    fn wants(&self, indicator: &Indicator) -> bool {
        let is = |wanted: &Option<String>, own: &str| {
            wanted
                .as_deref()
                .is_none_or(|wanted| wanted.is_empty() || wanted == own)
        };
        is(&self.chapter, &indicator.dimension)
            && is(&self.direction, indicator.direction.id())
            && self
                .text
                .as_deref()
                .is_none_or(|text| says(indicator, text))
    }
}

/// Whether an indicator is meant by a text: part of its id, title or chapter, or of the initials of its title.
fn says(indicator: &Indicator, text: &str) -> bool {
    let wanted = text.trim().to_lowercase();
    let own = [&indicator.id, &indicator.title, &indicator.dimension];
    let has = |own: &String| own.to_lowercase().contains(&wanted);
    own.into_iter().any(has) || initials(&indicator.title).contains(&wanted)
}

/// How a value is written.
pub(crate) fn kind(indicator: &Indicator) -> &'static str {
    match (indicator.unit.as_str(), indicator.decimals) {
        ("%", _) => "percent",
        ("元", _) => "money",
        ("", 4) => "weight",
        (_, 0) => "count",
        _ => "plain",
    }
}

/// Whether the values of an indicator can be opened into records.
fn has_records(pack: &CompiledIndicators, indicator: &Indicator) -> bool {
    let set = pack.set();
    match &indicator.formula {
        Formula::Ratio { .. } => {
            let measures = set.measures_of(indicator).into_iter();
            measures
                .map(|id| set.measure(id))
                .any(|one| one.source == STAY)
        }
        Formula::Algorithm(algorithm) => {
            matches!(
                algorithm,
                biaochi_indicators::Algorithm::LowRiskMortality(_)
            )
        }
        Formula::Growth { .. } | Formula::Entered { .. } | Formula::Exact(_) => false,
    }
}

/// What an indicator is.
pub(crate) fn card(pack: &CompiledIndicators, indicator: &Indicator) -> IndicatorCard {
    let words = formula_words(pack, indicator);
    let source = pack.loaded.sources.get(&indicator.source);
    IndicatorCard {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        why: indicator.why.clone(),
        chapter: indicator.dimension.clone(),
        direction: indicator.direction.id(),
        direction_text: indicator.direction.text(ZH),
        unit: indicator.unit.clone(),
        kind: kind(indicator),
        decimals: indicator.decimals,
        formula: words.how,
        numerator: words.numerator,
        denominator: words.denominator,
        rules: words
            .rules
            .into_iter()
            .map(|rule| CountingRule {
                title: rule.title,
                means: rule.means,
            })
            .collect(),
        from: words.from,
        source: source.unwrap_or(&indicator.source).clone(),
        clause: indicator.clause.clone(),
        certainty: indicator.certainty.id(),
        certainty_text: indicator.certainty.text(ZH),
        marks: mark_words(pack.set(), indicator),
        applies_to: indicator.applies_to.clone(),
        note: indicator.note.clone(),
        has_records: has_records(pack, indicator),
    }
}
