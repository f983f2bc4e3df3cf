//! What logs and columns a running Zeek has beyond the known ones: other packages' and a site's.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::registry::{ColumnType, ZeekLog};

/// The Zeek script that describes the streams.
const SCRIPT: &str = include_str!("../templates/log-columns.zeek");

/// The file that the script writes into the folder in which Zeek runs.
const ANSWER: &str = "columns.json";

/// How long Zeek may take to load its scripts.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much of Zeek's error messages is repeated, in lines.
const MOST_MESSAGES: usize = 5;

/// A log with columns that are not known, as `pack.yml` declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyedLog {
    /// The stream, where the log is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The type of its entries, where the log is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The columns that are not known, with their types.
    pub columns: BTreeMap<String, String>,
}

/// Why a Zeek could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// Zeek could not be started.
    #[error("cannot run {}: {error}; put zeek on PATH, or name it in $ZEEK", program.display())]
    Start {
        /// The program.
        program: OsString,
        /// What the system says.
        error: io::Error,
    },
    /// Zeek stopped with an error, such as that a script is not there.
    #[error("zeek stopped with {status}{}", indented(messages))]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// The first lines that it wrote to its standard error.
        messages: Vec<String>,
    },
    /// Zeek did not come to its end.
    #[error("zeek took longer than {} seconds to start with these scripts", PATIENCE.as_secs())]
    Endless,
    /// What Zeek was to write is not there, or is something else.
    #[error("zeek did not describe its logs: {0}")]
    Answer(String),
    /// No folder for the run.
    #[error("cannot prepare a run of zeek: {0}")]
    Folder(#[from] io::Error),
}

/// What Zeek says of a column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct SurveyedColumn {
    log: String,
    stream: String,
    record_name: String,
    column: String,
    column_type: String,
}

/// The logs that `program` has, with `scripts` loaded, and their columns, as far as they are not known; by their paths.
///
/// # Errors
///
/// See [`SurveyError`].
pub fn beyond_known(
    program: &OsStr,
    scripts: &[String],
) -> Result<BTreeMap<String, SurveyedLog>, SurveyError> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("log-columns.zeek");
    fs::write(&script, SCRIPT)?;
    run(program, scripts, &script, folder.path())?;
    let answer = fs::read_to_string(folder.path().join(ANSWER))
        .map_err(|error| SurveyError::Answer(error.to_string()))?;
    let described = answer.lines().map(serde_json::from_str);
    let described: Vec<SurveyedColumn> = described
        .collect::<Result<_, _>>()
        .map_err(|error| SurveyError::Answer(error.to_string()))?;
    Ok(declarations(&described))
}

fn run(
    program: &OsStr,
    scripts: &[String],
    script: &Path,
    folder: &Path,
) -> Result<(), SurveyError> {
    let messages = folder.join("messages");
    let mut zeek = Command::new(program)
        // First: nothing may follow a script that has statements outside of functions.
        .arg(script)
        .args(scripts.iter().map(|script| absolute(script)))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&messages)?)
        .spawn()
        .map_err(|error| SurveyError::Start {
            program: program.to_owned(),
            error,
        })?;
    let started = Instant::now();
    let status = loop {
        if let Some(status) = zeek.try_wait()? {
            break status;
        }
        if started.elapsed() > PATIENCE {
            zeek.kill()?;
            zeek.wait()?;
            return Err(SurveyError::Endless);
        }
        thread::sleep(Duration::from_millis(20));
    };
    if status.success() {
        return Ok(());
    }
    let text = fs::read(&messages).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().take(MOST_MESSAGES);
    Err(SurveyError::Failed {
        status,
        messages: lines.map(str::to_owned).collect(),
    })
}

/// What is named by its place stays named as Zeek runs in another folder.
fn absolute(script: &str) -> OsString {
    match fs::canonicalize(script) {
        Ok(path) => path.into_os_string(),
        Err(_) => OsString::from(script),
    }
}

fn indented(messages: &[String]) -> String {
    messages.iter().map(|line| format!("\n  {line}")).collect()
}

fn declarations(described: &[SurveyedColumn]) -> BTreeMap<String, SurveyedLog> {
    let mut logs: BTreeMap<String, SurveyedLog> = BTreeMap::new();
    for column in described {
        let Some(column_type) = loggable(&column.column_type) else {
            continue;
        };
        let known = ZeekLog::named(&column.log).filter(|log| log.stream == column.stream);
        if known.is_some_and(|log| has_column(log, &column.column, column_type)) {
            continue;
        }
        let is_new = known.is_none();
        let declaration = logs
            .entry(column.log.clone())
            .or_insert_with(|| SurveyedLog {
                stream: is_new.then(|| column.stream.clone()),
                record: is_new.then(|| column.record_name.clone()),
                columns: BTreeMap::new(),
            });
        let (name, column_type) = (column.column.clone(), column_type.to_string());
        declaration.columns.insert(name, column_type);
    }
    logs
}

fn has_column(log: &ZeekLog, name: &str, column_type: ColumnType) -> bool {
    let mut columns = log.columns.iter();
    columns.any(|column| column.name == name && column.column_type == column_type)
}

/// The type of a column by what Zeek calls it; `None` where rules cannot look at such.
fn loggable(zeek_type: &str) -> Option<ColumnType> {
    let element = |text: &str| match text.split_once(' ') {
        Some(("enum", _)) => "enum".to_owned(),
        _ => text.to_owned(),
    };
    let name = if let Some(of) = zeek_type.strip_prefix("vector of ") {
        format!("vector[{}]", element(of))
    } else if let Some(of) = zeek_type
        .strip_prefix("set[")
        .and_then(|of| of.strip_suffix(']'))
    {
        format!("set[{}]", element(of))
    } else {
        element(zeek_type)
    };
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(log: &str, stream: &str, column: &str, column_type: &str) -> SurveyedColumn {
        SurveyedColumn {
            log: log.to_owned(),
            stream: stream.to_owned(),
            record_name: "Mine::Info".to_owned(),
            column: column.to_owned(),
            column_type: column_type.to_owned(),
        }
    }

    #[test]
    fn known_columns_need_no_declaration() {
        let known = [
            described("dns", "DNS::LOG", "answers", "vector of string"),
            described("dns", "DNS::LOG", "proto", "enum transport_proto"),
            described("conn", "Conn::LOG", "community_id", "string"),
            // An older release's type is known as well as the newest's.
            described("http", "HTTP::LOG", "tags", "set[enum HTTP::Tags]"),
        ];
        assert!(declarations(&known).is_empty());
    }

    #[test]
    fn what_is_not_known_is_declared() {
        let more = [
            described("mine", "Mine::LOG", "id.orig_h", "addr"),
            described("mine", "Mine::LOG", "seen", "set[enum Mine::Kind]"),
            described("mine", "Mine::LOG", "opaque", "func"),
            described("dns", "DNS::LOG", "query", "string"),
            described("dns", "DNS::LOG", "entropy", "double"),
        ];
        let found = declarations(&more);
        let columns = |log: &str| -> Vec<(&str, &str)> {
            let columns = found[log].columns.iter();
            columns
                .map(|(name, of)| (name.as_str(), of.as_str()))
                .collect()
        };
        assert_eq!(found.len(), 2);
        assert_eq!(found["dns"].stream, None);
        assert_eq!(columns("dns"), [("entropy", "double")]);
        assert_eq!(found["mine"].stream.as_deref(), Some("Mine::LOG"));
        assert_eq!(
            columns("mine"),
            [("id.orig_h", "addr"), ("seen", "set[enum]")]
        );
    }

    #[test]
    fn a_log_of_the_same_name_is_another_where_its_stream_is() {
        let found = declarations(&[described("dns", "Mine::LOG", "query", "string")]);
        assert_eq!(found["dns"].stream.as_deref(), Some("Mine::LOG"));
    }
}
