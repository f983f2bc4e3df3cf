//! A package's options, as its own scripts declare and document them.

use crate::zeek::Scripts;

/// An option of a package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PackageOption {
    /// Its name, with the module where that is not the pack's.
    pub(super) name: String,
    /// Its value until somebody changes it, empty for an empty set or table.
    pub(super) default: String,
    /// What it is for, as the comment before its declaration says; the comment before the first of several serves all.
    pub(super) meaning: String,
}

/// The script with the options that all packages have.
const MAIN: &str = "scripts/main.zeek";

/// The options that a package's scripts export: those that all packages have, then the others, in the order in which they are
/// declared, since one's comment may speak of the one before.
pub(super) fn options(scripts: &Scripts) -> Vec<PackageOption> {
    let main = scripts.files.get(MAIN).into_iter();
    let others = scripts.files.iter();
    let others = others.filter_map(|(path, text)| (path != MAIN).then_some(text));
    main.chain(others)
        .flat_map(|text| in_script(text, &scripts.module))
        .collect()
}

fn in_script(text: &str, pack: &str) -> Vec<PackageOption> {
    let mut options: Vec<PackageOption> = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut shared = String::new();
    let mut module = String::new();
    for line in text.lines() {
        let line = line.trim();
        if let Some(words) = line.strip_prefix("## ") {
            comment.push(words);
            continue;
        }
        if let Some(name) = line.strip_prefix("module ") {
            let name = name.trim_end_matches(';');
            module = if name == pack {
                String::new()
            } else {
                format!("{name}::")
            };
        }
        let Some(declaration) = line.strip_prefix("option ") else {
            comment.clear();
            shared.clear();
            continue;
        };
        if !comment.is_empty() {
            shared = comment.join(" ");
            comment.clear();
        }
        let declaration = declaration.trim_end_matches(';');
        let (name, default) = declaration.split_once(" = ").unwrap_or((declaration, ""));
        let name = name.split_once(':').map_or(name, |(name, _)| name);
        options.push(PackageOption {
            name: format!("{module}{}", name.trim()),
            default: default.trim_matches(['{', '}', ' ']).to_owned(),
            meaning: shared.clone(),
        });
    }
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_read_with_their_comments() {
        let script = "\
module M;

export {
\t## Some networks,
\t## and more.
\toption a: set[subnet] = {};
\toption b: set[subnet] = {};

\toption undocumented = T;

\t## How many.
\toption c = 100;

\t## No option.
\tconst d = 1;
}
";
        let found = in_script(script, "M");
        let texts: Vec<[&str; 3]> = found
            .iter()
            .map(|option| {
                [
                    option.name.as_str(),
                    option.default.as_str(),
                    option.meaning.as_str(),
                ]
            })
            .collect();
        assert_eq!(
            texts,
            [
                ["a", "", "Some networks, and more."],
                ["b", "", "Some networks, and more."],
                ["undocumented", "T", ""],
                ["c", "100", "How many."],
            ]
        );
    }
}
