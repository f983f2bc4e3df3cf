//! Regular expressions.

mod anchors;
mod class;
mod error;
mod syntax;

pub use error::{RegexError, RegexErrorKind};

use super::{Pattern, node::Node};

/// How a regular expression is to be read; Sigma's `re` takes none of them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RegexFlags {
    /// `re|i`: letters match in either case.
    pub ignore_case: bool,
    /// `re|m`: `^` and `$` also match at a line's beginning and end.
    pub multi_line: bool,
    /// `re|s`: `.` also matches a line feed.
    pub dot_all: bool,
}

/// The expression that matches the strings in which the regular expression finds something.
pub(super) fn compile(text: &str, flags: RegexFlags) -> Result<Node, RegexError> {
    let whole = || 0..text.len();
    let tree = syntax::parse(text, flags)?;
    let node = anchors::search(&tree, whole())?;
    if node.is_nothing() {
        return Err(RegexError::new(RegexErrorKind::NeverMatches, whole()));
    }
    if node.size() > Pattern::MAX_REGEX_SIZE {
        return Err(RegexError::new(RegexErrorKind::TooLarge, whole()));
    }
    Ok(node)
}
