//! "Did you mean ...?": the valid word that a misspelt one most likely stands for.

/// Words longer than this many bytes are not compared: they are no misspelt names, and comparing
/// two words takes time in proportion to the product of their lengths.
const LONGEST: usize = 128;

/// The similarity from which two words are taken for one with a spelling mistake.
const SIMILAR: f64 = 0.6;

/// The shortest word that counts as an abbreviation.
const SHORTEST_ABBREVIATION: usize = 3;

/// The similarity of a word and its abbreviation.
const ABBREVIATED: f64 = 0.75;

/// Returns the candidate that is most similar to `word`, or `None` if none is similar enough to be
/// meant. Of equally similar candidates, the first is returned.
///
/// Case and the kind of separator (`-`, `_`, space) make no difference. A word that only lacks the
/// end of a candidate, or has a longer end, is similar as well: `slider` stands for `slider_float`.
///
/// ```
/// use lichtfeld_manifest::nearest;
///
/// assert_eq!(nearest("hot-relaod", ["auto_start", "hot_reload"]), Some("hot_reload"));
/// assert_eq!(nearest("license", ["auto_start", "hot_reload"]), None);
///
/// let names = vec!["colmap".to_owned(), "hello_panel".to_owned()];
/// assert_eq!(nearest("comlap", &names), Some("colmap"));
/// ```
#[must_use]
pub fn nearest<'c, S: AsRef<str> + ?Sized + 'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c S>,
) -> Option<&'c str> {
    let mut best: Option<(f64, &'c str)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        if let Some(similarity) = similarity(word, candidate)
            && best.is_none_or(|(highest, _)| similarity > highest)
        {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns how similar two words are, from 0.6 to 1, or `None` if they are not similar enough for
/// one to stand for the other. For lists of suggestions; [`nearest`] finds a single one.
///
/// ```
/// use lichtfeld_manifest::similarity;
///
/// assert_eq!(similarity("Hot-Reload", "hot_reload"), Some(1.0));
/// assert!(similarity("colmpa", "colmap") > similarity("colpam", "colmap"));
/// assert_eq!(similarity("colmap", "hello_panel"), None);
/// ```
#[must_use]
pub fn similarity(word: &str, other: &str) -> Option<f64> {
    if word.len() > LONGEST || other.len() > LONGEST {
        return None;
    }
    let (word, other) = (fold(word), fold(other));
    let spelling = strsim::normalized_damerau_levenshtein(&word, &other);
    let (short, long) = if word.len() < other.len() {
        (&word, &other)
    } else {
        (&other, &word)
    };
    let abbreviation = if short.len() >= SHORTEST_ABBREVIATION && long.starts_with(short) {
        ABBREVIATED
    } else {
        0.0
    };
    let similarity = spelling.max(abbreviation);
    (similarity >= SIMILAR).then_some(similarity)
}

/// Removes the most frequent mistakes: case and the kind of separator.
fn fold(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            '-' | ' ' => '_',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

/// Writes words as `a`, `b` and `c`, for a message.
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
    fn similar_words_are_found_and_others_are_not() {
        let keys = ["auto_start", "hot_reload", "entry_point"];
        for (word, meant) in [
            ("hot-reload", Some("hot_reload")),
            ("hot reload", Some("hot_reload")),
            ("Autostart", Some("auto_start")),
            ("entrypiont", Some("entry_point")),
            ("hot", Some("hot_reload")),
            ("entry_points", Some("entry_point")),
            ("license", None),
            ("", None),
            ("ho", None),
        ] {
            assert_eq!(nearest(word, keys), meant, "{word}");
        }
        assert_eq!(nearest("x", [""; 0]), None);
    }

    #[test]
    fn the_best_candidate_wins_and_the_first_of_equal_ones() {
        assert_eq!(nearest("buton", ["button_small", "button"]), Some("button"));
        assert_eq!(
            nearest("slider", ["slider_float", "slider_int"]),
            Some("slider_float")
        );
        assert_eq!(nearest("bat", ["cat", "hat"]), Some("cat"));
    }

    #[test]
    fn very_long_words_are_not_compared() {
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(similarity(&long, &long), None);
        assert_eq!(nearest(&long, ["x"]), None);
    }
}
