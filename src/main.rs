//! The `sigzeek` command.

fn main() {}
