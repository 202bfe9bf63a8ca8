//! How long to wait after failed attempts: longer each time, never for good.

use std::time::Duration;

/// When attempts are refused for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// So many failures are nothing special.
    pub free: u32,
    /// The wait after the next one; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait.
    pub longest_wait: Duration,
    /// Failures are forgotten when nothing happened for so long.
    pub forgotten_after: Duration,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

impl Throttle {
    /// For attempts with one user name, whether there is such a user or not.
    pub const NAME: Self = Self {
        free: 4,
        first_wait: Duration::from_secs(MINUTE),
        longest_wait: Duration::from_secs(HOUR),
        forgotten_after: Duration::from_secs(24 * HOUR),
    };

    /// For attempts from one address, behind which many persons may sit.
    pub const ORIGIN: Self = Self {
        free: 30,
        first_wait: Duration::from_secs(MINUTE),
        longest_wait: Duration::from_secs(HOUR),
        forgotten_after: Duration::from_secs(HOUR),
    };

    /// How long to refuse after so many failures in a row; `None` while there are few.
    pub fn wait(&self, failures: u32) -> Option<Duration> {
        let beyond = failures.checked_sub(self.free)?.checked_sub(1)?;
        let factor = 1u32.checked_shl(beyond.min(31)).unwrap_or(u32::MAX);
        let wait = self.first_wait.checked_mul(factor);
        Some(wait.unwrap_or(self.longest_wait).min(self.longest_wait))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_up_to_its_limit() {
        let minutes = |failures| {
            let wait = Throttle::NAME.wait(failures);
            wait.map(|wait| wait.as_secs() / MINUTE)
        };
        let expected = [
            (0, None),
            (4, None),
            (5, Some(1)),
            (6, Some(2)),
            (7, Some(4)),
            (10, Some(32)),
            (11, Some(60)),
            (u32::MAX, Some(60)),
        ];
        for (failures, wait) in expected {
            assert_eq!(minutes(failures), wait, "{failures}");
        }
    }
}
