//! How many come, and why, by season, weekday and holiday.

use std::collections::BTreeMap;

use biaochi_domain::Month;

use crate::calendar::{self, DAY_KINDS, Day, DayKind};
use crate::content::{Content, Profile, ProfileId};
use crate::options::Options;
use crate::random::{Random, Weighted};

/// Days between admission and discharge, on average; shifts seasons from the one to the other.
pub(crate) const USUAL_STAY: Day = 8;

/// How many stays end in each month: all together exactly the number asked for.
pub(crate) fn quotas(
    options: &Options,
    daily: &mut DailyWeights,
    weights: f64,
) -> BTreeMap<Month, u64> {
    let mut quotas = BTreeMap::new();
    let (mut sum, mut given) = (0.0, 0);
    let mut month = options.from;
    while month <= options.to {
        for day in calendar::first_day(month)..=calendar::last_day(month) {
            sum += daily.total(day - USUAL_STAY);
        }
        let so_far = if month == options.to {
            options.discharges
        } else {
            ((options.discharges as f64 * sum / weights) as u64).min(options.discharges)
        };
        quotas.insert(month, so_far - given);
        given = so_far;
        month = month.next();
    }
    quotas
}

/// Weights of the profiles for each month and kind of day, made as they are needed.
#[derive(Debug, Default)]
pub(crate) struct DailyWeights {
    months: BTreeMap<Month, [Weighted; DAY_KINDS]>,
}

impl DailyWeights {
    /// Weight of all admissions on a day, relative to other days.
    pub(crate) fn total(&mut self, day: Day) -> f64 {
        // Mondays bring what waited over the weekend.
        let weekday = match (calendar::kind(day), calendar::weekday(day)) {
            (DayKind::Workday, 0) => 1.13,
            (DayKind::Workday, 4) => 0.95,
            _ => 1.0,
        };
        // Before the Spring Festival people wait, after it they come.
        let festival = match calendar::from_spring_festival(day) {
            -12..=-3 => 0.88,
            7..=14 => 1.12,
            _ => 1.0,
        };
        self.table(day).total() as f64 * weekday * festival
    }

    /// Why someone comes on a day.
    pub(crate) fn pick(&mut self, day: Day, random: &mut Random) -> ProfileId {
        self.table(day).pick(random) as ProfileId
    }

    fn table(&mut self, day: Day) -> &Weighted {
        let tables = self
            .months
            .entry(calendar::month(day))
            .or_insert_with_key(|&month| {
                [
                    DayKind::Workday,
                    DayKind::Saturday,
                    DayKind::Sunday,
                    DayKind::Festival,
                ]
                .map(|kind| {
                    Weighted::new(
                        Content::get()
                            .profiles
                            .iter()
                            .map(|profile| weight(profile, month, kind)),
                    )
                })
            });
        &tables[calendar::kind(day) as usize]
    }
}

/// Of a hundred people who could wait, how many come on such a day.
fn waiting(kind: DayKind) -> u64 {
    match kind {
        DayKind::Workday => 100,
        DayKind::Saturday => 58,
        DayKind::Sunday => 46,
        DayKind::Festival => 18,
    }
}

/// Emergencies among a hundred patients of a profile who come on a day.
pub(crate) fn emergency_percent(profile: &Profile, day: Day) -> u32 {
    let urgent = u64::from(profile.emergency_percent) * 100;
    let others = u64::from(100 - profile.emergency_percent) * waiting(calendar::kind(day));
    (urgent * 100 / (urgent + others)) as u32
}

fn weight(profile: &Profile, month: Month, kind: DayKind) -> u64 {
    let urgent = u64::from(profile.emergency_percent);
    let by_day = urgent * 100 + (100 - urgent) * waiting(kind);
    let festive = if profile.festive && kind == DayKind::Festival {
        190
    } else {
        100
    };
    let years = i64::from(month.year()) - 2021;
    let growth = (1_000 + i64::from(profile.growth_permille) * years).max(100) as u64;
    let season = u64::from(profile.season[usize::from(month.month() - 1)]);
    u64::from(profile.weight) * season * growth / 1_000 * by_day * festive / 100
}
