//! The replay engine: captures, protocols, agreement with Zeek, and captures written for rules.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../replay_support/mod.rs"]
mod replay_support;

mod blind;
mod capture;
mod commands;
mod cut;
mod dce_rpc;
mod differential;
mod draft;
mod fuzz_seeds;
mod http;
mod language;
mod notices;
mod stub_decoders;
mod synth;
mod synth_commands;
mod tcp;
mod tests_on_logs;
mod tune;
mod why;
