//! The search for the parts that are needed.

/// The elements that are needed: those without which, as far as was tried, `holds` does not hold. Halves are tried first, then
/// quarters, and at last single elements, so that much goes at once.
pub(crate) fn needed<T: Clone>(elements: Vec<T>, holds: &mut dyn FnMut(&[T]) -> bool) -> Vec<T> {
    let mut needed = elements;
    let mut size = needed.len();
    while size > 0 {
        let mut end = needed.len();
        // From the end on: what comes late is needed least.
        while end > 0 {
            let start = end.saturating_sub(size);
            let mut fewer = needed[..start].to_vec();
            fewer.extend_from_slice(&needed[end..]);
            if holds(&fewer) {
                needed = fewer;
            }
            end = start;
        }
        size /= 2;
    }
    needed
}

/// The least of the ordered `candidates` for which `holds` does, if it does for one and for all that are greater.
pub(super) fn least(candidates: &[i64], holds: &mut dyn FnMut(i64) -> bool) -> Option<i64> {
    let index = candidates.partition_point(|candidate| !holds(*candidate));
    candidates.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::{least, needed};

    #[test]
    fn what_is_needed_stays_in_order() {
        let mut tries = 0;
        let found = needed((0..1000).collect(), &mut |some| {
            tries += 1;
            [3, 500, 999].iter().all(|wanted| some.contains(wanted))
        });
        assert_eq!(found, [3, 500, 999]);
        assert!(tries < 100, "{tries} tries");
    }

    #[test]
    fn nothing_may_be_needed() {
        assert!(needed(vec![1, 2, 3], &mut |_| true).is_empty());
        assert!(needed(Vec::<u8>::new(), &mut |_| true).is_empty());
    }

    #[test]
    fn the_least_that_holds_is_found() {
        assert_eq!(least(&[1, 5, 9], &mut |it| it >= 4), Some(5));
        assert_eq!(least(&[1, 5, 9], &mut |_| false), None);
    }
}
