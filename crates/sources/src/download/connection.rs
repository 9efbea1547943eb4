//! The one place that speaks HTTP: a request on a thread of its own, whose answer comes in pieces.
//!
//! Nothing in here can be cancelled, since nothing ends a call that waits for the system. So it has
//! its own thread: the receiver may be dropped at any time, and the thread ends with its next piece,
//! or with its own time-out.

use super::address::{Address, shown};
use super::error::DownloadError;
use super::{proxy, trust};
use lichtfeld_system::Cause;
use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use ureq::http::{Response, StatusCode};
use ureq::{Agent, Body, Error, ResponseExt};

const MAX_REDIRECTS: u32 = 5;
/// Of one piece.
const PIECE: usize = 64 * 1024;
/// Pieces that wait to be taken; then the server waits.
const PIECES: usize = 16;
/// The longest that any download may take: the end of a thread whose receiver is gone.
const EVER: Duration = Duration::from_secs(2 * 3600);

/// What comes.
pub(super) enum Message {
    /// It begins.
    Begins {
        /// Bytes, where the server says.
        total: Option<u64>,
        /// The version of it, as the server calls it (RFC 9110, 8.8.3).
        etag: Option<String>,
    },
    /// It is the version that is known already.
    Unchanged,
    Piece(Vec<u8>),
    End,
    /// Nothing more comes.
    Failed(Failed),
}

/// Why nothing more comes, where what had come so far decides what it means.
pub(super) enum Failed {
    Known(DownloadError),
    /// In the middle of the content.
    Broken(std::io::Error),
}

/// Asks for an address. `known` is the version that the caller has, `silence` the longest time
/// without anything.
pub(super) fn open(
    address: &Address,
    known: Option<&str>,
    silence: Duration,
) -> std::io::Result<Receiver<Message>> {
    let (sender, receiver) = sync_channel(PIECES);
    let (address, known) = (address.clone(), known.map(str::to_owned));
    std::thread::Builder::new()
        .name("lichtfeld-download".into())
        .spawn(move || {
            if let Err(failed) = talk(&address, known.as_deref(), silence, &sender) {
                // Nobody listens any more where this fails.
                let _ = sender.send(Message::Failed(failed));
            }
        })?;
    Ok(receiver)
}

fn talk(
    address: &Address,
    known: Option<&str>,
    silence: Duration,
    to: &SyncSender<Message>,
) -> Result<(), Failed> {
    let failed = |error| Failed::Known(meaning(address, silence, error));
    // Later than the receiver gives up, which knows what has come.
    let agent = agent(address, silence * 2).map_err(Failed::Known)?;
    let mut request = agent.get(address.as_str());
    if let Some(known) = known {
        request = request.header("If-None-Match", known);
    }
    let mut response = request.call().map_err(failed)?;
    judge(address, &response).map_err(Failed::Known)?;
    if response.status() == StatusCode::NOT_MODIFIED {
        let _ = to.send(Message::Unchanged);
        return Ok(());
    }
    let etag = response.headers().get("etag");
    let begins = Message::Begins {
        total: response.body().content_length(),
        etag: etag.and_then(|tag| tag.to_str().ok()).map(str::to_owned),
    };
    if to.send(begins).is_err() {
        return Ok(());
    }
    // Who listens counts; it knows what has come before.
    let mut body = response.body_mut().with_config().limit(u64::MAX).reader();
    loop {
        let mut piece = vec![0; PIECE];
        let read = body.read(&mut piece).map_err(Failed::Broken)?;
        piece.truncate(read);
        let message = if read == 0 {
            Message::End
        } else {
            Message::Piece(piece)
        };
        if to.send(message).is_err() || read == 0 {
            return Ok(());
        }
    }
}

fn agent(address: &Address, silence: Duration) -> Result<Agent, DownloadError> {
    // The machine itself is never behind a proxy.
    let proxy = (!address.is_local()).then(proxy::from_env).flatten();
    let config = Agent::config_builder()
        .https_only(address.is_encrypted())
        .http_status_as_error(false)
        .max_redirects(MAX_REDIRECTS)
        .save_redirect_history(true)
        .user_agent(concat!("lichtfeld-plugins/", env!("CARGO_PKG_VERSION")))
        .proxy(proxy)
        .tls_config(trust::config()?)
        .timeout_global(Some(EVER))
        .timeout_resolve(Some(silence))
        .timeout_connect(Some(silence))
        .timeout_recv_response(Some(silence))
        .timeout_per_read(Some(silence))
        .build();
    Ok(config.new_agent())
}

/// Whether it is the answer to what was asked.
fn judge(address: &Address, response: &Response<Body>) -> Result<(), DownloadError> {
    let url = address.to_string();
    for passed in response.get_redirect_history().unwrap_or_default() {
        let leads_to = passed.to_string();
        if leads_to.parse::<Address>().is_err() {
            return Err(DownloadError::Redirect {
                url,
                reason: format!("to {}, which nothing is downloaded from", shown(&leads_to)),
            });
        }
    }
    let status = response.status().as_u16();
    match status {
        200 | 304 => Ok(()),
        404 | 410 => Err(DownloadError::NotFound { url, status }),
        401 | 403 | 407 => Err(DownloadError::Denied { url, status }),
        _ => Err(DownloadError::Server { url, status }),
    }
}

/// What went wrong before anything came.
fn meaning(address: &Address, silence: Duration, error: Error) -> DownloadError {
    let url = address.to_string();
    let tls = |source: Cause| DownloadError::Tls {
        url: url.clone(),
        source,
    };
    let error = match trust::cause(error) {
        Ok(cause) => return tls(cause),
        Err(error) => error,
    };
    match error {
        Error::Timeout(_) => DownloadError::TimedOut {
            url,
            silence,
            received: 0,
        },
        Error::RequireHttpsOnly(to) => DownloadError::Redirect {
            url,
            reason: format!("to {}, which is not encrypted", shown(&to)),
        },
        Error::TooManyRedirects => DownloadError::Redirect {
            url,
            reason: format!("more than {MAX_REDIRECTS} times"),
        },
        Error::RedirectFailed => DownloadError::Redirect {
            url,
            reason: "to nowhere".into(),
        },
        Error::Tls(reason) => tls(reason.into()),
        Error::TlsRequired => tls("it is not encrypted".into()),
        Error::BadUri(reason) => DownloadError::BadAddress { url, reason },
        Error::Io(error) if is_tls(&error) => tls(error.into()),
        Error::Protocol(error) => DownloadError::BrokenOff {
            url,
            received: 0,
            source: error.into(),
        },
        Error::Io(error) => DownloadError::Offline {
            url,
            source: error.into(),
        },
        other => DownloadError::Offline {
            url,
            source: other.into(),
        },
    }
}

/// TLS fails inside of reads and writes, as invalid data.
fn is_tls(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::InvalidData
}
