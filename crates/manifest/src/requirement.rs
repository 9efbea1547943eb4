//! A dependency: a requirement by PEP 508.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use pep508_rs::{Pep508ErrorSource, Pep508Url, VerbatimUrl, VerbatimUrlError, VersionOrUrl};
use serde::{Deserialize, Serialize};

use crate::code::Code;

/// The longest requirement, in bytes. Markers are converted to decision diagrams, whose size can
/// grow much faster than the text.
pub const MAX_REQUIREMENT_LENGTH: usize = 2048;

/// The deepest nesting of parentheses in a marker: the parser is recursive.
const MAX_DEPTH: usize = 16;

/// The largest number of comparisons in one marker, for the reason of [`MAX_REQUIREMENT_LENGTH`].
const MAX_COMPARISONS: usize = 32;

/// The URL of a `name @ URL` requirement. Unlike in pip, variables such as `${HOME}` are not
/// expanded: the meaning of a manifest must not depend on the environment of the process.
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

/// A valid requirement, with the text that its author wrote.
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
    /// [`RequirementError`] says what is wrong, and where in the text.
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

    /// Returns the text as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the normalised name of the distribution.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parsed.name.as_ref()
    }

    /// Returns the parsed requirement: extras, versions or URL, marker.
    #[must_use]
    pub fn as_pep508(&self) -> &pep508_rs::Requirement<DirectUrl> {
        &self.parsed
    }

    /// Returns whether this allows a version. A requirement of a URL allows none: only what is there
    /// counts. Its marker is not evaluated.
    #[must_use]
    pub fn allows(&self, version: &pep440_rs::Version) -> bool {
        match &self.parsed.version_or_url {
            Some(VersionOrUrl::VersionSpecifier(specifiers)) => specifiers.contains(version),
            Some(VersionOrUrl::Url(_)) => false,
            None => true,
        }
    }

    /// Returns the requirement in its canonical spelling.
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

/// Why a string is not a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a requirement: {reason}")]
pub struct RequirementError {
    text: String,
    reason: String,
    offset: usize,
}

impl RequirementError {
    fn new(text: &str, reason: &str, offset: usize) -> Self {
        // The parser's message is a sentence of its own; here it continues another.
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

    /// Returns what is wrong, without the text of the requirement.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns where in the text the mistake is, in bytes.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns the stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        Code::InvalidRequirement.as_str()
    }

    /// Returns what to type instead.
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

/// Refuses what makes the parser fail: it panics for names that end in a separator and for
/// characters beyond ASCII in markers, and deep or long markers exhaust the stack or the memory.
/// The standard does not allow any of these.
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

/// Returns whether the offset is after `@` and before a marker: a URL may have any character.
fn in_url(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    before.contains('@') && !before.contains(';')
}

/// Returns whether the offset is in the package's name or its extras, before versions and URL.
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
