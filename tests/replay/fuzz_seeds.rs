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
fn every_target_takes_its_seeds() {
    run(targets::capture, "capture");
    run(targets::tcp, "tcp");
    run(targets::smb, "smb");
    run(targets::dce_rpc, "dce_rpc");
    run(targets::arguments, "arguments");
    run(targets::http, "http");
    run(targets::tsv_log, "tsv_log");
    run(targets::json_log, "json_log");
}
