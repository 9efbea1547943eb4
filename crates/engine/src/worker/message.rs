//! The messages between host and worker on [`Topic::Control`]: JSON, then bytes of any form.
//!
//! The two processes may come from different installations, for example while an update replaces
//! the files of a running application. So the first question, [`Ask::Start`], carries the
//! [`PROTOCOL`] of the host, and its answer, [`Started`], that of the worker. Each side refuses
//! another version than its own. For this to work, these stay as they are in all versions: the head
//! of a message, the packing of [`pack`], the field `protocol`, and [`Failure`] as an answer.
//!
//! [`Topic::Control`]: crate::worker::wire::Topic::Control

use crate::error::failure::{Failure, FailureKind, Stage};
use crate::execution::backend::CodeVersion;
use crate::model::level::Level;
use crate::worker::limits::WorkerLimits;
use camino::Utf8PathBuf;
use lichtfeld_panel::{DocumentForm, FontTable, Input, TextureRef, ThemeKind, Vec2};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The version of the worker protocol. It grows with every change of a message that the other side
/// would misunderstand.
pub const PROTOCOL: u32 = 6;

/// The file number under which a worker finds its socket.
pub const SOCKET: i32 = 3;

/// What a host asks of a worker.
///
/// Exhaustive on purpose, like [`Tell`]: the receiver has to handle all messages, and [`PROTOCOL`]
/// excludes unknown ones.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Ask {
    /// Sets the worker up. Always the first question; the answer is [`Started`].
    Start(Start),
    /// Imports the plugin.
    Import {
        /// Which version of its code.
        code_version: CodeVersion,
    },
    /// Calls `on_load`. If there are bytes, they are the state for `on_after_reload`.
    Activate,
    /// Calls `on_before_reload`. The answer is the state, or empty.
    HandOver,
    /// Calls `on_unload`.
    Deactivate,
    /// Frees everything. The answer is an `UnloadReport`.
    Remove,
    /// Calls `on_files_changed`, and reads templates again. The answer is a `FilesTaken`.
    FilesChanged {
        /// The changed files.
        paths: Vec<Utf8PathBuf>,
    },
    /// Draws a panel or a menu. The answer is a `Frame` as JSON.
    Draw {
        /// Panel or menu.
        kind: Shown,
        /// Its id.
        id: String,
        /// The inputs since the last drawing.
        inputs: Vec<Input>,
        /// Where it is drawn.
        surface: RemoteSurface,
        /// The version of its document that the host has; 0 for none.
        #[serde(default)]
        document: u64,
        /// The widths of the characters of the host's font, if they have changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        font: Option<FontTable>,
    },
    /// Asks whether to show a panel or a menu. The answer is a boolean.
    Poll {
        /// Panel or menu.
        kind: Shown,
        /// Its id.
        id: String,
    },
    /// Asks whether an operator can be invoked now. The answer is a boolean.
    PollOperator {
        /// Its id.
        id: String,
    },
    /// Cancels an operator. The answer is whether it was running.
    CancelOperator {
        /// Its id.
        id: String,
    },
    /// Answered at once with an empty body: the main thread is alive.
    Ping,
    /// Ends the process.
    End,
}

/// The first message of a host: its protocol version, and a [`WorkerSetup`] that only a worker of
/// the same version looks into.
#[derive(Debug, Serialize, Deserialize)]
pub struct Start {
    /// 0 stands for a host from before there were versions.
    #[serde(default)]
    protocol: u32,
    #[serde(default)]
    setup: serde_json::Value,
}

impl Start {
    /// The message of this version.
    #[must_use]
    pub fn new(setup: &WorkerSetup) -> Self {
        Self {
            protocol: PROTOCOL,
            // Cannot fail: no type in a message has a map whose keys are not strings.
            setup: serde_json::to_value(setup).unwrap_or_default(),
        }
    }

    /// Called by the worker: checks the version of the host and returns the setup.
    ///
    /// # Errors
    /// [`ProtocolError::Version`], [`ProtocolError::Malformed`].
    pub fn check(self) -> Result<WorkerSetup, ProtocolError> {
        same_version(self.protocol, PROTOCOL)?;
        Ok(serde_json::from_value(self.setup)?)
    }
}

/// The answer to [`Start`]: the protocol version of the worker.
#[derive(Debug, Serialize, Deserialize)]
pub struct Started {
    #[serde(default)]
    protocol: u32,
}

impl Started {
    /// The packed answer of this version.
    #[must_use]
    pub fn packed() -> Vec<u8> {
        let protocol = PROTOCOL;
        pack(&Self { protocol }, &[])
    }

    /// Called by the host: checks the version of the worker.
    ///
    /// # Errors
    /// [`ProtocolError::Version`], [`ProtocolError::CutOff`], [`ProtocolError::Malformed`].
    pub fn check(answer: &[u8]) -> Result<(), ProtocolError> {
        if answer.is_empty() {
            // A worker from before there were versions.
            return same_version(PROTOCOL, 0);
        }
        let (started, _) = unpack::<Self>(answer)?;
        same_version(PROTOCOL, started.protocol)
    }
}

fn same_version(host: u32, worker: u32) -> Result<(), ProtocolError> {
    if host == worker {
        return Ok(());
    }
    Err(ProtocolError::Version { host, worker })
}

/// What a worker needs before it can import its plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkerSetup {
    /// The plugin's normalised name.
    pub key: String,
    /// The root of the host's home.
    pub home: Utf8PathBuf,
    /// The plugins directory.
    pub plugins: Utf8PathBuf,
    /// The directory of all caches.
    pub cache: Utf8PathBuf,
    /// The host's version.
    pub version: String,
    /// The version of the host's plugin interface.
    pub plugin_api: String,
    /// The host's features.
    pub features: Vec<String>,
    /// The limits of the process.
    pub limits: WorkerLimits,
    /// How long the plugin waits for a function of the application.
    pub callback: Duration,
    /// How long work of another thread waits until the main thread of the worker begins it.
    pub ui_thread: Duration,
    /// How long the plugin waits for the user's answer to a request.
    pub request: Duration,
    /// The number of its first texture. It may use
    /// [`TEXTURES_OF_A_PROCESS`](crate::registrations::textures::TEXTURES_OF_A_PROCESS) from there on.
    pub textures: u64,
}

/// What a worker asks on [`Topic::Texture`]: to keep the pixels of a version of a texture, which
/// follow as bytes or come as one sealed file. The answer is empty, or a [`TextureRefused`] as text.
///
/// [`Topic::Texture`]: crate::worker::wire::Topic::Texture
/// [`TextureRefused`]: crate::registrations::textures::TextureRefused
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct KeepTexture {
    /// The version, and its size.
    pub texture: TextureRef,
}

/// The two things that are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A panel.
    Panel,
    /// A menu.
    Menu,
}

/// Notifications from a worker to its host, without an answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Tell {
    /// A line for the plugin's log.
    Log {
        /// Its level.
        level: Level,
        /// The text.
        message: String,
    },
    /// A panel or a menu was removed.
    ShownGone {
        /// Panel or menu.
        kind: Shown,
        /// Its id.
        id: String,
    },
    /// An operator was removed.
    OperatorGone {
        /// Its id.
        id: String,
    },
    /// An operator has started or ended.
    OperatorRunning {
        /// Its id.
        id: String,
        /// Whether it is running now.
        running: bool,
    },
    /// A capability was removed.
    CapabilityGone {
        /// Its name.
        name: String,
    },
    /// A panel asks to be drawn.
    Redraw,
    /// A texture does not exist any more.
    TextureGone {
        /// Its number.
        id: u64,
    },
}

/// `lichtfeld_panel::Surface` as JSON.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RemoteSurface {
    size: Vec2,
    position: Vec2,
    viewport: Vec2,
    pointer: Vec2,
    scale: f32,
    focused: bool,
    hovered: bool,
    document: DocumentForm,
    theme: ThemeKind,
}

impl From<lichtfeld_panel::Surface> for RemoteSurface {
    fn from(surface: lichtfeld_panel::Surface) -> Self {
        Self {
            size: surface.size,
            position: surface.position,
            viewport: surface.viewport,
            pointer: surface.pointer,
            scale: surface.scale,
            focused: surface.focused,
            hovered: surface.hovered,
            document: surface.document,
            theme: surface.theme,
        }
    }
}

impl From<RemoteSurface> for lichtfeld_panel::Surface {
    fn from(remote: RemoteSurface) -> Self {
        let mut surface = Self::default();
        surface.size = remote.size;
        surface.position = remote.position;
        surface.viewport = remote.viewport;
        surface.pointer = remote.pointer;
        surface.scale = remote.scale;
        surface.focused = remote.focused;
        surface.hovered = remote.hovered;
        surface.document = remote.document;
        surface.theme = remote.theme;
        surface
    }
}

/// A message on [`Topic::Control`](crate::worker::wire::Topic::Control) that is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// It ends too early.
    #[error("a message was cut off")]
    CutOff,
    /// Its JSON is not what was expected.
    #[error("a message was not understood")]
    Malformed(#[from] serde_json::Error),
    /// The two processes do not speak the same version.
    #[error(
        "the application speaks version {host} of the worker protocol, the plugin's process \
         version {worker}"
    )]
    Version {
        /// The version of the application; 0 if it sent none.
        host: u32,
        /// The version of the worker; 0 if it sent none.
        worker: u32,
    },
}

impl ProtocolError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind().code()
    }

    /// What to do about it, if anything is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        matches!(self, Self::Version { .. }).then(|| {
            "restart the application: it was probably updated while it ran. If that does not help, \
             install `lichtfeld` in the version of the application"
                .to_owned()
        })
    }

    const fn kind(&self) -> FailureKind {
        match self {
            Self::Version { .. } => FailureKind::Environment,
            Self::CutOff | Self::Malformed(_) => FailureKind::Crashed,
        }
    }
}

/// The text with its cause, for a log or a [`Failure`], which keep no source.
impl From<ProtocolError> for String {
    fn from(error: ProtocolError) -> Self {
        match &error {
            ProtocolError::Malformed(cause) => format!("{error}: {cause}"),
            _ => error.to_string(),
        }
    }
}

impl From<ProtocolError> for Failure {
    fn from(error: ProtocolError) -> Self {
        let (kind, hint) = (error.kind(), error.hint());
        let mut failure = Self::new(kind, Stage::Import, error);
        failure.hint = hint;
        failure
    }
}

/// Packs a value as JSON, followed by `bytes`.
pub fn pack(value: &impl Serialize, bytes: &[u8]) -> Vec<u8> {
    // Cannot fail: no type in a message has a map whose keys are not strings.
    let json = serde_json::to_vec(value).unwrap_or_default();
    let mut packed = Vec::with_capacity(4 + json.len() + bytes.len());
    packed.extend_from_slice(&u32::try_from(json.len()).unwrap_or(u32::MAX).to_le_bytes());
    packed.extend_from_slice(&json);
    packed.extend_from_slice(bytes);
    packed
}

/// Returns the value, and the bytes after it. JSON that is nested deeper than 128 levels is
/// refused.
///
/// # Errors
/// [`ProtocolError::CutOff`], [`ProtocolError::Malformed`].
pub fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<(T, &[u8]), ProtocolError> {
    let (head, rest) = packed
        .split_first_chunk::<4>()
        .ok_or(ProtocolError::CutOff)?;
    let length = u32::from_le_bytes(*head) as usize;
    let (json, bytes) = rest.split_at_checked(length).ok_or(ProtocolError::CutOff)?;
    Ok((serde_json::from_slice(json)?, bytes))
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
