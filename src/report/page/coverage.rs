//! What is covered, beside the matrix: packs, and techniques without a rule.

use super::ReportedPack;
use crate::coverage::Gap;
use crate::registry::attack::Technique;
use crate::text::printable;

/// A technique as a link to its page.
#[derive(Debug, Clone)]
pub(super) struct TechniqueView {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) url: String,
}

impl TechniqueView {
    pub(super) fn new(technique: &Technique) -> Self {
        Self {
            id: technique.id,
            name: technique.name,
            url: url(technique),
        }
    }
}

/// The technique's page, such as `https://attack.mitre.org/techniques/T1053/005/`.
fn url(technique: &Technique) -> String {
    let path = technique.id.replace('.', "/");
    format!("https://attack.mitre.org/techniques/{path}/")
}

/// A technique without a rule, and what shows it.
pub(super) struct GapView {
    pub(super) technique: TechniqueView,
    pub(super) tactics: String,
    pub(super) shown_by: Vec<String>,
}

impl GapView {
    pub(super) fn new(gap: &Gap) -> Self {
        let tactics = gap.technique.tactics.iter();
        let tactics: Vec<&str> = tactics.map(|tactic| tactic.title()).collect();
        Self {
            technique: TechniqueView::new(gap.technique),
            tactics: tactics.join(", "),
            shown_by: gap.shown_by.clone(),
        }
    }
}

/// A pack.
pub(super) struct PackView {
    pub(super) name: String,
    pub(super) module: String,
    pub(super) description: String,
    pub(super) rules: usize,
}

impl PackView {
    pub(super) fn new(pack: &ReportedPack<'_>) -> Self {
        let description = pack.plan.pack.description.text.as_deref();
        Self {
            name: printable(&pack.plan.pack.name),
            module: pack.names.module.clone(),
            description: printable(description.unwrap_or_default()),
            rules: pack.plan.size(),
        }
    }
}
