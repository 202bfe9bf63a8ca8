//! A value beside those before it: how it changed, whether that is to the good, and whether it is more than chance.

use biaochi_domain::Period;
use biaochi_indicators::{Direction, Formula, Indicator, MeasureId, NoValue, STAY, Value, ratio};
use biaochi_organisations::Unit;
use rust_decimal::Decimal;

use super::values::Values;

/// A change of so much of the value before counts, where chance cannot be told.
const NOTABLE: Decimal = Decimal::from_parts(10, 0, 0, false, 0);

biaochi_domain::coded! {
    /// Which way a value goes, against the period before and the year before.
    pub enum Course {
        /// To the good.
        Better = "better", "变好", "better";
        /// To the bad.
        Worse = "worse", "变差", "worse";
        /// To the good against one, to the bad against the other.
        Mixed = "mixed", "有好有差", "mixed";
        /// As before.
        Same = "same", "持平", "unchanged";
        /// Nobody says which way is good.
        Watched = "watched", "监测", "watched";
        /// Nothing to compare with.
        Unknown = "unknown", "无可比", "nothing to compare with";
        /// No value.
        Missing = "missing", "无值", "no value";
    }
}

/// Why a line has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// There is none.
    Why(NoValue),
    /// All records would have to be read: it is computed when somebody asks for this indicator alone.
    OnDemand,
}

/// A value against that of an earlier period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shift {
    /// The earlier period.
    pub period: Period,
    /// Its value.
    pub before: Value,
    /// What was added since.
    pub difference: Decimal,
    /// The same in per cent of the value before; `None` of nothing.
    pub relative: Option<Decimal>,
    /// Whether that is to the good; `None` when nothing changed or nobody says.
    pub good: Option<bool>,
    /// Whether it is more than chance.
    pub notable: bool,
}

/// A value with what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Id of the indicator.
    pub id: String,
    /// The value, or why there is none.
    pub value: Result<Value, Missing>,
    /// Against the period before.
    pub previous: Option<Shift>,
    /// Against the same period a year before.
    pub year_before: Option<Shift>,
    /// Which way it goes.
    pub course: Course,
    /// The values up to and with this one, oldest first.
    pub spark: Vec<(Period, Option<Decimal>)>,
}

impl Line {
    /// Whether it goes to the bad by more than chance, and is better than neither the period before nor a year before.
    pub fn is_adrift(&self) -> bool {
        let bad = |shift: &Option<Shift>| {
            shift.is_some_and(|shift| shift.notable && shift.good == Some(false))
        };
        let recovered = [self.previous, self.year_before]
            .into_iter()
            .flatten()
            .any(|shift| shift.good == Some(true));
        (bad(&self.previous) || bad(&self.year_before)) && !recovered
    }

    /// How far it went, in per cent of the value before: to sort by.
    pub fn distance(&self) -> Decimal {
        let shifts = [self.previous, self.year_before].into_iter().flatten();
        let bad = shifts.filter(|shift| shift.good == Some(false));
        let sizes = bad.filter_map(|shift| shift.relative);
        sizes
            .map(|relative| relative.abs())
            .max()
            .unwrap_or_default()
    }
}

/// Whether the values of an indicator are counted over records.
pub fn is_of_records(values: &Values, indicator: &Indicator) -> bool {
    let set = values.set();
    let basis = set.basis(indicator);
    match &basis.formula {
        Formula::Exact(_) | Formula::Algorithm(_) => true,
        Formula::Entered { .. } | Formula::Growth { .. } => false,
        Formula::Ratio { .. } => {
            let of_stays = |id: MeasureId| set.measure(id).source == STAY;
            set.measures_of(basis).into_iter().any(of_stays)
        }
    }
}

/// The lines of all indicators of a unit and period. What needs all records is left for a question of its own;
/// `points` is the length of the sparks.
pub fn board(values: &Values, unit: &Unit, period: Period, points: usize) -> Vec<Line> {
    let indicators = values.set().indicators().iter();
    indicators
        .map(|indicator| match &values.set().basis(indicator).formula {
            Formula::Exact(_) => Line {
                id: indicator.id.clone(),
                value: Err(Missing::OnDemand),
                previous: None,
                year_before: None,
                course: Course::Missing,
                spark: Vec::new(),
            },
            // A point of these costs a question to the lake.
            Formula::Algorithm(_) => line(values, indicator, unit, period, 0),
            _ => line(values, indicator, unit, period, points),
        })
        .collect()
}

/// The line of one indicator.
pub fn line(
    values: &Values,
    indicator: &Indicator,
    unit: &Unit,
    period: Period,
    points: usize,
) -> Line {
    let value = values.explained(indicator, unit, period);
    let shift = |earlier: Option<Period>| {
        let (now, period) = (value.as_ref().ok()?, earlier?);
        let before = values.explained(indicator, unit, period).ok()?;
        Some(shift_of(indicator, period, before, *now))
    };
    let (previous, year_before) = (shift(period.previous()), shift(period.year_before()));
    let has_value = value.is_ok();
    let mut spark: Vec<(Period, Option<Decimal>)> = Vec::new();
    if has_value && points > 0 {
        let periods = std::iter::successors(Some(period), |period| period.previous());
        let of = |period| {
            let value = values.explained(indicator, unit, period).ok();
            (period, value.map(|value| value.value))
        };
        spark = periods.take(points).map(of).collect();
        spark.reverse();
    }
    Line {
        id: indicator.id.clone(),
        course: match has_value {
            true => course(indicator, previous, year_before),
            false => Course::Missing,
        },
        value: value.map_err(Missing::Why),
        previous,
        year_before,
        spark,
    }
}

fn course(indicator: &Indicator, previous: Option<Shift>, year: Option<Shift>) -> Course {
    if indicator.direction == Direction::Monitor {
        return Course::Watched;
    }
    let shifts: Vec<Shift> = [previous, year].into_iter().flatten().collect();
    if shifts.is_empty() {
        return Course::Unknown;
    }
    let any = |good: bool| shifts.iter().any(|shift| shift.good == Some(good));
    match (any(true), any(false)) {
        (true, true) => Course::Mixed,
        (true, false) => Course::Better,
        (false, true) => Course::Worse,
        (false, false) => Course::Same,
    }
}

fn shift_of(indicator: &Indicator, period: Period, before: Value, now: Value) -> Shift {
    let difference = now.value - before.value;
    Shift {
        period,
        before,
        difference,
        relative: ratio(difference, before.value.abs(), Decimal::ONE_HUNDRED),
        good: is_good(indicator, before.value, now.value),
        notable: is_notable(indicator, &before, &now),
    }
}

fn is_good(indicator: &Indicator, before: Decimal, now: Decimal) -> Option<bool> {
    if before == now {
        return None;
    }
    match indicator.direction {
        Direction::Higher => Some(now > before),
        Direction::Lower => Some(now < before),
        Direction::Monitor => None,
        Direction::Band => {
            let (low, high) = indicator.band?;
            let outside = |value: Decimal| (low - value).max(value - high).max(Decimal::ZERO);
            match outside(now).cmp(&outside(before)) {
                std::cmp::Ordering::Equal => None,
                order => Some(order.is_lt()),
            }
        }
    }
}

/// Whether a change is more than chance: of a share, when it is more than twice its standard error; of anything else,
/// when it is a tenth of the value before.
fn is_notable(indicator: &Indicator, before: &Value, now: &Value) -> bool {
    if let (Some(before), Some(now)) = (share_of(indicator, before), share_of(indicator, now)) {
        let ((above0, below0), (above1, below1)) = (before, now);
        let pooled = (above0 + above1) / (below0 + below1);
        let difference = above1 / below1 - above0 / below0;
        let spread = pooled * (Decimal::ONE - pooled);
        let variance = spread * (Decimal::ONE / below0 + Decimal::ONE / below1);
        return difference * difference > Decimal::from(4) * variance;
    }
    let difference = now.value - before.value;
    let relative = ratio(difference, before.value.abs(), Decimal::ONE_HUNDRED);
    relative.is_some_and(|relative| relative.abs() >= NOTABLE)
}

/// Numerator and denominator, where the value is a share of cases.
fn share_of(indicator: &Indicator, value: &Value) -> Option<(Decimal, Decimal)> {
    let (above, below) = (value.numerator?, value.denominator?);
    let is_count = |number: Decimal| number.fract().is_zero() && number >= Decimal::ZERO;
    let is_scaled = indicator.scale >= Decimal::ONE_HUNDRED;
    (is_scaled && is_count(above) && is_count(below) && above <= below && !below.is_zero())
        .then_some((above, below))
}

#[cfg(test)]
mod tests {
    use biaochi_indicators::Certainty;

    use super::*;

    fn indicator(direction: Direction, scale: i64) -> Indicator {
        Indicator {
            id: "x".to_owned(),
            title: "x".to_owned(),
            why: String::new(),
            dimension: String::new(),
            direction,
            band: Some((Decimal::ONE, Decimal::TWO)),
            unit: String::new(),
            scale: Decimal::from(scale),
            decimals: 2,
            formula: Formula::Entered {
                dataset: "d".to_owned(),
                field: "f".to_owned(),
            },
            applies_to: Vec::new(),
            minimum: None,
            source: String::new(),
            clause: String::new(),
            certainty: Certainty::Confirmed,
            note: String::new(),
            valid_from: None,
            valid_to: None,
        }
    }

    fn value(above: i64, below: i64, scale: i64) -> Value {
        let (above, below) = (Decimal::from(above), Decimal::from(below));
        Value {
            numerator: Some(above),
            denominator: Some(below),
            value: above / below * Decimal::from(scale),
        }
    }

    #[track_caller]
    fn check(direction: Direction, before: &str, now: &str, expected: Option<bool>) {
        let number = |text: &str| text.parse::<Decimal>().expect("a number");
        let found = is_good(&indicator(direction, 1), number(before), number(now));
        assert_eq!(found, expected, "{direction:?} {before} {now}");
    }

    #[test]
    fn good_is_what_the_direction_says() {
        check(Direction::Higher, "1", "2", Some(true));
        check(Direction::Lower, "1", "2", Some(false));
        check(Direction::Monitor, "1", "2", None);
        check(Direction::Higher, "1", "1", None);
        check(Direction::Band, "0.5", "1.5", Some(true));
        check(Direction::Band, "1.5", "2.5", Some(false));
        check(Direction::Band, "1.2", "1.8", None);
    }

    #[test]
    fn a_share_of_few_cases_moves_by_chance() {
        let share = indicator(Direction::Higher, 100);
        let notable = |before, now| is_notable(&share, &before, &now);
        assert!(!notable(value(4, 20, 100), value(2, 20, 100)));
        assert!(notable(value(400, 2000, 100), value(300, 2000, 100)));
        let mean = indicator(Direction::Lower, 1);
        assert!(is_notable(&mean, &value(90, 10, 1), &value(99, 10, 1)));
        assert!(!is_notable(&mean, &value(90, 10, 1), &value(95, 10, 1)));
    }

    #[test]
    fn what_was_worse_a_year_before_is_not_adrift() {
        let share = indicator(Direction::Higher, 100);
        let month: Period = "2024-03".parse().expect("a month");
        let shift = |before, now| Some(shift_of(&share, month, before, now));
        let mut line = Line {
            id: "x".to_owned(),
            value: Ok(value(300, 2000, 100)),
            previous: shift(value(400, 2000, 100), value(300, 2000, 100)),
            year_before: None,
            course: Course::Worse,
            spark: Vec::new(),
        };
        assert!(line.is_adrift() && line.distance() == Decimal::from(25));
        line.year_before = shift(value(200, 2000, 100), value(300, 2000, 100));
        assert!(!line.is_adrift());
    }
}
