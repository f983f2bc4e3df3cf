//! Generated packages: what they hold, and what they do in Zeek and in the replay engine.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod allow_lists;
mod categories;
mod compare;
mod contents;
mod correlations;
mod cost;
mod escaping;
mod exact_numbers;
mod file_extraction;
mod generated_events;
mod hunted_blocks;
mod notice_style;
mod properties;
mod rule_outcomes;
mod shipped_rules;
mod write;
mod zeek_conformance;
mod zeek_language;
mod zeek_logs;
mod zeek_logs_random;
