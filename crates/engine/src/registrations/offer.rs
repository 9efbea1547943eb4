//! What a worker asks its application for when its plugin registers something: the name must be free
//! among all plugins, not only in the worker.

use crate::error::codes;
use crate::registrations::capabilities::CapabilityInfo;
use crate::registrations::operators::OperatorInfo;
use crate::registrations::panels::PanelInfo;
use crate::registrations::table::NameTaken;
use serde::{Deserialize, Serialize};

/// A registration that is offered to the application.
///
/// Exhaustive on purpose: the application has to enter all kinds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Offer {
    /// A panel.
    Panel {
        /// Its description.
        info: PanelInfo,
    },
    /// A menu.
    Menu {
        /// Its description.
        info: PanelInfo,
    },
    /// An operator.
    Operator {
        /// Its description.
        info: OperatorInfo,
    },
    /// A capability.
    Capability {
        /// Its description.
        info: CapabilityInfo,
    },
}

impl Offer {
    /// How many registrations the application accepts from one version of a plugin in a worker.
    pub const MOST: usize = 4096;

    /// The longest description that the application accepts from a worker, in bytes of JSON: those
    /// of capabilities hold schemas.
    pub const LONGEST: usize = 1 << 20;
}

/// The application refuses what a worker offers. Crosses to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfferRefused {
    /// The name belongs to another plugin, or to the application.
    #[error(transparent)]
    Taken(#[from] NameTaken),
    /// The plugin has as many registrations as one may have.
    #[error(
        "the plugin has {most} panels, menus, operators and capabilities already, as many as a \
         plugin in a process of its own may have"
    )]
    TooMany {
        /// [`Offer::MOST`].
        most: usize,
    },
    /// Name, label, schema and so on are too long together.
    #[error("the description has {length} bytes; at most {most} are allowed")]
    TooLong {
        /// The length in bytes.
        length: usize,
        /// [`Offer::LONGEST`].
        most: usize,
    },
}

impl OfferRefused {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Taken(_) => NameTaken::CODE,
            Self::TooMany { .. } | Self::TooLong { .. } => codes::WORKER_BOUND.code,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Taken(_) => NameTaken::HINT,
            Self::TooMany { .. } => "unregister what is not used any more",
            Self::TooLong { .. } => "shorten the schema, the label or the description",
        }
    }
}

/// The application did not answer a question of a worker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HostSilent {
    /// It was asked.
    #[error("the application was asked and did not answer: {reason}")]
    NoAnswer {
        /// "no answer within 10.0 s".
        reason: String,
    },
    /// It was not asked, because this process is a forked copy of the worker.
    #[error("{reason}")]
    Forked {
        /// The error of the connection.
        reason: String,
    },
}

impl HostSilent {
    /// An application that did not answer, for this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self::NoAnswer {
            reason: reason.into(),
        }
    }

    /// A forked copy of a worker, which cannot ask.
    pub fn forked(reason: impl Into<String>) -> Self {
        Self::Forked {
            reason: reason.into(),
        }
    }

    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAnswer { .. } => codes::HOST_SILENT.code,
            Self::Forked { .. } => codes::FORKED.code,
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NoAnswer { .. } => "the application is stopped or very busy; try again later",
            Self::Forked { .. } => "ask before the fork, or start the process with \"spawn\"",
        }
    }
}

/// Why something was not registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OfferError {
    /// The name is taken, or it would be too much.
    #[error(transparent)]
    Refused(#[from] OfferRefused),
    /// The application does not answer.
    #[error(transparent)]
    Silent(#[from] HostSilent),
}

impl From<NameTaken> for OfferError {
    fn from(taken: NameTaken) -> Self {
        Self::Refused(taken.into())
    }
}

impl OfferError {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::Silent(silent) => silent.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.hint(),
            Self::Silent(silent) => silent.hint(),
        }
    }
}
