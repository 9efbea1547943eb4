//! Where the output of a child goes.

use std::process::Stdio;

/// Where an output stream of a child goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// Through a pipe to this process, which reads it to its end.
    #[default]
    Drained,
    /// To where the same stream of this process goes. On a terminal the child sees that it is one,
    /// and may use colours.
    Inherited,
    /// To the standard error of this process, so that its standard output stays for results.
    Stderr,
}

impl Output {
    pub(super) fn stdio(self) -> Stdio {
        match self {
            Self::Drained => Stdio::piped(),
            Self::Inherited => Stdio::inherit(),
            Self::Stderr => Stdio::from(std::io::stderr()),
        }
    }
}
