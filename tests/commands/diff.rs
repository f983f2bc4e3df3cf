//! `sigzeek diff`: what counts as a difference of what rules match, of what is told of them, and of text alone; git's
//! revisions; and bad input.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::common::assert_contains;
use crate::common::work::Work;

impl Work {
    /// A git repository with the rule of [`RULE`] committed, and tagged `first`.
    fn repository() -> Option<Self> {
        let work = Self::new();
        work.write("detections/web/rule.yml", RULE);
        if !work.git(&["init", "--quiet", "--initial-branch", "main"]) {
            println!("git not found: revisions were not compared");
            return None;
        }
        work.commit("first");
        Some(work)
    }

    /// Commits everything and tags it.
    fn commit(&self, tag: &str) {
        assert!(self.git(&["add", "--all"]));
        assert!(self.git(&["commit", "--quiet", "--no-gpg-sign", "--message", tag]));
        assert!(self.git(&["tag", "--no-sign", tag]));
    }

    fn git(&self, arguments: &[&str]) -> bool {
        let status = Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(arguments)
            .current_dir(self.0.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .status();
        status.is_ok_and(|status| status.success())
    }

    fn diff(&self, arguments: &[&str]) -> Output {
        self.command(&["diff"]).args(arguments).output().unwrap()
    }

    /// What is printed, with that status.
    #[track_caller]
    fn says(&self, arguments: &[&str], status: i32) -> String {
        let output = self.diff(arguments);
        let text =
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{text}");
        text
    }
}

const RULE: &str = "title: Upload
id: 00000000-0000-4000-8000-000000000001
tags:
    - attack.exfiltration
    - attack.t1048
logsource:
    product: zeek
    service: http
detection:
    selection:
        method: PUT
        uri|contains:
            - /a
            - /b
    other:
        user_agent|startswith: curl
    condition: selection and not other
level: low
";

/// How a rule differs from [`RULE`], as JSON; nothing where it does not.
#[track_caller]
fn difference(changed: &str) -> Option<Value> {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    work.write("new/rule.yml", changed);
    let output = work.diff(&["old", "new", "--format", "json"]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    json["rules"].as_array().unwrap().first().cloned()
}

fn with(old: &str, new: &str) -> String {
    assert!(RULE.contains(old), "{old}");
    RULE.replace(old, new)
}

#[test]
fn what_means_the_same_is_a_difference_of_text() {
    assert_eq!(difference(RULE), None);
    for changed in [
        with("title:", "# A comment\ntitle:"),
        with(
            "            - /a\n            - /b\n",
            "            - /b\n            - '/a'\n",
        ),
        with(
            "            - /a\n            - /b\n",
            "            - /b\n            - /a\n            - /b\n",
        ),
        with("selection", "wanted"),
        with("        method: PUT\n", "").replace("    other:", "        method: put\n    other:"),
        with("selection and not other", "not other and selection"),
        with("selection and not other", "not (other or not selection)"),
        with("method: PUT", "'method': \"PUT\""),
        with(
            "    - attack.exfiltration\n    - attack.t1048",
            "    - attack.t1048\n    - attack.exfiltration",
        ),
        with("level: low\n", "level: low\nzeek:\n    raise_on: request\n"),
        with("level: low\n", "level: low\nzeek:\n    enabled: true\n"),
        with(
            "        uri|contains:\n            - /a\n            - /b\n",
            "        uri: ['*/b*', '*/a*']\n",
        ),
    ] {
        let difference = difference(&changed);
        let kind = difference
            .as_ref()
            .map(|it| it["difference"].as_str().unwrap());
        assert_eq!(kind, Some("text"), "{changed}{difference:?}");
    }
}

#[test]
fn what_matches_other_traffic_is_told() {
    for changed in [
        with("/b", "/c"),
        with("            - /b\n", ""),
        with("uri|contains", "uri|contains|all"),
        with("uri|contains", "uri|contains|cased"),
        with("uri|contains", "uri|startswith"),
        with("uri|contains", "original_uri|contains"),
        with("        method: PUT\n", ""),
        with("selection and not other", "selection and other"),
        with("selection and not other", "selection or other"),
        with("selection and not other", "selection")
            .replace("    other:\n        user_agent|startswith: curl\n", ""),
        with(
            "level: low\n",
            "level: low\nzeek:\n    raise_on: response\n",
        ),
        with("level: low\n", "level: low\nzeek:\n    enabled: false\n"),
        with("level: low\n", "level: low\nzeek:\n    report: false\n"),
    ] {
        let difference = difference(&changed).unwrap();
        assert_eq!(difference["difference"], "matching", "{changed}");
        assert_ne!(difference["matched"], difference["matches"], "{changed}");
    }
}

#[test]
fn calls_are_compared_as_they_are_not_as_they_are_named() {
    let rule = |selection: &str| {
        format!(
            "title: A\nid: 00000000-0000-4000-8000-000000000001\nlogsource:\n    product: zeek\n    service: dce_rpc\n\
             detection:\n    a:\n{selection}    condition: a\n"
        )
    };
    let named = rule("        endpoint: atsvc\n        operation: NetrJobAdd\n");
    let numbered = rule("        uuid: 1ff70682-0a51-30e8-076d-740be8cee98b\n        opnum: 0\n");
    let spelled = rule("        endpoint: ATSVC\n        operation|re: '^NetrJobAdd$'\n");
    let other = rule("        endpoint: atsvc\n        operation: NetrJobDel\n");
    let kind = |new: &str| {
        let work = Work::new();
        work.write("old/rule.yml", &named);
        work.write("new/rule.yml", new);
        let output = work.diff(&["old", "new", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["rules"][0]["difference"].as_str().unwrap().to_owned()
    };
    assert_eq!(kind(&numbered), "text");
    assert_eq!(kind(&spelled), "text");
    assert_eq!(kind(&other), "matching");
}

#[test]
fn what_is_only_told_otherwise_is_metadata() {
    for (changed, what, old, new) in [
        (
            with("title: Upload", "title: Sent"),
            "title",
            "Upload",
            "Sent",
        ),
        (with("level: low", "level: high"), "level", "low", "high"),
        (
            with("    - attack.t1048", "    - attack.t1048\n    - stp.1"),
            "tags",
            "attack.exfiltration, attack.t1048",
            "attack.exfiltration, attack.t1048, stp.1",
        ),
        (
            with("level: low\n", "level: low\nname: sent\n"),
            "name in Zeek",
            "New::Rule_",
            "New::Sent",
        ),
    ] {
        let difference = difference(&changed).unwrap();
        assert_eq!(difference["difference"], "metadata", "{changed}");
        let details = difference["details"].as_array().unwrap();
        let detail = details
            .iter()
            .find(|detail| detail["what"] == what)
            .unwrap();
        assert_eq!(
            (&detail["old"], &detail["new"]),
            (&old.into(), &new.into()),
            "{changed}"
        );
    }
    let notice = with(
        "level: low\n",
        "level: low\nzeek:\n    notice:\n        message: 'Sent {uri}'\n        suppress_for: 30m\n    \
         log_payload:\n        fields: [body]\n",
    );
    let difference = difference(&notice).unwrap();
    let told: Vec<&str> = difference["details"]
        .as_array()
        .unwrap()
        .iter()
        .map(|detail| detail["what"].as_str().unwrap())
        .collect();
    assert_eq!(told, ["message", "suppression", "logged payload"]);
}

#[test]
fn a_filter_is_part_of_what_its_rules_match() {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    work.write("new/rule.yml", RULE);
    let filter = "title: Backups\nlogsource: {product: zeek, service: http}\nfilter:\n    rules: any\n    \
                  backup: {id.orig_h: 10.0.0.1}\n    condition: not backup\n";
    work.write("new/filter.yml", filter);
    let told = work.says(&["old", "new"], 0);
    assert_contains(&told, "+   id.orig_h is not 10.0.0.1\n");
    assert_contains(&told, "1 rule differs: 1 in what they match");
}

#[test]
fn rules_are_known_again_by_id_or_else_by_file() {
    let work = Work::new();
    let second = RULE.replace("0001", "0002").replace("Upload", "Second");
    let nameless = RULE
        .replace("id: 00000000-0000-4000-8000-000000000001\n", "")
        .replace("Upload", "Nameless");
    work.write("old/web/rule.yml", RULE);
    work.write("old/web/second.yml", &second);
    work.write("old/web/nameless.yml", &nameless);
    work.write("new/web/moved.yml", &RULE.replace("Upload", "Renamed"));
    work.write("new/web/nameless.yml", &nameless.replace("/b", "/c"));
    work.write(
        "new/web/third.yml",
        &RULE.replace("0001", "0003").replace("Upload", "Third"),
    );
    let told = work.says(&["old", "new", "--summary"], 0);
    assert_eq!(
        told,
        "added     Third\nremoved   Second\nmatching  Nameless\nmetadata  Renamed\n\n\
         4 rules differ: 1 added, 1 removed, 1 in what they match and 1 in metadata; 0\nunchanged\n"
    );
    let told = work.says(&["old", "new"], 0);
    for line in [
        "          web/moved.yml\n          title: Upload -> Renamed\n",
        "          file: web/rule.yml -> web/moved.yml\n",
        "          name in Zeek: Web::Rule_ -> Web::Moved\n",
        "          name in Zeek: Web::Second -> none\n",
        "          name in Zeek: none -> Web::Third\n",
        "          -     /b\n          +     /c\n",
        "--- /dev/null\n+++ b/web/scripts/rules/third.zeek\n",
        "--- a/web/scripts/rules/second.zeek\n+++ /dev/null\n",
    ] {
        assert!(told.contains(line), "{line}{told}");
    }
    work.says(&["old", "new", "--summary", "--exit-code"], 1);
    work.says(&["old", "old", "--exit-code"], 0);
    work.write(
        "text/web/rule.yml",
        &RULE.replace("level: low", "level: high"),
    );
    work.write("single/web/rule.yml", RULE);
    work.says(&["single", "text", "--exit-code"], 0);
}

#[test]
fn packs_in_folders_of_other_names_are_compared() {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    work.write("new/rule.yml", RULE);
    assert_eq!(
        work.says(&["old", "new"], 0),
        "no rule differs, 1 unchanged\n"
    );
    let told = work.says(&["old/rule.yml", "new/rule.yml"], 0);
    assert_eq!(told, "no rule differs, 1 unchanged\n");
}

#[test]
fn markdown_is_text_whatever_a_rule_says() {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    let hostile = RULE
        .replace("Upload", "'</summary>|<b>`x`'")
        .replace("/b", "'````\n\n            ```'");
    work.write("new/rule.yml", &hostile);
    let told = work.says(&["old", "new", "--format", "markdown"], 0);
    assert!(
        told.starts_with("**1 rule differs: 1 in what they match; 0 unchanged**\n"),
        "{told}"
    );
    assert_contains(
        &told,
        "| matching | \\</summary\\>\\|\\<b\\>\\`x\\` | low | 1H |\n",
    );
    assert_contains(
        &told,
        "<summary>matching: &lt;/summary&gt;|&lt;b&gt;`x`</summary>",
    );
    let fences: Vec<&str> = told
        .lines()
        .filter(|line| line.starts_with("```"))
        .collect();
    assert_eq!(fences.len(), 4, "{told}");
    assert_eq!(fences[0], format!("{}diff", fences[1]));
    assert!(fences[1].len() > 4);
}

#[test]
fn revisions_are_compared_with_each_other_and_with_folders() {
    let Some(work) = Work::repository() else {
        return;
    };
    work.write("detections/web/rule.yml", &RULE.replace("/b", "/c"));
    work.write("detections/web/pack.yml", "module: Sent\n");
    work.commit("second");
    work.write("detections/web/rule.yml", &RULE.replace("/b", "/d"));
    for (arguments, lines) in [
        (["first", "HEAD"], ["-     /b", "+     /c"]),
        (["main~1", "detections"], ["-     /b", "+     /d"]),
        (["detections", "second"], ["-     /d", "+     /c"]),
    ] {
        let told = work.says(&arguments, 0);
        for line in lines {
            assert!(told.contains(line), "{line}{told}");
        }
    }
    assert!(
        work.says(&["first", "HEAD"], 0)
            .contains("name in Zeek: Web::Rule_ -> Sent::Rule_")
    );
    work.write("elsewhere/web/rule.yml", RULE);
    work.commit("third");
    let told = work.says(&["third", "first", "--rules", "elsewhere"], 2);
    assert_contains(
        &told,
        "revision \"first\" has no rule files below elsewhere",
    );
    assert!(!work.path("detections/web/.git").exists());
}

/// What a package needs beside the rules is no matter of how they differ.
#[test]
fn a_licence_file_outside_of_the_rules_is_not_needed() {
    let Some(work) = Work::repository() else {
        return;
    };
    work.write("LICENSE", "Do as you like.\n");
    work.write("detections/web/pack.yml", "license_file: LICENSE\n");
    work.commit("second");
    let told = work.says(&["HEAD", "detections"], 0);
    assert_contains(&told, "no rule differs");
}

#[test]
fn a_revision_is_never_an_option_nor_a_way_out() {
    let Some(work) = Work::repository() else {
        return;
    };
    for name in [
        "--output=stolen",
        "-h",
        "--upload-pack=touch stolen",
        "",
        "first..first",
        "nosuch",
        "first:detections",
        "HEAD^{tree}",
        "$(touch stolen)",
    ] {
        let told = work.says(&["--", name, "detections"], 2);
        assert!(
            told.contains("is neither a folder nor a revision that git knows"),
            "{name}: {told}"
        );
    }
    assert!(!work.path("stolen").exists());
    for path in ["../detections", "/etc", "detections/../.."] {
        let told = work.says(&["first", "detections", "--rules", path], 2);
        assert!(
            told.contains("by a path below this folder"),
            "{path}: {told}"
        );
    }
    let told = work.says(&["first", "detections", "--rules", "--all"], 2);
    assert_contains(&told, "error");

    std::os::unix::fs::symlink("/etc/passwd", work.path("detections/web/link.yml")).unwrap();
    work.commit("link");
    let told = work.says(&["link", "first"], 2);
    assert_contains(&told, "is a symbolic link, which is not followed");
}

#[test]
fn bad_input_is_told_with_the_side_that_it_is_on() {
    let work = Work::new();
    work.write("good/rule.yml", RULE);
    work.write("bad/rule.yml", &RULE.replace("method", "mehtod"));
    work.write("empty/readme.txt", "");
    for arguments in [["good", "bad"], ["bad", "good"]] {
        let told = work.says(&arguments, 1);
        assert_contains(&told, "error[E401]");
        assert!(
            told.ends_with("the rules of bad do not compile\nnothing was compared\n"),
            "{told}"
        );
    }
    assert!(
        work.says(&["good", "empty"], 1)
            .contains("folder has no rule files")
    );
    let told = work.says(&["good", "nosuch"], 2);
    assert_contains(
        &told,
        "\"nosuch\" is no folder here, and no revision: this is no git repository",
    );
    let output = work
        .command(&["diff", "good", "nosuch"])
        .env("PATH", "")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("cannot run git")
    );

    let Some(work) = Work::repository() else {
        return;
    };
    work.write("detections/web/rule.yml", &RULE.replace("method", "mehtod"));
    work.commit("broken");
    work.write("detections/web/rule.yml", RULE);
    let told = work.says(&["broken", "detections"], 1);
    assert_contains(&told, "broken:detections/web/rule.yml:11");
    assert_contains(&told, "the rules of broken do not compile");
}

/// A reader who has seen enough ends the command in peace.
#[test]
fn a_closed_pipe_is_no_error() {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    fs::create_dir(work.path("new")).unwrap();
    for number in 1..400 {
        let text = RULE
            .replace("000000000001", &format!("{number:012}"))
            .replace("Upload", &format!("Upload {number}"));
        work.write(&format!("new/rule-{number}.yml"), &text);
    }
    let mut child = work
        .command(&["diff", "old", "new"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0; 100]).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

/// At 40 columns, only what cannot be broken is longer, and code.
#[test]
fn text_fits_a_narrow_terminal() {
    let work = Work::new();
    work.write("old/rule.yml", RULE);
    let title = "Upload Of Something That Has A Rather Long Name Indeed";
    work.write(
        "new/rule.yml",
        &RULE.replace("Upload", title).replace("/b", "/c"),
    );
    let output = work
        .command(&["diff", "old", "new"])
        .env("COLUMNS", "40")
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!told.contains('\u{1b}'));
    let (text, code) = told.split_once("\n\n").unwrap();
    assert!(code.contains("+++ b/new/"), "{told}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 40),
        "{text}"
    );
    assert_contains(text, "\n          + ");
}

#[test]
fn shipped_rules_do_not_differ_from_themselves() {
    let detections = Path::new(env!("CARGO_MANIFEST_DIR")).join("detections");
    let detections = detections.to_str().unwrap();
    let told = Work::new().says(&[detections, detections], 0);
    assert!(told.starts_with("no rule differs, "), "{told}");
}
