//! How long it takes to check and to build 10,000 distinct rules.
//!
//! `cargo bench --bench build`; files are written to the system's folder for temporary files, which should be in memory.

#![allow(clippy::expect_used)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use sigzeek::compile::compile;
use sigzeek::package::{self, Overwrite};
use sigzeek::registry::Registry;

const RULES: usize = 10_000;

/// Writes rules of which no two are alike: half watch an RPC operation, some its stub too, half an HTTP request.
fn write_rules(folder: &Path) -> std::io::Result<()> {
    let pack = folder.join("bench");
    fs::create_dir_all(&pack)?;
    let operations = Registry::get().operations();
    for number in 0..RULES {
        let mut rule = format!(
            "title: Rule {number} of the benchmark\n\
             id: 00000000-0000-4000-8000-{number:012x}\n\
             status: test\n\
             description: A rule that is like no other of the benchmark.\n\
             references:\n    - https://example.com/{number}\n\
             author: sigzeek\n\
             date: 2026-11-24\n\
             tags:\n    - attack.execution\n    - attack.t1053.005\n\
             level: high\n\
             logsource:\n    product: zeek\n"
        );
        if number % 2 == 0 {
            let operation = &operations[number / 2 % operations.len()];
            let _ = write!(
                rule,
                "    service: dce_rpc\ndetection:\n    selection:\n        uuid: '{}'\n        opnum: {}\n",
                operation.uuid, operation.opnum
            );
            if number % 8 == 0 {
                let _ = writeln!(rule, "        stub|wide|contains: 'payload {number}'");
            } else {
                let _ = writeln!(rule, "        id.resp_p|gte: {}", number % 60_000);
            }
        } else {
            let _ = write!(
                rule,
                "    service: http\ndetection:\n    selection:\n        method: 'POST'\n        uri|contains:\n            \
                 - '/path/{number}'\n            - '/other/{number}/*.php'\n    filter:\n        \
                 user_agent|re: '^agent-{number}/[0-9]+'\n"
            );
        }
        rule.push_str(if number % 2 == 0 {
            "    condition: selection\n"
        } else {
            "    condition: selection and not filter\n"
        });
        fs::write(pack.join(format!("rule_{number:05}.yml")), rule)?;
    }
    Ok(())
}

fn benchmarks(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_rules(folder.path()).expect("rules");
    let paths: Vec<PathBuf> = vec![folder.path().to_owned()];
    let mut group = criterion.benchmark_group("10,000 rules");
    group.sample_size(10);
    group.bench_function("check", |bencher| {
        bencher.iter(|| {
            let compilation = compile(&paths).expect("a compilation");
            assert_eq!(compilation.rules, RULES);
            assert_eq!(compilation.count().0, 0);
            compilation
        });
    });
    group.bench_function("check and build", |bencher| {
        bencher.iter_batched(
            || tempfile::tempdir().expect("a temporary folder"),
            |out| {
                let compilation = compile(&paths).expect("a compilation");
                for package in &compilation.packages {
                    package::write(package, out.path(), Overwrite::Refuse).expect("a package");
                }
                out
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, benchmarks);
criterion_main!(benches);
