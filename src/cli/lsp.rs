//! `sigzeek lsp`: a language server on standard input and output.

use std::io::{BufReader, stdin};

use clap::Args;

use super::{CommandError, Status};
use crate::lsp::{self, Ended};

/// The arguments of `sigzeek lsp`.
#[derive(Debug, Args)]
pub(super) struct LspArgs {
    /// Speak on standard input and output, which is the only way; editors give it
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(args: &LspArgs, out: &mut impl std::io::Write) -> Result<Status, CommandError> {
    let LspArgs { stdio: _ } = args;
    match lsp::serve(BufReader::new(stdin()), out)? {
        Ended::InOrder => Ok(Status::Success),
        Ended::AtOnce => Ok(Status::Findings),
    }
}
