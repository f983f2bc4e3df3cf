//! Sigma filters: conditions that are put on other rules.

use std::sync::Arc;

use super::yaml::{Kind, Node};
use crate::finding::{Code, Finding, Place, Source};

/// One Sigma filter (Sigma filters specification 2.1.0).
#[derive(Debug, Clone)]
pub struct Filter {
    /// The file that holds it.
    pub source: Arc<Source>,
}

/// Reads a document as a filter; `None` where it cannot be read.
pub(super) fn read(
    source: &Arc<Source>,
    document: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Filter> {
    let Kind::Mapping(entries) = &document.kind else {
        return None;
    };
    let entry = entries.iter().find(|entry| entry.key == "filter")?;
    let place = Place::new(source, &entry.key_span);
    let message = "Sigma filters cannot be compiled yet";
    let finding = Finding::new(Code::UnsupportedDocument, place, message);
    findings.push(
        finding.help("put the exclusion in the rule, or use the package's allow-list options"),
    );
    None
}
