use biaochi_domain::{Language, Localized, Month, Period};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::due::{last_day, month_of};
use crate::forecast::{Forecast, Trend};
use crate::target::{Baseline, Comparator, Target};

/// Where a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// The value is reached.
    Met,
    /// Not yet, but it goes as it has to.
    OnCourse,
    /// It may be missed.
    AtRisk,
    /// It was missed, or will be unless something changes.
    OffCourse,
    /// There is no value, or nothing to compare it with.
    NoData,
    /// The document leaves something open that somebody has to decide first.
    NeedsDecision,
    /// A milestone that is attained.
    Done,
    /// A milestone whose day is still to come.
    Pending,
    /// A milestone whose day has passed.
    Overdue,
    /// Not attained, and no day is named until when.
    NoDate,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Met,
        Self::OnCourse,
        Self::AtRisk,
        Self::OffCourse,
        Self::NoData,
        Self::NeedsDecision,
        Self::Done,
        Self::Pending,
        Self::Overdue,
        Self::NoDate,
    ];

    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::OnCourse => "on_course",
            Self::AtRisk => "at_risk",
            Self::OffCourse => "off_course",
            Self::NoData => "no_data",
            Self::NeedsDecision => "needs_decision",
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Overdue => "overdue",
            Self::NoDate => "no_date",
        }
    }
}

impl Localized for Status {
    fn text(&self, language: Language) -> String {
        let zh = match self {
            Self::Met => "已达到",
            Self::OnCourse => "按进度",
            Self::AtRisk => "有风险",
            Self::OffCourse => "偏离",
            Self::NoData => "无数据",
            Self::NeedsDecision => "待明确",
            Self::Done => "已完成",
            Self::Pending => "未到期",
            Self::Overdue => "逾期",
            Self::NoDate => "未定期限",
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => self.word().replace('_', " "),
        }
    }
}

/// Why a target stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The value is reached.
    Reached,
    /// It is not behind the path, and the trend, where there is one, reaches the target.
    OnPath,
    /// It is behind the path, but the trend reaches the target.
    BehindYetReaching,
    /// It is behind the path; the target lies in the trend's interval.
    BehindWithinReach,
    /// It is behind the path, and the target lies outside of the trend's interval.
    OutOfReach,
    /// It is not behind the path, but the trend does not reach the target.
    PathYetFailing,
    /// It is behind the path and there is no trend; whether it moved towards the target at all.
    Behind {
        /// It did.
        moved: bool,
    },
    /// There is neither a baseline nor a trend to judge by.
    NothingToJudgeBy,
    /// The last day has passed.
    DuePassed,
    /// No last day is named.
    NoDueDate,
    /// What recurs is not reached yet, and its period is not over.
    WithinPeriod,
    /// It moved as it has to since the baseline.
    Improved,
    /// It did not move.
    Unchanged,
    /// It moved the other way.
    Worsened,
    /// There is no value.
    NoValue,
    /// The unit has no institution that the target means.
    NobodyMeant,
    /// There is nothing to compare the value with.
    NoBaseline,
    /// What somebody has to decide.
    Open(String),
    /// A milestone attained on this day.
    Attained(Date),
    /// A milestone attained on this day, after its last day.
    AttainedLate(Date),
    /// A milestone that is to be attained.
    Awaited,
}

impl Localized for Reason {
    fn text(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Reached => ("达到目标值", "the value is reached"),
            Self::OnPath => ("不落后于按期进度", "not behind the path to the due date"),
            Self::BehindYetReaching => (
                "落后于按期进度，按趋势到期可达到",
                "behind the path, but the trend reaches the target",
            ),
            Self::BehindWithinReach => (
                "落后于按期进度，按趋势到期不一定达到",
                "behind the path; the target lies within the interval of the trend",
            ),
            Self::OutOfReach => (
                "落后于按期进度，按趋势到期达不到",
                "behind the path, and out of reach of the trend",
            ),
            Self::PathYetFailing => (
                "目前不落后，但按趋势到期达不到",
                "not behind the path, but the trend does not reach the target",
            ),
            Self::Behind { moved: true } => (
                "落后于按期进度，有进展",
                "behind the path, though it has moved",
            ),
            Self::Behind { moved: false } => (
                "落后于按期进度，没有进展",
                "behind the path, and it has not moved",
            ),
            Self::NothingToJudgeBy => (
                "未达到；没有基期值和足够的历史值，不能判断进度",
                "not reached; neither baseline nor history to judge the course by",
            ),
            Self::DuePassed => ("到期未达到", "not reached by the due date"),
            Self::NoDueDate => (
                "未达到；文件没有写期限",
                "not reached; the document names no date",
            ),
            Self::WithinPeriod => ("本期尚未达到，期限未到", "not reached yet in this period"),
            Self::Improved => ("比基期改善", "better than the baseline"),
            Self::Unchanged => ("与基期持平", "as the baseline"),
            Self::Worsened => ("比基期变差", "worse than the baseline"),
            Self::NoValue => ("没有数据", "there is no value"),
            Self::NobodyMeant => (
                "所辖没有这个目标所指的机构",
                "none of its institutions is meant by the target",
            ),
            Self::NoBaseline => ("没有基期值可比", "there is no baseline to compare with"),
            Self::Open(question) => return question.clone(),
            Self::Attained(day) => {
                return match language {
                    Language::Zh => format!("{day} 完成"),
                    Language::En => format!("attained on {day}"),
                };
            }
            Self::AttainedLate(day) => {
                return match language {
                    Language::Zh => format!("{day} 完成，已过期限"),
                    Language::En => format!("attained on {day}, after the due date"),
                };
            }
            Self::Awaited => ("尚未完成", "not attained yet"),
        };
        match language {
            Language::Zh => zh.to_owned(),
            Language::En => en.to_owned(),
        }
    }
}

/// What is known of a target's value for one unit.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed<'a> {
    /// The newest value, of the period that the target is measured over.
    pub current: Option<(Period, Decimal)>,
    /// The value at the beginning of the plan; that of the document goes before it.
    pub baseline: Option<Baseline>,
    /// Values of periods of one length, in order, for the trend.
    pub history: &'a [(Period, Option<Decimal>)],
}

/// Where a target stands for one unit on one day, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Where it stands.
    pub status: Status,
    /// Why.
    pub reason: Reason,
    /// The newest value and its months.
    pub value: Option<(Period, Decimal)>,
    /// Where it started from.
    pub baseline: Option<Baseline>,
    /// What the straight way from the baseline to the target asks for by now.
    pub needed: Option<Decimal>,
    /// The last day.
    pub due: Option<Date>,
    /// What is to be expected at the last day; only asked for while the target is not met.
    pub forecast: Option<Forecast>,
}

impl Standing {
    pub(crate) fn bare(status: Status, reason: Reason, due: Option<Date>) -> Self {
        Self {
            status,
            reason,
            value: None,
            baseline: None,
            needed: None,
            due,
            forecast: None,
        }
    }

    /// The value's distance from the target; negative below it.
    pub fn gap(&self, target: &Target) -> Option<Decimal> {
        let (_, value) = self.value?;
        value.checked_sub(target.amount.number?)
    }
}

/// Judges a target that is answered by a value, as of a day.
pub fn standing(target: &Target, observed: &Observed<'_>, today: Date) -> Standing {
    let due = target.due.on(today);
    let mut found = Standing::bare(Status::NoData, Reason::NoValue, due);
    found.baseline = target.baseline.or(observed.baseline);
    found.value = observed.current;
    if let Some(question) = target.question() {
        found.status = Status::NeedsDecision;
        found.reason = Reason::Open(question);
        return found;
    }
    let Some((period, value)) = observed.current else {
        return found;
    };
    (found.status, found.reason) = match target.comparator {
        Comparator::Up | Comparator::Down => moved(target, found.baseline, value, due, today),
        _ => course(target, observed, period, value, &mut found, today),
    };
    found
}

/// A target without a number: it has to rise or to fall.
fn moved(
    target: &Target,
    baseline: Option<Baseline>,
    value: Decimal,
    due: Option<Date>,
    today: Date,
) -> (Status, Reason) {
    let Some(baseline) = baseline else {
        return (Status::NoData, Reason::NoBaseline);
    };
    let difference = match target.comparator {
        Comparator::Down => baseline.value.cmp(&value),
        _ => value.cmp(&baseline.value),
    };
    match difference {
        std::cmp::Ordering::Greater if due.is_some_and(|due| due <= today) => {
            (Status::Met, Reason::Improved)
        }
        std::cmp::Ordering::Greater => (Status::OnCourse, Reason::Improved),
        std::cmp::Ordering::Equal if due.is_some_and(|due| due <= today) => {
            (Status::OffCourse, Reason::DuePassed)
        }
        std::cmp::Ordering::Equal => (Status::AtRisk, Reason::Unchanged),
        std::cmp::Ordering::Less => (Status::OffCourse, Reason::Worsened),
    }
}

/// A target with a number: is it reached, and if not, will it be?
fn course(
    target: &Target,
    observed: &Observed<'_>,
    period: Period,
    value: Decimal,
    found: &mut Standing,
    today: Date,
) -> (Status, Reason) {
    if target.is_met_by(value) {
        return (Status::Met, Reason::Reached);
    }
    // A question has no number; standing asked it before.
    let Some(goal) = target.amount.number else {
        return (Status::NoData, Reason::NoValue);
    };
    let Some(due) = found.due else {
        return (Status::NoDate, Reason::NoDueDate);
    };
    if due < today || last_day(period.last()) >= due {
        return (Status::OffCourse, Reason::DuePassed);
    }
    if target.due.every.is_some() {
        return (Status::AtRisk, Reason::WithinPeriod);
    }
    let side = Side::of(target.comparator, value, goal);
    found.needed = found
        .baseline
        .and_then(|baseline| needed(baseline, goal, period.last(), due));
    found.forecast = Trend::fit(observed.history).and_then(|trend| {
        let months = period.length();
        trend.forecast(month_of(due)?, months)
    });
    let path = found.needed.map(|needed| !side.is_short(value, needed));
    let reach = found
        .forecast
        .map(|forecast| Reach::of(side, &forecast, goal));
    let moved = found
        .baseline
        .is_some_and(|baseline| side.is_short(baseline.value, value));
    judged(path, reach, moved)
}

fn judged(path: Option<bool>, reach: Option<Reach>, moved: bool) -> (Status, Reason) {
    match (path, reach) {
        (Some(true) | None, Some(Reach::Reached)) | (Some(true), None) => {
            (Status::OnCourse, Reason::OnPath)
        }
        (Some(true), Some(Reach::Possible | Reach::Missed)) => {
            (Status::AtRisk, Reason::PathYetFailing)
        }
        (Some(false), Some(Reach::Reached)) => (Status::AtRisk, Reason::BehindYetReaching),
        (Some(false) | None, Some(Reach::Possible)) => (Status::AtRisk, Reason::BehindWithinReach),
        (Some(false) | None, Some(Reach::Missed)) => (Status::OffCourse, Reason::OutOfReach),
        (Some(false), None) if moved => (Status::AtRisk, Reason::Behind { moved }),
        (Some(false), None) => (Status::OffCourse, Reason::Behind { moved }),
        (None, None) => (Status::AtRisk, Reason::NothingToJudgeBy),
    }
}

/// From which side the target is approached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}

impl Side {
    fn of(comparator: Comparator, value: Decimal, goal: Decimal) -> Self {
        match comparator {
            Comparator::AtMost => Self::Above,
            Comparator::Equal if value > goal => Self::Above,
            _ => Self::Below,
        }
    }

    /// Whether a value falls short of another.
    fn is_short(self, value: Decimal, of: Decimal) -> bool {
        match self {
            Self::Below => value < of,
            Self::Above => value > of,
        }
    }
}

/// What the trend says of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Reached,
    Possible,
    Missed,
}

impl Reach {
    fn of(side: Side, forecast: &Forecast, goal: Decimal) -> Self {
        let best = match side {
            Side::Below => forecast.high,
            Side::Above => forecast.low,
        };
        if !side.is_short(forecast.value, goal) {
            Self::Reached
        } else if !side.is_short(best, goal) {
            Self::Possible
        } else {
            Self::Missed
        }
    }
}

/// What the straight way from the baseline to the target asks for in a month.
fn needed(baseline: Baseline, goal: Decimal, now: Month, due: Date) -> Option<Decimal> {
    let end = month_of(due)?;
    let whole = months_between(baseline.month, end);
    let passed = months_between(baseline.month, now);
    if whole <= 0 || passed < 0 {
        return None;
    }
    let way = goal.checked_sub(baseline.value)?;
    let part = way
        .checked_mul(passed.min(whole).into())?
        .checked_div(whole.into())?;
    Some(baseline.value.checked_add(part)?.round_dp(4))
}

fn months_between(one: Month, other: Month) -> i32 {
    let index = |month: Month| i32::from(month.year()) * 12 + i32::from(month.month());
    index(other) - index(one)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::due::{Due, Every};
    use crate::target::tests::target;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    /// A target of 90 at least by the end of 2025, starting at 80 in 2020; the value of rolling years.
    struct Case {
        comparator: Comparator,
        goal: &'static str,
        baseline: Option<&'static str>,
        value: Option<&'static str>,
        yearly: &'static [&'static str],
        today: Date,
    }

    const CASE: Case = Case {
        comparator: Comparator::AtLeast,
        goal: "90",
        baseline: Some("80"),
        value: Some("86"),
        yearly: &[],
        today: date(2024, 1, 15),
    };

    #[track_caller]
    fn check(case: &Case, expected: (Status, Reason)) {
        let mut target = target(case.comparator, case.goal);
        target.due.date = Some(date(2025, 12, 31));
        let baseline = case.baseline.map(|value| Baseline {
            month: month("2020-12"),
            value: decimal(value),
        });
        let years = (2024 - case.yearly.len() as i16..).zip(case.yearly);
        let history: Vec<_> = years
            .map(|(year, value)| (Period::year(year).expect("a year"), Some(decimal(value))))
            .collect();
        let observed = Observed {
            current: case
                .value
                .map(|value| (Period::year(2023).expect("a year"), decimal(value))),
            baseline,
            history: &history,
        };
        let found = standing(&target, &observed, case.today);
        assert_eq!((found.status, found.reason), expected);
    }

    #[test]
    fn the_path_decides_where_there_is_no_trend() {
        // The path asks for 86 at the end of 2023.
        check(&CASE, (Status::OnCourse, Reason::OnPath));
        let value = |value| Case {
            value: Some(value),
            ..CASE
        };
        check(&value("90"), (Status::Met, Reason::Reached));
        check(
            &value("85.99"),
            (Status::AtRisk, Reason::Behind { moved: true }),
        );
        check(
            &value("80"),
            (Status::OffCourse, Reason::Behind { moved: false }),
        );
        check(
            &Case {
                value: None,
                ..CASE
            },
            (Status::NoData, Reason::NoValue),
        );
        check(
            &Case {
                baseline: None,
                ..CASE
            },
            (Status::AtRisk, Reason::NothingToJudgeBy),
        );
    }

    #[test]
    fn the_trend_speaks_about_the_due_date() {
        let trend = |value, yearly| Case {
            value: Some(value),
            yearly,
            ..CASE
        };
        let slow: &[&str] = &["84", "84.1", "84.2", "84.3"];
        check(
            &trend("84.3", slow),
            (Status::OffCourse, Reason::OutOfReach),
        );
        let quick: &[&str] = &["79", "81", "83", "85.5"];
        check(
            &trend("85.5", quick),
            (Status::AtRisk, Reason::BehindWithinReach),
        );
        let enough: &[&str] = &["78", "80.5", "83", "85.9"];
        check(
            &trend("85.9", enough),
            (Status::AtRisk, Reason::BehindYetReaching),
        );
        let falling: &[&str] = &["89", "88", "87", "86"];
        check(
            &trend("86", falling),
            (Status::AtRisk, Reason::PathYetFailing),
        );
        let no_baseline = Case {
            baseline: None,
            ..trend("86", &["77", "80", "83", "86"])
        };
        check(&no_baseline, (Status::OnCourse, Reason::OnPath));
    }

    #[test]
    fn a_ceiling_is_approached_from_above() {
        let ceiling = |value, baseline| Case {
            comparator: Comparator::AtMost,
            goal: "10",
            value: Some(value),
            baseline: Some(baseline),
            ..CASE
        };
        check(&ceiling("10", "20"), (Status::Met, Reason::Reached));
        check(&ceiling("14", "20"), (Status::OnCourse, Reason::OnPath));
        check(
            &ceiling("15", "20"),
            (Status::AtRisk, Reason::Behind { moved: true }),
        );
        check(
            &ceiling("21", "20"),
            (Status::OffCourse, Reason::Behind { moved: false }),
        );
    }

    #[test]
    fn after_the_due_date_only_the_value_counts() {
        let late = Case {
            today: date(2026, 1, 1),
            ..CASE
        };
        check(&late, (Status::OffCourse, Reason::DuePassed));
    }

    #[test]
    fn a_direction_is_compared_with_the_baseline() {
        let up = |value| Case {
            comparator: Comparator::Up,
            goal: "",
            value: Some(value),
            ..CASE
        };
        check(&up("80.1"), (Status::OnCourse, Reason::Improved));
        check(&up("80"), (Status::AtRisk, Reason::Unchanged));
        check(&up("79"), (Status::OffCourse, Reason::Worsened));
        let over = Case {
            today: date(2025, 12, 31),
            ..up("81")
        };
        check(&over, (Status::Met, Reason::Improved));
        let unmoved = Case {
            today: date(2025, 12, 31),
            ..up("80")
        };
        check(&unmoved, (Status::OffCourse, Reason::DuePassed));
        let alone = Case {
            baseline: None,
            ..up("81")
        };
        check(&alone, (Status::NoData, Reason::NoBaseline));
        let down = Case {
            comparator: Comparator::Down,
            ..up("79")
        };
        check(&down, (Status::OnCourse, Reason::Improved));
    }

    #[test]
    fn open_questions_are_never_judged() {
        let mut open = target(Comparator::AtLeast, "2");
        open.open = Some("哪些医院属于第一类？".to_owned());
        let observed = Observed {
            current: Some((Period::year(2023).expect("a year"), decimal("3"))),
            ..Observed::default()
        };
        let found = standing(&open, &observed, CASE.today);
        assert_eq!(found.status, Status::NeedsDecision);
        assert_eq!(found.reason.text(Language::Zh), "哪些医院属于第一类？");
    }

    #[test]
    fn what_recurs_is_judged_when_its_period_is_over() {
        let mut yearly = target(Comparator::AtLeast, "5");
        yearly.due = Due {
            every: Some(Every::Year),
            ..Due::default()
        };
        let current = |period: &str| Observed {
            current: Some((period.parse().expect("a period"), decimal("3"))),
            ..Observed::default()
        };
        let day = date(2024, 6, 1);
        let within = standing(&yearly, &current("2024-01..2024-05"), day);
        assert_eq!(
            (within.status, within.reason),
            (Status::AtRisk, Reason::WithinPeriod)
        );
        let over = standing(&yearly, &current("2024"), date(2024, 12, 31));
        assert_eq!(
            (over.status, over.reason),
            (Status::OffCourse, Reason::DuePassed)
        );
        let mut undated = yearly.clone();
        undated.due = Due::default();
        let found = standing(&undated, &current("2023"), day);
        assert_eq!(
            (found.status, found.reason),
            (Status::NoDate, Reason::NoDueDate)
        );
    }
}
