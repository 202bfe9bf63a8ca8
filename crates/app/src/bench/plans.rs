//! All targets of all plans for many institutions.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZero;
use std::thread;

use biaochi_domain::{Month, Period};
use biaochi_organisations::Unit;
use biaochi_plans::{Binding, Plan, Status};
use jiff::civil::date;
use rust_decimal::Decimal;

use super::{Bar, Baseline, BenchError, Figure, Localised, timed};
use crate::plans::{Series, StoredAnswers, judged};
use crate::{Content, ContentError};

const INSTITUTIONS: u32 = 3_000;
/// Quarters of each series.
const QUARTERS: u8 = 12;

pub(super) fn measure(content: &Content, show: &mut impl FnMut(Figure)) -> Result<(), BenchError> {
    let plans = content.plans().map_err(ContentError::from)?;
    let answers = values(&plans);
    let codes: Vec<Unit> = (0..INSTITUTIONS)
        .map(|number| Unit::Institution(code(number)))
        .collect();
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = codes.len().div_ceil(threads);
    let (of, from) = (&plans[..], &answers);
    let ((judgements, read), time) = timed(|| {
        thread::scope(|scope| {
            let parts: Vec<_> = codes
                .chunks(share)
                .map(|units| scope.spawn(move || judge(of, units, from)))
                .collect();
            // A worker that panicked judged nothing, and the count below tells.
            parts
                .into_iter()
                .filter_map(|part| part.join().ok())
                .fold((0_usize, 0_usize), |sum, part| {
                    (sum.0 + part.0, sum.1 + part.1)
                })
        })
    });
    let targets: usize = plans.iter().map(|plan| plan.targets.len()).sum();
    let (_, passing) = timed(|| sum(&plans, &codes, &answers));
    show(Figure {
        what: Localised::new(
            format!(
                "{targets} 个目标 × {INSTITUTIONS} 家机构，共判定 {judgements} 次，{read} 次有数值"
            ),
            format!(
                "{targets} targets for {INSTITUTIONS} institutions: {judgements} judged, {read} with a value"
            ),
        ),
        value: time.as_secs_f64(),
        unit: "s",
        bar: Some(Bar::AtMost(1.0)),
        baseline: Some(Baseline {
            what: Localised::new(
                "只把同样的数值加起来（单线程）",
                "only adding the same values up, one thread",
            ),
            value: passing.as_secs_f64(),
        }),
    });
    Ok(())
}

fn code(number: u32) -> String {
    format!("SYN{number:07}")
}

/// Three years of quarters of everything that the targets are bound to, the same in every run.
fn values(plans: &[Plan]) -> StoredAnswers {
    let mut subjects: Vec<(String, Decimal)> = Vec::new();
    for target in plans.iter().flat_map(|plan| &plan.targets) {
        if let Some(id) = target.binding.id() {
            let level = target.amount.number.unwrap_or(Decimal::TEN);
            subjects.push((id, level));
        }
    }
    subjects.sort();
    subjects.dedup_by(|one, other| one.0 == other.0);
    let mut answers = plans.first().map(StoredAnswers::of).unwrap_or_default();
    for (subject, level) in &subjects {
        for number in 0..INSTITUTIONS {
            let unit = Unit::Institution(code(number)).to_string();
            answers.add_series(subject, &unit, series(subject, number, *level));
        }
    }
    answers
}

fn series(subject: &str, number: u32, level: Decimal) -> Series {
    let mut hasher = DefaultHasher::new();
    (subject, number).hash(&mut hasher);
    let mut state = hasher.finish();
    let mut quarter = |index: u8| {
        // Small steps around nine tenths of the target, rising a little.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let noise = i64::try_from(state >> 57).unwrap_or(0);
        let share = Decimal::new(8_400 + noise + i64::from(index) * 40, 4);
        let last = Month::new(2022 + i16::from(index / 4), index % 4 * 3 + 3)?;
        let first = last.previous()?.previous()?;
        Some((
            Period::between(first, last)?,
            Some((level * share).round_dp(2)),
        ))
    };
    (0..QUARTERS).filter_map(&mut quarter).collect()
}

/// How many judgements were made, and how many of them saw a value.
fn judge(plans: &[Plan], units: &[Unit], answers: &StoredAnswers) -> (usize, usize) {
    let on = date(2024, 12, 31);
    let attained = BTreeMap::new();
    let (mut judgements, mut read) = (0, 0);
    for unit in units {
        for plan in plans {
            for target in &plan.targets {
                let found = judged(target, unit, on, answers, &attained);
                judgements += 1;
                let is_value = !matches!(target.binding, Binding::Milestone(_));
                read += usize::from(is_value && found.status != Status::NoData);
            }
        }
    }
    (judgements, read)
}

fn sum(plans: &[Plan], units: &[Unit], answers: &StoredAnswers) -> Decimal {
    let on = date(2024, 12, 31);
    let mut sum = Decimal::ZERO;
    for unit in units {
        for target in plans.iter().flat_map(|plan| &plan.targets) {
            let series = answers.series(target, unit, on);
            let values = series.iter().filter_map(|(_, value)| *value);
            sum += values.sum::<Decimal>();
        }
    }
    sum
}
