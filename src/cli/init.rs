//! `sigzeek init`: makes a new rule repository.

use std::io::Write;
use std::path::Path;

use clap::Args;

use super::{CommandError, Status};
use crate::init::{License, NewRepository};

/// The arguments of `sigzeek init`.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// Name of the repository, its folder and its first pack
    #[arg(value_name = "NAME")]
    name: String,

    /// The rules' author [default: the NAME authors]
    #[arg(long, value_name = "AUTHOR")]
    author: Option<String>,

    /// Licence of the rules
    #[arg(long, value_enum, default_value_t)]
    license: License,
}

pub(super) fn run(args: &InitArgs, out: &mut impl Write) -> Result<Status, CommandError> {
    let new = NewRepository::new(&args.name, args.author.as_deref(), args.license)?;
    new.create(Path::new("."))?;
    let name = &args.name;
    writeln!(out, "{name}: a pack with an example rule and its captures")?;
    writeln!(out, "next: cd {name} && git init && sigzeek test")?;
    Ok(Status::Success)
}
