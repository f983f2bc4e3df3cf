//! What was found, as people and programs read it: findings, notices, scores and coverage.

pub mod coverage;
pub mod difference;
mod human;
mod layout;
mod nearest;
pub mod notice;
pub mod page;
pub mod score;
pub mod words;
pub mod zeek_log;

pub use human::Renderer;
pub(crate) use layout::counted;
pub use nearest::nearest;
