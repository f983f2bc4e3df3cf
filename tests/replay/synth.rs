//! Synthesised captures: the engines do on them what they say, and other tools find nothing wrong with them.
//!
//! The rules are those that are shipped and those of `tests/data/language`, of each service and modifier.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::assert_contains;
use crate::common::cases::Pack as Cases;
use crate::common::synthesised::{self, Made};
use crate::common::zeek;
use sigzeek::finding::Severity;
use sigzeek::plan;
use sigzeek::rule::pack::Pack;
use sigzeek::synth::Synthesised;

const CORRELATIONS: &[&str] = &[
    "tests/data/correlations/executions.yml",
    "tests/data/correlations/different-calls.yml",
    "tests/data/correlations/arguments.yml",
];

const LANGUAGE: [(&str, &str); 9] = [
    ("texts", "http"),
    ("transactions", "http"),
    ("times", "http"),
    ("options", "http"),
    ("calls", "dce_rpc"),
    ("arguments", "dce_rpc"),
    ("actions", "smb_files"),
    ("trees", "smb_mapping"),
    ("commands", "smb_cmd"),
];

/// What Zeek says of methods that rules of `tests/data/language` ask for, since they seek a keyword in every column.
const EXPECTED_WEIRD: [&str; 1] = ["unknown_HTTP_method"];

/// Packs, and where their Zeek packages are.
struct Packs {
    packs: Vec<Pack>,
    scripts: Vec<PathBuf>,
    _folders: Vec<tempfile::TempDir>,
    _cases: Vec<Cases>,
}

impl Packs {
    fn shipped() -> Self {
        let detections = Path::new(env!("CARGO_MANIFEST_DIR")).join("detections");
        let mut packs = synthesised::packs(&detections);
        packs.retain(synthesised::is_on_the_wire);
        let folder = tempfile::tempdir().unwrap();
        let scripts = packs
            .iter()
            .map(|pack| zeek::build(&pack.path, folder.path()))
            .collect();
        Self {
            packs,
            scripts,
            _folders: vec![folder],
            _cases: Vec::new(),
        }
    }

    /// Rules that ask for what conversations seldom have.
    fn unusual() -> Self {
        Self::at("tests/data/synth/conversations.yml")
    }

    /// The rules of a file.
    fn at(file: &str) -> Self {
        let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        let folder = tempfile::tempdir().unwrap();
        Self {
            packs: synthesised::packs(&rules),
            scripts: vec![zeek::build(&rules, folder.path())],
            _folders: vec![folder],
            _cases: Vec::new(),
        }
    }

    /// Rules on plain logs, which the replay engine does not know.
    fn plain_logs() -> Self {
        Self::at("tests/data/synth/plain-logs.yml")
    }

    /// Rules on arguments of each type.
    fn arguments() -> Self {
        Self::at("tests/data/synth/arguments.yml")
    }

    /// A correlation of each type, and those that count what calls are.
    fn correlations() -> Self {
        let files = CORRELATIONS.iter();
        let files = files.map(|file| Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
        Self {
            packs: files.flat_map(|file| synthesised::packs(&file)).collect(),
            scripts: Vec::new(),
            _folders: Vec::new(),
            _cases: Vec::new(),
        }
    }

    fn language() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cases: Vec<Cases> = LANGUAGE
            .iter()
            .map(|(name, service)| Cases::build(name, service))
            .collect();
        for pack in &cases {
            let rules = folder.path().join(&pack.name);
            std::fs::create_dir(&rules).unwrap();
            for (index, case) in pack.cases.iter().enumerate() {
                std::fs::write(rules.join(format!("case-{index:03}.yml")), &case.rule).unwrap();
            }
        }
        let packs = LANGUAGE
            .iter()
            .flat_map(|(name, _)| synthesised::packs(&folder.path().join(name)))
            .collect();
        Self {
            packs,
            scripts: cases.iter().map(|pack| pack.scripts.clone()).collect(),
            _folders: vec![folder],
            _cases: cases,
        }
    }

    fn check_in_replay(&self) {
        let mut wrong = Vec::new();
        for pack in &self.packs {
            let made = made(pack);
            wrong.extend(synthesised::replay_differences(pack, &made));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn check_in_zeek(&self, zeek: &Path) {
        for (pack, scripts) in self.packs.iter().zip(&self.scripts) {
            check_in_zeek(zeek, pack, scripts);
        }
    }
}

fn made(pack: &Pack) -> Vec<Made> {
    let mut findings = Vec::new();
    synthesised::of(&plan::pack(pack, &mut findings))
}

/// Every capture of a pack, with its rule.
fn all(made: &[Made]) -> Vec<(&Made, &Synthesised)> {
    let pairs = made
        .iter()
        .flat_map(|made| made.captures.iter().map(move |capture| (made, capture)));
    pairs.collect()
}

/// Whether a rule asks for what joining captures changes.
fn asks_for_ports(pack: &Pack, rule: &str) -> bool {
    let named = pack.rules.iter().find(|named| named.name == rule);
    named.is_some_and(|named| named.rule.source.text.contains("id.orig_p"))
}

/// What Zeek is told beside the packages: nothing is switched off, and no notice is suppressed.
fn code(module: &str) -> String {
    format!(
        "redef {module}::disabled_rules = {{}};\nredef {module}::silent_rules = {{}};\n\
         hook Notice::policy(n: Notice::Info) &priority=-10\n\t{{\n\tn$suppress_for = 0sec;\n\t}}\n"
    )
}

fn check_in_zeek(zeek: &Path, pack: &Pack, scripts: &Path) {
    let mut made = made(pack);
    // Captures that are joined would count together.
    made.retain(|made| pack.rules.iter().any(|named| named.name == made.rule));
    let captures = all(&made);
    let bytes: Vec<&[u8]> = captures
        .iter()
        .map(|(_, capture)| &capture.bytes[..])
        .collect();
    let (joined, places) = synthesised::joined(&bytes);
    let mut findings = Vec::new();
    let plan = plan::pack(pack, &mut findings);
    let module = sigzeek::plan::zeek_names::names(&plan, &mut findings)
        .unwrap()
        .module;
    let logs = zeek::run(zeek, &joined, &[scripts], &code(&module));
    let fired: BTreeSet<(usize, String)> = logs
        .read("notice")
        .iter()
        .filter_map(|notice| {
            let place = synthesised::place_of(notice["id.orig_p"].as_u64()?)?;
            let id = notice["rule_id"].as_str()?;
            Some((place, id.to_owned()))
        })
        .collect();
    let mut wrong = Vec::new();
    for (place, (made, capture)) in captures.iter().enumerate() {
        if !places.contains(&place) || asks_for_ports(pack, &made.rule) {
            continue;
        }
        if fired.contains(&(place, made.id.clone())) != capture.fires {
            wrong.push(format!("{} {} {}", pack.name, made.rule, capture.name));
        }
    }
    for log in ["weird", "analyzer", "dpd"] {
        for line in logs.read(log) {
            let name = line["name"].as_str().unwrap_or_default();
            if EXPECTED_WEIRD.contains(&name) {
                continue;
            }
            let place = line["id.orig_p"].as_u64().and_then(synthesised::place_of);
            let of = place.and_then(|place| captures.get(place));
            let of = of.map_or(String::new(), |(made, capture)| {
                format!("{} {}", made.rule, capture.name)
            });
            wrong.push(format!("{log} {} {of}: {line}", pack.name));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}: {wrong:#?}",
        wrong.len(),
        captures.len()
    );
    println!(
        "{}: {} captures of {} rules",
        pack.name,
        captures.len(),
        made.len()
    );
}

/// Whether a correlation is tested on captures of its own: for those of one connection, or of other correlations, synthesis
/// makes none.
fn has_own_captures(pack: &Pack, name: &str) -> bool {
    let mut correlations = pack.correlations.iter();
    correlations
        .any(|named| named.name == name && named.correlation.regression_tests_path.is_some())
}

#[test]
fn every_shipped_rule_has_both_kinds_of_captures() {
    for pack in Packs::shipped().packs {
        for made in made(&pack) {
            if has_own_captures(&pack, &made.rule) && made.captures.is_empty() {
                continue;
            }
            let fires = made.captures.iter().filter(|capture| capture.fires).count();
            assert!(fires > 0, "{} has no positive", made.rule);
            assert!(
                fires < made.captures.len(),
                "{} has no near miss",
                made.rule
            );
            let errors = made
                .findings
                .iter()
                .filter(|finding| finding.severity() == Severity::Error);
            assert_eq!(errors.count(), 0, "{}", made.rule);
        }
    }
}

#[test]
fn shipped_rules_do_in_replay_what_their_captures_say() {
    Packs::shipped().check_in_replay();
}

#[test]
fn the_language_does_in_replay_what_captures_say() {
    Packs::language().check_in_replay();
}

#[test]
fn unusual_conversations_do_in_replay_what_they_say() {
    Packs::unusual().check_in_replay();
}

#[test]
fn correlations_do_in_replay_what_their_captures_say() {
    let packs = Packs::correlations();
    packs.check_in_replay();
    for made in packs.packs.iter().flat_map(made) {
        assert!(
            made.captures.iter().any(|capture| capture.fires),
            "{}",
            made.rule
        );
    }
}

#[test]
fn correlations_do_in_zeek_what_their_captures_say() {
    let Some(_) = zeek::executable() else {
        return;
    };
    for file in CORRELATIONS {
        let output = Command::new(env!("CARGO_BIN_EXE_sigzeek"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["test", "--engine", "zeek", file])
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{printed}");
    }
}

#[test]
fn unusual_conversations_do_in_zeek_what_they_say() {
    if let Some(zeek) = zeek::executable() {
        Packs::unusual().check_in_zeek(&zeek);
    }
}

#[test]
fn every_record_has_both_kinds_of_captures() {
    for made in Packs::plain_logs().packs.iter().flat_map(made) {
        let silent = made.captures.iter().filter(|capture| !capture.fires);
        let fires = made.captures.iter().any(|capture| capture.fires);
        assert!(fires && silent.count() > 0, "{}", made.rule);
        assert!(made.findings.is_empty(), "{:?}", made.findings);
    }
}

#[test]
fn plain_logs_have_in_zeek_what_captures_say() {
    if let Some(zeek) = zeek::executable() {
        Packs::plain_logs().check_in_zeek(&zeek);
    }
}

#[test]
fn shipped_rules_do_in_zeek_what_their_captures_say() {
    if let Some(zeek) = zeek::executable() {
        Packs::shipped().check_in_zeek(&zeek);
    }
}

#[test]
fn the_language_does_in_zeek_what_captures_say() {
    if let Some(zeek) = zeek::executable() {
        Packs::language().check_in_zeek(&zeek);
    }
}

#[test]
fn arguments_do_in_replay_what_their_captures_say() {
    let packs = Packs::arguments();
    packs.check_in_replay();
    for made in packs.packs.iter().flat_map(made) {
        let fires = made.captures.iter().filter(|capture| capture.fires);
        let in_ndr64 = |capture: &Synthesised| capture.name == "fires-ndr64";
        assert!(
            fires.clone().count() > 0 && fires.count() < made.captures.len(),
            "{}",
            made.rule
        );
        assert!(made.captures.iter().any(in_ndr64), "{} in NDR64", made.rule);
        assert!(made.findings.is_empty(), "{:?}", made.findings);
    }
}

#[test]
fn arguments_do_in_zeek_what_their_captures_say() {
    if let Some(zeek) = zeek::executable() {
        Packs::arguments().check_in_zeek(&zeek);
    }
}

/// tshark shows the same arguments, in both transfer syntaxes.
#[test]
fn tshark_reads_the_same_arguments() {
    if synthesised::tshark().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("joined.pcap");
    let made: Vec<Made> = Packs::arguments().packs.iter().flat_map(made).collect();
    let captures = all(&made);
    let whole = captures.iter().filter(|(_, capture)| {
        let parts = ["cut", "fragments"];
        capture.fires && !parts.iter().any(|part| capture.name.contains(part))
    });
    let bytes: Vec<&[u8]> = whole.map(|(_, capture)| &capture.bytes[..]).collect();
    std::fs::write(&path, synthesised::joined(&bytes).0).unwrap();
    let output = Command::new("zeek-tests/compare-arguments")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("SIGZEEK", env!("CARGO_BIN_EXE_sigzeek"))
        .arg("-v")
        .arg(&path)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}");
    assert_contains(&printed, "NDR64");
}

/// What tshark says of captures, by how their names end, for reasons of its own or good ones: of operations that it does not
/// dissect, or not at that level; of stubs that end too early; of those in NDR64, where it aligns winreg_String to 4 octets; and
/// of the response of ReadEventLogW, the operation beside a rule's, whose buffer is empty.
const EXPECTED_REMARKS: [(&str, &str); 7] = [
    ("", "Connection reset (RST)"),
    ("", "Unimplemented dissector: SPOOLSS"),
    ("", "Info level 0 not decoded,Long frame"),
    ("", "Long frame"),
    ("stub-cut", "Malformed Packet (Exception occurred)"),
    ("ndr64", "Malformed Packet (Exception occurred)"),
    ("other-opnum", "Malformed Packet (Exception occurred)"),
];

#[test]
fn tshark_finds_nothing_wrong() {
    let Some(tshark) = synthesised::tshark() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("joined.pcap");
    for packs in [
        Packs::shipped(),
        Packs::language(),
        Packs::unusual(),
        Packs::plain_logs(),
    ] {
        for pack in &packs.packs {
            let made = made(pack);
            let captures = all(&made);
            let bytes: Vec<&[u8]> = captures
                .iter()
                .map(|(_, capture)| &capture.bytes[..])
                .collect();
            std::fs::write(&path, synthesised::joined(&bytes).0).unwrap();
            let remarks = synthesised::remarks(&tshark, &path);
            let named: Vec<String> = remarks
                .iter()
                .filter_map(|(ports, message)| {
                    let of = ports.split(',').filter_map(|port| {
                        captures.get(synthesised::place_of(port.parse().ok()?)?)
                    });
                    let of: Vec<String> = of
                        .map(|(made, capture)| format!("{} {}", made.rule, capture.name))
                        .collect();
                    let is_expected = EXPECTED_REMARKS.iter().any(|(label, expected)| {
                        message == expected && of.iter().any(|name| name.ends_with(label))
                    });
                    (!is_expected).then(|| format!("{of:?}: {message}"))
                })
                .collect();
            assert!(named.is_empty(), "{}: {named:#?}", pack.name);
        }
    }
}

#[test]
fn the_same_rule_gives_the_same_bytes() {
    for pack in Packs::shipped().packs {
        for (first, second) in made(&pack).iter().zip(made(&pack)) {
            assert_eq!(first.captures, second.captures, "{}", first.rule);
        }
    }
}
