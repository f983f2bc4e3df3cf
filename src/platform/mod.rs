//! What operating systems do each in their own way: modes and owners of files, links, locks, and names that are no text.
//!
//! Both modules have the same functions. The rest of the program asks for none of the systems by name.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::*;

/// What is written as it is in the path of a URI (RFC 3986, section 3.3), but for what some programs encode.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path in characters that a URI may have.
pub(crate) fn percent_encoded(path: &Path) -> String {
    percent_encode(&uri_path(path), PATH).to_string()
}

/// What becomes of a symbolic link at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Links {
    Followed,
    Refused,
}
