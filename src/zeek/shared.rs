//! Scripts that several rules share, in packs of many rules.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::{LOAD_SCRIPT, Scripts};
use crate::plan::zeek_names::{RULES, script_path};

/// With more rules than this, several share a script. Zeek compares the path of each script that it loads with the paths of all that it
/// has loaded: 10,000 scripts take it 8 seconds, 1,000 less than a tenth of one.
const MOST_RULE_SCRIPTS: usize = 1000;

impl Scripts {
    /// The scripts as they are installed. In a pack of more than 1,000 rules, the rules are in at most 256 scripts. A rule's name alone
    /// decides in which one, so that none moves when another comes or goes.
    pub fn installed(mut self) -> Self {
        if !self.are_shared() {
            return self;
        }
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        for (path, text) in self.files {
            let shared = files.entry(installed_path(&path)).or_default();
            if !shared.is_empty() {
                shared.push('\n');
            }
            if rule(&path).is_some() {
                shared.push_str(&without_documentation(&text));
            } else {
                shared.push_str(&text);
            }
        }
        if let Some(load) = files.get_mut(LOAD_SCRIPT) {
            *load = loads_shared(load);
        }
        self.files = files;
        self
    }

    /// The path at which [`installed`](Self::installed) scripts have the one at `path`.
    pub fn installed_path(&self, path: &str) -> String {
        if self.are_shared() {
            installed_path(path)
        } else {
            path.to_owned()
        }
    }

    /// Whether there are so many rules that several share a script.
    fn are_shared(&self) -> bool {
        let rules = self.files.keys().filter(|path| rule(path).is_some());
        are_many(rules.count())
    }
}

/// Whether a pack has so many rules that its scripts are made for Zeek to load rather than for people to read.
pub(super) fn are_many(rules: usize) -> bool {
    rules > MOST_RULE_SCRIPTS
}

/// The name of the rule whose script is at a path.
fn rule(path: &str) -> Option<&str> {
    let name = path.strip_prefix("scripts/")?.strip_prefix(RULES)?;
    name.strip_suffix(".zeek")
}

/// The path of the script that a rule shares, or that of a script that is no rule's.
fn installed_path(path: &str) -> String {
    rule(path).map_or_else(|| path.to_owned(), |rule| script_path(&shared_by(rule)))
}

/// The name of the script that a rule shares.
fn shared_by(rule: &str) -> String {
    let byte = Sha256::digest(rule)[0];
    format!("{RULES}{byte:02x}")
}

/// A script with plain comments in place of those that document it. Zeek keeps each of these, and looks its script up for it: with ten
/// lines a rule, that is an eighth of the time in which a Zeek starts with 10,000 rules.
fn without_documentation(script: &str) -> String {
    let lines = script.lines().map(|line| {
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        match text.strip_prefix("##!").or_else(|| text.strip_prefix("##")) {
            Some(comment) => format!("{indent}#{comment}\n"),
            None => format!("{line}\n"),
        }
    });
    lines.collect()
}

/// The script that loads others, loading each script that rules share once.
fn loads_shared(load: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in load.lines() {
        let name = line.strip_prefix("@load ./");
        let line = match name.and_then(|name| name.strip_prefix(RULES)) {
            Some(rule) => format!("@load ./{}", shared_by(rule)),
            None => line.to_owned(),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scripts(rules: usize) -> Scripts {
        let names: Vec<String> = (0..rules).map(|number| format!("rule-{number}")).collect();
        let loads = names.iter().map(|name| format!("@load ./rules/{name}\n"));
        let loads: String = loads.collect();
        let load = format!("@load ./main\n{loads}@load ./config\n");
        let each = names.iter();
        let mut files: BTreeMap<String, String> = each
            .map(|name| (format!("scripts/rules/{name}.zeek"), format!("# {name}\n")))
            .collect();
        files.insert(LOAD_SCRIPT.to_owned(), load);
        Scripts {
            package: "pack".to_owned(),
            module: "Pack".to_owned(),
            files,
        }
    }

    #[test]
    fn each_of_few_rules_has_a_script() {
        let few = scripts(MOST_RULE_SCRIPTS);
        assert_eq!(
            few.installed_path("scripts/rules/rule-1.zeek"),
            "scripts/rules/rule-1.zeek"
        );
        let before = few.files.clone();
        assert_eq!(few.installed().files, before);
    }

    #[test]
    fn many_rules_share_scripts() {
        let many = scripts(3000);
        let path = many.installed_path("scripts/rules/rule-7.zeek");
        let installed = many.installed().files;
        assert_eq!(installed.len(), 256 + 1);
        let lines: usize = installed
            .values()
            .map(|text| text.matches("# rule-").count())
            .sum();
        assert_eq!(lines, 3000);
        assert!(installed[&path].contains("\n# rule-7\n"), "{path}");
        let load = &installed[LOAD_SCRIPT];
        assert!(
            load.starts_with("@load ./main\n@load ./rules/")
                && load.ends_with("\n@load ./config\n"),
            "{load}"
        );
        assert_eq!(load.lines().count(), 256 + 2);
        for line in load.lines().filter(|line| line.contains("rules/")) {
            let path = line.replace("@load ./", "scripts/") + ".zeek";
            assert!(installed.contains_key(&path), "{line}");
        }
    }

    #[test]
    fn a_rule_keeps_its_script_when_another_comes() {
        let (before, after) = (
            scripts(1500).installed().files,
            scripts(1501).installed().files,
        );
        let changed = before
            .iter()
            .filter(|(path, text)| after.get(*path) != Some(text));
        assert!(changed.count() <= 1);
    }
}
