//! The first row of a key wins, whichever thread met it first.

use std::sync::{Condvar, Mutex, PoisonError};

use rustc_hash::FxHashSet;

/// The keys seen so far. Blocks are admitted in file order, so that of two rows with one key always
/// the one that stands first in the files is kept.
///
/// Keys are the first 64 bits of a SHA-256: among 10 million records the chance that two different
/// ones meet is 3 in a million. A key costs about 16 bytes of memory.
#[derive(Debug, Default)]
pub struct Duplicates {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    stopped: bool,
    seen: FxHashSet<u64>,
}

impl Duplicates {
    /// Waits until all blocks before `ticket` (counted from zero) were admitted, and gives the
    /// positions of keys that came before. `None` when the load was stopped meanwhile.
    pub fn admit(&self, ticket: u64, keys: &[u64]) -> Option<Vec<usize>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        while state.next != ticket && !state.stopped {
            state = self
                .turn
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.stopped {
            return None;
        }
        let repeated = keys
            .iter()
            .enumerate()
            .filter(|(_, key)| !state.seen.insert(**key))
            .map(|(row, _)| row);
        let repeated = repeated.collect();
        state.next += 1;
        self.turn.notify_all();
        Some(repeated)
    }

    /// Releases everybody who waits; nothing is admitted any more.
    pub fn stop(&self) {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .stopped = true;
        self.turn.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_in_file_order_wins() {
        let duplicates = Duplicates::default();
        std::thread::scope(|scope| {
            let late = scope.spawn(|| duplicates.admit(1, &[5, 6, 5]));
            assert_eq!(duplicates.admit(0, &[5, 7, 7]), Some(vec![2]));
            assert_eq!(late.join().expect("no panic"), Some(vec![0, 2]));
            let waiting = scope.spawn(|| duplicates.admit(9, &[1]));
            duplicates.stop();
            assert_eq!(waiting.join().expect("no panic"), None);
        });
    }
}
