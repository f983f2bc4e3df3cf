//! Packages compared with what is on disk, and the text of the differences.
use std::fs;
use std::path::Path;

use sigzeek::package::{DifferenceKind, Overwrite, Package, compare, write};
use tempfile::TempDir;

fn package(files: &[(&str, &[u8])]) -> Package {
    let mut package = Package::new("pack".parse().unwrap());
    for (path, bytes) in files {
        package
            .insert(path.parse().unwrap(), bytes.to_vec())
            .unwrap();
    }
    package
}

fn built(package: &Package) -> TempDir {
    let out_dir = tempfile::tempdir().unwrap();
    write(package, out_dir.path(), Overwrite::Refuse).unwrap();
    out_dir
}

fn differences(package: &Package, out_dir: &Path) -> Vec<(String, DifferenceKind)> {
    compare(package, out_dir)
        .unwrap()
        .differences()
        .iter()
        .map(|difference| (difference.path().to_string(), difference.kind()))
        .collect()
}

#[test]
fn where_nothing_is_everything_is_missing_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let out_dir = folder.path().join("generated");
    let package = package(&[("a", b"text\n"), ("empty", b"")]);
    assert_eq!(
        differences(&package, &out_dir),
        [".sigzeek-manifest", "a", "empty"].map(|path| (path.to_owned(), DifferenceKind::Missing))
    );
    assert!(!out_dir.exists());
    assert_eq!(
        compare(&package, &out_dir).unwrap().unified_diff().unwrap(),
        "--- /dev/null\n\
         +++ b/pack/.sigzeek-manifest\n\
         @@ -0,0 +1,3 @@\n\
         +# sigzeek manifest 1\n\
         +b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733  a\n\
         +e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty\n\
         --- /dev/null\n\
         +++ b/pack/a\n\
         @@ -0,0 +1 @@\n\
         +text\n\
         --- /dev/null\n\
         +++ b/pack/empty\n"
    );
}

#[test]
fn each_kind_of_difference_is_told_apart() {
    let out_dir = built(&package(&[
        ("changed", b"1\n2\n3\n"),
        ("left-over", b"gone\n"),
        ("same", b"same\n"),
    ]));
    let next = package(&[
        ("changed", b"1\ntwo\n3"),
        ("missing", b"new\n"),
        ("same", b"same\n"),
    ]);
    assert_eq!(
        differences(&next, out_dir.path()),
        [
            (".sigzeek-manifest".to_owned(), DifferenceKind::Changed),
            ("changed".to_owned(), DifferenceKind::Changed),
            ("left-over".to_owned(), DifferenceKind::LeftOver),
            ("missing".to_owned(), DifferenceKind::Missing),
        ]
    );
    let comparison = compare(&next, out_dir.path()).unwrap();
    let text = comparison.unified_diff().unwrap();
    let after_manifest = text.split_once("--- a/pack/changed\n").unwrap().1;
    assert_eq!(
        after_manifest,
        "+++ b/pack/changed\n\
         @@ -1,3 +1,3 @@\n \
         1\n\
         -2\n\
         -3\n\
         +two\n\
         +3\n\
         \\ No newline at end of file\n\
         --- a/pack/left-over\n\
         +++ /dev/null\n\
         @@ -1 +0,0 @@\n\
         -gone\n\
         --- /dev/null\n\
         +++ b/pack/missing\n\
         @@ -0,0 +1 @@\n\
         +new\n"
    );
    assert!(comparison.obstacles().is_empty());
}

#[test]
fn files_that_are_binary_or_great_are_only_named() {
    let great = b"line\n".repeat(2_000_000);
    let out_dir = built(&package(&[("binary", b"\x00\x01"), ("great", b"line\n")]));
    let next = package(&[("binary", b"text\n"), ("great", &great)]);
    let text = compare(&next, out_dir.path())
        .unwrap()
        .unified_diff()
        .unwrap();
    assert!(
        text.ends_with(
            "Files a/pack/binary (binary, 2 bytes) and b/pack/binary (text, 5 bytes) differ\n\
             Files a/pack/great (text, 5 bytes) and b/pack/great (10000000 bytes) differ\n"
        ),
        "{text}"
    );
}

#[test]
fn a_comparison_writes_nothing() {
    let first = package(&[("a", b"1")]);
    let out_dir = built(&first);
    let left_behind = out_dir.path().join(".sigzeek-pack-AbC123");
    fs::create_dir(&left_behind).unwrap();
    fs::write(left_behind.join(".sigzeek-staging"), "").unwrap();
    let before = fs::metadata(out_dir.path()).unwrap().modified().unwrap();
    assert!(compare(&first, out_dir.path()).unwrap().is_current());
    assert!(
        !compare(&package(&[("a", b"2")]), out_dir.path())
            .unwrap()
            .is_current()
    );
    assert!(left_behind.exists());
    assert_eq!(
        fs::metadata(out_dir.path()).unwrap().modified().unwrap(),
        before
    );
}

#[test]
fn the_diff_is_what_patch_takes() {
    let old: String = (0..2000).map(|n| format!("line {}\n", n % 97)).collect();
    let new: String = (0..2000)
        .filter(|n| n % 13 != 0)
        .map(|n| format!("line {}\n", n % 89))
        .collect();
    let first = package(&[("f", old.as_bytes()), ("gone", b"x\n")]);
    let second = package(&[("f", new.as_bytes()), ("come", b"y")]);
    let out_dir = built(&first);
    let diff = compare(&second, out_dir.path())
        .unwrap()
        .unified_diff()
        .unwrap();
    assert_eq!(apply(&old, section(&diff, "f")), new);
    assert_eq!(apply("x\n", section(&diff, "gone")), "");
    assert_eq!(
        section(&diff, "come"),
        "@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n"
    );
}

/// The hunks of one file.
fn section<'a>(diff: &'a str, name: &str) -> &'a str {
    let (_, after) = diff
        .split_once(&format!("+++ b/pack/{name}\n"))
        .or_else(|| diff.split_once(&format!("--- a/pack/{name}\n+++ /dev/null\n")))
        .unwrap();
    after.split("--- ").next().unwrap()
}

/// What `patch` does: checks each hunk's old lines in the place that its header says, and takes its new ones.
fn apply(old: &str, hunks: &str) -> String {
    let old: Vec<&str> = old.lines().collect();
    let mut new = Vec::new();
    let mut position = 0;
    for line in hunks.lines() {
        match line.split_at(1) {
            ("@", header) => {
                let start = header.trim_start_matches("@ -").split([',', ' ']).next();
                let start = start.unwrap().parse::<usize>().unwrap() - 1;
                new.extend(&old[position..start]);
                position = start;
            }
            ("+", text) => new.push(text),
            (tag, text) => {
                assert_eq!(text, old[position]);
                position += 1;
                if tag == " " {
                    new.push(text);
                }
            }
        }
    }
    new.extend(&old[position..]);
    new.iter().map(|line| format!("{line}\n")).collect()
}
