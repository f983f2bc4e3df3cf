//! Where in a rule's file its tests come from.

use std::collections::HashMap;
use std::ops::Range;

use super::tree::ScoredTest;
use crate::finding::Place;
use crate::predicate::Predicate;
use crate::rule::{Detection, Item, Rule};

/// Reads an item by itself as what it asks; `None` for one that cannot be read.
pub(crate) type ReadItem<'a> = &'a dyn Fn(&Item) -> Option<Predicate>;

/// The items of a rule's searches, found by the places of their keys and values.
pub(super) struct Items<'a> {
    rule: &'a Rule,
    read: ReadItem<'a>,
    /// The items in the order of the file, each with its search's name.
    items: Vec<(&'a str, &'a Item)>,
    by_place: HashMap<(usize, usize), Vec<usize>>,
}

impl<'a> Items<'a> {
    pub(super) fn new(rule: &'a Rule, read: ReadItem<'a>) -> Self {
        let mut items = Vec::new();
        for search in &rule.searches {
            collect(&search.name.value, &search.detection, &mut items);
        }
        let mut by_place: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
        for (index, (_, item)) in items.iter().enumerate() {
            let values = item.values.iter().map(|value| &value.span);
            for span in values.chain([&item.span]) {
                let known = by_place.entry((span.start, span.end)).or_default();
                if known.last() != Some(&index) {
                    known.push(index);
                }
            }
        }
        Self {
            rule,
            read,
            items,
            by_place,
        }
    }

    /// The items that a test may come from: several where they share their values by an alias.
    pub(super) fn of(&self, test: &ScoredTest<'_>) -> Vec<usize> {
        let span = &test.test.place.span;
        let Some(known) = self.by_place.get(&(span.start, span.end)) else {
            return Vec::new();
        };
        known
            .iter()
            .copied()
            .filter(|index| {
                let field = self.item(*index).field.as_ref();
                field.is_none_or(|field| field.value == test.test.field.name)
            })
            .collect()
    }

    /// What an item asks by itself.
    pub(super) fn predicate(&self, item: &Item) -> Option<Predicate> {
        (self.read)(item)
    }

    /// Every item, in the order of the file.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &'a Item)> {
        self.items
            .iter()
            .enumerate()
            .map(|(index, (_, item))| (index, *item))
    }

    fn item(&self, index: usize) -> &'a Item {
        self.items[index].1
    }

    /// An item's key, such as `stub|wide|contains`; `keyword` where it has none.
    pub(super) fn key(&self, index: usize) -> String {
        let item = self.item(index);
        match item.field {
            Some(_) => text(self.rule, &item.span),
            None => "keyword".to_owned(),
        }
    }

    /// An item's search.
    pub(super) fn search(&self, index: usize) -> &'a str {
        self.items[index].0
    }

    /// How many items a search has.
    pub(super) fn count(&self, search: &str) -> usize {
        let items = self.items.iter();
        items.filter(|(name, _)| *name == search).count()
    }

    /// An item's place.
    pub(super) fn place(&self, index: usize) -> Place {
        self.rule.place(&self.item(index).span)
    }

    /// The values of an item, as they were written.
    pub(super) fn values(&self, index: usize) -> Vec<String> {
        let values = self.item(index).values.iter();
        values.map(|value| value.text.clone()).collect()
    }
}

fn collect<'a>(search: &'a str, detection: &'a Detection, items: &mut Vec<(&'a str, &'a Item)>) {
    match detection {
        Detection::All(parts) | Detection::Any(parts) => {
            for part in parts {
                collect(search, part, items);
            }
        }
        Detection::Item(item) => items.push((search, item)),
    }
}

/// A part of a rule's file, without the quotes that YAML allows around a key.
fn text(rule: &Rule, span: &Range<usize>) -> String {
    let text = rule.source.text.get(span.clone()).unwrap_or_default();
    text.trim_matches(['\'', '"']).to_owned()
}
