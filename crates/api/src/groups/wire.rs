//! Tables of groups as they are sent.

use biaochi_app::explorer::{HIGH_TIMES, LOW_PART, Line, Reference, Table, Then};
use biaochi_indicators::{hidden, may_show};
use biaochi_packs::WeightProvenance;
use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

/// Numbers of cases below this are hidden from those who may not see records.
pub(super) const MINIMUM: u64 = 5;

/// A number of cases that may be too small to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct GroupCount {
    /// 例数；太小不能显示时为空。
    pub(super) value: Option<u64>,
    /// 是否因例数太小而隐去（显示为“<5”）。
    pub(super) hidden: bool,
}

impl GroupCount {
    pub(super) fn of(cases: u64, all: bool) -> Self {
        let shown = all || may_show(cases, MINIMUM);
        Self {
            value: shown.then_some(cases),
            hidden: !shown,
        }
    }

    const HIDDEN: Self = Self {
        value: None,
        hidden: true,
    };
}

/// A table of groups, departments, physicians or hospitals.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupTable {
    /// `group`、`adrg`、`mdc`、`department`、`physician` 或 `hospital`。
    pub(super) by: &'static str,
    /// 时期。
    pub(super) period: String,
    /// 分组方案标识。
    pub(super) scheme: String,
    /// 分组方案名称。
    pub(super) scheme_title: String,
    /// 权重表；没有权重时为空。
    pub(super) weights: Option<WeightsTitle>,
    /// 合计。
    pub(super) total: GroupRow,
    /// 各行，例数多的在前。
    pub(super) rows: Vec<GroupRow>,
    /// 各行小图的月份。
    pub(super) months: Vec<String>,
    /// 作为参照的机构数：数据中同期的全部机构。
    pub(super) reference_hospitals: u64,
    /// 因例数太小而隐去的行数。
    pub(super) hidden_rows: u64,
    /// 是否可以看到病案。
    pub(super) may_see_records: bool,
    /// 高、低倍率的界线，用文字。
    pub(super) outlier_rule: String,
    /// 使用前须知，如分组方案的疑点。
    pub(super) warnings: Vec<String>,
}

/// What a table of weights is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct WeightsTitle {
    /// 标识。
    pub(super) id: String,
    /// 名称。
    pub(super) title: String,
    /// 性质，如“演示用合成权重”。
    pub(super) nature_text: String,
    /// 说明。
    pub(super) note: String,
}

impl WeightsTitle {
    pub(super) fn new(table: &WeightProvenance) -> Self {
        use biaochi_domain::{Language, Localized as _};
        Self {
            id: table.id.clone(),
            title: table.title.clone(),
            nature_text: table.nature.text(Language::Zh),
            note: table.note.clone(),
        }
    }
}

/// A row.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupRow {
    /// 病组、科室、医师或机构的编码；未填写时为空。
    pub(super) key: String,
    /// 名称。
    pub(super) title: String,
    /// 所属 ADRG。
    pub(super) adrg: Option<String>,
    /// 所属 MDC。
    pub(super) mdc: Option<String>,
    /// 例数。
    pub(super) cases: GroupCount,
    /// 入组例数。
    pub(super) grouped: GroupCount,
    /// 歧义（QY）例数。
    pub(super) ambiguous: GroupCount,
    /// 未入组例数。
    pub(super) ungrouped: GroupCount,
    /// 病组数。
    pub(super) groups: Option<u64>,
    /// 占全部例数的百分比。
    pub(super) share: Option<String>,
    /// 总权重。
    pub(super) total_weight: Option<String>,
    /// 平均权重，即 CMI。
    pub(super) mean_weight: Option<String>,
    /// 总费用（元）。
    pub(super) total_charges: Option<String>,
    /// 例均费用（元）。
    pub(super) mean_charges: Option<String>,
    /// 平均住院日。
    pub(super) mean_days: Option<String>,
    /// 费用消耗指数。
    pub(super) cost_index: Option<String>,
    /// 时间消耗指数。
    pub(super) time_index: Option<String>,
    /// 死亡例数。
    pub(super) deaths: GroupCount,
    /// 病死率（%）；死亡例数太小而隐去时为空。
    pub(super) mortality: Option<String>,
    /// 高倍率例数。
    pub(super) high: GroupCount,
    /// 低倍率例数。
    pub(super) low: GroupCount,
    /// 药占比（%）；没有要求或不是一家医院时为空。
    pub(super) drug_share: Option<String>,
    /// 耗占比（%）。
    pub(super) consumable_share: Option<String>,
    /// 同病组的全部机构均值；只有病组的行有。
    pub(super) reference: Option<GroupReference>,
    /// 上期。
    pub(super) previous: Option<GroupThen>,
    /// 去年同期。
    pub(super) year_before: Option<GroupThen>,
    /// 各月例数；太小的为空。
    pub(super) trend: Vec<Option<u64>>,
}

/// A group in all hospitals.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupReference {
    /// 例数。
    pub(super) cases: GroupCount,
    /// 例均费用（元）。
    pub(super) mean_charges: Option<String>,
    /// 平均住院日。
    pub(super) mean_days: Option<String>,
}

/// A row in an earlier period.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct GroupThen {
    /// 例数。
    pub(super) cases: GroupCount,
    /// CMI。
    pub(super) mean_weight: Option<String>,
    /// 例均费用（元）。
    pub(super) mean_charges: Option<String>,
    /// 平均住院日。
    pub(super) mean_days: Option<String>,
    /// 费用消耗指数。
    pub(super) cost_index: Option<String>,
    /// 时间消耗指数。
    pub(super) time_index: Option<String>,
}

/// A decimal as it is sent.
pub(super) fn text(value: Option<Decimal>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// A decimal that may only be seen with enough cases.
fn of_enough(value: Option<Decimal>, shown: bool) -> Option<String> {
    text(value.filter(|_| shown))
}

impl GroupRow {
    /// A row with everything hidden that rests on too few cases, unless single records may be seen anyway.
    pub(super) fn new(line: &Line, title: String, all: bool, hide: bool) -> Self {
        let shown = all || (!hide && may_show(line.cases, MINIMUM));
        let count = |cases| match shown {
            true => GroupCount::of(cases, all),
            false => GroupCount::HIDDEN,
        };
        let deaths = count(line.deaths);
        let own = |value| of_enough(value, shown);
        Self {
            key: line.key.clone(),
            title,
            adrg: line.adrg.clone(),
            mdc: line.mdc.clone(),
            cases: count(line.cases),
            grouped: count(line.grouped),
            ambiguous: count(line.ambiguous),
            ungrouped: count(line.ungrouped),
            groups: shown.then_some(line.groups),
            share: own(line.share),
            total_weight: own(line.total_weight),
            mean_weight: own(line.mean_weight),
            total_charges: own(line.total_charges),
            mean_charges: own(line.mean_charges),
            mean_days: own(line.mean_days),
            cost_index: own(line.cost_index),
            time_index: own(line.time_index),
            mortality: of_enough(line.mortality, !deaths.hidden),
            deaths,
            high: count(line.high),
            low: count(line.low),
            drug_share: own(line.drug_share),
            consumable_share: own(line.consumable_share),
            reference: line
                .reference
                .as_ref()
                .map(|reference| GroupReference::new(reference, all)),
            previous: line
                .previous
                .as_ref()
                .map(|then| GroupThen::new(then, all, shown)),
            year_before: line
                .year_before
                .as_ref()
                .map(|then| GroupThen::new(then, all, shown)),
            trend: line
                .trend
                .iter()
                .map(|cases| GroupCount::of(*cases, all).value.filter(|_| shown))
                .collect(),
        }
    }
}

impl GroupReference {
    fn new(reference: &Reference, all: bool) -> Self {
        let cases = GroupCount::of(reference.cases, all);
        Self {
            mean_charges: of_enough(reference.mean_charges, !cases.hidden),
            mean_days: of_enough(reference.mean_days, !cases.hidden),
            cases,
        }
    }
}

impl GroupThen {
    fn new(then: &Then, all: bool, row_shown: bool) -> Self {
        let cases = match row_shown {
            true => GroupCount::of(then.cases, all),
            false => GroupCount::HIDDEN,
        };
        let own = |value| of_enough(value, !cases.hidden);
        Self {
            mean_weight: own(then.mean_weight),
            mean_charges: own(then.mean_charges),
            mean_days: own(then.mean_days),
            cost_index: own(then.cost_index),
            time_index: own(then.time_index),
            cases,
        }
    }
}

/// The rows of a table; those with few cases are hidden, and where only one is, the smallest of the others too, since
/// the total would give it away.
pub(super) fn rows(lines: &[Line], name: impl Fn(&Line) -> String, all: bool) -> Vec<GroupRow> {
    let cases: Vec<u64> = lines.iter().map(|line| line.cases).collect();
    let hidden = hidden(&cases, MINIMUM);
    let rows = lines.iter().zip(hidden);
    rows.map(|(line, hide)| GroupRow::new(line, name(line), all, hide))
        .collect()
}

/// The total of a table.
pub(super) fn total(table: &Table, all: bool) -> GroupRow {
    GroupRow::new(&table.total, "合计".to_owned(), all, false)
}

/// Where the limits of outliers are, in words.
pub(super) fn outlier_rule() -> String {
    format!(
        "高倍率：住院费用超过全部机构同病组均值的 {HIGH_TIMES} 倍；低倍率：低于 {LOW_PART} 倍。各地医保的界线可能不同"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(key: &str, cases: u64, deaths: u64) -> Line {
        Line {
            key: key.to_owned(),
            cases,
            deaths,
            mean_charges: Some(Decimal::ONE_HUNDRED),
            mortality: Some(Decimal::ONE),
            trend: vec![cases, 20],
            ..Line::default()
        }
    }

    #[test]
    fn small_numbers_are_hidden_from_those_who_see_no_records() {
        let lines = [line("A", 100, 3), line("B", 40, 0), line("C", 4, 1)];
        let name = |line: &Line| line.key.clone();
        let hidden = rows(&lines, name, false);
        // C is small, and B would give it away together with the total.
        let cases: Vec<Option<u64>> = hidden.iter().map(|row| row.cases.value).collect();
        assert_eq!(cases, [Some(100), None, None]);
        assert!(hidden[1].mean_charges.is_none() && hidden[2].cases.hidden);
        assert!(hidden[0].deaths.hidden && hidden[0].mortality.is_none());
        assert_eq!(hidden[2].trend, [None, None]);
        let shown = rows(&lines, name, true);
        assert_eq!(shown[2].cases.value, Some(4));
        assert_eq!(shown[0].mortality.as_deref(), Some("1"));
    }
}
