//! The changes that mend findings, as an editor offers them: those of `sigzeek check --fix`.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use gen_lsp_types::{CodeAction, CodeActionKind, Diagnostic, TextEdit, Uri, WorkspaceEdit};

use super::text::Lines;
use crate::finding::{Edit, Finding, Fix};
use crate::mending;

/// The kind of the change that mends all of a file at once.
pub(super) const ALL: &str = "source.fixAll.sigzeek";

/// A file with its findings, which are of the text that is open.
pub(super) struct Fixes<'f> {
    pub(super) uri: &'f Uri,
    pub(super) lines: Lines<'f>,
    pub(super) findings: Vec<&'f Finding>,
}

impl<'f> Fixes<'f> {
    /// The findings of a file as it is open; none where it has been changed since.
    pub(super) fn new(
        uri: &'f Uri,
        path: &Path,
        text: &'f str,
        lines: Lines<'f>,
        findings: impl Iterator<Item = &'f Finding>,
    ) -> Self {
        let here = findings.filter(|finding| {
            finding.fix.is_some()
                && finding.place.path() == path
                && finding.place.source.text == text
        });
        Self {
            uri,
            lines,
            findings: here.collect(),
        }
    }

    /// The changes for what stands at some bytes.
    pub(super) fn at(
        &self,
        span: &Range<usize>,
        diagnostic: impl Fn(&'f Finding) -> Diagnostic,
    ) -> Vec<CodeAction> {
        let touches = |finding: &&&Finding| {
            let place = &finding.place.span;
            place.start <= span.end && span.start <= place.end
        };
        let here = self.findings.iter().filter(touches);
        let fixes = here.filter_map(|finding| Some((*finding, finding.fix.as_ref()?)));
        fixes
            .map(|(finding, fix)| CodeAction {
                title: title(fix),
                kind: Some(CodeActionKind::QuickFix),
                diagnostics: Some(vec![diagnostic(finding)]),
                is_preferred: Some(true),
                edit: Some(self.edit(fix.edits.iter())),
                ..Default::default()
            })
            .collect()
    }

    /// The change that mends all that can be mended at once.
    pub(super) fn all(&self) -> Option<CodeAction> {
        let edits = mending::together(&self.findings);
        (!edits.is_empty()).then(|| CodeAction {
            title: "Fix all that has a single safe fix".to_owned(),
            kind: Some(CodeActionKind::Custom(ALL.into())),
            edit: Some(self.edit(edits.into_iter())),
            ..Default::default()
        })
    }

    fn edit<'e>(&self, edits: impl Iterator<Item = &'e Edit>) -> WorkspaceEdit {
        let edits = edits.map(|edit| TextEdit {
            range: self.lines.range(&edit.span),
            new_text: edit.text.clone(),
        });
        WorkspaceEdit {
            changes: Some(HashMap::from([(self.uri.clone(), edits.collect())])),
            ..Default::default()
        }
    }
}

/// What a change does, as a sentence begins.
fn title(fix: &Fix) -> String {
    let mut rest = fix.description.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    first.chain(rest).collect()
}
