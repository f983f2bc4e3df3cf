//! Findings as people read them.

mod human;
mod nearest;

pub use human::Renderer;
pub use nearest::nearest;
