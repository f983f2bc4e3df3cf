//! What was found, as people and programs read it: findings, notices, scores and coverage.

pub mod coverage;
mod human;
mod layout;
mod nearest;
pub mod notice;
pub mod score;
pub mod zeek_log;

pub use human::Renderer;
pub(crate) use layout::{cell as markdown_cell, counted};
pub use nearest::nearest;
