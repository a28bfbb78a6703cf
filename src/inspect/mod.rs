//! What can be told of a store: how its sources fare, what is wrong, why something came or did not.
//!
//! Read once, from what is stored alone; the command line prints it and the inspector shows it. This module must not know how.

mod facts;
mod opml;
mod status;
mod why;

pub(crate) use facts::{
    Circumstances, HostFact, PageFact, RequestFact, as_rfc3339, rfc3339, schedule, shown, title_of,
};
pub(crate) use opml::opml;
pub(crate) use status::{
    Condition, Health, Held, Problem, ProblemKind, Status, damage, of_database, problems, with_causes,
};
pub(crate) use why::{AddressReport, ArticleFact, ArticleReport, Asked, Outcomes, SourceReport, asked};
