//! What a report says, as plain values.

use biaochi_checks::{Class, Severity};
use biaochi_domain::Period;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize, Serializer};

/// Quality of the pages of a unit and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// Pages that were checked, at least one.
    pub pages: u64,
    /// Mean score, two decimals.
    #[serde(serialize_with = "text")]
    pub mean_score: Decimal,
    /// Lowest score.
    #[serde(serialize_with = "text")]
    pub lowest_score: Decimal,
    /// Pages of the best grade.
    pub grade_a: u64,
    /// Their share in percent, two decimals.
    #[serde(serialize_with = "text")]
    pub grade_a_share: Decimal,
    /// Pages without an error of the class completeness.
    pub complete: u64,
    /// Their share in percent, two decimals.
    #[serde(serialize_with = "text")]
    pub completeness: Decimal,
    /// Pages without an error of another class.
    pub accurate: u64,
    /// Their share in percent, two decimals.
    #[serde(serialize_with = "text")]
    pub accuracy: Decimal,
    /// Pages that cannot be reported as they are.
    pub blocked: u64,
    /// Pages whose group mending would change.
    pub regrouped: u64,
    /// Their share in percent, two decimals.
    #[serde(serialize_with = "text")]
    pub regrouped_share: Decimal,
}

/// What mending would change about groups and weights.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Effect {
    /// Pages with a finding whose mending could be tried.
    pub priced: u64,
    /// Pages whose group would be another.
    pub regrouped: u64,
    /// Pages whose weight would rise.
    pub raised: u64,
    /// By how much, four decimals.
    #[serde(serialize_with = "text")]
    pub weight_raised: Decimal,
    /// Pages whose weight would fall.
    pub lowered: u64,
    /// By how much, four decimals, never above zero.
    #[serde(serialize_with = "text")]
    pub weight_lowered: Decimal,
    /// Pages whose group would change, but a weight is missing.
    pub without_weight: u64,
}

impl Effect {
    pub(super) fn add(&mut self, other: &Self) {
        self.priced += other.priced;
        self.regrouped += other.regrouped;
        self.raised += other.raised;
        self.weight_raised += other.weight_raised;
        self.lowered += other.lowered;
        self.weight_lowered += other.weight_lowered;
        self.without_weight += other.without_weight;
    }

    /// Sum of all weights after minus before.
    pub fn weight_difference(&self) -> Decimal {
        self.weight_raised + self.weight_lowered
    }

    /// What the difference comes to at a rate in yuan for a weight of one, two decimals.
    pub fn payment(&self, rate: Decimal) -> Decimal {
        let yuan = self.weight_difference() * rate;
        yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
    }
}

/// A hospital.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hospital {
    /// Organisation code.
    pub code: String,
    /// Name, or the code when there is none.
    pub name: String,
    /// Quality in the period.
    pub now: Figures,
    /// Quality in the period before, when all its months are there.
    pub before: Option<Figures>,
    /// What mending would change.
    pub effect: Effect,
}

/// The other hospitals of the same tables, together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Others {
    /// How many they are.
    pub hospitals: usize,
    /// Quality of all their pages.
    pub figures: Figures,
    /// Place of the hospital of the report by mean score among all, 1 being the best.
    pub place: usize,
}

/// A department, physician or coder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unit {
    /// Organisation code.
    pub organisation_code: String,
    /// Name of the hospital.
    pub organisation: String,
    /// Department as its code and name; empty for coders.
    pub department: String,
    /// Physician or coder as the tables name them; empty for departments.
    pub person: String,
    /// Quality in the period.
    pub figures: Figures,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthFigures {
    /// Such as `2024-03`.
    pub month: String,
    /// Quality, `None` in a month without pages.
    pub figures: Option<Figures>,
}

/// Pages whose score lies in a band.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Least score.
    pub at_least: u32,
    /// The score from which the band above begins; `None` of full marks.
    pub below: Option<u32>,
    /// Pages.
    pub pages: u64,
}

/// A kind of fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClassFigures {
    /// The kind.
    #[serde(serialize_with = "class")]
    pub class: Class,
    /// Pages with an error of it.
    pub with_error: u64,
    /// Pages with any finding of it.
    pub pages: u64,
}

/// A check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckFigures {
    /// Id.
    pub id: String,
    /// The fault in one sentence; the id when no loaded pack has the check.
    pub title: String,
    /// Kind of fault.
    #[serde(serialize_with = "class")]
    pub class: Class,
    /// How sure a finding is.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// Pages with the fault.
    pub pages: u64,
    /// Pages with it in the period before, when all its months are there.
    pub before: Option<u64>,
    /// Places at fault.
    pub places: u64,
    /// Points that it cost, before caps of groups.
    #[serde(serialize_with = "text")]
    pub points: Decimal,
    /// Pages whose group mending it would change.
    pub regrouped: u64,
    /// Sum of weights after minus before, mending it alone.
    #[serde(serialize_with = "text")]
    pub weight_difference: Decimal,
    /// Pages of each month of the period.
    pub months: Vec<u64>,
}

/// What the pages were checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckedWith {
    /// Id of the pack of checks.
    pub checks: String,
    /// Hash of its content.
    pub content_hash: String,
    /// Scoring standard with its version.
    pub standard: String,
    /// Pages.
    pub pages: u64,
}

/// What the pages were grouped with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupedWith {
    /// Id of the scheme.
    pub scheme: String,
    /// Id of the weight table; `None` without weights.
    pub weight_table: Option<String>,
}

/// A report on the quality of front pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QualityReport {
    /// Its months.
    #[serde(serialize_with = "super::period::ends")]
    pub period: Period,
    /// The months it is compared with, when all of them are there.
    #[serde(serialize_with = "super::period::ends_of_any")]
    pub before: Option<Period>,
    /// Organisation code when it is about one hospital.
    pub organisation: Option<String>,
    /// Version of the tables.
    pub version: u64,
    /// When that version was published, Beijing time.
    pub published_at: String,
    /// Quality of all pages.
    pub now: Figures,
    /// Quality in the period before.
    pub earlier: Option<Figures>,
    /// The other hospitals, in the report of one.
    pub others: Option<Others>,
    /// What mending would change.
    pub effect: Effect,
    /// Yuan for a weight of one, when the caller gave it.
    #[serde(serialize_with = "optional_text")]
    pub rate: Option<Decimal>,
    /// By hospital, the best mean score first.
    pub hospitals: Vec<Hospital>,
    /// By month, all of the period.
    pub months: Vec<MonthFigures>,
    /// By month, at least a year up to the end of the period if there is so much.
    pub trend: Vec<MonthFigures>,
    /// By band of the score, the best first.
    pub scores: Vec<Band>,
    /// By kind of fault, most pages first.
    pub classes: Vec<ClassFigures>,
    /// By check, most pages first.
    pub checks: Vec<CheckFigures>,
    /// By department, the lowest mean score first.
    pub departments: Vec<Unit>,
    /// By attending physician, the lowest mean score first.
    pub physicians: Vec<Unit>,
    /// By coder, the lowest mean score first.
    pub coders: Vec<Unit>,
    /// What the pages were checked with.
    pub checked_with: Vec<CheckedWith>,
    /// What they were grouped with.
    pub grouped_with: Vec<GroupedWith>,
}

fn text<S: Serializer>(value: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn optional_text<S: Serializer>(value: &Option<Decimal>, out: S) -> Result<S::Ok, S::Error> {
    value.map(|value| value.to_string()).serialize(out)
}

fn class<S: Serializer>(class: &Class, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(class.id())
}

fn severity<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payment_is_the_difference_at_the_rate() {
        let effect = Effect {
            weight_raised: "1.2345".parse().expect("a number"),
            weight_lowered: "-0.2".parse().expect("a number"),
            ..Effect::default()
        };
        assert_eq!(
            effect.payment(6500.into()),
            "6724.25".parse().expect("a number")
        );
    }
}
