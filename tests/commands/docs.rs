//! Every example of README.md and docs/ is run: rules compile, Zeek code is what is generated or parses, and commands
//! print what the text shows.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::work::sigzeek;
use crate::common::zeek;
use sigzeek::compile::compile;

/// The pages of the documentation.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    for entry in fs::read_dir(root.join("docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|ending| ending == "md") {
            pages.push(path);
        }
    }
    pages.sort();
    pages
}

/// The code blocks of a page in one language.
fn blocks(page: &Path, language: &str) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_rule_of_the_documentation_compiles() {
    let mut seen = 0;
    for page in pages() {
        for rule in blocks(&page, "yaml") {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("example.yml");
            fs::write(&file, &rule).unwrap();
            let compilation = compile(&[file]).unwrap();
            let findings = &compilation.findings;
            assert!(findings.is_empty(), "{}: {findings:?}", page.display());
            let is_filter = |document: &&str| document.contains("\nfilter:\n");
            let documents = rule
                .split("\n---\n")
                .filter(|document| !is_filter(document));
            let documents = documents.count();
            assert_eq!(compilation.rules, documents, "{}", page.display());
            seen += 1;
        }
    }
    assert!(seen >= 2);
}

#[test]
fn the_readme_shows_a_shipped_rule_and_what_it_becomes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = root.join("README.md");
    let rule = fs::read_to_string(root.join(
        "detections/remote-execution/zeek_dce_rpc_itaskschedulerservice_task_registered.yml",
    ))
    .unwrap();
    for line in blocks(&readme, "yaml")[0].lines() {
        assert!(
            rule.lines().any(|theirs| theirs == line),
            "not in the rule: {line}"
        );
    }
    let script = fs::read_to_string(root.join(
        "generated/remote-execution/scripts/rules/itaskschedulerservice-task-registered.zeek",
    ))
    .unwrap();
    let code = script.split_once("\nmodule").unwrap().1;
    assert_eq!(blocks(&readme, "zeek")[0], format!("module{code}"));
}

#[test]
fn the_zeek_code_of_the_documentation_runs() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let packages = tempfile::tempdir().unwrap();
    for pack in ["remote-execution", "published", "zeek-logs", "coercion"] {
        let scripts =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("generated/{pack}/scripts"));
        std::os::unix::fs::symlink(scripts, packages.path().join(pack)).unwrap();
    }
    let zeekpath = format!("{}:{}", packages.path().display(), zeek::search_path(&zeek));
    for page in pages() {
        for code in blocks(&page, "zeek")
            .iter()
            .filter(|code| code.contains("@load"))
        {
            let file = packages.path().join("example.zeek");
            fs::write(&file, code).unwrap();
            let output = Command::new(&zeek)
                .arg("--parse-only")
                .arg(&file)
                .env("ZEEKPATH", &zeekpath)
                .output()
                .unwrap();
            let errors = String::from_utf8(output.stderr).unwrap();
            assert!(
                output.status.success() && errors.is_empty(),
                "{}: {errors}",
                page.display()
            );
        }
    }
}

/// The page whose commands build on one another.
const TUTORIAL: &str = "tutorial.md";

/// A step of the tutorial.
enum Step {
    /// A command, and what it prints.
    Command(String, String),
    /// A file's path and text.
    File(PathBuf, String),
}

/// The steps of the tutorial, in order: each `console` block has commands, each `yml` block is a file that begins with its path
/// in a comment.
fn tutorial() -> Vec<Step> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(TUTORIAL);
    let text = fs::read_to_string(path).unwrap();
    let mut steps = Vec::new();
    for block in text.split("\n```").skip(1).step_by(2) {
        if let Some(sessions) = block.strip_prefix("console\n") {
            for session in format!("{sessions}\n").split("$ ").skip(1) {
                let (command, printed) = session.split_once('\n').unwrap();
                steps.push(Step::Command(
                    command.to_owned(),
                    printed.trim_end().to_owned(),
                ));
            }
        } else if let Some(file) = block.strip_prefix("yml\n# ") {
            let (path, text) = file.split_once('\n').unwrap();
            steps.push(Step::File(path.into(), format!("{text}\n")));
        }
    }
    steps
}

/// The commands run one after another in one shell, beside a clone of this repository.
#[test]
fn the_tutorial_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(root, folder.path().join("sigzeek")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_sigzeek"));
    let search_path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let steps = tutorial();
    let printed = folder.path().join("printed");
    fs::create_dir(&printed).unwrap();
    let mut script = String::from("set -e -o pipefail\n");
    for (number, step) in steps.iter().enumerate() {
        let to = printed.join(number.to_string());
        match step {
            Step::Command(command, _) => {
                script += &format!("{{ {command}\n}} >'{}' 2>&1\n", to.display());
            }
            Step::File(path, text) => {
                fs::write(&to, text).unwrap();
                let path = path.display();
                script += &format!(
                    "mkdir -p \"$(dirname '{path}')\"\ncp '{}' '{path}'\n",
                    to.display()
                );
            }
        }
    }
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .env("PATH", search_path)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "author")
        .env("GIT_AUTHOR_EMAIL", "author@localhost")
        .env("GIT_COMMITTER_NAME", "author")
        .env("GIT_COMMITTER_EMAIL", "author@localhost")
        .output()
        .unwrap();
    for (number, step) in steps.iter().enumerate() {
        let Step::Command(command, expected) = step else {
            continue;
        };
        let printed = fs::read_to_string(printed.join(number.to_string()));
        let printed = printed.unwrap_or_else(|_| panic!("`{command}` was not reached"));
        assert_eq!(printed.trim_end(), expected, "{command}");
    }
    assert!(output.status.success());
}

#[test]
fn every_command_prints_what_the_documentation_shows() {
    let mut seen = 0;
    for page in pages() {
        if page.ends_with(TUTORIAL) {
            continue;
        }
        for block in blocks(&page, "console") {
            for session in block.split("$ ").skip(1) {
                let (line, expected) = session.split_once('\n').unwrap();
                let mut words = line.split_whitespace();
                assert_eq!(words.next(), Some("sigzeek"), "{line}");
                let output = sigzeek(&[]).args(words).output().unwrap();
                let printed = String::from_utf8(output.stdout).unwrap()
                    + &String::from_utf8(output.stderr).unwrap();
                assert_eq!(
                    printed.trim_end(),
                    expected.trim_end(),
                    "{}: {line}",
                    page.display()
                );
                seen += 1;
            }
        }
    }
    assert!(seen >= 1);
}

#[test]
fn workflows_and_settings_can_be_read() {
    let mut seen = 0;
    for page in pages().iter().filter(|page| !page.ends_with(TUTORIAL)) {
        for workflow in blocks(page, "yml") {
            let read: serde_yaml::Value = serde_yaml::from_str(&workflow).unwrap();
            // A workflow of GitHub, or the hooks of pre-commit.
            let known = read.get("jobs").or(read.get("repos"));
            assert!(known.is_some(), "{}", page.display());
            seen += 1;
        }
        for settings in blocks(page, "json") {
            serde_json::from_str::<serde_json::Value>(&settings).unwrap();
            seen += 1;
        }
    }
    assert!(seen >= 3);
}
