//! Texts that mean the same in every attack, and the fields in which they stand.

use std::sync::OnceLock;

use super::table;
use super::uuid::InterfaceUuid;

const TEXTS: &str = include_str!("../../data/known-texts.tsv");
const PLACES: &str = include_str!("../../data/known-text-places.tsv");

/// A text that means the same in every attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownText {
    /// What kind of text it is, such as `command`.
    pub kind: &'static str,
    /// The text, in any case.
    pub text: &'static str,
    /// The identifier of the technique that it belongs to.
    pub technique: &'static str,
    /// What it means, in a phrase without a full stop.
    pub meaning: &'static str,
    /// Who says so.
    pub source: &'static str,
}

/// A field in which texts of a kind stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPlace {
    /// The kind of the texts.
    pub kind: &'static str,
    /// The service of the field.
    pub service: &'static str,
    /// The operation, where the field is an argument of an RPC call.
    pub operation: Option<(InterfaceUuid, u16)>,
    /// The field.
    pub field: &'static str,
    /// The modifiers of a rule that asks for such a text, such as `contains`; empty for the whole text.
    pub modifiers: &'static str,
    /// Who says that such texts stand there.
    pub source: &'static str,
}

/// The known texts, by kind, text and technique.
pub fn known_texts() -> &'static [KnownText] {
    static TABLE: OnceLock<Vec<KnownText>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = table::rows(TEXTS);
        rows.map(|[kind, text, technique, meaning, source]| KnownText {
            kind,
            text,
            technique,
            meaning,
            source,
        })
        .collect()
    })
}

/// The places of known texts, by kind, service, operation and field.
pub fn text_places() -> &'static [TextPlace] {
    static TABLE: OnceLock<Vec<TextPlace>> = OnceLock::new();
    TABLE.get_or_init(|| table::rows(PLACES).filter_map(read_place).collect())
}

fn read_place(
    [kind, service, uuid, opnum, field, modifiers, source]: [&'static str; 7],
) -> Option<TextPlace> {
    Some(TextPlace {
        kind,
        service,
        operation: match (uuid, opnum) {
            ("", "") => None,
            (uuid, opnum) => Some((uuid.parse().ok()?, opnum.parse().ok()?)),
        },
        field,
        modifiers,
        source,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::registry::Registry;
    use crate::registry::attack::{Technique, technique};

    #[test]
    fn every_row_is_read_and_sorted() {
        assert_eq!(known_texts().len(), table::row_count(TEXTS));
        assert_eq!(text_places().len(), table::row_count(PLACES));
        let texts = known_texts()
            .iter()
            .map(|it| (it.kind, it.text, it.technique));
        assert!(texts.is_sorted());
        let places = text_places().iter();
        let places = places.map(|it| (it.kind, it.service, it.operation, it.field));
        assert!(places.is_sorted());
    }

    #[test]
    fn kinds_have_texts_and_places_and_techniques_are_in_force() {
        let of_texts: BTreeSet<&str> = known_texts().iter().map(|it| it.kind).collect();
        let of_places: BTreeSet<&str> = text_places().iter().map(|it| it.kind).collect();
        assert_eq!(of_texts, of_places);
        for text in known_texts() {
            let known = technique(text.technique).is_some_and(Technique::is_in_force);
            assert!(known, "{text:?}");
            assert!(
                !text.meaning.is_empty() && !text.source.is_empty(),
                "{text:?}"
            );
        }
        for place in text_places() {
            if let Some((uuid, opnum)) = place.operation {
                let operation = Registry::get().operation(uuid, opnum);
                assert!(operation.is_some(), "{place:?}");
            }
        }
    }
}
