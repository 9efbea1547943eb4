//! The lines of a `RECORD`: the files of an installed distribution ([specification]).
//!
//! [specification]: https://packaging.python.org/en/latest/specifications/recording-installed-packages/

/// `path,sha256=...,size`; hash and size may be empty.
#[derive(Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) path: String,
    pub(crate) hash: String,
    pub(crate) size: Option<u64>,
}

impl Row {
    /// From the right: only the path may contain commas, and is then quoted.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (rest, size) = line.rsplit_once(',')?;
        let (path, hash) = rest.rsplit_once(',')?;
        let path = match path
            .strip_prefix('"')
            .and_then(|path| path.strip_suffix('"'))
        {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => path.to_owned(),
        };
        let size = if size.is_empty() {
            None
        } else {
            Some(size.trim().parse().ok()?)
        };
        (!path.is_empty()).then(|| Self {
            path,
            hash: hash.to_owned(),
            size,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_taken_apart() {
        let row = |path: &str, hash: &str, size| {
            Some(Row {
                path: path.into(),
                hash: hash.into(),
                size,
            })
        };
        assert_eq!(
            Row::parse("six.py,sha256=abc,12"),
            row("six.py", "sha256=abc", Some(12))
        );
        assert_eq!(Row::parse("x/RECORD,,"), row("x/RECORD", "", None));
        assert_eq!(
            Row::parse(r#""a,""b"".py",,3"#),
            row(r#"a,"b".py"#, "", Some(3))
        );
        for bad in ["", "x", "x,y", ",,", "x,,many"] {
            assert_eq!(Row::parse(bad), None, "{bad}");
        }
    }
}
