//! Files as clients name them: `file:` URIs (RFC 8089).

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// What is written as it is in a path (RFC 3986, section 3.3), but for what some clients encode.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A path as a URI.
pub(super) fn of(path: &Path) -> Uri {
    Uri(format!("file://{}", encoded(path)))
}

/// The path of a URI's file; `None` for other URIs.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    path.starts_with('/').then(|| decoded(path))
}

/// A path in characters that a URI may have.
pub(super) fn encoded(path: &Path) -> String {
    percent_encode(path.as_os_str().as_bytes(), PATH).to_string()
}

/// The path of such characters.
pub(super) fn decoded(text: &str) -> PathBuf {
    let bytes = percent_decode_str(text).collect();
    PathBuf::from(OsString::from_vec(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris_and_back() {
        for written in ["/a/b.yml", "/a b/ü#?%.yml", "/x:y/[z]"] {
            let file = Path::new(written);
            assert_eq!(path(&of(file)).as_deref(), Some(file));
        }
        assert_eq!(of(Path::new("/a b.yml")).0, "file:///a%20b.yml");
    }

    #[test]
    fn other_uris_have_no_path() {
        for uri in [
            "untitled:Untitled-1",
            "https://example.com/a",
            "file://host/a",
            "file:a",
            "",
        ] {
            assert_eq!(path(&Uri(uri.to_owned())), None, "{uri}");
        }
    }
}
