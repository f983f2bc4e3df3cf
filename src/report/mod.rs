//! What was found, as people and programs read it: findings, notices, hunts, scores and coverage.

pub mod call;
pub mod cost;
pub mod coverage;
pub mod difference;
pub mod draft;
pub mod github;
mod human;
pub mod hunt;
pub mod json;
mod location;
pub mod notice;
pub mod page;
pub mod sarif;
pub mod score;
pub mod tune;
pub mod visibility;
pub mod why;

pub use human::Renderer;

use crate::finding::Finding;
use crate::regression::Report;

/// What a command has found, for programs.
#[derive(Debug)]
pub struct Run<'a> {
    /// How many rule files were looked at.
    pub files: usize,
    /// The findings, sorted.
    pub findings: &'a [Finding],
    /// What became of regression tests, where the command ran them.
    pub tests: Option<Tests<'a>>,
}

/// What became of regression tests.
#[derive(Debug)]
pub struct Tests<'a> {
    /// What ran them, such as `Zeek 8.0.10` or `the replay engine`.
    pub engine: &'a str,
    /// The tests.
    pub reports: &'a [Report<'a, 'a>],
}
