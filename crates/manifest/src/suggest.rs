//! The nearest valid word for a misspelt one.

/// The candidate that looks most like `word`, if one is near enough to be meant.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    // Long words are not typed by mistake, and comparing them is quadratic.
    if word.len() > 64 {
        return None;
    }
    let folded = fold(word);
    candidates
        .into_iter()
        .map(|candidate| {
            (
                strsim::normalized_damerau_levenshtein(&folded, &fold(candidate)),
                candidate,
            )
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Case and the kind of separator are the commonest mistakes and count for nothing.
fn fold(word: &str) -> String {
    word.chars()
        .map(|c| {
            if c == '-' {
                '_'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// `a`, `b` and `c`, for a message.
pub(crate) fn list(words: &[&str], last: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., end] => format!("{} {last} {end}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let keys = ["auto_start", "hot_reload", "entry_point"];
        assert_eq!(nearest("hot-reload", keys), Some("hot_reload"));
        assert_eq!(nearest("Autostart", keys), Some("auto_start"));
        assert_eq!(nearest("entrypiont", keys), Some("entry_point"));
        assert_eq!(nearest("license", keys), None);
    }
}
