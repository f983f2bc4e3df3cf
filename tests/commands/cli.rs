//! The command line: help, exit codes, and what `check` and `build` do to the disk.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::assert_contains;
use crate::common::work::Work;

impl Work {
    /// A folder with one pack of two rules.
    fn with_pack() -> Self {
        let work = Self::new();
        work.write("detections/web/upload.yml", &rule(1, "Upload", "PUT"));
        work.write(
            "detections/web/deletion.yml",
            &rule(2, "Deletion", "DELETE"),
        );
        work
    }

    /// Every file below a path with its bytes.
    fn tree(&self, path: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        walkdir::WalkDir::new(self.path(path))
            .into_iter()
            .map(|entry| entry.unwrap())
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| {
                let below = entry
                    .path()
                    .strip_prefix(self.path(path))
                    .unwrap()
                    .to_owned();
                (below, fs::read(entry.path()).unwrap())
            })
            .collect()
    }
}

fn rule(number: u32, title: &str, method: &str) -> String {
    format!(
        "title: {title}\nid: 00000000-0000-4000-8000-{number:012}\nlogsource:\n    product: zeek\n    service: http\n\
         detection:\n    selection:\n        method: {method}\n    condition: selection\n"
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn assert_status(output: &Output, status: i32) {
    assert_eq!(
        output.status.code(),
        Some(status),
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
}

#[test]
fn help_says_what_each_command_and_exit_status_is_for() {
    let work = Work::new();
    let help = work.run(&["--help"]);
    assert_status(&help, 0);
    let help = text(&help.stdout);
    for word in [
        "check",
        "build",
        "rpc",
        "Exit status",
        "  0  ",
        "  1  ",
        "  2  ",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
    for (command, words) in [
        ("check", ["[PATH]...", "--dry-run", "default: detections"]),
        ("build", ["--out <DIR>", "--check", "default: generated"]),
        ("rpc", ["QUERY", "Usage", "interface"]),
        ("test", ["--engine", "--junit", "--format"]),
        ("convert", ["[PATH]...", "--out", "--force"]),
        ("hunt", ["<LOG>...", "--rules <PATH>", "--baseline"]),
        ("explain", ["[CODE]...", "--all", "wrong"]),
        ("schema", ["rule", "pack", "tests"]),
        ("completions", ["bash", "zsh", "fish"]),
        ("man", ["<DIR>", "Folder", "manual"]),
    ] {
        let help = work.run(&[command, "--help"]);
        assert_status(&help, 0);
        let help = text(&help.stdout);
        for word in words {
            assert!(help.contains(word), "{command} {word}: {help}");
        }
    }
    let version = work.run(&["--version"]);
    assert_status(&version, 0);
    assert_eq!(
        text(&version.stdout),
        format!("sigzeek {}\n", env!("CARGO_PKG_VERSION"))
    );
    let version = work.run(&["coverage", "--version"]);
    assert_status(&version, 0);
    let table = include_str!("../../data/attack-techniques.tsv");
    let release = table
        .strip_prefix("# MITRE ATT&CK Enterprise v")
        .and_then(|rest| rest.split_whitespace().next())
        .unwrap();
    assert!(text(&version.stdout).ends_with(&format!(" (ATT&CK {release})\n")));
}

#[test]
fn wrong_usage_is_status_two() {
    let work = Work::with_pack();
    for arguments in [
        &[] as &[&str],
        &["biuld"],
        &["check", "--mend"],
        &["build", "--check", "--force"],
        &["build", "--out"],
        &["check", "missing"],
        &["rpc"],
    ] {
        let output = work.run(arguments);
        assert_status(&output, 2);
        assert!(output.stdout.is_empty());
        assert!(!output.stderr.is_empty());
    }
    assert!(!work.path("generated").exists());
}

#[test]
fn check_writes_nothing_and_says_how_many() {
    let work = Work::with_pack();
    let before = work.tree("");
    let output = work.run(&["check"]);
    assert_status(&output, 0);
    assert!(output.stdout.is_empty());
    assert_eq!(text(&output.stderr), "2 rule files: 0 errors, 0 warnings\n");
    assert_eq!(work.tree(""), before);
}

#[test]
fn warnings_fail_only_where_they_are_denied() {
    let work = Work::new();
    work.write(
        "rule.yml",
        &rule(1, "Upload", "PUT").replace("id: 0", "# 0"),
    );
    let output = work.run(&["check", "rule.yml"]);
    assert_status(&output, 0);
    assert!(text(&output.stderr).contains("warning[W252]"));
    assert_status(&work.run(&["check", "--deny-warnings", "rule.yml"]), 1);
    assert_status(&work.run(&["build", "rule.yml"]), 0);
}

#[test]
fn comments_accept_warnings_and_no_errors() {
    let work = Work::new();
    let comment = "# sigzeek: ignore[W454, W451]: known";
    let of_call = |before: &str, behind: &str, opnum: &str| {
        format!(
            "title: Call\nid: 0d9e9b5c-6b4b-4b55-9a0e-0b5b5a1e2f01\nstatus: test\nlevel: low\n\
             logsource: {{product: zeek, service: dce_rpc}}\ndetection:\n{before}    a:{behind}\n        \
             uuid: 1ff70682-0a51-30e8-076d-740be8cee98b\n        opnum: {opnum}\n    condition: a\n"
        )
    };
    let codes = |text: &str| {
        work.write("rule.yml", text);
        let output = work.run(&["check", "--format", "github", "rule.yml"]);
        let printed = String::from_utf8(output.stdout).unwrap();
        let title = |line: &str| Some(line.split_once("title=")?.1[..4].to_owned());
        printed.lines().filter_map(title).collect::<Vec<_>>()
    };
    assert_eq!(codes(&of_call("", "", "900")), ["W454"]);
    // Of the two codes, the other is of no use.
    let trailing = of_call("", &format!(" {comment}"), "900");
    assert_eq!(codes(&trailing), ["W151"]);
    assert_eq!(codes(&trailing.replace('\n', "\r\n")), ["W151"]);
    let alone = comment.replace(", W451", "");
    assert!(codes(&of_call(&format!("    {alone}\n"), "", "900")).is_empty());
    assert_status(&work.run(&["check", "--deny-warnings", "rule.yml"]), 0);
    // A comment two lines above is of another line.
    let other = of_call(
        &format!("    {alone}\n    # the task scheduler\n"),
        "",
        "900",
    );
    assert_eq!(codes(&other), ["W151", "W454"]);
    // With an error, what else would be found is not known.
    let wrong = of_call("", &format!(" {comment}"), "nine # sigzeek: ignore[E303]");
    assert_eq!(codes(&wrong).len(), 1);
    assert_status(&work.run(&["check", "rule.yml"]), 1);
}

#[test]
fn findings_come_sorted_by_file_and_line_and_all_of_them() {
    let work = Work::new();
    for (number, name) in ["b/z", "b/a", "a/m"].iter().enumerate() {
        let text = rule(number as u32, name, "PUT").replace("method", "metod") + "levle: low\n";
        work.write(&format!("detections/{name}.yml"), &text);
    }
    work.write("detections/a/empty.yml", "");
    let output = work.run(&["check"]);
    assert_status(&output, 1);
    let places: Vec<String> = text(&output.stderr)
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .strip_prefix("--> detections/")
                .map(str::to_owned)
        })
        .collect();
    let expected = [
        "a/empty.yml",
        "a/m.yml:8:9",
        "a/m.yml:10:1",
        "b/a.yml:8:9",
        "b/a.yml:10:1",
        "b/z.yml:8:9",
        "b/z.yml:10:1",
    ];
    assert_eq!(places, expected);
}

#[test]
fn build_writes_a_package_once() {
    let work = Work::with_pack();
    let output = work.run(&["build"]);
    assert_status(&output, 0);
    let first = work.tree("generated");
    assert!(first.contains_key(Path::new("web/scripts/__load__.zeek")));
    assert!(first.contains_key(Path::new("web/scripts/rules/upload.zeek")));
    assert!(first.contains_key(Path::new("web/zkg.meta")));
    let output = work.run(&["build"]);
    assert_status(&output, 0);
    assert_eq!(text(&output.stdout), "generated/web: up to date\n");
    assert_eq!(work.tree("generated"), first);
}

#[test]
fn build_takes_away_what_no_rule_gives_any_more() {
    let work = Work::with_pack();
    assert_status(&work.run(&["build"]), 0);
    fs::remove_file(work.path("detections/web/deletion.yml")).unwrap();
    assert_status(&work.run(&["build"]), 0);
    let files = work.tree("generated/web/scripts/rules");
    assert_eq!(files.keys().collect::<Vec<_>>(), [Path::new("upload.zeek")]);
}

#[test]
fn build_check_tells_current_from_stale_and_writes_nothing() {
    let work = Work::with_pack();
    let missing = work.run(&["build", "--check"]);
    assert_status(&missing, 1);
    assert!(!work.path("generated").exists());
    assert!(text(&missing.stderr).contains("generated/web is stale"));

    assert_status(&work.run(&["build"]), 0);
    let current = work.run(&["build", "--check"]);
    assert_status(&current, 0);
    assert!(current.stdout.is_empty());

    // A rule that changed.
    work.write("detections/web/upload.yml", &rule(1, "Upload", "POST"));
    let built = work.tree("generated");
    let stale = work.run(&["build", "--check"]);
    assert_status(&stale, 1);
    let diff = text(&stale.stdout);
    assert!(
        diff.lines()
            .any(|line| line.starts_with('-') && line.contains("/PUT/i == ")),
        "{diff}"
    );
    assert!(
        diff.lines()
            .any(|line| line.starts_with('+') && line.contains("/POST/i == ")),
        "{diff}"
    );
    assert_eq!(work.tree("generated"), built);
}

#[test]
fn a_repository_in_a_package_is_no_matter() {
    let work = Work::with_pack();
    assert_status(&work.run(&["build"]), 0);
    let git = work.path("generated/web/.git/objects");
    fs::create_dir_all(&git).unwrap();
    fs::write(git.join("pack"), "").unwrap();
    let output = work.run(&["build", "--check"]);
    assert_status(&output, 0);
    assert!(!text(&output.stderr).contains(".git"));
    // Another file of this kind is told.
    work.write("generated/web/.gitlab-ci.yml", "");
    let output = work.run(&["build", "--check"]);
    assert!(text(&output.stderr).contains(".gitlab-ci.yml was not generated"));
}

#[test]
fn warnings_are_told_by_check_alone() {
    let work = Work::with_pack();
    let path = "detections/web/upload.yml";
    let warned = rule(1, "Upload", "PUT").replace("id: ", "# id: ");
    work.write(path, &warned);
    let warning = "warning[W252]";
    assert!(text(&work.run(&["check"]).stderr).contains(warning));
    for command in [
        &["build"][..],
        &["build", "--check"],
        &["test", "--engine", "replay"],
    ] {
        let said = text(&work.run(command).stderr);
        assert!(!said.contains("W252"), "{command:?}: {said}");
    }
}

#[test]
fn a_pack_accepts_warnings_for_all_its_files() {
    let work = Work::with_pack();
    for name in ["upload", "deletion"] {
        let text = rule(1, name, "PUT").replace("id: ", "# id: ");
        work.write(&format!("detections/web/{name}.yml"), &text);
    }
    let check = ["check", "--deny-warnings"];
    assert_status(&work.run(&check), 1);
    work.write("detections/web/pack.yml", "ignore: [W252]\n");
    assert_status(&work.run(&check), 0);
    // Other packs are not concerned.
    let other = rule(3, "Other", "PUT").replace("id: ", "# id: ");
    work.write("detections/other/rule.yml", &other);
    let said = text(&work.run(&check).stderr);
    assert!(
        said.contains("other/rule.yml:1:") && !said.contains("web/"),
        "{said}"
    );
}

#[test]
fn what_btest_leaves_in_a_package_is_no_matter() {
    let work = Work::with_pack();
    assert_status(&work.run(&["build"]), 0);
    let left = work.path("generated/web/testing/.tmp/tests.loads");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("output"), "").unwrap();
    let output = work.run(&["build", "--check"]);
    assert_status(&output, 0);
    let said = text(&output.stderr);
    assert!(!said.contains("was not generated"), "{said}");
}

#[test]
fn build_check_sees_edited_and_deleted_files_and_names_foreign_ones() {
    type Edit = fn(&Path);
    let edits: [(&str, Edit, i32); 3] = [
        (
            "main.zeek",
            |path| fs::write(path.join("main.zeek"), "# mine\n").unwrap(),
            1,
        ),
        (
            "main.zeek",
            |path| fs::remove_file(path.join("main.zeek")).unwrap(),
            1,
        ),
        // Nothing loads it, and the package is what its rules give.
        (
            "scripts/local.zeek was not generated",
            |path| fs::write(path.join("local.zeek"), "# mine\n").unwrap(),
            0,
        ),
    ];
    for (said, edit, status) in edits {
        let work = Work::with_pack();
        assert_status(&work.run(&["build"]), 0);
        edit(&work.path("generated/web/scripts"));
        let before = work.tree("generated");
        let output = work.run(&["build", "--check"]);
        assert_status(&output, status);
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_contains(&printed, said);
        assert_eq!(work.tree("generated"), before);
    }
}

#[test]
fn build_does_not_overwrite_a_person_s_work_unasked() {
    let work = Work::with_pack();
    assert_status(&work.run(&["build"]), 0);
    work.write("generated/web/scripts/main.zeek", "# mine\n");
    work.write("generated/web/scripts/local.zeek", "# mine, too\n");
    work.write("detections/web/upload.yml", &rule(1, "Upload", "POST"));
    let before = work.tree("generated");
    let refused = work.run(&["build"]);
    assert_status(&refused, 1);
    assert!(
        text(&refused.stderr).contains("main.zeek"),
        "{}",
        text(&refused.stderr)
    );
    assert_eq!(work.tree("generated"), before);
    assert_status(&work.run(&["build", "--force"]), 0);
    let after = work.tree("generated/web/scripts");
    assert_ne!(after[Path::new("main.zeek")], b"# mine\n");
    // Force is about generated files; what a person put there stays.
    assert_eq!(after[Path::new("local.zeek")], b"# mine, too\n");
}

#[test]
fn a_pack_of_which_any_rule_fails_is_not_built() {
    let work = Work::with_pack();
    work.write("detections/web/broken.yml", "title: x\n");
    work.write("detections/other/fine.yml", &rule(3, "Fine", "HEAD"));
    let output = work.run(&["build"]);
    assert_status(&output, 1);
    assert!(text(&output.stderr).ends_with("nothing was built\n"));
    assert!(!work.path("generated").exists());
}

#[test]
fn paths_may_be_files_packs_and_folders_of_packs() {
    let work = Work::with_pack();
    work.write("detections/rpc/other.yml", &rule(3, "Other", "HEAD"));
    let all = ["rpc", "web"];
    let cases: [(&str, &[&str], &[&str]); 9] = [
        (".", &["detections"], &all),
        (".", &["detections/"], &all),
        (".", &["./detections/.", "detections"], &all),
        (".", &["detections/web", "detections/rpc/"], &all),
        (".", &["detections/web/upload.yml"], &["upload"]),
        ("detections", &["."], &all),
        ("detections/web", &["."], &["web"]),
        ("detections/web", &[".."], &all),
        ("detections/web", &["../web/../rpc"], &["rpc"]),
    ];
    for (folder, paths, packages) in cases {
        let out = work.path("out");
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .arg("build")
            .args(paths)
            .arg("--out")
            .arg(&out)
            .current_dir(work.path(folder))
            .output()
            .unwrap();
        assert_status(&output, 0);
        let mut built: Vec<String> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        built.sort();
        assert_eq!(built, packages, "{paths:?} in {folder}");
        fs::remove_dir_all(out).unwrap();
    }
}

#[test]
fn two_packs_of_one_name_are_an_error() {
    let work = Work::new();
    work.write("a/web/upload.yml", &rule(1, "Upload", "PUT"));
    work.write("b/Web/deletion.yml", &rule(2, "Deletion", "DELETE"));
    let output = work.run(&["build", "a", "b"]);
    assert_status(&output, 1);
    let errors = text(&output.stderr);
    assert!(
        errors.contains("error[E601]") && errors.contains("a/web"),
        "{errors}"
    );
    assert!(!work.path("generated").exists());

    // One module in two packages, too.
    let work = Work::new();
    work.write("packs/a/upload.yml", &rule(1, "Upload", "PUT"));
    work.write("packs/a/pack.yml", "module: Same\n");
    work.write("packs/b/deletion.yml", &rule(2, "Deletion", "DELETE"));
    work.write("packs/b/pack.yml", "module: Same\n");
    let output = work.run(&["check", "packs"]);
    assert_status(&output, 1);
    assert!(text(&output.stderr).contains("the Zeek module `Same`"));
}

#[test]
fn output_depends_on_the_rules_alone() {
    let names: Vec<String> = (0..12).map(|number| format!("rule_{number}")).collect();
    let mut trees = Vec::new();
    let mut findings = Vec::new();
    for reversed in [false, true] {
        let work = Work::new();
        let mut order: Vec<usize> = (0..names.len()).collect();
        if reversed {
            order.reverse();
        }
        // The order in which a folder lists its files is often the one in which they were made.
        for number in order {
            let text = rule(number as u32, &format!("Rule {number}"), "PUT");
            let text = text.replace(
                "        method",
                &format!("        uri|contains: /{number}\n        method"),
            );
            work.write(&format!("detections/pack/{}.yml", names[number]), &text);
            work.write(
                &format!("bad/pack/{}.yml", names[number]),
                &text.replace("uri", "urj"),
            );
        }
        fs::create_dir(work.path("temporary")).unwrap();
        let (zone, locale) = if reversed {
            ("Asia/Tokyo", "tr_TR.UTF-8")
        } else {
            ("America/New_York", "C")
        };
        let run = |arguments: &[&str]| {
            work.command(arguments)
                .env("TZ", zone)
                .env("LC_ALL", locale)
                .env("TMPDIR", work.path("temporary"))
                .output()
                .unwrap()
        };
        assert_status(&run(&["build"]), 0);
        trees.push(work.tree("generated"));
        let output = run(&["check", "bad"]);
        assert_status(&output, 1);
        findings.push(text(&output.stderr));
    }
    assert_eq!(trees[0], trees[1]);
    assert_eq!(findings[0], findings[1]);
    assert_eq!(findings[0].matches("error[E401]").count(), names.len());
}

#[test]
fn a_reader_who_leaves_is_no_error() {
    let work = Work::with_pack();
    for arguments in [&["build", "--check"] as &[&str], &["rpc", "e"]] {
        let mut child = work
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut errors)
            .unwrap();
        let status = child.wait().unwrap().code();
        assert!(!errors.contains("panicked"), "{errors}");
        assert!(matches!(status, Some(0 | 1)), "{status:?} {errors}");
    }
    let mut child = work
        .command(&["check", "missing-rules.yml"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn an_output_folder_that_cannot_be_written_is_status_two() {
    let work = Work::with_pack();
    work.write("file", "not a folder\n");
    std::os::unix::fs::symlink("nowhere", work.path("link")).unwrap();
    let before = work.tree("");
    for (out, advice) in [
        ("file", "build into another folder"),
        ("file/below", "choose another folder"),
        ("/proc/sigzeek", "check the permissions"),
        ("/dev/null", "build into another folder"),
    ] {
        let output = work.run(&["build", "--out", out]);
        assert_status(&output, 2);
        let errors = text(&output.stderr);
        assert!(
            errors.contains("error: ") && errors.contains(advice),
            "{errors}"
        );
    }
    assert_eq!(work.tree(""), before);
}

#[test]
fn findings_are_plain_where_no_terminal_is() {
    let work = Work::new();
    work.write("rule.yml", "title: x\n");
    for colour in ["1", ""] {
        let output = work
            .command(&["check", "rule.yml"])
            .env("NO_COLOR", colour)
            .output()
            .unwrap();
        assert!(!output.stderr.contains(&0x1b));
    }
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let work = Work::new();
    assert_status(&work.run(&["man", "a/man1"]), 0);
    let pages = work.tree("a/man1");
    for page in ["sigzeek.1", "sigzeek-check.1", "sigzeek-schema.1"] {
        let page = text(&pages[Path::new(page)]);
        assert_contains(&page, ".SH SYNOPSIS");
    }
    work.write("file", "");
    let output = work.run(&["man", "file"]);
    assert_status(&output, 2);
    assert!(text(&output.stderr).starts_with("error: file: "));
}

#[test]
fn completions_are_scripts_that_know_the_commands() {
    let work = Work::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = work.run(&["completions", shell]);
        assert_status(&output, 0);
        for word in ["check", "explain", "dry-run"] {
            assert!(text(&output.stdout).contains(word), "{shell} {word}");
        }
    }
    let script = text(&work.run(&["completions", "bash"]).stdout);
    work.write("script", &script);
    let checked = Command::new("bash")
        .arg("-n")
        .arg(work.path("script"))
        .status()
        .unwrap();
    assert!(checked.success());
}
