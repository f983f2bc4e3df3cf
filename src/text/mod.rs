//! Text for people and terminals: layout, nearest names, escaping. Knows nothing of what it lays out.

mod layout;
mod nearest;
mod printable;
mod quoted;
mod table;
pub mod zeek_log;

pub(crate) use layout::{cell as markdown_cell, counted, lines, listed, paragraph, print_json};
pub use nearest::{nearest, only_near};
pub use printable::printable;
pub use quoted::quoted;
pub(crate) use table::Table;
