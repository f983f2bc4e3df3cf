//! Captures and logs as files: a folder a rule, with the list of them as the rule's regression tests.

use serde_yaml::{Mapping, Value};

use super::{FileKind, Synthesised, slug};
use crate::package::{Package, PackageError};
use crate::rule::regression;

/// The list of a folder's captures, in the form that `regression_tests_path` leads to.
pub const LIST: &str = "info.yml";
/// Longest name of a folder.
const MAX_FOLDER: usize = 100;

/// The name of a rule's folder: what the rule is called, in letters that file systems agree on.
pub fn folder_name(rule: &str) -> String {
    let name = slug(rule, MAX_FOLDER);
    if name.is_empty() {
        "rule".to_owned()
    } else {
        name
    }
}

/// A rule's captures and their list, as the folder `name`.
///
/// # Errors
///
/// [`PackageError`], where the folder's name is none.
pub fn folder(name: &str, captures: &[Synthesised]) -> Result<Package, PackageError> {
    let mut folder = Package::new(name.parse()?);
    for capture in captures {
        folder.insert(file_name(capture).parse()?, capture.bytes.clone())?;
    }
    folder.insert(LIST.parse()?, list(captures).into_bytes())?;
    Ok(folder)
}

/// The name of a capture's file.
pub fn file_name(capture: &Synthesised) -> String {
    match &capture.kind {
        FileKind::Capture => format!("{}.pcap", capture.name),
        // Records that do not say of which log they are have it from the file's name.
        FileKind::Log(log) => format!("{log}.{}.log", capture.name),
    }
}

fn list(captures: &[Synthesised]) -> String {
    let tests = captures.iter().map(|capture| {
        let mut test = Mapping::new();
        let mut put = |key: &str, value: Value| test.insert(key.into(), value);
        put("name", title(capture).into());
        put(
            "type",
            match capture.kind {
                FileKind::Capture => regression::CAPTURE.into(),
                FileKind::Log(_) => regression::LOG.into(),
            },
        );
        put("path", file_name(capture).into());
        if !capture.fires {
            put("silent", true.into());
        }
        Value::Mapping(test)
    });
    let mut list = Mapping::new();
    list.insert("regression_tests_info".into(), tests.collect());
    // Text, lists and mappings of text always have a form in YAML.
    serde_yaml::to_string(&list).unwrap_or_default()
}

/// What a capture's test is called.
pub fn title(capture: &Synthesised) -> String {
    let word = if capture.fires { "Fires" } else { "Silent" };
    format!("{word}: {}", capture.shows)
}
