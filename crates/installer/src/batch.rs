//! The same work on several things at once.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Calls `work` for each item, at most `jobs` at a time. Results are in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send + Sync>(
    items: &[T],
    jobs: usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let results: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let (Some(item), Some(result)) = (items.get(index), results.get(index)) else {
                return;
            };
            // Each index is handed out once.
            let _ = result.set(work(item));
        }
    };
    thread::scope(|scope| {
        // This thread is one of them.
        for _ in 1..jobs.clamp(1, items.len().max(1)) {
            scope.spawn(run);
        }
        run();
    });
    results
        .into_iter()
        .filter_map(OnceLock::into_inner)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..50).collect();
        for jobs in [0, 1, 4, 100] {
            let doubled = in_parallel(&items, jobs, |item| item * 2);
            assert!(
                doubled
                    .iter()
                    .zip(&items)
                    .all(|(double, item)| *double == item * 2)
            );
            assert_eq!(doubled.len(), items.len());
        }
        assert!(in_parallel(&[] as &[u8], 4, |item| *item).is_empty());
    }
}
