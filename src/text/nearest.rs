/// The candidate that a misspelt word most likely means, if any is near enough; the first of equals.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(word, candidates).first
}

/// The only candidate that a misspelt word can mean: one that is near enough, where no other is as near.
pub fn only_near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = near(word, candidates);
    near.first.filter(|_| !near.has_equal)
}

/// The candidates that are nearest to a word.
struct NearestCandidates<'a> {
    first: Option<&'a str>,
    has_equal: bool,
}

fn near<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> NearestCandidates<'a> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let bound = 1 + length / 4;
    let mut best: Option<(usize, NearestCandidates<'_>)> = None;
    for candidate in candidates {
        // The distance is at least the difference in length, which is much cheaper to tell.
        if candidate.chars().count().abs_diff(length) > bound {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
        if distance > bound {
            continue;
        }
        match &mut best {
            Some((least, near)) if distance == *least => near.has_equal = true,
            Some((least, _)) if distance > *least => {}
            _ => {
                let near = NearestCandidates {
                    first: Some(candidate),
                    has_equal: false,
                };
                best = Some((distance, near));
            }
        }
    }
    best.map_or(
        NearestCandidates {
            first: None,
            has_equal: false,
        },
        |(_, near)| near,
    )
}

#[cfg(test)]
mod tests {
    use super::{nearest, only_near};

    #[test]
    fn suggests_only_what_is_near() {
        let keys = ["title", "level", "logsource", "detection"];
        assert_eq!(nearest("detecton", keys), Some("detection"));
        assert_eq!(nearest("Level", keys), Some("level"));
        assert_eq!(nearest("regression_tests_path", keys), None);
    }

    #[test]
    fn what_can_mean_two_things_has_no_only_meaning() {
        let modifiers = ["lt", "lte", "gt", "gte"];
        assert_eq!(nearest("xt", modifiers), Some("lt"));
        assert_eq!(only_near("xt", modifiers), None);
        assert_eq!(only_near("LTE", modifiers), Some("lte"));
        assert_eq!(only_near("contains", modifiers), None);
    }
}
