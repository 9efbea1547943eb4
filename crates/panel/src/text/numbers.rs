//! Numbers in the author's `format`.

/// Formats a number with a format of printf (`"%.2f m"`), or as short as possible if the format is
/// empty or not for a number.
pub(super) fn number(value: f64, format: &str, whole: Option<i64>) -> String {
    formatted(value, format, whole).unwrap_or_else(|| match whole {
        Some(whole) => whole.to_string(),
        None => shortest(value),
    })
}

/// Formats a number with at most six decimals and no trailing zeros.
fn shortest(value: f64) -> String {
    if value != 0.0 && !(1e-4..1e15).contains(&value.abs()) {
        return format!("{value:e}");
    }
    let text = format!("{value:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

fn formatted(value: f64, format: &str, whole: Option<i64>) -> Option<String> {
    let (before, rest) = format.split_once('%')?;
    let end = rest.find(|character: char| character.is_ascii_alphabetic())?;
    let (flags, letter) = (&rest[..end], rest.as_bytes().get(end)?);
    let after = rest[end + 1..].replace("%%", "%");
    let digits = match flags.split_once('.') {
        Some((_, digits)) => Some(digits.parse::<usize>().ok()?.min(17)),
        None => None,
    };
    let middle = match letter {
        b'f' | b'F' => format!("{value:.*}", digits.unwrap_or(6)),
        b'e' | b'E' => format!("{value:.*e}", digits.unwrap_or(6)),
        b'g' | b'G' => shortest(value),
        b'd' | b'i' | b'u' => {
            let digits = whole.unwrap_or(value as i64).to_string();
            if flags.contains('\'') {
                with_separators(&digits)
            } else {
                digits
            }
        }
        _ => return None,
    };
    Some(format!("{before}{middle}{after}"))
}

/// Writes `1234567` as `1,234,567`.
fn with_separators(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let mut text = String::from(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn formats_are_those_of_printf() {
        for (value, format, shown) in [
            (0.5, "", "0.5"),
            (3.0, "", "3"),
            (-0.0, "", "0"),
            (1e-9, "", "1e-9"),
            (0.5, "%.3f", "0.500"),
            (0.5, "%.2f m", "0.50 m"),
            (50.0, "%.0f%%", "50%"),
            (1_234_567.0, "%'d", "1,234,567"),
            (-1234.0, "%'d", "-1,234"),
            (0.5, "nonsense", "0.5"),
            (0.5, "%.f", "0.5"),
            (0.5, "%s", "0.5"),
        ] {
            assert_eq!(number(value, format, None), shown, "{value} {format:?}");
        }
    }
}
