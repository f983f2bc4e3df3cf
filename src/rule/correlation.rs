//! Sigma correlations: rules that match together within a time span.

use std::sync::Arc;

use super::yaml::{Kind, Node};
use crate::finding::{Code, Finding, Place, Source};

/// One Sigma correlation (Sigma correlations specification 2.1.0).
#[derive(Debug, Clone)]
pub struct Correlation {
    /// The file that holds it.
    pub source: Arc<Source>,
}

/// Reads a document as a correlation; `None` where it cannot be read.
pub(super) fn read(
    source: &Arc<Source>,
    document: &Node,
    findings: &mut Vec<Finding>,
) -> Option<Correlation> {
    let Kind::Mapping(entries) = &document.kind else {
        return None;
    };
    let entry = entries.iter().find(|entry| entry.key == "correlation")?;
    let place = Place::new(source, &entry.key_span);
    let message = "Sigma correlations cannot be compiled yet";
    let finding = Finding::new(Code::UnsupportedDocument, place, message);
    findings.push(finding.help("write detection rules only"));
    None
}
