//! Sigma's categories that name no product, and what Zeek has for their fields, from `data/sigma-categories.tsv`.

use std::sync::LazyLock;

use super::table;

const TABLE: &str = include_str!("../../data/sigma-categories.tsv");

static FIELDS: LazyLock<Vec<CategoryField>> = LazyLock::new(|| {
    let rows = table::rows(TABLE);
    rows.map(|[category, name, service, column, reason]| CategoryField {
        category,
        name,
        service,
        column: (column != "-").then_some(column),
        reason,
    })
    .collect()
});

/// A field of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CategoryField {
    /// The category, such as `proxy`.
    pub category: &'static str,
    /// The field's name in rules of the category, such as `c-uri`.
    pub name: &'static str,
    /// The service that rules of the category look at.
    pub service: &'static str,
    /// The service's field; none where Zeek shows no such thing.
    pub column: Option<&'static str>,
    /// Why this is it, or what to write instead.
    pub reason: &'static str,
}

impl CategoryField {
    /// The field of that name.
    pub fn named(category: &str, name: &str) -> Option<&'static Self> {
        let mut fields = Self::of(category);
        fields.find(|field| field.name.eq_ignore_ascii_case(name))
    }

    /// Every field of a category; none where there is no such category.
    pub fn of(category: &str) -> impl Iterator<Item = &'static Self> {
        FIELDS
            .iter()
            .filter(move |field| field.category == category)
    }

    /// The service that rules of a category look at.
    pub fn service_of(category: &str) -> Option<&'static str> {
        Self::of(category).next().map(|field| field.service)
    }

    /// Every category, sorted.
    pub fn categories() -> Vec<&'static str> {
        let mut categories: Vec<_> = FIELDS.iter().map(|field| field.category).collect();
        categories.dedup();
        categories
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        assert_eq!(FIELDS.len(), table::row_count(TABLE));
    }

    #[test]
    fn rows_are_sorted_and_a_category_has_one_service() {
        assert!(
            FIELDS
                .is_sorted_by(|one, other| (one.category, one.name) < (other.category, other.name))
        );
        for field in FIELDS.iter() {
            assert_eq!(
                CategoryField::service_of(field.category),
                Some(field.service)
            );
            assert!(!field.reason.is_empty(), "{field:?}");
        }
        assert_eq!(
            CategoryField::categories(),
            ["dns", "firewall", "proxy", "webserver"]
        );
    }
}
