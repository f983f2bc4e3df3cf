//! Rules for other products than Zeek, of which repositories of Sigma rules are full.

use super::yaml::{Node, NodeKind};
use crate::registry::CategoryField;
use crate::service::Service;
use crate::text::nearest;

/// Whether a document is a rule whose logsource is surely another product's, and no misspelt one of Zeek's.
pub(super) fn is_of_one(document: &Node) -> bool {
    let Some(logsource) = value(document, "logsource") else {
        return false;
    };
    if let Some(product) = text(logsource, "product") {
        return nearest(product, ["zeek"]).is_none();
    }
    let is_other = |category: &str| nearest(category, CategoryField::categories()).is_none();
    match (text(logsource, "category"), text(logsource, "service")) {
        (Some(category), None) => is_other(category),
        // Such as `apache`: what has no product is not said to be Zeek's by any other name.
        (None, Some(service)) => nearest(service, Service::all().map(Service::name)).is_none(),
        (category, _) => category.is_some_and(is_other),
    }
}

fn value<'n>(mapping: &'n Node, key: &str) -> Option<&'n Node> {
    match &mapping.kind {
        NodeKind::Mapping(entries) => {
            let entry = entries.iter().find(|entry| entry.key == key)?;
            Some(&entry.value)
        }
        _ => None,
    }
}

fn text<'n>(mapping: &'n Node, key: &str) -> Option<&'n str> {
    match &value(mapping, key)?.kind {
        NodeKind::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    }
}
