//! Findings: what is wrong with a rule, where, and what would be right.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use code::Code;
pub use explanation::{Example, Explanation, page};
pub(crate) use explanation::{address, severity};
pub(crate) use fix::verbatim;
pub use fix::{Edit, Fix};
pub use ignore::{PackIgnores, useless_ignores};

mod code;
mod explanation;
mod fix;
mod ignore;

/// The text of one file, shared by every place that points into it.
#[derive(Debug)]
pub struct Source {
    /// The file's path as the user would type it.
    pub path: PathBuf,
    /// The file's whole text.
    pub text: String,
}

/// A range of bytes in a [`Source`]. Two are equal where they are the same bytes of the same file.
#[derive(Debug, Clone)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// Byte offsets into the file's text; on character boundaries.
    pub span: Range<usize>,
}

/// How bad a [`Finding`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule cannot be compiled, or would not mean what it says.
    Error,
    /// The rule compiles, and its author should know something about it.
    Warning,
}

/// One thing that is wrong with a rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What kind of thing it is.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// What is wrong, in a sentence without a full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
    /// Other places that belong to it, such as the first of two duplicates.
    pub related: Vec<(Place, String)>,
    /// The change that mends it, where there is exactly one safe one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding at `place`.
    pub fn new(code: Code, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            place,
            message: message.into(),
            help: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// The same finding with what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, place: Place, label: impl Into<String>) -> Self {
        self.related.push((place, label.into()));
        self
    }

    /// The same finding with the change that mends it, if there is one.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// Whether it is an error or a warning; the code decides.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.source, &other.source) && self.span == other.span
    }
}

impl Eq for Place {}

impl Place {
    /// A range of bytes in a source.
    pub fn new(source: &Arc<Source>, span: &Range<usize>) -> Self {
        Self {
            source: Arc::clone(source),
            span: span.clone(),
        }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// Line and column of the place's first character, both counted from 1; columns in characters.
    pub fn line_column(&self) -> (usize, usize) {
        self.source.line_column(self.span.start)
    }
}

impl Source {
    /// Line and column of an offset in bytes, both counted from 1; columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..offset];
        let newlines = memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |last| last + 1);
        let line = newlines + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}

/// How many findings are errors, and how many warnings.
pub fn count(findings: &[Finding]) -> (usize, usize) {
    let errors = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Error)
        .count();
    (errors, findings.len() - errors)
}

/// Puts findings in the order in which they are told: by file, then place, then code, so that output does not depend on the
/// order of discovery. What an alias repeats is said once, and a warning that a comment accepts (`# sigzeek: ignore[W451]`) is
/// not said.
pub fn settle(findings: &mut Vec<Finding>) {
    ignore::leave_out(findings);
    findings.sort_by(|a, b| a.order().cmp(&b.order()));
    findings.dedup_by(|a, b| a.order() == b.order());
}

impl Finding {
    fn order(&self) -> (&Path, usize, Code, &str) {
        let start = self.place.span.start;
        (self.place.path(), start, self.code, &self.message)
    }
}
