//! How the store is: its sources, its hosts, its articles, and what is wrong with them.

mod health;
mod judge;
mod problem;

pub(crate) use health::{Condition, Health, Held, Status};
pub(crate) use judge::problems;
pub(crate) use problem::{Problem, ProblemKind, damage, of_database, with_causes};
