//! Documents that only the server has: what findings mean, and the Zeek scripts that rules become.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

use super::analysis::Analysis;
use super::link::SCHEME;
use super::{rules, uri};
use crate::finding::{self, Code};
use crate::plan::{self, zeek_names};
use crate::platform;
use crate::zeek;

/// A document that only the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ServedDocument {
    /// What a code means.
    Finding(Code),
    /// The Zeek scripts of a file's rules.
    Generated(PathBuf),
}

/// The folder of what rules become, in the server's own documents.
const GENERATED: &str = "/generated";
/// The ending of Zeek's scripts.
const ENDING: &str = ".zeek";

impl ServedDocument {
    /// The document that a URI names.
    pub(super) fn named(uri: &Uri) -> Option<Self> {
        let path = uri.0.strip_prefix(SCHEME)?.strip_prefix(':')?;
        if let Some(code) = path.strip_prefix("/findings/") {
            let code = code.strip_suffix(".md")?;
            let known = Code::ALL.iter().find(|known| known.as_str() == code)?;
            return Some(Self::Finding(*known));
        }
        let file = path.strip_prefix(GENERATED)?.strip_suffix(ENDING)?;
        let path = file.starts_with('/').then(|| uri::decoded(file))?;
        path.map(Self::Generated)
    }

    /// What the Zeek scripts of a file's rules are called.
    pub(super) fn of_file(path: &Path) -> Uri {
        Uri(format!(
            "{SCHEME}:{GENERATED}{}{ENDING}",
            platform::percent_encoded(path)
        ))
    }

    /// Its text.
    pub(super) fn text(&self, analysis: &Analysis) -> String {
        match self {
            Self::Finding(code) => explained(*code),
            Self::Generated(path) => generated(path, analysis),
        }
    }
}

fn explained(code: Code) -> String {
    let (name, severity, title) = (code.as_str(), finding::severity(code), code.title());
    let explanation = code.explanation().markdown();
    format!("# {name}: {severity}: {title}\n\n{explanation}")
}

/// The scripts of a file's rules and correlations, one after the other, as they are in the package; or why there are none.
fn generated(path: &Path, analysis: &Analysis) -> String {
    let why_not = |reason: &str| format!("# {reason}\n");
    let Some(pack) = rules::pack_of(analysis, path) else {
        return why_not("The file is in no pack that has been checked.");
    };
    let unsaid = &mut Vec::new();
    let plan = plan::pack(pack, unsaid);
    let (names, scripts) = match (
        zeek_names::names(&plan, unsaid),
        zeek::scripts(&plan, unsaid),
    ) {
        (Some(names), Ok(Some(scripts))) => (names, scripts),
        (_, Err(error)) => return why_not(&error.to_string()),
        _ => return why_not("The pack has errors that keep it from becoming Zeek scripts."),
    };
    let subjects = plan.subjects().zip(names.all());
    let own = subjects.filter(|(subject, _)| subject.path() == path);
    let texts = own.filter_map(|(_, names)| {
        let text = scripts.files.get(&names.script)?;
        Some(format!("# {}/{}\n\n{text}", scripts.package, names.script))
    });
    let texts: Vec<String> = texts.collect();
    if texts.is_empty() {
        return why_not("The file's rules have errors that keep them from becoming Zeek scripts.");
    }
    texts.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_by_their_names() {
        let named = |uri: &str| ServedDocument::named(&Uri(uri.to_owned()));
        let path = Path::new("/a b/ü.yml");
        let uri = ServedDocument::of_file(path);
        assert_eq!(uri.0, "sigzeek:/generated/a%20b/%C3%BC.yml.zeek");
        assert_eq!(
            ServedDocument::named(&uri),
            Some(ServedDocument::Generated(path.to_owned()))
        );
        let page = named("sigzeek:/findings/E301.md");
        assert_eq!(page, Some(ServedDocument::Finding(Code::UnknownModifier)));
        for uri in [
            "sigzeek:/findings/E000.md",
            "file:///findings/E301.md",
            "sigzeek:",
            "sigzeek:/generatedx.zeek",
        ] {
            assert_eq!(named(uri), None, "{uri}");
        }
    }
}
