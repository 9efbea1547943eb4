//! Several environments at once.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::InstallError;
use crate::event::Reporter;
use crate::installer::Installer;
use crate::outcome::Ensured;
use crate::request::EnvironmentRequest;
use lichtfeld_system::CancelToken;

/// Ensures every request, at most `jobs` at a time. Results are in the order of the requests; an
/// error in one does not touch the others.
pub(crate) fn install_many(
    installer: &Installer,
    requests: &[EnvironmentRequest],
    jobs: usize,
    reporter: &dyn Reporter,
    cancel: &CancelToken,
) -> Vec<Result<Ensured, InstallError>> {
    let results: Vec<Mutex<Option<Result<Ensured, InstallError>>>> =
        requests.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(index) = Some(next.fetch_add(1, Ordering::Relaxed))
            && let (Some(request), Some(slot)) = (requests.get(index), results.get(index))
        {
            let result = installer.ensure(request, reporter, cancel);
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    };
    std::thread::scope(|scope| {
        // This thread is one of them.
        for _ in 1..jobs.clamp(1, requests.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let taken = |(request, slot): (&EnvironmentRequest, Mutex<Option<_>>)| {
        let result = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
        // Every index is handed out; an empty slot would mean that its thread was lost.
        let plugin = || request.name().normalized().to_owned();
        result.unwrap_or_else(|| Err(InstallError::Cancelled { plugin: plugin() }))
    };
    requests.iter().zip(results).map(taken).collect()
}
