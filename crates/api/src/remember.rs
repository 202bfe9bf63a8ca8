//! Answers that are kept as long as what they were computed from stays the same.

use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Answers that are kept at most; those that nobody asked for the longest time go first.
const MOST: usize = 512;

type Cell = Arc<OnceLock<Arc<dyn Any + Send + Sync>>>;

/// Answers by what was asked and the version that was asked.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    cells: HashMap<String, Cell>,
    order: VecDeque<String>,
}

impl Remembered {
    /// The answer to a key, made now unless it is there. Whoever asks the same at the same time waits for the one
    /// answer. What fails is not kept.
    pub(crate) fn get<T, E>(
        &self,
        key: String,
        make: impl FnOnce() -> Result<T, E>,
    ) -> Result<Arc<T>, E>
    where
        T: Any + Send + Sync,
    {
        let cell = self.cell(&key);
        let mut failed = None;
        if cell.get().is_none() {
            match make() {
                Ok(answer) => {
                    let answer: Arc<dyn Any + Send + Sync> = Arc::new(answer);
                    // Somebody who asked at the same time may have been faster: then theirs counts.
                    let _ = cell.set(answer);
                }
                Err(error) => failed = Some(error),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        let answer = cell.get().cloned();
        let typed = answer.and_then(|answer| answer.downcast::<T>().ok());
        Ok(typed.expect("a key names one type"))
    }

    fn cell(&self, key: &str) -> Cell {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cell) = held.cells.get(key).cloned() {
            // What everything else is made of is asked all the time, and must not go before what was asked once.
            if let Some(place) = held.order.iter().rposition(|one| one == key)
                && let Some(again) = held.order.remove(place)
            {
                held.order.push_back(again);
            }
            return cell;
        }
        let cell = Cell::default();
        held.cells.insert(key.to_owned(), Arc::clone(&cell));
        held.order.push_back(key.to_owned());
        if held.order.len() > MOST
            && let Some(oldest) = held.order.pop_front()
        {
            held.cells.remove(&oldest);
        }
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_made_once_and_a_failure_again() {
        let kept = Remembered::default();
        let failed = kept.get::<u32, _>("a".to_owned(), || Err("broken"));
        assert_eq!(failed, Err("broken"));
        let ask = |value: u32| kept.get("a".to_owned(), || Ok::<_, &str>(value));
        assert_eq!(ask(1).as_deref(), Ok(&1));
        assert_eq!(ask(2).as_deref(), Ok(&1));
    }

    #[test]
    fn what_was_not_asked_for_the_longest_time_goes_first() {
        let kept = Remembered::default();
        for number in 0..=MOST {
            let made = kept.get(number.to_string(), || Ok::<_, &str>(number));
            assert_eq!(made.as_deref(), Ok(&number));
        }
        let again = kept.get("0".to_owned(), || Ok::<_, &str>(7usize));
        assert_eq!(again.as_deref(), Ok(&7));
        let held = kept.get("9".to_owned(), || Ok::<_, &str>(7usize));
        assert_eq!(held.as_deref(), Ok(&9));
        for number in 0..MOST - 1 {
            let made = kept.get(format!("more {number}"), || Ok::<_, &str>(number));
            assert_eq!(made.as_deref(), Ok(&number));
        }
        let asked_again = kept.get("9".to_owned(), || Ok::<_, &str>(7usize));
        assert_eq!(asked_again.as_deref(), Ok(&9), "it was asked just before");
    }
}
