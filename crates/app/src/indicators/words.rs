//! What an indicator is computed from, in words: for people who have to trust a figure and cannot read SQL.

use biaochi_datasets::DataSet;
use biaochi_domain::{Language, Localized as _};
use biaochi_indicators::{
    Algorithm, Formula, IndexOf, Indicator, IndicatorSet, Kind, Mark, Measure, STAY, Term, Times,
};

use super::pack::CompiledIndicators;

const ZH: Language = Language::Zh;
/// Characters of a list of codes that are shown; the pack has all of it.
const LIST_CHARACTERS: usize = 200;

/// A formula in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormulaWords {
    /// How the value comes about, one line.
    pub how: String,
    /// What stands above the line; empty where the formula has none.
    pub numerator: String,
    /// What stands below the line; empty where the formula has none.
    pub denominator: String,
    /// Where values come from: 病案, or titles of data sets.
    pub from: String,
    /// What the words mean: expressions and lists, as the pack has them.
    pub rules: Vec<Rule>,
}

/// What a word of a formula means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The word.
    pub title: String,
    /// The expression or the codes.
    pub means: String,
}

/// The formula of an indicator in words.
pub fn formula_words(pack: &CompiledIndicators, indicator: &Indicator) -> FormulaWords {
    let set = pack.set();
    let words = Words { pack, set };
    let mut found = match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => words.ratio(indicator, numerator, denominator),
        Formula::Exact(exact) => FormulaWords {
            how: format!("由全部病案逐份计算：{}", exact.sql),
            from: "病案".to_owned(),
            ..FormulaWords::default()
        },
        Formula::Growth { of, against } => FormulaWords {
            how: format!(
                "“{}”的{}增幅：（本期 − 前期）÷ 前期{}",
                set.get(of).map_or(of.as_str(), |basis| &basis.title),
                against.text(ZH),
                times(indicator)
            ),
            from: words.sources(set.basis(indicator)),
            ..FormulaWords::default()
        },
        Formula::Algorithm(algorithm) => FormulaWords {
            how: algorithm_words(algorithm).to_owned(),
            from: "病案（DRG 分组）".to_owned(),
            ..FormulaWords::default()
        },
        Formula::Entered { dataset, field } => FormulaWords {
            how: format!(
                "填报值：{}，取审核通过的数；几家机构合起来按字段的汇总方式",
                words.field(dataset, field)
            ),
            from: words.data_set(dataset),
            ..FormulaWords::default()
        },
    };
    found.rules = words.rules(indicator);
    found
}

/// What is not confirmed about an indicator, in a few words each.
pub fn mark_words(set: &IndicatorSet, indicator: &Indicator) -> Vec<String> {
    let marks = set.marks(indicator).into_iter();
    marks
        .map(|mark| match mark {
            Mark::Definition(certainty) => format!("定义{}", certainty.text(ZH)),
            Mark::List { title, .. } => format!("暂定名录“{title}”"),
        })
        .collect()
}

fn times(indicator: &Indicator) -> String {
    match indicator.scale.normalize() {
        scale if scale == rust_decimal::Decimal::ONE => String::new(),
        scale => format!(" × {scale}"),
    }
}

fn algorithm_words(algorithm: &Algorithm) -> &'static str {
    match algorithm {
        Algorithm::DrgGroups => "期内有病例的不同病组数，不可相加",
        Algorithm::Index(kind) if kind.of == IndexOf::Cost => {
            "各组例均费用 ÷ 参照的同组例均费用，按例数加权；1 为平均"
        }
        Algorithm::Index(_) => "各组平均住院日 ÷ 参照的同组平均住院日，按例数加权；1 为平均",
        Algorithm::LowRiskMortality(settings) if settings.mid_low => {
            "中低风险组的死亡例数 ÷ 中低风险组的例数"
        }
        Algorithm::LowRiskMortality(_) => "低风险组的死亡例数 ÷ 低风险组的例数",
    }
}

struct Words<'a> {
    pack: &'a CompiledIndicators,
    set: &'a IndicatorSet,
}

impl Words<'_> {
    fn ratio(&self, indicator: &Indicator, above: &[Term], below: &[Term]) -> FormulaWords {
        FormulaWords {
            how: match below.is_empty() {
                true => format!("各项之和{}", times(indicator)),
                false => format!("分子 ÷ 分母{}，由合计数算出", times(indicator)),
            },
            numerator: self.terms(above),
            denominator: self.terms(below),
            from: self.sources(indicator),
            rules: Vec::new(),
        }
    }

    fn terms(&self, terms: &[Term]) -> String {
        let mut text = String::new();
        for term in terms {
            match (text.is_empty(), term.minus) {
                (true, false) => {}
                (_, true) => text += " − ",
                (false, false) => text += " + ",
            }
            text += &self.measure(self.set.measure(term.measure));
            match term.times {
                Some(Times::Days) => text += " × 日历天数",
                Some(Times::Months) => text += " × 月数",
                None => {}
            }
        }
        text
    }

    fn measure(&self, measure: &Measure) -> String {
        let stays = measure.source == STAY;
        let mut text = match &measure.kind {
            Kind::Count(all) if all.trim() == "true" && stays => "出院人次".to_owned(),
            Kind::Count(all) if all.trim() == "true" => {
                format!("{}的行数", self.data_set(&measure.source))
            }
            Kind::Count(sql) if stays => format!("{}的出院人次", self.expression(sql)),
            Kind::Count(sql) => {
                format!(
                    "{}中{}的行数",
                    self.data_set(&measure.source),
                    self.expression(sql)
                )
            }
            Kind::Sum(sql) if stays => format!("{}之和", self.expression(sql)),
            Kind::Sum(sql) => self.field(&measure.source, sql),
        };
        if let Some(filter) = &measure.filter {
            text += &format!("（只计{}）", self.expression(filter));
        }
        if let Some(exclude) = &measure.exclude {
            text += &format!("（不计{}）", self.expression(exclude));
        }
        text
    }

    /// A term by its title; what is more than a term as it is written.
    fn expression(&self, sql: &str) -> String {
        let sql = sql.trim();
        let term = self.set.terms().iter().find(|term| term.id == sql);
        term.map_or_else(|| format!("“{sql}”"), |term| term.title.clone())
    }

    fn data_set(&self, id: &str) -> String {
        self.definition(id).map_or_else(
            || format!("数据集“{id}”"),
            |set| format!("《{}》", set.title),
        )
    }

    fn field(&self, dataset: &str, field: &str) -> String {
        let title = self.definition(dataset).and_then(|set| {
            let own = set.fields.iter().find(|own| own.id == field.trim())?;
            Some(own.title.clone())
        });
        let title = title.unwrap_or_else(|| format!("“{}”", field.trim()));
        format!("{}的{title}", self.data_set(dataset))
    }

    fn definition(&self, id: &str) -> Option<&DataSet> {
        let found = self.pack.sets.iter().find(|set| set.id == id);
        found.map(AsRef::as_ref)
    }

    /// Where the values of an indicator come from.
    fn sources(&self, indicator: &Indicator) -> String {
        if let Formula::Entered { dataset, .. } = &indicator.formula {
            return self.data_set(dataset);
        }
        let mut sources: Vec<String> = Vec::new();
        for id in self.set.measures_of(indicator) {
            let source = match self.set.measure(id).source.as_str() {
                STAY => "病案".to_owned(),
                other => self.data_set(other),
            };
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        match sources.is_empty() {
            true => "病案".to_owned(),
            false => sources.join("、"),
        }
    }

    fn rules(&self, indicator: &Indicator) -> Vec<Rule> {
        let expressions = self.set.expressions_of(indicator);
        let used = self.set.terms_used(expressions.iter().copied()).into_iter();
        let mut rules: Vec<Rule> = used
            .map(|place| &self.set.terms()[place])
            .map(|term| Rule {
                title: term.title.clone(),
                means: term.sql.clone(),
            })
            .collect();
        for id in self.set.lists_used(expressions) {
            let Some(list) = self.set.list(&id) else {
                continue;
            };
            let mut codes: String = list.codes.chars().take(LIST_CHARACTERS).collect();
            if codes.len() < list.codes.len() {
                codes += "……";
            }
            rules.push(Rule {
                title: format!("名录“{}”（{}）", list.title, list.certainty.text(ZH)),
                means: match list.is_supplied() {
                    true => codes,
                    false => "未提供，请在本地内容包中补充".to_owned(),
                },
            });
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Content;
    use crate::indicators::NATIONAL;

    #[test]
    fn every_indicator_says_how_and_from_what_it_is_computed() {
        let content = Content::load(&[]).expect("packs");
        let pack = content.indicators(NATIONAL).expect("indicators");
        for indicator in pack.set().indicators() {
            let words = formula_words(&pack, indicator);
            assert!(
                !words.how.is_empty() && !words.from.is_empty(),
                "{}",
                indicator.id
            );
            let is_ratio = matches!(indicator.formula, Formula::Ratio { .. });
            assert_eq!(is_ratio, !words.numerator.is_empty(), "{}", indicator.id);
        }
        let cmi = pack.set().get("DRG-CMI").expect("the case-mix index");
        let words = formula_words(&pack, cmi);
        assert!(words.denominator.contains("出院人次"), "{words:?}");
    }
}
