//! ...

pub mod comment;
pub mod identifier;
pub mod pattern;
pub mod string;
