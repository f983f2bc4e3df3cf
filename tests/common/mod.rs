//! What tests that run Zeek share.
#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

pub mod addresses;
pub mod arguments;
pub mod calls;
pub mod capture;
pub mod cases;
pub mod executions;
pub mod later_fields;
pub mod overlaps;
pub mod packs;
pub mod random;
pub mod random_rules;
pub mod replay;
pub mod rpc;
pub mod smb;
pub mod synthesised;
pub mod texts;
pub mod times;
pub mod transactions;
pub mod work;
pub mod zeek;

/// Fails where a text has no such part, and shows the text.
#[track_caller]
pub fn assert_contains(text: &str, part: &str) {
    assert!(text.contains(part), "`{part}` is not in:\n{text}");
}
