use biaochi_domain::{Month, Period};
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

/// What a series will be if it goes on as it did: a straight line, and for each season of the year (month,
/// quarter, half) its own level. Ordinary least squares over the values that are there; gaps are skipped.
///
/// All of it is decimal arithmetic, so that a forecast is the same on every machine; only the square root
/// that makes an interval of a variance is taken in `f64`, whose root is correctly rounded everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// Months of each period.
    length: i32,
    /// Where times are counted from, and values.
    origin: i32,
    level: Decimal,
    /// One for each season; a single one where the series is too short to tell them apart.
    seasons: Vec<Sums>,
    slope: Decimal,
    /// Sum of squares of the time within seasons.
    spread: Decimal,
    /// Variance of what the line leaves over.
    variance: Decimal,
    freedom: u32,
    observations: u32,
    /// All values lie between 0 and 100.
    is_share: bool,
}

/// A value to be expected, with the interval in which it lies four times out of five.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The months it is about.
    pub period: Period,
    /// The value.
    pub value: Decimal,
    /// The lower end of the interval (80 %).
    pub low: Decimal,
    /// Its upper end.
    pub high: Decimal,
    /// Whether the seasons of the year are told apart.
    pub is_seasonal: bool,
    /// From how many values.
    pub observations: u32,
}

/// Decimals of a forecast.
const DECIMALS: u32 = 4;

/// 90 % quantiles of Student's t for 1, 2, … degrees of freedom, in thousandths.
const QUANTILES: [i64; 30] = [
    3078, 1886, 1638, 1533, 1476, 1440, 1415, 1397, 1383, 1372, 1363, 1356, 1350, 1345, 1341, 1337,
    1333, 1330, 1328, 1325, 1323, 1321, 1319, 1318, 1316, 1315, 1314, 1313, 1311, 1310,
];
/// The same for more.
const NORMAL_QUANTILE: i64 = 1282;

impl Trend {
    /// Fits a series of periods of one length. `None` when there are fewer than three values, when they
    /// are of different length, or when a number leaves the range of decimals.
    pub fn fit(history: &[(Period, Option<Decimal>)]) -> Option<Self> {
        let length = i32::from(history.first()?.0.length());
        let mut points = Vec::with_capacity(history.len());
        for (period, value) in history {
            if i32::from(period.length()) != length {
                return None;
            }
            if let Some(value) = value {
                points.push((time(period.last(), length), *value));
            }
        }
        if points.len() < 3 {
            return None;
        }
        // Seasons can be told apart when each came twice and something is left to judge the line by.
        if length < 12 && 12 % length == 0 {
            let seasons = usize::try_from(12 / length).ok()?;
            if let Some(trend) = fit(&points, seasons, length)
                && trend.seasons.iter().all(|season| season.count >= 2)
            {
                return Some(trend);
            }
        }
        fit(&points, 1, length)
    }

    /// What is to be expected of the months up to and with one: of as many periods of the series as go
    /// into `months`, on average.
    pub fn forecast(&self, last: Month, months: u16) -> Option<Forecast> {
        let end = time(last, self.length) - self.origin;
        let steps = (i32::from(months) / self.length).max(1);
        let count = Decimal::from(steps);
        let mut values = Fractions::default();
        let mut times = Fractions::default();
        let mut errors = Fractions::default();
        let mut now = 0_i64;
        let mut met = vec![0_i64; self.seasons.len()];
        for at in end - steps + 1..=end {
            now += i64::from(at);
            *met.get_mut(season_of(at, self.seasons.len())?)? += 1;
        }
        for (met, season) in met.into_iter().zip(&self.seasons) {
            if met == 0 {
                continue;
            }
            let of = |sum: Decimal| sum.checked_mul(met.into());
            values.add(of(season.value)?, season.count)?;
            times.add(of(season.time.into())?, season.count)?;
            errors.add((met * met).into(), season.count)?;
        }
        let distance = Decimal::from(now).checked_sub(times.total()?)?;
        let sum = values
            .total()?
            .checked_add(self.slope.checked_mul(distance)?)?;
        // The error of the mean: that of the values themselves, of the seasons' levels, of the slope.
        let away = distance.checked_div(count)?;
        let own = Decimal::ONE.checked_div(count)?;
        let levels = errors.total()?.checked_mul(own)?.checked_mul(own)?;
        let slope = away.checked_mul(away)?.checked_div(self.spread)?;
        let factor = own.checked_add(levels)?.checked_add(slope)?;
        let half = root(self.variance.checked_mul(factor)?)?.checked_mul(self.quantile())?;
        let value = self.level.checked_add(sum.checked_div(count)?)?;
        let keep = |value: Decimal| {
            let value = value
                .round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero)
                .normalize();
            if self.is_share {
                value.clamp(Decimal::ZERO, Decimal::ONE_HUNDRED)
            } else {
                value
            }
        };
        let first = (1..months.max(1)).try_fold(last, |month, _| month.previous())?;
        Some(Forecast {
            period: Period::between(first, last)?,
            value: keep(value),
            low: keep(value.checked_sub(half)?),
            high: keep(value.checked_add(half)?),
            is_seasonal: self.seasons.len() > 1,
            observations: self.observations,
        })
    }

    fn quantile(&self) -> Decimal {
        let index = usize::try_from(self.freedom)
            .ok()
            .and_then(|n| n.checked_sub(1));
        let thousandths = index.and_then(|index| QUANTILES.get(index));
        Decimal::new(thousandths.copied().unwrap_or(NORMAL_QUANTILE), 3)
    }
}

/// Which season of the year a period is.
fn season_of(at: i32, seasons: usize) -> Option<usize> {
    usize::try_from(at.rem_euclid(i32::try_from(seasons).ok()?)).ok()
}

/// Periods since the beginning of time.
fn time(last: Month, length: i32) -> i32 {
    (i32::from(last.year()) * 12 + i32::from(last.month()) - 1).div_euclid(length)
}

/// Sums of a season, of times and values counted from the first point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums {
    count: i64,
    time: i64,
    time_squared: i64,
    value: Decimal,
    product: Decimal,
    value_squared: Decimal,
}

impl Sums {
    fn add(&mut self, time: i64, value: Decimal) -> Option<()> {
        self.count += 1;
        self.time += time;
        self.time_squared += time * time;
        self.value = self.value.checked_add(value)?;
        self.product = self.product.checked_add(value.checked_mul(time.into())?)?;
        self.value_squared = self.value_squared.checked_add(value.checked_mul(value)?)?;
        Some(())
    }

    /// A sum of squares or products about the season's means, times its count.
    fn about_means(&self, sum: Decimal, one: Decimal, other: Decimal) -> Option<Decimal> {
        let whole = sum.checked_mul(self.count.into())?;
        whole.checked_sub(one.checked_mul(other)?)
    }
}

/// A sum of fractions, divided once for each denominator: seasons have one or two different counts.
#[derive(Debug, Default)]
struct Fractions(Vec<(i64, Decimal)>);

impl Fractions {
    fn add(&mut self, above: Decimal, below: i64) -> Option<()> {
        match self.0.iter_mut().find(|(known, _)| *known == below) {
            Some((_, sum)) => *sum = sum.checked_add(above)?,
            None => self.0.push((below, above)),
        }
        Some(())
    }

    fn total(&self) -> Option<Decimal> {
        let mut total = Decimal::ZERO;
        for (below, above) in &self.0 {
            total = total.checked_add(above.checked_div((*below).into())?)?;
        }
        Some(total)
    }
}

fn fit(points: &[(i32, Decimal)], seasons: usize, length: i32) -> Option<Trend> {
    // Counted from the first point, sums stay small.
    let &(origin, level) = points.first()?;
    let mut sums = vec![Sums::default(); seasons];
    for &(at, value) in points {
        let at = at - origin;
        let season = sums.get_mut(season_of(at, seasons)?)?;
        season.add(at.into(), value.checked_sub(level)?)?;
    }
    let freedom = u32::try_from(points.len().checked_sub(seasons + 1)?).ok()?;
    let mut spread = Fractions::default();
    let mut product = Fractions::default();
    let mut square = Fractions::default();
    for season in sums.iter().filter(|season| season.count > 0) {
        let (count, time, value) = (season.count, season.time.into(), season.value);
        let times = season.about_means(season.time_squared.into(), time, time)?;
        spread.add(times, count)?;
        product.add(season.about_means(season.product, time, value)?, count)?;
        let values = season.about_means(season.value_squared, value, value)?;
        square.add(values, count)?;
    }
    let (spread, product) = (spread.total()?, product.total()?);
    if spread.is_zero() || freedom == 0 {
        return None;
    }
    let slope = product.checked_div(spread)?;
    let left = square.total()?.checked_sub(slope.checked_mul(product)?)?;
    let share = Decimal::ZERO..=Decimal::ONE_HUNDRED;
    Some(Trend {
        length,
        origin,
        level,
        seasons: sums,
        slope,
        spread,
        variance: left.max(Decimal::ZERO).checked_div(freedom.into())?,
        freedom,
        observations: u32::try_from(points.len()).ok()?,
        is_share: points.iter().all(|(_, value)| share.contains(value)),
    })
}

/// The square root, to ten significant digits.
fn root(value: Decimal) -> Option<Decimal> {
    let root = Decimal::from_f64_retain(value.to_f64()?.sqrt())?;
    root.round_sf(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(index: i32) -> Month {
        let month = u8::try_from(index.rem_euclid(12) + 1).expect("a month");
        Month::new(
            i16::try_from(2020 + index.div_euclid(12)).expect("a year"),
            month,
        )
        .expect("a month")
    }

    fn series(values: impl IntoIterator<Item = Option<i64>>) -> Vec<(Period, Option<Decimal>)> {
        let value = |value: Option<i64>| value.map(|value| Decimal::new(value, 2));
        (0..)
            .zip(values)
            .map(|(index, one)| (Period::from(month(index)), value(one)))
            .collect()
    }

    #[test]
    fn a_line_with_seasons_is_continued_exactly() {
        // 50.00 and 0.10 more each month, 3.00 more each July, one gap.
        let value = |index: i32| {
            let summer = if index.rem_euclid(12) == 6 { 300 } else { 0 };
            5000 + 10 * i64::from(index) + summer
        };
        let history = series((0..36).map(|index| (index != 13).then(|| value(index))));
        let trend = Trend::fit(&history).expect("a trend");
        let july = trend.forecast(month(42), 1).expect("a forecast");
        assert!(july.is_seasonal);
        assert_eq!(july.observations, 35);
        assert_eq!(july.value, Decimal::new(value(42), 2));
        assert_eq!((july.low, july.high), (july.value, july.value));
        let year = trend.forecast(month(47), 12).expect("a forecast");
        let sum: i64 = (36..48).map(value).sum();
        assert_eq!(
            year.value,
            (Decimal::new(sum, 2) / Decimal::from(12)).round_dp(4)
        );
        assert_eq!(year.period.to_string(), "2023");
    }

    #[test]
    fn an_uneven_series_has_an_interval_around_its_line() {
        let history = series([Some(100), Some(300), Some(200), Some(400), Some(300)]);
        let trend = Trend::fit(&history).expect("a trend");
        let next = trend.forecast(month(5), 1).expect("a forecast");
        assert!(!next.is_seasonal);
        // y = 1.6 + 0.5 t at t = 0…4; residual variance 2.7/3; factor 1 + 1/5 + 9/10; t(3) = 1.638
        assert_eq!(next.value, Decimal::new(41, 1));
        let half = next.high - next.value;
        assert_eq!(half, next.value - next.low);
        assert_eq!(half.round_dp(3), Decimal::new(2252, 3));
    }

    #[test]
    fn shares_stay_shares() {
        let history = series((0..24).map(|index| Some(8000 + 80 * index)));
        let trend = Trend::fit(&history).expect("a trend");
        let far = trend.forecast(month(60), 12).expect("a forecast");
        assert_eq!(far.value, Decimal::ONE_HUNDRED);
    }

    #[test]
    fn too_little_or_too_much_gives_none() {
        assert_eq!(Trend::fit(&[]), None);
        assert_eq!(Trend::fit(&series([Some(1), None, Some(2)])), None);
        let huge = [Decimal::MAX, Decimal::MIN, Decimal::MAX];
        let huge = (0..).zip(huge);
        let huge: Vec<_> = huge
            .map(|(index, value)| (Period::from(month(index)), Some(value)))
            .collect();
        assert_eq!(Trend::fit(&huge), None);
        let mut mixed = series([Some(1), Some(2), Some(3)]);
        mixed.push((Period::year(2021).expect("a year"), Some(Decimal::ONE)));
        assert_eq!(Trend::fit(&mixed), None);
    }
}
