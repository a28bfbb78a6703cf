//! The `boji` command.
fn main() {}
