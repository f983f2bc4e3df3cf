//! Files as clients name them: `file:` URIs (RFC 8089).

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::percent_decode_str;

use crate::platform;

/// A path as a URI.
pub(super) fn of(path: &Path) -> Uri {
    Uri(format!("file://{}", platform::percent_encoded(path)))
}

/// The path of a URI's file; `None` for other URIs.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    path.starts_with('/').then(|| decoded(path))?
}

/// The path of such characters; `None` if no file can have it.
pub(super) fn decoded(text: &str) -> Option<PathBuf> {
    platform::path_of_uri(percent_decode_str(text).collect())
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
