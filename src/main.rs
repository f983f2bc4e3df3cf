//! The `sigzeek` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    sigzeek::cli::main()
}
