//! What an indicator is.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::measure::{MeasureId, Times};
use crate::words::words;

/// An indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Id, unique over all packs in force.
    pub id: String,
    /// Name.
    pub title: String,
    /// Why one looks at it.
    pub why: String,
    /// The part of the manual it belongs to, such as 质量安全.
    pub dimension: String,
    /// Which way is better.
    pub direction: Direction,
    /// Bounds within which it is best, for the direction [`Direction::Band`].
    pub band: Option<(Decimal, Decimal)>,
    /// Unit of the value.
    pub unit: String,
    /// The value is numerator ÷ denominator × this.
    pub scale: Decimal,
    /// Places shown.
    pub decimals: u32,
    /// How it is computed.
    pub formula: Formula,
    /// Words about institutions, all of which must be true; none: all institutions.
    pub applies_to: Vec<String>,
    /// Smallest denominator shown to those who may not see records.
    pub minimum: Option<u64>,
    /// Id of its source among those of the pack.
    pub source: String,
    /// Clause of the source.
    pub clause: String,
    /// How sure the definition is.
    pub certainty: Certainty,
    /// Anything else.
    pub note: String,
    /// First day on which it is in force.
    pub valid_from: Option<Date>,
    /// Last day on which it is in force.
    pub valid_to: Option<Date>,
}

/// How an indicator is computed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// Sums over sums. Without denominator the value is the numerator.
    Ratio {
        /// Terms above the line.
        numerator: Vec<Term>,
        /// Terms below the line; empty: none.
        denominator: Vec<Term>,
    },
    /// An aggregate that does not add up, computed for each unit and period.
    Exact(Exact),
    /// The change of another indicator against an earlier period.
    Growth {
        /// Id of the other indicator.
        of: String,
        /// Which earlier period.
        against: Against,
    },
    /// A typed algorithm.
    Algorithm(Algorithm),
    /// A value that somebody entered in a data set.
    Entered {
        /// The data set.
        dataset: String,
        /// Its field.
        field: String,
    },
}

/// A measure in a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The measure.
    pub measure: MeasureId,
    /// Whether it is subtracted.
    pub minus: bool,
    /// What it is multiplied with.
    pub times: Option<Times>,
}

/// An aggregate that does not add up, such as a median.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact {
    /// Source of the rows.
    pub source: String,
    /// SQL aggregate expression.
    pub sql: String,
    /// Rows that never count.
    pub exclude: Option<String>,
}

/// An algorithm over sums by DRG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Algorithm {
    /// Number of DRGs with at least one case.
    DrgGroups,
    /// Cost or time against a reference.
    Index(IndexKind),
    /// Mortality in the groups where hardly anyone should die.
    LowRiskMortality(LowRisk),
}

/// An index of consumption against a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexKind {
    /// What is consumed.
    pub of: IndexOf,
}

/// Settings of the low-risk mortality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowRisk {
    /// A list of DRGs; when it is missing or empty, the groups follow from the reference.
    pub list: Option<String>,
    /// What a group without any death in the reference is.
    pub score_zero: ScoreZero,
    /// Whether the deviation is that of a population (divided by n) or of a sample (n − 1).
    pub sample_deviation: bool,
    /// Which level is meant: low, or mid-low.
    pub mid_low: bool,
}

impl Default for LowRisk {
    fn default() -> Self {
        Self {
            list: None,
            score_zero: ScoreZero::Low,
            sample_deviation: false,
            mid_low: false,
        }
    }
}

words! {
    /// What a consumption index compares.
    IndexOf {
        /// Charges.
        Cost, "cost_index", "费用", "cost";
        /// Days.
        Time, "time_index", "时间", "time";
    }
}

words! {
    /// What a DRG is in whose reference nobody died.
    ScoreZero {
        /// Of low risk.
        Low, "low", "算低风险", "low risk";
        /// Left out.
        Excluded, "excluded", "不计", "left out";
    }
}

words! {
    /// Which way of an indicator is better.
    Direction {
        /// More is better.
        Higher, "higher", "逐步提高", "higher is better";
        /// Less is better.
        Lower, "lower", "逐步降低", "lower is better";
        /// It is watched.
        Monitor, "monitor", "监测比较", "monitored";
        /// Within a band is better.
        Band, "band", "区间内", "within a band";
    }
}

words! {
    /// How sure a definition or a list is.
    Certainty {
        /// Checked against its source.
        Confirmed, "confirmed", "已核对", "confirmed";
        /// General knowledge, to be checked against the manual.
        General, "general", "行业常识，待核对", "general knowledge, to be verified";
        /// From memory, to be checked against the manual.
        Memory, "memory", "凭记忆，待核对", "from memory, to be verified";
    }
}

words! {
    /// The earlier period of a growth.
    Against {
        /// The same months a year before.
        YearBefore, "year_before", "同比", "year on year";
        /// The period of the same length just before.
        Previous, "previous", "环比", "period on period";
    }
}

impl Against {
    /// The earlier period.
    pub fn period(self, now: biaochi_domain::Period) -> Option<biaochi_domain::Period> {
        match self {
            Self::YearBefore => now.year_before(),
            Self::Previous => now.previous(),
        }
    }
}
