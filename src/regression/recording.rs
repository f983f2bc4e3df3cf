//! Records the logs of tests: what Zeek writes of the captures that the tests name.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use flate2::{Compression, GzBuilder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use tempfile::TempDir;

use super::TestCase;
use super::zeek::{ZeekEngine, unpacked};
use crate::registry::ZeekLog;
use crate::rule::regression::Recording;

/// A log that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Where it belongs.
    pub path: PathBuf,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Why a log cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// No test says what its log is recorded from.
    #[error(
        "no test names a capture to record a log from: give a test of `type: zeek_log` a `capture:`"
    )]
    NothingToRecord,
    /// Tests want the same file to be different.
    #[error(
        "{}: tests name this log with different captures, or for rules on different logs",
        path.display()
    )]
    Conflict {
        /// The log that cannot be recorded.
        path: PathBuf,
    },
    /// Zeek writes nothing into the log.
    #[error("{}: Zeek writes no {log}.log of this capture", capture.display())]
    NoRecords {
        /// The capture.
        capture: PathBuf,
        /// The log.
        log: String,
    },
    /// Zeek ended with an error.
    #[error("{}: zeek failed: {reason}", capture.display())]
    Zeek {
        /// The capture.
        capture: PathBuf,
        /// What Zeek said.
        reason: String,
    },
    /// Zeek cannot be run, or its log cannot be read.
    #[error("{}: cannot record a log: {error}", capture.display())]
    Io {
        /// The capture.
        capture: PathBuf,
        /// What was said.
        error: io::Error,
    },
}

/// A log to record.
#[derive(Debug, PartialEq, Eq)]
struct Job<'c> {
    recording: &'c Recording,
    /// The logs. Lines of JSON say which one they are of, and lines of TSV stand below its header.
    logs: Vec<&'static str>,
    /// The scripts of Zeek's that write it or its columns, and that Zeek does not load by itself.
    scripts: BTreeSet<&'static str>,
}

/// The logs of the tests that name a capture, as Zeek writes them. Nothing is written to where they belong.
///
/// The same capture gives the same bytes: times are those of the packets, and Zeek's unique ids are made of a fixed seed.
///
/// # Errors
///
/// [`RecordingError`] for the first log that cannot be recorded.
pub fn record(zeek: &ZeekEngine, cases: &[TestCase<'_>]) -> Result<Vec<Recorded>, RecordingError> {
    let jobs = jobs(cases)?;
    if jobs.is_empty() {
        return Err(RecordingError::NothingToRecord);
    }
    let logs = jobs.into_values().map(|job| {
        Ok(Recorded {
            path: job.recording.log.clone(),
            bytes: job.run(zeek)?,
        })
    });
    logs.collect()
}

/// The logs to record, by their paths.
fn jobs<'c>(cases: &'c [TestCase<'_>]) -> Result<BTreeMap<&'c Path, Job<'c>>, RecordingError> {
    let mut jobs: BTreeMap<&Path, Job<'_>> = BTreeMap::new();
    for case in cases {
        let Some(recording) = &case.test.recording else {
            continue;
        };
        let path = recording.log.as_path();
        let logs: Vec<&'static str> = case.logs().into_iter().collect();
        let job = jobs.entry(path).or_insert_with(|| Job {
            recording,
            logs: logs.clone(),
            scripts: BTreeSet::new(),
        });
        if (&job.logs, &job.recording.capture) != (&logs, &recording.capture) {
            return Err(RecordingError::Conflict {
                path: path.to_owned(),
            });
        }
        job.scripts.extend(scripts(case));
    }
    Ok(jobs)
}

/// The scripts that the logs and columns of a test's rules come from, where Zeek does not load them by itself.
fn scripts(case: &TestCase<'_>) -> BTreeSet<&'static str> {
    let rules = case.rules.iter();
    let scripts = rules.flat_map(|rule| {
        let log = ZeekLog::named(rule.service.name()).and_then(ZeekLog::script);
        let declared = rule.service.log().and_then(|log| log.script);
        let fields = rule.fields().into_iter();
        let columns = fields.filter_map(|name| rule.service.field_spec(name)?.script);
        columns.chain(log).chain(declared)
    });
    scripts.collect()
}

/// Has each line of JSON say which log it is of, as packages that stream logs do.
const WITH_PATH: &str = "\
module SigzeekRecording;

export {
    type Extension: record {
        path: string &log;
    };
}

function extension(path: string): Extension
    {
    return Extension($path=path);
    }

redef Log::default_ext_func = extension;
redef LogAscii::use_json = T;
";

impl Job<'_> {
    fn run(&self, zeek: &ZeekEngine) -> Result<Vec<u8>, RecordingError> {
        let capture = self.recording.capture.clone();
        match self.written(zeek) {
            Ok(Ok(Some(text))) => packed(&self.recording.log, &text)
                .map_err(|error| RecordingError::Io { capture, error }),
            Ok(Ok(None)) => Err(RecordingError::NoRecords {
                capture,
                log: self.logs.join(".log or "),
            }),
            Ok(Err(reason)) => Err(RecordingError::Zeek { capture, reason }),
            Err(error) => Err(RecordingError::Io { capture, error }),
        }
    }

    /// The log that Zeek writes, if it writes one; or what Zeek said where it failed.
    fn written(&self, zeek: &ZeekEngine) -> io::Result<Result<Option<String>, String>> {
        let folder = tempfile::tempdir()?;
        let mut command = self.command(zeek, &folder)?;
        let output = command.output()?;
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr)
                .trim()
                .to_owned()));
        }
        let mut texts = Vec::new();
        for log in &self.logs {
            match fs::read_to_string(folder.path().join(format!("{log}.log"))) {
                Ok(text) => texts.push(without_clock(&text)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Ok(match texts.len() {
            0 => None,
            1 => texts.pop(),
            _ => Some(in_order_of_time(&texts)),
        }))
    }

    fn command(&self, zeek: &ZeekEngine, folder: &TempDir) -> io::Result<Command> {
        let source = unpacked(&self.recording.capture, folder)?;
        let mut command = Command::new(zeek.program());
        command
            .current_dir(folder.path())
            .args(["--deterministic", "-C", "-r"])
            .arg(source)
            .args(&self.scripts)
            .stdin(Stdio::null());
        if is_json(&self.recording.log) {
            let script = folder.path().join("with-path.zeek");
            fs::write(&script, WITH_PATH)?;
            command.arg(script);
        }
        Ok(command)
    }
}

/// Whether a log is recorded in JSON: its name says so.
fn is_json(log: &Path) -> bool {
    let log = match Packing::of(log) {
        Packing::None => log,
        Packing::Gzip | Packing::Zstandard => Path::new(log.file_stem().unwrap_or_default()),
    };
    log.extension().is_some_and(|ending| ending == "json")
}

/// How a log is compressed: its name says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstandard,
}

impl Packing {
    fn of(log: &Path) -> Self {
        match log.extension().and_then(|ending| ending.to_str()) {
            Some("gz") => Self::Gzip,
            Some("zst") => Self::Zstandard,
            _ => Self::None,
        }
    }
}

/// The records of several logs in the order of their times. Those of a TSV log have its header before them, which comes again where
/// records of another log came between.
fn in_order_of_time(logs: &[String]) -> String {
    let mut records = Vec::new();
    for log in logs {
        let header: usize = log
            .split_inclusive('\n')
            .take_while(|line| line.starts_with('#'))
            .map(str::len)
            .sum();
        let (header, rest) = log.split_at(header);
        let time = |line| match header {
            "" => time_in_json(line),
            header => time_in_tsv(header, line),
        };
        records.extend(
            rest.split_inclusive('\n')
                .map(|line| (time(line), header, line)),
        );
    }
    records.sort_by(|(left, ..), (right, ..)| left.partial_cmp(right).unwrap_or(Ordering::Equal));
    let mut text = String::new();
    let mut current = "";
    for (_, header, line) in records {
        if header != current {
            text.push_str(header);
            current = header;
        }
        text.push_str(line);
    }
    text
}

fn time_in_json(line: &str) -> Option<f64> {
    let record: serde_json::Value = serde_json::from_str(line).ok()?;
    record.get("ts")?.as_f64()
}

fn time_in_tsv(header: &str, line: &str) -> Option<f64> {
    let mut names = header
        .lines()
        .find_map(|line| line.strip_prefix("#fields\t"))?
        .split('\t');
    let column = names.position(|name| name == "ts")?;
    line.trim_end().split('\t').nth(column)?.parse().ok()
}

/// A log without the lines that say when it was written.
fn without_clock(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    let is_clock = |line: &&str| line.starts_with("#open\t") || line.starts_with("#close\t");
    lines.filter(|line| !is_clock(line)).collect()
}

/// A log's text as its file has it.
fn packed(log: &Path, text: &str) -> io::Result<Vec<u8>> {
    match Packing::of(log) {
        Packing::None => Ok(text.as_bytes().to_vec()),
        Packing::Gzip => {
            let mut encoder = GzBuilder::new().write(Vec::new(), Compression::best());
            encoder.write_all(text.as_bytes())?;
            encoder.finish()
        }
        Packing::Zstandard => Ok(compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn names_tell_the_form() {
        let form = |path: &str| (is_json(Path::new(path)), Packing::of(Path::new(path)));
        assert_eq!(form("logs/dns.log"), (false, Packing::None));
        assert_eq!(form("logs/dns.json"), (true, Packing::None));
        assert_eq!(form("logs/dns.json.gz"), (true, Packing::Gzip));
        assert_eq!(form("logs/dns.json.zst"), (true, Packing::Zstandard));
        assert_eq!(form("logs/dns.log.gz"), (false, Packing::Gzip));
    }

    #[test]
    fn records_of_several_logs_come_in_the_order_of_time() {
        let (dns_header, conn_header) = (
            "#path\tdns\n#fields\tuid\tts\n",
            "#path\tconn\n#fields\tts\n",
        );
        let dns = format!("{dns_header}C1\t1.5\nC3\t3.5\n");
        let conn = format!("{conn_header}2.5\n9.5\n10.5\n");
        let merged = format!(
            "{dns_header}C1\t1.5\n{conn_header}2.5\n{dns_header}C3\t3.5\n{conn_header}9.5\n10.5\n"
        );
        assert_eq!(in_order_of_time(&[dns, conn]), merged);
        let (dns, conn) = ("{\"ts\":1.5}\n{\"ts\":3.5}\n", "{\"ts\":2.5}\n");
        let merged = "{\"ts\":1.5}\n{\"ts\":2.5}\n{\"ts\":3.5}\n";
        assert_eq!(in_order_of_time(&[dns.to_owned(), conn.to_owned()]), merged);
    }

    #[test]
    fn nothing_tells_when_a_log_was_recorded() {
        let text =
            "#path\tdns\n#open\t2026-11-29-20-55-04\n1.5\t#open\n#close\t2026-11-29-20-55-05\n";
        let kept = without_clock(text);
        assert_eq!(kept, "#path\tdns\n1.5\t#open\n");
        let bytes = packed(Path::new("dns.log.gz"), &kept).unwrap();
        let mut again = String::new();
        GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut again)
            .unwrap();
        assert_eq!(again, kept);
        assert_eq!(bytes, packed(Path::new("dns.log.gz"), &kept).unwrap());
        let bytes = packed(Path::new("dns.log.zst"), &kept).unwrap();
        assert!(bytes.starts_with(b"\x28\xb5\x2f\xfd"));
    }
}
