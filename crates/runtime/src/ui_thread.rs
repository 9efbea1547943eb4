//! Work for the host's UI thread.

use lichtfeld_engine::Manager;
use std::cell::RefCell;
use std::collections::VecDeque;

type Work = Box<dyn FnOnce() + Send>;

thread_local! {
    /// The work that waits for the job on this thread, or `None` if no job runs.
    static WAITING: RefCell<Option<VecDeque<Work>>> = const { RefCell::new(None) };
}

/// Runs `work` on the UI thread; a host without a window runs it at once. Work that is scheduled
/// inside other work runs after it, never within it.
pub(crate) fn schedule(manager: &Manager, work: Work) {
    manager.host().on_ui_thread(Box::new(move || run(work)));
}

fn run(work: Work) {
    let waits = WAITING.with_borrow_mut(|waiting| match waiting {
        Some(queue) => {
            queue.push_back(work);
            None
        }
        None => {
            *waiting = Some(VecDeque::new());
            Some(work)
        }
    });
    let Some(first) = waits else {
        return;
    };
    // Even if the work panics, the next job on this thread must not wait for it.
    let _end = End;
    let mut next = Some(first);
    while let Some(work) = next {
        work();
        next = WAITING.with_borrow_mut(|waiting| waiting.as_mut()?.pop_front());
    }
}

struct End;

impl Drop for End {
    fn drop(&mut self) {
        let left = WAITING.take();
        drop(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[test]
    fn work_scheduled_inside_work_runs_after_it() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let note = |text: &'static str| {
            let order = Arc::clone(&order);
            move || order.lock().unwrap().push(text)
        };
        let (begin, inner, end, later) = (note("begin"), note("inner"), note("end"), note("later"));
        run(Box::new(move || {
            begin();
            run(Box::new(inner));
            end();
        }));
        run(Box::new(later));
        assert_eq!(*order.lock().unwrap(), ["begin", "end", "inner", "later"]);
    }
}
