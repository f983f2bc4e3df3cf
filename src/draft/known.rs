//! Texts that mean the same in every attack, as conditions of rules.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock};

use super::observation::{Observation, ObservedComparison, ObservedCondition};
use crate::predicate::pattern::{
    Anchoring, Case, Encoding, Matcher, Pattern, RegexFlags, ValuePart,
};
use crate::registry::InterfaceUuid;
use crate::registry::known_text::{KnownText, TextPlace, known_texts, text_places};

/// The conditions on the known texts that a field's text has in it.
pub(super) fn conditions(
    service: &str,
    operation: Option<(InterfaceUuid, u16)>,
    field: &str,
    text: &str,
) -> Vec<ObservedCondition> {
    let places = text_places().iter().filter(|place| {
        (place.service, place.operation, place.field) == (service, operation, field)
    });
    let sent = text.as_bytes();
    let text = text.to_lowercase();
    let mut conditions: Vec<ObservedCondition> = places
        .flat_map(|place| texts_of(place.kind).map(|known| condition(place, known)))
        .filter(|condition| {
            let value = condition.value.to_lowercase();
            match condition.comparison {
                ObservedComparison::Equals => text == value,
                ObservedComparison::StartsWith => text.starts_with(&value),
                ObservedComparison::EndsWith => text.ends_with(&value),
                ObservedComparison::Contains => text.contains(&value),
                // Of arguments these are bytes, of which the text has been made.
                ObservedComparison::ContainsWide if operation.is_some() => text.contains(&value),
                ObservedComparison::Matches => {
                    operation.is_none() && matches(condition, text.as_bytes())
                }
                ObservedComparison::ContainsWide
                | ObservedComparison::ContainsBase64
                | ObservedComparison::ContainsWideBase64 => {
                    operation.is_none() && matches(condition, sent)
                }
                ObservedComparison::MoreThan
                | ObservedComparison::Exists
                | ObservedComparison::EqualsField
                | ObservedComparison::IsPrivate => false,
            }
        })
        .collect();
    conditions.dedup();
    conditions
}

/// That a field's text is not the known one of its kind, where there is one.
pub(super) fn others(service: &str, field: &str, text: &str) -> Vec<ObservedCondition> {
    let own = conditions(service, None, field, text);
    let places = text_places()
        .iter()
        .filter(|place| (place.service, place.operation, place.field) == (service, None, field));
    let conditions = places.filter_map(|place| {
        let mut texts: Vec<&str> = texts_of(place.kind).map(|known| known.text).collect();
        texts.dedup();
        let known = texts_of(place.kind).next().filter(|_| texts.len() == 1)?;
        let condition = condition(place, known);
        (!own.contains(&condition)).then(|| condition.negated())
    });
    conditions.collect()
}

/// Whether a text is a known one of any field of a log, so that it is nobody's name.
pub(super) fn is_of_log(log: &str, text: &str) -> bool {
    let places = text_places()
        .iter()
        .filter(|place| place.service == log && place.operation.is_none());
    let mut places = places.filter(|place| !matches!(place.modifiers, "endswith" | "startswith"));
    places.any(|place| !conditions(log, None, place.field, text).is_empty())
}

/// The known texts that an observation asks for last.
pub(super) fn of(observation: &Observation) -> impl Iterator<Item = &'static KnownText> {
    let last = observation.conditions.last().filter(|it| !it.is_negated);
    let places = text_places().iter().filter(move |place| {
        last.is_some_and(|last| {
            (place.service, place.operation) == (observation.service.as_str(), observation.call)
                && place.field.eq_ignore_ascii_case(&last.field)
                && comparison(place) == last.comparison
        })
    });
    places.flat_map(move |place| {
        texts_of(place.kind).filter(move |known| {
            last.is_some_and(|last| last.value.eq_ignore_ascii_case(known.text))
        })
    })
}

/// The kinds of the known texts that an observation asks for last.
pub(super) fn kinds(observation: &Observation) -> BTreeSet<&'static str> {
    of(observation).map(|known| known.kind).collect()
}

/// What does the same for a technique as an observation that asks for a known text: other texts, and other places of them.
pub(super) fn alternatives(observation: &Observation) -> Vec<Observation> {
    let mut others = Vec::new();
    for own in of(observation) {
        let places = text_places().iter().filter(|place| {
            (place.kind, place.service) == (own.kind, observation.service.as_str())
        });
        for place in places {
            let texts = texts_of(own.kind).filter(|known| known.technique == own.technique);
            let asked = texts.map(|known| condition(place, known));
            others.extend(asked.filter_map(|asked| at(place, asked, observation)));
        }
    }
    others.sort();
    others.dedup();
    others.retain(|other| other != observation);
    others
}

/// What asks for a condition at a place, in place of an observation.
fn at(
    place: &TextPlace,
    condition: ObservedCondition,
    instead: &Observation,
) -> Option<Observation> {
    if let Some((uuid, opnum)) = place.operation {
        return Some(Observation::of_call(uuid, opnum).and(condition));
    }
    let (last, rest) = instead.conditions.split_last()?;
    match rest {
        [] => Some(Observation::new(place.service, condition)),
        _ if last.field == place.field => instead.general().map(|general| general.and(condition)),
        _ => None,
    }
}

fn texts_of(kind: &str) -> impl Iterator<Item = &'static KnownText> {
    known_texts().iter().filter(move |known| known.kind == kind)
}

fn condition(place: &TextPlace, known: &KnownText) -> ObservedCondition {
    ObservedCondition::new(place.field, comparison(place), known.text)
}

/// Whether bytes have a known regular expression or an encoded text in them.
fn matches(condition: &ObservedCondition, bytes: &[u8]) -> bool {
    static KNOWN: OnceLock<Mutex<HashMap<ObservedCondition, Option<Matcher>>>> = OnceLock::new();
    let known = KNOWN.get_or_init(Mutex::default);
    let Ok(mut known) = known.lock() else {
        return false;
    };
    let matcher = known.entry(condition.clone());
    let matcher = matcher.or_insert_with(|| pattern(condition)?.matcher().ok());
    matcher.as_ref().is_some_and(|it| it.is_match(bytes))
}

fn pattern(condition: &ObservedCondition) -> Option<Pattern> {
    let encodings: &[Encoding] = match condition.comparison {
        ObservedComparison::ContainsWide => &[Encoding::Utf16Le],
        ObservedComparison::ContainsBase64 => &[Encoding::Base64Offset],
        ObservedComparison::ContainsWideBase64 => &[Encoding::Utf16Le, Encoding::Base64Offset],
        _ => return Pattern::from_regex(&condition.value, RegexFlags::default()).ok(),
    };
    let value = ValuePart::Literal(condition.value.clone());
    Pattern::encoded(&[value], encodings, Anchoring::Contains, Case::Insensitive).ok()
}

fn comparison(place: &TextPlace) -> ObservedComparison {
    match place.modifiers {
        "startswith" => ObservedComparison::StartsWith,
        "endswith" => ObservedComparison::EndsWith,
        "contains" => ObservedComparison::Contains,
        "wide|contains" => ObservedComparison::ContainsWide,
        "base64offset|contains" => ObservedComparison::ContainsBase64,
        "wide|base64offset|contains" => ObservedComparison::ContainsWideBase64,
        "re" => ObservedComparison::Matches,
        _ => ObservedComparison::Equals,
    }
}
