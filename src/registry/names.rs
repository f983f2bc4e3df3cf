//! An index from names to what is called so, blind to ASCII case.

use std::cmp::Ordering;

/// Places in some slice, by the names of what is there.
#[derive(Debug, Default)]
pub(super) struct NameIndex {
    /// Sorted by name without regard to case, then by place; no entry twice.
    entries: Vec<(&'static str, usize)>,
    /// Every name once, in byte order.
    distinct: Vec<&'static str>,
}

impl NameIndex {
    /// The index of these names and places.
    pub(super) fn new(names: impl Iterator<Item = (&'static str, usize)>) -> Self {
        let mut entries: Vec<_> = names.collect();
        entries.sort_unstable_by(|one, other| {
            compare_ignoring_case(one.0, other.0)
                .then(one.1.cmp(&other.1))
                .then(one.0.cmp(other.0))
        });
        entries.dedup_by(|one, other| one.1 == other.1 && one.0.eq_ignore_ascii_case(other.0));
        let mut distinct: Vec<_> = entries.iter().map(|&(name, _)| name).collect();
        distinct.sort_unstable();
        distinct.dedup();
        Self { entries, distinct }
    }

    /// The places of `name`, in ascending order.
    pub(super) fn places<'a>(&'a self, name: &str) -> impl Iterator<Item = usize> + use<'a> {
        let start = self
            .entries
            .partition_point(|&(entry, _)| compare_ignoring_case(entry, name).is_lt());
        let count =
            self.entries[start..].partition_point(|&(entry, _)| entry.eq_ignore_ascii_case(name));
        self.entries[start..start + count]
            .iter()
            .map(|&(_, place)| place)
    }

    /// Every name once, in byte order.
    pub(super) fn distinct(&self) -> &[&'static str] {
        &self.distinct
    }
}

fn compare_ignoring_case(one: &str, other: &str) -> Ordering {
    let lower_case = |byte: u8| byte.to_ascii_lowercase();
    one.bytes()
        .map(lower_case)
        .cmp(other.bytes().map(lower_case))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_places_are_in_order() {
        let index = NameIndex::new(
            [("b", 4), ("A", 3), ("a", 1), ("B", 2), ("ab", 0), ("a", 1)].into_iter(),
        );
        assert_eq!(index.places("a").collect::<Vec<_>>(), [1, 3]);
        assert_eq!(index.places("B").collect::<Vec<_>>(), [2, 4]);
        assert_eq!(index.places("AB").collect::<Vec<_>>(), [0]);
        assert_eq!(index.places("").count() + index.places("c").count(), 0);
        assert_eq!(index.distinct(), ["A", "B", "a", "ab", "b"]);
    }
}
