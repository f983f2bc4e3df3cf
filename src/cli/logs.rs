//! `sigzeek logs`: what logs Zeek writes, with which columns.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};

use clap::{Args, ValueEnum};
use console::Term;
use serde::Serialize;
use serde_json::json;

use super::{CommandError, Status, known_width};
use crate::registry::{ColumnType, LogColumn, ScalarType, ZeekLog, ZeekRelease};
use crate::survey::{self, SurveyError, SurveyedLog};
use crate::text::{Table, nearest, print_json};

/// The arguments of `sigzeek logs`.
#[derive(Debug, Args)]
pub(super) struct LogsArgs {
    /// Logs to show with their columns; lists all logs if none is given
    #[arg(value_name = "LOG")]
    logs: Vec<String>,

    /// Load these scripts in the Zeek of $ZEEK or PATH, and print a declaration of further logs and columns for pack.yml
    #[arg(long, value_name = "SCRIPT", num_args = 0.., conflicts_with = "logs")]
    from_zeek: Option<Vec<String>>,

    /// Output format
    #[arg(long, value_enum, default_value_t = LogsFormat::Human)]
    format: LogsFormat,
}

/// How `sigzeek logs` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogsFormat {
    /// Aligned text; YAML for a declaration
    Human,
    /// JSON, one document
    Json,
}

/// Why nothing was listed.
#[derive(Debug, thiserror::Error)]
pub(super) enum LogsError {
    #[error("there is no log `{name}`; {help}")]
    Unknown { name: String, help: String },
    #[error(transparent)]
    Survey(#[from] SurveyError),
    #[error("cannot print: {0}")]
    Yaml(#[from] serde_yaml::Error),
}

pub(super) fn run(args: &LogsArgs, out: &mut impl Write) -> Result<Status, CommandError> {
    if let Some(scripts) = &args.from_zeek {
        let found = survey::beyond_known(&zeek(), scripts).map_err(LogsError::from)?;
        declare(&found, args.format, out)?;
        return Ok(Status::Success);
    }
    let named = args.logs.iter().map(|name| find(name));
    let logs = named.collect::<Result<Vec<_>, _>>()?;
    match args.format {
        LogsFormat::Json => print_logs(&logs, out)?,
        LogsFormat::Human if logs.is_empty() => print_list(out)?,
        LogsFormat::Human => {
            for (index, log) in logs.iter().enumerate() {
                if index > 0 {
                    writeln!(out)?;
                }
                print_log(log, out)?;
            }
        }
    }
    Ok(Status::Success)
}

fn zeek() -> OsString {
    let named = std::env::var_os("ZEEK").filter(|name| !name.is_empty());
    named.unwrap_or_else(|| OsString::from("zeek"))
}

fn find(name: &str) -> Result<&'static ZeekLog, LogsError> {
    ZeekLog::named(name).ok_or_else(|| {
        let near = nearest(name, ZeekLog::all().iter().map(|log| log.name));
        LogsError::Unknown {
            name: name.to_owned(),
            help: match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`sigzeek logs` lists all, and --from-zeek asks a Zeek for more".to_owned(),
            },
        }
    })
}

fn print_list(out: &mut impl Write) -> io::Result<()> {
    let mut table = Table::new(["log", "stream", "columns", "releases", "script to load"]);
    for log in ZeekLog::all() {
        table.push([
            log.name.to_owned(),
            log.stream.to_owned(),
            format!("{:>7}", column_names(log)),
            log.since()
                .map_or_else(String::new, |since| releases(since, log.until())),
            log.script().unwrap_or_default().to_owned(),
        ]);
    }
    table.print(known_width(&Term::stdout()), out)
}

fn print_log(log: &ZeekLog, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", log.name)?;
    writeln!(out, "  stream  {}", log.stream)?;
    writeln!(out, "  record  {}", log.record)?;
    if let Some(event) = log.event {
        writeln!(out, "  event   {event}")?;
    }
    if let Some(script) = log.script() {
        writeln!(out, "  script  {script}")?;
    }
    writeln!(out)?;
    let mut table = Table::new([
        "column",
        "type",
        "kind in rules",
        "releases",
        "meaning",
        "script to load",
    ]);
    for column in &log.columns {
        let script = column.script.filter(|script| Some(*script) != log.script());
        table.push([
            column.name.to_owned(),
            column.column_type.to_string(),
            kind(column.column_type).to_owned(),
            releases(column.since, column.until),
            column.meaning.to_owned(),
            script.unwrap_or_default().to_owned(),
        ]);
    }
    table.print(known_width(&Term::stdout()), out)
}

/// How many columns a log has: one that has changed counts once.
fn column_names(log: &ZeekLog) -> usize {
    let mut names: Vec<_> = log.columns.iter().map(|column| column.name).collect();
    names.dedup();
    names.len()
}

/// The releases in short, such as `8.0+`.
fn releases(since: ZeekRelease, until: Option<ZeekRelease>) -> String {
    match until {
        None => format!("{since}+"),
        Some(until) if until == since => since.to_string(),
        Some(until) => format!("{since}-{until}"),
    }
}

/// What a rule can compare a column with.
fn kind(column_type: ColumnType) -> &'static str {
    let is_single = matches!(column_type, ColumnType::Single(_));
    match (column_type.element(), is_single) {
        (ScalarType::Addr, true) => "address",
        (ScalarType::Addr, false) => "addresses",
        (ScalarType::Bool, true) => "true or false",
        (ScalarType::Bool, false) => "several of true and false",
        (ScalarType::Count | ScalarType::Double | ScalarType::Int, true) => "number",
        (ScalarType::Count | ScalarType::Double | ScalarType::Int, false) => "numbers",
        (ScalarType::Enum | ScalarType::String, true) => "text",
        (ScalarType::Enum | ScalarType::String, false) => "texts",
        (ScalarType::Interval, true) => "seconds",
        (ScalarType::Interval, false) => "several of seconds",
        (ScalarType::Port, true) => "port",
        (ScalarType::Port, false) => "ports",
        (ScalarType::Subnet, true) => "network",
        (ScalarType::Subnet, false) => "networks",
        (ScalarType::Time, true) => "time",
        (ScalarType::Time, false) => "times",
    }
}

/// A log as JSON has it.
#[derive(Serialize)]
struct LogJson {
    log: &'static str,
    stream: &'static str,
    record: &'static str,
    event: Option<&'static str>,
    script: Option<&'static str>,
    columns: Vec<ColumnJson>,
}

#[derive(Serialize)]
struct ColumnJson {
    column: &'static str,
    r#type: String,
    kind: &'static str,
    script: Option<&'static str>,
    since: &'static str,
    until: Option<&'static str>,
    optional: bool,
    meaning: &'static str,
}

impl From<&LogColumn> for ColumnJson {
    fn from(column: &LogColumn) -> Self {
        Self {
            column: column.name,
            r#type: column.column_type.to_string(),
            kind: kind(column.column_type),
            script: column.script,
            since: column.since.as_str(),
            until: column.until.map(ZeekRelease::as_str),
            optional: column.is_optional,
            meaning: column.meaning,
        }
    }
}

/// The logs; all where none are named.
fn print_logs(logs: &[&'static ZeekLog], out: &mut impl Write) -> Result<(), CommandError> {
    let all = ZeekLog::all().iter();
    let logs: Vec<_> = if logs.is_empty() {
        all.collect()
    } else {
        logs.to_vec()
    };
    let logs = logs.into_iter().map(|log| LogJson {
        log: log.name,
        stream: log.stream,
        record: log.record,
        event: log.event,
        script: log.script(),
        columns: log.columns.iter().map(ColumnJson::from).collect(),
    });
    print_json(&json!({ "logs": logs.collect::<Vec<_>>() }), out)?;
    Ok(())
}

fn declare(
    found: &BTreeMap<String, SurveyedLog>,
    format: LogsFormat,
    out: &mut impl Write,
) -> Result<(), CommandError> {
    match format {
        LogsFormat::Json => Ok(print_json(&json!({ "logs": found }), out)?),
        LogsFormat::Human if found.is_empty() => {
            writeln!(
                out,
                "# This Zeek has no logs and no columns beyond those of `sigzeek logs`."
            )?;
            Ok(())
        }
        LogsFormat::Human => {
            let document = BTreeMap::from([("logs", found)]);
            let yaml = serde_yaml::to_string(&document).map_err(LogsError::from)?;
            out.write_all(yaml.as_bytes())?;
            Ok(())
        }
    }
}
