//! The fuzz targets' seeds, and what once crashed a target, as tests: none may panic, or hang.

use std::path::Path;

#[path = "../../fuzz/src/lib.rs"]
#[allow(clippy::cast_possible_truncation, unreachable_pub)]
mod targets;

fn run(target: fn(&[u8]), name: &str) {
    let folder = Path::new("fuzz/seeds").join(name);
    let mut seeds = 0;
    for entry in std::fs::read_dir(&folder).expect("the target's seeds") {
        let path = entry.unwrap().path();
        let seed = std::fs::read(&path).unwrap();
        target(&seed);
        // A conversation that is cut anywhere is as good a test.
        for cut in [1, 2, 3] {
            target(&seed[..seed.len() * cut / 4]);
        }
        seeds += 1;
    }
    assert!(seeds > 0, "{} is empty", folder.display());
}

#[test]
fn captures() {
    run(targets::capture, "capture");
}

#[test]
fn tcp_segments() {
    run(targets::tcp, "tcp");
}

#[test]
fn smb_conversations() {
    run(targets::smb, "smb");
}

#[test]
fn rpc_conversations() {
    run(targets::dce_rpc, "dce_rpc");
}

#[test]
fn rpc_arguments() {
    run(targets::arguments, "arguments");
}

#[test]
fn http_conversations() {
    run(targets::http, "http");
}

#[test]
fn tsv_logs() {
    run(targets::tsv_log, "tsv_log");
}

#[test]
fn json_logs() {
    run(targets::json_log, "json_log");
}
