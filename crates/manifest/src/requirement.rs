//! One dependency: a requirement by PEP 508.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use pep508_rs::{Pep508ErrorSource, Pep508Url, VerbatimUrl, VerbatimUrlError};
use serde::{Deserialize, Serialize};

use crate::code::Code;

/// The longest requirement, in bytes. Markers are turned into decision diagrams, whose size can
/// grow much faster than the text.
pub const MAX_REQUIREMENT_LENGTH: usize = 2048;

/// The deepest nesting of parentheses in a marker. The parser recurses once for each.
const MAX_DEPTH: usize = 16;

/// The most comparisons in one marker, for the same reason as [`MAX_REQUIREMENT_LENGTH`].
const MAX_COMPARISONS: usize = 32;

/// The URL of a `name @ URL` requirement. Unlike in pip, variables such as `${HOME}` are not
/// expanded: reading a manifest must not depend on the environment of the process.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DirectUrl(VerbatimUrl);

impl fmt::Display for DirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Pep508Url for DirectUrl {
    type Err = VerbatimUrlError;

    fn parse_url(url: &str, _: Option<&Path>) -> Result<Self, Self::Err> {
        Ok(Self(VerbatimUrl::parse_url(url)?))
    }
}

/// A requirement, checked, with the text its author wrote.
///
/// ```
/// use lichtfeld_manifest::Requirement;
///
/// let torch: Requirement = "Torch[cuda] >=2.6 ; sys_platform != 'darwin'".parse()?;
/// assert_eq!(torch.name(), "torch");
/// assert_eq!(torch.as_str(), "Torch[cuda] >=2.6 ; sys_platform != 'darwin'");
/// assert_eq!(torch.to_canonical(), "torch[cuda]>=2.6 ; sys_platform != 'darwin'");
/// # Ok::<(), lichtfeld_manifest::RequirementError>(())
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Requirement {
    text: Box<str>,
    parsed: pep508_rs::Requirement<DirectUrl>,
}

impl Requirement {
    /// Checks a requirement.
    ///
    /// # Errors
    /// [`RequirementError`] says what is wrong and where in the text.
    pub fn new(text: &str) -> Result<Self, RequirementError> {
        refuse_what_the_parser_cannot_take(text)?;
        match text.parse::<pep508_rs::Requirement<DirectUrl>>() {
            Ok(parsed) => Ok(Self {
                text: text.into(),
                parsed,
            }),
            Err(error) => {
                let message = match error.message {
                    Pep508ErrorSource::String(text)
                    | Pep508ErrorSource::UnsupportedRequirement(text) => text,
                    Pep508ErrorSource::UrlError(error) => error.to_string(),
                };
                Err(RequirementError::new(text, &message, error.start))
            }
        }
    }

    /// The text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The distribution's name, normalised.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parsed.name.as_ref()
    }

    /// The parsed requirement: extras, versions or URL, marker.
    #[must_use]
    pub fn as_pep508(&self) -> &pep508_rs::Requirement<DirectUrl> {
        &self.parsed
    }

    /// One spelling for all ways to write the same requirement.
    #[must_use]
    pub fn to_canonical(&self) -> String {
        self.parsed.to_string()
    }
}

impl PartialEq for Requirement {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Requirement {}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for Requirement {
    type Err = RequirementError;

    fn from_str(text: &str) -> Result<Self, RequirementError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Requirement {
    type Error = RequirementError;

    fn try_from(text: String) -> Result<Self, RequirementError> {
        Self::new(&text)
    }
}

impl From<Requirement> for String {
    fn from(requirement: Requirement) -> Self {
        requirement.text.into()
    }
}

/// Why a text is not a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a requirement: {reason}")]
pub struct RequirementError {
    text: String,
    reason: String,
    offset: usize,
}

impl RequirementError {
    fn new(text: &str, reason: &str, offset: usize) -> Self {
        // Parsers speak in sentences of their own; here they continue one.
        let reason = reason.trim().trim_end_matches('.');
        let mut letters = reason.chars();
        let reason = match letters.next() {
            Some(first) if !letters.as_str().starts_with(|c: char| c.is_uppercase()) => {
                first.to_lowercase().chain(letters).collect()
            }
            _ => reason.to_owned(),
        };
        Self {
            text: text.to_owned(),
            reason,
            offset: offset.min(text.len()),
        }
    }

    /// What is wrong, without the text it is about.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Where in the text it goes wrong, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Code::InvalidRequirement.as_str()
    }

    /// What to type instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let text = self.text.trim();
        let name_length = text
            .bytes()
            .take_while(|b| crate::name::is_pep508_name_byte(*b))
            .count();
        let (name, rest) = text.split_at(name_length);
        let rest = rest.trim_start();
        Some(if text.contains("://") && !text.contains('@') {
            "Put the package's name before the URL: `name @ https://...`.".into()
        } else if text.ends_with(".txt") || text.starts_with('-') {
            "Options and files of pip are not requirements: write the packages themselves.".into()
        } else if !name.is_empty() && rest.starts_with('=') && !rest.starts_with("==") {
            let version = rest.trim_start_matches('=').trim();
            format!("Write two equals signs: `{name}=={version}`.")
        } else if !name.is_empty() && rest.starts_with(|c: char| c.is_ascii_digit()) {
            format!("Write an operator before the version: `{name}>={rest}`.")
        } else if !name.is_empty()
            && (rest.starts_with('^') || rest.starts_with("~") && !rest.starts_with("~="))
        {
            let version = rest.trim_start_matches(['^', '~']).trim();
            format!(
                "`{}` is from another package manager; write `{name}>={version}`.",
                &rest[..1]
            )
        } else {
            "Write a package name, then a version if it matters: `numpy>=1.26`.".into()
        })
    }
}

/// The parser takes names on trust that end in a separator, and counts characters for bytes in
/// markers, and panics; deep or long markers exhaust the stack or the memory. All of these, which
/// the standard does not allow either, are refused before it sees them.
fn refuse_what_the_parser_cannot_take(text: &str) -> Result<(), RequirementError> {
    let error = |reason: &str, offset| Err(RequirementError::new(text, reason, offset));
    if text.len() > MAX_REQUIREMENT_LENGTH {
        return error(
            &format!("it is longer than {MAX_REQUIREMENT_LENGTH} characters"),
            0,
        );
    }
    let mut depth = 0_usize;
    let mut comparisons = 0_usize;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        if !c.is_ascii() && !in_url(text, at) {
            return error(&format!("{c:?} is not an ASCII character"), at);
        }
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '"' | '\'' => comparisons += 1,
            _ => {}
        }
        if depth > MAX_DEPTH || comparisons > 2 * MAX_COMPARISONS {
            return error("its marker is too complicated", at);
        }
        let ended = !crate::name::is_pep508_name_byte(u8::try_from(c).unwrap_or(b' '));
        if ended && matches!(previous, '-' | '_' | '.') && in_name_or_extras(text, at) {
            return error("a name must end with a letter or digit", at - 1);
        }
        previous = c;
    }
    if matches!(previous, '-' | '_' | '.') && in_name_or_extras(text, text.len()) {
        return error("a name must end with a letter or digit", text.len() - 1);
    }
    Ok(())
}

/// Whether the offset is behind `@` and before a marker, where a URL may have any character.
fn in_url(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    before.contains('@') && !before.contains(';')
}

/// Whether the offset is still in the package's name or its extras, before versions and URL.
fn in_name_or_extras(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    match before.find('[') {
        Some(open) => !before.get(open..).is_some_and(|rest| rest.contains(']')),
        None => before
            .trim_start()
            .bytes()
            .all(crate::name::is_pep508_name_byte),
    }
}
