//! What `pack.yml` says for the package's own description: its version, its licence, whom it is owed to, and how it is found.

use std::path::{Path, PathBuf};

use super::Spanned;
use super::reader::MappingReader;
use super::regression::below_or_above;
use crate::finding::{Code, Finding, Place};

/// The keys of `pack.yml` that are read here.
pub(super) const KEYS: &[&str] = &[
    "version",
    "license",
    "license_file",
    "credits",
    "aliases",
    "tags",
];

/// Names that no package can have, since zkg keeps them for itself, or since `@load` of them is answered by what Zeek brings.
const TAKEN: &[&str] = &[
    "base",
    "builtin-plugins",
    "files",
    "frameworks",
    "integration",
    "local",
    "misc",
    "package",
    "packages",
    "policy",
    "protocols",
    "site",
    "spicy",
    "tuning",
    "zeek",
    "zeekygen",
    "zkg",
];

/// Longest text of a key: it goes into a line of `zkg.meta`.
const MAX_BYTES: usize = 256;

/// What the package says of itself.
#[derive(Debug, Default)]
pub struct PackageDetails {
    /// Its version, after Semantic Versioning 2.0.0.
    pub version: Option<String>,
    /// The name of its licence, such as `BSD-3-Clause`.
    pub license: Option<String>,
    /// The file that holds the licence.
    pub license_file: Option<LicenseFile>,
    /// Who made it.
    pub credits: Vec<String>,
    /// Other names by which Zeek loads it.
    pub aliases: Vec<Spanned<String>>,
    /// By what it is found, beside what every package of this kind is tagged with.
    pub tags: Vec<String>,
}

/// The file that holds a licence, as `pack.yml` names it.
#[derive(Debug)]
pub struct LicenseFile {
    /// The path as it is written.
    path: String,
    /// Where it is written.
    place: Place,
    /// The file, where it is there. Only a package needs it: rules can be looked at without.
    found: Option<PathBuf>,
}

impl LicenseFile {
    /// The file; a finding where there is none.
    ///
    /// # Errors
    ///
    /// The finding.
    pub fn file(&self) -> Result<&Path, Box<Finding>> {
        self.found.as_deref().ok_or_else(|| {
            let message = format!("there is no file `{}`", self.path);
            let finding = Finding::new(Code::InvalidPack, self.place.clone(), message);
            Box::new(finding.help(
                "paths are relative to a folder that the pack is in, such as the repository's; none leads out of it",
            ))
        })
    }
}

/// Why nothing that zkg installs can have a name; `None` where it can.
///
/// zkg's own rules are those of `is_valid_name` and of its reserved names (zkg 3.2).
pub fn reason_against_name(name: &str) -> Option<&'static str> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if TAKEN.contains(&name.to_ascii_lowercase().as_str()) {
        Some("zkg or Zeek has that name for something of its own")
    } else if name.is_empty() || name.len() > 64 {
        Some("a name has 1 to 64 characters")
    } else if !name.bytes().all(allowed) {
        Some("a name has only letters, digits, `.`, `_` and `-`")
    } else if name.starts_with(['.', '-']) {
        Some("a name begins with a letter, a digit or `_`")
    } else {
        None
    }
}

/// Reads the keys.
pub(super) fn read(reader: &MappingReader<'_>) -> PackageDetails {
    PackageDetails {
        version: version(reader),
        license: license(reader),
        license_file: license_file(reader),
        credits: texts(reader, "credits")
            .into_iter()
            .map(|text| text.value)
            .collect(),
        aliases: aliases(reader),
        tags: texts(reader, "tags")
            .into_iter()
            .map(|text| text.value)
            .collect(),
    }
}

fn version(reader: &MappingReader<'_>) -> Option<String> {
    let version = reader.string("version")?;
    if is_semantic_version(&version.value) {
        return Some(version.value);
    }
    let message = format!("`{}` is not a semantic version", version.value);
    let help =
        "write three numbers, such as 1.0.0; zkg compares versions by them (https://semver.org)";
    reader.report(Code::InvalidValue, &version.span, message, help);
    None
}

/// Whether a text is a version after Semantic Versioning 2.0.0, section "Backus-Naur Form Grammar".
fn is_semantic_version(text: &str) -> bool {
    let number = |part: &str| {
        !part.is_empty()
            && part.len() <= 9
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let identifier =
        |part: &str| word(part) && (number(part) || part.bytes().any(|b| !b.is_ascii_digit()));
    if text.len() > MAX_BYTES {
        return false;
    }
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, Some(build)),
        None => (text, None),
    };
    let (core, early) = match text.split_once('-') {
        Some((core, early)) => (core, Some(early)),
        None => (text, None),
    };
    core.split('.').count() == 3
        && core.split('.').all(number)
        && early.is_none_or(|early| early.split('.').all(identifier))
        && build.is_none_or(|build| build.split('.').all(word))
}

fn license(reader: &MappingReader<'_>) -> Option<String> {
    let license = reader.string("license")?;
    let Some(reason) = reason_against_line(&license.value) else {
        return Some(license.value);
    };
    let message = format!("`license` {reason}");
    let help = "name the licence, such as BSD-3-Clause (https://spdx.org/licenses)";
    reader.report(Code::InvalidValue, &license.span, message, help);
    None
}

fn license_file(reader: &MappingReader<'_>) -> Option<LicenseFile> {
    let path = reader.string("license_file")?;
    Some(LicenseFile {
        found: below_or_above(&reader.source.path, &path.value),
        place: reader.place(&path.span),
        path: path.value,
    })
}

/// The texts of a key that `zkg.meta` lists in a line, with commas between them.
fn texts(reader: &MappingReader<'_>, key: &str) -> Vec<Spanned<String>> {
    let mut sound = Vec::new();
    for text in reader.strings(key) {
        let comma = || {
            let has_comma = text.value.contains(',');
            has_comma.then_some("has a comma, which zkg takes for the end of an entry")
        };
        let Some(reason) = reason_against_line(&text.value).or_else(comma) else {
            sound.push(text);
            continue;
        };
        let message = format!("an entry of `{key}` {reason}");
        let help = format!("write a list of short texts, as `{key}: [one, another]`");
        reader.report(Code::InvalidValue, &text.span, message, help);
    }
    sound
}

/// Why a text cannot be in a line of `zkg.meta`; `None` where it can.
fn reason_against_line(text: &str) -> Option<&'static str> {
    if text.trim().is_empty() {
        Some("is empty")
    } else if text.len() > MAX_BYTES {
        Some("is too long")
    } else if text.contains(char::is_control) {
        Some("has a line break or another control character")
    } else {
        None
    }
}

fn aliases(reader: &MappingReader<'_>) -> Vec<Spanned<String>> {
    let mut sound = Vec::new();
    for alias in reader.strings("aliases") {
        let Some(reason) = reason_against_name(&alias.value) else {
            sound.push(alias);
            continue;
        };
        let message = format!("`{}` is not a name for a package", alias.value);
        reader.report(Code::InvalidValue, &alias.span, message, reason);
    }
    sound
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_semantic() {
        for version in [
            "0.0.0",
            "1.2.3",
            "10.20.30",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-0.3.7",
            "1.0.0--",
            "1.0.0+20130313144700",
            "1.0.0-beta+exp.sha.5114f85",
            "1.0.0+21AF26D3---117B344092BD",
        ] {
            assert!(is_semantic_version(version), "{version}");
        }
        for version in [
            "",
            "1",
            "1.0",
            "1.0.0.0",
            "v1.0.0",
            "01.0.0",
            "1.0.x",
            "1.0.-1",
            "1.0.0-",
            "1.0.0-01",
            "1.0.0-a..b",
            "1.0.0+",
            "1.0.0+a+b",
            "1.0.0 ",
            "1.0.0-ä",
        ] {
            assert!(!is_semantic_version(version), "{version}");
        }
    }

    #[test]
    fn names_that_zkg_and_zeek_take() {
        for name in ["remote-execution", "bzar", "_a.b"] {
            assert_eq!(reason_against_name(name), None, "{name}");
        }
        for name in [
            "", ".git", "-rf", "packages", "ZEEK", "base", "a/b", "a b", "ä",
        ] {
            assert!(reason_against_name(name).is_some(), "{name}");
        }
    }
}
