//! Work on pieces in parallel, results in the order of the pieces.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// Pieces that wait for a worker, for each worker: enough to never idle, little enough that memory
/// does not grow with the file.
const WAITING: usize = 2;

/// How many workers the machine is good for.
pub(crate) fn workers() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Runs `worker` over the pieces that `next` gives, on several threads, and hands the results to
/// `take` in the order of the pieces.
///
/// `next` runs on the calling thread; each thread makes its own worker. The first error of `next`
/// or `take` ends the run; pieces given before an error of `next` are still finished.
pub(crate) fn in_order<P, R, E, W>(
    mut next: impl FnMut() -> Result<Option<P>, E>,
    make_worker: impl Fn() -> W + Sync,
    take: impl FnMut(R) -> Result<(), E> + Send,
) -> Result<(), E>
where
    P: Send,
    R: Send,
    E: Send,
    W: FnMut(P) -> R,
{
    let feed = |give: &mut dyn FnMut(P) -> bool| {
        while let Some(piece) = next()? {
            if !give(piece) {
                break;
            }
        }
        Ok(())
    };
    feed_in_order(feed, make_worker, take)
}

/// The same where pieces are easier to give than to ask for: `feed` gives them one by one, and stops
/// when giving answers `false`, because taking failed.
pub(crate) fn feed_in_order<P, R, E, W>(
    feed: impl FnOnce(&mut dyn FnMut(P) -> bool) -> Result<(), E>,
    make_worker: impl Fn() -> W + Sync,
    mut take: impl FnMut(R) -> Result<(), E> + Send,
) -> Result<(), E>
where
    P: Send,
    R: Send,
    E: Send,
    W: FnMut(P) -> R,
{
    let workers = workers();
    let (piece_in, piece_out) = sync_channel::<(u64, P)>(workers * WAITING);
    let (result_in, result_out) = sync_channel::<(u64, R)>(workers * WAITING);
    // Only the workers own the receiving end: when all of them have left, giving a piece fails
    // instead of waiting for ever.
    let piece_out = Arc::new(Mutex::new(piece_out));
    thread::scope(|scope| {
        let make_worker = &make_worker;
        for _ in 0..workers {
            let result_in = result_in.clone();
            let piece_out = Arc::clone(&piece_out);
            scope.spawn(move || {
                let mut worker = make_worker();
                while let Some((number, piece)) = receive(&piece_out) {
                    // A closed channel means that taking failed: there is nobody left to work for.
                    if result_in.send((number, worker(piece))).is_err() {
                        break;
                    }
                }
            });
        }
        drop((result_in, piece_out));
        let taking = scope.spawn(move || {
            let mut early = BTreeMap::new();
            let mut expected = 0;
            for (number, result) in result_out {
                early.insert(number, result);
                while let Some(result) = early.remove(&expected) {
                    take(result)?;
                    expected += 1;
                }
            }
            Ok(())
        });
        let mut number = 0;
        let given = feed(&mut |piece| {
            number += 1;
            piece_in.send((number - 1, piece)).is_ok()
        });
        drop(piece_in);
        match taking.join() {
            Ok(taken) => taken.and(given),
            // A panic is a bug; it goes on in the caller's thread.
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn receive<P>(pieces: &Mutex<Receiver<(u64, P)>>) -> Option<(u64, P)> {
    // A poisoned lock means that another worker panicked while waiting; the pieces are unharmed.
    let pieces = pieces
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    pieces.recv().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(end: u64) -> impl FnMut() -> Result<Option<u64>, String> {
        let mut numbers = 0..end;
        move || Ok(numbers.next())
    }

    #[test]
    fn results_come_in_the_order_of_the_pieces() {
        let mut taken = Vec::new();
        let slow_at_first = || {
            |number: u64| {
                thread::sleep(std::time::Duration::from_micros(200 * (number % 3)));
                number * 2
            }
        };
        in_order(numbers(100), slow_at_first, |result| {
            taken.push(result);
            Ok(())
        })
        .expect("no error");
        assert_eq!(taken, (0..100).map(|number| number * 2).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_while_taking_ends_the_run() {
        let result = in_order(
            numbers(1_000_000),
            || |number: u64| number,
            |number| {
                if number == 5 {
                    Err("full".to_owned())
                } else {
                    Ok(())
                }
            },
        );
        assert_eq!(result, Err("full".to_owned()));
    }

    #[test]
    fn pieces_before_a_read_error_are_finished() {
        let mut count = 0;
        let mut next = numbers(5);
        let failing = move || next()?.map(Some).ok_or_else(|| "cut off".to_owned());
        let result = in_order(
            failing,
            || |number: u64| number,
            |_| {
                count += 1;
                Ok(())
            },
        );
        assert_eq!(result, Err("cut off".to_owned()));
        assert_eq!(count, 5);
    }
}
