//! Dates as feeds and pages write them. Knows no clock, so relative words (昨天, "2 hours ago") are no dates here.

mod calendars;
mod parse;
mod words;
mod zone;

pub use parse::parse_date;
pub use words::begins_as_month;
