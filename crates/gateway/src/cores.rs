//! The same work for many things, side by side on every core.

use std::{
    panic,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

/// Threads at most. What is done here takes milliseconds, and opening an encrypted key may take 80 MB on
/// each of them.
const MOST_THREADS: usize = 8;

/// Does `work` for each of `items`; what comes of it is in their order.
///
/// `worth_a_thread` is how many of them take much longer than starting a thread does, some 50 µs.
pub(crate) fn map<T: Sync, R: Send>(
    items: &[T],
    worth_a_thread: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let threads = cores
        .min(items.len() / worth_a_thread.max(1))
        .min(MOST_THREADS);
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else {
                return done;
            };
            done.push((index, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where no thread can be had, this one does it all.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, some).ok())
            .collect();
        let mut done = some();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panicked) => panic::resume_unwind(panicked),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_of_it_is_in_order_however_many_there_are() {
        for count in [0, 1, 2, 3, 16, 17, 1_000] {
            let items: Vec<usize> = (0..count).collect();
            for worth_a_thread in [0, 1, 8, 5_000] {
                let doubled = map(&items, worth_a_thread, |item| item * 2);
                let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
                assert_eq!(doubled, expected, "{count}, {worth_a_thread}");
            }
        }
    }
}
