//! `sigzeek completions` and `sigzeek man`: what shells and `man` want to know of the command line.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, CommandError, Status};

/// The arguments of `sigzeek completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The arguments of `sigzeek man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Folder for the pages; created if missing
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// A folder that manual pages cannot be written to.
#[derive(Debug, thiserror::Error)]
#[error("{}: {error}", folder.display())]
pub(super) struct ManError {
    folder: PathBuf,
    error: io::Error,
}

pub(super) fn print(args: &CompletionsArgs, out: &mut impl Write) -> Result<Status, CommandError> {
    // The generator does not expect that writing can fail.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "sigzeek", &mut script);
    out.write_all(&script)?;
    Ok(Status::Success)
}

pub(super) fn write_pages(args: &ManArgs) -> Result<Status, CommandError> {
    let folder = &args.folder;
    let write = || -> io::Result<()> {
        std::fs::create_dir_all(folder)?;
        clap_mangen::generate_to(Cli::command(), folder)
    };
    write().map_err(|error| ManError {
        folder: folder.clone(),
        error,
    })?;
    Ok(Status::Success)
}
