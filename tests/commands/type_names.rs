//! One name stands for one type, so that a reader of any file knows which is meant.

use std::collections::BTreeMap;
use std::path::Path;

use regex_automata::meta::Regex;
use walkdir::WalkDir;

#[test]
fn one_name_stands_for_one_type() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let file = entry.path().strip_prefix(&src).unwrap().to_string_lossy();
        for name in types_defined(&std::fs::read_to_string(entry.path()).unwrap()) {
            places.entry(name).or_default().push(file.to_string());
        }
    }
    places.retain(|_, files| files.len() > 1);
    assert!(
        places.is_empty(),
        "these names stand for several types: {places:#?}"
    );
}

/// The types that a file defines, without those that belong to a trait or its implementation.
fn types_defined(text: &str) -> Vec<String> {
    let pattern = r"(?m)^(?: *(?:pub(?:\([a-z_: ]+\))? )?(?:struct|enum|trait|union)|(?:pub(?:\([a-z_: ]+\))? )?type) (\w+)";
    let definition = Regex::new(pattern).unwrap();
    let names = definition.captures_iter(text);
    names
        .filter_map(|found| found.get_group(1))
        .map(|name| text[name.range()].to_owned())
        .collect()
}

#[test]
fn definitions_are_found_in_code() {
    let text = "\
/// A struct Rule.
pub struct Rule<'a> {
pub(crate) trait Room {}
type Answer = Option<()>;
impl FromStr for Rule {
    type Err = String;
}
mod tests {
    enum Seen {}
}
";
    assert_eq!(types_defined(text), ["Rule", "Room", "Answer", "Seen"]);
}
