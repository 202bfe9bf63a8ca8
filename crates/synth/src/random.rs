//! Random numbers that never change.
//!
//! A seed must give the same files on every machine and after every update of a dependency, so the
//! generator is ours (SplitMix64, public domain) and uses nothing but integer arithmetic and the four
//! basic operations on floating-point numbers, which are exact to the bit everywhere.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Scrambles two numbers into one; the same two always give the same.
pub(crate) fn mix(a: u64, b: u64) -> u64 {
    scramble(a ^ scramble(b.wrapping_add(GOLDEN)))
}

fn scramble(mut z: u64) -> u64 {
    z = z.wrapping_add(GOLDEN);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Stream number `stream` of a seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        Self(mix(seed, stream))
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        scramble(self.0)
    }

    /// A number from 0 to `limit` − 1; 0 when `limit` is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        // The upper half of a 32-by-32-bit product is below the limit.
        ((u64::from(limit) * (self.next() >> 32)) >> 32) as u32
    }

    /// A number from `low` to `high`, both possible.
    pub(crate) fn between(&mut self, low: i32, high: i32) -> i32 {
        low + self.below((high - low).max(0) as u32 + 1) as i32
    }

    /// True `permille` times in a thousand.
    pub(crate) fn chance(&mut self, permille: u32) -> bool {
        self.below(1_000) < permille
    }

    /// One of the items.
    ///
    /// # Panics
    /// There is none.
    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// A factor around 1 that is `exp` of a roughly normal number with this standard deviation,
    /// the usual shape of stays and charges.
    pub(crate) fn spread(&mut self, deviation: f64) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            sum += f64::from((self.next() >> 40) as u32) / 16_777_216.0 - 0.5;
        }
        // Four uniform numbers have variance 1/3; their sum is within ±2, so within 3.5 deviations.
        exponential(sum * 1.732_050_807_568_877 * deviation)
    }

    /// A roughly normal number.
    pub(crate) fn normal(&mut self, mean: i32, deviation: i32) -> i32 {
        let mut sum = 0;
        for _ in 0..12 {
            sum += self.between(-500, 500);
        }
        mean + sum * deviation / 1_000
    }
}

/// `exp` from multiplications alone: the limit (1 + x/1024)^1024, corrected to second order.
fn exponential(x: f64) -> f64 {
    let step = x / 1024.0;
    let mut power = 1.0 + step + step * step / 2.0;
    for _ in 0..10 {
        power *= power;
    }
    power
}

/// Numbered choices with weights.
#[derive(Debug, Clone, Default)]
pub(crate) struct Weighted {
    cumulative: Vec<u64>,
}

impl Weighted {
    /// One choice per weight.
    pub(crate) fn new(weights: impl IntoIterator<Item = u64>) -> Self {
        let mut total = 0;
        let cumulative = weights
            .into_iter()
            .map(|weight| {
                total += weight;
                total
            })
            .collect();
        Self { cumulative }
    }

    /// Sum of the weights.
    pub(crate) fn total(&self) -> u64 {
        self.cumulative.last().copied().unwrap_or(0)
    }

    /// The number of a choice; 0 when all weights are 0.
    pub(crate) fn pick(&self, random: &mut Random) -> usize {
        let total = self.total();
        if total == 0 {
            return 0;
        }
        self.at(random.next() % total)
    }

    /// The choice at a point below the total, for choices that follow from a hash.
    pub(crate) fn at(&self, point: u64) -> usize {
        self.cumulative.partition_point(|&sum| sum <= point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_fixed() {
        // A change of these numbers changes every generated file.
        let mut random = Random::new(1, 2);
        let first: Vec<u32> = (0..4).map(|_| random.below(1_000)).collect();
        let mut again = Random::new(1, 2);
        assert_eq!(
            first,
            (0..4).map(|_| again.below(1_000)).collect::<Vec<_>>()
        );
        assert_ne!(Random::new(1, 3).next(), Random::new(1, 2).next());
        assert_ne!(Random::new(2, 2).next(), Random::new(1, 2).next());
    }

    #[test]
    fn exponential_is_close() {
        for tenth in -30..=30 {
            let x = f64::from(tenth) / 10.0;
            assert!((exponential(x) / x.exp() - 1.0).abs() < 1e-4, "{x}");
        }
    }

    #[test]
    fn weights_hold() {
        let choices = Weighted::new([1, 0, 3]);
        let mut random = Random::new(7, 0);
        let mut counts = [0; 3];
        for _ in 0..40_000 {
            counts[choices.pick(&mut random)] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((9_400..10_600).contains(&counts[0]), "{counts:?}");
        assert_eq!(Weighted::default().pick(&mut random), 0);
    }

    #[test]
    fn chances_and_spread_have_their_means() {
        let mut random = Random::new(3, 9);
        let hits = (0..100_000).filter(|_| random.chance(37)).count();
        assert!((3_400..4_000).contains(&hits), "{hits}");
        let mut factors: Vec<f64> = (0..10_001).map(|_| random.spread(0.4)).collect();
        factors.sort_by(f64::total_cmp);
        assert!(
            (0.97..1.03).contains(&factors[5_000]),
            "median {}",
            factors[5_000]
        );
        assert!(factors[10_000] < 5.0 && factors[0] > 0.2);
    }
}
