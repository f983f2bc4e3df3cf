/// The candidate that a misspelt word most likely means, if any is near enough; the first of equals.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let bound = 1 + length / 4;
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // The distance is at least the difference in length, which is much cheaper to tell.
        if candidate.chars().count().abs_diff(length) > bound {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
        if distance <= bound && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_near() {
        let keys = ["title", "level", "logsource", "detection"];
        assert_eq!(nearest("detecton", keys), Some("detection"));
        assert_eq!(nearest("Level", keys), Some("level"));
        assert_eq!(nearest("regression_tests_path", keys), None);
    }
}
