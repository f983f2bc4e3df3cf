//! The safe mends of names: a name under its own key, a number in place of a name that Zeek does not have.

use std::ops::Range;

use super::other_name;
use crate::finding::{Edit, Fix, Source};
use crate::registry::Registry;
use crate::rule::{Detection, Item, Rule};

/// The change that puts a swapped name under its own key; and the other one under this, where the map has both.
pub(super) fn swapped_back(rule: &Rule, field: &str, span: &Range<usize>) -> Option<Fix> {
    let map = map_at(rule, span)?;
    let other = other_name(field)?;
    let named = |name: &str| {
        map.iter()
            .copied()
            .filter(|item| item.field.as_ref().is_some_and(|field| field.value == name))
            .collect::<Vec<&Item>>()
    };
    let (owns, others) = (named(field), named(other));
    let [own] = owns.as_slice() else {
        return None;
    };
    match others.as_slice() {
        [] => {
            let name = own.field.as_ref()?;
            Fix::replace_scalar(&rule.source, &name.span, field, other)
        }
        [item] if is_plain(item) && is_name_of(field, &item.values[0].text) => {
            swapped_values(&rule.source, [own, item])
        }
        _ => None,
    }
}

/// The change that puts another value under another key, where the map does not have that key yet.
pub(super) fn under_another_key(
    rule: &Rule,
    field: &str,
    span: &Range<usize>,
    key: &str,
    value: &str,
) -> Option<Fix> {
    let map = map_at(rule, span)?;
    let names = map.iter().filter_map(|item| item.field.as_ref());
    if names.clone().any(|name| name.value == key) {
        return None;
    }
    let own = map.iter().find(|item| item.values[0].span == *span)?;
    let name = own.field.as_ref()?;
    let mut edits = Fix::replace_scalar(&rule.source, &name.span, field, key)?.edits;
    edits.push(Edit {
        span: span.clone(),
        text: value.to_owned(),
    });
    Some(Fix {
        description: format!("write `{key}: {value}`"),
        edits,
    })
}

/// The map with the item of which a value alone stands at a place.
fn map_at<'a>(rule: &'a Rule, span: &Range<usize>) -> Option<Vec<&'a Item>> {
    let mut maps = Vec::new();
    for search in &rule.searches {
        maps_of(&search.detection, &mut maps);
    }
    maps.into_iter().find(|map| {
        let mut items = map.iter().filter(|item| is_plain(item));
        items.any(|item| item.values[0].span == *span)
    })
}

/// Whether an item compares a field to one value: several, or modifiers, can be meant in more than one way.
fn is_plain(item: &Item) -> bool {
    item.modifiers.is_empty() && item.values.len() == 1 && !item.all
}

/// The change that gives each of two items the other one's value.
fn swapped_values(source: &Source, mut items: [&Item; 2]) -> Option<Fix> {
    items.sort_by_key(|item| item.span.start);
    let [first, second] = items.map(|item| item.values[0].span.clone());
    let written = |span: &Range<usize>| Some(source.text.get(span.clone())?.to_owned());
    let edits = vec![
        Edit {
            text: written(&second)?,
            span: first.clone(),
        },
        Edit {
            text: written(&first)?,
            span: second,
        },
    ];
    Some(Fix {
        description: "swap the endpoint and the operation".to_owned(),
        edits,
    })
}

/// Whether some Zeek release prints a text in a field.
fn is_name_of(field: &str, text: &str) -> bool {
    let registry = Registry::get();
    match field {
        "endpoint" => registry.interfaces_named(text).next().is_some(),
        _ => registry.operations_named(text).next().is_some(),
    }
}

fn maps_of<'a>(detection: &'a Detection, maps: &mut Vec<Vec<&'a Item>>) {
    match detection {
        Detection::All(parts) => {
            let items = parts.iter().filter_map(|part| match part {
                Detection::Item(item) => Some(item),
                _ => None,
            });
            maps.push(items.collect());
        }
        Detection::Any(parts) => parts.iter().for_each(|part| maps_of(part, maps)),
        Detection::Item(_) => {}
    }
}
