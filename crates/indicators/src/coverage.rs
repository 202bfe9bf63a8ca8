//! A table of what every indicator rests on, for documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use biaochi_domain::{Language, Localized as _};

use crate::definition::{Formula, Indicator};
use crate::measure::STAY;
use crate::set::{IndicatorSet, Mark};

/// What is known of a data set that indicators name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownDataSet {
    /// Its title.
    pub title: String,
    /// How often it is filled in, in Chinese.
    pub frequency: String,
    /// Who fills it in, in Chinese.
    pub filled_by: String,
    /// Whether the institutions themselves do.
    pub by_institutions: bool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Records,
    Both,
    DataSets,
    Entered,
}

impl Origin {
    fn zh(self) -> &'static str {
        match self {
            Self::Records => "病案首页计算",
            Self::Both => "病案首页与数据集一起计算",
            Self::DataSets => "数据集计算",
            Self::Entered => "直接填报",
        }
    }
}

/// A Markdown table of all indicators: from what each is computed, how sure its definition is, and when
/// there is no value. `dataset` tells of a data set by its id.
pub fn coverage_table(
    set: &IndicatorSet,
    dataset: impl Fn(&str) -> Option<KnownDataSet>,
) -> String {
    let mut counts = BTreeMap::<Origin, usize>::new();
    let mut rows = String::new();
    let mut dimension = "";
    for indicator in by_dimension(set) {
        if indicator.dimension != dimension {
            dimension = &indicator.dimension;
            let _ = write!(
                rows,
                "\n## {dimension}\n\n| 指标 | 名称 | 由什么回答 | 定义 | 什么时候没有值 |\n|---|---|---|---|---|\n"
            );
        }
        let (origin, sources) = sources(set, indicator);
        *counts.entry(origin).or_default() += 1;
        let known: Vec<(&str, Option<KnownDataSet>)> = sources
            .iter()
            .map(|id| (id.as_str(), dataset(id)))
            .collect();
        let from: Vec<String> = known
            .iter()
            .map(|(id, known)| match known {
                Some(one) => format!(
                    "{}（`{id}`，{}填{}）",
                    one.title, one.filled_by, one.frequency
                ),
                None => format!("`{id}`"),
            })
            .collect();
        let mut how = origin.zh().to_owned();
        if !from.is_empty() {
            how = how + "：" + &from.join("、");
        }
        if let Formula::Growth { of, against } = &indicator.formula {
            how += &format!("；`{of}` 的{}增幅", against.text(Language::Zh));
        }
        let _ = writeln!(
            rows,
            "| {} | {} | {} | {} | {} |",
            indicator.id,
            cell(&indicator.title),
            cell(&how),
            cell(&certainty(set, indicator)),
            cell(&without(set, indicator, &known))
        );
    }
    let total: usize = counts.values().sum();
    let counts: Vec<String> = counts
        .iter()
        .map(|(origin, count)| format!("{} {count} 个", origin.zh()))
        .collect();
    format!("共 {total} 个指标：{}。\n{rows}", counts.join("，"))
}

/// Indicators with those of their dimension, dimensions in the order in which they first come.
fn by_dimension(set: &IndicatorSet) -> Vec<&Indicator> {
    let mut order: Vec<&str> = Vec::new();
    for indicator in set.indicators() {
        if !order.contains(&indicator.dimension.as_str()) {
            order.push(&indicator.dimension);
        }
    }
    let mut all: Vec<&Indicator> = set.indicators().iter().collect();
    all.sort_by_key(|indicator| order.iter().position(|one| *one == indicator.dimension));
    all
}

/// Where a value comes from, and the data sets it needs.
fn sources(set: &IndicatorSet, indicator: &Indicator) -> (Origin, BTreeSet<String>) {
    let basis = set.basis(indicator);
    if let Formula::Entered { dataset, .. } = &basis.formula {
        return (Origin::Entered, BTreeSet::from([dataset.clone()]));
    }
    let measures = set.measures_of(basis);
    let mut sources: BTreeSet<String> = measures
        .iter()
        .map(|id| set.measure(*id).source.clone())
        .collect();
    // What is no ratio is computed over records.
    let of_records = sources.remove(STAY) || sources.is_empty();
    let origin = match (of_records, sources.is_empty()) {
        (true, true) => Origin::Records,
        (true, false) => Origin::Both,
        (false, _) => Origin::DataSets,
    };
    (origin, sources)
}

fn certainty(set: &IndicatorSet, indicator: &Indicator) -> String {
    let marks: Vec<String> = set
        .marks(indicator)
        .iter()
        .map(|mark| match mark {
            Mark::Definition(certainty) => certainty.text(Language::Zh),
            Mark::List { id, certainty, .. } => {
                format!("名录 `@{id}` {}", certainty.text(Language::Zh))
            }
        })
        .collect();
    match marks.is_empty() {
        true => "已核对".to_owned(),
        false => marks.join("；"),
    }
}

/// Why there may be no value, as far as the definition tells.
fn without(
    set: &IndicatorSet,
    indicator: &Indicator,
    known: &[(&str, Option<KnownDataSet>)],
) -> String {
    let mut reasons = Vec::new();
    let lists: Vec<String> = set
        .missing_lists(indicator)
        .iter()
        .map(|list| format!("`@{}`", list.id))
        .collect();
    if !lists.is_empty() {
        reasons.push(format!(
            "名录 {} 要由当地提供，提供以前没有值",
            lists.join("、")
        ));
    }
    if known
        .iter()
        .flat_map(|(_, known)| known)
        .any(|one| !one.by_institutions)
    {
        reasons.push("由区域填报，单独一家机构没有值".to_owned());
    }
    if known.iter().any(|(_, known)| known.is_none()) {
        reasons.push("没有这个数据集，要先补上".to_owned());
    }
    let yearly = known
        .iter()
        .flat_map(|(_, known)| known)
        .find(|one| one.frequency != "月报");
    if let Some(one) = yearly {
        reasons.push(format!("比{}的期间短的时期没有值", one.frequency));
    }
    if matches!(indicator.formula, Formula::Growth { .. }) {
        reasons.push("没有前期值时没有".to_owned());
    }
    if !indicator.applies_to.is_empty() {
        reasons.push(format!("只对{}", indicator.applies_to.join("、")));
    }
    reasons.join("；")
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
