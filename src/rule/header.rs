//! What rules and correlations say of themselves.

use std::ops::Range;
use std::sync::Arc;

use rsigma_parser::{Level, Status};

use super::Spanned;
use crate::finding::{Place, Source};

/// What a rule or a correlation says of itself (Sigma rules and correlation rules specifications 2.1.0).
#[derive(Debug, Clone)]
pub struct Header {
    /// The file that holds it.
    pub source: Arc<Source>,
    /// What it detects; at most 256 characters.
    pub title: Spanned<String>,
    /// A UUID in lower case.
    pub id: Option<Spanned<String>>,
    /// Sigma's `name`: a name that correlations use, and ours for what it becomes in Zeek.
    pub name: Option<Spanned<String>>,
    /// How far it is trusted.
    pub status: Option<Status>,
    /// Why it exists.
    pub description: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where its knowledge comes from.
    pub references: Vec<String>,
    /// What else may raise it.
    pub falsepositives: Vec<String>,
    /// How bad a match is.
    pub level: Option<Level>,
    /// Namespaced tags such as `attack.t1053.005`.
    pub tags: Vec<Spanned<String>>,
    /// The file that describes its regression tests, after SigmaHQ's convention.
    pub regression_tests_path: Option<Spanned<String>>,
    /// Whether it was read without an error. One that was not is planned for what else is wrong with it.
    pub sound: bool,
}

impl Header {
    /// A header with a title alone.
    pub(super) fn titled(source: &Arc<Source>, title: Spanned<String>) -> Self {
        Self {
            source: Arc::clone(source),
            title,
            id: None,
            name: None,
            status: None,
            description: None,
            author: None,
            references: Vec::new(),
            falsepositives: Vec::new(),
            level: None,
            tags: Vec::new(),
            regression_tests_path: None,
            sound: false,
        }
    }

    /// A place in its file.
    pub fn place(&self, span: &Range<usize>) -> Place {
        Place::new(&self.source, span)
    }
}
