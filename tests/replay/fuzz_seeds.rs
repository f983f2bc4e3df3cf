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
    let targets: [(fn(&[u8]), &str); 8] = [
        (targets::capture, "capture"),
        (targets::tcp, "tcp"),
        (targets::smb, "smb"),
        (targets::dce_rpc, "dce_rpc"),
        (targets::arguments, "arguments"),
        (targets::http, "http"),
        (targets::tsv_log, "tsv_log"),
        (targets::json_log, "json_log"),
    ];
    for (target, name) in targets {
        run(target, name);
    }
}
