//! What host and worker ask and tell each other: JSON, followed by bytes that are not.

use crate::execution::backend::CodeVersion;
use crate::model::level::Level;
use crate::registrations::operators::OperatorInfo;
use crate::registrations::panels::PanelInfo;
use crate::worker::limits::WorkerLimits;
use camino::Utf8PathBuf;
use lichtfeld_panel::{Input, Vec2};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The file number under which a worker finds its socket.
pub const SOCKET: i32 = 3;

/// What a host asks of a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Ask {
    /// Makes the manager; the first of all.
    Start(Start),
    /// Imports the plugin.
    Import {
        /// Which.
        code_version: CodeVersion,
    },
    /// Calls `on_load`, and with a state (the bytes) `on_after_reload`.
    Activate,
    /// Calls `on_before_reload`; the answer's bytes are the state.
    HandOver,
    /// Calls `on_unload`.
    Deactivate,
    /// Frees everything; gives an `UnloadReport`.
    Remove,
    /// Calls `on_files_changed`; gives a truth value.
    FilesChanged {
        /// Which files.
        paths: Vec<Utf8PathBuf>,
    },
    /// Draws a panel or a menu; the answer's bytes are a frame.
    Draw {
        /// Which of both.
        kind: Shown,
        /// Which one.
        id: String,
        /// What the user did since the last drawing.
        inputs: Vec<Input>,
        /// What it is drawn on.
        surface: RemoteSurface,
    },
    /// Whether a panel or a menu is to be shown.
    Poll {
        /// Which of both.
        kind: Shown,
        /// Which one.
        id: String,
    },
    /// Whether an operator is possible now; gives a truth value.
    PollOperator {
        /// Which.
        id: String,
    },
    /// Ends an operator that is at work; gives whether it was.
    CancelOperator {
        /// Which.
        id: String,
    },
    /// Answers at once: the main thread is alive.
    Ping,
    /// Ends the process.
    End,
}

/// What a worker is told at its start.
#[derive(Debug, Serialize, Deserialize)]
pub struct Start {
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
    /// What the worker may use.
    pub limits: WorkerLimits,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A panel.
    Panel,
    /// A menu.
    Menu,
}

/// What a worker tells its host.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Tell {
    /// A line for the plugin's log.
    Log {
        /// How important.
        level: Level,
        /// The text.
        message: String,
    },
    /// A panel or a menu was registered.
    Shown {
        /// Which of both.
        kind: Shown,
        /// What the host has to know of it.
        info: PanelInfo,
    },
    /// A panel or a menu was taken away.
    ShownGone {
        /// Which of both.
        kind: Shown,
        /// Which one.
        id: String,
    },
    /// An operator was registered.
    Operator {
        /// What the host has to know of it.
        info: OperatorInfo,
    },
    /// An operator was taken away.
    OperatorGone {
        /// Which.
        id: String,
    },
    /// An operator has begun to be at work, or has ended.
    OperatorRunning {
        /// Which.
        id: String,
        /// Whether it is at work now.
        running: bool,
    },
    /// A capability was taken away.
    CapabilityGone {
        /// Which.
        name: String,
    },
    /// A panel wants to be drawn.
    Redraw,
}

/// `lichtfeld_panel::Surface` as it crosses.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RemoteSurface {
    size: Vec2,
    position: Vec2,
    viewport: Vec2,
    pointer: Vec2,
    scale: f32,
    focused: bool,
    hovered: bool,
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
        surface
    }
}

/// A value as JSON, with bytes after it.
pub fn pack(value: &impl Serialize, bytes: &[u8]) -> Vec<u8> {
    // Our own types have no maps with keys that are no text, which is all that can fail.
    let json = serde_json::to_vec(value).unwrap_or_default();
    let mut packed = Vec::with_capacity(4 + json.len() + bytes.len());
    packed.extend_from_slice(&u32::try_from(json.len()).unwrap_or(u32::MAX).to_le_bytes());
    packed.extend_from_slice(&json);
    packed.extend_from_slice(bytes);
    packed
}

/// The value and the bytes after it.
///
/// # Errors
/// What is not understood, in words.
pub fn unpack<T: DeserializeOwned>(packed: &[u8]) -> Result<(T, &[u8]), String> {
    let (head, rest) = packed
        .split_first_chunk::<4>()
        .ok_or_else(|| "a message was cut off".to_owned())?;
    let length = u32::from_le_bytes(*head) as usize;
    if length > rest.len() {
        return Err("a message was cut off".to_owned());
    }
    let (json, bytes) = rest.split_at(length);
    let value = serde_json::from_slice(json)
        .map_err(|error| format!("a message was not understood: {error}"))?;
    Ok((value, bytes))
}
