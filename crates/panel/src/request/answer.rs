//! The answers of a front end.

use super::bounds::{MAX_REQUEST_LINE, MAX_REQUEST_TEXT};
use super::kind::RequestKind;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// The user has cancelled the dialog, or there is nothing to return.
    Cancelled,
    /// It is done, or was not possible (`false`).
    Done(bool),
    /// A path, the label of a button, a text.
    Text(String),
}

/// An answer that does not suit the request. The request stays open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BadAnswer {
    /// It is of another kind.
    #[error("the answer to {kind} is {expected}")]
    Kind {
        /// The name of the request's kind.
        kind: &'static str,
        /// What is expected.
        expected: &'static str,
    },
    /// The button does not exist.
    #[error("'{0}' is not a button of the question")]
    NoButton(String),
    /// The text is too long, or contains a zero byte.
    #[error(
        "the answer to {kind} has {found} bytes, and at most {most} without a zero byte are allowed"
    )]
    Text {
        /// The name of the request's kind.
        kind: &'static str,
        /// Its length in bytes.
        found: usize,
        /// The limit.
        most: usize,
    },
}

impl RequestKind {
    /// Returns the answer as plugins get it: an empty path is a cancelled dialog, and [`Answer::Done`]
    /// of a question is its first or its last button.
    ///
    /// # Errors
    /// If it does not suit.
    pub fn accept(&self, answer: Answer) -> Result<Answer, BadAnswer> {
        match self {
            Self::OpenFile { .. } | Self::OpenFolder { .. } | Self::SaveFile { .. } => match answer
            {
                Answer::Text(path) if path.is_empty() => Ok(Answer::Cancelled),
                Answer::Text(path) => self.bounded(path, MAX_REQUEST_LINE),
                Answer::Cancelled => Ok(answer),
                Answer::Done(_) => Err(self.expected("the path, or that it was cancelled")),
            },
            Self::Confirm { buttons, .. } => match answer {
                Answer::Text(label) if buttons.contains(&label) => Ok(Answer::Text(label)),
                Answer::Text(label) => Err(BadAnswer::NoButton(label.chars().take(99).collect())),
                Answer::Cancelled => Ok(answer),
                Answer::Done(is_first) => {
                    let label = if is_first {
                        buttons.first()
                    } else {
                        buttons.last()
                    };
                    Ok(label.map_or(Answer::Cancelled, |label| Answer::Text(label.clone())))
                }
            },
            Self::Input { .. } | Self::GetClipboard => match answer {
                Answer::Text(text) => self.bounded(text, MAX_REQUEST_TEXT),
                Answer::Cancelled => Ok(answer),
                Answer::Done(_) => Err(self.expected("a text, or that it was cancelled")),
            },
            _ => match answer {
                Answer::Text(_) => Err(self.expected("whether it was done")),
                Answer::Cancelled | Answer::Done(_) => Ok(answer),
            },
        }
    }

    fn bounded(&self, text: String, most: usize) -> Result<Answer, BadAnswer> {
        if text.len() > most || text.contains('\0') {
            let (kind, found) = (self.name(), text.len());
            return Err(BadAnswer::Text { kind, found, most });
        }
        Ok(Answer::Text(text))
    }

    fn expected(&self, expected: &'static str) -> BadAnswer {
        let kind = self.name();
        BadAnswer::Kind { kind, expected }
    }
}
