//! `sigzeek schema`: JSON schemas for editors.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::{CommandError, Status};
use crate::json_schema;

/// The arguments of `sigzeek schema`.
#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Which files the schema is for
    #[arg(value_enum, default_value_t)]
    of: Described,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Described {
    /// Rule files
    #[default]
    Rule,
    /// pack.yml
    Pack,
    /// info.yml, the regression tests of a rule
    Tests,
}

pub(super) fn run(args: &SchemaArgs, out: &mut impl Write) -> Result<Status, CommandError> {
    let schema = match args.of {
        Described::Rule => json_schema::rule(),
        Described::Pack => json_schema::pack(),
        Described::Tests => json_schema::tests(),
    };
    writeln!(out, "{schema:#}")?;
    Ok(Status::Success)
}
