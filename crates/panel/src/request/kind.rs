//! What can be requested of a front end.

use super::bounds::{MAX_REQUEST_ITEMS, MAX_REQUEST_LINE, MAX_REQUEST_TEXT};
use serde::{Deserialize, Serialize};

/// How serious a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageStyle {
    /// It informs.
    #[default]
    Info,
    /// Something succeeded.
    Success,
    /// Something may be wrong.
    Warning,
    /// Something failed.
    Error,
}

/// Files that a dialog offers, such as "Images" with `png` and `jpg`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FileFilter {
    /// The name for the user.
    #[serde(default)]
    pub name: String,
    /// The suffixes, without a dot; none for all files.
    #[serde(default)]
    pub suffixes: Vec<String>,
}

impl FileFilter {
    /// Describes files by their suffixes.
    #[must_use]
    pub fn new(name: impl Into<String>, suffixes: &[&str]) -> Self {
        Self {
            name: name.into(),
            suffixes: suffixes.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What a plugin asks of the front end. Serialized, `kind` is the name of the variant. Texts that are
/// left out are empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RequestKind {
    /// Let the user choose a file that exists. The answer is its path.
    OpenFile {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// The directory to begin in; empty for the usual one.
        #[serde(default)]
        directory: String,
        /// The files to offer; none for all.
        #[serde(default)]
        filters: Vec<FileFilter>,
    },
    /// Let the user choose a directory. The answer is its path.
    OpenFolder {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// The directory to begin in; empty for the usual one.
        #[serde(default)]
        directory: String,
    },
    /// Let the user choose where a file is to be written. The answer is its path.
    SaveFile {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// The name of the file to propose.
        #[serde(default)]
        name: String,
        /// The files to offer; none for all.
        #[serde(default)]
        filters: Vec<FileFilter>,
    },
    /// Show a message until the user closes it. The answer is that it was closed.
    Message {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// The text.
        #[serde(default)]
        message: String,
        /// How serious it is.
        #[serde(default)]
        style: MessageStyle,
    },
    /// Ask a question. The answer is the label of the button.
    Confirm {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// The question.
        #[serde(default)]
        message: String,
        /// The labels of the buttons; there is at least one.
        buttons: Vec<String>,
    },
    /// Let the user type a text. The answer is the text.
    Input {
        /// The title of the dialog.
        #[serde(default)]
        title: String,
        /// What to type.
        #[serde(default)]
        message: String,
        /// The text to begin with.
        #[serde(default)]
        value: String,
    },
    /// Show a notification for a while. The answer comes at once.
    Notify {
        /// The title; may be empty.
        #[serde(default)]
        title: String,
        /// The text.
        #[serde(default)]
        message: String,
        /// How serious it is.
        #[serde(default)]
        style: MessageStyle,
    },
    /// Return the text of the clipboard.
    GetClipboard,
    /// Put a text into the clipboard.
    SetClipboard {
        /// The text.
        text: String,
    },
    /// Say whether the clipboard has an image.
    HasClipboardImage,
    /// Write the image of the clipboard into a file. The answer is whether that was possible.
    SaveClipboardImage {
        /// The path of the file.
        path: String,
    },
    /// Open a URL in the browser.
    OpenUrl {
        /// The URL.
        url: String,
    },
    /// Show a file or a directory in the file manager.
    Reveal {
        /// The path.
        path: String,
    },
    /// Use another theme.
    SetTheme {
        /// The name of the theme.
        name: String,
    },
    /// Use another scale of the user interface; 0 for that of the system.
    SetScale {
        /// Display pixels in one pixel of the user interface.
        scale: f32,
    },
}

/// A request that no front end gets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadRequest {
    /// A text is too long.
    #[error("{what} of a request has {found} bytes, and at most {most} are allowed")]
    TooLong {
        /// The text.
        what: &'static str,
        /// Its length in bytes.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// There are too many of something.
    #[error("a request has {found} {what}, and at most {most} are allowed")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// A question without a button.
    #[error("a question needs a button")]
    NoButton,
    /// A text contains a zero byte, which no system takes.
    #[error("{0} of a request contains a zero byte")]
    ZeroByte(&'static str),
    /// The URL is none of the web.
    #[error("'{0}' does not begin with http://, https:// or mailto:")]
    NotOfTheWeb(String),
    /// The scale cannot be used.
    #[error("the scale {0} is not 0 and not between 0.25 and 8")]
    Scale(String),
}

impl RequestKind {
    /// Returns the name, as it is serialized.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::OpenFile { .. } => "open_file",
            Self::OpenFolder { .. } => "open_folder",
            Self::SaveFile { .. } => "save_file",
            Self::Message { .. } => "message",
            Self::Confirm { .. } => "confirm",
            Self::Input { .. } => "input",
            Self::Notify { .. } => "notify",
            Self::GetClipboard => "get_clipboard",
            Self::SetClipboard { .. } => "set_clipboard",
            Self::HasClipboardImage => "has_clipboard_image",
            Self::SaveClipboardImage { .. } => "save_clipboard_image",
            Self::OpenUrl { .. } => "open_url",
            Self::Reveal { .. } => "reveal",
            Self::SetTheme { .. } => "set_theme",
            Self::SetScale { .. } => "set_scale",
        }
    }

    /// Returns an error if the request is larger than a front end has to expect, or makes no sense.
    ///
    /// # Errors
    /// [`BadRequest`].
    pub fn check(&self) -> Result<(), BadRequest> {
        match self {
            Self::OpenFile {
                title,
                directory,
                filters,
            } => {
                line("the title", title)?;
                line("the directory", directory)?;
                check_filters(filters)
            }
            Self::OpenFolder { title, directory } => {
                line("the title", title)?;
                line("the directory", directory)
            }
            Self::SaveFile {
                title,
                name,
                filters,
            } => {
                line("the title", title)?;
                line("the name", name)?;
                check_filters(filters)
            }
            Self::Message { title, message, .. } | Self::Notify { title, message, .. } => {
                line("the title", title)?;
                text("the message", message)
            }
            Self::Confirm {
                title,
                message,
                buttons,
            } => {
                line("the title", title)?;
                text("the message", message)?;
                if buttons.is_empty() {
                    return Err(BadRequest::NoButton);
                }
                items("buttons", buttons.len())?;
                buttons.iter().try_for_each(|label| line("a button", label))
            }
            Self::Input {
                title,
                message,
                value,
            } => {
                line("the title", title)?;
                text("the message", message)?;
                text("the value", value)
            }
            Self::SetClipboard { text: given } => text("the text", given),
            Self::SaveClipboardImage { path } | Self::Reveal { path } => line("the path", path),
            Self::OpenUrl { url } => {
                line("the URL", url)?;
                check_url(url)
            }
            Self::SetTheme { name } => line("the name", name),
            Self::SetScale { scale } => match *scale {
                scale if scale == 0.0 || (0.25..=8.0).contains(&scale) => Ok(()),
                scale => Err(BadRequest::Scale(scale.to_string())),
            },
            Self::GetClipboard | Self::HasClipboardImage => Ok(()),
        }
    }
}

/// The system opens other URLs with programs of its own choice, which a plugin must not start.
fn check_url(url: &str) -> Result<(), BadRequest> {
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let known = ["http://", "https://", "mailto:"];
    match known.iter().any(|scheme| lower.starts_with(scheme)) {
        true => Ok(()),
        false => Err(BadRequest::NotOfTheWeb(url.chars().take(99).collect())),
    }
}

fn check_filters(filters: &[FileFilter]) -> Result<(), BadRequest> {
    items("filters", filters.len())?;
    for filter in filters {
        line("the name of a filter", &filter.name)?;
        items("suffixes", filter.suffixes.len())?;
        (filter.suffixes.iter()).try_for_each(|suffix| line("a suffix", suffix))?;
    }
    Ok(())
}

fn line(what: &'static str, text: &str) -> Result<(), BadRequest> {
    bounded(what, text, MAX_REQUEST_LINE)
}

fn text(what: &'static str, text: &str) -> Result<(), BadRequest> {
    bounded(what, text, MAX_REQUEST_TEXT)
}

fn bounded(what: &'static str, text: &str, most: usize) -> Result<(), BadRequest> {
    let found = text.len();
    if found > most {
        return Err(BadRequest::TooLong { what, found, most });
    }
    if text.contains('\0') {
        return Err(BadRequest::ZeroByte(what));
    }
    Ok(())
}

fn items(what: &'static str, found: usize) -> Result<(), BadRequest> {
    let most = MAX_REQUEST_ITEMS;
    match found > most {
        true => Err(BadRequest::TooMany { what, found, most }),
        false => Ok(()),
    }
}
