//! What `--help` shows beside the arguments themselves: commands in groups, and examples.

mod command;
mod examples;
mod groups;

pub(super) use command::{parse, plain_command};
pub(super) use examples::examples_of;
pub(super) use groups::{Group, groups_of};
