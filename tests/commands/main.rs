//! What commands print and write, their findings and their exit codes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod architecture;
mod bad_input;
mod check_fix;
mod cli;
mod convert;
mod convert_backends;
mod diagnostics;
mod diff;
mod docs;
mod explanations;
mod finding_formats;
mod hunt;
mod init;
mod json_schemas;
mod logs;
mod lsp;
mod report;
mod rpc;
mod scores;
mod type_names;
