//! `sigzeek logs`, as its users see it, and Zeek's own logs read.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::assert_contains;
use crate::common::zeek;
use serde_json::Value as Json;
use sigzeek::logs::{self, ZeekLogs};
use sigzeek::registry::{ZeekLog, ZeekRelease};
use tempfile::TempDir;

use crate::common::work::{self, Ran};

fn sigzeek(arguments: &[&str], zeek: Option<&Path>) -> Ran {
    let mut command = work::sigzeek(arguments);
    command.env("COLUMNS", "200");
    if let Some(zeek) = zeek {
        command.env("ZEEK", zeek);
    }
    Ran::of(&mut command)
}

/// A program that stands for Zeek.
fn program(folder: &TempDir, script: &str) -> PathBuf {
    let path = folder.path().join("zeek");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn every_log_is_listed() {
    let ran = sigzeek(&["logs"], None);
    assert_eq!(ran.status, 0);
    assert_eq!(ran.out.lines().count(), ZeekLog::all().len() + 1);
    let line = |log: &str| {
        let mut lines = ran
            .out
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>());
        lines.find(|words| words[0] == log).unwrap()
    };
    assert_eq!(line("tunnel"), ["tunnel", "Tunnel::LOG", "10", "7.0+"]);
    assert_eq!(
        line("smb_cmd")[3..],
        ["7.0+", "policy/protocols/smb/log-cmds"]
    );
    assert_eq!(line("dpd")[3], "7.0-8.0");
}

#[test]
fn a_log_is_shown_with_its_columns() {
    let ran = sigzeek(&["logs", "ssh"], None);
    assert_eq!(ran.status, 0);
    assert!(
        ran.out.starts_with(
            "ssh\n  stream  SSH::LOG\n  record  SSH::Info\n  event   SSH::log_ssh\n\n"
        ),
        "{}",
        ran.out
    );
    let words = |column: &str| -> Vec<&str> {
        let line = ran
            .out
            .lines()
            .rfind(|line| line.starts_with(column))
            .unwrap();
        line.split("  ")
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
            .collect()
    };
    assert_eq!(
        words("auth_success "),
        [
            "auth_success",
            "bool",
            "true or false",
            "7.0+",
            "authentication succeeded"
        ]
    );
    assert_eq!(
        words("host_key "),
        [
            "host_key",
            "string",
            "text",
            "9.0+",
            "MD5 of the server's key",
            "policy/protocols/ssh/md5-host-key-logging"
        ]
    );
}

#[test]
fn logs_can_be_had_as_json() {
    let ran = sigzeek(&["logs", "--format", "json", "dns"], None);
    let document: Json = serde_json::from_str(&ran.out).unwrap();
    let log = &document["logs"][0];
    assert_eq!(log["stream"], "DNS::LOG");
    let columns = log["columns"].as_array().unwrap();
    let answers = columns
        .iter()
        .find(|column| column["column"] == "answers")
        .unwrap();
    assert_eq!(answers["type"], "vector[string]");
    assert_eq!(answers["kind"], "texts");
    let all = sigzeek(&["logs", "--format", "json"], None);
    let document: Json = serde_json::from_str(&all.out).unwrap();
    assert_eq!(
        document["logs"].as_array().unwrap().len(),
        ZeekLog::all().len()
    );
}

#[test]
fn a_misspelt_log_is_an_error_that_names_the_nearest() {
    let ran = sigzeek(&["logs", "kerberoast"], None);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.errors,
        "error: there is no log `kerberoast`; did you mean `kerberos`?\n"
    );
}

#[test]
fn a_zeek_that_does_not_start_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    let ran = sigzeek(&["logs", "--from-zeek"], Some(&absent));
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_contains(&ran.errors, "put zeek on PATH, or name it in $ZEEK");

    let failing = program(
        &folder,
        "echo 'fatal error: cannot find script' >&2; exit 1",
    );
    let ran = sigzeek(&["logs", "--from-zeek", "mine"], Some(&failing));
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.errors,
        "error: zeek stopped with exit status: 1\n  fatal error: cannot find script\n"
    );

    let silent = program(&folder, "exit 0");
    let ran = sigzeek(&["logs", "--from-zeek"], Some(&silent));
    assert_eq!(ran.status, 2);
    assert!(
        ran.errors
            .starts_with("error: zeek did not describe its logs: "),
        "{}",
        ran.errors
    );
}

const SITE: &str = r#"
module Mine;
export {
	redef enum Log::ID += { LOG };
	type Kind: enum { ODD, USUAL };
	type Info: record {
		ts: time &log;
		id: conn_id &log;
		seen: set[Kind] &log &optional;
		counts: vector of count &log &optional;
		note: string &log &default="";
		unlogged: string &optional;
	};
}
redef record DNS::Info += { entropy: double &log &optional; };
event zeek_init()
	{ Log::create_stream(Mine::LOG, Log::Stream($columns=Info, $path="mine")); }
print "a site's script can print";
"#;

#[test]
fn a_real_zeek_says_what_its_scripts_add() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("mine.zeek");
    fs::write(&site, SITE).unwrap();
    let ran = sigzeek(
        &["logs", "--from-zeek", site.to_str().unwrap()],
        Some(&zeek),
    );
    assert_eq!((ran.status, ran.errors.as_str()), (0, ""));
    assert_eq!(
        ran.out,
        "\
logs:
  dns:
    columns:
      entropy: double
  mine:
    stream: Mine::LOG
    record: Mine::Info
    columns:
      counts: vector[count]
      id.orig_h: addr
      id.orig_p: port
      id.resp_h: addr
      id.resp_p: port
      note: string
      seen: set[enum]
      ts: time
"
    );
}

#[test]
fn the_table_is_what_a_real_zeek_has() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    // What the default scripts log, and what every policy script adds that can be loaded beside the others.
    let scripts: BTreeSet<&str> = ZeekLog::all()
        .iter()
        .flat_map(|log| &log.columns)
        .filter(|column| column.is_in(release(&zeek)))
        .filter_map(|column| column.script)
        .filter(|script| !script.contains("collective-intel"))
        .collect();
    let mut arguments = vec!["logs", "--from-zeek"];
    arguments.extend(scripts);
    let ran = sigzeek(&arguments, Some(&zeek));
    assert_eq!(ran.errors, "");
    assert_eq!(
        ran.out,
        "# This Zeek has no logs and no columns beyond those of `sigzeek logs`.\n"
    );
}

fn release(zeek: &Path) -> ZeekRelease {
    let [major, ..] = zeek::release(zeek);
    match major {
        ..8 => ZeekRelease::V7_0,
        8 => ZeekRelease::V8_0,
        _ => ZeekRelease::V9_0,
    }
}

/// Has every stream write JSON beside TSV.
const BOTH_FORMATS: &str = r#"
event zeek_init() &priority=-1000
	{
	for ( id, stream in Log::active_streams )
		{
		local filter = copy(Log::get_filter(id, "default"));
		filter$name = "json";
		filter$path = stream$path + "_json";
		filter$config = table(["use_json"] = "T");
		Log::add_filter(id, filter);
		}
	}
"#;

/// The logs that Zeek writes of a capture hold the same in TSV and in JSON.
#[test]
fn logs_of_a_real_zeek_hold_the_same_in_both_formats() {
    let Some(zeek) = zeek::executable() else {
        return;
    };
    let mut records = 0;
    let captures = sigzeek::replay::captures::at(Path::new("zeek-tests/Traces")).unwrap();
    // Neighbours are much alike.
    for capture in captures.iter().step_by(20) {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("both-formats.zeek");
        fs::write(&script, BOTH_FORMATS).unwrap();
        let output = Command::new(&zeek)
            .current_dir(folder.path())
            .args(["-C", "-r"])
            .arg(fs::canonicalize(capture).unwrap())
            .arg(&script)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", capture.display());
        records += compare(folder.path());
    }
    assert!(records > 100, "{records}");
}

/// How many records a folder's logs have.
fn compare(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_log = path.extension().is_some_and(|ending| ending == "log");
        if !is_log || name.ends_with("_json") {
            continue;
        }
        // What is written while Zeek starts is written once.
        let Ok(other) = fs::File::open(folder.join(format!("{name}_json.log"))) else {
            assert_eq!(name, "packet_filter");
            continue;
        };
        let mut one = logs::open(&path, &ZeekLogs).unwrap();
        let mut two = logs::from_reader(other, Some(&path), &ZeekLogs).unwrap();
        while let Some(first) = one.next_record().unwrap() {
            let second = two.next_record().unwrap().unwrap();
            assert_eq!(first.log(), second.log());
            for column in first.columns() {
                let (value, same) = (first.value(column).unwrap(), second.value(column).unwrap());
                assert!(
                    agree(value.as_ref(), same.as_ref()),
                    "{} {column}: {value:?}, {same:?}",
                    path.display()
                );
            }
            count += 1;
        }
        assert!(two.next_record().unwrap().is_none());
        assert!(one.problems().is_empty() && two.problems().is_empty());
    }
    count
}

/// Whether a value of TSV, which has six decimals, is one of JSON.
fn agree(tsv: Option<&logs::LogValue<'_>>, json: Option<&logs::LogValue<'_>>) -> bool {
    use logs::{LogValue, Scalar};
    let scalar = |one: &Scalar<'_>, other: &Scalar<'_>| match (one, other) {
        (Scalar::Double(one), Scalar::Double(other))
        | (Scalar::Interval(one), Scalar::Interval(other))
        | (Scalar::Time(one), Scalar::Time(other)) => (one - other).abs() < 2e-6,
        (Scalar::String(one), Scalar::String(other)) | (Scalar::Enum(one), Scalar::Enum(other)) => {
            one.readings()
                .all(|octets| other.readings().any(|reading| reading == octets))
        }
        _ => one == other,
    };
    match (tsv, json) {
        (None, None) => true,
        (Some(LogValue::Single(one)), Some(LogValue::Single(other))) => scalar(one, other),
        (Some(LogValue::Vector(one)), Some(LogValue::Vector(other)))
        | (Some(LogValue::Set(one)), Some(LogValue::Set(other))) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|pair| match pair {
                    (Some(one), Some(other)) => scalar(one, other),
                    (one, other) => one.is_none() && other.is_none(),
                })
        }
        _ => false,
    }
}
