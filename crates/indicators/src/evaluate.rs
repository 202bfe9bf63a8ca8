//! From sums to values.

use biaochi_domain::{Language, Localized, Period};
use rust_decimal::Decimal;

use crate::definition::{Formula, Indicator, Term};
use crate::exact::ratio;
use crate::measure::{MeasureId, Times};
use crate::set::IndicatorSet;

/// A value of an indicator for a unit and a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// Above the line, where the indicator has such a sum.
    pub numerator: Option<Decimal>,
    /// Below the line, where the indicator has such a sum.
    pub denominator: Option<Decimal>,
    /// The value, unrounded.
    pub value: Decimal,
}

/// Why there is no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoValue {
    /// There is no row of a source in the period.
    NoRows {
        /// The source.
        source: String,
    },
    /// The denominator is zero.
    ZeroDenominator,
    /// Code lists that the definition needs are not supplied.
    ListsNotSupplied {
        /// Their ids.
        lists: Vec<String>,
    },
    /// Growth from nothing, or without an earlier value.
    NoEarlier {
        /// The earlier period.
        period: Option<Period>,
    },
    /// Growth is of an indicator that is not there, or of itself.
    NoBasis {
        /// Id of the indicator it should be of.
        id: String,
    },
    /// The value does not fit a decimal number.
    TooLarge,
    /// The definition was not in force.
    NotInForce,
    /// The period lies in the future: nothing can be there.
    NotBegun {
        /// The period.
        period: Period,
    },
    /// The indicator is not asked of this kind of unit.
    NotAsked,
    /// No group of this kind has a reference.
    NoReference,
    /// What is filled in for months says nothing about days.
    NotByDay {
        /// The data set.
        source: String,
    },
}

impl Localized for NoValue {
    fn text(&self, language: Language) -> String {
        let zh = language == Language::Zh;
        match self {
            Self::NoRows { source } if source == crate::STAY => if zh {
                "本期没有病案"
            } else {
                "no front page in the period"
            }
            .to_owned(),
            Self::NoRows { source } if zh => format!("数据集“{source}”本期没有审核通过的数据"),
            Self::NoRows { source } => format!("no approved values of the data set {source:?}"),
            Self::ZeroDenominator if zh => "分母为 0".to_owned(),
            Self::ZeroDenominator => "the denominator is zero".to_owned(),
            Self::ListsNotSupplied { lists } if zh => {
                format!("缺名录 @{}，请在本地内容包中补充", lists.join("、@"))
            }
            Self::ListsNotSupplied { lists } => {
                format!(
                    "lists not supplied: @{}; add them in a pack of your own",
                    lists.join(", @")
                )
            }
            Self::NoEarlier { period } => {
                let period = period.map_or_else(String::new, |period| period.to_string());
                if zh {
                    format!("没有可比的前期值 {period}").trim_end().to_owned()
                } else {
                    format!("no earlier value {period}").trim_end().to_owned()
                }
            }
            Self::NoBasis { id } if zh => format!("增幅所依据的指标“{id}”不存在或循环引用"),
            Self::NoBasis { id } => {
                format!("the indicator {id:?} it is the growth of is not there")
            }
            Self::TooLarge if zh => "数值过大".to_owned(),
            Self::TooLarge => "the value is too large".to_owned(),
            Self::NotInForce if zh => "本期定义尚未生效或已失效".to_owned(),
            Self::NotInForce => "the definition was not in force".to_owned(),
            Self::NotBegun { period } if zh => format!("期间 {period} 还没有开始"),
            Self::NotBegun { period } => format!("the period {period} has not begun"),
            Self::NotAsked if zh => "不适用于这类机构".to_owned(),
            Self::NotAsked => "not asked of this kind of institution".to_owned(),
            Self::NoReference if zh => "没有可作参照的病组".to_owned(),
            Self::NoReference => "no group has a reference".to_owned(),
            Self::NotByDay { source } if zh => {
                format!("数据集“{source}”按月或更长的期间报送，没有按天的值；请用整月的时期")
            }
            Self::NotByDay { source } => {
                format!(
                    "the data set {source:?} is filled in by month or longer; ask for whole months"
                )
            }
        }
    }
}

/// Where the sums of one unit come from.
pub trait Evidence {
    /// What a measure comes to in a period; `None` when its source has no row of the unit there.
    fn sum(&self, measure: MeasureId, period: Period) -> Option<Decimal>;

    /// The value of an indicator that no sums give: an exact aggregate, an algorithm, an entry.
    fn direct(&self, indicator: &Indicator, period: Period) -> Result<Value, NoValue>;
}

/// The value of an indicator.
pub fn evaluate(
    set: &IndicatorSet,
    indicator: &Indicator,
    period: Period,
    evidence: &dyn Evidence,
) -> Result<Value, NoValue> {
    value(set, indicator, period, evidence, set.indicators().len())
}

fn value(
    set: &IndicatorSet,
    indicator: &Indicator,
    period: Period,
    evidence: &dyn Evidence,
    depth: usize,
) -> Result<Value, NoValue> {
    if !in_force(indicator, period) {
        return Err(NoValue::NotInForce);
    }
    let missing = set.missing_lists(indicator);
    if !missing.is_empty() {
        let lists = missing.iter().map(|list| list.id.clone()).collect();
        return Err(NoValue::ListsNotSupplied { lists });
    }
    match &indicator.formula {
        Formula::Ratio {
            numerator,
            denominator,
        } => {
            let above = total(set, numerator, period, evidence)?;
            if denominator.is_empty() {
                let value = above.checked_mul(indicator.scale);
                return Ok(Value {
                    numerator: Some(above),
                    denominator: None,
                    value: value.ok_or(NoValue::TooLarge)?.normalize(),
                });
            }
            let below = total(set, denominator, period, evidence)?;
            if below.is_zero() {
                return Err(NoValue::ZeroDenominator);
            }
            Ok(Value {
                numerator: Some(above),
                denominator: Some(below),
                value: ratio(above, below, indicator.scale).ok_or(NoValue::TooLarge)?,
            })
        }
        Formula::Growth { of, against } => {
            let no_basis = || NoValue::NoBasis { id: of.clone() };
            let basis = set.get(of).filter(|_| depth > 0).ok_or_else(no_basis)?;
            let now = value(set, basis, period, evidence, depth - 1)?.value;
            let earlier = against.period(period);
            let no_earlier = || NoValue::NoEarlier { period: earlier };
            let earlier_period = earlier.ok_or_else(no_earlier)?;
            let before = match value(set, basis, earlier_period, evidence, depth - 1) {
                Ok(before) => before.value,
                Err(NoValue::NoBasis { id }) => return Err(NoValue::NoBasis { id }),
                Err(_) => return Err(no_earlier()),
            };
            let change = now.checked_sub(before).ok_or(NoValue::TooLarge)?;
            let value = ratio(change, before, indicator.scale);
            Ok(Value {
                numerator: Some(change),
                denominator: Some(before),
                value: value.ok_or_else(no_earlier)?,
            })
        }
        Formula::Exact(_) | Formula::Algorithm(_) | Formula::Entered { .. } => {
            evidence.direct(indicator, period)
        }
    }
}

/// Whether a definition was in force on the last day of a period.
fn in_force(indicator: &Indicator, period: Period) -> bool {
    let day = period.last_day();
    indicator.valid_from.is_none_or(|from| from <= day)
        && indicator.valid_to.is_none_or(|to| day <= to)
}

fn total(
    set: &IndicatorSet,
    terms: &[Term],
    period: Period,
    evidence: &dyn Evidence,
) -> Result<Decimal, NoValue> {
    let mut total = Decimal::ZERO;
    for term in terms {
        let source = &set.measure(term.measure).source;
        if !period.is_whole_months() && source != crate::STAY {
            let source = source.clone();
            return Err(NoValue::NotByDay { source });
        }
        let sum = evidence.sum(term.measure, period).ok_or_else(|| {
            let source = source.clone();
            NoValue::NoRows { source }
        })?;
        let factor = match term.times {
            None => Decimal::ONE,
            Some(Times::Months) => Decimal::from(period.length()),
            Some(Times::Days) => Decimal::from(period.day_count()),
        };
        let part = sum.checked_mul(factor).ok_or(NoValue::TooLarge)?;
        let added = match term.minus {
            false => total.checked_add(part),
            true => total.checked_sub(part),
        };
        total = added.ok_or(NoValue::TooLarge)?;
    }
    Ok(total)
}
