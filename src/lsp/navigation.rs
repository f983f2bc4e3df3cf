//! Where what stands at a cursor is defined, and where it is referred to.

use super::analysis::Analysis;
use super::outline::Spot;
use super::question::CursorContext;
use super::rules::{self, KnownRule};
use crate::finding::Place;

/// Where something is defined.
#[derive(Debug)]
pub(super) enum Definition {
    /// In the file itself.
    Here(std::ops::Range<usize>),
    /// A rule's title.
    Rule(Place),
}

/// The definition of what stands where a question is asked: of a rule that a correlation or a filter refers to, or of a search
/// identifier in a condition.
pub(super) fn definition(asked: &CursorContext<'_>, all: &[KnownRule<'_>]) -> Option<Definition> {
    if let Some(rule) = referred(asked, all) {
        return Some(Definition::Rule(rule.place()));
    }
    let section = asked.cursor.path.first()?;
    let entries = asked.outline.entries.iter();
    let mut entries = entries.filter(|entry| entry.path == [*section, word(asked)]);
    let key = entries.find_map(|entry| entry.key.clone())?;
    is_condition(asked).then_some(Definition::Here(key))
}

/// Where correlations and filters refer to the rule that stands where a question is asked.
pub(super) fn references(
    asked: &CursorContext<'_>,
    all: &[KnownRule<'_>],
    analysis: &Analysis,
    with_definition: bool,
) -> Vec<Place> {
    let Some(rule) = named(asked, all).or_else(|| referred(asked, all)) else {
        return Vec::new();
    };
    let meant = rules::references(analysis).filter(|reference| rule.is_meant_by(reference));
    let places = meant.map(|reference| Place::new(reference.source, &reference.name.span));
    let definition = with_definition.then(|| rule.place());
    definition.into_iter().chain(places).collect()
}

fn is_condition(asked: &CursorContext<'_>) -> bool {
    matches!(
        asked.cursor.path.as_slice(),
        ["detection" | "filter" | "correlation", "condition"]
    )
}

/// The word of a condition at the cursor.
fn word<'t>(asked: &CursorContext<'t>) -> &'t str {
    &asked.text[asked.word()]
}

/// The rule that the cursor's document is, where the cursor is on its title, id or name.
fn named<'a>(asked: &CursorContext<'_>, all: &[KnownRule<'a>]) -> Option<KnownRule<'a>> {
    let token = asked.token();
    let is_meant = |rule: &KnownRule<'_>| match asked.cursor.path.as_slice() {
        ["title"] => rule.title() == token,
        ["id" | "name"] => rule.is_called(token),
        _ => false,
    };
    let mut own = all.iter().filter(|rule| rule.is_of(asked.pack));
    own.find(|rule| asked.cursor.spot == Spot::Value && is_meant(rule))
        .copied()
}

/// The rule that the cursor's document refers to.
fn referred<'a>(asked: &CursorContext<'_>, all: &[KnownRule<'a>]) -> Option<KnownRule<'a>> {
    let name = match (asked.cursor.path.as_slice(), asked.cursor.spot) {
        (["correlation" | "filter", "rules"], Spot::Value)
        | (["correlation", "aliases", _] | ["zeek", "weights"], Spot::Key) => asked.token(),
        (["correlation", "condition"], Spot::Value) => word(asked),
        _ => return None,
    };
    let mut own = all.iter().filter(|rule| rule.is_of(asked.pack));
    let is_filter = asked.cursor.path.first() == Some(&"filter");
    own.find(|rule| rule.is_called(name) || is_filter && rule.title() == name)
        .copied()
}
