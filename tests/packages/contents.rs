//! What a package holds beside its scripts: metadata, README, licence, tests and captures.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use sigzeek::compile::{Compilation, compile};
use sigzeek::finding::Code;
use sigzeek::package::Package;

/// A pack below a temporary folder, with files beside it.
struct Repository {
    folder: tempfile::TempDir,
}

/// A capture that the repository's tests have, and that raises one notice of [`rule`].
fn capture() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures/at-schedule.pcap");
    fs::read(path).unwrap()
}

fn rule(title: &str, number: u8, tests: &str) -> String {
    format!(
        "title: {title}\nid: 5b1d6d44-2a7e-4b0e-9a53-5e0c47a6f0{number:02}\nstatus: test\ntags: [attack.execution, attack.t1053.002]\n\
         regression_tests_path: {tests}\nlogsource: {{product: zeek, service: dce_rpc}}\ndetection:\n    \
         selection: {{endpoint: atsvc, operation: NetrJobAdd}}\n    condition: selection\nlevel: high\n"
    )
}

fn tests(captures: &[(&str, &str)]) -> String {
    let mut text = "regression_tests_info:\n".to_owned();
    for (path, expected) in captures {
        text += &format!("    - {{type: pcap, path: '{path}', {expected}}}\n");
    }
    text
}

impl Repository {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Self { folder };
        for (path, bytes) in files {
            let path = repository.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn compile(&self) -> Compilation {
        compile(&[self.path("packs")]).unwrap()
    }

    fn package(&self) -> Package {
        let mut compilation = self.compile();
        assert_eq!(compilation.count().0, 0, "{:?}", compilation.findings);
        compilation.packages.remove(0)
    }
}

fn text(package: &Package, path: &str) -> String {
    let bytes = &package.files()[&path.parse().unwrap()];
    String::from_utf8(bytes.clone()).unwrap()
}

fn codes(compilation: &Compilation) -> Vec<Code> {
    let findings = compilation.findings.iter();
    findings.map(|finding| finding.code).collect()
}

fn paths(package: &Package, below: &str) -> Vec<String> {
    let paths = package.files().keys();
    paths
        .filter_map(|path| path.as_str().strip_prefix(below))
        .map(str::to_owned)
        .collect()
}

#[test]
fn baselines_are_what_regression_tests_expect() {
    let repository = Repository::new(&[
        ("packs/jobs/a.yml", rule("One", 1, "one.info").as_bytes()),
        ("packs/jobs/b.yml", rule("Two", 2, "two.info").as_bytes()),
        (
            "one.info",
            tests(&[
                ("captures/x.pcap", "match_count: 2"),
                ("captures/y.pcap", "silent: true"),
                ("captures/z.pcap", "messages: [a, b, c]"),
            ])
            .as_bytes(),
        ),
        ("two.info", tests(&[("captures/x.pcap", "")]).as_bytes()),
        ("captures/x.pcap", &capture()),
        ("captures/y.pcap", &capture()),
        ("captures/z.pcap", &capture()),
    ]);
    let package = repository.package();
    let columns = |number| {
        format!(
            "5b1d6d44-2a7e-4b0e-9a53-5e0c47a6f0{number:02}\tJobs::{}\thigh\t4H\tT1053.002",
            if number == 1 { "A" } else { "B" }
        )
    };
    assert_eq!(
        text(&package, "testing/Baseline/tests.rules.a/notices"),
        format!(
            "# captures/x.pcap\n2\t{0}\n# captures/y.pcap\n# captures/z.pcap\n3\t{0}\n",
            columns(1)
        )
    );
    // Any number of notices will do.
    assert_eq!(
        text(&package, "testing/Baseline/tests.rules.b/notices"),
        format!("# captures/x.pcap\nsome\t{}\n", columns(2))
    );
    assert!(text(&package, "testing/tests/rules/b.test").contains("notices\" --any 5b1d6d44"));
    // Each capture is there once, whatever the number of rules.
    assert_eq!(
        paths(&package, "testing/Traces/"),
        ["captures/x.pcap", "captures/y.pcap", "captures/z.pcap"]
    );
    assert_eq!(
        package.files()[&"testing/Traces/captures/x.pcap".parse().unwrap()],
        capture()
    );
    let again = repository.package();
    assert_eq!(again, package);
}

#[test]
fn captures_have_names_that_any_file_system_and_shell_take() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&capture()).unwrap();
    let packed = packed.finish().unwrap();
    let names = [
        "one/a.pcap",
        "two/one/A.pcap",
        "three/a b;$(id).pcap",
        "three/ü.pcap",
        "three/packed.pcap.gz",
        "top.pcap",
    ];
    let info = tests(&names.map(|name| (name, "match_count: 1")));
    let rule = rule("One", 1, "one.info");
    let capture = capture();
    let mut files: Vec<(&str, &[u8])> = vec![
        ("packs/jobs/a.yml", rule.as_bytes()),
        ("one.info", info.as_bytes()),
        ("one/LICENSE", b"ours\n"),
        ("two/one/LICENSE", b"theirs\n"),
        ("three/README", b"not taken along\n"),
    ];
    files.extend(names.map(|name| {
        let is_packed = name.ends_with(".gz");
        (
            name,
            if is_packed {
                packed.as_slice()
            } else {
                capture.as_slice()
            },
        )
    }));
    let package = Repository::new(&files).package();
    let stored = paths(&package, "testing/Traces/");
    let top = stored.iter().find(|path| path.ends_with("/top.pcap"));
    let top = top.unwrap().clone();
    let others: Vec<&str> = stored
        .iter()
        .map(String::as_str)
        .filter(|path| **path != top)
        .collect();
    assert_eq!(
        others,
        [
            "one/2-A.pcap",
            "one/LICENSE",
            "one/a.pcap",
            "three/_.pcap",
            "three/a_b___id_.pcap",
            "three/packed.pcap",
        ]
    );
    assert_eq!(
        text(&package, "testing/Traces/one/LICENSE"),
        "ours\n\ntheirs\n"
    );
    assert_eq!(
        package.files()[&"testing/Traces/three/packed.pcap".parse().unwrap()],
        capture
    );
}

#[test]
fn nothing_of_a_rule_becomes_an_instruction() {
    let title = "'@TEST-EXEC: touch /tmp/x | <b>`a`</b> [l](http://h) @TEST-REQUIRES: false'";
    let repository = Repository::new(&[
        ("packs/jobs/a.yml", rule(title, 1, "one.info").as_bytes()),
        (
            "packs/jobs/pack.yml",
            b"description: \"50%(x)s of [package]\\nscript_dir = /\"\ncredits: 'A %% B'\nversion: 1.2.3-rc.1+b\nlicense: MIT\nlicense_file: LICENSE\naliases: [at-jobs, jobs]\ntags: [at]\n",
        ),
        ("one.info", tests(&[("x/x.pcap", "match_count: 1")]).as_bytes()),
        ("x/x.pcap", &capture()),
        ("LICENSE", b"The licence.\n"),
    ]);
    let package = repository.package();
    let test = text(&package, "testing/tests/rules/a.test");
    let instructions: Vec<&str> = test
        .match_indices("@TEST-")
        .map(|(at, _)| &test[at..at + 10])
        .collect();
    assert_eq!(instructions, ["@TEST-DOC:", "@TEST-EXEC", "@TEST-EXEC"]);
    let readme = text(&package, "README.md");
    let row = readme
        .lines()
        .find(|line| line.contains("Jobs::A"))
        .unwrap();
    assert!(row.contains(r"\| \<b\>") && row.contains(r"\[l\]"), "{row}");
    assert_eq!(text(&package, "COPYING"), "The licence.\n");
    assert_eq!(
        text(&package, "zkg.meta"),
        "[package]\n\
         description = 50%%(x)s of [package] script_dir = /\n\
         version = 1.2.3-rc.1+b\n\
         credits = A %%%% B\n\
         aliases = jobs at-jobs\n\
         tags = zeek, sigma, detection, attack, notices, at\n\
         script_dir = scripts/\n\
         config_files = scripts/config.zeek\n\
         test_command = cd testing && btest -c btest.cfg -j\n\
         depends = zeek >=7.0.0\n"
    );
}

#[test]
fn a_large_capture_stays_behind() {
    let mut large = capture();
    large.resize(33 << 20, 0);
    let repository = Repository::new(&[
        ("packs/jobs/a.yml", rule("One", 1, "one.info").as_bytes()),
        (
            "one.info",
            tests(&[
                ("x/small.pcap", "match_count: 1"),
                ("x/large.pcap", "match_count: 1"),
            ])
            .as_bytes(),
        ),
        ("x/small.pcap", &capture()),
        ("x/large.pcap", &large),
    ]);
    let compilation = repository.compile();
    assert_eq!(codes(&compilation), [Code::CaptureTooLarge]);
    assert_eq!(compilation.findings[0].place.line_column(), (3, 26));
    let package = &compilation.packages[0];
    assert_eq!(paths(package, "testing/Traces/"), ["x/small.pcap"]);
    assert!(!text(package, "testing/tests/rules/a.test").contains("large"));
    assert!(text(package, "README.md").contains("1 raise, 0 silent"));
}

#[test]
fn a_link_publishes_nothing_but_captures() {
    let repository = Repository::new(&[
        ("packs/jobs/a.yml", rule("One", 1, "one.info").as_bytes()),
        (
            "one.info",
            tests(&[("x/secret.pcap", "match_count: 1")]).as_bytes(),
        ),
        ("secret", b"a key that is nobody's to read\n"),
        ("x/small.pcap", &capture()),
    ]);
    std::os::unix::fs::symlink(repository.path("secret"), repository.path("x/secret.pcap"))
        .unwrap();
    let compilation = repository.compile();
    assert_eq!(codes(&compilation), [Code::InvalidTest]);
}

/// The scripts of the shipped packages, each behind its package.
fn shipped_scripts() -> Vec<(PathBuf, PathBuf)> {
    let generated = Path::new(env!("CARGO_MANIFEST_DIR")).join("generated");
    let mut scripts = Vec::new();
    for package in fs::read_dir(generated).unwrap() {
        let package = package.unwrap().path();
        for script in walkdir::WalkDir::new(package.join("scripts")) {
            let script = script.unwrap();
            if script.file_type().is_file() {
                scripts.push((package.clone(), script.into_path()));
            }
        }
    }
    scripts
}

#[test]
fn every_option_of_the_shipped_packages_is_in_their_readme() {
    let mut seen = 0;
    for (package, script) in shipped_scripts() {
        let readme = fs::read_to_string(package.join("README.md")).unwrap();
        for line in fs::read_to_string(script).unwrap().lines() {
            let Some(option) = line.trim().strip_prefix("option ") else {
                continue;
            };
            let name = option.split([':', ' ']).next().unwrap();
            // An option of all packages has its module before its name.
            let row = readme.lines().find(|row| {
                let shown = row.strip_prefix("| `").and_then(|row| row.split_once('`'));
                let shown = shown.map(|(shown, _)| shown.rsplit("::").next());
                shown.flatten() == Some(name)
            });
            let row = row.unwrap_or_else(|| panic!("{}: {name}", package.display()));
            let meaning = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            assert!(meaning.ends_with('.'), "{row}");
            seen += 1;
        }
    }
    assert!(seen >= 10);
}

/// A script with a name that is a word of the language in one release does not load there, however well it does in others:
/// up to 7.0, `list` is one.
#[test]
fn no_name_in_the_shipped_packages_is_a_word_of_an_older_release() {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    for (_, script) in shipped_scripts() {
        for line in fs::read_to_string(&script).unwrap().lines() {
            let code: String = line.split('"').step_by(2).collect();
            let code = code.split('#').next().unwrap();
            let mut words = code.split(|c| !is_of_name(c));
            assert!(
                !words.any(|word| word == "list"),
                "{}: {line}",
                script.display()
            );
        }
    }
}
