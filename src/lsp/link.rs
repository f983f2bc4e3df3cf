//! Where an editor finds what a finding's code means: on the project's pages, or in a document that the server has.

use gen_lsp_types::Uri;

use crate::finding::{Code, address};

/// The scheme of documents that only the server has.
pub(super) const SCHEME: &str = "sigzeek";

/// The explanation of a code.
pub(super) fn of(code: Code, shows_pages: bool) -> Option<Uri> {
    let page = || Uri(format!("{SCHEME}:/findings/{}.md", code.as_str()));
    let own = shows_pages.then(page);
    own.or_else(|| address(code).map(Uri))
}
