//! Running Zeek over captures.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use sigzeek::compile;
use sigzeek::package::{self, Overwrite};
use tempfile::TempDir;

/// The Zeek to run: `$ZEEK`, or the one on the search path. Without one, says so, once a test.
pub fn executable() -> Option<PathBuf> {
    let name = std::env::var_os("ZEEK").map_or_else(|| PathBuf::from("zeek"), PathBuf::from);
    match Command::new(&name).arg("--version").output() {
        Ok(output) if output.status.success() => Some(name),
        _ => {
            println!("zeek not found: set ZEEK or put it on PATH to run this test");
            None
        }
    }
}

/// The release of a Zeek, such as 8.0.10.
pub fn release(zeek: &Path) -> [u32; 3] {
    let output = Command::new(zeek).arg("--version").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // Behind a dash is a candidate's or a later state's number.
    let version = said.trim().rsplit(' ').next().unwrap();
    release_numbers(version.split('-').next().unwrap())
}

/// A release's three numbers, which compare as releases do.
pub fn release_numbers(text: &str) -> [u32; 3] {
    let numbers: Vec<u32> = text
        .split('.')
        .map(|number| number.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

/// Where a Zeek seeks scripts, as the `zeek-config` beside it says, or the one on the search path where it stands in no
/// folder.
pub fn search_path(zeek: &Path) -> String {
    let output = Command::new(zeek.with_file_name("zeek-config"))
        .arg("--zeekpath")
        .output()
        .expect("zeek-config stands beside zeek");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Compiles the rules at a path into `out`; no error may be found.
pub fn build(rules: &Path, out: &Path) -> PathBuf {
    let compilation = compile::compile(&[rules.to_path_buf()]).unwrap();
    let errors: Vec<String> = compilation
        .findings
        .iter()
        .map(|finding| {
            let line = finding.place.source.text[..finding.place.span.start]
                .matches('\n')
                .count();
            format!(
                "{} line {}: {}",
                finding.code.as_str(),
                line + 1,
                finding.message
            )
        })
        .filter(|text| text.starts_with('E'))
        .collect();
    assert!(errors.is_empty(), "{}: {errors:#?}", rules.display());
    let package = &compilation.packages[0];
    package::write(package, out, Overwrite::Refuse).unwrap();
    out.join(package.name().as_str()).join("scripts")
}

/// The logs of one run.
pub struct Logs {
    folder: TempDir,
}

/// Runs Zeek over a capture with scripts, JSON logs and further Zeek code. Zeek must succeed, print nothing, and leave
/// nothing in reporter.log.
pub fn run(zeek: &Path, capture: &[u8], scripts: &[&Path], code: &str) -> Logs {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("capture.pcap"), capture).unwrap();
    std::fs::write(folder.path().join("local.zeek"), code).unwrap();
    let output = Command::new(zeek)
        .current_dir(folder.path())
        .args(["-C", "-r", "capture.pcap", "LogAscii::use_json=T"])
        .args(scripts)
        .arg("./local.zeek")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert_eq!(errors, "", "Zeek complains");
    let logs = Logs { folder };
    assert_eq!(logs.read("reporter"), Vec::<Value>::new(), "reporter.log");
    logs
}

impl Logs {
    /// The folder in which Zeek ran.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The lines of a log; none where Zeek wrote no such log.
    pub fn read(&self, name: &str) -> Vec<Value> {
        let path = self.folder.path().join(format!("{name}.log"));
        let text = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&text)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}
