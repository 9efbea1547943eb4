//! The lines that uv writes where no terminal is, as events.

use crate::event::EventKind;

/// What a line says, where it says anything that is known.
pub(crate) fn parse(line: &str) -> Option<EventKind> {
    let line = line.trim();
    let (word, rest) = line.split_once(' ')?;
    match word {
        "Resolved" => count(rest).map(|packages| EventKind::Resolved { packages }),
        "Downloading" => {
            let (name, size) = rest.strip_suffix(')')?.rsplit_once(" (")?;
            Some(EventKind::Downloading {
                name: name.to_owned(),
                size: bytes(size)?,
            })
        }
        "Downloaded" => Some(EventKind::Downloaded {
            name: rest.to_owned(),
        }),
        "Building" => Some(EventKind::Building {
            name: rest.to_owned(),
        }),
        "Prepared" => Some(EventKind::Installing {
            done: 0,
            total: Some(count(rest)?),
        }),
        "Installed" => {
            let total = count(rest)?;
            Some(EventKind::Installing {
                done: total,
                total: Some(total),
            })
        }
        _ => None,
    }
}

/// The number in `3 packages in 5ms`.
fn count(text: &str) -> Option<u64> {
    let (number, rest) = text.split_once(' ')?;
    rest.starts_with("package").then(|| number.parse().ok())?
}

/// `16.0MiB` in bytes.
fn bytes(text: &str) -> Option<u64> {
    let split = text.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = text.split_at(split);
    let factor: u64 = match unit {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    let number: f64 = number.trim().parse().ok()?;
    (number >= 0.0).then_some((number * factor as f64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_uv_become_events() {
        let mib = 1 << 20;
        assert_eq!(
            parse("Resolved 12 packages in 5ms"),
            Some(EventKind::Resolved { packages: 12 })
        );
        assert_eq!(
            parse("Downloading numpy (16.0MiB)"),
            Some(EventKind::Downloading {
                name: "numpy".into(),
                size: 16 * mib
            })
        );
        assert_eq!(
            parse(" Downloaded numpy"),
            Some(EventKind::Downloaded {
                name: "numpy".into()
            })
        );
        assert_eq!(
            parse("   Building x==1.0"),
            Some(EventKind::Building {
                name: "x==1.0".into()
            })
        );
        assert_eq!(
            parse("Prepared 1 package in 1ms"),
            Some(EventKind::Installing {
                done: 0,
                total: Some(1)
            })
        );
        assert_eq!(
            parse("Installed 2 packages in 3ms"),
            Some(EventKind::Installing {
                done: 2,
                total: Some(2)
            })
        );
    }

    #[test]
    fn anything_else_is_no_event() {
        for line in [
            "",
            "Resolved",
            "Resolved many packages",
            "Resolved 99999999999999999999999 packages",
            "Downloading",
            "Downloading x (12 parsecs)",
            "Downloading x (-1MiB)",
            "Downloading x (NaNMiB)",
            "\u{fffd}\u{fffd}\u{fffd} \u{0}",
            " + iniconfig==2.3.1",
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
