//! What was found, as people and programs read it: findings and notices.

mod human;
mod nearest;
pub mod notice;
pub mod zeek_log;

pub use human::Renderer;
pub use nearest::nearest;
