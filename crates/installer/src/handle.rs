//! An installation in the background, which is cancelled when its handle is dropped.

use std::io;
use std::sync::Arc;
use std::thread;

use crate::error::InstallError;
use crate::event::Reporter;
use crate::installer::Installer;
use crate::outcome::Ensured;
use crate::request::EnvironmentRequest;
use lichtfeld_system::CancelToken;

/// An installation on a thread of its own.
///
/// Dropping it cancels and waits until everything is undone.
#[derive(Debug)]
pub struct InstallHandle {
    cancel: CancelToken,
    thread: Option<thread::JoinHandle<Result<Ensured, InstallError>>>,
}

impl InstallHandle {
    /// Begins [`Installer::ensure`] in the background.
    ///
    /// # Errors
    /// Where no thread can be started.
    pub fn start(
        installer: Arc<Installer>,
        request: EnvironmentRequest,
        reporter: impl Reporter + Send + 'static,
    ) -> io::Result<Self> {
        let cancel = CancelToken::new();
        let token = cancel.clone();
        let work = move || installer.ensure(&request, &reporter, &token);
        let thread = thread::Builder::new()
            .name("lichtfeld-install".into())
            .spawn(work)?;
        Ok(Self {
            cancel,
            thread: Some(thread),
        })
    }

    /// The switch that ends it.
    #[must_use]
    pub fn cancel_token(&self) -> CancelToken {
        self.cancel.clone()
    }

    /// Ends it; [`Self::wait`] then returns [`InstallError::Cancelled`], unless it was done already.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Whether it is done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread
            .as_ref()
            .is_none_or(thread::JoinHandle::is_finished)
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// What [`Installer::ensure`] returns.
    pub fn wait(mut self) -> Result<Ensured, InstallError> {
        match self.thread.take().map(thread::JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Err(InstallError::Cancelled {
                plugin: String::new(),
            }),
        }
    }
}

impl Drop for InstallHandle {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            self.cancel.cancel();
            // A panic there has been printed; another one here would end the process.
            let _ = thread.join();
        }
    }
}
