//! Requests of plugins: dialogs, notifications, the clipboard.

use crate::given_text::Strings;
use lichtfeld_embed::panel::{FileFilter, MessageStyle, Request, RequestKind};
use std::ffi::c_char;

/// What a plugin asks for. A number that is not here is of a newer library: return 0 for it.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_request_kind {
    /// Let the user choose a file: `title`, `directory`, `filters`. The answer is its path.
    OpenFile = 1,
    /// Let the user choose a directory: `title`, `directory`. The answer is its path.
    OpenFolder = 2,
    /// Let the user choose where to write: `title`, `text` (the name), `filters`. The answer is a path.
    SaveFile = 3,
    /// Show a message until it is closed: `title`, `message`, `style`.
    Message = 4,
    /// Ask a question: `title`, `message`, `buttons`. The answer is the label of the button.
    Confirm = 5,
    /// Let the user type: `title`, `message`, `text` (to begin with). The answer is the text.
    Input = 6,
    /// Show a notification for a while: `title`, `message`, `style`.
    Notify = 7,
    /// The answer is the text of the clipboard.
    GetClipboard = 8,
    /// Put `text` into the clipboard.
    SetClipboard = 9,
    /// Answer by `lfp_answer_done` whether the clipboard has an image.
    HasClipboardImage = 10,
    /// Write the image of the clipboard into the file `text`.
    SaveClipboardImage = 11,
    /// Open the page `text` of the web in the browser.
    OpenUrl = 12,
    /// Show the file or directory `text` in the file manager.
    Reveal = 13,
    /// Use the theme `text`.
    SetTheme = 14,
    /// Use the scale `scale`; 0 for that of the system.
    SetScale = 15,
}

/// How serious a message is.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lfp_message_style {
    /// It informs.
    Info = 1,
    /// Something succeeded.
    Success = 2,
    /// Something may be wrong.
    Warning = 3,
    /// Something failed.
    Error = 4,
}

/// Files that a dialog offers.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_file_filter {
    /// The name for the user.
    pub name: *const c_char,
    /// The suffixes, without a dot; none for all files.
    pub suffixes: *const *const c_char,
    /// The number of `suffixes`.
    pub suffix_count: usize,
}

/// A request of a plugin. It and its texts are valid while the callback runs. Texts are in UTF-8, and
/// empty rather than null.
#[repr(C)]
#[derive(Debug)]
pub struct lfp_request {
    /// The size of this struct in bytes.
    pub size: usize,
    /// The number, for the answer. It is never used again.
    pub id: u64,
    /// The plugin; empty for code of the application.
    pub plugin: *const c_char,
    /// An `lfp_request_kind`, which says what of the following is used.
    pub kind: u32,
    /// Not 0 if the UI thread itself waits: only an answer that is given before the callback returns
    /// counts, for example that of a native modal dialog.
    pub blocking: u32,
    /// The title of the dialog.
    pub title: *const c_char,
    /// The text or the question.
    pub message: *const c_char,
    /// A name, a text, a path or a URL.
    pub text: *const c_char,
    /// The directory to begin in.
    pub directory: *const c_char,
    /// An `lfp_message_style`.
    pub style: u32,
    /// The scale of the user interface.
    pub scale: f32,
    /// The labels of the buttons.
    pub buttons: *const *const c_char,
    /// The number of `buttons`.
    pub button_count: usize,
    /// The files to offer.
    pub filters: *const lfp_file_filter,
    /// The number of `filters`.
    pub filter_count: usize,
}

/// A request with what it points to.
pub(crate) struct HeldRequest {
    pub(crate) shown: lfp_request,
    _texts: Strings,
    _lists: Vec<Vec<*const c_char>>,
    _filters: Vec<lfp_file_filter>,
}

impl HeldRequest {
    pub(crate) fn new(request: &Request) -> Self {
        let mut texts = Strings::default();
        let mut lists = Vec::new();
        let mut filters = Vec::new();
        let empty = c"".as_ptr();
        let mut shown = lfp_request {
            size: size_of::<lfp_request>(),
            id: request.id.number(),
            plugin: texts.keep(request.plugin.as_deref().unwrap_or_default()),
            kind: 0,
            blocking: u32::from(request.blocking),
            title: empty,
            message: empty,
            text: empty,
            directory: empty,
            style: lfp_message_style::Info as u32,
            scale: 0.0,
            buttons: std::ptr::null(),
            button_count: 0,
            filters: std::ptr::null(),
            filter_count: 0,
        };
        let mut offered: &[FileFilter] = &[];
        shown.kind = match &request.kind {
            RequestKind::OpenFile {
                title,
                directory,
                filters,
            } => {
                offered = filters;
                shown.title = texts.keep(title);
                shown.directory = texts.keep(directory);
                lfp_request_kind::OpenFile as u32
            }
            RequestKind::OpenFolder { title, directory } => {
                shown.title = texts.keep(title);
                shown.directory = texts.keep(directory);
                lfp_request_kind::OpenFolder as u32
            }
            RequestKind::SaveFile {
                title,
                name,
                filters,
            } => {
                offered = filters;
                shown.title = texts.keep(title);
                shown.text = texts.keep(name);
                lfp_request_kind::SaveFile as u32
            }
            RequestKind::Message {
                title,
                message,
                style,
            } => {
                shown.title = texts.keep(title);
                shown.message = texts.keep(message);
                shown.style = style_number(*style);
                lfp_request_kind::Message as u32
            }
            RequestKind::Notify {
                title,
                message,
                style,
            } => {
                shown.title = texts.keep(title);
                shown.message = texts.keep(message);
                shown.style = style_number(*style);
                lfp_request_kind::Notify as u32
            }
            RequestKind::Confirm {
                title,
                message,
                buttons,
            } => {
                shown.title = texts.keep(title);
                shown.message = texts.keep(message);
                let labels: Vec<_> = buttons.iter().map(|label| texts.keep(label)).collect();
                (shown.buttons, shown.button_count) = (labels.as_ptr(), labels.len());
                lists.push(labels);
                lfp_request_kind::Confirm as u32
            }
            RequestKind::Input {
                title,
                message,
                value,
            } => {
                shown.title = texts.keep(title);
                shown.message = texts.keep(message);
                shown.text = texts.keep(value);
                lfp_request_kind::Input as u32
            }
            RequestKind::GetClipboard => lfp_request_kind::GetClipboard as u32,
            RequestKind::SetClipboard { text } => {
                shown.text = texts.keep(text);
                lfp_request_kind::SetClipboard as u32
            }
            RequestKind::HasClipboardImage => lfp_request_kind::HasClipboardImage as u32,
            RequestKind::SaveClipboardImage { path } => {
                shown.text = texts.keep(path);
                lfp_request_kind::SaveClipboardImage as u32
            }
            RequestKind::OpenUrl { url } => {
                shown.text = texts.keep(url);
                lfp_request_kind::OpenUrl as u32
            }
            RequestKind::Reveal { path } => {
                shown.text = texts.keep(path);
                lfp_request_kind::Reveal as u32
            }
            RequestKind::SetTheme { name } => {
                shown.text = texts.keep(name);
                lfp_request_kind::SetTheme as u32
            }
            RequestKind::SetScale { scale } => {
                shown.scale = *scale;
                lfp_request_kind::SetScale as u32
            }
            // A kind that this version of the library does not know.
            _ => 0,
        };
        for filter in offered {
            let suffixes: Vec<_> = (filter.suffixes.iter())
                .map(|one| texts.keep(one))
                .collect();
            filters.push(lfp_file_filter {
                name: texts.keep(&filter.name),
                suffixes: suffixes.as_ptr(),
                suffix_count: suffixes.len(),
            });
            lists.push(suffixes);
        }
        (shown.filters, shown.filter_count) = (filters.as_ptr(), filters.len());
        Self {
            shown,
            _texts: texts,
            _lists: lists,
            _filters: filters,
        }
    }
}

fn style_number(style: MessageStyle) -> u32 {
    let style = match style {
        MessageStyle::Success => lfp_message_style::Success,
        MessageStyle::Warning => lfp_message_style::Warning,
        MessageStyle::Error => lfp_message_style::Error,
        _ => lfp_message_style::Info,
    };
    style as u32
}
