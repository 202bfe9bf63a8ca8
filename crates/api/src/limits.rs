//! How much one address and one account may ask for.

use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use biaochi_app::server_config::Networks;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::problem::{Code, Problem};

/// Seconds' worth of requests that may come at once: a page asks for several things together.
const BURST_SECONDS: u32 = 4;

/// Every so many questions, addresses and accounts that were quiet are forgotten.
const SWEEP_EVERY: u64 = 4096;

/// What is let in, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests a second from one address; `None` for no limit.
    pub per_address: Option<NonZeroU32>,
    /// Requests a second of one account; `None` for no limit.
    pub per_account: Option<NonZeroU32>,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Networks,
    /// Networks that may read the metrics, besides the machine itself.
    pub metrics_from: Networks,
}

/// Counts what was asked.
pub(crate) struct Gates {
    addresses: Option<DefaultKeyedRateLimiter<IpAddr>>,
    accounts: Option<DefaultKeyedRateLimiter<String>>,
    asked: AtomicU64,
}

impl fmt::Debug for Gates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gates").finish_non_exhaustive()
    }
}

fn quota(per_second: NonZeroU32) -> Quota {
    let burst = per_second.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
    Quota::per_second(per_second).allow_burst(burst)
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs().saturating_add(1);
    Problem::new(Code::TooMany, format!("请求太频繁，请 {seconds} 秒后再试")).after(seconds)
}

impl Gates {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            addresses: limits.per_address.map(|one| RateLimiter::keyed(quota(one))),
            accounts: limits.per_account.map(|one| RateLimiter::keyed(quota(one))),
            asked: AtomicU64::new(0),
        }
    }

    /// Lets a request from an address in, or says when to come back.
    pub(crate) fn address(&self, address: IpAddr) -> Result<(), Problem> {
        self.sweep();
        let Some(gate) = &self.addresses else {
            return Ok(());
        };
        gate.check_key(&address)
            .map_err(|not| too_many(not.wait_time_from(DefaultClock::default().now())))
    }

    /// Lets a request of an account in, or says when to come back.
    pub(crate) fn account(&self, name: &str) -> Result<(), Problem> {
        let Some(gate) = &self.accounts else {
            return Ok(());
        };
        gate.check_key(&name.to_owned())
            .map_err(|not| too_many(not.wait_time_from(DefaultClock::default().now())))
    }

    fn sweep(&self) {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if !asked.is_multiple_of(SWEEP_EVERY) {
            return;
        }
        if let Some(gate) = &self.addresses {
            gate.retain_recent();
        }
        if let Some(gate) = &self.accounts {
            gate.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_asks_too_much_waits_and_nobody_else() {
        let limits = Limits {
            per_address: NonZeroU32::new(1),
            per_account: NonZeroU32::new(1),
            ..Limits::default()
        };
        let gates = Gates::new(&limits);
        let (one, other) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        for _ in 0..BURST_SECONDS {
            assert!(gates.address(one).is_ok() && gates.account("coder").is_ok());
        }
        let refused = gates.address(one).expect_err("too many");
        assert_eq!(refused.code(), Code::TooMany);
        assert!(gates.account("coder").is_err());
        assert!(gates.address(other).is_ok() && gates.account("quality").is_ok());
        let open = Gates::new(&Limits::default());
        assert!((0..1000).all(|_| open.address(one).is_ok()));
    }
}
