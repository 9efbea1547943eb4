//! "Did you mean ...?": the valid name that a misspelt one most likely stands for.

/// Longer words are no misspelt names, and comparing takes time in proportion to both lengths.
const LONGEST: usize = 64;

/// The most candidates that are compared: a data model may have thousands of names.
const MOST: usize = 2_000;

/// The similarity from which a word is taken for a misspelt one.
const SIMILAR: f64 = 0.6;

/// Returns the candidate that is most similar to `word`, or `None` if none is similar enough.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let word = fold(word);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates.into_iter().take(MOST) {
        if candidate.len() > LONGEST {
            continue;
        }
        let similarity = strsim::normalized_damerau_levenshtein(&word, &fold(candidate));
        if similarity >= SIMILAR && best.is_none_or(|(highest, _)| similarity > highest) {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Returns the sentence "Did you mean `x`?", or `otherwise` if nothing is similar.
pub(crate) fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
    otherwise: &str,
) -> String {
    nearest(word, candidates).map_or_else(
        || otherwise.to_owned(),
        |found| format!("Did you mean `{found}`?"),
    )
}

fn fold(word: &str) -> String {
    word.replace('-', "_").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn the_most_similar_name_is_found_and_an_unlike_one_is_not() {
        assert_eq!(nearest("titel", ["count", "title"]), Some("title"));
        assert_eq!(nearest("On-Click", ["on_click"]), Some("on_click"));
        assert_eq!(nearest("x", ["title"]), None);
        assert_eq!(nearest(&"x".repeat(99), ["x"]), None);
    }
}
