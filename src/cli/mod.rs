//! The command line: one file a subcommand, which calls the rooms and prints what they say.

mod build;
mod calls;
mod check;
mod completions;
mod convert;
mod cost;
mod coverage;
mod cut;
mod diff;
mod draft;
mod explain;
mod findings;
mod hunt;
mod init;
mod logs;
mod lsp;
mod output;
mod replay;
mod report;
pub mod rpc;
mod rules;
mod schema;
mod score;
mod synth;
mod test;
mod tune;
mod why;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use console::Term;

/// Compiles network detections written as Sigma rules into Zeek packages.
#[derive(Debug, Parser)]
#[command(version, after_help = EXIT_STATUS)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  all is well
  1  a rule has an error, a package is stale, a test failed, or nothing was found
  2  wrong usage, or a file or folder could not be read or written
  130  interrupted";

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a rule repository with a working example
    Init(init::InitArgs),
    /// Check rules, and fix what has a single safe fix
    Check(check::CheckArgs),
    /// Compile packs of rules into Zeek packages
    Build(build::BuildArgs),
    /// Run rules on captures without Zeek and print the notices that Zeek would raise
    Replay(replay::ReplayArgs),
    /// Run rules on Zeek's log files and print the notices that Zeek would have raised
    Hunt(hunt::HuntArgs),
    /// Draft a rule from captures of an attack: what they show and a baseline never has, with tests
    Draft(draft::DraftArgs),
    /// Find a filter that quiets a rule's false positives and keeps its true positives
    Tune(tune::TuneArgs),
    /// Cut a capture down to the packets that rules, calls or connections need
    Cut(cut::CutArgs),
    /// Write captures for rules: some on which each fires, and near misses on which it must not
    Synth(synth::SynthArgs),
    /// Run the rules' regression tests in Zeek or in the replay engine
    Test(test::TestArgs),
    /// Tell how near rules came on a capture or a log: what held, what failed, and the values
    Why(why::WhyArgs),
    /// Score how hard each rule is to evade
    Score(score::ScoreArgs),
    /// Measure what rules cost in Zeek, or say what of them costs
    Cost(cost::CostArgs),
    /// List the ATT&CK techniques that the rules cover, and those they leave out
    Coverage(coverage::CoverageArgs),
    /// Write an HTML page on what the rules match and cover, with their scores and tests
    Report(report::ReportArgs),
    /// Compare two versions of rules: what they match, and their generated code
    Diff(diff::DiffArgs),
    /// Rewrite rules so that only log columns are in them, for a SIEM's Sigma tools
    Convert(convert::ConvertArgs),
    /// Look up DCE-RPC interfaces and operations, or list the calls of captures with their arguments
    Rpc(rpc::RpcArgs),
    /// List Zeek's logs and their columns, or ask a Zeek for those that its scripts add
    Logs(logs::LogsArgs),
    /// Explain findings, each with a wrong and a right example
    Explain(explain::ExplainArgs),
    /// Serve an editor: a language server on standard input and output
    Lsp(lsp::LspArgs),
    /// Print the JSON schema of rules, packs or regression tests, for editors
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Write manual pages
    Man(completions::ManArgs),
}

/// What a command has to say to the shell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Success,
    Findings,
    Failure,
    /// The user ended it, as a shell says of a program that Ctrl-C ends.
    Interrupted = 130,
}

/// Where a command prints to.
struct Streams<'s> {
    /// What the user asked for: the standard output.
    out: &'s mut dyn Write,
    /// What there is to say about it: the standard error.
    errors: &'s mut dyn Write,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Compile(#[from] crate::compile::CompileError),
    #[error(transparent)]
    Rules(#[from] crate::rule::files::PathError),
    #[error(transparent)]
    Package(#[from] crate::package::PackageError),
    #[error(transparent)]
    Init(#[from] crate::init::InitError),
    #[error(transparent)]
    Cut(#[from] crate::cut::CutError),
    #[error(transparent)]
    Draft(#[from] crate::draft::DraftError),
    #[error(transparent)]
    Tune(#[from] crate::tune::TuneError),
    #[error(transparent)]
    DraftedFile(#[from] draft::DraftedFileError),
    #[error(transparent)]
    Replay(#[from] replay::ReplayError),
    #[error(transparent)]
    Hunt(#[from] hunt::HuntError),
    #[error(transparent)]
    Test(#[from] test::TestError),
    #[error(transparent)]
    Cost(#[from] crate::cost::CostError),
    #[error(transparent)]
    Why(#[from] why::WhyError),
    #[error(transparent)]
    Report(#[from] report::ReportError),
    #[error(transparent)]
    Diff(#[from] diff::DiffError),
    #[error(transparent)]
    Mend(#[from] crate::mending::MendError),
    #[error(transparent)]
    Explain(#[from] explain::UnknownCode),
    #[error(transparent)]
    Logs(#[from] logs::LogsError),
    #[error(transparent)]
    Lsp(#[from] crate::lsp::LspError),
    #[error(transparent)]
    Man(#[from] completions::ManError),
    #[error(transparent)]
    File(#[from] output::FileError),
    #[error("cannot print: {0}")]
    Output(#[from] io::Error),
}

/// Runs the command that the process's arguments name.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut errors = io::stderr().lock();
    let mut streams = Streams {
        out: &mut out,
        errors: &mut errors,
    };
    let result = run(&cli.command, &mut streams).and_then(|status| {
        out.flush()?;
        Ok(status)
    });
    match result {
        Ok(status) => ExitCode::from(status as u8),
        // Whoever reads the output has seen enough.
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::from(Status::Success as u8)
        }
        Err(error) => {
            // Nothing is left to be done where not even this can be printed.
            let _ = writeln!(errors, "error: {error}");
            ExitCode::from(Status::Failure as u8)
        }
    }
}

fn run(command: &Command, to: &mut Streams<'_>) -> Result<Status, CommandError> {
    match command {
        Command::Init(args) => init::run(args, &mut to.out),
        Command::Check(args) => check::run(args, to),
        Command::Build(args) => build::run(args, to),
        Command::Replay(args) => replay::run(args, to),
        Command::Hunt(args) => hunt::run(args, to),
        Command::Test(args) => test::run(args, to),
        Command::Why(args) => why::run(args, to),
        Command::Convert(args) => convert::run(args, to),
        Command::Draft(args) => draft::run(args, to),
        Command::Tune(args) => tune::run(args, to),
        Command::Cut(args) => cut::run(args, to),
        Command::Synth(args) => synth::run(args, to),
        Command::Score(args) => score::run(args, to),
        Command::Cost(args) => cost::run(args, to),
        Command::Coverage(args) => coverage::run(args, to),
        Command::Report(args) => report::run(args, to),
        Command::Diff(args) => diff::run(args, to),
        Command::Logs(args) => logs::run(args, &mut to.out),
        Command::Explain(args) => explain::run(args, &mut to.out),
        Command::Lsp(args) => lsp::run(args, &mut to.out),
        Command::Schema(args) => schema::run(args, &mut to.out),
        Command::Completions(args) => completions::print(args, &mut to.out),
        Command::Man(args) => completions::write_pages(args),
        Command::Rpc(args) if !args.from_capture.is_empty() => calls::run(args, to),
        Command::Rpc(args) => match rpc::run(args, &mut to.out, &mut to.errors)? {
            true => Ok(Status::Success),
            false => Ok(Status::Findings),
        },
    }
}

/// How many characters a line of the output may have: the terminal's, or what `COLUMNS` says, or 80.
fn width() -> usize {
    const USUAL: usize = 80;
    known_width(&Term::stdout()).unwrap_or(USUAL)
}

/// How many characters the reader's lines have: the terminal's, or what `COLUMNS` says. `None` where nobody says it: what
/// other programs may read, line by line, is not broken then.
fn known_width(stream: &Term) -> Option<usize> {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    stream
        .size_checked()
        .map(|(_, columns)| usize::from(columns))
        .filter(|width| *width > 0)
        .or_else(columns)
}

/// Whether to print in colour: to a terminal, unless the user asks for none (<https://no-color.org>).
fn colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
