//! Findings as an editor shows them.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location,
    Uri,
};

use super::text::{Lines, PositionEncoding};
use super::{link, uri};
use crate::finding::{Finding, Place, Severity, Source};
use crate::text::printable;

/// The diagnostics of each file that has any.
pub(super) fn by_file<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    teller: &mut Teller<'f>,
) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let diagnostic = teller.diagnostic(finding);
        let known = files.entry(finding.place.path().to_owned()).or_default();
        // Folders of a workspace may overlap.
        if !known.contains(&diagnostic) {
            known.push(diagnostic);
        }
    }
    files
}

/// Tells an editor of findings.
pub(super) struct Teller<'f> {
    encoding: PositionEncoding,
    /// Whether the editor can show documents that only the server has.
    shows_pages: bool,
    /// What the editor calls the files that are open.
    uris: HashMap<&'f Path, &'f Uri>,
    lines: HashMap<*const Source, Lines<'f>>,
}

impl<'f> Teller<'f> {
    pub(super) fn new(
        encoding: PositionEncoding,
        shows_pages: bool,
        uris: HashMap<&'f Path, &'f Uri>,
    ) -> Self {
        Self {
            encoding,
            shows_pages,
            uris,
            lines: HashMap::new(),
        }
    }

    pub(super) fn diagnostic(&mut self, finding: &'f Finding) -> Diagnostic {
        let related = finding.related.iter();
        let related: Vec<_> = related
            .map(|(place, label)| DiagnosticRelatedInformation {
                location: self.location(place),
                message: printable(label),
            })
            .collect();
        Diagnostic {
            range: self.location(&finding.place).range,
            severity: Some(match finding.severity() {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
            }),
            code: Some(Code::String(finding.code.as_str().to_owned())),
            code_description: link::of(finding.code, self.shows_pages)
                .map(|href| CodeDescription { href }),
            source: Some("sigzeek".to_owned()),
            message: message(finding).into(),
            related_information: (!related.is_empty()).then_some(related),
            tags: None,
            data: None,
        }
    }

    /// A place as an editor finds it.
    pub(super) fn location(&mut self, place: &'f Place) -> Location {
        let known = self.uris.get(place.path()).copied();
        let source = &place.source;
        let lines = self
            .lines
            .entry(Arc::as_ptr(source))
            .or_insert_with(|| Lines::new(&source.text, self.encoding));
        Location {
            uri: known.cloned().unwrap_or_else(|| uri::of(place.path())),
            range: lines.range(&place.span),
        }
    }
}

/// What is wrong, and what would be right.
fn message(finding: &Finding) -> String {
    let mut message = printable(&finding.message);
    if let Some(help) = &finding.help {
        message += &format!("\nhelp: {}", printable(help));
    }
    message
}
